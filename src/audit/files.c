/*
 * files.c - small files that must be whole or absent; see files.h.
 */
#include "audit/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool folder_sync(const char *path, struct err *err)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok;

    if (folder < 0)
        return err_errno(err, ERR_STORE, "E-FILE", path);
    ok = fsync(folder) == 0 || err_errno(err, ERR_STORE, "E-FILE", path);
    close(folder);
    return ok;
}

static bool sync_parent(const char *path, struct err *err)
{
    char parent[PATH_MAX];
    char *slash;

    snprintf(parent, sizeof parent, "%s", path);
    slash = strrchr(parent, '/');
    if (slash == NULL)
        return folder_sync(".", err);
    if (slash == parent)
        slash++;
    *slash = '\0';
    return folder_sync(parent, err);
}

static bool write_whole(int file, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t done = write(file, bytes, len);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        len -= (size_t)done;
    }
    return true;
}

bool file_write(const char *path, const void *bytes, size_t len, mode_t mode, struct err *err)
{
    char beside[PATH_MAX];
    int file;
    bool ok;

    if (snprintf(beside, sizeof beside, "%s.new-%ld", path, (long)getpid()) >= PATH_MAX)
        return err_set(err, ERR_STORE, "E-FILE", "the path '%s' is too long", path);
    file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (file < 0)
        return err_errno(err, ERR_STORE, "E-FILE", beside);
    ok = fchmod(file, mode) == 0 && write_whole(file, bytes, len) && fsync(file) == 0;
    if (!ok)
        err_errno(err, ERR_STORE, "E-FILE", path);
    if (close(file) != 0 && ok)
        ok = err_errno(err, ERR_STORE, "E-FILE", path);
    if (ok && rename(beside, path) != 0)
        ok = err_errno(err, ERR_STORE, "E-FILE", path);
    if (!ok) {
        unlink(beside);
        return false;
    }
    return sync_parent(path, err);
}

bool file_read(const char *path, size_t most, struct buf *out, struct err *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    size_t before = out->len;
    ssize_t got = 1;

    if (file < 0)
        return err_errno(err, ERR_STORE, "E-FILE", path);
    while (got > 0 && buf_reserve(out, 65536)) {
        got = read(file, out->data + out->len, out->room - out->len);
        if (got > 0)
            out->len += (size_t)got;
        if (got < 0 && errno == EINTR)
            got = 1;
        if (out->len - before > most)
            break;
    }
    if (got < 0)
        err_errno(err, ERR_STORE, "E-FILE", path);
    close(file);
    if (got < 0)
        return false;
    if (out->failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    if (out->len - before > most)
        return err_set(err, ERR_INPUT, "E-FILE", "'%s' is larger than %zu bytes", path, most);
    return true;
}

bool folder_make(const char *path, mode_t mode, struct err *err)
{
    char part[PATH_MAX];

    if (snprintf(part, sizeof part, "%s", path) >= PATH_MAX)
        return err_set(err, ERR_STORE, "E-FILE", "the path '%s' is too long", path);
    for (char *at = part + 1;; at++) {
        char held = *at;

        if (held != '/' && held != '\0')
            continue;
        *at = '\0';
        if (mkdir(part, mode) != 0 && errno != EEXIST)
            return err_errno(err, ERR_STORE, "E-FILE", part);
        *at = held;
        if (held == '\0')
            return true;
    }
}
