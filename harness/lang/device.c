/* SPDX-License-Identifier: MIT */
/* Device files: one keyword a line, the same lexer and diagnostics as
 * scenarios. */
#include "lang/claims.h"
#include "lang/device_address.h"
#include "lang/device_reader.h"
#include "lang/device_trigger.h"
#include "lang/lang.h"

/* ---- what it is ---- */

static void line_device(struct reader *r)
{
	r->d->name = need(r, "the name");
}

static void line_role(struct reader *r)
{
	do {
		*ARENA_PUSH(r->arena, r->d->roles, r->d->nroles) =
			need_of(r, VOCABULARY_ROLE, "role");
	} while (more(r));
}

static void line_edition(struct reader *r)
{
	r->d->edition = need_of(r, VOCABULARY_EDITION, "edition");
}

static void check_claim(struct reader *r, const struct fact *f, struct loc at,
			bool lacks)
{
	const struct claim *c = claims_find(f->name);
	bool bare = str_is(f->value, "yes");

	if (!c)
		wrong(r, CODE(UNKNOWN_CLAIM), at, "no claim \"" STR_F "\"%s",
		      STR_A(f->name),
		      nearest(r, claims_nearest(VOCABULARY_CLAIM, f->name)));
	else if (lacks ? !bare : !c->values && !bare)
		wrong(r, CODE(UNKNOWN_VALUE), at, "\"%s\" takes no value%s",
		      c->word, lacks ? " behind \"lacks\"" : "");
	else if (!lacks && c->values && !claims_has_value(c, f->value))
		wrong(r, CODE(UNKNOWN_VALUE), at,
		      "\"%s\" wants one of %s: %s=%s", c->word, c->values,
		      c->word, strrchr(c->values, ' ') + 1);
	else
		device_agrees(r, f, at, lacks);
}

static void add_claims(struct reader *r, struct fact **list, unsigned *n,
		       bool lacks)
{
	do {
		struct loc at = here(r);
		struct fact f = { .value = STR("yes") };
		struct str text = need(r, "a claim"), value;

		if (str_cut(text, '=', &f.name, &value))
			f.value = value;
		if (!text.len)
			return;
		check_claim(r, &f, at, lacks);
		*ARENA_PUSH(r->arena, *list, *n) = f;
	} while (more(r));
}

static void line_claims(struct reader *r)
{
	add_claims(r, &r->d->claims, &r->d->nclaims, false);
}

static void line_lacks(struct reader *r)
{
	add_claims(r, &r->d->lacks, &r->d->nlacks, true);
}

static void line_calls(struct reader *r)
{
	r->calls = r->line->at;
	r->d->calls = need_of(r, VOCABULARY_CALLS, "way to call");
}

static void line_answers(struct reader *r)
{
	r->answers = r->line->at;
	r->d->answers = need_of(r, VOCABULARY_ANSWERS, "way to answer");
}

static void line_liveness(struct reader *r)
{
	struct loc at = here(r);

	r->d->liveness = need(r, "options, none or sh");
	if (str_is(r->d->liveness, "sh"))
		r->d->liveness_sh = need(r, "the command");
	else if (!str_is(r->d->liveness, "options") &&
		 !str_is(r->d->liveness, "none"))
		wrong(r, CODE(UNKNOWN_WORD), at,
		      "liveness is options, none or sh \"command\"");
}

/* ---- what it does ---- */

static bool parse_time(struct str s, ns_t *ret)
{
	uint64_t n;
	ns_t unit = str_ends(s, "ms") ? NS_MS : str_ends(s, "s") ? NS_S : 0;

	s.len -= unit == NS_MS ? 2 : unit ? 1 : 0;
	if (!unit || !str_to_u64(s, &n) || n > 86400000)
		return false;
	*ret = (ns_t)n * unit;
	return true;
}

static ns_t need_time(struct reader *r)
{
	struct loc at = here(r);
	struct str s = need(r, "a time (20s)");
	ns_t t = 0;

	if (s.len && !parse_time(s, &t))
		wrong(r, CODE(BAD_TIME), at,
		      "\"" STR_F "\" is no time; write 250ms or 20s", STR_A(s));
	return t;
}

/* options: it answers OPTIONS; line: it prints one that begins with "ready" */
static struct str need_ready(struct reader *r)
{
	static const char *const kinds[] = { "options", "line", "none" };
	struct loc at = here(r);
	struct str s = need(r, "options, line or none");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_is(s, kinds[i]))
			return s;
	if (s.len)
		wrong(r, CODE(UNKNOWN_WORD), at,
		      "ready is options, line or none");
	return s;
}

static void line_start(struct reader *r)
{
	r->d->start = need(r, "the command");
	if (takes(r, "ready"))
		r->d->ready = need_ready(r);
	if (takes(r, "within"))
		r->d->start_within = need_time(r);
	if (takes(r, "stop"))
		r->d->stop = need(r, "the command");
}

static void line_trigger(struct reader *r)
{
	device_trigger_read(r->arena, r->line, r->d, r->ds);
	r->i = r->line->n;
}

static void line_version(struct reader *r)
{
	if (!takes(r, "sh"))
		wrong(r, CODE(EXPECTED), here(r), "version sh \"command\"");
	r->d->version = need(r, "the command");
}

static void need_t1(struct reader *r)
{
	struct loc at = here(r);
	size_t errors = r->ds->errors;
	ns_t t1 = need_time(r);

	r->d->t1 = t1;
	if (r->ds->errors == errors && (t1 < NS_MS || t1 > 10 * NS_S))
		wrong(r, CODE(BAD_TIME), at, "T1 is 1 ms to 10 s");
}

static void need_slack(struct reader *r)
{
	struct loc at = here(r);
	struct str s = need(r, "how many times slower it is than usual (2)");
	uint64_t n = 0;

	if (s.len && (!str_to_u64(s, &n) || !n || n > 1000))
		wrong(r, CODE(BAD_NUMBER), at, "slack is 1 to 1000");
	r->d->slack = (unsigned)n;
}

static void line_timers(struct reader *r)
{
	bool t1 = takes(r, "T1"), slack;

	if (t1)
		need_t1(r);
	slack = takes(r, "slack");
	if (slack)
		need_slack(r);
	if (!t1 && !slack)
		wrong(r, CODE(EXPECTED), here(r), "timers T1 500ms slack 2");
}

/* ---- the whole ---- */

static const struct line_word lines[] = {
#define DEVICE_LINE(word, function, syntax, meaning) { word, line_##function },
#include "lang/device.def"
#undef DEVICE_LINE
};

enum { NLINES = sizeof(lines) / sizeof(*lines) };

static void read_line(struct reader *r)
{
	struct str words[NLINES], first = r->line->toks[0].text;
	size_t before = r->ds->errors;

	if (read_by(r, lines, NLINES)) {
		if (r->ds->errors == before)
			device_once(r);
		return;
	}
	for (size_t i = 0; i < NLINES; i++)
		words[i] = str_from(lines[i].word);
	wrong(r, CODE(UNKNOWN_KEYWORD), r->line->toks[0].at,
	      "a device file has no \"" STR_F "\"%s", STR_A(first),
	      nearest(r, diag_nearest(first, words, NLINES)));
}

void device_defaults(struct device *d)
{
	*d = (struct device){
		.name = STR("device"),
		.edition = STR("rfc3515"),
		.calls = STR("refer"),
		.answers = STR("itself"),
		.liveness = STR("options"),
		.folder = "",
		.t1 = 500 * NS_MS,
		.slack = 1,
	};
}

static bool read_src(struct arena *a, struct src *src, struct device *ret,
		     struct diags *ds)
{
	size_t before = ds->errors;
	struct text_line line;
	struct reader r = { .arena = a, .d = ret, .ds = ds, .line = &line };
	struct lex lx = { .arena = a, .ds = ds, .line = 1, .src = src };

	device_defaults(ret);
	while (src && ds->errors - before < DEVICE_ERRORS_MAX &&
	       lex_next(&lx, &line))
		read_line(&r);
	device_trigger_check(ret, r.calls, r.answers, ds);
	device_hide_passwords(a, ret);
	if (src && ds->errors != before)
		device_scrub(a, src);
	return src && ds->errors == before;
}

/* Reads a device file (see lang.h). ret is filled with what could be read. */
bool device_read(struct arena *a, const char *path, struct device *ret,
		 struct diags *ds)
{
	bool ok = read_src(a, lex_read(a, path, path, (struct loc){ 0 }, ds),
			   ret, ds);

	ret->folder = device_trigger_folder(a, path);
	return ok;
}

bool device_read_text(struct arena *a, const char *path, struct str text,
		      struct device *ret, struct diags *ds)
{
	return read_src(a, lex_accept(a, path, text, ds), ret, ds);
}
