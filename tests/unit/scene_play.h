/* SPDX-License-Identifier: MIT */
/* scene_play: the course of a play made by hand. */
#ifndef TESTS_SCENE_PLAY_H
#define TESTS_SCENE_PLAY_H

#include "scene.h"

static inline struct scene *begin_with(const char *text)
{
	struct scene *s = scene_new("refer/basic#one", text);

	scene_party(s, "alice");
	scene_event(s, EV_BEGIN, 0, "refer/basic#one", "x 192.0.2.10:5060/udp");
	scene_event(s, EV_PHASE, 0, "setup", "");
	return s;
}

static inline void enter(struct scene *s, const char *phase)
{
	scene_event(s, EV_PHASE, 10, phase, "");
}

static inline struct result *finish(struct scene *s)
{
	scene_event(s, EV_END, 900, "", "played to the end");
	return scene_judge(s);
}

static inline uint32_t message(struct scene *s, long ms)
{
	return scene_rec(s, ms, 0, false,
			 STR("BYE sip:alice@127.0.0.2 SIP/2.0\r\nCSeq: 1\r\n"
			     "\r\n"));
}

static inline void taken(struct scene *s, const struct op *op, long ms)
{
	scene_about(s, EV_OPEN, ms, op, EV_NONE);
	scene_about(s, EV_TAKE, ms, op, message(s, ms));
}

#endif
