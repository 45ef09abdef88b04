/* SPDX-License-Identifier: MIT */
/* An INVITE of ours: its redirections, its ACKs, its CANCEL. */
#ifndef STUBS_INVITE_H
#define STUBS_INVITE_H

#include "redirect.h"

struct call;

/* A far end that has accepted: its ACK is repeated with each of its 200s. */
struct answer {
	struct answer *next;
	char *tag;
	char *branch;
	msg_t *ack; /* NULL: the ACK waits for an SDP answer */
};

struct invite {
	struct invite *next;
	struct invite **prev;
	su_home_t home[1];
	struct device *dev;
	struct call *call; /* NULL: nobody waits for the outcome */
	nta_outgoing_t *orq;
	su_timer_t *timer; /* until late 200s have stopped, or a fake error */
	bool initial;
	bool cancelled;
	bool asks; /* carries no SDP: the ACK will */
	char *body;
	char *headers;     /* whole lines */
	char *wishes;      /* so, too; of the present target's URI */
	char *proxy;       /* through which the target is reached; NULL: none */
	unsigned hops;     /* Max-Forwards; 0: as usual */
	char *credentials; /* so, too; for the present target */
	struct targets targets;
	struct answer *answers;
	char *branch;   /* of the last request */
	char *first_to; /* Request-URI of the first request */
	char *to_line;  /* a To that is not the dialog's */
	unsigned again; /* calls that should not have been */
	int failure;    /* the last one that was no redirection */
	char *phrase;
};

struct invite *invite_new(struct call *call, const char *body,
			  const char *headers);
void invite_start(struct invite *inv, const url_t *to);
void invite_refresh(struct invite *inv);
int invite_stray(void *magic, nta_outgoing_t *orq, const sip_t *sip);
void invite_cancel(struct invite *inv);
void invite_forget(struct invite *inv);
void invite_free(struct invite *inv);

#endif
