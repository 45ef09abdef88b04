/* SPDX-License-Identifier: MIT */
/* The lines between the traces of many plays. */
#include "play/plays.h"

void plays_write_count(const struct plays_count *count, struct buf *out)
{
	buf_addf(out, "#plays %u", count->n);
	for (int v = 0; v <= VERDICT_NOT_RUN; v++)
		buf_addf(out, " %u", count->verdicts[v]);
	buf_add_char(out, '\n');
}

void plays_write_head(unsigned number, struct buf *out)
{
	buf_addf(out, "#play %u\n", number);
}

static bool take_number(struct str *words, unsigned *ret)
{
	struct str word;
	uint64_t n;

	str_cut(*words, ' ', &word, words);
	if (!str_to_u64(word, &n) || n > UINT32_MAX)
		return false;
	*ret = (unsigned)n;
	return true;
}

static void read_count(struct str words, struct plays_count *ret)
{
	struct plays_count count;

	if (!take_number(&words, &count.n))
		return;
	for (int v = 0; v <= VERDICT_NOT_RUN; v++)
		if (!take_number(&words, &count.verdicts[v]))
			return;
	*ret = count;
}

/* One line with its end; what a dead player did not end is left out. */
static bool take_line(struct str *text, struct str *ret)
{
	struct str rest;

	if (!str_cut(*text, '\n', ret, &rest))
		return false;
	*text = rest;
	return true;
}

/* The trace: all lines up to the next that is none. */
static struct str take_trace(struct str *text)
{
	struct str all = *text, line, rest = all;

	while (rest.len && rest.p[0] != '#' && take_line(&rest, &line))
		;
	*text = rest.len && rest.p[0] != '#' ? STR_NONE : rest;
	return str_sub(all, 0, (size_t)(rest.p - all.p));
}

bool plays_next(struct str *text, struct plays_told *ret,
		struct plays_count *count)
{
	static const char one[] = "#play ", all[] = "#plays ";
	struct str line;

	*ret = (struct plays_told){ 0 };
	while (text->len && text->p[0] == '#') {
		if (!take_line(text, &line))
			return false;
		if (str_starts(line, all))
			read_count(str_tail(line, strlen(all)), count);
		if (!str_starts(line, one))
			continue;
		line = str_tail(line, strlen(one));
		if (!take_number(&line, &ret->number))
			continue;
		ret->trace = take_trace(text);
		return true;
	}
	if (!text->len)
		return false;
	ret->trace = take_trace(text);
	return true;
}
