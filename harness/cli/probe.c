/* SPDX-License-Identifier: MIT */
/* probe: is a set-up sound, before anything is tested? Says once what is wrong
 * and what to do; tells what the device advertises. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/bring_up.h"
#include "cli/given.h"
#include "cli/probe.h"

enum { ANSWER_S = 4 };

struct probe_opts {
	const char *dut, *to, *write;
	double slack;
	bool help;
	struct opt_list secrets;
	struct endpoint_opts net;
};

#define AT(field) offsetof(struct probe_opts, field)

static const struct opt table[] = {
	{ 'd', "dut", OPT_TEXT, AT(dut), "FILE", "the device file" },
	{ 0, "to", OPT_TEXT, AT(to), "TRANSPORT:HOST:PORT",
	  "the device's address, instead of the file's" },
	{ 0, "write", OPT_TEXT, AT(write), "NEW.dut",
	  "write a first device file for what answers at --to" },
	{ 't', "transport", OPT_WORD, AT(net.transport), "udp|tcp|tls",
	  "this one only (default: all of the file)" },
#include "cli/endpoint.def"
	{ 0, "slack", OPT_NUMBER, AT(slack), "X", "multiplies time limits" },
	{ 'h', "help", OPT_FLAG, AT(help), NULL, "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

/* ---- lines of the report ---- */

static void line(const char *word, const char *what, const char *fmt,
		 va_list ap) __attribute__((format(printf, 3, 0)));

static void line(const char *word, const char *what, const char *fmt,
		 va_list ap)
{
	buf_auto out = { 0 }, plain = { 0 };

	buf_vaddf(&out, fmt, ap);
	text_printable(&plain, buf_str(&out));
	printf("%-5s  %-16s  %s\n", word, what, buf_z(&plain));
}

void probe_ok(const char *what, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("ok", what, fmt, ap);
	va_end(ap);
}

void probe_note(const char *what, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("note", what, fmt, ap);
	va_end(ap);
}

void probe_wrong(struct probe *p, const char *what, const char *cure,
		 const char *fmt, ...)
{
	va_list ap;

	p->wrong++;
	va_start(ap, fmt);
	line("WRONG", what, fmt, ap);
	va_end(ap);
	printf("%25s%s\n", "", cure);
}

/* ---- transports ---- */

static bool fill(struct probe *p, struct str transport, struct engine_opts *e,
		 struct fail *why)
{
	const struct device *d = &p->s->device;

	*e = (struct engine_opts){ .device = d,
				   .t1 = d->t1,
				   .slack = p->slack,
				   .seed = (uint64_t)getpid(),
				   .deadline = 20 * NS_S };
	p->s->env.transport = transport;
	return endpoint_fill(p->s, p->net, (ns_t)(ANSWER_S * p->slack * NS_S),
			     e, why);
}

static const char *cure_of(const char *why)
{
	if (strstr(why, "closed") || strstr(why, "refuse"))
		return "start the device, or correct address and transport";
	if (strstr(why, "certificate"))
		return "--tls-ca says who vouches for it, --tls-name what it "
		       "is called";
	if (strstr(why, "no SIP came instead: "))
		return "something else listens there: correct address and "
		       "transport";
	return "is it running, is the address right, does a firewall stand "
	       "between?";
}

static bool look_at_transport(struct probe *p, struct str transport,
			      struct engine_opts *ret)
{
	char text[ADDR_TEXT_MAX];
	struct fail why;

	if (!fill(p, transport, ret, &why)) {
		probe_wrong(p, "address",
			    "correct it in the device file, or behind --to",
			    "%s", why.text);
		return false;
	}
	if (!probe_answers(ret, &why)) {
		probe_wrong(p, arena_z(p->s->arena, transport),
			    cure_of(why.text), "%s", why.text);
		return false;
	}
	probe_ok(arena_z(p->s->arena, transport), "%s answers OPTIONS",
		 addr_format(&ret->dut, text));
	return true;
}

/* All of the file's; *ret is the first that works. */
static bool look_at_transports(struct probe *p, struct engine_opts *ret)
{
	const struct device *d = &p->s->device;
	struct str only = p->s->env.transport;
	struct engine_opts e;
	bool any = false;

	if (p->net->transport || !d->ntransports)
		return look_at_transport(p, only, ret);
	for (unsigned i = 0; i < d->ntransports; i++) {
		if (!look_at_transport(p, d->transports[i], &e) || any)
			continue;
		*ret = e;
		any = true;
		only = d->transports[i];
	}
	p->s->env.transport = only;
	return any;
}

static void look(struct probe *p)
{
	struct engine_opts e;
	bool answers = look_at_transports(p, &e);

	if (!answers && p->s->device.nsides == 0 &&
	    !fill(p, p->s->env.transport, &e, &(struct fail){ 0 }))
		return;
	probe_bind(p, &e);
	if (answers)
		probe_options(p, &e);
	if (answers)
		probe_users(p, &e);
	probe_triggers(p);
	probe_claims(p);
}

/* ---- with the device started, where its file says how ---- */

static bool started(struct probe *p, const char *folder, struct keeper *keeper)
{
	struct engine_opts e;
	struct bring_up_opts up = { &p->s->device, p->dut, folder, &e };
	struct fail why;

	if (fill(p, p->s->env.transport, &e, &why) &&
	    bring_up(p->s->arena, &up, keeper, &why))
		return true;
	probe_wrong(p, "start", "try the command by hand", "%s", why.text);
	return false;
}

static void look_at_started(struct probe *p)
{
	char folder[] = "/tmp/sipladder-probe.XXXXXX";
	struct keeper keeper = { .pid = -1 };
	const char *log;

	if (!mkdtemp(folder)) {
		probe_wrong(p, "start", "make room in /tmp", "%s: %s", folder,
			    strerror(errno));
		return;
	}
	if (started(p, folder, &keeper)) {
		probe_ok("start", "the device starts");
		look(p);
	}
	keeper_stop(&keeper);
	log = arena_strf(p->s->arena, "%s/device.log", folder).p;
	unlink(log);
	rmdir(folder);
}

static int say_sum(const struct probe *p)
{
	if (!p->wrong)
		puts("\nthe set-up is sound");
	else
		printf("\n%u %s wrong\n", p->wrong,
		       p->wrong == 1 ? "thing is" : "things are");
	return p->wrong ? EXIT_UNTESTED : 0;
}

/* ---- a first file ---- */

static int write_file(const struct probe *p, const char *path)
{
	buf_auto out = { 0 };
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	ssize_t n;

	if (fd < 0) {
		fprintf(stderr, "sipladder probe: %s: %s\n", path,
			errno == EEXIST ? "it is there already; nothing was "
					  "written"
					: strerror(errno));
		return EXIT_USAGE;
	}
	probe_draft(p, &out);
	n = write(fd, out.p, out.len);
	if (close(fd) || n != (ssize_t)out.len) {
		fprintf(stderr, "sipladder probe: %s: %s\n", path,
			strerror(errno));
		return EXIT_INTERNAL;
	}
	printf("\n%s is written: look at it, then: sipladder probe -d %s\n",
	       path, path);
	return 0;
}

/* ---- the whole ---- */

static int probe(struct probe *p, const struct probe_opts *o)
{
	int status;

	if (o->write && access(o->write, F_OK) == 0)
		return write_file(p, o->write); /* which says so */
	printf(STR_F "\n", STR_A(p->s->device.name));
	if (p->s->device.start.len)
		look_at_started(p);
	else
		look(p);
	status = say_sum(p);
	if (o->write && p->answer)
		return write_file(p, o->write);
	if (o->write)
		fprintf(stderr,
			"sipladder probe: nobody answers, so %s is not "
			"written\n",
			o->write);
	return status;
}

static int probe_selected(struct selection *s, const struct probe_opts *o)
{
	struct probe p = { .s = s, .net = &o->net, .dut = o->dut };
	int status = select_device(s, "probe", o->dut, o->to, NULL);

	p.slack = o->slack > 0 ? o->slack : s->device.slack;
	s->diags.arena = s->arena;
	if (!status)
		status = endpoint_check("probe", s, &o->net, o->dut, o->to);
	return status ? status : probe(&p, o);
}

static bool read_options(int argc, char **argv, struct probe_opts *o,
			 const char **args, unsigned *n, struct arena *a,
			 struct fail *why)
{
	bool read = opts_read(table, argc, argv, o, args, n, why);

	given_hide(&o->secrets, a);
	return read;
}

int cmd_probe(int argc, char **argv)
{
	struct probe_opts o = { 0 };
	struct selection s = { .arena = arena_new() };
	const char **args = ARENA_ARRAY(s.arena, const char *, (size_t)argc);
	struct fail why;
	unsigned n;
	int status;

	signal(SIGPIPE, SIG_IGN);
	if (!read_options(argc, argv, &o, args, &n, s.arena, &why))
		status = usage_error("probe", why.text);
	else if (o.help)
		status = usage_help("probe -d FILE | --to TRANSPORT:HOST:PORT",
				    table);
	else if (n)
		status = usage_error("probe", "it takes flags only");
	else if (!o.dut && !o.to)
		status = usage_error(
			"probe",
			"which device? --to udp:HOST:PORT, or -d FILE");
	else if (o.write && (o.dut || !o.to))
		status = usage_error("probe", "--write goes with --to alone");
	else {
		s.transport = o.net.transport;
		s.secrets = o.secrets;
		status = probe_selected(&s, &o);
	}
	arena_free(s.arena);
	return status;
}
