/*
 * audit_bench.c - the figures of the log, durable, with the sync time of the
 * machine beside them.
 *
 * BENCH_RECORDS (200,000) sealed records, BENCH_TREE (1,000,000) small ones.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "audit/export.h"
#include "audit/proof.h"
#include "audit/queue.h"
#include "audit/verify.h"

#define SINGLES 2000
#define WINDOW 2048
#define BODY 1024

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Processor time of this process so far, in microseconds. */
static double cpu_us(void)
{
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6 +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static void stop(const char *what, const struct err *err)
{
    fprintf(stderr, "audit_bench: %s: %s\n", what, err->text);
    exit(1);
}

static long count_of(const char *name, long usual)
{
    const char *text = getenv(name);

    return text == NULL ? usual : atol(text);
}

static int remove_one(const char *path, const struct stat *file, int kind, struct FTW *where)
{
    (void)file;
    (void)kind;
    (void)where;
    return remove(path);
}

static void make_home(char *home, size_t size)
{
    const char *top = getenv("TMPDIR");

    snprintf(home, size, "%s/rubric-bench-XXXXXX", top == NULL ? "/tmp" : top);
    if (mkdtemp(home) == NULL)
        exit(1);
}

/* The middle and the 99th of a hundred of so many times. */
static void report(const char *what, double *times, size_t count)
{
    qsort(times, count, sizeof *times, by_size);
    printf("%-44s p50 %7.3f ms   p99 %7.3f ms\n", what, times[count / 2], times[count * 99 / 100]);
}

static void bench_sync(const char *home)
{
    static double times[500];
    static char page[4096];
    char path[4200];
    int file;

    snprintf(path, sizeof path, "%s/sync", home);
    file = open(path, O_RDWR | O_CREAT, 0600);
    for (size_t i = 0; i < 500; i++) {
        double from = now_ms();

        if (pwrite(file, page, sizeof page, (off_t)(i * sizeof page)) < 0 || fdatasync(file) != 0)
            exit(1);
        times[i] = now_ms() - from;
    }
    close(file);
    unlink(path);
    report("this machine: append 4 KiB and sync", times, 500);
}

/* A determination with so many bytes sealed, in JSON-like text. */
struct sample {
    struct audit_determination determination;
    struct audit_seal seal[2];
    struct audit_record record;
    char case_id[32];
    char body[BODY];
};

static void fill(struct sample *s, long number)
{
    static const uint8_t hash[32] = {1};
    size_t at = 0;

    memset(s, 0, sizeof *s);
    snprintf(s->case_id, sizeof s->case_id, "BENCH-%08ld", number);
    while (at + 64 < sizeof s->body)
        at += (size_t)snprintf(s->body + at, sizeof s->body - at,
                               "{\"fact\":\"pain.score\",\"value\":%ld,\"src\":[\"s%ld\"]},",
                               number * 31 % 97, (long)at * number % 1013);
    s->determination = (struct audit_determination){
        .policy_id = "cms.epidural-injections", .policy_version = "2026.1", .engine_build = hash,
        .engine_level = 1, .rec = "pend", .met = 9, .undocumented = 2, .now_ms = 1760000000000,
        .budget_instr = 10000000, .budget_mem = 67108864, .used_instr = 120000};
    s->seal[0] = (struct audit_seal){"input", s->body, sizeof s->body / 2};
    s->seal[1] = (struct audit_seal){"output", s->body + sizeof s->body / 2, sizeof s->body / 2};
    s->record = (struct audit_record){.kind = "determination", .case_id = s->case_id,
                                      .determination = &s->determination, .seals = s->seal,
                                      .seal_count = 2};
}

static struct audit *open_log(const char *home)
{
    struct audit *audit;
    struct err err;

    if (!audit_open(home, NULL, &audit, &err))
        stop("open", &err);
    return audit;
}

static void bench_single(const char *home)
{
    static double times[SINGLES];
    struct audit *audit = open_log(home);
    struct audit_receipt receipt;
    struct sample s;
    struct err err;

    for (long i = 0; i < SINGLES; i++) {
        double from;

        fill(&s, i);
        from = now_ms();
        if (!audit_append(audit, &s.record, 1, &receipt, &err))
            stop("append", &err);
        times[i] = now_ms() - from;
    }
    audit_close(audit);
    report("one record, 1 KiB sealed, durable", times, SINGLES);
}

static void bench_open(const char *home)
{
    static double times[100];

    for (size_t i = 0; i < 100; i++) {
        double from = now_ms();
        struct audit *audit = open_log(home);

        times[i] = now_ms() - from;
        audit_close(audit);
    }
    report("opening a log", times, 100);
}

static off_t size_of(const char *home)
{
    char path[4200];
    struct stat file;

    snprintf(path, sizeof path, "%s/audit.db", home);
    return stat(path, &file) == 0 ? file.st_size : 0;
}

/* What a record costs on disk beside the bytes that were sealed in it. */
static void report_overhead(const char *home, off_t grown, long records)
{
    char path[4200];
    sqlite3_stmt *get = NULL;
    sqlite3 *db = NULL;
    double bodies = -1;

    snprintf(path, sizeof path, "%s/audit.db", home);
    if (sqlite3_open(path, &db) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT avg(n) FROM (SELECT sum(length(body)) AS n FROM sealed s"
                               " JOIN sealed_ref r ON r.sealed_id = s.id GROUP BY r.entry_idx)",
                           -1, &get, NULL) == SQLITE_OK &&
        sqlite3_step(get) == SQLITE_ROW)
        bodies = sqlite3_column_double(get, 0);
    sqlite3_finalize(get);
    sqlite3_close(db);
    printf("%-44s %.0f bytes (the sealed bodies, packed, are %.0f more)\n",
           "overhead of a record without its bodies", (double)grown / (double)records - bodies,
           bodies);
}

/* One thread submits as an event loop does, a window of tickets under way. */
static void bench_batch(const char *home, long records)
{
    struct audit *audit = open_log(home);
    struct audit_ticket *ticket = calloc(WINDOW, sizeof *ticket);
    struct sample *sample = calloc(WINDOW, sizeof *sample);
    struct audit_queue *queue;
    off_t before = size_of(home);
    struct err err;
    double from, seconds, cpu = cpu_us();

    if (!audit_queue_start(audit, &queue, &err))
        stop("queue", &err);
    from = now_ms();
    for (long i = 0; i < records; i++) {
        struct audit_ticket *one = &ticket[i % WINDOW];

        if (i >= WINDOW && !audit_queue_wait(queue, one))
            stop("batch", &one->err);
        fill(&sample[i % WINDOW], 100000 + i);
        one->record = sample[i % WINDOW].record;
        if (!audit_queue_submit(queue, one))
            stop("submit", &one->err);
    }
    for (long i = 0; i < WINDOW && i < records; i++)
        if (!audit_queue_wait(queue, &ticket[i]))
            stop("batch", &ticket[i].err);
    seconds = (now_ms() - from) / 1e3;
    audit_queue_stop(queue);
    audit_close(audit);
    printf("%-44s %.0f records/s (%ld records, %.1f us processor and %.0f bytes on disk each)\n",
           "batch, 1 KiB sealed each, all durable", (double)records / seconds, records,
           (cpu_us() - cpu) / (double)records, (double)(size_of(home) - before) / (double)records);
    report_overhead(home, size_of(home) - before, records);
    free(ticket);
    free(sample);
}

static void verify_log(const char *home, bool skip_sealed, const char *what)
{
    char path[4200];
    struct verify_options options = {.path = path, .skip_sealed = skip_sealed};
    struct verify_result result;
    struct err err;
    double from = now_ms(), cpu = cpu_us();

    snprintf(path, sizeof path, "%s/audit.db", home);
    if (!audit_verify(&options, &result, &err))
        stop("verify", &err);
    printf("%-44s %.0f records/s (%llu records, %llu checkpoints, %.1f us processor each)\n", what,
           (double)result.checked / (now_ms() - from) * 1e3, (unsigned long long)result.checked,
           (unsigned long long)result.checkpoints, (cpu_us() - cpu) / (double)result.checked);
    if (result.violations > 0)
        exit(1);
}

static void grow_tree(const char *home, long records)
{
    static struct audit_record record[256];
    static struct audit_receipt receipt[256];
    struct audit *audit = open_log(home);
    struct err err;
    double from = now_ms();

    for (size_t i = 0; i < 256; i++)
        record[i] = (struct audit_record){.kind = "review", .more = "{\"target\":1}"};
    for (long i = 0; i < records; i += 256)
        if (!audit_append(audit, record, 256, receipt, &err))
            stop("append", &err);
    audit_close(audit);
    printf("%-44s %.0f records/s\n", "batches of 256, nothing sealed",
           (double)records / (now_ms() - from) * 1e3);
}

static void bench_growth(const char *home, long records)
{
    static double times[1000];
    struct audit *audit = open_log(home);
    struct buf out = BUF_INIT;
    struct err err;
    uint64_t size = 1;
    char what[64];

    for (size_t i = 0; i < 1000; i++) {
        double from = now_ms();

        buf_reset(&out);
        size = size * 6364136223846793005u + 1442695040888963407u;
        if (!audit_consistency(audit, 1 + size % (uint64_t)records, &out, &err))
            stop("consistency", &err);
        times[i] = now_ms() - from;
    }
    buf_free(&out);
    audit_close(audit);
    snprintf(what, sizeof what, "growth to %ld records, proven", records);
    report(what, times, 1000);
}

static void bench_proofs(const char *home, long records)
{
    static double times[1000];
    struct audit *audit = open_log(home);
    struct buf out = BUF_INIT;
    struct err err;
    uint64_t index = 1;
    char what[64];

    for (size_t i = 0; i < 1000; i++) {
        double from = now_ms();

        buf_reset(&out);
        index = index * 6364136223846793005u + 1442695040888963407u;
        if (!audit_prove(audit, index % (uint64_t)records, &out, &err))
            stop("prove", &err);
        times[i] = now_ms() - from;
    }
    buf_free(&out);
    audit_close(audit);
    snprintf(what, sizeof what, "a proof among %ld records", records);
    report(what, times, 1000);
}

int main(void)
{
    long records = count_of("BENCH_RECORDS", 200000);
    long tree = count_of("BENCH_TREE", 1000000);
    char home[512], large[512];

    make_home(home, sizeof home);
    make_home(large, sizeof large);
    bench_sync(home);
    bench_single(home);
    bench_open(home);
    bench_batch(home, records);
    verify_log(home, true, "verify V1 to V5 (and V8)");
    verify_log(home, false, "verify, sealed fields and content too");
    grow_tree(large, tree);
    verify_log(large, true, "verify V1 to V5, nothing sealed");
    bench_proofs(large, tree);
    bench_growth(large, tree);
    nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    nftw(large, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}
