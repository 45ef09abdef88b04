/* SPDX-License-Identifier: MIT */
/*
 * dial URI, transfer URI, attend, hold, resume, bye: what a person would do
 * with the phone. Each line is answered by "ok" or "error: ..". They mean the
 * last call, attend the last two.
 */
#include "control.h"

#include "call.h"
#include "consult.h"
#include "phone.h"
#include "referrer.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LONGEST 1024
#define INPUTS  (PORTS_MAX + 8) /* listeners and who talks */

struct input {
	struct control *control;
	su_wait_t wait[1];
	int index; /* 0: a free place */
	int fd, out;
	bool listens;
	size_t n;
	char line[LONGEST];
};

struct control {
	struct device *dev;
	struct input inputs[INPUTS];
};

/* ---- commands ---- */

static struct call *last_call(const struct device *dev)
{
	for (const struct dialog *d = dev->dialogs; d; d = d->next) {
		if (d->call && d->call->up)
			return d->call;
	}
	return NULL;
}

static const char *do_dial(struct device *dev, char *target)
{
	su_home_t home[1] = { SU_HOME_INIT(home) };
	const char *error = NULL;
	url_t *url;

	su_home_init(home);
	url = url_make(home, target);
	if (!url || !url->url_host || !*url->url_host)
		error = "that is no URI to dial";
	else
		phone_dial(dev, url);
	su_home_deinit(home);
	return error;
}

static const char *do_transfer(struct device *dev, char *target)
{
	struct call *call = last_call(dev);

	if (!call)
		return "there is no call";
	return referrer_refer(call->dlg, target) ? NULL
						 : "a transfer is under way";
}

static const char *do_attend(struct device *dev, char *unused)
{
	(void)unused;
	return consult_join(dev);
}

static const char *offer(struct device *dev, const char *direction)
{
	struct call *call = last_call(dev);
	su_home_t home[1] = { SU_HOME_INIT(home) };
	char *sdp;
	bool done;

	if (!call || !call->media.last)
		return "there is no call";
	su_home_init(home);
	sdp = su_strcat(home, media_unheld(home, call->media.last), direction);
	done = call_offer(call, sdp);
	su_home_deinit(home);
	return done ? NULL : "an INVITE is under way";
}

static const char *do_hold(struct device *dev, char *unused)
{
	(void)unused;
	return offer(dev, "a=sendonly\r\n");
}

static const char *do_resume(struct device *dev, char *unused)
{
	(void)unused;
	return offer(dev, "");
}

/* A call that is being placed, before those that are up. */
static struct call *ringing_call(const struct device *dev)
{
	for (const struct dialog *d = dev->dialogs; d; d = d->next)
		if (d->call && d->call->placed && !d->call->up && d->call->inv)
			return d->call;
	return NULL;
}

static const char *do_bye(struct device *dev, char *unused)
{
	struct call *call = ringing_call(dev);

	(void)unused;
	if (call) {
		invite_cancel(call->inv);
		return NULL;
	}
	call = last_call(dev);
	if (!call)
		return "there is no call";
	call_hang_up(call);
	return NULL;
}

static const struct {
	const char *word;
	bool wants_target;
	const char *(*run)(struct device *, char *);
} commands[] = {
	{ "dial", true, do_dial },  { "transfer", true, do_transfer },
	{ "hold", false, do_hold }, { "resume", false, do_resume },
	{ "bye", false, do_bye },   { "attend", false, do_attend },
};

static const char *obey(struct device *dev, char *line)
{
	char *word = strtok_r(line, " \t\r", &line);
	char *target = strtok_r(NULL, " \t\r", &line);

	for (size_t i = 0; word && i < sizeof(commands) / sizeof(*commands);
	     i++) {
		if (strcmp(word, commands[i].word))
			continue;
		if (commands[i].wants_target != !!target)
			return target ? "that takes no URI" : "which URI?";
		return commands[i].run(dev, target);
	}
	return "dial URI, transfer URI, attend, hold, resume or bye?";
}

/* ---- lines ---- */

static void answer(const struct input *in, const char *error)
{
	char text[100];
	int n = snprintf(text, sizeof(text), error ? "error: %s\n" : "ok\n",
			 error);

	if (write(in->out, text, (size_t)n) < 0)
		return; /* nobody wants to know */
}

static void take_lines(struct input *in)
{
	char *start = in->line, *end;

	while ((end = memchr(start, '\n',
			     in->n - (size_t)(start - in->line)))) {
		*end = '\0';
		answer(in, obey(in->control->dev, start));
		start = end + 1;
	}
	in->n -= (size_t)(start - in->line);
	memmove(in->line, start, in->n);
}

static void drop(struct input *in)
{
	su_root_deregister(in->control->dev->root, in->index);
	if (in->fd > STDERR_FILENO)
		close(in->fd);
	in->index = 0;
}

static struct input *add(struct control *c, int fd, int out, bool listens);

static int on_input(void *magic, su_wait_t *wait, void *arg)
{
	struct input *in = arg;
	ssize_t n;

	(void)magic;
	(void)wait;
	if (in->listens) {
		int fd = accept4(in->fd, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0 && !add(in->control, fd, fd, false))
			close(fd);
		return 0;
	}
	n = read(in->fd, in->line + in->n, sizeof(in->line) - in->n);
	if (n <= 0) {
		drop(in);
		return 0;
	}
	in->n += (size_t)n;
	take_lines(in);
	if (in->n == sizeof(in->line))
		drop(in); /* that is no command */
	return 0;
}

static struct input *add(struct control *c, int fd, int out, bool listens)
{
	for (struct input *in = c->inputs; in < c->inputs + INPUTS; in++) {
		if (in->index)
			continue;
		*in = (struct input){
			.control = c, .fd = fd, .out = out, .listens = listens
		};
		if (su_wait_create(in->wait, fd, SU_WAIT_IN) < 0)
			return NULL;
		in->index = su_root_register(c->dev->root, in->wait, on_input,
					     (su_wakeup_arg_t *)in, 0);
		return in->index > 0 ? in : NULL;
	}
	return NULL;
}

/* ---- where they come from ---- */

static bool listen_at(struct control *c, const char *host, unsigned port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	socklen_t len = sizeof(at);

	if (fd < 0 || inet_pton(AF_INET, host, &at.sin_addr) != 1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 5) ||
	    getsockname(fd, (struct sockaddr *)&at, &len) ||
	    !add(c, fd, fd, true)) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (!port)
		printf("control tcp:%s:%d\n", host, ntohs(at.sin_port));
	return true;
}

static bool listen_where(struct control *c, const char *where)
{
	char host[64];
	const char *colon = strrchr(where, ':');
	size_t n = colon ? (size_t)(colon - where) : 0;

	if (!colon || n >= sizeof(host))
		return false;
	memcpy(host, where, n);
	host[n] = '\0';
	return listen_at(c, n ? host : "127.0.0.1",
			 (unsigned)strtoul(colon + 1, NULL, 10));
}

struct control *control_open(struct device *dev, const char *where)
{
	struct control *c = calloc(1, sizeof(*c));
	bool ok = true;

	assert(c);
	c->dev = dev;
	if (!where) {
		for (unsigned i = 0; i < dev->nports; i++)
			listen_at(c, CONTROL_HOST,
				  (unsigned)strtoul(dev->ports[i].number, NULL,
						    10));
	} else if (!strcmp(where, "stdin")) {
		ok = add(c, STDIN_FILENO, STDOUT_FILENO, false);
	} else if (strcmp(where, "off")) {
		ok = listen_where(c, where);
	}
	if (ok)
		return c;
	control_close(c);
	return NULL;
}

void control_close(struct control *c)
{
	if (!c)
		return;
	for (struct input *in = c->inputs; in < c->inputs + INPUTS; in++) {
		if (in->index > 0)
			drop(in);
	}
	free(c);
}
