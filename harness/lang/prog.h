/* SPDX-License-Identifier: MIT */
/* prog: a scenario, parsed, checked and compiled: what the engine plays.
 *
 * One prog is one run: one row of "for", with every "when", "do", "repeat",
 * column, parameter and edition template already resolved. It is a tree of
 * blocks; rule 2 of the language turns it into a partial order (see play.h):
 * the engine asks of each op whether it may open. Everything here is constant
 * once compiled and may be shared by any number of plays.
 */
#ifndef LANG_PROG_H
#define LANG_PROG_H

#include "base/clock.h"
#include "base/diag.h"
#include "lang/device.h"
#include "lang/edition.h"
#include "sip/field.h"

/* ---- names ---- */

struct party_decl {
	unsigned id; /* index in prog.parties */
	struct str name;
	struct str user; /* user part; the name unless "user w" */
	struct str side; /* of a multi-homed device; empty: the first */
	struct str via;  /* "udp" "tcp" "tls"; empty: the run's */
	bool registers;  /* "register" */
	bool fixed;      /* port not a free one but 5060 */
	bool deaf;       /* accepts and never reads */
	bool auto_none;  /* "auto none": answers nothing by itself */
	struct str
		*autos; /* "auto METHOD": what it answers besides the usual */
	unsigned nautos;
	struct loc at;
};

struct dialog_decl {
	unsigned id; /* index in prog.dialogs */
	struct str name;
	struct party_decl *party; /* who is in it; NULL: not known before */
	bool paper;               /* "paper d2 = alice carol" */
	struct party_decl *peer;  /* of a paper dialog */
	struct loc at;
};

/* A label is one name; every op that carries it (in branches) shares it. */
struct label {
	unsigned id; /* index in prog.labels */
	struct str name;
	struct loc at;
};

/* ---- templates and paths ---- */

enum path_subject { SUBJECT_SELF, SUBJECT_LABEL, SUBJECT_PREV };
enum path_pick { PICK_PLAIN, PICK_NTH, PICK_FIRST, PICK_LAST };

/* What is asked of the subject besides fields of its message. */
enum path_what {
	PATH_FIELD, /* field says which */
#define WHAT(word, what, type, meaning) PATH_##what,
#include "lang/whats.def"
#undef WHAT
};

struct path {
	enum path_subject subject;
	const struct label *label; /* SUBJECT_LABEL */
	enum path_pick pick;
	unsigned nth; /* PICK_NTH, from 1 */
	enum path_what what;
	struct field_path field; /* PATH_FIELD */
	const struct label
		*since; /* PATH_LATENCY; NULL: what opened the line */
	struct loc at;
};

enum tmpl_kind {
	TMPL_TEXT,      /* text */
	TMPL_PATH,      /* {F3.Contact[1].uri} {R.count} */
	TMPL_PARTY,     /* {carol.uri}: party, attr */
	TMPL_DUT,       /* {dut.uri}: attr */
	TMPL_DIALOG,    /* {b2.replaces}: dialog, attr */
	TMPL_DIALOG_HDR /* {a1.request.From}: dialog, field of its request */
};

/* Attributes of parties, device and dialogs. */
enum tmpl_attr {
	ATTR_NONE,
	ATTR_URI,           /* party, dut: the way the device reaches it */
	ATTR_CONTACT,       /* party: sip:user@ip:port */
	ATTR_AOR,           /* party: sip:user@domain */
	ATTR_HOSTPORT,      /* party, dut */
	ATTR_HOST,          /* party, dut */
	ATTR_PORT,          /* party, dut */
	ATTR_USER,          /* party */
	ATTR_DOMAIN,        /* dut */
	ATTR_CALL_ID,       /* dialog */
	ATTR_LOCAL_TAG,     /* dialog */
	ATTR_REMOTE_TAG,    /* dialog */
	ATTR_LOCAL_URI,     /* dialog */
	ATTR_REMOTE_URI,    /* dialog */
	ATTR_REMOTE_TARGET, /* dialog */
	ATTR_REPLACES,      /* dialog: call-id;to-tag=remote;from-tag=local */
	ATTR_TARGET_DIALOG  /* dialog: call-id;local-tag=..;remote-tag=.. */
};

enum tmpl_filter {
	FILTER_URI = 1 << 0,      /* percent-escape for a URI */
	FILTER_UNESCAPE = 1 << 1, /* percent-unescape */
	FILTER_BARE = 1 << 2,     /* URI without ?headers and method */
	FILTER_SPELT = 1 << 3,    /* same URI, other spelling */
	FILTER_VIA = 1 << 4       /* sent-by -> "SIP/2.0/UDP sent-by" */
};

struct tmpl_part {
	enum tmpl_kind kind;
	struct str text; /* pad, crlf, xNN, env, edition: already text */
	struct path path;
	const struct party_decl *party;
	const struct dialog_decl *dialog;
	enum tmpl_attr attr;
	struct field_path field;
	unsigned filters;
	struct loc at;
};

struct tmpl {
	struct tmpl_part *parts;
	unsigned n;
	bool is_auto; /* the whole is {auto} */
	struct loc at;
};

/* ---- conditions ---- */

enum cond_kind {
	COND_AND,
	COND_OR,
	COND_PRESENT,
	COND_ABSENT,
	COND_IS,
	COND_IS_NOT,
	COND_EQ, /* == bytes */
	COND_NE,
	COND_LT,
	COND_LE,
	COND_GT,
	COND_GE,
	COND_MATCH, /* ~ */
	COND_CONTAINS,
	COND_IN,
	COND_AT /* repeats at T1 3T1 tolerance 20% */
};

struct cond_range {         /* one member of "in (200..299 {F4.status})" */
	struct tmpl lo, hi; /* hi.n == 0: a single value */
};

struct cond {
	enum cond_kind kind;
	struct loc at;
	struct cond *left, *right; /* AND, OR */
	struct path path;
	struct tmpl *values; /* alternatives a|b of "is"; one for the others */
	unsigned nvalues;
	struct cond_range *ranges; /* COND_IN */
	unsigned nranges;
	ns_t *times; /* COND_AT, T1 units resolved */
	unsigned ntimes;
	unsigned tolerance; /* percent */
};

/* ---- severity ---- */

enum word {
	WORD_NONE,
	WORD_MUST,
	WORD_MUST_NOT,
	WORD_SHOULD,
	WORD_SHOULD_NOT,
	WORD_MAY
};

/* What a broken one counts as: the weaker of the word and of the catalogue
 * levels of its ids in this edition (rule 15). */
enum level { LEVEL_NOTE, LEVEL_SHOULD, LEVEL_MUST };

struct rules { /* the ids in [brackets] behind a line */
	struct str *ids;
	unsigned n;
	/* Those in force in this edition: only they are judged. Of practice,
	 * or of no catalogue at hand, is always in force. */
	struct str *live;
	unsigned nlive;
	enum level *levels; /* of each that is live, in this edition */
};

struct check {
	enum word word;
	enum level level;
	bool negated; /* must not / should not: cond must be false */
	bool note;    /* "note cond" or "note path": recorded, never judged */
	enum path_pick pick;       /* PICK_PLAIN: each; PICK_FIRST; PICK_LAST */
	struct cond *cond;         /* NULL for "note path" */
	struct path path;          /* "note path" */
	const struct label *after; /* the message came after this; or NULL */
	struct rules rules;
	/* What of {edition...} it was made with; or NULL. */
	const struct edition_value *by_edition;
	struct loc at; /* the line as written, for wanted */
};

/* ---- ops ---- */

enum op_kind {
	OP_SEND,
	OP_EXPECT,
	OP_WATCH,
	OP_GUARD,
	OP_CHECK,
	OP_JOIN,
	OP_WAIT,
	OP_TRIGGER,
	OP_WIRE,
	OP_MARK, /* "F8 --" */
	OP_LET,
	OP_EITHER,
	OP_ANY
};

enum msg_kind {
	MSG_REQUEST,
	MSG_RESPONSE, /* statuses; "final" is 200..699 */
	MSG_AGAIN,
	MSG_RAW, /* we send only */
	MSG_ANY  /* we expect only */
};

struct status_range {
	unsigned lo, hi;
};

struct ref { /* "for INVITE", "for F1"; both empty: found at run time */
	struct str method;
	const struct label *label;
};

enum edit_kind { EDIT_SET, EDIT_ADD, EDIT_REMOVE };

struct edit { /* a header line under what we send */
	enum edit_kind kind;
	struct str name; /* as spelt; empty: the value is a whole row */
	struct tmpl value;
	struct tmpl times; /* "1000x X-Pad:"; n == 0: once */
	struct loc at;
};

enum sdp_mode {
	SDP_DEFAULT, /* automatic: none unless a body is written */
	SDP_OFFER,
	SDP_ANSWER,
	SDP_HOLD,
	SDP_RESUME,
	SDP_NONE
};

enum auth_mode { AUTH_DEFAULT, AUTH_NONE, AUTH_WRONG, AUTH_STALE };

struct make { /* how a message of ours is made */
	enum msg_kind kind;
	struct str method;
	struct tmpl uri;    /* MSG_REQUEST; n == 0: automatic */
	struct tmpl status; /* MSG_RESPONSE */
	const struct label *again;
	struct tmpl raw;
	const struct dialog_decl *as, *on;
	struct ref to; /* which request a response answers */
	struct edit *edits;
	unsigned nedits;
	struct tmpl body_type, body; /* body.n == 0: none written */
	bool has_body;
	enum sdp_mode sdp;
	struct str via;
	bool no_ack; /* we do not ACK its 2xx */
	enum auth_mode auth;
};

struct match { /* which message of the device fits */
	enum msg_kind kind;
	struct str method;
	struct status_range *statuses;
	unsigned nstatuses;
	struct tmpl status; /* not constant: compared at run time; n == 0: no */
	const struct label *again;
	const struct dialog_decl *as, *on;
	struct ref to;
	struct cond *where; /* NULL: none */
};

struct limit { /* within D [of L]; at A..B of L */
	bool set;
	ns_t lo, hi;            /* lo only for a window */
	const struct label *of; /* NULL: the send that opened the line */
};

enum reply_kind {
	REPLY_NONE,   /* answered by a later line or by nobody */
	REPLY_STATUS, /* "reply 200" */
	REPLY_SILENCE /* "no-reply" */
};

struct way {            /* what the network does to a message */
	bool drop;      /* as if lost */
	bool duplicate; /* comes twice */
	bool reorder;   /* comes behind the next one */
	ns_t delay;     /* comes later */
};

struct expect {
	struct match match;
	struct limit within, window;
	const struct label *after;
	enum reply_kind reply;
	struct make answer; /* REPLY_STATUS */
	struct check *checks;
	unsigned nchecks;
	struct let *lets;
	unsigned nlets;
	struct way way;
};

struct let { /* let name = path: {name} later */
	struct str name;
	struct path path;
	const struct label *into; /* the let's value is read by this label */
};

struct block {
	struct op **ops;
	size_t n;
	struct op *owner; /* the either or any; NULL: a phase */
	struct str title; /* of a branch; may be empty */
	/* branches of an either */
	bool has_after; /* "or after 2s" */
	ns_t after;
	struct str verdict; /* info warn fail inconclusive skip; or empty */
	struct loc at;
};

enum phase { PHASE_SETUP, PHASE_TEST, PHASE_CLEANUP };

struct op {
	enum op_kind kind;
	unsigned id; /* index in prog.ops, in document order */
	enum phase phase;
	struct block *in;
	size_t place;     /* index in in->ops */
	struct loc at;    /* the line */
	struct loc used;  /* the "do" that brought it, src NULL: none */
	struct str arrow; /* "dut -> alice 2xx for F1": for reports */
	const struct label *label; /* NULL: none */
	const struct party_decl *party;
	enum word word;
	enum level level;
	struct rules rules;
	const struct edition_value *by_edition; /* as in a check */
	/* How many messages: 1..1 for a plain line. max 0: no ceiling. */
	unsigned min, max;
	union {
		struct {
			struct make make;
			unsigned times; /* "50x alice -> dut REFER" */
			struct way way;
		} send;
		struct { /* OP_EXPECT, OP_WATCH */
			struct expect expect;
			struct cond *until; /* OP_WATCH */
			const struct label *until_label;
		} line;
		struct {
			struct match match;
			const struct label *until;
			ns_t lasts; /* "for 3s"; 0: until the end */
		} guard;
		struct check check;
		struct {
			const struct label *label;
			struct limit within;
		} join;
		struct {
			ns_t lo, hi; /* hi == lo: exact */
		} wait;
		struct {
			struct str name;
			struct tmpl *args;
			unsigned nargs;
		} trigger;
		struct {
			struct str mode; /* refuse stall reset close open */
		} wire;
		struct {
			struct block *branches;
			unsigned n;
			bool sends; /* some branch holds a send */
		} either;
		struct {
			struct block *strands;
			unsigned n;
			bool sends;
		} any;
		struct let let;
	};
};

/* A step on the way: no word says that it has to come, and no id in force that
 * it should. Its absence says nothing of the device (rule 12). */
static inline bool op_is_step(const struct op *op)
{
	return op->word == WORD_NONE &&
	       (!op->rules.n || op->level == LEVEL_NOTE);
}

/* ---- the whole ---- */

struct prog {
	struct arena *arena;
	struct str id;   /* "transfer/blind", "refer/uri-headers#route" */
	struct str file; /* path as given */
	struct str title;
	struct str *tags, *bites, *without;
	unsigned ntags, nbites, nwithout;
	struct str *roles, *needs;
	unsigned nroles, nneeds;
	struct str *triggers; /* "needs trigger NAME" */
	unsigned ntriggers;
	struct str edition;
	ns_t deadline; /* "timeout"; 0: the run's default */
	struct party_decl *parties;
	unsigned nparties;
	struct dialog_decl **dialogs;
	unsigned ndialogs;
	struct label **labels;
	unsigned nlabels;
	struct op **ops; /* all, in document order */
	unsigned nops;
	struct block setup, test, cleanup;
	/* Selected for this device? false: why says the skip's reason. */
	bool selected;
	struct str why;
	bool over_tcp; /* needs tcp: so parties over UDP have it, too */
	/* Claims in "needs" that the device neither claims nor lacks: a clean
	 * refusal (403 405 501 603) is then a skip (rule 14). */
	struct str *unclaimed;
	unsigned nunclaimed;
};

#endif
