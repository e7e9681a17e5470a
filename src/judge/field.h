/*
 * field.h - one field of one record: from the words of a case to a value.
 */
#ifndef RUBRIC_JUDGE_FIELD_H
#define RUBRIC_JUDGE_FIELD_H

#include "judge/eval.h"

/* Where a path begins: a record, or the case document itself. */
struct place {
    const struct record *record; /* NULL: no annotations to look at */
    yyjson_val *object;
    struct day_span on; /* date of service: ages and what still goes on */
};

/* Finds a field in a place. src comes with who vouches for the record and is
 * changed where an annotation gave the value. */
struct value field_find(struct eval *eval, const struct place *place, const struct field *field,
                        yyjson_val **src);

/* One JSON value as a value of the field's kind; KIND_NONE if it is none. */
struct value field_convert(const struct place *place, const struct field *field,
                           const struct way *way, yyjson_val *json);

yyjson_val *place_get(const struct place *place, const struct path *path, yyjson_val **src);

/* The time from one JSON date to another; what has no end lasts until now if
 * the place says that it goes on. */
struct value place_span(const struct place *place, yyjson_val *start, yyjson_val *end);

#endif
