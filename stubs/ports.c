/* SPDX-License-Identifier: MIT */
/*
 * Binds the sockets of a device, one transport to a URL (two in one URL are
 * too much for sofia), and says which of them a message belongs to.
 */
#include "ports.h"

#include "certificate.h"
#include "variant.h"

#include <sofia-sip/hostdomain.h>

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define SOCKET_BUFFER (8 * 1024 * 1024)
#define DEFAULT_PORT  "5060"
#define DEFAULT_TLS   "5061"
#define MANY_TRIES    20                   /* to find a free port */
#define NO_URL        ((url_string_t *)-1) /* bind nothing yet */
#define SENT_PROTOCOL "SIP/2.0/"

static bool is_tls(const char *transport)
{
	return !strcasecmp(transport, "tls");
}

/* sofia's "*" is a free port, and it tells an IPv6 address by its brackets,
 * and TLS by the scheme. */
static char *bind_url(su_home_t *home, const struct listen *listen,
		      const char *transport)
{
	const char *brackets[2] = { "", "" };
	char number[16] = "*";
	unsigned port = listen->port;

	if (strchr(listen->host, ':'))
		brackets[0] = "[", brackets[1] = "]";
	if (port && is_tls(transport) && listen->n > 1)
		port++;
	if (port)
		snprintf(number, sizeof(number), "%u", port);
	return su_sprintf(home, "%s:%s%s%s:%s;transport=%s",
			  is_tls(transport) ? "sips" : "sip", brackets[0],
			  listen->host, brackets[1], number, transport);
}

static int bind_here(const struct listen *listen, int type, unsigned port)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_PASSIVE,
				  .ai_socktype = type };
	struct addrinfo *at = NULL;
	char number[16];
	int fd = -1;

	snprintf(number, sizeof(number), "%u", port);
	if (getaddrinfo(listen->host, number, &hints, &at))
		return -1;
	fd = socket(at->ai_family, type | SOCK_CLOEXEC, 0);
	if (fd >= 0 && bind(fd, at->ai_addr, at->ai_addrlen)) {
		close(fd);
		fd = -1;
	}
	freeaddrinfo(at);
	return fd;
}

static unsigned port_of_socket(int fd)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);
	char number[16];

	if (getsockname(fd, (struct sockaddr *)&at, &len) ||
	    getnameinfo((struct sockaddr *)&at, len, NULL, 0, number,
			sizeof(number), NI_NUMERICSERV))
		return 0;
	return (unsigned)strtoul(number, NULL, 10);
}

/* A number that is free for all: UDP and TCP share it, as a device's do, and
 * TLS has the next. 0: none was found. */
static unsigned free_port(const struct listen *listen)
{
	for (int i = 0; i < MANY_TRIES; i++) {
		int udp = bind_here(listen, SOCK_DGRAM, 0);
		unsigned port = udp < 0 ? 0 : port_of_socket(udp);
		int tcp = port ? bind_here(listen, SOCK_STREAM, port) : -1;
		int tls = port ? bind_here(listen, SOCK_STREAM, port + 1) : -1;

		close(udp);
		close(tcp);
		close(tls);
		if (tcp >= 0 && tls >= 0)
			return port;
	}
	return 0;
}

/* RFC 3261 18.1.1: what is larger goes by TCP, where there is TCP to go by. */
static unsigned udp_max(const struct device *dev)
{
	return dev->has_tcp && !device_has(dev, FAULT_large_by_udp) ? 1300
								    : 65535;
}

static bool bind_one(struct device *dev, const char *url,
		     const char *certificates)
{
	bool forwards = dev->role->forwards;

	if (!dev->agent)
		dev->agent = nta_agent_create(
			dev->root, NO_URL, NULL, NULL, NTATAG_UA(!forwards),
			NTATAG_CANCEL_487(!forwards),
			NTATAG_PASS_408(
				device_has(dev, FAULT_timeout_of_refer_told)),
			NTATAG_USE_NAPTR(0), NTATAG_USE_SRV(0),
			NTATAG_MERGE_482(
				!forwards &&
				!device_has(dev, FAULT_merged_accepted)),
			NTATAG_SIP_T1(dev->t1), NTATAG_SIP_T1X64(64 * dev->t1),
			NTATAG_SIP_T2(8 * dev->t1), NTATAG_SIP_T4(10 * dev->t1),
			NTATAG_UDP_MTU(udp_max(dev)),
			TAG_IF(device_does(dev, VARIANT_compact_names),
			       NTATAG_SIPFLAGS(MSG_DO_COMPACT)),
			NTATAG_MAXSIZE(1024 * 1024), TAG_END());
	return dev->agent &&
	       !nta_agent_add_tport(
		       dev->agent, (url_string_t *)url,
		       TPTAG_UDP_RMEM(SOCKET_BUFFER),
		       TPTAG_UDP_WMEM(SOCKET_BUFFER),
		       TAG_IF(certificates, TPTAG_CERTIFICATE(certificates)),
		       TPTAG_TLS_VERIFY_POLICY(TPTLS_VERIFY_NONE), TAG_END());
}

static const sip_via_t *via_of(const struct device *dev, const char *transport)
{
	const sip_via_t *v = nta_agent_via(dev->agent);

	while (v &&
	       strcasecmp(v->v_protocol + strlen(SENT_PROTOCOL), transport))
		v = v->v_next;
	return v;
}

/* Who calls a sips URI is given one (RFC 3261 8.1.1.8, 12.1.1). */
static void learn_secure(struct device *dev, const struct port *port)
{
	const char *text =
		su_sprintf(dev->home, "<sips:%s@%s:%s>", dev->role->user,
			   port->host, port->number);

	dev->secure = *port;
	dev->secure.contact = sip_contact_make(dev->home, text);
}

/* Where the socket really is; the default transport goes without saying. */
static bool learn(struct device *dev, const char *transport)
{
	const sip_via_t *via = via_of(dev, transport);
	struct port *port = &dev->ports[dev->nports];
	bool udp = !strcmp(transport, "udp");
	const char *number;
	char *text;

	if (!via)
		return false;
	number = is_tls(transport) ? DEFAULT_TLS : DEFAULT_PORT;
	if (via->v_port)
		number = via->v_port;
	port->transport = transport;
	port->host = su_strdup(dev->home, via->v_host);
	port->number = su_strdup(dev->home, number);
	text = su_sprintf(dev->home, "<sip:%s@%s:%s%s%s>", dev->role->user,
			  port->host, port->number,
			  udp ? "" : ";transport=", udp ? "" : transport);
	port->contact = sip_contact_make(dev->home, text);
	if (is_tls(transport))
		learn_secure(dev, port);
	dev->nports++;
	return port->contact;
}

static bool open_all(struct device *dev, const struct listen *listen,
		     const char *certificates)
{
	for (unsigned i = 0; i < listen->n; i++) {
		const char *transport = listen->transports[i];

		if (!bind_one(dev, bind_url(dev->home, listen, transport),
			      certificates) ||
		    !learn(dev, transport))
			return false;
	}
	return true;
}

/* Somebody else may take a free number before sofia does: then another. */
static bool open_somewhere(struct device *dev, const struct listen *listen,
			   const char *certificates)
{
	struct listen here = *listen;

	for (int i = 0; i < MANY_TRIES; i++) {
		here.port = free_port(listen);
		if (open_all(dev, &here, certificates))
			return true;
		nta_agent_destroy(dev->agent);
		dev->agent = NULL;
		dev->nports = 0;
	}
	return false;
}

/* False: one of them cannot be bound. */
bool ports_open(struct device *dev, const struct listen *listen)
{
	const char *folder = listen->certificates;
	char *made = NULL;
	bool tls = false, good;

	for (unsigned i = 0; i < listen->n; i++) {
		dev->has_tcp |= !strcasecmp(listen->transports[i], "tcp");
		tls |= is_tls(listen->transports[i]);
	}
	if (tls && !folder)
		folder = made = certificate_folder();
	good = !tls || (folder && certificate_present(folder));
	if (good && !listen->port && listen->n > 1)
		good = open_somewhere(dev, listen, folder);
	else if (good)
		good = open_all(dev, listen, folder);
	certificate_remove(made);
	return good;
}

static const struct port *port_of(const struct device *dev,
				  const char *transport)
{
	for (unsigned i = 0; i < dev->nports; i++) {
		if (!strcasecmp(dev->ports[i].transport, transport))
			return &dev->ports[i];
	}
	return NULL;
}

static const char *transport_of(const url_t *url, char *buffer, size_t size)
{
	if (url->url_params &&
	    url_param(url->url_params, "transport", buffer, (isize_t)size))
		return buffer;
	return url->url_type == url_sips ? "tls" : "udp";
}

static const struct port *secured(const struct device *dev, const url_t *url,
				  const struct port *port)
{
	bool secure = url->url_type == url_sips && is_tls(port->transport);

	if (device_has(dev, FAULT_sips_contact_plain))
		return port;
	return secure ? &dev->secure : port;
}

/* The socket that a request has come to. */
const struct port *ports_of_request(const struct device *dev, const sip_t *sip)
{
	const char *protocol = sip->sip_via->v_protocol;
	const struct port *port = NULL;

	if (!strncasecmp(protocol, SENT_PROTOCOL, strlen(SENT_PROTOCOL)))
		port = port_of(dev, protocol + strlen(SENT_PROTOCOL));
	if (!port)
		port = &dev->ports[0];
	return secured(dev, sip->sip_request->rq_url, port);
}

/* The socket from which a URI is called. */
const struct port *ports_towards(const struct device *dev, const url_t *url)
{
	char buffer[16];
	const struct port *port =
		port_of(dev, transport_of(url, buffer, sizeof(buffer)));

	return secured(dev, url, port ? port : &dev->ports[0]);
}

/* Is this host and port one of ours? */
bool ports_have(const struct device *dev, const url_t *url)
{
	const char *number = url->url_port;

	if (!number || !*number)
		number = url->url_type == url_sips ? DEFAULT_TLS : DEFAULT_PORT;
	for (unsigned i = 0; i < dev->nports; i++) {
		if (!strcmp(dev->ports[i].number, number) &&
		    !host_cmp(dev->ports[i].host, url->url_host))
			return true;
	}
	return false;
}
