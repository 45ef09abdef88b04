/* SPDX-License-Identifier: MIT */
/* TLS against a peer that is OpenSSL alone, in a process of its own: versions,
 * the name asked for (SNI), certificates of clients. */
#include "wire_fix.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/wait.h>
#include <unistd.h>

#define ASK "OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n"

/* The only version of TLS that the peer of a test speaks. */
struct version {
	int number;
	const char *line; /* how the peer reports it */
};

static const struct version tls12 = { TLS1_2_VERSION, "Version: TLSv1.2\r\n" };
static const struct version tls13 = { TLS1_3_VERSION, "Version: TLSv1.3\r\n" };

struct fix {
	struct clock clock;
	struct wire *wire;
	struct wire_port *port;
	char folder[64], ours[128], theirs[128];
	struct wire_tls opts;
	pid_t peer;
	const struct version *version;
	bool demands; /* the peer does: a certificate, and ours is the one */
	unsigned messages, lost, connected;
	char said[512], why[256]; /* the last message, why it was lost */
};

/* ---- certificates ---- */

static void add_san(X509 *cert, const char *san)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, NID_subject_alt_name, san);
	assert_non_null(e);
	X509_add_ext(cert, e, -1);
	X509_EXTENSION_free(e);
}

/* A key and its certificate, which vouches for itself, in one file. */
static void make_certificate(const char *path, const char *name,
			     const char *san)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	FILE *file = fopen(path, "w");

	assert_true(key && cert && file);
	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), -60L);
	X509_gmtime_adj(X509_getm_notAfter(cert), 3600L);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN",
				   MBSTRING_ASC, (const unsigned char *)name,
				   -1, -1, 0);
	X509_set_issuer_name(cert, X509_get_subject_name(cert));
	X509_set_pubkey(cert, key);
	add_san(cert, san);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	assert_true(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL));
	assert_true(PEM_write_X509(file, cert));
	fclose(file);
	X509_free(cert);
	EVP_PKEY_free(key);
}

/* ---- our side ---- */

static void hear(void *ctx, struct wire_port *port, const struct wire_in *in)
{
	struct fix *f = ctx;

	(void)port;
	f->connected += in->what == WIRE_CONNECTED;
	if (in->what == WIRE_BYTES) {
		f->messages++;
		snprintf(f->said, sizeof(f->said), STR_F, STR_A(in->bytes));
		wire_send(port, (struct wire_to){ in->conn, &in->peer },
			  STR("SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
			  &(struct fail){ 0 });
	}
	if (in->what == WIRE_LOST) {
		f->lost++;
		snprintf(f->why, sizeof(f->why), "%s", in->text);
	}
}

static int setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));
	struct fail why;

	f->version = *state;
	snprintf(f->folder, sizeof(f->folder), "wire_tls.XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->ours, sizeof(f->ours), "%s/ours", f->folder);
	snprintf(f->theirs, sizeof(f->theirs), "%s/theirs", f->folder);
	make_certificate(f->ours, "us", "DNS:us.example");
	make_certificate(f->theirs, "them", "DNS:device.example,IP:127.0.0.1");
	f->wire = wire_net_new(&f->clock, NULL, &why);
	assert_non_null(f->wire);
	f->opts =
		(struct wire_tls){ .ca = f->theirs, .name = "device.example" };
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fix *f = *state;

	wire_free(f->wire);
	unlink(f->ours);
	unlink(f->theirs);
	rmdir(f->folder);
	free(f);
	return 0;
}

static void open_port(struct fix *f)
{
	struct addr any = at("127.0.0.1");
	struct fail why;

	wire_net_tls(f->wire, &f->opts);
	f->port = wire_open(f->wire, PROTO_TLS, &any, hear, f, &why);
	assert_non_null(f->port);
}

static void until(struct fix *f, const unsigned *count)
{
	ns_t end = clock_now(&f->clock) + 60 * NS_S;

	while (!*count && clock_now(&f->clock) < end)
		wire_wait(f->wire, end);
	assert_int_equal(*count, 1);
}

static void assert_said(const struct fix *f, const char *text)
{
	if (strstr(f->said, text))
		return;
	print_error("\"%s\" is not in \"%s\" (%s)\n", text, f->said, f->why);
	fail();
}

/* ---- the peer, in its own process ---- */

static SSL_CTX *peer_context(const struct fix *f)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_method());

	SSL_CTX_set_min_proto_version(ctx, f->version->number);
	SSL_CTX_set_max_proto_version(ctx, f->version->number);
	SSL_CTX_use_certificate_file(ctx, f->theirs, SSL_FILETYPE_PEM);
	SSL_CTX_use_PrivateKey_file(ctx, f->theirs, SSL_FILETYPE_PEM);
	if (f->demands) {
		SSL_CTX_load_verify_file(ctx, f->ours);
		SSL_CTX_set_verify(
			ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
			NULL);
	}
	return ctx;
}

/* What it has seen of us, as a message. */
static void report(SSL *ssl)
{
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	X509 *cert = SSL_get0_peer_certificate(ssl);
	char client[64] = "nobody", text[400];

	if (cert)
		X509_NAME_get_text_by_NID(X509_get_subject_name(cert),
					  NID_commonName, client,
					  sizeof(client));
	snprintf(text, sizeof(text),
		 "INFO sip:a SIP/2.0\r\nVersion: %s\r\nName: %s\r\n"
		 "Client: %s\r\nContent-Length: 0\r\n\r\n",
		 SSL_get_version(ssl), name ? name : "none", client);
	SSL_write(ssl, text, (int)strlen(text));
}

/* Until we hang up. */
static void peer_talks(SSL *ssl)
{
	char bytes[512];

	report(ssl);
	while (SSL_read(ssl, bytes, sizeof(bytes)) > 0)
		;
	_exit(0);
}

static void peer_serves(const struct fix *f, int fd)
{
	SSL *ssl = SSL_new(peer_context(f));
	int one = accept(fd, NULL, NULL);

	SSL_set_fd(ssl, one);
	if (SSL_accept(ssl) == 1)
		peer_talks(ssl);
	_exit(1);
}

static int listen_at(struct addr *ret)
{
	socklen_t len = sizeof(ret->u);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	*ret = at("127.0.0.1");
	assert_int_equal(bind(fd, &ret->u.sa, addr_len(ret)), 0);
	assert_int_equal(listen(fd, 1), 0);
	getsockname(fd, &ret->u.sa, &len);
	return fd;
}

static int end_of_peer(struct fix *f)
{
	int status;

	wire_close(f->port);
	wire_wait(f->wire, 0);
	assert_int_equal(waitpid(f->peer, &status, 0), f->peer);
	return WEXITSTATUS(status);
}

/* We connect to it and ask. */
static void call_it(struct fix *f)
{
	struct addr there;
	struct fail why;
	int fd = listen_at(&there);

	open_port(f);
	f->peer = fork();
	if (!f->peer)
		peer_serves(f, fd);
	close(fd);
	assert_true(wire_send(f->port, (struct wire_to){ 0, &there }, STR(ASK),
			      &why));
}

/* ---- versions ---- */

static void it_is_asked(struct fix *f, const char *text)
{
	call_it(f);
	until(f, &f->messages);
	assert_said(f, text);
	assert_int_equal(f->lost, 0);
	assert_int_equal(end_of_peer(f), 0);
}

static void a_server(void **state)
{
	struct fix *f = *state;

	it_is_asked(f, f->version->line);
}

/* It calls us, as a device does with what it has to say. */
static void a_client(void **state)
{
	struct fix *f = *state;

	f->opts.certificate = f->ours;
	open_port(f);
	f->peer = fork();
	if (!f->peer) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		SSL *ssl = SSL_new(peer_context(f));
		const struct addr *us = &f->port->at;

		SSL_set_fd(ssl, fd);
		if (connect(fd, &us->u.sa, addr_len(us)) == 0 &&
		    SSL_connect(ssl) == 1)
			peer_talks(ssl);
		_exit(1);
	}
	until(f, &f->messages);
	assert_said(f, f->version->line);
	assert_said(f, "Client: us\r\n"); /* the one that it was shown */
	assert_int_equal(f->connected, 1);
	assert_int_equal(end_of_peer(f), 0);
}

/* ---- the name ---- */

static void the_name_is_asked_for(void **state)
{
	it_is_asked(*state, "Name: device.example\r\n");
}

/* RFC 6066 3: an address is no name. */
static void an_address_is_not(void **state)
{
	struct fix *f = *state;

	f->opts.name = "127.0.0.1";
	it_is_asked(f, "Name: none\r\n");
}

/* ---- a certificate of ours ---- */

static void it_is_shown_where_it_is_asked_for(void **state)
{
	struct fix *f = *state;

	f->opts.certificate = f->ours;
	f->demands = true;
	call_it(f);
	until(f, &f->messages);
	assert_said(f, "Client: us\r\n");
	assert_int_equal(end_of_peer(f), 0);
}

/* The one that is made for a run is not what it wants: that is said. */
static void another_is_refused_with_the_reason(void **state)
{
	struct fix *f = *state;

	f->demands = true;
	call_it(f);
	until(f, &f->lost);
	assert_non_null(strstr(f->why, "TLS: "));
	assert_non_null(strstr(f->why, "alert"));
	assert_int_equal(f->messages, 0);
	assert_int_equal(end_of_peer(f), 1);
}

#define OVER(f, v)                                                             \
	{                                                                      \
		.name = #f "_over_" #v, .test_func = f, .setup_func = setup,   \
		.teardown_func = teardown, .initial_state = (void *)&(v),      \
	}
#define BOTH(f) OVER(f, tls12), OVER(f, tls13)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_server),
		BOTH(a_client),
		OVER(the_name_is_asked_for, tls13),
		OVER(an_address_is_not, tls13),
		BOTH(it_is_shown_where_it_is_asked_for),
		OVER(another_is_refused_with_the_reason, tls13),
	};

	return cmocka_run_group_tests_name("wire_tls", tests, NULL, NULL);
}
