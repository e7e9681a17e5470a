/*
 * verify_tiles.c - rubric-verify tiles: a whole log as static files.
 *
 * Every entry is hashed, every tile recomputed, and the root compared with the
 * signed checkpoint. Where bundles are missing because the log was pruned, the
 * hashes of the level 0 tiles stand in for them, and that is said.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/files.h"
#include "audit/tile_path.h"
#include "audit/verify_check.h"

#define TILE 256
#define BUNDLE_MOST (TILE * (2 + 65535))

struct walk {
    const char *folder;
    uint64_t size;
    uint64_t unread; /* entries whose bundle is gone */
    struct tree_edge edge;
    struct buf bundle, tile;
};

static bool open_part(const struct walk *w, int level, uint64_t index, unsigned width,
                      size_t most, struct buf *bytes, struct err *err)
{
    char path[PATH_MAX];
    char part[TILE_PATH];

    buf_reset(bytes);
    tile_path(part, level, index, width);
    if (snprintf(path, sizeof path, "%s/%s", w->folder, part) >= (int)sizeof path)
        return err_set(err, ERR_USAGE, "", "the path is too long");
    if (file_read(path, most, bytes, err))
        return level == TILE_ENTRIES || bytes->len == 32 * (size_t)width ||
               err_set(err, ERR_TAMPER, "", "'%s' has another length than its name says", part);
    /* A full tile may stand where a partial one was. */
    return width < TILE && open_part(w, level, index, TILE, most, bytes, err);
}

/* The hash of entry i of the bundle; *at moves behind it. */
static bool next_entry(const struct buf *bundle, size_t *at, struct tree_hash *leaf)
{
    const uint8_t *bytes = (const uint8_t *)bundle->data + *at;
    size_t len;

    if (bundle->len - *at < 2)
        return false;
    len = (size_t)bytes[0] << 8 | bytes[1];
    if (bundle->len - *at - 2 < len)
        return false;
    tree_leaf(bytes + 2, len, leaf);
    *at += 2 + len;
    return true;
}

static bool add_leaves(struct walk *w, uint64_t tile, unsigned width, bool has_bundle,
                       struct err *err)
{
    struct tree_hash leaf;
    size_t at = 0;

    for (unsigned i = 0; i < width; i++) {
        memcpy(leaf.bytes, w->tile.data + 32 * (size_t)i, 32);
        if (has_bundle) {
            struct tree_hash read;

            if (!next_entry(&w->bundle, &at, &read))
                return err_set(err, ERR_TAMPER, "", "entry bundle %" PRIu64 " is cut short", tile);
            if (!tree_equal(&read, &leaf))
                return err_set(err, ERR_TAMPER, "", "entry %" PRIu64 " does not fit its tile",
                               tile * TILE + i);
        }
        (void)tree_edge_add(&w->edge, &leaf, NULL, NULL);
    }
    /* Behind a part stands nothing, or the rest of the full bundle. */
    for (unsigned i = width; has_bundle && at < w->bundle.len; i++) {
        if (i == TILE || !next_entry(&w->bundle, &at, &leaf))
            return err_set(err, ERR_TAMPER, "", "entry bundle %" PRIu64 " is too long", tile);
    }
    return true;
}

static bool walk_leaves(struct walk *w, struct err *err)
{
    for (uint64_t tile = 0; tile * TILE < w->size; tile++) {
        uint64_t left = w->size - tile * TILE;
        unsigned width = left < TILE ? (unsigned)left : TILE;
        bool has_bundle;

        if (!open_part(w, 0, tile, width, TILE * 32, &w->tile, err) || w->tile.len < 32 * width ||
            w->tile.len % 32 != 0)
            return err_set(err, ERR_INPUT, "", "tile 0/%" PRIu64 " is missing or cut short", tile);
        has_bundle = open_part(w, TILE_ENTRIES, tile, width, BUNDLE_MOST, &w->bundle, err);
        w->unread += has_bundle ? 0 : width;
        if (!add_leaves(w, tile, width, has_bundle, err))
            return false;
    }
    return true;
}

/* The root over the 256 hashes of a full tile. */
static void tile_root(const struct buf *tile, struct tree_hash *root)
{
    struct tree_edge edge;
    struct tree_hash hash;

    tree_edge_start(&edge);
    for (size_t i = 0; i < TILE; i++) {
        memcpy(hash.bytes, tile->data + 32 * i, 32);
        (void)tree_edge_add(&edge, &hash, NULL, NULL);
    }
    tree_edge_root(&edge, root);
}

/* Each hash of a higher tile is the root of a full tile below it. */
static bool walk_level(struct walk *w, int level, struct err *err)
{
    uint64_t count = w->size >> (8 * level);
    struct buf below = BUF_INIT;
    bool ok = true;

    for (uint64_t i = 0; ok && i < count; i++) {
        uint64_t tile = i / TILE;
        uint64_t left = count - tile * TILE;
        struct tree_hash root;

        if (i % TILE == 0)
            ok = open_part(w, level, tile, left < TILE ? (unsigned)left : TILE, TILE * 32, &w->tile,
                           err) &&
                 w->tile.len >= 32 * (left < TILE ? left : TILE);
        ok = ok && open_part(w, level - 1, i, TILE, TILE * 32, &below, err) &&
             below.len == TILE * 32;
        if (!ok) {
            err_set(err, ERR_INPUT, "", "tile %d/%" PRIu64 " is missing or cut short", level, tile);
            break;
        }
        tile_root(&below, &root);
        if (memcmp(root.bytes, w->tile.data + 32 * (i % TILE), 32) != 0)
            ok = err_set(err, ERR_TAMPER, "", "tile %d/%" PRIu64 " does not fit the tiles below",
                         level, tile);
    }
    buf_free(&below);
    return ok;
}

static bool walk_all(struct walk *w, const struct checkpoint *at, struct err *err)
{
    struct tree_hash root;

    w->size = at->size;
    tree_edge_start(&w->edge);
    if (!walk_leaves(w, err))
        return false;
    tree_edge_root(&w->edge, &root);
    if (!tree_equal(&root, &at->root))
        return err_set(err, ERR_TAMPER, "", "the tiles do not lead to the root of the checkpoint");
    for (int level = 1; level < 8 && w->size >> (8 * level) > 0; level++) {
        if (!walk_level(w, level, err))
            return false;
    }
    return true;
}

static int say_tiles(struct check *check, const struct checkpoint *at, uint64_t unread)
{
    if (unread > 0)
        return check_accept(check, "%s, %" PRIu64 " entries, of which %" PRIu64
                            " are pruned and known by their hash only",
                            at->origin, at->size, unread);
    return check_accept(check, "%s, all %" PRIu64 " entries", at->origin, at->size);
}

int check_tiles(struct check *check, const char *path)
{
    struct walk w = {.folder = path};
    struct buf note = BUF_INIT;
    char name[PATH_MAX];
    struct checkpoint at;
    struct err err;
    int status;

    if (check->key_count == 0)
        return check_unusable(check, "tiles need '--vkey': whose log is it?");
    if (snprintf(name, sizeof name, "%s/checkpoint", path) >= (int)sizeof name ||
        !file_read(name, NOTE_MAX + 1, &note, &err))
        status = check_unusable(check, "'%s' has no checkpoint that can be read", path);
    else if (!check_signed(check, note.data, note.len, &at, &err) || !walk_all(&w, &at, &err))
        status = check_refuse(check, &err);
    else
        status = say_tiles(check, &at, w.unread);
    buf_free(&note);
    buf_free(&w.bundle);
    buf_free(&w.tile);
    return status;
}
