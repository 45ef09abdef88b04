/* SPDX-License-Identifier: MIT */
/* The header of a scenario, compiled for each row. */
#include "lang/compile.h"

#include <ctype.h>

/* ---- lists of words ---- */

static void add_words(struct cursor *k, struct str **list, unsigned *n)
{
	struct token *t;

	if (!cursor_peek(k))
		say_at(k->c, CODE(EXPECTED), k->at,
		       "at least one word is missing here");
	while ((t = cursor_peek(k)) && t->kind == TOK_WORD) {
		k->i++;
		*ARENA_PUSH(k->c->a, *list, *n) = t->text;
	}
	cursor_finish(k);
}

static void head_title(struct cursor *k)
{
	struct token *t = cursor_need(k, "the title");

	if (!t)
		return;
	if (k->c->prog->title.len)
		say_at(k->c, CODE(DUPLICATE_HEADER), k->at,
		       "there is a title already");
	k->c->prog->title = t->text;
	cursor_finish(k);
}

static void head_role(struct cursor *k)
{
	struct prog *p = k->c->prog;

	for (unsigned i = k->i; i < k->n; i++)
		if (!claims_knows(VOCABULARY_ROLE, k->toks[i].text))
			say(k->c, CODE(UNKNOWN_ROLE), &k->toks[i],
			    "no role \"" STR_F "\". Known: " STR_F "%s",
			    STR_A(k->toks[i].text),
			    STR_A(claims_words(k->c->a, VOCABULARY_ROLE)),
			    say_nearest(k->c, claims_nearest(VOCABULARY_ROLE,
							     k->toks[i].text)));
	add_words(k, &p->roles, &p->nroles);
}

static void check_claim_word(struct cursor *k, const struct token *tok,
			     struct str word, struct str values)
{
	const struct claim *claim = claims_find(word);
	struct str one;

	if (!claim) {
		say(k->c, CODE(UNKNOWN_CLAIM), tok, "no claim \"" STR_F "\"%s",
		    STR_A(word),
		    say_nearest(k->c, claims_nearest(VOCABULARY_CLAIM, word)));
		return;
	}
	while (values.len) {
		str_cut(values, '|', &one, &values);
		if (!claim->values || !claims_has_value(claim, one))
			say(k->c, CODE(UNKNOWN_VALUE), tok,
			    "\"%s\" is never \"" STR_F "\"", claim->word,
			    STR_A(one));
	}
}

static void check_need(struct cursor *k, const struct token *tok)
{
	struct str word, values, rest = tok->text;

	if (str_cut(tok->text, '=', &word, &values)) {
		check_claim_word(k, tok, word, values);
		return;
	}
	while (rest.len) {
		str_cut(rest, '|', &word, &rest);
		check_claim_word(k, tok, word, STR_NONE);
	}
}

/* "needs trigger NAME": the word behind it is a name of the device file's. */
static bool is_trigger_need(const struct token *t)
{
	return token_is(t, "trigger");
}

static void head_needs(struct cursor *k)
{
	struct prog *p = k->c->prog;
	struct token *t;

	if (!cursor_peek(k))
		say_at(k->c, CODE(EXPECTED), k->at,
		       "at least one word is missing here");
	while ((t = cursor_peek(k)) && t->kind == TOK_WORD) {
		k->i++;
		if (!is_trigger_need(t)) {
			check_need(k, t);
			*ARENA_PUSH(k->c->a, p->needs, p->nneeds) = t->text;
			continue;
		}
		t = cursor_need(k, "the name of the trigger");
		if (t)
			*ARENA_PUSH(k->c->a, p->triggers, p->ntriggers) =
				t->text;
	}
	cursor_finish(k);
}

static void head_tags(struct cursor *k)
{
	add_words(k, &k->c->prog->tags, &k->c->prog->ntags);
}

static bool is_fault_name(struct str s)
{
	bool letter = false;

	for (size_t i = 0; i < s.len; i++) {
		if (!islower((unsigned char)s.p[i]) &&
		    !isdigit((unsigned char)s.p[i]) &&
		    (s.p[i] != '-' || !letter))
			return false;
		letter = s.p[i] != '-';
	}
	return letter;
}

/* An author may have devices with faults of their own; one that is nearly one
 * of the stubs is a slip, and the project's scenarios know no others. */
static void unknown_fault(struct cursor *k, const struct token *tok)
{
	struct str near = claims_nearest(VOCABULARY_FAULT, tok->text);

	if (near.len || k->c->of_root)
		say(k->c, CODE(UNKNOWN_FAULT), tok,
		    "no device of ours has the fault \"" STR_F "\"%s",
		    STR_A(tok->text), say_nearest(k->c, near));
}

static void head_bites(struct cursor *k)
{
	for (unsigned i = k->i; i < k->n; i++)
		if (!is_fault_name(k->toks[i].text))
			say(k->c, CODE(BAD_FAULT), &k->toks[i],
			    "\"" STR_F "\" is no name of a fault: lower-case "
			    "words joined by hyphens",
			    STR_A(k->toks[i].text));
		else if (!claims_knows(VOCABULARY_FAULT, k->toks[i].text))
			unknown_fault(k, &k->toks[i]);
	add_words(k, &k->c->prog->bites, &k->c->prog->nbites);
}

static void head_without(struct cursor *k)
{
	for (unsigned i = k->i; i < k->n; i++)
		if (!claims_knows(VOCABULARY_MONITOR, k->toks[i].text))
			say(k->c, CODE(UNKNOWN_MONITOR), &k->toks[i],
			    "no monitor \"" STR_F "\"%s",
			    STR_A(k->toks[i].text),
			    say_nearest(k->c, claims_nearest(VOCABULARY_MONITOR,
							     k->toks[i].text)));
	add_words(k, &k->c->prog->without, &k->c->prog->nwithout);
}

static void head_timeout(struct cursor *k)
{
	cursor_time(k, &k->c->prog->deadline);
	cursor_finish(k);
}

static void head_param(struct cursor *k)
{
	(void)k; /* read before all others */
}

static void head_use(struct cursor *k)
{
	(void)k; /* read once for all rows */
}

static void head_dut(struct cursor *k)
{
	struct token *t = cursor_need(k, "the name");

	if (!t)
		return;
	if (!names_is_lower(t->text) || names_find_party(k->c, t->text))
		say(k->c, CODE(BAD_NAME), t,
		    "the device's second name is lower case and its own");
	k->c->dut = t->text;
	cursor_finish(k);
}

/* ---- parties ---- */

static void party_auto(struct cursor *k, struct party_decl *p)
{
	struct token *t = cursor_need(k, "a METHOD or none");

	if (!t)
		return;
	if (token_is(t, "none"))
		p->auto_none = true;
	else if (message_is_method(t->text))
		*ARENA_PUSH(k->c->a, p->autos, p->nautos) = t->text;
	else
		say(k->c, CODE(UNKNOWN_METHOD), t, "\"" STR_F "\" is no method",
		    STR_A(t->text));
}

static void party_via(struct cursor *k, struct party_decl *p)
{
	struct token *t = cursor_need(k, "udp, tcp or tls");

	if (!t)
		return;
	p->via = t->text;
	if (!claims_knows(VOCABULARY_TRANSPORT, t->text))
		say(k->c, CODE(UNKNOWN_WORD), t,
		    "a transport is udp, tcp or tls");
	p->deaf = cursor_word(k, "deaf");
}

static void party_word(struct cursor *k, const char *what, struct str *ret)
{
	struct token *t = cursor_need(k, what);

	if (t)
		*ret = t->text;
}

static bool party_option(struct cursor *k, struct party_decl *p)
{
	if (cursor_word(k, "register"))
		p->registers = true;
	else if (cursor_word(k, "fixed"))
		p->fixed = true;
	else if (cursor_word(k, "auto"))
		party_auto(k, p);
	else if (cursor_word(k, "via"))
		party_via(k, p);
	else if (cursor_word(k, "user"))
		party_word(k, "the user part", &p->user);
	else if (cursor_word(k, "side"))
		party_word(k, "the name of the side", &p->side);
	else
		return false;
	return true;
}

static void check_party_name(struct cursor *k, const struct token *t)
{
	struct party_decl *twin = names_find_party(k->c, t->text);

	if (!names_is_lower(t->text) ||
	    claims_knows(VOCABULARY_METHOD, t->text))
		say(k->c, CODE(BAD_NAME), t,
		    "the name of a party is lower case: alice, r1");
	else if (names_is_dut(k->c, t->text))
		say(k->c, CODE(BAD_NAME), t, "\"" STR_F "\" is the device",
		    STR_A(t->text));
	else if (twin &&
		 say(k->c, CODE(DUPLICATE_PARTY), t,
		     "there is a party \"" STR_F "\" already", STR_A(t->text)))
		diag_note(k->c->ds, twin->at, "here");
}

static void head_party(struct cursor *k)
{
	struct token *t = cursor_need(k, "the name of the party");
	struct prog *prog = k->c->prog;
	struct party_decl *p;

	if (!t)
		return;
	check_party_name(k, t);
	p = &prog->parties[prog->nparties];
	p->id = prog->nparties++;
	p->name = p->user = t->text;
	p->at = t->at;
	while (cursor_peek(k) && party_option(k, p))
		;
	cursor_finish(k);
}

static void head_paper(struct cursor *k)
{
	struct token *name = cursor_need(k, "the name of the dialog"), *a, *b;
	struct dialog_decl *d;

	if (!name || !cursor_word(k, "=") || !(a = cursor_need(k, "a party")) ||
	    !(b = cursor_need(k, "a second party"))) {
		say_at(k->c, CODE(BAD_PAPER), k->at,
		       "a dialog on paper is written: paper d2 = alice "
		       "carol");
		return;
	}
	d = (struct dialog_decl *)names_make_dialog(k->c, name, NULL);
	d->paper = true;
	d->party = names_party(k->c, a);
	d->peer = names_party(k->c, b);
	cursor_finish(k);
}

/* ---- the table ---- */

static const struct head {
	const char *word;
	void (*read)(struct cursor *k);
} heads[] = {
#define HEAD(word, function, syntax, meaning) { word, head_##function },
#include "lang/heads.def"
#undef HEAD
};

enum { NHEADS = sizeof(heads) / sizeof(*heads) };

static void unknown_head(struct cursor *k)
{
	struct str words[NHEADS + 2];

	for (size_t i = 0; i < NHEADS; i++)
		words[i] = str_from(heads[i].word);
	words[NHEADS] = STR("setup");
	words[NHEADS + 1] = STR("test");
	for (unsigned i = 0; i < k->n; i++)
		if (k->toks[i].kind == TOK_ARROW) {
			say_at(k->c, CODE(OUTSIDE), k->at,
			       "arrows stand below \"setup\" or \"test\"");
			return;
		}
	say(k->c, CODE(UNKNOWN_HEADER), &k->toks[0],
	    "no header line begins with \"" STR_F "\"%s",
	    STR_A(k->toks[0].text),
	    say_nearest(k->c,
			diag_nearest(k->toks[0].text, words, NHEADS + 2)));
}

static void head_line(struct compiler *c, const struct text_line *line)
{
	struct cursor k;

	c->expanded = c->of_row = false;
	if (line->row) {
		say_at(c, CODE(NO_ARROW_ABOVE), line->at,
		       "header lines of a message stand under an arrow");
		return;
	}
	if (!step_cursor(c, line, &k))
		return;
	for (size_t i = 0; i < NHEADS; i++)
		if (cursor_word(&k, heads[i].word)) {
			heads[i].read(&k);
			return;
		}
	unknown_head(&k);
}

/* The project's own scenarios prove that they can fail; an author's need no
 * stub that does. */
static void check_bites(struct compiler *c)
{
	const struct tree *t = c->tree;
	size_t i = 0;

	if (c->prog->nbites || !c->of_root || !t->nheads)
		return;
	while (i + 1 < t->nheads && !line_begins(&t->heads[i], "title"))
		i++;
	say_at(c, CODE(NO_BITES), t->heads[i].at,
	       "this scenario names no fault that it catches: bites NAME");
}

void header_lines(struct compiler *c)
{
	const struct tree *t = c->tree;

	c->prog->parties = ARENA_ARRAY(c->a, struct party_decl, t->nheads + 1);
	c->op = NULL;
	for (size_t i = 0; i < t->nheads && step_tick(c); i++)
		head_line(c, &t->heads[i]);
	c->expanded = c->of_row = false;
	check_bites(c);
}
