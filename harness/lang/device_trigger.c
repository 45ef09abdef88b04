/* SPDX-License-Identifier: MIT */
/* "trigger" lines of device files: how a device is made to act. Nothing is
 * done here (play/trigger.c), and values are put in when it is. */
#include "lang/device_trigger.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/quote.h"

struct reader {
	struct arena *a;
	struct diags *ds;
	const struct text_line *line;
	unsigned i; /* the next token */
	struct device_trigger *t;
	struct device *d;
};

static const struct {
	const char *word, *syntax;
	unsigned seconds;
} kinds[] = {
#define TRIGGER(kind, word, seconds, syntax, meaning) { word, syntax, seconds },
#include "lang/trigger.def"
};

static const struct str values[] = {
#define TRIGGER_VALUE(word, meaning) { word, sizeof(word) - 1 },
#include "lang/trigger.def"
};

enum { NVALUES = sizeof(values) / sizeof(*values) };

const char *device_trigger_word(enum trigger_kind kind)
{
	return kinds[kind].word;
}

/* ---- tokens ---- */

static bool more(const struct reader *r)
{
	return r->i < r->line->n;
}

static struct loc here(const struct reader *r)
{
	return more(r) ? r->line->toks[r->i].at : r->line->at;
}

static bool takes(struct reader *r, const char *word)
{
	bool hit = more(r) && token_is(&r->line->toks[r->i], word);

	r->i += hit;
	return hit;
}

static bool sees_text(const struct reader *r)
{
	return more(r) && (r->line->toks[r->i].kind == TOK_STRING ||
			   r->line->toks[r->i].kind == TOK_HEREDOC);
}

/* The next word, or a text where only that will do; NULL, and said. */
static const struct token *need(struct reader *r, bool text, const char *what)
{
	if (more(r) &&
	    (text ? sees_text(r) : r->line->toks[r->i].kind <= TOK_HEREDOC))
		return &r->line->toks[r->i++];
	diag_add(r->ds, CODE(EXPECTED), here(r), "%s is missing here", what);
	r->i = r->line->n;
	return NULL;
}

static const char *nearest(struct reader *r, struct str near)
{
	if (!near.len)
		return "";
	return arena_strf(r->a, ". Did you mean \"" STR_F "\"?", STR_A(near)).p;
}

/* ---- values in texts ---- */

static bool is_value_char(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-' || c == '_';
}

size_t device_trigger_value(struct str s, struct str *ret_name)
{
	size_t n = 1;

	if (s.len < 3 || (!islower((unsigned char)s.p[1]) &&
			  !isdigit((unsigned char)s.p[1])))
		return 0;
	while (n < s.len && is_value_char(s.p[n]))
		n++;
	*ret_name = str_sub(s, 1, n - 1);
	return n < s.len && s.p[n] == '}' ? n + 1 : 0;
}

bool device_trigger_is_json(struct str text)
{
	text = str_trim(text);
	return str_starts(text, "{\"") || str_starts(text, "[") ||
	       str_starts(text, "{ \"");
}

/* {alice.uri}: of a party of the scenario that is played. */
static bool is_of_party(struct str name)
{
	static const char *const ends[] = { ".uri", ".contact", ".user",
					    ".hostport" };

	if (!islower((unsigned char)name.p[0]) || str_starts(name, "target.") ||
	    str_starts(name, "dut."))
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (str_ends(name, ends[i]) && name.len > strlen(ends[i]))
			return true;
	return false;
}

static bool is_value(struct str name)
{
	if (name.len == 1 && name.p[0] >= '1' && name.p[0] <= '9')
		return true;
	for (size_t i = 0; i < NVALUES; i++)
		if (str_eq(name, values[i]))
			return true;
	return is_of_party(name);
}

static void check_secret(struct reader *r, struct str name, struct loc at)
{
	const char *value = getenv(arena_z(r->a, name));

	if (value)
		device_hide(r->a, r->d, str_from(value));
	else
		diag_add(r->ds, CODE(UNKNOWN_ENV), at,
			 "the environment has no " STR_F, STR_A(name));
}

static void check_value(struct reader *r, struct str name, struct loc at)
{
	if (str_starts(name, "env."))
		check_secret(r, str_tail(name, 4), at);
	else if (!is_value(name))
		diag_add(r->ds, CODE(BAD_TRIGGER), at,
			 "a trigger knows no {" STR_F "}%s", STR_A(name),
			 nearest(r, diag_nearest(name, values, NVALUES)));
}

static void check_in_shell(struct reader *r, struct quote *q, struct str name,
			   struct loc at)
{
	const char *why = quote_refuses(q);
	buf_auto nothing = { 0 };

	if (why)
		diag_add(r->ds, CODE(BAD_TRIGGER), at,
			 "{" STR_F "} may not stand here: %s", STR_A(name),
			 why);
	quote_value(q, STR_NONE, &nothing);
}

static void check_text(struct reader *r, const struct token *t)
{
	struct quote q = { 0 };
	struct str name;

	for (size_t i = 0; i < t->text.len;) {
		struct str rest = str_tail(t->text, i);
		size_t n = rest.p[0] == '{' ? device_trigger_value(rest, &name)
					    : 0;

		if (n)
			check_value(r, name, t->at);
		if (n && r->t->kind == TRIGGER_SH)
			check_in_shell(r, &q, name, t->at);
		if (!n)
			quote_step(&q, rest.p[0]);
		i += n ? n : 1;
	}
}

static struct str need_text(struct reader *r, const char *what)
{
	const struct token *t = need(r, true, what);

	if (!t)
		return STR_NONE;
	check_text(r, t);
	if (!str_trim(t->text).len)
		diag_add(r->ds, CODE(BAD_TRIGGER), t->at, "this is empty");
	return t->text;
}

/* ---- what each kind has ---- */

static struct trigger_turn *add_turn(struct reader *r)
{
	return ARENA_PUSH(r->a, r->t->turns, r->t->nturns);
}

static void read_expect(struct reader *r, struct trigger_turn *turn)
{
	if (takes(r, "expect"))
		turn->expect = need_text(r, "what must come, in quotes,");
}

static void check_words(struct reader *r, struct str text, struct loc at)
{
	struct str word, rest = text;
	bool open = false;

	while (quote_word(r->a, &rest, &word, &open))
		;
	if (open)
		diag_add(r->ds, CODE(BAD_TRIGGER), at,
			 "a quote of this command does not close");
}

static void read_command(struct reader *r)
{
	struct trigger_turn *turn = add_turn(r);
	struct loc at = here(r);

	turn->say = need_text(r, "the command, in quotes,");
	if (r->t->kind == TRIGGER_RUN)
		check_words(r, turn->say, at);
	read_expect(r, turn);
}

static void read_http(struct reader *r)
{
	static const char *const methods[] = { "get", "post", "put", "delete" };
	struct trigger_turn *turn = add_turn(r);
	struct loc at;

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (takes(r, methods[i]))
			r->t->method = str_from(methods[i]);
	at = here(r);
	r->t->to = need_text(r, "the URL, in quotes,");
	if (r->t->to.len && !str_starts(r->t->to, "http://") &&
	    !str_starts(r->t->to, "https://"))
		diag_add(r->ds, CODE(BAD_TRIGGER), at,
			 "a URL begins with http:// or https://");
	if (sees_text(r))
		turn->say = need_text(r, "the body");
	if (turn->say.len && takes(r, "as"))
		r->t->type = need_text(r, "the type of the body, in quotes,");
	if (!r->t->method.len)
		r->t->method = turn->say.len ? STR("post") : STR("get");
	read_expect(r, turn);
}

static bool is_endpoint(struct str s)
{
	struct str name;
	uint64_t port;
	size_t colon = s.len;

	while (colon && s.p[colon - 1] != ':')
		colon--;
	if (colon < 2)
		return false;
	s = str_tail(s, colon);
	if (s.len && s.p[0] == '{')
		return device_trigger_value(s, &name) == s.len;
	return str_to_u64(s, &port) && port > 0 && port < 65536;
}

static void read_tcp(struct reader *r)
{
	const struct token *t = need(r, false, "host:port");

	if (!t)
		return;
	check_text(r, t);
	r->t->to = t->text;
	if (!is_endpoint(t->text))
		diag_add(r->ds, CODE(BAD_TRIGGER), t->at,
			 "\"" STR_F "\" is no host:port", STR_A(t->text));
	do {
		struct trigger_turn *turn = add_turn(r);

		turn->say = need_text(r, "the line, in quotes,");
		read_expect(r, turn);
	} while (takes(r, "then"));
}

static void read_line(struct reader *r)
{
	add_turn(r)->say = need_text(r, r->t->kind == TRIGGER_ASK
						? "the question, in quotes,"
						: "the line, in quotes,");
}

static void read_kind(struct reader *r)
{
	switch (r->t->kind) {
	case TRIGGER_SH:
	case TRIGGER_RUN:
		read_command(r);
		break;
	case TRIGGER_HTTP:
		read_http(r);
		break;
	case TRIGGER_TCP:
	case TRIGGER_NETSTRING:
		read_tcp(r);
		break;
	case TRIGGER_STDIN:
	case TRIGGER_ASK:
		read_line(r);
		break;
	case TRIGGER_KINDS:
		break;
	}
}

static bool parse_within(struct str s, ns_t *ret)
{
	uint64_t n;
	ns_t unit = str_ends(s, "ms") ? NS_MS : str_ends(s, "s") ? NS_S : 0;

	s.len -= unit == NS_MS ? 2 : unit ? 1 : 0;
	if (!unit || !str_to_u64(s, &n) || n > TRIGGER_WITHIN_MAX_S * 1000u)
		return false;
	*ret = (ns_t)n * unit;
	return *ret > 0 && *ret <= TRIGGER_WITHIN_MAX_S * NS_S;
}

static void read_within(struct reader *r)
{
	const struct token *t;

	if (!takes(r, "within"))
		return;
	t = need(r, false, "a time (20s)");
	if (t && !parse_within(t->text, &r->t->within))
		diag_add(r->ds, CODE(BAD_TIME), t->at,
			 "\"" STR_F "\" is no time for a trigger; write 250ms "
			 "or 20s, %d s at most",
			 STR_A(t->text), TRIGGER_WITHIN_MAX_S);
}

static bool find_kind(struct reader *r, const struct token *t)
{
	struct str words[TRIGGER_KINDS];

	for (int i = 0; i < TRIGGER_KINDS; i++) {
		words[i] = str_from(kinds[i].word);
		if (token_is(t, kinds[i].word)) {
			r->t->kind = (enum trigger_kind)i;
			r->t->within = kinds[i].seconds * NS_S;
			return true;
		}
	}
	diag_add(r->ds, CODE(UNKNOWN_WORD), t->at,
		 "a trigger is sh, run, http, tcp, netstring, stdin or ask%s",
		 nearest(r, diag_nearest(t->text, words, TRIGGER_KINDS)));
	return false;
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!lex_is_name_char(s.p[i]))
			return false;
	return s.len > 0 && islower((unsigned char)s.p[0]);
}

static void check_name(struct reader *r, const struct device *d,
		       const struct token *t)
{
	if (!is_name(t->text))
		diag_add(r->ds, CODE(BAD_TRIGGER), t->at,
			 "the name of a trigger is a lower-case word");
	else if (device_trigger_find(d, t->text))
		diag_add(r->ds, CODE(BAD_TRIGGER), t->at,
			 "there is a trigger \"" STR_F "\" above",
			 STR_A(t->text));
}

void device_trigger_read(struct arena *a, const struct text_line *line,
			 struct device *d, struct diags *ds)
{
	struct device_trigger t = { 0 };
	struct reader r = { a, ds, line, 1, &t, d };
	size_t before = ds->errors;
	const struct token *name = need(&r, false, "the name of the trigger");
	const struct token *kind;

	if (!name)
		return;
	check_name(&r, d, name);
	t.name = name->text;
	t.at = line->at;
	kind = need(&r, false, "sh, run, http, tcp, netstring, stdin or ask");
	if (!kind || !find_kind(&r, kind))
		return;
	read_kind(&r);
	read_within(&r);
	if (more(&r) && ds->errors == before)
		diag_add(ds, CODE(EXTRA_WORDS), here(&r),
			 "I cannot read \"" STR_F "\" here; a trigger is "
			 "written: %s [within 10s]",
			 STR_A(line->toks[r.i].text), kinds[t.kind].syntax);
	*ARENA_PUSH(a, d->triggers, d->ntriggers) = t;
}
