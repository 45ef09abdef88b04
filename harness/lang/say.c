/* SPDX-License-Identifier: MIT */
/* What the compiler says to the author. A line is compiled many times (rows,
 * flows, repeats); what is wrong with it is said once (diag_add). */
#include "lang/compile.h"

enum { USES_SHOWN = 3 };

/* A ghost's line with values of the row in it may be wrong by right: the row
 * is not meant to come here. */
static bool is_mute(struct compiler *c, enum diag_level level)
{
	if (c->ghost && c->expanded)
		return true;
	if (level == DIAG_WARNING)
		return c->ds->warnings - c->warnings_before >= SAID_MAX;
	if (++c->says > SAYS_MAX)
		c->stopped = true; /* the same line again and again */
	return c->ds->errors - c->errors_before >= SAID_MAX;
}

static bool is_within(struct loc at, struct loc line)
{
	return at.src == line.src && at.off >= line.off &&
	       at.off < line.off + line.len;
}

/* Where it was used, through which flows, and for which row. */
static void add_notes(struct compiler *c, struct loc at, struct loc via)
{
	unsigned n = 0;

	if (via.src)
		diag_note(c->ds, via, "used here");
	for (const struct scope *s = c->scope; s && n < USES_SHOWN;
	     s = s->up, n++)
		if (!is_within(at, s->at))
			diag_note(c->ds, s->at,
				  "in the flow \"" STR_F "\", done here",
				  STR_A(s->flow->name));
	if (c->row && c->of_row && c->row->n && !is_within(at, c->row->at))
		diag_note(c->ds, c->row->at, "in the row \"" STR_F "\"",
			  STR_A(c->row->values[0].text));
}

static struct diag *vsay(struct compiler *c, const struct diag_code *code,
			 const struct token *tok, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

static struct diag *vsay(struct compiler *c, const struct diag_code *code,
			 const struct token *tok, const char *fmt, va_list ap)
{
	size_t n = c->ds->n;
	struct str text;

	if (is_mute(c, code->level))
		return NULL;
	text = arena_vstrf(c->ds->arena, fmt, ap);
	diag_add(c->ds, code, tok->at, STR_F, STR_A(text));
	if (c->ds->muted)
		return NULL;
	add_notes(c, tok->at, tok->via);
	return &c->ds->list[n];
}

/* NULL: it has been said already, or too much has been. */
struct diag *say(struct compiler *c, const struct diag_code *code,
		 const struct token *tok, const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	va_start(ap, fmt);
	d = vsay(c, code, tok, fmt, ap);
	va_end(ap);
	return d;
}

struct diag *say_at(struct compiler *c, const struct diag_code *code,
		    struct loc at, const char *fmt, ...)
{
	struct token tok = { .at = at };
	struct diag *d;
	va_list ap;

	va_start(ap, fmt);
	d = vsay(c, code, &tok, fmt, ap);
	va_end(ap);
	return d;
}

const char *say_nearest(struct compiler *c, struct str near)
{
	if (!near.len)
		return "";
	return arena_strf(c->a, ". Did you mean \"" STR_F "\"?", STR_A(near)).p;
}
