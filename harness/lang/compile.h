/* SPDX-License-Identifier: MIT */
/* compile: what the parts of the compiler share. Private to this folder.
 *
 * A file is read into a tree once. Then each row of "for" is compiled by its
 * own: "when" is decided, flows and repeats are written out, templates that
 * stand for tokens are put in, and each line becomes an op. A branch of "when"
 * that is not taken is compiled too, as a ghost: its syntax is checked and
 * nothing of it is kept.
 */
#ifndef LANG_COMPILE_H
#define LANG_COMPILE_H

#include "lang/claims.h"
#include "lang/lang.h"
#include "lang/tree.h"

enum {
	OPS_MAX = 20000,      /* of one program */
	LINT_OPS_MAX = 3000,  /* of a program whose lines are compared with each
				 other */
	STEPS_MAX = 400000,   /* lines compiled for all rows, ghosts too */
	LABELS_MAX = 1000,    /* of one program */
	DIALOGS_MAX = 300,    /* of one program */
	DO_DEPTH_MAX = 20,    /* flows in flows */
	EXPAND_MAX = 1 << 18, /* bytes a template may grow to */
	EXPAND_DEPTH = 8,     /* templates in templates' values */
	PAD_MAX = 300000,     /* bytes of {pad N} */
	PADS_MAX = 1 << 26,   /* of all {pad N} of all rows */
	TERMS_MAX = 64,       /* of one condition */
	SAID_MAX = 200,       /* errors of one file, and as many warnings */
	SAYS_MAX = 2000,      /* errors, those that were said already too */
	REPEAT_MAX = 10000
};

struct scope { /* one "do" */
	const struct flow *flow;
	const struct token *args; /* as many as flow->nparams */
	const struct scope *up;
	struct loc at; /* the "do" */
};

/* A name that was made (a label by a line, a dialog by "as"). */
struct made {
	struct token tok;
	const struct op *op;
	struct made *next;
};

/* What a use asks of the line that makes the name. */
enum strict {
	STRICT_NONE,   /* that there is one */
	STRICT_BRANCH, /* and not in another branch only */
	STRICT_ABOVE   /* and above */
};

struct used { /* a name that was used, looked at when all are known */
	bool dialog;
	bool of_row; /* a column stood in its line */
	enum strict strict;
	unsigned id;
	struct token tok;
	const struct op *op;
	const struct scope *scope;
};

struct literal { /* a value without braces */
	struct token tok;
	struct str text; /* of a|b, one */
	const struct scope *scope;
	bool of_row;
};

struct blocks { /* a set, by address */
	const struct block **slots;
	size_t cap, n;
};

struct names {
	/* Which blocks make each; filled when it is asked for. */
	struct blocks *label_blocks, *dialog_blocks;
	struct label **labels; /* up to LABELS_MAX */
	unsigned nlabels;
	struct made **label_made;
	struct dialog_decl **dialogs; /* up to DIALOGS_MAX */
	unsigned ndialogs;
	struct made **dialog_made;
	struct used *used;
	size_t nused;
	struct literal *literals;
	size_t nliterals;
};

struct value_def { /* a param, or a column of the row */
	struct str name;
	struct token value;
};

struct doubt { /* a word that is too strong for its ids in every row so far */
	struct loc line, at;
	struct str text;
	bool right;
};

struct unanswered { /* a line that nothing answers, in every row so far */
	struct loc at;
	struct str method;
	bool answered;
};

struct compiler {
	struct arena *a;
	const struct lang_env *env;
	struct diags *ds;
	size_t errors_before, warnings_before; /* of other files */
	size_t line_errors;                    /* when this line began */
	struct loc line;                       /* this line */
	struct tree *tree;
	struct tree **libs; /* of "use" */
	size_t nlibs;
	struct unanswered *asks;
	size_t nasks;
	struct doubt *doubts;
	size_t ndoubts;
	unsigned long steps;
	unsigned long says; /* errors, said already or not */
	size_t padding;     /* bytes of {pad N} so far */
	bool of_root;       /* the file lies below the scenario root */
	bool stopped;       /* a ceiling was hit */
	/* of the row */
	struct prog *prog;
	struct str dut;            /* second name of the device; may be empty */
	const struct for_row *row; /* NULL: the file has no "for" */
	struct value_def *values;  /* columns of the row first */
	unsigned nvalues;
	struct names *names;
	/* of the place */
	struct block *block;
	enum phase phase;
	struct op *op; /* the line's */
	/* {edition...} that stood in this line or check; or NULL */
	const struct edition_value *by_edition;
	const struct scope *scope;
	unsigned depth; /* of "do" */
	bool ghost;
	bool expanded; /* a column or param stood in this line */
	bool of_row;   /* a column of the row did, or the row is looked at */
	enum strict strict;
};

/* A line's tokens and how far they have been read. */
struct cursor {
	struct compiler *c;
	struct token *toks;
	unsigned n, i;
	struct loc at;  /* the line */
	struct loc ids; /* the first id behind it */
};

/* ---- say.c: diagnostics, each once, with where flows were used ---- */
struct diag *say(struct compiler *c, const struct diag_code *code,
		 const struct token *tok, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
struct diag *say_at(struct compiler *c, const struct diag_code *code,
		    struct loc at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* " Did you mean "x"?" or nothing. */
const char *say_nearest(struct compiler *c, struct str near);

/* ---- expand.c: templates that stand for tokens ---- */
/* NULL: no such param, column or flow argument. */
const struct token *expand_value(struct compiler *c, struct str name);
struct str expand_text(struct compiler *c, struct str text, struct loc at);
struct token *expand_tokens(struct compiler *c, const struct token *toks,
			    unsigned n, unsigned *ret_n);
/* A flow's parameter -> what the "do" gave for it; else the token itself. */
struct token expand_name(struct compiler *c, struct token tok);

/* ---- cursor.c ---- */
struct token *cursor_peek(struct cursor *k); /* NULL: at the end */
struct token *cursor_ahead(struct cursor *k, unsigned n);
struct token *cursor_take(struct cursor *k);
bool cursor_word(struct cursor *k, const char *word); /* takes it */
bool cursor_sees(struct cursor *k, const char *word);
bool cursor_kind(struct cursor *k, enum token_kind kind); /* takes it */
/* Takes a word or string; says what was wanted where there is none. */
struct token *cursor_need(struct cursor *k, const char *what);
struct loc cursor_loc(struct cursor *k); /* of the next token or the end */
void cursor_finish(struct cursor *k);    /* extra words are an error */
bool cursor_time(struct cursor *k, ns_t *ret);
bool cursor_number(struct cursor *k, const char *what, unsigned max,
		   unsigned *ret);
/* "250ms" "4s" "2T1" */
bool cursor_parse_time(const struct compiler *c, struct str s, ns_t *ret);

/* ---- names.c ---- */
void names_begin(struct compiler *c); /* of a row */
bool names_is_label(struct str s);    /* by its spelling */
bool names_is_lower(struct str s);
const struct label *names_make_label(struct compiler *c,
				     const struct token *tok);
const struct label *names_use_label(struct compiler *c,
				    const struct token *tok);
void names_forgive(struct compiler *c, const struct label *label);
const struct label *names_need_label(struct compiler *c,
				     const struct token *tok);
const struct dialog_decl *names_make_dialog(struct compiler *c,
					    const struct token *tok,
					    struct party_decl *party);
const struct dialog_decl *names_use_dialog(struct compiler *c,
					   const struct token *tok);
struct party_decl *names_party(struct compiler *c, const struct token *tok);
struct party_decl *names_find_party(struct compiler *c, struct str name);
bool names_is_dut(struct compiler *c, struct str name);
const struct label *names_make_let(struct compiler *c, const struct token *tok);
/* A "let" of this name, or NULL. */
const struct label *names_let(struct compiler *c, struct str name);
bool names_is_dialog(struct compiler *c, struct str name);
void names_check(struct compiler *c); /* when all ops are there */

/* ---- value.c, path.c, cond.c ---- */
/* False where something was wrong and said. */
bool value_template(struct compiler *c, const struct token *tok,
		    struct tmpl *ret);
bool value_text(struct compiler *c, struct str text, const struct token *tok,
		struct tmpl *ret);
/* Has a party, the device or a dialog an attribute of this name? */
enum { VALUE_OF_PARTY = 1, VALUE_OF_DUT = 2, VALUE_OF_DIALOG = 4 };
bool value_is_attribute(struct str s, unsigned of);
/* The text of a template without anything of run time; false: it has. */
bool value_constant(const struct tmpl *t, struct str *ret);
bool path_parse(struct compiler *c, struct str text, const struct token *tok,
		struct path *ret);
bool path_field(struct compiler *c, struct str text, const struct token *tok,
		struct field_path *ret);
bool path_read(struct cursor *k, const char *what, struct path *ret);
unsigned path_length(struct cursor *k);
/* Does it begin with a label? */
bool path_is_labelled(struct str text);
bool path_is_known_header(struct str canonical); /* in fields.def */
struct cond *cond_parse(struct cursor *k);
/* All paths behind the severity begin with a label. */
bool cond_is_labelled(const struct cursor *k);
/* ---- cond_type.c ---- */
bool cond_check_types(struct cursor *k, struct cond *cond,
		      const struct token *operand);

/* ---- literal.c ---- */
void literal_note(struct compiler *c, const struct token *tok, struct str text);
void literal_check(struct compiler *c);

/* ---- level.c ---- */
/* "[id id]" where it stands next; checked against the catalogue. */
bool level_rules(struct cursor *k, struct rules *ret);
enum level level_of(struct compiler *c, enum word word,
		    const struct rules *rules);
void level_check(struct compiler *c, enum word word, const struct rules *rules,
		 struct loc line, struct loc ids);
void level_end(struct compiler *c); /* of all rows */

/* ---- arrow.c, message.c, modifier.c, detail.c, guard.c ---- */
struct arrow { /* a line with "->" while it is read */
	struct compiler *c;
	struct cursor *k;
	struct op *op;
	bool sends, watch, guard;
	struct make *make;   /* what we send, or the reply; NULL: a guard */
	struct match *match; /* NULL: we send */
	struct expect *expect;
	struct token word; /* the modifier being read */
	uint32_t seen;     /* modifiers, by their place in the table */
	struct loc sdp;    /* of a "sdp" under an expected line */
	struct buf text;   /* op->arrow, so far */
};

void arrow_line(struct cursor *k, const struct nodes *nodes, size_t *i);
void arrow_guard(struct cursor *k, enum word word);
/* A line that is wrong is read no further, but for the dialog it names. */
void arrow_give_up(struct arrow *x);
void arrow_add_text(struct arrow *x, const struct token *toks, unsigned n);
bool message_parse(struct arrow *x);
/* "2xx|404" -> ranges; false: no status. */
bool message_statuses(struct compiler *c, struct str text, struct match *ret);
/* "200" "18x" "2xx" */
bool message_status(struct str s, struct status_range *ret);
bool message_is_method(struct str s);
void modifier_all(struct arrow *x);
bool modifier_known(struct str word);
/* Lines under an arrow, from nodes->list[*i]; steps over what it takes. */
void detail_all(struct arrow *x, const struct nodes *nodes, size_t *i);
void assertion_parse(struct cursor *k, struct check *ret);
void assertion_line(struct cursor *k); /* one that stands alone */
void assertion_let(struct cursor *k, struct let *ret);

/* ---- step.c, block.c, header.c, lint.c ---- */
/* Counts work against STEPS_MAX; false, once said, where it is too much. */
bool step_tick(struct compiler *c);
struct op *step_new(struct compiler *c, enum op_kind kind, struct loc at);
void step_text(struct op *op, struct compiler *c, const struct token *toks,
	       unsigned n);
void step_line(struct compiler *c, const struct nodes *nodes, size_t *i);
bool step_cursor(struct compiler *c, const struct text_line *line,
		 struct cursor *ret); /* expands; false: a ceiling was hit */
void block_nodes(struct compiler *c, const struct nodes *nodes);
void block_node(struct compiler *c, const struct node *node);
void block_do(struct cursor *k);
bool fact_holds(struct cursor *k); /* "role=b2bua|proxy" */
const struct str *fact_row_values(struct compiler *c, struct str column,
				  size_t *ret_n);
void header_use(struct compiler *c); /* once for all rows */
void header_values(struct compiler *c, const struct for_row *row);
void header_lines(struct compiler *c);
void header_select(struct compiler *c);
bool header_role_fits(const struct compiler *c);

void lint_prog(struct compiler *c); /* of a row */
void lint_end(struct compiler *c);  /* of all rows */
bool lint_beside(const struct op *a, const struct op *b);
/* ---- lint_order.c, lint_dialog.c, lint_reach.c, lint_answer.c ---- */
bool lint_above(const struct op *a, const struct op *b);
bool lint_sends(const struct op *op); /* block.c */
void lint_order(struct compiler *c, const struct op *op);
void lint_dialogs(struct compiler *c);
void lint_reach(struct compiler *c, const struct op *op);
void lint_answer(struct compiler *c, const struct op *op);

#endif
