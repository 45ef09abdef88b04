/* SPDX-License-Identifier: MIT */
/* What the language says and the player cannot do yet. A scenario that asks
 * for it is skipped with the reason, before anything is sent; a row goes when
 * the player has learnt it. */
#include "lang/compile.h"

/* ---- parties ---- */

static bool party_side(const struct party_decl *p)
{
	return p->side.len > 0;
}

static const struct {
	const char *what;
	bool (*is)(const struct party_decl *p);
} of_parties[] = {
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

static bool line_sdp_file(const struct op *op)
{
	return made(op) && made(op)->sdp == SDP_FILE;
}

static const struct {
	const char *what;
	bool (*is)(const struct op *op);
} of_lines[] = {
	{ "sdp from a file", line_sdp_file },
};

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

/* What stands in the way; NULL: nothing does. */
const char *playable_obstacle(const struct compiler *c)
{
	const struct prog *p = c->prog;

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
