/* SPDX-License-Identifier: MIT */
/* Every message in full, each under a line that says when, who and why. */
#include "report/report.h"

#include "base/text.h"

struct index {
	const struct trace *tr;
	struct str *labels; /* by place of the record in tr->list */
	struct str *names;  /* by party */
	uint32_t nnames;
};

static const char *class_word(const struct event *ev)
{
	switch (ev->cls) {
	case REC_NEW:
		return ev->automatic ? "  automatic" : "";
	case REC_REPEAT:
		return "  repeat";
	case REC_STRAY:
		return "  answers nothing";
	case REC_UNPARSABLE:
		return "  no SIP";
	case REC_KEEPALIVE:
		return "  keep-alive";
	case REC_EVENT:
		break;
	}
	return "";
}

static void add_head(const struct index *x, const struct event *ev,
		     struct buf *out)
{
	struct str name =
		ev->party < x->nnames ? x->names[ev->party] : STR_NONE;
	struct str label = x->labels[ev - x->tr->list];

	if (!name.len)
		name = STR("probe");
	buf_addf(out, "---- %u  %+.3f s  ", ev->rec, (double)ev->t / 1e9);
	text_printable(out, name);
	buf_add_z(out, ev->out ? " -> dut " : " <- dut ");
	text_printable(out, ev->peer);
	if (label.len) {
		buf_add_z(out, "  ");
		text_printable(out, label);
	}
	buf_addf(out, "%s  %zu bytes\n", class_word(ev), ev->bytes.len);
}

/* CRLF ends a line and is not shown; a lone LF is, as "\n". */
static void add_bytes(struct str bytes, struct buf *out)
{
	while (bytes.len) {
		ptrdiff_t lf = str_find_char(bytes, '\n');
		size_t n = lf < 0 ? bytes.len : (size_t)lf;
		bool crlf = lf > 0 && bytes.p[lf - 1] == '\r';

		text_printable(out, str_sub(bytes, 0, n - (crlf ? 1 : 0)));
		buf_add_z(out, lf < 0 || crlf ? "\n" : "\\n\n");
		bytes = str_tail(bytes, lf < 0 ? n : n + 1);
	}
}

void messages_text(const struct trace *tr, struct buf *out)
{
	enum { PARTIES_MAX = 256 };
	struct arena *a = arena_new();
	struct index x = { .tr = tr, .nnames = PARTIES_MAX };

	x.labels = trace_labels(tr, a);
	x.names = ARENA_ARRAY(a, struct str, PARTIES_MAX);
	for (size_t i = 0; i < tr->n; i++)
		if (tr->list[i].kind == EV_PARTY &&
		    tr->list[i].party < x.nnames)
			x.names[tr->list[i].party] = tr->list[i].name;
	for (size_t i = 0; i < tr->n; i++) {
		if (tr->list[i].kind != EV_REC)
			continue;
		add_head(&x, &tr->list[i], out);
		text_printable(out, tr->list[i].text);
		add_bytes(tr->list[i].bytes, out);
		buf_add_char(out, '\n');
	}
	arena_free(a);
}
