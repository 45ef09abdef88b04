/* SPDX-License-Identifier: MIT */
/* Arrows, watches, guards, and the lines that stand under them. */
#include "lang/parse.h"

struct op *new_op(struct cursor *cu, enum op_kind kind)
{
	struct compiler *c = cu->c;
	struct op *op = ARENA_NEW(c->arena, struct op);

	op->kind = kind;
	op->id = c->nops;
	op->phase = c->phase;
	op->at = cu->line;
	op->used = c->used;
	op->level = LEVEL_MUST;
	op->min = op->max = 1;
	if (c->nops < OPS_MAX)
		*ARENA_PUSH(c->arena, c->ops, c->nops) = op;
	else if (c->nops == OPS_MAX)
		diag_add(c->ds, DIAG_ERROR, "too-big", cu->line,
			 "more than %d lines after expansion", OPS_MAX);
	return op;
}

/* ---- severity (rule 15) ------------------------------------------------------ */

static enum level level_of_word(enum word word)
{
	switch (word) {
	case WORD_SHOULD:
	case WORD_SHOULD_NOT:
		return LEVEL_SHOULD;
	case WORD_MAY:
		return LEVEL_NOTE;
	case WORD_NONE:
	case WORD_MUST:
	case WORD_MUST_NOT:
		break;
	}
	return LEVEL_MUST;
}

static enum level level_of_id(struct compiler *c, const struct tok *t)
{
	const struct requirement *r;
	enum level level;
	bool in_force;

	if (str_starts(t->text, "practice-"))
		return LEVEL_MUST;
	if (!c->env->catalogue || !c->env->catalogue->n)
		return LEVEL_MUST;
	r = catalogue_find(c->env->catalogue, t->text);
	if (!r) {
		diag_add(c->ds, DIAG_ERROR, "unknown-id", t->at,
			 "the catalogue has no requirement \"" STR_F "\"",
			 STR_A(t->text));
		return LEVEL_MUST;
	}
	level = requirement_level(r, c->env->edition, &in_force);
	return in_force ? level : LEVEL_NOTE;
}

/* "[id id]": what counts is the weaker of the word and the strongest id. */
void ids_and_level(struct cursor *cu, enum word word, struct rules *ret,
		   enum level *ret_level)
{
	enum level strongest = LEVEL_NOTE, own = level_of_word(word);
	struct tok *t;

	*ret_level = own;
	if (!cursor_take(cu, "["))
		return;
	while (!cursor_take(cu, "]")) {
		enum level level;

		t = cursor_next(cu, "\"]\"");
		if (!t)
			return;
		level = level_of_id(cu->c, t);
		if (level > strongest)
			strongest = level;
		*ARENA_PUSH(cu->c->arena, ret->ids, ret->n) = t->text;
	}
	if (ret->n && strongest < own)
		*ret_level = strongest;
}

/* ---- modifiers ------------------------------------------------------------------ */

struct modifiers {
	const struct dialog_decl *as, *on;
	struct ref to;
	struct cond *where, *until;
	const struct label *after, *until_label;
	struct limit within, window;
	enum reply_kind reply;
	struct tmpl reply_status;
	ns_t lasts, delay;
	enum sdp_mode sdp;
	struct tmpl sdp_file;
	struct str via;
	bool no_ack, drop;
	enum auth_mode auth;
};

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

static const struct label *label_word(struct cursor *cu)
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
		l->of = label_word(cu);
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

static bool is_method(struct str s)
{
	static const char *const methods[] = {
		"INVITE", "ACK",     "BYE",  "CANCEL",	"OPTIONS",
		"REFER",  "NOTIFY",  "INFO", "REGISTER", "SUBSCRIBE",
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
	if (is_method(t->text))
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
		m->until_label = label_word(cu);
	else
		m->until = expr_cond(cu);
}

static void mod_sdp(struct cursor *cu, struct modifiers *m)
{
	static const char *const modes[] = {
		[SDP_OFFER] = "offer",	 [SDP_ANSWER] = "answer",
		[SDP_HOLD] = "hold",	 [SDP_RESUME] = "resume",
		[SDP_NONE] = "none",	 [SDP_FILE] = "file"
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
		m->after = label_word(cu);
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

static void modifiers(struct cursor *cu, struct modifiers *m)
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

/* ---- ends and counts ---------------------------------------------------------------- */

static const struct party_decl *party_word(struct cursor *cu, bool *ret_dut)
{
	struct tok *t = cursor_next(cu, "a party or dut");
	struct party_decl *party;
	struct str names[64], near;
	unsigned n = 0;

	*ret_dut = t && str_is(t->text, "dut");
	if (!t || *ret_dut)
		return NULL;
	party = name_party(cu->c, t->text);
	if (party)
		return party;
	for (unsigned i = 0; i < cu->c->nparties && n < 64; i++)
		names[n++] = cu->c->parties[i]->name;
	near = diag_nearest(t->text, names, n);
	diag_add(cu->c->ds, DIAG_ERROR, "unknown-party", t->at,
		 "no party called \"" STR_F "\"%s" STR_F "%s", STR_A(t->text),
		 near.len ? ". Did you mean \"" : "", STR_A(near),
		 near.len ? "\"?" : "");
	return NULL;
}

static bool count_word(struct cursor *cu, struct op *op)
{
	struct str s, lo, hi;
	uint64_t n;
	ptrdiff_t dots;

	if (!cursor_more(cu))
		return false;
	s = cu->toks[cu->at].text;
	if (!str_ends(s, "x") || s.p[0] < '0' || s.p[0] > '9')
		return false;
	s.len--;
	dots = str_find(s, STR(".."));
	lo = dots < 0 ? s : str_sub(s, 0, (size_t)dots);
	hi = dots < 0 ? s : str_tail(s, (size_t)dots + 2);
	if (!str_to_u64(lo, &n))
		return false;
	op->min = (unsigned)n;
	op->max = str_to_u64(hi, &n) ? (unsigned)n : 0;
	cu->at++;
	return true;
}

static enum word severity(struct cursor *cu)
{
	static const struct {
		const char *word;
		enum word plain, negated;
	} words[] = { { "must", WORD_MUST, WORD_MUST_NOT },
		      { "should", WORD_SHOULD, WORD_SHOULD_NOT },
		      { "may", WORD_MAY, WORD_MAY } };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (cursor_take(cu, words[i].word))
			return words[i].negated != words[i].plain &&
					       cursor_take(cu, "not") ?
				       words[i].negated :
				       words[i].plain;
	return WORD_NONE;
}

static void label_of(struct cursor *cu, struct op *op)
{
	struct tok *t = &cu->toks[cu->at];

	if (cursor_more(cu) && is_label(t->text) && !is_method(t->text)) {
		op->label = name_label(cu->c, t, true);
		cu->at++;
	}
}

/* ---- what is sent, what is expected ---------------------------------------------------- */

static void arrow_text(struct cursor *cu, struct op *op, unsigned from)
{
	buf_auto out = { 0 };

	for (unsigned i = from; i < cu->n; i++) {
		if (str_is(cu->toks[i].text, "["))
			break;
		buf_addf(&out, "%s" STR_F, i > from ? " " : "",
			 STR_A(cu->toks[i].text));
	}
	op->arrow = arena_str(cu->c->arena, buf_str(&out));
}

static void make_common(struct make *make, const struct modifiers *m)
{
	make->as = m->as;
	make->on = m->on;
	make->to = m->to;
	make->sdp = m->sdp;
	make->via = m->via;
	make->no_ack = m->no_ack;
	make->auth = m->auth;
}

static bool is_modifier_word(struct str s)
{
	static const char *const words[] = {
		"as",	 "on",	  "for",   "where",    "after", "within",
		"at",	 "reply", "until", "no-reply", "sdp",	"via",
		"no-ack", "auth", "drop",  "delay",    "["
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(s, words[i]))
			return true;
	return false;
}

static void send_message(struct cursor *cu, struct op *op)
{
	struct make *make = &op->send.make;
	struct tok *t = cursor_next(cu, "a method or a status");

	if (!t)
		return;
	if (str_is(t->text, "again")) {
		make->kind = MSG_AGAIN;
		make->again = label_word(cu);
	} else if (str_is(t->text, "raw")) {
		make->kind = MSG_RAW;
		cu->at = cu->n;
	} else if (is_method(t->text)) {
		make->kind = MSG_REQUEST;
		make->method = t->text;
		if (cursor_more(cu) &&
		    !is_modifier_word(cu->toks[cu->at].text)) {
			t = cursor_next(cu, "a URI");
			make->uri = expr_tmpl(cu->c, t->text, t->at);
		}
	} else {
		make->kind = MSG_RESPONSE;
		make->status = expr_tmpl(cu->c, t->text, t->at);
	}
}

static void expect_message(struct cursor *cu, struct match *m)
{
	struct tok *t = cursor_next(cu, "a method or a status");

	if (!t)
		return;
	if (str_is(t->text, "again")) {
		m->kind = MSG_AGAIN;
		m->again = label_word(cu);
	} else if (str_is(t->text, "any")) {
		m->kind = MSG_ANY;
	} else if (is_method(t->text)) {
		m->kind = MSG_REQUEST;
		m->method = t->text;
	} else if (str_find_char(t->text, '{') >= 0) {
		m->kind = MSG_RESPONSE;
		m->status = expr_tmpl(cu->c, t->text, t->at);
	} else {
		m->kind = MSG_RESPONSE;
		if (!expr_statuses(cu, t->text, m))
			diag_add(cu->c->ds, DIAG_ERROR, "unknown-message",
				 t->at,
				 "\"" STR_F "\" is no method and no status",
				 STR_A(t->text));
	}
}

static void finish_send(struct cursor *cu, struct op *op)
{
	struct modifiers m = { 0 };

	op->kind = OP_SEND;
	send_message(cu, op);
	modifiers(cu, &m);
	make_common(&op->send.make, &m);
	op->send.times = op->min ? op->min : 1;
	op->send.drop = m.drop;
	op->send.delay = m.delay;
}

static void finish_expect(struct cursor *cu, struct op *op)
{
	struct expect *x = &op->line.expect;
	struct modifiers m = { 0 };

	expect_message(cu, &x->match);
	modifiers(cu, &m);
	x->match.as = m.as;
	x->match.on = m.on;
	x->match.to = m.to;
	x->match.where = m.where;
	x->within = m.within;
	x->window = m.window;
	x->after = m.after;
	x->reply = m.reply;
	x->drop = m.drop;
	x->delay = m.delay;
	x->answer.kind = MSG_RESPONSE;
	x->answer.status = m.reply_status;
	x->answer.sdp = m.sdp;
	op->line.until = m.until;
	op->line.until_label = m.until_label;
}

struct op *arrow_line(struct cursor *cu, bool watch)
{
	struct op *op = new_op(cu, watch ? OP_WATCH : OP_EXPECT);
	bool from_dut, to_dut, counted = false;
	const struct party_decl *from, *to;
	unsigned start;

	label_of(cu, op);
	op->word = severity(cu);
	counted = count_word(cu, op);
	start = cu->at;
	from = party_word(cu, &from_dut);
	if (!cursor_take(cu, "->")) {
		diag_add(cu->c->ds, DIAG_ERROR, "unknown-line", cu->line,
			 "this is no arrow and no other line of the language");
		return op;
	}
	to = party_word(cu, &to_dut);
	if (from_dut == to_dut && (from_dut || (from && to)))
		diag_add(cu->c->ds, DIAG_ERROR, "no-dut", cu->line,
			 "one end of every arrow is dut");
	op->party = from_dut ? to : from;
	if (watch && !counted)
		op->max = 0;
	if (from_dut)
		finish_expect(cu, op);
	else
		finish_send(cu, op);
	arrow_text(cu, op, start);
	ids_and_level(cu, op->word, &op->rules, &op->level);
	return op;
}

struct op *guard_line(struct cursor *cu)
{
	struct op *op = new_op(cu, OP_GUARD);
	struct modifiers m = { 0 };
	bool dut;

	op->word = severity(cu);
	arrow_text(cu, op, cu->at);
	party_word(cu, &dut);
	cursor_take(cu, "->");
	op->party = party_word(cu, &dut);
	expect_message(cu, &op->guard.match);
	modifiers(cu, &m);
	op->guard.match.on = m.on;
	op->guard.match.to = m.to;
	op->guard.match.where = m.where;
	op->guard.until = m.until_label;
	op->guard.lasts = m.lasts;
	ids_and_level(cu, op->word, &op->rules, &op->level);
	return op;
}

/* ---- lines under an arrow ---------------------------------------------------------------- */

static struct make *edited(struct cursor *cu, struct op *under)
{
	if (under && under->kind == OP_SEND)
		return &under->send.make;
	if (under &&
	    (under->kind == OP_EXPECT || under->kind == OP_WATCH) &&
	    under->line.expect.reply == REPLY_STATUS)
		return &under->line.expect.answer;
	diag_add(cu->c->ds, DIAG_ERROR, "set-on-expected", cu->line,
		 "a header cannot be set on a message the device sends; to "
		 "check it, write: must %.40s is ...",
		 "HEADER");
	return NULL;
}

static void header_line(struct cursor *cu, const struct text_line *l,
			struct op *under)
{
	struct make *make = edited(cu, under);
	struct str text = l->text, name, value, times;
	struct edit e = { .kind = EDIT_SET, .at = l->at };
	uint64_t n;

	if (!make)
		return;
	if (text.p[0] == '+') {
		e.kind = EDIT_ADD;
		text = str_trim(str_tail(text, 1));
	}
	text = scope_text(cu->c, cu->scope, text);
	if (text.p[0] == '-' && str_find_char(text, ':') < 0) {
		e.kind = EDIT_REMOVE;
		e.name = str_trim(str_tail(text, 1));
		*ARENA_PUSH(cu->c->arena, make->edits, make->nedits) = e;
		return;
	}
	if (str_cut(text, ' ', &times, &value) && str_ends(times, "x") &&
	    str_to_u64(str_sub(times, 0, times.len - 1), &n)) {
		times.len--;
		e.times = expr_tmpl(cu->c, times, l->at);
		text = str_trim(value);
	}
	if (!str_cut(text, ':', &name, &value)) {
		diag_add(cu->c->ds, DIAG_ERROR, "unknown-line", l->at,
			 "this is no line of the language");
		return;
	}
	e.name = str_trim(name);
	e.value = expr_tmpl(cu->c, str_trim(value), l->at);
	*ARENA_PUSH(cu->c->arena, make->edits, make->nedits) = e;
}

static void body_line(struct cursor *cu, const struct text_line *l,
		      struct op *under)
{
	struct make *make = edited(cu, under);
	struct tok *type, *text;

	cu->at++;
	type = cursor_next(cu, "a content type");
	if (!make || !type)
		return;
	make->has_body = true;
	make->body_type = expr_tmpl(cu->c, type->text, type->at);
	if (l->has_heredoc) {
		make->body = expr_tmpl(
			cu->c, scope_text(cu->c, cu->scope, l->heredoc),
			l->at);
		return;
	}
	text = cursor_next(cu, "a string");
	if (text)
		make->body = expr_tmpl(cu->c, text->text, text->at);
}

static void check_body(struct cursor *cu, struct check *ck)
{
	struct tok *first = &cu->toks[cu->at];

	if (ck->note && cu->at + 1 >= cu->n) {
		expr_path(cu->c, first, &ck->path);
		cu->at++;
	} else {
		ck->cond = expr_cond(cu);
	}
	if (cursor_take(cu, "after"))
		ck->after = label_word(cu);
	ids_and_level(cu, ck->word, &ck->rules, &ck->level);
	if (cursor_more(cu))
		diag_add(cu->c->ds, DIAG_ERROR, "unknown-modifier",
			 cursor_loc(cu),
			 "\"" STR_F "\" does not belong behind a check",
			 STR_A(cu->toks[cu->at].text));
}

/* Alone: its first path begins with a label. */
static bool stands_alone(const struct cursor *cu)
{
	struct str head, rest;

	if (!cursor_more(cu))
		return false;
	str_cut(cu->toks[cu->at].text, '.', &head, &rest);
	str_cut(head, '[', &head, &(struct str){ 0 });
	return rest.len && is_label(head);
}

static struct op *check_line(struct cursor *cu, struct op *under)
{
	struct check ck = { .at = cu->line };
	struct op *op;

	if (cursor_take(cu, "first"))
		ck.pick = PICK_FIRST;
	else if (cursor_take(cu, "last"))
		ck.pick = PICK_LAST;
	ck.note = cursor_take(cu, "note");
	ck.word = severity(cu);
	ck.negated = ck.word == WORD_MUST_NOT || ck.word == WORD_SHOULD_NOT;
	if (!stands_alone(cu) && under &&
	    (under->kind == OP_EXPECT || under->kind == OP_WATCH)) {
		struct expect *x = &under->line.expect;

		check_body(cu, &ck);
		*ARENA_PUSH(cu->c->arena, x->checks, x->nchecks) = ck;
		return NULL;
	}
	op = new_op(cu, OP_CHECK);
	check_body(cu, &ck);
	op->check = ck;
	op->word = ck.word;
	op->level = ck.level;
	op->rules = ck.rules;
	op->arrow = loc_text(cu->line);
	return op;
}

struct op *detail_line(struct cursor *cu, const struct text_line *l,
		       struct op *under)
{
	static const char *const checks[] = { "must", "should", "may", "note",
					      "first", "last" };

	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		if (cursor_is(cu, checks[i]))
			return check_line(cu, under);
	if (cursor_is(cu, "body"))
		body_line(cu, l, under);
	else
		header_line(cu, l, under);
	return NULL;
}
