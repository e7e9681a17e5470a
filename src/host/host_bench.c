/*
 * host_bench.c - what a decision costs, stage by stage and end to end.
 *
 * 1,000 made-up cases of 3 to 10 KB and a policy of fourteen criteria
 * (tests/bench). Each stage gives its mean and the times that 50, 99 and 99.9 of
 * a hundred runs stay below. Where node is on the machine, the same criteria in
 * plain JavaScript run in turns with ours: on a shared machine only ratios
 * count. BENCH_JSON=FILE writes the figures, BASE=FILE compares with such a file.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <yyjson.h>

#include "base/sha256.h"
#include "host/bench_cases.h"
#include "host/bench_figures.h"
#include "host/host_batch.h"
#include "host/inside.h"
#include "host/parts.h"
#include "host/service_inside.h"
#include "judge/answer.h"
#include "judge/judge.h"

#define CASES 1000
#define ROUNDS 5

struct bench {
    char folder[64];
    char cases_path[96];
    struct buf cases[CASES];
    struct figures figures;
};

static _Noreturn void stop(const char *what, const struct err *err)
{
    fprintf(stderr, "host_bench: %s: %s\n", what, err == NULL ? "" : err->text);
    exit(1);
}

/* Processor time so far, in microseconds. */
static double cpu_us(int who)
{
    struct rusage use;

    getrusage(who, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6 +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

/* ---- cases and policies ---------------------------------------------------------------------- */

static void write_cases(struct bench *bench)
{
    FILE *file;

    snprintf(bench->cases_path, sizeof bench->cases_path, "%s/cases.ndjson", bench->folder);
    file = fopen(bench->cases_path, "w");
    for (int k = 0; file != NULL && k < CASES; k++) {
        write_case(&bench->cases[k], k);
        fwrite(bench->cases[k].data, 1, bench->cases[k].len, file);
        fputc('\n', file);
    }
    if (file == NULL || fclose(file) != 0)
        stop("the cases cannot be written", NULL);
}

/* ---- plain JavaScript ------------------------------------------------------------------ */

/* Its mean; 0 if there is no node. */
static double run_javascript(struct bench *bench, const char *name)
{
    char command[256];
    struct figure figure = {.mean = 0};
    FILE *pipe;
    bool ok;

    if (system("command -v node >/dev/null 2>&1") != 0) {
        printf("  %s: skipped, there is no node\n", name);
        return 0;
    }
    snprintf(figure.name, sizeof figure.name, "%s", name);
    snprintf(command, sizeof command, "node tests/bench/words.js %s 10", bench->cases_path);
    fflush(stdout);
    pipe = popen(command, "r");
    ok = pipe != NULL && fscanf(pipe, "%lf %lf %lf %lf", &figure.mean, &figure.p50, &figure.p99,
                                &figure.p999) == 4;
    if (pipe == NULL || pclose(pipe) != 0 || !ok)
        stop("node tests/bench/words.js failed", NULL);
    figures_show(&bench->figures, &figure);
    return figure.mean;
}

/* ---- one process, stage by stage --------------------------------------------------------- */

struct stages {
    struct bench *bench;
    struct service *service;
    struct pool pool, kept;
    struct codes *codes;
    const struct policy *policy;
    struct buf out, payload;
    double *took;
};

/* Sends the service a request as a worker would get it; its answer is in out. */
static void serve(struct stages *stages, enum service_kind kind)
{
    struct err err;

    buf_reset(&stages->out);
    if (!service_handle(&stages->service, (uint16_t)kind, stages->payload.data,
                        stages->payload.len, &stages->out, &err))
        stop("the service failed", &err);
}

static void put_review(struct stages *stages, const struct buf *text, const char *key)
{
    struct buf *out = &stages->payload;
    char sha[KEY_TEXT];

    key_of(text->data, text->len, sha);
    buf_reset(out);
    parts_puts(out, sha);
    parts_puts(out, NULL);
    parts_puts(out, NULL);
    parts_puts(out, key);
    parts_puts(out, NULL);
    parts_puts(out, NULL);
    parts_put(out, text->data, text->len);
}

/* A bundle of one file, loaded; returns its tree. */
static struct str load(struct stages *stages, const char *file, char key[KEY_TEXT])
{
    struct buf text = BUF_INIT, json = BUF_INIT;
    struct str rest, word, tree;
    struct err err;
    char path[64];

    snprintf(path, sizeof path, "tests/bench/%s", file);
    if (!read_file(path, 1 << 20, &text, &err))
        stop("a policy cannot be read", &err);
    buf_puts(&json, "{\"entry\":\"\",\"files\":[{\"name\":");
    buf_put_json(&json, file, strlen(file));
    buf_puts(&json, ",\"text\":");
    buf_put_json(&json, text.data, text.len);
    buf_puts(&json, "}],\"modules\":[],\"schema\":\"rubric-bundle/1\"}");
    key_of(json.data, json.len, key);
    buf_reset(&stages->payload);
    parts_puts(&stages->payload, key);
    parts_put(&stages->payload, json.data, json.len);
    serve(stages, SERVICE_LOAD);
    rest = (struct str){stages->out.data, stages->out.len};
    if (!parts_next(&rest, &word) || !str_is(word, SERVICE_TREE) || !parts_next(&rest, &tree))
        stop("a bench policy does not load", NULL);
    buf_free(&text);
    buf_free(&json);
    return tree;
}

static void parse(struct stages *stages, struct casefile *file, const struct buf *text)
{
    struct case_problems problems;
    struct err err;

    if (!casefile_parse(file, text->data, text->len, &stages->pool, NULL, &problems, &err))
        stop("a case is none", &err);
}

static void run_parts(struct stages *stages)
{
    static const char *const names[] = {"parse and check", "judge, words", "write the answer",
                                        "wipe the memory of a request"};
    double *took = stages->took;
    struct answer_frame frame = {.engine_level = 1};
    size_t count = CASES * ROUNDS;

    for (size_t i = 0; i < count + CASES; i++) {
        struct casefile file;
        struct judgement judgement;
        struct eval eval;
        struct err err;
        size_t at = i < CASES ? 0 : i - CASES; /* the first round warms up */
        double began = now_us();

        parse(stages, &file, &stages->bench->cases[i % CASES]);
        took[at] = now_us() - began;
        began = now_us();
        if (!eval_init(&eval, stages->policy, &file, stages->codes, &stages->pool, &err) ||
            !judge_run(&eval, &judgement))
            stop("a case cannot be judged", &err);
        took[count + at] = now_us() - began;
        began = now_us();
        buf_reset(&stages->out);
        answer_write(&stages->out, &file, &judgement, &frame);
        took[2 * count + at] = now_us() - began;
        began = now_us();
        pool_reset_mapped(&stages->pool);
        took[3 * count + at] = now_us() - began;
    }
    for (size_t i = 0; i < 4; i++)
        figures_times(&stages->bench->figures, names[i], took + i * count, count);
}

/* Its mean. */
static double run_service(struct stages *stages, const char *name, const char *key)
{
    size_t count = CASES * ROUNDS;

    for (size_t i = 0; i < count + CASES; i++) {
        size_t at = i < CASES ? 0 : i - CASES;
        double began;

        put_review(stages, &stages->bench->cases[i % CASES], key);
        began = now_us();
        serve(stages, SERVICE_REVIEW);
        stages->took[at] = now_us() - began;
    }
    return figures_times(&stages->bench->figures, name, stages->took, count);
}

/* The same decisions three times over: the machine's speed changes, and only
 * what ran in the same moment compares. */
static void run_against_javascript(struct stages *stages, const char *words,
                                   const char *functions)
{
    double plain = 0, by_words = 0, by_functions = 0;

    for (int round = 1; round <= 3; round++) {
        char name[3][56];

        snprintf(name[0], sizeof name[0], "plain JavaScript, no isolation, %d", round);
        snprintf(name[1], sizeof name[1], "JSON to answer, words, %d", round);
        snprintf(name[2], sizeof name[2], "JSON to answer, three functions, %d", round);
        plain += run_javascript(stages->bench, name[0]);
        by_words += run_service(stages, name[1], words);
        by_functions += run_service(stages, name[2], functions);
    }
    if (plain == 0)
        return;
    figures_count(&stages->bench->figures, "times plain JavaScript, words", plain / by_words);
    figures_count(&stages->bench->figures, "times plain JavaScript, functions",
                  plain / by_functions);
}

/* An interpreter as new, for the first function criterion of a case. */
static void run_restore(struct stages *stages, const char *key)
{
    struct shelf_policy *kept = shelf_find(&stages->service->shelf, str_of(key));
    double *took = stages->took;
    size_t count = CASES * ROUNDS;

    if (kept == NULL || kept->image == NULL)
        stop("the policy with functions is not at hand", NULL);
    for (size_t i = 0; i < count; i++) {
        double began;

        put_review(stages, &stages->bench->cases[i % CASES], key);
        serve(stages, SERVICE_REVIEW); /* something to wipe away */
        began = now_us();
        lua_box_restore(stages->service->box, kept->image);
        took[i] = now_us() - began;
    }
    figures_times(&stages->bench->figures, "restore the interpreter", took, count);
}

/* What makes a record ready for the log: salts, commitments, packing. */
static void run_seal(struct stages *stages, const struct buf *answer)
{
    struct audit_sealed sealed[2] = {{.packed = BUF_INIT}, {.packed = BUF_INIT}};
    double *took = stages->took;
    struct err err;
    size_t bytes = 0;

    for (size_t i = 0; i < CASES; i++) {
        const struct buf *text = &stages->bench->cases[i];
        const struct audit_seal seals[2] = {{"input", text->data, text->len},
                                            {"output", answer->data, answer->len}};
        double began = now_us();

        if (!audit_seal_all(seals, 2, sealed, &err))
            stop("nothing is sealed", &err);
        took[i] = now_us() - began;
        bytes += sealed[0].packed.len + sealed[1].packed.len;
    }
    figures_times(&stages->bench->figures, "seal, hash and pack case and answer", took, CASES);
    figures_count(&stages->bench->figures, "bytes of them in the log", (double)bytes / CASES);
    audit_sealed_free(&sealed[0]);
    audit_sealed_free(&sealed[1]);
}

static void run_host_parts(struct stages *stages, const char *key)
{
    double *took = stages->took;
    size_t count = CASES * ROUNDS;
    struct answer_facts facts = {.reads = BUF_INIT};
    struct str rest, word, part;
    struct buf answer = BUF_INIT;
    struct err err;
    char sha[KEY_TEXT];

    for (size_t i = 0; i < count; i++) {
        const struct buf *text = &stages->bench->cases[i % CASES];
        double began = now_us();

        key_of(text->data, text->len, sha);
        took[i] = now_us() - began;
        put_review(stages, text, key);
        serve(stages, SERVICE_REVIEW);
        rest = (struct str){stages->out.data, stages->out.len};
        if (!parts_next(&rest, &word) || !parts_next(&rest, &part))
            stop("no answer", NULL);
        buf_reset(&answer);
        buf_put(&answer, part.at, part.len);
        began = now_us();
        if (!answer_check(&answer, &facts, &err))
            stop("a wrong answer", &err);
        took[count + i] = now_us() - began;
    }
    figures_times(&stages->bench->figures, "hash the case", took, count);
    figures_times(&stages->bench->figures, "check the answer", took + count, count);
    figures_count(&stages->bench->figures, "bytes of an answer", (double)answer.len);
    run_seal(stages, &answer);
    buf_free(&answer);
    buf_free(&facts.reads);
}

/* The box wants its own address: this process never forks a crew. */
static void run_stages(struct bench *bench)
{
    struct stages stages = {.bench = bench, .out = BUF_INIT, .payload = BUF_INIT};
    struct service_options options = {.codes_path = "/nonexistent"};
    char words[KEY_TEXT], functions[KEY_TEXT];
    void *region = aligned_alloc(4096, (size_t)64 << 20);
    struct str tree;
    struct err err;

    stages.took = calloc((size_t)4 * CASES * ROUNDS, sizeof *stages.took);
    if (region == NULL || stages.took == NULL || !service_open(&options, &stages.service, &err) ||
        !service_zygote_setup(&stages.service, &err) ||
        !service_worker_setup(&stages.service, &err) ||
        !codes_open(options.codes_path, &stages.codes, &err))
        stop("no service", &err);
    memset(region, 0, (size_t)64 << 20);
    pool_over(&stages.pool, region, (size_t)64 << 20);
    pool_init(&stages.kept);
    load(&stages, "functions.lua", functions);
    tree = load(&stages, "words.lua", words);
    stages.policy = policy_read(tree.at, tree.len, &stages.kept, &stages.pool, stages.codes, &err);
    if (stages.policy == NULL)
        stop("the tree cannot be read", &err);
    pool_reset(&stages.pool);
    run_against_javascript(&stages, words, functions);
    run_restore(&stages, functions);
    run_parts(&stages);
    run_host_parts(&stages, words);
}

/* ---- instructions ------------------------------------------------------------------------ */

#define COUNTED 300 /* cases */

/* What valgrind counts: the stages once for some cases, with a tree from
 * `rubric policy show --json`, since under it no policy would load in time. */
static void run_counted(struct bench *bench, const char *tree_path)
{
    struct stages stages = {.bench = bench, .out = BUF_INIT};
    struct answer_frame frame = {.engine_level = 1};
    struct answer_facts facts = {.reads = BUF_INIT};
    struct audit_sealed sealed = {.packed = BUF_INIT};
    size_t size = (size_t)16 << 20;
    struct buf tree = BUF_INIT;
    void *region = calloc(1, size);
    char sha[KEY_TEXT];
    struct err err;

    if (region == NULL || !read_file(tree_path, 1 << 20, &tree, &err) ||
        !codes_open("/nonexistent", &stages.codes, &err))
        stop(tree_path, &err);
    pool_over(&stages.pool, region, size);
    pool_init(&stages.kept);
    stages.policy =
        policy_read(tree.data, tree.len, &stages.kept, &stages.pool, stages.codes, &err);
    if (stages.policy == NULL)
        stop(tree_path, &err);
    pool_reset(&stages.pool);
    for (size_t i = 0; i < COUNTED; i++) {
        const struct buf *text = &bench->cases[i];
        const struct audit_seal seal = {"input", text->data, text->len};
        struct judgement judgement;
        struct casefile file;
        struct eval eval;

        key_of(text->data, text->len, sha);
        frame.case_sha256 = frame.policy_sha256 = frame.engine_build = str_of(sha);
        parse(&stages, &file, text);
        buf_reset(&stages.out);
        if (!eval_init(&eval, stages.policy, &file, stages.codes, &stages.pool, &err) ||
            !judge_run(&eval, &judgement))
            stop("a case cannot be judged", &err);
        answer_write(&stages.out, &file, &judgement, &frame);
        pool_reset_mapped(&stages.pool);
        if (!answer_check(&stages.out, &facts, &err) || !audit_seal_all(&seal, 1, &sealed, &err))
            stop("a wrong answer", &err);
    }
}

/* Instructions of each stage, which do not depend on the neighbours. */
static void run_instructions(struct bench *bench, const char *rubric)
{
    static const struct {
        const char *name, *function;
    } stages[] = {{"instructions: parse and check", "casefile_parse"},
                  {"instructions: judge", "judge_run"},
                  {"instructions: write the answer", "answer_write"},
                  {"instructions: check the answer", "answer_check"},
                  {"instructions: seal, hash and pack a case", "audit_seal_all"}};
    char self[256] = "", command[1024], counted[64];

    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
        stop("/proc/self/exe cannot be read", NULL);
    snprintf(command, sizeof command,
             "%s policy show --json tests/bench/words.lua >%s/tree.json", rubric, bench->folder);
    if (system(command) != 0)
        stop("the bench policy has no tree", NULL);
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        FILE *pipe;

        snprintf(command, sizeof command,
                 "valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=%s "
                 "%s counted %s/tree.json 2>&1 | sed -n 's/.*Collected : //p'",
                 stages[i].function, self, bench->folder);
        pipe = popen(command, "r");
        if (pipe == NULL || fgets(counted, sizeof counted, pipe) == NULL || pclose(pipe) != 0 ||
            strtod(counted, NULL) == 0)
            stop("valgrind counts nothing", NULL);
        figures_count(&bench->figures, stages[i].name, strtod(counted, NULL) / COUNTED);
    }
}

/* ---- with workers and log ------------------------------------------------------------------ */

static struct host *open_host(struct bench *bench, const char *policies, int workers, bool audit,
                              bool many)
{
    struct host_options options = {.home = bench->folder,
                                   .policies_dir = policies,
                                   .workers = workers,
                                   .audit = audit,
                                   .many = many,
                                   .landlock = true};
    struct host *host;
    struct err err;

    if (!host_open(&options, &host, &err))
        stop("no host", &err);
    return host;
}

static void run_many(struct bench *bench, const char *name, const char *policy,
                     const char *policies, int workers, bool audit, int count)
{
    struct host *host = open_host(bench, policies, workers, audit, true);
    struct host_batch *batch;
    struct host_batch_result result;
    struct figure figure = {.mean = 0};
    struct err err;
    double began = 0, host_cpu = 0, worker_cpu = cpu_us(RUSAGE_CHILDREN);
    int asked = 0, answered = 0;

    if (!host_batch_open(host, false, &batch, &err))
        stop("no batch", &err);
    while (answered < count + CASES / 4) {
        for (; asked < count + CASES / 4 && host_batch_room(batch); asked++) {
            const struct buf *text = &bench->cases[asked % CASES];
            struct host_request request = {.case_bytes = text->data, .case_len = text->len,
                                           .policy = policy, .origin = "bench"};

            if (!host_batch_submit(batch, &request, 0, &err))
                stop("a case cannot be sent", &err);
        }
        if (!host_batch_collect(batch, &result) || !result.ok)
            stop("a case was not answered", &result.err);
        if (++answered == CASES / 4) { /* workers are up, the policy is loaded */
            began = now_us();
            host_cpu = cpu_us(RUSAGE_SELF);
        }
    }
    figure.mean = (now_us() - began) / count;
    figure.host_cpu = (cpu_us(RUSAGE_SELF) - host_cpu) / count;
    host_batch_close(batch);
    host_close(host); /* after this the workers' time is known, their start included */
    figure.worker_cpu = (cpu_us(RUSAGE_CHILDREN) - worker_cpu) / (count + CASES / 4);
    snprintf(figure.name, sizeof figure.name, "%s", name);
    figures_show(&bench->figures, &figure);
}

static void run_singles(struct bench *bench, const char *name, const char *policies, bool audit,
                        int count)
{
    struct host *host = open_host(bench, policies, 1, audit, false);
    struct host_answer answer = {.json = BUF_INIT};
    double *took = calloc((size_t)count, sizeof *took);
    struct err err;

    for (int i = -20; took != NULL && i < count; i++) {
        const struct buf *text = &bench->cases[(i + 20) % CASES];
        struct host_request request = {.case_bytes = text->data, .case_len = text->len,
                                       .origin = "bench"};
        double began = now_us();

        if (!host_review(host, &request, &answer, &err))
            stop("a case was not answered", &err);
        if (i >= 0)
            took[i] = now_us() - began;
    }
    figures_times(&bench->figures, name, took, (size_t)count);
    free(took);
    buf_free(&answer.json);
    host_close(host);
}

/* What the machine needs to make 13 KB durable at the end of a file. */
static void run_sync(struct bench *bench)
{
    static char bytes[13000];
    double took[300];
    char path[96];
    int fd;

    snprintf(path, sizeof path, "%s/sync", bench->folder);
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    for (size_t i = 0; fd >= 0 && i < 300; i++) {
        double began = now_us();

        if (write(fd, bytes, sizeof bytes) != (ssize_t)sizeof bytes || fdatasync(fd) != 0)
            stop("a file cannot be synced", NULL);
        took[i] = now_us() - began;
    }
    close(fd);
    figures_times(&bench->figures, "append of 13 KB and fdatasync", took, 300);
}

/* The log grows by small records until it has so many. */
static void grow_log(struct bench *bench, uint64_t records)
{
    static struct audit_record record[256];
    static struct audit_receipt receipt[256];
    struct audit *audit;
    uint64_t size = 0;
    struct err err;

    for (size_t i = 0; i < 256; i++)
        record[i].kind = "access";
    if (!audit_open(bench->folder, NULL, &audit, &err))
        stop("no log", &err);
    while (audit_size(audit, &size, &err) && size < records)
        if (!audit_append(audit, record, 256, receipt, &err))
            stop("the log does not grow", &err);
    audit_close(audit);
}

/* count entries, for other payers or for one payer and other codes; the last
 * one serves the cases. */
static void write_registry(struct bench *bench, int count, const char *payer, char *folder,
                           size_t size)
{
    char path[128], command[512];
    FILE *file;

    snprintf(folder, size, "%s/%s-%d", bench->folder, payer, count);
    mkdir(folder, 0700);
    snprintf(command, sizeof command,
             "cp tests/bench/words.lua %s && sed 's/covers .*/covers = codes { \"cpt:99213\" },/' "
             "tests/bench/words.lua >%s/other.lua",
             folder, folder);
    snprintf(path, sizeof path, "%s/registry.lua", folder);
    file = fopen(path, "w");
    if (system(command) != 0 || file == NULL)
        stop("the registry cannot be written", NULL);
    fprintf(file,
            "payer \"other\" { names = { \"Other\" } }\npayer \"bench\" { names = { \"Bench\" } }\n"
            "for i = 2, %d do\n  register(\"bench.other-\" .. i) { file = \"other.lua\", source = "
            "\"Bench\", payer = \"%s\", in_force = { from = \"2021-12-05\" } }\nend\n"
            "register \"bench.words\" { file = \"words.lua\", source = \"Bench\", payer = "
            "\"bench\", in_force = { from = \"2021-12-05\" } }\n",
            count, payer);
    fclose(file);
}

/* The first case of a host that has just been opened; false: a machine with too
 * much to do may not read a long registry in its time. */
static bool reads_registry(struct bench *bench, const char *name, const char *folder)
{
    struct host *host = open_host(bench, folder, 1, false, false);
    struct host_answer answer = {.json = BUF_INIT};
    struct host_request request = {.case_bytes = bench->cases[0].data,
                                   .case_len = bench->cases[0].len, .origin = "bench"};
    struct figure figure = {.mean = now_us()};
    struct err err;
    bool ok = host_review(host, &request, &answer, &err);

    figure.mean = (now_us() - figure.mean) / 1000;
    snprintf(figure.name, sizeof figure.name, "ms to the first answer, %.30s", name + 12);
    if (ok)
        figures_show(&bench->figures, &figure);
    else
        printf("  %s: skipped: %s\n", name, err.text);
    buf_free(&answer.json);
    host_close(host);
    return ok;
}

static void run_registries(struct bench *bench)
{
    static const struct {
        int count;
        const char *payer;
    } kinds[] = {{1, "other"}, {100, "other"}, {10000, "other"}, {100, "bench"}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char folder[96], name[56];

        write_registry(bench, kinds[i].count, kinds[i].payer, folder, sizeof folder);
        snprintf(name, sizeof name, "one worker, %d policies%s", kinds[i].count,
                 strcmp(kinds[i].payer, "bench") == 0 ? " of one payer" : " registered");
        if (reads_registry(bench, name, folder))
            run_many(bench, name, NULL, folder, 1, false, 2000);
    }
}

static void run_hosts(struct bench *bench)
{
    const char *words = "tests/bench/words.lua", *functions = "tests/bench/functions.lua";
    struct rusage use;
    char one[96];

    write_registry(bench, 1, "other", one, sizeof one);
    run_singles(bench, "one case at a time, not logged", one, false, 2000);
    run_many(bench, "one worker, not logged, words", words, "tests/bench", 1, false, 10000);
    run_many(bench, "one worker, not logged, functions", functions, "tests/bench", 1, false, 10000);
    run_many(bench, "two workers, not logged, words", words, "tests/bench", 2, false, 10000);
    getrusage(RUSAGE_SELF, &use);
    figures_count(&bench->figures, "KiB resident at most, host so far", (double)use.ru_maxrss);
    run_registries(bench);
    run_sync(bench);
    grow_log(bench, 1000);
    run_singles(bench, "durable, one at a time, log of 10^3", one, true, 300);
    run_many(bench, "durable, in groups, two workers", words, "tests/bench", 2, true, 10000);
    grow_log(bench, 100000);
    run_singles(bench, "durable, one at a time, log of 10^5", one, true, 300);
    run_many(bench, "durable, in groups, log of 10^5", words, "tests/bench", 2, true, 5000);
    grow_log(bench, 1000000);
    run_singles(bench, "durable, one at a time, log of 10^6", one, true, 300);
    run_many(bench, "durable, in groups, log of 10^6", words, "tests/bench", 2, true, 5000);
    getrusage(RUSAGE_SELF, &use);
    figures_count(&bench->figures, "KiB resident at most, host with its log",
                  (double)use.ru_maxrss);
    getrusage(RUSAGE_CHILDREN, &use);
    figures_count(&bench->figures, "KiB resident at most, a worker", (double)use.ru_maxrss);
}

/* One review as a whole process, as a person starts it, on a home that has one. */
static void run_cold(struct bench *bench, const char *rubric, const char *policies)
{
    double took[40];
    char command[512], path[96];
    FILE *file;

    snprintf(path, sizeof path, "%s/one.json", bench->folder);
    file = fopen(path, "w");
    if (file == NULL || fwrite(bench->cases[1].data, bench->cases[1].len, 1, file) != 1 ||
        fclose(file) != 0)
        stop("a case cannot be written", NULL);
    snprintf(command, sizeof command,
             "exec %s review --json --home %s/cold --policies %s %s >/dev/null 2>&1", rubric,
             bench->folder, policies, path);
    for (int i = -2; i < 40; i++) {
        double began = now_us();

        if (system(command) != 0)
            stop("rubric review failed", NULL);
        if (i >= 0)
            took[i] = now_us() - began;
    }
    figures_times(&bench->figures, "rubric review, a whole process", took, 40);
}

/* ---- the whole --------------------------------------------------------------------------- */

static int delete(const char *path, const struct stat *is, int type, struct FTW *walk)
{
    (void)is, (void)type, (void)walk;
    return remove(path);
}

/* Everything that needs other processes. */
static void run_processes(struct bench *bench)
{
    const char *rubric = getenv("RUBRIC");
    char one[96];

    run_hosts(bench);
    if (rubric == NULL)
        return;
    write_registry(bench, 1, "other", one, sizeof one);
    run_cold(bench, rubric, one);
    if (system("command -v valgrind >/dev/null") == 0)
        run_instructions(bench, rubric);
    else
        puts("  instructions are not counted: valgrind is not installed");
}

int main(int argc, char **argv)
{
    static struct bench bench;
    const char *json = getenv("BENCH_JSON");

    snprintf(bench.folder, sizeof bench.folder, "/var/tmp/rubric-bench-XXXXXX");
    if (mkdtemp(bench.folder) == NULL)
        stop("no folder", NULL);
    figures_compare(&bench.figures, getenv("BASE"));
    write_cases(&bench);
    printf("  %-44s %9s %9s %9s %9s\n", "", "mean", "p50", "p99", "p99.9");
    if (argc > 2 && strcmp(argv[1], "counted") == 0) {
        run_counted(&bench, argv[2]);
    } else {
        if (argc < 2 || strcmp(argv[1], "stages") != 0)
            run_processes(&bench);
        run_stages(&bench);
    }
    if (!figures_write(&bench.figures, json))
        stop(json, NULL);
    nftw(bench.folder, delete, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}
