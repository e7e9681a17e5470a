/*
 * tree.h - a policy as plain data: what running its Lua declared.
 *
 * The prelude writes the tree as JSON ("rubric-tree/1"); policy_read() checks
 * it and makes this structure of it. It is read-only from then on, so that
 * nothing one request does can be seen by the next. All of it, the texts
 * included, lies in the pool that was handed in and is *kept* by the caller.
 */
#ifndef RUBRIC_JUDGE_TREE_H
#define RUBRIC_JUDGE_TREE_H

#include <yyjson.h>

#include "base/err.h"
#include "base/pool.h"
#include "codes/codes.h"
#include "judge/casefile.h"
#include "judge/value.h"

/* A dotted way into a JSON document, cut at its dots. */
struct path {
    struct str text;          /* as written: "outcome.reliefPercent" */
    const struct str *names;
    size_t count;
};

struct mapping {
    struct str from;
    struct str to;
};

struct code_mapping {
    const struct codeset *set;
    struct str to;
};

enum way_kind { WAY_PATH, WAY_COUNT, WAY_CONST, WAY_AGE, WAY_SPAN, WAY_SINCE, WAY_UNIT_LIMIT, WAY_SUPPLY_LIMIT,
                WAY_EXCLUDED, WAY_LATERALITY };

/* One way in which a field may be found in a record. */
struct way {
    enum way_kind kind;
    const struct path *paths; /* WAY_PATH: the first that exists; WAY_SPAN: one or two */
    size_t path_count;
    struct str constant; /* WAY_CONST: a word; absent where it is the number */
    double number;
    const struct mapping *map; /* words of the case -> words of the catalogue */
    size_t map_count;
    const struct mapping *prefix; /* leading letters -> words */
    size_t prefix_count;
    const struct code_mapping *by_code;
    size_t by_code_count;
    struct str otherwise; /* by_code: the code is in none of the sets; may be absent */
    struct str unit_name;   /* of a bare number; absent: the field's */
    struct path unit_path;  /* where the number's unit stands; count 0: nowhere */
};

enum field_mode { MODE_FIRST, MODE_ALL, MODE_GREATEST };

struct field {
    struct str name;
    enum value_kind kind;
    struct str unit_name;
    enum unit unit;
    enum field_mode mode;
    bool low_is_worst;
    const struct way *ways;
    size_t way_count;
};

struct document_kind {
    struct str code; /* LOINC; may be absent */
    struct str label;
};

/* A list of records and how its fields are found. */
struct list {
    struct str name;
    const struct path *from; /* the arrays of the case that it gathers */
    size_t from_count;
    const enum case_list *arrays; /* the same as case_list_named() tells them */
    bool root;      /* one record: the case document itself */
    bool closed;    /* nothing matching means zero */
    struct str closed_by; /* closed where case.complete names this list */
    int date;       /* the field that dates a record; -1: none */
    const struct filter *skip; /* a record that passes one of these is none */
    size_t skip_count;
    struct document_kind document;
    const struct field *fields;
    size_t field_count;
    size_t index; /* its place in policy->lists */
};

enum test {
    TEST_AT_LEAST,
    TEST_AT_MOST,
    TEST_MORE_THAN,
    TEST_LESS_THAN,
    TEST_BETWEEN,
    TEST_IS,
    TEST_IS_NOT,
    TEST_IS_ONE_OF,
    TEST_IN_SET,
    TEST_CONTAINS,
    TEST_PRESENT,
    TEST_WITHIN,
    TEST_AGREES_WITH,
    TEST_SAME_SCALE
};

struct val;

/* What a value is compared with; which of these depends on the test. */
struct operand {
    enum test test;
    const struct val *right, *right2;
    const struct str *values;
    size_t value_count;
    const struct codeset *set;
    struct str set_text;
};

struct filter {
    size_t field; /* in the list's fields */
    struct operand operand;
};

struct found {
    const struct list *list; /* NULL: ways, rooted at the case */
    const struct filter *where;
    size_t where_count;
    size_t field;
    struct field direct; /* ways of the value */
    struct field dated;  /* ways of its date; way_count 0: none */
};

enum choose { CHOOSE_LATEST, CHOOSE_EARLIEST, CHOOSE_WORST, CHOOSE_BEST, CHOOSE_ALL };

struct fact {
    struct str path;
    enum value_kind kind;
    struct str unit_name;
    enum unit unit;
    struct str question;
    struct document_kind document;
    enum choose choose;
    bool low_is_worst;
    bool closed;
    const struct found *found;
    size_t found_count;
};

/* records "list" { where }, narrowed. */
struct rec {
    const struct list *list;
    const struct filter *where;
    size_t where_count;
    const size_t *same; /* fields that must agree with the line under review */
    const int *same_line; /* the fields of the line; -1: it has none of this name */
    size_t same_count;
    const struct val *within; /* any of these may be NULL */
    const struct val *before;
    const struct val *after;
    const struct val *on_or_after;
};

enum pick_kind { PICK_LATEST, PICK_EARLIEST, PICK_WORST, PICK_BEST };

enum val_op {
    VAL_CONST,
    VAL_FACT,
    VAL_FIELD,   /* a field of one picked record */
    VAL_LINE,    /* a field of the line under review */
    VAL_ROOT,    /* request "x", patient "x" */
    VAL_ANSWER,
    VAL_COUNT,   /* distinct dates */
    VAL_ROWS,
    VAL_SUM,
    VAL_LONGEST,
    VAL_TOTAL,
    VAL_ARITH,
    VAL_PICK,
    VAL_PARAMETER,
    VAL_BY_DATE,
    VAL_SERVICE_DAY
};

struct dated_val {
    bool from_start; /* in force since ever */
    day_t from;
    const struct val *val;
    struct str cite;
};

struct choice_val {
    struct str choice;
    const struct val *val;
};

struct val {
    enum val_op op;
    struct value constant;
    double number;              /* a constant as it was written: 4 of */
    struct str unit_name;       /* "weeks" */
    const struct fact *fact;
    const struct list *list;    /* VAL_LINE, VAL_ROOT */
    size_t field;
    struct rec *rec;            /* VAL_FIELD and the measures */
    enum pick_kind pick;
    size_t pick_field;          /* worst, best: by which field */
    struct str link;            /* VAL_ANSWER */
    enum value_kind kind;
    char arith;                 /* + - * / c(eil) f(loor) m(in) M(ax) */
    const struct val *const *args;
    size_t arg_count;
    const struct choice_val *choices;
    size_t choice_count;
    const struct parameter *parameter;
    const struct dated_val *dated;
    size_t dated_count;
};

enum expr_op {
    EXPR_ALL,
    EXPR_ANY,
    EXPR_NONE,
    EXPR_AT_LEAST,
    EXPR_NEGATE,
    EXPR_TEST,
    EXPR_SOME,  /* of the records, one passes the filter */
    EXPR_EVERY,
    EXPR_NO_RECORD,
    EXPR_FUNCTION
};

struct expr {
    enum expr_op op;
    const struct expr *const *kids;
    size_t kid_count;
    size_t least; /* EXPR_AT_LEAST */
    const struct val *left;  /* EXPR_TEST */
    struct str said;         /* what left is called; absent where that is long */
    struct operand operand;
    struct rec *rec;         /* EXPR_SOME and the like */
    const struct filter *where;
    size_t where_count;
    size_t function;
};

struct parameter {
    struct str name;
    const struct dated_val *values;
    size_t value_count;
};

struct pathway {
    struct str id;
    struct str says;
    struct str cite;
    const struct expr *when;
    const struct expr *unless; /* NULL: none; counts only when documented */
    bool per_line;
};

struct criterion {
    struct str id;
    struct str cite;
    struct str says;
    struct str ask;
    struct document_kind document; /* overrides those of its facts; label absent: none */
    const struct pathway *pathway; /* NULL: every request */
    const struct expr *met;
    const struct expr *unless;  /* NULL: no exception */
    const struct expr *only_if; /* NULL: always applies */
    bool accepts_extracted;
    bool presume_absent;
    struct str presume_cite;
    struct str confidence;
    const char *reason; /* of an answer, where it is not met */
    bool per_line; /* it looks at the line under review */
    struct str file;
    int source_line;
    /* What every answer repeats of it, as pieces of JSON in their order. */
    struct str json_ask;     /* {"ask":..,"because": */
    struct str json_cite;    /* ,"cite":..,"conflict": */
    struct str json_id;      /* ,"id":..,"line": */
    struct str json_pathway; /* ,"pathway":.. */
    struct str json_says;    /* ,"says":.. */
    const struct fact *const *reads_facts;
    size_t reads_fact_count;
    const struct list *const *reads_lists;
    size_t reads_list_count;
};

struct safeguard {
    struct str id;
    struct str cite;
    struct str says;
    struct str ask;
    const struct expr *when;
    const struct expr *unless;
    bool instead_of_pend;
    bool instead_of_approve;
    bool expedite;
    bool bridge;
    bool per_line;
};

struct policy {
    struct str id;
    struct str title;
    struct str source;
    struct str version;
    struct str file;
    bool has_to;
    day_t from;
    day_t to; /* inclusive */
    bool selects_by_request;
    const struct codeset *covers;
    const struct codeset *const *sets;
    const struct str *set_texts;
    size_t set_count;
    const struct list *lists;
    size_t list_count;
    const struct list *lines; /* the list "lines"; NULL if nothing looks at it */
    const struct fact *facts;
    size_t fact_count;
    const struct parameter *parameters;
    size_t parameter_count;
    const struct pathway *pathways;
    size_t pathway_count;
    const struct criterion *criteria;
    size_t criterion_count;
    const struct safeguard *safeguards;
    size_t safeguard_count;
    size_t function_count;
};

/* Reads a tree. codes is kept: sets refer to it. scratch holds the JSON while it
 * is read and may be reset afterwards. On failure the pool holds nothing of
 * use. The error names the place in the tree. */
MUST_CHECK const struct policy *policy_read(const char *json, size_t len, struct pool *pool,
                                            struct pool *scratch, const struct codes *codes,
                                            struct err *err);

/* The same of a tree that has only what says whether it serves a request: its
 * head, "covers" and that set. Nothing else in the policy may be looked at. */
MUST_CHECK const struct policy *policy_scope(const char *json, size_t len, struct pool *pool,
                                             struct pool *scratch, const struct codes *codes,
                                             struct err *err);

/* The field of that name, or -1. */
int list_field(const struct list *list, struct str name);

/* The list or fact of that name, or NULL. */
const struct list *policy_list(const struct policy *policy, struct str name);
const struct fact *policy_fact(const struct policy *policy, struct str path);

#endif
