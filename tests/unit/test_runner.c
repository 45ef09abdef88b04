/* SPDX-License-Identifier: MIT */
/* The parent: a device that dies fails one scenario; the rest of the run says
 * nothing (device-gone). A real process on a real socket plays the device. */
#include "play_fix.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "play/runner.h"

enum { RUNS = 4 };

struct seen {
	enum verdict verdicts[RUNS];
	struct str reasons[RUNS];
	unsigned n;
};

static void on_result(void *ctx, const struct prog *prog, struct result *result,
		      struct str trace_text)
{
	struct seen *s = ctx;

	(void)prog;
	(void)trace_text;
	assert_true(s->n < RUNS);
	s->verdicts[s->n] = result->verdict;
	s->reasons[s->n++] = result->reason;
}

/* Answers all with 200, until an INFO kills it. */
static void be_device(int fd)
{
	char bytes[4096];
	struct addr from = { 0 };
	socklen_t len = sizeof(from);
	struct arena *a = arena_new();

	for (;;) {
		ssize_t n =
			recvfrom(fd, bytes, sizeof(bytes), 0, &from.u.sa, &len);
		struct pkt *p = pkt_parse(
			a, (struct str){ bytes, n < 0 ? 0 : (size_t)n });
		struct str out;

		if (n < 0 || str_is(p->method, "INFO"))
			_exit(0);
		out = arena_strf(a,
				 "SIP/2.0 200 OK\r\nVia: " STR_F
				 "\r\nFrom: " STR_F "\r\nTo: " STR_F
				 ";tag=d\r\nCall-ID: " STR_F "\r\nCSeq: " STR_F
				 "\r\nContent-Length: 0\r\n\r\n",
				 STR_A(pkt_row(p, "Via", 0)->value),
				 STR_A(pkt_row(p, "From", 0)->value),
				 STR_A(pkt_row(p, "To", 0)->value),
				 STR_A(pkt_call_id(p)),
				 STR_A(pkt_row(p, "CSeq", 0)->value));
		sendto(fd, out.p, out.len, 0, &from.u.sa, len);
	}
}

static pid_t start_device(struct addr *ret)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(ret->u.v4);
	pid_t pid;

	addr_parse(STR("127.0.0.1"), ret);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, &ret->u.sa, addr_len(ret)), 0);
	assert_int_equal(getsockname(fd, &ret->u.sa, &len), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		be_device(fd);
	close(fd);
	return pid;
}

#define ALIVE                                                                  \
	"test\nF1 alice -> dut OPTIONS {dut.uri} as o\n"                       \
	"F2 must dut -> alice 200 for F1\n"
#define DEADLY                                                                 \
	"test\nF1 alice -> dut INFO {dut.uri} as o\n"                          \
	"F2 must dut -> alice 200 for F1\n"

static void a_crash_fails_one_and_ends_the_rest(void **state)
{
	static const char *const texts[RUNS] = { ALIVE, DEADLY, ALIVE, ALIVE };
	struct fix *f = *state;
	struct progs progs = { 0 };
	struct seen seen = { .n = 0 };
	struct runner_opts opts = { .engine = f->opts,
				    .judge = { .device = &f->device,
					       .today = STR("2026-06-01") },
				    .jobs = 1,
				    .repeat = 1,
				    .at_once = 1,
				    .on_result = on_result,
				    .ctx = &seen,
				    .arena = f->arena };
	pid_t pid = start_device(&opts.engine.dut);
	struct fail why;
	int signal;

	addr_parse(STR("127.0.0.1"), &opts.engine.bind);
	opts.engine.probe = true;
	opts.engine.t1 = 5 * NS_MS;
	opts.engine.slack = 0.2;
	for (unsigned i = 0; i < RUNS; i++)
		*ARENA_PUSH(f->arena, progs.list, progs.n) =
			fix_compile(f, texts[i]);
	assert_int_equal(runner_run(&opts, &progs, &signal, &why), RUNNER_DONE);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(seen.n, RUNS);
	assert_int_equal(seen.verdicts[0], VERDICT_PASS);
	assert_int_equal(seen.verdicts[1], VERDICT_FAIL);
	assert_str(seen.reasons[1], "crash");
	for (unsigned i = 2; i < RUNS; i++) {
		assert_int_equal(seen.verdicts[i], VERDICT_INCONCLUSIVE);
		assert_str(seen.reasons[i], "device-gone");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_crash_fails_one_and_ends_the_rest),
	};

	return cmocka_run_group_tests_name("runner", tests, NULL, NULL);
}
