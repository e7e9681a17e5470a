/*
 * service_inside.h - what the files of a worker's service share: service.c,
 * service_load.c, service_review.c. Nobody else includes it.
 */
#ifndef RUBRIC_HOST_SERVICE_INSIDE_H
#define RUBRIC_HOST_SERVICE_INSIDE_H

#include "base/pool.h"
#include "codes/codes.h"
#include "host/service.h"
#include "host/shelf.h"
#include "lua/lua_policy.h"

#define RESULT_BYTES ((size_t)8 << 20)

struct service {
    struct service_options options;
    struct lua_box *box;
    struct lua_image *prelude; /* the box with the prelude and no policy; NULL: not yet */
    struct codes *codes;
    struct pool request;       /* reset after each request */
    struct shelf shelf;        /* loaded policies, and the registry */
    char *result;              /* what comes out of the box: RESULT_BYTES */
};

/* A box with the prelude and no policy; the first time, the prelude is read. */
MUST_CHECK bool service_box(struct service *service, struct err *err);

/* Finds what is attached (key, bundle, tree) by its key, or loads it: without a
 * tree the bundle is run. NULL: err, or *loaded says what it wants and result
 * holds it. */
struct shelf_policy *service_policy(struct service *service, struct str attached,
                                    struct buf *result, enum lua_loaded *loaded,
                                    struct err *err);

/* The first of the errors of a policy that does not load, as one; false. */
bool service_load_error(struct service *service, const struct buf *errors, struct err *err);

/* The clocks of a bundle, kept on the shelf; *clocks NULL: it has none. */
MUST_CHECK bool service_clocks(struct service *service, struct str bundle,
                               const struct clocks **clocks, struct err *err);

/* The requests SERVICE_LOAD and SERVICE_CHECK, and SERVICE_REVIEW or SERVICE_WHICH. */
MUST_CHECK bool service_load(struct service *service, unsigned kind, struct str payload,
                             struct buf *out, struct err *err);
MUST_CHECK bool service_review(struct service *service, uint16_t kind, struct str payload,
                               struct buf *out, struct err *err);

#endif
