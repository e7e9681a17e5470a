/*
 * core.h - the hashed part of a record: a small canonical JSON object.
 *
 * A core holds no patient data, only commitments to it. Inside cores canonical
 * JSON is narrower still: keys [a-z][a-z0-9_]*, whole numbers only,
 * depth 8, at most 65,535 bytes.
 */
#ifndef RUBRIC_AUDIT_CORE_H
#define RUBRIC_AUDIT_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define CORE_MAX 65535
#define CORE_MEMBERS 48
#define CORE_DEPTH 8
#define CORE_TIME 25 /* "2025-03-04T15:00:00.000Z" and a NUL */

struct yyjson_val;
struct yyjson_doc;

/* Writing: members in any order; core_write() sorts them. */
struct core_member {
    const char *key; /* kept */
    size_t at, len;  /* where its value is */
};

struct core {
    struct buf values;
    struct core_member member[CORE_MEMBERS];
    size_t count;
    bool failed;
};

void core_start(struct core *core); /* buffers of an earlier core are kept */
void core_free(struct core *core);
void core_text(struct core *core, const char *key, const char *text); /* NULL: left out */
void core_int(struct core *core, const char *key, int64_t number);
void core_hash(struct core *core, const char *key, const uint8_t hash[32]); /* NULL: left out */
/* Text that is canonical JSON already. */
void core_json(struct core *core, const char *key, const char *json, size_t len);
/* Reading: fails unless the bytes are a core, canonical to the last byte. */
struct core_view {
    struct yyjson_doc *doc;
    struct yyjson_val *root;
    struct buf again; /* the bytes written anew; kept between reads */
    void *memory;     /* for the parser; kept between reads */
};

#define CORE_VIEW_INIT {NULL, NULL, BUF_INIT, NULL}

MUST_CHECK bool core_read(struct core_view *view, const char *bytes, size_t len,
                          struct err *err);
void core_view_free(struct core_view *view);
/* Appends the core that was built and reads it back through view. */
MUST_CHECK bool core_write(struct core *core, struct core_view *view, struct buf *out,
                           struct err *err);
/* The member of that name; NULL if there is none or it is of another type. */
const char *core_get_text(const struct core_view *view, const char *key);
bool core_get_int(const struct core_view *view, const char *key, int64_t *number);
bool core_get_hash(const struct core_view *view, const char *key, uint8_t hash[32]);
struct yyjson_val *core_get(const struct core_view *view, const char *key);

/* A short code, such as "misfiled-document": no spaces, so no sentence. */
bool core_code_valid(const char *text);
/* The same, and an error that names what it is. */
bool core_code_wanted(const char *what, const char *text, struct err *err);

/* True if value is an object whose member key is this text. */
bool core_member_is(struct yyjson_val *value, const char *key, const char *text);
/* The number under that key; 0 if there is none. */
int64_t core_member_int(struct yyjson_val *value, const char *key);

/* Time as cores write it: UTC, milliseconds. */
void core_time(int64_t ms, char text[CORE_TIME]);
/* Only the one way of writing it is read. */
bool core_parse_time(const char *text, int64_t *ms);

/* The members of a core that are commitments, by name; NULL ends the list. */
extern const char *const core_sealed_labels[];
bool core_label_known(const char *label);
/* The kinds of records. */
bool core_kind_known(const char *kind);

#endif
