/* SPDX-License-Identifier: MIT */
/* Templates that stand for tokens: params, columns of "for" and arguments of
 * flows are put in before a line is read. All others are left to run time. */
#include "lang/compile.h"

static const struct token *flow_arg(const struct compiler *c, struct str name)
{
	const struct scope *s = c->scope;

	for (unsigned i = 0; s && i < s->flow->nparams; i++)
		if (str_eq(s->flow->params[i].text, name))
			return &s->args[i];
	return NULL;
}

const struct token *expand_value(struct compiler *c, struct str name)
{
	const struct token *arg = flow_arg(c, name);

	if (arg)
		return arg;
	for (unsigned i = 0; i < c->nvalues; i++)
		if (str_eq(c->values[i].name, name)) {
			c->expanded = true;
			c->of_row |= i < c->tree->ncolumns;
			return &c->values[i].value;
		}
	return NULL;
}

struct token expand_name(struct compiler *c, struct token tok)
{
	const struct token *arg = flow_arg(c, tok.text);
	struct token ret;

	if (!arg)
		return tok;
	ret = *arg;
	ret.via = tok.at;
	return ret;
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!lex_is_name_char(s.p[i]))
			return false;
	return s.len > 0;
}

/* "{name}" alone. */
static bool whole_name(struct str s, struct str *ret)
{
	if (s.len < 3 || s.p[0] != '{' || s.p[s.len - 1] != '}')
		return false;
	*ret = str_sub(s, 1, s.len - 2);
	return is_name(*ret);
}

static void expand_into(struct compiler *c, struct str s, struct loc at,
			unsigned depth, struct buf *out);

static void expand_brace(struct compiler *c, struct str brace, struct loc at,
			 unsigned depth, struct buf *out)
{
	const struct token *value = NULL;
	struct str name;

	if (!step_tick(c))
		return;
	if (whole_name(brace, &name))
		value = expand_value(c, name);
	if (value) {
		expand_into(c, value->text, at, depth + 1, out);
		return;
	}
	buf_add_char(out, '{');
	expand_into(c, str_sub(brace, 1, brace.len - 2), at, depth, out);
	buf_add_char(out, '}');
}

static void expand_into(struct compiler *c, struct str s, struct loc at,
			unsigned depth, struct buf *out)
{
	if (depth > EXPAND_DEPTH) {
		say_at(c, CODE(TEMPLATE_LOOP), at,
		       "this template stands for itself");
		return;
	}
	for (size_t i = 0; i < s.len && !out->over;) {
		size_t n = s.p[i] == '{' ? lex_brace(str_tail(s, i)) : 0;

		if (n) {
			expand_brace(c, str_sub(s, i, n), at, depth, out);
			i += n;
		} else {
			buf_add_char(out, s.p[i++]);
		}
	}
}

struct str expand_text(struct compiler *c, struct str text, struct loc at)
{
	buf_auto out = { .max = EXPAND_MAX };

	if (str_find_char(text, '{') < 0)
		return text;
	expand_into(c, text, at, 0, &out);
	if (out.over)
		say_at(c, CODE(TOO_LONG), at,
		       "with its templates this has more than %d bytes",
		       EXPAND_MAX);
	if (str_eq(buf_str(&out), text))
		return text; /* keeps its place in the file */
	return arena_str(c->a, buf_str(&out));
}

struct tokens {
	struct token *list;
	unsigned n, cap;
};

/* Most lines come out as they are: the list begins with room for that. */
static void push(struct compiler *c, struct tokens *out,
		 const struct token *tok)
{
	struct token *bigger;

	if (out->n == out->cap) {
		out->cap = out->cap ? out->cap * 2 : 4;
		bigger = ARENA_ARRAY(c->a, struct token, out->cap);
		if (out->n)
			memcpy(bigger, out->list, out->n * sizeof(*bigger));
		out->list = bigger;
	}
	out->list[out->n++] = *tok;
}

static void splice(struct compiler *c, struct tokens *out,
		   const struct token *tok, unsigned depth);

static void splice_value(struct compiler *c, struct tokens *out,
			 const struct token *tok, const struct token *value,
			 unsigned depth)
{
	unsigned n;
	struct token *toks = lex_value(c->a, value->text, value->at, &n);

	if (depth > EXPAND_DEPTH) {
		say(c, CODE(TEMPLATE_LOOP), tok,
		    "this template stands for itself");
		return;
	}
	for (unsigned i = 0; i < n; i++) {
		toks[i].via = tok->at;
		splice(c, out, &toks[i], depth + 1);
	}
}

static void splice(struct compiler *c, struct tokens *out,
		   const struct token *tok, unsigned depth)
{
	const struct token *value = NULL;
	struct token copy = *tok;
	struct str name;

	if (out->n > EXPAND_MAX || !step_tick(c))
		return;
	if (tok->kind == TOK_WORD && whole_name(tok->text, &name))
		value = expand_value(c, name);
	if (value) {
		splice_value(c, out, tok, value, depth);
		return;
	}
	if (tok->kind <= TOK_HEREDOC)
		copy.text = expand_text(c, tok->text, tok->at);
	push(c, out, &copy);
}

struct token *expand_tokens(struct compiler *c, const struct token *toks,
			    unsigned n, unsigned *ret_n)
{
	struct tokens out = { .list = ARENA_ARRAY(c->a, struct token, n),
			      .cap = n };

	for (unsigned i = 0; i < n; i++)
		splice(c, &out, &toks[i], 0);
	*ret_n = out.n;
	return out.list;
}
