/* SPDX-License-Identifier: MIT */
/* The list of events, its ceilings, and its form as JSON lines:
 *
 *   e       kind: begin party phase rec class open sent take late after check
 *           note miss skip trigger guard unexpected early branch monitor
 *           auto liveness problem preamble error end
 *   t       nanoseconds since the play began
 *   op      line of the program          check   check below it, or branch
 *   rec     number of the record         party   number of the party
 *   line    op whose line made or took the record
 *   out     true: we sent it             auto    true: no line asked for it
 *   ok      true: it held                class   new repeat stray unparsable
 *                                                keepalive event; absent: new
 *   status  what settled a missing line; in "end": events not kept
 *   level   of a monitor: 1 should, 2 must
 *   conn    number of the connection     via     tcp or tls; absent: udp
 *   peer name text wanted got rules      words
 *   data    the raw message
 *   bytes   names of members whose characters are bytes (jsontext.h)
 *
 * What is absent is empty, false or not given. */
#include "play/trace.h"

#include <assert.h>
#include <limits.h>

#include "play/jsontext.h"

static const char *const kinds[] = {
	[EV_BEGIN] = "begin",
	[EV_PARTY] = "party",
	[EV_PHASE] = "phase",
	[EV_REC] = "rec",
	[EV_CLASS] = "class",
	[EV_OPEN] = "open",
	[EV_SENT] = "sent",
	[EV_TAKE] = "take",
	[EV_LATE] = "late",
	[EV_AFTER] = "after",
	[EV_CHECK] = "check",
	[EV_NOTE] = "note",
	[EV_MISS] = "miss",
	[EV_SKIP] = "skip",
	[EV_TRIGGER] = "trigger",
	[EV_GUARD] = "guard",
	[EV_UNEXPECTED] = "unexpected",
	[EV_EARLY] = "early",
	[EV_BRANCH] = "branch",
	[EV_MONITOR] = "monitor",
	[EV_AUTO] = "auto",
	[EV_LIVENESS] = "liveness",
	[EV_PROBLEM] = "problem",
	[EV_PREAMBLE] = "preamble",
	[EV_ERROR] = "error",
	[EV_END] = "end",
};

static const char *const classes[] = {
	[REC_NEW] = "new",
	[REC_REPEAT] = "repeat",
	[REC_STRAY] = "stray",
	[REC_UNPARSABLE] = "unparsable",
	[REC_KEEPALIVE] = "keepalive",
	[REC_EVENT] = "event",
};

/* One row a member, for writing, reading and copying. */
struct member {
	const char *key;
	size_t at;
};

#define AT(key, field)                                                         \
	{                                                                      \
		key, offsetof(struct event, field)                             \
	}
static const struct member numbers[] = { AT("op", op), AT("check", check),
					 AT("rec", rec), AT("party", party),
					 AT("line", line) };
static const struct member counts[] = { AT("status", status),
					AT("level", level), AT("conn", conn) };
static const struct member flags[] = { AT("out", out), AT("auto", automatic),
				       AT("ok", ok) };
static const struct member strings[] = {
	AT("peer", peer),   AT("via", via),       AT("name", name),
	AT("text", text),   AT("wanted", wanted), AT("got", got),
	AT("rules", rules), AT("data", bytes),
};
#undef AT

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define MEMBER(ev, row, type)                                                  \
	((type *)(void *)((char *)(uintptr_t)(ev) + (row)->at))

const char *trace_kind_word(enum ev_kind kind)
{
	return kinds[kind];
}

struct event event_of(enum ev_kind kind, ns_t t)
{
	return (struct event){ .kind = kind,
			       .t = t,
			       .op = EV_NONE,
			       .check = EV_NONE,
			       .rec = EV_NONE,
			       .party = EV_NONE,
			       .line = EV_NONE };
}

static size_t words_len(const struct event *ev)
{
	return ev->peer.len + ev->via.len + ev->name.len + ev->text.len +
	       ev->wanted.len + ev->got.len + ev->rules.len;
}

/* Nothing a device does may make the trace grow without end. */
static bool is_above(const struct trace *tr, const struct event *ev)
{
	if (ev->kind == EV_END || ev->kind == EV_ERROR)
		return false;
	if (tr->n >= TRACE_EVENTS_MAX)
		return true;
	return ev->kind == EV_REC &&
	       (tr->nkept >= TRACE_RECORDS_MAX ||
		tr->bytes + ev->bytes.len > (size_t)TRACE_BYTES_MAX);
}

static bool is_mostly(size_t used, size_t max)
{
	return used >= max - max / TRACE_CROWDED;
}

bool trace_is_crowded(const struct trace *tr)
{
	return is_mostly(tr->nkept, TRACE_RECORDS_MAX) ||
	       is_mostly(tr->n, TRACE_EVENTS_MAX) ||
	       is_mostly(tr->bytes, TRACE_BYTES_MAX);
}

/* All its words or none; the bytes of a record have a ceiling of their own. */
static void limit_words(struct trace *tr, struct event *ev)
{
	size_t n = words_len(ev);

	if (tr->words + n <= (size_t)TRACE_BYTES_MAX)
		tr->words += n;
	else
		ev->peer = ev->via = ev->name = ev->text = ev->wanted =
			ev->got = ev->rules = STR_NONE;
}

static void copy_strings(struct trace *tr, struct event *ev)
{
	for (size_t i = 0; i < COUNT(strings); i++) {
		struct str *s = MEMBER(ev, &strings[i], struct str);

		if (s->len)
			*s = arena_str(tr->arena, *s);
	}
}

static struct event *find_rec(const struct trace *tr, uint32_t rec)
{
	size_t lo = 0, hi = tr->nkept;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct event *ev = &tr->list[tr->kept[mid]];

		if (ev->rec == rec)
			return ev;
		if (ev->rec < rec)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static void classify(struct trace *tr, const struct event *ev)
{
	struct event *rec = find_rec(tr, ev->rec);

	if (!rec)
		return;
	rec->cls = ev->cls;
	rec->automatic = ev->automatic;
}

static void index_rec(struct trace *tr, const struct event *ev)
{
	*ARENA_PUSH(tr->arena, tr->kept, tr->nkept) = (uint32_t)tr->n - 1;
	tr->bytes += ev->bytes.len;
	if (ev->rec != EV_NONE && ev->rec > tr->nrecs)
		tr->nrecs = ev->rec;
}

/* An ordinary play fits into the first piece. */
static struct event *next_event(struct trace *tr)
{
	enum { FIRST = 48 };
	struct event *bigger;

	if (tr->n == tr->cap) {
		tr->cap = tr->cap ? tr->cap * 2 : FIRST;
		bigger = arena_raw(tr->arena, sizeof(*bigger) * tr->cap);
		if (tr->n)
			memcpy(bigger, tr->list, tr->n * sizeof(*bigger));
		tr->list = bigger;
	}
	return &tr->list[tr->n++];
}

static const struct event *add(struct trace *tr, const struct event *ev,
			       bool copy)
{
	struct event *kept;

	if (is_above(tr, ev)) {
		tr->dropped++;
		return NULL;
	}
	kept = next_event(tr);
	*kept = *ev;
	limit_words(tr, kept);
	if (copy)
		copy_strings(tr, kept);
	if (kept->kind == EV_REC)
		index_rec(tr, kept);
	if (kept->kind == EV_CLASS)
		classify(tr, kept);
	if (kept->kind == EV_END && !kept->status)
		kept->status = tr->dropped > UINT_MAX ? UINT_MAX
						      : (unsigned)tr->dropped;
	if (tr->on_event)
		tr->on_event(tr->ctx, kept);
	return kept;
}

/* What is kept is good until the next call. An EV_CLASS also corrects the
 * record it speaks of; an EV_END says in status how many were not kept. */
const struct event *trace_add(struct trace *tr, const struct event *ev)
{
	return add(tr, ev, true);
}

/* The same for words that live as long as the trace: none is copied. */
const struct event *trace_keep(struct trace *tr, const struct event *ev)
{
	return add(tr, ev, false);
}

const struct event *trace_rec(const struct trace *tr, uint32_t rec)
{
	return find_rec(tr, rec);
}

struct str *trace_labels(const struct trace *tr, struct arena *a)
{
	struct str *labels = ARENA_ARRAY(a, struct str, tr->n + 1);

	for (size_t i = 0; i < tr->n; i++) {
		const struct event *ev = &tr->list[i], *rec;

		if (ev->kind != EV_SENT && ev->kind != EV_TAKE)
			continue;
		rec = trace_rec(tr, ev->rec);
		if (rec)
			labels[rec - tr->list] =
				ev->name.len ? ev->name : ev->text;
	}
	return labels;
}

/* The form at the top of this file. */
void trace_line(const struct event *ev, struct buf *out)
{
	struct jsontext j;

	jsontext_begin(&j, out);
	jsontext_str(&j, "e", str_from(kinds[ev->kind]));
	jsontext_num(&j, "t", ev->t);
	for (size_t i = 0; i < COUNT(numbers); i++) {
		uint32_t n = *MEMBER(ev, &numbers[i], uint32_t);

		if (n != EV_NONE)
			jsontext_num(&j, numbers[i].key, n);
	}
	for (size_t i = 0; i < COUNT(flags); i++)
		jsontext_flag(&j, flags[i].key, *MEMBER(ev, &flags[i], bool));
	if (ev->cls != REC_NEW)
		jsontext_str(&j, "class", str_from(classes[ev->cls]));
	for (size_t i = 0; i < COUNT(counts); i++) {
		unsigned n = *MEMBER(ev, &counts[i], unsigned);

		if (n)
			jsontext_num(&j, counts[i].key, n);
	}
	for (size_t i = 0; i < COUNT(strings); i++)
		jsontext_str(&j, strings[i].key,
			     *MEMBER(ev, &strings[i], struct str));
	jsontext_end(&j);
	buf_add_char(out, '\n');
}

static bool word_index(const json_t *obj, const char *key,
		       const char *const *words, size_t n, unsigned *ret)
{
	const char *word = json_string_value(json_object_get(obj, key));

	for (size_t i = 0; word && i < n; i++) {
		if (strcmp(words[i], word) == 0) {
			*ret = (unsigned)i;
			return true;
		}
	}
	return false;
}

static bool in_u32(int64_t n)
{
	return n >= 0 && n <= UINT32_MAX;
}

static void read_numbers(const json_t *obj, struct event *ev)
{
	int64_t n;

	for (size_t i = 0; i < COUNT(numbers); i++)
		if (jsontext_get_num(obj, numbers[i].key, &n) && in_u32(n))
			*MEMBER(ev, &numbers[i], uint32_t) = (uint32_t)n;
	for (size_t i = 0; i < COUNT(counts); i++)
		if (jsontext_get_num(obj, counts[i].key, &n) && in_u32(n))
			*MEMBER(ev, &counts[i], unsigned) = (unsigned)n;
	for (size_t i = 0; i < COUNT(flags); i++)
		*MEMBER(ev, &flags[i], bool) = jsontext_is(obj, flags[i].key);
}

static bool read_event(const json_t *obj, struct event *ev, struct arena *a)
{
	unsigned word;
	int64_t t;

	if (!word_index(obj, "e", kinds, COUNT(kinds), &word) ||
	    !jsontext_get_num(obj, "t", &t))
		return false;
	*ev = event_of((enum ev_kind)word, t);
	read_numbers(obj, ev);
	if (json_object_get(obj, "class")) {
		if (!word_index(obj, "class", classes, COUNT(classes), &word))
			return false;
		ev->cls = (enum rec_class)word;
	}
	for (size_t i = 0; i < COUNT(strings); i++)
		*MEMBER(ev, &strings[i], struct str) =
			jsontext_get(obj, strings[i].key, a);
	return true;
}

static bool read_line(struct trace *tr, struct str line, struct arena *scratch,
		      struct fail *why)
{
	json_error_t err;
	json_t *obj = json_loadb(line.p, line.len, JSON_ALLOW_NUL, &err);
	struct event ev;
	bool ok;

	if (!obj)
		return fail_set(why, "%s", err.text);
	ok = read_event(obj, &ev, scratch);
	json_decref(obj);
	if (!ok)
		return fail_set(why, "it is no event of a trace");
	trace_add(tr, &ev);
	arena_reset(scratch);
	return true;
}

bool trace_read(struct trace *tr, struct str text, struct fail *why)
{
	struct arena *scratch = arena_new();
	unsigned line = 0;
	bool ok = true;

	while (ok && str_find_char(text, '\n') >= 0) {
		struct str one;

		str_cut(text, '\n', &one, &text);
		line++;
		if (str_trim(one).len)
			ok = read_line(tr, one, scratch, why);
	}
	arena_free(scratch);
	return ok || fail_prepend(why, "line %u", line);
}
