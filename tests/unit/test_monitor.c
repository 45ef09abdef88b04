/* SPDX-License-Identifier: MIT */
/* The monitors of dialogs and transactions: what they condemn, and above all
 * what is legal and must never be condemned. */
#include "monitor_fix.h"

/* ---- dialogs ------------------------------------------------------------- */

static void cseq_names_both_messages(void **state)
{
	struct scene *s = *state;
	const struct event *last;

	they_send(s, REQUEST("NOTIFY", "1", "92", ""));
	they_send(s, REQUEST("NOTIFY", "2", "91", ""));
	assert_int_equal(says(s, "cseq-rises"), BROKEN);
	last = NULL;
	for (size_t i = 0; i < s->p.trace.n; i++)
		if (str_is(s->p.trace.list[i].name, "cseq-rises"))
			last = &s->p.trace.list[i];
	assert_non_null(last);
	assert_true(str_is(last->wanted, "CSeq above 92 (message 1)"));
	assert_true(str_is(last->got, "91 (message 2)"));
}

/* BYE ends the INVITE usage only (RFC 5057). */
static void notify_behind_bye_is_legal(void **state)
{
	struct scene *s = *state;
	struct msg *bye = we_send(s, REQUEST("BYE", "1", "3", ""));

	they_answer(s, bye, RESPONSE("200", "1", "3 BYE", ""));
	they_send(s, REQUEST("NOTIFY", "2", "7",
			     "Event: refer\r\n"
			     "Subscription-State: terminated\r\n"));
	assert_silent(s);
	they_send(s, REQUEST("INFO", "3", "8", ""));
	assert_int_equal(says(s, "after-bye"), BROKEN);
}

static void bye_again_with_credentials_is_legal(void **state)
{
	struct scene *s = *state;
	struct msg *bye = they_send(s, REQUEST("BYE", "1", "3", ""));

	keep(s, true, bye, RESPONSE("407", "1", "3 BYE", ""));
	bye = they_send(s, REQUEST("BYE", "2", "4", ""));
	assert_silent(s);
	keep(s, true, bye, RESPONSE("200", "2", "4 BYE", ""));
	they_send(s, REQUEST("BYE", "3", "5", ""));
	assert_int_equal(says(s, "after-bye"), BROKEN);
}

static void bye_that_crosses_ours_is_legal(void **state)
{
	struct scene *s = *state;

	we_send(s, REQUEST("BYE", "1", "3", ""));
	they_send(s, REQUEST("BYE", "2", "9", ""));
	assert_silent(s);
}

/* Two connections keep no order. */
static void bye_behind_a_481_to_ours_is_legal(void **state)
{
	struct scene *s = *state;
	struct msg *bye = we_send(s, REQUEST("BYE", "1", "3", ""));

	they_answer(s, bye, RESPONSE("481", "1", "3 BYE", ""));
	they_send(s, REQUEST("BYE", "2", "9", ""));
	assert_silent(s);
	they_send(s, REQUEST("INFO", "3", "10", ""));
	assert_int_equal(says(s, "after-bye"), BROKEN);
}

#define FORWARDED(hops)                                                        \
	"OPTIONS sip:b@127.0.0.1 SIP/2.0\r\n"                                  \
	"Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKproxy\r\n"              \
	"Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKours\r\n"               \
	"Max-Forwards: " hops "\r\nFrom: <sip:a@127.0.0.1>;tag=f\r\n"          \
	"To: <sip:b@127.0.0.1>\r\nCall-ID: c@h\r\nCSeq: 1 OPTIONS\r\n"         \
	"Content-Length: 0\r\n\r\n"

#define RECORD(n) "Record-Route: <sip:p" n "@127.0.0.1;lr>\r\n"
#define ROUTE(n)  "Route: <sip:p" n "@127.0.0.1;lr>\r\n"

/* 12.1.1, 12.1.2: as it came for the one side, from its end for the other. */
static void route_set_of_either_side(void **state)
{
	struct scene *s = *state;
	struct msg *invite = we_send(
		s, REQUEST("INVITE", "1", "1", RECORD("1") RECORD("2")));

	s->leg.begun = invite;
	they_send(s, REQUEST("NOTIFY", "2", "5", ROUTE("1") ROUTE("2")));
	assert_int_equal(says(s, "route-set"), HOLDS);
	they_send(s, REQUEST("NOTIFY", "3", "6", ROUTE("2") ROUTE("1")));
	assert_int_equal(says(s, "route-set"), BROKEN);
}

/* A proxy takes its own Route out. */
static void a_proxy_takes_its_route_out(void **state)
{
	struct scene *s = *state;

	s->leg.begun = we_send(s, REQUEST("INVITE", "1", "1", RECORD("1")));
	they_send(s, FORWARDED("69"));
	assert_int_equal(says(s, "route-set"), SAYS_NOTHING);
}

static void route_set_of_a_caller_is_reversed(void **state)
{
	struct scene *s = *state;
	struct msg *invite =
		keep(s, false, NULL, REQUEST("INVITE", "1", "1", ""));

	s->leg.begun = invite;
	keep(s, true, invite,
	     RESPONSE("200", "1", "1 INVITE", RECORD("1") RECORD("2")));
	they_send(s, REQUEST("BYE", "2", "5", ROUTE("2") ROUTE("1")));
	assert_int_equal(says(s, "route-set"), HOLDS);
	they_send(s, REQUEST("INFO", "3", "6", ""));
	assert_int_equal(says(s, "route-set"), BROKEN);
}

static void sips_wants_sips(void **state)
{
	struct scene *s = *state;

	s->leg.d.secure = true;
	they_send(s, REQUEST("INVITE", "1", "1",
			     "Contact: <sips:b@127.0.0.1>\r\n"));
	assert_int_equal(says(s, "sips-contact"), HOLDS);
	they_send(s, REQUEST("INVITE", "2", "2",
			     "Contact: <sip:b@127.0.0.1>\r\n"));
	assert_int_equal(says(s, "sips-contact"), BROKEN);
}

static void contact_leads_where_it_came_from(void **state)
{
	static const struct {
		const char *contact;
		enum said want;
	} rows[] = {
		{ "Contact: <sip:b@127.0.0.1>\r\n", HOLDS },
		{ "Contact: <sip:b@127.0.0.1;transport=UDP>\r\n", HOLDS },
		{ "Contact: sip:b@127.0.0.1\r\n", HOLDS },
		{ "Contact: <sip:b@127.0.0.1;transport=tcp>\r\n", BROKEN },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[1024];

		snprintf(text, sizeof(text),
			 REQUEST("INVITE", "%zu", "%zu", "%s"), i, i + 1,
			 rows[i].contact);
		they_send(s, text);
		assert_int_equal(says(s, "contact-transport"), rows[i].want);
	}
}

/* ---- transactions -------------------------------------------------------- */

static void forks_may_answer_twice(void **state)
{
	struct scene *s = *state;
	struct msg *invite = we_send(s, REQUEST("INVITE", "1", "1", ""));

	they_answer(s, invite,
		    RESPONSE("200", "1", "1 INVITE",
			     "Contact: <sip:b@127.0.0.1>\r\n"));
	they_answer(s, invite,
		    "SIP/2.0 200 OK\r\n"
		    "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1\r\n"
		    "From: <sip:a@127.0.0.1>;tag=f\r\n"
		    "To: <sip:b@127.0.0.1>;tag=another\r\nCall-ID: c@h\r\n"
		    "CSeq: 1 INVITE\r\nContact: <sip:c@127.0.0.1>\r\n"
		    "Content-Length: 0\r\n\r\n");
	assert_silent(s);
	they_answer(s, invite, RESPONSE("500", "1", "1 INVITE", ""));
	assert_int_equal(says(s, "one-final"), BROKEN);
}

static void any_number_of_provisionals(void **state)
{
	struct scene *s = *state;
	struct msg *invite = we_send(s, REQUEST("INVITE", "1", "1", ""));

	they_answer(s, invite, RESPONSE("180", "1", "1 INVITE", ""));
	they_answer(s, invite, RESPONSE("183", "1", "1 INVITE", ""));
	they_answer(s, invite, RESPONSE("180", "1", "1 INVITE", ""));
	they_answer(s, invite, RESPONSE("486", "1", "1 INVITE", ""));
	assert_silent(s);
}

static void ack_to_a_success(void **state)
{
	struct scene *s = *state;
	struct msg *invite =
		keep(s, false, NULL, REQUEST("INVITE", "1", "5", ""));
	struct msg *ack;

	keep(s, true, invite,
	     RESPONSE("200", "1", "5 INVITE",
		      "Contact: <sip:b@127.0.0.1>\r\n"));
	ack = keep(s, false, invite, REQUEST("ACK", "2", "5", ""));
	monitor_message(&s->p, ack);
	assert_int_equal(says(s, "ack-2xx-shape"), HOLDS);
	they_send(s, REQUEST("ACK", "3", "6", ""));
	assert_int_equal(says(s, "ack-2xx-shape"), BROKEN);
}

/* Nobody can say that an ACK does not come before the 2xx was repeated. */
static void missing_ack_needs_its_time(void **state)
{
	struct scene *s = *state;
	struct msg *invite =
		keep(s, false, NULL, REQUEST("INVITE", "1", "5", ""));

	keep(s, true, invite, RESPONSE("200", "1", "5 INVITE", ""));
	clock_advance(&s->clock, NS_S);
	monitor_end(&s->p);
	assert_int_equal(says(s, "ack-2xx"), SAYS_NOTHING);
	clock_advance(&s->clock, 3 * NS_S);
	monitor_end(&s->p);
	assert_int_equal(says(s, "ack-2xx"), BROKEN);
}

static void cancel_is_like_its_invite(void **state)
{
	struct scene *s = *state;
	struct msg *invite =
		keep(s, false, NULL, REQUEST("INVITE", "1", "5", ""));
	struct msg *cancel;

	keep(s, true, invite, RESPONSE("180", "1", "5 INVITE", ""));
	cancel = keep(s, false, invite, REQUEST("CANCEL", "1", "5", ""));
	monitor_message(&s->p, cancel);
	assert_silent(s);
	cancel->party = &s->bob;
	monitor_message(&s->p, cancel);
	assert_int_equal(says(s, "cancel-shape"), BROKEN);
	they_send(s, REQUEST("CANCEL", "other", "5", ""));
	assert_int_equal(says(s, "cancel-shape"), BROKEN);
}

static void cancel_waits_for_a_provisional(void **state)
{
	struct scene *s = *state;
	struct msg *invite =
		keep(s, false, NULL, REQUEST("INVITE", "1", "5", ""));

	monitor_message(
		&s->p, keep(s, false, invite, REQUEST("CANCEL", "1", "5", "")));
	assert_int_equal(says(s, "cancel-after-1xx"), BROKEN);
}

#define NO_LENGTH                                                              \
	"OPTIONS sip:b@127.0.0.1 SIP/2.0\r\n"                                  \
	"Via: SIP/2.0/TCP 127.0.0.1:5070;branch=z9hG4bK1\r\n"                  \
	"Max-Forwards: 70\r\nFrom: <sip:a@127.0.0.1>;tag=f\r\n"                \
	"To: <sip:b@127.0.0.1>\r\nCall-ID: c@h\r\nCSeq: 1 OPTIONS\r\n\r\n"

/* 18.3: a datagram says by itself how long it is. */
static void a_stream_needs_the_length(void **state)
{
	static const enum proto streams[] = { PROTO_TCP, PROTO_TLS };
	struct scene *s = *state;

	they_send(s, NO_LENGTH);
	assert_int_equal(says(s, "content-length"), SAYS_NOTHING);
	for (size_t i = 0; i < 2; i++) {
		s->alice.proto = streams[i];
		they_send(s, REQUEST("OPTIONS", "ok", "1", ""));
		assert_int_equal(says(s, "content-length"), HOLDS);
		they_send(s, NO_LENGTH);
		assert_int_equal(says(s, "content-length"), BROKEN);
	}
}

static void a_hop_counts_one(void **state)
{
	struct scene *s = *state;

	we_send(s, REQUEST("OPTIONS", "ours", "1", ""));
	they_send(s, FORWARDED("69"));
	assert_int_equal(says(s, "max-forwards-less"), HOLDS);
	they_send(s, FORWARDED("70"));
	assert_int_equal(says(s, "max-forwards-less"), BROKEN);
	they_send(s, FORWARDED("67"));
	assert_int_equal(says(s, "max-forwards-less"), BROKEN);
}

#define RELAYED(method, more)                                                  \
	"NOTIFY sip:b.0.0.1 SIP/2.0\r\n"                                       \
	"Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKproxy\r\n" ROWS(        \
		"ours", "1 NOTIFY", more)

/* What was wrong when we sent it is not the doing of who passes it on. */
static void a_proxy_is_not_its_callers(void **state)
{
	struct scene *s = *state;
	struct msg *theirs, *ours;

	ours = we_send(s, REQUEST("NOTIFY", "ours", "1", "Expires: soon\r\n"));
	theirs = they_send(s, RELAYED("NOTIFY", "Expires: soon\r\n"));
	assert_int_equal(says(s, "header-syntax"), SAYS_NOTHING);
	assert_int_equal(says(s, "notify-event"), SAYS_NOTHING);
	keep(s, true, theirs,
	     RESPONSE("200", "x", "1 NOTIFY", "Date: now\r\n"));
	they_answer(s, ours,
		    RESPONSE("200", "ours", "1 NOTIFY", "Date: now\r\n"));
	assert_int_equal(says(s, "header-syntax"), SAYS_NOTHING);
	they_answer(s, ours,
		    RESPONSE("400", "ours", "1 NOTIFY", "Date: now\r\n"));
	assert_int_equal(says(s, "header-syntax"), BROKEN);
}

/* The caller's Contact leads to the caller's transport. */
static void a_proxy_has_hops_of_two_kinds(void **state)
{
	static const char row[] =
		"Contact: <sip:a@127.0.0.1;transport=tcp>\r\n";
	struct scene *s = *state;
	char text[600];

	snprintf(text, sizeof(text), REQUEST("INVITE", "ours", "1", "%s"), row);
	we_send(s, text);
	snprintf(text, sizeof(text), RELAYED("INVITE", "%s"), row);
	they_send(s, text);
	assert_int_equal(says(s, "contact-transport"), SAYS_NOTHING);
	snprintf(text, sizeof(text), REQUEST("INVITE", "own", "1", "%s"), row);
	they_send(s, text);
	assert_int_equal(says(s, "contact-transport"), BROKEN);
}

static void a_proxy_is_asked_for_its_own(void **state)
{
	struct scene *s = *state;

	we_send(s, REQUEST("NOTIFY", "ours", "1", "Event: refer\r\n"));
	they_send(s, RELAYED("NOTIFY", "Event: refer\r\n"));
	assert_int_equal(says(s, "notify-event"), HOLDS);
	they_send(s, RELAYED("NOTIFY", ""));
	assert_int_equal(says(s, "notify-event"), BROKEN);
	they_send(s, RELAYED("NOTIFY", "Event: refer\r\nExpires: soon\r\n"));
	assert_int_equal(says(s, "header-syntax"), BROKEN);
	they_send(s, REQUEST("NOTIFY", "another", "1", "Expires: soon\r\n"));
	assert_int_equal(says(s, "header-syntax"), BROKEN);
}

/* ---- repeats ------------------------------------------------------------- */

static void repeat_at(struct scene *s, struct msg *m, ns_t t)
{
	uint32_t n = m->repeats;
	ns_t *slot = ARENA_PUSH(s->p.arena, m->repeat_times, n);

	*slot = t;
	m->repeats = n;
	monitor_repeat(&s->p, m, 99, t);
}

/* T1 is the device's to choose (17.1.1.1). */
static void any_t1_is_legal(void **state)
{
	struct scene *s = *state;

	for (ns_t t1 = 50 * NS_MS; t1 <= NS_S; t1 *= 2) {
		struct msg *m =
			keep(s, false, NULL, REQUEST("INVITE", "1", "5", ""));
		ns_t at = 0;

		for (int i = 0; i < 6; i++) {
			at += t1 << i;
			repeat_at(s, m, at);
		}
	}
	assert_silent(s);
	assert_int_equal(says(s, "repeats-slow-down"), HOLDS);
}

static void bursts_are_not(void **state)
{
	struct scene *s = *state;
	struct msg *m = keep(s, false, NULL, REQUEST("NOTIFY", "1", "5", ""));

	for (int i = 1; i <= 4; i++)
		repeat_at(s, m, i * NS_MS);
	assert_int_equal(says(s, "repeats-slow-down"), BROKEN);
}

/* Timer B: 7 transmissions in 64 T1; one more may be rounding. */
static void they_come_to_an_end(void **state)
{
	struct scene *s = *state;
	struct msg *m = keep(s, false, NULL, REQUEST("INVITE", "1", "5", ""));

	for (int i = 1; i <= 7; i++)
		repeat_at(s, m, i * i * NS_S);
	assert_silent(s);
	repeat_at(s, m, 64 * NS_S);
	assert_int_equal(says(s, "repeats-slow-down"), BROKEN);
}

/* Two of the same interval are legal (T2), a lost one between them as well. */
static void they_do_not_come_faster(void **state)
{
	static const ns_t times[] = {
		500, 1500, 3500, 7500, 11500, 19500, 23500
	};
	struct scene *s = *state;
	struct msg *m = keep(s, false, NULL, REQUEST("NOTIFY", "1", "5", ""));

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		repeat_at(s, m, times[i] * NS_MS);
	assert_silent(s);
	repeat_at(s, m, 24000 * NS_MS);
	assert_int_equal(says(s, "repeats-slow-down"), BROKEN);
}

/* One repeat may cross our response; two more have heard it. */
static void they_end_with_our_response(void **state)
{
	struct scene *s = *state;
	struct msg *m = keep(s, false, NULL, REQUEST("INVITE", "1", "5", ""));

	keep(s, true, m, "SIP/2.0 180 Ringing\r\n" ROWS("1", "5 INVITE", ""));
	repeat_at(s, m, 500 * NS_MS);
	repeat_at(s, m, 1500 * NS_MS);
	assert_silent(s);
	repeat_at(s, m, 3500 * NS_MS);
	assert_int_equal(says(s, "repeats-slow-down"), BROKEN);
}

/* A 1xx does not end those of another request. */
static void a_provisional_one_does_not_end_them(void **state)
{
	struct scene *s = *state;
	struct msg *m = keep(s, false, NULL, REQUEST("NOTIFY", "1", "5", ""));

	keep(s, true, m, "SIP/2.0 180 Wait\r\n" ROWS("1", "5 NOTIFY", ""));
	for (int i = 1; i <= 8; i++)
		repeat_at(s, m, 4 * i * NS_S);
	assert_silent(s);
}

static void tcp_needs_no_repeats(void **state)
{
	struct scene *s = *state;
	struct msg *m = keep(s, false, NULL,
			     "BYE sip:b@127.0.0.1 SIP/2.0\r\n"
			     "Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\n"
			     "\r\n");

	repeat_at(s, m, NS_S);
	assert_int_equal(says(s, "repeats-unreliable"), BROKEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cseq_names_both_messages),
		TEST(notify_behind_bye_is_legal),
		TEST(bye_again_with_credentials_is_legal),
		TEST(bye_that_crosses_ours_is_legal),
		TEST(bye_behind_a_481_to_ours_is_legal),
		TEST(route_set_of_either_side),
		TEST(a_proxy_takes_its_route_out),
		TEST(route_set_of_a_caller_is_reversed),
		TEST(sips_wants_sips),
		TEST(contact_leads_where_it_came_from),
		TEST(forks_may_answer_twice),
		TEST(any_number_of_provisionals),
		TEST(ack_to_a_success),
		TEST(missing_ack_needs_its_time),
		TEST(cancel_is_like_its_invite),
		TEST(cancel_waits_for_a_provisional),
		TEST(a_stream_needs_the_length),
		TEST(a_hop_counts_one),
		TEST(a_proxy_is_not_its_callers),
		TEST(a_proxy_is_asked_for_its_own),
		TEST(a_proxy_has_hops_of_two_kinds),
		TEST(any_t1_is_legal),
		TEST(bursts_are_not),
		TEST(they_come_to_an_end),
		TEST(they_do_not_come_faster),
		TEST(they_end_with_our_response),
		TEST(a_provisional_one_does_not_end_them),
		TEST(tcp_needs_no_repeats),
	};

	return cmocka_run_group_tests_name("monitor", tests, NULL, NULL);
}
