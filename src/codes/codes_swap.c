/*
 * codes_swap.c - changing codes.db; see codes_swap.h.
 */
#include "codes/codes_swap.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "codes/codes_addenda.h"
#include "codes/codes_db.h"
#include "codes/codes_notes.h"
#include "codes/codes_store.h"
#include "codes/index.h"

struct codes_swap {
    char path[4096];
    char copy[4112];
    int lock;
    sqlite3 *db;
    bool committed;
};

static bool take_lock(struct codes_swap *swap, void (*waited)(void), struct err *err)
{
    char path[4112];

    snprintf(path, sizeof path, "%s.lock", swap->path);
    swap->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (swap->lock < 0)
        return err_errno(err, ERR_STORE, "codes-db", path);
    if (flock(swap->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (waited != NULL)
        waited();
    while (flock(swap->lock, LOCK_EX) != 0) {
        if (errno != EINTR)
            return err_errno(err, ERR_STORE, "codes-db", path);
    }
    return true;
}

/* Copies codes.db; a missing one leaves *there false. */
static bool copy_file(const char *from, const char *to, bool *there, struct err *err)
{
    char block[1 << 16];
    int in = open(from, O_RDONLY | O_CLOEXEC), out;
    bool done = true;
    ssize_t got;

    *there = in >= 0;
    if (in < 0 && errno != ENOENT)
        return err_errno(err, ERR_STORE, "codes-db", from);
    out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0)
        done = err_errno(err, ERR_STORE, "codes-db", to);
    if (!*there) { /* an empty file, which SQLite makes its own */
        if (out >= 0)
            close(out);
        return done;
    }
    while (done && (got = read(in, block, sizeof block)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || write(out, block, (size_t)got) != got)
            done = err_errno(err, ERR_STORE, "codes-db", to);
    }
    close(in);
    if (out >= 0 && close(out) != 0 && done)
        done = err_errno(err, ERR_STORE, "codes-db", to);
    return done;
}

static bool check_version(const char *path, struct err *err)
{
    unsigned char header[100];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : pread(file, header, sizeof header, 0);
    uint32_t stamp;

    if (file >= 0)
        close(file);
    return codes_db_stamp(header, got < 0 ? 0 : (size_t)got, path, &stamp, err);
}

static bool open_copy(struct codes_swap *swap, struct err *err)
{
    bool there;

    unlink(swap->copy); /* of a change that was killed */
    if (!copy_file(swap->path, swap->copy, &there, err) ||
        (there && !check_version(swap->copy, err)))
        return false;
    if (sqlite3_open_v2(swap->copy, &swap->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return codes_db_failed(swap->db, err);
    /* The copy is thrown away if anything fails: no journal, no waiting. */
    return codes_db_run(swap->db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                                  "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536",
                        err) &&
           (there || codes_db_create(swap->db, err)) && codes_db_run(swap->db, "BEGIN", err);
}

bool codes_swap_begin(const char *path, void (*waited)(void), struct codes_swap **swap,
                      struct err *err)
{
    struct codes_swap *made = calloc(1, sizeof *made);

    if (made == NULL)
        return err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for the code tables");
    made->lock = -1;
    if (strlen(path) >= sizeof made->path) {
        err_set(err, ERR_STORE, "codes-db", "the path of the home folder is too long");
        codes_swap_end(made);
        return false;
    }
    snprintf(made->path, sizeof made->path, "%s", path);
    snprintf(made->copy, sizeof made->copy, "%s.new", path);
    if (!take_lock(made, waited, err) || !open_copy(made, err)) {
        codes_swap_end(made);
        return false;
    }
    *swap = made;
    return true;
}

void codes_swap_end(struct codes_swap *swap)
{
    if (swap == NULL)
        return;
    sqlite3_close(swap->db);
    if (!swap->committed && swap->lock >= 0 && swap->copy[0] != '\0')
        unlink(swap->copy);
    if (swap->lock >= 0)
        close(swap->lock);
    free(swap);
}

bool codes_swap_store(struct codes_swap *swap, const struct import *import,
                      enum swap_result *result, struct err *err)
{
    return codes_store_import(swap->db, import, result, err);
}

bool codes_swap_compare(struct codes_swap *swap, struct import *import, struct err *err)
{
    return codes_addenda_compare(swap->db, import, err) &&
           codes_notes_compare(swap->db, import, err);
}

bool codes_swap_drop(struct codes_swap *swap, const char *name, size_t *dropped, struct err *err)
{
    return codes_store_drop(swap->db, name, dropped, err);
}

static bool sync_path(const char *path, int flags, struct err *err)
{
    int file = open(path, flags | O_CLOEXEC);
    bool done = file >= 0 && fsync(file) == 0;

    if (!done)
        err_errno(err, ERR_STORE, "codes-db", path);
    if (file >= 0)
        close(file);
    return done;
}

static bool sync_folder(const struct codes_swap *swap, struct err *err)
{
    char folder[4096];
    char *slash;

    snprintf(folder, sizeof folder, "%s", swap->path);
    slash = strrchr(folder, '/');
    if (slash == NULL)
        return sync_path(".", O_RDONLY | O_DIRECTORY, err);
    slash[1] = '\0';
    return sync_path(folder, O_RDONLY | O_DIRECTORY, err);
}

/* Makes the index and writes its stamp into the copy. */
static bool make_index(struct codes_swap *swap, struct buf *index, uint32_t *stamp,
                       struct err *err)
{
    char sql[64];

    if (!codes_db_build_from(swap->db, index, err))
        return false;
    *stamp = codes_db_stamp_of(index);
    snprintf(sql, sizeof sql, "PRAGMA user_version = %u", *stamp);
    return codes_db_run(swap->db, "COMMIT", err) && codes_db_run(swap->db, sql, err);
}

/* Removes the indexes of earlier codes.db: whoever has one mapped keeps it, and
 * one that is missed is made again. */
static void remove_others(const struct codes_swap *swap, const char *index_path)
{
    char pattern[4112];
    glob_t found;

    snprintf(pattern, sizeof pattern, "%s", swap->path);
    *(strrchr(pattern, '/') == NULL ? pattern : strrchr(pattern, '/') + 1) = '\0';
    strncat(pattern, "codes-????????.idx", sizeof pattern - strlen(pattern) - 1);
    if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        if (strcmp(found.gl_pathv[i], index_path) != 0)
            unlink(found.gl_pathv[i]);
    }
    globfree(&found);
}

bool codes_swap_try(struct codes_swap *swap, size_t *index_size, struct err *err)
{
    struct buf index = BUF_INIT;
    uint32_t stamp;
    bool done = make_index(swap, &index, &stamp, err);

    *index_size = index.len;
    buf_free(&index);
    return done;
}

bool codes_swap_commit(struct codes_swap *swap, size_t *index_size, struct err *err)
{
    struct buf index = BUF_INIT;
    char index_path[4112];
    uint32_t stamp = 0;
    bool done = make_index(swap, &index, &stamp, err) &&
                codes_db_index_path(swap->path, stamp, index_path, sizeof index_path, err) &&
                codes_db_write_index(index_path, &index, err);

    *index_size = index.len;
    buf_free(&index);
    if (!done)
        return false;
    sqlite3_close(swap->db);
    swap->db = NULL;
    if (!sync_path(swap->copy, O_RDONLY, err))
        return false;
    if (rename(swap->copy, swap->path) != 0)
        return err_errno(err, ERR_STORE, "codes-db", swap->path);
    swap->committed = true;
    remove_others(swap, index_path);
    return sync_folder(swap, err);
}
