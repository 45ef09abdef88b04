/* SPDX-License-Identifier: MIT */
/* Modifiers of arrows: on, for, where, within, reply, sdp ... */
#include "lang/modifier.h"

static ns_t time_word(struct cursor *cu)
{
	struct tok *t = cursor_next(cu, "a time");
	ns_t ns = 0;

	if (t && !expr_time(cu->c, t->text, &ns))
		diag_add(cu->c->ds, DIAG_ERROR, "bad-time", t->at,
			 "\"" STR_F "\" is no time: 250ms 4s 2T1",
			 STR_A(t->text));
	return ns;
}

const struct label *modifier_label(struct cursor *cu)
{
	struct tok *t = cursor_next(cu, "a label");

	if (!t)
		return NULL;
	if (!is_label(t->text)) {
		diag_add(cu->c->ds, DIAG_ERROR, "not-a-label", t->at,
			 "\"" STR_F "\" is no label: capitals and digits",
			 STR_A(t->text));
		return NULL;
	}
	return name_label(cu->c, t, false);
}

static void limit_of(struct cursor *cu, struct limit *l)
{
	if (cursor_take(cu, "of"))
		l->of = modifier_label(cu);
}

static void window(struct cursor *cu, struct modifiers *m)
{
	struct tok *t = cursor_next(cu, "a window such as 3s..4s");
	struct str lo, hi;
	ptrdiff_t dots = t ? str_find(t->text, STR("..")) : -1;

	if (dots < 0)
		return;
	lo = str_sub(t->text, 0, (size_t)dots);
	hi = str_tail(t->text, (size_t)dots + 2);
	m->window.set = expr_time(cu->c, lo, &m->window.lo) &&
			expr_time(cu->c, hi, &m->window.hi);
	limit_of(cu, &m->window);
}

bool modifier_is_method(struct str s)
{
	static const char *const methods[] = {
		"INVITE", "ACK",     "BYE",   "CANCEL",   "OPTIONS",
		"REFER",  "NOTIFY",  "INFO",  "REGISTER", "SUBSCRIBE",
		"UPDATE", "MESSAGE", "PRACK", "PUBLISH"
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (str_is(s, methods[i]))
			return true;
	return false;
}

static void mod_for(struct cursor *cu, struct modifiers *m)
{
	struct tok *t = cursor_next(cu, "a method, a label or a time");
	ns_t ns;

	if (!t)
		return;
	if (modifier_is_method(t->text))
		m->to.method = t->text;
	else if (is_label(t->text))
		m->to.label = name_label(cu->c, t, false);
	else if (expr_time(cu->c, t->text, &ns))
		m->lasts = ns;
	else
		diag_add(cu->c->ds, DIAG_ERROR, "bad-for", t->at,
			 "\"for\" takes a method, a label or a time");
}

static void mod_until(struct cursor *cu, struct modifiers *m)
{
	if (cursor_more(cu) && is_label(cu->toks[cu->at].text))
		m->until_label = modifier_label(cu);
	else
		m->until = expr_cond(cu);
}

static void mod_sdp(struct cursor *cu, struct modifiers *m)
{
	static const char *const modes[] = {
		[SDP_OFFER] = "offer", [SDP_ANSWER] = "answer",
		[SDP_HOLD] = "hold",   [SDP_RESUME] = "resume",
		[SDP_NONE] = "none",   [SDP_FILE] = "file"
	};
	struct tok *t = cursor_next(cu, "offer, answer, hold ...");

	for (unsigned i = SDP_OFFER; t && i <= SDP_FILE; i++)
		if (str_is(t->text, modes[i]))
			m->sdp = (enum sdp_mode)i;
	if (t && m->sdp == SDP_DEFAULT)
		diag_add(cu->c->ds, DIAG_ERROR, "bad-sdp", t->at,
			 "sdp takes offer, answer, hold, resume, none or "
			 "file");
}

static void mod_dialog(struct cursor *cu, struct modifiers *m, bool as,
		       bool make)
{
	struct tok *t = cursor_next(cu, "the name of a dialog");

	if (!t)
		return;
	if (as)
		m->as = name_dialog(cu->c, t, make);
	else
		m->on = name_dialog(cu->c, t, false);
}

static void mod_reply(struct cursor *cu, struct modifiers *m)
{
	struct tok *t = cursor_next(cu, "a status");

	if (!t)
		return;
	m->reply = REPLY_STATUS;
	m->reply_status = expr_tmpl(cu->c, t->text, t->at);
}

static void mod_auth(struct cursor *cu, struct modifiers *m)
{
	struct tok *t = cursor_next(cu, "none or wrong");

	if (t)
		m->auth = str_is(t->text, "none") ? AUTH_NONE : AUTH_WRONG;
}

static bool modifier(struct cursor *cu, struct modifiers *m)
{
	struct tok *t;

	if (cursor_take(cu, "as"))
		mod_dialog(cu, m, true, true);
	else if (cursor_take(cu, "on"))
		mod_dialog(cu, m, false, false);
	else if (cursor_take(cu, "for"))
		mod_for(cu, m);
	else if (cursor_take(cu, "where"))
		m->where = expr_cond(cu);
	else if (cursor_take(cu, "after"))
		m->after = modifier_label(cu);
	else if (cursor_take(cu, "within")) {
		m->within.hi = time_word(cu);
		m->within.set = true;
		limit_of(cu, &m->within);
	} else if (cursor_take(cu, "at"))
		window(cu, m);
	else if (cursor_take(cu, "reply"))
		mod_reply(cu, m);
	else if (cursor_take(cu, "no-reply"))
		m->reply = REPLY_SILENCE;
	else if (cursor_take(cu, "until"))
		mod_until(cu, m);
	else if (cursor_take(cu, "sdp"))
		mod_sdp(cu, m);
	else if (cursor_take(cu, "via")) {
		t = cursor_next(cu, "a transport");
		m->via = t ? t->text : STR_NONE;
	} else if (cursor_take(cu, "no-ack"))
		m->no_ack = true;
	else if (cursor_take(cu, "drop"))
		m->drop = true;
	else if (cursor_take(cu, "delay"))
		m->delay = time_word(cu);
	else if (cursor_take(cu, "auth"))
		mod_auth(cu, m);
	else
		return false;
	return true;
}

void modifiers_read(struct cursor *cu, struct modifiers *m)
{
	while (cursor_more(cu) && !cursor_is(cu, "["))
		if (!modifier(cu, m)) {
			struct tok *t = cursor_next(cu, "a modifier");

			diag_add(cu->c->ds, DIAG_ERROR, "unknown-modifier",
				 t->at,
				 "\"" STR_F "\" is no modifier of an arrow",
				 STR_A(t->text));
			return;
		}
}
