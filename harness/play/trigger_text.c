/* SPDX-License-Identifier: MIT */
/* Values in the texts of triggers. A value is only ever itself: what it means
 * to a shell, in JSON or in a URL is escaped, and control bytes are refused. */
#include "play/trigger.h"

#include <stdlib.h>

#include "base/quote.h"
#include "base/text.h"
#include "sip/uri.h"

enum { VALUE_MAX = 4096, TEXT_MAX = 64 << 10 };

enum quoting {
	QUOTING_PLAIN,
	QUOTING_SHELL,
	QUOTING_URL,
	QUOTING_JSON,
	QUOTING_XML
};

struct text {
	struct play *p;
	struct arena *a;
	struct trigger_job *job;
	struct str *args;
	unsigned nargs;
	struct fail *why;
};

/* ---- values ---- */

static struct str dut_value(const struct text *x, struct str part)
{
	struct str at = x->p->dut_hostport, host = at;

	while (host.len && host.p[host.len - 1] != ':')
		host.len--;
	if (str_is(part, "port"))
		return str_tail(at, host.len);
	if (host.len)
		host.len--;
	return str_is(part, "host") ? host : at;
}

static struct str uri_value(struct str text, struct str part)
{
	struct uri uri;

	if (!uri_parse(text, &uri) || !uri.is_sip)
		return STR_NONE;
	return str_is(part, "user")   ? uri.user
	       : str_is(part, "host") ? uri.host
				      : uri.port;
}

/* The number to dial of a URI; what is no URI is one already. */
static struct str number_of(struct str text)
{
	struct str user = uri_value(text, STR("user"));

	return user.len ? user : text;
}

static bool party_value(struct text *x, struct str name, struct str part,
			struct str *ret)
{
	for (unsigned i = 0; i < x->p->prog->nparties; i++) {
		const struct party *party = &x->p->parties[i];

		if (!str_eq(party->decl->name, name))
			continue;
		*ret = str_is(part, "uri")       ? party->uri
		       : str_is(part, "contact") ? party->contact
		       : str_is(part, "user")    ? party->user
						 : party->hostport;
		return true;
	}
	return fail_set(x->why, "this scenario has no party \"" STR_F "\"",
			STR_A(name));
}

static const struct party *last_caller(const struct play *p)
{
	for (size_t i = p->nlog; i-- > 0;)
		if (p->log[i]->out && p->log[i]->pkt->kind == PKT_REQUEST &&
		    str_is(p->log[i]->pkt->method, "INVITE"))
			return p->log[i]->party;
	return NULL;
}

/* Whose address the first value is; without one, who has called last. */
static bool party_meant(struct text *x, struct str *ret)
{
	const struct party *caller = last_caller(x->p);

	for (unsigned i = 0; x->nargs && i < x->p->prog->nparties; i++) {
		const struct party *party = &x->p->parties[i];

		*ret = party->decl->name;
		if (str_eq(party->uri, x->args[0]) ||
		    str_eq(party->contact, x->args[0]))
			return true;
	}
	if (x->nargs || !caller || !caller->decl)
		return fail_set(x->why, "no party is meant by {party} here");
	*ret = caller->decl->name;
	return true;
}

static bool argument(struct text *x, unsigned i, struct str *ret)
{
	if (i >= x->nargs)
		return fail_set(x->why,
				"the step gives it no value number %u, which "
				"the device file wants",
				i + 1);
	*ret = x->args[i];
	return true;
}

static bool secret_value(struct text *x, struct str name, struct str *ret)
{
	const char *value = getenv(arena_z(x->a, name));

	if (!value)
		return fail_set(x->why, "the environment has no " STR_F,
				STR_A(name));
	*ret = arena_str(x->a, str_from(value));
	if (ret->len)
		*ARENA_PUSH(x->a, x->job->secrets, x->job->nsecrets) = *ret;
	return true;
}

static bool from_value(struct text *x, struct str *ret)
{
	*ret = x->nargs > 1 ? number_of(x->args[1])
			    : x->p->eng->opts.device->user;
	return true;
}

static bool value_of(struct text *x, struct str name, struct str *ret)
{
	struct str head, part;

	str_cut(name, '.', &head, &part);
	if (str_is(head, "env"))
		return secret_value(x, part, ret);
	if (name.len == 1 && name.p[0] >= '1' && name.p[0] <= '9')
		return argument(x, (unsigned)(name.p[0] - '1'), ret);
	if (str_is(name, "from"))
		return from_value(x, ret);
	if (str_is(name, "party"))
		return party_meant(x, ret);
	if (str_is(head, "dut")) {
		*ret = dut_value(x, part);
		return true;
	}
	if (!str_is(head, "target") && !str_is(name, "to"))
		return party_value(x, head, part, ret);
	if (!argument(x, 0, ret))
		return false;
	if (part.len)
		*ret = uri_value(*ret, part);
	else if (str_is(name, "to"))
		*ret = number_of(*ret);
	return true;
}

static bool check_bytes(struct text *x, struct str name, struct str value)
{
	if (value.len > VALUE_MAX)
		return fail_set(x->why, "{" STR_F "} is longer than %d bytes",
				STR_A(name), VALUE_MAX);
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f)
			return fail_set(x->why,
					"{" STR_F "} holds a control byte "
					"(0x%02x), which no trigger is given",
					STR_A(name), (unsigned char)value.p[i]);
	return true;
}

/* ---- texts ---- */

static void add_url(struct str value, struct buf *out)
{
	static const char plain[] = "-._~";

	for (size_t i = 0; i < value.len; i++) {
		char c = value.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || strchr(plain, c))
			buf_add_char(out, c);
		else
			buf_addf(out, "%%%02X", (unsigned char)c);
	}
}

static void add_value(enum quoting way, struct quote *q, struct str value,
		      struct buf *out)
{
	switch (way) {
	case QUOTING_PLAIN:
		buf_add_str(out, value);
		break;
	case QUOTING_SHELL:
		quote_value(q, value, out);
		break;
	case QUOTING_URL:
		add_url(value, out);
		break;
	case QUOTING_JSON:
		text_json(out, value);
		break;
	case QUOTING_XML:
		text_xml(out, value);
		break;
	}
}

static bool put(struct text *x, enum quoting way, struct str name,
		struct quote *q, struct buf *out)
{
	struct str value;

	if (str_is(name, "crlf")) {
		buf_add_z(out, "\r\n");
		return true;
	}
	if (!value_of(x, name, &value) || !check_bytes(x, name, value))
		return false;
	if (way == QUOTING_SHELL && quote_refuses(q))
		return fail_set(x->why, "{" STR_F "} may not stand there: %s",
				STR_A(name), quote_refuses(q));
	if (way == QUOTING_URL && str_starts(name, "dut"))
		way = QUOTING_PLAIN; /* "[::1]:8088" is the host of a URL */
	add_value(way, q, value, out);
	return true;
}

static bool expand(struct text *x, enum quoting way, struct str s,
		   struct str *ret)
{
	buf_auto out = { .max = TEXT_MAX };
	struct quote q = { 0 };
	struct str name;

	for (size_t i = 0; i < s.len;) {
		struct str rest = str_tail(s, i);
		size_t n = rest.p[0] == '{' ? device_trigger_value(rest, &name)
					    : 0;

		if (n && !put(x, way, name, &q, &out))
			return false;
		if (!n) {
			quote_step(&q, rest.p[0]);
			buf_add_char(&out, rest.p[0]);
		}
		i += n ? n : 1;
	}
	if (out.over)
		return fail_set(x->why,
				"with its values it is longer than %d "
				"bytes",
				TEXT_MAX);
	*ret = arena_str(x->a, buf_str(&out));
	return true;
}

static bool expand_z(struct text *x, enum quoting way, struct str s,
		     const char **ret)
{
	struct str text;

	if (!expand(x, way, s, &text))
		return false;
	*ret = arena_z(x->a, text);
	return true;
}

/* ---- jobs ---- */

static enum quoting body_way(const struct device_trigger *t, struct str body)
{
	if (device_trigger_is_json(body) || str_find(t->type, STR("json")) >= 0)
		return QUOTING_JSON;
	if (str_find(t->type, STR("xml")) >= 0)
		return QUOTING_XML;
	return str_starts(t->type, "text/") ? QUOTING_PLAIN : QUOTING_URL;
}

static enum quoting way_of(const struct device_trigger *t, struct str text)
{
	switch (t->kind) {
	case TRIGGER_SH:
		return QUOTING_SHELL;
	case TRIGGER_HTTP:
		return body_way(t, text);
	case TRIGGER_TCP:
	case TRIGGER_NETSTRING:
		return device_trigger_is_json(text) ? QUOTING_JSON
						    : QUOTING_PLAIN;
	case TRIGGER_RUN:
	case TRIGGER_STDIN:
	case TRIGGER_ASK:
	case TRIGGER_KINDS:
		break;
	}
	return QUOTING_PLAIN;
}

static bool split(struct text *x, struct str command)
{
	enum { WORDS_MAX = 256 };
	char **argv = ARENA_ARRAY(x->a, char *, WORDS_MAX + 1);
	unsigned n = 0;
	struct str word;
	bool open;

	while (n < WORDS_MAX && quote_word(x->a, &command, &word, &open)) {
		const char *z;

		if (!expand_z(x, QUOTING_PLAIN, word, &z))
			return false;
		argv[n++] = (char *)(uintptr_t)z;
	}
	x->job->argv = argv;
	return n > 0 || fail_set(x->why, "there is no program to run");
}

static void through_shell(struct text *x, struct str command)
{
	static const char *const shell[] = { "/bin/sh", "-c" };

	x->job->argv = ARENA_ARRAY(x->a, char *, 4);
	x->job->argv[0] = arena_z(x->a, str_from(shell[0]));
	x->job->argv[1] = arena_z(x->a, str_from(shell[1]));
	x->job->argv[2] = arena_z(x->a, command);
}

static bool make_turns(struct text *x, const struct device_trigger *t)
{
	struct trigger_job *job = x->job;

	job->nturns = t->nturns;
	job->turns = ARENA_ARRAY(x->a, struct trigger_turn, t->nturns + 1);
	for (unsigned i = 0; i < t->nturns; i++) {
		const struct trigger_turn *turn = &t->turns[i];

		if (t->kind != TRIGGER_RUN &&
		    !expand(x, way_of(t, turn->say), turn->say,
			    &job->turns[i].say))
			return false;
		if (!expand(x, QUOTING_PLAIN, turn->expect,
			    &job->turns[i].expect))
			return false;
	}
	return true;
}

static const char *default_type(const struct device_trigger *t)
{
	return device_trigger_is_json(t->turns[0].say)
		       ? "application/json"
		       : "application/x-www-form-urlencoded";
}

static void read_args(struct text *x, const struct op *op)
{
	struct eval e = { .play = x->p, .arena = x->a };

	x->nargs = op->trigger.nargs;
	x->args = ARENA_ARRAY(x->a, struct str, x->nargs + 1);
	for (unsigned i = 0; i < x->nargs && !e.lacks.len; i++)
		x->args[i] = eval_tmpl(&e, &op->trigger.args[i]);
	if (e.lacks.len)
		fail_set(x->why, STR_F, STR_A(e.lacks));
}

bool trigger_job_make(struct play *p, const struct op *op,
		      const struct device_trigger *t, struct trigger_job *ret,
		      struct fail *why)
{
	struct text x = { .p = p, .a = p->arena, .job = ret, .why = why };
	enum quoting way =
		t->kind == TRIGGER_HTTP ? QUOTING_URL : QUOTING_PLAIN;

	*ret = (struct trigger_job){ .kind = t->kind,
				     .folder = p->eng->opts.device->folder,
				     .method = arena_z(p->arena, t->method),
				     .limit = play_slack(p, t->within) };
	why->text[0] = '\0';
	read_args(&x, op);
	if (why->text[0] || !make_turns(&x, t) ||
	    !expand_z(&x, way, t->to, &ret->to))
		return false;
	ret->type = t->type.len ? arena_z(p->arena, t->type) : default_type(t);
	if (t->kind == TRIGGER_RUN)
		return split(&x, t->turns[0].say);
	if (t->kind == TRIGGER_SH)
		through_shell(&x, ret->turns[0].say);
	return true;
}

struct str trigger_step_text(struct play *p, const struct op *op)
{
	struct eval e = { .play = p, .arena = p->arena };
	buf_auto out = { 0 };

	buf_addf(&out, "trigger " STR_F, STR_A(op->trigger.name));
	for (unsigned i = 0; i < op->trigger.nargs; i++) {
		buf_add_char(&out, ' ');
		buf_add_str(&out, str_sub(eval_tmpl(&e, &op->trigger.args[i]),
					  0, 200));
	}
	return arena_str(p->arena, buf_str(&out));
}

struct str trigger_masked(const struct trigger_job *job, struct arena *a,
			  struct str text)
{
	for (unsigned i = 0; i < job->nsecrets; i++) {
		struct str secret = job->secrets[i];
		buf_auto out = { 0 };
		ptrdiff_t at;

		while ((at = str_find(text, secret)) >= 0) {
			buf_add_str(&out, str_sub(text, 0, (size_t)at));
			buf_add_z(&out, "***");
			text = str_tail(text, (size_t)at + secret.len);
		}
		buf_add_str(&out, text);
		text = arena_str(a, buf_str(&out));
	}
	return text;
}
