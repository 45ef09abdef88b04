/* SPDX-License-Identifier: MIT */
/* lex: a file's bytes -> lines of tokens, each with its place. */
#ifndef LANG_LEX_H
#define LANG_LEX_H

#include "lang/codes.h"

enum token_kind {
	TOK_WORD,   /* anything between blanks; {…} is kept as written */
	TOK_STRING, /* text without the quotes, escapes resolved */
	TOK_HEREDOC,
	TOK_ARROW,
	TOK_LPAREN,
	TOK_RPAREN,
	TOK_LBRACK,
	TOK_RBRACK,
	TOK_COMMA
};

struct token {
	enum token_kind kind;
	struct str text;
	struct loc at;
	struct loc via; /* where a template or flow used it; src NULL: here */
};

/* "Refer-To: <…>", "+ Via: …", "1000x X-Pad: …", "+ {extra}", "-Contact" */
struct row {
	bool add, remove;
	struct str times; /* empty: once */
	struct str name;  /* empty: text is a whole row */
	struct str text;
	struct loc name_at, text_at;
};

/* One line of a file. Either a row or tokens. */
struct text_line {
	struct loc at; /* first token to last, without comment */
	struct token *toks;
	unsigned n;
	struct row *row;
};

struct lex {
	struct arena *arena;
	struct diags *ds;
	struct src *src;
	unsigned line; /* the next one, from 1 */
	bool rows;     /* header rows are recognised (not in device files) */
};

enum {
	LEX_FILE_MAX = 1 << 20,
	LEX_BRACES_MAX = 8 /* templates inside templates */
};

/* Reads a file of an author's. NULL: what is wrong is in ds, at "at" where
 * that is a place (the line that uses it). */
struct src *lex_read(struct arena *a, const char *path, const char *shown,
		     struct loc at, struct diags *ds);
/* The same of text that is in memory; it is copied. */
struct src *lex_accept(struct arena *a, const char *shown, struct str text,
		       struct diags *ds);
/* The next line that holds something; false at the end of the file. */
bool lex_next(struct lex *lx, struct text_line *ret);
/* Tokens of a template's value: all at one place, never wrong. */
struct token *lex_value(struct arena *a, struct str value, struct loc at,
			unsigned *ret_n);
/* "{…}" at s.p[0]: its length with both braces; 0: it does not close. */
size_t lex_brace(struct str s);
bool lex_is_name_char(char c);

bool token_is(const struct token *t, const char *word); /* a WORD */
/* Is the line "word" alone, or one that begins with it? */
bool line_is(const struct text_line *line, const char *word);
bool line_begins(const struct text_line *line, const char *word);

#endif
