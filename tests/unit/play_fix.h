/* SPDX-License-Identifier: MIT */
/* play_fix: a scenario given as text, played against a scripted device on the
 * memory wire and the virtual clock, and judged. 32 s take no time.
 *
 *     on(f, "REFER", "202 NOTIFY:terminated:200@20");
 *     play(f, "test\n"
 *             "F1 alice -> dut REFER {dut.uri} as a1\n"
 *             "F2 dut -> alice 202 for F1\n");
 *     assert_verdict(f, VERDICT_PASS);
 *
 * What the device does on a message is one word for each thing, in any order:
 *
 *     200            a response to it, at once
 *     401            with a challenge; 407, too
 *     180/x@300      with the To tag x, 300 ms later
 *     NOTIFY:active:100@20      a NOTIFY in the dialog, with that sipfrag
 *     BYE@50  INVITE@50         another request in the dialog
 *     INVITE>carol@10           a request outside any, to a party
 *     CANCEL-OF@50              of the INVITE that the cause answers
 *     LATE-OK@50                200 to the INVITE that the CANCEL speaks of
 *     again@500      the bytes sent last, once more
 *
 * The device answers BYE, OPTIONS and REGISTER with 200, CANCEL with 200 and
 * the INVITE with 487, and ACKs what it gets, unless on() says otherwise. It
 * ignores repeats, unless told that it minds them.
 */
#ifndef TESTS_PLAY_FIX_H
#define TESTS_PLAY_FIX_H

#include "play/judge.h"
#include "play/play.h"
#include "sip/pkt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FIX_RULES = 32, FIX_HEARD = 1000 }; /* then it is deaf */

struct heard { /* what the device received */
	struct pkt *pkt;
	struct addr from;
	struct wire_port *port; /* at which of its own */
	long ms;                /* since the play began */
};

struct rule { /* on() */
	const char *what;
	unsigned nth; /* 0: every one; else the nth of its kind */
	const char *does;
	unsigned seen;
};

struct announced { /* at() */
	long ms;
	const char *does;
};

struct said {
	unsigned status;
	const char *rows;
};

struct fix {
	struct arena *arena;
	struct clock clock;
	struct wire *wire;
	struct engine engine;
	struct engine_opts opts;
	struct device device;
	struct wire_port *port;   /* the device's */
	struct wire_port *stream; /* and its other, over TCP; NULL: none */
	struct wire_port *out;    /* it speaks from this one; NULL: port */
	struct network_seen {     /* by it, over TCP */
		unsigned connected, finished, lost;
		uint32_t conn; /* the last that was made */
	} seen;
	const char *head; /* more header lines; NULL: none */
	struct rule rules[FIX_RULES];
	unsigned nrules;
	struct announced announced[FIX_RULES];
	unsigned nannounced;
	ns_t begun;
	unsigned first_port; /* of the parties; the next are in turn */
	struct heard heard[FIX_HEARD];
	unsigned nheard;
	struct str sent[FIX_HEARD]; /* by the device */
	struct addr sent_to[FIX_HEARD];
	long sent_ms[FIX_HEARD];
	unsigned nsent;
	struct due *dues;
	unsigned branches;                /* the device has made */
	bool no_ack, dead, minds_repeats; /* the device's manners */
	unsigned nonce;                   /* in its 401 and 407 */
	bool stale;                       /* and what it says of the last */
	struct said says[4]; /* rows of its responses; challenges, too */
	struct prog *prog;
	struct play *play;
	struct trace trace; /* of the play that ended */
	struct result *result;
	bool strict;
	bool ended;
};

int fix_setup(void **state);
int fix_setup_tcp(void **state); /* all of it over TCP */
/* Over UDP, and the device has TCP at the same number, and says so. */
int fix_setup_both(void **state);
int fix_teardown(void **state);

/* "INVITE", "200" (a response, its CSeq method does not matter). */
void on(struct fix *f, const char *what, const char *does);
void on_nth(struct fix *f, unsigned nth, const char *what, const char *does);
/* Something the device does on its own, ms after the beginning: words as
 * above, of which only those with ">" make sense. */
void at(struct fix *f, long ms, const char *does);
/* Raw bytes from the device to a party. */
void device_says(struct fix *f, const char *party, const char *bytes);
/* The n-th message the device sent, once more. */
void device_repeats(struct fix *f, unsigned n);

struct prog *fix_compile(struct fix *f, const char *sections);
/* Compiles, plays to the end in virtual time and judges. */
void play(struct fix *f, const char *sections);
/* The same in parts: between them a test may look and act. */
void play_begin(struct fix *f, const char *sections);
void play_until(struct fix *f, long ms);
void play_end(struct fix *f);

/* The n-th (from 0) message of that kind the device heard; NULL: none. */
const struct heard *heard(struct fix *f, const char *what, unsigned n);
unsigned count_heard(struct fix *f, const char *what);
/* Events of that kind in the trace; of the line with that label only. */
unsigned count_events(struct fix *f, enum ev_kind kind);
unsigned count_at(struct fix *f, enum ev_kind kind, const char *label);
/* Records that we sent or the device sent, of that class. */
unsigned count_class(struct fix *f, enum rec_class cls, bool out);
bool was_taken(struct fix *f, const char *label);
/* The finding whose name holds this; the test fails where there is none. */
const struct finding *finding(struct fix *f, const char *what);
bool has_finding(struct fix *f, const char *what);
/* Does the message hold these bytes? */
bool holds(const struct pkt *pkt, const char *bytes);

#define assert_verdict(f, v) fix_verdict((f), (v), __FILE__, __LINE__)
void fix_verdict(struct fix *f, enum verdict v, const char *file, int line);

#define assert_str(s, z) fix_str((s), (z), __FILE__, __LINE__)
void fix_str(struct str s, const char *z, const char *file, int line);

#define TEST(f) cmocka_unit_test_setup_teardown(f, fix_setup, fix_teardown)
#define TEST_BOTH(f)                                                           \
	cmocka_unit_test_setup_teardown(f, fix_setup_both, fix_teardown)
#define TEST_TCP(f)                                                            \
	cmocka_unit_test_setup_teardown(f, fix_setup_tcp, fix_teardown)

#endif
