/* SPDX-License-Identifier: MIT */
/* Diagnostics: one path for scenarios, device files and requirement files. */
#include "base/diag.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static size_t count_lines(struct str text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.len; i++)
		n += text.p[i] == '\n';
	return n;
}

struct src *src_new(struct arena *a, const char *path, struct str text)
{
	struct src *src = ARENA_NEW(a, struct src);
	size_t max = count_lines(text);

	src->path = arena_z(a, str_from(path));
	src->text = text;
	src->lines = ARENA_ARRAY(a, uint32_t, max);
	src->nlines = 1;
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] == '\n')
			src->lines[src->nlines++] = (uint32_t)i + 1;
	return src;
}

unsigned src_line(const struct loc *at)
{
	size_t lo = 0, hi;

	if (!at->src)
		return 0;
	hi = at->src->nlines;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (at->src->lines[mid] <= at->off)
			lo = mid;
		else
			hi = mid;
	}
	return (unsigned)lo + 1;
}

unsigned src_column(const struct loc *at)
{
	unsigned line = src_line(at);
	uint32_t start;

	if (!line)
		return 0;
	start = at->src->lines[line - 1];
	return 1 + (unsigned)text_width(
			   str_sub(at->src->text, start, at->off - start));
}

struct str src_line_text(const struct src *src, unsigned line)
{
	uint32_t start, end;

	if (!line || line > src->nlines)
		return STR_NONE;
	start = src->lines[line - 1];
	end = line < src->nlines ? src->lines[line] : (uint32_t)src->text.len;
	while (end > start &&
	       (src->text.p[end - 1] == '\n' || src->text.p[end - 1] == '\r'))
		end--;
	return str_sub(src->text, start, end - start);
}

struct str loc_text(struct loc at)
{
	return at.src ? str_sub(at.src->text, at.off, at.len) : STR_NONE;
}

struct loc loc_join(struct loc a, struct loc b)
{
	if (a.src == b.src && b.off + b.len > a.off)
		a.len = b.off + b.len - a.off;
	return a;
}

static struct diag *add(struct diags *ds, struct diag d, const char *fmt,
			va_list ap) __attribute__((format(printf, 3, 0)));
static struct diag *add(struct diags *ds, struct diag d, const char *fmt,
			va_list ap)
{
	struct diag *slot =
		ds->muted ? &ds->spare : ARENA_PUSH(ds->arena, ds->list, ds->n);

	d.text = ds->muted ? STR_NONE : arena_vstrf(ds->arena, fmt, ap);
	*slot = d;
	return slot;
}

static bool is_said(const struct diags *ds, const struct diag *d)
{
	for (size_t i = ds->from; i < ds->n; i++) {
		const struct diag *e = &ds->list[i];

		if (e->code && e->at.src == d->at.src &&
		    e->at.off == d->at.off && e->at.len == d->at.len &&
		    !strcmp(e->code, d->code))
			return true;
	}
	return false;
}

struct diag *diag_add(struct diags *ds, const struct diag_code *code,
		      struct loc at, const char *fmt, ...)
{
	struct diag new = { .level = code->level,
			    .code = code->name,
			    .at = at };
	bool said = is_said(ds, &new);
	struct diag *d;
	va_list ap;

	ds->muted = said || ds->n >= DIAGS_KEPT;
	va_start(ap, fmt);
	d = add(ds, new, fmt, ap);
	va_end(ap);
	ds->errors += !said && new.level == DIAG_ERROR;
	ds->warnings += !said && new.level == DIAG_WARNING;
	return d;
}

struct diag *diag_note(struct diags *ds, struct loc at, const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	va_start(ap, fmt);
	d = add(ds, (struct diag){ .level = DIAG_NOTE, .at = at }, fmt, ap);
	va_end(ap);
	return d;
}

/* ---- for people ---- */

enum { TAB = 8, SHOWN_BEFORE = 60, SHOWN = 200, CARETS = 120 };

/* Fit for a terminal, with tabs as blanks; the columns it takes. */
static size_t add_shown(struct buf *out, struct str s, size_t column)
{
	while (s.len) {
		ptrdiff_t tab = str_find_char(s, '\t');
		size_t n = tab < 0 ? s.len : (size_t)tab, from = out->len;

		text_printable(out, str_sub(s, 0, n));
		column += text_width(str_tail(buf_str(out), from));
		if (tab < 0)
			break;
		buf_add_fill(out, ' ', TAB - column % TAB);
		column += TAB - column % TAB;
		s = str_tail(s, n + 1);
	}
	return column;
}

static void print_line(const struct src *src, unsigned line, struct buf *out)
{
	buf_addf(out, "%5u | ", line);
	add_shown(out, str_sub(src_line_text(src, line), 0, SHOWN), 0);
	buf_add_char(out, '\n');
}

/* Of a long line the part around the place is shown. */
static void print_source(const struct diag *d, struct buf *out)
{
	unsigned line = src_line(&d->at);
	struct str text = src_line_text(d->at.src, line), marked;
	size_t from = d->at.off - d->at.src->lines[line - 1];
	size_t skip = from > SHOWN - SHOWN_BEFORE ? from - SHOWN_BEFORE : 0;
	size_t before, width;
	buf_auto junk = { 0 };

	if (d->above.src == d->at.src && src_line(&d->above) < line)
		print_line(d->at.src, src_line(&d->above), out);
	buf_addf(out, "%5u | ", line);
	add_shown(out, str_sub(text, skip, SHOWN), 0);
	before = add_shown(&junk, str_sub(text, skip, from - skip), 0);
	str_cut(loc_text(d->at), '\n', &marked, &(struct str){ 0 });
	width = add_shown(&junk, marked, before) - before;
	buf_add_z(out, "\n      | ");
	buf_add_fill(out, ' ', before);
	buf_add_fill(out, '^', width ? (width < CARETS ? width : CARETS) : 1);
	if (d->hint.len) {
		buf_add_char(out, ' ');
		text_printable(out, d->hint);
	}
	buf_add_char(out, '\n');
}

static void print_one(const struct diag *d, struct buf *out)
{
	static const char *const words[] = {
		[DIAG_ERROR] = "error",
		[DIAG_WARNING] = "warning",
		[DIAG_NOTE] = "note",
	};

	if (d->at.src)
		buf_addf(out, "%s:%u:%u: ", d->at.src->path, src_line(&d->at),
			 src_column(&d->at));
	buf_addf(out, "%s: ", words[d->level]);
	text_printable(out, d->text);
	if (d->code)
		buf_addf(out, " [%s]", d->code);
	buf_add_char(out, '\n');
	if (d->at.src && d->at.src->text.len)
		print_source(d, out);
}

struct shown {       /* one to print, with the keys of its place in the order */
	size_t i;    /* in ds->list */
	size_t file; /* the first that spoke of this file */
	const struct diag *d;
};

static int by_place(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;

	if (x->d->level != y->d->level)
		return x->d->level < y->d->level ? -1 : 1;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->d->at.off != y->d->at.off)
		return x->d->at.off < y->d->at.off ? -1 : 1;
	return x->i < y->i ? -1 : 1;
}

static size_t first_of_file(const struct diags *ds, const struct src *src)
{
	size_t i = 0;

	while (ds->list[i].level == DIAG_NOTE || ds->list[i].at.src != src)
		i++;
	return i;
}

/* Errors before warnings, each in the order of the file, notes behind what
 * they belong to. */
void diag_print(const struct diags *ds, struct buf *out)
{
	struct shown list[DIAGS_KEPT];
	size_t n = 0, all = ds->errors + ds->warnings;

	for (size_t i = 0; i < ds->n && n < DIAGS_KEPT; i++)
		if (ds->list[i].level != DIAG_NOTE)
			list[n++] = (struct shown){
				i, first_of_file(ds, ds->list[i].at.src),
				&ds->list[i]
			};
	if (n)
		qsort(list, n, sizeof(*list), by_place);
	for (size_t i = 0; i < n && i < DIAGS_SHOWN; i++) {
		size_t k = list[i].i;

		do
			print_one(&ds->list[k++], out);
		while (k < ds->n && ds->list[k].level == DIAG_NOTE);
	}
	if (all > DIAGS_SHOWN)
		buf_addf(out, "and %zu more\n", all - DIAGS_SHOWN);
}

struct str diag_nearest(struct str word, const struct str *names, size_t n)
{
	size_t limit = word.len < 4 ? 1 : word.len < 8 ? 2 : 3;
	size_t best = limit + 1;
	struct str hit = STR_NONE;

	for (size_t i = 0; i < n; i++) {
		size_t d = str_distance(word, names[i], limit);

		if (d < best) {
			best = d;
			hit = names[i];
		}
	}
	return hit;
}
