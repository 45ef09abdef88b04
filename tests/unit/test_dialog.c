/* SPDX-License-Identifier: MIT */
/* Dialog state of RFC 3261 12, from both ends. */
#include "sip/dialog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct fix {
	struct arena *a;
	struct dialog d;
};

static int setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));

	f->a = arena_new();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fix *f = *state;

	arena_free(f->a);
	free(f);
	return 0;
}

#define FROM_US   "From: \"A \\\"> b\" <sip:a@x>;x=1;tag=us ; y=2\r\n"
#define FROM_THEM "From: sip:b@y;tag=them\r\n"
#define CALL      "Call-ID: c1\r\n"

static const struct pkt *parse(struct fix *f, const char *text)
{
	struct pkt *p = pkt_parse(f->a, str_from(text));

	assert_int_not_equal(p->kind, PKT_GARBAGE);
	return p;
}

/* A message from us ('>') or from them ('<'), with extra rows. */
static const struct pkt *ours(struct fix *f, const char *method, unsigned cseq,
			      const char *to_tag, const char *rows)
{
	struct str text =
		arena_strf(f->a,
			   "%s sips:b@y SIP/2.0\r\n" FROM_US
			   "To: <sip:b@y>%s\r\n" CALL "CSeq: %u %s\r\n%s\r\n",
			   method, to_tag, cseq, method, rows);

	return parse(f, text.p);
}

static const struct pkt *theirs(struct fix *f, const char *method,
				unsigned cseq, const char *to_tag,
				const char *rows)
{
	struct str text =
		arena_strf(f->a,
			   "%s sip:a@1.1.1.1 SIP/2.0\r\n" FROM_THEM
			   "To: <sip:a@x>%s\r\n" CALL "CSeq: %u %s\r\n%s\r\n",
			   method, to_tag, cseq, method, rows);

	return parse(f, text.p);
}

static const struct pkt *answer(struct fix *f, unsigned status,
				const char *method, const char *to_tag,
				const char *rows)
{
	struct str text =
		arena_strf(f->a,
			   "SIP/2.0 %u X\r\n" FROM_US "To: <sip:b@y>%s\r\n" CALL
			   "CSeq: 1 %s\r\n%s\r\n",
			   status, to_tag, method, rows);

	return parse(f, text.p);
}

#define ASSERT_STR(s, z) assert_string_equal(arena_z(f->a, (s)), (z))

static void caller(void **state)
{
	struct fix *f = *state;
	struct dialog *d = &f->d;

	dialog_begin_uac(
		d, f->a,
		ours(f, "INVITE", 7, "", "Contact: <sip:a@c>;q=1\r\n"));
	assert_true(d->is_uac && d->secure);
	assert_int_equal(d->state, DIALOG_EARLY);
	ASSERT_STR(d->call_id, "c1");
	ASSERT_STR(d->local_tag, "us");
	ASSERT_STR(d->local_uri, "\"A \\\"> b\" <sip:a@x>;x=1; y=2");
	ASSERT_STR(d->remote_uri, "<sip:b@y>");
	ASSERT_STR(dialog_request_uri(d), "sips:b@y");
	ASSERT_STR(d->contact, "<sip:a@c>;q=1");
	assert_int_equal(d->local_cseq, 7);
	assert_int_equal(d->remote_tag.len, 0);

	assert_true(dialog_on_response(d, answer(f, 100, "INVITE", "", "")));
	assert_int_equal(d->remote_tag.len, 0);
	assert_true(
		dialog_on_response(d, answer(f, 180, "INVITE", ";tag=t1",
					     "Contact: <sip:b@early>\r\n"
					     "Record-Route: <sip:e;lr>\r\n")));
	assert_int_equal(d->state, DIALOG_EARLY);
	ASSERT_STR(d->remote_tag, "t1");
	ASSERT_STR(d->remote_target, "sip:b@early");
	assert_int_equal(d->nroutes, 1);
	assert_true(dialog_on_response(
		d, answer(f, 200, "INVITE", ";tag=t1",
			  "Contact: \"B\" <sip:b@late;x>;y\r\n"
			  "Record-Route: <sip:p3;lr>, <sip:p2;lr>\r\n"
			  "Record-Route: <sip:p1;lr>\r\n")));
	assert_int_equal(d->state, DIALOG_CONFIRMED);
	ASSERT_STR(d->remote_target, "sip:b@late;x");
	assert_int_equal(d->nroutes, 3); /* 12.1.2: reversed, anew */
	ASSERT_STR(d->routes[0], "<sip:p1;lr>");
	ASSERT_STR(d->routes[2], "<sip:p3;lr>");
	ASSERT_STR(dialog_request_uri(d), "sip:b@late;x");
	ASSERT_STR(dialog_next_hop(d), "sip:p1;lr");
	/* 12.2: a re-INVITE refreshes the target, not the route set */
	dialog_on_response(d, answer(f, 200, "INVITE", ";tag=t1",
				     "Contact: <sip:b@new>\r\n"
				     "Record-Route: <sip:q;lr>\r\n"));
	ASSERT_STR(d->remote_target, "sip:b@new");
	assert_int_equal(d->nroutes, 3);
	dialog_on_response(
		d, answer(f, 200, "BYE", ";tag=t1", "Contact: <sip:b@no>\r\n"));
	dialog_on_response(d, answer(f, 491, "INVITE", ";tag=t1",
				     "Contact: <sip:b@no>\r\n"));
	ASSERT_STR(d->remote_target, "sip:b@new");
	assert_int_equal(d->state, DIALOG_CONFIRMED);
}

static void forks(void **state)
{
	struct fix *f = *state;
	struct dialog *d = &f->d;

	dialog_begin_uac(d, f->a, ours(f, "INVITE", 1, "", ""));
	assert_true(
		dialog_on_response(d, answer(f, 180, "INVITE", ";tag=t1", "")));
	assert_false(dialog_on_response(d, answer(f, 200, "INVITE", ";tag=t2",
						  "Contact: <sip:other>\r\n")));
	ASSERT_STR(d->remote_tag, "t1");
	assert_int_equal(d->state, DIALOG_EARLY);
	ASSERT_STR(d->remote_target, "sips:b@y");
}

static void refused_and_tried_again(void **state)
{
	struct fix *f = *state;
	struct dialog *d = &f->d;

	dialog_begin_uac(d, f->a, ours(f, "INVITE", 1, "", ""));
	assert_true(dialog_on_response(
		d, answer(f, 407, "INVITE", ";tag=proxy", "")));
	assert_int_equal(d->state, DIALOG_ENDED);
	assert_int_equal(d->remote_tag.len, 0);
	dialog_on_sent(d, ours(f, "INVITE", 2, "", ""));
	assert_int_equal(d->state, DIALOG_EARLY);
	assert_int_equal(d->local_cseq, 2);
	dialog_on_response(d, answer(f, 200, "INVITE", ";tag=t1", ""));
	ASSERT_STR(d->remote_tag, "t1");
	assert_int_equal(d->state, DIALOG_CONFIRMED);
}

static void callee(void **state)
{
	struct fix *f = *state;
	struct dialog *d = &f->d;

	dialog_begin_uas(d, f->a,
			 theirs(f, "INVITE", 5, "",
				"Contact: <sip:b@phone>\r\n"
				"Record-Route: <sip:p2;lr>,<sip:p1;lr>\r\n"),
			 STR("mine"));
	assert_false(d->is_uac);
	ASSERT_STR(d->local_tag, "mine");
	ASSERT_STR(d->remote_tag, "them");
	ASSERT_STR(d->remote_uri, "sip:b@y");
	ASSERT_STR(d->local_uri, "<sip:a@x>");
	ASSERT_STR(d->remote_target, "sip:b@phone");
	assert_int_equal(d->remote_cseq, 5);
	assert_int_equal(d->local_cseq, 0);
	ASSERT_STR(d->routes[0], "<sip:p2;lr>"); /* 12.1.1: as they stand */

	assert_true(dialog_on_request(d, theirs(f, "ACK", 5, ";tag=mine", "")));
	assert_true(dialog_on_request(d, theirs(f, "INVITE", 6, ";tag=mine",
						"Contact: <sip:b@2>\r\n")));
	ASSERT_STR(d->remote_target, "sip:b@2");
	assert_false(dialog_on_request(d, theirs(f, "UPDATE", 4, ";tag=mine",
						 "Contact: <sip:b@3>\r\n")));
	ASSERT_STR(d->remote_target, "sip:b@2");
	assert_int_equal(d->remote_cseq, 6);
	assert_true(dialog_on_request(d, theirs(f, "INFO", 7, ";tag=mine",
						"Contact: <sip:b@4>\r\n")));
	ASSERT_STR(d->remote_target, "sip:b@2"); /* INFO refreshes nothing */
	assert_true(dialog_on_request(d, theirs(f, "BYE", 8, ";tag=mine", "")));
	assert_int_equal(d->state, DIALOG_ENDED);
}

static void callee_without_contact(void **state)
{
	struct fix *f = *state;

	dialog_begin_uas(&f->d, f->a, theirs(f, "INVITE", 5, "", ""),
			 STR("mine"));
	ASSERT_STR(dialog_request_uri(&f->d), "sip:b@y");
}

static void notify_before_the_202(void **state)
{
	struct fix *f = *state;
	struct dialog *d = &f->d;
	const struct pkt *notify =
		theirs(f, "NOTIFY", 1, ";tag=us",
		       "Contact: <sip:b@n>\r\nRecord-Route: <sip:p;lr>\r\n");

	dialog_begin_uac(d, f->a, ours(f, "REFER", 1, "", ""));
	assert_true(dialog_matches(d, notify));
	assert_true(dialog_on_request(d, notify));
	ASSERT_STR(d->remote_tag, "them");
	ASSERT_STR(d->remote_target, "sip:b@n");
	ASSERT_STR(d->routes[0], "<sip:p;lr>");
	assert_int_equal(d->state, DIALOG_CONFIRMED);
	assert_true(dialog_on_response(
		d,
		answer(f, 202, "REFER", ";tag=them",
		       "Contact: <sip:b@n>\r\nRecord-Route: <sip:q;lr>\r\n")));
	ASSERT_STR(d->routes[0], "<sip:p;lr>"); /* fixed already */
}

static void matching(void **state)
{
	struct fix *f = *state;
	struct dialog *d = &f->d;

	dialog_begin_uac(d, f->a, ours(f, "INVITE", 1, "", ""));
	assert_true(dialog_matches(d, theirs(f, "NOTIFY", 1, ";tag=us", "")));
	assert_false(dialog_matches(d, theirs(f, "NOTIFY", 1, "", "")));
	assert_false(dialog_matches(d, theirs(f, "BYE", 1, ";tag=US", "")));
	assert_true(dialog_matches(d, answer(f, 100, "INVITE", "", "")));
	assert_true(dialog_matches(d, answer(f, 200, "INVITE", ";tag=q", "")));
	dialog_on_response(d, answer(f, 200, "INVITE", ";tag=t1", ""));
	assert_false(dialog_matches(d, theirs(f, "BYE", 1, ";tag=us", "")));
	assert_false(dialog_matches(d, answer(f, 200, "INVITE", ";tag=q", "")));
	assert_true(dialog_matches(d, answer(f, 200, "BYE", ";tag=t1", "")));
	f->d.remote_tag = STR("them");
	assert_true(dialog_matches(d, theirs(f, "BYE", 1, ";tag=us", "")));
	f->d.call_id = STR("C1"); /* Call-IDs are compared byte by byte */
	assert_false(dialog_matches(d, theirs(f, "BYE", 1, ";tag=us", "")));
}

/* What answers theirs says where we are as well as what we ask. */
static void contact_of_our_responses(void **state)
{
	struct fix *f = *state;
	struct dialog *d = &f->d;

	dialog_begin_uac(d, f->a, ours(f, "INVITE", 10, "", ""));
	dialog_on_replied(d, parse(f, "SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n"
				      "Contact: <sip:a@h;gr=x>\r\n\r\n"));
	ASSERT_STR(d->contact, "<sip:a@h;gr=x>");
	dialog_on_replied(d, parse(f, "SIP/2.0 302 No\r\nCSeq: 2 INVITE\r\n"
				      "Contact: <sip:c@h>\r\n\r\n"));
	dialog_on_replied(d, parse(f, "SIP/2.0 200 OK\r\nCSeq: 3 OPTIONS\r\n"
				      "Contact: <sip:c@h>\r\n\r\n"));
	ASSERT_STR(d->contact, "<sip:a@h;gr=x>");
}

static void cseq_learns_the_highest(void **state)
{
	struct fix *f = *state;
	struct dialog *d = &f->d;

	dialog_begin_uac(d, f->a, ours(f, "INVITE", 10, "", ""));
	dialog_on_sent(d, ours(f, "ACK", 10, ";tag=t", ""));
	dialog_on_sent(d, ours(f, "CANCEL", 10, "", ""));
	assert_int_equal(d->local_cseq, 10);
	dialog_on_sent(d, ours(f, "INFO", 50, ";tag=t", ""));
	assert_int_equal(d->local_cseq, 50);
	dialog_on_sent(d, ours(f, "INFO", 3, ";tag=t", ""));
	dialog_on_sent(d, ours(f, "INFO", 3000000000u, ";tag=t", ""));
	assert_int_equal(d->local_cseq, 50);
	dialog_on_sent(d, ours(f, "UPDATE", 51, ";tag=t",
			       "Contact: <sip:a@moved>\r\n"));
	ASSERT_STR(d->contact, "<sip:a@moved>");
	dialog_on_sent(d, ours(f, "REFER", 52, ";tag=t", "Contact: *\r\n"));
	ASSERT_STR(d->contact, "<sip:a@moved>");
	dialog_on_sent(d, ours(f, "BYE", 53, ";tag=t", ""));
	assert_int_equal(d->state, DIALOG_ENDED);
}

static void loose_and_strict(void **state)
{
	static const struct {
		const char *route;
		bool strict;
		const char *hop, *uri;
	} rows[] = {
		{ "<sip:p;lr>", false, "sip:p;lr", "sip:t" },
		{ "<sip:p;LR=on>", false, "sip:p;LR=on", "sip:t" },
		{ "<sip:p;a=b;lr?x=y>", false, "sip:p;a=b;lr?x=y", "sip:t" },
		{ "sip:p;lr", false, "sip:p;lr", "sip:t" },
		{ "<sip:p>;lr", true, "sip:p", "sip:p" },
		{ "<sip:p;lrx>", true, "sip:p;lrx", "sip:p;lrx" },
		{ "<sip:u;lr@p>", true, "sip:u;lr@p", "sip:u;lr@p" },
		{ "<sip:p?x=;lr>", true, "sip:p?x=;lr", "sip:p" },
	};
	struct fix *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct dialog d = { .nroutes = 1,
				    .remote_target = STR("sip:t") };

		d.routes[0] = str_from(rows[i].route);
		if (dialog_first_is_strict(&d) != rows[i].strict)
			fail_msg("%s", rows[i].route);
		ASSERT_STR(dialog_next_hop(&d), rows[i].hop);
		ASSERT_STR(dialog_request_uri(&d), rows[i].uri);
	}
}

static void routes_have_a_ceiling(void **state)
{
	struct fix *f = *state;
	struct str rows = STR_NONE;

	for (int i = 0; i < 100; i++)
		rows = arena_strf(f->a, STR_F "Record-Route: <sip:p%d;lr>\r\n",
				  STR_A(rows), i);
	dialog_begin_uas(&f->d, f->a, theirs(f, "INVITE", 1, "", rows.p),
			 STR("m"));
	assert_int_equal(f->d.nroutes, DIALOG_ROUTES_MAX);
}

static void values_without_a_tag(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "<sip:b@y>", "<sip:b@y>" },
		{ "<sip:b@y;tag=no>;tag=t", "<sip:b@y;tag=no>" },
		{ "<sip:b@y> ; TAG = t;z", "<sip:b@y> ;z" },
		{ "\"x;tag=1\" <sip:b@y>;a=\";tag=2\";tag=3",
		  "\"x;tag=1\" <sip:b@y>;a=\";tag=2\"" },
		{ "sip:b@y;tag=t", "sip:b@y" },
		{ "\"open <sip:b@y>;tag=t", "\"open <sip:b@y>;tag=t" },
		{ "", "" },
		{ ";", ";" },
	};
	struct fix *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str text = arena_strf(
			f->a, "INVITE sip:x SIP/2.0\r\nTo: %s\r\n\r\n",
			rows[i].in);

		dialog_begin_uac(&f->d, f->a, parse(f, text.p));
		ASSERT_STR(f->d.remote_uri, rows[i].out);
	}
}

/* What lacks everything must not break us. */
static void bare_messages(void **state)
{
	struct fix *f = *state;
	const struct pkt *bare = parse(f, "INVITE sip:x SIP/2.0\r\n\r\n");
	const struct pkt *ok = parse(f, "SIP/2.0 200 OK\r\n\r\n");

	dialog_begin_uas(&f->d, f->a, bare, STR("m"));
	dialog_on_request(&f->d, bare);
	dialog_on_response(&f->d, ok);
	dialog_begin_uac(&f->d, f->a, bare);
	dialog_on_response(&f->d, ok);
	dialog_on_request(&f->d, bare);
	assert_true(dialog_matches(&f->d, bare));
	ASSERT_STR(dialog_request_uri(&f->d), "sip:x");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(caller),
		TEST(forks),
		TEST(refused_and_tried_again),
		TEST(callee),
		TEST(callee_without_contact),
		TEST(contact_of_our_responses),
		TEST(notify_before_the_202),
		TEST(matching),
		TEST(cseq_learns_the_highest),
		TEST(loose_and_strict),
		TEST(routes_have_a_ceiling),
		TEST(values_without_a_tag),
		TEST(bare_messages),
	};

	return cmocka_run_group_tests_name("dialog", tests, NULL, NULL);
}
