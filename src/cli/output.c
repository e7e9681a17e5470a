/*
 * output.c - standard output that is known to have arrived.
 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

/* A program started with one of its three closed must not get the audit log as
 * its standard output. What is read is empty then, what is written is refused. */
static void keep_standard_files(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", O_RDONLY);
}

void output_begin(void)
{
    keep_standard_files();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file at its size limit is a full disk */
}

void output_line(const struct buf *json)
{
    fwrite(json->data, 1, json->len, stdout);
    putchar('\n');
}

bool output_flush(struct err *err)
{
    int number;

    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    if (errno == EPIPE) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    number = errno;
    __fpurge(stdout); /* said once is enough: the end must not try it again */
    clearerr(stdout);
    err_set(err, ERR_STORE, "E-OUTPUT", "the output cannot be written%s%s",
            number != 0 ? ": " : "", number != 0 ? strerror(number) : "");
    return err_help(err, "what was answered is in the audit log: 'rubric audit show INDEX'");
}

int output_end(int status)
{
    struct err err;

    if (output_flush(&err))
        return status;
    err_print(&err);
    return output_worse(status, err_exit_status(err.kind));
}

int output_worse(int one, int other)
{
    static const int order[] = {0, 10, 20, 1, 2, 3, 4, 5, 75, 74};
    int rank_one = 0, rank_other = 0;

    for (int i = 0; i < (int)(sizeof order / sizeof order[0]); i++) {
        if (order[i] == one)
            rank_one = i;
        if (order[i] == other)
            rank_other = i;
    }
    return rank_one >= rank_other ? one : other;
}
