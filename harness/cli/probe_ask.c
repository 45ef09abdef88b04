/* SPDX-License-Identifier: MIT */
/* Asks a device by playing scenarios of a few lines; each in its own process,
 * as "run" does it. */
#include "cli/probe.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "play/player.h"

/* ---- does it answer at all ---- */

bool probe_answers(const struct engine_opts *e, struct fail *why)
{
	char text[sizeof(why->text)] = "the probe broke off";
	int fds[2], status = 0;
	ssize_t n;
	pid_t pid;

	if (pipe(fds))
		return fail_errno(why, "pipe");
	pid = fork();
	if (pid == 0)
		_exit(player_probe(e, fds[1]) ? 0 : 1);
	close(fds[1]);
	n = read(fds[0], text, sizeof(text) - 1); /* to its first words */
	close(fds[0]);
	if (n > 0)
		text[n] = '\0';
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	fail_set(why, "%s", text);
	return pid > 0 && WIFEXITED(status) && !WEXITSTATUS(status);
}

/* ---- what it says ---- */

struct heard {
	struct arena *a;
	const struct pkt *response;
	struct str preamble; /* why it failed */
};

static void on_result(void *ctx, const struct prog *prog, struct result *r,
		      struct str text)
{
	struct heard *h = ctx;
	struct trace tr = { .arena = h->a };
	struct fail why;

	(void)prog;
	(void)r;
	if (!trace_read(&tr, text, &why))
		return;
	for (size_t i = 0; i < tr.n; i++) {
		const struct event *ev = &tr.list[i];

		if (ev->kind == EV_PREAMBLE && !h->preamble.len)
			h->preamble = ev->text;
		if (ev->kind != EV_REC || ev->out || h->response)
			continue;
		h->response = pkt_parse(h->a, ev->bytes);
		if (h->response->kind != PKT_RESPONSE ||
		    h->response->status < 200)
			h->response = NULL;
	}
}

void probe_play(struct probe *p, const struct engine_opts *e, const char *text,
		const struct pkt **ret, struct str *ret_why)
{
	struct progs progs = { 0 };
	struct heard heard = { .a = p->s->arena };
	struct runner_opts opts = { .engine = *e,
				    .judge = { .device = &p->s->device },
				    .jobs = 1,
				    .repeat = 1,
				    .at_once = 1,
				    .on_result = on_result,
				    .ctx = &heard,
				    .arena = p->s->arena };
	struct fail why;
	int sig;

	opts.engine.probe = false;
	if (lang_load_text(&p->s->env, "probe", str_from(text), &progs,
			   &p->s->diags))
		runner_run(&opts, &progs, &sig, &why);
	*ret = heard.response;
	*ret_why = heard.preamble;
}

void probe_options(struct probe *p, const struct engine_opts *e)
{
	struct str why;

	probe_play(p, e,
		   "ladder 1\n"
		   "title \"What a device says of itself\"\n"
		   "timeout 4s\n"
		   "party probe\n"
		   "test\n"
		   "F1 probe -> dut OPTIONS {dut.uri}\n"
		   "F2 dut -> probe final for F1\n",
		   &p->answer, &why);
}
