/* SPDX-License-Identifier: MIT */
/* Ports one after the other, over all processes of a run. The kernel picks at
 * random, and what a device still repeats to a play that has ended would soon
 * reach another one. */
#include "wire/ports.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct ports {
	_Atomic uint32_t next;
	uint32_t first, n; /* the range that the kernel picks from */
};

static void read_range(struct ports *ps)
{
	FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
	char text[64] = "";
	unsigned long first, last;
	char *end;

	ps->first = 32768;
	ps->n = 60999 - 32768 + 1;
	if (!f)
		return;
	if (fgets(text, sizeof(text), f)) {
		first = strtoul(text, &end, 10);
		last = strtoul(end, NULL, 10);
		if (first && first <= last && last <= 65535) {
			ps->first = (uint32_t)first;
			ps->n = (uint32_t)(last - first + 1);
		}
	}
	fclose(f);
}

/* Begins anywhere in the range, so that two runs seldom share ports. */
struct ports *ports_new(void)
{
	struct ports *ps = mmap(NULL, sizeof(*ps), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct timespec now;

	if (ps == MAP_FAILED)
		return NULL;
	read_range(ps);
	clock_gettime(CLOCK_REALTIME, &now);
	atomic_store(&ps->next,
		     (uint32_t)(now.tv_nsec / 1000) ^ (uint32_t)getpid() << 8);
	return ps;
}

void ports_free(struct ports *ps)
{
	if (ps)
		munmap(ps, sizeof(*ps));
}

/* The longest unused of the range; it may be in use by somebody else. */
uint16_t ports_next(struct ports *ps)
{
	uint32_t turn = atomic_fetch_add(&ps->next, 1);

	return (uint16_t)(ps->first + turn % ps->n);
}
