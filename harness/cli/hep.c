/* SPDX-License-Identifier: MIT */
/* The socket to a collector of HEP packets. What they are: report/hep.c. */
#include "cli/hep.h"

#include <unistd.h>

#include "cli/resolve.h"
#include "report/report.h"

enum { DEFAULT_PORT = 9060, RESOLVE_S = 4 };

struct hep {
	int fd;
};

struct hep *hep_open(struct arena *a, const char *where, struct fail *why)
{
	struct hep *h = ARENA_NEW(a, struct hep);
	struct str text = str_from(where);
	struct addr to;

	if (!str_starts(text, "udp:")) {
		fail_set(why, "--hep takes udp:HOST:PORT, not \"%.80s\"",
			 where);
		return NULL;
	}
	if (!resolve_host(str_tail(text, 4), DEFAULT_PORT, RESOLVE_S * NS_S,
			  &to, why)) {
		fail_prepend(why, "--hep");
		return NULL;
	}
	h->fd = socket(to.u.sa.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (h->fd < 0 || connect(h->fd, &to.u.sa, addr_len(&to))) {
		fail_errno(why, "--hep %.80s", where);
		hep_close(h);
		return NULL;
	}
	return h;
}

/* What cannot be sent is as a packet that is lost on its way. */
static void send_packet(void *ctx, struct str packet)
{
	const struct hep *h = ctx;

	(void)!send(h->fd, packet.p, packet.len, MSG_DONTWAIT);
}

void hep_result(struct hep *h, const struct result *r, struct str trace)
{
	struct arena *a = arena_new();
	struct trace tr = { .arena = a };
	ns_t began = clock_wall(&(struct clock){ 0 }) - r->took;
	struct fail why;

	if (trace.len && trace_read(&tr, trace, &why))
		hep_packets(&tr, r, began, send_packet, h);
	arena_free(a);
}

void hep_close(struct hep *h)
{
	if (h->fd >= 0)
		close(h->fd);
}
