/*
 * replay.c - a logged determination, run again from what the log holds.
 *
 * Case, question and policy come from the log by hash; nothing is read from the
 * policies folder, and nothing is written. Same bytes, or the differences.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "host/pinned.h"

#define DIFFERENCES_MAX 100

struct comparing {
    struct buf *out;
    size_t count;
    char pointer[1024];
};

static void put_side(struct buf *out, const char *name, yyjson_val *value)
{
    char *text = value == NULL ? NULL : yyjson_val_write(value, 0, NULL);

    buf_puts(out, name);
    buf_puts(out, text == NULL ? "null" : text);
    free(text);
}

static void put_difference(struct comparing *comparing, yyjson_val *logged, yyjson_val *now)
{
    if (comparing->count == DIFFERENCES_MAX)
        return;
    put_side(comparing->out, comparing->count++ == 0 ? "{\"logged\":" : ",{\"logged\":", logged);
    put_side(comparing->out, ",\"now\":", now);
    buf_puts(comparing->out, ",\"pointer\":");
    buf_put_json(comparing->out, comparing->pointer, strlen(comparing->pointer));
    buf_putc(comparing->out, '}');
}

static void compare(struct comparing *comparing, yyjson_val *logged, yyjson_val *now);

/* Goes one step down the pointer, compares, and comes back. */
static void compare_below(struct comparing *comparing, const char *step, size_t len,
                          yyjson_val *logged, yyjson_val *now)
{
    size_t old = strlen(comparing->pointer);

    if (old + len + 2 > sizeof comparing->pointer) {
        put_difference(comparing, logged, now);
        return;
    }
    comparing->pointer[old] = '/';
    memcpy(comparing->pointer + old + 1, step, len);
    comparing->pointer[old + 1 + len] = '\0';
    compare(comparing, logged, now);
    comparing->pointer[old] = '\0';
}

static void compare_objects(struct comparing *comparing, yyjson_val *logged, yyjson_val *now)
{
    size_t i, count;
    yyjson_val *key, *value;

    yyjson_obj_foreach(logged, i, count, key, value)
        compare_below(comparing, yyjson_get_str(key), yyjson_get_len(key), value,
                      yyjson_obj_getn(now, yyjson_get_str(key), yyjson_get_len(key)));
    yyjson_obj_foreach(now, i, count, key, value)
        if (yyjson_obj_getn(logged, yyjson_get_str(key), yyjson_get_len(key)) == NULL)
            compare_below(comparing, yyjson_get_str(key), yyjson_get_len(key), NULL, value);
}

static void compare(struct comparing *comparing, yyjson_val *logged, yyjson_val *now)
{
    size_t i, count;
    yyjson_val *value;
    char step[24];

    if (yyjson_is_obj(logged) && yyjson_is_obj(now)) {
        compare_objects(comparing, logged, now);
    } else if (yyjson_is_arr(logged) && yyjson_is_arr(now) &&
               yyjson_arr_size(logged) == yyjson_arr_size(now)) {
        yyjson_arr_foreach(logged, i, count, value) {
            snprintf(step, sizeof step, "%zu", i);
            compare_below(comparing, step, strlen(step), value, yyjson_arr_get(now, i));
        }
    } else if (logged == NULL || now == NULL || !yyjson_equals(logged, now)) {
        put_difference(comparing, logged, now);
    }
}

static void put_differences(struct buf *out, const char *logged, size_t len,
                            const struct buf *now)
{
    struct comparing comparing = {.out = out};
    yyjson_doc *before = yyjson_read(logged, len, 0);
    yyjson_doc *after = yyjson_read(now->data, now->len, 0);

    compare(&comparing, yyjson_doc_get_root(before), yyjson_doc_get_root(after));
    yyjson_doc_free(before);
    yyjson_doc_free(after);
}

/* What the log holds of one determination. */
struct logged {
    struct pool pool;
    struct audit_entry entry;
    const struct audit_field *input, *output, *request;
    struct bundle bundle; /* json and key only */
    bool has_bundle;
    char as_of[32];
    char policy[256];
};

static const struct audit_field *field(const struct logged *logged, const char *label)
{
    return audit_entry_field(&logged->entry, label);
}

/* Where nothing was said beside the case, nothing was sealed. */
static bool read_question(struct logged *logged, struct err *err)
{
    yyjson_doc *doc = logged->request == NULL || logged->request->body == NULL
                          ? NULL
                          : yyjson_read(logged->request->body, logged->request->len, 0);
    struct str as_of = json_member(yyjson_doc_get_root(doc), "as_of");
    struct str policy = json_member(yyjson_doc_get_root(doc), "policy");

    if (logged->request == NULL)
        return true;
    if (doc == NULL)
        return err_set(err, ERR_STORE, "E-REPLAY", "the log no longer holds what was asked");
    snprintf(logged->as_of, sizeof logged->as_of, "%.*s", (int)as_of.len,
             as_of.at == NULL ? "" : as_of.at);
    snprintf(logged->policy, sizeof logged->policy, "%.*s", (int)policy.len,
             policy.at == NULL ? "" : policy.at);
    yyjson_doc_free(doc);
    return true;
}

static bool read_bundle(struct host *host, struct logged *logged, struct err *err)
{
    yyjson_doc *doc = yyjson_read(logged->entry.core, logged->entry.core_len, 0);
    struct str key = json_member(
        yyjson_obj_get(yyjson_doc_get_root(doc), "policy"), "bundle");
    uint8_t digest[SHA256_BYTES];
    bool ok = true;

    logged->has_bundle = key.len == SHA256_HEX - 1 && sha256_parse_hex(key.at, key.len, digest);
    if (logged->has_bundle) {
        memcpy(logged->bundle.key, key.at, key.len);
        logged->bundle.key[key.len] = '\0';
        ok = audit_content_get(host->audit, digest, &logged->bundle.json, err);
    }
    yyjson_doc_free(doc);
    return ok;
}

static bool read_logged(struct host *host, uint64_t index, struct logged *logged,
                        struct err *err)
{
    if (!audit_read(host->audit, index, &logged->pool, &logged->entry, err))
        return false;
    if (strcmp(logged->entry.kind, "determination") != 0 &&
        strcmp(logged->entry.kind, "error") != 0)
        return err_set(err, ERR_USAGE, "E-REPLAY",
                       "entry %llu is a record of kind '%s', not a determination",
                       (unsigned long long)index, logged->entry.kind) ||
               err_help(err, "see the answers with 'rubric audit list --kind determination'");
    if (!audit_unseal(host->audit, &logged->entry, NULL, NULL, &logged->pool, err))
        return false;
    logged->input = field(logged, "input");
    logged->output = field(logged, "output");
    logged->request = field(logged, "request");
    return true;
}

/* "erased": there is nothing left to run. */
static void put_erased(struct buf *out, uint64_t index)
{
    buf_printf(out, "{\"differences\":[],\"index\":%llu,\"result\":\"erased\"}",
               (unsigned long long)index);
}

/* The level of the engine that answered; 0 if the core does not say. */
static int64_t level_of(const struct logged *logged)
{
    yyjson_doc *core = yyjson_read(logged->entry.core, logged->entry.core_len, 0);
    int64_t level = yyjson_get_sint(
        yyjson_obj_get(yyjson_obj_get(yyjson_doc_get_root(core), "engine"), "level"));

    yyjson_doc_free(core);
    return level;
}

/* "unchecked": at another level the same question may have another answer, so
 * neither sameness nor a difference would say anything. */
static void put_unchecked(struct buf *out, uint64_t index, int64_t level)
{
    buf_printf(out, "{\"differences\":[],\"index\":%llu,\"level\":%lld,\"level_now\":%d,"
                    "\"result\":\"unchecked\"}",
               (unsigned long long)index, (long long)level, SERVICE_LEVEL);
}

/* Whether time was enough, and whether a worker died, is no computation: where that
 * made the answer it is taken from the log, as the question is. */
static const char *event_of(const struct logged *logged, char *event, size_t size)
{
    static const char *const events[] = {"E-LIMIT-TIME", "E-QUARANTINE", "E-WORKER"};
    yyjson_doc *doc = yyjson_read(logged->output->body, logged->output->len, 0);
    yyjson_val *error = yyjson_obj_get(yyjson_doc_get_root(doc), "error");
    const char *found = NULL;

    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (yyjson_equals_str(yyjson_obj_get(error, "id"), events[i]) &&
            yyjson_is_str(yyjson_obj_get(error, "message"))) {
            bool limit = yyjson_equals_str(yyjson_obj_get(error, "code"), "policy_limit");

            snprintf(event, size, "%c%c%s\n%s", limit ? 'L' : 'P', logged->has_bundle ? '+' : '-',
                     events[i], yyjson_get_str(yyjson_obj_get(error, "message")));
            found = event;
        }
    yyjson_doc_free(doc);
    return found;
}

static bool judge_again(struct host *host, const struct logged *logged, struct buf *json,
                        struct err *err)
{
    struct host_request request = {
        .case_bytes = logged->input->body,
        .case_len = logged->input->len,
        .case_name = "the logged case",
        .as_of = logged->as_of[0] == '\0' ? NULL : logged->as_of,
        .policy = logged->policy[0] == '\0' ? NULL : logged->policy,
    };
    char event[2048];
    struct asking asking = {.request = &request,
                            .forced = logged->has_bundle ? &logged->bundle : NULL,
                            .event = event_of(logged, event, sizeof event)};

    key_of(request.case_bytes, request.case_len, asking.case_key);
    if (!logged->has_bundle && !host_registry(host, err))
        return false;
    return host_judge(host, SERVICE_REVIEW, &asking, json, err);
}

/* An answer names the build that made it. Builds of one level answer alike, so
 * the name of the first one stands in the comparison. */
static void name_first_build(const struct logged *logged, struct buf *json)
{
    static const char mark[] = "\"engine\":{\"build\":\"";
    yyjson_doc *core = yyjson_read(logged->entry.core, logged->entry.core_len, 0);
    struct str build = json_member(yyjson_obj_get(yyjson_doc_get_root(core), "engine"), "build");
    char *at = memmem(json->data, json->len, mark, sizeof mark - 1);

    if (build.len == KEY_TEXT - 1 && at != NULL &&
        (size_t)(json->data + json->len - at) > sizeof mark + build.len)
        memcpy(at + sizeof mark - 1, build.at, build.len);
    yyjson_doc_free(core);
}

/* With this program's prelude and tables, or with those that the log kept. */
static bool run_again(struct host *host, const struct logged *logged, struct buf *json,
                      struct err *err)
{
    struct pinned pinned;
    struct host *other;
    bool differs, ok;

    if (!pinned_read(host, &logged->entry, logged->output, &pinned, &differs, err))
        return false;
    if (!differs) {
        pinned_free(&pinned);
        return judge_again(host, logged, json, err);
    }
    other = host_new(&host->options, err);
    if (other != NULL)
        other->pinned = &pinned;
    ok = other != NULL && host_start(other, err) && judge_again(other, logged, json, err);
    if (other != NULL)
        host_free(other);
    pinned_free(&pinned);
    return ok;
}

static void put_report(struct buf *out, uint64_t index, const struct logged *logged,
                       const struct buf *json, bool same)
{
    buf_puts(out, "{\"differences\":[");
    if (!same)
        put_differences(out, logged->output->body, logged->output->len, json);
    buf_printf(out, "],\"index\":%llu,\"result\":\"%s\"}", (unsigned long long)index,
               same ? "same" : "different");
}

static bool open_log(struct host *host, struct err *err)
{
    const struct audit_options options = {.read_only = true};

    return host->audit != NULL || audit_open(host->options.home, &options, &host->audit, err);
}

struct finding_them {
    uint64_t *indexes;
    size_t count;
    size_t room;
    bool failed;
};

static bool note_index(void *context, const struct audit_entry *entry)
{
    struct finding_them *them = context;

    if (strcmp(entry->kind, "determination") != 0 && strcmp(entry->kind, "error") != 0)
        return true;
    if (them->count == them->room) {
        size_t room = them->room == 0 ? 256 : them->room * 2;
        uint64_t *indexes = realloc(them->indexes, room * sizeof *indexes);

        if (indexes == NULL) {
            them->failed = true;
            return false;
        }
        them->indexes = indexes;
        them->room = room;
    }
    them->indexes[them->count++] = entry->index;
    return true;
}

bool host_determinations(struct host *host, int64_t since_ms, uint64_t **indexes, size_t *count,
                         struct err *err)
{
    struct finding_them them = {NULL, 0, 0, false};
    const struct audit_filter filter = {.since_ms = since_ms};

    if (!open_log(host, err))
        return false;
    if (!audit_list(host->audit, &filter, note_index, &them, err)) {
        free(them.indexes);
        return false;
    }
    if (them.failed) {
        free(them.indexes);
        return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for the list of entries");
    }
    *indexes = them.indexes;
    *count = them.count;
    return true;
}

bool host_replay(struct host *host, uint64_t index, struct buf *report_json, bool *same,
                 struct err *err)
{
    struct logged logged = {.bundle = {.json = BUF_INIT}};
    struct buf json = BUF_INIT;
    int64_t level;
    bool ok = false;

    buf_reset(report_json);
    *same = true;
    if (!open_log(host, err))
        return false;
    pool_init(&logged.pool);
    if (!read_logged(host, index, &logged, err))
        goto done;
    if (logged.input == NULL || logged.input->body == NULL || logged.output == NULL ||
        logged.output->body == NULL) {
        put_erased(report_json, index);
        ok = true;
        goto done;
    }
    level = level_of(&logged);
    if (level != 0 && level != SERVICE_LEVEL) {
        put_unchecked(report_json, index, level);
        *same = false;
        ok = true;
        goto done;
    }
    if (!read_question(&logged, err) || !read_bundle(host, &logged, err) ||
        !run_again(host, &logged, &json, err))
        goto done;
    name_first_build(&logged, &json);
    *same = json.len == logged.output->len &&
            memcmp(json.data, logged.output->body, json.len) == 0;
    put_report(report_json, index, &logged, &json, *same);
    ok = true;
done:
    buf_free(&logged.bundle.json);
    buf_free(&json);
    pool_free(&logged.pool);
    return ok;
}
