/* SPDX-License-Identifier: MIT */
/* report_scene: a run with one scenario of each kind, made by hand. */
#ifndef TESTS_REPORT_SCENE_H
#define TESTS_REPORT_SCENE_H

#include "report/report.h"
#include "scene.h"

struct made {
	struct arena *a;
	struct run run;
	struct report_opts opts;
	struct scene *scenes[8];
	unsigned nscenes;
};

static inline struct str sip(struct arena *a, const char *start,
			     const char *rows, const char *body)
{
	return arena_strf(a,
			  "%s\r\nVia: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bK1\r\n"
			  "Call-ID: 7@x\r\nCSeq: 1 X\r\n%s\r\n%s",
			  start, rows, body);
}

static inline struct scene *made_scene(struct made *m, const char *id,
				       const char *text)
{
	struct scene *s = scene_new(id, text);

	m->scenes[m->nscenes++] = s;
	scene_event(s, EV_BEGIN, 0, id, "asterisk-22 192.0.2.10:5060/udp");
	return s;
}

static inline uint32_t made_party(struct scene *s, const char *name,
				  const char *peer)
{
	struct event ev = event_of(EV_PARTY, 0);

	ev.party = scene_party(s, name);
	ev.name = str_from(name);
	ev.peer = str_from(peer);
	scene_add(s, ev);
	return ev.party;
}

static inline struct result *made_add(struct made *m, struct result *r)
{
	*ARENA_PUSH(m->a, m->run.list, m->run.n) = r;
	m->run.planned = m->run.n;
	return r;
}

static inline struct result *made_end(struct made *m, struct scene *s, long ms)
{
	scene_event(s, EV_END, ms, "", "played to the end");
	return made_add(m, scene_judge(s));
}

static inline uint32_t from_dut(struct scene *s, long ms, uint32_t party,
				const struct op *op, struct str bytes)
{
	uint32_t rec = scene_rec(s, ms, party, false, bytes);

	scene_about(s, EV_OPEN, ms, op, EV_NONE);
	scene_about(s, EV_TAKE, ms, op, rec);
	return rec;
}

static inline void to_dut(struct scene *s, long ms, uint32_t party,
			  const struct op *op, struct str bytes)
{
	scene_about(s, EV_SENT, ms, op, scene_rec(s, ms, party, true, bytes));
}

static inline void classify(struct scene *s, uint32_t rec, enum rec_class cls)
{
	struct event ev = event_of(EV_CLASS, 0);

	ev.rec = rec;
	ev.cls = cls;
	ev.automatic = true;
	scene_add(s, ev);
}

/* A NOTIFY with the wrong Content-Type. */
static inline void made_wrong_type(struct made *m)
{
	struct scene *s = made_scene(
		m, "refer/basic-out-of-dialog",
		"F1 alice -> dut REFER {dut.uri} as sub\n"
		"F2 dut -> alice 2xx for F1 [rfc3515-2.4.2-j]\n"
		"    must status is {edition.refer-accepted} "
		"[rfc3515-2.4.2-i]\n"
		"watch N dut -> alice NOTIFY on sub\n"
		"    must Content-Type is message/sipfrag [rfc3515-2.4.5-a]\n"
		"    should Subscription-State.expires present\n");
	uint32_t alice = made_party(s, "alice", "127.0.0.2:5070");
	struct op *f1 =
		scene_op(s, PHASE_TEST, OP_SEND, "F1", "alice -> dut REFER", 1);
	struct op *f2 = scene_op(s, PHASE_TEST, OP_EXPECT, "F2",
				 "dut -> alice 2xx for F1", 2);
	struct op *n = scene_op(s, PHASE_TEST, OP_WATCH, "N",
				"dut -> alice NOTIFY on sub", 4);
	uint32_t rec;

	f2->rules = scene_rules(s, "rfc3515-2.4.2-j");
	scene_check(s, f2, 3, WORD_MUST, LEVEL_MUST, "rfc3515-2.4.2-i");
	scene_check(s, n, 5, WORD_MUST, LEVEL_MUST, "rfc3515-2.4.5-a");
	scene_check(s, n, 6, WORD_SHOULD, LEVEL_SHOULD, "");
	n->used = scene_loc(s, 1);
	scene_event(s, EV_PHASE, 100, "test", "");
	to_dut(s, 101, alice, f1,
	       sip(s->a, "REFER sip:dut@192.0.2.10 SIP/2.0",
		   "Refer-To: <sip:carol@127.0.0.3>\r\n", ""));
	rec = from_dut(s, 104, alice, f2,
		       sip(s->a, "SIP/2.0 202 Accepted", "", ""));
	scene_checked(s, f2, 0, rec, true, "status is 202", "202");
	rec = from_dut(s, 105, alice, n,
		       sip(s->a, "NOTIFY sip:alice@127.0.0.2 SIP/2.0",
			   "Subscription-State: active\r\n"
			   "Content-Type: message/sip\r\n",
			   "SIP/2.0 100 Trying\r\n"));
	scene_checked(s, n, 0, rec, false, "Content-Type is message/sipfrag",
		      "message/sip");
	scene_checked(s, n, 1, rec, false, "Subscription-State.expires present",
		      "absent");
	scene_monitor(s, 105, "cseq-rises", rec, true, LEVEL_MUST);
	made_end(m, s, 812);
}

/* Five parties, one with a long name; a guard broken, a line missing. */
static inline void made_blind(struct made *m)
{
	struct scene *s =
		made_scene(m, "transfer/blind",
			   "must not dut -> alice BYE on a1 until F10\n"
			   "alice -> dut INVITE as a1\n"
			   "F1 bob -> dut REFER on b1\n"
			   "F4 dut -> carol INVITE as k1\n"
			   "F9 carol -> dut BYE on k1\n");
	uint32_t alice = made_party(s, "alice", "127.0.0.2:5070");
	uint32_t bob = made_party(s, "bob", "127.0.0.3:5070");
	uint32_t carol = made_party(s, "carol", "127.0.0.4:5070");
	struct op *invite = scene_op(s, PHASE_SETUP, OP_SEND, "",
				     "alice -> dut INVITE as a1", 2);
	struct op *guard = scene_op(s, PHASE_TEST, OP_GUARD, "",
				    "dut -> alice BYE on a1", 1);
	struct op *f1 = scene_op(s, PHASE_TEST, OP_SEND, "F1",
				 "bob -> dut REFER on b1", 3);
	struct op *f4 = scene_op(s, PHASE_TEST, OP_EXPECT, "F4",
				 "dut -> carol INVITE as k1", 4);
	uint32_t rec;

	made_party(s, "the-operator-of-gr\xc3\xbc\xc3\x9f", "127.0.0.5:5070");
	made_party(s, "e", "127.0.0.6:5070");
	guard->word = WORD_MUST_NOT;
	guard->rules = scene_rules(s, "practice-right-party-moved");
	f4->rules = scene_rules(s, "rfc3515-2.4.2-b");
	scene_op(s, PHASE_TEST, OP_SEND, "F9", "carol -> dut BYE on k1", 5);
	scene_event(s, EV_PHASE, 0, "setup", "");
	to_dut(s, 0, alice, invite,
	       sip(s->a, "INVITE sip:bob@192.0.2.10 SIP/2.0", "", ""));
	scene_rec(s, 4, alice, false,
		  sip(s->a, "SIP/2.0 401 Unauthorized", "", ""));
	rec = scene_rec(s, 5, alice, true,
			sip(s->a, "INVITE sip:bob@192.0.2.10 SIP/2.0",
			    "Authorization: Digest x\r\n", ""));
	classify(s, rec, REC_NEW);
	scene_event(s, EV_PHASE, 100, "test", "");
	scene_about(s, EV_OPEN, 100, guard, EV_NONE);
	to_dut(s, 101, bob, f1,
	       sip(s->a, "REFER sip:bob@192.0.2.10 SIP/2.0",
		   "Refer-To: <sip:carol@pbx.test>\r\n", ""));
	rec = scene_rec(s, 104, bob, false,
			sip(s->a, "SIP/2.0 302 Moved",
			    "Contact: <sip:x@127.0.0.9>\r\n", ""));
	scene_event(s, EV_EARLY, 104, "", "");
	s->tr.list[s->tr.n - 1].rec = rec;
	rec = scene_rec(s, 105, bob, false,
			sip(s->a, "SIP/2.0 302 Moved", "", ""));
	classify(s, rec, REC_REPEAT);
	rec = scene_rec(s, 131, alice, false,
			sip(s->a, "BYE sip:alice@127.0.0.2 SIP/2.0", "", ""));
	scene_about(s, EV_GUARD, 131, guard, rec);
	scene_rec(s, 140, carol, false, STR("\x01garbage\xff"));
	s->tr.list[s->tr.n - 1].cls = REC_UNPARSABLE;
	scene_about(s, EV_OPEN, 100, f4, EV_NONE);
	scene_miss(s, f4, 10100, 0, "");
	scene_event(s, EV_PHASE, 10100, "teardown", "");
	made_end(m, s, 10840)->seed = STR("41");
}

/* A scenario that failed as the device file says it does. */
static inline void made_known(struct made *m)
{
	static struct known known = {
		.scenario = STR("transfer/attended"),
		.requirement = STR_NONE,
		.until = STR("2027-03-31"),
		.reason = STR("asterisk#1990"),
	};
	struct scene *s =
		made_scene(m, "transfer/attended", "F1 dut -> alice 2xx\n");
	struct op *f1 = scene_line(s, "F1", "dut -> alice 2xx", WORD_MUST,
				   LEVEL_MUST, "rfc3891-3-a");

	s->device.known = &known;
	s->device.nknown = 1;
	scene_event(s, EV_PHASE, 0, "test", "");
	scene_miss(s, f1, 700, 486, "INVITE");
	made_end(m, s, 750);
}

static inline void made_warned(struct made *m)
{
	struct scene *s = made_scene(m, "notify/expires#\xe2\x82\xac",
				     "F1 dut -> alice 2xx\n");
	struct op *f1 = scene_line(s, "F1", "dut -> alice 2xx", WORD_SHOULD,
				   LEVEL_SHOULD, "rfc3515-2.4.4-e");

	scene_event(s, EV_PHASE, 0, "test", "");
	scene_miss(s, f1, 700, 0, "INVITE");
	made_end(m, s, 750);
}

static inline void made_trigger(struct made *m)
{
	struct scene *s = made_scene(m, "issuer/call", "trigger call\n");
	struct op *op =
		scene_op(s, PHASE_SETUP, OP_TRIGGER, "", "trigger call", 1);

	scene_miss(s, op, 20, 0, "");
	made_end(m, s, 30);
}

static inline void made_passed(struct made *m)
{
	struct scene *s =
		made_scene(m, "refer/declined", "F1 dut -> alice 603\n");
	struct op *f1 = scene_line(s, "F1", "dut -> alice 603", WORD_MUST,
				   LEVEL_MUST, "rfc3515-2.4.2-c");
	uint32_t alice = made_party(s, "alice", "127.0.0.2:5070");

	scene_event(s, EV_PHASE, 0, "test", "");
	from_dut(s, 12, alice, f1, sip(s->a, "SIP/2.0 603 Decline", "", ""));
	made_end(m, s, 530);
}

static inline struct str made_sentence(void *ctx, struct str id)
{
	(void)ctx;
	if (!str_is(id, "rfc3515-2.4.5-a"))
		return STR_NONE;
	return STR("Each NOTIFY carries a body of type message/sipfrag that "
		   "says how the request that was referred to is getting on.");
}

static inline void made_head(struct made *m)
{
	m->run.version = STR("0.1.0");
	m->run.device = STR("asterisk-22");
	m->run.address = STR("192.0.2.10:5060");
	m->run.transport = STR("udp");
	m->run.edition = STR("rfc3515");
	m->run.seed = STR("41");
	m->run.slack = STR("1");
	m->run.device_version = STR("Asterisk 22.1");
	m->run.started = STR("2026-06-01T10:00:00Z");
	m->run.command = STR("sipladder run refer -d asterisk-22.dut");
	m->opts.out = STR("out/last");
	m->opts.sentence = made_sentence;
}

static inline struct made *made_run(void)
{
	struct arena *a = arena_new();
	struct made *m = ARENA_NEW(a, struct made);
	struct scene *s;

	m->a = m->run.arena = a;
	made_head(m);
	made_wrong_type(m);
	s = scene_new("redirect/301-two-contacts", "x\n");
	m->scenes[m->nscenes++] = s;
	made_add(m, judge_none(s->prog, VERDICT_SKIP,
			       STR("asterisk-22 lacks follow-3xx"), s->a));
	made_known(m);
	made_blind(m);
	made_warned(m);
	made_trigger(m);
	made_passed(m);
	return m;
}

static inline void made_free(struct made *m)
{
	for (unsigned i = 0; i < m->nscenes; i++)
		scene_free(m->scenes[i]);
	arena_free(m->a);
}

#endif
