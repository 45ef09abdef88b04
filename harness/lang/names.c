/* SPDX-License-Identifier: MIT */
/* Parties, dialogs and labels of one row. A name may be used above the line
 * that makes it ("until F10"), so most uses are looked at in the end
 * (scope.c). */
#include "lang/compile.h"

#include <ctype.h>

/* ---- spelling ---- */

bool names_is_label(struct str s)
{
	if (!s.len || !isupper((unsigned char)s.p[0]))
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!isupper((unsigned char)s.p[i]) &&
		    !isdigit((unsigned char)s.p[i]) && s.p[i] != '_')
			return false;
	return true;
}

bool names_is_lower(struct str s)
{
	if (!s.len || !islower((unsigned char)s.p[0]))
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!lex_is_name_char(s.p[i]) || isupper((unsigned char)s.p[i]))
			return false;
	return true;
}

void names_begin(struct compiler *c)
{
	c->names = ARENA_NEW(c->a, struct names);
}

/* ---- parties ---- */

bool names_is_dut(struct compiler *c, struct str name)
{
	return str_is(name, "dut") || (c->dut.len && str_eq(name, c->dut));
}

struct party_decl *names_find_party(struct compiler *c, struct str name)
{
	for (unsigned i = 0; i < c->prog->nparties; i++)
		if (str_eq(c->prog->parties[i].name, name))
			return &c->prog->parties[i];
	return NULL;
}

static void unknown_party(struct compiler *c, const struct token *tok)
{
	struct str *list = ARENA_ARRAY(c->a, struct str, c->prog->nparties + 1);
	unsigned n = 0;
	buf_auto known = { 0 };

	list[n++] = STR("dut");
	for (unsigned i = 0; i < c->prog->nparties; i++) {
		const struct party_decl *p = &c->prog->parties[i];

		list[n++] = p->name;
		buf_addf(&known, "%s" STR_F " (line %u)", i ? ", " : "",
			 STR_A(p->name), src_line(&p->at));
	}
	say(c, CODE(UNKNOWN_PARTY), tok,
	    "no party called \"" STR_F "\". Known: " STR_F "%s",
	    STR_A(tok->text), STR_A(known.len ? buf_str(&known) : STR("none")),
	    say_nearest(c, diag_nearest(tok->text, list, n)));
}

struct party_decl *names_party(struct compiler *c, const struct token *tok)
{
	struct token name = expand_name(c, *tok);
	struct party_decl *p = names_find_party(c, name.text);

	if (!p)
		unknown_party(c, &name);
	return p;
}

/* ---- labels and dialogs ---- */

static struct label *find_label(struct compiler *c, struct str name)
{
	for (unsigned i = 0; i < c->names->nlabels; i++)
		if (str_eq(c->names->labels[i]->name, name))
			return c->names->labels[i];
	return NULL;
}

static struct dialog_decl *find_dialog(struct compiler *c, struct str name)
{
	for (unsigned i = 0; i < c->names->ndialogs; i++)
		if (str_eq(c->names->dialogs[i]->name, name))
			return c->names->dialogs[i];
	return NULL;
}

static void too_many(struct compiler *c, const struct token *tok, unsigned max)
{
	say(c, CODE(TOO_MANY_NAMES), tok,
	    "a scenario has at most %u names of this kind", max);
	c->stopped = true;
}

/* A slot for what makes the nth name. */
static void add_slot(struct compiler *c, struct made ***slots, unsigned n)
{
	*ARENA_PUSH(c->a, *slots, n) = NULL;
}

static struct label *get_label(struct compiler *c, const struct token *tok)
{
	struct label *l = find_label(c, tok->text);
	struct names *n = c->names;

	if (l)
		return l;
	l = ARENA_NEW(c->a, struct label);
	if (!c->ghost && n->nlabels == LABELS_MAX) {
		too_many(c, tok, LABELS_MAX);
	} else if (!c->ghost) {
		add_slot(c, &n->label_made, n->nlabels);
		l->id = n->nlabels;
		*ARENA_PUSH(c->a, n->labels, n->nlabels) = l;
	}
	l->name = tok->text;
	l->at = tok->at;
	return l;
}

static struct dialog_decl *get_dialog(struct compiler *c,
				      const struct token *tok)
{
	struct dialog_decl *d = find_dialog(c, tok->text);
	struct names *n = c->names;

	if (d)
		return d;
	d = ARENA_NEW(c->a, struct dialog_decl);
	if (!c->ghost && n->ndialogs == DIALOGS_MAX) {
		too_many(c, tok, DIALOGS_MAX);
	} else if (!c->ghost) {
		add_slot(c, &n->dialog_made, n->ndialogs);
		d->id = n->ndialogs;
		*ARENA_PUSH(c->a, n->dialogs, n->ndialogs) = d;
	}
	d->name = tok->text;
	d->at = tok->at;
	return d;
}

/* A line may be compiled again by "repeat"; that makes nothing twice. */
static bool same_line(const struct made *m, const struct op *op)
{
	return m->op && op && m->op->at.src == op->at.src &&
	       m->op->at.off == op->at.off && m->op->used.src == op->used.src &&
	       m->op->used.off == op->used.off;
}

static void add_made(struct compiler *c, struct made **list,
		     const struct token *tok, const char *what)
{
	struct made *m;

	for (m = *list; m; m = m->next) {
		if (same_line(m, c->op))
			return;
		if (m->op && c->op && lint_beside(m->op, c->op))
			continue;
		if (say(c,
			*what == 'l' ? CODE(DUPLICATE_LABEL)
				     : CODE(DUPLICATE_DIALOG),
			tok, "the %s \"" STR_F "\" is made already", what,
			STR_A(tok->text)))
			diag_note(c->ds, m->tok.at, "here");
		return;
	}
	m = ARENA_NEW(c->a, struct made);
	m->tok = *tok;
	m->op = c->op;
	m->next = *list;
	*list = m;
}

static void add_use(struct compiler *c, const struct token *tok, unsigned id,
		    bool dialog)
{
	*ARENA_PUSH(c->a, c->names->used, c->names->nused) = (struct used){
		.dialog = dialog,
		.of_row = c->of_row,
		.strict = c->strict,
		.id = id,
		.tok = *tok,
		.op = c->op,
		.scope = c->scope,
	};
}

const struct label *names_make_label(struct compiler *c,
				     const struct token *tok)
{
	struct token name = expand_name(c, *tok);
	struct label *l;

	if (!names_is_label(name.text) || message_is_method(name.text))
		say(c, CODE(BAD_NAME), &name,
		    "a label is upper case and no method: F1, N, OUT");
	l = get_label(c, &name);
	if (c->ghost || c->stopped)
		return l;
	if (!c->names->label_made[l->id])
		l->at = name.at;
	add_made(c, &c->names->label_made[l->id], &name, "label");
	return l;
}

const struct label *names_use_label(struct compiler *c, const struct token *tok)
{
	struct token name = expand_name(c, *tok);
	struct label *l = get_label(c, &name);

	if (!names_is_label(name.text))
		say(c, CODE(BAD_NAME), &name,
		    "\"" STR_F "\" is no label: those are upper case",
		    STR_A(name.text));
	else if (!c->ghost && !c->stopped)
		add_use(c, &name, l->id, false);
	return l;
}

/* A label that the line cannot do without: one that every branch makes. */
const struct label *names_need_label(struct compiler *c,
				     const struct token *tok)
{
	enum strict before = c->strict;
	const struct label *l;

	if (c->strict == STRICT_NONE)
		c->strict = STRICT_BRANCH;
	l = names_use_label(c, tok);
	c->strict = before;
	return l;
}

/* The last use of the label may well find nothing: a count is then 0. */
void names_forgive(struct compiler *c, const struct label *label)
{
	struct used *last =
		c->names->nused ? &c->names->used[c->names->nused - 1] : NULL;

	if (label && last && !last->dialog && last->id == label->id)
		last->strict = STRICT_NONE;
}

static void check_dialog_name(struct compiler *c, const struct token *tok)
{
	if (!names_is_lower(tok->text))
		say(c, CODE(BAD_NAME), tok,
		    "the name of a dialog is lower case: a1, ref");
	else if (names_find_party(c, tok->text) || names_is_dut(c, tok->text))
		say(c, CODE(DUPLICATE_NAME), tok,
		    "\"" STR_F "\" is a party already", STR_A(tok->text));
}

const struct dialog_decl *names_make_dialog(struct compiler *c,
					    const struct token *tok,
					    struct party_decl *party)
{
	struct token name = expand_name(c, *tok);
	struct dialog_decl *d;

	check_dialog_name(c, &name);
	d = get_dialog(c, &name);
	if (c->ghost || c->stopped)
		return d;
	if (!c->names->dialog_made[d->id]) {
		d->at = name.at;
		d->party = party;
	}
	add_made(c, &c->names->dialog_made[d->id], &name, "dialog");
	return d;
}

const struct dialog_decl *names_use_dialog(struct compiler *c,
					   const struct token *tok)
{
	struct token name = expand_name(c, *tok);
	struct dialog_decl *d = get_dialog(c, &name);

	if (!c->ghost && !c->stopped)
		add_use(c, &name, d->id, true);
	return d;
}

bool names_is_dialog(struct compiler *c, struct str name)
{
	return find_dialog(c, name) != NULL;
}

const struct label *names_let(struct compiler *c, struct str name)
{
	struct label *l = find_label(c, name);

	return l && !names_is_label(name) ? l : NULL;
}

/* A let lives among the labels, lower case, so that no label can be it. */
const struct label *names_make_let(struct compiler *c, const struct token *tok)
{
	struct label *l = get_label(c, tok);

	if (!names_is_lower(tok->text) || names_find_party(c, tok->text) ||
	    names_is_dut(c, tok->text))
		say(c, CODE(BAD_NAME), tok,
		    "a let has a lower-case name of its own");
	if (!c->ghost && !c->stopped)
		add_made(c, &c->names->label_made[l->id], tok, "let");
	return l;
}
