/* SPDX-License-Identifier: MIT */
/* parse: what the files of the compiler share; private to lang. */
#ifndef LANG_PARSE_H
#define LANG_PARSE_H

#include "lang/lang.h"
#include "lang/lines.h"

struct binding { /* a "for" column, a parameter, an argument of a flow */
	struct str name, value;
	bool bare; /* an argument stands without braces too */
};

struct scope {
	const struct scope *up;
	struct binding *list;
	unsigned n;
};

struct flow {
	struct str name;
	struct str *params;
	unsigned nparams;
	const struct lines *file;
	size_t first, last; /* its lines, without "flow" and "end" */
};

struct compiler {
	const struct lang_env *env;
	struct arena *arena;
	struct diags *ds;
	struct prog *prog;
	struct flow *flows;
	unsigned nflows;
	struct op **ops;
	unsigned nops;
	struct party_decl **parties;
	struct dialog_decl **dialogs;
	struct label **labels;
	unsigned nparties, ndialogs, nlabels;
	enum phase phase;
	struct loc used; /* the "do" under way */
	unsigned depth;
};

/* The words of one line with templates of the scope put in. */
struct cursor {
	struct compiler *c;
	const struct scope *scope;
	struct tok *toks;
	unsigned n, at;
	struct loc line;
};

enum { DEPTH_MAX = 30, OPS_MAX = 20000 };

/* ---- cursor.c --------------------------------------------------------------
 */
void cursor_open(struct cursor *cu, struct compiler *c,
		 const struct scope *scope, const struct text_line *l);
bool cursor_is(const struct cursor *cu, const char *word);
bool cursor_take(struct cursor *cu, const char *word);
struct tok *cursor_next(struct cursor *cu, const char *what);
bool cursor_more(const struct cursor *cu);
struct loc cursor_loc(const struct cursor *cu);
/* Text with {columns}, {params} and {arguments.x} of the scope put in. */
struct str scope_text(struct compiler *c, const struct scope *scope,
		      struct str s);
const struct binding *scope_find(const struct scope *scope, struct str name);

/* ---- names.c
 * ----------------------------------------------------------------- */
struct party_decl *name_party(struct compiler *c, struct str name);
struct dialog_decl *name_dialog(struct compiler *c, const struct tok *t,
				bool make);
struct label *name_label(struct compiler *c, const struct tok *t, bool make);
bool is_label(struct str s);

/* ---- expr.c
 * -------------------------------------------------------------------- */
struct tmpl expr_tmpl(struct compiler *c, struct str s, struct loc at);
bool expr_path(struct compiler *c, const struct tok *t, struct path *ret);
struct cond *expr_cond(struct cursor *cu);
bool expr_time(struct compiler *c, struct str s, ns_t *ret);
bool expr_statuses(struct cursor *cu, struct str s, struct match *m);

/* ---- arrow.c
 * --------------------------------------------------------------------- */
struct op *arrow_line(struct cursor *cu, bool watch);
struct op *guard_line(struct cursor *cu);
/* A line under an arrow or by itself; NULL: it was attached to `under`. */
struct op *detail_line(struct cursor *cu, const struct text_line *l,
		       struct op *under);
void ids_and_level(struct cursor *cu, enum word word, struct rules *ret,
		   enum level *ret_level);
struct op *new_op(struct cursor *cu, enum op_kind kind);

#endif
