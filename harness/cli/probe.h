/* SPDX-License-Identifier: MIT */
/* probe: what the files of "sipladder probe" share. */
#ifndef CLI_PROBE_H
#define CLI_PROBE_H

#include "cli/endpoint.h"
#include "sip/pkt.h"

struct probe {
	struct selection *s;
	const struct endpoint_opts *net;
	const char *dut; /* its file; NULL: none */
	double slack;
	unsigned wrong;
	const struct pkt *answer; /* to OPTIONS; NULL: none came */
};

/* A line of the report; what: "address", "user alice". */
void probe_ok(const char *what, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void probe_note(const char *what, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* What is wrong, and what to do about it. */
void probe_wrong(struct probe *p, const char *what, const char *cure,
		 const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* ---- probe_look.c: is the set-up sound? ---- */
void probe_bind(struct probe *p, const struct engine_opts *e);
void probe_users(struct probe *p, const struct engine_opts *e);
void probe_triggers(struct probe *p);

/* ---- probe_ask.c: what the device says ---- */
/* Does it answer OPTIONS? *why says why not. */
bool probe_answers(const struct engine_opts *e, struct fail *why);
/* Its answer, to p->answer. */
void probe_options(struct probe *p, const struct engine_opts *e);
/* Plays that text; the first message of a response is *ret (NULL: none), and
 * what ended its preamble *ret_why (empty: it went well). */
void probe_play(struct probe *p, const struct engine_opts *e, const char *text,
		const struct pkt **ret, struct str *ret_why);

/* ---- probe_claims.c: what it advertises ---- */
void probe_claims(struct probe *p);
/* The text of a starter device file. */
void probe_draft(const struct probe *p, struct buf *out);

#endif
