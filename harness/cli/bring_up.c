/* SPDX-License-Identifier: MIT */
/* start, ready, stop and version of a device file. */
#include "cli/bring_up.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/shell.h"
#include "base/text.h"
#include "play/player.h"

enum { WITHIN_S = 20, VERSION_S = 10, LISTEN_MS = 20 };

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
	caught = sig;
}

static const char *folder_of(struct arena *a, const char *file)
{
	const char *slash = file ? strrchr(file, '/') : NULL;

	if (!slash)
		return "";
	return arena_z(a, (struct str){ file, (size_t)(slash - file) + 1 });
}

/* ---- ready? ---- */

struct wait {
	const struct bring_up_opts *opts;
	struct keeper *keeper;
	struct str ready; /* options, line or none */
	struct clock clock;
	ns_t limit, until;
	double patience; /* of the next OPTIONS, in parts of 4 s */
};

static bool answers_options(struct wait *w)
{
	struct engine_opts e = *w->opts->engine;
	int status = 0;
	pid_t pid;

	/* short and often at first, because most devices are up at once; longer
	 * each time for one that is slow to answer */
	e.t1 = 20 * NS_MS;
	e.slack = w->patience;
	if (w->patience < 0.25)
		w->patience *= 2;
	pid = fork();
	if (pid == 0)
		_exit(player_probe(&e, open("/dev/null", O_WRONLY)) ? 0 : 1);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool is_ready(struct wait *w)
{
	if (str_is(w->ready, "none"))
		return true;
	if (str_is(w->ready, "line"))
		return w->keeper->ready;
	return answers_options(w);
}

static bool died(const struct wait *w, struct fail *why)
{
	const struct keeper *k = w->keeper;

	if (!k->ended || (WIFEXITED(k->status) && !WEXITSTATUS(k->status)))
		return false; /* a daemon leaves its starter behind */
	if (WIFSIGNALED(k->status))
		fail_set(why, "it died of signal %d (%s) before it was ready",
			 WTERMSIG(k->status), strsignal(WTERMSIG(k->status)));
	else
		fail_set(why, "it ended with status %d before it was ready",
			 WEXITSTATUS(k->status));
	return true;
}

static bool late(const struct wait *w, struct fail *why)
{
	const char *what = str_is(w->ready, "line")
				   ? "no line that begins with \"ready\""
				   : "no answer to OPTIONS";

	return fail_set(why, "%s within %.1f s%s", what, (double)w->limit / 1e9,
			w->keeper->ended ? ", and the command has ended" : "");
}

static bool wait_until_ready(struct wait *w, struct fail *why)
{
	w->until = clock_now(&w->clock) + w->limit;
	do {
		keeper_hear(w->keeper, LISTEN_MS);
		if (caught)
			return fail_set(why, "interrupted");
		if (died(w, why))
			return false;
		if (is_ready(w))
			return true;
	} while (clock_now(&w->clock) < w->until);
	return late(w, why);
}

/* ---- its port ---- */

static bool is_taken(const struct addr *at, int type)
{
	int fd = socket(at->u.sa.sa_family, type | SOCK_CLOEXEC, 0), on = 1;
	bool taken;

	if (fd < 0)
		return false;
	if (type == SOCK_STREAM) /* what has ended lately is no bar */
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	taken = bind(fd, &at->u.sa, addr_len(at)) && errno == EADDRINUSE;
	close(fd);
	return taken;
}

/* Does another program have the device's address, on this machine? */
static bool is_port_taken(const struct engine_opts *e)
{
	return is_taken(&e->dut,
			e->proto == PROTO_UDP ? SOCK_DGRAM : SOCK_STREAM);
}

static bool say_taken(const struct engine_opts *e, struct fail *why)
{
	char text[ADDR_TEXT_MAX];

	return fail_set(why,
			"%s %s is taken before it starts: end what listens "
			"there, or play that with --to",
			proto_word(e->proto), addr_format(&e->dut, text));
}

/* ---- what it said ---- */

/* The last line of its log, behind why it does not start. */
static void add_last_words(const char *log, struct fail *why)
{
	enum { SHOWN_MAX = 150 };
	buf_auto text = { 0 }, plain = { 0 };
	struct str rest, line, last = STR_NONE;
	struct fail said = *why;

	if (!buf_read_file(&text, log))
		return;
	for (rest = buf_str(&text); rest.len;) {
		str_cut(rest, '\n', &line, &rest);
		if (str_trim(line).len)
			last = str_trim(line);
	}
	text_printable(&plain, str_sub(last, 0, SHOWN_MAX));
	if (plain.len)
		fail_set(why, "%s; its last words: %s", said.text,
			 buf_z(&plain));
}

/* ---- the whole ---- */

static struct str ready_word(const struct device *d)
{
	if (d->ready.len)
		return d->ready;
	return str_is(d->liveness, "none") ? STR("none") : STR("options");
}

static bool has_stdin_trigger(const struct device *d)
{
	for (unsigned i = 0; i < d->ntriggers; i++)
		if (d->triggers[i].kind == TRIGGER_STDIN)
			return true;
	return false;
}

static bool start(struct arena *a, const struct bring_up_opts *opts,
		  struct keeper *ret, const char *log, struct fail *why)
{
	const struct device *d = opts->device;
	ns_t within = d->start_within ? d->start_within : WITHIN_S * NS_S;
	struct keeper_opts keep = {
		.start = arena_z(a, d->start),
		.stop = d->stop.len ? arena_z(a, d->stop) : NULL,
		.folder = folder_of(a, opts->file),
		.log = log,
		.types = has_stdin_trigger(d),
	};
	struct wait w = {
		.opts = opts,
		.keeper = ret,
		.ready = ready_word(d),
		.limit = (ns_t)((double)within * opts->engine->slack),
		.patience = 0.05,
	};

	if (!keeper_start(ret, &keep, why))
		return false;
	if (wait_until_ready(&w, why))
		return true;
	keeper_stop(ret);
	return false;
}

bool bring_up(struct arena *a, const struct bring_up_opts *opts,
	      struct keeper *ret, struct fail *why)
{
	struct sigaction sa = { .sa_handler = on_signal };
	const char *log = arena_strf(a, "%s/device.log", opts->out).p;

	*ret = (struct keeper){ .pid = -1 };
	if (!opts->device->start.len)
		return true;
	caught = 0;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	if (is_port_taken(opts->engine))
		return say_taken(opts->engine, why);
	if (start(a, opts, ret, log, why))
		return true;
	add_last_words(log, why);
	return fail_prepend(why, "the device does not start (see %s)", log);
}

void bring_down(const struct bring_up_opts *opts, struct keeper *k)
{
	bool ran = k->pid > 0;
	char text[ADDR_TEXT_MAX];

	keeper_stop(k);
	if (ran && is_port_taken(opts->engine))
		fprintf(stderr,
			"sipladder: the device has ended and %s %s is still "
			"taken: what did it leave behind?\n",
			proto_word(opts->engine->proto),
			addr_format(&opts->engine->dut, text));
}

int bring_up_signal(void)
{
	return caught;
}

struct str bring_up_version(struct arena *a, const struct bring_up_opts *opts)
{
	const struct device *d = opts->device;
	struct str version;
	struct fail why;

	if (!d->version.len)
		return STR_NONE;
	if (shell_first_line(a, arena_z(a, d->version),
			     folder_of(a, opts->file), VERSION_S * NS_S,
			     &version, &why))
		return version;
	fprintf(stderr, "sipladder: version: %s\n", why.text);
	return STR_NONE;
}
