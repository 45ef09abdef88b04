/* SPDX-License-Identifier: MIT */
/*
 * Edits of what the device answers, reports and acknowledges that need no
 * memory of what went before.
 */
#include "mangle.h"
#include "wiretext.h"

#include <stdlib.h>
#include <string.h>

static int status_of(const struct text *t)
{
	return wiretext_is_response(t)
		       ? (int)strtol(t->data + strlen("SIP/2.0 "), NULL, 10)
		       : 0;
}

static bool drop_terminated(struct text *t)
{
	return status_of(t) != 487;
}

static bool drop_failure(struct text *t)
{
	return status_of(t) < 300 || !wiretext_answers(t, "INVITE");
}

static bool drop_refer_answer(struct text *t)
{
	return !wiretext_answers(t, "REFER");
}

static bool drop_bye(struct text *t)
{
	return !wiretext_starts(t, "BYE ");
}

static void set_status(struct text *t, int from, const char *status)
{
	if (wiretext_answers(t, "REFER") && status_of(t) == from)
		memcpy(t->data + strlen("SIP/2.0 "), status, strlen(status));
}

static bool accept_broken(struct text *t)
{
	set_status(t, 400, "202");
	return true;
}

static bool accept_declined(struct text *t)
{
	set_status(t, 603, "202");
	return true;
}

/* The host of a Contact that leads elsewhere. */
static bool call_it_ours(struct text *t)
{
	size_t at, len;

	if (status_of(t) >= 300 && status_of(t) < 400 &&
	    wiretext_param(t, "Contact", "@", &at, &len)) {
		wiretext_cut(t, at, strcspn(t->data + at, ":;>"));
		wiretext_insert_all(t, at, "pbx.test");
	}
	return true;
}

static bool type_ack(struct text *t)
{
	size_t at, len;

	if (wiretext_acks_failure(t) && wiretext_row(t, "CSeq", &at, &len))
		wiretext_insert_all(t, at, "Content-Type: text/plain\r\n");
	return true;
}

/* Replaces the first of these in the Subscription-State of a NOTIFY. */
static void change_state(struct text *t, const char *what, const char *with)
{
	size_t at, len;
	char *hit;

	if (!wiretext_starts(t, "NOTIFY ") ||
	    !wiretext_row(t, "Subscription-State", &at, &len))
		return;
	hit = memmem(t->data + at, len, what, strlen(what));
	if (!hit)
		return;
	at = (size_t)(hit - t->data);
	wiretext_cut(t, at, strlen(what));
	wiretext_insert_all(t, at, with);
}

static bool invent_state(struct text *t)
{
	change_state(t, "active", "living");
	return true;
}

static bool give_no_reason(struct text *t)
{
	change_state(t, ";reason=noresource", "");
	return true;
}

/* What sofia sends as an INVITE is marked if it is to be another request. */
static bool cancel_instead(struct text *t)
{
	static const char mark[] = "X-Method";
	size_t at, len;

	if (!wiretext_row(t, mark, &at, &len))
		return true;
	wiretext_cut(t, at, len);
	if (!wiretext_param(t, "CSeq", " INVITE", &at, &len))
		return true;
	memcpy(t->data + at - strlen("INVITE"), "CANCEL", strlen("CANCEL"));
	memcpy(t->data, "CANCEL", strlen("CANCEL"));
	return true;
}

const struct edit mangle_reply_edits[] = {
	{ FAULT_cancelled_caller_not_told, drop_terminated, NULL },
	{ FAULT_failure_not_told, drop_failure, NULL },
	{ FAULT_refer_unanswered, drop_refer_answer, NULL },
	{ FAULT_bye_not_sent, drop_bye, NULL },
	{ FAULT_broken_refer_to_accepted, accept_broken, NULL },
	{ FAULT_decline_accepted, accept_declined, NULL },
	{ FAULT_asterisk_302_contact_nat, call_it_ours, NULL },
	{ FAULT_failure_ack_with_type, type_ack, NULL },
	{ FAULT_notify_state_invented, invent_state, NULL },
	{ FAULT_terminated_without_reason, give_no_reason, NULL },
	{ FAULT_refer_cancel_sent, cancel_instead, NULL },
	{ FAULT_NONE, NULL, NULL },
};
