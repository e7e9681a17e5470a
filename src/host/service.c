/*
 * service.c - what a worker does with a request.
 *
 * Memory is mapped once, before the worker is locked: a region for the request
 * under way, which is zeroed after it, and one for loaded policies, which is
 * emptied as a whole when it is full. After that nothing here calls malloc().
 */
#include "host/service.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/build_id.h"
#include "base/embedded.h"
#include "base/json.h"
#include "codes/codes.h"
#include "host/limits.h"
#include "host/parts.h"
#include "host/registry.h"
#include "host/shelf.h"
#include "judge/answer.h"
#include "judge/case_lines.h"
#include "judge/casefile.h"
#include "judge/judge.h"
#include "lua/lua_functions.h"
#include "lua/lua_policy.h"

#define REQUEST_BYTES ((size_t)256 << 20)
#define RESULT_BYTES ((size_t)8 << 20)

struct service {
    struct service_options options;
    struct lua_box *box;
    struct lua_image *prelude; /* the box with the prelude and no policy */
    struct codes *codes;
    struct pool request;       /* reset after each request */
    struct shelf shelf;        /* loaded policies, and the registry */
    char *result;              /* what comes out of the box */
};

/* ---- getting ready -------------------------------------------------------- */

static void *map_region(size_t size, struct err *err)
{
    void *region = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (region == MAP_FAILED) {
        err_errno(err, ERR_MEMORY, "E-MEMORY", "memory for a worker");
        return NULL;
    }
    return region;
}

bool service_open(const struct service_options *options, struct service **service,
                  struct err *err)
{
    struct service *made = map_region(sizeof *made, err);

    if (made == NULL)
        return false;
    made->options = *options;
    *service = made;
    return true;
}

static bool open_codes(struct service *service, struct err *err)
{
    const struct service_options *options = &service->options;

    if (options->starter == NULL)
        return codes_open(options->codes_path, &service->codes, err);
    return codes_open_images(options->starter, options->starter_len, options->home,
                             options->home_len, &service->codes, err);
}

bool service_zygote_setup(void *context, struct err *err)
{
    struct service *service = *(struct service **)context;
    struct lua_box_options box = {.prelude = embedded_prelude};
    void *request = map_region(REQUEST_BYTES, err);

    service->result = map_region(RESULT_BYTES, err);
    if (request == NULL || service->result == NULL || !shelf_open(&service->shelf, err))
        return false;
    pool_over(&service->request, request, REQUEST_BYTES);
    return open_codes(service, err) && lua_box_open(&service->box, &box, err) &&
           lua_policy_boot(service->box, service->options.prelude, err) &&
           lua_box_save(service->box, &service->prelude, err);
}

bool service_worker_setup(void *context, struct err *err)
{
    struct service *service = *(struct service **)context;

    return lua_box_after_fork(service->box, err);
}

/* ---- loading -------------------------------------------------------------- */

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
        sources[(*count)++].text = json_member(item, "text");
    }
    return sources;
}

/* Cuts a bundle into what the box is given; it lies in the request's pool. */
static bool read_bundle(struct service *service, struct str bundle, struct lua_load *load,
                        struct err *err)
{
    yyjson_val *root = yyjson_doc_get_root(json_read(&service->request, bundle.at, bundle.len));

    load->files = read_sources(service, yyjson_obj_get(root, "files"), &load->file_count);
    load->modules = read_sources(service, yyjson_obj_get(root, "modules"), &load->module_count);
    load->entry = json_member(root, "entry");
    if (load->files == NULL || load->modules == NULL || load->file_count == 0)
        return err_set(err, ERR_WORKER, "E-WORKER", "a bundle without files was sent");
    return true;
}

/* Runs a bundle in the box; its tree, errors or wants end up in *result. */
static bool run_bundle(struct service *service, const struct lua_load *load,
                       struct buf *result, enum lua_loaded *loaded, struct err *err)
{
    lua_box_restore(service->box, service->prelude);
    return lua_policy_load(service->box, load, result, loaded, err);
}

/* Gives a policy with functions the interpreter in which they are called. */
static bool keep_functions(struct service *service, const struct lua_load *load,
                           struct shelf_policy *kept, struct err *err)
{
    if (kept->policy->function_count == 0)
        return true;
    return lua_functions_load(service->box, load, kept->policy, err) &&
           lua_box_save(service->box, &kept->image, err);
}

/* What the policy asks for, and after it what the operator grants. */
static void set_limits(struct service *service, const struct lua_load *load,
                       const struct buf *tree, struct shelf_policy *kept)
{
    struct limits limits =
        limits_of(yyjson_doc_get_root(json_read(&service->request, tree->data, tree->len)),
                  yyjson_doc_get_root(
                      json_read(&service->request, load->entry.at, load->entry.len)));

    kept->limits.subject = kept->policy->file.at;
    kept->limits.time_us = (uint64_t)limits.time_ms * 1000;
    kept->limits.memory = (size_t)limits.memory_mib << 20;
}

/* Keeps a tree that has just come out of the box. */
static struct shelf_policy *keep_policy(struct service *service, struct str key,
                                        const struct lua_load *load, const struct buf *tree,
                                        struct err *err)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        struct shelf_policy *kept = shelf_add(&service->shelf, key);

        err->kind = ERR_MEMORY;
        if (kept != NULL)
            kept->policy = policy_read(tree->data, tree->len, &service->shelf.pool,
                                       &service->request, service->codes, err);
        if (kept != NULL && kept->policy != NULL && keep_functions(service, load, kept, err)) {
            set_limits(service, load, tree, kept);
            return kept;
        }
        if (kept != NULL && err->kind == ERR_POLICY)
            return shelf_drop(&service->shelf, kept);
        shelf_empty(&service->shelf); /* full: begin anew with this one */
    }
    err_set(err, ERR_LIMIT, "E-LIMIT-MEMORY", "the policy needs more memory than a worker has");
    return NULL;
}

/* Finds a policy by key or loads it. NULL: err, or *loaded says what it wants
 * and result holds it. */
static struct shelf_policy *get_policy(struct service *service, struct str key,
                                       struct str bundle, struct buf *result,
                                       enum lua_loaded *loaded, struct err *err)
{
    struct shelf_policy *kept = shelf_find(&service->shelf, key);
    struct lua_load load;

    *loaded = LUA_LOADED;
    if (kept != NULL)
        return kept;
    if (!read_bundle(service, bundle, &load, err) ||
        !run_bundle(service, &load, result, loaded, err) || *loaded != LUA_LOADED)
        return NULL;
    return keep_policy(service, key, &load, result, err);
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

static bool handle_load(struct service *service, struct str payload, struct buf *out,
                        struct err *err)
{
    struct buf result = buf_fixed(service->result, RESULT_BYTES);
    struct str parts[2]; /* key, bundle */
    struct lua_load load;
    enum lua_loaded loaded = LUA_REJECTED;
    struct shelf_policy *kept = NULL;
    size_t start;

    if (!parts_all(payload, parts, 2))
        return err_set(err, ERR_WORKER, "E-WORKER", "a request that cannot be read");
    if (!read_bundle(service, parts[1], &load, err) ||
        !run_bundle(service, &load, &result, &loaded, err))
        return false;
    if (loaded == LUA_LOADED && shelf_find(&service->shelf, parts[0]) == NULL)
        kept = keep_policy(service, parts[0], &load, &result, err);
    else if (loaded == LUA_LOADED)
        kept = shelf_find(&service->shelf, parts[0]);
    if (loaded == LUA_LOADED && kept == NULL)
        return false;
    parts_puts(out, word_for(loaded));
    parts_put(out, result.data, result.len);
    start = parts_begin(out);
    if (kept != NULL)
        put_warnings(service, &result, kept->policy, out);
    parts_end(out, start);
    return true;
}

static bool handle_registry(struct service *service, struct str payload, struct buf *out,
                            struct err *err)
{
    struct buf result = buf_fixed(service->result, RESULT_BYTES);
    struct str parts[2]; /* file, text */
    struct lua_source source;
    enum lua_loaded loaded;

    if (!parts_all(payload, parts, 2))
        return err_set(err, ERR_WORKER, "E-WORKER", "a request that cannot be read");
    source.name = parts[0];
    source.text = parts[1];
    lua_box_restore(service->box, service->prelude);
    if (!lua_registry_load(service->box, &source, &result, &loaded, err))
        return false;
    parts_puts(out, loaded == LUA_LOADED ? SERVICE_ANSWER : SERVICE_ERRORS);
    parts_put(out, result.data, result.len);
    return true;
}

static bool handle_codes(struct service *service, struct str payload, struct buf *out,
                         struct err *err)
{
    struct buf result = buf_fixed(service->result, RESULT_BYTES);

    lua_box_restore(service->box, service->prelude);
    if (!lua_codes_parse(service->box, payload, &result, err))
        return false;
    parts_puts(out, SERVICE_ANSWER);
    parts_put(out, result.data, result.len);
    return true;
}

/* ---- one case ------------------------------------------------------------- */

enum {
    PART_SHA,
    PART_AS_OF,
    PART_POLICY,
    PART_FORCED,
    PART_REGISTRY,
    PART_FAILURE,
    PART_CASE,
    PART_COUNT
};

struct review {
    struct service *service;
    struct str parts[PART_COUNT];
    struct str attached; /* word, content, word, content ... */
    struct casefile file;
    struct registry *registry;
    struct shelf_policy *chosen;
    int entry;        /* of the registry; -1: none */
    bool other_day;   /* a policy would serve, on another day */
    const char *need; /* the caller must attach it */
    char need_text[24];
};

/* The content attached under a word, or absent. */
static struct str attachment(const struct review *review, struct str word)
{
    struct str rest = review->attached, name, content;

    while (parts_next(&rest, &name) && parts_next(&rest, &content))
        if (str_equal(name, word))
            return content;
    return str_of(NULL);
}

static void put_problem(struct buf *out, const struct case_problem *problem)
{
    buf_puts(out, "{\"code\":");
    buf_put_json(out, problem->code, strlen(problem->code));
    buf_printf(out, ",\"column\":%zu,\"help\":", problem->column);
    buf_put_json(out, problem->help, strlen(problem->help));
    buf_printf(out, ",\"line\":%zu,\"pointer\":", problem->line);
    buf_put_json(out, problem->pointer, strlen(problem->pointer));
    buf_puts(out, ",\"text\":");
    buf_put_json(out, problem->text, strlen(problem->text));
    buf_putc(out, '}');
}

static void put_problems(struct buf *out, const struct case_problems *problems,
                         const struct err *err)
{
    size_t start;

    parts_puts(out, SERVICE_PROBLEMS);
    start = parts_begin(out);
    buf_printf(out, "{\"more\":%zu,\"problems\":[", problems->count - problems->kept);
    for (size_t i = 0; i < problems->kept; i++) {
        if (i > 0)
            buf_putc(out, ',');
        put_problem(out, &problems->items[i]);
    }
    buf_puts(out, "]}");
    parts_end(out, start);
    parts_puts(out, err->code);
    parts_puts(out, err->text);
    parts_puts(out, err->help);
}

static bool read_review(struct review *review, struct str payload, struct err *err)
{
    for (size_t i = 0; i < PART_COUNT; i++)
        if (!parts_next(&payload, &review->parts[i]))
            return err_set(err, ERR_WORKER, "E-WORKER", "a request that cannot be read");
    review->attached = payload;
    review->entry = -1;
    return true;
}

static struct registry_question question_of(const struct review *review)
{
    yyjson_val *coverage = review->file.coverage;
    struct registry_question question = {
        .payor = case_text(yyjson_obj_get(coverage, "payor")),
        .plan = case_text(yyjson_obj_get(coverage, "plan")),
        .state = case_text(yyjson_obj_get(coverage, "state")),
        .line_of_business = case_text(yyjson_obj_get(coverage, "lineOfBusiness")),
        .on = eval_service_day(&review->file).first,
    };

    if (review->parts[PART_POLICY].len > 0)
        question.policy = review->parts[PART_POLICY];
    return question;
}

/* True if the policy was in force on the day by which it goes, and covers a
 * line of the request. */
static bool serves(const struct review *review, const struct policy *policy, bool *other_day)
{
    size_t count = 0;
    struct case_line *lines =
        case_lines(&review->file, &review->service->request, &count);
    day_t service = eval_service_day(&review->file).first;
    day_t on = policy->selects_by_request ? review->file.as_of.first : service;
    bool covered = false;

    for (size_t i = 0; lines != NULL && i < count; i++)
        covered |= codeset_has(policy->covers, lines[i].system, lines[i].code, service);
    if (!covered)
        return false;
    if (on >= policy->from && (!policy->has_to || on <= policy->to))
        return true;
    *other_day = true;
    return false;
}

/* The first of the errors of a policy that does not load, as one. */
static bool load_error(struct service *service, const struct buf *errors, struct err *err)
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

/* The policy of an entry, loaded; NULL with review->need set, or with err. */
static struct shelf_policy *entry_policy(struct review *review, size_t entry, struct err *err)
{
    struct service *service = review->service;
    struct buf result = buf_fixed(service->result, RESULT_BYTES);
    struct shelf_policy *kept = shelf_of_entry(&service->shelf, (int)entry);
    enum lua_loaded loaded;
    struct str key, bundle, attached;
    char word[24];

    if (kept != NULL)
        return kept;
    snprintf(word, sizeof word, "%zu", entry);
    attached = attachment(review, str_of(word));
    if (attached.at == NULL || !parts_next(&attached, &key) || !parts_next(&attached, &bundle)) {
        snprintf(review->need_text, sizeof review->need_text, "%zu", entry);
        review->need = review->need_text;
        return NULL;
    }
    kept = get_policy(service, key, bundle, &result, &loaded, err);
    if (kept != NULL)
        kept->entry = (int)entry;
    else if (loaded != LUA_LOADED)
        load_error(service, &result, err);
    return kept;
}

static bool choose_by_registry(struct review *review, struct err *err)
{
    struct registry_question question = question_of(review);
    struct registry *registry = review->registry;

    /* Entries for other payers do not matter, unless nobody said which payer. */
    for (size_t i = 0; i < registry->count && review->chosen == NULL; i++) {
        enum registry_fit fit = registry_fits(registry, &registry->entries[i], &question);
        struct shelf_policy *kept;

        if (fit == REGISTRY_NO)
            continue;
        kept = entry_policy(review, i, err);
        if (kept == NULL)
            return review->need != NULL;
        if (fit == REGISTRY_OTHER_DAY) {
            bool unused = false;

            review->other_day |= serves(review, kept->policy, &unused) || unused;
            continue;
        }
        if (serves(review, kept->policy, &review->other_day)) {
            review->chosen = kept;
            review->entry = (int)i;
        }
    }
    return true;
}

static bool choose_forced(struct review *review, struct err *err)
{
    struct service *service = review->service;
    struct buf result = buf_fixed(service->result, RESULT_BYTES);
    struct str bundle = attachment(review, str_of("forced"));
    enum lua_loaded loaded = LUA_LOADED;

    review->chosen = shelf_find(&service->shelf, review->parts[PART_FORCED]);
    if (review->chosen == NULL && bundle.at == NULL) {
        review->need = "forced";
        return true;
    }
    if (review->chosen == NULL)
        review->chosen =
            get_policy(service, review->parts[PART_FORCED], bundle, &result, &loaded, err);
    if (loaded != LUA_LOADED)
        return load_error(service, &result, err);
    return review->chosen != NULL;
}

static bool find_registry(struct review *review, struct err *err)
{
    struct service *service = review->service;
    struct str json;

    review->registry = shelf_registry(&service->shelf, review->parts[PART_REGISTRY]);
    if (review->registry != NULL)
        return true;
    json = attachment(review, str_of("registry"));
    if (json.at == NULL) {
        review->need = "registry";
        return true;
    }
    review->registry =
        shelf_set_registry(&service->shelf, review->parts[PART_REGISTRY], json, err);
    return review->registry != NULL;
}

/* Chooses the policy; review->need is set if something has to be attached. */
static bool choose(struct review *review, struct err *err)
{
    if (review->parts[PART_FORCED].len > 0) {
        if (!choose_forced(review, err))
            return false;
        if (review->need != NULL)
            return true;
        if (!serves(review, review->chosen->policy, &review->other_day) && review->other_day)
            review->chosen = NULL;
        return true;
    }
    if (!find_registry(review, err))
        return false;
    return review->need != NULL || choose_by_registry(review, err);
}

struct function_context {
    struct service *service;
    struct shelf_policy *kept;
    bool restored;
};

static bool call_function(void *context, struct eval *eval, size_t index,
                          struct function_word *word, struct err *err)
{
    struct function_context *functions = context;
    struct lua_box *box = functions->service->box;

    if (!functions->restored) {
        lua_box_restore(box, functions->kept->image);
        lua_box_begin(box, &functions->kept->limits);
        functions->restored = true;
    }
    return lua_functions_call(box, eval, index, word, err);
}

static bool judge(struct review *review, struct judgement *judgement, struct err *err)
{
    struct service *service = review->service;
    struct function_context functions = {service, review->chosen, false};
    struct eval eval;
    bool judged;

    if (review->chosen == NULL)
        return judge_unserved(&review->file, &service->request,
                              review->other_day ? "policy_version_unknown" : "no_policy", NULL,
                              judgement) ||
               err_set(err, ERR_LIMIT, "E-LIMIT-MEMORY", "the case needs too much memory");
    if (!eval_init(&eval, review->chosen->policy, &review->file, service->codes,
                   &service->request, err))
        return false;
    eval.call = call_function;
    eval.call_context = &functions;
    judged = judge_run(&eval, judgement);
    if (functions.restored) {
        lua_box_end(service->box);
        lua_box_restore(service->box, service->prelude);
    }
    return judged || err_set(err, ERR_LIMIT, "E-LIMIT-MEMORY", "the case needs too much memory");
}

/* A policy that could not run: the host says why ("L+CODE\ntext": L for a limit,
 * P for the policy's own fault), nothing is judged. */
static bool judge_failed(struct review *review, struct judgement *judgement, struct err *err)
{
    struct str failure = review->parts[PART_FAILURE];
    const char *cut = memchr(failure.at, '\n', failure.len);
    size_t code_len = cut == NULL ? failure.len : (size_t)(cut - failure.at);
    struct err why = {.kind = failure.at[0] == 'L' ? ERR_LIMIT : ERR_POLICY};

    if (code_len > 2)
        snprintf(why.code, sizeof why.code, "%.*s", (int)(code_len - 2), failure.at + 2);
    if (cut != NULL)
        snprintf(why.text, sizeof why.text, "%.*s", (int)(failure.len - code_len - 1), cut + 1);
    if (!judge_unserved(&review->file, &review->service->request,
                        why.kind == ERR_LIMIT ? "policy_limit" : "policy_error", &why,
                        judgement))
        return err_set(err, ERR_LIMIT, "E-LIMIT-MEMORY", "the case needs too much memory");
    judgement->policy = review->chosen == NULL ? NULL : review->chosen->policy;
    return true;
}

static void put_answer(struct review *review, const struct judgement *judgement,
                       struct buf *out)
{
    struct service *service = review->service;
    struct answer_frame frame = {.case_sha256 = review->parts[PART_SHA],
                                 .engine_build = str_of(rubric_build_id),
                                 .engine_level = SERVICE_LEVEL};
    char memory[2048];
    struct buf tables = buf_fixed(memory, sizeof memory);
    size_t start;

    codes_tables_json(service->codes, judgement->on.first,
                      1u << CODE_SYSTEM_ICD10CM | 1u << CODE_SYSTEM_CPT |
                          1u << CODE_SYSTEM_HCPCS,
                      &tables);
    frame.tables.at = tables.data;
    frame.tables.len = tables.len;
    if (review->chosen != NULL)
        frame.policy_sha256 = review->chosen->key;
    parts_puts(out, SERVICE_ANSWER);
    start = parts_begin(out);
    answer_write(out, &review->file, judgement, &frame);
    parts_end(out, start);
}

static void put_which(struct review *review, struct buf *out)
{
    size_t start;
    const struct policy *policy = review->chosen == NULL ? NULL : review->chosen->policy;
    char day[CIVIL_TEXT];

    civil_format(eval_service_day(&review->file).first, day);
    parts_puts(out, SERVICE_ANSWER);
    start = parts_begin(out);
    buf_puts(out, "{\"case\":");
    buf_put_json(out, review->file.id.at, review->file.id.len);
    buf_printf(out, ",\"date_of_service\":\"%s\",\"entry\":", day);
    if (review->entry < 0)
        buf_puts(out, "null");
    else
        buf_printf(out, "%d", review->entry + 1);
    buf_puts(out, ",\"policy\":");
    if (policy == NULL)
        buf_puts(out, "null");
    else
        buf_put_json(out, policy->id.at, policy->id.len);
    buf_puts(out, ",\"selected_by\":");
    buf_puts(out, policy == NULL                ? "null"
                  : policy->selects_by_request ? "\"request date\""
                                               : "\"date of service\"");
    buf_puts(out, ",\"version\":");
    if (policy == NULL)
        buf_puts(out, "null");
    else
        buf_put_json(out, policy->version.at, policy->version.len);
    buf_puts(out, ",\"why\":");
    buf_puts(out, policy != NULL ? "\"the first entry that serves this payer, plan, state and "
                                   "day and covers a line\""
                  : review->other_day
                      ? "\"a policy covers this request, but not on this day\""
                      : "\"no entry serves this payer and covers a line\"");
    buf_putc(out, '}');
    parts_end(out, start);
}

static bool set_as_of(struct review *review, struct err *err)
{
    struct str as_of = review->parts[PART_AS_OF];
    struct day_span day;

    if (as_of.len == 0)
        return true;
    if (!civil_parse(as_of.at, as_of.len, &day))
        return err_set(err, ERR_USAGE, "E-DATE", "the day of the request is not a date");
    review->file.as_of = day;
    return true;
}

static bool finish_review(struct review *review, uint16_t kind, struct buf *out,
                          struct err *err)
{
    struct str failure = review->parts[PART_FAILURE];
    struct judgement judgement;

    if (!set_as_of(review, err))
        return false;
    if (failure.len < 2) {
        if (!choose(review, err))
            return false;
    } else if (failure.at[1] == '+' && !choose(review, err)) {
        review->chosen = NULL; /* it does not load either: then without its name */
        review->need = NULL;
    }
    if (review->need != NULL) {
        parts_puts(out, SERVICE_NEED);
        parts_puts(out, review->need);
        return true;
    }
    if (kind == SERVICE_WHICH) {
        put_which(review, out);
        return true;
    }
    if (failure.len >= 2 ? !judge_failed(review, &judgement, err)
                         : !judge(review, &judgement, err))
        return false;
    put_answer(review, &judgement, out);
    return true;
}

static bool handle_review(struct service *service, uint16_t kind, struct str payload,
                          struct buf *out, struct err *err)
{
    struct review review = {.service = service};
    struct case_problems problems = {NULL, 0, 0, NULL};

    if (!read_review(&review, payload, err))
        return false;
    if (!casefile_parse(&review.file, review.parts[PART_CASE].at, review.parts[PART_CASE].len,
                        &service->request, NULL, &problems, err)) {
        if (err->kind != ERR_INPUT)
            return false;
        put_problems(out, &problems, err);
        return true;
    }
    return finish_review(&review, kind, out, err);
}

bool service_handle(void *context, uint16_t kind, const char *payload, size_t len,
                    struct buf *out, struct err *err)
{
    struct service *service = *(struct service **)context;
    struct str bytes = {payload, len};
    bool ok;

    switch (kind) {
    case SERVICE_REVIEW:
    case SERVICE_WHICH:
        ok = handle_review(service, kind, bytes, out, err);
        break;
    case SERVICE_LOAD:
        ok = handle_load(service, bytes, out, err);
        break;
    case SERVICE_REGISTRY:
        ok = handle_registry(service, bytes, out, err);
        break;
    case SERVICE_CODES:
        ok = handle_codes(service, bytes, out, err);
        break;
    default:
        ok = err_set(err, ERR_WORKER, "E-WORKER", "a request of an unknown kind");
        break;
    }
    pool_reset_mapped(&service->request);
    if (!lua_box_sound(service->box))
        return err_set(err, ERR_WORKER, "E-WORKER", "the interpreter's memory is damaged");
    return ok;
}
