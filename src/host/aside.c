/*
 * aside.c - reading and writing the file of deaths.
 *
 * A line is {"at":1767225600,"policy":"acme.x","why":".."} or
 * {"at":1767225600,"cleared":"acme.x"}; written at once, so that processes which
 * write at the same time do not mix.
 */
#include "host/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <yyjson.h>

#include "base/json.h"

#define POLICIES_MAX 256
#define FILE_MAX ((size_t)4 << 20)
#define ASIDE_LOOK_S 1

struct death_count {
    char policy[256];
    char why[200];
    int64_t last[ASIDE_DEATHS]; /* a ring of the newest */
    unsigned deaths;
    bool aside;
};

struct deaths {
    struct death_count items[POLICIES_MAX];
    size_t count;
};

static bool name_file(const char *home, char *path, size_t size)
{
    int len = snprintf(path, size, "%s/quarantine.ndjson", home);

    return len > 0 && (size_t)len < size;
}

/* The whole file, or as much of its end as is looked at. */
static void read_lines(const char *home, struct buf *text)
{
    char path[4096];
    int fd = name_file(home, path, sizeof path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);

    if (size > 0 && lseek(fd, size > (off_t)FILE_MAX ? size - (off_t)FILE_MAX : 0, SEEK_SET) >= 0 &&
        buf_reserve(text, FILE_MAX < (size_t)size ? FILE_MAX : (size_t)size)) {
        ssize_t got = read(fd, text->data, FILE_MAX < (size_t)size ? FILE_MAX : (size_t)size);

        text->len = got < 0 ? 0 : (size_t)got;
    }
    if (fd >= 0)
        close(fd);
}

static struct death_count *count_of(struct deaths *deaths, struct str policy, bool make)
{
    for (size_t i = 0; i < deaths->count; i++)
        if (str_is(policy, deaths->items[i].policy))
            return &deaths->items[i];
    if (!make || deaths->count == POLICIES_MAX || policy.len == 0 ||
        policy.len >= sizeof deaths->items[0].policy)
        return NULL;
    memset(&deaths->items[deaths->count], 0, sizeof deaths->items[0]);
    memcpy(deaths->items[deaths->count].policy, policy.at, policy.len);
    return &deaths->items[deaths->count++];
}

static void count_line(struct deaths *deaths, yyjson_val *line)
{
    struct str cleared = json_member(line, "cleared"), why = json_member(line, "why");
    int64_t at = yyjson_get_sint(yyjson_obj_get(line, "at"));
    struct death_count *count =
        count_of(deaths, cleared.at == NULL ? json_member(line, "policy") : cleared,
                 cleared.at == NULL);

    if (count == NULL)
        return;
    if (cleared.at != NULL) {
        *count = deaths->items[--deaths->count];
        return;
    }
    count->last[count->deaths++ % ASIDE_DEATHS] = at;
    /* The ring holds the newest: the one that will be overwritten is the oldest. */
    if (count->deaths >= ASIDE_DEATHS &&
        at - count->last[count->deaths % ASIDE_DEATHS] <= ASIDE_WINDOW_S)
        count->aside = true;
    snprintf(count->why, sizeof count->why, "%.*s", (int)why.len, why.at == NULL ? "" : why.at);
}

static struct deaths *read_deaths(const char *home)
{
    struct buf text = BUF_INIT;
    struct deaths *deaths = NULL;

    read_lines(home, &text);
    if (text.len > 0)
        deaths = calloc(1, sizeof *deaths);
    for (size_t at = 0; deaths != NULL && at < text.len;) {
        const char *end = memchr(text.data + at, '\n', text.len - at);
        size_t len = end == NULL ? text.len - at : (size_t)(end - text.data) - at;
        yyjson_doc *doc = yyjson_read(text.data + at, len, 0);

        count_line(deaths, yyjson_doc_get_root(doc));
        yyjson_doc_free(doc);
        at += len + 1;
    }
    buf_free(&text);
    return deaths;
}

void aside_ids(const char *home, struct buf *ids)
{
    struct deaths *deaths = read_deaths(home);

    for (size_t i = 0; deaths != NULL && i < deaths->count; i++)
        if (deaths->items[i].aside) {
            buf_puts(ids, deaths->items[i].policy);
            buf_putc(ids, '\n');
        }
    free(deaths);
}

bool aside_changed(const char *home, struct buf *ids, int64_t *read_s)
{
    struct buf now_ids = BUF_INIT;
    struct timespec now;
    bool changed;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (*read_s != 0 && now.tv_sec - *read_s < ASIDE_LOOK_S)
        return false;
    *read_s = now.tv_sec == 0 ? 1 : now.tv_sec;
    aside_ids(home, &now_ids);
    changed = !now_ids.failed && !str_equal((struct str){now_ids.data, now_ids.len},
                                            (struct str){ids->data, ids->len});
    if (changed) {
        buf_free(ids);
        *ids = now_ids;
    } else {
        buf_free(&now_ids);
    }
    return changed;
}

bool aside_has(struct str ids, struct str policy)
{
    while (ids.len > 0) {
        const char *end = memchr(ids.at, '\n', ids.len);
        size_t len = end == NULL ? ids.len : (size_t)(end - ids.at);

        if (str_equal((struct str){ids.at, len}, policy))
            return true;
        len += end != NULL;
        ids.at += len;
        ids.len -= len;
    }
    return false;
}

/* One line at the end of the file. */
static bool append(const char *home, const char *member, const char *policy, const char *why)
{
    char path[4096];
    struct buf line = BUF_INIT;
    int fd = name_file(home, path, sizeof path)
                 ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)
                 : -1;
    bool ok;

    buf_printf(&line, "{\"at\":%lld,\"%s\":", (long long)time(NULL), member);
    buf_put_json(&line, policy, strlen(policy));
    if (why != NULL) {
        buf_puts(&line, ",\"why\":");
        buf_put_json(&line, why, strlen(why));
    }
    buf_puts(&line, "}\n");
    ok = fd >= 0 && !line.failed && write(fd, line.data, line.len) == (ssize_t)line.len;
    if (fd >= 0)
        close(fd);
    buf_free(&line);
    return ok;
}

void aside_note(const char *home, const char *policy, const char *why)
{
    /* The answer is refer in any case: a full disk only means one death less. */
    (void)append(home, "policy", policy, why);
}

static void put_day(struct buf *json, int64_t at)
{
    time_t second = (time_t)at;
    struct tm utc;
    char text[32];

    if (gmtime_r(&second, &utc) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        snprintf(text, sizeof text, "?");
    buf_put_json(json, text, strlen(text));
}

void aside_json(const char *home, struct buf *json)
{
    struct deaths *deaths = read_deaths(home);

    buf_puts(json, "{\"policies\":[");
    for (size_t i = 0; deaths != NULL && i < deaths->count; i++) {
        const struct death_count *one = &deaths->items[i];

        buf_printf(json, "%s{\"deaths\":%u,\"last\":", i == 0 ? "" : ",", one->deaths);
        put_day(json, one->last[(one->deaths - 1) % ASIDE_DEATHS]);
        buf_puts(json, ",\"policy\":");
        buf_put_json(json, one->policy, strlen(one->policy));
        buf_printf(json, ",\"set_aside\":%s,\"why\":", one->aside ? "true" : "false");
        buf_put_json(json, one->why, strlen(one->why));
        buf_putc(json, '}');
    }
    buf_puts(json, "]}");
    free(deaths);
}

bool aside_clear(const char *home, const char *policy, struct err *err)
{
    struct deaths *deaths = read_deaths(home);
    bool there = deaths != NULL && count_of(deaths, str_of(policy), false) != NULL;

    free(deaths);
    if (!there) {
        err_set(err, ERR_USAGE, "E-POLICY-ID", "the policy '%s' ended no evaluator", policy);
        return err_help(err, "'rubric policy status' shows those that did");
    }
    return append(home, "cleared", policy, NULL) ||
           err_errno(err, ERR_STORE, "E-FILE", "the list of policies that are set aside");
}
