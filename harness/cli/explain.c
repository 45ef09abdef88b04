/* SPDX-License-Identifier: MIT */
/* explain: which kind of thing is asked for, and the nearest name where it is
 * none. */
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/check_ways.h"
#include "cli/explain.h"
#include "lang/codes.h"
#include "report/report.h"

struct explain_opts {
	const char *dut, *edition;
	bool help;
};

static const struct opt table[] = {
	{ 'd', "dut", OPT_TEXT, offsetof(struct explain_opts, dut), "FILE",
	  "the device for which a scenario is explained" },
	{ 0, "edition", OPT_TEXT, offsetof(struct explain_opts, edition),
	  "NAME", "rfc3515, rfc7647 or interop" },
	{ 'h', "help", OPT_FLAG, offsetof(struct explain_opts, help), NULL,
	  "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

/* ---- how it is said ---- */

void explain_put(struct buf *out, const char *key, struct str text)
{
	enum { COLUMN = 12 };

	if (!text.len)
		return;
	buf_addf(out, "  %-10s", key);
	terminal_wrap(out, text, COLUMN);
}

const char *explain_level(enum level level, bool in_force)
{
	if (!in_force)
		return "not in force";
	switch (level) {
	case LEVEL_MUST:
		return "must";
	case LEVEL_SHOULD:
		return "should";
	case LEVEL_NOTE:
		break;
	}
	return "may";
}

/* ---- what is asked ---- */

static bool is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* Lines under "when role=..." are there for that role only, and those under a
 * claim for who makes it. */
static void load_for_roles(struct selection *s)
{
	static const char *const roles[][2] = { { "ua", "refer" },
						{ "b2bua", "route" },
						{ "proxy", "route" } };
	size_t n = s->progs.n;

	for (size_t r = 0; r < sizeof(roles) / sizeof(*roles); r++) {
		struct device *d = ARENA_NEW(s->arena, struct device);
		struct lang_env env = s->env;
		struct diags ds = { .arena = s->arena };
		const char *last = "";

		*d = s->device;
		d->roles = ARENA_ARRAY(s->arena, struct str, 1);
		d->roles[0] = str_from(roles[r][0]);
		d->nroles = 1;
		d->calls = str_from(roles[r][1]);
		check_ways_claim_all(s->arena, d, "yes");
		env.device = d;
		for (size_t i = 0; i < n; i++) {
			const char *path =
				arena_z(s->arena, s->progs.list[i]->file);

			if (strcmp(path, last) != 0)
				lang_load(&env, path, &s->progs, &ds);
			last = path;
		}
	}
}

void explain_load(struct explain *x)
{
	if (x->all.arena)
		return;
	x->all.arena = arena_new();
	x->all.quiet = true;
	select_load(&x->all, "explain", NULL, NULL, x->edition, NULL, 0);
	load_for_roles(&x->all);
}

static struct str nearest(struct explain *x, struct str word)
{
	struct selection *s = &x->all;
	struct str *names = NULL;
	size_t n = 0;

	explain_load(x);
	for (size_t i = 0; i < LANG_NCODES; i++)
		*ARENA_PUSH(s->arena, names, n) = str_from(lang_codes[i].name);
	for (size_t i = 0; i < s->catalogue.n; i++)
		*ARENA_PUSH(s->arena, names, n) = s->catalogue.list[i].id;
	for (size_t i = 0; i < s->progs.n; i++)
		*ARENA_PUSH(s->arena, names, n) = s->progs.list[i]->id;
	explain_words(s->arena, &names, &n);
	return diag_nearest(word, names, n);
}

static int say_unknown(struct explain *x, const char *word)
{
	struct str near = nearest(x, str_from(word));
	buf_auto safe = { 0 };

	buf_addf(&safe, "\"%.200s\" is no rule, scenario, code, word or field",
		 word);
	if (near.len)
		buf_addf(&safe, "; did you mean \"" STR_F "\"?", STR_A(near));
	return usage_error("explain", buf_z(&safe));
}

static bool answer(struct explain *x, const char *word)
{
	static bool (*const kinds[])(struct explain * x, struct str word) = {
		explain_code,     explain_status, explain_rule,
		explain_scenario, explain_word,   explain_field
	};
	bool known = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t from = x->out.len;

		if (known)
			buf_add_char(&x->out, '\n');
		if (!kinds[i](x, str_from(word)))
			x->out.len = from;
		else
			known = true;
	}
	return known;
}

static int answer_each(struct explain *x, const char **words, unsigned n)
{
	int status = 0;

	for (unsigned i = 0; i < n && !status; i++) {
		if (i)
			buf_add_char(&x->out, '\n');
		if (!answer(x, words[i]))
			status = say_unknown(x, words[i]);
	}
	return status;
}

static int explain_all(struct explain *x, const char **words, unsigned n)
{
	int status = 0;

	x->arena = arena_new();
	if (n != 2 ||
	    !explain_two_statuses(x, str_from(words[0]), str_from(words[1])))
		status = answer_each(x, words, n);
	if (!status)
		status = x->status;
	if (!status)
		print_text(stdout, &x->out);
	buf_free(&x->out);
	arena_free(x->all.arena);
	arena_free(x->arena);
	return status;
}

/* A run on disk is the first of two words. */
static bool is_result(const char *word)
{
	char path[4200];

	snprintf(path, sizeof(path), "%s/result.json", word);
	return is_there(path) ||
	       (str_ends(str_from(word), ".json") && is_there(word));
}

static int explain_run(const char **words, unsigned n)
{
	buf_auto out = { 0 };
	int status = 0;

	if (n == 1)
		status = explain_result(&out, words[0], NULL);
	for (unsigned i = 1; i < n; i++) {
		int one = explain_result(&out, words[0], words[i]);

		status = one > status ? one : status;
	}
	print_text(stdout, &out);
	return status;
}

int cmd_explain(int argc, char **argv)
{
	struct explain_opts o = { 0 };
	struct explain x = { 0 };
	const char *args[256];
	struct fail why;
	unsigned n;

	if (argc > 256)
		return usage_error("explain", "too many words");
	if (!opts_read(table, argc, argv, &o, args, &n, &why))
		return usage_error("explain", why.text);
	if (o.help)
		return usage_help("explain WORD.. | RESULT [id..]", table);
	if (!n)
		return usage_error("explain", "what? a rule, a scenario, a "
					      "code, a word of the language, a "
					      "field, or a run and an id");
	if (is_result(args[0]))
		return explain_run(args, n);
	x.dut = o.dut;
	x.edition = o.edition;
	return explain_all(&x, args, n);
}
