/* SPDX-License-Identifier: MIT */
/* device_reader: the words of one line of a device file; private to the files
 * that read them (device.c, device_line.c). */
#ifndef LANG_DEVICE_READER_H
#define LANG_DEVICE_READER_H

#include <stdlib.h>

#include "lang/claims.h"
#include "lang/lang.h"
#include "lang/lex.h"

/* After so many a file is given up. */
enum { DEVICE_ERRORS_MAX = 100 };

struct device_said { /* a line that may stand once: "user alice" */
	struct str key;
	struct loc at;
};

struct reader {
	struct arena *arena;
	struct device *d;
	struct diags *ds;
	const struct text_line *line;
	unsigned i;                /* the next token */
	struct loc calls, answers; /* lines that may ask for a trigger */
	struct device_said *said;
	unsigned nsaid;
};

/* ---- tokens ---- */

static inline struct loc here(const struct reader *r)
{
	return r->i < r->line->n ? r->line->toks[r->i].at : r->line->at;
}

static inline struct diag *wrong(struct reader *r, const struct diag_code *code,
				 struct loc at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static inline struct diag *wrong(struct reader *r, const struct diag_code *code,
				 struct loc at, const char *fmt, ...)
{
	struct str text;
	va_list ap;

	va_start(ap, fmt);
	text = arena_vstrf(r->arena, fmt, ap);
	va_end(ap);
	return diag_add(r->ds, code, at, STR_F, STR_A(text));
}

static inline bool sees(const struct reader *r, const char *word)
{
	return r->i < r->line->n && token_is(&r->line->toks[r->i], word);
}

static inline bool takes(struct reader *r, const char *word)
{
	bool hit = sees(r, word);

	r->i += hit;
	return hit;
}

static inline bool more(const struct reader *r)
{
	return r->i < r->line->n;
}

/* {env.NAME} anywhere in the text: secrets stay out of files. */
static inline struct str resolve(struct reader *r, struct str s, struct loc at)
{
	buf_auto out = { 0 };

	if (str_find(s, STR("{env.")) < 0)
		return s;
	for (size_t i = 0; i < s.len;) {
		struct str rest = str_tail(s, i);
		size_t n = str_starts(rest, "{env.") ? lex_brace(rest) : 0;
		const char *value;

		if (!n) {
			buf_add_char(&out, s.p[i++]);
			continue;
		}
		i += n;
		rest = str_sub(rest, 5, n - 6);
		value = getenv(arena_z(r->arena, rest));
		if (value && line_begins(r->line, "trigger"))
			device_hide(r->arena, r->d, str_from(value));
		if (value)
			buf_add_z(&out, value);
		else
			wrong(r, CODE(UNKNOWN_ENV), at,
			      "the environment has no " STR_F, STR_A(rest));
	}
	return arena_str(r->arena, buf_str(&out));
}

/* The next word or string; empty, and said, where there is none. */
static inline struct str need(struct reader *r, const char *what)
{
	const struct token *t = &r->line->toks[r->i];

	if (!more(r) || t->kind > TOK_STRING) {
		wrong(r, CODE(EXPECTED), here(r), "%s is missing here", what);
		r->i = r->line->n;
		return STR_NONE;
	}
	r->i++;
	return resolve(r, t->text, t->at);
}

static inline const char *nearest(struct reader *r, struct str near)
{
	if (!near.len)
		return "";
	return arena_strf(r->arena, ". Did you mean \"" STR_F "\"?",
			  STR_A(near))
		.p;
}

/* A word of a closed list. */
static inline struct str need_of(struct reader *r, enum vocabulary v,
				 const char *what)
{
	struct loc at = here(r);
	struct str s = need(r, what);

	if (s.len && !claims_knows(v, s))
		wrong(r, CODE(UNKNOWN_WORD), at,
		      "no %s \"" STR_F "\". Known: " STR_F "%s", what, STR_A(s),
		      STR_A(claims_words(r->arena, v)),
		      nearest(r, claims_nearest(v, s)));
	return s;
}

struct line_word { /* what a line begins with, and who reads the rest */
	const char *word;
	void (*read)(struct reader *r);
};

/* Reads the line by the row of its first word; false: there is none. */
static inline bool read_by(struct reader *r, const struct line_word *rows,
			   size_t n)
{
	r->i = 1;
	for (size_t i = 0; i < n; i++) {
		if (!line_begins(r->line, rows[i].word))
			continue;
		rows[i].read(r);
		if (more(r))
			wrong(r, CODE(EXTRA_WORDS), here(r),
			      "I cannot read \"" STR_F "\" here",
			      STR_A(r->line->toks[r->i].text));
		return true;
	}
	return false;
}

/* ---- device_line.c: where it is, and who is known to it ---- */
void line_address(struct reader *r);
void line_transport(struct reader *r);
void line_domain(struct reader *r);
void line_bind(struct reader *r);
void line_nameserver(struct reader *r);
void line_user(struct reader *r);
void line_account(struct reader *r);
/* Passwords that the file spells out are not shown with its mistakes. */
void device_scrub(struct arena *a, struct src *src);

/* ---- device_once.c: what two lines may not say ---- */
void device_once(struct reader *r); /* of a line that is right */
void device_agrees(struct reader *r, const struct fact *f, struct loc at,
		   bool lacks);

/* ---- device_known.c: what is known to fail ---- */
void line_known(struct reader *r);
void line_waive(struct reader *r);

#endif
