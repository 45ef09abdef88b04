/* SPDX-License-Identifier: MIT */
/* Is every name that is used made, and made where the use can see it? Looked
 * at when a row is compiled, since names may be used above their line. */
#include "lang/compile.h"

enum { KNOWN_MAX = 12 };

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
		const struct dialog_decl *d = c->names->dialogs[i];

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
		const struct label *l = c->names->labels[i];

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

static size_t slot_of(const struct blocks *set, const struct block *b)
{
	size_t i = ((uintptr_t)b >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 20;

	while (set->slots[i & (set->cap - 1)] &&
	       set->slots[i & (set->cap - 1)] != b)
		i++;
	return i & (set->cap - 1);
}

static bool is_making(const struct blocks *set, const struct block *b)
{
	return set->cap && set->slots[slot_of(set, b)] == b;
}

static void add_block(struct compiler *c, struct blocks *set,
		      const struct block *b)
{
	struct blocks old = *set;

	if (2 * (set->n + 1) > set->cap) {
		set->cap = old.cap ? 2 * old.cap : 16;
		set->slots = ARENA_ARRAY(c->a, const struct block *, set->cap);
		for (size_t i = 0; i < old.cap; i++)
			if (old.slots[i])
				set->slots[slot_of(set, old.slots[i])] =
					old.slots[i];
	}
	set->slots[slot_of(set, b)] = b;
	set->n++;
}

static bool ends_test(const struct block *branch)
{
	return str_is(branch->verdict, "skip") ||
	       str_is(branch->verdict, "inconclusive");
}

static bool either_makes(const struct blocks *set, const struct op *either)
{
	for (unsigned i = 0; i < either->either.n; i++)
		if (!ends_test(&either->either.branches[i]) &&
		    !is_making(set, &either->either.branches[i]))
			return false;
	return true;
}

/* The block in which the name is made makes it, and what is around that block
 * where nothing can go past it. */
static void climb(struct compiler *c, struct blocks *set, const struct block *b)
{
	while (!is_making(set, b)) {
		add_block(c, set, b);
		if (!b->owner || (b->owner->kind == OP_EITHER &&
				  !either_makes(set, b->owner)))
			return;
		b = b->owner->in;
	}
}

/* The blocks that make the name whenever they are played; found once. */
static const struct blocks *makers(struct compiler *c, const struct used *u,
				   const struct made *list)
{
	struct blocks *set = u->dialog ? &c->names->dialog_blocks[u->id]
				       : &c->names->label_blocks[u->id];

	if (set->cap)
		return set;
	for (const struct made *m = list; m; m = m->next)
		if (m->op)
			climb(c, set, m->op->in);
	return set;
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
	const struct blocks *set = makers(c, u, list);
	const struct block *b = u->op->in;

	if (!list->op)
		return true; /* of the header */
	for (; b; b = b->owner ? b->owner->in : NULL)
		if (is_making(set, b))
			return true;
	for (enum phase i = PHASE_SETUP; i < u->op->phase; i++)
		if (is_making(set, phase_block(c->prog, i)))
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

	if (above ? is_visible(c, u, list) : u->strict == STRICT_BRANCH)
		return;
	if (say(c, above ? CODE(MADE_IN_A_BRANCH) : CODE(MADE_BELOW), &u->tok,
		above ? "the %s \"" STR_F "\" is made only in some "
			"branches; after another one this finds nothing"
		      : "the %s \"" STR_F "\" is made only further down",
		what, STR_A(u->tok.text)))
		diag_note(c->ds, list->tok.at, "here");
}

void names_check(struct compiler *c)
{
	struct names *n = c->names;

	n->label_blocks = ARENA_ARRAY(c->a, struct blocks, n->nlabels + 1);
	n->dialog_blocks = ARENA_ARRAY(c->a, struct blocks, n->ndialogs + 1);
	c->expanded = false;
	for (size_t i = 0; i < c->names->nused; i++) {
		const struct used *u = &c->names->used[i];
		const struct made *list = made_of(c, u);

		c->scope = u->scope;
		c->of_row = u->of_row;
		if (!list)
			unknown(c, u);
		else if (u->strict && u->op)
			check_strict(c, u, list);
	}
	literal_check(c);
	c->scope = NULL;
}
