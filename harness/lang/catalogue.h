/* SPDX-License-Identifier: MIT */
/* catalogue: the requirements, read from *.req files. */
#ifndef LANG_CATALOGUE_H
#define LANG_CATALOGUE_H

#include "lang/prog.h"

struct requirement {
	struct str id, role, section, text, observe, updated;
	struct str alias;       /* what other suites call it, words */
	enum level level;       /* in every edition not named below */
	struct str editions[3]; /* exceptions */
	enum level levels[3];
	bool in_force[3]; /* false: "none" in that edition */
	unsigned nlevels;
	unsigned tier;
	bool testable;
	struct str not_testable; /* the reason */
	struct loc at;
};

struct catalogue {
	struct arena *arena;
	struct requirement *list; /* sorted by id */
	size_t n;
};

/* Reads every *.req of a folder; wrong ones are diagnostics. */
bool catalogue_read(struct catalogue *c, const char *folder, struct diags *ds,
		    struct fail *why);
/* One file's text more, called path in diagnostics; c->list must be sorted
 * anew before it is searched. False: something in it is wrong. */
bool catalogue_add_text(struct catalogue *c, const char *path, struct str text,
			struct diags *ds);
/* One file more; what is wrong in it is in ds. */
void catalogue_read_file(struct catalogue *c, const char *path,
			 struct diags *ds);
const struct requirement *catalogue_find(const struct catalogue *c,
					 struct str id); /* NULL: none */
/* The level in an edition; *ret_in_force false: only noted there. */
enum level requirement_level(const struct requirement *r, struct str edition,
			     bool *ret_in_force);

#endif
