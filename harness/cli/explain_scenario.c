/* SPDX-License-Identifier: MIT */
/* A scenario: what it proves, who plays, and each rule with its lines. */
#include "cli/explain.h"

struct told {
	struct explain *x;
	struct arena *arena;
	const struct prog *prog;
	struct str *rules; /* each once, in the order of the lines */
	size_t nrules;
	struct str now; /* the rule whose lines are put */
};

static void collect(void *ctx, const struct carrier *c)
{
	struct told *t = ctx;

	for (unsigned i = 0; i < c->rules->n; i++) {
		bool known = false;

		for (size_t k = 0; k < t->nrules; k++)
			known |= str_eq(t->rules[k], c->rules->ids[i]);
		if (!known)
			*ARENA_PUSH(t->arena, t->rules, t->nrules) =
				c->rules->ids[i];
	}
}

static void put_line(void *ctx, const struct carrier *c)
{
	struct told *t = ctx;

	if (explain_carries(c->rules, t->now))
		buf_addf(&t->x->out, "            by " STR_F "   (" STR_F ")\n",
			 STR_A(explain_line_text(t->arena, c)),
			 STR_A(explain_line_place(t->arena, c,
						  t->x->all.env.root)));
}

static void put_rule(struct told *t, struct str id)
{
	const struct requirement *r = catalogue_find(&t->x->all.catalogue, id);
	const char *level = "practice";
	bool in_force;

	if (r) {
		enum level l =
			requirement_level(r, t->prog->edition, &in_force);

		level = explain_level(l, in_force);
	}
	buf_addf(&t->x->out, "\n  %-10s" STR_F "\n", level, STR_A(id));
	if (r)
		explain_put(&t->x->out, "", r->text);
	t->now = id;
	explain_lines(t->prog, put_line, t);
}

static struct str words_of(struct arena *a, const struct str *list, unsigned n)
{
	buf_auto out = { 0 };

	for (unsigned i = 0; i < n; i++)
		buf_addf(&out, "%s" STR_F, i ? ", " : "", STR_A(list[i]));
	return arena_str(a, buf_str(&out));
}

static struct str parties_of(struct arena *a, const struct prog *prog)
{
	buf_auto out = { 0 };

	for (unsigned i = 0; i < prog->nparties; i++)
		buf_addf(&out, "%s" STR_F "%s", i ? ", " : "",
			 STR_A(prog->parties[i].name),
			 prog->parties[i].registers ? " (registers)" : "");
	return arena_str(a, buf_str(&out));
}

static struct str stem_of(struct str id)
{
	struct str stem;

	str_cut(id, '#', &stem, &(struct str){ 0 });
	return stem;
}

static struct str rows_of(struct arena *a, const struct selection *s,
			  const struct prog *prog)
{
	struct str stem = stem_of(prog->id);
	buf_auto out = { 0 };

	for (size_t i = 0; i < s->progs.n; i++) {
		struct str id = s->progs.list[i]->id;
		struct str row = str_tail(id, stem.len);

		if (str_eq(stem_of(id), stem) && row.len)
			buf_addf(&out, "%s" STR_F, out.len ? " " : "",
				 STR_A(row));
	}
	return arena_str(a, buf_str(&out));
}

static void put_prog(struct explain *x, const struct selection *s,
		     const struct prog *prog)
{
	struct arena *a = s->arena;
	struct told t = { .x = x, .arena = a, .prog = prog };
	struct buf *out = &x->out;

	buf_addf(out, STR_F "   " STR_F "\n", STR_A(prog->id),
		 STR_A(prog->title));
	explain_put(out, "file", prog->file);
	explain_put(out, "for", words_of(a, prog->roles, prog->nroles));
	explain_put(out, "needs", words_of(a, prog->needs, prog->nneeds));
	explain_put(out, "triggers",
		    words_of(a, prog->triggers, prog->ntriggers));
	explain_put(out, "parties", parties_of(a, prog));
	explain_put(out, "rows", rows_of(a, s, prog));
	explain_put(out, "bites", words_of(a, prog->bites, prog->nbites));
	explain_put(out, "silences",
		    words_of(a, prog->without, prog->nwithout));
	if (x->dut && !prog->selected)
		explain_put(out, "skipped", prog->why);
	explain_lines(prog, collect, &t);
	buf_add_z(out, t.nrules ? "\n  it looks at these rules\n"
				: "\n  it names no rule\n");
	for (size_t i = 0; i < t.nrules; i++)
		put_rule(&t, t.rules[i]);
	buf_addf(out, "\n  its ladder: sipladder draw " STR_F "\n",
		 STR_A(prog->id));
}

/* Is it a file, or the id of one that was read? */
static bool is_meant(struct explain *x, struct str word)
{
	if (str_ends(word, ".ladder"))
		return true; /* or it is said why not */
	if (str_find_char(word, '/') < 0)
		return false;
	explain_load(x);
	for (size_t i = 0; i < x->all.progs.n; i++)
		if (str_eq(x->all.progs.list[i]->id, word) ||
		    str_eq(stem_of(x->all.progs.list[i]->id), word))
			return true;
	return false;
}

bool explain_scenario(struct explain *x, struct str word)
{
	struct selection s = { .arena = arena_new() };
	const char *what = arena_z(x->arena, word);
	bool known = false;

	if (!is_meant(x, word)) {
		arena_free(s.arena);
		return false;
	}
	explain_load(x); /* the sentences of its rules */
	x->status =
		select_load(&s, "explain", x->dut, NULL, x->edition, &what, 1);
	if (!x->status && s.progs.n)
		put_prog(x, &s, s.progs.list[0]);
	known = x->status || s.progs.n;
	arena_free(s.arena);
	return known;
}
