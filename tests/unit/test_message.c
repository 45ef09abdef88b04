/* SPDX-License-Identifier: MIT */
/* Drafts: what is made by itself, what edits make of it, and the bytes. */
#include "sip/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct fix {
	struct arena *a;
	struct draft d;
};

static int setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));

	f->a = arena_new();
	draft_request(&f->d, f->a, STR("INVITE"), STR("sip:b@y"));
	draft_row(&f->d, "Via", STR("v1"));
	draft_rowf(&f->d, "Max-Forwards", "%d", 70);
	draft_row(&f->d, "From", STR("<sip:a@x>;tag=1"));
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

static void assert_bytes(const struct draft *d, const char *want)
{
	buf_auto out = { 0 };

	draft_write(d, &out);
	assert_string_equal(buf_z(&out), want);
}

#define START "INVITE sip:b@y SIP/2.0\r\n"
#define HEAD  START "Via: v1\r\nMax-Forwards: 70\r\nFrom: <sip:a@x>;tag=1\r\n"
#define NOLEN "Content-Length: 0\r\n\r\n"

static void plain(void **state)
{
	struct fix *f = *state;

	assert_bytes(&f->d, HEAD NOLEN);
	draft_body(&f->d, STR("text/plain"), STR("hi\r\n"));
	assert_bytes(&f->d, HEAD "Content-Type: text/plain\r\n"
				 "Content-Length: 4\r\n\r\nhi\r\n");
	draft_body(&f->d, STR_NONE, STR("x"));
	assert_bytes(&f->d, HEAD "Content-Type: text/plain\r\n"
				 "Content-Length: 1\r\n\r\nx");
}

static void set_replaces_all_in_place(void **state)
{
	struct fix *f = *state;

	draft_row(&f->d, "Via", STR("v2"));
	draft_set(&f->d, STR("v"), STR("other"));
	assert_bytes(&f->d, START "v: other\r\nMax-Forwards: 70\r\n"
				  "From: <sip:a@x>;tag=1\r\n" NOLEN);
	draft_set(&f->d, STR("vIA"), STR("third"));
	draft_set(&f->d, STR("Subject"), STR("new"));
	draft_set(&f->d, STR("X-Own"), STR(""));
	assert_bytes(&f->d, START "vIA: third\r\nMax-Forwards: 70\r\n"
				  "From: <sip:a@x>;tag=1\r\nSubject: new\r\n"
				  "X-Own: \r\n" NOLEN);
	draft_set(&f->d, STR("x-own"), STR("1"));
	assert_int_equal(f->d.n, 5);
}

static void add_stands_beside(void **state)
{
	struct fix *f = *state;

	draft_add(&f->d, STR("v"), STR("v2"));
	draft_add(&f->d, STR("Via"), STR("v3"));
	draft_add(&f->d, STR("To"), STR("t"));
	draft_add(&f->d, STR("f"), STR("second"));
	assert_bytes(&f->d, START "Via: v1\r\nv: v2\r\nVia: v3\r\n"
				  "Max-Forwards: 70\r\n"
				  "From: <sip:a@x>;tag=1\r\nf: second\r\n"
				  "To: t\r\n" NOLEN);
}

static void removed(void **state)
{
	struct fix *f = *state;

	draft_add(&f->d, STR("v"), STR("v2"));
	draft_remove(&f->d, STR("VIA"));
	draft_remove(&f->d, STR("Not-There"));
	assert_bytes(&f->d, START "Max-Forwards: 70\r\n"
				  "From: <sip:a@x>;tag=1\r\n" NOLEN);
	assert_null(draft_get(&f->d, "Via").p);
	assert_true(str_is(draft_get(&f->d, "f"), "<sip:a@x>;tag=1"));
}

static void whole_rows_and_bytes(void **state)
{
	struct fix *f = *state;

	draft_add_whole(&f->d, STR("no colon here"));
	draft_set(&f->d, STR("Max-Forwards"), STR("7\r\nX: \x01"));
	draft_remove(&f->d, STR("")); /* whole rows have no name to find */
	assert_bytes(&f->d,
		     START "Via: v1\r\nMax-Forwards: 7\r\nX: \x01\r\n"
			   "From: <sip:a@x>;tag=1\r\nno colon here\r\n" NOLEN);
}

static void length_is_the_authors(void **state)
{
	struct fix *f = *state;

	draft_add(&f->d, STR("Content-Length"), STR("5")); /* and ours */
	assert_bytes(&f->d, HEAD "Content-Length: 5\r\n" NOLEN);
	draft_set(&f->d, STR("l"), STR("9999"));
	assert_bytes(&f->d, HEAD "l: 9999\r\n\r\n");
	draft_remove(&f->d, STR("Content-Length"));
	f->d.body = STR("b");
	assert_bytes(&f->d, HEAD "\r\nb");
}

static void rows_have_a_ceiling(void **state)
{
	struct fix *f = *state;

	for (int i = 0; i < DRAFT_ROWS_MAX + 100; i++)
		draft_add(&f->d, STR("X-Pad"), STR("x"));
	assert_int_equal(f->d.n, DRAFT_ROWS_MAX);
	draft_add(&f->d, STR("Via"), STR("v"));
	draft_row(&f->d, "Via", STR("v"));
	assert_int_equal(f->d.n, DRAFT_ROWS_MAX);
}

/* ---- responses ---- */

#define REQ_ROWS                                                               \
	"v: SIP/2.0/UDP 1.1.1.1;branch=z9hG4bKa, SIP/2.0/UDP 2.2.2.2\r\n"      \
	"Via: SIP/2.0/UDP 3.3.3.3\r\n"                                         \
	"Record-Route: <sip:p;lr>\r\n"                                         \
	"Max-Forwards: 70\r\n"                                                 \
	"CSeq: 1 %s\r\n"                                                       \
	"i: c1\r\n"                                                            \
	"To: <sip:b@y>%s\r\n"                                                  \
	"f: <sip:a@x>;tag=1\r\n\r\n"

static const struct pkt *request(struct fix *f, const char *method,
				 const char *to_tag)
{
	struct str text = arena_strf(f->a, "%s sip:b@y SIP/2.0\r\n" REQ_ROWS,
				     method, method, to_tag);

	return pkt_parse(f->a, text);
}

#define VIAS                                                                   \
	"Via: SIP/2.0/UDP 1.1.1.1;branch=z9hG4bKa, SIP/2.0/UDP 2.2.2.2\r\n"    \
	"Via: SIP/2.0/UDP 3.3.3.3\r\n"
#define RR           "Record-Route: <sip:p;lr>\r\n"
#define FROM         "From: <sip:a@x>;tag=1\r\n"
#define REST(method) "Call-ID: c1\r\nCSeq: 1 " method "\r\n" NOLEN

static void responses(void **state)
{
	struct fix *f = *state;

	draft_response(&f->d, f->a, request(f, "INVITE", ""), 180,
		       STR("Ringing"), STR("our"));
	assert_bytes(&f->d, "SIP/2.0 180 Ringing\r\n" VIAS RR FROM
			    "To: <sip:b@y>;tag=our\r\n" REST("INVITE"));
	draft_response(&f->d, f->a, request(f, "INVITE", ""), 100,
		       STR("Trying"), STR("our"));
	assert_bytes(&f->d, "SIP/2.0 100 Trying\r\n" VIAS FROM
			    "To: <sip:b@y>\r\n" REST("INVITE"));
	draft_response(&f->d, f->a, request(f, "INVITE", ""), 404, STR_NONE,
		       STR("our"));
	assert_bytes(&f->d, "SIP/2.0 404 \r\n" VIAS FROM
			    "To: <sip:b@y>;tag=our\r\n" REST("INVITE"));
	draft_response(&f->d, f->a, request(f, "BYE", ";tag=had"), 200,
		       STR("OK"), STR("our"));
	assert_bytes(&f->d, "SIP/2.0 200 OK\r\n" VIAS FROM
			    "To: <sip:b@y>;tag=had\r\n" REST("BYE"));
	draft_response(&f->d, f->a,
		       pkt_parse(f->a, STR("X sip:y SIP/2.0\r\n"
					   "\r\n")),
		       200, STR("OK"), STR("our"));
	assert_bytes(&f->d, "SIP/2.0 200 OK\r\n" NOLEN);
}

/* ---- inside a dialog ---- */

static void dialog_rows(void **state)
{
	struct fix *f = *state;
	struct dialog d = { .local_uri = STR("<sip:a@x>"),
			    .local_tag = STR("1"),
			    .remote_uri = STR("<sip:b@y>"),
			    .remote_target = STR("sip:b@phone"),
			    .call_id = STR("c1") };

	draft_request(&f->d, f->a, STR("BYE"), dialog_request_uri(&d));
	draft_dialog_rows(&f->d, &d, STR("BYE"), 4294967295u);
	assert_bytes(&f->d, "BYE sip:b@phone SIP/2.0\r\n"
			    "From: <sip:a@x>;tag=1\r\nTo: <sip:b@y>\r\n"
			    "Call-ID: c1\r\nCSeq: 4294967295 BYE\r\n" NOLEN);
	d.remote_tag = STR("2");
	d.routes[0] = STR("<sip:p1;lr>");
	d.routes[1] = STR("<sip:p2>");
	d.nroutes = 2;
	draft_request(&f->d, f->a, STR("BYE"), dialog_request_uri(&d));
	draft_dialog_rows(&f->d, &d, STR("BYE"), 2);
	assert_bytes(&f->d, "BYE sip:b@phone SIP/2.0\r\n"
			    "Route: <sip:p1;lr>\r\nRoute: <sip:p2>\r\n"
			    "From: <sip:a@x>;tag=1\r\n"
			    "To: <sip:b@y>;tag=2\r\n"
			    "Call-ID: c1\r\nCSeq: 2 BYE\r\n" NOLEN);
	/* 12.2.1.1: the first is a strict router */
	d.routes[0] = STR("<sip:p1>");
	draft_request(&f->d, f->a, STR("BYE"), dialog_request_uri(&d));
	draft_dialog_rows(&f->d, &d, STR("BYE"), 2);
	assert_bytes(&f->d, "BYE sip:p1 SIP/2.0\r\n"
			    "Route: <sip:p2>\r\nRoute: <sip:b@phone>\r\n"
			    "From: <sip:a@x>;tag=1\r\n"
			    "To: <sip:b@y>;tag=2\r\n"
			    "Call-ID: c1\r\nCSeq: 2 BYE\r\n" NOLEN);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain),
		TEST(set_replaces_all_in_place),
		TEST(add_stands_beside),
		TEST(removed),
		TEST(whole_rows_and_bytes),
		TEST(length_is_the_authors),
		TEST(rows_have_a_ceiling),
		TEST(responses),
		TEST(dialog_rows),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
