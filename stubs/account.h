/* SPDX-License-Identifier: MIT */
/* Names and their secrets, and the answer of one to a challenge. */
#ifndef STUBS_ACCOUNT_H
#define STUBS_ACCOUNT_H

#include "stack.h"

#include <stdbool.h>

struct account {
	struct account *next;
	char *realm; /* NULL: of a user of the device */
	char *user;
	char *secret;
};

bool account_add(struct account **list, char separator, const char *text);
bool account_read(struct account **list, const char *path);
void account_free(struct account *list);
const struct account *account_find(const struct account *list,
				   const char *user);

/* The request that is to carry the credentials. */
struct account_request {
	const char *method;
	const char *uri;
	const char *body; /* NULL: none */
};

char *account_answer(su_home_t *home, const struct account *list,
		     const struct account_request *request, const sip_t *sip,
		     const char *before);

#endif
