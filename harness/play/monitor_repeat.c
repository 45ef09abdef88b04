/* SPDX-License-Identifier: MIT */
/* Monitors of repeats: only over UDP, ever slower, not for ever, and not
 * behind our answer. */
#include "play/monitor.h"

static bool repeats_by_itself(const struct msg *m)
{
	return monitor_is_request(m) && !monitor_is(m, "ACK");
}

/* 17.1.1.2, 17.1.2.2: requests are repeated on UDP only. */
enum look monitor_repeat_reliable(struct seen *s)
{
	struct str protocol = pkt_via_protocol(pkt_value(s->m->pkt, "Via", 0));

	if (!repeats_by_itself(s->m))
		return LOOK_NOT_MINE;
	return monitor_judge(s, str_is_case(protocol, "SIP/2.0/UDP"),
			     STR("no repeats on a reliable transport"),
			     protocol);
}

static ns_t repeat_time(const struct msg *m, uint32_t n)
{
	return n ? m->repeat_times[n - 1] : 0;
}

/* Between the last n repeats, or the message itself and the first ones. */
static ns_t last_span(const struct msg *m, uint32_t n)
{
	return repeat_time(m, m->repeats) - repeat_time(m, m->repeats - n);
}

static unsigned in_ms(ns_t t)
{
	return (unsigned)(t / NS_MS);
}

/* Timers B and F: 64 T1 hold 6 repeats of an INVITE and 10 of the rest,
 * whatever T1 is; one more may come from rounding. */
static bool are_too_many(const struct msg *m)
{
	return m->repeats > (monitor_is(m, "INVITE") ? 7 : 11);
}

/* Four at once: no T1 is that short. */
static bool is_burst(const struct msg *m)
{
	enum { BURST = 4, BURST_MS = 50 };

	return m->repeats >= BURST &&
	       last_span(m, BURST - 1) < BURST_MS * NS_MS;
}

/* Each interval is the one before, or twice that. One that is longer may be
 * two with a loss between them; a third of it is none of these. */
static bool is_hasty(const struct seen *s)
{
	enum { LATE_MS = 200 }; /* a loaded machine's */
	const struct msg *m = s->m;
	ns_t last, before;

	if (m->repeats < 2)
		return false;
	last = last_span(m, 1);
	before = last_span(m, 2) - last;
	return 3 * (last + play_slack(s->p, LATE_MS * NS_MS)) < before;
}

static bool ends_repeats(const struct msg *response, const struct msg *request)
{
	return response->pkt->status >= 200 || monitor_is(request, "INVITE");
}

static bool was_on_its_way(const struct msg *response)
{
	const struct op *op = response->op;

	return !op || op->kind != OP_SEND ||
	       (!op->send.way.drop && !op->send.way.delay &&
		!op->send.way.reorder);
}

/* A 1xx ends the repeats of an INVITE, a final response those of any request.
 * Each repeat gets the response again: who sends two more has had it. */
static bool is_answered(const struct seen *s)
{
	const struct msg *m = s->m, *response = m->last_response;
	unsigned n = 0;

	if (!response || response->forged || !ends_repeats(response, m) ||
	    !was_on_its_way(response) || m->party->shut)
		return false;
	for (uint32_t i = 1; i <= m->repeats; i++)
		n += m->first_t + repeat_time(m, i) >
		     response->t + play_slack(s->p, s->p->eng->opts.t1);
	return n > 1;
}

/* 17.1.1.2, 17.1.2.2. T1 may be another than 500 ms, and a loaded machine is
 * late. On a bad network of our own making nothing can be said. */
enum look monitor_repeat_envelope(struct seen *s)
{
	const struct msg *m = s->m;

	if (!repeats_by_itself(m) || !m->repeats || s->p->eng->opts.impaired)
		return LOOK_NOT_MINE;
	if (are_too_many(m))
		return monitor_broken(
			s,
			str_from(monitor_is(m, "INVITE")
					 ? "at most 6 repeats of an INVITE"
					 : "at most 10 repeats"),
			arena_strf(s->p->arena, "%u", m->repeats));
	if (is_burst(m))
		return monitor_broken(
			s, STR("repeats at T1, 2 T1, 4 T1 and so on"),
			arena_strf(s->p->arena, "4 in %u ms",
				   in_ms(last_span(m, 3))));
	if (is_hasty(s))
		return monitor_broken(
			s, STR("repeats at T1, 2 T1, 4 T1 and so on"),
			arena_strf(s->p->arena,
				   "one %u ms behind an interval of %u ms",
				   in_ms(last_span(m, 1)),
				   in_ms(last_span(m, 2) - last_span(m, 1))));
	if (is_answered(s))
		return monitor_broken(
			s, STR("no repeats behind our response"),
			arena_strf(s->p->arena, "%u repeats, the last after it",
				   m->repeats));
	return LOOK_PASS;
}
