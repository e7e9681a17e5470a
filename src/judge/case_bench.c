/*
 * case_bench.c - what reading one case document costs.
 *
 * Three figures for a case of about 7 KB: the parser alone, reading and
 * checking in a region as the worker does it, and the check by itself. The best
 * of several rounds is shown: the machine's noise only ever adds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "judge/casefile.h"

#define REGION_BYTES (4u << 20)
#define ROUNDS 15
#define RUNS 2000

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* An invented case with the parts that real ones have, about 7 KB long. */
static void write_case(struct buf *out)
{
    buf_puts(out,
             "{\"schema\":\"rubric-case/1\",\"caseId\":\"BENCH-1\","
             "\"kind\":\"prior-authorization\","
             "\"received\":\"2026-11-02T20:04:05Z\",\"asOf\":\"2026-11-02\",\"request\":{"
             "\"urgency\":\"standard\",\"provider\":{\"npi\":\"1000000004\"},\"lines\":[{"
             "\"sequence\":1,\"system\":\"cpt\",\"code\":\"64483\",\"modifier\":[\"RT\"],"
             "\"quantity\":{\"value\":1},\"serviced\":{\"start\":\"2026-11-16\","
             "\"end\":\"2026-12-31\"},\"bodySite\":{\"region\":\"lumbosacral\",\"level\":"
             "[\"L5-S1\"],\"laterality\":\"right\"},\"src\":[\"s0\"]}]},"
             "\"patient\":{\"birthDate\":\"1971-04-09\",\"src\":[\"s0\"]},\"treatments\":[");
    for (int i = 0; i < 8; i++)
        buf_printf(out,
                   "%s{\"id\":\"tx%d\",\"kind\":\"medication\",\"class\":\"nsaid\",\"text\":"
                   "\"naproxen 500 MG oral tablet\",\"status\":\"stopped\",\"period\":{\"start\":"
                   "\"2026-07-15\",\"end\":\"2026-09-%02d\"},\"dose\":{\"value\":500,\"unit\":"
                   "\"mg\"},\"frequencyPerDay\":2,\"reasonStopped\":{\"code\":"
                   "\"inadequate-relief\"},\"src\":[\"s%d\"]}",
                   i == 0 ? "" : ",", i, i + 1, i);
    buf_puts(out, "],\"observations\":[");
    for (int i = 0; i < 8; i++)
        buf_printf(out,
                   "%s{\"id\":\"ob%d\",\"name\":\"pain-nrs\",\"code\":{\"system\":\"loinc\","
                   "\"code\":\"72514-3\"},\"effective\":\"2026-10-%02d\",\"value\":{\"number\":%d,"
                   "\"unit\":\"{score}\",\"scale\":[0,10]},\"src\":[\"s%d\"]}",
                   i == 0 ? "" : ",", i, i + 10, i, i + 8);
    buf_puts(out, "],\"answers\":{");
    for (int i = 0; i < 8; i++)
        buf_printf(out,
                   "%s\"safety.question_%d\":{\"value\":false,\"type\":\"boolean\",\"origin\":"
                   "\"manual\",\"src\":[\"s%d\"]}",
                   i == 0 ? "" : ",", i, i + 16);
    buf_puts(out, "},\"documents\":[{\"id\":\"doc1\",\"contentType\":\"text/plain\",\"text\":"
                  "\"Follow-up. Right leg pain 7/10, walking limited to 10 minutes.\"}],"
                  "\"sources\":{");
    for (int i = 0; i < 24; i++)
        buf_printf(out,
                   "%s\"s%d\":{\"kind\":\"ehr\",\"ref\":\"Observation/o%d\","
                   "\"path\":\"value\"}",
                   i == 0 ? "" : ",", i, i);
    buf_puts(out, ",\"q\":{\"kind\":\"reviewer\",\"doc\":\"doc1\",\"span\":[11,30],\"quote\":"
                  "\"Right leg pain 7/10\"}}}");
}

static void *take(void *pool, size_t size)
{
    return pool_take(pool, size);
}

static void *retake(void *pool, void *old, size_t old_size, size_t size)
{
    void *moved = pool_take(pool, size);

    return moved == NULL ? NULL : memcpy(moved, old, old_size);
}

static void give_back(void *pool, void *old)
{
    (void)pool;
    (void)old;
}

/* The parser alone, as casefile_parse() uses it. */
static bool parse_only(const char *bytes, size_t len, struct pool *pool)
{
    const yyjson_alc alc = {take, retake, give_back, pool};
    char *copy = pool_take(pool, len + YYJSON_PADDING_SIZE);

    return copy != NULL &&
           yyjson_read_opts(memcpy(copy, bytes, len), len, YYJSON_READ_INSITU, &alc, NULL) != NULL;
}

static bool read_whole(const char *bytes, size_t len, struct pool *pool)
{
    struct case_problems problems;
    struct casefile file;

    return casefile_parse(&file, bytes, len, pool, NULL, &problems, NULL);
}

/* Microseconds for one run, the best of all rounds; negative if it fails. */
static double measure(bool (*run)(const char *, size_t, struct pool *), const struct buf *text,
                      struct pool *pool)
{
    double best = -1;

    for (int round = 0; round < ROUNDS; round++) {
        double started = now_us();
        double took;

        for (int i = 0; i < RUNS; i++) {
            if (!run(text->data, text->len, pool))
                return -1;
            pool_reset(pool);
        }
        took = (now_us() - started) / RUNS;
        best = best < 0 || took < best ? took : best;
    }
    return best;
}

int main(void)
{
    struct buf text = BUF_INIT;
    struct pool pool;
    void *region = calloc(1, REGION_BYTES);
    double parser, whole;

    write_case(&text);
    if (region == NULL || text.failed)
        return 1;
    pool_over(&pool, region, REGION_BYTES);
    parser = measure(parse_only, &text, &pool);
    whole = measure(read_whole, &text, &pool);
    printf("case document of %zu bytes\n", text.len);
    printf("  parse            %6.2f us\n", parser);
    printf("  parse and check  %6.2f us\n", whole);
    printf("  check            %6.2f us\n", whole - parser);
    buf_free(&text);
    free(region);
    return parser < 0 || whole < 0;
}
