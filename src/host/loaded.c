/*
 * loaded.c - what loading gave, kept in the home folder for the next process.
 *
 * HOME/loaded/<name>, where the name is the hash of build and key: the hash of
 * the content, then the content. A file that is cut short, changed, or writable
 * by others counts as missing and is written again. When there are many, all go:
 * those in use come back.
 */
#include "host/loaded.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/build_id.h"
#include "base/sha256.h"

#define FOLDER "loaded"
#define FILES_MAX 2048
#define CONTENT_MAX ((size_t)16 << 20)

static void name_of(const char *key, char name[SHA256_HEX])
{
    uint8_t digest[SHA256_BYTES];
    struct sha256 hash;

    sha256_start(&hash);
    sha256_add(&hash, rubric_build_id, strlen(rubric_build_id));
    sha256_add(&hash, key, strlen(key));
    sha256_end(&hash, digest);
    sha256_hex(digest, name);
}

/* The folder, open; -1: there is none, or it is not ours alone to write. */
static int open_folder(const char *home)
{
    char path[4200];
    struct stat info;
    int fd;

    if (snprintf(path, sizeof path, "%s/" FOLDER, home) >= (int)sizeof path)
        return -1;
    fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || (fstat(fd, &info) == 0 && info.st_uid == geteuid() &&
                   (info.st_mode & (S_IWGRP | S_IWOTH)) == 0))
        return fd;
    close(fd);
    return -1;
}

static bool read_whole(int fd, uint8_t digest[SHA256_BYTES], struct buf *answer)
{
    uint8_t found[SHA256_BYTES];
    struct stat info;
    size_t len;

    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size <= SHA256_BYTES ||
        (size_t)info.st_size > CONTENT_MAX || read(fd, digest, SHA256_BYTES) != SHA256_BYTES)
        return false;
    len = (size_t)info.st_size - SHA256_BYTES;
    if (!buf_reserve(answer, len) || read(fd, answer->data, len) != (ssize_t)len)
        return false;
    answer->len = len;
    sha256_of(answer->data, len, found);
    return memcmp(found, digest, SHA256_BYTES) == 0;
}

bool loaded_find(const char *home, const char *key, struct buf *answer)
{
    int folder = open_folder(home), fd;
    uint8_t digest[SHA256_BYTES];
    char name[SHA256_HEX];
    bool whole;

    buf_reset(answer);
    if (folder < 0)
        return false;
    name_of(key, name);
    fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    close(folder);
    if (fd < 0)
        return false;
    whole = read_whole(fd, digest, answer);
    close(fd);
    if (!whole)
        buf_reset(answer);
    return whole;
}

/* Another process may be doing the same: files that are gone do not matter. */
static void make_room(int folder)
{
    int fd = dup(folder);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    size_t count = 0;

    if (dir == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    rewinddir(dir);
    while ((entry = readdir(dir)) != NULL)
        count++;
    rewinddir(dir);
    while (count > FILES_MAX && (entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            unlinkat(folder, entry->d_name, 0);
    closedir(dir);
}

static bool write_whole(int fd, const struct buf *answer)
{
    uint8_t digest[SHA256_BYTES];

    sha256_of(answer->data, answer->len, digest);
    return write(fd, digest, sizeof digest) == (ssize_t)sizeof digest &&
           write(fd, answer->data, answer->len) == (ssize_t)answer->len;
}

void loaded_keep(const char *home, const char *key, const struct buf *answer)
{
    char path[4200], name[SHA256_HEX], draft[SHA256_HEX + 24];
    int folder, fd;

    if (answer->failed || answer->len == 0 || answer->len > CONTENT_MAX - SHA256_BYTES ||
        snprintf(path, sizeof path, "%s/" FOLDER, home) >= (int)sizeof path)
        return;
    mkdir(path, 0700);
    folder = open_folder(home);
    if (folder < 0)
        return;
    make_room(folder);
    name_of(key, name);
    snprintf(draft, sizeof draft, "%s.%ld", name, (long)getpid());
    fd = openat(folder, draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0) {
        bool whole = write_whole(fd, answer);

        if (close(fd) != 0 || !whole || renameat(folder, draft, folder, name) != 0)
            unlinkat(folder, draft, 0);
    }
    close(folder);
}
