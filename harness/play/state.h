/* SPDX-License-Identifier: MIT */
/* state: what one play knows while it runs; private to the engine's files. */
#ifndef PLAY_STATE_H
#define PLAY_STATE_H

#include "play/play.h"
#include "sip/dialog.h"
#include "sip/message.h"
#include "sip/tx.h"

struct play;
struct leg;

/* A message of either side that is kept: taken, held, or one of ours. */
struct msg {
	struct msg *next; /* in the inbox of held ones */
	struct pkt *pkt;
	uint32_t rec;
	ns_t t; /* arrival or sending, since the play began */
	bool out;
	bool automatic; /* no line made it */
	bool forged;    /* a response of ours that fits no request */
	bool elsewhere; /* a stranger's request, which no line waits for */
	struct party *party;
	struct addr peer; /* whence it came, where it went */
	uint32_t conn;    /* over which connection; 0: UDP, or any */
	struct tx *tx;
	struct leg *leg;
	struct msg *request; /* of a response; NULL: itself a request */
	const struct op *op; /* the line that took or made it */
	unsigned final;      /* of a request: status of its final response */
	unsigned tries;      /* how often it went again with credentials */
	bool passed;         /* that response was taken, or only noted */
	bool settled_by_us;  /* a request of the device: we sent a final */
	bool cancelled;      /* an INVITE of ours: the teardown did it */
	struct msg *last_response; /* ours to a request of the device */
	uint32_t repeats;
	ns_t *repeat_times;    /* since its first copy */
	ns_t first_t;          /* of the first copy; t unless that was lost */
	bool early;            /* was held */
	bool overtaken;        /* on the way, by what was sent behind it */
	ns_t sent;             /* t, or when it would have come */
	struct addr answer_to; /* where repeats and ACKs of ours go */
	struct msg *ack; /* of an INVITE of theirs, or our 2xx: the first ACK */
	struct msg *our_ack;   /* of a final response to an INVITE of ours */
	struct msg *repeat_of; /* the same message, come or sent again */
	struct party *home;   /* large.c: it moved to TCP from here; NULL: no */
	struct pkt *datagram; /* and this it was */
	uint64_t branch_key;  /* monitor.c: hash of its branch; 0: not made */
};

struct leg {
	struct leg *next;
	const struct dialog_decl *decl; /* NULL: nobody named it */
	struct dialog d;
	struct party *party;
	struct msg *begun;      /* the request that began it */
	struct msg *invite;     /* last INVITE in it, either side */
	struct msg *our_invite; /* last of ours */
	bool invite_usage;      /* begun by an INVITE */
	bool answered;          /* a 2xx to that INVITE was sent or came */
	bool acked;             /* the ACK to our 2xx came */
	struct msg *accepted;   /* our last 2xx to an INVITE of theirs in it */
	struct msg *ok;         /* the last 2xx to an INVITE of ours in it */
	bool bye_by_us, bye_by_device;
	uint32_t sdp_version;
	uint64_t sdp_session;
};

struct party {
	struct play *play;
	unsigned number;      /* in the trace */
	struct party *others; /* the same at sockets of other transports */
	const struct party_decl *decl; /* NULL: the probe */
	struct wire_port *port;
	bool shut;   /* by "wire refuse" or "wire stall" */
	ns_t latest; /* when the last that has come was sent, as far as known */
	enum proto proto;
	struct addr dut; /* where it finds the device */
	struct str user, uri, contact, aor, hostport; /* as templates see it */
	bool registered;
	struct str refused;       /* why what it logs in with is no good */
	struct msg *registration; /* the REGISTER under way or done */
	struct timer refresh;     /* when it is asked for again */
	bool longer;              /* the device wanted more time */
	struct alias *aliases;    /* reuse.c */
	uint32_t newest;          /* its last connection; 0: none */
	uint32_t lone; /* the connection that has brought half a ping */
	ns_t lone_at;
};

enum op_state {
	OPS_CLOSED,
	OPS_OPEN,
	OPS_DONE,     /* taken, made, judged */
	OPS_GIVEN_UP, /* a line that did not come */
	OPS_SKIPPED   /* needs what did not come; branch not chosen */
};

struct lost { /* a message that a line has dropped, or --impair */
	struct lost *next;
	struct str bytes;
	ns_t t;
};

struct oprun { /* the run of one op */
	enum op_state state;
	ns_t opened; /* since begin: when the send above it was made */
	ns_t made;   /* of a send, or a branch that time chose */
	struct timer timer;
	struct play *play;
	const struct op *op;
	unsigned taken;
	struct msg *first, *last; /* taken, or made */
	struct msg **all;         /* every message taken, for N[2].x and gap */
	struct msg *request;      /* an expected response: of which request */
	int branch;               /* of an either: chosen, -1 none */
	bool satisfied;           /* a watch: its until came true */
	bool checked_ends;        /* first/last checks of a watch were judged */
	unsigned settled;  /* the final status that took its chance away */
	struct lost *lost; /* "drop": copies that did not arrive */
	unsigned nlost;
};

struct labelrun {
	struct msg *msg; /* last message under this label */
	bool happened;   /* a "--", or msg is set */
	ns_t t;
	struct oprun *run; /* last op that carried it and happened */
	struct str value;  /* of a "let" */
};

enum { STRANGERS_MAX = 8 };

enum stage {
	STAGE_REGISTER, /* before setup: parties register themselves */
	STAGE_SETUP,
	STAGE_TEST,
	STAGE_CLEANUP,
	STAGE_LINGER,
	STAGE_TEARDOWN,
	STAGE_PROBE,
	STAGE_OVER
};

struct play {
	struct engine *eng;
	const struct prog *prog;
	unsigned number;
	struct arena *arena;
	struct trace trace;
	play_end_fn *on_end;
	void *ctx;
	ns_t begun;
	uint64_t rng;
	enum stage stage;
	struct party *parties; /* [prog->nparties], then the probe's */
	struct leg *legs;
	struct leg **named; /* [prog->ndialogs] */
	struct oprun *ops;  /* [prog->nops] */
	struct labelrun *labels;
	struct msg *held; /* in order of arrival */
	struct msg **log; /* every kept message, in order */
	size_t nlog;
	struct tx_table txs;
	struct tx_host tx_host;
	struct credential *credentials; /* challenges that were posed to us */
	struct trigger_run *triggers;   /* begun, the last first */
	struct put_off *put_off;        /* "delay": what is still on its way */
	unsigned nput_off;
	bool doubling; /* what comes is a copy that a line has made */
	struct timer deadline, stage_timer, probe_timer;
	const struct op *missing; /* the line that ended the test */
	bool pumping, pump_again;
	bool stopping;
	unsigned repeats, automatics;
	struct msg *probe, *early_probe; /* OPTIONS under way */
	bool alive;
	ns_t heard;        /* when the device last sent anything, since begin */
	unsigned patience; /* times that the probe has waited on */
	bool interrupted;
	const char *end_reason; /* NULL: it was played to the end */
	ns_t stage_since;
	struct lost *lost; /* what --impair has lost of the device's */
	unsigned garbage, refusals;
	struct addr strangers[STRANGERS_MAX]; /* that were told of */
	unsigned nstrangers;
	uint64_t tag; /* in users and tokens that must be this play's own */
	struct str dut_uri, dut_hostport, dut_domain;
};

/* ---- play.c --------------------------------------------------------- */
ns_t play_now(const struct play *p); /* since it began */
uint64_t play_random(struct play *p);
struct str play_token(struct play *p, const char *prefix); /* tag, branch */
bool play_is_anothers(const struct play *p, struct str tag);
struct event play_event(struct play *p, enum ev_kind kind);
void play_emit(struct play *p, const struct event *ev);
/* The same for words of the program, of the play's arena, or constant ones. */
void play_emit_kept(struct play *p, const struct event *ev);
void play_note_op(struct play *p, enum ev_kind kind, const struct op *op,
		  const struct msg *m);
void play_problem(struct play *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
ns_t play_slack(const struct play *p, ns_t limit);
void play_classify(struct play *p, uint32_t rec, enum rec_class cls,
		   bool automatic);
uint32_t play_record(struct play *p, const struct party *party, bool out,
		     struct wire_to peer, struct str bytes, ns_t t);
/* What did not go its ordinary way: withheld, lost. */
uint32_t play_record_event(struct play *p, const struct party *party, bool out,
			   struct wire_to peer, struct str bytes,
			   struct str text);
bool play_registers(const struct play *p); /* is the device a registrar? */
void play_keep(struct play *p, struct msg *m);

/* ---- party.c: who plays -------------------------------------------------- */
bool party_open_all(struct play *p, struct fail *why);
void party_close_all(struct play *p);
void party_announce(struct play *p);
/* The account of a party in the device; NULL: none. */
const struct device_user *party_user(const struct play *p,
				     const struct party *party);
unsigned party_tx_flags(const struct party *party); /* streams repeat nothing */
const char *party_transport_param(enum proto proto); /* ";transport=tcp" */
/* The party as it sends over that transport; empty: its own. */
struct party *party_over(struct party *party, struct str via);
/* The same, opened now if need be; NULL: the machine refuses (why). */
struct party *party_open_over(struct play *p, struct party *party,
			      enum proto proto, struct fail *why);

/* ---- order.c: who may go -------------------------------------------- */
void order_pump(struct play *p);
bool order_block_done(struct play *p, const struct block *b);
/* A line was taken: branches above it are decided. */
void order_decide(struct play *p, const struct op *op);
/* What its line has sent went again now, as m: limits count from that. */
void order_sent_anew(struct play *p, const struct op *op, const struct msg *m);
void order_settled(struct play *p, const struct op *op, unsigned status);
void order_give_up(struct play *p, const struct op *op, unsigned status,
		   const char *why);
bool order_reachable(const struct play *p, const struct op *op);
bool order_watch_content(const struct play *p, const struct op *op);

/* ---- match.c: does a message fit a line ------------------------------ */
enum fit { FIT_NO, FIT_MAYBE, FIT_YES };
/* why (may be NULL) says the first thing that does not fit. */
enum fit match_fits(struct play *p, const struct op *op, const struct match *m,
		    const struct msg *msg, struct str *why);
/* The request an expected response line speaks of; NULL: none yet. */
struct msg *match_request(struct play *p, const struct op *op,
			  const struct match *m);
/* The request that a label speaks of: itself, or the one it answers. */
struct msg *match_labelled_request(struct play *p, const struct label *label);
bool match_wants_final(const struct match *m);
bool match_may_fork(const struct match *m, const struct msg *request);
bool match_status(struct play *p, const struct match *m, unsigned status);

/* ---- arrive.c: bytes -> message -> transaction -> leg ---------------- */
void arrive(void *ctx, struct wire_port *port, const struct wire_in *in);

/* ---- ack_in.c: ACKs of theirs ---- */
/* Binds m to what it acknowledges; tx: the INVITE's that has its branch. */
void ack_arrives(struct play *p, struct msg *m, struct tx *tx);
/* The same, and learns nothing; false: it is no new message. */
bool ack_peek(struct play *p, struct msg *m, const struct tx *tx);

/* ---- elsewhere.c: from other hosts than the device's ---- */
/* True: it is a stranger's, said and drawn as such, and no line takes it. */
bool elsewhere_request(struct play *p, struct msg *m);
bool elsewhere_garbage(struct play *p, const struct wire_in *in, uint32_t rec);

/* ---- network.c: what else happens on the wire ---- */
void network_happens(struct play *p, struct party *party,
		     const struct wire_in *in);
void network_garbage(struct play *p, uint32_t rec, const char *flaw);
/* When --impair has lost an earlier copy of it; -1: it did not. */
ns_t network_lost_at(const struct play *p, struct str bytes);
/* A response that the line waits for, which --impair has lost and which is
 * never repeated; NULL: none. */
const struct pkt *network_lost_for(struct play *p, const struct op *op);
void network_keepalive(struct play *p, struct party *party,
		       const struct wire_in *in, uint32_t rec);
/* A message that is recorded. */
void arrive_pkt(struct play *p, struct party *party, struct pkt *pkt,
		uint32_t rec, const struct wire_in *in);
/* Fills in request and leg of a new message and learns nothing; fresh is the
 * leg that it would begin. False: it is no new message; its repeat_of says of
 * which one it is the repeat. */
bool arrive_peek(struct play *p, struct msg *m, struct leg *fresh);
void arrive_count_repeat(struct play *p, struct msg *m, ns_t t);

/* ---- lossy*.c: drop, delay, duplicate, reorder -------------------------- */
void lossy_send(struct play *p, struct msg *m, const struct op *op);
bool lossy_puts_off(const struct op *op); /* it is sent later than made */
bool lossy_arrives(struct play *p, struct party *party,
		   const struct wire_in *in);
void lossy_let_follow(struct play *p, const struct party *party);
void lossy_count(struct play *p, const struct oprun *r, struct msg *m);
void lossy_stop(struct play *p);
/* From its first sending on a transaction counts its time. */
void lossy_start_tx(struct play *p, struct msg *m);

/* ---- large.c: above 1300 bytes (RFC 3261 18.1.1) ----------------------- */
bool large_is(const struct pkt *pkt);
void large_move(struct play *p, struct msg *m);
/* The party as it is when a request of it is not too large. */
struct party *large_home(const struct msg *m);
bool large_falls_back(struct play *p, const struct party *party,
		      const struct addr *refuses);

/* ---- reuse.c: connections that the device lends (RFC 5923) ------------- */
void reuse_learn(struct play *p, struct party *party,
		 const struct msg *request);
uint32_t reuse_conn(const struct party *party, const struct addr *to);
void reuse_forget(struct party *party, uint32_t conn);

/* ---- glare.c: 491 ---- */
/* A re-INVITE that will go again; false: it is a response as any other. */
bool glare_answer(struct play *p, struct msg *response);

/* ---- auth.c: 401 and 407 ------------------------------------------------ */
/* A challenge that was answered; false: it is a response as any other. */
bool auth_answer(struct play *p, struct msg *response);
/* Credentials for what the device has asked for before, unless the author set
 * them. */
void auth_add(struct play *p, struct draft *d, const struct party *party,
	      const struct op *op);
void auth_copy(struct draft *d, const struct pkt *invite);
enum auth_mode auth_mode_of(const struct op *op);
/* Is what the device logs in with the right thing? "valid", or why not. */
struct value auth_verify(struct play *p, const struct msg *request,
			 const struct field_path *path);
/* The challenge in a 401 or 407 of ours. */
void auth_challenge(struct play *p, struct draft *d, const struct party *party,
		    unsigned status);
bool auth_judges(const struct field_path *path);

/* ---- take.c: who takes a message ------------------------------------- */
void take_offer(struct play *p, struct msg *m);
/* The line or watch that takes m now, or may later; NULL: none. */
const struct op *take_would(struct play *p, const struct msg *m);
bool take_held(struct play *p); /* again, after lines have opened */
void take_label(struct play *p, const struct op *op, struct msg *m);
void take_again(struct play *p, struct msg *m, ns_t t, uint32_t rec);
/* The open line that takes a repeat of it; NULL: none. */
const struct op *take_would_again(struct play *p, const struct msg *m);

/* ---- check.c --------------------------------------------------------- */
void check_taken(struct play *p, const struct op *op, struct msg *m);
void check_ends(struct play *p, const struct op *op); /* first / last */
void check_alone(struct play *p, const struct op *op);
bool check_is_late_kind(const struct check *c); /* repeats or count */
void check_at_end(struct play *p);
void check_let(struct play *p, const struct let *let, const struct msg *m,
	       const struct oprun *line);

/* ---- eval.c ----------------------------------------------------------- */
struct eval {
	struct play *play;
	struct arena *arena;      /* scratch */
	const struct msg *self;   /* the message under check; may be NULL */
	const struct oprun *line; /* the line it is checked at; may be NULL */
	struct str lacks; /* set: a label that has not happened, or the like */
};

const struct msg *eval_subject(struct eval *e, const struct path *path);
struct str eval_tmpl(struct eval *e, const struct tmpl *t);
struct value eval_path(struct eval *e, const struct path *path);
/* *ret_wanted and *ret_got are for people; either may be NULL. */
bool eval_cond(struct eval *e, const struct cond *c, struct str *ret_wanted,
	       struct str *ret_got);
/* ---- mask.c: what nobody may read ---- */
struct str mask_bytes(struct play *p, struct str bytes);
void mask_event(struct play *p, struct event *ev);
/* Of a value that a check has read there. */
struct str mask_value(struct eval *e, const struct path *path, struct str text);

struct str eval_dialog_attr(struct eval *e, const struct leg *leg,
			    enum tmpl_attr attr);

/* ---- send.c: requests of ours ------------------------------------------ */
void send_init(struct play *p);
/* Makes and sends an op's message; false: it must be skipped (*why). */
bool send_op(struct play *p, const struct op *op, struct str *why);
struct msg *send_plain_request(struct play *p, struct leg *leg,
			       const char *method);
struct msg *send_register(struct play *p, struct party *party,
			  unsigned expires);
struct msg *send_probe(struct play *p);
struct msg *send_launch(struct play *p, struct party *party, struct leg *leg,
			struct str bytes, const struct addr *to,
			const struct op *op);
void send_note_made(struct play *p, const struct op *op, struct msg *m);
void send_note_leg(struct play *p, struct msg *m, struct leg *leg, bool begins);
void send_begin_request(struct play *p, struct draft *d, struct party *party,
			struct str method, struct str uri);

/* ---- cancel.c, ack.c -------------------------------------------------- */
bool send_cancel_line(struct play *p, const struct op *op, struct str *why);
struct msg *send_cancel(struct play *p, struct msg *invite);
bool send_ack_line(struct play *p, const struct op *op, struct str *why);
void send_ack_2xx(struct play *p, struct msg *invite, struct msg *response);
void send_note_no_ack(struct play *p, struct msg *invite,
		      const struct msg *response);

/* ---- draft.c, send.c ---------------------------------------------------- */
/* Records and sends; 0: above the trace's ceiling. */
uint32_t send_bytes(struct play *p, struct msg *m, struct str bytes,
		    bool automatic);
struct str send_written(struct play *p, const struct draft *d);
void send_edits(struct eval *e, struct draft *d, const struct make *make,
		struct leg *leg, const struct msg *offer);
struct addr send_leg_hop(struct play *p, const struct leg *leg);
struct addr send_next_hop(struct play *p, struct str uri);
struct addr send_response_hop(const struct msg *request);

/* ---- respond.c: responses of ours ---------------------------------------- */
bool respond_line(struct play *p, const struct op *op, struct str *why);
void send_reply(struct play *p, const struct op *op, const struct make *make,
		struct msg *request);
void send_plain_response(struct play *p, struct msg *request, unsigned status);
void send_answer_with_sdp(struct play *p, struct msg *request);
bool msg_accepts(const struct msg *m); /* a 2xx to an INVITE */

/* ---- media.c ---------------------------------------------------------------
 */
void media_body(struct play *p, struct draft *d, struct leg *leg,
		enum sdp_mode mode, const struct msg *offer);

/* ---- leg.c ------------------------------------------------------------------
 */
struct leg *leg_new(struct play *p, struct party *party);
/* The dialogs that exist on paper; parties are open. */
void leg_write_papers(struct play *p);
void leg_name(struct play *p, struct leg *leg, const struct dialog_decl *d);
struct leg *leg_of(struct play *p, const struct pkt *pkt); /* NULL: none */
struct leg *leg_of_fork(struct play *p, const struct msg *invite,
			struct str to_tag);
struct leg *leg_of_sent(struct play *p, const struct pkt *pkt);
bool leg_is_dialog(const struct leg *leg);
struct dialog leg_beyond_us(struct play *p, const struct leg *leg);
struct leg *leg_only(struct play *p, const struct party_decl *party);
bool leg_alive(const struct leg *leg);
bool leg_awaits_ack(const struct leg *leg); /* to our 2xx, and still may */
void leg_pass_own_routes(struct leg *leg);

/* ---- auto.c: what needs no line ---------------------------------------- */
bool auto_answer(struct play *p, struct msg *m);     /* false: not its matter */
void auto_unexpected(struct play *p, struct msg *m); /* answered all the same */

/* ---- end.c -------------------------------------------------------------- */
void end_begin(struct play *p);
void end_advance(struct play *p); /* after a pump: is the stage over? */
void end_stop(struct play *p, const char *reason);
void end_give_up(struct play *p, struct str why); /* nothing can be said */
void end_on_late(struct timer *t, void *ctx);
/* Arrivals after the test; true: it is dealt with. */
bool end_message(struct play *p, struct msg *m);
/* The connection over which this party asked has failed: no answer comes. */
void end_unheard(struct play *p, const struct party *party);
bool end_asks(const struct play *p, const struct party *party); /* unanswered */
bool end_tolerates(const struct play *p, const struct msg *m);

/* ---- registration.c ---- */
void registration_heard(struct play *p, const struct msg *response);
void registration_stop(struct play *p);

/* ---- monitor.c ---------------------------------------------------------- */
void monitor_message(struct play *p, struct msg *m); /* each new, theirs */
void monitor_repeat(struct play *p, struct msg *m, uint32_t rec, ns_t t);
void monitor_end(struct play *p); /* behind the linger */

#endif
