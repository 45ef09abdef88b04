/* SPDX-License-Identifier: MIT */
/* play: one program against one device, once.
 *
 * The execution model in prose
 *
 * An engine owns a loop (wire), a clock and a heap of timers; any number of
 * plays live on it, each with sockets of its own. A callback on the loop does
 * four things only: it takes the time, appends to the trace, puts the message
 * before the lines, and pumps.
 *
 * The program is a tree of blocks. Pumping walks the tree from the top and
 * gives each op its turn (order.c): a line opens when the last send above it
 * is made; a send is made when every line above it that is not "may" is taken
 * or given up. So what the device sends between two of our sends may come in
 * any order. Pumping ends when nothing changes any more.
 *
 * A message that arrives is a record first, then a packet, then it is matched
 * to a transaction and a leg (arrive.c). A new one is offered to the open
 * lines, the open watches, then to the automatic answers (take.c); guards see
 * it on arrival. One that only a closed line could take is held until that
 * line opens. Every decision is an event in the trace; nothing here is a
 * verdict: the judge makes those from the trace (judge.h).
 *
 * A play goes setup -> test -> cleanup -> linger -> teardown -> probe -> end.
 */
#ifndef PLAY_PLAY_H
#define PLAY_PLAY_H

#include "base/timer.h"
#include "lang/prog.h"
#include "play/trace.h"
#include "wire/impair.h"

struct engine_opts {
	const struct device *device;
	struct addr dut;          /* numeric address of the device */
	const struct addr *sides; /* of its further sides, as in device */
	enum proto proto;         /* of all parties that name none */
	struct wire_tls tls;
	struct impair impair; /* the network between, where impaired */
	bool impaired;
	struct addr bind;      /* first local address of the parties; port 0 */
	bool bind_range;       /* each party has the next host address */
	struct addr bind_last; /* and then it begins again */
	ns_t t1;               /* 500 ms; T2 is 8 T1, T4 10 T1 (RFC 3261 17) */
	double slack;          /* multiplies every upper limit */
	uint64_t seed;         /* tags, branches, Call-IDs */
	ns_t deadline;         /* of a scenario that names none */
	bool probe;            /* liveness after each play */
	int device_input;      /* what is written here it reads; 0: nothing */
};

struct engine {
	struct engine_opts opts;
	struct clock *clock;
	struct wire *wire;
	struct timers timers;
	struct arena_spares spares; /* of the plays that have ended */
};

struct play;
typedef void play_end_fn(void *ctx, struct play *p);

/* wire and clock are borrowed. */
void engine_init(struct engine *e, const struct engine_opts *opts,
		 struct clock *clock, struct wire *wire);
void engine_done(struct engine *e);
/* Runs until all plays have ended; each wait has an end. */
void engine_step(struct engine *e);

/* Binds the parties' sockets and begins. NULL: why says what the machine
 * refused. number tells plays of one program apart (from 1). on_end is called
 * once, from the loop; the play may be freed there. on_event may be NULL. */
struct play *play_start(struct engine *e, const struct prog *prog,
			unsigned number,
			void (*on_event)(void *ctx, const struct event *ev),
			play_end_fn *on_end, void *ctx, struct fail *why);
const struct trace *play_trace(const struct play *p);
unsigned play_number(const struct play *p);
/* How the trace of a play ends whose deadline came before the end of its test:
 * whatever was taken until then, nothing more can be said (judge.c). */
#define PLAY_OUT_OF_TIME "the scenario's time is up"
/* Ctrl-C, deadline: go to the teardown at once. */
void play_stop(struct play *p, const char *reason);
void play_free(struct play *p); /* NULL-safe */

#endif
