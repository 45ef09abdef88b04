/* SPDX-License-Identifier: MIT */
/* SDP as text: enough of RFC 3264 for one audio stream that nobody hears. */
#ifndef STUBS_MEDIA_H
#define STUBS_MEDIA_H

#include "device.h"

/* Our end of one media session. */
struct media {
	unsigned long id; /* o= session id */
	unsigned version;
	char *last; /* what the version stands for, without o= */
};

void media_init(struct media *media, struct device *dev);
void media_clear(struct media *media);
char *media_offer(struct media *media, su_home_t *home,
		  const struct device *dev);
char *media_answer(struct media *media, su_home_t *home,
		   const struct device *dev, const char *offer);
char *media_unheld(su_home_t *home, const char *sdp);
char *media_relabel(struct media *media, su_home_t *home,
		    const struct device *dev, const char *sdp);

#endif
