/* SPDX-License-Identifier: MIT */
/* The weight of what no line speaks of: unexpected messages, monitors, the
 * liveness probe, trouble of the set-up and of ourselves. */
#include "play/weigh.h"

static struct finding *add_event(struct weigh *w, const struct event *ev,
				 struct str phase, const char *kind,
				 enum verdict v)
{
	struct finding *f = weigh_add(w, kind, v);

	weigh_place(w, f, ev);
	f->phase = phase;
	f->detail = ev->text;
	return f;
}

/* The same thing said before; so that a flood is one finding. */
static struct finding *find_same(struct weigh *w, const char *kind,
				 struct str what)
{
	for (size_t i = w->r->n; i-- > 0;)
		if (strcmp(w->r->findings[i].kind, kind) == 0 &&
		    str_eq(w->r->findings[i].what, what))
			return &w->r->findings[i];
	return NULL;
}

static bool broke_guard(const struct weigh *w, uint32_t rec)
{
	for (unsigned i = 0; i < w->prog->nops; i++)
		if (w->ops[i].guard && w->ops[i].guard->rec == rec)
			return true;
	return false;
}

static struct str unexpected_name(struct weigh *w, const struct event *ev)
{
	const struct event *rec = trace_rec(w->tr, ev->rec);
	struct str line = weigh_start_line(w->tr, ev->rec), method;
	struct str party = STR("a party");

	if (rec && rec->party < w->prog->nparties)
		party = w->prog->parties[rec->party].name;
	str_cut(line, ' ', &method, &line);
	if (!method.len || !str_ends(line, "SIP/2.0"))
		method = STR("message");
	return arena_strf(w->arena, "unexpected " STR_F " at " STR_F,
			  STR_A(method), STR_A(party));
}

static enum verdict unexpected_weight(struct str phase)
{
	if (str_is(phase, "setup"))
		return VERDICT_INCONCLUSIVE;
	if (str_is(phase, "cleanup") || str_is(phase, "teardown"))
		return VERDICT_NONE;
	return VERDICT_FAIL;
}

static void on_unexpected(struct weigh *w, const struct event *ev,
			  struct str phase)
{
	enum verdict v = unexpected_weight(phase);
	struct str what = unexpected_name(w, ev);
	struct finding *f;

	w->r->unexpected++;
	if (broke_guard(w, ev->rec))
		return;
	f = find_same(w, v == VERDICT_NONE ? "note" : "unexpected", what);
	if (f && f->verdict == v)
		return;
	f = add_event(w, ev, phase, v == VERDICT_NONE ? "note" : "unexpected",
		      v);
	f->what = what;
	f->got = f->message;
	f->level = STR("must");
	if (v == VERDICT_INCONCLUSIVE)
		f->reason = STR("preamble");
	if (v == VERDICT_NONE)
		f->reason = STR("info");
}

static bool is_silenced(const struct prog *prog, struct str monitor)
{
	for (unsigned i = 0; i < prog->nwithout; i++)
		if (str_eq(prog->without[i], monitor))
			return true;
	return false;
}

static void monitor_again(struct weigh *w, struct finding *f,
			  const struct event *ev, struct str phase,
			  enum verdict v)
{
	if (v <= f->verdict)
		return;
	f->reqs = ev->rules;
	weigh_place(w, f, ev);
	f->verdict = v;
	f->phase = phase;
}

/* One finding a monitor: its worst, with the first that broke it. */
static void on_monitor(struct weigh *w, const struct event *ev,
		       struct str phase)
{
	enum level level =
		ev->level >= LEVEL_MUST ? LEVEL_MUST : (enum level)ev->level;
	enum verdict v = ev->ok ? VERDICT_PASS : weigh_broken(w, level);
	struct str what;
	struct finding *f;

	if (is_silenced(w->prog, ev->name))
		return;
	w->r->monitor_checks++;
	if (w->opts->brief && v == VERDICT_PASS)
		return;
	what = arena_strf(w->arena, "monitor " STR_F, STR_A(ev->name));
	f = find_same(w, "monitor", what);
	if (f) {
		monitor_again(w, f, ev, phase, v);
		return;
	}
	f = add_event(w, ev, phase, "monitor", v);
	f->what = what;
	f->reqs = ev->rules;
	f->level = str_from(weigh_level_word(level));
}

static void on_plain(struct weigh *w, const struct event *ev, struct str phase)
{
	static const struct {
		enum ev_kind of;
		const char *kind, *what, *reason;
		enum verdict v;
	} rows[] = {
		{ EV_LIVENESS, "liveness", "the device is alive after the play",
		  "crash", VERDICT_FAIL },
		{ EV_PREAMBLE, "preamble", "what the scenario starts from",
		  "preamble", VERDICT_INCONCLUSIVE },
		{ EV_PROBLEM, "problem", "trouble beside the test", "",
		  VERDICT_WARN },
		{ EV_ERROR, "error", "sipladder itself", "", VERDICT_ERROR },
	};
	struct finding *f;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].of != ev->kind)
			continue;
		f = add_event(w, ev, phase, rows[i].kind, rows[i].v);
		f->what = str_from(rows[i].what);
		f->reason = ev->kind == EV_PREAMBLE && ev->name.len
				    ? ev->name
				    : str_from(rows[i].reason);
		if (ev->kind != EV_LIVENESS)
			continue;
		f->level = STR("must");
		f->wanted = STR("an answer to OPTIONS");
		f->got = STR("nothing");
	}
}

static void weigh_event(struct weigh *w, const struct event *ev,
			struct str phase)
{
	switch (ev->kind) {
	case EV_UNEXPECTED:
		on_unexpected(w, ev, phase);
		break;
	case EV_MONITOR:
		on_monitor(w, ev, phase);
		break;
	case EV_LIVENESS:
		if (!ev->ok)
			on_plain(w, ev, STR("probe"));
		break;
	case EV_PREAMBLE:
	case EV_PROBLEM:
	case EV_ERROR:
		on_plain(w, ev, phase);
		break;
	case EV_BEGIN:
	case EV_PARTY:
	case EV_PHASE:
	case EV_REC:
	case EV_CLASS:
	case EV_OPEN:
	case EV_SENT:
	case EV_TAKE:
	case EV_LATE:
	case EV_AFTER:
	case EV_CHECK:
	case EV_NOTE:
	case EV_MISS:
	case EV_SKIP:
	case EV_GUARD:
	case EV_EARLY:
	case EV_BRANCH:
	case EV_TRIGGER:
	case EV_AUTO:
	case EV_END:
		break;
	}
}

/* Findings stand in this order: what came unasked, monitors, then the rest. */
static unsigned turn_of(enum ev_kind kind)
{
	return kind == EV_UNEXPECTED ? 0 : kind == EV_MONITOR ? 1 : 2;
}

/* Appends the findings of all events that belong to no line. */
void weigh_events(struct weigh *w)
{
	for (unsigned turn = 0; turn < 3; turn++) {
		struct str phase = STR("setup");

		for (size_t i = 0; i < w->tr->n; i++) {
			const struct event *ev = &w->tr->list[i];

			if (ev->kind == EV_PHASE)
				phase = ev->name;
			if (turn_of(ev->kind) == turn)
				weigh_event(w, ev, phase);
		}
	}
}
