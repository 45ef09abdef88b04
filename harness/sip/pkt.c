/* SPDX-License-Identifier: MIT */
/* The line index over one message's bytes. Tolerant: whatever came is indexed
 * and what is wrong with the frame is named, nothing is repaired. What a value
 * is is for pkt_value.c. */
#include "sip/pkt.h"

struct indexer {
	struct pkt *p;
	struct str rest; /* not yet indexed */
	bool cr_only;    /* lines end in a lone CR */
	struct line lines[PKT_LINES_MAX];
	unsigned n;
};

static void flaw(struct pkt *p, const char *text)
{
	if (!p->flaw)
		p->flaw = text;
}

/* ---- physical lines ------------------------------------------------------ */

/* Takes one line off the rest: its bytes without the end. */
static struct str take_line(struct indexer *ix)
{
	struct str all = ix->rest;
	ptrdiff_t at = str_find_char(all, ix->cr_only ? '\r' : '\n');
	struct str line = at < 0 ? all : str_sub(all, 0, (size_t)at);

	ix->rest = str_tail(all, at < 0 ? all.len : (size_t)at + 1);
	if (ix->cr_only)
		return line;
	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	else if (at >= 0)
		flaw(ix->p, "a line ends in LF without CR");
	return line;
}

/* RFC 3261 7.3.1: a line that begins with a blank belongs to the one above. */
static bool folds(const struct indexer *ix)
{
	return ix->rest.len && (ix->rest.p[0] == ' ' || ix->rest.p[0] == '\t');
}

/* One header row with its folded lines. */
static struct str take_row(struct indexer *ix)
{
	struct str row = take_line(ix);

	while (row.len && folds(ix)) {
		struct str more = take_line(ix);

		row.len = (size_t)(more.p + more.len - row.p);
	}
	return row;
}

static bool has_lone_cr(struct str head)
{
	ptrdiff_t at;

	while ((at = str_find_char(head, '\r')) >= 0) {
		head = str_tail(head, (size_t)at + 1);
		if (!head.len || head.p[0] != '\n')
			return true;
	}
	return false;
}

/* ---- start line ---------------------------------------------------------- */

/* RFC 3261 25.1: SIP-Version is case-insensitive. */
static bool is_version(struct str s)
{
	return str_starts_case(s, "SIP/");
}

static void check_version(struct pkt *p)
{
	if (!str_is_case(p->version, "SIP/2.0"))
		flaw(p, "the version in the start line is not SIP/2.0");
}

static void index_status(struct pkt *p)
{
	struct str code, rest;
	uint64_t n;

	p->kind = PKT_RESPONSE;
	str_cut(p->start, ' ', &p->version, &rest);
	check_version(p);
	if (!str_cut(rest, ' ', &code, &p->reason))
		flaw(p, "the status line has no space after the code");
	if (code.len == 3 && str_to_u64(code, &n) && n >= 100 && n <= 699) {
		p->status = (unsigned)n;
		return;
	}
	p->kind = PKT_GARBAGE;
	flaw(p, "the status code is not a number from 100 to 699");
}

/* RFC 3261 7.1: Method SP Request-URI SP SIP-Version. More blanks than that
 * are cut off so that the parts can be read, and are a flaw. */
static void index_request(struct pkt *p)
{
	struct str line = str_trim(p->start), rest;
	size_t at = line.len;

	while (at && line.p[at - 1] != ' ' && line.p[at - 1] != '\t')
		at--;
	p->version = str_tail(line, at);
	str_cut(str_trim(str_sub(line, 0, at)), ' ', &p->method, &rest);
	p->uri = str_trim(rest);
	if (!is_version(p->version) || !p->uri.len) {
		p->method = p->uri = p->version = STR_NONE;
		flaw(p, "the first line is neither a request nor a status");
		return;
	}
	p->kind = PKT_REQUEST;
	check_version(p);
	if (p->method.len + p->uri.len + p->version.len + 2 != p->start.len)
		flaw(p, "the request line has more than single spaces");
	else if (str_find_char(p->uri, ' ') >= 0)
		flaw(p, "the Request-URI has a space in it");
}

static void index_start(struct indexer *ix)
{
	struct pkt *p = ix->p;

	p->kind = PKT_GARBAGE;
	p->start = take_line(ix);
	if (!p->start.len)
		flaw(p, "there is no start line");
	else if (is_version(p->start))
		index_status(p);
	else
		index_request(p);
}

/* ---- header rows --------------------------------------------------------- */

/* RFC 3261 25.1 HCOLON: blanks may stand before the colon. */
static struct str without_blanks(struct str name)
{
	while (name.len && strchr(" \t\r\n", name.p[name.len - 1]) &&
	       name.p[name.len - 1])
		name.len--;
	return name;
}

static void index_row(struct indexer *ix, struct str row)
{
	struct line *l = &ix->lines[ix->n++];
	ptrdiff_t colon = str_find_char(row, ':');

	*l = (struct line){ .whole = row };
	if (colon <= 0 || row.p[0] == ' ' || row.p[0] == '\t') {
		flaw(ix->p, colon == 0  ? "a header line has no name"
			    : colon < 0 ? "a header line has no colon"
					: "the first header line is folded");
		l->value = str_trim(row);
		l->name = str_sub(row, 0, 0);
		return;
	}
	l->name = without_blanks(str_sub(row, 0, (size_t)colon));
	l->value = str_trim(str_tail(row, (size_t)colon + 1));
	l->id = header_find(l->name);
	if (!l->name.len)
		flaw(ix->p, "a header line has no name");
}

static void index_rows(struct indexer *ix)
{
	while (ix->rest.len) {
		struct str row = take_row(ix);

		if (!row.len)
			return;
		if (ix->n == PKT_LINES_MAX) {
			flaw(ix->p, "there are more than 1000 header lines");
			continue;
		}
		index_row(ix, row);
	}
	flaw(ix->p, "there is no empty line after the headers");
}

/* The number is 0 where it is none below 2^32 (RFC 3261 8.1.1.5 allows less
 * than 2^31; that is for a check to say). */
static void index_cseq(struct pkt *p)
{
	const struct line *l = pkt_line(p, HEADER_CSEQ, 0);
	struct str number, rest;
	size_t i = 0;
	uint64_t n;

	if (!l)
		return;
	while (i < l->value.len && !strchr(" \t\r\n", l->value.p[i]))
		i++;
	number = str_sub(l->value, 0, i);
	rest = str_trim(str_tail(l->value, i));
	if (str_to_u64(number, &n) && n <= UINT32_MAX)
		p->cseq = (uint32_t)n;
	p->cseq_method = rest;
}

/* The tags and the branch. */
static struct str param_of(const struct line *l, const char *name)
{
	return l ? pkt_param(l->value, name, NULL) : STR_NONE;
}

static void index_params(struct pkt *p)
{
	struct str via = pkt_value(p, "Via", 0);

	p->from_tag = param_of(pkt_line(p, HEADER_FROM, 0), "tag");
	p->to_tag = param_of(pkt_line(p, HEADER_TO, 0), "tag");
	p->branch = pkt_param(via, "branch", NULL);
}

/* ---- the whole ----------------------------------------------------------- */

/* RFC 3261 7.5: CRLFs before the start line are no part of the message. */
static struct str without_leading_ends(struct str raw)
{
	size_t i = 0;

	while (i < raw.len && (raw.p[i] == '\r' || raw.p[i] == '\n'))
		i++;
	return str_tail(raw, i);
}

/* A lone CR behind the start line says that all its lines end so. */
static bool ends_in_cr(struct str text)
{
	size_t i = 0;

	while (i < text.len && text.p[i] != '\r' && text.p[i] != '\n')
		i++;
	return i < text.len && text.p[i] == '\r' &&
	       (i + 1 == text.len || text.p[i + 1] != '\n');
}

/* RFC 3261 25.1: a quoted-pair may hold one, nothing else may. */
static bool has_bare_nul(struct str head)
{
	ptrdiff_t at;

	while ((at = str_find_char(head, '\0')) >= 0) {
		if (!at || head.p[at - 1] != '\\')
			return true;
		head = str_tail(head, (size_t)at + 1);
	}
	return false;
}

static void check_head(struct indexer *ix)
{
	struct pkt *p = ix->p;

	if (ix->cr_only)
		flaw(p, "lines end in CR without LF");
	else if (has_lone_cr(p->head))
		flaw(p, "there is a CR without LF in the head");
	if (has_bare_nul(p->head))
		flaw(p, "there is a NUL byte in the head");
}

static void index_head(struct indexer *ix, struct str text, bool has_start)
{
	struct pkt *p = ix->p;

	ix->n = 0;
	ix->rest = text;
	ix->cr_only = ends_in_cr(text);
	if (has_start)
		index_start(ix);
	index_rows(ix);
	p->body = ix->rest;
	p->head = str_sub(text, 0, text.len - ix->rest.len);
	p->nlines = ix->n;
	p->lines = arena_raw(p->arena, sizeof(*p->lines) * ix->n);
	if (ix->n)
		memcpy(p->lines, ix->lines, sizeof(*ix->lines) * ix->n);
	index_cseq(p);
	index_params(p);
	check_head(ix);
}

struct pkt *pkt_parse(struct arena *a, struct str raw)
{
	struct pkt *p = ARENA_NEW(a, struct pkt);
	struct indexer ix; /* its lines are set as they are counted */

	p->arena = a;
	if (raw.len > PKT_BYTES_MAX)
		flaw(p, "the message is longer than 256 KiB");
	p->raw = arena_str(a, str_sub(raw, 0, PKT_BYTES_MAX));
	ix.p = p;
	index_head(&ix, without_leading_ends(p->raw), true);
	return p;
}

struct pkt *pkt_parse_rows(struct arena *a, struct str rows)
{
	struct pkt *p = ARENA_NEW(a, struct pkt);
	struct indexer ix;

	p->arena = a;
	p->kind = PKT_GARBAGE;
	p->raw = arena_str(a, str_sub(rows, 0, PKT_BYTES_MAX));
	ix.p = p;
	index_head(&ix, p->raw, false);
	return p;
}

/* ---- rows ---------------------------------------------------------------- */

const struct line *pkt_line(const struct pkt *p, enum header_id id, unsigned n)
{
	for (unsigned i = 0; i < p->nlines; i++)
		if (p->lines[i].id == id && !n--)
			return &p->lines[i];
	return NULL;
}

static bool is_row(const struct line *l, enum header_id id, struct str name)
{
	if (id != HEADER_UNKNOWN || l->id != HEADER_UNKNOWN)
		return l->id == id;
	return l->name.len && str_eq_case(l->name, name);
}

const struct line *pkt_row(const struct pkt *p, const char *name, unsigned n)
{
	struct str wanted = str_from(name);
	enum header_id id = header_find(wanted);

	for (unsigned i = 0; i < p->nlines; i++)
		if (is_row(&p->lines[i], id, wanted) && !n--)
			return &p->lines[i];
	return NULL;
}

unsigned pkt_rows(const struct pkt *p, const char *name)
{
	enum header_id id = header_find(str_from(name));
	unsigned n = 0;

	for (unsigned i = 0; i < p->nlines; i++)
		n += is_row(&p->lines[i], id, str_from(name));
	return n;
}

struct str pkt_canonical(struct str name)
{
	enum header_id id = header_find(name);

	return id == HEADER_UNKNOWN ? name : header_info(id)->name;
}
