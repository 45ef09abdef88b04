/* SPDX-License-Identifier: MIT */
/* The scripted device: mirrors what it got, and does what on() says. It knows
 * nothing of the engine and keeps no dialogs. */
#include "play_dev.h"

#include <assert.h>

struct due { /* one word that will be done */
	struct due *next;
	struct timer timer;
	struct fix *f;
	struct str word;
	struct heard cause; /* pkt NULL: of its own accord */
};

/* ---- sending ---- */

static void transmit(struct fix *f, const struct addr *to, struct str bytes)
{
	struct fail why;

	if (f->dead || f->nsent == FIX_HEARD)
		return;
	f->sent_to[f->nsent] = *to;
	f->sent_ms[f->nsent] =
		(long)((clock_now(&f->clock) - f->begun) / NS_MS);
	f->sent[f->nsent++] = bytes;
	wire_send(f->out ? f->out : f->port, (struct wire_to){ 0, to }, bytes,
		  &why);
}

static void add_rows(struct buf *out, const struct pkt *p, const char *name,
		     const char *as)
{
	const struct line *row;

	for (unsigned i = 0; (row = pkt_row(p, name, i)); i++)
		buf_addf(out, "%s: " STR_F "\r\n", as, STR_A(row->value));
}

static struct str row_of(const struct pkt *p, const char *name)
{
	const struct line *row = pkt_row(p, name, 0);

	return row ? row->value : STR_NONE;
}

static void end_message(const struct fix *f, struct buf *out, const char *type,
			const char *body)
{
	buf_addf(out, "Contact: <sip:dev@127.0.0.1:5060%s>\r\n",
		 f->opts.proto == PROTO_UDP ? "" : ";transport=tcp");
	if (*body)
		buf_addf(out, "Content-Type: %s\r\n", type);
	buf_addf(out, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
}

static bool say_rows(const struct fix *f, unsigned status, struct buf *out)
{
	for (size_t i = 0; i < sizeof(f->says) / sizeof(*f->says); i++)
		if (f->says[i].status == status) {
			buf_add_z(out, f->says[i].rows);
			return true;
		}
	return false;
}

static void respond(struct fix *f, const struct heard *to, unsigned status,
		    struct str tag)
{
	struct str value = row_of(to->pkt, "To");
	buf_auto out = { 0 };

	buf_addf(&out, "SIP/2.0 %u Device\r\n", status);
	add_rows(&out, to->pkt, "Via", "Via");
	if (status > 100 && status < 300)
		add_rows(&out, to->pkt, "Record-Route", "Record-Route");
	add_rows(&out, to->pkt, "From", "From");
	buf_addf(&out, "To: " STR_F, STR_A(value));
	if (status > 100 && !pkt_to_tag(to->pkt).len)
		buf_addf(&out, ";tag=" STR_F, STR_A(tag));
	buf_add_z(&out, "\r\n");
	add_rows(&out, to->pkt, "Call-ID", "Call-ID");
	add_rows(&out, to->pkt, "CSeq", "CSeq");
	if (!say_rows(f, status, &out) && (status == 401 || status == 407))
		buf_addf(&out,
			 "%s-Authenticate: Digest realm=\"dev\", "
			 "nonce=\"n%u\", qop=\"auth\"%s\r\n",
			 status == 401 ? "WWW" : "Proxy", f->nonce,
			 f->stale ? ", stale=true" : "");
	end_message(f, &out, "", "");
	transmit(f, &to->from, arena_str(f->arena, buf_str(&out)));
}

static void begin_request(struct fix *f, struct buf *out, struct str method,
			  struct str uri, struct str branch)
{
	buf_addf(out, STR_F " " STR_F " SIP/2.0\r\n", STR_A(method),
		 STR_A(uri));
	buf_addf(out, "Via: SIP/2.0/%s 127.0.0.1:5060;branch=",
		 f->opts.proto == PROTO_UDP ? "UDP" : "TCP");
	if (branch.len)
		buf_add_str(out, branch);
	else
		buf_addf(out, "z9hG4bKdev%u", ++f->branches);
	buf_add_z(out, "\r\nMax-Forwards: 70\r\n");
}

static struct str with_tag(struct fix *f, const struct pkt *p, const char *row,
			   struct str tag)
{
	struct str value = row_of(p, row), has;

	has = *row == 'T' ? pkt_to_tag(p) : pkt_from_tag(p);
	return has.len ? value
		       : arena_strf(f->arena, STR_F ";tag=" STR_F, STR_A(value),
				    STR_A(tag));
}

static void notify_body(const struct fix *f, struct buf *out, struct str state,
			struct str status)
{
	char body[64];

	snprintf(body, sizeof(body), "SIP/2.0 " STR_F " Said\r\n",
		 STR_A(status));
	buf_add_z(out, "Event: refer\r\n");
	buf_addf(out, "Subscription-State: " STR_F "%s\r\n", STR_A(state),
		 str_is(state, "terminated") ? ";reason=noresource"
					     : ";expires=60");
	end_message(f, out, "message/sipfrag", body);
}

/* In the dialog that the cause belongs to: mirrored where it was a request of
 * theirs, as it stands where it is a response to ours. */
static void request_inside(struct fix *f, const struct heard *cause,
			   struct str method, struct str args, struct str tag)
{
	const struct pkt *p = cause->pkt;
	bool mirrored = p->kind == PKT_REQUEST;
	struct str own = with_tag(f, p, mirrored ? "To" : "From", tag);
	struct str far = with_tag(f, p, mirrored ? "From" : "To", tag);
	struct str target = pkt_value(p, "Contact", 0), state, status;
	buf_auto out = { 0 };

	target = target.len ? pkt_addr_uri(target) : pkt_addr_uri(far);
	begin_request(f, &out, method, target, STR_NONE);
	buf_addf(&out, "From: " STR_F "\r\nTo: " STR_F "\r\n", STR_A(own),
		 STR_A(far));
	add_rows(&out, p, "Call-ID", "Call-ID");
	buf_addf(&out, "CSeq: %u " STR_F "\r\n", 100 + f->branches,
		 STR_A(method));
	str_cut(args, ':', &state, &status);
	if (str_is(method, "NOTIFY"))
		notify_body(f, &out, state, status);
	else
		end_message(f, &out, "", "");
	transmit(f, &cause->from, arena_str(f->arena, buf_str(&out)));
}

/* Parties are bound in the order declared, on ports from 20000. */
static struct addr party_addr(struct fix *f, struct str name)
{
	struct addr a = f->opts.bind;

	for (unsigned i = 0; i < f->prog->nparties; i++)
		if (str_eq(f->prog->parties[i].name, name))
			addr_set_port(&a, (uint16_t)(f->first_port + i));
	assert(addr_port(&a));
	return a;
}

static void request_outside(struct fix *f, struct str method, struct str party,
			    struct str tag)
{
	struct addr to = party_addr(f, party);
	char text[ADDR_TEXT_MAX];
	buf_auto out = { 0 }, uri = { 0 };

	buf_addf(&uri, "sip:" STR_F "@%s", STR_A(party),
		 addr_format(&to, text));
	begin_request(f, &out, method, buf_str(&uri), STR_NONE);
	buf_addf(&out, "From: <sip:dev@127.0.0.1>;tag=" STR_F "%u\r\n",
		 STR_A(tag), f->branches);
	buf_addf(&out, "To: <%s>\r\nCall-ID: dev%u\r\n", buf_z(&uri),
		 f->branches);
	buf_addf(&out, "CSeq: %u " STR_F "\r\n", 100 + f->branches,
		 STR_A(method));
	end_message(f, &out, "", "");
	transmit(f, &to, arena_str(f->arena, buf_str(&out)));
}

/* RFC 3261 17.1.1.3 and 13.2.2.4. */
static void ack(struct fix *f, const struct heard *final)
{
	const struct pkt *p = final->pkt;
	bool ok = p->status < 300;
	struct str to = row_of(p, "To"), target = pkt_value(p, "Contact", 0);
	buf_auto out = { 0 };

	begin_request(f, &out, STR("ACK"),
		      ok && target.len ? pkt_addr_uri(target)
				       : pkt_addr_uri(to),
		      ok ? STR_NONE : pkt_branch(p));
	add_rows(&out, p, "From", "From");
	add_rows(&out, p, "To", "To");
	add_rows(&out, p, "Call-ID", "Call-ID");
	buf_addf(&out, "CSeq: %u ACK\r\nContent-Length: 0\r\n\r\n", p->cseq);
	transmit(f, &final->from, arena_str(f->arena, buf_str(&out)));
}

/* RFC 3261 9.1: of the INVITE that was answered with this. */
static void cancel(struct fix *f, const struct heard *h)
{
	const struct pkt *p = h->pkt;
	struct str to = row_of(p, "To");
	buf_auto out = { 0 };

	str_cut(to, ';', &to, &(struct str){ 0 });
	begin_request(f, &out, STR("CANCEL"), pkt_addr_uri(to), pkt_branch(p));
	add_rows(&out, p, "From", "From");
	buf_addf(&out, "To: " STR_F "\r\n", STR_A(to));
	add_rows(&out, p, "Call-ID", "Call-ID");
	buf_addf(&out, "CSeq: %u CANCEL\r\nContent-Length: 0\r\n\r\n", p->cseq);
	transmit(f, &h->from, arena_str(f->arena, buf_str(&out)));
}

/* ---- words ---- */

static const struct heard *invite_of(struct fix *f, const struct pkt *cancel)
{
	for (unsigned i = f->nheard; i-- > 0;)
		if (str_is(f->heard[i].pkt->method, "INVITE") &&
		    str_eq(pkt_branch(f->heard[i].pkt), pkt_branch(cancel)))
			return &f->heard[i];
	return NULL;
}

static void do_word(struct fix *f, const struct heard *cause, struct str word)
{
	struct str what, tag, args, party;
	uint64_t status;

	f->out = cause->port;
	if (!str_cut(word, '/', &word, &tag))
		tag = STR("dev");
	str_cut(word, ':', &what, &args);
	if (str_is(what, "again")) {
		if (f->nsent)
			transmit(f, &cause->from, f->sent[f->nsent - 1]);
	} else if (str_is(what, "487") &&
		   str_is(cause->pkt->method, "CANCEL") &&
		   invite_of(f, cause->pkt)) {
		respond(f, invite_of(f, cause->pkt), 487, tag);
	} else if (str_to_u64(what, &status)) {
		respond(f, cause, (unsigned)status, tag);
	} else if (str_cut(what, '>', &what, &party)) {
		request_outside(f, what, party, tag);
	} else if (str_is(what, "LATE-OK")) {
		respond(f, invite_of(f, cause->pkt), 200, tag);
	} else if (str_is(what, "CANCEL-OF")) {
		cancel(f, cause);
	} else if (str_is(what, "ACK")) {
		ack(f, cause);
	} else if (!str_is(what, "-")) {
		request_inside(f, cause, what, args, tag);
	}
}

static void on_due(struct timer *t, void *ctx)
{
	struct due *d = ctx;

	(void)t;
	do_word(d->f, &d->cause, d->word);
}

static void later(struct fix *f, const struct heard *cause, struct str word,
		  ns_t ms)
{
	struct due *d = ARENA_NEW(f->arena, struct due);

	d->f = f;
	d->word = word;
	if (cause)
		d->cause = *cause;
	d->next = f->dues;
	f->dues = d;
	timer_set(&f->engine.timers, &d->timer,
		  clock_now(&f->clock) + ms * NS_MS, on_due, d);
}

static void do_words(struct fix *f, const struct heard *cause, const char *does)
{
	struct str rest = str_from(does), word, ms;
	uint64_t n;

	while (rest.len) {
		str_cut(rest, ' ', &word, &rest);
		str_cut(word, '@', &word, &ms);
		if (!word.len)
			continue;
		if (str_to_u64(ms, &n) && n)
			later(f, cause, word, (ns_t)n);
		else
			do_word(f, cause, word);
	}
}

/* ---- hearing ---- */

static const char *by_habit(const struct fix *f, const struct pkt *p)
{
	static const char *const answered[] = { "BYE", "OPTIONS", "REGISTER" };

	for (size_t i = 0; i < sizeof(answered) / sizeof(*answered); i++)
		if (str_is(p->method, answered[i]))
			return "200";
	if (str_is(p->method, "CANCEL"))
		return "200 487";
	if (p->kind == PKT_RESPONSE && p->status >= 200 && !f->no_ack &&
	    str_is(p->cseq_method, "INVITE"))
		return "ACK";
	return "";
}

static bool is_for(const struct rule *r, const struct pkt *p)
{
	char status[16];

	snprintf(status, sizeof(status), "%u", p->status);
	return p->kind == PKT_REQUEST ? str_is(p->method, r->what)
				      : strcmp(status, r->what) == 0;
}

static const char *rule_for(struct fix *f, const struct pkt *p)
{
	const char *does = NULL;

	for (unsigned i = 0; i < f->nrules; i++) {
		struct rule *r = &f->rules[i];

		if (is_for(r, p) && (++r->seen == r->nth || !r->nth) && !does)
			does = r->does;
	}
	return does ? does : by_habit(f, p);
}

static bool is_repeat(const struct fix *f, const struct heard *h)
{
	for (const struct heard *o = f->heard; o < h; o++)
		if (str_eq(o->pkt->raw, h->pkt->raw))
			return true;
	return false;
}

static void note_network(struct fix *f, const struct wire_in *in)
{
	f->seen.connected += in->what == WIRE_CONNECTED;
	f->seen.finished += in->what == WIRE_FINISHED;
	f->seen.lost += in->what == WIRE_LOST;
	if (in->what == WIRE_CONNECTED)
		f->seen.conn = in->conn;
}

/* A repeat is heard and ignored, unless the device minds repeats. */
void dev_hears(void *ctx, struct wire_port *port, const struct wire_in *in)
{
	struct fix *f = ctx;
	struct heard *h = &f->heard[f->nheard];

	note_network(f, in);
	if (in->what != WIRE_BYTES || f->dead || f->nheard == FIX_HEARD)
		return;
	f->nheard++;
	h->pkt = pkt_parse(f->arena, in->bytes);
	h->from = in->peer;
	h->port = port;
	h->ms = (long)((clock_now(&f->clock) - f->begun) / NS_MS);
	if (f->minds_repeats || !is_repeat(f, h))
		do_words(f, h, rule_for(f, h->pkt));
}

/* ---- what a test says ---- */

void on_nth(struct fix *f, unsigned nth, const char *what, const char *does)
{
	assert(f->nrules < FIX_RULES);
	f->rules[f->nrules++] =
		(struct rule){ .what = what, .nth = nth, .does = does };
}

void on(struct fix *f, const char *what, const char *does)
{
	on_nth(f, 0, what, does);
}

void at(struct fix *f, long ms, const char *does)
{
	struct announced *a = &f->announced[f->nannounced++];

	assert(f->nannounced <= FIX_RULES);
	a->ms = ms;
	a->does = does;
}

void dev_begin(struct fix *f)
{
	for (unsigned i = 0; i < f->nannounced; i++)
		later(f, NULL, str_from(f->announced[i].does),
		      f->announced[i].ms);
	for (unsigned i = 0; i < f->nrules; i++)
		f->rules[i].seen = 0;
	f->branches = 0;
}

void dev_stop(struct fix *f)
{
	for (struct due *d = f->dues; d; d = d->next)
		timer_stop(&f->engine.timers, &d->timer);
	f->dues = NULL;
}

void device_repeats(struct fix *f, unsigned n)
{
	assert(n < f->nsent);
	f->out = NULL;
	transmit(f, &f->sent_to[n], f->sent[n]);
}

void device_says(struct fix *f, const char *party, const char *bytes)
{
	struct addr to = party_addr(f, str_from(party));

	f->out = NULL;
	transmit(f, &to, arena_str(f->arena, str_from(bytes)));
}
