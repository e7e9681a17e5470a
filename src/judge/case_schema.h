/*
 * case_schema.h - the shape of a case document, as data.
 *
 * One table says for every object of "rubric-case/1" which fields it may have,
 * of what type, which must be there and which words a choice allows. The
 * checker walks it; docs/case-document.md is its reading for people.
 */
#ifndef RUBRIC_JUDGE_CASE_SCHEMA_H
#define RUBRIC_JUDGE_CASE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yyjson.h>

#include "base/str.h"
#include "judge/casefile.h"

enum case_type {
    CASE_TEXT,     /* any text */
    CASE_NAME,     /* text that is not empty */
    CASE_ID,       /* the same, and no other record may have it */
    CASE_RECORD,   /* the id of a record */
    CASE_WORD,     /* one of field->choices */
    CASE_ABOUT,    /* the same; says whose record it is */
    CASE_DATE,     /* 2026, 2026-03, 2026-03-10 or a date-time */
    CASE_DAY,      /* 2026-03-10 */
    CASE_INSTANT,  /* a date-time with its zone */
    CASE_WHEN,     /* CASE_DATE, or an object {start, end} */
    CASE_NUMBER,   /* between field->low and field->high */
    CASE_WHOLE,    /* the same, without a fraction */
    CASE_SEQUENCE, /* the same, and no other line may have it */
    CASE_AMOUNT,   /* CASE_NUMBER, or a quantity {value, unit, comparator} */
    CASE_BOOL,
    CASE_CODE,     /* text, or an object {system, code, display} */
    CASE_SCALE,    /* two numbers, the lower first */
    CASE_SPAN,     /* two whole numbers: the first byte, and one past the last */
    CASE_SRC,      /* ids of sources, at least one */
    CASE_OBJECT,   /* of field->shape */
    CASE_LIST_OF,  /* array of objects of field->shape */
    CASE_TEXTS,    /* array of texts that are not empty */
    CASE_WHOLES,   /* array of whole numbers */
    CASE_CODES,    /* array of CASE_CODE */
    CASE_ANSWER,   /* what a question was answered with: checked against its type */
    CASE_SET,      /* what an annotation sets: checked against its target */
    CASE_FREE,     /* anything, within the limits on nesting and keys */
    CASE_MAP_OF    /* object with free keys, each of field->shape */
};

enum { CASE_REQUIRED = 1, CASE_NULLABLE = 2 };

#define CASE_SEQUENCE_MAX 999999

/* The fields of the document itself, in the order of its table. */
enum case_root {
    CASE_ROOT_SCHEMA,
    CASE_ROOT_CASE_ID,
    CASE_ROOT_KIND,
    CASE_ROOT_CHANNEL,
    CASE_ROOT_RECEIVED,
    CASE_ROOT_AS_OF,
    CASE_ROOT_DUE_BY,
    CASE_ROOT_REQUEST,
    CASE_ROOT_PATIENT,
    CASE_ROOT_COVERAGE,
    CASE_ROOT_DIAGNOSES,
    CASE_ROOT_TREATMENTS,
    CASE_ROOT_PROCEDURES,
    CASE_ROOT_TRIALS,
    CASE_ROOT_OBSERVATIONS,
    CASE_ROOT_IMAGING,
    CASE_ROOT_EXAMINATION,
    CASE_ROOT_EVALUATIONS,
    CASE_ROOT_GOALS,
    CASE_ROOT_ANSWERS,
    CASE_ROOT_ANNOTATIONS,
    CASE_ROOT_DOCUMENTS,
    CASE_ROOT_HISTORY,
    CASE_ROOT_SOURCES,
    CASE_ROOT_DEVICES,
    CASE_ROOT_PROGRAMS,
    CASE_ROOT_STATEMENTS,
    CASE_ROOT_REVIEWS,
    CASE_ROOT_CONDITIONS_COVERED,
    CASE_ROOT_COMPLETE,
    CASE_ROOT_UNMAPPED,
    CASE_ROOT_ISSUES,
    CASE_ROOTS
};

struct case_shape;

struct case_field {
    const char *name;
    uint8_t len; /* of name */
    uint8_t type; /* enum case_type */
    uint8_t flags;
    const char *const *choices;      /* ends with NULL */
    const struct case_shape *shape;
    double low;
    double high;
};

struct case_shape {
    const char *name; /* "a treatment": how a message calls it */
    const struct case_field *fields;
    uint8_t count;    /* at most 64 */
    uint8_t required; /* how many fields carry CASE_REQUIRED */
};

extern const struct case_shape case_shape_root;
extern const struct case_shape case_shape_quantity;
extern const struct case_shape case_shape_range;
extern const struct case_shape case_shape_code;
extern const struct case_shape case_shape_value;

/* The shape of the records of a list. */
const struct case_shape *case_list_shape(enum case_list list);
/* Where the document has the list; for CASE_LINES, the request. */
enum case_root case_list_root(enum case_list list);
/* The list that a field of the document is; CASE_LISTS if it is none. */
enum case_list case_root_list(enum case_root root);

/* The field of this name, NULL if the shape has none. *at is where to look
 * first (0, or what the last call left): documents mostly keep the table's order. */
const struct case_field *case_shape_find(const struct case_shape *shape, struct str name,
                                         unsigned *at);

#endif
