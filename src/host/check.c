/*
 * check.c - policies checked without a case: a file, or all below a folder.
 *
 * A folder is checked with its registry: every entry's file must load, carry
 * the id and the days that the registry says, and no two versions of a policy
 * for the same payer may be in force on one day.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "host/inside.h"

#define FILES_MAX 20000

struct checking {
    struct host *host;
    struct buf *out;
    size_t files;
    bool ok;
    bool in_folder;      /* a file without a policy may be a module of another */
    struct buf required; /* the paths of modules, each between two line feeds */
};

struct paths {
    char **items;
    size_t count;
};

static void put_member(struct buf *out, const char *name, struct str text)
{
    buf_puts(out, name);
    if (text.at == NULL)
        buf_puts(out, "null");
    else
        buf_put_json(out, text.at, text.len);
}

/* One error of our own as an array of one. */
static void put_own(struct buf *out, const char *code, const char *text, const char *help)
{
    put_member(out, "[{\"code\":", str_of(code));
    put_member(out, ",\"help\":", str_of(help));
    put_member(out, ",\"line\":0,\"text\":", str_of(text));
    buf_puts(out, "}]");
}

static void put_bundle(struct checking *checking, const char *file, const struct bundle *bundle)
{
    struct buf *out = checking->out;
    yyjson_doc *doc = yyjson_read(bundle->tree.data, bundle->tree.len, 0);
    yyjson_val *root = bundle->rejected ? NULL : yyjson_doc_get_root(doc);

    buf_puts(out, checking->files++ == 0 ? "{\"errors\":" : ",{\"errors\":");
    if (bundle->rejected)
        buf_put(out, bundle->tree.data, bundle->tree.len);
    else
        buf_puts(out, "[]");
    put_member(out, ",\"file\":", str_of(file));
    put_member(out, ",\"policy\":", json_member(root, "id"));
    put_member(out, ",\"version\":", json_member(root, "version"));
    buf_puts(out, ",\"warnings\":");
    if (bundle->warnings.len == 0)
        buf_puts(out, "[]");
    else
        buf_put(out, bundle->warnings.data, bundle->warnings.len);
    buf_putc(out, '}');
    if (bundle->rejected)
        checking->ok = false;
    yyjson_doc_free(doc);
}

/* True if all that is wrong is that the file names no policy. */
static bool names_no_policy(const struct bundle *bundle)
{
    yyjson_doc *doc =
        bundle->rejected ? yyjson_read(bundle->tree.data, bundle->tree.len, 0) : NULL;
    yyjson_val *errors = yyjson_doc_get_root(doc);
    bool none = yyjson_arr_size(errors) == 1 &&
                str_is(json_member(yyjson_arr_get_first(errors), "code"), "P030");

    yyjson_doc_free(doc);
    return none;
}

/* Notes which files beside this one it requires. */
static void note_required(struct checking *checking, const char *path,
                          const struct bundle *bundle)
{
    yyjson_doc *doc = yyjson_read(bundle->json.data, bundle->json.len, 0);
    const char *slash = strrchr(path, '/');
    size_t i, count;
    yyjson_val *module;

    yyjson_arr_foreach(yyjson_obj_get(yyjson_doc_get_root(doc), "modules"), i, count, module) {
        struct str name = json_member(module, "name");

        buf_putc(&checking->required, '\n');
        buf_put(&checking->required, path, slash == NULL ? 0 : (size_t)(slash - path) + 1);
        buf_put(&checking->required, name.at, name.len);
        buf_puts(&checking->required, ".lua\n");
    }
    yyjson_doc_free(doc);
}

static bool is_required(struct checking *checking, const char *path)
{
    char line[4200];
    int len = snprintf(line, sizeof line, "\n%s\n", path);

    return len > 0 && (size_t)len < sizeof line &&
           strstr(buf_cstr(&checking->required), line) != NULL;
}

/* *later: it may be a module, which is known when all files were looked at. */
static bool check_file(struct checking *checking, const char *path, bool *later,
                       struct err *err)
{
    struct bundle bundle;
    bool made;

    checking->host->checking = true;
    made = bundle_of_file(checking->host, path, &bundle, err);
    checking->host->checking = false;
    if (!made)
        return false;
    note_required(checking, path, &bundle);
    *later = checking->in_folder && names_no_policy(&bundle);
    if (!*later)
        put_bundle(checking, path, &bundle);
    bundle_free(&bundle);
    return true;
}

/* ---- the registry against its policies ------------------------------------ */

static void complain(struct checking *checking, size_t line, const char *text, const char *help)
{
    struct buf *out = checking->out;

    buf_puts(out, checking->files++ == 0 ? "{\"errors\":" : ",{\"errors\":");
    put_member(out, "[{\"code\":", str_of("P060"));
    put_member(out, ",\"help\":", str_of(help));
    buf_printf(out, ",\"line\":%zu", line);
    put_member(out, ",\"text\":", str_of(text));
    buf_puts(out, "}],\"file\":\"registry.lua\",\"policy\":null,\"version\":null,\"warnings\":[]}");
    checking->ok = false;
}

static size_t line_of(const struct registry_entry *entry)
{
    return (size_t)yyjson_get_uint(yyjson_obj_get(entry->json, "line"));
}

static void compare_entry(struct checking *checking, const struct registry_entry *entry,
                          const struct bundle *bundle)
{
    yyjson_doc *doc = yyjson_read(bundle->tree.data, bundle->tree.len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    struct str id = json_member(root, "id");
    yyjson_val *in_force = yyjson_obj_get(root, "in_force");
    struct str from = json_member(in_force, "from"), to = json_member(in_force, "to");
    char text[600];
    day_t day;

    if (!str_equal(id, entry->policy)) {
        snprintf(text, sizeof text, "'%.*s' is registered, but its file declares '%.*s'",
                 (int)entry->policy.len, entry->policy.at, (int)id.len, id.at);
        complain(checking, line_of(entry), text, "give both the same name");
    } else if ((entry->has_from && civil_parse_day(from.at, from.len, &day) &&
                day > entry->from) ||
               (to.at != NULL && civil_parse_day(to.at, to.len, &day) &&
                (!entry->has_to || entry->to > day))) {
        snprintf(text, sizeof text,
                 "'%.*s' is registered for days on which its file was not in force",
                 (int)id.len, id.at);
        complain(checking, line_of(entry), text, "make in_force agree in both places");
    }
    yyjson_doc_free(doc);
}

static bool same_members(const struct registry_entry *a, const struct registry_entry *b)
{
    static const char *const names[] = {"plans", "states", "lines_of_business", "places"};

    if (!str_equal(a->policy, b->policy) || !str_equal(a->payer, b->payer))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (!yyjson_equals(yyjson_obj_get(a->json, names[i]), yyjson_obj_get(b->json, names[i])))
            return false;
    return true;
}

/* Two versions of one policy for the same payer must not share a day, and no
 * day between them may be left out. */
static void compare_versions(struct checking *checking, size_t index)
{
    const struct registry *registry = checking->host->registry;
    const struct registry_entry *entry = &registry->entries[index];
    const struct registry_entry *next = NULL;
    char text[600];

    for (size_t i = 0; i < registry->count; i++) {
        const struct registry_entry *other = &registry->entries[i];

        if (i == index || !same_members(entry, other))
            continue;
        if (other->from > entry->from && (next == NULL || other->from < next->from))
            next = other;
        if (i > index && (!entry->has_to || entry->to >= other->from) &&
            (!other->has_to || other->to >= entry->from)) {
            snprintf(text, sizeof text, "two versions of '%.*s' are in force on the same day",
                     (int)entry->policy.len, entry->policy.at);
            complain(checking, line_of(other), text, "end the older one the day before");
        }
    }
    if (next != NULL && entry->has_to && next->from > entry->to + 1) {
        snprintf(text, sizeof text, "no version of '%.*s' is in force between two others",
                 (int)entry->policy.len, entry->policy.at);
        complain(checking, line_of(next), text, "let one begin the day after the other ends");
    }
}

static bool check_registry(struct checking *checking, struct err *err)
{
    struct host *host = checking->host;
    struct bundle *bundle;

    for (size_t i = 0; i < host->registry->count; i++) {
        const struct registry_entry *entry = &host->registry->entries[i];
        struct err why = {.kind = ERR_NONE};

        if (!host_bundle(host, i, &bundle, &why)) {
            if (why.kind != ERR_POLICY) {
                *err = why;
                return false;
            }
            complain(checking, line_of(entry), why.text, "name a file below the policies folder");
            continue;
        }
        if (!bundle->rejected)
            compare_entry(checking, entry, bundle);
        compare_versions(checking, i);
    }
    return true;
}

/* ---- folders ---------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_policy_file(const char *name)
{
    size_t len = strlen(name);

    return len > 4 && strcmp(name + len - 4, ".lua") == 0 && strcmp(name, "registry.lua") != 0 &&
           (len < 9 || strcmp(name + len - 9, "_spec.lua") != 0);
}

static bool add_path(struct paths *paths, char *path)
{
    char **items;

    if (path == NULL || paths->count == FILES_MAX)
        return false;
    items = realloc(paths->items, (paths->count + 1) * sizeof *items);
    if (items == NULL)
        return false;
    paths->items = items;
    paths->items[paths->count++] = path;
    return true;
}

static bool collect(const char *folder, struct paths *paths, int depth, struct err *err)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    if (dir == NULL)
        return err_errno(err, ERR_POLICY, "E-FILE", folder);
    while ((entry = readdir(dir)) != NULL) {
        struct stat info;
        char path[4096];

        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "cases") == 0 ||
            strcmp(entry->d_name, "shared") == 0) /* modules, checked with who requires them */
            continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path ||
            stat(path, &info) != 0)
            continue;
        if (S_ISDIR(info.st_mode)) {
            if (depth < 8 && !collect(path, paths, depth + 1, err)) {
                closedir(dir);
                return false;
            }
        } else if (is_policy_file(entry->d_name) && !add_path(paths, strdup(path))) {
            closedir(dir);
            return err_set(err, ERR_MEMORY, "E-MEMORY", "too many policy files below '%s'",
                           folder);
        }
    }
    closedir(dir);
    return true;
}

static bool same_folder(const char *a, const char *b)
{
    struct stat one, other;

    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/* All files; last those without a policy that nobody requires. */
static bool check_paths(struct checking *checking, const struct paths *paths, struct err *err)
{
    bool *later = calloc(paths->count + 1, sizeof *later);
    bool ok = later != NULL;

    if (!ok)
        err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory to check a folder");
    checking->in_folder = true;
    for (size_t i = 0; ok && i < paths->count; i++)
        ok = check_file(checking, paths->items[i], &later[i], err);
    checking->in_folder = false;
    for (size_t i = 0; ok && i < paths->count; i++)
        if (later[i] && !is_required(checking, paths->items[i]))
            ok = check_file(checking, paths->items[i], &later[i], err);
    free(later);
    return ok;
}

static bool check_folder(struct checking *checking, const char *folder, struct err *err)
{
    struct paths paths = {NULL, 0};
    bool ok = collect(folder, &paths, 0, err);

    if (paths.count > 1)
        qsort(paths.items, paths.count, sizeof *paths.items, by_name);
    ok = ok && check_paths(checking, &paths, err);
    for (size_t i = 0; i < paths.count; i++)
        free(paths.items[i]);
    free(paths.items);
    if (!ok || !same_folder(folder, checking->host->options.policies_dir))
        return ok;
    if (!host_registry(checking->host, err)) {
        if (err->kind != ERR_POLICY)
            return false;
        buf_puts(checking->out, checking->files++ == 0 ? "{\"errors\":" : ",{\"errors\":");
        put_own(checking->out, err->code, err->text, err->help);
        buf_puts(checking->out,
                 ",\"file\":\"registry.lua\",\"policy\":null,\"version\":null,\"warnings\":[]}");
        checking->ok = false;
        return true;
    }
    return check_registry(checking, err);
}

bool host_check(struct host *host, const char *path, struct buf *report_json, bool *ok,
                struct err *err)
{
    struct checking checking = {.host = host, .out = report_json, .ok = true};
    struct stat info;
    bool done, later;

    if (stat(path, &info) != 0) {
        err_errno(err, ERR_USAGE, "E-FILE", path);
        return err_help(err, "name a policy file, or a folder that holds some");
    }
    buf_reset(report_json);
    buf_puts(report_json, "{\"files\":[");
    done = S_ISDIR(info.st_mode) ? check_folder(&checking, path, err)
                                 : check_file(&checking, path, &later, err);
    buf_free(&checking.required);
    buf_puts(report_json, "]}");
    *ok = checking.ok;
    if (done && checking.files == 0) { /* a misspelt folder must not pass */
        err_set(err, ERR_USAGE, "E-FILE", "there is no policy in '%s'", path);
        return err_help(err, "name a policy file, or a folder that holds some");
    }
    return done;
}
