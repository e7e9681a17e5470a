/*
 * case_root.c - checks a case document as a whole, in the one order in which
 * everything that is pointed to is known before what points to it.
 *
 * First the ids of the sources, then all records in document order, then what
 * sources say about documents, and the annotations and supersessions last.
 */
#include <assert.h>
#include <string.h>

#include "judge/case_check.h"

#define CASE_ID_MAX 255 /* bytes; the host keeps 511 */

/* Finds the document's own fields; the first of each counts. */
static void collect(struct checker *checker)
{
    size_t index, count;
    yyjson_val *key, *value;
    unsigned next = 0;

    yyjson_obj_foreach(checker->file->root, index, count, key, value) {
        const struct case_field *field = case_shape_find(&case_shape_root, case_text(key), &next);
        yyjson_val **root = field == NULL ? NULL : &checker->roots[field - case_shape_root.fields];

        if (root != NULL && *root == NULL)
            *root = value;
    }
}

/* How many entries the map of record ids may get. */
static size_t count_records(const struct checker *checker)
{
    size_t most = yyjson_arr_size(checker->roots[CASE_ROOT_ANNOTATIONS]);

    for (unsigned list = CASE_LINES + 1; list < CASE_LISTS; list++)
        most += yyjson_arr_size(checker->roots[case_list_root((enum case_list)list)]);
    return most;
}

static bool make_maps(struct checker *checker)
{
    struct casefile *file = checker->file;

    return case_map_init(&file->sources, yyjson_obj_size(checker->roots[CASE_ROOT_SOURCES]),
                         checker->pool) &&
           case_map_init(&file->answers, yyjson_obj_size(checker->roots[CASE_ROOT_ANSWERS]),
                         checker->pool) &&
           case_map_init(&file->records, count_records(checker), checker->pool);
}

static void learn_sources(struct checker *checker, const struct case_at *at)
{
    size_t index, count;
    yyjson_val *key, *value;
    struct case_entry *found;

    yyjson_obj_foreach(at->value, index, count, key, value) {
        struct case_at here = {at, key, index, value};

        if (!case_map_put(&checker->file->sources, case_text(key), value, 0, &found))
            case_bad_repeat(checker, &here);
    }
}

static void check_complete(struct checker *checker, const struct case_at *at)
{
    size_t index, count;
    yyjson_val *key, *value;

    case_check_keys(checker, at);
    yyjson_obj_foreach(at->value, index, count, key, value) {
        struct case_at here = {at, key, index, value};
        enum case_list list = case_list_named(case_text(key));
        struct case_near near = {case_text(key), NULL, 0};
        char help[80] = "write the name of a list of the case, as \"procedures\"";

        if (list != CASE_LISTS && list != CASE_LINES)
            continue;
        for (unsigned i = CASE_LINES + 1; i < CASE_LISTS; i++)
            case_near_offer(&near, case_list_name((enum case_list)i));
        if (near.best != NULL)
            snprintf(help, sizeof help, "did you mean '%s'?", near.best);
        case_bad(checker, &here, "unknown-list", help, "there is no list of this name");
    }
}

static bool too_many(struct checker *checker, const struct case_at *at, const char *name)
{
    size_t count = yyjson_obj_size(at->value);

    if (count <= checker->limits->records)
        return false;
    case_bad(checker, at, "too-many", "split the case: this limit is fixed",
             "'%s' has %zu entries, more than the limit of %zu", name, count,
             checker->limits->records);
    return true;
}

/* The id stands in the log and in messages, beside the answer. */
static void check_case_id(struct checker *checker, const struct case_at *at)
{
    size_t len = case_text(at->value).len;

    if (len > CASE_ID_MAX)
        case_bad(checker, at, "too-large", "an id names a case, it does not describe it",
                 "'caseId' is longer than %d bytes", CASE_ID_MAX);
}

static void check_root(struct checker *checker, const struct case_at *at, enum case_root root)
{
    const struct case_field *field = &case_shape_root.fields[root];

    checker->list = case_root_list(root);
    if (root == CASE_ROOT_ANSWERS) {
        if (!too_many(checker, at, field->name))
            case_check_map(checker, at, field, &checker->file->answers);
    } else if (root != CASE_ROOT_SOURCES) {
        case_check_value(checker, at, field);
    } else if (!yyjson_is_obj(at->value)) {
        case_bad_type(checker, at, field);
    }
    if (root == CASE_ROOT_CASE_ID)
        check_case_id(checker, at);
    if (root == CASE_ROOT_COMPLETE && yyjson_is_obj(at->value))
        check_complete(checker, at);
    if (root == CASE_ROOT_REQUEST && yyjson_is_arr(yyjson_obj_get(at->value, "lines")) &&
        yyjson_arr_size(yyjson_obj_get(at->value, "lines")) == 0)
        case_bad(checker, at, "no-line", "a request asks for at least one service",
                 "'lines' is empty");
    checker->list = CASE_LISTS;
}

static void check_missing(struct checker *checker, const struct case_at *at)
{
    for (unsigned root = 0; root < CASE_ROOTS; root++) {
        const struct case_field *field = &case_shape_root.fields[root];

        if ((field->flags & CASE_REQUIRED) && checker->roots[root] == NULL)
            case_bad(checker, at, "missing-field",
                     root == CASE_ROOT_SCHEMA ? "write \"schema\": \"rubric-case/1\"" : "",
                     "the case document needs '%s'", field->name);
    }
    if (checker->roots[CASE_ROOT_AS_OF] == NULL && checker->roots[CASE_ROOT_RECEIVED] == NULL)
        case_bad(checker, at, "missing-field",
                 "write \"asOf\": the day on which the case is judged, as 2026-03-10",
                 "the case document needs 'asOf' or 'received'");
}

/* The document's own fields in document order, each as the table says. */
static void walk(struct checker *checker, const struct case_at *at)
{
    size_t index, count;
    yyjson_val *key, *value;
    unsigned next = 0;

    yyjson_obj_foreach(at->value, index, count, key, value) {
        struct case_at here = {at, key, index, value};
        const struct case_field *field = case_shape_find(&case_shape_root, case_text(key), &next);

        if (field == NULL) {
            case_bad_name(checker, &here, &case_shape_root, case_text(key));
            case_check_free(checker, &here);
        } else if (checker->roots[field - case_shape_root.fields] != value) {
            case_bad_repeat(checker, &here);
        } else {
            check_root(checker, &here, (enum case_root)(field - case_shape_root.fields));
        }
    }
    check_missing(checker, at);
}

/* Calls a check on one of the document's fields, if it is there. */
static void check_at(struct checker *checker, const struct case_at *at, enum case_root root,
                     void (*check)(struct checker *, const struct case_at *))
{
    size_t index, count;
    yyjson_val *key, *value;

    if (checker->roots[root] == NULL)
        return;
    yyjson_obj_foreach(at->value, index, count, key, value) {
        struct case_at here = {at, key, index, value};

        if (value != checker->roots[root])
            continue;
        if (!yyjson_is_obj(value) || !too_many(checker, &here, case_shape_root.fields[root].name))
            check(checker, &here);
        return;
    }
}

bool case_check(struct checker *checker)
{
    struct case_at at = {NULL, NULL, 0, checker->file->root};

    if (!yyjson_is_obj(at.value)) {
        case_bad(checker, &at, "not-an-object", "a case document is one JSON object: {...}",
                 "the case document is not an object");
        return true;
    }
    collect(checker);
    if (!make_maps(checker))
        return false;
    if (yyjson_is_obj(checker->roots[CASE_ROOT_SOURCES]))
        check_at(checker, &at, CASE_ROOT_SOURCES, learn_sources);
    walk(checker, &at);
    if (yyjson_is_obj(checker->roots[CASE_ROOT_SOURCES]))
        check_at(checker, &at, CASE_ROOT_SOURCES, case_check_sources);
    if (yyjson_is_arr(checker->roots[CASE_ROOT_ANNOTATIONS]))
        check_at(checker, &at, CASE_ROOT_ANNOTATIONS, case_check_annotations);
    case_check_superseded(checker);
    return !checker->no_memory;
}
