/* SPDX-License-Identifier: MIT */
/* The page of a run: its top, its scenarios one by one, its end. */
#include "report/html.h"
#include "report/point.h"
#include "report/repeat.h"

enum { OPEN_MAX = 3 }; /* scenarios unfolded from the start */

void html_fold(const struct result *r, unsigned *n, struct buf *out)
{
	bool open = verdict_is_bad(r->verdict) && (*n)++ < OPEN_MAX;

	buf_addf(out, "<details class=\"sc %s\"%s>", html_class(r->verdict),
		 open ? " open" : "");
}

void html_head(const struct run *run, struct buf *out)
{
	buf_auto title = { 0 };

	buf_add_str(&title, run->device);
	buf_add_z(&title, " — sipladder");
	html_begin(out, buf_str(&title));
	buf_add_z(out, "<a class=\"skip\" href=\"#scenarios\">to the scenarios"
		       "</a>\n<main class=\"page\">\n");
	html_summary(run, out);
	buf_add_z(out, "<div class=\"list\">\n");
}

/* ---- a scenario ---- */

static void add_summary(struct buf *out, const struct result *r)
{
	buf_add_z(out, "<summary>");
	html_pill(out, r->verdict);
	buf_add_z(out, "<span class=\"id\">");
	html_text(out, r->id);
	buf_add_z(out, "</span><span class=\"ms\">");
	if (r->took)
		buf_addf(out, "%.2f s", (double)r->took / 1e9);
	buf_add_z(out, "</span>");
	if (r->title.len || r->reason.len) {
		buf_auto reason = { 0 };

		point_reason(&reason, r);
		buf_add_z(out, "<span class=\"ttl\">");
		html_text(out, r->title);
		if (r->title.len && reason.len)
			buf_add_z(out, " · ");
		html_text(out, buf_str(&reason));
		buf_add_z(out, "</span>");
	}
	buf_add_z(out, "</summary>\n");
}

static void add_plays(struct buf *out, const struct result *r)
{
	buf_auto text = { 0 };

	if (!repeat_is(r))
		return;
	repeat_words(r, &text);
	buf_addf(out, "<h3>%u plays</h3>\n<p>", r->plays);
	html_text(out, buf_str(&text));
	if (r->play)
		buf_addf(out, "; below is play %u", r->play);
	buf_add_z(out, ".</p>\n");
	if (!r->nothers)
		return;
	buf_add_z(out, "<details class=\"fold\"><summary>the others that did "
		       "not pass</summary><pre>");
	buf_clear(&text);
	repeat_list(r, "", 100, &text);
	html_lines(out, buf_str(&text));
	buf_add_z(out, "</pre></details>\n");
}

static void add_where(struct buf *out, const struct run *run,
		      const struct result *r, const struct report_opts *opts)
{
	const struct run *part = run_part(run, r);

	buf_add_z(out, "<p class=\"quiet\"><a href=\"#");
	html_anchor(out, r);
	buf_add_z(out, "\">link</a> · ");
	html_text(out, part->device);
	buf_add_z(out, " · <code>");
	html_text(out, r->file);
	buf_add_z(out, "</code>");
	if (r->seed.len) {
		buf_add_z(out, " · seed ");
		html_text(out, r->seed);
	}
	if (point_has_artefacts(opts, r)) {
		buf_auto path = { 0 };

		point_artefact(&path, opts, r, "");
		buf_add_z(out, " · <code>");
		html_text(out, buf_str(&path));
		buf_add_z(out, "</code>");
	}
	buf_add_z(out, "</p>\n");
}

void html_scenario(const struct run *run, const struct result *r,
		   const struct trace *tr, const struct report_opts *opts,
		   struct buf *out)
{
	struct arena *a = arena_new();
	struct ladder *l = tr && tr->n ? ladder_new(r, tr, a) : NULL;

	add_summary(out, r);
	buf_add_z(out, "<div class=\"body\"><a class=\"at\" id=\"");
	html_anchor(out, r);
	buf_add_z(out, "\"></a>\n");
	add_plays(out, r);
	html_checks(r, l, opts, out);
	if (l)
		html_ladder(l, r, tr, out);
	add_where(out, run, r, opts);
	buf_add_z(out, "</div></details>\n");
	arena_free(a);
}

void html_tail(const struct run *run, struct buf *out)
{
	buf_add_z(out, "</div>\n");
	html_slowest(run, out);
	html_how(run, out);
	buf_add_z(out, "</main>\n</body>\n</html>\n");
}
