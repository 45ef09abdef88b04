/* SPDX-License-Identifier: MIT */
/* File in, programs out: one for each row of "for". */
#include "lang/compile.h"

#include <assert.h>

/* ---- ids ---- */

/* "scenarios/transfer/blind.ladder" below "scenarios" -> "transfer/blind" */
static struct str file_id(struct compiler *c, const char *path)
{
	struct str id = str_from(path);
	struct str root = str_from(c->env->root ? c->env->root : "");

	while (root.len && root.p[root.len - 1] == '/')
		root.len--;
	if (root.len && id.len > root.len &&
	    str_eq(str_sub(id, 0, root.len), root) && id.p[root.len] == '/') {
		id = str_tail(id, root.len + 1);
		c->of_root = true;
	}
	while (str_starts(id, "./"))
		id = str_tail(id, 2);
	if (str_ends(id, ".ladder"))
		id.len -= 7;
	return arena_str(c->a, id);
}

static struct str row_id(struct compiler *c, struct str id,
			 const struct for_row *row)
{
	if (!row || !row->n)
		return id;
	return arena_strf(c->a, STR_F "#" STR_F, STR_A(id),
			  STR_A(row->values[0].text));
}

/* ---- a row ---- */

static void compile_phase(struct compiler *c, enum phase phase,
			  struct block *block)
{
	c->phase = phase;
	c->block = block;
	c->scope = NULL;
	c->op = NULL;
	block->at = c->tree->phase_at[phase];
	block_nodes(c, &c->tree->phases[phase]);
}

static struct prog *new_prog(struct compiler *c, const char *path,
			     const struct for_row *row)
{
	struct prog *p = ARENA_NEW(c->a, struct prog);

	p->arena = c->a;
	p->file = str_from(c->tree->src->path);
	p->id = row_id(c, file_id(c, path), row);
	p->edition =
		c->env->edition.len ? c->env->edition : c->env->device->edition;
	return p;
}

static void finish_prog(struct compiler *c)
{
	struct prog *p = c->prog;

	p->labels = c->names->labels;
	p->nlabels = c->names->nlabels;
	p->dialogs = c->names->dialogs;
	p->ndialogs = c->names->ndialogs;
	if (c->stopped)
		return;
	names_check(c);
	lint_prog(c);
	c->of_row = false;
}

static void compile_row(struct compiler *c, const char *path,
			const struct for_row *row, struct progs *ret)
{
	c->prog = new_prog(c, path, row);
	c->dut = STR_NONE;
	c->row = row;
	c->ghost = c->expanded = c->of_row = false;
	c->strict = STRICT_NONE;
	names_begin(c);
	header_values(c, row);
	header_lines(c);
	compile_phase(c, PHASE_SETUP, &c->prog->setup);
	compile_phase(c, PHASE_TEST, &c->prog->test);
	compile_phase(c, PHASE_CLEANUP, &c->prog->cleanup);
	finish_prog(c);
	header_select(c);
	*ARENA_PUSH(c->a, ret->list, ret->n) = c->prog;
}

static void same_first_value(struct compiler *c)
{
	const struct tree *t = c->tree;

	for (size_t i = 0; i < t->nrows; i++)
		for (size_t j = 0; j < i; j++)
			if (t->rows[i].n && t->rows[j].n &&
			    str_eq(t->rows[i].values[0].text,
				   t->rows[j].values[0].text)) {
				if (say(c, CODE(DUPLICATE_ROW),
					&t->rows[i].values[0],
					"the first value names the run; "
					"this one is taken"))
					diag_note(c->ds, t->rows[j].at, "here");
				return;
			}
}

static void compile_rows(struct compiler *c, const char *path,
			 struct progs *ret)
{
	const struct tree *t = c->tree;

	header_use(c);
	same_first_value(c);
	if (!t->for_at.src)
		compile_row(c, path, NULL, ret);
	for (size_t i = 0; i < t->nrows && !c->stopped; i++)
		compile_row(c, path, &t->rows[i], ret);
	lint_end(c);
}

static struct compiler begin(const struct lang_env *env, struct diags *ds)
{
	assert(env->device);
	ds->from = ds->n; /* a file that many use is the same place in each */
	return (struct compiler){ .a = env->arena,
				  .env = env,
				  .ds = ds,
				  .errors_before = ds->errors,
				  .warnings_before = ds->warnings };
}

static bool compile(struct compiler *c, const char *path, struct progs *ret)
{
	if (c->tree && c->ds->errors == c->errors_before)
		compile_rows(c, path, ret);
	return c->tree && c->ds->errors == c->errors_before;
}

static struct tree *read_tree(struct compiler *c, const char *path)
{
	struct arena *a = tree_arena(c->env);
	struct src *src = lex_read(a, path, path, (struct loc){ 0 }, c->ds);
	struct tree *tree = src ? tree_parse(a, src, false, c->ds) : NULL;

	if (tree && c->ds->errors == c->errors_before)
		tree_keep(c->env, str_from(path), false, tree);
	return tree;
}

/* Parses, checks and compiles one file (see lang.h). What is made lives in
 * env->arena; programs are added to ret, errors or not. */
bool lang_load(const struct lang_env *env, const char *path, struct progs *ret,
	       struct diags *ds)
{
	struct compiler c = begin(env, ds);

	c.tree = tree_kept(env, str_from(path), false);
	if (!c.tree)
		c.tree = read_tree(&c, path);
	return compile(&c, path, ret);
}

bool lang_load_text(const struct lang_env *env, const char *path,
		    struct str text, struct progs *ret, struct diags *ds)
{
	struct compiler c = begin(env, ds);
	struct src *src = lex_accept(env->arena, path, text, ds);

	c.tree = src ? tree_parse(env->arena, src, false, ds) : NULL;
	return compile(&c, path, ret);
}
