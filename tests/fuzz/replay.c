/* SPDX-License-Identifier: MIT */
/* fuzz_pkt's entry without the fuzzer: the torture messages (.msg, with their
 * escapes) and other files as they are, then mutations of them from a seed,
 * then large ones.
 *
 *     fuzz_pkt_replay [-n MUTATIONS] [-s SEED] FILE...
 */
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "fuzz_pkt.h"
#include "torture/torture.h"

enum { MESSAGE_MAX = 4096 };

struct corpus {
	struct buf *list;
	size_t n;
};

/* xorshift: the same mutations on every machine. */
static size_t below(uint64_t *seed, size_t n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return n ? (*seed >> 16) % n : 0;
}

/* What parsers trip over. */
static const char *const pieces[] = {
	"\r\n",
	"\r\n ",
	"\n",
	"\r",
	"\"",
	"\\",
	"<",
	">",
	"(",
	")",
	";",
	",",
	"=",
	"@",
	"%",
	"%00",
	"[",
	"]",
	"::",
	"?",
	"&",
	":",
	" ",
	"\t",
	"*",
	"\xc3\xa9",
	"\xff",
	"--",
	"SIP/2.0 200 OK\r\n",
	"4294967296",
	"\r\n\r\n",
	"Replaces=a%40b%3Bto-tag%3D1&",
	"Refer-To: <sip:a@b?",
	"c: multipart/mixed;boundary=b\r\n",
	"c: message/sipfrag\r\n",
	"c: application/sdp\r\n\r\nv=0\r\n",
	"m=audio 1 RTP/AVP ]\r\n",
	"\r\n--b\r\n",
	"Via: SIP/2.0/UDP h;received=",
	"Authorization: Digest realm=\"",
	"Warning: 399 h \"",
	"Privacy: id;",
	"Date: Sat, ",
};

/* A piece of other, or one of the list. */
static struct str piece(uint64_t *seed, struct str other)
{
	size_t n = below(seed, 2 * sizeof(pieces) / sizeof(*pieces));

	if (n < sizeof(pieces) / sizeof(*pieces))
		return str_from(pieces[n]);
	return str_sub(other, below(seed, other.len), 1 + below(seed, 60));
}

/* Puts a piece in, in the place of none to sixteen bytes. */
static void mutate(uint64_t *seed, struct buf *b, struct str other)
{
	struct str text = buf_str(b);
	size_t at = below(seed, text.len + 1);
	size_t cut = below(seed, 3) ? below(seed, 16) : 0;
	buf_auto out = { 0 };

	buf_add_str(&out, str_sub(text, 0, at));
	if (below(seed, 4))
		buf_add_str(&out, piece(seed, other));
	else
		buf_add_char(&out, (char)below(seed, 256));
	buf_add_str(&out, str_tail(text, at + cut));
	buf_clear(b);
	buf_add_str(b, str_sub(buf_str(&out), 0, MESSAGE_MAX));
}

static void run(const struct buf *b)
{
	LLVMFuzzerTestOneInput((const uint8_t *)b->p, b->len);
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
		run(&text);
	}
}

/* ---- large messages ------------------------------------------------------ */

enum { LARGE = 32 << 10 };

/* Quadratic work over 32 KiB, for each of some thousand fields, is minutes. */
static void large_messages(void)
{
	static const char *const heads[] = {
		"REFER sip:a SIP/2.0\r\nContact: ",
		"REFER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=",
		"REFER sip:a SIP/2.0\r\nRefer-To: <sip:a@b?x=",
		"REFER sip:a SIP/2.0\r\nAuthorization: Digest ",
		"REFER sip:a SIP/2.0\r\nPrivacy: ",
		"REFER sip:a SIP/2.0\r\nRetry-After: 5 ",
		"REFER sip:a SIP/2.0\r\nDate: Sat, ",
		"REFER sip:",
		"REFER sip:a SIP/2.0\r\nc: multipart/mixed;boundary=-\r\n\r\n",
		"REFER sip:a SIP/2.0\r\nc: message/sipfrag\r\n\r\n",
		"REFER sip:a SIP/2.0\r\nc: application/sdp\r\n\r\nv=0\r\n",
	};
	static const char *const fillers[] = {
		",",    "<sip:a>,",  "\",",   "(", "<sip:a?Contact=",
		";a=b", "&Contact=", "\r\n ", "[", "\r\n---\r\na:b\r\n",
		"m=a ", "\r\na=b:c",
	};

	for (size_t h = 0; h < sizeof(heads) / sizeof(*heads); h++) {
		for (size_t f = 0; f < sizeof(fillers) / sizeof(*fillers);
		     f++) {
			buf_auto text = { 0 };

			buf_add_z(&text, heads[h]);
			while (text.len < LARGE)
				buf_add_z(&text, fillers[f]);
			buf_add_z(&text, "\r\n\r\n");
			run(&text);
		}
	}
}

/* ---- the whole ----------------------------------------------------------- */

static bool add_file(struct arena *a, struct corpus *c, const char *path)
{
	struct buf *b = ARENA_PUSH(a, c->list, c->n);
	bool ok;

	*b = (struct buf){ 0 };
	ok = str_ends(str_from(path), ".msg") ? torture_read(path, b)
					      : buf_read_file(b, path);
	if (!ok)
		fprintf(stderr, "cannot read %s\n", path);
	return ok;
}

/* A reader without bounds must fail here, not fill the machine. The
 * sanitizers need their own large address space. */
static void bound_memory(void)
{
#if !defined(__SANITIZE_ADDRESS__)
	struct rlimit limit = { (rlim_t)1 << 30, (rlim_t)1 << 30 };

	setrlimit(RLIMIT_AS, &limit);
#endif
}

static bool number(const char *s, uint64_t *ret)
{
	if (str_to_u64(str_from(s), ret))
		return true;
	fprintf(stderr, "\"%s\" is no number\n", s);
	return false;
}

static bool options(int argc, char **argv, uint64_t *n, uint64_t *seed)
{
	int o;

	while ((o = getopt(argc, argv, "n:s:")) != -1)
		if ((o != 'n' && o != 's') ||
		    !number(optarg, o == 'n' ? n : seed))
			return false;
	return true;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct corpus c = { 0 };
	uint64_t n = 0, seed = 1;

	if (!options(argc, argv, &n, &seed))
		return 2;
	bound_memory();
	for (int i = optind; i < argc; i++)
		if (!add_file(a, &c, argv[i]))
			return 1;
	for (size_t i = 0; i < c.n; i++)
		run(&c.list[i]);
	if (n && c.n)
		mutations(&c, n, seed ? seed : 1);
	if (n)
		large_messages();
	printf("%zu files, %llu mutations: nothing found\n", c.n,
	       (unsigned long long)n);
	for (size_t i = 0; i < c.n; i++)
		buf_free(&c.list[i]);
	arena_free(a);
	return 0;
}
