/*
 * files.h - small files that must be whole or absent.
 */
#ifndef RUBRIC_AUDIT_FILES_H
#define RUBRIC_AUDIT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/* Writes beside the path, syncs, and renames over it; the folder is synced. */
MUST_CHECK bool file_write(const char *path, const void *bytes, size_t len, mode_t mode,
                           struct err *err);
/* Appends the whole file to out; a file larger than most is refused. */
MUST_CHECK bool file_read(const char *path, size_t most, struct buf *out, struct err *err);
/* Makes a folder and what is missing above it. */
MUST_CHECK bool folder_make(const char *path, mode_t mode, struct err *err);
MUST_CHECK bool folder_sync(const char *path, struct err *err);

#endif
