/* SPDX-License-Identifier: MIT */
/* trace: all that happened in one play, in order, as facts without judgement.
 * It is what a verdict is made from and a ladder is drawn from, live or from
 * trace.jsonl years later. One event is one JSON line. */
#ifndef PLAY_TRACE_H
#define PLAY_TRACE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fail.h"

enum ev_kind {
	EV_BEGIN,      /* name: scenario id; text: device and how it was run */
	EV_PARTY,      /* party, name, peer: its address */
	EV_PHASE,      /* name: setup test cleanup linger teardown end */
	EV_REC,        /* a record: dir, party, peer, cls, bytes, rec */
	EV_CLASS,      /* rec, cls, automatic: what the record turned out to be;
			* trace_add puts it into the record as well */
	EV_OPEN,       /* op may now be taken */
	EV_SENT,       /* op, rec: our line was sent; name: its label, or text:
			* the line itself (EV_TAKE and EV_GUARD alike) */
	EV_TAKE,       /* op, rec: the line took it; t is the arrival */
	EV_LATE,       /* op, rec, wanted, got: "within" broken */
	EV_AFTER,      /* op, rec, wanted: came before what it must follow */
	EV_CHECK,      /* op, check, rec, ok, wanted, got */
	EV_NOTE,       /* op, check, rec, ok, text, got: recorded, not judged */
	EV_MISS,       /* op, wanted, got, text: given up; status: what settled
			* it instead (rec), 0: nothing came */
	EV_SKIP,       /* op, text: needs what did not come, or not chosen */
	EV_TRIGGER,    /* op, text: the step with its values; ok: it is done,
			* got: what was said to it */
	EV_GUARD,      /* op, rec: broken by this record */
	EV_UNEXPECTED, /* rec, text: why no line took it */
	EV_EARLY,      /* rec: held, no open line takes it yet */
	EV_BRANCH,     /* op, check: the branch chosen; name: its verdict */
	EV_MONITOR,    /* name, rec, ok, wanted, got, rules, level */
	EV_AUTO,       /* rec: answered by itself */
	EV_LIVENESS,   /* ok: the device answered the probe */
	EV_PROBLEM,    /* text: teardown or set-up trouble; a warning */
	EV_PREAMBLE,   /* text: why nothing of the scenario could be tested */
	EV_ERROR,      /* text: our own fault */
	EV_END         /* text: why the play ended */
};

enum rec_class {
	REC_NEW,
	REC_REPEAT,     /* a retransmission, theirs or ours */
	REC_STRAY,      /* a response to nothing */
	REC_UNPARSABLE, /* no SIP */
	REC_KEEPALIVE,  /* CRLFs only */
	REC_EVENT       /* no bytes: refused, withheld ... text says what */
};

enum { EV_NONE = 0xffffffff }; /* op, check, rec, party: not given */

struct event {
	enum ev_kind kind;
	ns_t t;         /* since the play began */
	uint32_t op;    /* prog.ops index */
	uint32_t check; /* index of the check below the op, or the branch */
	uint32_t rec;   /* number of the record, from 1 */
	uint32_t party; /* prog.parties index */
	uint32_t line;  /* of EV_REC: op whose line made or took it */
	bool out;       /* EV_REC: we sent it */
	bool automatic; /* EV_REC: no line asked for it: drawn dotted */
	bool ok;
	enum rec_class cls;
	unsigned status; /* EV_MISS; EV_END: events that were not kept */
	unsigned level;  /* EV_MONITOR: enum level */
	unsigned conn;   /* EV_REC: number of its connection; 0: UDP */
	struct str peer; /* "127.0.0.1:5060" */
	struct str via;  /* EV_REC: "tcp", "tls"; empty: UDP */
	struct str name, text, wanted, got;
	struct str rules; /* ids with spaces between */
	struct str bytes; /* EV_REC: the raw message */
};

/* A trace keeps what it gets until its ceilings, then counts only. */
enum {
	TRACE_RECORDS_MAX = 20000,
	TRACE_EVENTS_MAX = 400000,
	TRACE_BYTES_MAX = 16 << 20, /* of messages; of all words as well */
	TRACE_CROWDED = 8           /* an eighth is left */
};

struct trace {
	struct arena *arena;
	struct event *list;
	size_t n, cap;
	size_t bytes;   /* of raw messages kept */
	size_t words;   /* bytes of all other strings */
	uint32_t *kept; /* places in list of the records kept, by number */
	size_t nkept;
	uint32_t nrecs; /* records seen, kept or not */
	uint64_t dropped;
	void (*on_event)(void *ctx, const struct event *ev); /* live; or NULL */
	void *ctx;
};

/* "rec", "take": the word of an event in its JSON line. */
const char *trace_kind_word(enum ev_kind kind);
struct event event_of(enum ev_kind kind, ns_t t); /* numbers at EV_NONE */
/* Copies ev and its strings; returns the kept one, NULL above a ceiling. */
const struct event *trace_add(struct trace *tr, const struct event *ev);
/* The same where the strings live as long as the trace: none is copied. */
const struct event *trace_keep(struct trace *tr, const struct event *ev);
/* Is so little room left that it should be kept for the essential? */
bool trace_is_crowded(const struct trace *tr);
/* The record with this number; NULL: not kept. */
const struct event *trace_rec(const struct trace *tr, uint32_t rec);
/* Of each record, by its place in tr->list, the label of the line that made or
 * took it, or without one what the line says; of others empty. In a. */
struct str *trace_labels(const struct trace *tr, struct arena *a);

/* One event as one JSON line with its newline. */
void trace_line(const struct event *ev, struct buf *out);
/* Reads lines; false at the first that is no event: why names the line. A
 * last line without newline (a crashed child) is passed over. */
bool trace_read(struct trace *tr, struct str text, struct fail *why);

#endif
