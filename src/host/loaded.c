/*
 * loaded.c - what loading gave, kept in the home folder for the next process.
 *
 * HOME/loaded/<ab>/<name>, where the name is the hash of build, prelude and key and ab its
 * beginning: the hash of the content, then the content. A file that is cut short
 * or changed counts as missing and is written again, and so does a folder that
 * others may write. Of a part with many files all go: those in use come back.
 */
#include "host/loaded.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/build_id.h"
#include "base/embedded.h"
#include "base/sha256.h"

#define FOLDER "loaded"
#define FILES_MAX 256 /* in each of the 256 parts */
#define CONTENT_MAX ((size_t)16 << 20)

static void name_of(const char *key, char name[SHA256_HEX])
{
    uint8_t digest[SHA256_BYTES];
    struct sha256 hash;

    sha256_start(&hash);
    sha256_add(&hash, rubric_build_id, strlen(rubric_build_id));
    sha256_add(&hash, embedded_prelude_sha256, strlen(embedded_prelude_sha256));
    sha256_add(&hash, key, strlen(key));
    sha256_end(&hash, digest);
    sha256_hex(digest, name);
}

/* A folder that only we or root may write, open; -1: there is none. make: makes it. */
static int open_own(int in, const char *path, bool make)
{
    struct stat info;
    int fd;

    if (make)
        mkdirat(in, path, 0700);
    fd = openat(in, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || (fstat(fd, &info) == 0 &&
                   (info.st_uid == geteuid() || info.st_uid == 0) &&
                   (info.st_mode & (S_IWGRP | S_IWOTH)) == 0))
        return fd;
    close(fd);
    return -1;
}

/* The part of the folder in which that name lies, open, or -1. */
static int open_part(const char *home, const char name[SHA256_HEX], bool make)
{
    char path[4200], part[3] = {name[0], name[1], '\0'};
    int folder, fd;

    if (snprintf(path, sizeof path, "%s/" FOLDER, home) >= (int)sizeof path)
        return -1;
    folder = open_own(AT_FDCWD, path, make);
    if (folder < 0)
        return -1;
    fd = open_own(folder, part, make);
    close(folder);
    return fd;
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
    uint8_t digest[SHA256_BYTES];
    char name[SHA256_HEX];
    int part, fd;
    bool whole;

    buf_reset(answer);
    name_of(key, name);
    part = open_part(home, name, false);
    if (part < 0)
        return false;
    fd = openat(part, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    close(part);
    if (fd < 0)
        return false;
    whole = read_whole(fd, digest, answer);
    close(fd);
    if (!whole)
        buf_reset(answer);
    return whole;
}

/* Another process may be doing the same: files that are gone do not matter. */
static void make_room(int part)
{
    int fd = dup(part);
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
            unlinkat(part, entry->d_name, 0);
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
    char name[SHA256_HEX], draft[SHA256_HEX + 24];
    int part, fd;

    if (answer->failed || answer->len == 0 || answer->len > CONTENT_MAX - SHA256_BYTES)
        return;
    name_of(key, name);
    part = open_part(home, name, true);
    if (part < 0)
        return;
    make_room(part);
    snprintf(draft, sizeof draft, "%s.%ld", name, (long)getpid());
    fd = openat(part, draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0) {
        bool whole = write_whole(fd, answer);

        if (close(fd) != 0 || !whole || renameat(part, draft, part, name) != 0)
            unlinkat(part, draft, 0);
    }
    close(part);
}
