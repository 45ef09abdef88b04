/* SPDX-License-Identifier: MIT */
/* What a device advertises in its answer to OPTIONS (RFC 3261 11.2), against
 * what its file claims; and a first file for one that has none. */
#include "base/text.h"
#include "cli/probe.h"
#include "lang/claims.h"

#include <ctype.h>

static const struct {
	const char *claim, *header, *token;
} signs[] = {
#define SIGN(claim, header, token) { claim, header, token },
#include "cli/probe_claims.def"
#undef SIGN
};

enum { NSIGNS = sizeof(signs) / sizeof(*signs) };

static bool lists(const struct pkt *m, const char *header, const char *token)
{
	for (unsigned i = 0; i < pkt_values(m, header); i++)
		if (str_eq_case(pkt_value(m, header, i), str_from(token)))
			return true;
	return false;
}

static struct str all_of(struct arena *a, const struct pkt *m, const char *name)
{
	buf_auto out = { 0 }, plain = { 0 };

	for (unsigned i = 0; i < pkt_values(m, name); i++)
		buf_addf(&out, "%s" STR_F, i ? ", " : "",
			 STR_A(pkt_value(m, name, i)));
	text_printable(&plain, str_sub(buf_str(&out), 0, 300));
	return arena_str(a, buf_str(&plain));
}

static void tell_headers(const struct probe *p)
{
	static const char *const names[] = { "Server", "User-Agent", "Allow",
					     "Supported", "Allow-Events" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (pkt_row(p->answer, names[i], 0))
			probe_note("advertises", "%s: " STR_F, names[i],
				   STR_A(all_of(p->s->arena, p->answer,
						names[i])));
}

/* A claim without its sign may hold all the same: it is worth a look. */
static void compare(struct probe *p, const char *claim, const char *header,
		    const char *token)
{
	enum claim_answer said = claims_ask(&p->s->device, str_from(claim));
	bool listed = lists(p->answer, header, token);

	if (said == CLAIM_YES && !listed && pkt_row(p->answer, header, 0))
		probe_note("claims", "%s, but its %s does not list %s", claim,
			   header, token);
	if (said == CLAIM_NO && listed)
		probe_note("lacks", "%s, but its %s lists %s", claim, header,
			   token);
	if (said == CLAIM_UNKNOWN && listed)
		probe_note("could claim", "%s: its %s lists %s", claim, header,
			   token);
}

void probe_claims(struct probe *p)
{
	if (!p->answer)
		return;
	tell_headers(p);
	for (int i = 0; p->dut && i < NSIGNS; i++)
		compare(p, signs[i].claim, signs[i].header, signs[i].token);
	if (lists(p->answer, "Allow-Events", "refer") || !p->dut ||
	    claims_ask(&p->s->device, STR("refer")) != CLAIM_YES ||
	    !pkt_row(p->answer, "Allow-Events", 0))
		return;
	probe_note("claims", "refer, but its Allow-Events does not list refer");
}

/* ---- a starter file ---- */

/* "Asterisk PBX 20.5" -> "asterisk-pbx-20.5" */
static void add_name(const struct probe *p, struct buf *out)
{
	struct str said = pkt_value(p->answer, "Server", 0);
	size_t from = out->len;

	if (!said.len)
		said = pkt_value(p->answer, "User-Agent", 0);
	for (size_t i = 0; i < said.len && out->len - from < 40; i++) {
		unsigned char c = (unsigned char)said.p[i];

		if (isalnum(c) || c == '.')
			buf_add_char(out, (char)tolower(c));
		else if (out->len > from && out->p[out->len - 1] != '-')
			buf_add_char(out, '-');
	}
	while (out->len > from && out->p[out->len - 1] == '-')
		out->len--;
	if (out->len == from)
		buf_add_z(out, "my-device");
}

static void add_claims(const struct probe *p, struct buf *out)
{
	unsigned n = 0;

	for (int i = 0; i < NSIGNS; i++)
		if (lists(p->answer, signs[i].header, signs[i].token))
			buf_addf(out, "%s%s", n++ ? " " : "claims     ",
				 signs[i].claim);
	buf_add_z(out, n ? "   # as it advertises; a refusal of these fails\n"
			 : "# claims   refer follow-3xx=uri\n");
}

static bool is_registrar(const struct probe *p)
{
	return lists(p->answer, "Allow", "REGISTER");
}

void probe_draft(const struct probe *p, struct buf *out)
{
	const struct device *d = &p->s->device;
	bool pbx = is_registrar(p);

	buf_add_z(out, "# What \"sipladder probe\" found; look at every line.\n"
		       "device     ");
	add_name(p, out);
	buf_addf(out, "\naddress    " STR_F "%s" STR_F "\n", STR_A(d->user),
		 d->user.len ? "@" : "", STR_A(d->address));
	buf_addf(out, "transport  " STR_F "   # more of udp tcp tls?\n",
		 STR_A(p->s->env.transport));
	buf_addf(out,
		 "role       %s   # ua b2bua proxy registrar "
		 "redirect-server\n",
		 pbx ? "b2bua registrar" : "ua");
	buf_add_z(out, "edition    rfc3515   # 202 accepts a REFER; rfc7647: "
		       "200; interop: either\n");
	add_claims(p, out);
	buf_add_z(out, "# lacks    refer-out-of-dialog   # scenarios of these "
		       "are skipped\n");
	buf_addf(out,
		 "calls      %s   # how a scenario makes it call: route, "
		 "refer or trigger\n",
		 pbx ? "route" : "refer");
	buf_add_z(out, "answers    itself   # or: trigger\n"
		       "liveness   options\n");
	if (pbx)
		buf_add_z(out, "# domain   pbx.test\n"
			       "# user     alice 1001 password "
			       "{env.ALICE_PW}\n");
	buf_add_z(out, "# start    \"./start.sh\"  ready options within 20s\n"
		       "# trigger  call  sh \"./dial {target}\"\n");
}
