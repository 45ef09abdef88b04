/* SPDX-License-Identifier: MIT */
/* Values that are compared as they are written, and read as if they meant a
 * field: "is F2.CSeq.number". A value in quotes is meant as it stands. */
#include "lang/compile.h"

/* Kept until all names are known; what has no dot may be a let. */
void literal_note(struct compiler *c, const struct token *tok, struct str text)
{
	struct names *n = c->names;

	if (c->ghost || tok->kind != TOK_WORD || str_find_char(text, '{') >= 0)
		return;
	*ARENA_PUSH(c->a, n->literals, n->nliterals) = (struct literal){
		.tok = *tok,
		.text = text,
		.scope = c->scope,
		.of_row = c->of_row,
	};
}

static bool is_made_label(struct compiler *c, struct str name)
{
	for (unsigned i = 0; i < c->names->nlabels; i++)
		if (c->names->label_made[i] &&
		    str_eq(c->names->labels[i]->name, name))
			return true;
	return false;
}

static bool is_made_dialog(struct compiler *c, struct str name)
{
	for (unsigned i = 0; i < c->names->ndialogs; i++)
		if (c->names->dialog_made[i] &&
		    str_eq(c->names->dialogs[i]->name, name))
			return true;
	return false;
}

static bool is_reference(struct compiler *c, const struct literal *l)
{
	struct token head = l->tok;
	struct str rest, inside;

	if (!str_cut(l->text, '.', &head.text, &rest))
		return names_let(c, l->text) && is_made_label(c, l->text);
	str_cut(head.text, '[', &head.text, &inside);
	head = expand_name(c, head);
	if (names_is_label(head.text))
		return is_made_label(c, head.text);
	if (names_is_dut(c, head.text))
		return value_is_attribute(rest, VALUE_OF_DUT);
	if (names_find_party(c, head.text))
		return value_is_attribute(rest, VALUE_OF_PARTY);
	return is_made_dialog(c, head.text) &&
	       (value_is_attribute(rest, VALUE_OF_DIALOG) ||
		str_starts(rest, "request."));
}

/* Of the row, when its names are known. */
void literal_check(struct compiler *c)
{
	for (size_t i = 0; i < c->names->nliterals; i++) {
		const struct literal *l = &c->names->literals[i];

		c->scope = l->scope;
		c->of_row = l->of_row;
		if (is_reference(c, l))
			say(c, CODE(NO_BRACES), &l->tok,
			    "\"" STR_F "\" means these letters; what it "
			    "stands for is written {" STR_F "}",
			    STR_A(l->text), STR_A(l->text));
	}
	c->scope = NULL;
}
