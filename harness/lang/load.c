/* SPDX-License-Identifier: MIT */
/* A scenario file: its head, its flows, its rows, its three sections. */
#include "lang/compile.h"

#include <stdlib.h>

struct head { /* what stands before the sections */
	struct lines file;
	size_t body;                /* the first line of the sections */
	size_t for_first, for_last; /* rows; 0: none */
	struct str *columns;
	unsigned ncolumns;
	struct binding *params;
	unsigned nparams;
};

static bool is_section(const struct text_line *l)
{
	return l->n == 1 && (str_is(l->words[0].text, "setup") ||
			     str_is(l->words[0].text, "test") ||
			     str_is(l->words[0].text, "cleanup"));
}

/* ---- flows
 * --------------------------------------------------------------------- */

static size_t read_flow(struct compiler *c, const struct lines *f, size_t at)
{
	const struct text_line *l = &f->list[at];
	struct flow *flow = ARENA_PUSH(c->arena, c->flows, c->nflows);
	unsigned depth = 0;

	*flow = (struct flow){ .file = f, .first = at + 1 };
	flow->name = l->n > 1 ? l->words[1].text : STR_NONE;
	for (unsigned i = 2; i < l->n; i++)
		if (!str_is(l->words[i].text, "(") &&
		    !str_is(l->words[i].text, ")") &&
		    !str_is(l->words[i].text, ","))
			*ARENA_PUSH(c->arena, flow->params, flow->nparams) =
				l->words[i].text;
	for (size_t i = at + 1; i < f->n; i++) {
		struct str first = f->list[i].words[0].text;

		if (str_is(first, "either") || str_is(first, "when") ||
		    str_is(first, "repeat") ||
		    (str_is(first, "any") && f->list[i].n > 1 &&
		     str_is(f->list[i].words[1].text, "order")))
			depth++;
		else if (str_is(first, "end") && !depth--) {
			flow->last = i;
			return i + 1;
		}
	}
	diag_add(c->ds, DIAG_ERROR, "missing-end", l->at,
		 "no \"end\" closes this flow");
	flow->last = f->n;
	return f->n;
}

static void use_file(struct compiler *c, const struct tok *t)
{
	struct str path = arena_strf(c->arena, "%s/" STR_F ".ladder",
				     c->env->root, STR_A(t->text));
	struct lines *f = ARENA_NEW(c->arena, struct lines);
	struct diags probe = { .arena = c->arena };

	if (!lines_read(c->arena, path.p, f, &probe)) {
		diag_add(c->ds, DIAG_ERROR, "unknown-file", t->at,
			 "cannot use \"" STR_F "\": " STR_F, STR_A(t->text),
			 STR_A(probe.list[0].text));
		return;
	}
	for (size_t i = 0; i < f->n;)
		i = str_is(f->list[i].words[0].text, "flow")
			    ? read_flow(c, f, i)
			    : i + 1;
}

/* ---- the head
 * ---------------------------------------------------------------------- */

static void words_of(struct compiler *c, const struct text_line *l,
		     struct str **list, unsigned *n)
{
	for (unsigned i = 1; i < l->n; i++)
		*ARENA_PUSH(c->arena, *list, *n) = l->words[i].text;
}

static void party_line(struct compiler *c, const struct text_line *l)
{
	struct party_decl *p = ARENA_NEW(c->arena, struct party_decl);

	if (l->n < 2) {
		diag_add(c->ds, DIAG_ERROR, "missing-word", l->at,
			 "the line ends where a name is wanted");
		return;
	}
	*p = (struct party_decl){ .id = c->nparties,
				  .name = l->words[1].text,
				  .user = l->words[1].text,
				  .at = l->words[1].at };
	if (name_party(c, p->name))
		diag_add(c->ds, DIAG_ERROR, "duplicate-party", p->at,
			 "there is a party \"" STR_F "\" already",
			 STR_A(p->name));
	for (unsigned i = 2; i < l->n; i++) {
		struct str w = l->words[i].text;
		bool more = i + 1 < l->n;

		if (str_is(w, "register"))
			p->registers = true;
		else if (str_is(w, "fixed"))
			p->fixed = true;
		else if (str_is(w, "deaf"))
			p->deaf = true;
		else if (str_is(w, "user") && more)
			p->user = l->words[++i].text;
		else if (str_is(w, "via") && more)
			p->via = l->words[++i].text;
		else if (str_is(w, "side") && more)
			p->side = l->words[++i].text;
		else if (str_is(w, "auto") && more) {
			w = l->words[++i].text;
			if (str_is(w, "none"))
				p->auto_none = true;
			else
				*ARENA_PUSH(c->arena, p->autos, p->nautos) = w;
		} else
			diag_add(c->ds, DIAG_ERROR, "unknown-modifier",
				 l->words[i].at, "a party has no \"" STR_F "\"",
				 STR_A(w));
	}
	*ARENA_PUSH(c->arena, c->parties, c->nparties) = p;
}

static void paper_line(struct compiler *c, const struct text_line *l)
{
	struct dialog_decl *d;

	if (l->n < 5)
		return;
	d = name_dialog(c, &l->words[1], true);
	d->paper = true;
	d->party = name_party(c, l->words[3].text);
	d->peer = name_party(c, l->words[4].text);
}

static void needs_line(struct compiler *c, const struct text_line *l)
{
	for (unsigned i = 1; i < l->n; i++) {
		struct str name, value;

		str_cut(l->words[i].text, '=', &name, &value);
		if (!fact_is_claim(name))
			diag_add(c->ds, DIAG_ERROR, "unknown-claim",
				 l->words[i].at,
				 "\"" STR_F "\" is no claim of a device",
				 STR_A(name));
	}
	words_of(c, l, &c->prog->needs, &c->prog->nneeds);
}

static bool head_line(struct compiler *c, struct head *h,
		      const struct text_line *l)
{
	struct str key = l->words[0].text;
	struct prog *prog = c->prog;

	if (str_is(key, "title"))
		prog->title = l->n > 1 ? l->words[1].text : STR_NONE;
	else if (str_is(key, "role"))
		words_of(c, l, &prog->roles, &prog->nroles);
	else if (str_is(key, "needs"))
		needs_line(c, l);
	else if (str_is(key, "tags"))
		words_of(c, l, &prog->tags, &prog->ntags);
	else if (str_is(key, "bites"))
		words_of(c, l, &prog->bites, &prog->nbites);
	else if (str_is(key, "without"))
		words_of(c, l, &prog->without, &prog->nwithout);
	else if (str_is(key, "party"))
		party_line(c, l);
	else if (str_is(key, "paper"))
		paper_line(c, l);
	else if (str_is(key, "use") && l->n > 1)
		use_file(c, &l->words[1]);
	else if (str_is(key, "timeout") && l->n > 1)
		expr_time(c, l->words[1].text, &prog->deadline);
	else if (str_is(key, "param") && l->n > 3)
		*ARENA_PUSH(c->arena, h->params, h->nparams) =
			(struct binding){ l->words[1].text, l->words[3].text,
					  false };
	else if (!str_is(key, "ladder") && !str_is(key, "dut"))
		return false;
	return true;
}

static size_t for_rows(struct compiler *c, struct head *h, size_t at)
{
	const struct lines *f = &h->file;

	words_of(c, &f->list[at], &h->columns, &h->ncolumns);
	h->for_first = at + 1;
	for (size_t i = at + 1; i < f->n; i++) {
		if (str_is(f->list[i].words[0].text, "end")) {
			h->for_last = i;
			return i + 1;
		}
		if (f->list[i].n != h->ncolumns)
			diag_add(c->ds, DIAG_ERROR, "row", f->list[i].at,
				 "%u values, but \"for\" names %u columns",
				 f->list[i].n, h->ncolumns);
	}
	diag_add(c->ds, DIAG_ERROR, "missing-end", f->list[at].at,
		 "no \"end\" closes these rows");
	h->for_last = f->n;
	return f->n;
}

static void read_head(struct compiler *c, struct head *h)
{
	const struct lines *f = &h->file;

	for (size_t i = 0; i < f->n;) {
		const struct text_line *l = &f->list[i];

		if (is_section(l)) {
			h->body = i;
			return;
		}
		if (str_is(l->words[0].text, "for")) {
			i = for_rows(c, h, i);
		} else if (str_is(l->words[0].text, "flow")) {
			i = read_flow(c, f, i);
		} else {
			if (!head_line(c, h, l))
				diag_add(c->ds, DIAG_ERROR, "unknown-keyword",
					 l->words[0].at,
					 "no header line begins with "
					 "\"" STR_F "\"",
					 STR_A(l->words[0].text));
			i++;
		}
	}
	h->body = f->n;
	diag_add(c->ds, DIAG_ERROR, "no-test", f->list[0].at,
		 "there is no \"test\"");
}

/* ---- the sections
 * -------------------------------------------------------------------- */

static void sections(struct compiler *c, const struct head *h,
		     const struct scope *scope)
{
	const struct lines *f = &h->file;
	size_t at = h->body;

	while (at < f->n) {
		struct str name = f->list[at].words[0].text;
		size_t end = at + 1;
		struct block *b = &c->prog->test;

		c->phase = PHASE_TEST;
		if (str_is(name, "setup")) {
			c->phase = PHASE_SETUP;
			b = &c->prog->setup;
		} else if (str_is(name, "cleanup")) {
			c->phase = PHASE_CLEANUP;
			b = &c->prog->cleanup;
		}
		while (end < f->n && !is_section(&f->list[end]))
			end++;
		compile_lines(c, f, at + 1, end, scope, b);
		at = end;
	}
}

static void flatten(struct compiler *c)
{
	struct prog *prog = c->prog;

	prog->ops = c->ops;
	prog->nops = c->nops;
	prog->nparties = c->nparties;
	prog->ndialogs = c->ndialogs;
	prog->nlabels = c->nlabels;
	prog->parties =
		ARENA_ARRAY(c->arena, struct party_decl, c->nparties + 1);
	for (unsigned i = 0; i < c->nparties; i++)
		prog->parties[i] = *c->parties[i];
}

/* Ops point at the compiler's parties: by id they are the program's. */
static void settle_parties(struct compiler *c)
{
	for (unsigned i = 0; i < c->nops; i++)
		if (c->ops[i]->party)
			c->ops[i]->party =
				&c->prog->parties[c->ops[i]->party->id];
}

static void missing_labels(struct compiler *c)
{
	for (unsigned i = 0; i < c->nlabels; i++) {
		bool carried = false;

		for (unsigned k = 0; k < c->nops; k++)
			carried |= c->ops[k]->label == c->labels[i];
		if (!carried)
			diag_add(c->ds, DIAG_ERROR, "unknown-label",
				 c->labels[i]->at,
				 "no line carries the label \"" STR_F "\"",
				 STR_A(c->labels[i]->name));
	}
}

static struct str id_of(struct compiler *c, const char *path)
{
	struct str s = str_from(path), root = str_from(c->env->root);

	if (str_starts(s, c->env->root))
		s = str_tail(s, root.len);
	while (str_starts(s, "/") || str_starts(s, "./"))
		s = str_tail(s, s.p[0] == '.' ? 2 : 1);
	if (str_ends(s, ".ladder"))
		s.len -= strlen(".ladder");
	return arena_str(c->arena, s);
}

static struct prog *compile_row(const struct lang_env *env, const char *path,
				const struct text_line *row, struct diags *ds)
{
	struct prog *prog = ARENA_NEW(env->arena, struct prog);
	struct compiler c = {
		.env = env, .arena = env->arena, .ds = ds, .prog = prog
	};
	struct head h = { 0 };
	struct scope params = { 0 }, columns = { .up = &params };

	if (!lines_read(env->arena, path, &h.file, ds))
		return NULL;
	prog->arena = env->arena;
	prog->file = str_from(path);
	prog->edition = env->edition;
	prog->id = id_of(&c, path);
	read_head(&c, &h);
	for (unsigned i = 0; i < env->nparams; i++)
		*ARENA_PUSH(env->arena, params.list, params.n) =
			(struct binding){ env->params[i].name,
					  env->params[i].value, false };
	for (unsigned i = 0; i < h.nparams; i++)
		*ARENA_PUSH(env->arena, params.list, params.n) = h.params[i];
	for (unsigned i = 0; row && i < h.ncolumns && i < row->n; i++)
		*ARENA_PUSH(env->arena, columns.list, columns.n) =
			(struct binding){ h.columns[i], row->words[i].text,
					  false };
	if (row)
		prog->id =
			arena_strf(env->arena, STR_F "#" STR_F, STR_A(prog->id),
				   STR_A(row->words[0].text));
	sections(&c, &h, &columns);
	missing_labels(&c);
	flatten(&c);
	settle_parties(&c);
	fact_select(&c);
	return prog;
}

static bool check_first_line(const struct lines *f, const char *path,
			     struct diags *ds)
{
	struct loc nowhere = { .src = f->src };

	if (!f->n) {
		diag_add(ds, DIAG_ERROR, "empty-file", nowhere,
			 "%s: nothing in it", path);
		return false;
	}
	if (str_is(f->list[0].words[0].text, "ladder"))
		return true;
	diag_add(ds, DIAG_ERROR, "not-a-ladder", f->list[0].at,
		 "a scenario begins with \"ladder 1\"");
	return false;
}

static void find_rows(const struct lines *f, size_t *ret_first,
		      size_t *ret_last)
{
	*ret_first = *ret_last = 0;
	for (size_t i = 0; i < f->n && !is_section(&f->list[i]); i++) {
		struct str key = f->list[i].words[0].text;

		if (str_is(key, "flow"))
			return;
		if (str_is(key, "for"))
			*ret_first = i + 1;
		else if (str_is(key, "end") && *ret_first) {
			*ret_last = i;
			return;
		}
	}
}

bool lang_load(const struct lang_env *env, const char *path, struct progs *ret,
	       struct diags *ds)
{
	size_t errors = ds->errors, first, last;
	struct lines f;

	if (!lines_read(env->arena, path, &f, ds) ||
	    !check_first_line(&f, path, ds))
		return false;
	find_rows(&f, &first, &last);
	for (size_t i = first; i < (last ? last : first + 1); i++) {
		struct prog *prog =
			compile_row(env, path, last ? &f.list[i] : NULL, ds);

		if (ds->errors > errors || !prog)
			return false; /* the other rows would say it again */
		*ARENA_PUSH(env->arena, ret->list, ret->n) = prog;
	}
	return true;
}
