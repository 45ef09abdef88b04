/* SPDX-License-Identifier: MIT */
/* Claims, roles, editions: closed lists of words, and what a device says to
 * each. */
#include "lang/claims.h"

static const struct claim claims[] = {
#define CLAIM(word, values, meaning) { word, values, meaning },
#include "lang/claims.def"
#undef CLAIM
};

enum {
	NCLAIMS = sizeof(claims) / sizeof(*claims),
};

static const struct {
	enum vocabulary list;
	struct str word;
} words[] = {
#define WORD(list, word, meaning)                                              \
	{ VOCABULARY_##list, { word, sizeof(word) - 1 } },
#include "lang/words.def"
#undef WORD
#define CLAIM(word, values, meaning)                                           \
	{ VOCABULARY_CLAIM, { word, sizeof(word) - 1 } },
#include "lang/claims.def"
#undef CLAIM
#define MONITOR(name, rule) { VOCABULARY_MONITOR, { name, sizeof(name) - 1 } },
#include "lang/monitors.def"
#undef MONITOR
#define FAULT_NAME(name) { VOCABULARY_FAULT, { name, sizeof(name) - 1 } },
#include "fault_names.def"
#undef FAULT_NAME
};

enum { NWORDS = sizeof(words) / sizeof(*words) };

const struct claim *claims_all(size_t *ret_n)
{
	*ret_n = NCLAIMS;
	return claims;
}

const struct claim *claims_find(struct str word)
{
	for (size_t i = 0; i < NCLAIMS; i++)
		if (str_is(word, claims[i].word))
			return &claims[i];
	return NULL;
}

bool claims_knows(enum vocabulary v, struct str word)
{
	for (size_t i = 0; i < NWORDS; i++)
		if (words[i].list == v && str_eq(words[i].word, word))
			return true;
	return false;
}

/* Fills list, of NWORDS at most; how many it is. */
static size_t words_of(enum vocabulary v, struct str list[])
{
	size_t n = 0;

	for (size_t i = 0; i < NWORDS; i++)
		if (words[i].list == v)
			list[n++] = words[i].word;
	return n;
}

struct str claims_nearest(enum vocabulary v, struct str word)
{
	struct str list[NWORDS];

	return diag_nearest(word, list, words_of(v, list));
}

struct str claims_words(struct arena *a, enum vocabulary v)
{
	struct str list[NWORDS];
	size_t n = words_of(v, list);
	buf_auto out = { 0 };

	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "%s" STR_F, i ? ", " : "", STR_A(list[i]));
	return arena_str(a, buf_str(&out));
}

bool claims_one_of(struct str word, struct str alternatives)
{
	struct str one;

	do {
		str_cut(alternatives, '|', &one, &alternatives);
		if (str_eq(one, word))
			return true;
	} while (alternatives.len);
	return false;
}

bool claims_has_value(const struct claim *c, struct str value)
{
	struct str rest, one;

	if (!c->values)
		return str_is(value, "yes") || str_is(value, "no") ||
		       str_is(value, "none");
	rest = str_from(c->values);
	while (rest.len) {
		str_cut(rest, ' ', &one, &rest);
		if (str_eq(one, value))
			return true;
	}
	return str_is(value, "no");
}

static const struct fact *fact_of(const struct fact *list, unsigned n,
				  struct str name)
{
	for (unsigned i = 0; i < n; i++)
		if (str_eq(list[i].name, name))
			return &list[i];
	return NULL;
}

static bool is_lacked(const struct device *d, struct str word)
{
	const struct fact *f = fact_of(d->claims, d->nclaims, word);

	return fact_of(d->lacks, d->nlacks, word) ||
	       (f && str_is(f->value, "none"));
}

static bool lists(const struct device *d, const char *transport)
{
	for (unsigned i = 0; i < d->ntransports; i++)
		if (str_is(d->transports[i], transport))
			return true;
	return false;
}

/* What the other lines of its file say of it. */
static enum claim_answer by_itself(const struct device *d, struct str word)
{
	if (!str_is(word, "tcp") || !d->ntransports)
		return CLAIM_UNKNOWN;
	return lists(d, "tcp") ? CLAIM_YES : CLAIM_NO;
}

/* One claim, with its values behind "=" or without. */
static enum claim_answer ask_one(const struct device *d, struct str word,
				 struct str values)
{
	const struct fact *f = fact_of(d->claims, d->nclaims, word);

	if (is_lacked(d, word))
		return CLAIM_NO;
	if (!f)
		return by_itself(d, word);
	return !values.len || claims_one_of(f->value, values) ? CLAIM_YES
							      : CLAIM_NO;
}

enum claim_answer claims_ask(const struct device *d, struct str claim)
{
	enum claim_answer best = CLAIM_NO;
	struct str word, values, one;

	if (str_cut(claim, '=', &word, &values))
		return ask_one(d, word, values);
	while (claim.len) {
		enum claim_answer answer;

		str_cut(claim, '|', &one, &claim);
		answer = ask_one(d, one, STR_NONE);
		if (answer == CLAIM_YES)
			return CLAIM_YES;
		if (answer == CLAIM_UNKNOWN)
			best = CLAIM_UNKNOWN;
	}
	return best;
}

struct str claims_value(const struct device *d, const struct claim *c)
{
	struct str word = str_from(c->word);
	const struct fact *f = fact_of(d->claims, d->nclaims, word);

	if (fact_of(d->lacks, d->nlacks, word))
		return STR("no");
	if (!f) /* neither: none of the values, and no yes */
		return c->values ? STR("none") : STR("no");
	return f->value;
}
