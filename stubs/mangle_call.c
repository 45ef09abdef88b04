/* SPDX-License-Identifier: MIT */
/*
 * Edits that need to know what went out, or came in, before: of calls that are
 * redirected, cancelled or refused.
 */
#include "mangle.h"
#include "wiretext.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LONG_BRANCH 128
#define MANY_ACKS   16
#define MANY_PEERS  64
#define MANY_CALLS  512 /* the oldest is forgotten */

/* What was seen of one call, whose Call-ID a redirection keeps. */
struct seen_call {
	char id[LONG_BRANCH];
	char first[LONG_BRANCH]; /* branch of the INVITE that began it */
	char last[LONG_BRANCH];  /* of the last one */
	char to[LONG_BRANCH];    /* Request-URI of the first */
	char refer[LONG_BRANCH]; /* branch of the last REFER answered */
	char cseq[LONG_BRANCH];  /* the whole row of the first INVITE */
	bool cancelled;
};

/* One process is one device, and edits have no context. */
static struct {
	char acked[MANY_ACKS][LONG_BRANCH]; /* branches of the last ACKs */
	unsigned acks;
	struct seen_call calls[MANY_CALLS];
	unsigned ncalls;
	struct {
		unsigned there, here; /* port numbers */
	} peers[MANY_PEERS];
	unsigned npeers;
} seen;

static bool read_branch(const struct text *t, char ret[LONG_BRANCH])
{
	size_t at, len;

	if (!wiretext_param(t, "Via", ";branch=", &at, &len) ||
	    len >= LONG_BRANCH)
		return false;
	memcpy(ret, t->data + at, len);
	ret[len] = '\0';
	return true;
}

/* The call that this message is of; a new one takes the place of the oldest. */
static struct seen_call *call_of(const struct text *t)
{
	struct seen_call *call;
	char id[LONG_BRANCH] = "";
	size_t at, len;

	if (wiretext_row(t, "Call-ID", &at, &len))
		snprintf(id, sizeof(id), "%.*s", (int)len, t->data + at);
	for (unsigned i = 0; i < MANY_CALLS; i++) {
		if (!strcmp(seen.calls[i].id, id))
			return &seen.calls[i];
	}
	call = &seen.calls[seen.ncalls++ % MANY_CALLS];
	memset(call, 0, sizeof(*call));
	snprintf(call->id, sizeof(call->id), "%s", id);
	return call;
}

static void set_branch(struct text *t, const char *branch)
{
	size_t at, len;

	if (!wiretext_param(t, "Via", ";branch=", &at, &len))
		return;
	wiretext_cut(t, at, len);
	wiretext_insert_all(t, at, branch);
}

static void read_target(struct seen_call *call, const struct text *t)
{
	const char *from = strchr(t->data, ' ') + 1;
	size_t n = strcspn(from, " ");

	if (n < sizeof(call->to))
		snprintf(call->to, sizeof(call->to), "%.*s", (int)n, from);
}

/* Notes an INVITE that begins a call; true: it has been redirected, there was
 * another before with another branch. */
static bool is_redirected(const struct text *t)
{
	struct seen_call *call = call_of(t);
	char branch[LONG_BRANCH];

	if (!wiretext_begins_call(t) || !read_branch(t, branch))
		return false;
	if (!*call->first) {
		memcpy(call->first, branch, sizeof(branch));
		read_target(call, t);
	}
	memcpy(call->last, branch, sizeof(branch));
	return strcmp(call->first, branch) != 0;
}

/* An ACK to a refusal or a CANCEL has the Request-URI of its INVITE. */
static bool follows_call(const struct text *t)
{
	return wiretext_acks_failure(t) || wiretext_starts(t, "CANCEL ");
}

static bool follows_redirected(const struct text *t)
{
	char branch[LONG_BRANCH];

	return follows_call(t) && read_branch(t, branch) &&
	       !strcmp(call_of(t)->last, branch) &&
	       strcmp(call_of(t)->first, branch) != 0;
}

static bool keep_method(struct text *t)
{
	char *end = strstr(t->data, " SIP/2.0\r\n");

	if ((is_redirected(t) || follows_redirected(t)) && end)
		wiretext_insert_all(t, (size_t)(end - t->data),
				    ";method=INVITE");
	return true;
}

static bool drop_repeated_ack(struct text *t)
{
	char branch[LONG_BRANCH];

	if (!wiretext_acks_failure(t) || !read_branch(t, branch))
		return true;
	for (unsigned i = 0; i < MANY_ACKS; i++) {
		if (!strcmp(seen.acked[i], branch))
			return false;
	}
	memcpy(seen.acked[seen.acks++ % MANY_ACKS], branch, sizeof(branch));
	return true;
}

static bool drop_ack_after_cancel(struct text *t)
{
	struct seen_call *call = call_of(t);

	if (wiretext_starts(t, "CANCEL "))
		call->cancelled = true;
	return !call->cancelled || !wiretext_acks_failure(t);
}

static bool drop_ack_of_refusal(struct text *t)
{
	return !wiretext_acks_failure(t) || mangle_in_last_final() < 400;
}

static bool note_call(struct text *t)
{
	is_redirected(t);
	return true;
}

/* The INVITE to where a call was redirected goes out a second time, as a
 * transaction of its own. */
static bool again_with_branch(struct text *t)
{
	if (t->sent > 1 || !is_redirected(t))
		return false;
	set_branch(t, "z9hG4bKonceagain");
	return true;
}

static bool refuse_repeat(struct text *t)
{
	char *before = call_of(t)->refer;
	char branch[LONG_BRANCH];

	if (!wiretext_answers(t, "REFER") || !read_branch(t, branch))
		return true;
	if (!strcmp(before, branch))
		memcpy(t->data, "SIP/2.0 500", strlen("SIP/2.0 500"));
	memcpy(before, branch, sizeof(branch));
	return true;
}

static bool drop_repeat(struct text *t)
{
	char *before = call_of(t)->refer;
	char branch[LONG_BRANCH];
	bool again;

	if (!wiretext_answers(t, "REFER") || !read_branch(t, branch))
		return true;
	again = !strcmp(before, branch);
	memcpy(before, branch, sizeof(branch));
	return !again;
}

/* The number in CSeq is that of the INVITE that was redirected. */
static bool keep_cseq(struct text *t)
{
	struct seen_call *call = call_of(t);
	bool redirected = is_redirected(t);
	size_t at, len;

	if (!wiretext_begins_call(t) || !wiretext_row(t, "CSeq", &at, &len) ||
	    len >= LONG_BRANCH)
		return true;
	if (!redirected) {
		memcpy(call->cseq, t->data + at, len);
		call->cseq[len] = '\0';
		return true;
	}
	wiretext_cut(t, at, len);
	wiretext_insert_all(t, at, call->cseq);
	return true;
}

static bool cancel_first(struct text *t)
{
	is_redirected(t);
	if (wiretext_starts(t, "CANCEL "))
		set_branch(t, call_of(t)->first);
	return true;
}

/* A stream's Contact without its transport: UDP is meant. */
static bool drop_contact_transport(struct text *t)
{
	size_t at, len;

	if (wiretext_answers(t, "INVITE") &&
	    wiretext_param(t, "Contact", ";transport=", &at, &len))
		wiretext_cut(t, at - strlen(";transport="),
			     len + strlen(";transport="));
	return true;
}

/* What is called next is reached through who redirected. */
static bool keep_route(struct text *t)
{
	char route[LONG_BRANCH + 32];
	const char *line;

	if (!is_redirected(t))
		return true;
	line = strstr(t->data, "\r\n");
	snprintf(route, sizeof(route), "Route: <%s;lr>\r\n", call_of(t)->to);
	wiretext_insert_all(t, (size_t)(line + 2 - t->data), route);
	return true;
}

/* Whoever is to be called, at the device's own domain. */
static bool change_host(struct text *t)
{
	char *end, *at;

	if (!wiretext_begins_call(t) && !follows_call(t))
		return true;
	at = strchr(t->data, '@');
	end = at ? at + strcspn(at, ":; ") : NULL;
	if (!end || end > strstr(t->data, "\r\n"))
		return true;
	wiretext_cut(t, (size_t)(at + 1 - t->data), (size_t)(end - at - 1));
	wiretext_insert_all(t, (size_t)(at + 1 - t->data), "pbx.test");
	return true;
}

/* A REFER that came too late is not to be found out by its CSeq. */
static bool forgive_cseq(struct text *t)
{
	if (wiretext_answers(t, "REFER") &&
	    !strncmp(t->data, "SIP/2.0 500", strlen("SIP/2.0 500")))
		memcpy(t->data, "SIP/2.0 200", strlen("SIP/2.0 200"));
	return true;
}

static bool drop_ack_route(struct text *t)
{
	size_t at, len;

	while (wiretext_acks_failure(t) && wiretext_row(t, "Route", &at, &len))
		wiretext_cut(t, at, len);
	return true;
}

/* A CANCEL has the branch of what it cancels. */
static bool refuse_cancel(struct text *t)
{
	char *refer = call_of(t)->refer;
	char branch[LONG_BRANCH];

	if (!read_branch(t, branch))
		return true;
	if (wiretext_answers(t, "REFER"))
		memcpy(refer, branch, sizeof(branch));
	if (wiretext_answers(t, "CANCEL") && !strcmp(refer, branch))
		memcpy(t->data, "SIP/2.0 405", strlen("SIP/2.0 405"));
	return true;
}

static unsigned port_of(int fd, bool far)
{
	struct sockaddr_in at = { .sin_family = AF_UNSPEC };
	socklen_t len = sizeof(at);
	int failed = far ? getpeername(fd, (struct sockaddr *)&at, &len)
			 : getsockname(fd, (struct sockaddr *)&at, &len);

	return failed ? 0 : ntohs(at.sin_port);
}

/* Where there was a connection before, an INVITE is written to that one. */
static bool lose_on_second(struct text *t)
{
	unsigned there = port_of(t->fd, true), here = port_of(t->fd, false);

	if (!wiretext_starts(t, "INVITE ") ||
	    !wiretext_row_has(t, "Via", "SIP/2.0/TCP"))
		return true;
	for (unsigned i = 0; i < MANY_PEERS; i++) {
		if (seen.peers[i].there == there)
			return seen.peers[i].here == here;
	}
	seen.peers[seen.npeers % MANY_PEERS].there = there;
	seen.peers[seen.npeers++ % MANY_PEERS].here = here;
	return true;
}

/* The port of whom this response is for. */
static unsigned via_port(const struct text *t)
{
	size_t at, len;
	const char *colon = NULL;

	if (wiretext_param(t, "Via", "SIP/2.0/UDP ", &at, &len))
		colon = memchr(t->data + at, ':', len);
	return colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
}

/* Who has sent a broken REFER gets no answer to OPTIONS any more. */
static bool sulk(struct text *t)
{
	unsigned port = via_port(t);

	if (wiretext_answers(t, "REFER") && wiretext_starts(t, "SIP/2.0 400"))
		seen.peers[seen.npeers++ % MANY_PEERS].there = port;
	if (!wiretext_answers(t, "OPTIONS"))
		return true;
	for (unsigned i = 0; i < MANY_PEERS; i++) {
		if (seen.peers[i].there == port)
			return false;
	}
	return true;
}

const struct edit mangle_call_edits[] = {
	{ FAULT_cancel_refer_refused, refuse_cancel, NULL },
	{ FAULT_broken_refer_to_held_against, sulk, NULL },
	{ FAULT_resip_tcp_reset_no_retry, lose_on_second, NULL },
	{ FAULT_ack_without_route, drop_ack_route, NULL },
	{ FAULT_cseq_lower_accepted, forgive_cseq, NULL },
	{ FAULT_redirect_method_kept, keep_method, NULL },
	{ FAULT_repeated_redirect_not_acked, drop_repeated_ack, NULL },
	{ FAULT_redirect_followed_twice, note_call, again_with_branch },
	{ FAULT_repeated_refer_other_answer, refuse_repeat, NULL },
	{ FAULT_repeated_refer_unanswered, drop_repeat, NULL },
	{ FAULT_redirect_cseq_kept, keep_cseq, NULL },
	{ FAULT_siphon_487_not_acked, drop_ack_after_cancel, NULL },
	{ FAULT_siphon_no_ack_refusing_target, drop_ack_of_refusal, NULL },
	{ FAULT_restcomm_cancel_old_branch, cancel_first, NULL },
	{ FAULT_stream_contact_no_transport, drop_contact_transport, NULL },
	{ FAULT_opensips_302_inherits_route, keep_route, NULL },
	{ FAULT_unidata_refer_to_domain_rewritten, change_host, NULL },
	{ FAULT_NONE, NULL, NULL },
};
