/* SPDX-License-Identifier: MIT */
/* Monitors: what must hold of every message the device sends, whatever the
 * scenario says. One row a monitor; each speaks for its requirement. */
#include "play/monitor.h"

/* ---- helpers ------------------------------------------------------------- */

enum look monitor_broken(struct seen *s, struct str wanted, struct str got)
{
	s->wanted = wanted;
	s->got = got.len ? got : STR("absent");
	return LOOK_FAIL;
}

enum look monitor_judge(struct seen *s, bool ok, struct str wanted,
			struct str got)
{
	return ok ? LOOK_PASS : monitor_broken(s, wanted, got);
}

bool monitor_is_request(const struct msg *m)
{
	return m->pkt->kind == PKT_REQUEST;
}

bool monitor_is(const struct msg *m, const char *method)
{
	return monitor_is_request(m) && str_is(m->pkt->method, method);
}

bool monitor_is_success(const struct msg *m)
{
	return m->pkt->kind == PKT_RESPONSE && m->pkt->status >= 200 &&
	       m->pkt->status < 300;
}

bool monitor_forms_dialog(const struct msg *m)
{
	const struct str method = m->pkt->cseq_method;

	return str_is(method, "INVITE") || str_is(method, "SUBSCRIBE") ||
	       str_is(method, "REFER");
}

struct str monitor_row(const struct pkt *pkt, enum header_id id)
{
	const struct line *row = pkt_line(pkt, id, 0);

	return row ? row->value : STR_NONE;
}

/* ---- the table ----------------------------------------------------------- */

/* EACH_OWN: a new message, but not for what stood in it already when a party of
 * ours sent it, and the device only passed it on (RFC 3261 16.6). */
enum moment { EACH_NEW, EACH_OWN, EACH_REPEAT, AT_THE_END };

/* The name is what a scenario silences with "without". */
static const struct monitor {
	const char *name, *rules;
	enum level level;
	look_fn *look;
	enum moment when;
} monitors[] = {
	{ "cseq-rises", "rfc3261-12.2.1.1-a", LEVEL_MUST, monitor_cseq_rises,
	  EACH_NEW },
	{ "response-echoes", "rfc3261-8.2.6.2-a", LEVEL_MUST, monitor_echoes,
	  EACH_NEW },
	{ "branch-new", "rfc3261-8.1.1.7-a", LEVEL_MUST, monitor_branch,
	  EACH_NEW },
	{ "to-tag-in-response", "rfc3261-8.2.6.2-a", LEVEL_MUST, monitor_to_tag,
	  EACH_NEW },
	{ "contact", "rfc3261-12.1.1-a", LEVEL_MUST, monitor_contact,
	  EACH_OWN },
	{ "record-route", "rfc3261-12.1.1-a", LEVEL_MUST, monitor_record_route,
	  EACH_NEW },
	{ "route-set", "rfc3261-12.2.1.1-a", LEVEL_MUST, monitor_route_set,
	  EACH_NEW },
	{ "content-length", "rfc3261-20.14-a", LEVEL_MUST, monitor_length,
	  EACH_NEW },
	{ "max-forwards", "rfc3261-8.1.1.6-a", LEVEL_MUST, monitor_max_forwards,
	  EACH_NEW },
	{ "max-forwards-less", "rfc3261-16.6-b", LEVEL_MUST, monitor_forwarded,
	  EACH_NEW },
	{ "ack-non2xx", "rfc3261-17.1.1.3-a", LEVEL_MUST, monitor_ack_failure,
	  EACH_NEW },
	{ "ack-2xx", "rfc3261-13.2.2.4-a", LEVEL_MUST, monitor_acked,
	  AT_THE_END },
	{ "ack-2xx-shape", "rfc3261-13.2.2.4-b", LEVEL_MUST,
	  monitor_ack_success, EACH_NEW },
	{ "no-to-tag-outside", "rfc3261-8.1.1-a", LEVEL_MUST,
	  monitor_no_stray_to_tag, EACH_OWN },
	{ "one-final", "rfc3261-17.2.1-b", LEVEL_MUST, monitor_one_final,
	  EACH_NEW },
	{ "after-bye", "rfc3261-15.1.1-a", LEVEL_MUST, monitor_after_bye,
	  EACH_NEW },
	{ "repeats-unreliable", "rfc3261-17.1.2.2-a", LEVEL_MUST,
	  monitor_repeat_reliable, EACH_REPEAT },
	{ "repeats-slow-down", "rfc3261-17.1.2.2-a", LEVEL_SHOULD,
	  monitor_repeat_envelope, EACH_REPEAT },
	{ "notify-event", "rfc3515-2.4.4-c", LEVEL_MUST, monitor_notify_event,
	  EACH_OWN },
	{ "notify-state", "rfc3515-2.4.7-a", LEVEL_MUST, monitor_notify_state,
	  EACH_OWN },
	{ "sdp-answer", "rfc3264-6-a", LEVEL_MUST, monitor_sdp_answer,
	  EACH_OWN },
	{ "sdp-version", "rfc3264-8-a", LEVEL_MUST, monitor_sdp_version,
	  EACH_NEW },
	{ "unsupported", "rfc3261-8.2.2.3-a", LEVEL_MUST, monitor_unsupported,
	  EACH_NEW },
	{ "header-syntax", "rfc3261-25.1-a", LEVEL_MUST, monitor_syntax,
	  EACH_OWN },
	{ "name-addr", "rfc3261-20.10-a", LEVEL_MUST, monitor_name_addr,
	  EACH_OWN },
	{ "frame", "rfc3261-25.1-a", LEVEL_MUST, monitor_frame, EACH_NEW },
	{ "reason-phrase", "rfc3261-25.1-a", LEVEL_MUST, monitor_reason,
	  EACH_OWN },
	{ "cancel-shape", "rfc3261-9.1-b", LEVEL_MUST, monitor_cancel,
	  EACH_NEW },
	{ "cancel-after-1xx", "rfc3261-9.1-a", LEVEL_SHOULD,
	  monitor_cancel_early, EACH_NEW },
	{ "sipfrag-ends", "rfc3420-2-a", LEVEL_SHOULD, monitor_sipfrag_ends,
	  EACH_OWN },
	{ "sips-contact", "rfc3261-8.1.1.8-a", LEVEL_MUST, monitor_sips_contact,
	  EACH_OWN },
	{ "contact-transport", "practice-contact-transport", LEVEL_SHOULD,
	  monitor_contact_transport, EACH_NEW },
};

/* Was it so in what the device has passed on? */
static bool was_so(const struct monitor *mon, const struct seen *s)
{
	const struct msg *source = monitor_source(s->p, s->m);
	struct seen before = { .p = s->p, .m = source };

	return source && mon->look(&before) == LOOK_FAIL;
}

static void look_with(const struct monitor *mon, struct seen *s, uint32_t rec,
		      ns_t t)
{
	enum look look = mon->look(s);
	struct event ev;

	if (look == LOOK_NOT_MINE ||
	    (look == LOOK_FAIL && mon->when == EACH_OWN && was_so(mon, s)))
		return;
	ev = event_of(EV_MONITOR, t);
	ev.rec = rec;
	ev.name = str_from(mon->name);
	ev.rules = str_from(s->rules ? s->rules : mon->rules);
	ev.level = mon->level;
	ev.ok = look == LOOK_PASS;
	ev.wanted = s->wanted;
	ev.got = s->got;
	play_emit_kept(s->p, &ev);
}

static void run(struct play *p, const struct msg *m, enum moment when,
		uint32_t rec, ns_t t)
{
	for (size_t i = 0; i < sizeof(monitors) / sizeof(*monitors); i++) {
		struct seen s = { .p = p, .m = m };

		if (monitors[i].when == when ||
		    (monitors[i].when == EACH_OWN && when == EACH_NEW))
			look_with(&monitors[i], &s, rec, t);
	}
}

/* A flood of requests must not be parsed again for each that follows. */
static uint64_t key_of(struct str branch)
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

	for (size_t i = 0; i < branch.len; i++)
		h = (h ^ (unsigned char)branch.p[i]) * 0x100000001b3u;
	return h ? h : 1;
}

/* A new message of the device, bound to its request and leg. */
void monitor_message(struct play *p, struct msg *m)
{
	if (!m->party->decl)
		return; /* the probe's answer is no part of the scenario */
	if (monitor_is_request(m))
		m->branch_key = key_of(pkt_branch(m->pkt));
	run(p, m, EACH_NEW, m->rec, m->t);
}

/* A repeat of m has come, as record rec: the last of its repeat_times. */
void monitor_repeat(struct play *p, struct msg *m, uint32_t rec, ns_t t)
{
	if (m->party->decl)
		run(p, m, EACH_REPEAT, rec, t);
}

/* The linger is over: what has not come by now does not come. */
void monitor_end(struct play *p)
{
	size_t n = p->nlog;

	for (size_t i = 0; i < n; i++)
		if (p->log[i]->out && p->log[i]->party->decl)
			run(p, p->log[i], AT_THE_END, p->log[i]->rec,
			    play_now(p));
}
