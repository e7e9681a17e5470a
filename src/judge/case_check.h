/*
 * case_check.h - walks a case document once and names what is wrong with it.
 *
 * Private to the case reader: casefile.c parses, case_root.c goes through the
 * document's own fields, case_check.c walks objects and their fields,
 * case_refs.c follows what points to something else (sources, documents,
 * annotations), case_place.c says where a value stands.
 */
#ifndef RUBRIC_JUDGE_CASE_CHECK_H
#define RUBRIC_JUDGE_CASE_CHECK_H

#include "judge/case_schema.h"

/* The way from the document to the value at hand; links live on the C stack. */
struct case_at {
    const struct case_at *up; /* NULL: the document itself */
    yyjson_val *key;          /* NULL: an element of an array */
    size_t index;
    yyjson_val *value;
};

/* Something to look at again when every record is known. */
struct case_later {
    struct case_later *next;
    struct case_at at[6]; /* a copy of the way: at[0] is the deepest */
};

/* In which order the last object of a shape had its fields: the next one will
 * mostly have the same. */
#define CASE_ORDERS 16
#define CASE_ORDER_KEYS 24

struct case_order {
    const struct case_shape *shape; /* NULL: free */
    uint8_t fields[CASE_ORDER_KEYS];
};

struct checker {
    struct casefile *file;
    const struct case_limits *limits;
    struct case_problems *problems;
    struct pool *pool;
    const char *copy;     /* the parsed text: its strings start where bytes has them */
    enum case_list list;  /* whose records are being walked; CASE_LISTS: none's */
    yyjson_val *roots[CASE_ROOTS];
    struct case_order orders[CASE_ORDERS]; /* by shape */
    struct case_later *later; /* supersededBy, newest first */
    uint64_t low_sequences;   /* lines seen: 0 to 63 */
    uint8_t *sequences;       /* the rest, a bit each; made when needed */
    yyjson_val *scanned;      /* case_place.c: the array looked into last, */
    size_t scan_index;        /* the element reached */
    size_t scan_offset;       /* and where it starts */
    bool no_memory;
};

/* Checks everything and fills the casefile; the problems say how it went.
 * False: no memory. In case_root.c. */
bool case_check(struct checker *checker);

/* Notes a problem at a value. */
void case_bad(struct checker *checker, const struct case_at *at, const char *code,
              const char *help, const char *format, ...) PRINTF_LIKE(5, 6);
/* Notes that a value is none of the field's type. */
void case_bad_type(struct checker *checker, const struct case_at *at,
                   const struct case_field *field);
/* Notes that there is no field of this name in a shape. */
void case_bad_name(struct checker *checker, const struct case_at *at,
                   const struct case_shape *shape, struct str name);

/* Notes that a key stands in its object for the second time. */
void case_bad_repeat(struct checker *checker, const struct case_at *at);

void case_check_object(struct checker *checker, const struct case_at *at,
                       const struct case_shape *shape);
void case_check_value(struct checker *checker, const struct case_at *at,
                      const struct case_field *field);
/* Objects under free keys; the keys go into the map, unless it is NULL. */
void case_check_map(struct checker *checker, const struct case_at *at,
                    const struct case_field *field, struct case_map *map);
/* Walks anything: nesting and keys only. */
void case_check_free(struct checker *checker, const struct case_at *at);
/* True if every key of an object stands there once. */
void case_check_keys(struct checker *checker, const struct case_at *at);
/* The shape an object in this field has; NULL if it cannot be an object. */
const struct case_shape *case_field_shape(const struct case_field *field);

/* case_refs.c */
void case_check_src(struct checker *checker, const struct case_at *at);
void case_check_document(struct checker *checker, const struct case_at *at);
void case_check_sources(struct checker *checker, const struct case_at *at);
void case_check_annotations(struct checker *checker, const struct case_at *at);
void case_check_superseded(struct checker *checker);

/* case_place.c: the byte where a value stands (a member of an object: where its
 * key does), and its JSON Pointer, in the pool. */
size_t case_offset(struct checker *checker, const struct case_at *at);
struct str case_pointer(struct checker *checker, const struct case_at *at);

#endif
