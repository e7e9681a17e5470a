/*
 * source.c - stored nodes, as proofs want them.
 */
#include "audit/log.h"

#include <string.h>

static bool fetch(void *context, unsigned level, uint64_t index, struct tree_hash *hash,
                  struct err *err)
{
    struct audit *audit = context;
    sqlite3_stmt *get =
        log_statement(audit, level == 0 ? LOG_GET_LEAF : LOG_GET_NODE, err);
    bool ok = false;

    if (get == NULL)
        return false;
    if (level == 0) {
        sqlite3_bind_int64(get, 1, (sqlite3_int64)index);
    } else {
        sqlite3_bind_int(get, 1, (int)level);
        sqlite3_bind_int64(get, 2, (sqlite3_int64)index);
    }
    switch (sqlite3_step(get)) {
    case SQLITE_ROW:
        ok = log_column_hash(get, 0, hash->bytes) ||
             err_set(err, ERR_TAMPER, "E-LOG-NODE", "node %u/%llu of the log is not a hash",
                     level, (unsigned long long)index);
        break;
    case SQLITE_DONE:
        /* The leaf of a pruned entry lives among the nodes. */
        err_set(err, ERR_TAMPER, "E-LOG-NODE", "node %u/%llu of the log is missing", level,
                (unsigned long long)index);
        break;
    default:
        log_fail(audit, "the log cannot be read", err);
        break;
    }
    sqlite3_reset(get);
    return ok;
}

static bool fetch_or_pruned(void *context, unsigned level, uint64_t index,
                            struct tree_hash *hash, struct err *err)
{
    struct audit *audit = context;
    sqlite3_stmt *get;
    bool found = false;

    if (level > 0)
        return fetch(context, level, index, hash, err);
    get = log_statement(audit, LOG_GET_NODE, err);
    if (get == NULL)
        return false;
    sqlite3_bind_int(get, 1, 0);
    sqlite3_bind_int64(get, 2, (sqlite3_int64)index);
    if (sqlite3_step(get) == SQLITE_ROW)
        found = log_column_hash(get, 0, hash->bytes);
    sqlite3_reset(get);
    return found || fetch(context, level, index, hash, err);
}

struct tree_source log_tree_source(struct audit *audit)
{
    struct tree_source source = {fetch_or_pruned, audit};

    return source;
}

bool log_last_checkpoint(struct audit *audit, uint64_t *size, struct tree_hash *root,
                         struct buf *note, struct err *err)
{
    sqlite3_stmt *get = log_statement(audit, LOG_LAST_CHECKPOINT, err);
    bool ok = true;
    int step;

    if (get == NULL)
        return false;
    *size = 0;
    tree_empty(root);
    step = sqlite3_step(get);
    if (step == SQLITE_ROW) {
        *size = (uint64_t)sqlite3_column_int64(get, 0);
        ok = log_column_hash(get, 1, root->bytes) ||
             err_set(err, ERR_TAMPER, "E-LOG-CHECKPOINT", "the newest checkpoint has no root");
        if (note != NULL)
            buf_put(note, sqlite3_column_blob(get, 2), (size_t)sqlite3_column_bytes(get, 2));
    } else if (step != SQLITE_DONE) {
        ok = log_fail(audit, "the log cannot be read", err);
    }
    sqlite3_reset(get);
    return ok;
}
