/* SPDX-License-Identifier: MIT */
/* What tests of the language share: a device, the catalogue, a compilation. */
#ifndef TESTS_LANG_FIX_H
#define TESTS_LANG_FIX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lang/lang.h"

struct fix {
	struct arena *arena;
	struct catalogue catalogue;
	struct device device;
	struct diags ds;
	struct progs progs;
	struct lang_env env;
};

/* root: the scenario root; catalogue and device come from the tree. */
void fix_open(struct fix *f, const char *root);
void fix_close(struct fix *f);
void fix_device(struct fix *f, const char *role, const char *calls);
void fix_claim(struct fix *f, const char *name, const char *value);
void fix_lack(struct fix *f, const char *name);
/* Compiles a file, or text written to a file of its own. */
bool fix_load(struct fix *f, const char *path);
bool fix_text(struct fix *f, const char *text);
/* All diagnostics as people see them; lives in the arena. */
const char *fix_said(struct fix *f);
/* Was a diagnostic with this code said? */
bool fix_has(const struct fix *f, const char *code);

#endif
