/* SPDX-License-Identifier: MIT */
/* draw: the ladder of a scenario that is not played, from its file alone. */
#include <stddef.h>
#include <stdio.h>

#include "cli/cli.h"
#include "report/ladder.h"

struct draw_opts {
	const char *dut, *edition, *format;
	bool checks, help;
};

static const struct opt table[] = {
	{ 0, "format", OPT_TEXT, offsetof(struct draw_opts, format), "NAME",
	  "text, mermaid or svg" },
	{ 0, "checks", OPT_FLAG, offsetof(struct draw_opts, checks), NULL,
	  "the checks under each arrow too" },
	{ 'd', "dut", OPT_TEXT, offsetof(struct draw_opts, dut), "FILE",
	  "the device for which \"when\" is decided" },
	{ 0, "edition", OPT_TEXT, offsetof(struct draw_opts, edition), "NAME",
	  "rfc3515, rfc7647 or interop" },
	{ 'h', "help", OPT_FLAG, offsetof(struct draw_opts, help), NULL,
	  "this text" },
	{ 0, NULL, OPT_FLAG, 0, NULL, NULL },
};

static const struct {
	const char *name;
	void (*draw)(const struct ladder *l, struct buf *out);
} formats[] = { { "text", ladder_text },
		{ "mermaid", ladder_mermaid },
		{ "svg", ladder_svg } };

enum { NFORMATS = sizeof(formats) / sizeof(*formats) };

static int format_of(const char *name)
{
	for (int i = 0; i < NFORMATS; i++)
		if (strcmp(formats[i].name, name ? name : "text") == 0)
			return i;
	return -1;
}

/* "transfer/blind#busy" -> "transfer/blind" */
static struct str stem_of(const struct prog *prog)
{
	struct str stem;

	str_cut(prog->id, '#', &stem, &(struct str){ 0 });
	return stem;
}

/* Rows of one file draw alike: the first stands for them. */
static bool is_row_of(const struct prog *prog, const struct prog *above)
{
	return above && str_eq(stem_of(prog), stem_of(above)) &&
	       !str_eq(prog->id, above->id);
}

static void draw_one(const struct prog *prog, const struct draw_opts *o)
{
	struct arena *a = arena_new();
	buf_auto out = { 0 };

	formats[format_of(o->format)].draw(ladder_plan(prog, o->checks, a),
					   &out);
	print_text(stdout, &out);
	arena_free(a);
}

static void say_rows(const struct progs *progs, size_t from, size_t n)
{
	printf("one of %zu rows:", n);
	for (size_t i = from; i < from + n; i++)
		printf(" " STR_F, STR_A(str_tail(progs->list[i]->id,
						 stem_of(progs->list[i]).len)));
	putchar('\n');
}

static int draw_text(const struct progs *progs, const struct draw_opts *o)
{
	for (size_t i = 0, n; i < progs->n; i += n) {
		for (n = 1; i + n < progs->n &&
			    is_row_of(progs->list[i + n], progs->list[i]);)
			n++;
		if (i)
			putchar('\n');
		draw_one(progs->list[i], o);
		if (n > 1)
			say_rows(progs, i, n);
	}
	return 0;
}

static int draw(const struct progs *progs, const struct draw_opts *o)
{
	if (!progs->n)
		return usage_error("draw", "there is no such row");
	if (format_of(o->format) == 0)
		return draw_text(progs, o);
	for (size_t i = 1; i < progs->n; i++)
		if (!is_row_of(progs->list[i], progs->list[0]))
			return usage_error("draw",
					   "one drawing holds one scenario");
	draw_one(progs->list[0], o);
	return 0;
}

int cmd_draw(int argc, char **argv)
{
	struct draw_opts o = { 0 };
	struct selection s = { .arena = arena_new() };
	const char **args = ARENA_ARRAY(s.arena, const char *, (size_t)argc);
	struct fail why;
	unsigned n;
	int status;

	if (!opts_read(table, argc, argv, &o, args, &n, &why))
		status = usage_error("draw", why.text);
	else if (o.help)
		status = usage_help("draw SCENARIO", table);
	else if (format_of(o.format) < 0)
		status =
			usage_error("draw", "--format is text, mermaid or svg");
	else if (!n)
		status = usage_error("draw", "which scenario? a file or an id");
	else
		status = select_load(&s, "draw", o.dut, NULL, o.edition, args,
				     n);
	if (!status && !o.help)
		status = draw(&s.progs, &o);
	arena_free(s.arena);
	return status;
}
