/*
 * wal.c - keeps the write-ahead file short and its space ready; see wal.h.
 *
 * The thread moves the bulk, on a connection of its own, while commits go on. It
 * never gets to the end of a file that others append to, and only an emptied
 * file is written from its beginning again. So the little that came meanwhile is
 * moved behind a commit, by who made it.
 */
#include "audit/wal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "audit/log.h"

#define STEP_BYTES (1 << 16)
#define AT_MOST 8 /* times what wakes the thread: then the commit does it itself */

struct wal_keeper {
    struct audit *audit;
    int frames; /* from so many on the thread is woken */
    size_t space;
    bool wants_space, has_space; /* known to who writes the log */
    sqlite3 *db;                 /* the thread's */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;
    bool due, stopping;
    atomic_bool nearly; /* the bulk was moved: a commit moves the rest */
};

/* After a commit that left so many frames in the file. */
static int on_commit(void *context, sqlite3 *db, const char *name, int frames)
{
    struct wal_keeper *keeper = context;
    int left = 0, moved = -1;

    keeper->wants_space = !keeper->has_space && frames >= keeper->frames / 4;
    if (frames < keeper->frames)
        return SQLITE_OK;
    if (atomic_exchange(&keeper->nearly, false) || frames >= AT_MOST * keeper->frames) {
        /* Whatever goes wrong here did not happen to the commit: it is tried again. */
        (void)sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, &left, &moved);
        if (moved == left)
            return SQLITE_OK;
    }
    pthread_mutex_lock(&keeper->lock);
    keeper->due = true;
    pthread_cond_signal(&keeper->work);
    pthread_mutex_unlock(&keeper->lock);
    return SQLITE_OK;
}

static void *keep(void *context)
{
    struct wal_keeper *keeper = context;

    pthread_mutex_lock(&keeper->lock);
    for (;;) {
        while (!keeper->due && !keeper->stopping)
            pthread_cond_wait(&keeper->work, &keeper->lock);
        if (keeper->stopping)
            break;
        pthread_mutex_unlock(&keeper->lock);
        (void)sqlite3_wal_checkpoint_v2(keeper->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        atomic_store(&keeper->nearly, true);
        pthread_mutex_lock(&keeper->lock);
        keeper->due = false;
    }
    pthread_mutex_unlock(&keeper->lock);
    return NULL;
}

void wal_write_space(sqlite3 *db, size_t space)
{
    static const char zeros[STEP_BYTES];
    sqlite3_int64 at, end = (sqlite3_int64)space;
    sqlite3_file *file = NULL;

    if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) != SQLITE_OK ||
        file == NULL || file->pMethods == NULL ||
        file->pMethods->xFileSize(file, &at) != SQLITE_OK || at >= end)
        return;
    while (at < end) {
        int step = end - at < STEP_BYTES ? (int)(end - at) : STEP_BYTES;

        if (file->pMethods->xWrite(file, zeros, step, at) != SQLITE_OK)
            return;
        at += step;
    }
    (void)file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

void wal_keeper_begun(struct wal_keeper *keeper)
{
    if (keeper == NULL || !keeper->wants_space)
        return;
    keeper->wants_space = false;
    keeper->has_space = true;
    wal_write_space(keeper->audit->db, keeper->space);
}

bool wal_keeper_start(struct audit *audit, int frames, size_t space, struct wal_keeper **out,
                      struct err *err)
{
    struct wal_keeper *keeper = calloc(1, sizeof *keeper);

    *out = NULL;
    if (keeper == NULL)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    keeper->audit = audit;
    keeper->frames = frames;
    pthread_mutex_init(&keeper->lock, NULL);
    pthread_cond_init(&keeper->work, NULL);
    keeper->space = space;
    if (!log_db_second(audit, &keeper->db, err))
        goto fail;
    if (pthread_create(&keeper->thread, NULL, keep, keeper) != 0) {
        err_set(err, ERR_STORE, "E-LOG-QUEUE",
                "the thread that keeps the log short cannot be started");
        goto fail;
    }
    sqlite3_wal_hook(audit->db, on_commit, keeper);
    audit->keeper = keeper;
    *out = keeper;
    return true;
fail:
    sqlite3_close(keeper->db);
    pthread_cond_destroy(&keeper->work);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
    return false;
}

void wal_keeper_stop(struct wal_keeper *keeper)
{
    if (keeper == NULL)
        return;
    pthread_mutex_lock(&keeper->lock);
    keeper->stopping = true;
    pthread_cond_signal(&keeper->work);
    pthread_mutex_unlock(&keeper->lock);
    pthread_join(keeper->thread, NULL);
    keeper->audit->keeper = NULL;
    sqlite3_wal_autocheckpoint(keeper->audit->db, LOG_AUTO_FRAMES); /* in place of the hook */
    sqlite3_close(keeper->db);
    pthread_cond_destroy(&keeper->work);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
}
