/*
 * inside.h - what the files of the host share: host.c, bundle.c, check.c,
 * replay.c. Nobody else includes it.
 */
#ifndef RUBRIC_HOST_INSIDE_H
#define RUBRIC_HOST_INSIDE_H

#include "audit/audit.h"
#include "base/embedded.h"
#include "base/pool.h"
#include "base/sha256.h"
#include "codes/codes.h"
#include "host/crew.h"
#include "host/host.h"
#include "host/limits.h"
#include "host/registry.h"
#include "host/service.h"

#define KEY_TEXT 65 /* a sha256 as hex, and a NUL */
#define ANSWER_TABLES 16
#define POLICY_SOURCE_MAX ((size_t)512 << 10) /* bytes of one file of a policy */

/* A policy with everything it is made of, as a worker is sent it and as the log
 * keeps it. */
struct bundle {
    bool made;       /* the fields below are filled */
    bool logged;     /* the log holds it */
    bool rejected;   /* it does not load */
    char key[KEY_TEXT];
    struct limits limits;
    struct buf json; /* "rubric-bundle/1" */
    struct buf tree; /* or, if rejected, its errors */
    struct buf warnings;
    struct buf scope; /* of the tree what says whom it serves; empty: not made */
    struct buf sources; /* parts: file below the policies folder, sha256 hex, file ... */
    bool sent;        /* a worker has it, and may answer by it */
};

/* What a log kept of the program that made an answer. */
struct pinned {
    struct buf prelude; /* JSON; empty: our own */
    struct embedded_file *files; /* cut from it; the last has no name */
    yyjson_doc *doc;
    struct buf starter, home; /* code tables; empty: our own */
};

struct host {
    struct host_options options;
    const struct pinned *pinned; /* NULL: everything is our own */
    struct service *service;
    struct crew *crew;
    struct audit *audit;
    char codes_path[4096];
    bool checking; /* policies are loaded to be checked, codes and all */
    bool registry_read;
    struct err registry_err; /* why it cannot be, if that was tried */
    struct pool registry_pool;
    struct registry *registry;
    struct buf registry_json;
    bool registry_sent; /* to some worker, which may be gone */
    char registry_key[KEY_TEXT];
    struct bundle *bundles; /* one for each entry of the registry */
    size_t bundles_made;
    unsigned review_ms;     /* the longest that a policy may take, and some */
    unsigned load_ms;       /* the longest that loading one may take, and some */
    size_t case_max;        /* bytes; 0: not asked for so far */
    struct limits kept_limits; /* those of kept_key */
    size_t *by_id;         /* entries in the order of their policies' ids */
    char kept_key[KEY_TEXT]; /* of the bundle that the log was last known to hold */
    bool prelude_kept;          /* the log holds our prelude */
    struct codes *codes;        /* opened for the first answer that is logged */
    bool tables_kept[2];        /* the log holds the imported tables; the starter */
    uint8_t tables_sha256[2][SHA256_BYTES];
    struct buf aside;       /* policies that are set aside, a line each */
    int64_t aside_read_s;   /* when that was read once more; 0: it was not */
    struct buf payload;     /* of the request under way */
    struct buf reply;       /* of the worker */
};

/* Starts the crew of a host whose options, paths and pins are set. */
MUST_CHECK bool host_start(struct host *host, struct err *err);
void host_free(struct host *host);
struct host *host_new(const struct host_options *options, struct err *err);

/* Reads the registry once. */
MUST_CHECK bool host_registry(struct host *host, struct err *err);

/* One question to a worker. reply's parts are cut at *word and *rest. */
MUST_CHECK bool host_ask(struct host *host, enum service_kind kind, const char *policy,
                         const struct buf *payload, unsigned deadline_ms, struct str *word,
                         struct str *rest, struct err *err);

/* One question whose answer never changes, under its key: it is kept in the home
 * folder, and a worker is asked only if it is not there yet. */
MUST_CHECK bool host_ask_once(struct host *host, enum service_kind kind, const char *key,
                              const struct buf *payload, unsigned deadline_ms,
                              struct str *word, struct str *rest, struct err *err);

/* What the home folder or the program's own keeps under that key (loaded.h). */
bool host_kept(const struct host *host, const char *key, struct buf *answer);

/* Is there a policy of that id, and does each of its versions load? */
MUST_CHECK bool host_named(struct host *host, const char *id, struct err *err);
/* True if that can be told without asking a worker; NULL: the registry alone. */
bool host_named_at_hand(const struct host *host, const char *id);
bool host_is_file(const char *policy);

/* The bundle of a registry entry, made and loaded once. */
MUST_CHECK bool host_bundle(struct host *host, size_t entry, struct bundle **bundle,
                            struct err *err);
/* Of an entry's tree what says whom it serves; empty if it does not load (scope.c). */
MUST_CHECK bool host_scope(struct host *host, size_t entry, const struct buf **scope,
                           struct err *err);
bool host_scope_made(const struct host *host, size_t entry);
/* The bundle of a file that the registry need not know; owned by the caller. */
MUST_CHECK bool bundle_of_file(struct host *host, const char *path, struct bundle *bundle,
                               struct err *err);
void bundle_free(struct bundle *bundle);

/* The first of the errors of a rejected bundle, as one. */
bool bundle_error(const struct bundle *bundle, const char *file, struct err *err);

/* Reads a whole file of at most max bytes; text: it must be UTF-8. */
MUST_CHECK bool read_file(const char *path, size_t max, struct buf *out, struct err *err);

/* The path of a file below the policies folder; ERR_POLICY if it is not below. */
MUST_CHECK bool path_below(const struct host *host, struct str name, char *path, size_t size,
                           struct err *err);

void key_of(const void *bytes, size_t len, char key[KEY_TEXT]);

/* One review without logging: the answer document without receipt, or the
 * problems of the case (ERR_INPUT). forced: a bundle, or NULL. */
struct asking {
    const struct host_request *request;
    const struct bundle *forced;
    char case_key[KEY_TEXT];
    bool afresh; /* not a replay: a policy that is set aside does not run, and the clock is
                    the one of the limits */
    const char *event; /* a replay of what a clock or a death decided: its "failure" part;
                          NULL: judge */
};
MUST_CHECK bool host_judge(struct host *host, enum service_kind kind,
                           const struct asking *asking, struct buf *json, struct err *err);

/* What the host must know of an answer, checked against its schema (S-52). */
struct answer_facts {
    char recommendation[16];
    char policy_id[256];
    char policy_version[64];
    char bundle[KEY_TEXT]; /* "" if no policy was run */
    char case_id[512];
    char error[24];
    char killed[200]; /* a worker ended over it: how; "" if none did */
    int64_t met, not_met, undocumented;
    struct {
        char name[40];
        bool starter; /* the built-in table answered, not an import */
    } tables[ANSWER_TABLES];
    size_t table_count;
    struct buf reads; /* JSON: the facts in evidence, in order */
};
MUST_CHECK bool answer_check(const struct buf *json, struct answer_facts *facts,
                             struct err *err);
/* The two ways in which that is done. answer_scan() is for bytes as our workers
 * write them; if it says false, answer_read() decides. */
MUST_CHECK bool answer_scan(const char *json, size_t len, struct answer_facts *facts);
MUST_CHECK bool answer_read(const char *json, size_t len, struct answer_facts *facts);
void answer_forget(struct answer_facts *facts); /* all but the memory of reads */

#endif
