/*
 * keys.c - the keys of a log: files of mode 0600, and when each may sign.
 *
 * A signing key lives in keys/<id>.key, in the text form that Go's note package
 * uses too. Which keys sign now follows from the records (log.init, key.add,
 * key.retire); meta holds that list so that a start need not read them all, and
 * verify compares it.
 */
#include "audit/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "audit/files.h"
#include "audit/keys.h"
#include "base/sha256.h"

#define KEYS_HELP "restore the folder 'keys' of this home"

static void key_path(const struct audit *audit, const uint8_t id[4], const char *kind,
                     char path[LOG_PATH + 32])
{
    snprintf(path, LOG_PATH + 32, "%s/keys/%02x%02x%02x%02x.%s", audit->home, id[0], id[1],
             id[2], id[3], kind);
}

static bool private_file(const char *path, struct err *err)
{
    struct stat file;

    if (stat(path, &file) != 0) {
        err_errno(err, ERR_STORE, "E-KEY-MISSING", path);
        return err_help(err, KEYS_HELP ", or close the log with"
                             " 'rubric audit accept-rollback --reason ...'");
    }
    if (S_ISREG(file.st_mode) && (file.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return true;
    err_set(err, ERR_STORE, "E-KEY-MODE", "others may read the key '%s'", path);
    return err_help(err, "if nobody else can have read it: chmod 600 '%s'", path);
}

/* keys/<id>.signer: the public key, then the program that signs, a line each. */
static bool parse_outside(const struct buf *text, struct log_signer *signer, struct err *err)
{
    const char *end = memchr(text->data, '\n', text->len);
    size_t len = end == NULL ? 0 : (size_t)(text->data + text->len - end - 1);

    if (end == NULL || len == 0 || len >= COMMAND_TEXT)
        return err_set(err, ERR_STORE, "E-KEY", "the file of an outside signer cannot be read");
    memcpy(signer->command, end + 1, len);
    signer->command[len] = '\0';
    if (!command_valid(signer->command))
        return err_set(err, ERR_STORE, "E-KEY", "the file of an outside signer names no program");
    return note_key_parse(text->data, (size_t)(end - text->data), &signer->here.key, err);
}

bool keys_outside_signer(struct audit *audit, const struct log_signer *signer, struct err *err)
{
    char path[LOG_PATH + 32];
    char text[NOTE_VKEY + COMMAND_TEXT + 2];

    key_path(audit, signer->here.key.id, "signer", path);
    note_key_text(&signer->here.key, text);
    strcat(text, "\n");
    strcat(text, signer->command);
    strcat(text, "\n");
    return file_write(path, text, strlen(text), 0600, err);
}

static bool read_signer(struct audit *audit, const uint8_t id[4], struct log_signer *signer,
                        struct err *err)
{
    char path[LOG_PATH + 32];
    struct buf text = BUF_INIT;
    bool outside, ok;

    memset(signer, 0, sizeof *signer);
    key_path(audit, id, "signer", path);
    outside = access(path, F_OK) == 0;
    if (!outside)
        key_path(audit, id, "key", path);
    ok = private_file(path, err) && file_read(path, NOTE_VKEY + COMMAND_TEXT, &text, err);
    if (ok && text.len > 0 && text.data[text.len - 1] == '\n')
        text.len--;
    ok = ok && (outside ? parse_outside(&text, signer, err)
                        : note_signer_parse(text.data, text.len, &signer->here, err));
    if (text.data != NULL)
        sodium_memzero(text.data, text.room);
    buf_free(&text);
    if (ok && (memcmp(signer->here.key.id, id, 4) != 0 ||
               strcmp(signer->here.key.name, audit->origin) != 0))
        return err_set(err, ERR_STORE, "E-KEY", "the key '%s' belongs to another log", path) ||
               err_help(err, KEYS_HELP);
    return ok;
}

bool keys_new_signer(struct audit *audit, struct log_signer *signer, struct err *err)
{
    char path[LOG_PATH + 32];
    char text[NOTE_VKEY + 1];
    uint8_t seed[32];
    bool ok;

    if (sodium_init() < 0)
        return err_set(err, ERR_STORE, "E-SODIUM", "the signature library does not start");
    randombytes_buf(seed, sizeof seed);
    memset(signer, 0, sizeof *signer);
    ok = note_signer_make(audit->origin, seed, &signer->here, err);
    sodium_memzero(seed, sizeof seed);
    if (!ok)
        return false;
    key_path(audit, signer->here.key.id, "key", path);
    note_signer_text(&signer->here, text);
    strcat(text, "\n");
    ok = file_write(path, text, strlen(text), 0600, err);
    sodium_memzero(text, sizeof text);
    return ok;
}

static bool make_finder(struct audit *audit, struct err *err)
{
    char path[LOG_PATH + 32];
    char hex[SHA256_HEX];
    bool ok;

    randombytes_buf(audit->finder_key, sizeof audit->finder_key);
    sha256_hex(audit->finder_key, hex);
    hex[64] = '\n';
    snprintf(path, sizeof path, "%s/keys/finder.key", audit->home);
    ok = file_write(path, hex, 65, 0600, err);
    sodium_memzero(hex, sizeof hex);
    return ok;
}

static bool load_finder(struct audit *audit, struct err *err)
{
    char path[LOG_PATH + 32];
    struct buf text = BUF_INIT;
    bool ok;

    snprintf(path, sizeof path, "%s/keys/finder.key", audit->home);
    ok = private_file(path, err) && file_read(path, 256, &text, err);
    if (ok && (text.len != 65 || !sha256_parse_hex(text.data, 64, audit->finder_key)))
        ok = err_set(err, ERR_STORE, "E-KEY", "the key '%s' cannot be read", path) ||
             err_help(err, KEYS_HELP);
    buf_free(&text);
    return ok;
}

bool keys_find_only(struct audit *audit)
{
    if (!load_finder(audit, NULL))
        memset(audit->finder_key, 0, sizeof audit->finder_key);
    return true;
}

bool keys_make(struct audit *audit, struct err *err)
{
    char folder[LOG_PATH + 32];

    snprintf(folder, sizeof folder, "%s/keys", audit->home);
    if (!folder_make(folder, 0700, err))
        return false;
    /* The finder key outlives an origin: cases are found across a new start. */
    if (!load_finder(audit, NULL) && !make_finder(audit, err))
        return false;
    if (!keys_new_signer(audit, &audit->signer[0], err))
        return false;
    audit->signer_count = 1;
    return true;
}

/* One line by this key and no other, over this text. */
static bool signed_line(const struct log_signer *signer, const char *text, size_t len,
                        const struct buf *line, struct err *err)
{
    struct buf bytes = BUF_INIT;
    struct note note;
    bool ok;

    buf_put(&bytes, text, len);
    buf_putc(&bytes, '\n');
    buf_put(&bytes, line->data, line->len);
    ok = !bytes.failed && line->len > 0 &&
         memchr(line->data, '\n', line->len) == line->data + line->len - 1 &&
         note_split(bytes.data, bytes.len, &note, NULL) &&
         note_verify(&note, &signer->here.key, 1, NULL, NULL);
    buf_free(&bytes);
    return ok || err_set(err, ERR_LOG, "E-LOG-SIGNER",
                         "'%s' did not print a valid signature line of its key", signer->command);
}

bool keys_sign(struct audit *audit, struct buf *out, const char *text, size_t len,
               struct err *err)
{
    buf_put(out, text, len);
    buf_putc(out, '\n');
    for (size_t i = 0; i < audit->signer_count; i++) {
        const struct log_signer *signer = &audit->signer[i];
        struct buf line = BUF_INIT;
        bool ok;

        if (signer->command[0] == '\0') {
            note_signature_line(out, text, len, &signer->here);
            continue;
        }
        ok = command_ask(signer->command, text, len, &line, err) &&
             signed_line(signer, text, len, &line, err);
        buf_put(out, line.data, line.len);
        buf_free(&line);
        if (!ok)
            return false;
    }
    buf_cstr(out);
    return !out->failed || err_set(err, ERR_STORE, "E-LOG-NOTE", "the checkpoint does not fit");
}

/* The rows of keys as one text, into out. */
static bool read_rows(struct audit *audit, struct buf *out, struct err *err)
{
    sqlite3_stmt *get = log_statement(audit, LOG_GET_KEYS, err);
    int step;

    if (get == NULL)
        return false;
    step = sqlite3_step(get);
    if (step == SQLITE_ROW)
        buf_put(out, sqlite3_column_blob(get, 0), (size_t)sqlite3_column_bytes(get, 0));
    else
        log_fail(audit, "the log cannot be read", err);
    sqlite3_reset(get);
    return step == SQLITE_ROW;
}

/* The rows that the signers at hand stand for. */
static bool note_rows(struct audit *audit, struct err *err)
{
    buf_reset(&audit->key_rows);
    return read_rows(audit, &audit->key_rows, err);
}

bool keys_store(struct audit *audit, const struct log_key *key, struct err *err)
{
    char name[NOTE_VKEY + 8] = "key ";
    char value[64];

    note_key_text(&key->key, name + 4);
    if (key->to == UINT64_MAX)
        snprintf(value, sizeof value, "%" PRIu64 " -", key->from);
    else
        snprintf(value, sizeof value, "%" PRIu64 " %" PRIu64, key->from, key->to);
    return log_meta_put(audit, name, value, strlen(value), err) && note_rows(audit, err);
}

static bool parse_row(const char *name, const char *value, struct log_key *key,
                      struct err *err)
{
    char *end;

    if (!note_key_parse(name + 4, strlen(name) - 4, &key->key, err))
        return false;
    key->from = strtoull(value, &end, 10);
    key->to = UINT64_MAX;
    if (strcmp(end, " -") == 0)
        return true;
    if (*end == ' ')
        key->to = strtoull(end, &end, 10);
    return *end == '\0' ||
           err_set(err, ERR_TAMPER, "E-LOG-META", "the list of keys in the log cannot be read");
}

bool keys_list(struct audit *audit, struct log_key *keys, size_t room, size_t *count,
               struct err *err)
{
    sqlite3_stmt *all = log_prepare(
        audit, "SELECT k, CAST(v AS TEXT) FROM meta WHERE k LIKE 'key %'"
               " ORDER BY CAST(CAST(v AS TEXT) AS INTEGER), k", err);
    bool ok = true;
    int step;

    if (all == NULL)
        return false;
    *count = 0;
    while (ok && (step = sqlite3_step(all)) == SQLITE_ROW) {
        if (*count == room)
            ok = err_set(err, ERR_STORE, "E-KEY", "the log has more than %zu keys", room);
        else
            ok = parse_row((const char *)sqlite3_column_text(all, 0),
                           (const char *)sqlite3_column_text(all, 1), &keys[(*count)++], err);
    }
    if (ok && step != SQLITE_DONE)
        ok = log_fail(audit, "the log cannot be read", err);
    sqlite3_finalize(all);
    return ok;
}

bool keys_fresh(struct audit *audit, struct err *err)
{
    struct buf now = BUF_INIT;
    bool ok = read_rows(audit, &now, err);

    if (ok && (now.len != audit->key_rows.len ||
               memcmp(buf_cstr(&now), buf_cstr(&audit->key_rows), now.len) != 0))
        ok = keys_load(audit, err);
    buf_free(&now);
    return ok;
}

bool keys_load(struct audit *audit, struct err *err)
{
    struct log_key keys[LOG_KEYS];
    size_t count;

    if (!note_rows(audit, err))
        return false;
    for (size_t i = 0; i < audit->signer_count; i++)
        note_signer_wipe(&audit->signer[i].here);
    audit->signer_count = 0;
    if (!load_finder(audit, err) || !keys_list(audit, keys, LOG_KEYS, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (keys[i].to != UINT64_MAX)
            continue;
        if (audit->signer_count == LOG_SIGNERS)
            return err_set(err, ERR_STORE, "E-KEY", "more than %d keys sign this log", LOG_SIGNERS);
        if (!read_signer(audit, keys[i].key.id, &audit->signer[audit->signer_count], err))
            return false;
        audit->signer_count++;
    }
    return audit->signer_count > 0 ||
           err_set(err, ERR_STORE, "E-LOG-CLOSED", "no key signs this log any more") ||
           err_help(err, "run 'rubric audit verify'; a log that was closed is only read");
}
