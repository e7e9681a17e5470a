/*
 * anchor.c - what the database alone cannot do: remember its own newest state
 * somewhere else.
 *
 * A sink is a program that gets each note on its standard input, of which only
 * the end is known, or a file that only grows, one line for each anchor:
 *     ORIGIN SIZE ROOT-IN-BASE64 TIME-IN-MS NOTE-IN-BASE64
 * At start the newest line must be of this log, not ahead of it, and of the same
 * root at its size. Before each line is written the same is asked of the line
 * before it, under a lock: a line that does not fit was written by another copy
 * of this log, and then both must stop.
 */
#include "audit/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/anchor.h"
#include "base/base64.h"

#define OWN_SINK "anchor.log" /* the first: in the home folder, which may move */
#define ANCHOR_LINE 8192
#define ANCHOR_RECORDS 256
#define ANCHOR_MS 60000

bool anchor_parse(const char *line, size_t len, struct anchor_line *out, struct err *err)
{
    const char *at = line;
    const char *end = line + len;
    const char *field[5];
    size_t field_len[5];
    uint64_t at_ms;
    size_t got;

    for (int i = 0; i < 5; i++) {
        const char *stop = memchr(at, i < 4 ? ' ' : '\n', (size_t)(end - at));

        if (stop == NULL && i == 4)
            stop = end;
        if (stop == NULL)
            return err_set(err, ERR_INPUT, "E-ANCHOR", "the line is not an anchor");
        field[i] = at;
        field_len[i] = (size_t)(stop - at);
        at = stop < end ? stop + 1 : end;
    }
    if (!note_name_valid(field[0], field_len[0]) ||
        !note_parse_number(field[1], field_len[1], &out->at.size) ||
        !base64_decode(field[2], field_len[2], out->at.root.bytes, 32, &got) || got != 32 ||
        !note_parse_number(field[3], field_len[3], &at_ms) ||
        !base64_decode(field[4], field_len[4], (uint8_t *)out->note, sizeof out->note - 1,
                       &out->note_len))
        return err_set(err, ERR_INPUT, "E-ANCHOR", "the line is not an anchor");
    memcpy(out->at.origin, field[0], field_len[0]);
    out->at.origin[field_len[0]] = '\0';
    out->at_ms = (int64_t)at_ms;
    out->note[out->note_len] = '\0';
    return true;
}

static bool unreadable(const char *path, struct err *err)
{
    err_set(err, ERR_ROLLBACK, "E-ANCHOR", "the last line of the anchor file '%s' is no anchor",
            path);
    return err_help(err, "find out who wrote there; put back the file as it was, whole");
}

/* Reads the last line of an open file; *found is false if it is empty. */
static bool last_line(int file, const char *path, struct anchor_line *line, bool *found,
                      struct err *err)
{
    char tail[ANCHOR_LINE];
    struct stat stat;
    size_t len, from;
    ssize_t got;

    *found = false;
    if (fstat(file, &stat) != 0)
        return err_errno(err, ERR_STORE, "E-ANCHOR", path);
    if (stat.st_size == 0)
        return true;
    from = stat.st_size > ANCHOR_LINE ? (size_t)stat.st_size - ANCHOR_LINE : 0;
    got = pread(file, tail, sizeof tail, (off_t)from);
    if (got <= 0)
        return err_errno(err, ERR_STORE, "E-ANCHOR", path);
    len = (size_t)got;
    if (tail[len - 1] != '\n') {
        /* A crash cut the line short: the one before it is what counts. */
        while (len > 0 && tail[len - 1] != '\n')
            len--;
        if (len == 0)
            return from == 0 || unreadable(path, err);
    }
    from = len - 1;
    while (from > 0 && tail[from - 1] != '\n')
        from--;
    if (!anchor_parse(tail + from, len - 1 - from, line, NULL))
        return unreadable(path, err);
    *found = true;
    return true;
}

static bool rolled_back(const char *path, const char *why, struct err *err)
{
    err_set(err, ERR_ROLLBACK, "E-ROLLBACK", "the log does not fit its anchor '%s': %s", path, why);
    return err_help(err, "restore the newest backup of the log; if there is none, an operator"
                         " closes it with 'rubric audit accept-rollback --reason ...'");
}

/* Is this anchor a state that the log has been in? */
static bool fits(struct audit *audit, const char *path, const struct anchor_line *line,
                 struct err *err)
{
    struct tree_source source = log_tree_source(audit);
    struct tree_hash root;
    uint64_t size;

    if (strcmp(line->at.origin, audit->origin) != 0)
        return rolled_back(path, "it is of another log", err);
    if (!log_last_checkpoint(audit, &size, &root, NULL, err))
        return false;
    if (line->at.size > size)
        return rolled_back(path, "the anchor is ahead, so records are missing", err);
    if (!tree_root(&source, line->at.size, &root, err))
        return false;
    if (!tree_equal(&root, &line->at.root))
        return rolled_back(path, "the records up to it are not the same", err);
    return true;
}

/* The program behind a sink; NULL: it is a file. */
static const char *sink_command(const struct log_sink *sink)
{
    return sink->path[0] == '|' ? sink->path + 1 : NULL;
}

/* A program cannot be asked what it holds: what it got is with whoever runs it. */
static bool check_sink(struct audit *audit, struct log_sink *sink, struct err *err)
{
    struct anchor_line line;
    bool found, ok;
    int file;

    if (sink_command(sink) != NULL)
        return true;
    file = open(sink->path, O_RDONLY | O_CLOEXEC);

    if (file < 0 && errno == ENOENT && sink->size == 0)
        return true;
    if (file < 0 && errno == ENOENT)
        return rolled_back(sink->path, "the file is gone", err);
    if (file < 0)
        return err_errno(err, ERR_STORE, "E-ANCHOR", sink->path);
    ok = last_line(file, sink->path, &line, &found, err);
    close(file);
    if (!ok)
        return false;
    if (!found)
        return sink->size == 0 || rolled_back(sink->path, "the file is empty", err);
    if (!fits(audit, sink->path, &line, err))
        return false;
    if (line.at.size < sink->size)
        return rolled_back(sink->path, "it is older than the log remembers", err);
    sink->size = line.at.size;
    sink->at_ms = line.at_ms;
    return true;
}

bool anchors_check(struct audit *audit, struct err *err)
{
    for (size_t i = 0; i < audit->sink_count; i++) {
        if (!check_sink(audit, &audit->sink[i], err))
            return false;
    }
    return true;
}

void anchors_newest(struct audit *audit, char origin[AUDIT_ORIGIN], uint64_t *size,
                    struct tree_hash *root)
{
    struct anchor_line line;
    bool found;

    for (size_t i = 0; i < audit->sink_count; i++) {
        int file = sink_command(&audit->sink[i]) != NULL
                       ? -1
                       : open(audit->sink[i].path, O_RDONLY | O_CLOEXEC);

        if (file < 0)
            continue;
        if (last_line(file, audit->sink[i].path, &line, &found, NULL) && found &&
            (line.at.size >= *size || origin[0] == '\0')) {
            snprintf(origin, AUDIT_ORIGIN, "%s", line.at.origin);
            *size = line.at.size;
            *root = line.at.root;
        }
        close(file);
    }
}

static bool add_sink(struct audit *audit, const char *path, struct err *err)
{
    struct log_sink *sink = &audit->sink[audit->sink_count];
    sqlite3_stmt *get;

    for (size_t i = 0; i < audit->sink_count; i++) {
        if (strcmp(audit->sink[i].path, path) == 0)
            return true;
    }
    if (audit->sink_count == LOG_SINKS || strlen(path) >= LOG_PATH)
        return err_set(err, ERR_STORE, "E-ANCHOR", "the log has too many anchor files");
    memset(sink, 0, sizeof *sink);
    strcpy(sink->path, path);
    sink->name = audit->sink_count == 0 ? OWN_SINK : sink->path;
    get = log_statement(audit, LOG_GET_ANCHOR, err);
    if (get == NULL)
        return false;
    sqlite3_bind_text(get, 1, sink->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(get, 2, path, -1, SQLITE_STATIC); /* as it was written once */
    if (sqlite3_step(get) == SQLITE_ROW) {
        sink->size = (uint64_t)sqlite3_column_int64(get, 0);
        sink->at_ms = sqlite3_column_int64(get, 1);
    }
    sqlite3_reset(get);
    audit->sink_count++;
    return true;
}

bool anchors_load(struct audit *audit, const char *more, struct err *err)
{
    struct buf paths = BUF_INIT;
    char own[LOG_PATH + 16];
    bool found;
    bool ok;

    snprintf(own, sizeof own, "%s/" OWN_SINK, audit->home);
    ok = strlen(own) < LOG_PATH && add_sink(audit, own, err) &&
         (more == NULL || add_sink(audit, more, err)) &&
         log_meta_get(audit, "sinks", &paths, &found, err);
    for (const char *at = buf_cstr(&paths); ok && *at != '\0';) {
        char path[LOG_PATH];
        size_t len = strcspn(at, "\n");

        snprintf(path, sizeof path, "%.*s", (int)len, at);
        ok = add_sink(audit, path, err);
        at += len + (at[len] == '\n');
    }
    buf_free(&paths);
    return ok;
}

/* Writes a line at the end, in the place of what a crash cut short. */
static bool put_line(int file, const struct buf *text)
{
    off_t end = lseek(file, 0, SEEK_END);
    char last = '\n';

    while (end > 0 && pread(file, &last, 1, end - 1) == 1 && last != '\n')
        end--;
    return end >= 0 && (last == '\n' || end == 0) && ftruncate(file, end) == 0 &&
           pwrite(file, text->data, text->len, end) == (ssize_t)text->len && fsync(file) == 0;
}

/* Adds a line under the file's lock, after another look at the last one. A
 * line that is as new already was written by another process of this log. */
static bool write_line(struct audit *audit, struct log_sink *sink, uint64_t size,
                       const struct buf *text, struct err *err)
{
    struct anchor_line line;
    bool found;
    bool ok;
    int file = open(sink->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (file < 0)
        return err_errno(err, ERR_STORE, "E-ANCHOR", sink->path);
    ok = flock(file, LOCK_EX) == 0 || err_errno(err, ERR_STORE, "E-ANCHOR", sink->path);
    ok = ok && last_line(file, sink->path, &line, &found, err);
    if (ok && found)
        ok = fits(audit, sink->path, &line, err);
    if (ok && !found && sink->size > 0)
        ok = rolled_back(sink->path, "the file was emptied", err);
    if (ok && !(found && line.at.size >= size) && !put_line(file, text))
        ok = err_errno(err, ERR_STORE, "E-ANCHOR", sink->path);
    close(file);
    return ok;
}

bool anchors_write(struct audit *audit, uint64_t size, const char *note,
                   const struct tree_hash *root, bool force, struct err *err)
{
    int64_t now = log_now_ms(audit);
    struct buf text = BUF_INIT;
    bool ok = true;

    buf_printf(&text, "%s %" PRIu64 " ", audit->origin, size);
    buf_put_base64(&text, root->bytes, sizeof root->bytes);
    buf_printf(&text, " %lld ", (long long)now);
    buf_put_base64(&text, note, strlen(note));
    buf_putc(&text, '\n');
    for (size_t i = 0; ok && i < audit->sink_count; i++) {
        struct log_sink *sink = &audit->sink[i];

        if (sink->size >= size || (!force && sink->size > 0 && size - sink->size < ANCHOR_RECORDS &&
                                   now - sink->at_ms < ANCHOR_MS))
            continue;
        ok = sink_command(sink) == NULL
                 ? !text.failed && write_line(audit, sink, size, &text, err)
                 : command_ask(sink_command(sink), note, strlen(note), NULL, err);
        if (!ok)
            break;
        sink->size = size;
        sink->at_ms = now;
        sink->root = *root;
        sink->pending = true;
    }
    buf_free(&text);
    return ok;
}

bool anchors_flush(struct audit *audit, struct err *err)
{
    for (size_t i = 0; i < audit->sink_count; i++) {
        struct log_sink *sink = &audit->sink[i];
        sqlite3_stmt *put;

        if (!sink->pending)
            continue;
        put = log_statement(audit, LOG_PUT_ANCHOR, err);
        if (put == NULL)
            return false;
        sqlite3_bind_int64(put, 1, (sqlite3_int64)sink->size);
        sqlite3_bind_blob(put, 2, sink->root.bytes, 32, SQLITE_STATIC);
        sqlite3_bind_text(put, 3, sink->name, -1, SQLITE_STATIC);
        sqlite3_bind_int64(put, 4, sink->at_ms);
        if (!log_run(audit, put, "the log cannot be written", err))
            return false;
        sink->pending = false;
    }
    return true;
}

bool audit_anchor_now(struct audit *audit, struct err *err)
{
    struct buf note = BUF_INIT;
    struct tree_hash root;
    uint64_t size;
    bool ok;

    log_lock(audit);
    ok = log_writable(audit, err) && log_last_checkpoint(audit, &size, &root, &note, err) &&
         anchors_write(audit, size, buf_cstr(&note), &root, true, err) &&
         anchors_flush(audit, err);
    log_unlock(audit);
    buf_free(&note);
    return ok;
}

static bool keep_sink(struct audit *audit, uint64_t index, void *context, struct err *err)
{
    struct buf paths = BUF_INIT;
    bool found;
    bool ok = log_meta_get(audit, "sinks", &paths, &found, err);

    (void)index;
    buf_puts(&paths, context);
    buf_putc(&paths, '\n');
    ok = ok && !paths.failed && log_meta_put(audit, "sinks", paths.data, paths.len, err);
    buf_free(&paths);
    return ok;
}

bool audit_anchor_add(struct audit *audit, const char *path, const struct audit_actor *actor,
                      struct audit_receipt *receipt, struct err *err)
{
    struct audit_record record = {.kind = "anchor", .actor = *actor};
    struct buf more = BUF_INIT;
    bool ok;

    if (path[0] == '|' ? !command_valid(path + 1) : path[0] != '/' || strchr(path, '\n') != NULL)
        return err_set(err, ERR_USAGE, "E-ANCHOR", "an anchor %s is named by its whole path",
                       path[0] == '|' ? "program" : "file");
    buf_puts(&more, "{\"sink\":");
    buf_put_json(&more, path, strlen(path));
    buf_putc(&more, '}');
    record.more = buf_cstr(&more);
    log_lock(audit);
    ok = add_sink(audit, path, err) &&
         check_sink(audit, &audit->sink[audit->sink_count - 1], err) &&
         log_append_one(audit, &record, keep_sink, (void *)(uintptr_t)path, receipt, err);
    log_unlock(audit);
    buf_free(&more);
    return ok && audit_anchor_now(audit, err);
}

void audit_anchor_list(const struct audit *audit, audit_anchor_visit *visit, void *context)
{
    for (size_t i = 0; i < audit->sink_count; i++)
        visit(context, audit->sink[i].path, audit->sink[i].size, audit->sink[i].at_ms);
}
