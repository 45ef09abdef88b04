/* SPDX-License-Identifier: MIT */
/* tree: lines -> header, flows, phases and nested blocks. Only the words that
 * open, part and close blocks are known here; every node keeps its place. */
#ifndef LANG_TREE_H
#define LANG_TREE_H

#include "lang/lang.h"
#include "lang/lex.h"

enum node_kind { NODE_LINE, NODE_WHEN, NODE_EITHER, NODE_ANY, NODE_REPEAT };

struct node;

struct nodes {
	struct node **list;
	size_t n;
};

struct part { /* "when …", "or …", "and", "else" and what stands below */
	struct text_line head;
	struct nodes body;
};

struct node {
	enum node_kind kind;
	struct text_line line; /* NODE_LINE */
	struct part *parts;    /* the others; the first head opens the block */
	size_t nparts;
};

struct flow {
	struct str name;
	struct token *params;
	unsigned nparams;
	struct nodes body;
	struct loc at;
	bool done; /* by some line, in whatever row */
};

struct for_row {
	struct token *values;
	unsigned n;
	struct loc at;
};

struct tree {
	struct src *src;
	bool version;            /* "ladder 1" opens it */
	struct text_line *heads; /* header lines but "for" */
	size_t nheads;
	struct token *columns;
	unsigned ncolumns;
	struct loc for_at; /* src NULL: no "for" */
	struct for_row *rows;
	size_t nrows;
	struct flow *flows;
	size_t nflows;
	struct nodes phases[3]; /* enum phase */
	struct loc phase_at[3]; /* src NULL: not written */
};

enum {
	TREE_DEPTH_MAX = 40,
	FOR_ROWS_MAX = 500,
	FLOWS_MAX = 1000,
	TREE_ERRORS_MAX = 100
};

/* Never NULL; what is wrong is in ds. library: a file of flows only, whose
 * "ladder 1" may be left out. */
struct tree *tree_parse(struct arena *a, struct src *src, bool library,
			struct diags *ds);

/* Of env->read, where it is kept there; NULL: not yet. */
struct tree *tree_kept(const struct lang_env *env, struct str path,
		       bool library);
void tree_keep(const struct lang_env *env, struct str path, bool library,
	       struct tree *tree);
/* Where a tree goes that may be kept. */
struct arena *tree_arena(const struct lang_env *env);

#endif
