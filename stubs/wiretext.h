/* SPDX-License-Identifier: MIT */
/* A message as text, to be cut about. */
#ifndef STUBS_WIRETEXT_H
#define STUBS_WIRETEXT_H

#include "fault.h"

#include <stddef.h>

#define WIRETEXT_LONGEST 65536

struct text {
	char data[WIRETEXT_LONGEST + 512];
	size_t len;
	unsigned sent; /* how often this datagram has gone out */
	int fd;        /* the socket that it leaves by */
};

/* One edit; false: the datagram is not sent. Where more is not NULL it is
 * asked each time whether the datagram, changed or not, goes out again. */
struct edit {
	enum fault fault;
	bool (*apply)(struct text *);
	bool (*more)(struct text *);
};

/* Tables of them; the last row is of FAULT_NONE. */
extern const struct edit mangle_call_edits[];
extern const struct edit mangle_reply_edits[];

void wiretext_cut(struct text *t, size_t from, size_t n);
void wiretext_insert(struct text *t, size_t at, const char *what, size_t n);
void wiretext_insert_all(struct text *t, size_t at, const char *what);
bool wiretext_row(const struct text *t, const char *name, size_t *ret_at,
		  size_t *ret_len);
bool wiretext_param(const struct text *t, const char *name, const char *key,
		    size_t *ret_at, size_t *ret_len);
bool wiretext_row_has(const struct text *t, const char *name, const char *what);
bool wiretext_is_response(const struct text *t);
bool wiretext_starts(const struct text *t, const char *method);
bool wiretext_answers(const struct text *t, const char *method);
bool wiretext_begins_call(const struct text *t);
bool wiretext_answers_refer(const struct text *t);
bool wiretext_acks_failure(const struct text *t);

#endif
