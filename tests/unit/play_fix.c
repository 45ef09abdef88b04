/* SPDX-License-Identifier: MIT */
/* The fixture: compiling, playing and looking. The device is play_dev.c. */
#include "play_fix.h"

#include <assert.h>
#include <sys/mman.h>
#include <unistd.h>

#include "play_dev.h"
#include "wire/wire_memory.h"

/* ---- life ---- */

static struct str one(const char *z)
{
	return str_from(z);
}

static void make_device(struct fix *f)
{
	struct device *d = &f->device;

	d->name = STR("scripted");
	d->address = STR("127.0.0.1:5060");
	d->user = STR("dev");
	d->roles = ARENA_ARRAY(f->arena, struct str, 2);
	d->roles[d->nroles++] = STR("ua");
	d->edition = STR("rfc3515");
	d->calls = STR("refer");
	d->answers = STR("itself");
	d->liveness = STR("options");
}

static int set_up(void **state, enum proto proto)
{
	struct fix *f = calloc(1, sizeof(*f));
	struct fail why;

	f->arena = arena_new();
	f->clock.is_virtual = true;
	f->wire = wire_memory_new(&f->clock);
	make_device(f);
	f->opts = (struct engine_opts){ .device = &f->device,
					.t1 = 500 * NS_MS,
					.slack = 1,
					.seed = 41,
					.proto = proto,
					.deadline = 120 * NS_S };
	addr_parse(f->device.address, &f->opts.dut);
	addr_parse(STR("127.0.0.2"), &f->opts.bind);
	f->port = wire_open(f->wire, proto, &f->opts.dut, dev_hears, f, &why);
	assert(f->port);
	*state = f;
	return 0;
}

int fix_setup(void **state)
{
	return set_up(state, PROTO_UDP);
}

int fix_setup_tcp(void **state)
{
	return set_up(state, PROTO_TCP);
}

int fix_setup_both(void **state)
{
	int failed = set_up(state, PROTO_UDP);
	struct fix *f = *state;
	struct fail why;

	f->device.claims = ARENA_ARRAY(f->arena, struct fact, 1);
	f->device.claims[f->device.nclaims++] =
		(struct fact){ STR("tcp"), STR("yes") };
	f->stream =
		wire_open(f->wire, PROTO_TCP, &f->opts.dut, dev_hears, f, &why);
	assert(f->stream);
	return failed;
}

int fix_teardown(void **state)
{
	struct fix *f = *state;

	play_free(f->play);
	dev_stop(f);
	engine_done(&f->engine);
	wire_free(f->wire);
	arena_free(f->arena);
	free(f);
	return 0;
}

/* ---- compiling ---- */

static void complain(struct diags *ds)
{
	buf_auto out = { 0 };

	diag_print(ds, &out);
	print_error("%s\n", buf_z(&out));
	fail();
}

struct prog *fix_compile(struct fix *f, const char *sections)
{
	struct lang_env env = { .arena = f->arena,
				.root = "/",
				.device = &f->device,
				.edition = f->device.edition,
				.transport =
					str_from(proto_word(f->opts.proto)) };
	struct diags ds = { .arena = f->arena };
	struct progs progs = { 0 };
	char path[64];
	int fd = memfd_create("ladder", 0);

	assert(fd >= 0);
	dprintf(fd,
		"ladder 1\ntitle \"unit\"\nrole ua\nparty alice\nparty bob\n"
		"party carol\n%s\n%s",
		f->head ? f->head : "", sections);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	/* The program keeps the path. */
	if (!lang_load(&env, arena_z(f->arena, str_from(path)), &progs, &ds) ||
	    !progs.n)
		complain(&ds);
	close(fd);
	progs.list[0]->id = one("unit");
	return progs.list[0];
}

/* ---- playing ---- */

/* The trace is the arena's of the play: kept by writing and reading it, as
 * between player and parent. */
static void keep_trace(struct fix *f)
{
	const struct trace *tr = play_trace(f->play);
	struct fail why;
	buf_auto text = { 0 };

	for (size_t i = 0; i < tr->n; i++)
		trace_line(&tr->list[i], &text);
	f->trace = (struct trace){ .arena = f->arena };
	if (!trace_read(&f->trace, buf_str(&text), &why))
		fail_msg("%s", why.text);
}

static void on_end(void *ctx, struct play *p)
{
	struct fix *f = ctx;

	assert_ptr_equal(p, f->play);
	f->ended = true;
}

static unsigned port_of_first(const struct fix *f)
{
	const struct trace *tr = play_trace(f->play);
	struct addr at;

	for (size_t i = 0; i < tr->n; i++)
		if (tr->list[i].kind == EV_PARTY &&
		    addr_parse(tr->list[i].peer, &at))
			return addr_port(&at);
	return 0;
}

void play_begin(struct fix *f, const char *sections)
{
	struct fail why;

	if (!f->engine.wire)
		engine_init(&f->engine, &f->opts, &f->clock, f->wire);
	f->ended = false;
	f->nheard = f->nsent = 0;
	f->prog = fix_compile(f, sections);
	f->begun = clock_now(&f->clock);
	f->play = play_start(&f->engine, f->prog, 1, NULL, on_end, f, &why);
	if (!f->play)
		fail_msg("%s", why.text);
	f->first_port = port_of_first(f);
	dev_begin(f);
}

static void on_until(struct timer *t, void *ctx)
{
	(void)t;
	*(bool *)ctx = true;
}

void play_until(struct fix *f, long ms)
{
	struct timer t = { 0 };
	bool over = false;

	timer_set(&f->engine.timers, &t, f->begun + ms * NS_MS, on_until,
		  &over);
	while (!f->ended && !over)
		engine_step(&f->engine);
	timer_stop(&f->engine.timers, &t);
}

/* What was sent last is still on its way. */
static void let_arrive(struct fix *f)
{
	ns_t until = clock_now(&f->clock) + 10 * NS_MS;

	while (clock_now(&f->clock) < until)
		wire_wait(f->wire, until);
}

void play_end(struct fix *f)
{
	struct judge_opts opts = { .strict = f->strict,
				   .device = &f->device,
				   .today = STR("2026-06-01") };

	for (unsigned i = 0; !f->ended; i++) {
		assert_true(i < 200000);
		engine_step(&f->engine);
	}
	keep_trace(f);
	play_free(f->play);
	f->play = NULL;
	let_arrive(f);
	f->result = judge(f->prog, &f->trace, &opts, f->arena);
}

void play(struct fix *f, const char *sections)
{
	play_begin(f, sections);
	play_end(f);
}

/* ---- looking ---- */

static bool is_what(const struct pkt *pkt, const char *what)
{
	char status[16];

	if (pkt->kind == PKT_REQUEST)
		return str_is(pkt->method, what);
	snprintf(status, sizeof(status), "%u", pkt->status);
	return strcmp(status, what) == 0;
}

const struct heard *heard(struct fix *f, const char *what, unsigned n)
{
	for (unsigned i = 0; i < f->nheard; i++)
		if (is_what(f->heard[i].pkt, what) && n-- == 0)
			return &f->heard[i];
	return NULL;
}

unsigned count_heard(struct fix *f, const char *what)
{
	unsigned n = 0;

	while (heard(f, what, n))
		n++;
	return n;
}

unsigned count_events(struct fix *f, enum ev_kind kind)
{
	unsigned n = 0;

	for (size_t i = 0; i < f->trace.n; i++)
		n += f->trace.list[i].kind == kind;
	return n;
}

unsigned count_at(struct fix *f, enum ev_kind kind, const char *label)
{
	unsigned n = 0;

	for (size_t i = 0; i < f->trace.n; i++) {
		const struct event *ev = &f->trace.list[i];
		const struct op *op =
			ev->op < f->prog->nops ? f->prog->ops[ev->op] : NULL;

		n += ev->kind == kind && op && op->label &&
		     str_is(op->label->name, label);
	}
	return n;
}

unsigned count_class(struct fix *f, enum rec_class cls, bool out)
{
	unsigned n = 0;

	for (size_t i = 0; i < f->trace.n; i++)
		n += f->trace.list[i].kind == EV_REC &&
		     f->trace.list[i].cls == cls && f->trace.list[i].out == out;
	return n;
}

bool was_taken(struct fix *f, const char *label)
{
	return count_at(f, EV_TAKE, label) > 0;
}

static const struct finding *find(struct fix *f, const char *what)
{
	for (size_t i = 0; i < f->result->n; i++)
		if (str_find(f->result->findings[i].what, one(what)) >= 0)
			return &f->result->findings[i];
	return NULL;
}

bool has_finding(struct fix *f, const char *what)
{
	return find(f, what) != NULL;
}

static void print_all(struct fix *f)
{
	const struct result *r = f->result;

	print_error("verdict %s, reason \"" STR_F "\"; findings:\n",
		    verdict_word(r->verdict), STR_A(r->reason));
	for (size_t i = 0; i < r->n; i++)
		print_error("  %s %s: " STR_F " [" STR_F "] wanted " STR_F
			    ", got " STR_F ": " STR_F "\n",
			    verdict_word(r->findings[i].verdict),
			    r->findings[i].kind, STR_A(r->findings[i].what),
			    STR_A(r->findings[i].reason),
			    STR_A(r->findings[i].wanted),
			    STR_A(r->findings[i].got),
			    STR_A(r->findings[i].detail));
	for (size_t i = 0; i < f->trace.n; i++) {
		const struct event *ev = &f->trace.list[i];
		struct str line = str_trim(ev->bytes);

		str_cut(line, '\r', &line, &(struct str){ 0 });
		if (ev->kind == EV_MONITOR && ev->ok)
			continue;
		print_error("%8.3f %-10s op %d rec %d %s " STR_F STR_F " " STR_F
			    " " STR_F "\n",
			    (double)ev->t / 1e9, trace_kind_word(ev->kind),
			    (int)ev->op, (int)ev->rec,
			    ev->kind != EV_REC ? ""
			    : ev->out          ? ">>"
					       : "<<",
			    STR_A(line), STR_A(ev->name), STR_A(ev->text),
			    STR_A(ev->got));
	}
}

const struct finding *finding(struct fix *f, const char *what)
{
	const struct finding *found = find(f, what);

	if (found)
		return found;
	print_error("no finding \"%s\"\n", what);
	print_all(f);
	fail();
	return NULL;
}

bool holds(const struct pkt *pkt, const char *bytes)
{
	return str_find(pkt->raw, one(bytes)) >= 0;
}

void fix_verdict(struct fix *f, enum verdict v, const char *file, int line)
{
	if (f->result->verdict == v)
		return;
	print_error("wanted %s\n", verdict_word(v));
	print_all(f);
	_fail(file, line);
}

void fix_str(struct str s, const char *z, const char *file, int line)
{
	if (str_is(s, z))
		return;
	print_error("\"" STR_F "\" is not \"%s\"\n", STR_A(s), z);
	_fail(file, line);
}
