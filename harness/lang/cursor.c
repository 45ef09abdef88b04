/* SPDX-License-Identifier: MIT */
/* The words of a line, with the templates of the scope put in. */
#include "lang/parse.h"

const struct binding *scope_find(const struct scope *scope, struct str name)
{
	for (; scope; scope = scope->up)
		for (unsigned i = 0; i < scope->n; i++)
			if (str_eq(scope->list[i].name, name))
				return &scope->list[i];
	return NULL;
}

/* The name at the front of "carol.uri|bare" or "F3[1]". */
static struct str front(struct str s)
{
	size_t i = 0;

	while (i < s.len && s.p[i] != '.' && s.p[i] != '[' && s.p[i] != '|' &&
	       s.p[i] != '}' && s.p[i] != ' ')
		i++;
	return str_sub(s, 0, i);
}

/* {name}: the whole template is the binding's text; {name.x}: an argument. */
static void add_template(struct compiler *c, const struct scope *scope,
			 struct str inner, struct buf *out)
{
	struct str name = front(inner);
	const struct binding *b = scope_find(scope, name);

	if (b && name.len == inner.len && !b->bare) {
		buf_add_str(out, scope_text(c, scope->up ? scope->up : NULL,
					    b->value));
		return;
	}
	buf_add_char(out, '{');
	if (b) {
		buf_add_str(out, b->value);
		buf_add_str(out, str_tail(inner, name.len));
	} else {
		buf_add_str(out, scope_text(c, scope, inner));
	}
	buf_add_char(out, '}');
}

static size_t closing(struct str s)
{
	int depth = 0;

	for (size_t i = 0; i < s.len; i++) {
		depth += s.p[i] == '{';
		depth -= s.p[i] == '}';
		if (!depth)
			return i;
	}
	return s.len;
}

struct str scope_text(struct compiler *c, const struct scope *scope,
		      struct str s)
{
	buf_auto out = { 0 };

	if (!scope || str_find_char(s, '{') < 0)
		return s;
	while (s.len) {
		size_t end;

		if (s.p[0] != '{') {
			buf_add_char(&out, s.p[0]);
			s = str_tail(s, 1);
			continue;
		}
		end = closing(s);
		if (end == s.len) {
			buf_add_str(&out, s);
			break;
		}
		add_template(c, scope, str_sub(s, 1, end - 1), &out);
		s = str_tail(s, end + 1);
	}
	return arena_str(c->arena, buf_str(&out));
}

static void push(struct cursor *cu, struct tok t)
{
	*ARENA_PUSH(cu->c->arena, cu->toks, cu->n) = t;
}

/* A template that is a whole word may stand for several words. */
static bool whole_template(struct cursor *cu, const struct tok *t)
{
	const struct binding *b;
	struct tok *toks;
	unsigned n;

	if (t->quoted || t->text.len < 3 || t->text.p[0] != '{' ||
	    t->text.p[t->text.len - 1] != '}')
		return false;
	b = scope_find(cu->scope, str_sub(t->text, 1, t->text.len - 2));
	if (!b || b->bare)
		return false;
	n = lines_split(cu->c->arena, b->value, t->at, &toks, cu->c->ds);
	for (unsigned i = 0; i < n; i++) {
		toks[i].text = scope_text(cu->c, cu->scope, toks[i].text);
		toks[i].at = t->at;
		push(cu, toks[i]);
	}
	return true;
}

static void put_word(struct cursor *cu, struct tok t)
{
	struct str name = front(t.text);
	const struct binding *b = NULL;

	if (whole_template(cu, &t))
		return;
	t.text = scope_text(cu->c, cu->scope, t.text);
	if (!t.quoted && name.len)
		b = scope_find(cu->scope, name);
	if (b && b->bare)
		t.text = arena_strf(cu->c->arena, STR_F STR_F, STR_A(b->value),
				    STR_A(str_tail(t.text, name.len)));
	push(cu, t);
}

void cursor_open(struct cursor *cu, struct compiler *c,
		 const struct scope *scope, const struct text_line *l)
{
	*cu = (struct cursor){ .c = c, .scope = scope, .line = l->at };
	for (unsigned i = 0; i < l->n; i++)
		put_word(cu, l->words[i]);
}

bool cursor_more(const struct cursor *cu)
{
	return cu->at < cu->n;
}

bool cursor_is(const struct cursor *cu, const char *word)
{
	return cursor_more(cu) && !cu->toks[cu->at].quoted &&
	       str_is(cu->toks[cu->at].text, word);
}

bool cursor_take(struct cursor *cu, const char *word)
{
	if (!cursor_is(cu, word))
		return false;
	cu->at++;
	return true;
}

struct loc cursor_loc(const struct cursor *cu)
{
	return cursor_more(cu) ? cu->toks[cu->at].at : cu->line;
}

struct tok *cursor_next(struct cursor *cu, const char *what)
{
	static const char *const code = "missing-word";

	if (cursor_more(cu))
		return &cu->toks[cu->at++];
	diag_add(cu->c->ds, DIAG_ERROR, code, cu->line,
		 "the line ends where %s is wanted", what);
	return NULL;
}
