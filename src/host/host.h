/*
 * host.h - the front door: a case in, a logged answer out.
 *
 * The command line, batches and other programs use this and nothing below it.
 * A host never looks into a case or runs a policy: a locked worker does
 * (service.h). It frames, keeps time, checks, logs, and only then answers.
 */
#ifndef RUBRIC_HOST_HOST_H
#define RUBRIC_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct host;

struct host_options {
    const char *home;         /* kept; holds codes.db, audit.db, keys/ */
    const char *policies_dir; /* kept; holds registry.lua */
    const char *shipped;      /* kept; holds loaded/ of the shipped policies; NULL: none */
    int workers;              /* 0: as many as there are processors */
    bool audit;               /* false: answers are not logged, and say so */
    bool many;                /* throughput matters, not the latency of one case */
    bool landlock;            /* false: the operator accepts a kernel without */
};

/* Forks workers: call it before threads are made. Owned by the caller. */
MUST_CHECK bool host_open(const struct host_options *options, struct host **host,
                          struct err *err);
void host_close(struct host *host); /* takes; NULL is fine */
/* True if workers stand without Landlock: none here, and options.landlock false. */
bool host_without_landlock(const struct host *host);

struct host_request {
    const char *case_bytes;
    size_t case_len;
    const char *case_name; /* for messages */
    const char *policy;    /* id, or file with a '/' or ending in .lua; NULL: the registry */
    const char *as_of;     /* a day; NULL: the case says */
    const char *origin;    /* who asks: "cli", "batch" */
    const char *batch;     /* goes into the log with the line; NULL: no batch */
    uint64_t line;
    struct buf *trace; /* what the policy's functions traced is added; NULL: nobody reads it */
};

struct host_answer {
    struct buf json; /* the answer with its receipt, one line; or the problems of
                        the case where host_review() failed with ERR_INPUT */
    size_t problems;
    char recommendation[16];
    bool logged;
};

/* The most bytes that the registry may allow a case. */
#define HOST_CASE_MOST ((size_t)16 << 20)

/* Bytes that a case may have here: case_mib of the registry. */
size_t host_case_max(struct host *host);
/* Is a case of so many bytes small enough? name is for the message; NULL: none. */
MUST_CHECK bool host_case_fits(struct host *host, const char *name, size_t len,
                               struct err *err);
/* Says that it is not; false. */
bool host_case_too_large(struct host *host, const char *name, struct err *err);

/* One case. True also when it is pended or referred, and when the policy
 * failed: then the answer says so. False: the case cannot be read, the named
 * policy does not load, or nothing could be logged. answer->json is reused. */
MUST_CHECK bool host_review(struct host *host, const struct host_request *request,
                            struct host_answer *answer, struct err *err);

/* {"files":[{"errors":[..],"file":..,"policy":..,"version":..,"warnings":[..]}]} for a
 * policy file or all below a folder. *ok is false if any has an error. */
MUST_CHECK bool host_check(struct host *host, const char *path, struct buf *report_json,
                           bool *ok, struct err *err);

/* The tree of a policy by id (its version in force on as_of, NULL: the newest)
 * or file. */
MUST_CHECK bool host_policy_tree(struct host *host, const char *id_or_file, const char *as_of,
                                 struct buf *tree_json, struct err *err);
/* Loads all policies of the registry, so that the home folder keeps what that gave. */
MUST_CHECK bool host_keep_policies(struct host *host, struct err *err);
/* {"policies":[...]}: the entries of the registry. */
MUST_CHECK bool host_policy_list(struct host *host, struct buf *json, struct err *err);

/* Which policy would be chosen, and why. */
MUST_CHECK bool host_which(struct host *host, const struct host_request *request,
                           struct buf *json, struct err *err);

/* What the case covers of the tests of its policy, as judge/cover.h says; "null"
 * if no policy serves it. Nothing is logged. */
MUST_CHECK bool host_cover(struct host *host, const struct host_request *request,
                           struct buf *json, struct err *err);

/* [{"answer","nearest"}]: answers of the case that no fact is called, and the fact
 * that was probably meant. Nothing is logged. */
MUST_CHECK bool host_slips(struct host *host, const struct host_request *request,
                           struct buf *json, struct err *err);

/* The indexes of all logged determinations since then (milliseconds since 1970
 * UTC; 0: all), in order; owned by the caller, who frees them. */
MUST_CHECK bool host_determinations(struct host *host, int64_t since_ms, uint64_t **indexes,
                                    size_t *count, struct err *err);

/* Runs a logged determination again from what the log holds; nothing is logged.
 * The report: {"differences":[..],"index":..,"result":"same|different|erased"}. */
MUST_CHECK bool host_replay(struct host *host, uint64_t index, struct buf *report_json,
                            bool *same, struct err *err);

/* The items of a code expression as a JSON array. */
MUST_CHECK bool host_codes_parse(struct host *host, const char *text, struct buf *json,
                                 struct err *err);

#endif
