/*
 * coverage.c - joins what many cases show of the tests of policies.
 */
#include "cli/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/batch_line.h"
#include "cli/input.h"
#include "cli/json_view.h"
#include "judge/cover.h"

/* A policy as it was declared, and the item of each of its parts. */
struct cover_tree {
    struct str id, version;
    yyjson_val *tree;
    struct cover_item **items[COVER_KINDS]; /* of parameters: of the first value */
    struct cover_tree *next;
};

static const char *const members[COVER_KINDS] = {"criteria", "pathways", "safeguards",
                                                 "parameters", "sets"};

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for the coverage");
}

/* ---- files and items --------------------------------------------------------- */

/* The path of a policy file, found on the disk; NULL if it is not there. */
static const char *path_of(struct coverage *coverage, const char *folder, struct str name)
{
    char joined[PATH_MAX], found[PATH_MAX];
    int len = snprintf(joined, sizeof joined, "%s%s%.*s", folder, folder[0] == '\0' ? "" : "/",
                       (int)name.len, name.at);

    if (len < 0 || (size_t)len >= sizeof joined || realpath(joined, found) == NULL)
        return NULL;
    return pool_copy(&coverage->pool, found, strlen(found));
}

static struct cover_file *file_of(struct coverage *coverage, struct str name)
{
    struct cover_file *file = coverage->files;

    while (file != NULL && !str_is(name, file->name))
        file = file->next;
    if (file != NULL)
        return file;
    file = POOL_NEW(&coverage->pool, struct cover_file);
    if (file == NULL)
        return NULL;
    file->name = pool_copy(&coverage->pool, name.at, name.len);
    file->path = path_of(coverage, coverage->policies_dir, name);
    file->last = &file->items;
    *coverage->last = file;
    coverage->last = &file->next;
    return file->name == NULL ? NULL : file;
}

static struct cover_item *item_of(struct coverage *coverage, struct str file_name,
                                  enum cover_kind kind, struct str name)
{
    struct cover_file *file = file_of(coverage, file_name);
    struct cover_item *item;

    if (file == NULL)
        return NULL;
    for (item = file->items; item != NULL; item = item->next)
        if (item->kind == kind && str_equal(item->name, name))
            return item;
    item = POOL_NEW(&coverage->pool, struct cover_item);
    if (item == NULL)
        return NULL;
    item->kind = kind;
    item->name = name;
    *file->last = item;
    file->last = &item->next;
    return item;
}

/* ---- the parts of a tree ------------------------------------------------------ */

static struct str text_in_pool(struct coverage *coverage, const struct buf *text)
{
    struct str kept = {NULL, text->len};

    kept.at = text->failed ? NULL : pool_copy(&coverage->pool, text->data, text->len);
    return kept;
}

/* "repeat_relief", or "repeat_relief from 2026-01-01". */
static struct str parameter_name(struct coverage *coverage, yyjson_val *parameter,
                                 yyjson_val *value)
{
    struct buf text = BUF_INIT;
    struct str name = view_text(parameter, "name"), from = view_text(value, "from");
    struct str kept;

    buf_put(&text, name.at, name.len);
    buf_puts(&text, from.len > 0 ? " from " : "");
    buf_put(&text, from.at, from.len);
    kept = text_in_pool(coverage, &text);
    buf_free(&text);
    return kept;
}

/* Its codes, as they are written. */
static struct str set_name(struct coverage *coverage, yyjson_val *set)
{
    struct buf text = BUF_INIT;
    struct str kept;
    size_t i, count;
    yyjson_val *item;

    yyjson_arr_foreach(view_at(set, "text"), i, count, item) {
        buf_puts(&text, i > 0 ? ", " : "");
        buf_put(&text, yyjson_get_str(item), yyjson_get_len(item));
    }
    kept = text_in_pool(coverage, &text);
    buf_free(&text);
    return kept;
}

/* What must be seen of it, until a case tells what could be. */
static unsigned need_of(enum cover_kind kind)
{
    return kind == COVER_CODE_SET ? COVER_MEMBER | COVER_NEAR_MISS : COVER_MET | COVER_NOT_MET;
}

/* What a case says of an item: what it has seen, and what some case could. */
static void join_item(struct cover_item *item, unsigned bits)
{
    unsigned can = bits >> COVER_CAN;

    item->seen |= bits & ((1u << COVER_CAN) - 1);
    if (item->kind == COVER_CRITERION)
        item->need = can;
    else if (item->kind == COVER_PATHWAY || item->kind == COVER_SAFEGUARD)
        item->need = can & (COVER_MET | COVER_NOT_MET);
    else if (item->kind == COVER_CODE_SET && (item->seen & COVER_HAS_RETIRED) != 0)
        item->need |= COVER_RETIRED;
}

/* The place in the base's list of what it declares just so; or its size. */
static size_t taken_over(const struct cover_tree *base, enum cover_kind kind, yyjson_val *object)
{
    const char *key = kind == COVER_PARAMETER ? "name" : "id";
    yyjson_val *list = base == NULL ? NULL : view_at(base->tree, members[kind]);
    size_t i, count;
    yyjson_val *other;

    yyjson_arr_foreach(list, i, count, other) {
        if (str_equal(view_text(other, key), view_text(object, key)) &&
            (kind == COVER_PATHWAY ||
             yyjson_equals(view_at(other, "values"), view_at(object, "values"))))
            return i;
    }
    return yyjson_arr_size(list);
}

/* The file that declares a part of the policy in the file own: a module has only the
 * name by which it is required, "shared/x" or that of a file beside. */
static struct str declared_in(struct coverage *coverage, struct str own, struct str file)
{
    const char *slash = memrchr(own.at, '/', own.len);
    struct buf text = BUF_INIT;
    struct str kept;

    if (file.len == 0)
        return own;
    if (file.len > 4 && memcmp(file.at + file.len - 4, ".lua", 4) == 0)
        return file;
    if (slash != NULL && !(file.len > 7 && memcmp(file.at, "shared/", 7) == 0))
        buf_put(&text, own.at, (size_t)(slash - own.at) + 1);
    buf_put(&text, file.at, file.len);
    buf_puts(&text, ".lua");
    kept = text_in_pool(coverage, &text);
    buf_free(&text);
    return kept;
}

/* The item of one part; several, one behind the other, for a parameter. */
static bool add_part(struct coverage *coverage, struct cover_tree *tree,
                     const struct cover_tree *base, enum cover_kind kind, size_t place,
                     yyjson_val *object)
{
    struct str file = view_text(object, "file");
    struct str own = view_text(tree->tree, "file");
    struct cover_item **slot = &tree->items[kind][place];
    struct str name;

    if (kind == COVER_CODE_SET && file.len == 0)
        return true; /* of the catalogue, not of the policy */
    if (kind == COVER_PARAMETER || kind == COVER_PATHWAY) {
        size_t at = taken_over(base, kind, object);

        if (base != NULL && at < yyjson_arr_size(view_at(base->tree, members[kind]))) {
            *slot = base->items[kind][at];
            return true;
        }
    }
    name = kind == COVER_CODE_SET  ? set_name(coverage, object)
           : kind == COVER_PARAMETER
               ? parameter_name(coverage, object, yyjson_arr_get_first(view_at(object, "values")))
               : view_text(object, "id");
    *slot = item_of(coverage, declared_in(coverage, own, file), kind, name);
    if (*slot == NULL)
        return false;
    (*slot)->need = need_of(kind);
    (*slot)->line = (unsigned)yyjson_get_uint(view_at(object, "line"));
    if (kind == COVER_CODE_SET)
        (*slot)->line = (unsigned)yyjson_get_uint(yyjson_arr_get_first(view_at(object, "lines")));
    return true;
}

/* The item of a later value of a parameter; NULL: it is the base's. */
static struct cover_item *later_value(struct coverage *coverage, const struct cover_tree *tree,
                                      size_t place, size_t value)
{
    yyjson_val *object = yyjson_arr_get(view_at(tree->tree, "parameters"), place);
    struct str name = parameter_name(coverage, object,
                                     yyjson_arr_get(view_at(object, "values"), value));
    struct cover_item *item = item_of(coverage, view_text(tree->tree, "file"), COVER_PARAMETER,
                                      name);

    if (item != NULL)
        item->need = need_of(COVER_PARAMETER);
    return item;
}

static bool add_parts(struct coverage *coverage, struct cover_tree *tree,
                      const struct cover_tree *base, enum cover_kind kind)
{
    yyjson_val *list = view_at(tree->tree, members[kind]);
    size_t i, count;
    yyjson_val *object;

    tree->items[kind] =
        pool_array(&coverage->pool, yyjson_arr_size(list) + 1, sizeof *tree->items[kind]);
    if (tree->items[kind] == NULL)
        return false;
    yyjson_arr_foreach(list, i, count, object) {
        if (!add_part(coverage, tree, base, kind, i, object))
            return false;
    }
    return true;
}

/* ---- trees ---------------------------------------------------------------------- */

static struct cover_tree *find_tree(const struct coverage *coverage, struct str id,
                                    struct str version)
{
    struct cover_tree *tree = coverage->trees;

    while (tree != NULL && !(str_equal(tree->id, id) && str_equal(tree->version, version)))
        tree = tree->next;
    return tree;
}

static struct cover_tree *add_tree(struct coverage *coverage, const char *path, const char *as_of,
                                   struct err *err);

/* The tree of the policy that this one extends, as it was then; NULL: none. */
static bool find_base(struct coverage *coverage, struct cover_tree *tree,
                      struct cover_tree **base, struct err *err)
{
    struct str extends = view_text(tree->tree, "extends");
    struct str from = view_text(view_at(tree->tree, "in_force"), "from");
    char *id, *day;

    *base = NULL;
    if (extends.len == 0)
        return true;
    id = pool_copy(&coverage->pool, extends.at, extends.len);
    day = pool_copy(&coverage->pool, from.at, from.len);
    if (id == NULL || day == NULL)
        return no_memory(err);
    *base = add_tree(coverage, id, day, err);
    if (*base == NULL)
        *base = add_tree(coverage, id, NULL, err);
    return *base != NULL;
}

static bool fill_tree(struct coverage *coverage, struct cover_tree *tree, struct err *err)
{
    struct cover_tree *base;

    if (!find_base(coverage, tree, &base, err))
        return false;
    for (enum cover_kind kind = COVER_CRITERION; kind < COVER_KINDS; kind++)
        if (!add_parts(coverage, tree, base, kind))
            return no_memory(err);
    tree->next = coverage->trees;
    coverage->trees = tree;
    return true;
}

/* Reads the tree of a file, or of an id on a day; NULL: err says why. */
static struct cover_tree *add_tree(struct coverage *coverage, const char *path, const char *as_of,
                                   struct err *err)
{
    struct cover_tree *tree = POOL_NEW(&coverage->pool, struct cover_tree), *known;
    struct buf json = BUF_INIT;
    yyjson_doc *doc = NULL;

    if (tree == NULL)
        no_memory(err);
    else if (host_policy_tree(coverage->host, path, as_of, &json, err)) {
        doc = json_read(&coverage->pool, json.data, json.len);
        if (doc == NULL)
            no_memory(err);
    }
    buf_free(&json);
    if (doc == NULL)
        return NULL;
    tree->tree = yyjson_doc_get_root(doc);
    tree->id = view_text(tree->tree, "id");
    tree->version = view_text(tree->tree, "version");
    known = find_tree(coverage, tree->id, tree->version);
    if (known != NULL)
        return known;
    return fill_tree(coverage, tree, err) ? tree : NULL;
}

static bool add_registered(struct coverage *coverage, struct err *err)
{
    struct buf json = BUF_INIT;
    yyjson_doc *doc = NULL;
    bool ok = host_policy_list(coverage->host, &json, err);
    size_t i, count;
    yyjson_val *entry;

    if (ok)
        doc = yyjson_read(json.data, json.len, YYJSON_READ_NOFLAG);
    yyjson_arr_foreach(view_at(yyjson_doc_get_root(doc), "policies"), i, count, entry) {
        char path[PATH_MAX];

        if (!ok || find_tree(coverage, view_text(entry, "id"), view_text(entry, "version")))
            continue;
        snprintf(path, sizeof path, "%s/%s", coverage->policies_dir,
                 yyjson_get_str(view_at(entry, "file")));
        ok = add_tree(coverage, path, NULL, err) != NULL;
    }
    yyjson_doc_free(doc);
    buf_free(&json);
    return ok;
}

bool coverage_open(struct coverage *coverage, struct host *host, const char *policies_dir,
                   struct err *err)
{
    *coverage = (struct coverage){.host = host, .policies_dir = policies_dir};
    coverage->last = &coverage->files;
    pool_init(&coverage->pool);
    if (add_registered(coverage, err))
        return true;
    coverage_close(coverage);
    return false;
}

void coverage_close(struct coverage *coverage)
{
    pool_free(&coverage->pool);
}

/* ---- cases ---------------------------------------------------------------------- */

static void join_parameter(struct coverage *coverage, const struct cover_tree *tree, size_t place,
                           yyjson_val *values)
{
    struct cover_item *item = tree->items[COVER_PARAMETER][place];
    size_t i, count;
    yyjson_val *bits;

    yyjson_arr_foreach(values, i, count, bits) {
        if (i > 0)
            item = later_value(coverage, tree, place, i);
        if (item != NULL)
            join_item(item, (unsigned)yyjson_get_uint(bits));
    }
}

static void join(struct coverage *coverage, const struct cover_tree *tree, yyjson_val *cover)
{
    for (enum cover_kind kind = COVER_CRITERION; kind < COVER_KINDS; kind++) {
        yyjson_val *list = view_at(cover, members[kind]);
        size_t known = yyjson_arr_size(view_at(tree->tree, members[kind]));
        size_t i, count;
        yyjson_val *bits;

        yyjson_arr_foreach(list, i, count, bits) {
            struct cover_item *item = i < known ? tree->items[kind][i] : NULL;

            if (kind == COVER_PARAMETER && i < known)
                join_parameter(coverage, tree, i, bits);
            else if (item != NULL)
                join_item(item, (unsigned)yyjson_get_uint(bits));
        }
    }
}

/* Asks about a case. A policy that was named but covers no line was not run: that is
 * a near miss of what it covers, which its file tells. */
static bool ask(struct coverage *coverage, struct host_request *request, struct buf *json,
                char path[PATH_MAX], struct err *err)
{
    struct cover_tree *tree = coverage->trees;

    if (!host_cover(coverage->host, request, json, err))
        return false;
    while (tree != NULL && (request->policy == NULL || !str_is(tree->id, request->policy)))
        tree = tree->next;
    if (json->len != 4 || tree == NULL) /* "null" */
        return true;
    snprintf(path, PATH_MAX, "%s/%s", coverage->policies_dir,
             yyjson_get_str(view_at(tree->tree, "file")));
    request->policy = path;
    return host_cover(coverage->host, request, json, err);
}

static unsigned finding_bit(struct str finding)
{
    static const struct {
        const char *name;
        unsigned bit;
    } bits[] = {{"met", COVER_MET},
                {"not_met", COVER_NOT_MET},
                {"undocumented", COVER_UNDOCUMENTED},
                {"exception", COVER_EXCEPTED}};

    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
        if (str_is(finding, bits[i].name))
            return bits[i].bit;
    return 0;
}

/* What a spec says that no case can give, of a policy by its id or file. */
static void note_unreachable(struct coverage *coverage, yyjson_val *said)
{
    struct str policy = view_text(said, "policy"), id = view_text(said, "criterion");

    for (struct cover_tree *tree = coverage->trees; tree != NULL; tree = tree->next) {
        struct str file = view_text(tree->tree, "file");
        size_t i, count;
        yyjson_val *object;

        if (!str_equal(tree->id, policy) &&
            !(policy.len >= file.len && memcmp(policy.at + policy.len - file.len, file.at,
                                               file.len) == 0))
            continue;
        yyjson_arr_foreach(view_at(tree->tree, "criteria"), i, count, object) {
            if (str_equal(view_text(object, "id"), id))
                tree->items[COVER_CRITERION][i]->unreachable |=
                    finding_bit(view_text(said, "finding"));
        }
        yyjson_arr_foreach(view_at(tree->tree, "parameters"), i, count, object) {
            if (str_equal(view_text(object, "name"), id))
                tree->items[COVER_PARAMETER][i]->unreachable |=
                    finding_bit(view_text(said, "finding"));
        }
    }
}

/* True if the line says what is unreachable, and asks nothing. */
static bool is_unreachable(struct coverage *coverage, const struct input_line *line)
{
    static const char mark[] = "{\"unreachable\":";
    yyjson_doc *doc;

    if (line->len < sizeof mark || memcmp(line->text, mark, sizeof mark - 1) != 0)
        return false;
    doc = yyjson_read(line->text, line->len, YYJSON_READ_NOFLAG);
    note_unreachable(coverage, view_at(yyjson_doc_get_root(doc), "unreachable"));
    yyjson_doc_free(doc);
    return true;
}

/* One line that a spec asked. What is no case, or has no policy, shows nothing. */
static bool read_line(struct coverage *coverage, const struct input_line *line, struct buf *json,
                      struct err *err)
{
    struct host_request request = {.case_name = "a spec's case", .origin = "test"};
    struct batch_line asked;
    struct cover_tree *tree = NULL;
    char path[PATH_MAX];
    yyjson_doc *doc;
    yyjson_val *cover;
    bool ok;

    if (line->too_long || is_unreachable(coverage, line) ||
        !batch_line_read(line->text, line->len, &asked, err))
        return true;
    request.case_bytes = asked.document.at;
    request.case_len = asked.document.len;
    request.policy = asked.policy[0] == '\0' ? NULL : asked.policy;
    request.as_of = asked.as_of[0] == '\0' ? NULL : asked.as_of;
    if (!ask(coverage, &request, json, path, err))
        return true;
    doc = yyjson_read(json->data, json->len, YYJSON_READ_NOFLAG);
    cover = yyjson_doc_get_root(doc);
    if (yyjson_is_obj(cover)) {
        tree = find_tree(coverage, view_text(cover, "policy"), view_text(cover, "version"));
        if (tree == NULL)
            tree = add_tree(coverage, request.policy, NULL, err);
        if (tree != NULL)
            join(coverage, tree, cover);
        coverage->cases++;
    }
    ok = !yyjson_is_obj(cover) || tree != NULL;
    yyjson_doc_free(doc);
    return ok;
}

bool coverage_read(struct coverage *coverage, int fd, struct err *err)
{
    struct input_lines lines;
    struct input_line line;
    struct buf json = BUF_INIT;
    struct err unread = {.kind = ERR_NONE};
    bool ok = true;

    input_lines_open(&lines, fd, host_case_max(coverage->host) + 1024);
    while (ok && input_lines_next(&lines, &line, &unread))
        ok = read_line(coverage, &line, &json, err);
    if (ok && unread.kind != ERR_NONE) {
        *err = unread;
        ok = false;
    }
    input_lines_close(&lines);
    buf_free(&json);
    return ok;
}

/* ---- what is reported ------------------------------------------------------------- */

/* Does the path name this file: its folder, the file, or the spec beside it? */
static bool names(const char *path, const char *file)
{
    static const char spec[] = "_spec.lua";
    size_t len = strlen(path), end = sizeof spec - 1;

    if (strncmp(file, path, len) == 0 && (file[len] == '/' || file[len] == '\0'))
        return true;
    return len > end && strcmp(path + len - end, spec) == 0 &&
           strncmp(file, path, len - end) == 0 && strcmp(file + len - end, ".lua") == 0;
}

void coverage_want(struct coverage *coverage, char **paths, int count)
{
    bool any = false;

    for (struct cover_file *file = coverage->files; file != NULL; file = file->next) {
        file->wanted = count == 0;
        for (int i = 0; i < count && file->path != NULL; i++) {
            char real[PATH_MAX];

            file->wanted |= realpath(paths[i], real) != NULL && names(real, file->path);
        }
        any |= file->wanted;
    }
    for (struct cover_file *file = coverage->files; !any && file != NULL; file = file->next)
        for (struct cover_item *item = file->items; item != NULL; item = item->next)
            file->wanted |= item->seen != 0;
}

unsigned coverage_lacks(const struct cover_item *item)
{
    return (item->need & ~item->seen & ~item->unreachable) | (item->unreachable & item->seen);
}

bool coverage_whole(const struct coverage *coverage)
{
    for (const struct cover_file *file = coverage->files; file != NULL; file = file->next)
        for (const struct cover_item *item = file->items; item != NULL; item = item->next)
            if (file->wanted && coverage_lacks(item) != 0)
                return false;
    return true;
}
