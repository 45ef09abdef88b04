/* SPDX-License-Identifier: MIT */
/* What the header brings in from outside of it: the row's columns, params,
 * other files; and whether this device is meant at all. */
#include "lang/compile.h"
#include "lang/device_trigger.h"

/* ---- params and columns ---- */

static void set_value(struct compiler *c, const struct token *name,
		      struct token value)
{
	for (unsigned i = 0; i < c->nvalues; i++)
		if (str_eq(c->values[i].name, name->text)) {
			say(c, CODE(DUPLICATE_NAME), name,
			    "there is a \"" STR_F "\" already",
			    STR_A(name->text));
			return;
		}
	*ARENA_PUSH(c->a, c->values, c->nvalues) =
		(struct value_def){ name->text, value };
}

/* What -v NAME=VALUE says wins. */
static struct str from_outside(struct compiler *c, struct str name,
			       struct str value)
{
	for (unsigned i = 0; i < c->env->nparams; i++)
		if (str_eq(c->env->params[i].name, name)) {
			if (c->env->params_used)
				c->env->params_used[i] = true;
			return c->env->params[i].value;
		}
	return value;
}

static void param(struct compiler *c, const struct text_line *line)
{
	struct token value;

	if (line->n != 4 || !token_is(&line->toks[2], "=") ||
	    line->toks[3].kind > TOK_HEREDOC) {
		say_at(c, CODE(BAD_PARAM), line->at,
		       "a param is written: param name = value");
		return;
	}
	value = line->toks[3];
	value.text = from_outside(c, line->toks[1].text, value.text);
	set_value(c, &line->toks[1], value);
}

/* Anew for each row; row NULL: the file has no "for". */
void header_values(struct compiler *c, const struct for_row *row)
{
	const struct tree *t = c->tree;

	c->values = NULL;
	c->nvalues = 0;
	for (unsigned i = 0; row && i < t->ncolumns && i < row->n; i++)
		set_value(c, &t->columns[i], row->values[i]);
	for (size_t i = 0; i < t->nheads; i++)
		if (line_begins(&t->heads[i], "param"))
			param(c, &t->heads[i]);
}

/* ---- use ---- */

static void only_flows(struct compiler *c, const struct tree *lib)
{
	for (int i = PHASE_SETUP; i <= PHASE_CLEANUP; i++)
		if (lib->phase_at[i].src)
			say_at(c, CODE(ONLY_FLOWS), lib->phase_at[i],
			       "a file that is used holds flows and "
			       "nothing else");
	for (size_t i = 0; i < lib->nheads; i++)
		say_at(c, CODE(ONLY_FLOWS), lib->heads[i].at,
		       "a file that is used holds flows and nothing "
		       "else");
}

static bool is_inside(struct str path)
{
	return path.len && path.p[0] != '/' && str_find(path, STR("..")) < 0;
}

/* A file that is wrong is not kept: each that uses it says so. */
static struct tree *read_used(struct compiler *c, struct str path,
			      struct loc at)
{
	size_t errors = c->ds->errors;
	struct arena *a = tree_arena(c->env);
	struct src *src = lex_read(a, path.p, path.p, at, c->ds);
	struct tree *lib = src ? tree_parse(a, src, true, c->ds) : NULL;

	if (!lib)
		return NULL;
	only_flows(c, lib);
	if (c->ds->errors == errors)
		tree_keep(c->env, path, true, lib);
	return lib;
}

static void use(struct compiler *c, const struct text_line *line)
{
	const struct token *t = line->n == 2 ? &line->toks[1] : NULL;
	struct str path;
	struct tree *lib;

	if (!t || !is_inside(t->text)) {
		say_at(c, CODE(BAD_USE), line->at,
		       "a file below the scenario root is used: use "
		       "std/call");
		return;
	}
	path = arena_strf(c->a, "%s/" STR_F ".ladder",
			  c->env->root ? c->env->root : ".", STR_A(t->text));
	lib = tree_kept(c->env, path, true);
	if (!lib)
		lib = read_used(c, path, t->at);
	if (lib)
		*ARENA_PUSH(c->a, c->libs, c->nlibs) = lib;
}

void header_use(struct compiler *c)
{
	for (size_t i = 0; i < c->tree->nheads; i++)
		if (line_begins(&c->tree->heads[i], "use"))
			use(c, &c->tree->heads[i]);
}

/* ---- is this device meant? ---- */

bool header_role_fits(const struct compiler *c)
{
	const struct prog *p = c->prog;
	const struct device *d = c->env->device;

	for (unsigned i = 0; i < p->nroles; i++)
		for (unsigned j = 0; j < d->nroles; j++)
			if (str_eq(p->roles[i], d->roles[j]))
				return true;
	return !p->nroles;
}

static struct str joined(struct arena *a, const struct str *list, unsigned n)
{
	buf_auto out = { 0 };

	for (unsigned i = 0; i < n; i++)
		buf_addf(&out, "%s" STR_F, i ? " " : "", STR_A(list[i]));
	return arena_str(a, buf_str(&out));
}

static void deselect(struct prog *p, struct str why)
{
	if (!p->selected)
		return;
	p->selected = false;
	p->why = why;
}

static void ask_need(struct compiler *c, struct str need)
{
	const struct device *d = c->env->device;
	struct prog *p = c->prog;

	p->over_tcp |= str_is(need, "tcp");
	switch (claims_ask(d, need)) {
	case CLAIM_YES:
		break;
	case CLAIM_NO:
		deselect(p, arena_strf(c->a, STR_F " lacks " STR_F,
				       STR_A(d->name), STR_A(need)));
		break;
	case CLAIM_UNKNOWN:
		*ARENA_PUSH(c->a, p->unclaimed, p->nunclaimed) = need;
		break;
	}
}

/* A scenario that needs this trigger is nothing for a device without. */
static void ask_trigger(struct compiler *c, struct str name)
{
	struct str why = device_trigger_lacks(c->a, c->env->device, name);

	if (why.len)
		deselect(c->prog, why);
}

/* A question where nobody sits who could answer it. */
static void ask_questions(struct compiler *c)
{
	for (unsigned i = 0; i < c->prog->nops; i++) {
		const struct op *op = c->prog->ops[i];
		const struct device_trigger *t =
			op->kind == OP_TRIGGER
				? device_trigger_find(c->env->device,
						      op->trigger.name)
				: NULL;

		if (t && t->kind == TRIGGER_ASK)
			ask_trigger(c, op->trigger.name);
	}
}

/* "party x side core": is there such a side? */
static void ask_sides(struct compiler *c)
{
	struct prog *p = c->prog;

	for (unsigned i = 0; i < p->nparties; i++) {
		struct str side = p->parties[i].side;

		if (side.len && device_side_of(c->env->device, side) < 0)
			deselect(p,
				 arena_strf(
					 c->a,
					 "its device file names no side " STR_F,
					 STR_A(side)));
	}
}

static bool asks_digest(const struct cond *c)
{
	const struct field_path *f = &c->path.field;

	if (c->kind == COND_AND || c->kind == COND_OR)
		return asks_digest(c->left) || asks_digest(c->right);
	return c->path.what == PATH_FIELD && f->nparts == 1 &&
	       str_is(f->parts[0], "digest");
}

static bool op_asks_digest(const struct op *op)
{
	const struct expect *x = &op->line.expect;

	if (op->kind == OP_CHECK)
		return op->check.cond && asks_digest(op->check.cond);
	if (op->kind != OP_EXPECT && op->kind != OP_WATCH)
		return false;
	for (unsigned i = 0; i < x->nchecks; i++)
		if (x->checks[i].cond && !x->checks[i].note &&
		    asks_digest(x->checks[i].cond))
			return true;
	return false;
}

/* "Authorization.digest is valid": by which password? */
static void ask_accounts(struct compiler *c)
{
	struct prog *p = c->prog;

	for (unsigned i = 0; i < p->nops && !c->env->device->naccounts; i++)
		if (op_asks_digest(p->ops[i]))
			deselect(p, STR("its device file has no account to "
					"judge digests by"));
}

void header_select(struct compiler *c)
{
	const struct device *d = c->env->device;
	struct prog *p = c->prog;

	p->selected = true;
	if (d->nroles && !header_role_fits(c))
		deselect(p,
			 arena_strf(c->a,
				    "for " STR_F ", and " STR_F " is " STR_F,
				    STR_A(joined(c->a, p->roles, p->nroles)),
				    STR_A(d->name),
				    STR_A(joined(c->a, d->roles, d->nroles))));
	for (unsigned i = 0; i < p->nneeds; i++)
		ask_need(c, p->needs[i]);
	for (unsigned i = 0; i < p->ntriggers; i++)
		ask_trigger(c, p->triggers[i]);
	ask_questions(c);
	if (!p->test.n) /* every "when" of it is for others: no pass */
		deselect(p, STR("nothing of its test is for this device"));
	ask_sides(c);
	ask_accounts(c);
}
