/* SPDX-License-Identifier: MIT */
/* Lines with "->": [watch] [LABEL] [word] [count] name -> name message ... */
#include "lang/compile.h"

#include <ctype.h>

enum { COUNT_MAX = 100000 };

/* The line in short, one blank between words. */
void arrow_add_text(struct arrow *x, const struct token *toks, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct token t = toks[i].kind == TOK_WORD
					 ? expand_name(x->c, toks[i])
					 : toks[i];
		const char *quote = t.kind == TOK_STRING ? "\"" : "";
		bool tight = t.kind == TOK_RPAREN ||
			     (x->text.len && x->text.p[x->text.len - 1] == '(');

		if (t.kind == TOK_HEREDOC)
			t.text = STR("<<");
		if (x->text.len && !tight)
			buf_add_char(&x->text, ' ');
		buf_add_z(&x->text, quote);
		buf_add_str(&x->text, t.text);
		buf_add_z(&x->text, quote);
	}
}

/* ---- counts ---- */

static bool is_count(const struct token *t)
{
	return t->kind == TOK_WORD && t->text.len > 1 &&
	       isdigit((unsigned char)t->text.p[0]) && str_ends(t->text, "x");
}

static bool count_parse(struct str s, unsigned *min, unsigned *max)
{
	ptrdiff_t dots = str_find(s, STR(".."));
	uint64_t lo, hi = 0;

	s.len--; /* the x */
	if (dots < 0) {
		if (!str_to_u64(s, &lo) || !lo || lo > COUNT_MAX)
			return false;
		*min = *max = (unsigned)lo;
		return true;
	}
	if (!str_to_u64(str_sub(s, 0, (size_t)dots), &lo) || lo > COUNT_MAX)
		return false;
	if ((size_t)dots + 2 < s.len &&
	    (!str_to_u64(str_tail(s, (size_t)dots + 2), &hi) || hi < lo ||
	     !hi || hi > COUNT_MAX))
		return false;
	*min = (unsigned)lo;
	*max = (unsigned)hi;
	return true;
}

static void read_count(struct arrow *x)
{
	struct token *t = cursor_peek(x->k);
	unsigned min = 1, max = 1;

	x->op->min = 1;
	x->op->max = x->watch ? 0 : 1;
	if (t && is_count(t)) {
		x->k->i++;
		if (!count_parse(t->text, &min, &max))
			say(x->c, CODE(BAD_COUNT), t,
			    "a count is written 3x, 0..20x or 2..x");
		x->op->min = min;
		x->op->max = max;
		if (x->sends && min != max)
			say(x->c, CODE(BAD_COUNT), t,
			    "what we send has one number: 50x");
	} else if (x->op->word == WORD_MAY) {
		x->op->min = 0;
	}
	if (x->sends)
		x->op->send.times = max;
}

/* ---- words before the arrow ---- */

static enum word take_word(struct cursor *k)
{
	if (cursor_word(k, "must"))
		return WORD_MUST;
	if (cursor_word(k, "should"))
		return WORD_SHOULD;
	return cursor_word(k, "may") ? WORD_MAY : WORD_NONE;
}

static void read_label(struct arrow *x)
{
	struct token *t = cursor_peek(x->k), *next = cursor_ahead(x->k, 1);

	if (!t || t->kind != TOK_WORD || is_count(t) || !next ||
	    next->kind == TOK_ARROW || token_is(t, "must") ||
	    token_is(t, "should") || token_is(t, "may"))
		return;
	x->k->i++;
	x->op->label = names_make_label(x->c, t);
}

static void read_word(struct arrow *x)
{
	struct token *t = cursor_peek(x->k);

	x->op->word = take_word(x->k);
	if (x->op->word != WORD_NONE && x->sends)
		say(x->c, CODE(MISPLACED_WORD), t,
		    "\"" STR_F "\" speaks of the device; this we send",
		    STR_A(t->text));
}

/* ---- the two ends ---- */

static bool is_device(struct compiler *c, const struct token *t)
{
	return names_is_dut(c, expand_name(c, *t).text);
}

/* The token before "->"; sets which way it goes. */
static bool direction(struct arrow *x)
{
	struct cursor *k = x->k;
	unsigned i = k->i;
	const struct token *from, *to;

	while (i < k->n && k->toks[i].kind != TOK_ARROW)
		i++;
	if (i == k->i || i + 1 >= k->n || k->toks[i + 1].kind != TOK_WORD ||
	    k->toks[i - 1].kind != TOK_WORD) {
		say_at(x->c, CODE(BAD_ARROW), k->at,
		       "an arrow is written: alice -> dut METHOD");
		return false;
	}
	from = &k->toks[i - 1];
	to = &k->toks[i + 1];
	x->sends = is_device(x->c, to);
	if (x->sends != is_device(x->c, from))
		return true;
	if (x->sends)
		say(x->c, CODE(NOT_WITH_DUT), from,
		    "the device does not send to itself here");
	else
		say(x->c, CODE(NOT_WITH_DUT), from,
		    "one end of every arrow is \"dut\"");
	return false;
}

static bool read_ends(struct arrow *x)
{
	struct token *from = cursor_take(x->k), *arrow = cursor_take(x->k);
	struct token *to = cursor_take(x->k);

	if (!from || !arrow || arrow->kind != TOK_ARROW || !to) {
		say(x->c, CODE(BAD_ARROW), from ? from : &x->k->toks[0],
		    "I cannot read what stands before \"->\": "
		    "[LABEL] [must|should|may] [count] name -> name");
		return false;
	}
	x->op->party = names_party(x->c, x->sends ? from : to);
	arrow_add_text(x, from, 3);
	return x->op->party != NULL;
}

/* ---- the line ---- */

static void set_parts(struct arrow *x)
{
	if (x->guard) {
		x->match = &x->op->guard.match;
	} else if (x->sends) {
		x->make = &x->op->send.make;
	} else {
		x->expect = &x->op->line.expect;
		x->match = &x->expect->match;
		x->make = &x->expect->answer;
	}
}

static void finish(struct arrow *x)
{
	x->op->by_edition = x->c->by_edition;
	if (!level_rules(x->k, &x->op->rules))
		x->k->i = x->k->n;
	cursor_finish(x->k);
	x->op->level = level_of(x->c, x->op->word, &x->op->rules);
	level_check(x->c, x->op->word, &x->op->rules, x->op->at, x->k->ids);
	x->op->arrow = arena_str(x->c->a, buf_str(&x->text));
	buf_free(&x->text);
}

/* A line that is wrong is read no further, but for the dialog that it names:
 * lines below would be blamed for it. */
void arrow_give_up(struct arrow *x)
{
	struct cursor *k = x->k;

	for (; k->i + 1 < k->n && x->op; k->i++)
		if (token_is(&k->toks[k->i], "as") &&
		    k->toks[k->i + 1].kind == TOK_WORD)
			names_make_dialog(x->c, &k->toks[k->i + 1],
					  (struct party_decl *)x->op->party);
	k->i = k->n;
}

static void check_watch(struct arrow *x)
{
	enum msg_kind kind = x->match->kind;

	if (kind == MSG_AGAIN)
		say_at(x->c, CODE(BAD_MESSAGE), x->op->at,
		       "repeats are counted at their line; a watch takes "
		       "new messages");
	if (x->expect->reply == REPLY_NONE && kind != MSG_RESPONSE &&
	    !str_is(x->match->method, "ACK"))
		say_at(x->c, CODE(WATCH_WITHOUT_REPLY), x->op->at,
		       "a watch says how it answers: \"reply 200\" or "
		       "\"no-reply\"");
}

static void check_reply(struct arrow *x)
{
	if (x->expect->reply == REPLY_STATUS &&
	    (x->match->kind == MSG_RESPONSE || str_is(x->match->method, "ACK")))
		say_at(x->c, CODE(BAD_REPLY), x->op->at,
		       "only a request gets a reply");
	if (x->sdp.src && x->expect->reply != REPLY_STATUS)
		say_at(x->c, CODE(MISPLACED_MODIFIER), x->sdp,
		       "\"sdp\" is of what we send; here it needs "
		       "\"reply\"");
}

static enum op_kind kind_of(const struct arrow *x)
{
	return x->guard   ? OP_GUARD
	       : x->sends ? OP_SEND
	       : x->watch ? OP_WATCH
			  : OP_EXPECT;
}

static void read_front(struct arrow *x)
{
	if (!x->guard) {
		read_label(x);
		read_word(x);
		read_count(x);
	}
}

static bool read_line(struct arrow *x)
{
	x->op = step_new(x->c, kind_of(x), x->k->at);
	x->c->strict = x->sends ? STRICT_ABOVE : STRICT_NONE;
	set_parts(x);
	read_front(x);
	if (!read_ends(x) || !message_parse(x))
		return false;
	modifier_all(x);
	return true;
}

/* An arrow and the lines under it. */
void arrow_line(struct cursor *k, const struct nodes *nodes, size_t *i)
{
	struct arrow x = { .c = k->c, .k = k };

	x.watch = cursor_word(k, "watch");
	if (!direction(&x))
		return arrow_give_up(&x);
	if (x.watch && x.sends) {
		say_at(x.c, CODE(BAD_WATCH), k->at,
		       "a watch is for what the device sends");
		return arrow_give_up(&x);
	}
	if (!read_line(&x))
		arrow_give_up(&x);
	finish(&x);
	if (x.expect) {
		check_reply(&x);
		if (x.watch)
			check_watch(&x);
	}
	detail_all(&x, nodes, i);
	x.c->strict = STRICT_NONE;
}

void arrow_guard(struct cursor *k, enum word word)
{
	struct arrow x = { .c = k->c, .k = k, .guard = true };

	if (!direction(&x))
		return arrow_give_up(&x);
	if (x.sends) {
		say_at(x.c, CODE(BAD_GUARD), k->at,
		       "a guard is about what the device sends");
		return arrow_give_up(&x);
	}
	x.op = NULL;
	if (!read_line(&x))
		arrow_give_up(&x);
	x.op->word = word;
	finish(&x);
}
