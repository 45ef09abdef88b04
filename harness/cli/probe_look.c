/* SPDX-License-Identifier: MIT */
/* Our side of a set-up: addresses of the parties, their accounts, triggers. */
#include "cli/probe.h"

#include <errno.h>
#include <unistd.h>

#include "base/quote.h"
#include "lang/device_trigger.h"

enum { ADDRESSES_MAX = 256 };

/* ---- addresses ---- */

static bool can_bind(const struct addr *at, int type)
{
	int fd = socket(at->u.sa.sa_family, type | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && !bind(fd, &at->u.sa, addr_len(at));
	int err = errno;

	if (fd >= 0)
		close(fd);
	errno = err;
	return ok;
}

/* The last of "127.0.0.1..127.0.0.9"; the first where there is one only. */
static struct addr last_address(const struct probe *p,
				const struct engine_opts *e)
{
	struct str bind = p->s->device.bind;
	ptrdiff_t dots = str_find(bind, STR(".."));
	struct addr last = e->bind;

	if (dots < 0 || !addr_parse(str_tail(bind, (size_t)dots + 2), &last))
		return e->bind;
	return last;
}

void probe_bind(struct probe *p, const struct engine_opts *e)
{
	struct addr at = e->bind, last = last_address(p, e);
	char first[ADDR_TEXT_MAX], text[ADDR_TEXT_MAX];
	unsigned n = 0;

	addr_host(&at, first);
	for (;;) {
		addr_set_port(&at, 0);
		addr_host(&at, text);
		if (!can_bind(&at, SOCK_DGRAM) || !can_bind(&at, SOCK_STREAM)) {
			probe_wrong(p, "bind",
				    "give this machine the address, or change "
				    "\"bind\" in the device file",
				    "no party can have %s: %s", text,
				    strerror(errno));
			return;
		}
		n++;
		addr_set_port(&last, 0);
		if (addr_equal(&at, &last) || n == ADDRESSES_MAX)
			break;
		addr_next(&at);
	}
	if (n == 1)
		probe_ok("bind", "the parties are at %s", text);
	else
		probe_ok("bind", "the parties are at %s to %s", first, text);
}

/* ---- accounts ---- */

static void register_one(struct probe *p, const struct engine_opts *e,
			 const struct device_user *u)
{
	struct arena *a = p->s->arena;
	const char *what = arena_strf(a, "user " STR_F, STR_A(u->party)).p;
	const struct pkt *response;
	struct str why;

	probe_play(p, e,
		   arena_strf(a,
			      "ladder 1\n"
			      "title \"An account\"\n"
			      "timeout 8s\n"
			      "party " STR_F " register\n"
			      "test\n"
			      "F1 --\n",
			      STR_A(u->party))
			   .p,
		   &response, &why);
	if (why.len)
		probe_wrong(p, what,
			    "look at user, password and domain here, and "
			    "whether the device knows the user",
			    STR_F, STR_A(why));
	else if (!response)
		probe_wrong(p, what, "is the device a registrar?",
			    "REGISTER was not answered");
	else
		probe_ok(what, "registers as " STR_F, STR_A(u->user));
}

static bool is_registrar(const struct device *d)
{
	for (unsigned i = 0; i < d->nroles; i++)
		if (str_is(d->roles[i], "registrar"))
			return true;
	return false;
}

void probe_users(struct probe *p, const struct engine_opts *e)
{
	const struct device *d = &p->s->device;

	for (unsigned i = 0; i < d->nusers && is_registrar(d); i++)
		register_one(p, e, &d->users[i]);
	if (d->nusers && !is_registrar(d))
		probe_note("users",
			   "%u in the file, but its role is no registrar: "
			   "none registers",
			   d->nusers);
}

/* ---- triggers ---- */

static bool has_value(struct str text)
{
	struct str name;

	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] == '{' &&
		    device_trigger_value(str_tail(text, i), &name))
			return true;
	return false;
}

/* The program of a "run", where it is named by its path. */
static void look_at_program(struct probe *p, const char *what,
			    const struct device_trigger *t)
{
	struct arena *a = p->s->arena;
	struct str command = t->turns[0].say, word;
	const char *path;
	bool open;

	if (!quote_word(a, &command, &word, &open) || has_value(word) ||
	    str_find_char(word, '/') < 0) {
		probe_ok(what, "run " STR_F, STR_A(word));
		return;
	}
	path = arena_strf(a, "%s" STR_F,
			  word.p[0] == '/' ? "" : p->s->device.folder,
			  STR_A(word))
		       .p;
	if (access(path, X_OK))
		probe_wrong(p, what, "commands run in the folder of the file",
			    "%s: %s", path, strerror(errno));
	else
		probe_ok(what, "run %s", path);
}

/* A control port whose address is spelt out: does anybody listen? */
static void look_at_port(struct probe *p, const char *what,
			 const struct device_trigger *t)
{
	struct addr at;
	int fd, err = 0;

	if (has_value(t->to) || !addr_parse(t->to, &at)) {
		probe_ok(what, "%s " STR_F, device_trigger_word(t->kind),
			 STR_A(t->to));
		return;
	}
	fd = socket(at.u.sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO,
		       &(struct timeval){ .tv_sec = 2 },
		       sizeof(struct timeval)) ||
	    connect(fd, &at.u.sa, addr_len(&at)))
		err = errno;
	if (fd >= 0)
		close(fd);
	if (err)
		probe_wrong(p, what,
			    "does the device listen there when it runs?",
			    STR_F ": %s", STR_A(t->to), strerror(err));
	else
		probe_ok(what, "%s " STR_F " takes connections",
			 device_trigger_word(t->kind), STR_A(t->to));
}

static void look_at(struct probe *p, const struct device_trigger *t)
{
	struct arena *a = p->s->arena;
	const char *what = arena_strf(a, "trigger " STR_F, STR_A(t->name)).p;
	struct str lacks = device_trigger_lacks(a, &p->s->device, t->name);

	if (lacks.len)
		probe_note(what, STR_F, STR_A(lacks));
	else if (t->kind == TRIGGER_RUN)
		look_at_program(p, what, t);
	else if (t->kind == TRIGGER_TCP || t->kind == TRIGGER_NETSTRING)
		look_at_port(p, what, t);
	else
		probe_ok(what, "%s", device_trigger_word(t->kind));
}

/* Which claim wants which trigger. */
static void look_for(struct probe *p, const char *claim, const char *name)
{
	const struct device *d = &p->s->device;
	bool claimed = false;

	for (unsigned i = 0; i < d->nclaims; i++)
		claimed |= str_is(d->claims[i].name, claim);
	if (claimed && !device_trigger_find(d, str_from(name)))
		probe_wrong(p, "claims",
			    "add the trigger, or take the claim away",
			    "%s wants a trigger \"%s\", which the file lacks",
			    claim, name);
}

/* None is pulled: who knows what happens then. */
void probe_triggers(struct probe *p)
{
	const struct device *d = &p->s->device;

	for (unsigned i = 0; i < d->ntriggers; i++)
		look_at(p, &d->triggers[i]);
	look_for(p, "refer-client", "transfer");
	look_for(p, "state-reset", "reset");
}
