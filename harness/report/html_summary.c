/* SPDX-License-Identifier: MIT */
/* The top of a run's page: who was tested, how, what came of it, and what
 * needs a look first. */
#include "report/html.h"
#include "report/point.h"
#include "report/repeat.h"

#include <stdlib.h>

enum { TODO_MAX = 50, LINKS_MAX = 8, SLOWEST = 10 };

/* In the order in which a reader wants them. */
static const enum verdict order[] = {
	VERDICT_ERROR,        VERDICT_FAIL, VERDICT_WARN, VERDICT_KNOWN,
	VERDICT_INCONCLUSIVE, VERDICT_PASS, VERDICT_SKIP, VERDICT_NOT_RUN,
};

enum { VERDICTS = sizeof(order) / sizeof(*order) };

/* ---- in one sentence ---- */

static void add_lead(struct buf *out, const struct run *run,
		     const struct tally *t)
{
	unsigned bad = t->scenarios[VERDICT_FAIL] + t->scenarios[VERDICT_ERROR];
	unsigned unsaid = t->scenarios[VERDICT_INCONCLUSIVE] +
			  t->scenarios[VERDICT_NOT_RUN];

	buf_add_z(out, "<p class=\"lead\">");
	if (bad)
		buf_addf(out, "%u of %zu scenario%s failed.", bad, run->n,
			 run->n == 1 ? "" : "s");
	else if (!t->scenarios[VERDICT_PASS] && !t->scenarios[VERDICT_WARN] &&
		 !t->scenarios[VERDICT_KNOWN])
		buf_add_z(out, "Nothing was tested.");
	else
		buf_add_z(out, "Nothing failed.");
	if (unsaid)
		buf_addf(out, " %u could not be judged.", unsaid);
	if (run->interrupted)
		buf_add_z(out, " The run was interrupted.");
	if (run->bail.len) {
		buf_add_z(out, " It stopped: ");
		html_text(out, run->bail);
		buf_add_z(out, ".");
	}
	buf_add_z(out, "</p>\n");
}

/* ---- numbers ---- */

static void add_sum(struct buf *out, const char *name, unsigned n,
		    const char *what, unsigned of, const char *of_what,
		    enum verdict v)
{
	buf_addf(out, "<div class=\"sum\"><span>%s</span><b%s%s%s>%u %s</b>",
		 name, n ? " class=\"" : "", n ? html_class(v) : "",
		 n ? "\" style=\"color:var(--c)\"" : "", n, what);
	if (of_what)
		buf_addf(out, "<span>of %u %s</span>", of, of_what);
	buf_add_z(out, "</div>\n");
}

static void add_sums(struct buf *out, const struct tally *t)
{
	buf_add_z(out, "<div class=\"sums\">\n");
	add_sum(out, "MUST", t->must_failed, "failed", t->must_exercised,
		"rules exercised", VERDICT_FAIL);
	add_sum(out, "SHOULD", t->should_warned, "warned", t->should_exercised,
		"rules exercised", VERDICT_WARN);
	buf_addf(out,
		 "<div class=\"sum\"><span>MAY</span><b>%u seen</b><span>of "
		 "what is allowed</span></div>\n</div>\n",
		 t->may_seen);
}

static void add_bar(struct buf *out, const struct tally *t)
{
	buf_add_z(out, "<div class=\"bar\" aria-hidden=\"true\">");
	for (int i = 0; i < VERDICTS; i++)
		if (t->scenarios[order[i]])
			buf_addf(out,
				 "<i class=\"%s\" style=\"flex-grow:%u\">"
				 "</i>",
				 html_class(order[i]), t->scenarios[order[i]]);
	buf_add_z(out, "</div>\n");
}

/* ---- how it was run ---- */

static void add_fact(struct buf *out, const char *key, struct str value)
{
	if (!value.len)
		return;
	buf_addf(out, "<div><b>%s</b><span>", key);
	html_text(out, value);
	buf_add_z(out, "</span></div>\n");
}

static void add_took(struct buf *out, const struct run *run)
{
	buf_auto text = { 0 };
	ns_t sum = 0;

	for (size_t i = 0; i < run->n; i++)
		sum += run->list[i]->took;
	buf_addf(&text, "%.1f s", (double)sum / 1e9);
	add_fact(out, "Scenarios took", buf_str(&text));
}

static void add_command(struct buf *out, const struct run *part)
{
	if (!part->command.len)
		return;
	buf_add_z(out, "<div class=\"wide\"><b>Command</b><span><code>");
	html_text(out, part->command);
	buf_add_z(out, "</code></span></div>\n");
}

static void add_facts(struct buf *out, const struct run *part,
		      const struct run *run)
{
	buf_add_z(out, "<div class=\"facts\">\n");
	add_fact(out, "Device", part->device);
	add_fact(out, "Its version", part->device_version);
	add_fact(out, "Address", part->address);
	add_fact(out, "Transport", part->transport);
	add_fact(out, "Edition", part->edition);
	add_fact(out, "Started", part->started);
	add_fact(out, "Seed", part->seed);
	add_fact(out, "Slack", part->slack);
	if (part->strict)
		add_fact(out, "Strict", STR("yes: SHOULD counts as MUST"));
	add_fact(out, "sipladder", part->version);
	if (run)
		add_took(out, run);
	add_command(out, part);
	buf_add_z(out, "</div>\n");
}

static void add_parts(struct buf *out, const struct run *run)
{
	buf_add_z(out, "<h2 id=\"run\">How it was run</h2>\n");
	if (!run->nparts) {
		buf_add_z(out, "<div class=\"card\">");
		add_facts(out, run, run);
		buf_add_z(out, "</div>\n");
	}
	for (size_t i = 0; i < run->nparts; i++) {
		buf_add_z(out, "<div class=\"card\">");
		add_facts(out, run->parts[i], NULL);
		buf_add_z(out, "</div>\n");
	}
}

/* ---- what needs a look ---- */

static bool is_todo(const struct result *r)
{
	return verdict_is_bad(r->verdict) || r->verdict == VERDICT_WARN ||
	       r->verdict == VERDICT_INCONCLUSIVE;
}

/* Do both say the same, in other scenarios or of other devices? */
static bool is_same_cause(const struct result *a, const struct result *b)
{
	const struct finding *x = point_worst(a), *y = point_worst(b);

	if (a->verdict != b->verdict || !x != !y)
		return false;
	if (!x)
		return str_eq(a->reason, b->reason);
	return str_eq(x->what, y->what) && str_eq(x->reqs, y->reqs);
}

enum side { WANTED, GOT };

static struct str side_of(const struct finding *f, enum side side)
{
	return side == WANTED ? f->wanted : f->got;
}

/* What was wanted or came: of several scenarios only where all say the same,
 * and not where it is a branch or a tag of each. */
static struct str said_by_all(const struct run *run, size_t at, enum side side)
{
	struct str s = side_of(point_worst(run->list[at]), side);

	for (size_t i = at + 1; i < run->n; i++)
		if (is_same_cause(run->list[at], run->list[i]) &&
		    !str_eq(side_of(point_worst(run->list[i]), side), s))
			return STR_NONE;
	return s;
}

static void add_value(struct buf *out, const char *before, struct str value)
{
	if (!value.len)
		return;
	buf_addf(out, " — %s <code>", before);
	html_text(out, str_sub(value, 0, 120));
	buf_add_z(out, "</code>");
}

/* What broke a test off has a name for lists; this is what happened. */
static void add_trouble(struct buf *out, const struct finding *f)
{
	struct str line;

	if (strcmp(f->kind, "problem") != 0 || !f->detail.len)
		return;
	str_cut(f->detail, '\n', &line, &(struct str){ 0 });
	buf_add_z(out, " — ");
	html_text(out, line);
}

static void add_cause(struct buf *out, const struct run *run, size_t at)
{
	const struct result *r = run->list[at];
	const struct finding *f = point_worst(r);
	buf_auto reason = { 0 };

	buf_add_z(out, "<p>");
	if (f) {
		html_text(out, f->what);
		if (!point_says_wanted(f))
			add_value(out, "wanted", said_by_all(run, at, WANTED));
		add_value(out, "got", said_by_all(run, at, GOT));
		add_trouble(out, f);
	} else {
		point_reason(&reason, r);
		html_text(out, buf_str(&reason));
	}
	buf_add_z(out, "</p>");
}

static bool was_told(const struct run *run, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_same_cause(run->list[i], run->list[at]))
			return true;
	return false;
}

static void add_link(struct buf *out, const struct result *r)
{
	buf_add_z(out, "<a href=\"#");
	html_anchor(out, r);
	buf_add_z(out, "\">");
	html_text(out, r->id);
	buf_add_z(out, "</a>");
}

/* The scenarios that say the same, from the first on. */
static void add_links(struct buf *out, const struct run *run, size_t from)
{
	size_t n = 0;

	for (size_t i = from; i < run->n; i++) {
		if (!is_same_cause(run->list[from], run->list[i]) ||
		    n++ >= LINKS_MAX)
			continue;
		if (n > 1)
			buf_add_z(out, ", ");
		add_link(out, run->list[i]);
	}
	if (n > LINKS_MAX)
		buf_addf(out, " and %zu more", n - LINKS_MAX);
}

static void add_todo(struct buf *out, const struct run *run, size_t at)
{
	buf_add_z(out, "<li>");
	html_pill(out, run->list[at]->verdict);
	buf_add_z(out, "<div>");
	add_cause(out, run, at);
	buf_add_z(out, "<span class=\"links\">");
	add_links(out, run, at);
	buf_add_z(out, "</span></div></li>\n");
}

static void add_todos(struct buf *out, const struct run *run)
{
	unsigned n = 0;

	for (int k = 0; k < VERDICTS; k++)
		for (size_t i = 0; i < run->n; i++) {
			const struct result *r = run->list[i];

			if (r->verdict != order[k] || !is_todo(r) ||
			    was_told(run, i) || n++ >= TODO_MAX)
				continue;
			if (n == 1)
				buf_add_z(out, "<h2 id=\"look\">Look at these "
					       "first</h2>\n<ul class=\"todo "
					       "card\">\n");
			add_todo(out, run, i);
		}
	if (n > TODO_MAX)
		buf_addf(out, "<li class=\"quiet\">and %u more, below</li>\n",
			 n - TODO_MAX);
	if (n)
		buf_add_z(out, "</ul>\n");
}

/* ---- the filter ---- */

static void add_filters(struct buf *out, const struct run *run,
			const struct tally *t)
{
	buf_addf(out,
		 "<h2 id=\"scenarios\">Scenarios</h2>\n"
		 "<input class=\"f\" type=\"radio\" name=\"v\" id=\"f-all\" "
		 "checked><label for=\"f-all\">all <b>%zu</b></label>\n",
		 run->n);
	for (int i = 0; i < VERDICTS; i++)
		if (t->scenarios[order[i]])
			buf_addf(out,
				 "<input class=\"f\" type=\"radio\" name=\"v\" "
				 "id=\"f-%s\"><label for=\"f-%s\">%s <b>%u</b>"
				 "</label>\n",
				 html_class(order[i]), html_class(order[i]),
				 verdict_word(order[i]),
				 t->scenarios[order[i]]);
}

/* ---- timing ---- */

static int by_time(const void *x, const void *y)
{
	const struct result *a = *(const struct result *const *)x;
	const struct result *b = *(const struct result *const *)y;

	return a->took < b->took ? 1 : a->took > b->took ? -1 : 0;
}

void html_slowest(const struct run *run, struct buf *out)
{
	struct arena *a = arena_new();
	const struct result **list =
		ARENA_ARRAY(a, const struct result *, run->n + 1);

	memcpy(list, run->list, run->n * sizeof(*list));
	qsort(list, run->n, sizeof(*list), by_time);
	buf_add_z(out, "<h2 id=\"slowest\">Slowest first</h2>\n<div "
		       "class=\"card\"><table><tbody>\n");
	for (size_t i = 0; i < run->n && i < SLOWEST && list[i]->took; i++) {
		buf_addf(out,
			 "<tr><td class=\"num\">%.2f s</td><td><a "
			 "href=\"#",
			 (double)list[i]->took / 1e9);
		html_anchor(out, list[i]);
		buf_add_z(out, "\">");
		html_text(out, list[i]->id);
		buf_addf(out,
			 "</a></td><td class=\"s0\" style=\"width:40%%\"><div "
			 "class=\"bar %s\" style=\"margin:0\"><i "
			 "style=\"max-width:%.1f%%\"></i></div></td></tr>\n",
			 html_class(list[i]->verdict),
			 100.0 * (double)list[i]->took / (double)list[0]->took);
	}
	buf_add_z(out, "</tbody></table></div>\n");
	arena_free(a);
}

void html_summary(const struct run *run, struct buf *out)
{
	struct tally t;

	tally_run(run, &t);
	buf_add_z(out, "<header><p class=\"quiet\">sipladder: does a SIP "
		       "device behave?</p>\n<h1>");
	html_text(out, run->device);
	buf_add_z(out, "</h1>\n");
	add_lead(out, run, &t);
	add_sums(out, &t);
	add_bar(out, &t);
	buf_add_z(out, "</header>\n");
	add_todos(out, run);
	add_filters(out, run, &t);
}

void html_how(const struct run *run, struct buf *out)
{
	add_parts(out, run);
}
