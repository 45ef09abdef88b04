/* SPDX-License-Identifier: MIT */
/* A play's life: its sockets, its memory, its clock, its trace. */
#include "play/state.h"

#include "play/trigger.h"

/* ---- small things every file needs ------------------------------------------
 */

ns_t play_now(const struct play *p)
{
	return clock_now(p->eng->clock) - p->begun;
}

/* Only upper limits are stretched, never lower ones. */
ns_t play_slack(const struct play *p, ns_t limit)
{
	return (ns_t)((double)limit * p->eng->opts.slack);
}

/* splitmix64: small, seedable, good enough for tags that must differ. */
uint64_t play_random(struct play *p)
{
	uint64_t z = p->rng += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* ---- tokens: tags, Call-IDs, branches
 * ------------------------------------------- */

static const char digits[] = "0123456789abcdef";

/* 32 random bits, 16 of the play, 16 that say that the token is one of ours. */
static uint64_t token_of(uint32_t random, uint16_t mark)
{
	uint64_t half = (uint64_t)random << 16 | mark;

	return half << 16 | (half * 0x9e3779b97f4a7c15u >> 48);
}

struct str play_token(struct play *p, const char *prefix)
{
	uint32_t random = (uint32_t)(play_random(p) >> 32);
	uint64_t n = token_of(random, (uint16_t)p->tag);
	size_t len = strlen(prefix);
	char *text = arena_alloc(p->arena, len + 16 + 1);

	memcpy(text, prefix, len);
	for (unsigned i = 0; i < 16; i++)
		text[len + i] = digits[n >> (60 - 4 * i) & 15];
	return (struct str){ text, len + 16 };
}

static bool read_hex(struct str s, uint64_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < s.len; i++) {
		const char *at = memchr(digits, s.p[i], 16);

		if (!at)
			return false;
		*ret = *ret << 4 | (uint64_t)(at - digits);
	}
	return s.len == 16;
}

/* Did another play, of this run or of one before it, make this tag? */
bool play_is_anothers(const struct play *p, struct str tag)
{
	uint64_t n;
	uint16_t mark;

	if (!tag.len || !read_hex(str_tail(tag, 1), &n))
		return false;
	mark = (uint16_t)(n >> 16);
	return mark != (uint16_t)p->tag &&
	       n == token_of((uint32_t)(n >> 32), mark);
}

struct event play_event(struct play *p, enum ev_kind kind)
{
	return event_of(kind, play_now(p));
}

void play_emit(struct play *p, const struct event *ev)
{
	struct event shown = *ev;

	mask_event(p, &shown);
	trace_add(&p->trace, &shown);
}

void play_emit_kept(struct play *p, const struct event *ev)
{
	trace_keep(&p->trace, ev);
}

void play_note_op(struct play *p, enum ev_kind kind, const struct op *op,
		  const struct msg *m)
{
	struct event ev = event_of(kind, m ? m->t : play_now(p));

	ev.op = op->id;
	if (op->label)
		ev.name = op->label->name;
	else
		ev.text = op->arrow;
	if (m)
		ev.rec = m->rec;
	play_emit_kept(p, &ev);
}

void play_classify(struct play *p, uint32_t rec, enum rec_class cls,
		   bool automatic)
{
	struct event ev = play_event(p, EV_CLASS);

	ev.rec = rec;
	ev.cls = cls;
	ev.automatic = automatic;
	play_emit_kept(p, &ev);
}

void play_problem(struct play *p, const char *fmt, ...)
{
	struct event ev = play_event(p, EV_PROBLEM);
	va_list ap;

	va_start(ap, fmt);
	ev.text = arena_vstrf(p->arena, fmt, ap);
	va_end(ap);
	play_emit(p, &ev);
}

static struct event record_of(struct play *p, const struct party *party,
			      bool out, struct wire_to peer,
			      char text[ADDR_TEXT_MAX])
{
	struct event ev = play_event(p, EV_REC);

	ev.rec = ++p->trace.nrecs;
	ev.party = party->number;
	ev.out = out;
	ev.peer = str_from(addr_format(peer.peer, text));
	ev.conn = peer.conn;
	if (party->proto != PROTO_UDP)
		ev.via = str_from(proto_word(party->proto));
	return ev;
}

/* Records bytes before anything looks at them; 0: above the ceiling. */
uint32_t play_record(struct play *p, const struct party *party, bool out,
		     struct wire_to peer, struct str bytes, ns_t t)
{
	char text[ADDR_TEXT_MAX];
	struct event ev = record_of(p, party, out, peer, text);

	ev.t = t;
	ev.bytes = mask_bytes(p, bytes);
	return trace_add(&p->trace, &ev) ? ev.rec : 0;
}

uint32_t play_record_event(struct play *p, const struct party *party, bool out,
			   struct wire_to peer, struct str bytes,
			   struct str text)
{
	char at[ADDR_TEXT_MAX];
	struct event ev = record_of(p, party, out, peer, at);

	ev.cls = REC_EVENT;
	ev.bytes = mask_bytes(p, bytes);
	ev.text = text;
	return trace_add(&p->trace, &ev) ? ev.rec : 0;
}

/* ---- the engine
 * --------------------------------------------------------------- */

void engine_init(struct engine *e, const struct engine_opts *opts,
		 struct clock *clock, struct wire *wire)
{
	*e = (struct engine){ .opts = *opts, .clock = clock, .wire = wire };
}

void engine_done(struct engine *e)
{
	timers_free(&e->timers);
	arena_spares_free(&e->spares);
}

void engine_step(struct engine *e)
{
	enum { STEP_MAX = NS_S / 5 };
	ns_t now = clock_now(e->clock);
	ns_t next = timers_next(&e->timers);

	if (next > now)
		wire_wait(e->wire,
			  next < now + STEP_MAX ? next : now + STEP_MAX);
	timers_run(&e->timers, clock_now(e->clock));
}

/* ---- birth and death
 * -------------------------------------------------------------------- */

static uint64_t mix(uint64_t seed, struct str id, unsigned number)
{
	uint64_t h = seed ^ 0xcbf29ce484222325u;

	for (size_t i = 0; i < id.len; i++)
		h = (h ^ (unsigned char)id.p[i]) * 0x100000001b3u;
	return (h ^ number) * 0x100000001b3u;
}

static void name_device(struct play *p)
{
	const struct device *device = p->eng->opts.device;
	char text[ADDR_TEXT_MAX];
	struct str at = str_from(addr_format(&p->eng->opts.dut, text));

	p->dut_hostport = arena_str(p->arena, at);
	p->dut_domain = device->domain.len ? device->domain : p->dut_hostport;
	p->dut_uri = ARENA_JOIN(
		p->arena, STR("sip:"), device->user,
		device->user.len ? STR("@") : STR_NONE, p->dut_hostport,
		str_from(party_transport_param(p->eng->opts.proto)));
}

static void prepare(struct play *p)
{
	const struct prog *prog = p->prog;

	p->named = ARENA_ARRAY(p->arena, struct leg *, prog->ndialogs + 1);
	p->labels = ARENA_ARRAY(p->arena, struct labelrun, prog->nlabels + 1);
	p->ops = ARENA_ARRAY(p->arena, struct oprun, prog->nops + 1);
	for (unsigned i = 0; i < prog->nops; i++) {
		p->ops[i].play = p;
		p->ops[i].op = prog->ops[i];
		p->ops[i].branch = -1;
	}
}

static void on_deadline(struct timer *t, void *ctx)
{
	struct play *p = ctx;

	(void)t;
	if (p->stage < STAGE_LINGER) /* all was played */
		play_stop(p, PLAY_OUT_OF_TIME);
}

static void set_deadline(struct play *p)
{
	ns_t limit =
		p->prog->deadline ? p->prog->deadline : p->eng->opts.deadline;

	timer_set(&p->eng->timers, &p->deadline,
		  p->begun + play_slack(p, limit), on_deadline, p);
}

struct play *play_start(struct engine *e, const struct prog *prog,
			unsigned number,
			void (*on_event)(void *ctx, const struct event *ev),
			play_end_fn *on_end, void *ctx, struct fail *why)
{
	struct arena *arena = arena_new_from(&e->spares);
	struct play *p = ARENA_NEW(arena, struct play);

	p->arena = arena;
	p->eng = e;
	p->prog = prog;
	p->number = number;
	p->trace = (struct trace){ .arena = p->arena,
				   .on_event = on_event,
				   .ctx = ctx };
	p->on_end = on_end;
	p->ctx = ctx;
	p->begun = clock_now(e->clock);
	p->rng = mix(e->opts.seed, prog->id, number);
	p->tag = play_random(p);
	send_init(p);
	name_device(p);
	prepare(p);
	if (!party_open_all(p, why)) {
		play_free(p);
		return NULL;
	}
	leg_write_papers(p);
	party_announce(p);
	set_deadline(p);
	end_begin(p);
	return p;
}

const struct trace *play_trace(const struct play *p)
{
	return &p->trace;
}

unsigned play_number(const struct play *p)
{
	return p->number;
}

void play_stop(struct play *p, const char *reason)
{
	p->interrupted = true;
	end_stop(p, reason);
	order_pump(p);
}

static void stop_timers(struct play *p)
{
	struct timers *ts = &p->eng->timers;

	timer_stop(ts, &p->deadline);
	timer_stop(ts, &p->stage_timer);
	timer_stop(ts, &p->probe_timer);
	lossy_stop(p);
	registration_stop(p);
	trigger_stop_all(p);
	for (unsigned i = 0; p->ops && i < p->prog->nops; i++)
		timer_stop(ts, &p->ops[i].timer);
}

void play_free(struct play *p)
{
	if (!p)
		return;
	stop_timers(p);
	tx_table_free(&p->txs);
	party_close_all(p);
	arena_free(p->arena); /* and with it the play */
}
