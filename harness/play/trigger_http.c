/* SPDX-License-Identifier: MIT */
/* One HTTP request; in a process of its own, so it may simply wait. */
#include "play/trigger.h"

#include <curl/curl.h>
#include <unistd.h>

struct answer {
	struct buf body;
	size_t all;
};

/* Of curl: returns how much it took, less breaks it off. */
static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct answer *answer = ctx;

	n *= size;
	answer->all += n;
	if (answer->all > TRIGGER_HEARD_MAX)
		return 0;
	buf_add(&answer->body, p, n);
	return write(STDOUT_FILENO, p, n) < 0 ? 0 : n;
}

static struct curl_slist *fields(const struct trigger_job *job)
{
	char line[300];

	if (!job->turns[0].say.len)
		return NULL;
	snprintf(line, sizeof(line), "Content-Type: %s", job->type);
	return curl_slist_append(NULL, line);
}

static void set_method(CURL *c, const struct trigger_job *job)
{
	static const struct {
		const char *word, *method;
	} methods[] = { { "get", "GET" },
			{ "post", "POST" },
			{ "put", "PUT" },
			{ "delete", "DELETE" } };
	struct str body = job->turns[0].say;

	if (body.len || str_is(str_from(job->method), "post")) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)body.len);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, body.p ? body.p : "");
	}
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (str_is(str_from(job->method), methods[i].word))
			curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST,
					 methods[i].method);
}

static bool judge(const struct trigger_job *job, CURL *c,
		  const struct answer *answer)
{
	struct str expect = job->turns[0].expect;
	long status = 0;

	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (status < 200 || status > 299) {
		trigger_say("the answer is %ld", status);
		return false;
	}
	if (expect.len && str_find(buf_str(&answer->body), expect) < 0) {
		trigger_say("the answer %ld does not hold \"" STR_F "\"",
			    status, STR_A(expect));
		return false;
	}
	return true;
}

static bool request(const struct trigger_job *job, CURL *c,
		    struct answer *answer)
{
	char error[CURL_ERROR_SIZE] = "";
	CURLcode code;

	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
	code = curl_easy_perform(c);
	if (answer->all > TRIGGER_HEARD_MAX) {
		trigger_say("the answer is longer than %d bytes",
			    TRIGGER_HEARD_MAX);
		return false;
	}
	if (code == CURLE_OK)
		return judge(job, c, answer);
	trigger_say("%s", error[0] ? error : curl_easy_strerror(code));
	return false;
}

bool trigger_do_http(const struct trigger_job *job)
{
	struct answer answer = { 0 };
	struct curl_slist *list = fields(job);
	CURL *c = curl_easy_init();
	bool ok;

	if (!c) {
		trigger_say("libcurl does not start");
		return false;
	}
	trigger_say("the HTTP server has not answered");
	curl_easy_setopt(c, CURLOPT_URL, job->to);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "sipladder");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, &answer);
	set_method(c, job);
	ok = request(job, c, &answer);
	curl_easy_cleanup(c);
	curl_slist_free_all(list);
	buf_free(&answer.body);
	return ok;
}
