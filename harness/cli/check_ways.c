/* SPDX-License-Identifier: MIT */
/* check, without a device: what "when" asks may be answered otherwise by
 * another device, and then other lines are there. Each scenario is read once
 * more for each answer to each thing that it asks, one at a time. */
#include "cli/check_ways.h"

#include "lang/claims.h"
#include "lang/codes.h"

struct answer { /* a device that answers one thing in its own way */
	const char *fact, *value; /* fact NULL: any claim */
	const char *role, *calls;
	const char *says; /* where fact is NULL */
};

/* Roles answer for calls too: a PBX routes them, a phone is made to call. */
static const struct answer answers[] = {
	{ "role", "ua", "ua", "refer", NULL },
	{ "role", "b2bua", "b2bua", "route", NULL },
	{ "role", "proxy", "proxy", "route", NULL },
	{ "role", "registrar", "registrar", "route", NULL },
	{ "role", "redirect-server", "redirect-server", "route", NULL },
	{ "calls", "trigger", "ua", "trigger", NULL },
	{ "answers", "trigger", NULL, NULL, NULL },
	{ "edition", "rfc7647", NULL, NULL, NULL },
	{ "edition", "interop", NULL, NULL, NULL },
	{ "transport", "tcp", NULL, NULL, NULL },
	{ "transport", "tls", NULL, NULL, NULL },
	{ NULL, "yes", "ua", "refer", "a ua that claims all there is" },
	{ NULL, "yes", "b2bua", "route", "a b2bua that claims all there is" },
	{ NULL, "yes", "proxy", "route", "a proxy that claims all there is" },
	{ NULL, "user", "ua", "refer", "a ua that dials a 3xx's user" },
	{ NULL, "user", "b2bua", "route", "a b2bua that dials a 3xx's user" },
	{ NULL, "no", NULL, NULL, "a device that claims nothing" },
};

enum { NANSWERS = sizeof(answers) / sizeof(*answers) };

struct walk {
	struct selection *s;
	struct diags *more; /* what no way before has said */
	struct arena *a;    /* of one file */
	struct arena_spares *spares;
	bool edition; /* is given, and no other one is of interest */
};

/* ---- a device for it ---- */

static struct str *one(struct arena *a, const char *word)
{
	struct str *list = ARENA_ARRAY(a, struct str, 1);

	list[0] = str_from(word);
	return list;
}

/* All claims at once: "user" is for those that take it, "yes" the first word
 * of those that take no yes. */
void check_ways_claim_all(struct arena *a, struct device *d, const char *value)
{
	size_t n;
	const struct claim *all = claims_all(&n);

	d->claims = ARENA_ARRAY(a, struct fact, n);
	for (size_t i = 0; i < n; i++) {
		struct str last = str_from(all[i].values ? all[i].values : "");
		ptrdiff_t blank;

		while ((blank = str_find_char(last, ' ')) >= 0)
			last = str_tail(last, (size_t)blank + 1);
		d->claims[d->nclaims++] = (struct fact){
			str_from(all[i].word),
			claims_has_value(&all[i], str_from(value)) || !last.len
				? str_from(value)
				: last
		};
	}
}

static void apply(struct walk *w, const struct answer *answer,
		  struct lang_env *env, struct device *d)
{
	*d = w->s->device;
	*env = w->s->env;
	env->arena = w->a;
	env->device = d;
	env->asked = NULL;
	if (answer->role) {
		d->roles = one(w->a, answer->role);
		d->nroles = 1;
		d->calls = str_from(answer->calls);
	}
	if (!answer->fact)
		check_ways_claim_all(w->a, d, answer->value);
	else if (strcmp(answer->fact, "answers") == 0)
		d->answers = str_from(answer->value);
	else if (strcmp(answer->fact, "edition") == 0)
		env->edition = str_from(answer->value);
	else if (strcmp(answer->fact, "transport") == 0)
		env->transport = str_from(answer->value);
}

/* ---- what it says ---- */

static bool same_place(const struct diag *a, const struct diag *b)
{
	return a->at.off == b->at.off && strcmp(a->code, b->code) == 0 &&
	       strcmp(a->at.src->path, b->at.src->path) == 0;
}

static bool is_said(const struct diags *ds, const struct diag *d)
{
	for (size_t i = 0; i < ds->n; i++)
		if (ds->list[i].level != DIAG_NOTE &&
		    same_place(&ds->list[i], d))
			return true;
	return false;
}

static struct str name_of(struct arena *a, const struct answer *answer)
{
	if (!answer->fact)
		return arena_strf(a, "for %s", answer->says);
	return arena_strf(a, "for a device with %s=%s", answer->fact,
			  answer->value);
}

/* One diagnostic with its notes; i: the next one. */
static void copy(struct walk *w, const struct diags *ds, size_t *i,
		 const struct answer *answer)
{
	const struct diag *d = &ds->list[(*i)++];
	bool new = !is_said(&w->s->diags, d) && !is_said(w->more, d);
	struct diag *to;

	if (new) {
		to = diag_add(w->more, lang_code_explain(str_from(d->code)),
			      d->at, STR_F, STR_A(d->text));
		to->hint = d->hint;
		to->above = d->above;
		diag_note(w->more, d->at, STR_F, STR_A(name_of(w->a, answer)));
	}
	for (; *i < ds->n && ds->list[*i].level == DIAG_NOTE; (*i)++)
		if (new)
			diag_note(w->more, ds->list[*i].at, STR_F,
				  STR_A(ds->list[*i].text));
}

/* A device that the scenario is not for reads it in vain. */
static bool is_selected(const struct progs *progs)
{
	for (size_t i = 0; i < progs->n; i++)
		if (progs->list[i]->selected)
			return true;
	return false;
}

static void go(struct walk *w, const struct answer *answer, const char *path)
{
	struct diags ds = { .arena = w->a };
	struct progs progs = { 0 };
	struct lang_env env;
	struct device d;

	apply(w, answer, &env, &d);
	lang_load(&env, path, &progs, &ds);
	if (!is_selected(&progs))
		return;
	for (size_t i = 0; i < ds.n;)
		copy(w, &ds, &i, answer);
}

/* ---- all ways of all files ---- */

static bool is_named(const struct asked_facts *asked, const char *fact)
{
	for (size_t i = 0; i < asked->n; i++)
		if (fact ? str_is(asked->list[i], fact)
			 : claims_find(asked->list[i]) != NULL)
			return true;
	return false;
}

static bool is_asked(const struct asked_facts *asked,
		     const struct answer *answer)
{
	return is_named(asked, answer->fact) ||
	       (answer->fact && strcmp(answer->fact, "role") == 0 &&
		is_named(asked, "calls"));
}

static bool is_for(const struct prog *prog, const char *role)
{
	for (unsigned i = 0; role && i < prog->nroles; i++)
		if (str_is(prog->roles[i], role))
			return true;
	return !role || !prog->nroles;
}

static bool is_fixed(const struct walk *w, const struct answer *answer)
{
	return w->edition && answer->fact &&
	       strcmp(answer->fact, "edition") == 0;
}

static const struct asked_facts *asked_by(const struct selection *s,
					  struct str path)
{
	static const struct asked_facts none;

	for (size_t i = 0; i < s->nasked; i++)
		if (str_eq(s->asked[i].path, path))
			return &s->asked[i].facts;
	return &none;
}

static void walk_file(struct walk *w, const struct prog *prog, const char *path)
{
	const struct asked_facts *asked = asked_by(w->s, prog->file);

	for (size_t i = 0; i < NANSWERS; i++)
		if (is_asked(asked, &answers[i]) &&
		    is_for(prog, answers[i].role) && !is_fixed(w, &answers[i]))
			go(w, &answers[i], path);
}

/* Most files have nothing more to say, and what was made of them can go; the
 * others are read once more into what stays. */
static void try_file(const struct walk *w, const struct prog *prog)
{
	const char *path = arena_z(w->s->arena, prog->file);
	struct arena *a = arena_new_from(w->spares);
	struct diags trial = { .arena = a };
	struct walk once = *w;

	once.more = &trial;
	once.a = a;
	walk_file(&once, prog, path);
	if (trial.n) {
		once = *w;
		walk_file(&once, prog, path);
	}
	arena_free(a);
}

/* edition: one was given, and others are of no interest. What the selection's
 * own device has brought about is said already; more gets the rest. */
void check_ways(struct selection *s, bool edition, struct diags *more)
{
	struct arena_spares spares = { 0 };
	struct walk w = { .s = s,
			  .more = more,
			  .a = s->arena,
			  .spares = &spares,
			  .edition = edition };
	struct str last = STR_NONE;

	for (size_t i = 0; i < s->progs.n; i++) {
		const struct prog *prog = s->progs.list[i];

		if (!str_eq(prog->file, last))
			try_file(&w, prog);
		last = prog->file;
	}
	arena_spares_free(&spares);
}
