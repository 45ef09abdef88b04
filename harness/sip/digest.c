/* SPDX-License-Identifier: MIT */
/* Digest by the formulas of RFC 7616 3.4 on OpenSSL's hashes. sofia's own
 * knows MD5 alone and hides nc and cnonce, which are what is to be tested. */
#include "sip/digest.h"

#include <openssl/evp.h>

#include "base/buf.h"
#include "sip/split.h"

/* ---- algorithms ---- */

static const struct algorithm {
	const char *name, *evp;
	bool session; /* A1 holds nonce and cnonce, too */
} algorithms[] = {
	[DIGEST_MD5] = { "MD5", "MD5", false },
	[DIGEST_MD5_SESS] = { "MD5-sess", "MD5", true },
	[DIGEST_SHA256] = { "SHA-256", "SHA256", false },
	[DIGEST_SHA256_SESS] = { "SHA-256-sess", "SHA256", true },
	[DIGEST_SHA512_256] = { "SHA-512-256", "SHA512-256", false },
	[DIGEST_SHA512_256_SESS] = { "SHA-512-256-sess", "SHA512-256", true },
};

enum digest_algorithm digest_algorithm_of(struct str name)
{
	enum digest_algorithm kind = DIGEST_MD5;

	if (!name.len)
		return kind;
	while (kind < DIGEST_UNKNOWN &&
	       !str_is_case(name, algorithms[kind].name))
		kind++;
	return kind;
}

struct str digest_hash(struct arena *a, enum digest_algorithm kind,
		       struct str s)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char sum[EVP_MAX_MD_SIZE];
	EVP_MD *md = EVP_MD_fetch(NULL, algorithms[kind].evp, NULL);
	unsigned len = 0;
	char *out;

	if (md)
		EVP_Digest(s.p ? s.p : "", s.len, sum, &len, md, NULL);
	EVP_MD_free(md);
	out = arena_alloc(a, 2 * (size_t)len + 1);
	for (unsigned i = 0; i < len; i++) {
		out[2 * i] = hex[sum[i] >> 4];
		out[2 * i + 1] = hex[sum[i] & 15];
	}
	return (struct str){ out, 2 * (size_t)len };
}

/* ---- reading ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* "Digest a=b, ..." -> "a=b, ..." */
static bool skip_scheme(struct str *s)
{
	*s = str_trim(*s);
	if (!str_starts_case(*s, "Digest") || s->len < 7 || !is_blank(s->p[6]))
		return false;
	*s = str_trim(str_tail(*s, 6));
	return true;
}

/* Without its quotes and the backslashes in them (RFC 3261 25.1). */
static struct str unquoted(struct arena *a, struct str s)
{
	char *out;
	size_t n = 0;

	if (s.len < 2 || s.p[0] != '"' || s.p[s.len - 1] != '"')
		return s;
	s = str_sub(s, 1, s.len - 2);
	out = arena_alloc(a, s.len + 1);
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\\' && i + 1 < s.len)
			i++;
		out[n++] = s.p[i];
	}
	return (struct str){ out, n };
}

struct param {
	const char *name;
	struct str *value;
};

static void read_params(struct arena *a, struct str s,
			const struct param *params)
{
	struct split list = split_begin(s, ',');
	struct str piece, name, value;

	while (split_next(&list, &piece)) {
		if (!str_cut(piece, '=', &name, &value))
			continue;
		name = str_trim(name);
		for (const struct param *p = params; p->name; p++)
			if (str_is_case(name, p->name))
				*p->value = unquoted(a, str_trim(value));
	}
}

static void read_qops(struct str s, struct digest_challenge *c)
{
	struct split list = split_begin(s, ',');
	struct str qop;

	while (split_next(&list, &qop)) {
		c->auth |= str_is_case(qop, "auth");
		c->auth_int |= str_is_case(qop, "auth-int");
	}
}

bool digest_read_challenge(struct arena *a, struct str value,
			   struct digest_challenge *ret, struct fail *why)
{
	struct str qop = STR_NONE, stale = STR_NONE;
	const struct param params[] = {
		{ "realm", &ret->realm },
		{ "nonce", &ret->nonce },
		{ "opaque", &ret->opaque },
		{ "domain", &ret->domain },
		{ "stale", &stale },
		{ "algorithm", &ret->algorithm },
		{ "qop", &qop },
		{ 0 },
	};

	*ret = (struct digest_challenge){ 0 };
	if (!skip_scheme(&value))
		return fail_set(why, "the challenge is not of scheme Digest");
	read_params(a, value, params);
	if (!ret->realm.p || !ret->nonce.p)
		return fail_set(why, "the challenge has no %s",
				ret->realm.p ? "nonce" : "realm");
	ret->kind = digest_algorithm_of(ret->algorithm);
	ret->stale = str_is_case(stale, "true");
	ret->has_qop = qop.p != NULL;
	read_qops(qop, ret);
	return true;
}

int digest_choose(const struct digest_challenge *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (list[i].kind != DIGEST_UNKNOWN &&
		    (!list[i].has_qop || list[i].auth || list[i].auth_int))
			return (int)i;
	return -1;
}

static enum digest_qop qop_of(struct str s)
{
	return str_is_case(s, "auth-int") ? DIGEST_QOP_AUTH_INT
	       : str_is_case(s, "auth")   ? DIGEST_QOP_AUTH
					  : DIGEST_QOP_NONE;
}

bool digest_read_credentials(struct arena *a, struct str value,
			     struct digest_credentials *ret, struct fail *why)
{
	struct str qop = STR_NONE;
	const struct param params[] = {
		{ "username", &ret->user },
		{ "realm", &ret->realm },
		{ "nonce", &ret->nonce },
		{ "uri", &ret->uri },
		{ "response", &ret->response },
		{ "cnonce", &ret->cnonce },
		{ "opaque", &ret->opaque },
		{ "algorithm", &ret->algorithm },
		{ "nc", &ret->nc },
		{ "qop", &qop },
		{ 0 },
	};

	*ret = (struct digest_credentials){ 0 };
	if (!skip_scheme(&value))
		return fail_set(why, "the credentials are not Digest");
	read_params(a, value, params);
	for (unsigned i = 0; i < 5; i++)
		if (!params[i].value->p)
			return fail_set(why, "the credentials have no %s",
					params[i].name);
	ret->kind = digest_algorithm_of(ret->algorithm);
	ret->qop = qop_of(qop);
	return true;
}

/* ---- the response ---- */

struct inputs {
	enum digest_algorithm kind;
	enum digest_qop qop;
	struct str user, realm, secret, nonce, cnonce, nc;
	struct str method, uri, body;
};

static const char *qop_word(enum digest_qop qop)
{
	return qop == DIGEST_QOP_AUTH_INT ? "auth-int" : "auth";
}

/* RFC 7616 3.4.2 */
static struct str hash_a1(struct arena *a, const struct inputs *in)
{
	struct str h = digest_hash(a, in->kind,
				   arena_strf(a, STR_F ":" STR_F ":" STR_F,
					      STR_A(in->user), STR_A(in->realm),
					      STR_A(in->secret)));

	if (!algorithms[in->kind].session)
		return h;
	return digest_hash(a, in->kind,
			   arena_strf(a, STR_F ":" STR_F ":" STR_F, STR_A(h),
				      STR_A(in->nonce), STR_A(in->cnonce)));
}

/* RFC 7616 3.4.3 */
static struct str hash_a2(struct arena *a, const struct inputs *in)
{
	struct str a2 = arena_strf(a, STR_F ":" STR_F, STR_A(in->method),
				   STR_A(in->uri));

	if (in->qop == DIGEST_QOP_AUTH_INT)
		a2 = arena_strf(a, STR_F ":" STR_F, STR_A(a2),
				STR_A(digest_hash(a, in->kind, in->body)));
	return digest_hash(a, in->kind, a2);
}

/* RFC 7616 3.4.1; without qop by RFC 2069. */
static struct str response(struct arena *a, const struct inputs *in)
{
	struct str a1 = hash_a1(a, in), a2 = hash_a2(a, in), text;

	if (in->qop == DIGEST_QOP_NONE)
		text = arena_strf(a, STR_F ":" STR_F ":" STR_F, STR_A(a1),
				  STR_A(in->nonce), STR_A(a2));
	else
		text = arena_strf(
			a, STR_F ":" STR_F ":" STR_F ":" STR_F ":%s:" STR_F,
			STR_A(a1), STR_A(in->nonce), STR_A(in->nc),
			STR_A(in->cnonce), qop_word(in->qop), STR_A(a2));
	return digest_hash(a, in->kind, text);
}

/* ---- writing ---- */

static void add_quoted(struct buf *out, const char *before, struct str value)
{
	buf_add_z(out, before);
	buf_add_char(out, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (value.p[i] == '"' || value.p[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, value.p[i]);
	}
	buf_add_char(out, '"');
}

static enum digest_qop best_qop(const struct digest_challenge *c)
{
	return c->auth       ? DIGEST_QOP_AUTH
	       : c->auth_int ? DIGEST_QOP_AUTH_INT
			     : DIGEST_QOP_NONE;
}

struct str digest_write_answer(struct arena *a, const struct digest_answer *w)
{
	const struct digest_challenge *c = w->to;
	struct inputs in = { .kind = c->kind,
			     .qop = best_qop(c),
			     .user = w->user,
			     .realm = c->realm,
			     .secret = w->secret,
			     .nonce = c->nonce,
			     .cnonce = w->cnonce,
			     .nc = arena_strf(a, "%08x", w->nc),
			     .method = w->method,
			     .uri = w->uri,
			     .body = w->body };
	buf_auto out = { 0 };

	add_quoted(&out, "Digest username=", w->user);
	add_quoted(&out, ", realm=", c->realm);
	add_quoted(&out, ", nonce=", c->nonce);
	add_quoted(&out, ", uri=", w->uri);
	add_quoted(&out, ", response=", response(a, &in));
	if (c->algorithm.len)
		buf_addf(&out, ", algorithm=" STR_F, STR_A(c->algorithm));
	if (in.qop != DIGEST_QOP_NONE || algorithms[c->kind].session)
		add_quoted(&out, ", cnonce=", w->cnonce);
	if (in.qop != DIGEST_QOP_NONE)
		buf_addf(&out, ", qop=%s, nc=" STR_F, qop_word(in.qop),
			 STR_A(in.nc));
	if (c->opaque.p)
		add_quoted(&out, ", opaque=", c->opaque);
	return arena_str(a, buf_str(&out));
}

bool digest_matches(struct arena *a, const struct digest_credentials *c,
		    struct str secret, struct str method, struct str body)
{
	struct inputs in = { .kind = c->kind,
			     .qop = c->qop,
			     .user = c->user,
			     .realm = c->realm,
			     .secret = secret,
			     .nonce = c->nonce,
			     .cnonce = c->cnonce,
			     .nc = c->nc,
			     .method = method,
			     .uri = c->uri,
			     .body = body };

	return c->kind != DIGEST_UNKNOWN &&
	       str_eq_case(c->response, response(a, &in));
}

struct str digest_param(struct arena *a, struct str value, const char *name)
{
	struct str found = STR_NONE;
	const struct param params[] = { { name, &found }, { 0 } };

	read_params(a, value, params);
	return found;
}
