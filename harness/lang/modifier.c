/* SPDX-License-Identifier: MIT */
/* What follows the message of an arrow: on, for, where, within, reply ... One
 * row of modifiers.def is one function here. */
#include "lang/compile.h"

#include <errno.h>

enum { S = 1, E = 2, W = 4, G = 8, SDP_FILE_MAX = 64 << 10 };

static bool read_as(struct arrow *x)
{
	struct token *t = cursor_need(x->k, "the name of the dialog");
	const struct dialog_decl *d;

	if (!t)
		return false;
	d = names_make_dialog(x->c, t, (struct party_decl *)x->op->party);
	if (x->match)
		x->match->as = d;
	else
		x->make->as = d;
	return true;
}

/* Without its dialog or request an expected line can only be skipped. */
static void line_needs(struct arrow *x)
{
	if (!x->sends && !x->guard)
		x->c->strict = STRICT_BRANCH;
}

static bool read_on(struct arrow *x)
{
	struct token *t = cursor_need(x->k, "the name of the dialog");
	const struct dialog_decl *d;

	if (!t)
		return false;
	line_needs(x);
	d = names_use_dialog(x->c, t);
	x->c->strict = x->sends ? STRICT_ABOVE : STRICT_NONE;
	if (x->match)
		x->match->on = d;
	else
		x->make->on = d;
	return true;
}

/* "for 3s" behind a guard; any other "for" is of a request. */
static bool read_lasting(struct arrow *x)
{
	struct token *t = cursor_peek(x->k);
	bool hit = t && cursor_parse_time(x->c, t->text, &x->op->guard.lasts);

	x->k->i += hit;
	return hit;
}

static bool read_for(struct arrow *x)
{
	struct token *t;
	struct ref *to;

	if (x->guard && read_lasting(x))
		return true;
	t = cursor_need(x->k, x->guard ? "a time (3s), a METHOD or a label"
				       : "the request (a METHOD or a label)");
	if (!t)
		return false;
	to = x->match ? &x->match->to : &x->make->to;
	if (message_is_method(t->text))
		to->method = t->text;
	else {
		to->label = x->guard ? names_use_label(x->c, t)
				     : names_need_label(x->c, t);
	}
	return true;
}

/* Of the message itself: what only the line that takes it can say. */
static const struct cond *asks_the_line(const struct cond *c)
{
	const struct cond *left;

	if (c->kind == COND_AND || c->kind == COND_OR) {
		left = asks_the_line(c->left);
		return left ? left : asks_the_line(c->right);
	}
	if (c->path.subject == SUBJECT_PREV)
		return c;
	switch (c->path.what) {
	case PATH_FIELD:
	case PATH_SOURCE:
	case PATH_SOURCE_HOST:
	case PATH_SOURCE_PORT:
	case PATH_TRANSPORT:
	case PATH_CONNECTION:
		return NULL;
	case PATH_GAP:
	case PATH_LATENCY:
	case PATH_REPEATS:
	case PATH_REPEATS_COUNT:
	case PATH_COUNT:
		break;
	}
	return c->path.subject == SUBJECT_LABEL ? NULL : c;
}

static bool read_where(struct arrow *x)
{
	struct cond *where = cond_parse(x->k);
	const struct cond *line = where ? asks_the_line(where) : NULL;

	x->match->where = where;
	if (line)
		say_at(x->c, CODE(BAD_CONDITION), line->path.at,
		       "\"" STR_F "\" is known only of a message that a line "
		       "has taken; write it as a check below",
		       STR_A(loc_text(line->path.at)));
	return where && !line;
}

static bool read_after(struct arrow *x)
{
	struct token *t = cursor_need(x->k, "a label");

	if (t)
		x->expect->after = names_need_label(x->c, t);
	return t != NULL;
}

static bool read_limit_label(struct arrow *x, struct limit *limit)
{
	struct token *t;

	if (!cursor_word(x->k, "of"))
		return true;
	t = cursor_need(x->k, "a label");
	if (t)
		limit->of = names_need_label(x->c, t);
	return t != NULL;
}

static bool read_within(struct arrow *x)
{
	struct limit *limit = &x->expect->within;

	limit->set = cursor_time(x->k, &limit->hi);
	return limit->set && read_limit_label(x, limit);
}

/* "3.5s..4.5s of F2" */
static bool read_at(struct arrow *x)
{
	struct token *t = cursor_need(x->k, "a window (3.5s..4.5s of LABEL)");
	struct limit *limit = &x->expect->window;
	ptrdiff_t dots;

	if (!t)
		return false;
	dots = str_find(t->text, STR(".."));
	if (dots > 0 &&
	    cursor_parse_time(x->c, str_sub(t->text, 0, (size_t)dots),
			      &limit->lo) &&
	    cursor_parse_time(x->c, str_tail(t->text, (size_t)dots + 2),
			      &limit->hi) &&
	    limit->lo <= limit->hi && cursor_sees(x->k, "of")) {
		limit->set = true;
		return read_limit_label(x, limit);
	}
	say(x->c, CODE(BAD_TIME), t,
	    "a window is written: at 3.5s..4.5s of LABEL");
	return false;
}

static bool read_reply(struct arrow *x)
{
	struct token *t = cursor_need(x->k, "the status of the reply");
	struct make *answer = x->make;
	struct match m = { 0 };
	struct str text;

	if (!t || !value_template(x->c, t, &answer->status))
		return false;
	x->expect->reply = REPLY_STATUS;
	answer->kind = MSG_RESPONSE;
	if (!value_constant(&answer->status, &text))
		return true;
	if (message_statuses(x->c, text, &m) && m.nstatuses == 1 &&
	    m.statuses[0].lo == m.statuses[0].hi)
		return true;
	say(x->c, CODE(BAD_STATUS), t,
	    "a reply has one status, 100 to 699, not \"" STR_F "\"",
	    STR_A(text));
	return false;
}

static bool read_no_reply(struct arrow *x)
{
	x->expect->reply = REPLY_SILENCE;
	return true;
}

static bool read_until(struct arrow *x)
{
	struct token *t = cursor_peek(x->k);

	if (t && t->kind == TOK_WORD &&
	    names_is_label(expand_name(x->c, *t).text)) {
		const struct label *label = names_use_label(x->c, t);

		x->k->i++;
		if (x->guard)
			x->op->guard.until = label;
		else
			x->op->line.until_label = label;
		return true;
	}
	if (!x->guard) {
		x->op->line.until = cond_parse(x->k);
		return x->op->line.until != NULL;
	}
	say_at(x->c, CODE(EXPECTED), cursor_loc(x->k),
	       "a guard ends with a label: until F5");
	return false;
}

/* Beside the scenario; read before anything is played, as all files are. */
static struct str file_beside(struct arrow *x, struct str name)
{
	const char *path = x->c->tree->src->path, *slash = strrchr(path, '/');
	int folder = slash && name.p[0] != '/' ? (int)(slash - path) + 1 : 0;

	return arena_strf(x->c->a, "%.*s" STR_F, folder, path, STR_A(name));
}

static struct tmpl constant(struct compiler *c, struct str text, struct loc at)
{
	struct tmpl t = { .parts = ARENA_NEW(c->a, struct tmpl_part),
			  .n = 1,
			  .at = at };

	t.parts[0] =
		(struct tmpl_part){ .kind = TMPL_TEXT, .text = text, .at = at };
	return t;
}

static bool read_sdp_file(struct arrow *x)
{
	struct token *t = cursor_need(x->k, "the file");
	buf_auto text = { .max = SDP_FILE_MAX };
	struct str path;

	if (!t)
		return false;
	path = file_beside(x, t->text);
	if (!buf_read_file(&text, path.p) || text.over) {
		say(x->c, CODE(CANNOT_READ), t, "cannot read " STR_F ": %s",
		    STR_A(path),
		    text.over ? "it is too long" : strerror(errno));
		return false;
	}
	x->make->sdp = SDP_NONE;
	x->make->has_body = true;
	x->make->body_type = constant(x->c, STR("application/sdp"), t->at);
	x->make->body =
		constant(x->c, arena_str(x->c->a, buf_str(&text)), t->at);
	return true;
}

static bool read_sdp(struct arrow *x)
{
	static const struct {
		const char *word;
		enum sdp_mode mode;
	} modes[] = {
		{ "offer", SDP_OFFER }, { "answer", SDP_ANSWER },
		{ "hold", SDP_HOLD },   { "resume", SDP_RESUME },
		{ "none", SDP_NONE },
	};
	struct token *t = cursor_need(x->k, "offer, answer, hold, resume, "
					    "none or file");

	x->sdp = x->word.at;
	if (t && token_is(t, "file"))
		return read_sdp_file(x);
	for (size_t i = 0; t && i < sizeof(modes) / sizeof(*modes); i++) {
		if (!token_is(t, modes[i].word))
			continue;
		x->make->sdp = modes[i].mode;
		return true;
	}
	if (t)
		say(x->c, CODE(UNKNOWN_WORD), t,
		    "sdp is one of offer, answer, hold, resume, none, "
		    "file");
	return false;
}

static bool read_via(struct arrow *x)
{
	struct token *t = cursor_need(x->k, "udp, tcp or tls");

	if (!t)
		return false;
	x->make->via = t->text;
	if (claims_knows(VOCABULARY_TRANSPORT, t->text))
		return true;
	say(x->c, CODE(UNKNOWN_WORD), t, "a transport is udp, tcp or tls");
	return false;
}

static bool read_no_ack(struct arrow *x)
{
	x->make->no_ack = true;
	return true;
}

static bool read_auth(struct arrow *x)
{
	if (cursor_word(x->k, "none"))
		x->make->auth = AUTH_NONE;
	else if (cursor_word(x->k, "wrong"))
		x->make->auth = AUTH_WRONG;
	else if (cursor_word(x->k, "stale"))
		x->make->auth = AUTH_STALE;
	else
		say_at(x->c, CODE(UNKNOWN_WORD), cursor_loc(x->k),
		       "auth is none, wrong or stale");
	return x->make->auth != AUTH_DEFAULT;
}

static struct way *way_of(struct arrow *x)
{
	return x->sends ? &x->op->send.way : &x->expect->way;
}

static bool read_drop(struct arrow *x)
{
	return way_of(x)->drop = true;
}

static bool read_duplicate(struct arrow *x)
{
	return way_of(x)->duplicate = true;
}

static bool read_reorder(struct arrow *x)
{
	return way_of(x)->reorder = true;
}

static bool read_delay(struct arrow *x)
{
	return cursor_time(x->k, &way_of(x)->delay);
}

/* ---- the table ---- */

static const struct modifier {
	const char *word;
	bool (*read)(struct arrow *x);
	unsigned where;
	bool kept;
} modifiers[] = {
#define MODIFIER(word, where, function, kept, syntax, meaning)                 \
	{ word, read_##function, where, kept },
#include "lang/modifiers.def"
#undef MODIFIER
};

enum { NMODIFIERS = sizeof(modifiers) / sizeof(*modifiers) };

static const struct modifier *find(struct str word)
{
	for (size_t i = 0; i < NMODIFIERS; i++)
		if (str_is(word, modifiers[i].word))
			return &modifiers[i];
	return NULL;
}

bool modifier_known(struct str word)
{
	return find(word) != NULL;
}

static void unknown(struct arrow *x, const struct token *t)
{
	struct str words[NMODIFIERS];

	if (str_find_char(t->text, '.') > 0 && x->make && !x->match) {
		say(x->c, CODE(UNKNOWN_MODIFIER), t,
		    "I cannot read \"" STR_F
		    "\" behind a message; a Request-URI "
		    "is written {" STR_F "}",
		    STR_A(t->text), STR_A(t->text));
		return;
	}
	for (size_t i = 0; i < NMODIFIERS; i++)
		words[i] = str_from(modifiers[i].word);
	say(x->c, CODE(UNKNOWN_MODIFIER), t,
	    "I cannot read \"" STR_F "\" behind a message%s", STR_A(t->text),
	    say_nearest(x->c, diag_nearest(t->text, words, NMODIFIERS)));
}

static bool fits(struct arrow *x, const struct modifier *m)
{
	unsigned here = x->sends ? S : x->guard ? G : x->watch ? W : E;
	static const char *const names[] = {
		[S] = "what we send",
		[E] = "what we expect",
		[W] = "a watch",
		[G] = "a guard",
	};

	if (m->where & here)
		return true;
	say(x->c, CODE(MISPLACED_MODIFIER), &x->word,
	    "\"%s\" says nothing of %s", m->word, names[here]);
	return false;
}

/* A second one would silently take the place of the first. */
static bool is_first(struct arrow *x, const struct modifier *m)
{
	uint32_t bit = UINT32_C(1) << (m - modifiers);

	if (x->seen & bit)
		say(x->c, CODE(DUPLICATE_MODIFIER), &x->word,
		    "\"%s\" stands on this line already", m->word);
	else if (x->expect && x->expect->reply != REPLY_NONE &&
		 (str_is(x->word.text, "reply") ||
		  str_is(x->word.text, "no-reply")))
		say(x->c, CODE(DUPLICATE_MODIFIER), &x->word,
		    "\"%s\" and another way to answer do not go together",
		    m->word);
	else
		return x->seen |= bit;
	return false;
}

static bool read_one(struct arrow *x)
{
	struct token *t = cursor_take(x->k);
	const struct modifier *m = t->kind == TOK_WORD ? find(t->text) : NULL;
	unsigned from = x->k->i - 1;

	if (!m) {
		unknown(x, t);
		return false;
	}
	x->word = *t;
	if (!fits(x, m) || !is_first(x, m) || !m->read(x))
		return false;
	if (m->kept)
		arrow_add_text(x, &x->k->toks[from], x->k->i - from);
	return true;
}

/* Up to the ids or the end of the line. */
void modifier_all(struct arrow *x)
{
	struct token *t;

	while ((t = cursor_peek(x->k)) && t->kind != TOK_LBRACK)
		if (!read_one(x)) {
			arrow_give_up(x); /* the rest would only echo */
			return;
		}
}
