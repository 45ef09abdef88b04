/* SPDX-License-Identifier: MIT */
/* Broken texts of all kinds: nothing crashes or hangs, each diagnostic has a
 * place and a known code. FUZZ=N makes N of them, SEED=N other ones. */
#include "lang_fix.h"

#include "lang/codes.h"

#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

enum { TIMES = 1500, PIECES_MAX = 64, TEXT_MAX = 20000 };

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

/* One change: bytes go, lines come twice, words and lines of others come. */
static void mutate(uint64_t *seed, struct buf *b, struct str other)
{
	struct str text = buf_str(b);
	size_t at = below(seed, text.len), cut = 0;
	struct str in = STR_NONE;
	buf_auto out = { 0 };

	switch (below(seed, 6)) {
	case 0:
		cut = below(seed, 40);
		break;
	case 1:
		in = str_from(
			words[below(seed, sizeof(words) / sizeof(*words))]);
		break;
	case 2:
		in = some_line(seed, text);
		break;
	case 3:
		in = some_line(seed, other);
		break;
	case 4:
		cut = some_line(seed, text).len;
		break;
	default:
		cut = 1;
		in = str_sub(other, below(seed, other.len), 1 + below(seed, 8));
		break;
	}
	buf_add_str(&out, str_sub(text, 0, at));
	buf_add_str(&out, in);
	buf_add_str(&out, str_tail(text, at + cut));
	buf_clear(b);
	buf_add_str(b, str_sub(buf_str(&out), 0, TEXT_MAX));
}

static void inspect(struct fix *f, const struct buf *text)
{
	for (size_t i = 0; i < f->ds.n; i++) {
		const struct diag *d = &f->ds.list[i];
		bool known = d->level == DIAG_NOTE || lang_code_explain(str_from(d->code));
		bool placed = d->at.src &&
			      d->at.off + d->at.len <= d->at.src->text.len;

		if (!known || !placed)
			fail_msg("%s: " STR_F "\n" STR_F,
				 known ? "no place" : "unknown code",
				 STR_A(d->text), STR_A(buf_str(text)));
	}
	assert_true(f->ds.errors || f->progs.n);
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
	const char *s = getenv(name);
	uint64_t n;

	return s && str_to_u64(str_from(s), &n) ? n : otherwise;
}

static void mutations(void **state)
{
	uint64_t seed = number_of("SEED", 1) * 0x9E3779B97F4A7C15u;
	struct buf seeds[PIECES_MAX] = { 0 };
	char path[] = "/tmp/ladder-XXXXXX";
	struct arena *scratch = arena_new();
	glob_t files;
	struct fix f;
	size_t n = 0;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	fix_open(&f, ROOT "/tests/golden/examples");
	f.env.arena = scratch;
	glob(ROOT "/tests/golden/examples/*/*.ladder", 0, NULL, &files);
	glob(ROOT "/tests/golden/diag/*.ladder", GLOB_APPEND, NULL, &files);
	for (size_t i = 0; i < files.gl_pathc && n < PIECES_MAX; i++)
		n += buf_read_file(&seeds[n], files.gl_pathv[i]);
	for (uint64_t k = number_of("FUZZ", TIMES); k-- > 0;) {
		buf_auto text = { 0 };

		buf_add_str(&text, buf_str(&seeds[below(&seed, n)]));
		for (size_t j = 1 + below(&seed, 6); j-- > 0;)
			mutate(&seed, &text, buf_str(&seeds[below(&seed, n)]));
		assert_true(buf_write_file(&text, path));
		arena_reset(scratch);
		f.progs = (struct progs){ 0 };
		f.ds = (struct diags){ .arena = scratch };
		lang_load(&f.env, path, &f.progs, &f.ds);
		inspect(&f, &text);
	}
	unlink(path);
	globfree(&files);
	for (size_t i = 0; i < n; i++)
		buf_free(&seeds[i]);
	arena_free(scratch);
	fix_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(mutations) };

	return cmocka_run_group_tests_name("lang_fuzz", tests, NULL, NULL);
}
