/* SPDX-License-Identifier: MIT */
/* Arrows, watches, guards, and the lines that stand under them. */
#include "lang/modifier.h"

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

/* ---- severity (rule 15)
 * ------------------------------------------------------ */

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

/* ---- ends and counts
 * ---------------------------------------------------------------- */

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

enum word modifier_severity(struct cursor *cu)
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
					       cursor_take(cu, "not")
				       ? words[i].negated
				       : words[i].plain;
	return WORD_NONE;
}

static void label_of(struct cursor *cu, struct op *op)
{
	struct tok *t = &cu->toks[cu->at];

	if (cursor_more(cu) && is_label(t->text) &&
	    !modifier_is_method(t->text)) {
		op->label = name_label(cu->c, t, true);
		cu->at++;
	}
}

/* ---- what is sent, what is expected
 * ---------------------------------------------------- */

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
		"as",     "on",    "for",   "where",    "after", "within",
		"at",     "reply", "until", "no-reply", "sdp",   "via",
		"no-ack", "auth",  "drop",  "delay",    "["
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
		make->again = modifier_label(cu);
	} else if (str_is(t->text, "raw")) {
		make->kind = MSG_RAW;
		cu->at = cu->n;
	} else if (modifier_is_method(t->text)) {
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
		m->again = modifier_label(cu);
	} else if (str_is(t->text, "any")) {
		m->kind = MSG_ANY;
	} else if (modifier_is_method(t->text)) {
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
	modifiers_read(cu, &m);
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
	modifiers_read(cu, &m);
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
	op->word = modifier_severity(cu);
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

	op->word = modifier_severity(cu);
	arrow_text(cu, op, cu->at);
	party_word(cu, &dut);
	cursor_take(cu, "->");
	op->party = party_word(cu, &dut);
	expect_message(cu, &op->guard.match);
	modifiers_read(cu, &m);
	op->guard.match.on = m.on;
	op->guard.match.to = m.to;
	op->guard.match.where = m.where;
	op->guard.until = m.until_label;
	op->guard.lasts = m.lasts;
	ids_and_level(cu, op->word, &op->rules, &op->level);
	return op;
}
