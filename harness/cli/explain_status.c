/* SPDX-License-Identifier: MIT */
/* A response code: class, meaning, when one sees it, what to do about it, and
 * which scenarios exercise it. Two of them side by side. */
#include "cli/explain.h"

#include "base/text.h"
#include "sip/status.h"

/* ---- which scenarios ---- */

static bool is_text(const struct tmpl *t, struct str text)
{
	return t->n == 1 && t->parts[0].kind == TMPL_TEXT &&
	       str_eq(t->parts[0].text, text);
}

static bool asks(const struct cond *c, struct str text)
{
	if (!c)
		return false;
	if (c->kind == COND_AND || c->kind == COND_OR)
		return asks(c->left, text) || asks(c->right, text);
	for (unsigned i = 0; i < c->nvalues; i++)
		if (is_text(&c->values[i], text))
			return true;
	return false;
}

static bool takes(const struct expect *e, unsigned status, struct str text)
{
	for (unsigned i = 0; i < e->match.nstatuses; i++)
		if (e->match.statuses[i].lo == status &&
		    e->match.statuses[i].hi == status)
			return true;
	for (unsigned i = 0; i < e->nchecks; i++)
		if (asks(e->checks[i].cond, text))
			return true;
	return e->reply == REPLY_STATUS && is_text(&e->answer.status, text);
}

static bool exercises(const struct prog *prog, unsigned status, struct str text)
{
	for (unsigned i = 0; i < prog->nops; i++) {
		const struct op *op = prog->ops[i];

		if (op->kind == OP_SEND && op->send.make.kind == MSG_RESPONSE &&
		    is_text(&op->send.make.status, text))
			return true;
		if (op->kind == OP_CHECK && asks(op->check.cond, text))
			return true;
		if ((op->kind == OP_EXPECT || op->kind == OP_WATCH) &&
		    takes(&op->line.expect, status, text))
			return true;
	}
	return false;
}

static bool is_among(const struct str *list, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i], s))
			return true;
	return false;
}

/* "redirect/301-basic, ...": a scenario with rows once. */
static struct str scenarios(struct explain *x, unsigned status)
{
	struct str text = arena_strf(x->arena, "%u", status);
	struct str *seen = NULL, name;
	size_t nseen = 0;
	buf_auto out = { 0 };

	explain_load(x);
	for (size_t i = 0; i < x->all.progs.n; i++) {
		const struct prog *prog = x->all.progs.list[i];

		str_cut(prog->id, '#', &name, &(struct str){ 0 });
		if (is_among(seen, nseen, name) ||
		    !exercises(prog, status, text))
			continue;
		*ARENA_PUSH(x->arena, seen, nseen) = name;
		buf_addf(&out, "%s" STR_F, out.len ? ", " : "", STR_A(name));
	}
	return out.len ? arena_str(x->arena, buf_str(&out)) : STR("none yet");
}

/* ---- one code, or two ---- */

static const struct status_info *info_of(struct str word)
{
	uint64_t n;

	return word.len == 3 && str_to_u64(word, &n) ? status_info((unsigned)n)
						     : NULL;
}

static struct str sentence(struct explain *x, const char *text)
{
	return arena_strf(x->arena, "%c%s.", *text & ~0x20, text + 1);
}

bool explain_status(struct explain *x, struct str word)
{
	const struct status_info *info = info_of(word);

	if (!info)
		return false;
	buf_addf(&x->out, "%u %s   (%s, %s)\n", info->status, info->phrase,
		 status_class(info->status), info->source);
	explain_put(&x->out, "means", sentence(x, info->meaning));
	explain_put(&x->out, "seen", sentence(x, info->when));
	explain_put(&x->out, "do", sentence(x, info->cure));
	explain_put(&x->out, "played by", scenarios(x, info->status));
	return true;
}

enum { KEY_WIDTH = 10, HALF = 34 }; /* together with the gap one line */

/* Takes a line of at most HALF columns off *s, between words if it can. */
static struct str take_line(struct str *s)
{
	size_t n = s->len < HALF ? s->len : HALF;
	struct str line;

	if (n < s->len)
		while (n && s->p[n] != ' ')
			n--;
	if (!n)
		n = s->len < HALF ? s->len : HALF;
	line = str_sub(*s, 0, n);
	*s = str_trim(str_tail(*s, n));
	return line;
}

static void put_pair(struct explain *x, const char *key, struct str a,
		     struct str b)
{
	while (a.len || b.len) {
		struct str left = take_line(&a), right = take_line(&b);

		buf_addf(&x->out, "  %-*s", KEY_WIDTH, key);
		buf_addf(&x->out, STR_F, STR_A(left));
		if (right.len) {
			buf_add_fill(&x->out, ' ', HALF - left.len);
			buf_addf(&x->out, "  " STR_F, STR_A(right));
		}
		buf_add_char(&x->out, '\n');
		key = "";
	}
}

static void put_difference(struct explain *x, const struct status_info *a,
			   const struct status_info *b)
{
	if (a->status / 100 != b->status / 100) {
		put_pair(x, "differ", sentence(x, status_class_says(a->status)),
			 sentence(x, status_class_says(b->status)));
		return;
	}
	explain_put(&x->out, "alike",
		    sentence(x, status_class_says(a->status)));
	explain_put(&x->out, "differ",
		    STR("In the cause, and so in what to do about it: see "
			"above."));
}

bool explain_two_statuses(struct explain *x, struct str one, struct str two)
{
	const struct status_info *a = info_of(one), *b = info_of(two);

	if (!a || !b)
		return false;
	put_pair(x, "", arena_strf(x->arena, "%u %s", a->status, a->phrase),
		 arena_strf(x->arena, "%u %s", b->status, b->phrase));
	put_pair(x, "class", str_from(status_class(a->status)),
		 str_from(status_class(b->status)));
	put_pair(x, "source", str_from(a->source), str_from(b->source));
	put_pair(x, "means", sentence(x, a->meaning), sentence(x, b->meaning));
	put_pair(x, "seen", sentence(x, a->when), sentence(x, b->when));
	put_pair(x, "do", sentence(x, a->cure), sentence(x, b->cure));
	put_difference(x, a, b);
	put_pair(x, "played by", scenarios(x, a->status),
		 scenarios(x, b->status));
	return true;
}
