/* SPDX-License-Identifier: MIT */
/* TLS 1.2 and 1.3 by OpenSSL. The peer's certificate is verified unless the
 * options say otherwise; without a certificate of its own the wire makes one
 * for the run, because a device that calls us must be shown one. */
#include "wire/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

enum { CERTIFICATE_DAYS = 30 };

struct tls_context {
	SSL_CTX *ctx;
	char *name; /* expected in the peer's certificate; NULL: not checked */
	FILE *keylog;
};

struct tls {
	SSL *ssl;
	bool failed;
	char error[256];
};

/* ---- a certificate for the run ---- */

static bool sign(X509 *cert, EVP_PKEY *key)
{
	X509_NAME *name = X509_get_subject_name(cert);

	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600L);
	X509_gmtime_adj(X509_getm_notAfter(cert), CERTIFICATE_DAYS * 86400L);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
				   (const unsigned char *)"sipladder", -1, -1,
				   0);
	X509_set_issuer_name(cert, name);
	return X509_set_pubkey(cert, key) && X509_sign(cert, key, EVP_sha256());
}

static bool use_own(SSL_CTX *ctx, struct fail *why)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	bool good = key && cert && sign(cert, key) &&
		    SSL_CTX_use_certificate(ctx, cert) == 1 &&
		    SSL_CTX_use_PrivateKey(ctx, key) == 1;

	X509_free(cert);
	EVP_PKEY_free(key);
	return good || fail_set(why, "no certificate can be made");
}

/* ---- the context ---- */

static bool fail_openssl(struct fail *why, const char *what, const char *file)
{
	unsigned long err = ERR_get_error();
	const char *reason = ERR_SYSTEM_ERROR(err)
				     ? strerror(ERR_GET_REASON(err))
				     : ERR_reason_error_string(err);

	ERR_clear_error();
	return fail_set(why, "%s %s: %s", what, file,
			reason ? reason : "it cannot be used");
}

static void on_key(const SSL *ssl, const char *line)
{
	struct tls_context *c = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	fprintf(c->keylog, "%s\n", line);
	fflush(c->keylog);
}

static bool load(struct tls_context *c, const struct wire_tls *o,
		 struct fail *why)
{
	if (o->keylog) {
		c->keylog = fopen(o->keylog, "ae");
		if (!c->keylog)
			return fail_errno(why, "key log %s", o->keylog);
		SSL_CTX_set_keylog_callback(c->ctx, on_key);
	}
	if (o->ca ? SSL_CTX_load_verify_file(c->ctx, o->ca) != 1
		  : SSL_CTX_set_default_verify_paths(c->ctx) != 1)
		return fail_openssl(why, "CA file", o->ca ? o->ca : "");
	if (!o->certificate)
		return use_own(c->ctx, why);
	if (SSL_CTX_use_certificate_chain_file(c->ctx, o->certificate) != 1)
		return fail_openssl(why, "certificate", o->certificate);
	if (SSL_CTX_use_PrivateKey_file(c->ctx,
					o->key ? o->key : o->certificate,
					SSL_FILETYPE_PEM) != 1)
		return fail_openssl(why, "key",
				    o->key ? o->key : o->certificate);
	return true;
}

struct tls_context *tls_context_new(const struct wire_tls *opts,
				    struct fail *why)
{
	struct tls_context *c = arena_must(calloc(1, sizeof(*c)));

	ERR_clear_error();
	c->ctx = arena_must(SSL_CTX_new(TLS_method()));
	SSL_CTX_set_app_data(c->ctx, c);
	SSL_CTX_set_min_proto_version(c->ctx, TLS1_2_VERSION);
	SSL_CTX_set_mode(c->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
					 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_session_cache_mode(c->ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(c->ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_verify(c->ctx,
			   opts->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
			   NULL);
	if (opts->name && !opts->insecure)
		c->name = arena_must(strdup(opts->name));
	if (load(c, opts, why))
		return c;
	tls_context_free(c);
	return NULL;
}

void tls_context_free(struct tls_context *c)
{
	if (!c)
		return;
	SSL_CTX_free(c->ctx);
	if (c->keylog)
		fclose(c->keylog);
	free(c->name);
	free(c);
}

/* ---- a connection ---- */

/* RFC 5922 7: the name in the certificate is the domain that was meant. */
static void expect_name(struct tls *t, const char *name)
{
	X509_VERIFY_PARAM *p = SSL_get0_param(t->ssl);

	if (X509_VERIFY_PARAM_set1_ip_asc(p, name) == 1)
		return;
	SSL_set_tlsext_host_name(t->ssl, name);
	SSL_set1_host(t->ssl, name);
}

struct tls *tls_new(struct tls_context *c, int fd, bool is_server)
{
	struct tls *t = arena_must(calloc(1, sizeof(*t)));

	t->ssl = arena_must(SSL_new(c->ctx));
	SSL_set_fd(t->ssl, fd);
	if (is_server) { /* a device rarely has a certificate to show */
		SSL_set_verify(t->ssl, SSL_VERIFY_NONE, NULL);
		SSL_set_accept_state(t->ssl);
		return t;
	}
	SSL_set_connect_state(t->ssl);
	if (c->name)
		expect_name(t, c->name);
	return t;
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	if (!t->failed && SSL_is_init_finished(t->ssl))
		SSL_shutdown(t->ssl);
	SSL_free(t->ssl);
	ERR_clear_error();
	free(t);
}

static const char *error_text(struct tls *t, int err)
{
	long verdict = SSL_get_verify_result(t->ssl);
	unsigned long code = ERR_peek_last_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	if (verdict != X509_V_OK && !SSL_is_init_finished(t->ssl))
		snprintf(t->error, sizeof(t->error),
			 "TLS: the peer's certificate is refused: %s",
			 X509_verify_cert_error_string(verdict));
	else if (ERR_GET_REASON(code) == SSL_R_WRONG_VERSION_NUMBER)
		snprintf(t->error, sizeof(t->error),
			 "TLS: the peer does not speak TLS here");
	else
		snprintf(t->error, sizeof(t->error), "TLS: %s",
			 reason                     ? reason
			 : err == SSL_ERROR_SYSCALL ? "the connection broke off"
						    : "unknown error");
	return t->error;
}

/* Its verdict is taken at once: any call in between may overwrite it. */
static struct tls_result result(struct tls *t, int n)
{
	struct tls_result r = { .n = n };
	int err = n > 0 ? SSL_ERROR_NONE : SSL_get_error(t->ssl, n);

	if (err == SSL_ERROR_NONE)
		return r;
	r.n = err == SSL_ERROR_ZERO_RETURN ? 0 : -1;
	if (err == SSL_ERROR_WANT_READ) {
		r.need = TLS_READABLE;
	} else if (err == SSL_ERROR_WANT_WRITE) {
		r.need = TLS_WRITABLE;
	} else if (r.n) {
		t->failed = true;
		r.error = error_text(t, err);
	}
	return r;
}

struct tls_result tls_handshake(struct tls *t)
{
	ERR_clear_error();
	return result(t, SSL_do_handshake(t->ssl));
}

struct tls_result tls_read(struct tls *t, void *bytes, size_t n)
{
	ERR_clear_error();
	return result(t, SSL_read(t->ssl, bytes, (int)n));
}

struct tls_result tls_write(struct tls *t, const void *bytes, size_t n)
{
	ERR_clear_error();
	return result(t, SSL_write(t->ssl, bytes,
				   n > INT32_MAX ? INT32_MAX : (int)n));
}

bool tls_pending(const struct tls *t)
{
	return SSL_pending(t->ssl) > 0;
}

void tls_mute(struct tls *t)
{
	SSL_set_quiet_shutdown(t->ssl, 1);
}

bool wire_tls_check(const struct wire_tls *opts, struct fail *why)
{
	struct tls_context *c = tls_context_new(opts, why);

	tls_context_free(c);
	return c;
}
