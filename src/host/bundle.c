/*
 * bundle.c - a policy with all it is made of, as one document named by its hash.
 *
 * {"clocks":[...],"entry":"<registry entry>","files":[{"name","text"}],"modules":
 * [...],"schema":"rubric-bundle/1"}. The policy is the last file; before it stand
 * those it extends, named "id file". Which those are only running it tells: a
 * worker loads the bundle and says what it lacks until nothing is lacking.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/json.h"
#include "host/inside.h"
#include "host/parts.h"

#define PIECES_MAX 32

struct piece {
    struct buf name;
    struct buf text;
    struct buf file; /* below the policies folder */
};

/* A bundle being put together. */
struct making {
    struct host *host;
    struct str entry;    /* JSON of the registry entry; absent: none */
    yyjson_val *clocks;  /* of the registry; NULL: no entry, no clocks */
    struct str folder;   /* of the policy's file, where its modules lie */
    struct piece files[PIECES_MAX]; /* the policy first, then what it extends */
    size_t file_count;
    struct piece modules[PIECES_MAX];
    size_t module_count;
};

void key_of(const void *bytes, size_t len, char key[KEY_TEXT])
{
    uint8_t digest[SHA256_BYTES];

    sha256_of(bytes, len, digest);
    sha256_hex(digest, key);
}

bool read_file(const char *path, size_t max, struct buf *out, struct err *err)
{
    FILE *file = fopen(path, "rb");
    char chunk[16384];
    size_t got;

    if (file == NULL) {
        err_errno(err, ERR_POLICY, "E-FILE", path);
        return err_help(err, "the registry, or a policy that extends another, names this file: "
                             "correct the name, or put the file there");
    }
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0 && out->len <= max)
        buf_put(out, chunk, got);
    if (ferror(file)) {
        err_errno(err, ERR_POLICY, "E-FILE", path);
        fclose(file);
        return false;
    }
    fclose(file);
    if (out->failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory to read '%s'", path);
    if (out->len > max) {
        err_set(err, ERR_POLICY, "E-FILE", "%s: larger than %zu KiB", path, max >> 10);
        return err_help(err, "a policy is a text of some pages: name the right file");
    }
    if (!utf8_valid(out->data, out->len)) {
        err_set(err, ERR_POLICY, "E-FILE", "%s: not UTF-8", path);
        return err_help(err, "save it as UTF-8");
    }
    return true;
}

static void free_pieces(struct piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_free(&pieces[i].name);
        buf_free(&pieces[i].text);
        buf_free(&pieces[i].file);
    }
}

static void making_free(struct making *making)
{
    free_pieces(making->files, making->file_count);
    free_pieces(making->modules, making->module_count);
}

static void put_pieces(struct buf *out, const struct piece *pieces, size_t count, bool backwards)
{
    buf_putc(out, '[');
    for (size_t i = 0; i < count; i++) {
        const struct piece *piece = &pieces[backwards ? count - 1 - i : i];

        buf_puts(out, i == 0 ? "{\"name\":" : ",{\"name\":");
        buf_put_json(out, piece->name.data, piece->name.len);
        buf_puts(out, ",\"text\":");
        buf_put_json(out, piece->text.data == NULL ? "" : piece->text.data, piece->text.len);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

/* The clocks stand first: a worker reads them without the rest. */
static void put_clocks(yyjson_val *clocks, struct buf *out)
{
    char *text = clocks == NULL ? NULL : yyjson_val_write(clocks, 0, NULL);

    buf_putc(out, '{');
    if (text != NULL) {
        buf_puts(out, "\"clocks\":");
        buf_puts(out, text);
        buf_putc(out, ',');
    }
    free(text);
}

static bool write_bundle(const struct making *making, struct bundle *bundle, struct err *err)
{
    struct buf *out = &bundle->json;

    buf_reset(out);
    put_clocks(making->clocks, out);
    buf_puts(out, "\"entry\":");
    if (making->entry.at == NULL)
        buf_puts(out, "\"\"");
    else
        buf_put_json(out, making->entry.at, making->entry.len);
    buf_puts(out, ",\"files\":");
    put_pieces(out, making->files, making->file_count, true);
    buf_puts(out, ",\"modules\":");
    put_pieces(out, making->modules, making->module_count, false);
    buf_puts(out, ",\"schema\":\"rubric-bundle/1\"}");
    if (out->failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a policy");
    key_of(out->data, out->len, bundle->key);
    return true;
}

/* A name that stays inside the policies folder. */
static bool plain_name(struct str name)
{
    if (name.len == 0 || name.len > 200 || name.at[0] == '/' || name.at[0] == '.')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] == '.' && i + 1 < name.len && name.at[i + 1] == '.')
            return false;
        if ((unsigned char)name.at[i] < 0x20 || name.at[i] == '\\')
            return false;
    }
    return true;
}

bool path_below(const struct host *host, struct str name, char *path, size_t size,
                struct err *err)
{
    int len = snprintf(path, size, "%s/%.*s", host->options.policies_dir, (int)name.len,
                       name.at);

    if (!plain_name(name) || len < 0 || (size_t)len >= size)
        return err_set(err, ERR_POLICY, "E-FILE",
                       "the registry names a file outside the policies folder");
    return true;
}

static bool add_file(struct making *making, struct str id, struct str file, struct err *err)
{
    char path[4096];
    struct piece *piece = &making->files[making->file_count];

    if (making->file_count == PIECES_MAX)
        return err_set(err, ERR_POLICY, "E-BUNDLE", "a policy that extends %d others",
                       PIECES_MAX - 1);
    if (!path_below(making->host, file, path, sizeof path, err))
        return false;
    *piece = (struct piece){BUF_INIT, BUF_INIT, BUF_INIT};
    making->file_count++;
    if (id.at != NULL) {
        buf_put(&piece->name, id.at, id.len);
        buf_putc(&piece->name, ' ');
    }
    buf_put(&piece->name, file.at, file.len);
    buf_put(&piece->file, file.at, file.len);
    return read_file(path, POLICY_SOURCE_MAX, &piece->text, err);
}

static bool overlaps(const struct registry_entry *a, const struct registry_entry *b)
{
    return (!a->has_to || !b->has_from || a->to >= b->from) &&
           (!b->has_to || !a->has_from || b->to >= a->from);
}

/* Adds the policy of that id: the version that was in force with the entry. */
static bool add_base(struct making *making, const struct registry_entry *entry, struct str id,
                     struct err *err)
{
    const struct registry_entry *best = NULL;

    if (!host_registry(making->host, err))
        return false;
    for (size_t i = 0; i < making->host->registry->count; i++) {
        const struct registry_entry *other = &making->host->registry->entries[i];

        if (!str_equal(other->policy, id))
            continue;
        if (best == NULL || (entry != NULL && !overlaps(best, entry) && overlaps(other, entry)))
            best = other;
    }
    if (best == NULL)
        return false;
    return add_file(making, id, best->file, err);
}

/* "shared/x" is one file for all payers; any other name lies beside the policy. */
static bool add_module(struct making *making, struct str name, struct err *err)
{
    static const char shared[] = "shared/";
    struct piece *piece = &making->modules[making->module_count];
    bool common = name.len >= sizeof shared - 1 && memcmp(name.at, shared, sizeof shared - 1) == 0;
    char file[512], path[4096];
    int len = snprintf(file, sizeof file, "%.*s%.*s.lua", common ? 0 : (int)making->folder.len,
                       making->folder.at == NULL ? "" : making->folder.at, (int)name.len, name.at);

    if (making->module_count == PIECES_MAX || len < 0 || (size_t)len >= sizeof file)
        return err_set(err, ERR_POLICY, "E-BUNDLE", "a policy with more than %d modules",
                       PIECES_MAX);
    if (!path_below(making->host, str_of(file), path, sizeof path, err))
        return false;
    *piece = (struct piece){BUF_INIT, BUF_INIT, BUF_INIT};
    making->module_count++;
    buf_put(&piece->name, name.at, name.len);
    buf_puts(&piece->file, file);
    return read_file(path, POLICY_SOURCE_MAX, &piece->text, err);
}

/* Asks a worker to load it; *lacks is what it says. */
static bool load(struct host *host, struct bundle *bundle, struct str *word, struct str *rest,
                 struct err *err)
{
    buf_reset(&host->payload);
    parts_puts(&host->payload, bundle->key);
    parts_put(&host->payload, bundle->json.data, bundle->json.len);
    if (host->checking)
        return host_ask(host, SERVICE_CHECK, NULL, &host->payload, host->load_ms, word, rest, err);
    return host_ask_once(host, SERVICE_LOAD, bundle->key, &host->payload, host->load_ms, word,
                         rest, err);
}

static void keep_loaded(struct bundle *bundle, yyjson_val *entry, struct str word,
                        struct str rest)
{
    struct str tree = {NULL, 0}, warnings = {NULL, 0};
    yyjson_doc *doc = NULL;

    bundle->rejected = !str_is(word, SERVICE_TREE);
    buf_reset(&bundle->tree);
    buf_reset(&bundle->warnings);
    if (parts_next(&rest, &tree))
        buf_put(&bundle->tree, tree.at, tree.len);
    if (tree.len > 0 && memmem(tree.at, tree.len, "\"limits\":", 9) != NULL)
        doc = yyjson_read(tree.at, tree.len, 0); /* a large text, and few ask for any */
    bundle->limits = limits_of(bundle->rejected ? NULL : yyjson_doc_get_root(doc), entry);
    yyjson_doc_free(doc);
    if (parts_next(&rest, &warnings))
        buf_put(&bundle->warnings, warnings.at, warnings.len);
}

/* "name:9: why" of the file that was being loaded, taken apart: line 9, "why". */
static const char *text_of_file(const struct piece *file, const char *text, long *line)
{
    const char *rest = text + file->name.len;
    char *end;

    *line = 0;
    if (strlen(text) < file->name.len + 2 ||
        memcmp(text, file->name.data, file->name.len) != 0 || *rest++ != ':')
        return text;
    if (*rest >= '0' && *rest <= '9') {
        *line = strtol(rest, &end, 10);
        if (*end != ':')
            return text;
        rest = end + 1;
    }
    return rest + (*rest == ' ');
}

/* A load that hit a limit or ended its worker is an error of the policy too. */
static void keep_failure(struct bundle *bundle, const struct making *making,
                         const struct err *why)
{
    static const char loops[] =
        "look for a loop that does not end, or for a table that grows without end";
    const struct piece *file = &making->files[0];
    const char *help = why->kind == ERR_POLICY ? why->help : loops;
    struct buf *out = &bundle->tree;
    const char *text;
    long line;

    text = text_of_file(file, why->text, &line);
    bundle->rejected = true;
    buf_reset(out);
    buf_puts(out, "[{\"code\":");
    buf_put_json(out, why->code, strlen(why->code));
    buf_puts(out, ",\"file\":");
    buf_put_json(out, file->name.data, file->name.len);
    buf_puts(out, ",\"help\":");
    buf_put_json(out, help, strlen(help));
    buf_printf(out, ",\"line\":%ld,\"text\":", line);
    buf_put_json(out, text, strlen(text));
    buf_puts(out, "}]");
}

static void no_module(struct str name, struct err *why)
{
    err_set(why, ERR_POLICY, "P039", "no module is called '%.*s'", (int)name.len, name.at);
    err_help(why, "put it beside the policy and name it without '.lua'");
}

/* Which files it was made of, and the hash of each. */
static void put_sources(struct buf *out, const struct piece *pieces, size_t count)
{
    char key[KEY_TEXT];

    for (size_t i = 0; i < count; i++) {
        parts_put(out, pieces[i].file.data, pieces[i].file.len);
        key_of(pieces[i].text.data, pieces[i].text.len, key);
        parts_puts(out, key);
    }
}

/* Completes the bundle until nothing is lacking. */
static bool complete(struct making *making, const struct registry_entry *entry,
                     struct bundle *bundle, struct err *err)
{
    for (int rounds = 0; rounds < 2 * PIECES_MAX; rounds++) {
        struct str word, rest, name;
        struct err why = {.kind = ERR_NONE};
        char kept[512];
        bool base;

        if (!write_bundle(making, bundle, err))
            return false;
        if (!load(making->host, bundle, &word, &rest, &why)) {
            if (why.kind == ERR_LIMIT || why.kind == ERR_WORKER || why.kind == ERR_POLICY) {
                keep_failure(bundle, making, &why);
                return true;
            }
            *err = why;
            return false;
        }
        base = str_is(word, SERVICE_BASE);
        if (!base && !str_is(word, SERVICE_MODULE)) {
            keep_loaded(bundle, entry == NULL ? NULL : entry->json, word, rest);
            buf_reset(&bundle->sources);
            put_sources(&bundle->sources, making->files, making->file_count);
            put_sources(&bundle->sources, making->modules, making->module_count);
            return true;
        }
        if (!parts_next(&rest, &name) || name.len >= sizeof kept)
            return err_set(err, ERR_WORKER, "E-WORKER", "a worker's answer cannot be read");
        memcpy(kept, name.at, name.len); /* to find it, the worker may be asked again */
        name.at = kept;
        if (!(base ? add_base(making, entry, name, &why) : add_module(making, name, &why))) {
            if (base && why.kind == ERR_NONE)
                err_set(&why, ERR_POLICY, "P029", "no policy is called '%.*s'", (int)name.len,
                        name.at);
            if (!base)
                no_module(name, &why);
            keep_failure(bundle, making, &why);
            return true;
        }
    }
    return err_set(err, ERR_POLICY, "E-BUNDLE", "a policy whose parts never end");
}

static struct str folder_of(struct str file)
{
    while (file.len > 0 && file.at[file.len - 1] != '/')
        file.len--;
    return file;
}

/* What of a registry entry changes answers, and so belongs to the bundle. */
static void put_entry(yyjson_val *entry, struct buf *out)
{
    static const char *const names[] = {"limits", "parameters", "policy",
                                        "source", "title",      "vouched"};
    const char *comma = "{";

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        yyjson_val *member = yyjson_obj_get(entry, names[i]);
        char *text = member == NULL ? NULL : yyjson_val_write(member, 0, NULL);

        if (text == NULL)
            continue;
        buf_puts(out, comma);
        buf_put_json(out, names[i], strlen(names[i]));
        buf_putc(out, ':');
        buf_puts(out, text);
        comma = ",";
        free(text);
    }
    buf_puts(out, out->len == 0 ? "{}" : "}");
}

bool host_bundle(struct host *host, size_t index, struct bundle **bundle, struct err *err)
{
    const struct registry_entry *entry = &host->registry->entries[index];
    struct making making = {.host = host};
    struct buf json = BUF_INIT;
    bool ok = false;

    *bundle = &host->bundles[index];
    if ((*bundle)->made)
        return true;
    put_entry(entry->json, &json);
    making.entry.at = json.data;
    making.entry.len = json.len;
    making.clocks = host->registry->clocks;
    making.folder = folder_of(entry->file);
    if (json.failed)
        err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a policy");
    else if (add_file(&making, str_of(NULL), entry->file, err))
        ok = complete(&making, entry, *bundle, err);
    (*bundle)->made = ok;
    host->bundles_made += ok;
    making_free(&making);
    buf_free(&json);
    return ok;
}

/* The name that messages and the bundle use for a file given on the command
 * line: below the policies folder if it lies there, else its last part. */
static struct str short_name(const struct host *host, const char *path, const char *real)
{
    char folder[4096];
    size_t len;

    if (realpath(host->options.policies_dir, folder) != NULL) {
        len = strlen(folder);
        if (strncmp(real, folder, len) == 0 && real[len] == '/')
            return str_of(real + len + 1);
    }
    return str_of(strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1);
}

bool bundle_of_file(struct host *host, const char *path, struct bundle *bundle, struct err *err)
{
    struct making making = {.host = host};
    struct piece *piece = &making.files[0];
    char real[4096];
    struct str name;
    bool ok;

    *bundle = (struct bundle){.json = BUF_INIT, .tree = BUF_INIT, .warnings = BUF_INIT};
    if (realpath(path, real) == NULL) {
        err_errno(err, ERR_POLICY, "E-FILE", path);
        return err_help(err, "check the path, or name a policy: 'rubric policy list' shows all");
    }
    name = short_name(host, path, real);
    making.folder = folder_of(name);
    *piece = (struct piece){BUF_INIT, BUF_INIT, BUF_INIT};
    making.file_count = 1;
    buf_put(&piece->name, name.at, name.len);
    ok = read_file(real, POLICY_SOURCE_MAX, &piece->text, err) &&
         complete(&making, NULL, bundle, err);
    bundle->made = ok;
    making_free(&making);
    if (!ok)
        bundle_free(bundle);
    return ok;
}

void bundle_free(struct bundle *bundle)
{
    buf_free(&bundle->json);
    buf_free(&bundle->tree);
    buf_free(&bundle->warnings);
    buf_free(&bundle->scope);
    buf_free(&bundle->sources);
}

static bool ends_with(const char *path, struct str name)
{
    size_t len = strlen(path);

    return len > name.len && path[len - name.len - 1] == '/' &&
           memcmp(path + len - name.len, name.at, name.len) == 0;
}

bool bundle_error(const struct bundle *bundle, const char *file, struct err *err)
{
    yyjson_doc *doc = yyjson_read(bundle->tree.data, bundle->tree.len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    yyjson_val *first = yyjson_arr_get_first(root);
    struct str text = json_member(first, "text");
    struct str help = json_member(first, "help");
    struct str name = json_member(first, "file");
    struct str code = json_member(first, "code");
    int line = yyjson_get_int(yyjson_obj_get(first, "line"));
    char short_code[24], at[16] = "";

    snprintf(short_code, sizeof short_code, "%.*s", (int)code.len, code.at == NULL ? "" : code.at);
    if (line > 0)
        snprintf(at, sizeof at, ":%d", line);
    if (name.at == NULL || ends_with(file, name))
        name = str_of(file); /* the path by which the user knows it */
    err_set(err, ERR_POLICY, short_code, "%.*s%s: %.*s", (int)name.len, name.at, at,
            (int)text.len, text.at == NULL ? "" : text.at);
    if (yyjson_arr_size(root) > 1)
        err_help(err, "%.*s; 'rubric check' lists all %zu errors", (int)help.len,
                 help.at == NULL ? "" : help.at, yyjson_arr_size(root));
    else if (help.len > 0)
        err_help(err, "%.*s", (int)help.len, help.at);
    yyjson_doc_free(doc);
    return false;
}
