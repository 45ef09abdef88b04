/* SPDX-License-Identifier: MIT */
/* A requirement: what it says, how much it counts, how one sees it, and which
 * scenarios look. */
#include "cli/explain.h"

#include "report/report.h"

struct asked {
	struct explain *x;
	struct arena *arena;
	struct str id;
	struct str *seen; /* "id\ntext", each once over the roles */
	size_t nseen;
	struct str last; /* the scenario whose lines are put */
};

static bool is_new(struct asked *q, const struct carrier *c, struct str text)
{
	struct str key = arena_strf(q->arena, STR_F "\n" STR_F,
				    STR_A(c->prog->id), STR_A(text));

	for (size_t i = 0; i < q->nseen; i++)
		if (str_eq(q->seen[i], key))
			return false;
	*ARENA_PUSH(q->arena, q->seen, q->nseen) = key;
	return true;
}

static void put_carrier(void *ctx, const struct carrier *c)
{
	struct asked *q = ctx;
	struct str text;

	if (!explain_carries(c->rules, q->id))
		return;
	text = explain_line_text(q->arena, c);
	if (!is_new(q, c, text))
		return;
	if (!str_eq(q->last, c->prog->id))
		buf_addf(&q->x->out, "    " STR_F "\n", STR_A(c->prog->id));
	q->last = c->prog->id;
	buf_addf(&q->x->out, "      " STR_F "   (" STR_F ")\n", STR_A(text),
		 STR_A(explain_line_place(q->arena, c, q->x->all.env.root)));
}

/* False: no line does. */
static bool put_carriers(struct explain *x, struct str id)
{
	struct asked q = { .x = x, .arena = x->all.arena, .id = id };
	size_t before;

	buf_add_z(&x->out, "  scenarios that look at it\n");
	for (size_t i = 0; i < x->all.progs.n; i++)
		explain_lines(x->all.progs.list[i], put_carrier, &q);
	before = x->out.len;
	explain_monitors(&x->out, id);
	if (!q.nseen && x->out.len == before)
		buf_add_z(&x->out, "    none yet\n");
	return q.nseen > 0;
}

static void put_levels(struct explain *x, const struct requirement *r)
{
	static const char *const editions[] = { "rfc3515", "rfc7647",
						"interop" };
	buf_auto out = { 0 };
	bool in_force;

	for (size_t i = 0; i < sizeof(editions) / sizeof(*editions); i++) {
		enum level level =
			requirement_level(r, str_from(editions[i]), &in_force);

		buf_addf(&out, "%s%s: %s", i ? ", " : "", editions[i],
			 explain_level(level, in_force));
	}
	if (r->nlevels)
		explain_put(&x->out, "level", buf_str(&out));
	else
		explain_put(&x->out, "level",
			    str_from(explain_level(r->level, true)));
}

/* "rfc3515-2.4.2-i" -> "RFC 3515" */
static struct str standard_of(struct arena *a, struct str id)
{
	struct str name;

	str_cut(id, '-', &name, &(struct str){ 0 });
	if (!str_starts(name, "rfc"))
		return STR("a rule of practice");
	return arena_strf(a, "RFC " STR_F, STR_A(str_tail(name, 3)));
}

static void put_requirement(struct explain *x, const struct requirement *r)
{
	struct buf *out = &x->out;

	buf_addf(out, STR_F "   " STR_F, STR_A(r->id),
		 STR_A(standard_of(x->all.arena, r->id)));
	if (r->section.len)
		buf_addf(out, ", section " STR_F, STR_A(r->section));
	buf_add_char(out, '\n');
	explain_put(out, "says", r->text);
	explain_put(out, "of", r->role);
	put_levels(x, r);
	explain_put(out, "seen by", r->observe);
	explain_put(out, "changed", r->updated);
	if (r->alias.len)
		explain_put(out, "elsewhere", r->alias);
	if (!r->testable)
		explain_put(out, "untested",
			    r->not_testable.len
				    ? r->not_testable
				    : STR("it cannot be seen on the wire"));
}

/* "rfc3261-9.1" holds rfc3261-9.1-a, and rfc3261-9 that of 9.1 too. */
static bool is_within(struct str id, struct str part)
{
	return id.len > part.len && str_eq(str_sub(id, 0, part.len), part) &&
	       (id.p[part.len] == '-' || id.p[part.len] == '.');
}

/* All rules of an RFC or a section, however it is spelt: rfc3261/9.1. */
static bool put_section(struct explain *x, struct str word)
{
	char *z = arena_z(x->all.arena, word);
	size_t before = x->out.len;

	if (strchr(z, '/'))
		*strchr(z, '/') = '-';
	for (size_t i = 0; i < x->all.catalogue.n; i++) {
		const struct requirement *r = &x->all.catalogue.list[i];

		if (!is_within(r->id, str_from(z)))
			continue;
		buf_addf(&x->out, "%-22.*s ", STR_A(r->id));
		terminal_wrap(&x->out, r->text, 23);
	}
	return x->out.len > before;
}

/* The name of another suite: of which rule of ours? */
static bool put_alias(struct explain *x, struct str word)
{
	explain_load(x);
	for (size_t i = 0; i < x->all.catalogue.n; i++) {
		const struct requirement *r = &x->all.catalogue.list[i];
		struct str names = r->alias, name;

		while (names.len) {
			str_cut(names, ' ', &name, &names);
			if (!str_eq(name, word))
				continue;
			put_requirement(x, r);
			put_carriers(x, r->id);
			return true;
		}
	}
	return false;
}

bool explain_rule(struct explain *x, struct str word)
{
	const struct requirement *r;

	if (str_starts(word, "SIP_"))
		return put_alias(x, word);
	if (!str_starts(word, "rfc") && !str_starts(word, "practice-"))
		return false;
	explain_load(x);
	r = catalogue_find(&x->all.catalogue, word);
	if (r) {
		put_requirement(x, r);
		put_carriers(x, word);
		return true;
	}
	if (!str_starts(word, "practice-"))
		return put_section(x, word);
	buf_addf(&x->out, STR_F "\n", STR_A(word));
	explain_put(&x->out, "says",
		    STR("a rule of practice: no RFC states it in a sentence, "
			"and users suffer where it is broken"));
	return put_carriers(x, word);
}
