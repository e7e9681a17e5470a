/*
 * audit_canonical.c - rubric canonical-json FILE: for scripts that check us.
 */
#include <stdio.h>
#include <string.h>

#include "audit/files.h"
#include "base/canon.h"
#include "cli/audit.h"

/* 0 the canonical form was printed, 1 the text is not acceptable, 2 it cannot
 * be read. */
int cli_canonical_json(int argc, char **argv)
{
    struct buf in = BUF_INIT;
    struct buf out = BUF_INIT;
    struct err err;
    int status = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: rubric canonical-json FILE\n");
        return 2;
    }
    if (!file_read(strcmp(argv[1], "-") == 0 ? "/dev/stdin" : argv[1], (size_t)1 << 30, &in, &err))
        status = 2;
    else if (!canon_json(in.data, in.len, CANON_DEPTH, &out, &err))
        status = err.kind == ERR_INPUT ? 1 : 2;
    if (status == 0)
        fwrite(out.data, 1, out.len, stdout);
    else
        err_print(&err);
    buf_free(&in);
    buf_free(&out);
    return status;
}
