/* SPDX-License-Identifier: MIT */
#include "prog_text.h"

#include "base/text.h"

static void begin(struct print *w)
{
	buf_add_char(w->out, '\n');
	buf_add_fill(w->out, ' ', (size_t)w->depth * 2);
}

static void word(struct print *w, const char *name, struct str s)
{
	if (!s.len)
		return;
	buf_addf(w->out, " %s ", name);
	text_printable(w->out, s);
}

static void flag(struct print *w, const char *name, bool set)
{
	if (set)
		buf_addf(w->out, " %s", name);
}

static void words(struct print *w, const char *name, const struct str *list,
		  unsigned n)
{
	if (!n)
		return;
	begin(w);
	buf_addf(w->out, "%s", name);
	for (unsigned i = 0; i < n; i++)
		buf_addf(w->out, " " STR_F, STR_A(list[i]));
}

static void time_of(struct print *w, const char *name, ns_t t)
{
	if (t)
		buf_addf(w->out, " %s %lldms", name, (long long)(t / NS_MS));
}

static void dialog(struct print *w, const char *name,
		   const struct dialog_decl *d)
{
	if (d)
		word(w, name, d->name);
}

static void label(struct print *w, const char *name, const struct label *l)
{
	if (l)
		word(w, name, l->name);
}

static void when(struct print *w, const char *name, const struct cond *c)
{
	if (!c)
		return;
	buf_addf(w->out, " %s ", name);
	prog_text_cond(w, c);
}

/* ---- messages ---- */

static const char *const words_of[] = {
	[WORD_NONE] = "",
	[WORD_MUST] = " must",
	[WORD_MUST_NOT] = " must not",
	[WORD_SHOULD] = " should",
	[WORD_SHOULD_NOT] = " should not",
	[WORD_MAY] = " may",
};

static const char *const levels[] = {
	[LEVEL_NOTE] = "note", [LEVEL_SHOULD] = "should", [LEVEL_MUST] = "must"
};

static void rules(struct print *w, enum word said, enum level level,
		  const struct rules *r)
{
	buf_addf(w->out, "%s", words_of[said]);
	if (!r->n && said == WORD_NONE)
		return;
	buf_addf(w->out, " [%s", levels[level]);
	for (unsigned i = 0; i < r->n; i++)
		buf_addf(w->out, " " STR_F, STR_A(r->ids[i]));
	buf_add_char(w->out, ']');
}

static void make(struct print *w, const struct make *m)
{
	static const char *const modes[] = {
		[SDP_DEFAULT] = "",           [SDP_OFFER] = " sdp offer",
		[SDP_ANSWER] = " sdp answer", [SDP_HOLD] = " sdp hold",
		[SDP_RESUME] = " sdp resume", [SDP_NONE] = " sdp none",
	};
	static const char *const auths[] = { "", " auth none", " auth wrong" };
	static const char *const edits[] = {
		[EDIT_SET] = "set", [EDIT_ADD] = "add", [EDIT_REMOVE] = "remove"
	};

	if (m->method.len)
		buf_addf(w->out, " " STR_F, STR_A(m->method));
	prog_text_tmpl(w, "", &m->uri);
	prog_text_tmpl(w, "status ", &m->status);
	prog_text_tmpl(w, "raw ", &m->raw);
	label(w, "again", m->again);
	dialog(w, "as", m->as);
	dialog(w, "on", m->on);
	word(w, "for", m->to.method);
	label(w, "for", m->to.label);
	buf_addf(w->out, "%s", modes[m->sdp]);
	word(w, "via", m->via);
	flag(w, "no-ack", m->no_ack);
	buf_addf(w->out, "%s", auths[m->auth]);
	w->depth++;
	for (unsigned i = 0; i < m->nedits; i++) {
		begin(w);
		buf_addf(w->out, "%s " STR_F, edits[m->edits[i].kind],
			 STR_A(m->edits[i].name));
		prog_text_tmpl(w, "", &m->edits[i].value);
		prog_text_tmpl(w, "times ", &m->edits[i].times);
	}
	if (m->has_body) {
		begin(w);
		buf_add_z(w->out, "body");
		prog_text_tmpl(w, "", &m->body_type);
		prog_text_tmpl(w, "", &m->body);
	}
	w->depth--;
}

static void match(struct print *w, const struct match *m)
{
	if (m->method.len)
		buf_addf(w->out, " " STR_F, STR_A(m->method));
	flag(w, "any", m->kind == MSG_ANY);
	for (unsigned i = 0; i < m->nstatuses; i++)
		buf_addf(w->out, " %u..%u", m->statuses[i].lo,
			 m->statuses[i].hi);
	prog_text_tmpl(w, "status ", &m->status);
	label(w, "again", m->again);
	dialog(w, "as", m->as);
	dialog(w, "on", m->on);
	word(w, "for", m->to.method);
	label(w, "for", m->to.label);
	when(w, "where", m->where);
}

static void limit(struct print *w, const char *name, const struct limit *l)
{
	if (!l->set)
		return;
	buf_addf(w->out, " %s %lld..%lldms", name, (long long)(l->lo / NS_MS),
		 (long long)(l->hi / NS_MS));
	label(w, "of", l->of);
}

static void check(struct print *w, const struct check *c)
{
	static const char *const picks[] = { [PICK_PLAIN] = "",
					     [PICK_NTH] = "",
					     [PICK_FIRST] = " first",
					     [PICK_LAST] = " last" };

	begin(w);
	buf_addf(w->out, "check%s%s ", picks[c->pick], c->note ? " note" : "");
	if (c->cond)
		prog_text_cond(w, c->cond);
	else
		prog_text_path(w, &c->path);
	label(w, "after", c->after);
	rules(w, c->word, c->level, &c->rules);
}

static void let(struct print *w, const struct let *l)
{
	begin(w);
	buf_addf(w->out, "let " STR_F " = ", STR_A(l->name));
	prog_text_path(w, &l->path);
}

static void expect(struct print *w, const struct op *op)
{
	const struct expect *x = &op->line.expect;

	match(w, &x->match);
	limit(w, "within", &x->within);
	limit(w, "window", &x->window);
	label(w, "after", x->after);
	flag(w, "drop", x->way.drop);
	flag(w, "duplicate", x->way.duplicate);
	flag(w, "reorder", x->way.reorder);
	time_of(w, "delay", x->way.delay);
	when(w, "until", op->line.until);
	label(w, "until", op->line.until_label);
	rules(w, op->word, op->level, &op->rules);
	flag(w, "no-reply", x->reply == REPLY_SILENCE);
	w->depth++;
	if (x->reply == REPLY_STATUS) {
		begin(w);
		buf_add_z(w->out, "reply");
		make(w, &x->answer);
	}
	for (unsigned i = 0; i < x->nchecks; i++)
		check(w, &x->checks[i]);
	for (unsigned i = 0; i < x->nlets; i++)
		let(w, &x->lets[i]);
	w->depth--;
}

/* ---- ops ---- */

static void block(struct print *w, const struct block *b);

static void branches(struct print *w, const struct block *list, unsigned n,
		     bool sends)
{
	flag(w, "sends", sends);
	for (unsigned i = 0; i < n; i++) {
		begin(w);
		buf_addf(w->out, "branch %u", i);
		word(w, "title", list[i].title);
		if (list[i].has_after)
			time_of(w, "after", list[i].after);
		word(w, "verdict", list[i].verdict);
		block(w, &list[i]);
	}
}

static void rest(struct print *w, const struct op *op)
{
	switch (op->kind) {
	case OP_SEND:
		if (op->send.times != 1)
			buf_addf(w->out, " %ux", op->send.times);
		flag(w, "drop", op->send.way.drop);
		flag(w, "duplicate", op->send.way.duplicate);
		flag(w, "reorder", op->send.way.reorder);
		time_of(w, "delay", op->send.way.delay);
		make(w, &op->send.make);
		break;
	case OP_EXPECT:
	case OP_WATCH:
		if (op->min != 1 || op->max != 1)
			buf_addf(w->out, " %u..%u", op->min, op->max);
		expect(w, op);
		break;
	case OP_GUARD:
		match(w, &op->guard.match);
		label(w, "until", op->guard.until);
		time_of(w, "lasts", op->guard.lasts);
		rules(w, op->word, op->level, &op->rules);
		break;
	case OP_CHECK:
		w->depth++;
		check(w, &op->check);
		w->depth--;
		break;
	case OP_JOIN:
		label(w, "of", op->join.label);
		limit(w, "within", &op->join.within);
		break;
	case OP_WAIT:
		buf_addf(w->out, " %lld..%lldms",
			 (long long)(op->wait.lo / NS_MS),
			 (long long)(op->wait.hi / NS_MS));
		break;
	case OP_TRIGGER:
		word(w, "name", op->trigger.name);
		for (unsigned i = 0; i < op->trigger.nargs; i++)
			prog_text_tmpl(w, "", &op->trigger.args[i]);
		break;
	case OP_WIRE:
		word(w, "mode", op->wire.mode);
		break;
	case OP_LET:
		let(w, &op->let);
		break;
	case OP_EITHER:
		branches(w, op->either.branches, op->either.n,
			 op->either.sends);
		break;
	case OP_ANY:
		branches(w, op->any.strands, op->any.n, op->any.sends);
		break;
	case OP_MARK:
		break;
	}
}

static void one(struct print *w, const struct op *op)
{
	static const char *const kinds[] = {
		[OP_SEND] = "send",     [OP_EXPECT] = "expect",
		[OP_WATCH] = "watch",   [OP_GUARD] = "guard",
		[OP_CHECK] = "alone",   [OP_JOIN] = "join",
		[OP_WAIT] = "wait",     [OP_TRIGGER] = "trigger",
		[OP_WIRE] = "wire",     [OP_MARK] = "mark",
		[OP_LET] = "let",       [OP_EITHER] = "either",
		[OP_ANY] = "any order",
	};

	begin(w);
	buf_addf(w->out, "%u %s", op->id, kinds[op->kind]);
	if (op->label)
		buf_addf(w->out, " " STR_F, STR_A(op->label->name));
	if (op->party)
		buf_addf(w->out, " " STR_F, STR_A(op->party->name));
	rest(w, op);
}

static void block(struct print *w, const struct block *b)
{
	w->depth++;
	for (size_t i = 0; i < b->n; i++)
		one(w, b->ops[i]);
	w->depth--;
}

static void party(struct print *w, const struct party_decl *p)
{
	begin(w);
	buf_addf(w->out, "party " STR_F " user " STR_F, STR_A(p->name),
		 STR_A(p->user));
	word(w, "side", p->side);
	word(w, "via", p->via);
	flag(w, "register", p->registers);
	flag(w, "fixed", p->fixed);
	flag(w, "deaf", p->deaf);
	flag(w, "auto none", p->auto_none);
	for (unsigned i = 0; i < p->nautos; i++)
		word(w, "auto", p->autos[i]);
}

static void dialogs(struct print *w, const struct prog *p)
{
	for (unsigned i = 0; i < p->ndialogs; i++) {
		const struct dialog_decl *d = p->dialogs[i];

		begin(w);
		buf_addf(w->out, "dialog " STR_F, STR_A(d->name));
		if (d->party)
			word(w, "of", d->party->name);
		if (d->paper)
			word(w, "on paper with", d->peer->name);
	}
}

void prog_text(const struct prog *p, struct buf *out)
{
	struct print w = { out, 1 };

	buf_addf(out, "run " STR_F, STR_A(p->id));
	word(&w, "title", p->title);
	words(&w, "role", p->roles, p->nroles);
	words(&w, "needs", p->needs, p->nneeds);
	words(&w, "triggers", p->triggers, p->ntriggers);
	words(&w, "unclaimed", p->unclaimed, p->nunclaimed);
	words(&w, "tags", p->tags, p->ntags);
	words(&w, "bites", p->bites, p->nbites);
	words(&w, "without", p->without, p->nwithout);
	time_of(&w, "timeout", p->deadline);
	/* What the player has yet to learn is no matter of the text. */
	if (!p->selected && !str_ends(p->why, " yet"))
		word(&w, "skip:", p->why);
	for (unsigned i = 0; i < p->nparties; i++)
		party(&w, &p->parties[i]);
	dialogs(&w, p);
	buf_add_z(out, "\n setup");
	block(&w, &p->setup);
	buf_add_z(out, "\n test");
	block(&w, &p->test);
	buf_add_z(out, "\n cleanup");
	block(&w, &p->cleanup);
	buf_add_z(out, "\n");
}
