/* SPDX-License-Identifier: MIT */
/*
 * A certificate that signs itself, made for one run. sofia wants files:
 * agent.pem with certificate and key, cafile.pem with those to trust.
 */
#include "certificate.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAYS  30
#define NAMES "IP:127.0.0.1,IP:::1,DNS:localhost,DNS:pbx.test,URI:sip:pbx.test"

static bool add_names(X509 *cert)
{
	X509_EXTENSION *ext =
		X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, NAMES);
	bool good = ext && X509_add_ext(cert, ext, -1);

	X509_EXTENSION_free(ext);
	return good;
}

static bool sign(X509 *cert, EVP_PKEY *key)
{
	X509_NAME *name = X509_get_subject_name(cert);

	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600L);
	X509_gmtime_adj(X509_getm_notAfter(cert), DAYS * 86400L);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
				   (const unsigned char *)"sipladder-stub", -1,
				   -1, 0);
	return X509_set_issuer_name(cert, name) && add_names(cert) &&
	       X509_set_pubkey(cert, key) && X509_sign(cert, key, EVP_sha256());
}

/* A new file that only its owner reads. */
static FILE *open_pem(const char *folder, const char *name)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	return fd < 0 ? NULL : fdopen(fd, "w");
}

static bool write_pem(const char *folder, const char *name, X509 *cert,
		      EVP_PKEY *key)
{
	FILE *f = open_pem(folder, name);
	bool good = f && PEM_write_X509(f, cert);

	if (good && key)
		good = PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
	return f && !fclose(f) && good;
}

static bool make(const char *folder)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	bool good = key && cert && sign(cert, key) &&
		    write_pem(folder, "agent.pem", cert, key) &&
		    write_pem(folder, "cafile.pem", cert, NULL);

	X509_free(cert);
	EVP_PKEY_free(key);
	return good;
}

/* Both files are in this folder; made where the first is missing, so that a
 * caller can be shown cafile.pem. */
bool certificate_present(const char *folder)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/agent.pem", folder);
	return !access(path, R_OK) || make(folder);
}

/* A folder of this run, for certificate_remove(); NULL: cannot be made. */
char *certificate_folder(void)
{
	const char *tmp = getenv("TMPDIR");
	char path[4096];

	snprintf(path, sizeof(path), "%s/sipladder-stub.XXXXXX",
		 tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(path))
		return NULL;
	if (!make(path)) {
		certificate_remove(strdup(path));
		return NULL;
	}
	return strdup(path);
}

/* sofia has read it: nothing stays behind, however the process ends. */
void certificate_remove(char *folder)
{
	static const char *const names[] = { "agent.pem", "cafile.pem" };
	char path[4096];

	for (size_t i = 0; folder && i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	if (folder)
		rmdir(folder);
	free(folder);
}
