/* SPDX-License-Identifier: MIT */
/* Values at run time: templates, paths and conditions over the messages that
 * lines took. */
#include "play/state.h"

#include "sip/uri.h"

/* ---- subjects --------------------------------------------------------------
 */

static struct str not_happened(struct eval *e, const struct label *label)
{
	return arena_strf(e->arena, STR_F " has not happened",
			  STR_A(label->name));
}

static const struct msg *pick(struct eval *e, const struct path *path,
			      const struct labelrun *l)
{
	const struct oprun *r = l->run;

	switch (path->pick) {
	case PICK_PLAIN:
		return l->msg;
	case PICK_FIRST:
		return r ? r->first : NULL;
	case PICK_LAST:
		return r ? r->last : NULL;
	case PICK_NTH:
		if (r && path->nth && path->nth <= r->taken)
			return r->all[path->nth - 1];
		e->lacks =
			arena_strf(e->arena, STR_F " has only %u messages",
				   STR_A(path->label->name), r ? r->taken : 0);
		return NULL;
	}
	return NULL;
}

/* The message a path speaks of; NULL, and lacks set, where there is none. */
const struct msg *eval_subject(struct eval *e, const struct path *path)
{
	const struct labelrun *l;
	const struct msg *m;

	switch (path->subject) {
	case SUBJECT_SELF:
		return e->self;
	case SUBJECT_PREV:
		if (e->line && e->line->taken > 1)
			return e->line->all[e->line->taken - 2];
		e->lacks = STR("there is no message before it");
		return NULL;
	case SUBJECT_LABEL:
		l = &e->play->labels[path->label->id];
		m = pick(e, path, l);
		if (!m && !e->lacks.len)
			e->lacks = not_happened(e, path->label);
		return m;
	}
	return NULL;
}

/* ---- paths
 * -------------------------------------------------------------------- */

static struct value number(struct eval *e, uint64_t n)
{
	return (struct value){ .present = true,
			       .type = TYPE_NUMBER,
			       .text = arena_strf(e->arena, "%llu",
						  (unsigned long long)n) };
}

static struct value text(enum field_type type, struct str s)
{
	return (struct value){ .present = true, .type = type, .text = s };
}

static unsigned count_label(struct play *p, const struct label *label)
{
	unsigned n = 0;

	for (unsigned i = 0; i < p->prog->nops; i++)
		if (p->prog->ops[i]->label == label)
			n += p->ops[i].taken;
	return n;
}

static struct value eval_count(struct eval *e, const struct path *path)
{
	if (path->subject == SUBJECT_LABEL)
		return number(e, count_label(e->play, path->label));
	return number(e, e->line ? e->line->taken : 0);
}

static struct value eval_repeats(struct eval *e, const struct msg *m)
{
	buf_auto out = { 0 };

	for (uint32_t i = 0; i < m->repeats; i++)
		buf_addf(&out, "%s%.0fms", i ? " " : "",
			 (double)m->repeat_times[i] / 1e6);
	return text(TYPE_TEXT, arena_str(e->arena, buf_str(&out)));
}

/* Since the message that the line of this one took before it. */
static struct value eval_gap(struct eval *e, const struct msg *m)
{
	const struct oprun *r = m->op ? &e->play->ops[m->op->id] : NULL;

	for (unsigned i = r && r->all ? r->taken : 0; i-- > 1;)
		if (r->all[i] == m)
			return number(e, (uint64_t)((m->t - r->all[i - 1]->t) /
						    NS_MS));
	return (struct value){ .type = TYPE_NUMBER };
}

static struct value eval_latency(struct eval *e, const struct path *path,
				 const struct msg *m)
{
	const struct labelrun *l =
		path->since ? &e->play->labels[path->since->id] : NULL;
	ns_t from = l ? l->t : m->op ? e->play->ops[m->op->id].opened : 0;

	if (l && (!l->happened || l->t > m->t)) {
		e->lacks = l->happened ? arena_strf(e->arena,
						    "it came before " STR_F,
						    STR_A(path->since->name))
				       : not_happened(e, path->since);
		return (struct value){ .type = TYPE_NUMBER };
	}
	return number(e, (uint64_t)((m->t - from) / NS_MS));
}

static struct value eval_source(struct eval *e, const struct path *path,
				const struct msg *m)
{
	char peer[ADDR_TEXT_MAX];

	if (path->what == PATH_SOURCE_PORT)
		return number(e, addr_port(&m->peer));
	if (path->what == PATH_SOURCE_HOST)
		return text(TYPE_TOKEN,
			    arena_str(e->arena,
				      str_from(addr_host(&m->peer, peer))));
	return text(TYPE_TEXT,
		    arena_str(e->arena, str_from(addr_format(&m->peer, peer))));
}

static struct value eval_let_value(const struct labelrun *l)
{
	return text(TYPE_TEXT, l->value);
}

struct value eval_path(struct eval *e, const struct path *path)
{
	struct value none = { .present = false };
	const struct msg *m;

	if (path->what == PATH_COUNT)
		return eval_count(e, path);
	if (path->subject == SUBJECT_LABEL &&
	    e->play->labels[path->label->id].value.p)
		return eval_let_value(&e->play->labels[path->label->id]);
	m = eval_subject(e, path);
	if (!m && path->what == PATH_REPEATS_COUNT) {
		e->lacks = STR_NONE;
		return number(e, 0);
	}
	if (!m)
		return none;
	switch (path->what) {
	case PATH_FIELD:
		if (auth_judges(&path->field))
			return auth_verify(e->play, m, &path->field);
		return field_get(m->pkt, &path->field, e->arena);
	case PATH_SOURCE:
	case PATH_SOURCE_HOST:
	case PATH_SOURCE_PORT:
		return eval_source(e, path, m);
	case PATH_TRANSPORT:
		return text(TYPE_TOKEN, str_from(proto_word(m->party->proto)));
	case PATH_CONNECTION:
		return m->conn ? number(e, m->conn) : none;
	case PATH_GAP:
		return eval_gap(e, m);
	case PATH_REPEATS:
		return eval_repeats(e, m);
	case PATH_REPEATS_COUNT:
		return number(e, m->repeats);
	case PATH_COUNT:
		break;
	case PATH_LATENCY:
		return eval_latency(e, path, m);
	}
	return none;
}

/* ---- templates
 * ----------------------------------------------------------------- */

/* RFC 3891 3: to-tag is the tag of the side that gets the Replaces. */
static struct str replaces(struct eval *e, const struct dialog *d)
{
	return arena_strf(e->arena, STR_F ";to-tag=" STR_F ";from-tag=" STR_F,
			  STR_A(d->call_id), STR_A(d->remote_tag),
			  STR_A(d->local_tag));
}

/* RFC 4538 7: local and remote as seen by the sender of the request. */
static struct str target_dialog(struct eval *e, const struct dialog *d)
{
	return arena_strf(
		e->arena, STR_F ";local-tag=" STR_F ";remote-tag=" STR_F,
		STR_A(d->call_id), STR_A(d->local_tag), STR_A(d->remote_tag));
}

struct str eval_dialog_attr(struct eval *e, const struct leg *leg,
			    enum tmpl_attr attr)
{
	const struct dialog *d = &leg->d;

	switch (attr) {
	case ATTR_CALL_ID:
		return d->call_id;
	case ATTR_LOCAL_TAG:
		return d->local_tag;
	case ATTR_REMOTE_TAG:
		return d->remote_tag;
	case ATTR_LOCAL_URI:
		return pkt_addr_uri(d->local_uri);
	case ATTR_REMOTE_URI:
		return pkt_addr_uri(d->remote_uri);
	case ATTR_REMOTE_TARGET:
		return d->remote_target;
	case ATTR_REPLACES:
		return replaces(e, d);
	case ATTR_TARGET_DIALOG:
		return target_dialog(e, d);
	case ATTR_NONE:
	case ATTR_URI:
	case ATTR_CONTACT:
	case ATTR_AOR:
	case ATTR_HOSTPORT:
	case ATTR_HOST:
	case ATTR_PORT:
	case ATTR_USER:
	case ATTR_DOMAIN:
		break;
	}
	return STR_NONE;
}

static struct str host_part(struct eval *e, struct str hostport, bool port)
{
	struct addr a;
	char host[ADDR_TEXT_MAX];

	if (!addr_parse(hostport, &a))
		return hostport;
	if (port)
		return arena_strf(e->arena, "%u", addr_port(&a));
	return arena_str(e->arena, str_from(addr_host(&a, host)));
}

static struct str party_attr(struct eval *e, const struct party *party,
			     enum tmpl_attr attr)
{
	if (attr == ATTR_URI)
		return party->uri;
	if (attr == ATTR_CONTACT)
		return party->contact;
	if (attr == ATTR_AOR)
		return party->aor;
	if (attr == ATTR_USER)
		return party->user;
	if (attr == ATTR_HOST || attr == ATTR_PORT)
		return host_part(e, party->hostport, attr == ATTR_PORT);
	return party->hostport;
}

static struct str dut_attr(struct eval *e, enum tmpl_attr attr)
{
	const struct play *p = e->play;

	if (attr == ATTR_URI)
		return p->dut_uri;
	if (attr == ATTR_DOMAIN)
		return p->dut_domain;
	if (attr == ATTR_HOST || attr == ATTR_PORT)
		return host_part(e, p->dut_hostport, attr == ATTR_PORT);
	return p->dut_hostport;
}

static struct str dialog_part(struct eval *e, const struct tmpl_part *part)
{
	const struct leg *leg = e->play->named[part->dialog->id];

	if (!leg) {
		e->lacks = arena_strf(e->arena,
				      "the dialog " STR_F " did not come about",
				      STR_A(part->dialog->name));
		return STR_NONE;
	}
	if (part->kind == TMPL_DIALOG)
		return eval_dialog_attr(e, leg, part->attr);
	if (!leg->begun)
		return STR_NONE;
	return field_get(leg->begun->pkt, &part->field, e->arena).text;
}

static struct str via_of(struct eval *e, struct str sent_by)
{
	return arena_strf(e->arena, "SIP/2.0/UDP " STR_F, STR_A(sent_by));
}

static struct str filtered(struct eval *e, struct str s, unsigned filters)
{
	if (filters & FILTER_BARE)
		s = uri_bare(e->arena, s);
	if (filters & FILTER_SPELT)
		s = uri_spelt(e->arena, s);
	if (filters & FILTER_UNESCAPE)
		s = uri_unescape(e->arena, s);
	if (filters & FILTER_URI)
		s = uri_escape(e->arena, s);
	if (filters & FILTER_VIA)
		s = via_of(e, s);
	return s;
}

static struct str part_text(struct eval *e, const struct tmpl_part *part)
{
	switch (part->kind) {
	case TMPL_TEXT:
		return part->text;
	case TMPL_PATH:
		return eval_path(e, &part->path).text;
	case TMPL_PARTY:
		return party_attr(e, &e->play->parties[part->party->id],
				  part->attr);
	case TMPL_DUT:
		return dut_attr(e, part->attr);
	case TMPL_DIALOG:
	case TMPL_DIALOG_HDR:
		return dialog_part(e, part);
	}
	return STR_NONE;
}

struct str eval_tmpl(struct eval *e, const struct tmpl *t)
{
	buf_auto out = { 0 };

	if (t->n == 1)
		return filtered(e, part_text(e, &t->parts[0]),
				t->parts[0].filters);
	for (unsigned i = 0; i < t->n; i++)
		buf_add_str(&out, filtered(e, part_text(e, &t->parts[i]),
					   t->parts[i].filters));
	return arena_str(e->arena, buf_str(&out));
}
