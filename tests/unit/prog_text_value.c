/* SPDX-License-Identifier: MIT */
/* Paths, templates and conditions as text. */
#include "prog_text.h"

#include "base/text.h"

/* ---- paths, templates, conditions ---- */

static void field(struct print *w, const struct field_path *f)
{
	static const char *const roots[] = {
		[FIELD_HEADER] = "",       [FIELD_REQUEST_URI] = "request-uri",
		[FIELD_STATUS] = "status", [FIELD_METHOD] = "method",
		[FIELD_BODY] = "body",     [FIELD_SIPFRAG] = "sipfrag",
		[FIELD_SDP] = "sdp",
	};

	buf_add_z(w->out, roots[f->root]);
	if (f->root == FIELD_HEADER)
		buf_add_str(w->out, f->header);
	if (f->index)
		buf_addf(w->out, "[%u]", f->index);
	for (unsigned i = 0; i < f->nparts; i++)
		buf_addf(w->out, "." STR_F, STR_A(f->parts[i]));
}

void prog_text_path(struct print *w, const struct path *p)
{
	static const char *const whats[] = {
#define WHAT(word, what, type, meaning) [PATH_##what] = word,
#include "lang/whats.def"
#undef WHAT
	};
	static const char *const picks[] = {
		[PICK_FIRST] = ".first", [PICK_LAST] = ".last"
	};

	if (p->subject == SUBJECT_PREV)
		buf_add_z(w->out, "prev.");
	if (p->subject == SUBJECT_LABEL)
		buf_add_str(w->out, p->label->name);
	if (p->pick == PICK_NTH)
		buf_addf(w->out, "[%u]", p->nth);
	if (p->pick == PICK_FIRST || p->pick == PICK_LAST)
		buf_add_z(w->out, picks[p->pick]);
	if (p->subject == SUBJECT_LABEL)
		buf_add_char(w->out, '.');
	if (p->what == PATH_FIELD)
		field(w, &p->field);
	else
		buf_add_z(w->out, whats[p->what]);
	if (p->since)
		buf_addf(w->out, " of " STR_F, STR_A(p->since->name));
}

static void part(struct print *w, const struct tmpl_part *p)
{
	switch (p->kind) {
	case TMPL_TEXT:
		if (p->text.len > 100)
			buf_addf(w->out, "(%zu bytes)", p->text.len);
		else
			text_printable(w->out, p->text);
		return;
	case TMPL_PATH:
		buf_add_char(w->out, '{');
		prog_text_path(w, &p->path);
		break;
	case TMPL_PARTY:
		buf_addf(w->out, "{" STR_F " attr %d", STR_A(p->party->name),
			 p->attr);
		break;
	case TMPL_DUT:
		buf_addf(w->out, "{dut attr %d", p->attr);
		break;
	case TMPL_DIALOG:
		buf_addf(w->out, "{" STR_F " attr %d", STR_A(p->dialog->name),
			 p->attr);
		break;
	case TMPL_DIALOG_HDR:
		buf_addf(w->out, "{" STR_F " request ", STR_A(p->dialog->name));
		field(w, &p->field);
		break;
	}
	if (p->filters)
		buf_addf(w->out, "|%u", p->filters);
	buf_add_char(w->out, '}');
}

void prog_text_tmpl(struct print *w, const char *name, const struct tmpl *t)
{
	if (!t->n && !t->is_auto)
		return;
	buf_addf(w->out, " %s\"", name);
	if (t->is_auto)
		buf_add_z(w->out, "{auto}");
	for (unsigned i = 0; i < t->n; i++)
		part(w, &t->parts[i]);
	buf_add_char(w->out, '"');
}

void prog_text_cond(struct print *w, const struct cond *c)
{
	static const char *const signs[] = {
		[COND_AND] = "and",
		[COND_OR] = "or",
		[COND_PRESENT] = "present",
		[COND_ABSENT] = "absent",
		[COND_IS] = "is",
		[COND_IS_NOT] = "is not",
		[COND_EQ] = "==",
		[COND_NE] = "!=",
		[COND_LT] = "<",
		[COND_LE] = "<=",
		[COND_GT] = ">",
		[COND_GE] = ">=",
		[COND_MATCH] = "~",
		[COND_CONTAINS] = "contains",
		[COND_IN] = "in",
		[COND_AT] = "at",
	};

	buf_add_char(w->out, '(');
	if (c->left)
		prog_text_cond(w, c->left);
	else
		prog_text_path(w, &c->path);
	buf_addf(w->out, " %s", signs[c->kind]);
	if (c->right) {
		buf_add_char(w->out, ' ');
		prog_text_cond(w, c->right);
	}
	for (unsigned i = 0; i < c->nvalues; i++)
		prog_text_tmpl(w, "", &c->values[i]);
	for (unsigned i = 0; i < c->nranges; i++) {
		prog_text_tmpl(w, "", &c->ranges[i].lo);
		prog_text_tmpl(w, "..", &c->ranges[i].hi);
	}
	for (unsigned i = 0; i < c->ntimes; i++)
		buf_addf(w->out, " %lldms", (long long)(c->times[i] / NS_MS));
	if (c->kind == COND_AT)
		buf_addf(w->out, " tolerance %u", c->tolerance);
	buf_add_char(w->out, ')');
}
