/* SPDX-License-Identifier: MIT */
/* Triggers as the play sees them: begun, heard, done or failed. The loop only
 * ever looks at descriptors; the work is the process's (trigger_do.c). */
#include "play/trigger.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "play/order.h"

enum { SHOWN_MAX = 2000, SHOWN_LINES = 15, CHUNK = 65536 };

struct trigger_run {
	struct trigger_run *next;
	struct play *p;
	const struct op *op;
	struct trigger_job job;
	pid_t pid;           /* 0: it is over */
	int out, say, ended; /* what it prints, why, its pidfd; -1: closed */
	struct wire_watch on_out, on_ended;
	struct timer timer;
	struct buf text; /* what it has printed, the beginning */
	size_t printed;
};

/* ---- how it ends ---- */

/* A trigger of the cleanup that fails is trouble beside the test. */
static void fail(struct play *p, const struct op *op, const char *got,
		 struct str text)
{
	struct oprun *r = order_run_of(p, op);
	struct event ev = play_event(p, EV_MISS);

	if (op->phase == PHASE_CLEANUP) {
		r->state = OPS_GIVEN_UP;
		play_problem(p, STR_F ": %s", STR_A(op->arrow), got);
		return;
	}
	r->state = OPS_GIVEN_UP;
	ev.op = op->id;
	ev.wanted = trigger_step_text(p, op);
	ev.got = str_from(got);
	ev.text = text;
	play_emit(p, &ev);
	p->missing = op;
	end_stop(p, "a trigger failed");
}

static void note(struct play *p, const struct op *op, bool done, struct str got)
{
	struct event ev = play_event(p, EV_TRIGGER);

	ev.op = op->id;
	ev.ok = done;
	ev.text = trigger_step_text(p, op);
	ev.got = got;
	play_emit(p, &ev);
}

static void finish(struct play *p, const struct op *op, struct str said)
{
	struct oprun *r = order_run_of(p, op);

	r->state = OPS_DONE;
	if (!r->made)
		r->made = play_now(p);
	note(p, op, true, said);
}

/* ---- what it has said ---- */

static struct str last_line(struct str text)
{
	struct str line = STR_NONE;

	while (text.len)
		str_cut(text, '\n', &line, &text);
	return line;
}

/* The sentence of the process, its last one. */
static struct str sentence(struct trigger_run *t)
{
	char text[8192];
	ssize_t n = read(t->say, text, sizeof(text));

	if (n <= 0)
		return STR_NONE;
	return trigger_masked(
		&t->job, t->p->arena,
		arena_str(t->p->arena,
			  last_line((struct str){ text, (size_t)n })));
}

/* The beginning of what it printed, a line each below a heading. */
static struct str said(struct trigger_run *t)
{
	struct str all = trigger_masked(&t->job, t->p->arena,
					str_trim(buf_str(&t->text)));
	struct str rest = str_sub(all, 0, SHOWN_MAX), line;
	buf_auto out = { 0 };
	unsigned n = 0;

	while (rest.len && n++ < SHOWN_LINES) {
		str_cut(rest, '\n', &line, &rest);
		buf_addf(&out, "%s" STR_F, out.len ? "\n  " : "it said:\n  ",
			 STR_A(line));
	}
	if (rest.len || all.len > SHOWN_MAX)
		buf_add_z(&out, "\n  ...");
	return arena_str(t->p->arena, buf_str(&out));
}

/* ---- the process ---- */

static void close_fd(struct wire_watch *watch, int *fd)
{
	if (watch)
		wire_unwatch(watch);
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Its status, as of waitpid(); it is gone then with its descriptors. */
static int bury(struct trigger_run *t, bool kill_it)
{
	int status = 0;

	timer_stop(&t->p->eng->timers, &t->timer);
	if (kill_it)
		kill(t->job.kind == TRIGGER_ASK ? t->pid : -t->pid, SIGKILL);
	if (kill_it)
		kill(t->pid, SIGKILL); /* before it had a group */
	while (waitpid(t->pid, &status, 0) < 0 && errno == EINTR)
		;
	t->pid = 0;
	close_fd(&t->on_out, &t->out);
	close_fd(&t->on_ended, &t->ended);
	return status;
}

static void give_up(struct trigger_run *t, const char *got)
{
	struct str text = said(t);

	close_fd(NULL, &t->say);
	buf_free(&t->text);
	if (!order_is_over(order_run_of(t->p, t->op)))
		fail(t->p, t->op, got, text);
	order_pump(t->p);
}

static void on_late(struct timer *timer, void *ctx)
{
	struct trigger_run *t = ctx;
	struct str about;

	(void)timer;
	bury(t, true);
	about = sentence(t);
	give_up(t,
		arena_strf(t->p->arena, "it was not done within %.1f s%s" STR_F,
			   (double)t->job.limit / 1e9, about.len ? ": " : "",
			   STR_A(about))
			.p);
}

/* False: there is nothing more now. */
static bool read_some(struct trigger_run *t)
{
	char chunk[CHUNK];
	ssize_t n = read(t->out, chunk, sizeof(chunk));

	if (n <= 0)
		return false;
	t->printed += (size_t)n;
	buf_add(&t->text, chunk, (size_t)n);
	return t->printed <= TRIGGER_SAID_MAX;
}

static void on_printed(void *ctx)
{
	struct trigger_run *t = ctx;

	errno = 0;
	if (read_some(t) || errno == EAGAIN)
		return;
	if (t->printed <= TRIGGER_SAID_MAX) {
		wire_unwatch(&t->on_out); /* its end is told by on_ended */
		return;
	}
	bury(t, true);
	give_up(t, arena_strf(t->p->arena, "it prints more than %d bytes",
			      TRIGGER_SAID_MAX)
			   .p);
}

static const char *ending(struct trigger_run *t, int status)
{
	struct str why = sentence(t), expect = t->job.turns[0].expect;
	bool command = t->job.kind == TRIGGER_SH || t->job.kind == TRIGGER_RUN;

	if (WIFSIGNALED(status))
		return arena_strf(t->p->arena, "it died of signal %d (%s)",
				  WTERMSIG(status), strsignal(WTERMSIG(status)))
			.p;
	if (WEXITSTATUS(status) && why.len)
		return arena_z(t->p->arena, why);
	if (WEXITSTATUS(status))
		return arena_strf(t->p->arena, "it ended with status %d",
				  WEXITSTATUS(status))
			.p;
	if (command && expect.len && str_find(buf_str(&t->text), expect) < 0)
		return arena_strf(t->p->arena, "it did not print \"" STR_F "\"",
				  STR_A(expect))
			.p;
	return NULL;
}

static void on_ended(void *ctx)
{
	struct trigger_run *t = ctx;
	const char *why;
	int status;

	while (read_some(t))
		;
	status = bury(t, false);
	why = ending(t, status);
	if (why) {
		give_up(t, why);
		return;
	}
	if (!order_is_over(order_run_of(t->p, t->op)))
		finish(t->p, t->op, said(t));
	close_fd(NULL, &t->say);
	buf_free(&t->text);
	order_pump(t->p);
}

static bool watch_it(struct trigger_run *t, struct fail *why)
{
	struct wire *wire = t->p->eng->wire;

	t->on_out =
		(struct wire_watch){ .fd = t->out, .fn = on_printed, .ctx = t };
	t->on_ended =
		(struct wire_watch){ .fd = t->ended, .fn = on_ended, .ctx = t };
	return wire_watch(wire, &t->on_out, why) &&
	       wire_watch(wire, &t->on_ended, why);
}

static bool begin(struct trigger_run *t, struct fail *why)
{
	int out[2] = { -1, -1 }, say[2] = { -1, -1 };

	if (pipe2(out, O_CLOEXEC | O_NONBLOCK) ||
	    pipe2(say, O_CLOEXEC | O_NONBLOCK) || (t->pid = fork()) < 0) {
		fail_errno(why, "cannot start a process");
		t->pid = 0;
	} else if (t->pid == 0) {
		fcntl(out[1], F_SETFL, 0); /* who prints may wait */
		fcntl(say[1], F_SETFL, 0);
		trigger_do(&t->job, out[1], say[1]);
	}
	close_fd(NULL, &out[1]);
	close_fd(NULL, &say[1]);
	t->out = out[0];
	t->say = say[0];
	t->ended = t->pid ? pidfd_open(t->pid, 0) : -1;
	if (t->pid && t->ended < 0)
		fail_errno(why, "pidfd_open");
	return t->ended >= 0;
}

static void launch(struct trigger_run *t)
{
	struct play *p = t->p;
	struct fail why;

	t->out = t->say = t->ended = -1;
	t->text.max = TRIGGER_KEPT_MAX;
	if (!begin(t, &why) || !watch_it(t, &why)) {
		if (t->pid)
			bury(t, true);
		close_fd(NULL, &t->out);
		give_up(t, arena_z(p->arena, str_from(why.text)));
		return;
	}
	timer_set(&p->eng->timers, &t->timer,
		  p->begun + play_now(p) + t->job.limit, on_late, t);
}

/* ---- the device's standard input ---- */

static const char *type_line(struct play *p, struct str line)
{
	int fd = p->eng->opts.device_input;
	struct str text = arena_strf(p->arena, STR_F "%s", STR_A(line),
				     str_ends(line, "\n") ? "" : "\n");
	ssize_t n;

	if (!fd)
		return "the device was not started here";
	if (text.len > PIPE_BUF)
		return "the line is too long";
	n = write(fd, text.p, text.len); /* all of it or nothing */
	if (n >= 0)
		return NULL;
	return errno == EAGAIN ? "the device does not read what is typed"
			       : "the device reads nothing any more";
}

static void do_stdin(struct play *p, const struct op *op,
		     const struct trigger_job *job)
{
	const char *why = type_line(p, job->turns[0].say);

	if (why)
		fail(p, op, why, STR_NONE);
	else
		finish(p, op, STR_NONE);
}

/* ---- the step ---- */

static void start_job(struct play *p, const struct op *op,
		      const struct trigger_job *job)
{
	struct trigger_run *t = ARENA_NEW(p->arena, struct trigger_run);
	struct oprun *r = order_run_of(p, op);

	*t = (struct trigger_run){
		.next = p->triggers, .p = p, .op = op, .job = *job
	};
	p->triggers = t;
	r->state = OPS_OPEN;
	r->made = play_now(p);
	launch(t);
}

void trigger_start(struct play *p, const struct op *op)
{
	const struct device *d = p->eng->opts.device;
	struct str name = op->trigger.name;
	const struct device_trigger *t = device_trigger_find(d, name);
	struct str lacks = device_trigger_lacks(p->arena, d, name);
	struct trigger_job job;
	struct fail why;

	if (lacks.len) {
		fail(p, op, arena_z(p->arena, lacks), STR_NONE);
		return;
	}
	if (!t || (str_is(name, "answer") && !str_is(d->answers, "trigger"))) {
		order_run_of(p, op)->made = play_now(p);
		order_run_of(p, op)->state = OPS_DONE;
		return; /* it answers by itself */
	}
	play_note_op(p, EV_SENT, op, NULL);
	if (!trigger_job_make(p, op, t, &job, &why)) {
		fail(p, op, arena_z(p->arena, str_from(why.text)), STR_NONE);
		return;
	}
	note(p, op, false, STR_NONE);
	if (t->kind == TRIGGER_STDIN)
		do_stdin(p, op, &job);
	else
		start_job(p, op, &job);
}

bool trigger_is_running(const struct play *p)
{
	for (const struct trigger_run *t = p->triggers; t; t = t->next)
		if (t->pid)
			return true;
	return false;
}

void trigger_stop_all(struct play *p)
{
	for (struct trigger_run *t = p->triggers; t; t = t->next) {
		if (!t->pid)
			continue;
		bury(t, true);
		close_fd(NULL, &t->say);
		buf_free(&t->text);
	}
}

bool trigger_is_used(const struct prog *prog, const struct device *d)
{
	for (unsigned i = 0; i < prog->nops; i++) {
		const struct op *op = prog->ops[i];

		if (op->kind == OP_TRIGGER &&
		    device_trigger_find(d, op->trigger.name) &&
		    (!str_is(op->trigger.name, "answer") ||
		     str_is(d->answers, "trigger")))
			return true;
	}
	return false;
}
