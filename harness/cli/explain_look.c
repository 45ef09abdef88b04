/* SPDX-License-Identifier: MIT */
/* Of a finding, in a sentence: what happened, and where in the device to
 * look. */
#include "cli/explain.h"

static const struct {
	const char *kind, *part, *text;
} places[] = {
#define LOOK(kind, part, text) { kind, part, text },
#include "cli/explain_look.def"
#undef LOOK
};

/* Where in the device to look; empty: it is not the device's matter. */
const char *explain_look(const struct finding *f)
{
	if (f->verdict == VERDICT_SKIP)
		return "";
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (strcmp(f->kind, places[i].kind) == 0 &&
		    (!*places[i].part ||
		     str_find(f->what, str_from(places[i].part)) >= 0))
			return places[i].text;
	return "";
}

static const struct {
	const char *kind;
	const char *of; /* stands in the field; NULL: any */
	bool in_what;   /* in the name, else in what came */
	const char *text;
} sayings[] = {
	{ "line", " came instead", false,
	  "The device answered, but not as this line wants it." },
	{ "line", ", then no more", false,
	  "Some of these messages came, but the one that ends them did not." },
	{ "line", NULL, false,
	  "The device had to send this message and did not." },
	{ "trigger", NULL, false,
	  "The device could not be made to act, so nothing is said about it. "
	  "See the trigger of this name in its file." },
	{ "check", "not happened", false,
	  "What this looks at did not come about." },
	{ "check", ".count", true,
	  "It was counted, and there were more or fewer than there have to "
	  "be." },
	{ "check", NULL, false, "The message came, but not as it has to be." },
	{ "late", NULL, false, "The message came, but too late." },
	{ "after", NULL, false,
	  "The message came before what it has to follow." },
	{ "guard", NULL, false, "The device did what it must not do here." },
	{ "monitor", NULL, false,
	  "This rule holds for every message of a device, whatever the "
	  "scenario is about." },
	{ "unexpected", NULL, false,
	  "No line of the scenario speaks of this message, and it is none "
	  "that may always come." },
	{ "liveness", NULL, false,
	  "The device answered before the play and no longer after it: it has "
	  "crashed or hangs." },
	{ "branch", NULL, false,
	  "The device chose this way, and the scenario says what that means." },
	{ "preamble", NULL, false,
	  "What the scenario starts from did not come about, so nothing is "
	  "said about the device." },
	{ "problem", NULL, false, "Something beside the test went wrong." },
	{ "error", NULL, false,
	  "This is a fault of sipladder itself, not of the device." },
};

/* A line that only helps to set the stage is no failure of its own. */
static bool is_stage(const struct finding *f)
{
	return str_is(f->phase, "setup") && strcmp(f->kind, "line") == 0;
}

const char *explain_event(const struct finding *f)
{
	if (is_stage(f))
		return "A step of the setup did not come about, so nothing is "
		       "said about the device.";
	for (size_t i = 0; i < sizeof(sayings) / sizeof(*sayings); i++) {
		struct str in = sayings[i].in_what ? f->what : f->got;

		if (strcmp(f->kind, sayings[i].kind) != 0)
			continue;
		if (!sayings[i].of ||
		    str_find(in, str_from(sayings[i].of)) >= 0)
			return sayings[i].text;
	}
	return "";
}
