/*
 * coverage.h - what a run of specs has shown of the policies it asked.
 *
 * What a policy file declares is one item each: a criterion, a pathway, a
 * safeguard, a value of a parameter, a set of codes. An item belongs to the file
 * that declares it: what a policy takes over unchanged from the one that it
 * extends is seen wherever either is asked.
 */
#ifndef RUBRIC_CLI_COVERAGE_H
#define RUBRIC_CLI_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"
#include "cli/page.h"
#include "host/host.h"

enum cover_kind {
    COVER_CRITERION,
    COVER_PATHWAY,
    COVER_SAFEGUARD,
    COVER_PARAMETER,
    COVER_CODE_SET,
    COVER_KINDS
};

struct cover_item {
    enum cover_kind kind;
    struct str name;
    unsigned line;       /* of the file; 0: not known */
    unsigned seen, need; /* bits of judge/cover.h */
    unsigned unreachable; /* those that a spec says no case can give */
    struct cover_item *next;
};

/* A policy file, or a module that it requires. */
struct cover_file {
    const char *name; /* below the policies folder */
    const char *path; /* NULL: of no file that could be found */
    bool wanted;      /* it is reported */
    struct cover_item *items, **last;
    struct cover_file *next;
};

struct cover_tree;

struct coverage {
    struct host *host;        /* kept */
    const char *policies_dir; /* kept */
    struct pool pool;
    struct cover_tree *trees;
    struct cover_file *files, **last;
    uint64_t cases;
};

/* Knows everything that the registered policies declare. */
MUST_CHECK bool coverage_open(struct coverage *coverage, struct host *host,
                              const char *policies_dir, struct err *err);
void coverage_close(struct coverage *coverage);

/* Judges again what the specs asked: the lines of the open file. */
MUST_CHECK bool coverage_read(struct coverage *coverage, int fd, struct err *err);

/* Reports only files in these folders and beside these specs; none: all. */
void coverage_want(struct coverage *coverage, char **paths, int count);

/* The bits that an item lacks: needed and not seen, unless no case can give them;
 * and those that were seen although a spec said so. */
unsigned coverage_lacks(const struct cover_item *item);

/* True if nothing is lacking in what is reported. */
bool coverage_whole(const struct coverage *coverage);

/* coverage_print.c */
void coverage_print(struct page *page, const struct coverage *coverage);
void coverage_json(struct buf *out, const struct coverage *coverage);

#endif
