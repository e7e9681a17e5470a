/*
 * service.h - what a worker does: read a case, choose and load a policy, judge.
 *
 * The worker's half of the conversation that host.c begins. Requests and
 * answers are parts (parts.h). A worker that lacks something says what it needs
 * and is asked again with that attached, so that any worker can take any
 * request and a new one knows nothing.
 */
#ifndef RUBRIC_HOST_SERVICE_H
#define RUBRIC_HOST_SERVICE_H

#include <stdbool.h>

#include "base/err.h"
#include "host/frame.h"
#include "host/worker.h"

enum service_kind {
    /* case sha256, as_of, policy id, forced bundle, registry, failure, case,
     * then attachments: word and content; of a policy the content is key, bundle
     * (its beginning will do if the tree has no functions) and tree (empty: the
     * bundle is run).
     * as_of: a day, or "". policy id: "" lets the registry choose. forced bundle:
     * its key, or "". registry: its key. failure: "", or "L+CODE\ntext" (a
     * limit; P: the policy's fault; - instead of +: do not even load it), then
     * no policy is run and every line is referred for that. */
    SERVICE_REVIEW = FRAME_REQUEST,
    /* bundle key, bundle: the tree, or its errors */
    SERVICE_LOAD,
    /* the same, and what is wrong with the codes of its sets */
    SERVICE_CHECK,
    /* file name, text: the registry as JSON, or its errors */
    SERVICE_REGISTRY,
    /* an expression: its items as JSON */
    SERVICE_CODES,
    /* as SERVICE_REVIEW: which policy, and why */
    SERVICE_WHICH,
    /* as SERVICE_REVIEW: which tests of the policy came out how (judge/cover.h) */
    SERVICE_COVER,
    /* as SERVICE_REVIEW: answers of the case under misspelt names */
    SERVICE_SLIPS
};

/* The first part of every answer. */
#define SERVICE_ANSWER "answer"     /* the answer document, then what was traced, if any */
#define SERVICE_NEED "need"         /* "registry", "forced", the number of an entry, or scopes */
#define SERVICE_PROBLEMS "problems" /* the case is not one: JSON */
#define SERVICE_TREE "tree"         /* the tree; of SERVICE_CHECK then a JSON array */
#define SERVICE_ERRORS "errors"     /* a JSON array */
#define SERVICE_BASE "base"         /* id of a policy that the bundle lacks */
#define SERVICE_MODULE "module"     /* name of a module that the bundle lacks */

/* Before the number of an entry: a tree with no more than says whom the policy
 * serves; empty if the policy does not load. Several are asked for at once. */
#define SERVICE_SCOPE "scope-"

#define SERVICE_LEVEL 2 /* engine.level: raised when a result byte may change */

struct embedded_file;

struct service_options {
    const char *codes_path; /* codes.db of the home folder; may not exist */
    /* For a replay, what the log kept; all kept by the caller. NULL: our own. */
    const struct embedded_file *prelude;
    const void *starter, *home; /* code tables; if starter is set, both count */
    size_t starter_len, home_len;
};

struct service;

/* In the process that forks the workers: maps memory. */
MUST_CHECK bool service_open(const struct service_options *options, struct service **service,
                             struct err *err);

/* worker_options callbacks; the context is a struct service **. */
bool service_zygote_setup(void *context, struct err *err);
bool service_worker_setup(void *context, struct err *err);
bool service_handle(void *context, uint16_t kind, const char *payload, size_t len,
                    struct buf *out, struct err *err);

#endif
