/*
 * json_view.h - reading a JSON answer without stumbling over what it lacks.
 *
 * A missing member, a null and a member of another type read as "nothing here":
 * the answer may grow, and an older program must still print what it knows.
 */
#ifndef RUBRIC_CLI_JSON_VIEW_H
#define RUBRIC_CLI_JSON_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <yyjson.h>

#include "base/buf.h"
#include "base/str.h"

/* The string at key; the absent text if there is none. Borrowed. */
struct str view_text(yyjson_val *object, const char *key);
/* The object, array or value at key, or NULL. */
yyjson_val *view_at(yyjson_val *object, const char *key);
bool view_is(yyjson_val *object, const char *key, const char *text);
bool view_flag(yyjson_val *object, const char *key);
size_t view_count(yyjson_val *object, const char *key);

/* A value as a person reads it: 7, yes, 60 percent, C5-C6 and C6-C7. A quantity
 * {number or value, unit} and a coding {text, label, display or code} are known;
 * anything else comes out as JSON. */
void view_value(struct buf *out, yyjson_val *value);

#endif
