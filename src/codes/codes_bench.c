/*
 * codes_bench.c - figures of the code tables, over some 98,000 invented codes,
 * or those of the file that RUBRIC_ICD10_ORDER names (with its own name, from
 * which the year is read).
 */
#include <time.h>

#include "codes/codes_fixture.h"
#include "codes/index.h"
#include "codes/tables.h"

static double now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

#define QUERIES 200000

struct query {
    struct str code;
    char text[12];
};

/* Codes of the table with the dot, one in ten of them spoilt. */
static struct query *make_queries(const struct index *index)
{
    struct query *queries = calloc(QUERIES, sizeof *queries);
    uint64_t state = 88172645463325252u;

    for (int i = 0; queries != NULL && i < QUERIES; i++) {
        uint32_t row = (uint32_t)(random_next(&state) % index->rows);

        code_show(CODE_SYSTEM_ICD10CM, index->row[row].key, queries[i].text);
        if (i % 10 == 0)
            queries[i].text[2] = 'Y';
        queries[i].code = str_of(queries[i].text);
    }
    return queries;
}

#define ROUND 1024 /* queries, some 30 us: mostly left alone even on a busy machine */

static double ask(const struct codes *codes, const struct codeset *set,
                  const struct query *queries, day_t day, size_t *hits)
{
    const struct str system = str_of("icd-10-cm");
    struct code_entry entry;
    double start = now_ns();

    for (int i = 0; i < ROUND && set == NULL; i++)
        *hits += codes_status(codes, system, queries[i].code, day, &entry) == CODE_BILLABLE;
    for (int i = 0; i < ROUND && set != NULL; i++)
        *hits += codeset_has(set, system, queries[i].code, day);
    return (now_ns() - start) / ROUND;
}

static int by_number(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return a < b ? -1 : a > b;
}

/* Warm: the same 1,024 codes again and again; any: all queries, each once a
 * turn. With set NULL the state of the code is asked. */
static void report(const char *what, const struct codes *codes, const struct codeset *set,
                   const struct query *queries, day_t day)
{
    static double warm[4000], any[QUERIES / ROUND * 20];
    size_t warms = sizeof warm / sizeof warm[0], anys = sizeof any / sizeof any[0], hits = 0;

    for (size_t i = 0; i < anys; i++)
        any[i] = ask(codes, set, queries + i % (QUERIES / ROUND) * ROUND, day, &hits);
    for (size_t i = 0; i < warms; i++)
        warm[i] = ask(codes, set, queries, day, &hits);
    qsort(warm, warms, sizeof warm[0], by_number);
    qsort(any, anys, sizeof any[0], by_number);
    printf("%-12s %5.1f ns warm (least %.1f), %6.1f ns any of all codes (%.0f %% true)\n", what,
           warm[warms / 2], warm[0], any[anys / 2],
           100.0 * (double)hits / (double)((warms + anys) * ROUND));
}

static void measure_queries(const struct codes *codes, const struct query *queries, day_t day)
{
    struct codeset_item items[2] = {
        {{NULL, 0}, CODESET_TREE, str_of("M54"), {NULL, 0}, false},
        {{NULL, 0}, CODESET_RANGE, str_of("A00"), str_of("K99"), false}};
    struct codeset *small, *large;
    struct pool pool;
    struct err err;

    report("lookup", codes, NULL, queries, day);
    pool_init(&pool);
    small = codeset_compile(&pool, codes, items, 1, &err);
    large = codeset_compile(&pool, codes, items, 2, &err);
    if (small == NULL || large == NULL)
        abort();
    report("small set", codes, small, queries, day);
    report("large set", codes, large, queries, day);
    pool_free(&pool);
}

static void measure_opening(const char *path)
{
    double best = 1e18;

    for (int i = 0; i < 50; i++) {
        double start = now_ns();
        struct codes *codes;
        struct err err;

        if (!codes_open(path, &codes, &err) ||
            codes_status(codes, str_of("icd-10-cm"), str_of("M54.16"), 0, NULL) == CODE_MALFORMED)
            abort();
        codes_close(codes);
        if (now_ns() - start < best)
            best = now_ns() - start;
    }
    printf("opening      %6.0f us, with one question, best of 50%s\n", best / 1000,
           path == NULL ? ", starter only" : "");
}

int main(void)
{
    const char *real = getenv("RUBRIC_ICD10_ORDER");
    struct fixture_order order = {BUF_INIT, 0};
    struct import_file file;
    struct codes *codes;
    struct query *queries;
    struct err err;
    char path[256];
    double start;
    day_t day;

    fixture_home(path);
    if (real != NULL) {
        if (!import_file_read(real, &file, &err)) {
            err_print(&err);
            return 1;
        }
    } else {
        fixture_order(&order, 1330, 10, 2026);
        file = fixture_file("icd10cm_order_2026.txt", order.text.data, order.text.len);
    }
    start = now_ns();
    if (!fixture_import(path, file.name, file.bytes, file.len, NULL, &err) ||
        !codes_open(path, &codes, &err)) {
        err_print(&err);
        return 1;
    }
    printf("import       %6.2f s, %u codes, %.1f MB mapped\n", (now_ns() - start) / 1e9,
           codes->home.rows, (double)codes->home.size / 1e6);
    measure_opening(NULL);
    measure_opening(path);
    day = index_windows(&codes->home, CODE_SYSTEM_ICD10CM, &(uint32_t){0})[0].from;
    queries = make_queries(&codes->home);
    if (queries == NULL)
        return 1;
    measure_queries(codes, queries, day);
    free(queries);
    codes_close(codes);
    buf_free(&order.text);
    fixture_remove(path);
    return 0;
}
