/* SPDX-License-Identifier: MIT */
/* tls: OpenSSL around a connected socket; private to wire/. */
#ifndef WIRE_TLS_H
#define WIRE_TLS_H

#include "wire/wire.h"

#include <sys/types.h>

struct tls_context; /* of one wire: certificates, options, the key log */
struct tls;         /* one connection */

/* NULL: why names the file that cannot be used. */
struct tls_context *tls_context_new(const struct wire_tls *opts,
				    struct fail *why);
void tls_context_free(struct tls_context *c); /* NULL-safe */

struct tls *tls_new(struct tls_context *c, int fd, bool is_server);
void tls_free(struct tls *t); /* says good-bye (close_notify); NULL-safe */

enum tls_need { TLS_NONE, TLS_READABLE, TLS_WRITABLE };

/* What a call gave, and what it waits for where it gave nothing. */
struct tls_result {
	ssize_t n; /* bytes; 0: the peer has ended; -1: not now, or failed */
	enum tls_need need;
	const char *error; /* why it failed, for people; NULL: it did not */
};

void tls_mute(struct tls *t); /* no good-bye */
/* Bytes that were taken off the socket and not read yet: it shows no event. */
bool tls_pending(const struct tls *t);
struct tls_result tls_handshake(struct tls *t); /* n 1: done */
struct tls_result tls_read(struct tls *t, void *bytes, size_t n);
struct tls_result tls_write(struct tls *t, const void *bytes, size_t n);

#endif
