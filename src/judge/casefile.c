/*
 * casefile.c - the case document, read and checked; see casefile.h.
 *
 * The parser works in a copy of the text, which it is allowed to write into:
 * that one memcpy keeps the bytes whole for hashing and for the places named in
 * problems, and every string of the tree points into the copy.
 */
#include "judge/casefile.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "judge/case_check.h"
#include "judge/case_syntax.h"

const struct case_limits case_limits_default = {
    .bytes = 8u << 20, .records = 20000, .documents = 2000, .depth = 32, .documents_known = false};

static bool no_memory(size_t len, struct err *err)
{
    err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a case document of %zu bytes",
            len);
    return err_help(err, "split the case, or give the worker more memory");
}

/* Says in one line what the problems say in many. */
static bool sum_up(const struct case_problems *problems, struct err *err)
{
    const struct case_problem *first = problems->items;
    char more[48] = "";

    if (problems->kept == 0)
        return err_set(err, ERR_INPUT, "E-CASE", "the case document has %zu problems",
                       problems->count);
    if (problems->count > 1)
        snprintf(more, sizeof more, " (and %zu more)", problems->count - 1);
    err_set(err, ERR_INPUT, "E-CASE", "the case document, line %zu: %s%s%s%s", first->line,
            first->pointer, first->pointer[0] == '\0' ? "" : ": ", first->text, more);
    return err_help(err, "%s", first->help);
}

/* A parse that failed leaves its memory to those who say so. */
static void take_back(struct pool *pool, char *mark)
{
    if (pool->base == NULL)
        return;
    memset(mark, 0, (size_t)(pool->at - mark));
    pool->at = mark;
}

/* Parses into the pool. NULL: a problem was noted, or *err is set. */
static yyjson_val *parse(struct checker *checker, struct err *err)
{
    struct str bytes = checker->file->bytes;
    const yyjson_alc alc = json_alc(checker->pool);
    yyjson_read_err why;
    yyjson_doc *doc;
    char *mark = checker->pool->at;
    char *copy = pool_take(checker->pool, bytes.len + YYJSON_PADDING_SIZE);

    if (copy == NULL) {
        no_memory(bytes.len, err);
        return NULL;
    }
    memcpy(copy, bytes.at, bytes.len);
    checker->copy = copy;
    doc = yyjson_read_opts(copy, bytes.len, YYJSON_READ_INSITU, &alc, &why);
    if (doc != NULL)
        return yyjson_doc_get_root(doc);
    take_back(checker->pool, mark);
    if (case_syntax_too_deep(checker->problems, bytes, checker->limits->depth))
        return NULL;
    if (why.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        no_memory(bytes.len, err);
    else
        case_syntax_problem(checker->problems, bytes, &why);
    return NULL;
}

static enum case_kind kind_of(struct str kind)
{
    if (str_is(kind, "utilization-review"))
        return CASE_UTILIZATION_REVIEW;
    if (str_is(kind, "independent-medical-review"))
        return CASE_MEDICAL_REVIEW;
    return CASE_PRIOR_AUTHORIZATION;
}

/* Takes out what everybody asks for; the document is known to be sound. */
static void fill(struct casefile *file, yyjson_val *const roots[CASE_ROOTS])
{
    struct str received = case_text(roots[CASE_ROOT_RECEIVED]);
    struct str as_of = case_text(roots[CASE_ROOT_AS_OF]);

    file->id = case_text(roots[CASE_ROOT_CASE_ID]);
    file->kind = kind_of(case_text(roots[CASE_ROOT_KIND]));
    file->request = roots[CASE_ROOT_REQUEST];
    file->patient = roots[CASE_ROOT_PATIENT];
    file->coverage = roots[CASE_ROOT_COVERAGE];
    file->answers_value = roots[CASE_ROOT_ANSWERS];
    file->sources_value = roots[CASE_ROOT_SOURCES];
    file->complete = roots[CASE_ROOT_COMPLETE];
    file->annotations = roots[CASE_ROOT_ANNOTATIONS];
    file->forum = case_text(yyjson_obj_get(file->request, "forum"));
    file->lists[CASE_LINES] = yyjson_obj_get(file->request, "lines");
    for (unsigned list = CASE_LINES + 1; list < CASE_LISTS; list++)
        file->lists[list] = roots[case_list_root((enum case_list)list)];
    file->has_received = received.at != NULL && civil_parse_instant(received.at, received.len,
                                                                    &file->received_ms);
    if (as_of.at == NULL)
        as_of = (struct str){received.at, received.len < 10 ? received.len : 10};
    if (!civil_parse(as_of.at, as_of.len, &file->as_of))
        assert(false); /* both were checked */
}

static bool too_large(struct case_problems *problems, size_t len, size_t limit)
{
    const struct str whole = {"", 0};

    if (len <= limit)
        return false;
    case_problem_add(problems, "too-large", whole, 0,
                     "leave the text of documents out, or raise 'case_mib' in the registry",
                     "the case document has %zu bytes, more than the limit of %zu", len, limit);
    return true;
}

bool casefile_parse(struct casefile *file, const char *bytes, size_t len, struct pool *pool,
                    const struct case_limits *limits, struct case_problems *problems,
                    struct err *err)
{
    struct err local = {.kind = ERR_NONE};
    struct checker checker = {.file = file, .problems = problems, .pool = pool,
                              .limits = limits == NULL ? &case_limits_default : limits,
                              .list = CASE_LISTS};
    yyjson_read_err nothing = {.code = YYJSON_READ_ERROR_EMPTY_CONTENT};

    memset(file, 0, sizeof *file);
    memset(problems, 0, sizeof *problems);
    file->bytes = (struct str){bytes, len};
    file->pool = pool;
    problems->pool = pool;
    if (len == 0)
        case_syntax_problem(problems, file->bytes, &nothing);
    else if (!too_large(problems, len, checker.limits->bytes))
        file->root = parse(&checker, &local);
    if (file->root != NULL && !case_check(&checker))
        no_memory(len, &local);
    if (local.kind != ERR_NONE) {
        if (err != NULL)
            *err = local;
        return false;
    }
    if (problems->count > 0) {
        case_problems_settle(problems, file->bytes);
        return sum_up(problems, err);
    }
    fill(file, checker.roots);
    return true;
}
