/* SPDX-License-Identifier: MIT */
/* What would have been right in another edition of the standards: said where a
 * line's value comes from {edition...} and another edition takes what came. */
#include "lang/claims.h"
#include "play/weigh.h"

static bool is_two(struct str alternatives)
{
	struct str first, rest;

	str_cut(alternatives, '|', &first, &rest);
	return rest.len && str_find_char(rest, '|') < 0;
}

static void add_value(struct buf *out, const char *how, unsigned edition,
		      const struct edition_value *v)
{
	struct str value = str_from(v->in[edition]);

	buf_addf(out, "%s%s ", how, edition_names[edition]);
	if (is_two(value))
		buf_add_z(out, "either");
	else
		buf_addf(out, "wants " STR_F, STR_A(value));
}

static bool is_taken_elsewhere(const struct edition_value *v, struct str own,
			       struct str got)
{
	if (claims_one_of(got, edition_says(v, own)))
		return false;
	for (unsigned i = 0; i < EDITION_COUNT; i++)
		if (claims_one_of(got, str_from(v->in[i])))
			return true;
	return false;
}

/* Appends to f's detail, for what came: "edition  rfc3515 wants 202; --edition
 * rfc7647 wants 200, interop either". v may be NULL. */
void weigh_edition(struct weigh *w, struct finding *f,
		   const struct edition_value *v, struct str got)
{
	struct str own = w->prog->edition;
	const char *how = "; --edition ";
	buf_auto out = { 0 };

	if (!v || w->opts->brief || !is_taken_elsewhere(v, own, got))
		return;
	buf_add_str(&out, f->detail);
	if (f->detail.len)
		buf_add_char(&out, '\n');
	buf_addf(&out, "edition  " STR_F " wants " STR_F, STR_A(own),
		 STR_A(edition_says(v, own)));
	for (unsigned i = 0; i < EDITION_COUNT; i++) {
		if (str_is(own, edition_names[i]))
			continue;
		add_value(&out, how, i, v);
		how = ", ";
	}
	f->detail = arena_str(w->arena, buf_str(&out));
}
