/* SPDX-License-Identifier: MIT */
/* arena: memory that lives and goes together (a scenario, a play, a message).
 * Nothing is freed alone; out of memory aborts here and nowhere else. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

#include <stdarg.h>

struct arena;

/* Blocks given back, for arenas that come and go in droves. Zeroed: empty. */
struct arena_spares {
	struct arena_block *head;
	unsigned n;
};

struct arena *arena_new(void);
/* Takes its blocks from the spares, which outlive it, and gives them back. */
struct arena *arena_new_from(struct arena_spares *spares);
void arena_free(struct arena *a); /* NULL-safe */
void arena_spares_free(struct arena_spares *spares);
void arena_reset(struct arena *a); /* gives all back, keeps one block */
void *arena_alloc(struct arena *a, size_t n);        /* zeroed, 16-aligned */
void *arena_raw(struct arena *a, size_t n);          /* not zeroed */
struct str arena_str(struct arena *a, struct str s); /* copy + NUL */
char *arena_z(struct arena *a, struct str s);        /* copy + NUL */
struct str arena_strf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The pieces as one string: cheaper than a format. */
struct str arena_join(struct arena *a, const struct str *pieces, size_t n);
#define ARENA_JOIN(a, ...)                                                     \
	arena_join((a), (const struct str[]){ __VA_ARGS__ },                   \
		   sizeof((const struct str[]){ __VA_ARGS__ }) /               \
			   sizeof(struct str))
struct str arena_vstrf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
/* p, or abort with "out of memory" where p is NULL. */
void *arena_must(void *p);

#define ARENA_NEW(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (n)))

/* Grows an arena array by doubling: arr must be NULL or come from here.
 * n is the count in use; capacity is the next power of two >= 4. */
void *arena_grow(struct arena *a, void *arr, size_t n, size_t size);
#define ARENA_PUSH(a, arr, n)                                                  \
	((arr) = arena_grow((a), (arr), (n), sizeof(*(arr))), &(arr)[(n)++])

#endif
