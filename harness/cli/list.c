/* SPDX-License-Identifier: MIT */
/* list: which scenarios there are; no network. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/recorded.h"
#include "play/jsontext.h"

struct list_opts {
	const char *dut, *edition, *never_run;
	bool requirements, tags, json;
	bool help;
};

#define AT(field) offsetof(struct list_opts, field)

static const struct opt list_table[] = {
	{ 'd', "dut", OPT_TEXT, AT(dut), "FILE", "the device" },
	{ 0, "edition", OPT_WORD, AT(edition), EDITIONS,
	  "what accepts a REFER: 202, 200, either" },
	{ 0, "requirements", OPT_FLAG, AT(requirements), NULL,
	  "the requirements that the scenarios check" },
	{ 0, "tags", OPT_FLAG, AT(tags), NULL,
	  "the tags, with the number of scenarios" },
	{ 0, "never-run", OPT_TEXT, AT(never_run), "RESULT",
	  "those that this run has not played" },
	{ 0, "json", OPT_FLAG, AT(json), NULL, "one JSON array" },
	{ 'h', "help", OPT_FLAG, AT(help), NULL, "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

/* ---- words and how often ---- */

struct count {
	struct str word;
	unsigned n;
	size_t last; /* number of the scenario counted last, from 1 */
};

struct counts {
	struct arena *arena;
	struct count *list;
	size_t n;
};

/* A scenario counts once, however often it says the word. */
static void count(struct counts *c, struct str word, size_t scenario)
{
	size_t i = 0;

	while (i < c->n && !str_eq(c->list[i].word, word))
		i++;
	if (i == c->n)
		*ARENA_PUSH(c->arena, c->list, c->n) =
			(struct count){ .word = word };
	if (c->list[i].last == scenario)
		return;
	c->list[i].last = scenario;
	c->list[i].n++;
}

static void count_rules(struct counts *c, const struct rules *r, size_t i)
{
	for (unsigned k = 0; k < r->n; k++)
		count(c, r->ids[k], i);
}

static void count_op(struct counts *c, const struct op *op, size_t i)
{
	count_rules(c, &op->rules, i);
	if (op->kind != OP_EXPECT && op->kind != OP_WATCH)
		return;
	for (unsigned k = 0; k < op->line.expect.nchecks; k++)
		count_rules(c, &op->line.expect.checks[k].rules, i);
}

static int by_word(const void *a, const void *b)
{
	return str_cmp(((const struct count *)a)->word,
		       ((const struct count *)b)->word);
}

static struct counts count_all(const struct selection *s, bool tags)
{
	struct counts c = { .arena = s->arena };

	for (size_t i = 0; i < s->progs.n; i++) {
		const struct prog *prog = s->progs.list[i];

		for (unsigned k = 0; tags && k < prog->ntags; k++)
			count(&c, prog->tags[k], i + 1);
		for (unsigned k = 0; !tags && k < prog->nops; k++)
			count_op(&c, prog->ops[k], i + 1);
	}
	if (c.n)
		qsort(c.list, c.n, sizeof(*c.list), by_word);
	return c;
}

static struct str sentence_of(const struct selection *s, struct str id)
{
	const struct requirement *r = catalogue_find(&s->catalogue, id);

	return r ? r->text : STR_NONE;
}

/* ---- for people ---- */

static void print_words(const char *name, const struct str *list, unsigned n)
{
	if (n)
		printf("  %s", name);
	for (unsigned i = 0; i < n; i++)
		printf(" " STR_F, STR_A(list[i]));
}

static void print_one(const struct prog *prog)
{
	printf("%-34.*s " STR_F, STR_A(prog->id), STR_A(prog->title));
	print_words("role:", prog->roles, prog->nroles);
	print_words("needs:", prog->needs, prog->nneeds);
	print_words("triggers:", prog->triggers, prog->ntriggers);
	print_words("tags:", prog->tags, prog->ntags);
	putchar('\n');
}

static void print_counts(const struct selection *s, const struct counts *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct str text = sentence_of(s, c->list[i].word);

		printf("%-28.*s %3u%s" STR_F "\n", STR_A(c->list[i].word),
		       c->list[i].n, text.len ? "  " : "", STR_A(text));
	}
}

/* ---- for programs ---- */

static void json_words(struct jsontext *j, const char *key,
		       const struct str *list, unsigned n)
{
	jsontext_key(j, key);
	for (unsigned i = 0; i < n; i++) {
		buf_add_z(j->out, i ? ",\"" : "[\"");
		buf_add_str(j->out, list[i]); /* words need no escapes */
		buf_add_char(j->out, '"');
	}
	buf_add_z(j->out, n ? "]" : "[]");
}

static void json_one(const struct prog *prog, struct buf *out)
{
	struct jsontext j;

	jsontext_begin(&j, out);
	jsontext_str(&j, "id", prog->id);
	jsontext_str(&j, "file", prog->file);
	jsontext_str(&j, "title", prog->title);
	json_words(&j, "role", prog->roles, prog->nroles);
	json_words(&j, "needs", prog->needs, prog->nneeds);
	json_words(&j, "triggers", prog->triggers, prog->ntriggers);
	json_words(&j, "tags", prog->tags, prog->ntags);
	jsontext_flag(&j, "selected", prog->selected);
	jsontext_str(&j, "why", prog->why);
	jsontext_end(&j);
}

static void json_count(const struct selection *s, const struct count *c,
		       struct buf *out)
{
	struct jsontext j;

	jsontext_begin(&j, out);
	jsontext_str(&j, "id", c->word);
	jsontext_num(&j, "scenarios", c->n);
	jsontext_str(&j, "text", sentence_of(s, c->word));
	jsontext_end(&j);
}

static void json_list(const struct selection *s, const struct counts *c,
		      struct buf *out)
{
	size_t n = c ? c->n : s->progs.n;

	buf_add_char(out, '[');
	for (size_t i = 0; i < n; i++) {
		buf_add_z(out, i ? ",\n" : "\n");
		if (c)
			json_count(s, &c->list[i], out);
		else
			json_one(s->progs.list[i], out);
	}
	buf_add_z(out, "\n]\n");
}

/* ---- the commands ---- */

static void print(const struct selection *s, const struct list_opts *o)
{
	bool counted = o->tags || o->requirements;
	struct counts c = { 0 };
	buf_auto out = { 0 };

	if (counted)
		c = count_all(s, o->tags);
	if (o->json) {
		json_list(s, counted ? &c : NULL, &out);
		fwrite(out.p, 1, out.len, stdout);
	} else if (counted) {
		print_counts(s, &c);
	} else {
		for (size_t i = 0; i < s->progs.n; i++)
			print_one(s->progs.list[i]);
	}
}

/* ---- what was not played yet ---- */

static bool was_played(const struct run *run, struct str id)
{
	for (size_t i = 0; i < run->n; i++) {
		struct str name, transport;

		str_cut(result_scenario(run->list[i]), '@', &name, &transport);
		if (str_eq(name, id) && recorded_was_played(run->list[i]))
			return true;
	}
	return false;
}

/* The exit status; -1: go on. */
static int leave_played(struct selection *s, const char *result)
{
	struct recorded rec;
	struct fail why;
	size_t n = 0;
	bool read = recorded_open(&rec, result, &why);

	for (size_t i = 0; read && i < s->progs.n; i++)
		if (!was_played(&rec.run, s->progs.list[i]->id))
			s->progs.list[n++] = s->progs.list[i];
	s->progs.n = n;
	recorded_close(&rec);
	if (!read)
		fprintf(stderr, "sipladder list: %s\n", why.text);
	return read ? -1 : EXIT_TEXT;
}

/* The exit status; -1: go on. */
static int load(const char *command, const struct opt *table, int argc,
		char **argv, struct selection *s, struct list_opts *o)
{
	const char **args;
	struct fail why;
	unsigned n;
	int status;

	s->arena = arena_new();
	args = ARENA_ARRAY(s->arena, const char *, (size_t)argc);
	if (!opts_read(table, argc, argv, o, args, &n, &why))
		return usage_error(command, why.text);
	if (o->help)
		return usage_help(
			arena_strf(s->arena, "%s [what..]", command).p, table);
	if (o->tags && o->requirements)
		return usage_error(command,
				   "--tags and --requirements are two lists: "
				   "name one");
	status = select_load(s, command, o->dut, NULL, o->edition, args, n);
	if (!status && o->never_run)
		return leave_played(s, o->never_run);
	return status ? status : -1;
}

int cmd_list(int argc, char **argv)
{
	struct selection s = { 0 };
	struct list_opts o = { 0 };
	int status = load("list", list_table, argc, argv, &s, &o);

	if (status < 0)
		print(&s, &o);
	arena_free(s.arena);
	return status < 0 ? 0 : status;
}
