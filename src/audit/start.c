/*
 * start.c - making a log; see start.h.
 */
#include "audit/start.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "audit/files.h"
#include "audit/keys.h"
#include "base/base64.h"

/* A name is never used twice, so one that nobody chose is random. */
static void make_up_origin(char origin[AUDIT_ORIGIN])
{
    uint8_t random[8];
    int at = snprintf(origin, AUDIT_ORIGIN, "rubric.local/log/");

    randombytes_buf(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        at += snprintf(origin + at, 3, "%02x", random[i]);
}

static bool choose_origin(struct audit *audit, const struct audit_options *options,
                          struct err *err)
{
    const char *wanted = options == NULL ? NULL : options->origin;

    if (sodium_init() < 0)
        return err_set(err, ERR_STORE, "E-SODIUM", "the signature library does not start");
    if (wanted == NULL) {
        make_up_origin(audit->origin);
        return true;
    }
    if (!note_name_valid(wanted, strlen(wanted)))
        return err_set(err, ERR_USAGE, "E-ORIGIN",
                       "'%s' cannot name a log: no spaces, no plus sign", wanted);
    strcpy(audit->origin, wanted);
    return true;
}

static void put_past(struct buf *json, const struct log_past *past)
{
    buf_puts(json, "\"continues\":{");
    if (past->have != past->size)
        buf_printf(json, "\"have\":%" PRIu64 ",", past->have);
    buf_puts(json, "\"origin\":");
    buf_put_json(json, past->origin, strlen(past->origin));
    buf_puts(json, ",\"root\":\"");
    buf_put_base64(json, past->root.bytes, sizeof past->root.bytes);
    buf_printf(json, "\",\"size\":%" PRIu64 "},\"reason\":", past->size);
    buf_put_json(json, past->reason, strlen(past->reason));
    buf_putc(json, ',');
}

/* Appends the first record to a log that has none. */
static bool first_record(struct audit *audit, const struct log_past *past, char *note,
                         struct tree_hash *root, struct err *err)
{
    struct audit_record record = {.kind = "log.init"};
    struct log_batch batch;
    struct tree_hash leaf;
    struct buf more = BUF_INIT;
    char vkey[NOTE_VKEY];
    uint64_t index;
    bool ok;

    if (past != NULL && past->who != NULL)
        record.actor = *past->who;
    note_key_text(&audit->signer[0].here.key, vkey);
    buf_putc(&more, '{');
    if (past != NULL)
        put_past(&more, past);
    buf_puts(&more, "\"origin\":");
    buf_put_json(&more, audit->origin, strlen(audit->origin));
    buf_puts(&more, ",\"vkey\":");
    buf_put_json(&more, vkey, strlen(vkey));
    buf_putc(&more, '}');
    record.more = buf_cstr(&more);
    memset(&batch, 0, sizeof batch);
    tree_edge_start(&batch.edge);
    ok = log_batch_add(audit, &batch, &record, &index, &leaf, err) &&
         log_batch_commit(audit, &batch, note, err);
    tree_edge_root(&batch.edge, root);
    buf_free(&more);
    return ok;
}

static bool put_meta(struct audit *audit, const struct audit_options *options,
                     struct err *err)
{
    struct log_key key = {.key = audit->signer[0].here.key, .from = 1, .to = UINT64_MAX};
    const char *anchor = options == NULL ? NULL : options->anchor_file;
    char sinks[LOG_PATH + 2];

    if (anchor != NULL) {
        snprintf(sinks, sizeof sinks, "%s\n", anchor);
        if (!log_meta_put(audit, "sinks", sinks, strlen(sinks), err))
            return false;
    }
    return log_meta_put(audit, "origin", audit->origin, strlen(audit->origin), err) &&
           keys_store(audit, &key, err);
}

static bool make_schema(struct audit *audit, struct err *err)
{
    char version[96];

    snprintf(version, sizeof version, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
             LOG_APPLICATION_ID, LOG_SCHEMA);
    return log_exec(audit, version, "the log cannot be made", err) &&
           log_exec(audit, log_schema_sql(LOG_SCHEMA), "the log cannot be made", err);
}

/* A file that a first start left unfinished has no schema; nothing is lost. */
static bool no_anchor_yet(struct audit *audit, struct err *err)
{
    if (anchors_check(audit, NULL))
        return true;
    err_set(err, ERR_ROLLBACK, "E-ROLLBACK",
            "there is no log in '%s', but an anchor file of one", audit->home);
    return err_help(err, "restore the newest backup of the log; if there is none, an operator"
                         " closes it with 'rubric audit accept-rollback --reason ...'");
}

static bool give_name(struct audit *audit, struct err *err)
{
    char fresh[LOG_PATH], path[LOG_PATH];

    if (!log_db_path(audit, true, fresh, err) || !log_db_path(audit, false, path, err))
        return false;
    if (rename(fresh, path) != 0)
        return err_errno(err, ERR_STORE, "E-LOG-STORE", path);
    return folder_sync(audit->home, err);
}

bool log_make(struct audit *audit, const struct audit_options *options,
              const struct log_past *past, struct err *err)
{
    const char *anchor = options == NULL ? NULL : options->anchor_file;
    char note[AUDIT_NOTE];
    struct tree_hash root;
    bool ok;

    if (!choose_origin(audit, options, err) || !log_db_open(audit, true, err) ||
        !log_run(audit, log_statement(audit, LOG_BEGIN, err), "the log cannot be made", err))
        return false;
    audit->in_batch = true;
    ok = make_schema(audit, err) && anchors_load(audit, anchor, err) &&
         no_anchor_yet(audit, err) && keys_make(audit, err) &&
         put_meta(audit, options, err) && first_record(audit, past, note, &root, err) &&
         log_settings_check(audit, err);
    if (!ok && audit->in_batch)
        log_batch_abandon(audit);
    /* Closing brings the write-ahead log into the file. */
    log_db_close(audit);
    audit->sink_count = 0;
    return ok && give_name(audit, err);
}

bool log_first_anchor(struct audit *audit, struct err *err)
{
    struct buf note = BUF_INIT;
    struct tree_hash root;
    uint64_t size;
    bool ok;

    ok = log_last_checkpoint(audit, &size, &root, &note, err) &&
         anchors_write(audit, size, buf_cstr(&note), &root, true, err) &&
         anchors_flush(audit, err);
    buf_free(&note);
    return ok;
}
