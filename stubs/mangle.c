/* SPDX-License-Identifier: MIT */
/*
 * The mistakes that sofia cannot be talked into: this program's own sendmsg()
 * stands before the C library's, so that it sees each message of the stack,
 * on UDP and TCP, once more before it leaves, and changes or drops it. Without
 * such a fault the bytes pass untouched. TLS does not come here.
 */
#include "mangle.h"

#include "wiretext.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags);

/* One process is one device, and sendmsg() has no context. */
static const struct edit *active;

static bool drop_failure_ack(struct text *t)
{
	return !wiretext_acks_failure(t);
}

/* The first row of this header twice. */
static void double_row(struct text *t, const char *name)
{
	size_t at, len;
	char copy[512];

	if (!wiretext_row(t, name, &at, &len) || len > sizeof(copy))
		return;
	memcpy(copy, t->data + at, len);
	wiretext_insert(t, at, copy, len);
}

static bool double_via(struct text *t)
{
	if (wiretext_answers_refer(t))
		double_row(t, "Via");
	return true;
}

static bool double_refer_to(struct text *t)
{
	if (wiretext_starts(t, "REFER "))
		double_row(t, "Refer-To");
	return true;
}

static bool double_referred_by(struct text *t)
{
	if (wiretext_starts(t, "REFER "))
		double_row(t, "Referred-By");
	return true;
}

static bool double_event(struct text *t)
{
	if (wiretext_starts(t, "NOTIFY "))
		double_row(t, "Event");
	return true;
}

static bool double_state(struct text *t)
{
	if (wiretext_starts(t, "NOTIFY "))
		double_row(t, "Subscription-State");
	return true;
}

static bool change_from_tag(struct text *t)
{
	size_t at, len;

	if (wiretext_answers_refer(t) &&
	    wiretext_param(t, "From", ";tag=", &at, &len))
		wiretext_insert(t, at, "x", 1);
	return true;
}

static bool drop_to_tag(struct text *t)
{
	size_t at, len;

	if (wiretext_answers_refer(t) &&
	    wiretext_param(t, "To", ";tag=", &at, &len))
		wiretext_cut(t, at - strlen(";tag="), len + strlen(";tag="));
	return true;
}

static bool drop_record_route(struct text *t)
{
	size_t at, len;

	while (wiretext_is_response(t) &&
	       wiretext_row(t, "Record-Route", &at, &len))
		wiretext_cut(t, at, len);
	return true;
}

static bool lie_about_length(struct text *t)
{
	size_t at, len;

	if (wiretext_starts(t, "NOTIFY ") &&
	    wiretext_row(t, "Content-Length", &at, &len))
		wiretext_insert(t, at + len - 2, "0", 1);
	return true;
}

static bool drop_max_forwards(struct text *t)
{
	size_t at, len;

	if (wiretext_row(t, "Max-Forwards", &at, &len))
		wiretext_cut(t, at, len);
	return true;
}

/* The ACK as the caller would have sent it through a proxy. */
static bool add_callers_via(struct text *t)
{
	if (wiretext_acks_failure(t))
		double_row(t, "Via");
	return true;
}

static bool change_ack_branch(struct text *t)
{
	size_t at, len;

	if (wiretext_acks_failure(t) &&
	    wiretext_param(t, "Via", ";branch=", &at, &len))
		wiretext_insert(t, at + len, ".ack", 4);
	return true;
}

static bool change_ack_uri(struct text *t)
{
	if (wiretext_acks_failure(t))
		wiretext_insert(t, strlen("ACK sip:"), "moved-", 6);
	return true;
}

/* A Refer-To with a Subject: it stays in the URI that is called. */
static bool keep_uri_headers(struct text *t)
{
	static const char kept[] = "?Subject=kept";
	const char *end = strstr(t->data, " SIP/2.0\r\n");
	size_t at, len;

	if (wiretext_starts(t, "INVITE ") && end &&
	    wiretext_row(t, "Subject", &at, &len))
		wiretext_insert(t, (size_t)(end - t->data), kept, strlen(kept));
	return true;
}

static bool break_event(struct text *t)
{
	size_t at, len;

	if (wiretext_starts(t, "NOTIFY ") &&
	    wiretext_row(t, "Event", &at, &len))
		wiretext_insert_all(t, at + len - 2, ";=1");
	return true;
}

static bool end_in_lf(struct text *t)
{
	size_t at, len;

	if (wiretext_starts(t, "NOTIFY ") &&
	    wiretext_row(t, "Max-Forwards", &at, &len))
		wiretext_cut(t, at + len - 2, 1);
	return true;
}

static bool break_reason(struct text *t)
{
	if (wiretext_answers_refer(t))
		wiretext_insert_all(t, strlen("SIP/2.0 202 "), "O\nK ");
	return true;
}

/* sofia writes "Contact: <sip:user@host:port>". */
static bool change_contact(struct text *t, const char *param, bool naked)
{
	size_t at, len;
	char *end;

	if (!wiretext_answers_refer(t) ||
	    !wiretext_row(t, "Contact", &at, &len))
		return true;
	end = memchr(t->data + at, '>', len);
	if (!end)
		return true;
	if (naked)
		wiretext_cut(t, (size_t)(end - t->data), 1);
	wiretext_insert_all(t, (size_t)(end - t->data), param);
	if (naked)
		wiretext_cut(t, at + strlen("Contact: "), 1);
	return true;
}

static bool bare_contact(struct text *t)
{
	return change_contact(t, ";transport=udp", true);
}

static bool move_contact(struct text *t)
{
	return change_contact(t, ";transport=tcp", false);
}

static bool change_cancel_branch(struct text *t)
{
	size_t at, len;

	if (wiretext_starts(t, "CANCEL ") &&
	    wiretext_param(t, "Via", ";branch=", &at, &len))
		wiretext_insert_all(t, at + len, ".cancel");
	return true;
}

static bool acks_success(const struct text *t)
{
	return wiretext_starts(t, "ACK ") && !wiretext_acks_failure(t);
}

static bool change_success_ack_uri(struct text *t)
{
	if (acks_success(t))
		wiretext_insert_all(t, strlen("ACK sip:"), "moved-");
	return true;
}

/* sofia's CSeq has ten digits and begins with 1: 2 is below 2^31 too if the
 * next is 0. */
static bool change_success_ack_cseq(struct text *t)
{
	size_t at, len;

	if (acks_success(t) && wiretext_row(t, "CSeq", &at, &len))
		t->data[at + strlen("CSeq: ")] = '2';
	return true;
}

/* An answer on a connection of its own, which nobody takes. */
static bool lose_answer(struct text *t)
{
	return !wiretext_answers_refer(t) ||
	       !wiretext_row_has(t, "Via", "SIP/2.0/TCP");
}

static bool leave(struct text *t)
{
	(void)t;
	return true;
}

static bool again_if_notify(struct text *t)
{
	return wiretext_starts(t, "NOTIFY ") && t->sent < 6;
}

static bool is_on_tcp(const struct text *t)
{
	return wiretext_row_has(t, "Via", "SIP/2.0/TCP");
}

static bool again_on_stream(struct text *t)
{
	return is_on_tcp(t) && !wiretext_is_response(t) &&
	       !wiretext_starts(t, "ACK ") && t->sent < 2;
}

/* Without a body: the next message is still found where it begins. */
static bool drop_length(struct text *t)
{
	size_t at, len;

	if (is_on_tcp(t) && wiretext_row(t, "Content-Length", &at, &len) &&
	    t->len > 4 && !memcmp(t->data + t->len - 4, "\r\n\r\n", 4))
		wiretext_cut(t, at, len);
	return true;
}

/* Behind its 202 a 500 to the same REFER. */
static bool fail_after_all(struct text *t)
{
	if (!wiretext_answers_refer(t) || t->sent > 1)
		return false;
	memcpy(t->data, "SIP/2.0 500", strlen("SIP/2.0 500"));
	return true;
}

/* A redirect server that forgets what it has answered: the last calls. */
static bool send_once(struct text *t)
{
	enum { CALLS = 64 };
	static char answered[CALLS][256]; /* Call-ID */
	static unsigned next;
	size_t at, len;

	if (!wiretext_answers(t, "INVITE") ||
	    !wiretext_row(t, "Call-ID", &at, &len) || len >= sizeof(*answered))
		return true;
	for (unsigned i = 0; i < CALLS; i++)
		if (strlen(answered[i]) == len &&
		    !strncmp(answered[i], t->data + at, len))
			return false;
	snprintf(answered[next++ % CALLS], sizeof(*answered), "%.*s", (int)len,
		 t->data + at);
	return true;
}

static bool refuse_cancel(struct text *t)
{
	if (wiretext_answers(t, "CANCEL"))
		memcpy(t->data, "SIP/2.0 500", strlen("SIP/2.0 500"));
	return true;
}

static const struct edit edits[] = {
	{ FAULT_redirect_not_acked, drop_failure_ack, NULL },
	{ FAULT_response_via_doubled, double_via, NULL },
	{ FAULT_response_from_tag_changed, change_from_tag, NULL },
	{ FAULT_response_no_to_tag, drop_to_tag, NULL },
	{ FAULT_uri_headers_kept, keep_uri_headers, NULL },
	{ FAULT_redirect_headers_kept, keep_uri_headers, NULL },
	{ FAULT_record_route_dropped, drop_record_route, NULL },
	{ FAULT_length_untrue, lie_about_length, NULL },
	{ FAULT_no_max_forwards, drop_max_forwards, NULL },
	{ FAULT_ack_new_branch, change_ack_branch, NULL },
	{ FAULT_ack_other_uri, change_ack_uri, NULL },
	{ FAULT_refer_two_refer_to, double_refer_to, NULL },
	{ FAULT_refer_two_referred_by, double_referred_by, NULL },
	{ FAULT_notify_two_events, double_event, NULL },
	{ FAULT_notify_two_states, double_state, NULL },
	{ FAULT_notify_burst, leave, again_if_notify },
	{ FAULT_two_finals, leave, fail_after_all },
	{ FAULT_stream_repeats, leave, again_on_stream },
	{ FAULT_stream_no_length, drop_length, NULL },
	{ FAULT_stream_response_elsewhere, lose_answer, NULL },
	{ FAULT_event_malformed, break_event, NULL },
	{ FAULT_notify_bare_lf, end_in_lf, NULL },
	{ FAULT_reason_two_lines, break_reason, NULL },
	{ FAULT_contact_naked, bare_contact, NULL },
	{ FAULT_contact_other_transport, move_contact, NULL },
	{ FAULT_cancel_new_branch, change_cancel_branch, NULL },
	{ FAULT_success_ack_other_uri, change_success_ack_uri, NULL },
	{ FAULT_success_ack_other_cseq, change_success_ack_cseq, NULL },
	{ FAULT_ack_relayed, add_callers_via, NULL },
	{ FAULT_sipgo_302_not_retransmitted, send_once, NULL },
	{ FAULT_redirect_cancel_refused, refuse_cancel, NULL },
};

/* From now on every datagram is edited, if this fault is one for here. A device
 * that forwards gets responses that others have to have. */
void mangle_start(enum fault fault, bool forwards)
{
	for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
		if (edits[i].fault == fault)
			active = &edits[i];
	}
	for (const struct edit *e = mangle_call_edits; e->fault; e++) {
		if (e->fault == fault)
			active = e;
	}
	for (const struct edit *e = mangle_reply_edits; e->fault; e++) {
		if (e->fault == fault)
			active = e;
	}
	mangle_in_start(fault, forwards);
}

static ssize_t send_on(int fd, const struct msghdr *msg, int flags)
{
	return syscall(SYS_sendmsg, fd, msg, flags);
}

/* The bytes of a datagram in one piece; false: too long for an edit. */
static bool gather(const struct msghdr *msg, struct text *t)
{
	t->len = 0;
	t->sent = 0;
	for (size_t i = 0; i < msg->msg_iovlen; i++) {
		if (t->len + msg->msg_iov[i].iov_len > WIRETEXT_LONGEST)
			return false;
		memcpy(t->data + t->len, msg->msg_iov[i].iov_base,
		       msg->msg_iov[i].iov_len);
		t->len += msg->msg_iov[i].iov_len;
	}
	t->data[t->len] = '\0';
	return true;
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	static struct text text;
	struct msghdr changed = *msg;
	struct iovec iov = { .iov_base = text.data };
	size_t whole;

	if (!active || !gather(msg, &text))
		return send_on(fd, msg, flags);
	text.fd = fd;
	whole = text.len;
	if (!active->apply(&text))
		return (ssize_t)whole;
	changed.msg_iov = &iov;
	changed.msg_iovlen = 1;
	do {
		iov.iov_len = text.len;
		if (send_on(fd, &changed, flags) < 0)
			return -1;
		text.sent++;
	} while (active->more && active->more(&text));
	return (ssize_t)whole;
}
