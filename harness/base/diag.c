/* SPDX-License-Identifier: MIT */
/* Diagnostics: one path for scenarios, device files and requirement files. */
#include "base/diag.h"

#include "base/text.h"

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
	struct diag *slot = ARENA_PUSH(ds->arena, ds->list, ds->n);

	d.text = arena_vstrf(ds->arena, fmt, ap);
	*slot = d;
	return slot;
}

struct diag *diag_add(struct diags *ds, enum diag_level level, const char *code,
		      struct loc at, const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	va_start(ap, fmt);
	d = add(ds, (struct diag){ .level = level, .code = code, .at = at },
		fmt, ap);
	va_end(ap);
	ds->errors += level == DIAG_ERROR;
	ds->warnings += level == DIAG_WARNING;
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

static void print_source(const struct diag *d, struct buf *out)
{
	unsigned line = src_line(&d->at);
	struct str text = src_line_text(d->at.src, line);
	unsigned col = src_column(&d->at);
	struct str marked = loc_text(d->at);
	size_t width;

	str_cut(marked, '\n', &marked, &(struct str){ 0 });
	width = text_width(marked);
	buf_addf(out, "%5u | ", line);
	text_printable(out, str_sub(text, 0, 200));
	buf_add_z(out, "\n      | ");
	for (size_t i = 0; i + 1 < col && i < text.len; i++)
		buf_add_char(out, text.p[i] == '\t' ? '\t' : ' ');
	buf_add_fill(out, '^', width ? (width < 120 ? width : 120) : 1);
	if (d->hint.len)
		buf_addf(out, " " STR_F, STR_A(d->hint));
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
	if (d->at.src)
		print_source(d, out);
}

void diag_print(const struct diags *ds, struct buf *out)
{
	size_t shown = 0;

	for (size_t i = 0; i < ds->n; i++) {
		if (ds->list[i].level != DIAG_NOTE && shown++ == DIAGS_SHOWN) {
			buf_addf(out, "and %zu more\n",
				 ds->errors + ds->warnings - DIAGS_SHOWN);
			return;
		}
		print_one(&ds->list[i], out);
	}
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
