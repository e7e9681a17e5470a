/*
 * codes.c - rubric codes: finds the word, and what the words share.
 */
#include "cli/codes.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/home.h"
#include "base/nearest.h"
#include "cli/open.h"

const struct command *const codes_words[] = {
    &codes_show_command,   &codes_search_command,   &codes_expand_command, &codes_check_command,
    &codes_import_command, &codes_releases_command, &codes_drop_command,   &codes_diff_command,
    NULL,
};

#define WORDS (sizeof codes_words / sizeof codes_words[0] - 1)

static void list_words(FILE *out)
{
    fputs("look up codes and code sets, and import code tables\n\nusage:\n", out);
    for (size_t i = 0; i < WORDS; i++)
        fprintf(out, "  rubric %s %s\n", codes_words[i]->name, codes_words[i]->usage);
    fputs("\n", out);
    for (size_t i = 0; i < WORDS; i++)
        fprintf(out, "  %-9s %s\n", codes_words[i]->name + strlen("codes "), codes_words[i]->line);
    fputs("\nexample:\n  rubric codes show M54.16 --on 2026-03-10\n\n"
          "'rubric codes WORD --help' tells the options of a word.\n", out);
}

static int wrong_word(const char *word)
{
    struct nearest nearest = {word, NULL, 0};
    struct err err;

    err_set(&err, ERR_USAGE, "E-USAGE", "there is no 'codes %s'", word);
    for (size_t i = 0; i < WORDS; i++)
        nearest_offer(&nearest, codes_words[i]->name + strlen("codes "));
    if (nearest.best != NULL)
        err_help(&err, "did you mean 'rubric codes %s'?", nearest.best);
    else
        err_help(&err, "see 'rubric codes --help'");
    return open_failed(&err);
}

int cli_codes(int argc, char **argv)
{
    if (argc < 2) {
        list_words(stderr);
        return err_exit_status(ERR_USAGE);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        list_words(stdout);
        return 0;
    }
    for (size_t i = 0; i < WORDS; i++) {
        if (strcmp(argv[1], codes_words[i]->name + strlen("codes ")) == 0)
            return codes_words[i]->run(argc - 1, argv + 1);
    }
    return wrong_word(argv[1]);
}

bool codes_home(const char *option, bool create, char *path, size_t size, struct err *err)
{
    size_t len;

    if (!home_find(option, create, path, size, err)) {
        if (create || path[0] == '\0' || access(path, F_OK) == 0 || errno != ENOENT)
            return false;
        path[0] = '\0';
        return true;
    }
    len = strlen(path);
    if (len + sizeof "/codes.db" > size)
        return err_set(err, ERR_STORE, "E-HOME", "the path of the home folder is too long");
    memcpy(path + len, "/codes.db", sizeof "/codes.db");
    return true;
}

bool codes_open_home(const char *option, struct codes **codes, int *status)
{
    char path[PATH_MAX] = "";
    struct err err;

    if (codes_home(option, false, path, sizeof path, &err) &&
        codes_open(path[0] == '\0' ? NULL : path, codes, &err))
        return true;
    *status = open_failed(&err);
    return false;
}

bool codes_day(const struct command *command, const char *text, day_t *day, int *status)
{
    if (text == NULL) {
        *day = (day_t)(time(NULL) / 86400);
        return true;
    }
    if (civil_parse_day(text, strlen(text), day))
        return true;
    *status = options_wrong(command, "'--on' takes a day as 2026-03-10, not '%s'", text);
    return false;
}

/* A host without policies: for questions that need the sandbox only. */
static bool open_plain(const char *home, struct host **host, char *folder, size_t size,
                       struct err *err)
{
    struct host_options options = {.home = folder, .policies_dir = ".", .workers = 1,
                                   .landlock = open_landlock()};

    if (!home_find(home, false, folder, size, err) && access(folder, F_OK) == 0)
        return false;
    return host_open(&options, host, err);
}

static bool read_items(struct buf *json, struct pool *pool, struct codeset_item **items,
                       size_t *count, struct err *err)
{
    static const char *const ops[] = {"code", "tree", "range", "named"};
    yyjson_doc *doc = json_read(pool, json->data, json->len);
    yyjson_val *array = yyjson_doc_get_root(doc), *one;
    size_t i, all;

    *items = pool_array(pool, yyjson_arr_size(array) + 1, sizeof **items);
    *count = 0;
    if (doc == NULL || *items == NULL)
        return err_set(err, ERR_WORKER, "E-WORKER", "a worker's answer cannot be read");
    yyjson_arr_foreach(array, i, all, one) {
        struct codeset_item *item = &(*items)[(*count)++];
        struct str op = json_member(one, "op");

        item->system = json_member(one, "system");
        item->from = json_member(one, "from");
        item->to = json_member(one, "to");
        item->minus = yyjson_is_true(yyjson_obj_get(one, "minus"));
        for (int k = 0; k < 4; k++) {
            if (str_is(op, ops[k]))
                item->op = (enum codeset_op)k;
        }
    }
    return true;
}

bool codes_parse(const char *home, const char *text, struct pool *pool,
                 struct codeset_item **items, size_t *count, struct err *err)
{
    struct buf json = BUF_INIT;
    struct host *host = NULL;
    char folder[PATH_MAX] = "";
    bool done = open_plain(home, &host, folder, sizeof folder, err) &&
                host_codes_parse(host, text, &json, err);
    char *kept;

    if (done) {
        kept = pool_copy(pool, json.data, json.len);
        if (kept == NULL) {
            done = err_set(err, ERR_MEMORY, "codes-memory", "not enough memory");
        } else {
            struct buf copy = buf_fixed(kept, json.len);

            copy.len = json.len;
            done = read_items(&copy, pool, items, count, err);
        }
    }
    buf_free(&json);
    host_close(host);
    return done;
}

/* ---- which policies --------------------------------------------------------- */

static bool set_names(yyjson_val *set, const struct codes *codes,
                      const struct code_entry *entry, day_t day)
{
    struct pool pool;
    struct codeset_item *items;
    struct codeset *compiled = NULL;
    struct err err;
    char text[CODE_SHOWN];
    size_t count = 0;
    struct buf json = BUF_INIT;
    char *written = yyjson_val_write(yyjson_obj_get(set, "items"), 0, NULL);
    bool named = false;

    pool_init(&pool);
    code_show(entry->system, entry->key, text);
    if (written != NULL) {
        json = buf_fixed(written, strlen(written));
        json.len = strlen(written);
        if (read_items(&json, &pool, &items, &count, &err))
            compiled = codeset_compile(&pool, codes, items, count, &err);
    }
    if (compiled != NULL)
        named = codeset_has(compiled, str_of(codes_system_name(codes, entry->system)),
                            str_of(text), day);
    pool_free(&pool);
    free(written);
    return named;
}

static bool policy_names(const struct buf *tree, const struct codes *codes,
                         const struct code_entry *entry, day_t day)
{
    yyjson_doc *doc = yyjson_read(tree->data, tree->len, YYJSON_READ_NOFLAG);
    yyjson_val *sets = yyjson_obj_get(yyjson_doc_get_root(doc), "sets"), *set;
    bool named = false;
    size_t i, count;

    yyjson_arr_foreach(sets, i, count, set)
        named = named || set_names(set, codes, entry, day);
    yyjson_doc_free(doc);
    return named;
}

void codes_policies(const char *home, const char *policies, const struct codes *codes,
                    const struct code_entry *entry, day_t day, struct buf *out)
{
    struct buf list = BUF_INIT, tree = BUF_INIT;
    char folder[PATH_MAX] = "", policies_folder[PATH_MAX];
    struct host_options options = {.home = folder, .policies_dir = policies_folder,
                                   .workers = 1, .landlock = open_landlock()};
    struct host *host = NULL;
    yyjson_doc *doc = NULL;
    yyjson_val *policy;
    const char *last = "";
    struct err err;
    size_t i, count;

    /* Without a home folder the starter table answers; that is well. */
    if (!home_find(home, false, folder, sizeof folder, &err) && access(folder, F_OK) == 0)
        return;
    if (!policies_find(policies, policies_folder, sizeof policies_folder, &err) ||
        !host_open(&options, &host, &err))
        return;
    if (host_policy_list(host, &list, &err))
        doc = yyjson_read(list.data, list.len, YYJSON_READ_NOFLAG);
    yyjson_arr_foreach(yyjson_obj_get(yyjson_doc_get_root(doc), "policies"), i, count, policy) {
        const char *id = yyjson_get_str(yyjson_obj_get(policy, "id"));

        if (id == NULL || strcmp(id, last) == 0) /* versions stand together */
            continue;
        last = id;
        buf_reset(&tree);
        if (!host_policy_tree(host, id, NULL, &tree, &err) ||
            !policy_names(&tree, codes, entry, day))
            continue;
        if (out->len > 0)
            buf_putc(out, ',');
        buf_put_json(out, id, strlen(id));
    }
    yyjson_doc_free(doc);
    buf_free(&list);
    buf_free(&tree);
    host_close(host);
}

/* ---- JSON ---------------------------------------------------------------------- */

static void put_member(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, ",\"%s\":", name);
    buf_put_json(out, text, strlen(text));
}

static void put_day(struct buf *out, const char *name, day_t day)
{
    char text[CIVIL_TEXT];

    if (day == DAY_MIN || day == DAY_MAX) {
        buf_printf(out, ",\"%s\":null", name);
        return;
    }
    civil_format(day, text);
    put_member(out, name, text);
}

void codes_put_entry(const struct codes *codes, const struct code_entry *entry, struct buf *out)
{
    char shown[CODE_SHOWN] = "", title[2048];
    const char *second, *region = code_region(entry, &second);

    code_show(entry->system, entry->key, shown);
    buf_puts(out, "{\"code\":");
    buf_put_json(out, shown, strlen(shown));
    put_member(out, "system", codes_system_name(codes, entry->system));
    put_member(out, "status", code_status_word(entry->status));
    if (entry->row != UINT32_MAX) {
        codes_title(codes, entry, title, sizeof title);
        put_member(out, "title", title);
        put_day(out, "from", entry->from);
        put_day(out, "to", entry->to);
        put_member(out, "table", entry->starter ? "starter" : "imported");
        put_member(out, "release", entry->release);
    }
    if (entry->successor != 0) {
        code_show(entry->system, entry->successor, shown);
        put_member(out, "successor", shown);
    }
    if (code_laterality(entry) != NULL)
        put_member(out, "side", code_laterality(entry));
    if (region != NULL)
        put_member(out, "region", region);
    if (region != NULL && second != NULL)
        put_member(out, "region_to", second);
}

void codes_put_error(const struct err *err, struct buf *out)
{
    buf_puts(out, "\"error\":{\"code\":");
    buf_put_json(out, err->code, strlen(err->code));
    put_member(out, "message", err->text);
    put_member(out, "help", err->help);
    buf_putc(out, '}');
}
