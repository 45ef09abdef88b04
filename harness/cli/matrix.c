/* SPDX-License-Identifier: MIT */
/* --matrix transport=udp,tcp,tls: the selection compiled once for each, since
 * "when transport=tcp" is decided before the play. */
#include "cli/matrix.h"

/* ---- reading ---- */

static bool read_part(struct matrix *m, struct str word, struct fail *why)
{
	struct part *part = &m->list[m->n];
	struct str transport, digits;
	enum proto proto;
	uint64_t port = 0;
	bool colon = str_cut(word, ':', &transport, &digits);

	if (!proto_of(transport, &proto))
		return fail_set(why,
				"--matrix: \"%.*s\" is no transport: udp, tcp "
				"or tls",
				STR_A(str_sub(transport, 0, 80)));
	if (colon && (!str_to_u64(digits, &port) || !port || port > 65535))
		return fail_set(why,
				"--matrix: a port is a number from 1 to 65535: "
				"tls:5061");
	for (unsigned i = 0; i < m->n; i++)
		if (str_eq(m->list[i].transport, transport))
			return fail_set(why, "--matrix names %.*s twice",
					STR_A(transport));
	part->transport = transport;
	part->port = (uint16_t)port;
	m->n++;
	return true;
}

bool matrix_read(const char *text, struct matrix *ret, struct fail *why)
{
	struct str name, words, word;

	*ret = (struct matrix){ .n = !text, .named = text };
	if (!text)
		return true;
	str_cut(str_from(text), '=', &name, &words);
	if (!str_is(name, "transport") || !words.len)
		return fail_set(why, "--matrix takes transport=udp,tcp,tls");
	while (words.len) {
		str_cut(words, ',', &word, &words);
		if (!read_part(ret, word, why))
			return false;
	}
	return true;
}

/* ---- the programs ---- */

/* Known failures, reports and folders find the scenario before the "@". */
static void name_programs(struct selection *s)
{
	for (size_t i = 0; i < s->progs.n; i++) {
		struct prog *prog = s->progs.list[i];

		prog->id = arena_strf(s->arena, STR_F "@" STR_F,
				      STR_A(prog->id), STR_A(s->env.transport));
	}
}

void matrix_enter(struct selection *s, const struct part *part)
{
	s->env.transport = part->transport;
	s->port = part->port;
	s->progs = part->progs;
}

static int load_part(struct matrix *m, struct part *part, struct selection *s)
{
	int status = 0;

	s->port = part->port;
	if (!str_eq(part->transport, s->env.transport) || part != m->list)
		status = select_again(s, part->transport);
	if (!status && m->named)
		name_programs(s);
	part->progs = s->progs;
	return status;
}

int matrix_load(struct matrix *m, struct selection *s,
		const struct endpoint_opts *o, const char *dut, bool has_to)
{
	int status = 0;

	if (!m->named && !m->list[0].transport.len)
		m->list[0].transport = s->env.transport;
	for (unsigned i = 0; i < m->n && !status; i++) {
		status = load_part(m, &m->list[i], s);
		if (!status)
			status = endpoint_check("run", s, o, dut, has_to);
	}
	return status;
}

struct str matrix_transports(const struct matrix *m, struct arena *a)
{
	buf_auto out = { 0 };

	for (unsigned i = 0; i < m->n; i++)
		buf_addf(&out, "%s" STR_F, i ? "," : "",
			 STR_A(m->list[i].transport));
	return arena_str(a, buf_str(&out));
}

struct progs matrix_programs(const struct matrix *m, struct arena *a)
{
	struct progs all = { 0 };

	for (unsigned i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->list[i].progs.n; k++)
			*ARENA_PUSH(a, all.list, all.n) =
				m->list[i].progs.list[k];
	return all;
}
