/* SPDX-License-Identifier: MIT */
/* lang: files in, programs or diagnostics out. */
#ifndef LANG_LANG_H
#define LANG_LANG_H

#include "lang/catalogue.h"

struct tree;

struct read_files {          /* without an error, and not read again */
	struct arena *arena; /* of the trees */
	struct {
		struct str path;
		bool library; /* named by "use" */
		struct tree *tree;
	} * list;
	size_t n;
};

struct asked_facts {      /* of the device, by "when": "role", "follow-3xx" */
	struct str *list; /* each once */
	size_t n;
};

/* What a compilation depends on besides the file. */
struct lang_env {
	struct arena *arena;     /* of everything made */
	struct read_files *read; /* NULL: each file is read anew */
	const char *root;        /* scenario root; "use" paths start here */
	const struct catalogue *catalogue;
	const struct device *device;
	struct device *hide;  /* gets what {env.NAME} is; NULL: nobody minds */
	struct str edition;   /* "" : the device's */
	struct str transport; /* "udp" */
	const struct fact *params; /* -v NAME=VALUE */
	unsigned nparams;
	bool *params_used; /* [nparams] set where a file has it; or NULL */
	struct asked_facts *asked; /* added to; NULL: nobody wants to know */
};

struct progs {
	struct prog **list;
	size_t n;
};

/* Parses, checks and compiles one file: one prog for each row of "for".
 * False where there is an error in ds; nothing may then be played. */
bool lang_load(const struct lang_env *env, const char *path, struct progs *ret,
	       struct diags *ds);
/* The same of text that is in memory (an editor's, a test's); path is what it
 * is called. */
bool lang_load_text(const struct lang_env *env, const char *path,
		    struct str text, struct progs *ret, struct diags *ds);

/* "must not"; "" of a line that has no such word. */
const char *level_written(enum word word);

/* Reads a device file; false where there is an error in ds. Secrets in
 * {env.NAME} are resolved here. */
bool device_read(struct arena *a, const char *path, struct device *ret,
		 struct diags *ds);
bool device_read_text(struct arena *a, const char *path, struct str text,
		      struct device *ret, struct diags *ds);
/* Lines "known" and "waive" of a file of their own. */
bool device_read_known(struct arena *a, const char *path, struct device *d,
		       struct diags *ds);
/* What "known" and "waive" of d name: is it in the catalogue, among these
 * scenarios? Else that is in ds. */
void device_check_known(struct arena *a, const struct device *d,
			const struct catalogue *catalogue,
			const struct str *scenarios, size_t n,
			struct diags *ds);
/* The device of "--to udp:HOST:PORT": no file, nothing claimed. */
bool device_from_to(struct arena *a, struct str to, struct device *ret,
		    struct fail *why);

#endif
