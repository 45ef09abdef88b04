/* SPDX-License-Identifier: MIT */
/* order: what order.c, open.c, choice.c and sendlike.c share. */
#ifndef PLAY_ORDER_H
#define PLAY_ORDER_H

#include "play/state.h"

enum { MISSING_AFTER_S = 10, FINAL_AFTER_T1 = 64 };

/* ---- order.c ---- */
struct oprun *order_run_of(struct play *p, const struct op *op);
bool order_is_over(const struct oprun *r);
bool order_is_owed(struct play *p, const struct op *op);
void order_skip_op(struct play *p, const struct op *op);
void order_skip_block(struct play *p, const struct block *b);
void order_skip_for(struct play *p, const struct op *op, struct str why);

/* ---- open.c ---- */
ns_t order_since(struct play *p, const struct op *op);
ns_t order_longer(ns_t a, ns_t b);
ns_t order_missing_at(struct play *p, const struct op *op);
void order_open_op(struct play *p, const struct op *op);
void order_open_expect(struct play *p, const struct op *op);
void order_open_guard(struct play *p, const struct op *op);
bool order_must_wait(struct play *p, const struct op *op);
bool order_in_undecided(struct play *p, const struct op *op);

/* Binds a response line to its request, if it is not yet and there is one. */
bool order_bind(struct play *p, const struct op *op);

/* ---- needs.c ---- */
bool needs_lack(struct play *p, const struct op *op, struct str *why);
bool needs_wait(struct play *p, const struct op *op);

/* ---- choice.c ---- */
void choice_open_either(struct play *p, const struct op *op);
bool choice_either_lost(struct play *p, const struct op *op);
void choice_either_missing(struct play *p, const struct op *either,
			   unsigned status, const char *why);

/* ---- sendlike.c ---- */
bool sendlike_start(struct play *p, const struct op *op);
const struct op *sendlike_join_waits_for(struct play *p, const struct op *op);
void sendlike_finish_join(struct play *p, const struct op *op);

#endif
