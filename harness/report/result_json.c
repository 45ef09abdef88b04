/* SPDX-License-Identifier: MIT */
/* result.json, version 1:
 *
 * {"sipladder":1,
 *  "device":{"name","address","version"},
 *  "run":{"version","transport","edition","seed","slack","started","command",
 *         "strict","interrupted","allow_inconclusive","bail","planned"},
 *  "parts":[{"device":{..},"run":{..}}],
 *  "scenarios":[
 *   {"id","scenario","part","file","title","verdict","reason","phase","ms","seed",
 *    "known":{"reason","until"},
 *    "steps":[{"label","op","line","file","arrow","t","verdict","reqs":[],
 *              "checks":[FINDING]}],
 *    "unexpected":[FINDING],"monitors":[FINDING],"others":[FINDING],
 *    "repeats","automatic","monitor_checks","unexpected_count","plays",
 *    "play","verdicts":{"pass":n ..},
 *    "failed_plays":[{"play","verdict","reason","ms","worst":FINDING}]}]}
 *
 * A FINDING is {"kind","expr","level","reqs":[],
 *  "apart":[{"id","level","verdict","reason"}],"verdict","wanted","got",
 *  "detail","reason","phase","file","line","used","rec","t","message"}; what
 * is "apart" are ids of "reqs" with a level or verdict of their own. A step
 * gathers the findings of one line of the scenario: the line itself (kind
 * "line"), what was late, and its checks; its own verdict is their worst.
 * With --repeat the scenario tells of one play, the first of the worst: number
 * "play" of "plays"; "verdicts" counts all of them, "failed_plays" has further
 * ones that failed, up to a ceiling.
 * A merged result has the heads of what it is made of in "parts"; "part" counts
 * them from 1, and "scenario" is the id without what tells the parts apart.
 * Times are milliseconds with three digits. What is empty, zero or false is
 * left out; "bytes" is explained in jsontext.h. */
#include "report/report.h"

#include "base/text.h"
#include "play/jsontext.h"
#include "report/point.h"
#include "report/repeat.h"

static void add_ms(struct jsontext *j, const char *key, ns_t t)
{
	jsontext_key(j, key);
	buf_addf(j->out, "%.3f", (double)t / 1e6);
}

static void add_count(struct jsontext *j, const char *key, uint64_t n)
{
	if (n)
		jsontext_num(j, key, (int64_t)n);
}

static void add_reqs(struct jsontext *j, struct str ids)
{
	struct str id;
	struct jsontext item = { .out = j->out };

	jsontext_key(j, "reqs");
	buf_add_char(j->out, '[');
	while (ids.len) {
		str_cut(ids, ' ', &id, &ids);
		buf_add_z(j->out, item.more ? ",\"" : "\"");
		text_json(j->out, id);
		buf_add_char(j->out, '"');
		item.more = true;
	}
	buf_add_char(j->out, ']');
}

/* What is said of single ids, where that is not what the finding says. */
static void add_apart(struct jsontext *j, const struct finding *f)
{
	if (!f->napart)
		return;
	jsontext_key(j, "apart");
	for (unsigned i = 0; i < f->napart; i++) {
		const struct ruling *s = &f->apart[i];
		struct jsontext one;

		buf_add_char(j->out, i ? ',' : '[');
		jsontext_begin(&one, j->out);
		jsontext_str(&one, "id", s->id);
		jsontext_str(&one, "level", s->level);
		jsontext_str(&one, "verdict",
			     str_from(verdict_word(s->verdict)));
		jsontext_str(&one, "reason", s->reason);
		jsontext_end(&one);
	}
	buf_add_char(j->out, ']');
}

static void add_finding(struct buf *out, const struct finding *f)
{
	struct jsontext j;

	jsontext_begin(&j, out);
	jsontext_str(&j, "kind", str_from(f->kind));
	jsontext_str(&j, "expr", f->what);
	jsontext_str(&j, "level", f->level);
	add_reqs(&j, f->reqs);
	add_apart(&j, f);
	jsontext_str(&j, "verdict", str_from(verdict_word(f->verdict)));
	jsontext_str(&j, "wanted", f->wanted);
	jsontext_str(&j, "got", f->got);
	jsontext_str(&j, "detail", f->detail);
	jsontext_str(&j, "reason", f->reason);
	jsontext_str(&j, "phase", f->phase);
	jsontext_str(&j, "file", f->file);
	add_count(&j, "line", f->line);
	add_count(&j, "used", f->used_line);
	add_count(&j, "rec", f->rec);
	if (f->t)
		add_ms(&j, "t", f->t);
	jsontext_str(&j, "message", f->message);
	jsontext_end(&j);
}

/* All findings from here on that belong to the same line. */
static size_t step_len(const struct result *r, size_t from)
{
	size_t n = 1;

	while (from + n < r->n &&
	       r->findings[from + n].op == r->findings[from].op)
		n++;
	return n;
}

static enum verdict worst_of(const struct finding *list, size_t n)
{
	enum verdict worst = VERDICT_NONE;

	for (size_t i = 0; i < n; i++)
		if (list[i].verdict > worst)
			worst = list[i].verdict;
	return worst;
}

/* The ids behind the arrow itself, not those of its checks. */
static struct str reqs_of(const struct finding *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].kind, "check") != 0)
			return list[i].reqs;
	return STR_NONE;
}

static void add_step(struct buf *out, const struct finding *list, size_t n)
{
	struct jsontext j;

	jsontext_begin(&j, out);
	jsontext_str(&j, "label", list->label);
	jsontext_num(&j, "op", list->op);
	add_count(&j, "line", list->arrow_line);
	jsontext_str(&j, "file", list->file);
	jsontext_str(&j, "arrow", list->arrow);
	if (list->t)
		add_ms(&j, "t", list->t);
	jsontext_str(&j, "verdict", str_from(verdict_word(worst_of(list, n))));
	add_reqs(&j, reqs_of(list, n));
	jsontext_key(&j, "checks");
	for (size_t i = 0; i < n; i++) {
		buf_add_char(out, i ? ',' : '[');
		add_finding(out, &list[i]);
	}
	buf_add_char(out, ']');
	jsontext_end(&j);
}

static void add_steps(struct jsontext *j, const struct result *r)
{
	const char *comma = "";

	jsontext_key(j, "steps");
	buf_add_char(j->out, '[');
	for (size_t i = 0; i < r->n;) {
		size_t n = step_len(r, i);

		if (r->findings[i].op != EV_NONE) {
			buf_add_z(j->out, comma);
			buf_add_z(j->out, "\n  ");
			add_step(j->out, &r->findings[i], n);
			comma = ",";
		}
		i += n;
	}
	buf_add_char(j->out, ']');
}

/* "unexpected" and "monitor" have lists of their own; NULL: all others. */
static bool is_listed(const struct finding *f, const char *kind)
{
	bool unexpected = strcmp(f->kind, "unexpected") == 0;
	bool monitor = strcmp(f->kind, "monitor") == 0;

	if (f->op != EV_NONE)
		return false;
	return kind ? strcmp(f->kind, kind) == 0 : !unexpected && !monitor;
}

static void add_list(struct jsontext *j, const char *key, const char *kind,
		     const struct result *r)
{
	const char *comma = "";

	jsontext_key(j, key);
	buf_add_char(j->out, '[');
	for (size_t i = 0; i < r->n; i++) {
		if (!is_listed(&r->findings[i], kind))
			continue;
		buf_add_z(j->out, comma);
		buf_add_z(j->out, "\n  ");
		add_finding(j->out, &r->findings[i]);
		comma = ",";
	}
	buf_add_char(j->out, ']');
}

static void add_known(struct jsontext *j, const struct result *r)
{
	struct jsontext k;

	if (!r->known_reason.len && !r->known_until.len)
		return;
	jsontext_key(j, "known");
	jsontext_begin(&k, j->out);
	jsontext_str(&k, "reason", r->known_reason);
	jsontext_str(&k, "until", r->known_until);
	jsontext_end(&k);
}

static void add_failed_play(struct buf *out, const struct result *r)
{
	const struct finding *f = point_worst(r);
	struct jsontext j;

	jsontext_begin(&j, out);
	jsontext_num(&j, "play", r->play);
	jsontext_str(&j, "verdict", str_from(verdict_word(r->verdict)));
	jsontext_str(&j, "reason", r->reason);
	add_ms(&j, "ms", r->took);
	if (f) {
		jsontext_key(&j, "worst");
		add_finding(out, f);
	}
	jsontext_end(&j);
}

/* How the plays of a --repeat went. */
static void add_repeat(struct jsontext *j, const struct result *r)
{
	struct jsontext v;

	add_count(j, "play", r->play);
	jsontext_key(j, "verdicts");
	jsontext_begin(&v, j->out);
	for (int i = 0; i <= VERDICT_NOT_RUN; i++)
		add_count(&v, verdict_word((enum verdict)i), r->verdicts[i]);
	jsontext_end(&v);
	if (!r->nothers)
		return;
	jsontext_key(j, "failed_plays");
	for (unsigned i = 0; i < r->nothers; i++) {
		buf_add_char(j->out, i ? ',' : '[');
		add_failed_play(j->out, r->others[i]);
	}
	buf_add_char(j->out, ']');
}

static void add_scenario(struct buf *out, const struct result *r)
{
	struct jsontext j;

	jsontext_begin(&j, out);
	jsontext_str(&j, "id", r->id);
	jsontext_str(&j, "scenario", r->scenario);
	add_count(&j, "part", r->part);
	jsontext_str(&j, "file", r->file);
	jsontext_str(&j, "title", r->title);
	jsontext_str(&j, "verdict", str_from(verdict_word(r->verdict)));
	jsontext_str(&j, "reason", r->reason);
	jsontext_str(&j, "phase", r->phase);
	add_ms(&j, "ms", r->took);
	jsontext_str(&j, "seed", r->seed);
	add_known(&j, r);
	add_steps(&j, r);
	add_list(&j, "unexpected", "unexpected", r);
	add_list(&j, "monitors", "monitor", r);
	add_list(&j, "others", NULL, r);
	jsontext_num(&j, "repeats", r->repeats);
	add_count(&j, "automatic", r->automatic);
	add_count(&j, "monitor_checks", r->monitor_checks);
	add_count(&j, "unexpected_count", r->unexpected);
	jsontext_num(&j, "plays", r->plays);
	if (repeat_is(r))
		add_repeat(&j, r);
	jsontext_end(&j);
}

static void add_device(struct jsontext *j, const struct run *run)
{
	struct jsontext d;

	jsontext_key(j, "device");
	jsontext_begin(&d, j->out);
	jsontext_str(&d, "name", run->device);
	jsontext_str(&d, "address", run->address);
	jsontext_str(&d, "version", run->device_version);
	jsontext_end(&d);
}

static void add_run(struct jsontext *j, const struct run *run)
{
	struct jsontext r;

	jsontext_key(j, "run");
	jsontext_begin(&r, j->out);
	jsontext_str(&r, "version", run->version);
	jsontext_str(&r, "transport", run->transport);
	jsontext_str(&r, "edition", run->edition);
	jsontext_str(&r, "seed", run->seed);
	jsontext_str(&r, "slack", run->slack);
	jsontext_str(&r, "started", run->started);
	jsontext_str(&r, "command", run->command);
	jsontext_flag(&r, "strict", run->strict);
	jsontext_flag(&r, "interrupted", run->interrupted);
	jsontext_flag(&r, "allow_inconclusive", run->allow_inconclusive);
	jsontext_str(&r, "bail", run->bail);
	jsontext_num(&r, "planned", (int64_t)run->planned);
	jsontext_end(&r);
}

/* What a merged run is made of. */
static void add_parts(struct jsontext *j, const struct run *run)
{
	if (!run->nparts)
		return;
	jsontext_key(j, "parts");
	for (size_t i = 0; i < run->nparts; i++) {
		struct jsontext part;

		buf_add_z(j->out, i ? ",\n " : "[\n ");
		jsontext_begin(&part, j->out);
		add_device(&part, run->parts[i]);
		add_run(&part, run->parts[i]);
		jsontext_end(&part);
	}
	buf_add_char(j->out, ']');
}

/* The form at the top of this file; a scenario begins on a line of its own. */
void result_write(const struct run *run, struct buf *out)
{
	struct jsontext j;

	jsontext_begin(&j, out);
	jsontext_num(&j, "sipladder", 1);
	add_device(&j, run);
	add_run(&j, run);
	add_parts(&j, run);
	jsontext_key(&j, "scenarios");
	buf_add_char(out, '[');
	for (size_t i = 0; i < run->n; i++) {
		buf_add_z(out, i ? ",\n " : "\n ");
		add_scenario(out, run->list[i]);
	}
	buf_add_char(out, ']');
	jsontext_end(&j);
	buf_add_char(out, '\n');
}
