/* SPDX-License-Identifier: MIT */
/* "loss=5%,delay=20ms±10ms,dup=1%" */
#include "wire/impair.h"

enum { DELAY_MAX_S = 60 };

/* "5" or "0.25" in units of a hundredth; false: no such number. */
static bool hundredths(struct str s, uint64_t *ret)
{
	struct str whole, part;
	uint64_t n, rest = 0;

	str_cut(s, '.', &whole, &part);
	if (!str_to_u64(whole, &n) || n > 1000000 || part.len > 2)
		return false;
	if (part.len && !str_to_u64(part, &rest))
		return false;
	*ret = n * 100 + (part.len == 1 ? 10 * rest : rest);
	return true;
}

static bool percent(struct str s, unsigned *ret)
{
	uint64_t n;

	if (!str_ends(s, "%") || !hundredths(str_sub(s, 0, s.len - 1), &n) ||
	    n > 10000)
		return false;
	*ret = (unsigned)n;
	return true;
}

/* Takes its unit off: "20ms" -> "20"; 0: none. */
static ns_t unit_of(struct str *s)
{
	static const struct {
		const char *word;
		ns_t unit;
	} units[] = { { "ms", NS_MS }, { "us", NS_US }, { "s", NS_S } };

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (!str_ends(*s, units[i].word))
			continue;
		s->len -= strlen(units[i].word);
		return units[i].unit;
	}
	return 0;
}

static bool span(struct str s, ns_t unit, ns_t *ret)
{
	ns_t own = unit_of(&s);
	uint64_t n;

	if (own)
		unit = own;
	if (!unit || !hundredths(s, &n) ||
	    n > (uint64_t)(100 * DELAY_MAX_S * NS_S / unit))
		return false;
	*ret = (ns_t)n * unit / 100;
	return true;
}

/* "20ms", "20ms±10", "20ms+-5ms" */
static bool delay(struct str s, struct impair *ret)
{
	static const char *const signs[] = { "\xc2\xb1", "+-" };
	struct str base = s, jitter = STR_NONE;

	for (size_t i = 0; i < 2; i++) {
		struct str sign = str_from(signs[i]);
		ptrdiff_t at = str_find(s, sign);

		if (at < 0)
			continue;
		base = str_sub(s, 0, (size_t)at);
		jitter = str_tail(s, (size_t)at + sign.len);
		break;
	}
	if (!span(base, 0, &ret->delay))
		return false;
	return !jitter.p || span(jitter, unit_of(&base), &ret->jitter);
}

static bool piece(struct str s, struct impair *ret)
{
	struct str name, value;

	if (!str_cut(s, '=', &name, &value))
		return false;
	if (str_is(name, "loss"))
		return percent(value, &ret->loss);
	if (str_is(name, "dup"))
		return percent(value, &ret->dup);
	return str_is(name, "delay") && delay(value, ret);
}

bool impair_read(struct str text, struct impair *ret, struct fail *why)
{
	struct str one;

	*ret = (struct impair){ 0 };
	if (!text.len)
		return fail_set(why, "nothing is to be impaired");
	while (text.len) {
		str_cut(text, ',', &one, &text);
		if (!piece(str_trim(one), ret))
			return fail_set(why,
					"\"" STR_F "\" is none of loss=5%%, "
					"delay=20ms+-10ms, dup=1%%",
					STR_A(one));
	}
	return true;
}
