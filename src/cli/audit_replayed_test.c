/*
 * audit_replayed_test.c - an answer that was logged otherwise than it comes out
 * again is found by V9, in a log that is sound in every other way. And answers of
 * another engine level are neither right nor wrong: that is said, once.
 */
#include <yyjson.h>

#include "audit/test_log.h"
#include "cli/audit_parts.h"
#include "cli/open.h"
#include "host/levels.h"
#include "host/host.h"

#define CASE "policies/cms/cases/a05-004b-first-injection.json"

static char home[64];

static int make_home(void **state)
{
    (void)state;
    snprintf(home, sizeof home, "/tmp/rubric-replayed-XXXXXX");
    return mkdtemp(home) == NULL;
}

static int remove_home(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", home);
    return system(command);
}

static void log_one_answer(void)
{
    const struct host_options options = {
        .home = home, .policies_dir = "policies", .workers = 1, .audit = true, .landlock = true};
    struct host_request request = {.case_name = CASE, .origin = "cli"};
    struct host_answer answer = {.json = BUF_INIT};
    static char bytes[1 << 20];
    FILE *file = fopen(CASE, "r");
    struct host *host;
    struct err err;

    assert_non_null(file);
    request.case_bytes = bytes;
    request.case_len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(host_open(&options, &host, &err));
    assert_true(host_review(host, &request, &answer, &err));
    host_close(host);
    buf_free(&answer.json);
}

/* What the core of an entry says beyond that which every core gets anew. */
static char *further_members(const struct audit_entry *entry)
{
    static const char *const own[] = {"actor", "case", "input", "kind", "output", "reads",
                                      "request", "seq", "ts", "v"};
    yyjson_doc *core = yyjson_read(entry->core, entry->core_len, 0);
    yyjson_mut_doc *doc = yyjson_doc_mut_copy(core, NULL);
    char *text;

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        yyjson_mut_obj_remove_key(yyjson_mut_doc_get_root(doc), own[i]);
    text = yyjson_mut_write(doc, 0, NULL);
    yyjson_mut_doc_free(doc);
    yyjson_doc_free(core);
    return text;
}

/* Logs the newest answer again, but changed, or as if of an older level. */
static void log_another_answer(bool changed)
{
    struct audit_seal seals[4];
    struct audit_record record = {.kind = "determination", .seals = seals};
    struct audit_receipt receipt;
    struct audit_entry entry;
    struct audit *audit;
    struct pool pool;
    struct err err;
    char *more, *word;
    uint64_t size;

    pool_init(&pool);
    assert_true(audit_open(home, NULL, &audit, &err));
    assert_true(audit_size(audit, &size, &err));
    assert_true(audit_read(audit, size - 1, &pool, &entry, &err));
    assert_true(audit_unseal(audit, &entry, NULL, NULL, &pool, &err));
    for (size_t i = 0; i < entry.field_count; i++) {
        const struct audit_field *field = &entry.fields[i];
        char *body = pool_copy(&pool, field->body, field->len);

        if (strcmp(field->label, "case") == 0)
            continue;
        word = memmem(body, field->len, "\"recommendation\":\"approve\"", 26);
        if (strcmp(field->label, "output") == 0 && changed) {
            assert_non_null(word);
            memcpy(word, "\"recommendation\":\"xpprove\"", 26);
        }
        assert_true(record.seal_count < 4);
        seals[record.seal_count++] = (struct audit_seal){field->label, body, field->len};
    }
    record.more = more = further_members(&entry);
    word = strstr(more, "\"level\":");
    assert_non_null(word);
    if (!changed)
        word[8] = '1';
    assert_true(audit_append(audit, &record, 1, &receipt, &err));
    audit_close(audit);
    free(more);
    pool_free(&pool);
}

static int verify(char *further)
{
    char name[] = "verify", at[] = "--home", policies[] = "--policies", shipped[] = "policies",
         replay[] = "--replay";
    char *argv[] = {name, at, home, policies, shipped, replay, further, NULL};

    return audit_verify_command.run(further == NULL ? 6 : 7, argv);
}

static void a_different_answer_ends_in_4(void **state)
{
    char anchor[128];

    (void)state;
    log_one_answer();
    snprintf(anchor, sizeof anchor, "--anchor=%s/anchor.log", home);
    assert_int_equal(verify(NULL), 3);
    assert_int_equal(verify(anchor), 0);
    log_another_answer(true);
    assert_int_equal(verify(NULL), 4);
    assert_int_equal(verify(anchor), 4);
}

/* Another level may answer otherwise, so its answers are neither right nor wrong. */
static void an_answer_of_another_level_is_unchecked(void **state)
{
    (void)state;
    log_one_answer();
    log_another_answer(false);
    assert_int_equal(verify(NULL), 4);
}

/* What comes out of a file descriptor meanwhile. */
static int begin_capture(FILE *stream, int fd, FILE **into)
{
    int held = dup(fd);

    fflush(stream);
    *into = tmpfile();
    assert_non_null(*into);
    assert_true(dup2(fileno(*into), fd) == fd);
    return held;
}

static const char *end_capture(FILE *stream, int fd, int held, FILE *from)
{
    static char text[4096];
    size_t len;

    fflush(stream);
    assert_true(dup2(held, fd) == fd);
    close(held);
    rewind(from);
    len = fread(text, 1, sizeof text - 1, from);
    text[len] = '\0';
    fclose(from);
    return text;
}

/* What a command that answers has to say at its start. */
static const char *said_at_start(void)
{
    const struct open_options options = {.home = home, .policies = "policies", .audit = true,
                                         .workers = 1};
    struct opened opened;
    FILE *file;
    int status = 0;
    int held = begin_capture(stderr, STDERR_FILENO, &file);
    bool ok = open_host(&options, &opened, &status);

    if (ok)
        host_close(opened.host);
    else
        fprintf(stderr, "not opened");
    return end_capture(stderr, STDERR_FILENO, held, file);
}

static const char *printed(const struct command *command, char *first, char *second, int wanted)
{
    char name[] = "x", at[] = "--home";
    char *argv[] = {name, at, home, first, second, NULL};
    FILE *file;
    int held = begin_capture(stdout, STDOUT_FILENO, &file);
    int status = command->run(second == NULL ? 4 : 5, argv);
    const char *text = end_capture(stdout, STDOUT_FILENO, held, file);

    assert_int_equal(status, wanted);
    return text;
}

static void a_rubric_of_another_level_says_so_once(void **state)
{
    char level[] = "--engine-level", one[] = "1", now[24], other[] = "999", index[24];
    char json[] = "--json", wanted[400];
    const char *list;

    (void)state;
    setenv("RUBRIC_POLICIES", "policies", 1);
    snprintf(now, sizeof now, "%d", host_level());
    snprintf(wanted, sizeof wanted,
             "rubric: warning: 2 answers on the log are of engine level 1, and this rubric computes "
             "level %s\n  help: 'rubric audit list --engine-level 1' lists what only the rubric that "
             "gave it can replay\n", now);
    log_one_answer();
    assert_string_equal(said_at_start(), "");
    log_another_answer(false);
    log_another_answer(false);
    assert_string_equal(said_at_start(), ""); /* this level has looked at the log */
    test_sql(home, "DELETE FROM meta WHERE k = 'level'");
    assert_string_equal(said_at_start(), wanted);
    assert_string_equal(said_at_start(), "");
    list = printed(&audit_list_command, level, one, 0);
    assert_non_null(strchr(strchr(list, '\n') + 1, '\n'));
    assert_string_equal(strchr(strchr(list, '\n') + 1, '\n'), "\n");
    snprintf(index, sizeof index, "%llu", strtoull(list, NULL, 10));
    assert_string_equal(strchr(printed(&audit_list_command, level, now, 0), '\n'), "\n");
    assert_string_equal(printed(&audit_list_command, level, other, 0), "");
    snprintf(wanted, sizeof wanted, "entry %s: unchecked: answered at engine level 1, "
                                    "this rubric computes level %s\n", index, now);
    assert_string_equal(printed(&replay_command, index, NULL, 1), wanted);
    snprintf(wanted, sizeof wanted, "{\"differences\":[],\"index\":%s,\"level\":1,\"level_now\":%s,"
                                    "\"result\":\"unchecked\"}\n", index, now);
    assert_string_equal(printed(&replay_command, json, index, 1), wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_different_answer_ends_in_4, make_home, remove_home),
        cmocka_unit_test_setup_teardown(an_answer_of_another_level_is_unchecked, make_home,
                                        remove_home),
        cmocka_unit_test_setup_teardown(a_rubric_of_another_level_says_so_once, make_home,
                                        remove_home),
    };

    if (getenv("RUNNER") != NULL) {
        puts("ok 1 - replays # SKIP a checker makes calls that workers may not make\n1..1");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
