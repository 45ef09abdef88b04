/* SPDX-License-Identifier: MIT */
/* The shape of a file: header, flows, phases, nested blocks. What a line says
 * is read later (compile.c), once for each row of "for". */
#include "lang/tree.h"

struct reader {
	struct arena *arena;
	struct diags *ds;
	size_t before; /* errors of other files */
	struct lex lx;
	struct tree *tree;
	struct text_line line; /* the one looked at */
	bool more;             /* line holds one */
	bool library;
	bool stopped; /* a ceiling was hit: what is open stays open */
};

static void advance(struct reader *r)
{
	r->stopped |= r->ds->errors - r->before >= TREE_ERRORS_MAX;
	r->more = !r->stopped && lex_next(&r->lx, &r->line);
}

static void extra_words(struct reader *r, const struct text_line *line,
			unsigned from)
{
	if (line->n > from)
		diag_add(r->ds, CODE(EXTRA_WORDS), line->toks[from].at,
			 "nothing may follow \"" STR_F "\" here",
			 STR_A(line->toks[from - 1].text));
}

/* ---- blocks ---- */

static const struct opener {
	const char *word;
	enum node_kind kind;
} openers[] = {
	{ "when", NODE_WHEN },
	{ "either", NODE_EITHER },
	{ "any", NODE_ANY },
	{ "repeat", NODE_REPEAT },
};

static const char *const phase_words[] = {
	[PHASE_SETUP] = "setup",
	[PHASE_TEST] = "test",
	[PHASE_CLEANUP] = "cleanup",
};

static const struct opener *opener_of(const struct text_line *line)
{
	for (size_t i = 0; i < sizeof(openers) / sizeof(*openers); i++)
		if (line_begins(line, openers[i].word))
			return &openers[i];
	return NULL;
}

static int phase_of(const struct text_line *line)
{
	for (int i = PHASE_SETUP; i <= PHASE_CLEANUP; i++)
		if (line_is(line, phase_words[i]))
			return i;
	return -1;
}

static bool is_parting(const struct text_line *line)
{
	return line_begins(line, "or") || line_begins(line, "and") ||
	       line_begins(line, "else");
}

/* What ends every open block, with or without its "end". */
static bool is_outside(const struct text_line *line)
{
	return phase_of(line) >= 0 ||
	       (line_begins(line, "flow") && line->n > 2);
}

static bool parts_block(enum node_kind kind, const struct text_line *line)
{
	switch (kind) {
	case NODE_WHEN:
		return line_begins(line, "else") ||
		       (line_begins(line, "or") && line->n > 1 &&
			token_is(&line->toks[1], "when"));
	case NODE_EITHER:
		return line_begins(line, "or");
	case NODE_ANY:
		return line_is(line, "and");
	case NODE_REPEAT:
	case NODE_LINE:
		break;
	}
	return false;
}

static void missing_end(struct reader *r, const struct text_line *head)
{
	if (r->stopped)
		return;
	diag_add(r->ds, CODE(MISSING_END), head->toks[0].at,
		 "this \"" STR_F "\" has no \"end\"",
		 STR_A(head->toks[0].text));
	if (r->more)
		diag_note(r->ds, r->line.at, "it is still open here");
}

static void read_nodes(struct reader *r, struct nodes *ret, unsigned depth);

static struct part *add_part(struct reader *r, struct node *node)
{
	struct part *part = ARENA_PUSH(r->arena, node->parts, node->nparts);

	*part = (struct part){ .head = r->line };
	return part;
}

static void read_block(struct reader *r, struct node *node, unsigned depth)
{
	do {
		size_t at = node->nparts;
		struct nodes body = { 0 };

		add_part(r, node);
		advance(r);
		read_nodes(r, &body, depth + 1);
		node->parts[at].body = body;
	} while (r->more && parts_block(node->kind, &r->line));
	if (r->more && line_begins(&r->line, "end")) {
		extra_words(r, &r->line, 1);
		advance(r);
		return;
	}
	if (r->more && is_parting(&r->line)) {
		diag_add(r->ds, CODE(STRAY_WORD), r->line.at,
			 "\"" STR_F "\" does not belong to the \"" STR_F
			 "\" that is open here",
			 STR_A(r->line.toks[0].text),
			 STR_A(node->parts[0].head.toks[0].text));
		diag_note(r->ds, node->parts[0].head.at, "opened here");
		advance(r);
		read_block(r, node, depth);
		return;
	}
	missing_end(r, &node->parts[0].head);
}

static void too_deep(struct reader *r)
{
	if (!r->more)
		return; /* the file ends here; "end" is missing */
	diag_add(r->ds, CODE(TOO_DEEP), r->line.at,
		 "blocks are nested more than %d deep", TREE_DEPTH_MAX);
	r->more = false;
	r->stopped = true;
}

/* Up to a line that closes or parts the block, or that stands outside. */
static void read_nodes(struct reader *r, struct nodes *ret, unsigned depth)
{
	if (depth > TREE_DEPTH_MAX) {
		too_deep(r);
		return;
	}
	while (r->more && !is_outside(&r->line) &&
	       !line_begins(&r->line, "end") && !is_parting(&r->line)) {
		const struct opener *o = opener_of(&r->line);
		struct node *node = ARENA_NEW(r->arena, struct node);

		*ARENA_PUSH(r->arena, ret->list, ret->n) = node;
		if (o) {
			node->kind = o->kind;
			read_block(r, node, depth);
		} else {
			node->line = r->line;
			advance(r);
		}
	}
}

/* ---- flows ---- */

static bool read_params(struct reader *r, struct flow *flow,
			const struct text_line *line)
{
	unsigned i = 3;

	if (line->n < 4 || line->toks[1].kind != TOK_WORD ||
	    line->toks[2].kind != TOK_LPAREN)
		return false;
	flow->name = line->toks[1].text;
	while (i < line->n && line->toks[i].kind == TOK_WORD) {
		*ARENA_PUSH(r->arena, flow->params, flow->nparams) =
			line->toks[i++];
		if (i < line->n && line->toks[i].kind == TOK_COMMA)
			i++;
		else
			break;
	}
	return i + 1 == line->n && line->toks[i].kind == TOK_RPAREN;
}

static void check_flow_name(struct reader *r, const struct flow *flow,
			    struct loc at)
{
	for (size_t i = 0; i < r->tree->nflows; i++) {
		if (!str_eq(r->tree->flows[i].name, flow->name))
			continue;
		diag_add(r->ds, CODE(DUPLICATE_FLOW), at,
			 "there is a flow \"" STR_F "\" already",
			 STR_A(flow->name));
		diag_note(r->ds, r->tree->flows[i].at, "here");
		return;
	}
}

static void read_flow(struct reader *r)
{
	struct text_line head = r->line;
	struct flow flow = { .at = head.at };

	if (r->tree->nflows == FLOWS_MAX) {
		diag_add(r->ds, CODE(TOO_MANY_NAMES), head.at,
			 "a file has at most %d flows", FLOWS_MAX);
		r->more = false;
		r->stopped = true;
		return;
	}
	if (!read_params(r, &flow, &head))
		diag_add(r->ds, CODE(BAD_FLOW), head.at,
			 "a flow is written: flow name(party, dialog, LABEL)");
	else
		check_flow_name(r, &flow, head.toks[1].at);
	advance(r);
	read_nodes(r, &flow.body, 0);
	*ARENA_PUSH(r->arena, r->tree->flows, r->tree->nflows) = flow;
	if (r->more && line_begins(&r->line, "end"))
		advance(r);
	else
		missing_end(r, &head);
}

/* ---- the header ---- */

static void read_row(struct reader *r)
{
	struct for_row *row;

	if (r->tree->nrows == FOR_ROWS_MAX) {
		diag_add(r->ds, CODE(TOO_MANY_ROWS), r->line.at,
			 "\"for\" has more than %d rows", FOR_ROWS_MAX);
		r->more = false;
		r->stopped = true;
		return;
	}
	row = ARENA_PUSH(r->arena, r->tree->rows, r->tree->nrows);
	*row = (struct for_row){ r->line.toks, r->line.n, r->line.at };
	if (row->n == r->tree->ncolumns)
		return;
	diag_add(r->ds, CODE(ROW_LENGTH), row->at,
		 "this row has %u values, \"for\" names %u columns", row->n,
		 r->tree->ncolumns);
	diag_note(r->ds, r->tree->for_at, "the columns");
}

static void read_for(struct reader *r)
{
	struct text_line head = r->line;

	if (r->tree->for_at.src) {
		diag_add(r->ds, CODE(DUPLICATE_FOR), head.at,
			 "there is a \"for\" already");
		diag_note(r->ds, r->tree->for_at, "here");
	}
	r->tree->for_at = head.at;
	r->tree->columns = head.toks + 1;
	r->tree->ncolumns = head.n - 1;
	if (head.n < 2)
		diag_add(r->ds, CODE(BAD_FOR), head.at,
			 "\"for\" names its columns on the same line");
	r->lx.rows = false; /* a value may look like "Name: text" */
	advance(r);
	while (r->more && !line_is(&r->line, "end") && !is_outside(&r->line)) {
		read_row(r);
		advance(r);
	}
	r->lx.rows = true;
	if (!r->more || !line_is(&r->line, "end")) {
		missing_end(r, &head);
		return;
	}
	if (!r->tree->nrows)
		diag_add(r->ds, CODE(BAD_FOR), head.at,
			 "\"for\" has no rows: nothing would be played");
	advance(r);
}

static void read_headers(struct reader *r)
{
	while (r->more && !is_outside(&r->line)) {
		if (line_begins(&r->line, "for")) {
			read_for(r);
			continue;
		}
		*ARENA_PUSH(r->arena, r->tree->heads, r->tree->nheads) =
			r->line;
		advance(r);
	}
}

/* ---- the whole ---- */

static void read_phase(struct reader *r, int phase)
{
	struct loc *at = &r->tree->phase_at[phase];

	if (at->src) {
		diag_add(r->ds, CODE(DUPLICATE_PHASE), r->line.at,
			 "there is a \"%s\" already", phase_words[phase]);
		diag_note(r->ds, *at, "here");
	}
	for (int later = phase + 1; later <= PHASE_CLEANUP; later++)
		if (r->tree->phase_at[later].src)
			diag_add(r->ds, CODE(PHASE_ORDER), r->line.at,
				 "\"%s\" stands above \"%s\"",
				 phase_words[phase], phase_words[later]);
	*at = r->line.at;
	advance(r);
	read_nodes(r, &r->tree->phases[phase], 0);
}

static void stray(struct reader *r)
{
	bool end = line_begins(&r->line, "end");

	diag_add(r->ds, end ? CODE(STRAY_END) : CODE(STRAY_WORD), r->line.at,
		 end ? "no block is open that this \"end\" could close"
		     : "this line belongs to a block, and none is open");
	advance(r);
}

static void outside(struct reader *r)
{
	struct nodes junk = { 0 };

	diag_add(r->ds, CODE(OUTSIDE), r->line.at,
		 "steps stand below \"setup\", \"test\" or \"cleanup\", header "
		 "lines above them");
	read_nodes(r, &junk, 0);
}

static void read_body(struct reader *r)
{
	while (r->more) {
		int phase = phase_of(&r->line);

		if (phase >= 0) {
			read_phase(r, phase);
		} else if (is_outside(&r->line)) {
			read_flow(r);
		} else if (line_begins(&r->line, "end") ||
			   is_parting(&r->line)) {
			stray(r);
		} else {
			outside(r);
		}
	}
}

static bool read_version(struct reader *r)
{
	const struct text_line *line = &r->line;

	if (!r->more) {
		diag_add(r->ds, CODE(EMPTY_FILE),
			 (struct loc){ r->tree->src, 0, 0 },
			 "there is nothing in this file");
		return false;
	}
	if (!line_begins(line, "ladder")) {
		if (r->library)
			return true;
		diag_add(r->ds, CODE(NOT_A_LADDER), line->at,
			 "a scenario begins with the line \"ladder 1\"");
		return false;
	}
	if (line->n != 2 || !token_is(&line->toks[1], "1")) {
		diag_add(r->ds, CODE(LADDER_VERSION), line->at,
			 "this program reads \"ladder 1\"");
		return false;
	}
	r->tree->version = true;
	advance(r);
	return true;
}

/* What nobody is asked, every device passes. */
static void check_test(struct reader *r)
{
	const struct tree *t = r->tree;

	if (!t->phase_at[PHASE_TEST].src)
		diag_add(r->ds, CODE(NO_TEST), (struct loc){ t->src, 0, 0 },
			 "this scenario has no \"test\"");
	else if (!t->phases[PHASE_TEST].n)
		diag_add(r->ds, CODE(NO_TEST), t->phase_at[PHASE_TEST],
			 "there is nothing below \"test\"");
}

struct tree *tree_parse(struct arena *a, struct src *src, bool library,
			struct diags *ds)
{
	struct reader r = {
		.arena = a,
		.ds = ds,
		.before = ds->errors,
		.tree = ARENA_NEW(a, struct tree),
		.lx = { .arena = a,
			.ds = ds,
			.src = src,
			.line = 1,
			.rows = true },
		.library = library,
	};

	r.tree->src = src;
	advance(&r);
	if (!read_version(&r))
		return r.tree;
	read_headers(&r);
	read_body(&r);
	if (!library && ds->errors == r.before)
		check_test(&r);
	return r.tree;
}

/* ---- read once ---- */

struct arena *tree_arena(const struct lang_env *env)
{
	return env->read ? env->read->arena : env->arena;
}

struct tree *tree_kept(const struct lang_env *env, struct str path,
		       bool library)
{
	const struct read_files *f = env->read;

	for (size_t i = 0; f && i < f->n; i++)
		if (f->list[i].library == library &&
		    str_eq(f->list[i].path, path))
			return f->list[i].tree;
	return NULL;
}

void tree_keep(const struct lang_env *env, struct str path, bool library,
	       struct tree *tree)
{
	struct read_files *f = env->read;

	if (!f)
		return;
	ARENA_PUSH(f->arena, f->list, f->n);
	f->list[f->n - 1].path = arena_str(f->arena, path);
	f->list[f->n - 1].library = library;
	f->list[f->n - 1].tree = tree;
}
