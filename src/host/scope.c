/*
 * scope.c - whom the policy of an entry serves, without all the rest of it.
 *
 * A worker that looks for the policy of a case needs of each that may serve it
 * only the days and the codes. That little is kept in the home folder with the
 * hashes of the files that it came from, and believed while these are the same;
 * of many policies only this stays in memory.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "host/inside.h"
#include "host/loaded.h"
#include "host/parts.h"

#define BUNDLES_MAX 64 /* kept although no worker has them */

static void write_scope(const struct buf *tree, struct buf *out)
{
    static const char *const names[] = {"file",       "functions", "id",    "in_force", "schema",
                                        "selects_by", "source",    "title", "version"};
    yyjson_doc *doc = yyjson_read(tree->data, tree->len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    yyjson_val *set = yyjson_arr_get(yyjson_obj_get(root, "sets"),
                                     yyjson_get_uint(yyjson_obj_get(root, "covers")));
    char *text;

    buf_puts(out, "{\"covers\":0");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        text = yyjson_val_write(yyjson_obj_get(root, names[i]), 0, NULL);
        if (text == NULL)
            continue;
        buf_printf(out, ",\"%s\":", names[i]);
        buf_puts(out, text);
        free(text);
    }
    text = yyjson_val_write(set, 0, NULL);
    buf_puts(out, ",\"sets\":[");
    buf_puts(out, text == NULL ? "" : text);
    buf_puts(out, "]}");
    free(text);
    yyjson_doc_free(doc);
}

/* Under the registry and the number of the entry. */
static void scope_key(const struct host *host, size_t entry, char key[KEY_TEXT])
{
    char text[KEY_TEXT + 48];

    key_of(text, (size_t)snprintf(text, sizeof text, "scope %zu of %s", entry, host->registry_key),
           key);
}

static void keep(const struct host *host, size_t entry, const struct bundle *bundle)
{
    struct buf kept = BUF_INIT;
    char key[KEY_TEXT];

    if (host->pinned != NULL)
        return;
    parts_put(&kept, bundle->scope.data, bundle->scope.len);
    buf_put(&kept, bundle->sources.data, bundle->sources.len);
    scope_key(host, entry, key);
    loaded_keep(host->options.home, key, &kept);
    buf_free(&kept);
}

/* True if the file still is what that hash says. */
static bool unchanged(const struct host *host, struct str file, struct str hash,
                      struct buf *text)
{
    char path[4096], key[KEY_TEXT];
    struct err unused;

    buf_reset(text);
    if (!path_below(host, file, path, sizeof path, &unused) ||
        !read_file(path, POLICY_SOURCE_MAX, text, &unused))
        return false;
    key_of(text->data, text->len, key);
    return str_is(hash, key);
}

static bool find(const struct host *host, size_t entry, struct buf *scope)
{
    struct buf kept = BUF_INIT, text = BUF_INIT;
    struct str rest, made, file, hash;
    char key[KEY_TEXT];
    bool same = false;

    scope_key(host, entry, key);
    if (host_kept(host, key, &kept)) {
        rest = (struct str){kept.data, kept.len};
        same = parts_next(&rest, &made) && rest.len > 0;
        while (same && parts_next(&rest, &file))
            same = parts_next(&rest, &hash) && unchanged(host, file, hash, &text);
        if (same)
            buf_put(scope, made.at, made.len);
    }
    buf_free(&kept);
    buf_free(&text);
    return same && !scope->failed;
}

/* Of many bundles those that no worker has are let go. */
static void release(struct host *host, struct bundle *bundle)
{
    if (host->bundles_made <= BUNDLES_MAX || bundle->sent)
        return;
    buf_free(&bundle->json);
    buf_free(&bundle->tree);
    buf_free(&bundle->warnings);
    buf_free(&bundle->sources);
    bundle->made = false;
    host->bundles_made--;
}

bool host_scope(struct host *host, size_t entry, const struct buf **scope, struct err *err)
{
    struct bundle *bundle = &host->bundles[entry];

    *scope = &bundle->scope;
    if (bundle->scope.len > 0 || (!bundle->made && find(host, entry, &bundle->scope)))
        return true;
    if (!host_bundle(host, entry, &bundle, err))
        return false;
    if (bundle->rejected)
        return true;
    write_scope(&bundle->tree, &bundle->scope);
    if (bundle->scope.failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a policy");
    keep(host, entry, bundle);
    release(host, bundle);
    return true;
}

bool host_scope_made(const struct host *host, size_t entry)
{
    return host->bundles[entry].made || host->bundles[entry].scope.len > 0;
}

bool host_keep_policies(struct host *host, struct err *err)
{
    const struct buf *scope;

    if (!host_registry(host, err))
        return false;
    for (size_t i = 0; i < host->registry->count; i++)
        if (!host_scope(host, i, &scope, err))
            return false;
    return true;
}
