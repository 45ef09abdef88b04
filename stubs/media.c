/* SPDX-License-Identifier: MIT */
/*
 * SDP as text: offers, answers with as many m= lines as the offer has, and the
 * o= line that is our own. No media flows, so no codec is really there.
 */
#include "media.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MANY_LINES 1000 /* of an offer; what follows is not answered */

void media_init(struct media *media, struct device *dev)
{
	*media = (struct media){ .id = ++dev->session };
}

void media_clear(struct media *media)
{
	free(media->last);
	media->last = NULL;
}

/* The o= line steps when the rest has changed (RFC 3264 8). */
static char *label(struct media *media, su_home_t *home,
		   const struct device *dev, const char *rest)
{
	bool keeps = media->last && device_has(dev, FAULT_sdp_version_kept);

	if (!keeps && (!media->last || strcmp(media->last, rest))) {
		free(media->last);
		media->last = strdup(rest);
		media->version++;
	}
	return su_sprintf(home, "v=0\r\no=%s %lu %u IN IP%c %s\r\n%s",
			  dev->role->user, media->id, media->version,
			  strchr(dev->host, ':') ? '6' : '4', dev->host, rest);
}

static char *head(su_home_t *home, const struct device *dev)
{
	return su_sprintf(home, "s=-\r\nc=IN IP%c %s\r\nt=0 0\r\n",
			  strchr(dev->host, ':') ? '6' : '4', dev->host);
}

char *media_offer(struct media *media, su_home_t *home,
		  const struct device *dev)
{
	return label(media, home, dev,
		     su_strcat(home, head(home, dev),
			       "m=audio 30000 RTP/AVP 0 8\r\n"
			       "a=rtpmap:0 PCMU/8000\r\n"
			       "a=rtpmap:8 PCMA/8000\r\n"));
}

/* One line of SDP: its length; *ret_next is the start of the one after. */
static size_t line_length(const char *line, const char **ret_next)
{
	size_t n = strcspn(line, "\r\n");

	*ret_next = line + n + strspn(line + n, "\r\n");
	return n;
}

/* The answer to one m= line: the first format of audio, nothing else. */
static char *answer_stream(su_home_t *home, const char *line, size_t n)
{
	char *copy = su_strndup(home, line, n);
	char *media = strtok_r(copy + 2, " ", &copy);
	char *port = strtok_r(NULL, " ", &copy);
	char *proto = strtok_r(NULL, " ", &copy);
	char *format = strtok_r(NULL, " ", &copy);
	bool wanted =
		media && !strcmp(media, "audio") && port && strcmp(port, "0");

	if (!format)
		return su_sprintf(home, "m=audio 0 RTP/AVP 0\r\n");
	for (char *f = format; wanted && f; f = strtok_r(NULL, " ", &copy)) {
		if (!strcmp(f, "0"))
			format = f;
	}
	return su_sprintf(home, "m=%s %s %s %s\r\n", media,
			  wanted ? "30000" : "0", proto, format);
}

/* Their direction as seen from here (RFC 3264 6.1); NULL: sendrecv. */
static const char *mirrored(const char *line, size_t n)
{
	static const struct {
		const char *theirs, *ours;
	} directions[] = {
		{ "a=sendonly", "a=recvonly\r\n" },
		{ "a=recvonly", "a=sendonly\r\n" },
		{ "a=inactive", "a=inactive\r\n" },
	};

	for (size_t i = 0; i < 3; i++) {
		if (strlen(directions[i].theirs) == n &&
		    !strncmp(directions[i].theirs, line, n))
			return directions[i].ours;
	}
	return NULL;
}

/* offer is text; as many m= lines come back, in its order. */
char *media_answer(struct media *media, su_home_t *home,
		   const struct device *dev, const char *offer)
{
	char *rest = head(home, dev);
	const char *line = offer;

	for (int i = 0; *line && i < MANY_LINES; i++) {
		const char *next;
		size_t n = line_length(line, &next);
		const char *more = NULL;

		if (n > 2 && !strncmp(line, "m=", 2))
			more = answer_stream(home, line, n);
		else
			more = mirrored(line, n);
		if (more)
			rest = su_strcat(home, rest, more);
		line = next;
	}
	if (device_has(dev, FAULT_answer_adds_stream))
		rest = su_strcat(home, rest, "m=video 0 RTP/AVP 31\r\n");
	return label(media, home, dev, rest);
}

/* Somebody else's SDP under our own v= and o= lines, as a B2BUA passes it. */
char *media_relabel(struct media *media, su_home_t *home,
		    const struct device *dev, const char *sdp)
{
	const char *line = sdp;

	while (*line && (!strncmp(line, "v=", 2) || !strncmp(line, "o=", 2)))
		line_length(line, &line);
	return label(media, home, dev, line);
}

/* An SDP without the directions that a hold has left in it. */
char *media_unheld(su_home_t *home, const char *sdp)
{
	char *rest = su_strdup(home, "");
	const char *line = sdp;

	while (*line) {
		const char *next;
		size_t n = line_length(line, &next);

		if (!mirrored(line, n))
			rest = su_strcat(
				home, rest,
				su_strndup(home, line, (isize_t)(next - line)));
		line = next;
	}
	return rest;
}
