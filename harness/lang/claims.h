/* SPDX-License-Identifier: MIT */
/* claims: the words a device and a scenario describe themselves with. */
#ifndef LANG_CLAIMS_H
#define LANG_CLAIMS_H

#include "lang/prog.h"

struct claim { /* a row of claims.def */
	const char *word;
	const char *values; /* "none user uri"; NULL: yes or no */
	const char *meaning;
};

enum vocabulary { /* closed lists, from words.def */
		  VOCABULARY_ROLE,
		  VOCABULARY_EDITION,
		  VOCABULARY_TRANSPORT,
		  VOCABULARY_CALLS,
		  VOCABULARY_ANSWERS,
		  VOCABULARY_CLAIM,
		  VOCABULARY_METHOD,
		  VOCABULARY_MONITOR,
		  VOCABULARY_FAULT
};

enum claim_answer { CLAIM_YES, CLAIM_NO, CLAIM_UNKNOWN };

const struct claim *claims_all(size_t *ret_n);
const struct claim *claims_find(struct str word); /* NULL: unknown */
bool claims_has_value(const struct claim *c, struct str value);
/* "follow-3xx=uri|user", "replaces", "fork|recurse": what the device says. */
enum claim_answer claims_ask(const struct device *d, struct str claim);
/* The device's own value as a fact: uri, yes, no, none. */
struct str claims_value(const struct device *d, const struct claim *c);
/* "ua, b2bua, proxy" for people. */
struct str claims_words(struct arena *a, enum vocabulary v);
bool claims_knows(enum vocabulary v, struct str word);
struct str claims_nearest(enum vocabulary v, struct str word);
/* Is one of the words of "a|b|c" this one? */
bool claims_one_of(struct str word, struct str alternatives);

#endif
