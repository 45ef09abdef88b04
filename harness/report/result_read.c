/* SPDX-License-Identifier: MIT */
/* result.json back into a run; the format is at the top of result_json.c. */
#include "report/report.h"

#include "play/jsontext.h"

enum { RESULT_VERSION = 1 };

/* Kinds are compared by their text and live for ever. */
static const char *kind_of(struct str word)
{
	static const char *const kinds[] = {
		"line",    "check",    "late",       "after",    "guard",
		"monitor", "liveness", "unexpected", "preamble", "branch",
		"error",   "problem",  "note",       "trigger",
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_is(word, kinds[i]))
			return kinds[i];
	return NULL;
}

static unsigned count_of(const json_t *obj, const char *key)
{
	int64_t n;

	if (!jsontext_get_num(obj, key, &n) || n < 0 || n > UINT32_MAX)
		return 0;
	return (unsigned)n;
}

/* Milliseconds with three digits: exact to the microsecond. */
static ns_t time_of(const json_t *obj, const char *key)
{
	double ms = json_number_value(json_object_get(obj, key));

	if (!(ms > -1e12 && ms < 1e12))
		return 0;
	return (ns_t)(ms * 1e3 + (ms < 0 ? -0.5 : 0.5)) * NS_US;
}

static struct str reqs_of(const json_t *obj, struct arena *a)
{
	const json_t *list = json_object_get(obj, "reqs");
	buf_auto out = { 0 };

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *id = json_array_get(list, i);

		if (!json_is_string(id))
			continue;
		if (i)
			buf_add_char(&out, ' ');
		buf_add(&out, json_string_value(id), json_string_length(id));
	}
	return out.len ? arena_str(a, buf_str(&out)) : STR_NONE;
}

static bool verdict_of(const json_t *obj, struct arena *a, enum verdict *ret)
{
	return verdict_from_word(jsontext_get(obj, "verdict", a), ret);
}

static bool read_apart(const json_t *list, struct finding *f, struct arena *a,
		       struct fail *why)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *obj = json_array_get(list, i);
		struct ruling one = { .id = jsontext_get(obj, "id", a),
				      .level = jsontext_get(obj, "level", a),
				      .reason =
					      jsontext_get(obj, "reason", a) };

		if (!verdict_of(obj, a, &one.verdict))
			return fail_set(why, "an id apart has no verdict");
		*ARENA_PUSH(a, f->apart, f->napart) = one;
	}
	return true;
}

static bool read_finding(const json_t *obj, struct finding *f, struct arena *a,
			 struct fail *why)
{
	*f = (struct finding){ .op = EV_NONE };
	f->kind = kind_of(jsontext_get(obj, "kind", a));
	if (!f->kind || !verdict_of(obj, a, &f->verdict))
		return fail_set(why, "a finding has no kind or no verdict");
	f->what = jsontext_get(obj, "expr", a);
	f->level = jsontext_get(obj, "level", a);
	f->reqs = reqs_of(obj, a);
	f->wanted = jsontext_get(obj, "wanted", a);
	f->got = jsontext_get(obj, "got", a);
	f->detail = jsontext_get(obj, "detail", a);
	f->reason = jsontext_get(obj, "reason", a);
	f->phase = jsontext_get(obj, "phase", a);
	f->file = jsontext_get(obj, "file", a);
	f->line = count_of(obj, "line");
	f->used_line = count_of(obj, "used");
	f->rec = count_of(obj, "rec");
	f->t = time_of(obj, "t");
	f->message = jsontext_get(obj, "message", a);
	return read_apart(json_object_get(obj, "apart"), f, a, why);
}

static bool read_list(const json_t *list, struct result *r, struct fail *why)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct finding f;

		if (!read_finding(json_array_get(list, i), &f, r->arena, why))
			return false;
		*ARENA_PUSH(r->arena, r->findings, r->n) = f;
	}
	return true;
}

/* What a step says holds for each of its findings. */
static bool read_step(const json_t *obj, struct result *r, struct fail *why)
{
	size_t from = r->n;
	int64_t op;

	if (!jsontext_get_num(obj, "op", &op) || op < 0 || op >= EV_NONE)
		return fail_set(why, "a step has no op");
	if (!read_list(json_object_get(obj, "checks"), r, why))
		return false;
	for (size_t i = from; i < r->n; i++) {
		r->findings[i].op = (uint32_t)op;
		r->findings[i].label = jsontext_get(obj, "label", r->arena);
		r->findings[i].arrow = jsontext_get(obj, "arrow", r->arena);
		r->findings[i].arrow_line = count_of(obj, "line");
	}
	return true;
}

static bool read_findings(const json_t *obj, struct result *r, struct fail *why)
{
	static const char *const lists[] = { "unexpected", "monitors",
					     "others" };
	const json_t *steps = json_object_get(obj, "steps");

	for (size_t i = 0; i < json_array_size(steps); i++)
		if (!read_step(json_array_get(steps, i), r, why))
			return false;
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (!read_list(json_object_get(obj, lists[i]), r, why))
			return false;
	return true;
}

static bool read_failed_play(const json_t *obj, const struct result *of,
			     struct result *r, struct fail *why)
{
	const json_t *worst = json_object_get(obj, "worst");
	struct finding f;

	*r = (struct result){ .arena = of->arena, .id = of->id, .plays = 1 };
	if (!verdict_of(obj, r->arena, &r->verdict))
		return fail_set(why, "a failed play has no verdict");
	r->play = count_of(obj, "play");
	r->reason = jsontext_get(obj, "reason", r->arena);
	r->took = time_of(obj, "ms");
	if (worst && !read_finding(worst, &f, r->arena, why))
		return false;
	if (worst)
		*ARENA_PUSH(r->arena, r->findings, r->n) = f;
	return true;
}

/* How the plays of a --repeat went. */
static bool read_repeat(const json_t *obj, struct result *r, struct fail *why)
{
	const json_t *verdicts = json_object_get(obj, "verdicts");
	const json_t *list = json_object_get(obj, "failed_plays");

	r->play = count_of(obj, "play");
	for (int i = 0; i <= VERDICT_NOT_RUN; i++)
		r->verdicts[i] =
			count_of(verdicts, verdict_word((enum verdict)i));
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct result *one = ARENA_NEW(r->arena, struct result);

		if (!read_failed_play(json_array_get(list, i), r, one, why))
			return false;
		*ARENA_PUSH(r->arena, r->others, r->nothers) = one;
	}
	return true;
}

static bool read_scenario(const json_t *obj, struct result *r, struct fail *why)
{
	const json_t *known = json_object_get(obj, "known");

	if (!verdict_of(obj, r->arena, &r->verdict))
		return fail_set(why, "it has no verdict");
	r->id = jsontext_get(obj, "id", r->arena);
	r->scenario = jsontext_get(obj, "scenario", r->arena);
	r->part = count_of(obj, "part");
	r->file = jsontext_get(obj, "file", r->arena);
	r->title = jsontext_get(obj, "title", r->arena);
	r->reason = jsontext_get(obj, "reason", r->arena);
	r->phase = jsontext_get(obj, "phase", r->arena);
	r->took = time_of(obj, "ms");
	r->seed = jsontext_get(obj, "seed", r->arena);
	r->known_reason = jsontext_get(known, "reason", r->arena);
	r->known_until = jsontext_get(known, "until", r->arena);
	r->repeats = count_of(obj, "repeats");
	r->automatic = count_of(obj, "automatic");
	r->monitor_checks = count_of(obj, "monitor_checks");
	r->unexpected = count_of(obj, "unexpected_count");
	r->plays = count_of(obj, "plays");
	return read_repeat(obj, r, why) && read_findings(obj, r, why);
}

static void read_run(const json_t *root, struct run *run)
{
	const json_t *device = json_object_get(root, "device");
	const json_t *obj = json_object_get(root, "run");
	struct arena *a = run->arena;

	run->device = jsontext_get(device, "name", a);
	run->address = jsontext_get(device, "address", a);
	run->device_version = jsontext_get(device, "version", a);
	run->version = jsontext_get(obj, "version", a);
	run->transport = jsontext_get(obj, "transport", a);
	run->edition = jsontext_get(obj, "edition", a);
	run->seed = jsontext_get(obj, "seed", a);
	run->slack = jsontext_get(obj, "slack", a);
	run->started = jsontext_get(obj, "started", a);
	run->command = jsontext_get(obj, "command", a);
	run->bail = jsontext_get(obj, "bail", a);
	run->strict = jsontext_is(obj, "strict");
	run->interrupted = jsontext_is(obj, "interrupted");
	run->allow_inconclusive = jsontext_is(obj, "allow_inconclusive");
	run->planned = count_of(obj, "planned");
}

static void read_parts(const json_t *root, struct run *run)
{
	const json_t *list = json_object_get(root, "parts");

	for (size_t i = 0; i < json_array_size(list); i++) {
		struct run *part = ARENA_NEW(run->arena, struct run);

		part->arena = run->arena;
		read_run(json_array_get(list, i), part);
		*ARENA_PUSH(run->arena, run->parts, run->nparts) = part;
	}
}

/* What is written may have members more; what has another number means
 * something else by those there are. */
static bool check_version(const json_t *root, struct fail *why)
{
	int64_t version;

	if (!jsontext_get_num(root, "sipladder", &version))
		return fail_set(why, "it is no result of sipladder");
	if (version == RESULT_VERSION)
		return true;
	return fail_set(why,
			"it has version %lld of the format; this sipladder "
			"reads version %d: use the one that wrote it",
			(long long)version, RESULT_VERSION);
}

static bool read_root(const json_t *root, struct run *run, struct fail *why)
{
	const json_t *list = json_object_get(root, "scenarios");

	if (!check_version(root, why))
		return false;
	read_run(root, run);
	read_parts(root, run);
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct result *r = ARENA_NEW(run->arena, struct result);

		r->arena = run->arena;
		if (!read_scenario(json_array_get(list, i), r, why))
			return fail_prepend(why, "scenario %zu", i + 1);
		if (r->part > run->nparts)
			return fail_set(why,
					"scenario %zu: it is of part %u "
					"of %zu",
					i + 1, r->part, run->nparts);
		*ARENA_PUSH(run->arena, run->list, run->n) = r;
	}
	return true;
}

bool result_read(struct str text, struct run *run, struct fail *why)
{
	struct arena *a = run->arena;
	json_error_t err;
	json_t *root = json_loadb(text.p, text.len, JSON_ALLOW_NUL, &err);
	bool ok;

	if (!root)
		return fail_set(why, "line %d: %s", err.line, err.text);
	*run = (struct run){ .arena = a };
	ok = read_root(root, run, why);
	json_decref(root);
	return ok;
}
