/*
 * input.h - reading what was named on the command line.
 */
#ifndef RUBRIC_CLI_INPUT_H
#define RUBRIC_CLI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "host/host.h"

/* Reads a whole file, or standard input for "-"; of one that is larger than most a
 * part that is, too. What is it called in messages: "case". */
MUST_CHECK bool input_read(const char *what, const char *name, size_t most,
                           struct buf *out, struct err *err);
/* Reads a case of at most as many bytes as the host takes. */
MUST_CHECK bool input_case(struct host *host, const char *name, struct buf *out,
                           struct err *err);

/* Lines from a file descriptor, one after the other, whatever their number. */
struct input_lines {
    int fd;
    size_t most;     /* the longest line that is kept */
    struct buf held; /* bytes read and not yet given out */
    size_t used;     /* of held, already given out */
    size_t seen;     /* behind that, known to have no line's end */
    uint64_t taken;  /* bytes read so far */
    bool cut;        /* the line at hand has lost its beginning: too long */
    bool ended;
};

struct input_line {
    const char *text; /* borrowed until the next call; without the line's end */
    size_t len;
    bool too_long;    /* the line was longer than most; text is empty */
};

void input_lines_open(struct input_lines *lines, int fd, size_t most);
void input_lines_close(struct input_lines *lines);
/* True if input_lines_next() has a whole line at hand and will not wait. */
bool input_lines_ready(const struct input_lines *lines);
/* Reads once, as much as there is. False: reading failed. */
MUST_CHECK bool input_lines_fill(struct input_lines *lines, struct err *err);
/* The next line; false at the end (err untouched) or when reading failed. */
bool input_lines_next(struct input_lines *lines, struct input_line *line, struct err *err);

#endif
