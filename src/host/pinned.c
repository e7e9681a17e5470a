/*
 * pinned.c - the prelude and code tables that made an answer, from the log.
 *
 * The core of a record names both by hash, and the log keeps their bytes. Where
 * they are those of this program nothing has to be read.
 */
#include "host/pinned.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static bool is_ours(const void *bytes, size_t len, const uint8_t digest[SHA256_BYTES])
{
    uint8_t own[SHA256_BYTES];

    sha256_of(bytes, len, own);
    return memcmp(own, digest, sizeof own) == 0;
}

/* Cuts the stored JSON into files. */
static bool cut_files(struct pinned *pinned, struct err *err)
{
    yyjson_val *files, *item;
    yyjson_arr_iter iter;
    size_t n = 0;

    pinned->doc = yyjson_read(pinned->prelude.data, pinned->prelude.len, 0);
    files = yyjson_obj_get(yyjson_doc_get_root(pinned->doc), "files");
    pinned->files = calloc(yyjson_arr_size(files) + 1, sizeof *pinned->files);
    if (pinned->files == NULL || yyjson_arr_size(files) == 0)
        return err_set(err, ERR_STORE, "E-REPLAY", "the prelude that the log kept is not whole");
    yyjson_arr_iter_init(files, &iter);
    while ((item = yyjson_arr_iter_next(&iter)) != NULL) {
        struct str text = json_member(item, "text");

        pinned->files[n].name = yyjson_get_str(yyjson_obj_get(item, "name"));
        pinned->files[n].text = text.at;
        pinned->files[n].len = text.len;
        if (pinned->files[n].name == NULL || text.at == NULL)
            return err_set(err, ERR_STORE, "E-REPLAY",
                           "the prelude that the log kept is not whole");
        n++;
    }
    return true;
}

static bool read_prelude(struct host *host, yyjson_val *core, struct pinned *pinned, bool *other,
                         struct err *err)
{
    struct str key = json_member(core, "prelude");
    uint8_t digest[SHA256_BYTES];

    if (!sha256_parse_hex(key.at == NULL ? "" : key.at, key.len, digest))
        return true;
    if (str_is(key, embedded_prelude_sha256))
        return true;
    *other = true;
    return audit_content_get(host->audit, digest, &pinned->prelude, err) &&
           cut_files(pinned, err);
}

/* True if the answer says that the built-in table spoke for this name; the core
 * writes names with _ for -. */
static bool from_starter(yyjson_val *answer, const char *name)
{
    size_t i, count;
    yyjson_val *key, *value;

    yyjson_obj_foreach(yyjson_obj_get(answer, "tables"), i, count, key, value) {
        const char *table = yyjson_get_str(key);
        size_t at = 0;

        while (table[at] != '\0' && (table[at] == name[at] ||
                                     (table[at] == '-' && name[at] == '_')))
            at++;
        if (table[at] == '\0' && name[at] == '\0')
            return yyjson_is_str(value) && strncmp(yyjson_get_str(value), "starter ", 8) == 0;
    }
    return true;
}

static bool read_table(struct host *host, const uint8_t digest[SHA256_BYTES], bool starter,
                       struct pinned *pinned, bool *other, struct err *err)
{
    struct buf *into = starter ? &pinned->starter : &pinned->home;
    const void *image;
    size_t len;

    if (into->len > 0)
        return true;
    image = codes_image(host->codes, starter, &len);
    if (image == NULL || !is_ours(image, len, digest))
        *other = true;
    return audit_content_get(host->audit, digest, into, err);
}

static bool read_tables(struct host *host, yyjson_val *core, yyjson_val *answer,
                        struct pinned *pinned, bool *other, struct err *err)
{
    size_t i, count;
    yyjson_val *key, *value;
    uint8_t digest[SHA256_BYTES];

    if (host->codes == NULL && !codes_open(host->codes_path, &host->codes, err))
        return false;
    yyjson_obj_foreach(yyjson_obj_get(core, "tables"), i, count, key, value) {
        if (!sha256_parse_hex(yyjson_get_str(value), yyjson_get_len(value), digest) ||
            !read_table(host, digest, from_starter(answer, yyjson_get_str(key)), pinned, other,
                        err))
            return false;
    }
    /* An import that came later must not answer in place of the starter. */
    if (pinned->home.len == 0 && codes_image(host->codes, false, &i) != NULL)
        *other = true;
    return true;
}

bool pinned_read(struct host *host, const struct audit_entry *entry,
                 const struct audit_field *output, struct pinned *pinned, bool *other,
                 struct err *err)
{
    yyjson_doc *core = yyjson_read(entry->core, entry->core_len, 0);
    yyjson_doc *answer = yyjson_read(output->body, output->len, 0);
    bool ok;

    *other = false;
    *pinned = (struct pinned){.prelude = BUF_INIT, .starter = BUF_INIT, .home = BUF_INIT};
    ok = read_prelude(host, yyjson_doc_get_root(core), pinned, other, err) &&
         read_tables(host, yyjson_doc_get_root(core), yyjson_doc_get_root(answer), pinned, other,
                     err);
    yyjson_doc_free(core);
    yyjson_doc_free(answer);
    if (!ok)
        pinned_free(pinned);
    return ok;
}

void pinned_free(struct pinned *pinned)
{
    yyjson_doc_free(pinned->doc);
    free(pinned->files);
    buf_free(&pinned->prelude);
    buf_free(&pinned->starter);
    buf_free(&pinned->home);
}
