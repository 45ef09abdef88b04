/* SPDX-License-Identifier: MIT */
/* A bump allocator over malloc'ed blocks. It stands in for sofia's su_home_t
 * where millions of small pieces live and die together: su_home keeps a hash
 * entry for each piece, this keeps none. */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_SIZE = 16 << 10, ALIGN = 16, SPARES_MAX = 4096 };

struct arena_block {
	struct arena_block *next;
	size_t used, cap;
	_Alignas(ALIGN) char bytes[];
};

struct arena {
	struct arena_block *head;
	struct arena_spares *spares; /* or NULL */
};

void *arena_must(void *p)
{
	if (!p) {
		fputs("sipladder: out of memory\n", stderr);
		abort();
	}
	return p;
}

struct arena *arena_new(void)
{
	struct arena *a = arena_must(malloc(sizeof(*a)));

	*a = (struct arena){ 0 };
	return a;
}

struct arena *arena_new_from(struct arena_spares *spares)
{
	struct arena *a = arena_new();

	a->spares = spares;
	return a;
}

static void free_block(struct arena_spares *spares, struct arena_block *b)
{
	if (!spares || b->cap != BLOCK_SIZE || spares->n == SPARES_MAX) {
		free(b);
		return;
	}
	b->next = spares->head;
	spares->head = b;
	spares->n++;
}

static void free_blocks(struct arena_spares *spares, struct arena_block *b)
{
	while (b) {
		struct arena_block *next = b->next;

		free_block(spares, b);
		b = next;
	}
}

void arena_spares_free(struct arena_spares *spares)
{
	free_blocks(NULL, spares->head);
	*spares = (struct arena_spares){ 0 };
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_blocks(a->spares, a->head);
	free(a);
}

void arena_reset(struct arena *a)
{
	if (!a->head)
		return;
	free_blocks(a->spares, a->head->next);
	a->head->next = NULL;
	a->head->used = 0;
}

static struct arena_block *get_block(struct arena_spares *spares, size_t cap)
{
	struct arena_block *b = spares ? spares->head : NULL;

	if (!b || cap != BLOCK_SIZE)
		return arena_must(malloc(sizeof(*b) + cap));
	spares->head = b->next;
	spares->n--;
	return b;
}

static struct arena_block *new_block(struct arena *a, size_t n)
{
	size_t cap = n > BLOCK_SIZE / 4 ? n : BLOCK_SIZE;
	struct arena_block *b = get_block(a->spares, cap);

	b->used = 0;
	b->cap = cap;
	if (a->head && cap != BLOCK_SIZE) { /* keep filling the open block */
		b->next = a->head->next;
		a->head->next = b;
	} else {
		b->next = a->head;
		a->head = b;
	}
	return b;
}

static size_t aligned(size_t n)
{
	return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static void *take(struct arena *a, size_t n)
{
	struct arena_block *b = a->head;
	void *p;

	n = aligned(n);
	if (!b || b->cap - b->used < n)
		b = new_block(a, n);
	p = b->bytes + b->used;
	b->used += n;
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	return memset(take(a, n), 0, n);
}

char *arena_z(struct arena *a, struct str s)
{
	char *p = take(a, s.len + 1);

	if (s.len)
		memcpy(p, s.p, s.len);
	p[s.len] = '\0';
	return p;
}

struct str arena_str(struct arena *a, struct str s)
{
	return (struct str){ arena_z(a, s), s.len };
}

struct str arena_join(struct arena *a, const struct str *pieces, size_t n)
{
	size_t len = 0, at = 0;
	char *p;

	for (size_t i = 0; i < n; i++)
		len += pieces[i].len;
	p = take(a, len + 1);
	for (size_t i = 0; i < n; i++) {
		if (pieces[i].len)
			memcpy(p + at, pieces[i].p, pieces[i].len);
		at += pieces[i].len;
	}
	p[len] = '\0';
	return (struct str){ p, len };
}

/* Most fit into what is left of the open block and are written only once. */
struct str arena_vstrf(struct arena *a, const char *fmt, va_list ap)
{
	struct arena_block *b = a->head;
	size_t room = b ? b->cap - b->used : 0;
	char *p = b ? b->bytes + b->used : NULL;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(p, room, fmt, again);
	va_end(again);
	if (n < 0)
		return (struct str){ arena_alloc(a, 1), 0 };
	if ((size_t)n < room) {
		b->used += aligned((size_t)n + 1);
		return (struct str){ p, (size_t)n };
	}
	p = take(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return (struct str){ p, (size_t)n };
}

struct str arena_strf(struct arena *a, const char *fmt, ...)
{
	struct str s;
	va_list ap;

	va_start(ap, fmt);
	s = arena_vstrf(a, fmt, ap);
	va_end(ap);
	return s;
}

void *arena_grow(struct arena *a, void *arr, size_t n, size_t size)
{
	size_t cap = n < 4 ? 4 : n * 2;
	void *bigger;

	if (n && (n < 4 || (n & (n - 1)) != 0))
		return arr;
	bigger = arena_alloc(a, cap * size);
	if (n)
		memcpy(bigger, arr, n * size);
	return bigger;
}

/* Not zeroed, for what is written at once. */
void *arena_raw(struct arena *a, size_t n)
{
	return take(a, n);
}
