/* SPDX-License-Identifier: MIT */
/* Names of what is judged: from the scenario's text alone, so that they are
 * the same in every run (TAP, JUnit and known failures lean on that). */
#include "play/weigh.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str weigh_name_line(struct arena *a, const struct op *op)
{
	struct str label = op->label ? op->label->name : STR_NONE;

	return arena_strf(a, STR_F "%s" STR_F, STR_A(label),
			  label.len && op->arrow.len ? " " : "",
			  STR_A(op->arrow));
}

struct str weigh_name_limit(struct arena *a, struct str line, const char *kind,
			    const struct label *after)
{
	struct str tail;

	if (strcmp(kind, "after") != 0 || !after)
		return arena_strf(a, STR_F " in time", STR_A(line));
	tail = arena_strf(a, " after " STR_F, STR_A(after->name));
	if (str_find(line, tail) >= 0)
		return arena_strf(a, STR_F " in order", STR_A(line));
	return arena_strf(a, STR_F STR_F, STR_A(line), STR_A(tail));
}

struct str weigh_name_guard(struct arena *a, const struct op *op)
{
	const char *word =
		op->word == WORD_SHOULD_NOT ? "should not" : "must not";

	if (str_starts(op->arrow, word))
		return weigh_name_line(a, op);
	return arena_strf(a, "%s " STR_F, word, STR_A(op->arrow));
}

/* "[rfc3515-2.4.2-j practice-x]" or "[{id}]", not "[::1]", not "N[2].x". */
static bool is_ids(struct str s)
{
	bool dash = false;

	if (s.len < 3 || s.p[0] != '[')
		return false;
	if (s.p[1] == '{')
		return true;
	if (s.p[1] < 'a' || s.p[1] > 'z')
		return false;
	for (size_t i = 1; i < s.len && s.p[i] != ']'; i++)
		dash |= s.p[i] == '-';
	return dash;
}

/* Where the condition ends: before its ids, its comment, its line's end. */
static struct str without_tail(struct str s)
{
	bool quoted = false;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		if (s.p[i] == '\n')
			return str_sub(s, 0, i);
		if (quoted || !i || !is_space(s.p[i - 1]))
			continue;
		if (s.p[i] == '#' || is_ids(str_tail(s, i)))
			return str_sub(s, 0, i);
	}
	return s;
}

static bool skip_word(struct str *s, const char *word)
{
	size_t n = strlen(word);

	if (!str_starts(*s, word) || s->len == n || !is_space(s->p[n]))
		return false;
	*s = str_trim(str_tail(*s, n));
	return true;
}

static void add_squeezed(struct buf *out, struct str s)
{
	bool quoted = false;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		if (quoted || !is_space(s.p[i]))
			buf_add_char(out, s.p[i]);
		else if (i && !is_space(s.p[i - 1]))
			buf_add_char(out, ' ');
	}
}

static void add_condition(struct buf *out, const struct check *c)
{
	struct str s = str_trim(without_tail(str_trim(loc_text(c->at))));

	if (!skip_word(&s, "first"))
		skip_word(&s, "last");
	if (!skip_word(&s, "must") && !skip_word(&s, "should") &&
	    !skip_word(&s, "may"))
		skip_word(&s, "note");
	if (c->pick == PICK_FIRST)
		buf_add_z(out, "first ");
	if (c->pick == PICK_LAST)
		buf_add_z(out, "last ");
	if (c->negated && !str_starts(s, "not "))
		buf_add_z(out, "not ");
	add_squeezed(out, s);
}

/* "F2 status is 202"; a check that stands alone names its labels itself. */
struct str weigh_name_check(struct arena *a, const struct op *op,
			    const struct check *c)
{
	buf_auto out = { 0 };

	if (op->kind != OP_CHECK) {
		buf_add_str(&out, op->label ? op->label->name : op->arrow);
		buf_add_char(&out, ' ');
	}
	add_condition(&out, c);
	return arena_str(a, buf_str(&out));
}

/* Those in force in the play's edition: of the others nothing was asked. */
struct str weigh_name_rules(struct arena *a, const struct rules *rules)
{
	buf_auto out = { 0 };

	for (unsigned i = 0; i < rules->nlive; i++) {
		if (i)
			buf_add_char(&out, ' ');
		buf_add_str(&out, rules->live[i]);
	}
	return out.len ? arena_str(a, buf_str(&out)) : STR_NONE;
}

/* First line of a record's message; empty where it was not kept. */
struct str weigh_start_line(const struct trace *tr, uint32_t rec)
{
	const struct event *ev = trace_rec(tr, rec);
	struct str line;

	if (!ev)
		return STR_NONE;
	str_cut(ev->bytes, '\n', &line, &(struct str){ 0 });
	return str_trim(line);
}
