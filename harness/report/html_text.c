/* SPDX-License-Identifier: MIT */
/* Words of a page: every byte from outside goes through here. */
#include "report/html.h"

#include "base/text.h"

/* What a reader's eye would be led astray by: marks that turn the direction of
 * writing around (U+202A..202E, U+2066..2069), three bytes each. */
static bool is_turning(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	return s.len >= 3 && p[0] == 0xe2 &&
	       ((p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae) ||
		(p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9));
}

void html_text(struct buf *out, struct str s)
{
	buf_auto safe = { 0 }, straight = { 0 };

	text_printable(&safe, s);
	for (size_t i = 0; i < safe.len; i++) {
		struct str rest = str_tail(buf_str(&safe), i);

		if (is_turning(rest)) {
			buf_add_z(&straight, "\\u");
			buf_addf(&straight, "%04x",
				 0x2000 + ((rest.p[1] & 0x3f) << 6) +
					 (rest.p[2] & 0x3f));
			i += 2;
		} else {
			buf_add_char(&straight, safe.p[i]);
		}
	}
	text_xml(out, buf_str(&straight));
}

void html_lines(struct buf *out, struct str s)
{
	while (s.len) {
		ptrdiff_t lf = str_find_char(s, '\n');
		size_t n = lf < 0 ? s.len : (size_t)lf;
		bool crlf = lf > 0 && s.p[lf - 1] == '\r';

		html_text(out, str_sub(s, 0, n - (crlf ? 1 : 0)));
		if (lf >= 0)
			buf_add_char(out, '\n');
		s = str_tail(s, lf < 0 ? n : n + 1);
	}
}

/* "refer/two-refer-to#rows@pbx" -> "refer/two-refer-to~rows@pbx": a link may
 * hold no "#"; what else it may not is a number. */
void html_anchor(struct buf *out, const struct result *r)
{
	for (size_t i = 0; i < r->id.len; i++) {
		char c = r->id.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') ||
			     (c && strchr("/._@-", c));

		if (plain)
			buf_add_char(out, c);
		else if (c == '#')
			buf_add_char(out, '~');
		else
			buf_addf(out, "!%02x", (unsigned char)c);
	}
}

const char *html_class(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_NONE] = "none",
		[VERDICT_SKIP] = "skipped",
		[VERDICT_PASS] = "pass",
		[VERDICT_WARN] = "warn",
		[VERDICT_KNOWN] = "known",
		[VERDICT_FAIL] = "fail",
		[VERDICT_ERROR] = "error",
		[VERDICT_NOT_RUN] = "notrun",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
	};

	return names[v];
}

void html_pill(struct buf *out, enum verdict v)
{
	buf_addf(out, "<span class=\"pill %s\">%s</span>", html_class(v),
		 verdict_word(v));
}

/* The policy lets nothing in from elsewhere, whatever slipped through. */
void html_begin(struct buf *out, struct str title)
{
	buf_add_z(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		       "<meta charset=\"utf-8\">\n"
		       "<meta name=\"viewport\" content=\"width=device-width, "
		       "initial-scale=1\">\n"
		       "<meta http-equiv=\"Content-Security-Policy\" "
		       "content=\"default-src 'none'; style-src "
		       "'unsafe-inline'\">\n<title>");
	html_text(out, title);
	buf_add_z(out, "</title>\n<style>\n");
	buf_add_z(out, html_style);
	buf_add_z(out, "</style>\n</head>\n<body>\n");
}
