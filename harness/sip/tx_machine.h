/* SPDX-License-Identifier: MIT */
/* tx_machine: what the client and server machines share; private to tx*.c. */
#ifndef SIP_TX_MACHINE_H
#define SIP_TX_MACHINE_H

#include "sip/tx.h"

/* ---- tx.c ---- */
/* NULL above TX_MAX. */
struct tx *tx_add(struct tx_table *t, const struct pkt *request,
		  enum tx_kind kind, unsigned flags);
bool tx_is_client(const struct tx *tx);
uint64_t tx_hash(struct str s);
/* *slot is STR_NONE or was stored before; bytes are copied into it. */
void tx_store(struct tx *tx, struct str *slot, struct str bytes);

/* ---- tx_timer.c ---- */
void tx_set_waiting(struct tx *tx, bool waiting);
void tx_start_repeats(struct tx *tx); /* A, E, G; a 2xx */
void tx_start_give_up(struct tx *tx); /* B, F, H */
void tx_stop_repeats(struct tx *tx);  /* and the giving up */
/* Timers D, I, J, K: not at all where the transport is reliable. */
void tx_absorb(struct tx *tx, ns_t span);
void tx_absorb_always(struct tx *tx); /* L, M: 64*T1 on every transport */
/* Out of its table and freed. */
void tx_remove(struct tx *tx);

#endif
