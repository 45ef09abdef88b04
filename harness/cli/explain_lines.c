/* SPDX-License-Identifier: MIT */
/* The lines of a program that carry rules, and how they are named. */
#include "cli/explain.h"

static void one(const struct prog *prog, const struct op *op,
		const struct check *check, const struct rules *rules,
		carrier_fn *fn, void *ctx)
{
	struct carrier c = { prog, op, check, rules };

	if (rules->n)
		fn(ctx, &c);
}

void explain_lines(const struct prog *prog, carrier_fn *fn, void *ctx)
{
	for (unsigned i = 0; i < prog->nops; i++) {
		const struct op *op = prog->ops[i];

		one(prog, op, op->kind == OP_CHECK ? &op->check : NULL,
		    &op->rules, fn, ctx);
		if (op->kind != OP_EXPECT && op->kind != OP_WATCH)
			continue;
		for (unsigned k = 0; k < op->line.expect.nchecks; k++)
			one(prog, op, &op->line.expect.checks[k],
			    &op->line.expect.checks[k].rules, fn, ctx);
	}
}

bool explain_carries(const struct rules *rules, struct str id)
{
	for (unsigned i = 0; i < rules->n; i++)
		if (str_eq(rules->ids[i], id))
			return true;
	return false;
}

/* One space for several, and nothing from the ids on. */
static struct str plain(struct arena *a, struct str s)
{
	buf_auto out = { 0 };

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '[' && i && s.p[i - 1] == ' ')
			break;
		if (s.p[i] != ' ' || !out.len || out.p[out.len - 1] != ' ')
			buf_add_char(&out, s.p[i]);
	}
	return arena_str(a, str_trim(buf_str(&out)));
}

struct str explain_line_text(struct arena *a, const struct carrier *c)
{
	const struct label *label = c->op->label;
	const char *guard =
		c->op->word == WORD_SHOULD_NOT ? "should not " : "must not ";
	struct str name = label ? label->name : STR_NONE;

	if (c->op->kind == OP_CHECK)
		return plain(a, loc_text(c->check->at));
	if (c->check)
		return arena_strf(a, STR_F "%s" STR_F, STR_A(name),
				  name.len ? " " : "",
				  STR_A(plain(a, loc_text(c->check->at))));
	return arena_strf(a, "%s" STR_F "%s" STR_F,
			  c->op->kind == OP_GUARD ? guard : "", STR_A(name),
			  name.len ? " " : "", STR_A(c->op->arrow));
}

struct str explain_line_place(struct arena *a, const struct carrier *c,
			      const char *root)
{
	struct loc at = c->check ? c->check->at : c->op->at;
	struct str path;

	if (!at.src)
		return c->prog->file;
	path = str_from(at.src->path);
	if (str_starts(path, root))
		path = str_tail(path, strlen(root));
	while (path.len > 1 && path.p[0] == '/')
		path = str_tail(path, 1);
	return arena_strf(a, STR_F ":%u", STR_A(path), src_line(&at));
}
