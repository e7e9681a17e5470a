/*
 * install.c - what answers are made by comes onto the log with a record that
 * says so, and so does each change of what is in force.
 */
#include <string.h>

#include "audit/log.h"
#include "base/sha256.h"

#define THERE "E-LOG-THERE" /* another process was quicker: nothing is left to do */

struct installing {
    const struct audit_install *what;
    const uint8_t *sha256;
};

static bool there(struct err *err)
{
    return err_set(err, ERR_STORE, THERE, "another process did it");
}

static bool put_content(struct audit *audit, uint64_t index, void *context, struct err *err)
{
    const struct installing *in = context;
    uint8_t is[SHA256_BYTES];

    (void)index;
    if (audit_content_has(audit, in->sha256))
        return there(err);
    sha256_of(in->what->body, in->what->len, is);
    if (memcmp(is, in->sha256, sizeof is) != 0)
        return err_set(err, ERR_STORE, "E-LOG-CONTENT", "what is to be kept does not fit its hash");
    return log_content_insert(audit, in->what->kind, in->what->body, in->what->len, in->sha256,
                              err);
}

/* meta "active NAME" is a copy: the newest record of it is what counts. */
static bool is_active(struct audit *audit, const struct installing *in, const char *key,
                      bool *same, struct err *err)
{
    struct buf held = BUF_INIT;
    bool found;
    bool ok = log_meta_get(audit, key, &held, &found, err);

    *same = ok && found && held.len == SHA256_BYTES &&
            memcmp(held.data, in->sha256, SHA256_BYTES) == 0;
    buf_free(&held);
    return ok;
}

static void active_key(const struct installing *in, struct buf *key)
{
    buf_puts(key, "active ");
    buf_puts(key, in->what->active);
}

static bool put_active(struct audit *audit, uint64_t index, void *context, struct err *err)
{
    const struct installing *in = context;
    struct buf key = BUF_INIT;
    bool same, ok;

    (void)index;
    active_key(in, &key);
    ok = is_active(audit, in, buf_cstr(&key), &same, err) && (!same || there(err)) &&
         log_meta_put(audit, buf_cstr(&key), in->sha256, SHA256_BYTES, err);
    buf_free(&key);
    return ok;
}

static bool append(struct audit *audit, const char *kind, log_also *also,
                   const struct installing *in, struct err *err)
{
    struct audit_record record = {.kind = kind, .more = in->what->more};
    struct installing context = *in;
    struct err why;

    if (!log_writable(audit, err))
        return false;
    if (log_append_one(audit, &record, also, &context, NULL, &why) ||
        strcmp(why.code, THERE) == 0)
        return true;
    if (err != NULL)
        *err = why;
    return false;
}

static bool activate(struct audit *audit, const struct installing *in, struct err *err)
{
    struct buf key = BUF_INIT;
    bool same = false;
    bool ok;

    active_key(in, &key);
    ok = is_active(audit, in, buf_cstr(&key), &same, err) &&
         (same || append(audit, "policy.activate", put_active, in, err));
    buf_free(&key);
    return ok;
}

bool audit_install(struct audit *audit, const struct audit_install *what,
                   const uint8_t sha256[32], struct err *err)
{
    const struct installing in = {what, sha256};
    bool ok;

    log_lock(audit);
    ok = (audit_content_has(audit, sha256) ||
          append(audit, what->record, put_content, &in, err)) &&
         (what->active == NULL || activate(audit, &in, err));
    log_unlock(audit);
    return ok;
}
