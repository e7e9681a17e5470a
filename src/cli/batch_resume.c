/*
 * batch_resume.c - the file of answers of a batch, and how to go on with it.
 */
#include "cli/batch_resume.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <yyjson.h>

#include "base/buf.h"
#include "host/host_batch.h"

#define LAST_LINES 64 /* among which one names its case */
#define PART ((size_t)1 << 20)

static bool failed(struct err *err, const char *path)
{
    return err_errno(err, ERR_STORE, "E-OUTPUT", path);
}

static bool state_path(const struct batch_resume *resume, const char *end, char *path,
                       struct err *err)
{
    int len = snprintf(path, PATH_MAX, "%s.state%s", resume->path, end);

    return (len > 0 && len < PATH_MAX) ||
           err_set(err, ERR_USAGE, "E-OUTPUT", "the name of the output is too long");
}

/* ---- the answers that are there ------------------------------------------------ */

/* Reads len bytes from a place of the file. */
static bool read_at(int fd, char *to, size_t len, off_t from)
{
    while (len > 0) {
        ssize_t got = pread(fd, to, len, from);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        from += got;
        len -= (size_t)got;
    }
    return true;
}

/* Counts whole lines; where the last ones begin, by number, and where they end. */
static bool count_lines(struct batch_resume *resume, off_t starts[LAST_LINES], off_t *end,
                        struct err *err)
{
    char *part = malloc(PART);
    struct stat is;
    off_t at = 0;
    bool ok = part != NULL && fstat(resume->fd, &is) == 0;

    *end = 0;
    while (ok && at < is.st_size) {
        size_t len = is.st_size - at < (off_t)PART ? (size_t)(is.st_size - at) : PART;
        const char *found = part;

        ok = read_at(resume->fd, part, len, at);
        while (ok && (found = memchr(found, '\n', (size_t)(part + len - found))) != NULL) {
            found++;
            starts[resume->given++ % LAST_LINES] = *end;
            *end = at + (found - part);
        }
        at += (off_t)len;
    }
    free(part);
    return ok || failed(err, resume->path);
}

/* Which case an answer is of; false: it does not say, as that of a line that is no case. */
static bool read_case(struct batch_resume *resume, off_t from, off_t end)
{
    size_t len = (size_t)(end - from);
    char *line = len == 0 ? NULL : malloc(len);
    yyjson_doc *doc = NULL;
    const char *sha256;

    if (line != NULL && read_at(resume->fd, line, len, from))
        doc = yyjson_read(line, len, 0);
    sha256 = yyjson_get_str(
        yyjson_obj_get(yyjson_obj_get(yyjson_doc_get_root(doc), "case"), "sha256"));
    if (sha256 != NULL)
        snprintf(resume->known_sha256, sizeof resume->known_sha256, "%s", sha256);
    yyjson_doc_free(doc);
    free(line);
    return resume->known_sha256[0] != '\0';
}

/* Cuts off what a kill left of a line. */
static bool read_answers(struct batch_resume *resume, struct err *err)
{
    off_t starts[LAST_LINES], end, next;

    if (!count_lines(resume, starts, &end, err))
        return false;
    resume->known = resume->given;
    for (next = end; resume->known > 0 && resume->given - resume->known < LAST_LINES;
         resume->known--) {
        off_t from = starts[(resume->known - 1) % LAST_LINES];

        if (read_case(resume, from, next))
            break;
        next = from;
    }
    return (ftruncate(resume->fd, end) == 0 && lseek(resume->fd, end, SEEK_SET) == end) ||
           failed(err, resume->path);
}

/* ---- the state ------------------------------------------------------------------ */

/* False with err->kind ERR_NONE: there is none. */
static bool read_state(struct batch_resume *resume, struct err *err)
{
    char path[PATH_MAX], text[512];
    yyjson_doc *doc;
    const char *name;
    ssize_t len;
    int fd;
    bool ok;

    err->kind = ERR_NONE;
    if (!state_path(resume, "", path, err))
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? false : failed(err, path);
    len = read(fd, text, sizeof text);
    close(fd);
    doc = len <= 0 ? NULL : yyjson_read(text, (size_t)len, 0);
    name = yyjson_get_str(yyjson_obj_get(yyjson_doc_get_root(doc), "batch"));
    ok = name != NULL && strlen(name) == sizeof resume->name - 1;
    if (ok)
        memcpy(resume->name, name, sizeof resume->name);
    resume->log_size = yyjson_get_uint(yyjson_obj_get(yyjson_doc_get_root(doc), "log"));
    yyjson_doc_free(doc);
    return ok || err_set(err, ERR_STORE, "E-BATCH-STATE", "'%s' is not the state of a batch", path);
}

static void make_name(struct batch_resume *resume)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[16];

    while (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        continue;
    for (size_t i = 0; i < sizeof bytes; i++) {
        resume->name[2 * i] = digits[bytes[i] >> 4];
        resume->name[2 * i + 1] = digits[bytes[i] & 15];
    }
}

/* The new name is in place, whole and durable, before anything is answered. */
static bool write_state(struct batch_resume *resume, struct err *err)
{
    char path[PATH_MAX], fresh[PATH_MAX], text[128];
    int fd, len = snprintf(text, sizeof text,
                           "{\"batch\":\"%s\",\"log\":%" PRIu64 ",\"schema\":\"rubric-batch/1\"}\n",
                           resume->name, resume->log_size);
    bool ok;

    if (!state_path(resume, "", path, err) || !state_path(resume, ".new", fresh, err))
        return false;
    fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ok = fd >= 0 && write(fd, text, (size_t)len) == len && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return (ok && rename(fresh, path) == 0) || failed(err, fresh);
}

/* ---- what the log has beyond the answers ------------------------------------------ */

static bool note_logged(void *context, uint64_t line, uint64_t index)
{
    struct batch_resume *resume = context;

    if (resume->logged_count == resume->logged_room) {
        size_t room = resume->logged_room == 0 ? 1024 : 2 * resume->logged_room;
        struct batch_logged *more = realloc(resume->logged, room * sizeof *more);

        if (more == NULL)
            return false;
        resume->logged = more;
        resume->logged_room = room;
    }
    resume->logged[resume->logged_count++] = (struct batch_logged){line, index};
    return true;
}

static int by_line(const void *a, const void *b)
{
    const struct batch_logged *one = a, *other = b;

    return (one->line > other->line) - (one->line < other->line);
}

bool batch_resume_find(const struct batch_resume *resume, uint64_t line, uint64_t *index)
{
    const struct batch_logged wanted = {line, 0};
    const struct batch_logged *found =
        resume->logged_count == 0 ? NULL
                                  : bsearch(&wanted, resume->logged, resume->logged_count,
                                            sizeof wanted, by_line);

    if (found != NULL)
        *index = found->index;
    return found != NULL;
}

/* ---- begin and end ---------------------------------------------------------------- */

static bool open_answers(struct batch_resume *resume, bool again, struct err *err)
{
    resume->fd = open(resume->path, O_RDWR | O_CREAT | O_CLOEXEC | (again ? 0 : O_EXCL), 0600);
    if (resume->fd < 0 && errno == EEXIST) {
        err_set(err, ERR_USAGE, "E-OUTPUT", "'%s' is there already", resume->path);
        return err_help(err, "name another file, or go on with that one: --resume");
    }
    if (resume->fd < 0)
        return failed(err, resume->path);
    if (flock(resume->fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ERR_STORE, "E-OUTPUT", "another batch is writing '%s'",
                       resume->path);
    return true;
}

bool batch_resume_open(struct batch_resume *resume, const char *path, bool again,
                       struct host *host, struct err *err)
{
    struct err state = {.kind = ERR_NONE};

    resume->path = path;
    if (!open_answers(resume, again, err) || !read_answers(resume, err))
        return false;
    if (read_state(resume, &state)) {
        if (!host_batch_logged(host, resume->name, resume->log_size, note_logged, resume, err))
            return false;
        if (resume->logged_count > 0)
            qsort(resume->logged, resume->logged_count, sizeof *resume->logged, by_line);
        return true;
    }
    if (state.kind != ERR_NONE) {
        *err = state;
        return false;
    }
    resume->complete = resume->given > 0;
    if (resume->complete)
        return true;
    make_name(resume);
    return host_log_size(host, &resume->log_size, err) && write_state(resume, err);
}

bool batch_resume_finish(struct batch_resume *resume, struct err *err)
{
    char path[PATH_MAX];

    if (!state_path(resume, "", path, err))
        return false;
    return (fsync(resume->fd) == 0 && unlink(path) == 0) || failed(err, resume->path);
}

void batch_resume_free(struct batch_resume *resume)
{
    if (resume->path != NULL && resume->fd >= 0)
        close(resume->fd);
    free(resume->logged);
}
