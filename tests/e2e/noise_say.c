/* SPDX-License-Identifier: MIT */
/* Responses and requests of a device that misbehaves, as text. */
#include "noise_say.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void say_bytes(struct out *o, const void *bytes, size_t n)
{
	if (n > sizeof(o->bytes) - o->len)
		n = sizeof(o->bytes) - o->len;
	memcpy(o->bytes + o->len, bytes, n);
	o->len += n;
}

void say(struct out *o, const char *z)
{
	say_bytes(o, z, strlen(z));
}

void say_fill(struct out *o, const char *piece, size_t upto)
{
	while (o->len < upto)
		say(o, piece);
}

void say_number(struct out *o, const char *before, unsigned long n,
		const char *after)
{
	char text[128];

	snprintf(text, sizeof(text), "%s%lu%s", before, n, after);
	say(o, text);
}

/* All rows of a header as they came; with more behind the last. */
static void add_rows(struct out *o, const struct request *r, const char *name,
		     const char *more)
{
	size_t n = strlen(name);

	for (const char *l = strstr(r->text, "\r\n");
	     l && strncmp(l, "\r\n\r\n", 4); l = strstr(l + 2, "\r\n")) {
		const char *end = strstr(l + 2, "\r\n");

		if (!end || strncasecmp(l + 2, name, n) != 0 || l[2 + n] != ':')
			continue;
		say_bytes(o, l + 2, (size_t)(end - l - 2));
		say(o, more);
		say(o, "\r\n");
	}
}

static bool has_to_tag(const struct request *r)
{
	const char *to = strstr(r->text, "\r\nTo:");
	const char *tag = to ? strstr(to + 2, ";tag=") : NULL;

	return tag && tag < strstr(to + 2, "\r\n");
}

/* Everything of a response but its end: the blank line and the body. */
void say_response(const struct say *s, struct out *o, const struct request *r,
		  const char *status)
{
	char tag[32] = "";

	if (!has_to_tag(r))
		snprintf(tag, sizeof(tag), ";tag=noise");
	o->len = 0;
	say(o, "SIP/2.0 ");
	say(o, status);
	say(o, "\r\n");
	add_rows(o, r, "Via", "");
	add_rows(o, r, "From", "");
	add_rows(o, r, "To", tag);
	add_rows(o, r, "Call-ID", "");
	add_rows(o, r, "CSeq", "");
	say_number(o, "Contact: <sip:noise@127.0.0.1:", s->port, ">\r\n");
}

void say_end(struct say *s, struct out *o, const struct request *r)
{
	char sdp[256];

	if (strcmp(r->method, "INVITE") != 0) {
		say(o, "Content-Length: 0\r\n\r\n");
		return;
	}
	snprintf(sdp, sizeof(sdp),
		 "v=0\r\no=- %u 1 IN IP4 127.0.0.1\r\ns=-\r\n"
		 "c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n",
		 ++s->made);
	say(o, "Content-Type: application/sdp\r\n");
	say_number(o, "Content-Length: ", strlen(sdp), "\r\n\r\n");
	say(o, sdp);
}

/* A request of our own, as a stranger would send it. */
void say_stranger(struct say *s, struct out *o, const char *method,
		  const char *more)
{
	o->len = 0;
	say(o, method);
	say(o, " sip:you@127.0.0.1 SIP/2.0\r\n");
	say_number(o, "Via: SIP/2.0/UDP 127.0.0.1:", s->port, "");
	say_number(o, ";branch=z9hG4bK-noise-", ++s->made, "\r\n");
	say_number(o, "From: <sip:noise@127.0.0.1>;tag=n", s->made, "\r\n");
	say(o, "To: <sip:you@127.0.0.1>\r\nMax-Forwards: 70\r\n");
	say_number(o, "Call-ID: noise-", s->made, "\r\n");
	say(o, "CSeq: 1 ");
	say(o, method);
	say(o, "\r\n");
	say(o, more);
	say(o, "Content-Length: 0\r\n\r\n");
}

void say_stray(struct say *s, struct out *o)
{
	o->len = 0;
	say(o, "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:9");
	say_number(o, ";branch=z9hG4bK-nothing-", ++s->made, "\r\n");
	say(o, "From: <sip:a@127.0.0.1>;tag=a\r\n"
	       "To: <sip:b@127.0.0.1>;tag=b\r\n"
	       "Call-ID: of-nothing\r\nCSeq: 1 INVITE\r\n"
	       "Content-Length: 0\r\n\r\n");
}
