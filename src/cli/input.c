/*
 * input.c - reading what was named on the command line.
 */
#include "cli/input.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PART 65536

/* Appends what one read gives; 0 at the end, -1 with errno after a failure. */
static ssize_t read_some(int fd, struct buf *out)
{
    ssize_t got;

    if (!buf_reserve(out, PART)) {
        errno = ENOMEM;
        return -1;
    }
    do
        got = read(fd, out->data + out->len, PART);
    while (got < 0 && errno == EINTR);
    if (got > 0)
        out->len += (size_t)got;
    return got;
}

static bool say_unread(struct err *err, const char *what, const char *name, int number)
{
    err_set(err, ERR_INPUT, "E-INPUT", "%s '%s' cannot be read: %s", what, name,
            strerror(number));
    if (number == EISDIR)
        return err_help(err, "name the files in it: %s/*.json", name);
    if (number == ENOENT)
        return err_help(err, "check the path; - is standard input");
    return false;
}

bool input_read(const char *what, const char *name, size_t most, struct buf *out,
                struct err *err)
{
    bool standard = strcmp(name, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    ssize_t got;
    int number;

    if (fd < 0)
        return say_unread(err, what, name, errno);
    do
        got = read_some(fd, out);
    while (got > 0 && out->len <= most);
    number = errno;
    if (!standard)
        close(fd);
    return got >= 0 || say_unread(err, what, name, number);
}

bool input_case(struct host *host, const char *name, struct buf *out, struct err *err)
{
    /* How much is allowed is asked only if that matters. */
    return input_read("case", name, HOST_CASE_MOST, out, err) &&
           host_case_fits(host, name, out->len, err);
}

void input_lines_open(struct input_lines *lines, int fd, size_t most)
{
    static const struct input_lines fresh = {-1, 0, BUF_INIT, 0, 0, 0, false, false};

    *lines = fresh;
    lines->fd = fd;
    lines->most = most;
}

void input_lines_close(struct input_lines *lines)
{
    buf_free(&lines->held);
}

static size_t held_back(const struct input_lines *lines)
{
    return lines->held.len - lines->used;
}

static const char *line_end(const struct input_lines *lines)
{
    if (lines->seen >= held_back(lines))
        return NULL;
    return memchr(lines->held.data + lines->used + lines->seen, '\n',
                  held_back(lines) - lines->seen);
}

bool input_lines_ready(const struct input_lines *lines)
{
    return lines->ended || line_end(lines) != NULL;
}

/* Moves what is held to the front, so that the buffer does not grow for ever. */
static void compact(struct input_lines *lines)
{
    if (lines->used == 0)
        return;
    memmove(lines->held.data, lines->held.data + lines->used, held_back(lines));
    lines->held.len -= lines->used;
    lines->used = 0;
}

bool input_lines_fill(struct input_lines *lines, struct err *err)
{
    ssize_t got;

    compact(lines);
    if (line_end(lines) == NULL)
        lines->seen = held_back(lines);
    if (lines->seen > lines->most) {
        lines->cut = true;
        lines->held.len = 0;
        lines->seen = 0;
    }
    got = read_some(lines->fd, &lines->held);
    if (got < 0)
        return err_errno(err, ERR_INPUT, "E-INPUT", "the lines cannot be read");
    lines->taken += (uint64_t)got;
    lines->ended = got == 0;
    return true;
}

bool input_lines_next(struct input_lines *lines, struct input_line *line, struct err *err)
{
    const char *end;

    assert(lines->used <= lines->held.len);
    while ((end = line_end(lines)) == NULL && !lines->ended)
        if (!input_lines_fill(lines, err))
            return false;
    if (end == NULL && held_back(lines) == 0 && !lines->cut)
        return false;
    line->text = lines->held.data + lines->used;
    line->len = end != NULL ? (size_t)(end - line->text) : held_back(lines);
    lines->used += line->len + (end != NULL);
    line->too_long = lines->cut || line->len > lines->most;
    lines->cut = false;
    lines->seen = 0;
    if (line->too_long)
        line->len = 0;
    if (line->len > 0 && line->text[line->len - 1] == '\r')
        line->len--;
    return true;
}
