/*
 * service_load.c - a worker loads a policy: from its bundle to a tree on the shelf.
 */
#include <string.h>

#include "base/json.h"
#include "host/limits.h"
#include "host/parts.h"
#include "host/service_inside.h"
#include "lua/lua_functions.h"

static struct lua_source *read_sources(struct service *service, yyjson_val *array, size_t *count)
{
    struct lua_source *sources =
        pool_array(&service->request, yyjson_arr_size(array), sizeof *sources);
    yyjson_arr_iter iter;
    yyjson_val *item;

    *count = 0;
    yyjson_arr_iter_init(array, &iter);
    while (sources != NULL && (item = yyjson_arr_iter_next(&iter)) != NULL) {
        sources[*count].name = json_member(item, "name");
        sources[*count].vouched = false;
        sources[(*count)++].text = json_member(item, "text");
    }
    return sources;
}

/* What the operator's entry says of loading: how long it may take, and which
 * modules he vouches for. */
static void read_entry(struct service *service, struct lua_load *load, struct lua_source *modules)
{
    struct str entry = load->entry;
    yyjson_val *json =
        entry.len == 0 ? NULL
                       : yyjson_doc_get_root(json_read(&service->request, entry.at, entry.len));
    yyjson_val *vouched = yyjson_obj_get(json, "vouched");
    size_t i, count;
    yyjson_val *name;

    load->time_us = (uint64_t)limits_of(NULL, json).load_ms * 1000;
    yyjson_arr_foreach(vouched, i, count, name)
        for (size_t k = 0; k < load->module_count; k++)
            modules[k].vouched |=
                yyjson_is_str(name) && str_is(modules[k].name, yyjson_get_str(name));
}

/* Cuts a bundle into what the box is given; it lies in the request's pool. */
static bool read_bundle(struct service *service, struct str bundle, struct lua_load *load,
                        struct err *err)
{
    yyjson_val *root = yyjson_doc_get_root(json_read(&service->request, bundle.at, bundle.len));

    struct lua_source *modules =
        read_sources(service, yyjson_obj_get(root, "modules"), &load->module_count);

    load->files = read_sources(service, yyjson_obj_get(root, "files"), &load->file_count);
    load->modules = modules;
    load->entry = json_member(root, "entry");
    if (load->files == NULL || modules == NULL || load->file_count == 0)
        return err_set(err, ERR_WORKER, "E-WORKER", "a bundle without files was sent");
    read_entry(service, load, modules);
    return true;
}

/* Runs a bundle in the box; its tree, errors or wants end up in *result. */
static bool run_bundle(struct service *service, const struct lua_load *load,
                       struct buf *result, enum lua_loaded *loaded, struct err *err)
{
    return service_box(service, err) &&
           lua_policy_load(service->box, load, result, loaded, err);
}

/* What the policy asks for, and after it what the operator grants. */
static void set_limits(struct service *service, const struct lua_load *load, struct str tree,
                       struct shelf_policy *kept)
{
    struct limits limits =
        limits_of(yyjson_doc_get_root(json_read(&service->request, tree.at, tree.len)),
                  yyjson_doc_get_root(
                      json_read(&service->request, load->entry.at, load->entry.len)));

    kept->limits.subject = kept->policy->file.at;
    kept->limits.time_us = (uint64_t)limits.time_ms * 1000;
    kept->limits.memory = (size_t)limits.memory_mib << 20;
    kept->limits.trace = (size_t)limits.trace_kib << 10;
    kept->result_max = (size_t)limits.result_kib << 10;
}

/* Gives a policy with functions the interpreter in which they are called, and
 * the limits that count there. */
static bool keep_functions(struct service *service, struct str bundle, struct str tree,
                           struct shelf_policy *kept, struct err *err)
{
    struct lua_load load;

    if (kept->policy->function_count == 0)
        return true;
    if (!read_bundle(service, bundle, &load, err) ||
        !lua_functions_load(service->box, &load, kept->policy, err) ||
        !lua_box_save(service->box, &kept->image, err))
        return false;
    set_limits(service, &load, tree, kept);
    return true;
}

/* Keeps a tree that came out of a box. */
static struct shelf_policy *keep_policy(struct service *service, struct str key,
                                        struct str bundle, struct str tree, struct err *err)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        struct shelf_policy *kept = shelf_add(&service->shelf, key);

        err->kind = ERR_MEMORY;
        if (kept != NULL)
            kept->policy = policy_read(tree.at, tree.len, &service->shelf.pool,
                                       &service->request, service->codes, err);
        if (kept != NULL && kept->policy != NULL &&
            service_clocks(service, bundle, &kept->clocks, err) &&
            keep_functions(service, bundle, tree, kept, err))
            return kept;
        if (kept != NULL && (err->kind == ERR_POLICY || err->kind == ERR_LIMIT))
            return shelf_drop(&service->shelf, kept);
        shelf_empty(&service->shelf); /* full: begin anew with this one */
    }
    err_set(err, ERR_LIMIT, "E-LIMIT-MEMORY", "the policy needs more memory than a worker has");
    return NULL;
}

static bool load_bundle(struct service *service, struct str bundle, struct buf *result,
                        enum lua_loaded *loaded, struct err *err)
{
    struct lua_load load;

    return read_bundle(service, bundle, &load, err) &&
           run_bundle(service, &load, result, loaded, err);
}

struct shelf_policy *service_policy(struct service *service, struct str attached,
                                    struct buf *result, enum lua_loaded *loaded,
                                    struct err *err)
{
    struct str parts[3]; /* key, bundle, tree */
    struct shelf_policy *kept;

    *loaded = LUA_LOADED;
    if (!parts_all(attached, parts, 3)) {
        err_set(err, ERR_WORKER, "E-WORKER", "a request that cannot be read");
        return NULL;
    }
    kept = shelf_find(&service->shelf, parts[0]);
    if (kept != NULL)
        return kept;
    if (parts[2].len == 0) {
        if (!load_bundle(service, parts[1], result, loaded, err) || *loaded != LUA_LOADED)
            return NULL;
        parts[2] = (struct str){result->data, result->len};
    }
    return keep_policy(service, parts[0], parts[1], parts[2], err);
}

static const char *word_for(enum lua_loaded loaded)
{
    switch (loaded) {
    case LUA_LOADED:
        return SERVICE_TREE;
    case LUA_REJECTED:
        return SERVICE_ERRORS;
    case LUA_NEEDS_BASE:
        return SERVICE_BASE;
    case LUA_NEEDS_MODULE:
        return SERVICE_MODULE;
    }
    return SERVICE_ERRORS;
}

/* What `rubric check` says of the codes of a policy's own sets. */
struct complaints {
    struct buf *out;
    size_t count;
    uint64_t line; /* of the code in the policy's text; 0: not known */
};

static void complain(void *context, size_t item, const struct err *err)
{
    struct complaints *complaints = context;

    (void)item;
    buf_puts(complaints->out, complaints->count++ == 0 ? "{\"code\":" : ",{\"code\":");
    buf_put_json(complaints->out, err->code, strlen(err->code));
    buf_puts(complaints->out, ",\"help\":");
    buf_put_json(complaints->out, err->help, strlen(err->help));
    buf_puts(complaints->out, ",\"line\":");
    buf_put_int(complaints->out, (int64_t)complaints->line);
    buf_puts(complaints->out, ",\"text\":");
    buf_put_json(complaints->out, err->text, strlen(err->text));
    buf_putc(complaints->out, '}');
}

static struct codeset_item set_item(yyjson_val *json)
{
    static const char *const ops[] = {"code", "tree", "range", "named"};
    struct codeset_item item = {.system = json_member(json, "system"),
                                .from = json_member(json, "from"),
                                .to = json_member(json, "to")};

    for (unsigned op = 0; op < 4; op++)
        if (str_is(json_member(json, "op"), ops[op]))
            item.op = (enum codeset_op)op;
    return item;
}

/* Checks one item on the policy's first day, then wherever a release begins
 * while the policy is in force; one complaint is enough. */
static void check_item(struct service *service, const struct policy *policy,
                       const struct codeset_item *item, struct complaints *complaints)
{
    size_t before = complaints->count;
    day_t last = policy->has_to ? policy->to : DAY_MAX - 1;

    for (day_t day = policy->from; day <= last && complaints->count == before;
         day = codes_next_release(service->codes, day))
        codeset_check(service->codes, item, 1, day, complain, complaints);
    if (policy->has_to && complaints->count == before)
        codeset_check(service->codes, item, 1, last, complain, complaints);
    /* A code may end on a day of its own. */
    if (complaints->count == before && item->op == CODESET_CODE) {
        struct code_entry entry;

        codes_status(service->codes, item->system, item->from, policy->from, &entry);
        if (entry.status == CODE_BILLABLE && entry.to < last)
            codeset_check(service->codes, item, 1, entry.to + 1, complain, complaints);
    }
}

static void check_set(struct service *service, const struct policy *policy, yyjson_val *set,
                      struct complaints *complaints)
{
    yyjson_val *items = yyjson_obj_get(set, "items"), *lines = yyjson_obj_get(set, "lines");
    bool each = yyjson_arr_size(lines) == yyjson_arr_size(items);
    size_t i, count;
    yyjson_val *json;

    yyjson_arr_foreach(items, i, count, json) {
        struct codeset_item item = set_item(json);

        complaints->line = yyjson_get_uint(yyjson_arr_get(lines, each ? i : 0));
        check_item(service, policy, &item, complaints);
    }
}

/* The sets that the policy wrote itself carry its file; others are ours. */
static void put_warnings(struct service *service, const struct buf *tree,
                         const struct policy *policy, struct buf *out)
{
    yyjson_val *root = yyjson_doc_get_root(json_read(&service->request, tree->data, tree->len));
    struct complaints complaints = {.out = out};
    size_t i, count;
    yyjson_val *set;

    buf_putc(out, '[');
    yyjson_arr_foreach(yyjson_obj_get(root, "sets"), i, count, set)
        if (yyjson_is_str(yyjson_obj_get(set, "file")))
            check_set(service, policy, set, &complaints);
    buf_putc(out, ']');
}

bool service_load(struct service *service, unsigned kind, struct str payload, struct buf *out,
                  struct err *err)
{
    struct buf result = buf_fixed(service->result, RESULT_BYTES);
    struct str parts[2]; /* key, bundle */
    enum lua_loaded loaded = LUA_REJECTED;
    struct shelf_policy *kept = NULL;
    size_t start;

    if (!parts_all(payload, parts, 2))
        return err_set(err, ERR_WORKER, "E-WORKER", "a request that cannot be read");
    if (!load_bundle(service, parts[1], &result, &loaded, err))
        return false;
    if (loaded == LUA_LOADED && shelf_find(&service->shelf, parts[0]) == NULL)
        kept = keep_policy(service, parts[0], parts[1], (struct str){result.data, result.len},
                           err);
    else if (loaded == LUA_LOADED)
        kept = shelf_find(&service->shelf, parts[0]);
    if (loaded == LUA_LOADED && kept == NULL)
        return false;
    parts_puts(out, word_for(loaded));
    parts_put(out, result.data, result.len);
    if (kind == SERVICE_CHECK && kept != NULL) {
        start = parts_begin(out);
        put_warnings(service, &result, kept->policy, out);
        parts_end(out, start);
    }
    return true;
}

bool service_load_error(struct service *service, const struct buf *errors, struct err *err)
{
    yyjson_val *first = yyjson_arr_get_first(
        yyjson_doc_get_root(json_read(&service->request, errors->data, errors->len)));
    struct str file = json_member(first, "file"), text = json_member(first, "text");

    if (text.at == NULL)
        return err_set(err, ERR_POLICY, "E-POLICY", "the policy does not load");
    return err_set(err, ERR_POLICY, "E-POLICY", "the policy does not load: %.*s:%d: %.*s",
                   (int)file.len, file.at == NULL ? "" : file.at,
                   yyjson_get_int(yyjson_obj_get(first, "line")), (int)text.len, text.at);
}
