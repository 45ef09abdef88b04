/* SPDX-License-Identifier: MIT */
/* The model of a ladder: a trace and its result -> rows. Nothing is drawn
 * here; text, Mermaid and the rest draw the same rows. */
#include "report/ladder_row.h"

#include "base/text.h"

enum { NOT_REACHED_MAX = 60 };

struct drawing {
	struct ladder *l;
	const struct result *r;
	const struct trace *tr;
	struct arena *scratch; /* of one message */
	uint32_t *row_of;      /* by place in tr->list: row + 1 */
	uint32_t *lane_of;     /* by party: lane + 1; 0: no lifeline */
	uint32_t nparties;
	struct str *labels; /* by op, as findings have them */
	uint32_t nlabels;
};

/* ---- rows ---- */

static struct ladder_row *add_row(struct drawing *d, enum ladder_kind kind,
				  ns_t t, struct str text)
{
	struct ladder_row *row;

	if (d->l->n >= LADDER_ROWS_MAX) {
		d->l->left_out++;
		return NULL;
	}
	row = ARENA_PUSH(d->l->arena, d->l->rows, d->l->n);
	*row = (struct ladder_row){
		.kind = kind, .t = t, .text = text, .mark = ""
	};
	return row;
}

/* The row of a record; NULL: it is not drawn. */
static struct ladder_row *row_of(struct drawing *d, uint32_t rec)
{
	const struct event *ev = trace_rec(d->tr, rec);
	uint32_t at = ev ? d->row_of[ev - d->tr->list] : 0;

	return at ? &d->l->rows[at - 1] : NULL;
}

/* A trace names its lines; what does not is named by a finding of its line. */
static struct str label_of(const struct drawing *d, const struct event *ev)
{
	if (ev->kind != EV_MISS && ev->name.len)
		return ev->name;
	return ev->op < d->nlabels ? d->labels[ev->op] : STR_NONE;
}

/* ---- events ---- */

static void on_party(struct drawing *d, const struct event *ev)
{
	if (ev->party >= LADDER_LANES_MAX || ev->party >= d->nparties ||
	    d->lane_of[ev->party])
		return;
	*ARENA_PUSH(d->l->arena, d->l->lanes, d->l->nlanes) = ev->name;
	d->lane_of[ev->party] = d->l->nlanes;
}

/* A phase without a message in it is not drawn. */
static void on_phase(struct drawing *d, const struct event *ev)
{
	struct ladder *l = d->l;

	if (l->n && l->rows[l->n - 1].kind == LADDER_PHASE)
		l->n--;
	if (!str_is(ev->name, "end"))
		add_row(d, LADDER_PHASE, ev->t, ev->name);
}

static void on_record(struct drawing *d, const struct event *ev)
{
	struct ladder_row *row;

	if (ev->party >= d->nparties || !d->lane_of[ev->party] ||
	    ev->cls == REC_KEEPALIVE)
		return;
	row = add_row(d, ev->cls == REC_EVENT ? LADDER_SAY : LADDER_ARROW,
		      ev->t, ev->text);
	if (!row)
		return;
	row->lane = d->lane_of[ev->party] - 1;
	row->out = ev->out;
	row->dotted = ev->automatic || ev->cls != REC_NEW;
	row->rec = ev->rec;
	d->row_of[ev - d->tr->list] = (uint32_t)d->l->n;
	if (row->kind == LADDER_ARROW)
		ladder_row_describe(row, ev, d->scratch, d->l->arena);
	arena_reset(d->scratch);
}

static void on_label(struct drawing *d, const struct event *ev,
		     const char *mark)
{
	struct ladder_row *row = row_of(d, ev->rec);
	struct str label = label_of(d, ev);

	if (!row)
		return;
	row->dotted = false; /* a line asked for it */
	if (label.len)
		row->label = label;
	if (label.len && *mark)
		row->mark = mark;
}

static void on_early(struct drawing *d, const struct event *ev)
{
	struct ladder_row *row = row_of(d, ev->rec);

	if (row)
		row->note =
			ladder_row_join(d->l->arena, STR("early"), row->note);
}

static struct str miss_text(struct drawing *d, const struct event *ev)
{
	if (str_starts(ev->wanted, "trigger "))
		return arena_strf(d->l->arena, STR_F ": " STR_F,
				  STR_A(ev->wanted), STR_A(ev->got));
	return arena_strf(d->l->arena, "missing: " STR_F " (" STR_F ")",
			  STR_A(ev->wanted), STR_A(ev->got));
}

static bool is_of_line(const struct finding *f)
{
	return strcmp(f->kind, "line") == 0 || strcmp(f->kind, "trigger") == 0;
}

static const char *miss_mark(const struct drawing *d, const struct event *ev)
{
	for (size_t i = 0; i < d->r->n; i++)
		if (d->r->findings[i].op == ev->op &&
		    is_of_line(&d->r->findings[i]))
			return ladder_row_mark(d->r->findings[i].verdict);
	return "";
}

static void say(struct drawing *d, const struct event *ev, const char *mark,
		struct str label, struct str text)
{
	struct ladder_row *row = add_row(d, LADDER_SAY, ev->t, text);

	if (!row)
		return;
	row->mark = mark;
	row->label = label;
}

static void on_event(struct drawing *d, const struct event *ev)
{
	switch (ev->kind) {
	case EV_PARTY:
		on_party(d, ev);
		break;
	case EV_PHASE:
		on_phase(d, ev);
		break;
	case EV_REC:
		on_record(d, ev);
		break;
	case EV_SENT:
		on_label(d, ev, "");
		break;
	case EV_TAKE:
		on_label(d, ev, "ok");
		break;
	case EV_EARLY:
		on_early(d, ev);
		break;
	case EV_MISS:
		say(d, ev, miss_mark(d, ev), label_of(d, ev), miss_text(d, ev));
		break;
	case EV_TRIGGER:
		if (!ev->ok) /* its beginning */
			say(d, ev, "", STR_NONE, ev->text);
		break;
	case EV_LIVENESS:
		if (!ev->ok)
			say(d, ev, "!!", STR_NONE,
			    STR("the device no longer answers"));
		break;
	case EV_PREAMBLE:
		say(d, ev, "??", STR_NONE, ev->text);
		break;
	case EV_ERROR:
	case EV_PROBLEM:
		say(d, ev, ev->kind == EV_ERROR ? "!!" : "!", STR_NONE,
		    ev->text);
		break;
	case EV_BEGIN:
	case EV_CLASS:
	case EV_OPEN:
	case EV_LATE:
	case EV_AFTER:
	case EV_CHECK:
	case EV_NOTE:
	case EV_SKIP:
	case EV_GUARD:
	case EV_UNEXPECTED:
	case EV_BRANCH:
	case EV_MONITOR:
	case EV_AUTO:
	case EV_END:
		break;
	}
}

/* ---- findings on rows ---- */

static void put_broken(struct drawing *d, struct ladder_row *row,
		       const struct finding *f)
{
	struct str what = f->what;

	if (strcmp(f->kind, "guard") == 0)
		what = arena_strf(d->l->arena, "guard line %u: " STR_F, f->line,
				  STR_A(f->what));
	else if (strcmp(f->kind, "line") == 0)
		what = arena_strf(d->l->arena, "instead of " STR_F,
				  STR_A(f->what));
	else if (f->wanted.len)
		what = arena_strf(d->l->arena, "wanted " STR_F ", got " STR_F,
				  STR_A(str_sub(f->wanted, 0, 80)),
				  STR_A(str_sub(f->got, 0, 60)));
	row->note = ladder_row_join(d->l->arena, what, row->note);
}

static int weight(const char *mark)
{
	static const char *const marks[] = { "", "ok", "!", "??", "!!" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strcmp(marks[i], mark) == 0)
			return (int)i;
	return 0;
}

static bool has_id(struct str ids, struct str id)
{
	struct str one;

	while (ids.len) {
		str_cut(ids, ' ', &one, &ids);
		if (str_eq(one, id))
			return true;
	}
	return false;
}

static void put_ids(struct drawing *d, struct ladder_row *row, struct str ids)
{
	struct str one;

	while (ids.len) {
		str_cut(ids, ' ', &one, &ids);
		if (has_id(row->ids, one))
			continue;
		row->ids = arena_strf(d->l->arena, STR_F "%s" STR_F,
				      STR_A(row->ids), row->nids++ ? " " : "",
				      STR_A(one));
	}
}

/* The worst finding of a record is told beside it; else the ids it proves. */
static void put_finding(struct drawing *d, const struct finding *f)
{
	struct ladder_row *row = f->rec ? row_of(d, f->rec) : NULL;
	const char *mark = ladder_row_mark(f->verdict);

	if (!row || strcmp(f->kind, "note") == 0)
		return;
	if (f->verdict == VERDICT_PASS) {
		if (strcmp(f->kind, "monitor") != 0)
			put_ids(d, row, f->reqs);
		return;
	}
	if (weight(mark) <= weight(row->mark))
		return;
	row->mark = mark;
	put_broken(d, row, f);
}

static void put_findings(struct drawing *d)
{
	for (size_t i = 0; i < d->r->n; i++) {
		const struct finding *f = &d->r->findings[i];

		put_finding(d, f);
		d->l->checks_failed += strcmp(f->kind, "monitor") == 0 &&
				       f->verdict >= VERDICT_WARN;
	}
}

/* Labels of lines that were never reached, each once. */
static struct str not_reached(struct drawing *d)
{
	buf_auto out = { 0 };
	struct str seen[NOT_REACHED_MAX];
	size_t n = 0;

	for (size_t i = 0; i < d->r->n && n < NOT_REACHED_MAX; i++) {
		const struct finding *f = &d->r->findings[i];
		bool again = false;

		if (!str_is(f->reason, "not-reached") || !f->label.len ||
		    strcmp(f->kind, "line") != 0)
			continue;
		for (size_t k = 0; k < n; k++)
			again |= str_eq(seen[k], f->label);
		if (again)
			continue;
		seen[n++] = f->label;
		buf_addf(&out, "%s" STR_F, out.len ? " " : "", STR_A(f->label));
	}
	return arena_str(d->l->arena, buf_str(&out));
}

/* The ceiling is the compiler's: no program has more lines. */
static void index_labels(struct drawing *d)
{
	enum { OPS_MAX = 20001 };

	for (size_t i = 0; i < d->r->n; i++) {
		uint32_t op = d->r->findings[i].op;

		if (op < OPS_MAX && op >= d->nlabels)
			d->nlabels = op + 1;
	}
	d->labels = ARENA_ARRAY(d->l->arena, struct str, d->nlabels + 1);
	for (size_t i = 0; i < d->r->n; i++)
		if (d->r->findings[i].op < d->nlabels)
			d->labels[d->r->findings[i].op] =
				d->r->findings[i].label;
}

static struct str device_of(const struct trace *tr)
{
	for (size_t i = 0; i < tr->n; i++)
		if (tr->list[i].kind == EV_BEGIN)
			return tr->list[i].text;
	return STR_NONE;
}

static void head(struct ladder *l, const struct result *r,
		 const struct trace *tr)
{
	l->id = r->id;
	l->verdict = str_from(verdict_word(r->verdict));
	l->device = device_of(tr);
	l->seed = r->seed;
	l->repeats = r->repeats;
	l->automatic = r->automatic;
	l->checks = r->monitor_checks;
}

struct ladder *ladder_new(const struct result *r, const struct trace *tr,
			  struct arena *a)
{
	enum { PARTIES_MAX = 256 };
	struct drawing d = { .r = r,
			     .tr = tr,
			     .l = ARENA_NEW(a, struct ladder),
			     .scratch = arena_new(),
			     .nparties = PARTIES_MAX };

	d.l->arena = a;
	d.row_of = ARENA_ARRAY(a, uint32_t, tr->n + 1);
	d.lane_of = ARENA_ARRAY(a, uint32_t, PARTIES_MAX);
	head(d.l, r, tr);
	index_labels(&d);
	for (size_t i = 0; i < tr->n; i++)
		on_event(&d, &tr->list[i]);
	put_findings(&d);
	d.l->not_reached = not_reached(&d);
	while (d.l->n && d.l->rows[d.l->n - 1].kind == LADDER_PHASE)
		d.l->n--;
	arena_free(d.scratch);
	return d.l;
}
