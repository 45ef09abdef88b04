/* SPDX-License-Identifier: MIT */
/* field_table: fields.def as C. For field*.c alone. */
#ifndef SIP_FIELD_TABLE_H
#define SIP_FIELD_TABLE_H

#include "sip/field.h"

enum field_view {
	VIEW_VALUE,  /* one value of the header */
	VIEW_URI,    /* the URI in that value */
	VIEW_MESSAGE /* none: the getter looks at the message itself */
};

/* What a getter may look at. */
struct field_ask {
	const struct pkt *pkt;
	const struct field_path *path;
	struct arena *arena;
	enum header_id id;
	struct str text; /* of the view */
	struct str name; /* the table's argument, or what "*" stands for */
};

/* STR_NONE: absent. */
typedef struct str field_getter_fn(const struct field_ask *ask);

struct field_def {
	enum header_shape shape;
	enum field_view view;
	const char *pattern;
	enum field_type type;
	field_getter_fn *get;
	const char *arg;
};

extern const struct field_def field_rows[];
extern const size_t field_nrows;
/* Fields of every header. */
extern const struct field_def field_generic[];
extern const size_t field_ngeneric;

#define FIELD(shape, view, pattern, type, getter, arg)                         \
	field_getter_fn field_get_##getter;
#include "sip/fields.def"

/* Header rows inside of what is asked for: of a URI (ask->text), of a part of
 * the body, of a sipfrag. Never NULL. */
struct pkt *field_uri_headers(const struct field_ask *ask);
struct pkt *field_body_headers(const struct field_ask *ask);
struct pkt *field_frag_headers(const struct field_ask *ask);
/* The session description in a message; STR_NONE: none. */
struct str field_sdp_body(const struct pkt *p);
/* The path within those rows; the outer one has inner_at. */
struct field_path field_inner_path(const struct field_path *p);

enum header_shape field_shape(const struct field_path *p);
enum header_id field_header_id(const struct field_path *p);

#endif
