/* SPDX-License-Identifier: MIT */
/* modifier: what may stand behind a message on an arrow; private to lang. */
#ifndef LANG_MODIFIER_H
#define LANG_MODIFIER_H

#include "lang/parse.h"

struct modifiers {
	const struct dialog_decl *as, *on;
	struct ref to;
	struct cond *where, *until;
	const struct label *after, *until_label;
	struct limit within, window;
	enum reply_kind reply;
	struct tmpl reply_status;
	ns_t lasts, delay;
	enum sdp_mode sdp;
	struct tmpl sdp_file;
	struct str via;
	bool no_ack, drop;
	enum auth_mode auth;
};

void modifiers_read(struct cursor *cu, struct modifiers *m);
const struct label *modifier_label(struct cursor *cu);
bool modifier_is_method(struct str s);
enum word modifier_severity(struct cursor *cu);

#endif
