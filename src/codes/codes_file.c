/*
 * codes_file.c - finding and mapping the index of a home folder.
 */
#include "codes/codes_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codes/codes_db.h"
#include "codes/tables.h"

/* Reads what the header of codes.db says of the index that belongs to it. */
static bool read_stamp(const char *path, bool *there, uint32_t *stamp, struct err *err)
{
    unsigned char header[100];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got;

    *there = file >= 0;
    if (file < 0)
        return errno == ENOENT || errno == ENOTDIR ? true
                                                   : err_errno(err, ERR_STORE, "codes-db", path);
    got = pread(file, header, sizeof header, 0);
    close(file);
    return codes_db_stamp(header, got < 0 ? 0 : (size_t)got, path, stamp, err);
}

static bool map_file(const char *path, struct codes *codes, struct err *err)
{
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool mapped = false;

    if (file < 0)
        return err_errno(err, ERR_STORE, "codes-index", path);
    if (fstat(file, &about) == 0 && about.st_size > 0) {
        codes->map_size = (size_t)about.st_size;
        codes->map = mmap(NULL, codes->map_size, PROT_READ, MAP_SHARED, file, 0);
        mapped = codes->map != MAP_FAILED;
    }
    close(file);
    if (!mapped) {
        codes->map = NULL;
        return err_set(err, ERR_STORE, "codes-index", "%s cannot be mapped", path);
    }
    if (!index_over(codes->map, codes->map_size, &codes->home, err)) {
        munmap(codes->map, codes->map_size);
        codes->map = NULL;
        return false;
    }
    codes->has_home = true;
    return true;
}

bool codes_file_open(const char *path, struct codes *codes, struct err *err)
{
    char index_path[4096];
    uint32_t stamp = 0;
    bool there;

    /* An import may swap both between our two looks: look again. */
    for (int tries = 0; tries < 3; tries++) {
        struct err ignored;

        if (!read_stamp(path, &there, &stamp, err))
            return false;
        if (!there)
            return true;
        if (!codes_db_index_path(path, stamp, index_path, sizeof index_path, err))
            return false;
        if (map_file(index_path, codes, &ignored))
            return true;
    }
    /* Deleted or damaged: codes.db is the truth, so make it again. */
    if (!codes_db_build(path, &codes->home_bytes, err) ||
        !index_over(codes->home_bytes.data, codes->home_bytes.len, &codes->home, err))
        return false;
    codes->has_home = true;
    codes_db_write_index(index_path, &codes->home_bytes, NULL);
    return true;
}

void codes_file_close(struct codes *codes)
{
    if (codes->map != NULL)
        munmap(codes->map, codes->map_size);
    codes->map = NULL;
    buf_free(&codes->home_bytes);
    codes->has_home = false;
}
