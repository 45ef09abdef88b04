/* SPDX-License-Identifier: MIT */
/* What the compiler says to the author. A line is compiled many times (rows,
 * flows, repeats); what is wrong with it is said once. */
#include "lang/compile.h"

static bool same_place(struct loc a, struct loc b)
{
	return a.src == b.src && a.off == b.off;
}

static bool is_said(const struct compiler *c, const struct diag *d)
{
	for (size_t i = 0; i < c->ds->n; i++) {
		const struct diag *e = &c->ds->list[i];

		if (e != d && e->code && same_place(e->at, d->at) &&
		    !strcmp(e->code, d->code) && str_eq(e->text, d->text))
			return true;
	}
	return false;
}

/* A ghost's line with values of the row in it may be wrong by right: the row
 * is not meant to come here. */
static bool is_mute(const struct compiler *c)
{
	if (c->ghost && c->expanded)
		return true;
	return c->ds->errors + c->ds->warnings - c->before >= SAID_MAX;
}

static void add_uses(struct compiler *c, struct loc via)
{
	unsigned n = 0;

	if (via.src) {
		diag_note(c->ds, via, "used here");
		return;
	}
	for (const struct scope *s = c->scope; s && n < 3; s = s->up, n++)
		diag_note(c->ds, s->at, "in the flow \"" STR_F "\", done here",
			  STR_A(s->flow->name));
}

static struct diag *vsay(struct compiler *c, struct diag d, struct loc via,
			 const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

static struct diag *vsay(struct compiler *c, struct diag d, struct loc via,
			 const char *fmt, va_list ap)
{
	size_t n;

	if (is_mute(c))
		return NULL;
	d.text = arena_vstrf(c->ds->arena, fmt, ap);
	if (is_said(c, &d))
		return NULL;
	n = c->ds->n;
	diag_add(c->ds, d.level, d.code, d.at, STR_F, STR_A(d.text));
	add_uses(c, via);
	return &c->ds->list[n];
}

struct diag *say_error(struct compiler *c, const char *code,
		       const struct token *tok, const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	va_start(ap, fmt);
	d = vsay(c,
		 (struct diag){
			 .level = DIAG_ERROR, .code = code, .at = tok->at },
		 tok->via, fmt, ap);
	va_end(ap);
	return d;
}

struct diag *say_error_at(struct compiler *c, const char *code, struct loc at,
			  const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	va_start(ap, fmt);
	d = vsay(c,
		 (struct diag){ .level = DIAG_ERROR, .code = code, .at = at },
		 (struct loc){ 0 }, fmt, ap);
	va_end(ap);
	return d;
}

struct diag *say_warning_at(struct compiler *c, const char *code, struct loc at,
			    const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	va_start(ap, fmt);
	d = vsay(c,
		 (struct diag){ .level = DIAG_WARNING, .code = code, .at = at },
		 (struct loc){ 0 }, fmt, ap);
	va_end(ap);
	return d;
}

const char *say_nearest(struct compiler *c, struct str near)
{
	if (!near.len)
		return "";
	return arena_strf(c->a, ". Did you mean \"" STR_F "\"?", STR_A(near)).p;
}
