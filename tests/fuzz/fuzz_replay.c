/* SPDX-License-Identifier: MIT */
/* The fuzzer's entry without the fuzzer: files as they are, then mutations of
 * them from a seed, then texts that are large in every way.
 *
 *     fuzz_lang_replay [-n MUTATIONS] [-s SEED] FILE...
 */
#include "fuzz_lang.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"

enum { TEXT_MAX = 20000 };

struct corpus {
	struct buf *list;
	size_t n;
};

/* ---- what was found ---- */

static struct str current;

/* Leaves the text behind as libFuzzer would. */
static void on_abort(int sig)
{
	int fd = open("fuzz_lang.found", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	(void)sig;
	if (fd >= 0 && write(fd, current.p, current.len) >= 0)
		close(fd);
}

static void feed(const struct buf *text)
{
	current = buf_str(text);
	LLVMFuzzerTestOneInput((const uint8_t *)text->p, text->len);
}

/* ---- mutations ---- */

static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static size_t below(uint64_t *seed, size_t n)
{
	return n ? next(seed) % n : 0;
}

static const char *const words[] = {
	"end",
	"either",
	"or",
	"or after 1s",
	"when role=ua",
	"else",
	"any order",
	"and",
	"repeat 3",
	"do",
	"watch",
	"must not",
	"{",
	"}",
	"{a",
	"\"",
	"[",
	"]",
	"(",
	")",
	"->",
	"--",
	"<<END",
	"F1",
	"alice",
	"dut",
	"as a1",
	"on b1",
	"for",
	"reply 200",
	"until",
	"within",
	"200..299",
	"999999999",
	"0..5x",
	"{pad 99}",
	"for x",
	"flow",
	"\r\n",
	"\t",
	"#",
	"test\n",
	"repeat 10000\n",
	"do f(a, b)\n",
	"\n",
	"is",
	"in (",
	"a|b|c",
	"..",
	"{F1.Via[1]}",
	"+ ",
	"-Contact\n",
	"X: y\n",
	"let x = status\n",
	"again",
	"raw",
	"no-ack",
	"join",
	"wire",
	"trigger",
	"requirement x\n",
	"level must\n",
	"claims",
	"address",
};

static struct str some_line(uint64_t *seed, struct str text)
{
	size_t from = below(seed, text.len), to;

	while (from && text.p[from - 1] != '\n')
		from--;
	to = from;
	while (to < text.len && text.p[to++] != '\n')
		;
	return str_sub(text, from, to - from);
}

/* What comes in at a place, and how many bytes go there. */
static struct str piece(uint64_t *seed, struct str text, struct str other,
			size_t *ret_cut)
{
	*ret_cut = 0;
	switch (below(seed, 6)) {
	case 0:
		*ret_cut = below(seed, 40);
		return STR_NONE;
	case 1:
		return str_from(
			words[below(seed, sizeof(words) / sizeof(*words))]);
	case 2:
		return some_line(seed, text);
	case 3:
		return some_line(seed, other);
	case 4:
		*ret_cut = some_line(seed, text).len;
		return STR_NONE;
	}
	*ret_cut = 1;
	return str_sub(other, below(seed, other.len), 1 + below(seed, 8));
}

static void mutate(uint64_t *seed, struct buf *b, struct str other)
{
	struct str text = buf_str(b), in;
	size_t at = below(seed, text.len), cut;
	buf_auto out = { 0 };

	in = piece(seed, text, other, &cut);
	buf_add_str(&out, str_sub(text, 0, at));
	buf_add_str(&out, in);
	buf_add_str(&out, str_tail(text, at + cut));
	buf_clear(b);
	buf_add_str(b, str_sub(buf_str(&out), 0, TEXT_MAX));
}

static void mutations(const struct corpus *c, uint64_t n, uint64_t seed)
{
	seed *= UINT64_C(0x9E3779B97F4A7C15);
	while (n-- > 0) {
		buf_auto text = { 0 };

		buf_add_str(&text, buf_str(&c->list[below(&seed, c->n)]));
		for (size_t j = 1 + below(&seed, 6); j-- > 0;)
			mutate(&seed, &text,
			       buf_str(&c->list[below(&seed, c->n)]));
		feed(&text);
	}
}

/* ---- large texts ---- */

/* A header, then the line (with a number where it says %zu) up to the size. */
static void grown(const char *head, const char *line, size_t size)
{
	struct str number, tail;
	buf_auto text = { 0 };

	buf_add_z(&text, head);
	for (size_t i = 0; text.len < size; i++) {
		struct str rest = str_from(line);

		while (str_cut(rest, '%', &number, &tail)) {
			buf_add_str(&text, number);
			buf_addf(&text, "%zu", i);
			rest = tail;
		}
		buf_add_str(&text, rest);
	}
	feed(&text);
}

#define HEAD "ladder 1\ntitle \"x\"\nparty alice\n"

static void large_texts(void)
{
	static const struct {
		const char *head, *line;
	} rows[] = {
		{ "", "a" },
		{ "", "\n" },
		{ HEAD "test\n", "either\n" },
		{ HEAD "test\n", "either\ndut -> alice 200\nor\nend\n" },
		{ HEAD "test\n", "end\n" },
		{ HEAD "test\n", "wait 1s\n" },
		{ HEAD "test\n", "F% alice -> dut OPTIONS {dut.uri} as d%\n" },
		{ HEAD "test\n", "alice -> dut OPTIONS {dut.uri}\n" },
		{ HEAD "test\n", "dut -> alice OPTIONS\n" },
		{ HEAD "test\n", "dut -> alice 200 for F%\n" },
		{ HEAD "test\n", "must not dut -> alice BYE until F%\n" },
		{ HEAD "test\nF1 dut -> alice BYE\n", "must a is b\n" },
		{ HEAD "test\nF1 alice -> dut BYE\n", "X-%: {alice.uri}\n" },
		{ HEAD "test\nF1 alice -> dut BYE\nX: ", "{a" },
		{ HEAD "test\nF1 alice -> dut BYE\nX: ", "{pad 300000}" },
		{ HEAD "test\nF1 alice -> dut ", "as " },
		{ HEAD, "param p% = {p%}{p%}\n" },
		{ HEAD, "party p%\n" },
		{ HEAD, "flow f%()\ndo f%()\nend\n" },
		{ HEAD "for a\n", "v%\n" },
		{ HEAD "test\n", "repeat 10000\n" },
		{ HEAD "test\n", "when role=ua\nwait 1s\nelse\nend\n" },
		{ "", "claims refer%\n" },
		{ "", "requirement r%\nlevel must\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		grown(rows[i].head, rows[i].line, 1000000);
	grown(HEAD "test\n", "wait 1s   # padding, padding, padding\n",
	      10000000);
	grown("", "\n", 10000000);
	grown(HEAD "test\n", "# x\n", 400000); /* 100,000 lines */
}

/* ---- the whole ---- */

static bool add_file(struct arena *a, struct corpus *c, const char *path)
{
	struct buf *b = ARENA_PUSH(a, c->list, c->n);

	*b = (struct buf){ 0 };
	if (buf_read_file(b, path))
		return true;
	fprintf(stderr, "cannot read %s\n", path);
	return false;
}

static uint64_t number(const char *s)
{
	uint64_t n = 0;

	if (!str_to_u64(str_from(s), &n))
		fprintf(stderr, "\"%s\" is no number\n", s);
	return n;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct corpus c = { 0 };
	uint64_t n = 0, seed = 1;
	int o;

	while ((o = getopt(argc, argv, "n:s:")) != -1) {
		if (o == 'n')
			n = number(optarg);
		else if (o == 's')
			seed = number(optarg);
		else
			return 2;
	}
	signal(SIGABRT, on_abort);
	for (int i = optind; i < argc; i++)
		if (!add_file(a, &c, argv[i]))
			return 1;
	for (size_t i = 0; i < c.n; i++)
		feed(&c.list[i]);
	if (n && c.n)
		mutations(&c, n, seed ? seed : 1);
	if (n)
		large_texts();
	printf("%zu files, %llu mutations: nothing found\n", c.n,
	       (unsigned long long)n);
	for (size_t i = 0; i < c.n; i++)
		buf_free(&c.list[i]);
	arena_free(a);
	return 0;
}
