/*
 * home.c - where rubric keeps what it must not lose, and where policies lie.
 */
#include "cli/home.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define HOME_ROOM_NEEDED (256 * 1024) /* bytes below which no log can be opened */

static const char another_home[] =
    "name another folder with --home DIR, or set RUBRIC_HOME";

/* A variable that is set but empty counts as not set. */
static const char *env_text(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool put_path(char *path, size_t size, const char *folder, const char *rest,
                     struct err *err)
{
    int len = snprintf(path, size, "%s%s", folder, rest);

    if (len > 0 && (size_t)len < size)
        return true;
    return err_set(err, ERR_USAGE, "E-HOME", "the path of a folder is too long");
}

static bool name_home(const char *option, char *path, size_t size, struct err *err)
{
    const char *data = env_text("XDG_DATA_HOME");

    if (option == NULL)
        option = env_text("RUBRIC_HOME");
    if (option != NULL && option[0] == '\0') {
        err_set(err, ERR_USAGE, "E-HOME", "the home folder has no name");
        return err_help(err, "%s", another_home);
    }
    if (option != NULL)
        return put_path(path, size, option, "", err);
    if (data != NULL && data[0] == '/')
        return put_path(path, size, data, "/rubric", err);
    data = env_text("HOME");
    if (data != NULL && data[0] == '/')
        return put_path(path, size, data, "/.local/share/rubric", err);
    err_set(err, ERR_STORE, "E-HOME", "no home folder: HOME is not set");
    return err_help(err, "name a folder with --home DIR, or set RUBRIC_HOME");
}

/* Says why the folder cannot be used, from the number in errno. */
static bool say_unusable(struct err *err, const char *path, const char *what)
{
    int number = errno;

    err_set(err, ERR_STORE, "E-HOME", "home folder '%s' cannot be %s: %s", path, what,
            strerror(number));
    if (number == ENOSPC || number == EDQUOT)
        return err_help(err, "free some space there, or %s", another_home);
    return err_help(err, "%s", another_home);
}

/* Makes the folder and those above it that are missing. */
static bool make_folders(const char *path, struct err *err)
{
    char part[PATH_MAX];
    size_t len = strlen(path);

    if (len >= sizeof part)
        return err_set(err, ERR_USAGE, "E-HOME", "the path of a folder is too long");
    memcpy(part, path, len + 1);
    for (size_t at = 1; at <= len; at++) {
        if (part[at] != '/' && part[at] != '\0')
            continue;
        part[at] = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) {
            struct stat there; /* a read-only parent that exists is no obstacle */
            int number = errno;

            if (stat(part, &there) != 0) {
                errno = number;
                return say_unusable(err, path, "made");
            }
        }
        if (at < len)
            part[at] = '/';
    }
    return true;
}

static bool has_room(const char *path, struct err *err)
{
    struct statvfs disk;
    unsigned long long left;

    if (statvfs(path, &disk) != 0 || disk.f_blocks == 0)
        return true; /* a file system that does not tell */
    left = (unsigned long long)(geteuid() == 0 ? disk.f_bfree : disk.f_bavail) *
           disk.f_frsize;
    if (left >= HOME_ROOM_NEEDED)
        return true;
    errno = ENOSPC;
    return say_unusable(err, path, "written");
}

bool home_find(const char *option, bool create, char *path, size_t size,
               struct err *err)
{
    struct stat there;

    assert(path != NULL && size > 0);
    if (!name_home(option, path, size, err))
        return false;
    if (stat(path, &there) != 0) {
        if (!create && errno == ENOENT) {
            err_set(err, ERR_STORE, "E-HOME", "there is no home folder '%s'", path);
            return err_help(err, "the first 'rubric review' makes it; %s", another_home);
        }
        if (errno != ENOENT)
            return say_unusable(err, path, create ? "made" : "read");
        if (!make_folders(path, err))
            return false;
        if (stat(path, &there) != 0)
            return say_unusable(err, path, "read");
    }
    if (!S_ISDIR(there.st_mode)) {
        err_set(err, ERR_STORE, "E-HOME", "home '%s' is not a folder", path);
        return err_help(err, "%s", another_home);
    }
    if (access(path, create ? R_OK | W_OK | X_OK : R_OK | X_OK) != 0)
        return say_unusable(err, path, create ? "written" : "read");
    return !create || has_room(path, err);
}

static bool is_folder(const char *path)
{
    struct stat there;

    return stat(path, &there) == 0 && S_ISDIR(there.st_mode);
}

/* Looks for folder/relative and, if it is there, writes its short name. */
static bool folder_at(const char *folder, const char *relative, char *path, size_t size)
{
    char joined[PATH_MAX + 64];
    char real[PATH_MAX];
    int len = snprintf(joined, sizeof joined, "%s/%s", folder, relative);

    if (len < 0 || (size_t)len >= sizeof joined || realpath(joined, real) == NULL ||
        !is_folder(real))
        return false;
    return put_path(path, size, real, "", NULL);
}

/* The folder in which the program lies. */
static bool program_folder(char exe[PATH_MAX])
{
    ssize_t len = readlink("/proc/self/exe", exe, PATH_MAX - 1);
    char *slash;

    if (len <= 0)
        return false;
    exe[len] = '\0';
    slash = strrchr(exe, '/');
    if (slash != NULL)
        *slash = '\0';
    return true;
}

bool shipped_find(char *path, size_t size)
{
    static const char *const beside[] = {"../share/rubric/loaded", "loaded"};
    char exe[PATH_MAX];
    char *slash;

    for (size_t i = 0; program_folder(exe) && i < sizeof beside / sizeof beside[0]; i++) {
        if (!folder_at(exe, beside[i], path, size))
            continue;
        slash = strrchr(path, '/');
        *slash = '\0'; /* what holds it, as a home folder does */
        return true;
    }
    return false;
}

bool policies_find(const char *option, char *path, size_t size, struct err *err)
{
    static const char *const beside[] = {"../share/rubric/policies", "../policies",
                                         "../../policies"};
    char exe[PATH_MAX];

    assert(path != NULL && size > 0);
    if (option == NULL)
        option = env_text("RUBRIC_POLICIES");
    if (option != NULL) {
        if (!put_path(path, size, option, "", err))
            return false;
        if (is_folder(path))
            return true;
        err_set(err, ERR_USAGE, "E-POLICIES", "there is no policies folder '%s'", path);
        return err_help(err, "name the folder that holds registry.lua");
    }
    for (size_t i = 0; program_folder(exe) && i < sizeof beside / sizeof beside[0]; i++)
        if (folder_at(exe, beside[i], path, size))
            return true;
    err_set(err, ERR_USAGE, "E-POLICIES", "no policies folder was found");
    return err_help(err, "name one with --policies DIR, or set RUBRIC_POLICIES");
}
