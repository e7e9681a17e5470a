/*
 * output.h - standard output that is known to have arrived.
 *
 * A full disk must not look like success. A reader that went away (`| head`)
 * is no error of ours: the program ends as one that got SIGPIPE, without words.
 */
#ifndef RUBRIC_CLI_OUTPUT_H
#define RUBRIC_CLI_OUTPUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

/* To be called first of all. From here on a lost reader and a file too large are
 * errors of the write, not signals, and descriptors 0 to 2 are taken. */
void output_begin(void);

/* Writes a line of JSON; the buffer holds it without its end. */
void output_line(const struct buf *json);

/* Sends what was written so far. */
MUST_CHECK bool output_flush(struct err *err);

/* Sends the rest and returns the exit status: the given one, or 5 after saying
 * why. Does not return if the reader went away. */
int output_end(int status);

/* The worse of two exit statuses: a failure outweighs any recommendation. */
int output_worse(int one, int other);

#endif
