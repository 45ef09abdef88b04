/* SPDX-License-Identifier: MIT */
/* What the language says and the player cannot do yet. A scenario that asks
 * for it is skipped with the reason, before anything is sent; a row goes when
 * the player has learnt it. */
#include "lang/compile.h"

static bool is_stream(struct str transport)
{
	return transport.len && !str_is(transport, "udp");
}

/* ---- parties ---- */

static bool party_stream(const struct party_decl *p)
{
	return is_stream(p->via);
}

static bool party_deaf(const struct party_decl *p)
{
	return p->deaf;
}

static bool party_fixed(const struct party_decl *p)
{
	return p->fixed;
}

static bool party_side(const struct party_decl *p)
{
	return p->side.len > 0;
}

static const struct {
	const char *what;
	bool (*is)(const struct party_decl *p);
} of_parties[] = {
	{ "a party over tcp or tls", party_stream },
	{ "a party that is deaf", party_deaf },
	{ "a party on port 5060 (\"fixed\")", party_fixed },
	{ "a further side of the device", party_side },
};

/* ---- lines ---- */

static const struct make *made(const struct op *op)
{
	if (op->kind == OP_SEND)
		return &op->send.make;
	if ((op->kind == OP_EXPECT || op->kind == OP_WATCH) &&
	    op->line.expect.reply == REPLY_STATUS)
		return &op->line.expect.answer;
	return NULL;
}

static bool line_stream(const struct op *op)
{
	return made(op) && is_stream(made(op)->via);
}

static bool line_sdp_file(const struct op *op)
{
	return made(op) && made(op)->sdp == SDP_FILE;
}

static bool line_auth_wrong(const struct op *op)
{
	return made(op) && made(op)->auth == AUTH_WRONG;
}

static bool line_wire(const struct op *op)
{
	return op->kind == OP_WIRE && (str_is(op->wire.mode, "reset") ||
				       str_is(op->wire.mode, "close"));
}

static bool asks_connection(const struct cond *c)
{
	if (!c)
		return false;
	if (c->kind == COND_AND || c->kind == COND_OR)
		return asks_connection(c->left) || asks_connection(c->right);
	return c->path.what == PATH_CONNECTION;
}

static bool line_connection(const struct op *op)
{
	const struct expect *x = &op->line.expect;

	if (op->kind == OP_CHECK)
		return asks_connection(op->check.cond);
	if (op->kind != OP_EXPECT && op->kind != OP_WATCH)
		return false;
	for (unsigned i = 0; i < x->nchecks; i++)
		if (asks_connection(x->checks[i].cond))
			return true;
	return asks_connection(x->match.where);
}

static const struct {
	const char *what;
	bool (*is)(const struct op *op);
} of_lines[] = {
	{ "a message over tcp or tls", line_stream },
	{ "sdp from a file", line_sdp_file },
	{ "wrong credentials (\"auth wrong\")", line_auth_wrong },
	{ "a connection that is reset or closed", line_wire },
	{ "a check of the connection", line_connection },
};

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

/* What stands in the way; NULL: nothing does. */
const char *playable_obstacle(const struct compiler *c)
{
	const struct prog *p = c->prog;

	if (is_stream(c->env->transport))
		return "a run over tcp or tls";
	for (unsigned i = 0; i < p->nparties; i++)
		for (size_t k = 0; k < COUNT(of_parties); k++)
			if (of_parties[k].is(&p->parties[i]))
				return of_parties[k].what;
	for (unsigned i = 0; i < p->nops; i++)
		for (size_t k = 0; k < COUNT(of_lines); k++)
			if (of_lines[k].is(p->ops[i]))
				return of_lines[k].what;
	return NULL;
}
