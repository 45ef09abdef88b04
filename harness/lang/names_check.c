/* SPDX-License-Identifier: MIT */
/* Is every name that is used made, and made where the use can see it? Looked
 * at when a row is compiled, since names may be used above their line. */
#include "lang/compile.h"

enum { KNOWN_MAX = 12, NESTING_MAX = 6 };

static struct made *made_of(struct compiler *c, const struct used *u)
{
	return u->dialog ? c->names->dialog_made[u->id]
			 : c->names->label_made[u->id];
}

/* ---- unknown names ---- */

static void add_known(struct buf *out, struct str name, struct loc at,
		      unsigned n)
{
	if (n < KNOWN_MAX)
		buf_addf(out, "%s" STR_F " (line %u)", n ? ", " : "",
			 STR_A(name), src_line(&at));
	else if (n == KNOWN_MAX)
		buf_add_z(out, ", ...");
}

static unsigned known_dialogs(struct compiler *c, struct str *list,
			      struct buf *out)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->names->ndialogs; i++) {
		const struct dialog_decl *d = &c->names->dialogs[i];

		if (!c->names->dialog_made[i])
			continue;
		add_known(out, d->name, d->at, n);
		list[n++] = d->name;
	}
	return n;
}

static unsigned known_labels(struct compiler *c, struct str *list,
			     struct buf *out)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->names->nlabels; i++) {
		const struct label *l = &c->names->labels[i];

		if (!c->names->label_made[i] || !names_is_label(l->name))
			continue;
		add_known(out, l->name, l->at, n);
		list[n++] = l->name;
	}
	return n;
}

static void unknown(struct compiler *c, const struct used *u)
{
	struct str *list = ARENA_ARRAY(c->a, struct str, LABELS_MAX);
	buf_auto known = { 0 };
	unsigned n = u->dialog ? known_dialogs(c, list, &known)
			       : known_labels(c, list, &known);

	say(c, u->dialog ? CODE(UNKNOWN_DIALOG) : CODE(UNKNOWN_LABEL), &u->tok,
		  "no %s called \"" STR_F "\" here. Known: " STR_F "%s",
		  u->dialog ? "dialog" : "label", STR_A(u->tok.text),
		  STR_A(known.len ? buf_str(&known) : STR("none")),
		  say_nearest(c, diag_nearest(u->tok.text, list, n)));
}

/* ---- made in every branch? ---- */

static bool block_makes(const struct block *b, const struct made *list,
			unsigned depth);

static bool ends_test(const struct block *branch)
{
	return str_is(branch->verdict, "skip") ||
	       str_is(branch->verdict, "inconclusive");
}

static bool either_makes(const struct op *either, const struct made *list,
			 unsigned depth)
{
	for (unsigned i = 0; i < either->either.n; i++)
		if (!ends_test(&either->either.branches[i]) &&
		    !block_makes(&either->either.branches[i], list, depth + 1))
			return false;
	return true;
}

/* Does this one happen whenever the block does? */
static bool makes_in(const struct made *m, const struct block *b,
		     const struct made *list, unsigned depth)
{
	const struct block *at = m->op ? m->op->in : b;

	while (at != b) {
		if (!at->owner)
			return false;
		if (at->owner->kind == OP_EITHER &&
		    !either_makes(at->owner, list, depth))
			return false;
		at = at->owner->in;
	}
	return true;
}

static bool block_makes(const struct block *b, const struct made *list,
			unsigned depth)
{
	if (depth > NESTING_MAX)
		return true;
	for (const struct made *m = list; m; m = m->next)
		if (makes_in(m, b, list, depth))
			return true;
	return false;
}

static const struct block *phase_block(const struct prog *p, enum phase phase)
{
	return phase == PHASE_SETUP  ? &p->setup
	       : phase == PHASE_TEST ? &p->test
				     : &p->cleanup;
}

static bool is_visible(struct compiler *c, const struct used *u,
		       const struct made *list)
{
	const struct block *b = u->op->in;

	for (; b; b = b->owner ? b->owner->in : NULL)
		if (block_makes(b, list, 0))
			return true;
	for (enum phase i = PHASE_SETUP; i < u->op->phase; i++)
		if (block_makes(phase_block(c->prog, i), list, 0))
			return true;
	return false;
}

static bool is_above(const struct used *u, const struct made *list)
{
	for (const struct made *m = list; m; m = m->next)
		if (!m->op || m->op->id <= u->op->id)
			return true;
	return false;
}

static void check_strict(struct compiler *c, const struct used *u,
			 const struct made *list)
{
	const char *what = u->dialog ? "dialog" : "label";
	bool above = is_above(u, list);

	if (above && is_visible(c, u, list))
		return;
	if (say(c, above ? CODE(MADE_IN_A_BRANCH) : CODE(MADE_BELOW), &u->tok,
		      above ? "the %s \"" STR_F "\" is made only in some "
			      "branches, and may be used there"
			    : "the %s \"" STR_F "\" is made only further down",
		      what, STR_A(u->tok.text)))
		diag_note(c->ds, list->tok.at, "here");
}

void names_check(struct compiler *c)
{
	c->expanded = false;
	c->of_row = true;
	for (size_t i = 0; i < c->names->nused; i++) {
		const struct used *u = &c->names->used[i];
		const struct made *list = made_of(c, u);

		c->scope = u->scope;
		if (!list)
			unknown(c, u);
		else if (u->strict && u->op)
			check_strict(c, u, list);
	}
	c->scope = NULL;
}
