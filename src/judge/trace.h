/*
 * trace.h - where a value came from: the path from a finding to the paper.
 */
#ifndef RUBRIC_JUDGE_TRACE_H
#define RUBRIC_JUDGE_TRACE_H

#include <yyjson.h>

#include "judge/value.h"

struct trace {
    const struct trace *older;
    struct str list;           /* of a record: the name of its list; else absent */
    struct str name;           /* the fact, or the field of the record */
    const struct value *value; /* what was found there */
    struct str unit;
    bool dated;
    struct day_span date;
    yyjson_val *src;           /* ids of the sources; NULL: the request itself */
};

#endif
