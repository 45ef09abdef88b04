/* SPDX-License-Identifier: MIT */
/* Parties, dialogs and labels: found, made, or missed with a suggestion. */
#include "lang/parse.h"

struct party_decl *name_party(struct compiler *c, struct str name)
{
	for (unsigned i = 0; i < c->nparties; i++)
		if (str_eq(c->parties[i]->name, name))
			return c->parties[i];
	return NULL;
}

static void unknown(struct compiler *c, const struct tok *t, const char *kind,
		    const char *code, const struct str *names, unsigned n)
{
	struct str near = diag_nearest(t->text, names, n);
	buf_auto known = { 0 };

	for (unsigned i = 0; i < n; i++)
		buf_addf(&known, "%s" STR_F, i ? ", " : "", STR_A(names[i]));
	if (near.len)
		diag_add(c->ds, DIAG_ERROR, code, t->at,
			 "no %s called \"" STR_F "\" here. Known: %s. Did you "
			 "mean \"" STR_F "\"?",
			 kind, STR_A(t->text), buf_z(&known), STR_A(near));
	else
		diag_add(c->ds, DIAG_ERROR, code, t->at,
			 "no %s called \"" STR_F "\" here. Known: %s", kind,
			 STR_A(t->text), n ? buf_z(&known) : "none");
}

struct dialog_decl *name_dialog(struct compiler *c, const struct tok *t,
				bool make)
{
	struct dialog_decl *d;
	struct str *names = NULL;
	unsigned n = 0;

	for (unsigned i = 0; i < c->ndialogs; i++)
		if (str_eq(c->dialogs[i]->name, t->text))
			return c->dialogs[i];
	if (!make) {
		for (unsigned i = 0; i < c->ndialogs; i++)
			*ARENA_PUSH(c->arena, names, n) = c->dialogs[i]->name;
		unknown(c, t, "dialog", "unknown-dialog", names, n);
		return NULL;
	}
	d = ARENA_NEW(c->arena, struct dialog_decl);
	*d = (struct dialog_decl){ .id = c->ndialogs,
				   .name = t->text,
				   .at = t->at };
	*ARENA_PUSH(c->arena, c->dialogs, c->ndialogs) = d;
	return d;
}

bool is_label(struct str s)
{
	if (!s.len || s.p[0] < 'A' || s.p[0] > 'Z')
		return false;
	for (size_t i = 1; i < s.len; i++)
		if ((s.p[i] < 'A' || s.p[i] > 'Z') &&
		    (s.p[i] < '0' || s.p[i] > '9'))
			return false;
	return true;
}

/* Labels may be named before they happen ("until F9"): all are made at once
 * and those that no line carries are missed at the end. */
struct label *name_label(struct compiler *c, const struct tok *t, bool make)
{
	struct label *l;

	(void)make;
	for (unsigned i = 0; i < c->nlabels; i++)
		if (str_eq(c->labels[i]->name, t->text))
			return c->labels[i];
	l = ARENA_NEW(c->arena, struct label);
	*l = (struct label){ .id = c->nlabels, .name = t->text, .at = t->at };
	*ARENA_PUSH(c->arena, c->labels, c->nlabels) = l;
	return l;
}
