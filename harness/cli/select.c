/* SPDX-License-Identifier: MIT */
/* Which scenarios are meant: files, folders, ids, tags, requirements. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/given.h"
#include "cli/scenarios.h"
#include "lang/codes.h"

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* ---- paths ---- */

struct pick_file {
	struct str name;
	struct str real;   /* whatever way it is spelt */
	size_t first, end; /* its programs */
};

struct pick { /* one of the command line; none at all: everything */
	const char *text;
	bool among_all;   /* tag:x, rfc3515: picks among all there are */
	struct str *list; /* else the files it means */
	size_t n;
	size_t hits; /* programs it picked */
};

struct picks {
	struct selection *s;
	struct pick *words;
	unsigned n;
	struct pick_file *paths; /* of all words, each once, by name */
	size_t npaths;
};

static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct pick_file *)a)->name,
		       ((const struct pick_file *)b)->name);
}

static struct str real_path(struct arena *a, struct str path)
{
	char *real = realpath(arena_z(a, path), NULL);
	struct str ret = real ? arena_str(a, str_from(real)) : path;

	free(real);
	return ret;
}

/* One file is one scenario, which has one folder and one name in reports. */
static void add_path(struct picks *p, struct pick *w, struct str path)
{
	struct pick_file file = { .name = path };

	file.real = real_path(p->s->arena, path);
	for (size_t i = 0; i < p->npaths; i++) {
		if (!str_eq(p->paths[i].real, file.real))
			continue;
		*ARENA_PUSH(p->s->arena, w->list, w->n) = p->paths[i].name;
		return;
	}
	*ARENA_PUSH(p->s->arena, w->list, w->n) = path;
	*ARENA_PUSH(p->s->arena, p->paths, p->npaths) = file;
}

static void walk(struct picks *p, struct pick *w, const char *folder)
{
	struct paths found = { 0 };

	scenarios_below(p->s->arena, folder, &found);
	for (size_t i = 0; i < found.n; i++)
		add_path(p, w, found.list[i]);
}

/* An id may name one row: redirect/301-basic#moved. */
static bool add_named(struct picks *p, struct pick *w)
{
	struct str name, row, path;

	str_cut(str_from(w->text), '#', &name, &row);
	path = arena_strf(p->s->arena, "%s/" STR_F, p->s->env.root,
			  STR_A(name));
	if (is_folder(path.p)) {
		walk(p, w, path.p);
		return true;
	}
	path = arena_strf(p->s->arena, STR_F ".ladder", STR_A(path));
	if (!is_file(path.p))
		return false;
	add_path(p, w, path);
	return true;
}

/* ---- words that pick ---- */

static bool has(const struct str *list, unsigned n, struct str word)
{
	for (unsigned i = 0; i < n; i++)
		if (str_eq(list[i], word))
			return true;
	return false;
}

static bool carries(const struct rules *rules, struct str want)
{
	for (unsigned i = 0; i < rules->n; i++) {
		struct str id = rules->ids[i];

		if (str_eq(id, want) ||
		    (id.len > want.len && id.p[want.len] == '-' &&
		     str_eq(str_sub(id, 0, want.len), want)))
			return true;
	}
	return false;
}

static bool op_carries(const struct op *op, struct str want)
{
	if (carries(&op->rules, want))
		return true;
	if (op->kind != OP_EXPECT && op->kind != OP_WATCH)
		return false;
	for (unsigned i = 0; i < op->line.expect.nchecks; i++)
		if (carries(&op->line.expect.checks[i].rules, want))
			return true;
	return false;
}

static bool is_tag(const char *what)
{
	return str_starts(str_from(what), "tag:");
}

static bool is_rule(const char *what)
{
	return str_starts(str_from(what), "rfc") && !is_file(what);
}

static bool picks_rule(struct selection *s, const struct prog *prog,
		       const char *what)
{
	char *z = arena_z(s->arena, str_from(what));

	if (strchr(z, '/'))
		*strchr(z, '/') = '-';
	for (unsigned i = 0; i < prog->nops; i++)
		if (op_carries(prog->ops[i], str_from(z)))
			return true;
	return false;
}

static bool is_of(const struct picks *p, const struct pick *w, size_t prog)
{
	for (size_t i = 0; i < p->npaths; i++) {
		const struct pick_file *path = &p->paths[i];

		if (prog < path->first || prog >= path->end)
			continue;
		for (size_t k = 0; k < w->n; k++)
			if (str_eq(w->list[k], path->name))
				return true;
	}
	return false;
}

static bool picks(const struct picks *p, const struct pick *w, size_t i)
{
	const struct prog *prog = p->s->progs.list[i];
	struct str name, row;

	if (is_tag(w->text))
		return has(prog->tags, prog->ntags,
			   str_tail(str_from(w->text), strlen("tag:")));
	if (w->among_all)
		return picks_rule(p->s, prog, w->text);
	if (!is_of(p, w, i))
		return false;
	if (is_file(w->text) || is_folder(w->text) ||
	    !str_cut(str_from(w->text), '#', &name, &row) || !row.len)
		return true;
	str_cut(prog->id, '#', &name, &name);
	return str_eq(name, row);
}

/* ---- what is not there ---- */

static bool say_unknown(struct picks *p, const struct pick *w)
{
	struct paths all = scenarios_names(p->s->arena, p->s->env.root);
	struct str near = diag_nearest(str_from(w->text), all.list, all.n);

	fprintf(stderr,
		"sipladder: no scenario, folder or requirement "
		"\"%.200s\"%s" STR_F "%s\n",
		w->text, near.len ? "; did you mean \"" : "", STR_A(near),
		near.len ? "\"?" : "");
	return false;
}

static bool say_nothing_picked(const struct picks *p)
{
	for (unsigned i = 0; i < p->n; i++) {
		const struct pick *w = &p->words[i];

		if (w->hits)
			continue;
		if (w->among_all)
			fprintf(stderr,
				"sipladder: no scenario carries \"%.200s\"\n",
				w->text);
		else if (!w->n)
			fprintf(stderr,
				"sipladder: no scenario in the folder "
				"\"%.200s\"\n",
				w->text);
		else
			fprintf(stderr,
				"sipladder: no row \"%.200s\" in the "
				"scenario\n",
				w->text);
		return false;
	}
	return true;
}

/* ---- loading ---- */

static bool find_paths(struct picks *p, struct pick *w)
{
	if (!*w->text) /* "$UNSET" is not everything */
		return say_unknown(p, w);
	w->among_all = is_tag(w->text) || is_rule(w->text);
	if (w->among_all)
		walk(p, w, p->s->env.root);
	else if (is_folder(w->text))
		walk(p, w, w->text);
	else if (is_file(w->text) || str_ends(str_from(w->text), ".ladder"))
		add_path(p, w, str_from(w->text));
	else if (!add_named(p, w))
		return say_unknown(p, w);
	return true;
}

static bool find_all(struct picks *p, const char **what, unsigned nwhat)
{
	p->n = nwhat ? nwhat : 1;
	p->words = ARENA_ARRAY(p->s->arena, struct pick, p->n);
	p->words[0].text = p->s->env.root;
	for (unsigned i = 0; i < nwhat; i++)
		p->words[i].text = what[i];
	for (unsigned i = 0; i < p->n; i++)
		if (!find_paths(p, &p->words[i]))
			return false;
	if (p->npaths)
		qsort(p->paths, p->npaths, sizeof(*p->paths), by_name);
	return true;
}

/* Artefacts lie in a folder named after the id: it must not lead upwards, and
 * "/tmp/x" is played into OUT/tmp/x. */
static void tame_id(struct prog *prog)
{
	struct str s = prog->id;

	for (size_t i = 0; i + 3 <= s.len; i++)
		if (str_starts(str_tail(s, i), "../") &&
		    (i == 0 || s.p[i - 1] == '/'))
			prog->id = str_tail(s, i + 3);
	while (str_starts(prog->id, "/") || str_starts(prog->id, "./"))
		prog->id = str_tail(prog->id, 1 + (prog->id.p[0] == '.'));
}

static void load_all(struct picks *p)
{
	struct selection *s = p->s;

	for (size_t i = 0; i < p->npaths; i++) {
		struct asked_file asked = { .path = p->paths[i].name };

		p->paths[i].first = s->progs.n;
		s->env.asked = &asked.facts;
		lang_load(&s->env, asked.path.p, &s->progs, &s->diags);
		*ARENA_PUSH(s->arena, s->asked, s->nasked) = asked;
		p->paths[i].end = s->progs.n;
		for (size_t k = p->paths[i].first; k < s->progs.n; k++)
			tame_id(s->progs.list[k]);
	}
	s->env.asked = NULL;
}

static bool keep_picked(struct picks *p)
{
	struct progs *progs = &p->s->progs;
	size_t n = 0;

	for (size_t i = 0; i < progs->n; i++) {
		bool picked = false;

		for (unsigned k = 0; k < p->n; k++) {
			bool hit = picks(p, &p->words[k], i);

			p->words[k].hits += hit;
			picked |= hit;
		}
		if (picked)
			progs->list[n++] = progs->list[i];
	}
	progs->n = n;
	return say_nothing_picked(p);
}

static int print_diags(struct selection *s)
{
	buf_auto out = { 0 };

	if (!s->quiet)
		diag_print(&s->diags, &out);
	fputs(buf_z(&out), stderr);
	return s->diags.errors ? EXIT_TEXT : 0;
}

static int load_device(struct selection *s, const char *command,
		       const char *dut, const char *to)
{
	struct fail why;

	if (dut && !device_read(s->arena, dut, &s->device, &s->diags))
		return print_diags(s);
	if (!dut && !to)
		to = "udp:127.0.0.1:5060";
	s->has_file = dut;
	if ((to && !given_to(s, dut, to, &why)) || !given_secrets(s, &why))
		return usage_error(command, why.text);
	if (s->known &&
	    !device_read_known(s->arena, s->known, &s->device, &s->diags))
		return print_diags(s);
	given_no_core(&s->device);
	s->device.attended = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	if (s->impaired)
		*ARENA_PUSH(s->arena, s->device.lacks, s->device.nlacks) =
			(struct fact){ STR("clean-network"), STR("yes") };
	return 0;
}

static void read_catalogue(struct selection *s)
{
	struct fail why;

	if (!catalogue_read(&s->catalogue,
			    arena_strf(s->arena, "%s/catalogue", s->env.root).p,
			    &s->diags, &why) &&
	    !s->diags.errors && !s->quiet)
		fprintf(stderr,
			"sipladder: no catalogue in %s: ids of rules are taken "
			"as they are\n",
			s->env.root);
}

/* -v NAME=VALUE .. */
static bool take_values(struct selection *s, const char *command)
{
	unsigned n = s->values.n;
	struct fact *list = ARENA_ARRAY(s->arena, struct fact, n + 1);

	for (unsigned i = 0; i < n; i++) {
		struct str given = str_from(s->values.items[i]);

		if (!str_cut(given, '=', &list[i].name, &list[i].value) ||
		    !list[i].name.len) {
			usage_error(command, "--value takes NAME=VALUE");
			return false;
		}
	}
	s->env.params = list;
	s->env.nparams = n;
	s->env.params_used = ARENA_ARRAY(s->arena, bool, n + 1);
	return true;
}

static int say_unused(struct selection *s, const char *command)
{
	for (unsigned i = 0; i < s->env.nparams; i++)
		if (!s->env.params_used[i])
			return usage_error(
				command,
				arena_strf(s->arena,
					   "none of the scenarios has a param "
					   "\"" STR_F "\"",
					   STR_A(s->env.params[i].name))
					.p);
	return 0;
}

/* A folder that was asked for is not silently another one. */
static bool root_is_there(const char *root)
{
	const char *given = getenv("SIPLADDER_SCENARIOS");

	if (!given || !*given || is_folder(root))
		return true;
	fprintf(stderr,
		"sipladder: SIPLADDER_SCENARIOS: no folder \"%.200s\"\n", root);
	return false;
}

/* What is named, compiled and said; 0: there is something to play. */
static int select_programs(struct selection *s, const char *command)
{
	struct picks p = { .s = s };
	int status;

	if (!find_all(&p, s->what, s->nwhat))
		return EXIT_USAGE;
	load_all(&p);
	scenarios_check_known(s);
	status = print_diags(s);
	if (!status)
		status = say_unused(s, command);
	if (!status && !keep_picked(&p))
		status = EXIT_USAGE;
	return status;
}

int select_again(struct selection *s, struct str transport)
{
	s->env.transport = transport;
	s->progs = (struct progs){ 0 };
	s->diags = (struct diags){ .arena = s->arena };
	s->quiet = true;
	return select_programs(s, "run");
}

int select_device(struct selection *s, const char *command, const char *dut,
		  const char *to, const char *edition)
{
	int status;

	s->diags.arena = s->catalogue.arena = s->arena;
	s->read.arena = s->arena;
	s->env = (struct lang_env){ .arena = s->arena,
				    .root = scenario_root(s->arena),
				    .read = &s->read,
				    .catalogue = &s->catalogue,
				    .device = &s->device,
				    .hide = &s->device,
				    .transport = STR("udp") };
	if (!root_is_there(s->env.root))
		return EXIT_USAGE;
	if (!take_values(s, command))
		return EXIT_USAGE;
	read_catalogue(s);
	status = load_device(s, command, dut, to);
	if (status)
		return status;
	s->env.edition = edition ? str_from(edition) : s->device.edition;
	if (s->transport)
		s->env.transport = str_from(s->transport);
	else if (s->device.ntransports)
		s->env.transport = s->device.transports[0];
	return 0;
}

int select_load(struct selection *s, const char *command, const char *dut,
		const char *to, const char *edition, const char **what,
		unsigned nwhat)
{
	int status = select_device(s, command, dut, to, edition);

	if (status)
		return status;
	s->what = what;
	s->nwhat = nwhat;
	return select_programs(s, command);
}
