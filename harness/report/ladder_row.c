/* SPDX-License-Identifier: MIT */
/* One message in few words: what it is, and what matters of it in a flow. */
#include "report/ladder_row.h"

#include "base/text.h"
#include "sip/pkt.h"

enum { NOTE_MAX = 90, TEXT_MAX = 16 };

struct str ladder_row_join(struct arena *a, struct str left, struct str right)
{
	if (!left.len || !right.len)
		return left.len ? left : right;
	return arena_strf(a, STR_F "  " STR_F, STR_A(left), STR_A(right));
}

const char *ladder_row_mark(enum verdict v)
{
	switch (v) {
	case VERDICT_PASS:
		return "ok";
	case VERDICT_WARN:
	case VERDICT_KNOWN:
		return "!";
	case VERDICT_INCONCLUSIVE:
		return "??";
	case VERDICT_FAIL:
	case VERDICT_ERROR:
		return "!!";
	case VERDICT_NONE:
	case VERDICT_SKIP:
	case VERDICT_NOT_RUN:
		break;
	}
	return "";
}

/* Made harmless, and no longer than n columns. */
static struct str shown(struct arena *a, struct str s, size_t n)
{
	buf_auto out = { 0 };
	struct str rest;
	size_t columns = 0;

	text_printable(&out, str_sub(s, 0, 4 * n));
	rest = buf_str(&out);
	while (rest.len && columns < n) {
		size_t one = text_utf8_len(rest);

		rest = str_tail(rest, one ? one : 1);
		columns++;
	}
	return arena_str(a, (struct str){ out.p, out.len - rest.len });
}

static void add(struct buf *out, const char *before, struct str s)
{
	if (s.len)
		buf_addf(out, "%s%s" STR_F, out->len ? "  " : "", before,
			 STR_A(s));
}

/* "SIP/2.0 100 Trying" in the body of a NOTIFY -> "100". */
static struct str sipfrag_status(const struct pkt *pkt)
{
	struct str body = pkt->body, status;

	if (!str_starts_case(body, "SIP/2.0 "))
		return STR_NONE;
	str_cut(str_tail(body, 8), ' ', &status, &(struct str){ 0 });
	return str_trim(str_sub(status, 0, 3));
}

static void note_notify(struct buf *out, const struct pkt *pkt)
{
	struct str status = sipfrag_status(pkt);

	add(out, "sipfrag ", status);
	if (status.len)
		buf_add_char(out, ',');
	add(out, "", pkt_value(pkt, "Subscription-State", 0));
}

static void note_request(struct buf *out, const struct pkt *pkt)
{
	if (str_is(pkt->method, "NOTIFY"))
		note_notify(out, pkt);
	else if (str_is(pkt->method, "REFER"))
		add(out, "Refer-To: ", pkt_value(pkt, "Refer-To", 0));
	else if (str_is(pkt->method, "INVITE"))
		add(out, "Replaces: ", pkt_value(pkt, "Replaces", 0));
	if (pkt_row(pkt, "Authorization", 0) ||
	    pkt_row(pkt, "Proxy-Authorization", 0))
		add(out, "", STR("with Authorization"));
}

static void note_response(struct buf *out, const struct pkt *pkt)
{
	for (unsigned i = 0; i < 3 && pkt->status / 100 == 3; i++)
		add(out, i ? "" : "Contact: ", pkt_value(pkt, "Contact", i));
}

static const char *class_words(const struct event *rec)
{
	switch (rec->cls) {
	case REC_REPEAT:
		return "repeat";
	case REC_STRAY:
		return "answers nothing";
	case REC_UNPARSABLE:
		return "no SIP";
	case REC_NEW:
		return rec->automatic ? "automatic" : "";
	case REC_KEEPALIVE:
	case REC_EVENT:
		break;
	}
	return "";
}

static struct str status_text(const struct pkt *pkt, struct arena *a)
{
	return arena_strf(a, "%u", pkt->status);
}

void ladder_row_describe(struct ladder_row *row, const struct event *rec,
			 struct arena *scratch, struct arena *a)
{
	const struct pkt *pkt = pkt_parse(scratch, rec->bytes);
	const char *cls = class_words(rec);
	buf_auto note = { 0 };

	switch (pkt->kind) {
	case PKT_REQUEST:
		row->text = shown(a, pkt->method, TEXT_MAX);
		note_request(&note, pkt);
		break;
	case PKT_RESPONSE:
		row->text = status_text(pkt, a);
		note_response(&note, pkt);
		break;
	case PKT_GARBAGE:
		row->text = STR("?");
		add(&note, "", pkt->start);
		break;
	}
	row->note = shown(a, buf_str(&note), NOTE_MAX);
	if (*cls)
		row->note = arena_strf(a, STR_F "%s(%s)", STR_A(row->note),
				       row->note.len ? " " : "", cls);
}
