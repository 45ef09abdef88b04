/* SPDX-License-Identifier: MIT */
/* message: a draft of what we send: ordered rows of text, made automatically,
 * then edited by what a line sets, then written out byte by byte. */
#ifndef SIP_MESSAGE_H
#define SIP_MESSAGE_H

#include "base/buf.h"
#include "sip/dialog.h"

enum { DRAFT_ROWS_MAX = 2000 };

struct draft_row {
	struct str name; /* empty: value is the whole row */
	struct str value;
};

struct draft {
	struct arena *arena; /* of rows; strings are borrowed */
	struct str start;
	struct draft_row *rows;
	unsigned n;
	struct str body;
	bool length_set; /* Content-Length was set or removed by an edit */
	struct draft_row spill; /* takes what is above DRAFT_ROWS_MAX */
};

/* "<uri>" */
struct str draft_bracketed(struct arena *a, struct str uri);
/* Start lines; no rows yet. */
void draft_request(struct draft *d, struct arena *a, struct str method,
		   struct str uri);
/* The rows a response copies (RFC 3261 8.2.6.2): every Via, From, To (with our
 * tag unless it is a 100 or has one), Call-ID, CSeq; Record-Route where it may
 * form a dialog (12.1.1). */
void draft_response(struct draft *d, struct arena *a, const struct pkt *request,
		    unsigned status, struct str reason, struct str our_tag);
/* Appends; the caller writes canonical names. */
void draft_row(struct draft *d, const char *name, struct str value);
void draft_rowf(struct draft *d, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Edits, with names as the author spelt them; any spelling finds all others.
 * set puts one row in the place of all rows of that header (or appends), add
 * puts one behind the last of them (a Content-Length beside the automatic
 * one), remove takes all away. */
void draft_set(struct draft *d, struct str name, struct str value);
void draft_add(struct draft *d, struct str name, struct str value);
void draft_add_whole(struct draft *d, struct str row);
void draft_remove(struct draft *d, struct str name);
/* Value of the first row of that header; STR_NONE: no such row. */
struct str draft_get(const struct draft *d, const char *name);
/* Sets Content-Type, unless type is empty, and the body. */
void draft_body(struct draft *d, struct str type, struct str body);
/* The bytes, Content-Length last unless an edit spoke of it. */
void draft_write(const struct draft *d, struct buf *out);

/* From, To, Call-ID, CSeq and Route of a request inside a dialog. */
void draft_dialog_rows(struct draft *d, const struct dialog *dialog,
		       struct str method, uint32_t cseq);

#endif
