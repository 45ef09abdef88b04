/* SPDX-License-Identifier: MIT */
/* do: a flow is put in where it is named, with its arguments bound. */
#include "lang/compile.h"

static struct flow *find_flow(struct compiler *c, const struct tok *t)
{
	struct str names[64], near;
	unsigned n = 0;

	for (unsigned i = 0; i < c->nflows; i++) {
		if (str_eq(c->flows[i].name, t->text))
			return &c->flows[i];
		if (n < 64)
			names[n++] = c->flows[i].name;
	}
	near = diag_nearest(t->text, names, n);
	diag_add(c->ds, DIAG_ERROR, "unknown-flow", t->at,
		 "no flow called \"" STR_F "\"%s" STR_F "%s", STR_A(t->text),
		 near.len ? ". Did you mean \"" : "", STR_A(near),
		 near.len ? "\"?" : "");
	return NULL;
}

static void play_flow(struct cursor *cu, struct flow *flow,
		      struct binding *args, unsigned n, struct block *b)
{
	struct compiler *c = cu->c;
	struct scope scope = { .up = cu->scope, .list = args, .n = n };
	struct loc used = c->used;
	size_t before = c->ds->n;

	if (c->depth >= DEPTH_MAX) {
		diag_add(c->ds, DIAG_ERROR, "too-deep", cu->line,
			 "flows call each other more than %d deep", DEPTH_MAX);
		return;
	}
	if (!used.src)
		c->used = cu->line;
	c->depth++;
	compile_lines(c, flow->file, flow->first, flow->last, &scope, b);
	c->depth--;
	c->used = used;
	if (c->ds->n > before)
		diag_note(c->ds, cu->line, "brought in here");
}

void flow_do_line(struct cursor *cu, struct block *b)
{
	struct tok *t = cursor_next(cu, "the name of a flow");
	struct binding *args = NULL;
	struct flow *flow = t ? find_flow(cu->c, t) : NULL;
	unsigned n = 0;

	if (!flow)
		return;
	cursor_take(cu, "(");
	while (cursor_more(cu) && !cursor_take(cu, ")")) {
		if (cursor_take(cu, ","))
			continue;
		t = cursor_next(cu, "an argument");
		if (n < flow->nparams) {
			struct str name = flow->params[n];

			*ARENA_PUSH(cu->c->arena, args, n) =
				(struct binding){ name, t->text, true };
		} else {
			n++;
		}
	}
	if (n != flow->nparams)
		diag_add(cu->c->ds, DIAG_ERROR, "arguments", cu->line,
			 STR_F " takes %u arguments", STR_A(flow->name),
			 flow->nparams);
	else
		play_flow(cu, flow, args, n, b);
}
