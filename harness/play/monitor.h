/* SPDX-License-Identifier: MIT */
/* monitor: what the monitors share; private to them. monitor.c holds the table
 * and runs them, monitor_*.c hold them by topic. */
#ifndef PLAY_MONITOR_H
#define PLAY_MONITOR_H

#include "play/state.h"

struct seen { /* one look at one message */
	struct play *p;
	const struct msg *m;
	struct str wanted, got;
	const char *rules; /* where they are not the monitor's own */
};

enum look { LOOK_PASS, LOOK_FAIL, LOOK_NOT_MINE };

typedef enum look look_fn(struct seen *s);

/* ---- helpers: monitor.c ---------------------------------------------- */
enum look monitor_broken(struct seen *s, struct str wanted, struct str got);
enum look monitor_judge(struct seen *s, bool ok, struct str wanted,
			struct str got);
bool monitor_is(const struct msg *m, const char *method); /* a request */
bool monitor_is_request(const struct msg *m);
bool monitor_is_success(const struct msg *m);   /* a 2xx */
bool monitor_forms_dialog(const struct msg *m); /* by its CSeq method */
/* Value of the first such row. */
struct str monitor_row(const struct pkt *pkt, enum header_id id);

/* ---- monitor_tx.c ---- */
const struct msg *monitor_source(const struct play *p, const struct msg *m);

/* ---- monitor_dialog.c ------------------------------------------------- */
look_fn monitor_cseq_rises, monitor_no_stray_to_tag, monitor_contact,
	monitor_record_route, monitor_route_set, monitor_after_bye,
	monitor_sips_contact, monitor_contact_transport;

/* ---- monitor_tx.c ------------------------------------------------------ */
look_fn monitor_branch, monitor_ack_failure, monitor_ack_success,
	monitor_cancel, monitor_cancel_early, monitor_one_final,
	monitor_forwarded;
/* The last repeat of m. */
look_fn monitor_repeat_reliable, monitor_repeat_envelope; /* monitor_repeat.c */
/* m is a 2xx of ours to an INVITE, and the play ends. */
look_fn monitor_acked;

/* ---- monitor_header.c -------------------------------------------------- */
look_fn monitor_echoes, monitor_to_tag, monitor_length, monitor_max_forwards,
	monitor_unsupported, monitor_syntax, monitor_name_addr, monitor_reason,
	monitor_frame;

/* ---- monitor_body.c ---------------------------------------------------- */
look_fn monitor_notify_event, monitor_notify_state, monitor_sipfrag_ends,
	monitor_sdp_answer, monitor_sdp_version;

#endif
