/*
 * casefile.h - the case document: read, checked, and open for questions.
 *
 * A case document ("rubric-case/1", docs/case-document.md) is read once into
 * the caller's pool and checked against its schema. Only a document without a
 * single problem becomes a casefile, so whoever reads one may rely on the types,
 * choices, dates and references of case_schema.c. Nothing is dropped: what the
 * schema does not know is a problem, never ignored.
 *
 * Everything a casefile points to lies in the pool or in the bytes that were
 * handed in; both are *kept*. Nothing here calls malloc.
 */
#ifndef RUBRIC_JUDGE_CASEFILE_H
#define RUBRIC_JUDGE_CASEFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yyjson.h>

#include "base/civil.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"
#include "judge/case_map.h"
#include "judge/case_problem.h"

/* The lists of records. CASE_LINES stands at "request.lines". */
enum case_list {
    CASE_LINES,
    CASE_DIAGNOSES,
    CASE_TREATMENTS,
    CASE_PROCEDURES,
    CASE_TRIALS,
    CASE_OBSERVATIONS,
    CASE_IMAGING,
    CASE_EXAMINATION,
    CASE_EVALUATIONS,
    CASE_GOALS,
    CASE_DEVICES,
    CASE_PROGRAMS,
    CASE_STATEMENTS,
    CASE_REVIEWS,
    CASE_DOCUMENTS,
    CASE_HISTORY,
    CASE_LISTS, /* how many lists there are; also: no such list */
};

enum case_kind { CASE_PRIOR_AUTHORIZATION, CASE_UTILIZATION_REVIEW, CASE_MEDICAL_REVIEW };

struct case_limits {
    size_t bytes;          /* of the whole document */
    size_t records;        /* in one list, and in sources and answers */
    size_t documents;
    unsigned depth;        /* of nesting; the document itself is 1. At most 64 */
    bool documents_known;  /* these very bytes passed before: do not hash texts again */
};

extern const struct case_limits case_limits_default; /* 8 MiB, 20,000, 2,000, 32 */

/* One field that a reviewer's annotation sets. */
struct case_override {
    const struct str *names; /* the path, cut at its dots */
    size_t count;
    yyjson_val *value;
};

/* A reviewer's annotation: over a record, or a record of its own. */
struct case_note {
    const struct case_note *older; /* over the same record */
    const struct case_note *next;  /* added to the same list, in document order */
    enum case_list list;           /* that of the record it is over or adds */
    yyjson_val *set;
    yyjson_val *src;
    struct str id;                 /* may be absent */
    const struct case_override *overrides;
    size_t override_count;
};

struct casefile {
    struct str bytes;  /* as handed in */
    struct str id;     /* caseId */
    enum case_kind kind;
    struct str forum;  /* request.forum; absent if the case is silent */
    struct day_span as_of; /* asOf, else the date of received as it is written */
    bool has_received;
    int64_t received_ms;

    yyjson_val *root;
    yyjson_val *request;
    yyjson_val *patient;  /* these may be NULL */
    yyjson_val *coverage;
    yyjson_val *answers_value;
    yyjson_val *sources_value;
    yyjson_val *complete;
    yyjson_val *annotations;
    yyjson_val *lists[CASE_LISTS]; /* arrays; NULL where the case has none */

    struct case_map sources; /* id -> source */
    struct case_map answers; /* fact path -> answer */
    struct case_map records; /* id -> record; tag: its list; more: its notes */
    const struct case_note *added[CASE_LISTS];
    bool has_notes;      /* some annotation lies over a record */
    bool has_set_aside;  /* some record is about another person or superseded */

    struct pool *pool;
};

/* Reads and checks a document. False: problems says what is wrong with it, all
 * of it up to a bound, and err sums it up (ERR_INPUT), or there was no memory
 * (ERR_MEMORY). The bytes and the pool are kept; limits NULL means the default. */
MUST_CHECK bool casefile_parse(struct casefile *file, const char *bytes, size_t len,
                               struct pool *pool, const struct case_limits *limits,
                               struct case_problems *problems, struct err *err);

/* The list of this name ("procedures", "request.lines"); CASE_LISTS if none. */
enum case_list case_list_named(struct str name);
const char *case_list_name(enum case_list list);

/* One record as an evaluator sees it. Borrows the casefile. */
struct case_record {
    yyjson_val *value; /* the record's object; of an added record, what it sets */
    yyjson_val *src;   /* ids of its sources; NULL only for lines and documents */
    const struct case_note *notes; /* over it, newest first; of an added one, itself */
    bool added;        /* a reviewer added it */
    bool other_person; /* about: other: kept, never used */
    bool superseded;   /* another record takes its place */
};

/* Walks a list: the records of the document, then those reviewers added. */
struct case_records {
    const struct casefile *file;
    yyjson_val *next;
    size_t left;
    const struct case_note *added;
};

struct case_records casefile_records(const struct casefile *file, enum case_list list);
bool case_records_next(struct case_records *records, struct case_record *record);

/* The record with this id, its list in *list. False if there is none. */
bool casefile_record(const struct casefile *file, struct str id, struct case_record *record,
                     enum case_list *list);

/* The value at a path of count names below a record, a reviewer's annotations
 * over it first; NULL if nobody gave one. *src (may be NULL) gets the sources
 * that vouch for it. An array ends the descent: it is returned as it is. */
yyjson_val *case_record_get(const struct case_record *record, const struct str *names,
                            size_t count, yyjson_val **src);
/* The same below any object of the document, without annotations. */
yyjson_val *case_value_get(yyjson_val *object, const struct str *names, size_t count);

/* The annotations over the record with this id, newest first; NULL if none. */
const struct case_note *casefile_annotations_for(const struct casefile *file, struct str id);
/* The records that reviewers added to a list, in document order; NULL if none. */
const struct case_note *casefile_added(const struct casefile *file, enum case_list list);

/* The answer {value, type, ...} under a fact path; NULL if there is none. */
yyjson_val *casefile_answer(const struct casefile *file, struct str path);
/* The source of this id; NULL if there is none. */
yyjson_val *casefile_source(const struct casefile *file, struct str id);
/* The document of this id; NULL if there is none. */
yyjson_val *casefile_document(const struct casefile *file, struct str id);

/* True if the case says that it holds every record of this list from a day on;
 * *from and *src (may be NULL) then say since when and on whose word. */
bool casefile_complete(const struct casefile *file, struct str list, struct day_span *from,
                       yyjson_val **src);

/* What vouches for a record or an answer. Texts that nobody gave are absent. */
struct case_evidence {
    struct str source;  /* its id */
    struct str kind;    /* claim, order, ehr, questionnaire, document, ... */
    struct str ref;
    struct str path;
    struct str origin;
    struct str author;
    struct str by;
    struct str at;
    struct str doc;     /* id of the document it points into */
    struct str quote;   /* its words: given, else the span of the document */
    bool has_span;
    size_t from;        /* bytes of the document's text, [from, to) */
    size_t to;
    bool extracted;     /* every source is an extraction that nobody confirmed */
};

/* Fills *evidence from the best of the sources in src: the first that quotes a
 * document, else the first that names one, else the first. False if src is NULL
 * or empty. */
bool casefile_evidence(const struct casefile *file, yyjson_val *src,
                       struct case_evidence *evidence);
/* evidence.extracted alone: there is a source, and nobody confirmed any. */
bool casefile_extracted(const struct casefile *file, yyjson_val *src);

/* The text of a string value; absent for NULL or anything else. */
static inline struct str case_text(yyjson_val *value)
{
    struct str s = {yyjson_get_str(value), yyjson_get_len(value)};

    return s.at == NULL ? (struct str){NULL, 0} : s;
}

#endif
