/* SPDX-License-Identifier: MIT */
/* matrix: what is played, once for each transport. Without --matrix it has one
 * part. */
#ifndef CLI_MATRIX_H
#define CLI_MATRIX_H

#include "cli/endpoint.h"
#include "cli/pick.h"

enum { MATRIX_PARTS_MAX = RESOLVE_PROTOS };

struct part {
	struct str transport;
	uint16_t port; /* "tls:5061"; 0: as the address says */
	struct progs progs;
	struct engine_opts engine;
	struct resolve_answer targets;
	struct fail why; /* it could not be played; "": it was, or may be */
};

struct matrix {
	struct part list[MATRIX_PARTS_MAX];
	unsigned n;
	bool named; /* results bear the transport: "refer/declined@tcp" */
};

/* "transport=udp,tcp,tls:5061"; NULL: one part, the selection as it is. */
bool matrix_read(const char *text, struct matrix *ret, struct fail *why);
/* The programs of each part, and whether its endpoint can be meant; 0, or the
 * exit status. */
int matrix_load(struct matrix *m, struct selection *s,
		const struct endpoint_opts *o, const char *dut, bool has_to);
/* The selection as one part sees it. */
void matrix_enter(struct selection *s, const struct part *part);
/* Of all parts, one behind the other. */
struct progs matrix_programs(const struct matrix *m, struct arena *a);
/* "udp,tcp" */
struct str matrix_transports(const struct matrix *m, struct arena *a);

#endif
