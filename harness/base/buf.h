/* SPDX-License-Identifier: MIT */
/* buf: bytes that grow, up to a ceiling. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

struct buf {
	char *p;
	size_t len, cap;
	size_t max; /* ceiling in bytes; 0: 64 MiB */
	bool over;  /* something did not fit below the ceiling */
};

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_add_str(struct buf *b, struct str s);
void buf_add_z(struct buf *b, const char *z);
void buf_add_char(struct buf *b, char c);
void buf_add_fill(struct buf *b, char c, size_t n);
void buf_addf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
struct str buf_str(const struct buf *b);
const char *buf_z(struct buf *b); /* NUL-terminated view */
void buf_clear(struct buf *b);    /* keeps the memory */
void buf_free(struct buf *b);
/* Whole file into b; errno is set on false; a ceiling hit sets over. */
bool buf_read_file(struct buf *b, const char *path);
bool buf_write_file(const struct buf *b, const char *path);

#define buf_auto __attribute__((cleanup(buf_free))) struct buf

#endif
