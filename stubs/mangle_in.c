/* SPDX-License-Identifier: MIT */
/*
 * What comes in over UDP, before the stack sees it: this program's own
 * recvmsg() stands before the C library's. It drops what is not for us, makes a
 * repeat look like a new request, and knows what was answered last.
 */
#include "mangle.h"
#include "wiretext.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LARGE 4000 /* bytes, more than some buffers hold */
#define MANY  64

ssize_t recvmsg(int fd, struct msghdr *msg, int flags);

/* A 100 with a To tag. */
struct trying {
	char call_id[128];
	char tag[64];
};

/* One process is one device, and recvmsg() has no context. */
static struct {
	enum fault fault;
	bool forwards; /* is a proxy */
	int last_final;
	struct trying trying[MANY]; /* the oldest is overwritten */
	unsigned ntrying;
	struct text now;
	uint64_t refers[MANY]; /* hashes of the last REFERs */
	unsigned nrefers;
} in;

void mangle_in_start(enum fault fault, bool forwards)
{
	in.forwards = forwards;
	in.fault = fault;
}

/* The status of the last final response that came; 0: none. */
int mangle_in_last_final(void)
{
	return in.last_final;
}

/* The To tag of a 100 that came for this call; "": it had none. */
const char *mangle_in_trying_tag(const char *call_id)
{
	for (unsigned i = 0; i < MANY; i++) {
		if (!strcmp(in.trying[i].call_id, call_id))
			return in.trying[i].tag;
	}
	return "";
}

static void note_trying(void)
{
	struct trying *t = &in.trying[in.ntrying % MANY];
	size_t at, len, row, rowlen, skip = strlen("Call-ID: ");

	if (!wiretext_param(&in.now, "To", ";tag=", &at, &len) ||
	    !wiretext_row(&in.now, "Call-ID", &row, &rowlen) ||
	    rowlen < skip + 2)
		return;
	snprintf(t->tag, sizeof(t->tag), "%.*s", (int)len, in.now.data + at);
	snprintf(t->call_id, sizeof(t->call_id), "%.*s",
		 (int)(rowlen - skip - 2), in.now.data + row + skip);
	in.ntrying++;
}

static void note_response(void)
{
	int status = 0;

	if (wiretext_answers(&in.now, "INVITE"))
		status =
			(int)strtol(in.now.data + strlen("SIP/2.0 "), NULL, 10);
	if (status >= 200)
		in.last_final = status;
	if (status == 100)
		note_trying();
}

/* Has this very message come before? (FNV-1a) */
static bool has_come(void)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < in.now.len; i++)
		hash = (hash ^ (unsigned char)in.now.data[i]) * 0x100000001b3;
	for (unsigned i = 0; i < MANY; i++) {
		if (in.refers[i] == hash)
			return true;
	}
	in.refers[in.nrefers++ % MANY] = hash;
	return false;
}

/* The same REFER once more: with another branch and a higher CSeq it is a new
 * one. Its length stays. */
static bool renew_repeat(void)
{
	size_t at, len;

	if (!wiretext_starts(&in.now, "REFER ") || !has_come())
		return false;
	if (wiretext_param(&in.now, "Via", ";branch=", &at, &len) && len > 8)
		in.now.data[at + len - 1] ^= 1;
	if (wiretext_row(&in.now, "CSeq", &at, &len))
		in.now.data[at + strcspn(in.now.data + at, "0123456789")] = '9';
	return true;
}

/* A name that a control byte follows counts, the real one does not. */
static bool take_smuggled(void)
{
	static const char name[] = "\r\nRefer-To";
	char *false_one = strstr(in.now.data, "\r\nRefer-To\x01:");
	char *real = strstr(in.now.data, "\r\nRefer-To:");

	if (!false_one || !real)
		return false;
	false_one[strlen(name)] = ' ';
	real[2] = 'X';
	return true;
}

/* Two rows of To: a device that cannot bear it. */
static void die_of_two_to(void)
{
	size_t at, len;
	struct text rest;

	if (!wiretext_row(&in.now, "To", &at, &len))
		return;
	rest = in.now;
	wiretext_cut(&rest, at, len);
	if (wiretext_row(&rest, "To", &at, &len))
		_exit(EXIT_FAILURE);
}

/* A response that was another's to pass on: sofia would end the request with
 * it (RFC 3261 8.1.3.3). */
static bool is_passed_on(void)
{
	size_t at, len;

	return wiretext_is_response(&in.now) &&
	       wiretext_row(&in.now, "Via", &at, &len) &&
	       memmem(in.now.data + at, len, ", SIP/2.0/", 10);
}

static bool is_dropped(void)
{
	if (in.now.len > LARGE && in.fault == FAULT_large_dropped)
		return true;
	if (in.fault == FAULT_kirm_sipjs_302_retransmit)
		return wiretext_starts(&in.now, "ACK ");
	return is_passed_on() && !in.forwards &&
	       in.fault != FAULT_two_vias_taken;
}

static bool change(void)
{
	note_response();
	if (in.fault == FAULT_kamailio_double_to_crash)
		die_of_two_to();
	if (in.fault == FAULT_repeated_refer_obeyed)
		return renew_repeat();
	if (in.fault == FAULT_asterisk_header_ws_auth_bypass)
		return take_smuggled();
	return false;
}

/* The bytes of the pieces into one text, or back. */
static void copy(const struct msghdr *msg, size_t n, bool back)
{
	size_t done = 0;

	for (size_t i = 0; i < msg->msg_iovlen && done < n; i++) {
		size_t len = msg->msg_iov[i].iov_len;

		if (len > n - done)
			len = n - done;
		if (back)
			memcpy(msg->msg_iov[i].iov_base, in.now.data + done,
			       len);
		else
			memcpy(in.now.data + done, msg->msg_iov[i].iov_base,
			       len);
		done += len;
	}
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	ssize_t n = syscall(SYS_recvmsg, fd, msg, flags);

	if (n <= 0 || n > WIRETEXT_LONGEST || (flags & MSG_PEEK))
		return n;
	copy(msg, (size_t)n, false);
	in.now.len = (size_t)n;
	in.now.data[n] = '\0';
	if (is_dropped()) {
		errno = EAGAIN;
		return -1;
	}
	if (change())
		copy(msg, (size_t)n, true);
	return n;
}
