/*
 * tiles.c - the log as static files (C2SP tlog-tiles).
 *
 * Full tiles and bundles never change, so what exists is left alone. The
 * checkpoint is written last: who reads it finds everything it needs.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/export.h"
#include "audit/files.h"
#include "audit/log.h"
#include "audit/tile_path.h"

#define TILE 256

struct tiles {
    struct audit *audit;
    const char *folder;
    uint64_t size;
    struct buf bytes;
};

/* Writes a file of the tree unless it is there already. */
static bool put_file(struct tiles *t, const char *relative, struct err *err)
{
    char path[PATH_MAX];
    char *slash;
    struct stat there;

    if (t->bytes.failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    if (snprintf(path, sizeof path, "%s/%s", t->folder, relative) >= (int)sizeof path)
        return err_set(err, ERR_STORE, "E-FILE", "the path '%s' is too long", t->folder);
    if (stat(path, &there) == 0 && there.st_size == (off_t)t->bytes.len)
        return true;
    slash = strrchr(path, '/');
    *slash = '\0';
    if (!folder_make(path, 0755, err))
        return false;
    *slash = '/';
    return file_write(path, t->bytes.data, t->bytes.len, 0644, err);
}

static bool put_hashes(struct tiles *t, unsigned level, uint64_t tile, unsigned width,
                       struct err *err)
{
    struct tree_source source = log_tree_source(t->audit);
    char path[TILE_PATH];
    struct tree_hash hash;

    buf_reset(&t->bytes);
    for (unsigned i = 0; i < width; i++) {
        if (!source.fetch(source.context, 8 * level, tile * TILE + i, &hash, err))
            return false;
        buf_put(&t->bytes, hash.bytes, sizeof hash.bytes);
    }
    tile_path(path, (int)level, tile, width);
    return put_file(t, path, err);
}

static bool put_entries(struct tiles *t, uint64_t tile, unsigned width, struct err *err)
{
    sqlite3_stmt *rows = log_prepare(
        t->audit, "SELECT core FROM entry WHERE idx >= ?1 AND idx < ?2 ORDER BY idx", err);
    char path[TILE_PATH];
    unsigned count = 0;
    int step = SQLITE_ERROR;

    if (rows == NULL)
        return false;
    buf_reset(&t->bytes);
    sqlite3_bind_int64(rows, 1, (sqlite3_int64)(tile * TILE));
    sqlite3_bind_int64(rows, 2, (sqlite3_int64)(tile * TILE + width));
    while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
        int len = sqlite3_column_bytes(rows, 0);

        buf_putc(&t->bytes, (char)(len >> 8));
        buf_putc(&t->bytes, (char)len);
        buf_put(&t->bytes, sqlite3_column_blob(rows, 0), (size_t)len);
        count++;
    }
    sqlite3_finalize(rows);
    if (step != SQLITE_DONE)
        return log_fail(t->audit, "the log cannot be read", err);
    if (count < width) /* pruned: the bundle is not served any more */
        return true;
    tile_path(path, TILE_ENTRIES, tile, width);
    return put_file(t, path, err);
}

static bool full_one_there(struct tiles *t, int level, uint64_t tile)
{
    char relative[TILE_PATH];
    char path[PATH_MAX];

    tile_path(relative, level, tile, TILE);
    return snprintf(path, sizeof path, "%s/%s", t->folder, relative) < (int)sizeof path &&
           access(path, F_OK) == 0;
}

static bool put_level(struct tiles *t, unsigned level, struct err *err)
{
    uint64_t count = t->size >> (8 * level);

    for (uint64_t tile = 0; tile * TILE < count; tile++) {
        uint64_t left = count - tile * TILE;
        unsigned width = left < TILE ? (unsigned)left : TILE;

        if ((width < TILE || !full_one_there(t, (int)level, tile)) &&
            !put_hashes(t, level, tile, width, err))
            return false;
        if (level == 0 && (width < TILE || !full_one_there(t, TILE_ENTRIES, tile)) &&
            !put_entries(t, tile, width, err))
            return false;
    }
    return true;
}

static bool put_all(struct tiles *t, struct err *err)
{
    char path[PATH_MAX];
    struct tree_hash root;
    struct buf note = BUF_INIT;
    bool ok = log_last_checkpoint(t->audit, &t->size, &root, &note, err);

    for (unsigned level = 0; ok && level < 8 && t->size >> (8 * level) > 0; level++)
        ok = put_level(t, level, err);
    if (ok && snprintf(path, sizeof path, "%s/checkpoint", t->folder) >= (int)sizeof path)
        ok = err_set(err, ERR_STORE, "E-FILE", "the path '%s' is too long", t->folder);
    ok = ok && file_write(path, note.data, note.len, 0644, err);
    buf_free(&note);
    return ok;
}

bool audit_export_tiles(struct audit *audit, const char *folder,
                        const struct audit_actor *actor, uint64_t *size, struct err *err)
{
    struct audit_record record = {
        .kind = "export", .actor = *actor, .more = "{\"form\":\"tiles\"}"};
    struct audit_receipt receipt;
    struct tiles t = {.audit = audit, .folder = folder, .bytes = BUF_INIT};
    bool ok;

    if (!audit_append(audit, &record, 1, &receipt, err))
        return false;
    log_lock(audit);
    ok = folder_make(folder, 0755, err) && log_read_begin(audit, err);
    if (ok) {
        ok = put_all(&t, err);
        log_read_end(audit);
    }
    log_unlock(audit);
    buf_free(&t.bytes);
    *size = t.size;
    return ok;
}
