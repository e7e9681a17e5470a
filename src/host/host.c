/*
 * host.c - opening the house; one case; policies without a case.
 */
#include "host/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/nearest.h"
#include "host/aside.h"
#include "host/inside.h"
#include "host/loaded.h"
#include "host/lockdown.h"
#include "host/logging.h"
#include "host/parts.h"

#define REGISTRY_MAX ((size_t)16 << 20)
#define CODES_MS 3000 /* the worker may have to begin with the prelude */
#define REGISTRY_MS 5000
#define REGISTRY_KIB_MS 64 /* and so much more for each KiB of it */

void host_free(struct host *host)
{
    crew_stop(host->crew);
    logging_close(host);
    codes_close(host->codes);
    for (size_t i = 0; host->registry != NULL && i < host->registry->count; i++)
        bundle_free(&host->bundles[i]);
    free(host->bundles);
    free(host->by_id);
    pool_free(&host->registry_pool);
    buf_free(&host->registry_json);
    buf_free(&host->aside);
    buf_free(&host->payload);
    buf_free(&host->reply);
    free(host);
}

bool host_start(struct host *host, struct err *err)
{
    struct service_options service = {.codes_path = host->codes_path};
    struct crew_options crew = {
        .worker = {.setup = service_worker_setup,
                   .handle = service_handle,
                   .context = &host->service,
                   .no_landlock = !host->options.landlock},
        .zygote_setup = service_zygote_setup,
        .workers = host->options.workers < 0 ? 0 : (unsigned)host->options.workers,
        .in_flight = host->options.many ? 64 : 16,
        .spin_us = host->options.many ? 0 : 50,
    };

    if (host->pinned != NULL) {
        service.prelude = host->pinned->files;
        service.starter = host->pinned->starter.data;
        service.starter_len = host->pinned->starter.len;
        service.home = host->pinned->home.len == 0 ? NULL : host->pinned->home.data;
        service.home_len = host->pinned->home.len;
    }
    return service_open(&service, &host->service, err) && crew_start(&host->crew, &crew, err);
}

struct host *host_new(const struct host_options *options, struct err *err)
{
    struct host *made = calloc(1, sizeof *made);
    struct limits limits;

    if (made == NULL) {
        err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a host");
        return NULL;
    }
    made->options = *options;
    limits = limits_of(NULL, NULL);
    made->review_ms = limits_deadline_ms(&limits);
    made->load_ms = limits_load_deadline_ms(&limits);
    pool_init(&made->registry_pool);
    snprintf(made->codes_path, sizeof made->codes_path, "%s/codes.db", options->home);
    return made;
}

bool host_open(const struct host_options *options, struct host **host, struct err *err)
{
    struct host *made = host_new(options, err);

    if (made == NULL)
        return false;
    if (!host_start(made, err) ||
        (options->audit && !logging_open(made, err))) {
        host_free(made);
        return false;
    }
    aside_ids(options->home, &made->aside);
    *host = made;
    return true;
}

bool host_without_landlock(const struct host *host)
{
    return !host->options.landlock && lockdown_landlock_abi() < 1;
}

void host_close(struct host *host)
{
    if (host != NULL)
        host_free(host);
}

bool host_ask(struct host *host, enum service_kind kind, const char *policy,
              const struct buf *payload, unsigned deadline_ms, struct str *word,
              struct str *rest, struct err *err)
{
    struct crew_request request = {.kind = (uint16_t)kind,
                                   .policy = policy,
                                   .payload = payload->data,
                                   .len = payload->len,
                                   .deadline_ms = deadline_ms};

    if (payload->failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a request");
    if (!crew_call(host->crew, &request, &host->reply, err))
        return false;
    rest->at = host->reply.data;
    rest->len = host->reply.len;
    if (!parts_next(rest, word))
        return err_set(err, ERR_WORKER, "E-WORKER", "a worker's answer cannot be read");
    return true;
}

/* True if an answer of that word will be the same next time. */
static bool lasts(struct str word)
{
    return str_is(word, SERVICE_ANSWER) || str_is(word, SERVICE_TREE) ||
           str_is(word, SERVICE_BASE) || str_is(word, SERVICE_MODULE);
}

bool host_kept(const struct host *host, const char *key, struct buf *answer)
{
    buf_reset(answer);
    if (host->pinned != NULL) /* nothing that is kept is of another prelude */
        return false;
    return loaded_find(host->options.home, key, answer) ||
           (host->options.shipped != NULL && loaded_find(host->options.shipped, key, answer));
}

bool host_ask_once(struct host *host, enum service_kind kind, const char *key,
                   const struct buf *payload, unsigned deadline_ms, struct str *word,
                   struct str *rest, struct err *err)
{
    if (host_kept(host, key, &host->reply)) {
        *rest = (struct str){host->reply.data, host->reply.len};
        if (parts_next(rest, word) && lasts(*word))
            return true;
    }
    if (!host_ask(host, kind, NULL, payload, deadline_ms, word, rest, err))
        return false;
    if (host->pinned == NULL && lasts(*word))
        loaded_keep(host->options.home, key, &host->reply);
    return true;
}

/* ---- the registry ----------------------------------------------------------- */

static bool read_registry(struct host *host, const char *path, struct err *err)
{
    struct buf text = BUF_INIT;
    struct str word, rest, json;
    char key[KEY_TEXT];
    bool ok = false;

    if (!read_file(path, REGISTRY_MAX, &text, err)) {
        err_help(err, "name the folder of policies with --policies");
        goto done;
    }
    buf_reset(&host->payload);
    parts_puts(&host->payload, "registry.lua");
    parts_put(&host->payload, text.data, text.len);
    key_of(text.data, text.len, key);
    if (!host_ask_once(host, SERVICE_REGISTRY, key, &host->payload,
                       REGISTRY_MS + (unsigned)(text.len >> 10) * REGISTRY_KIB_MS, &word, &rest,
                       err)) {
        if (err->kind == ERR_LIMIT)
            err_help(err, "the registry only names its policies: look for a loop in it");
        goto done;
    }
    if (!parts_next(&rest, &json)) {
        err_set(err, ERR_WORKER, "E-WORKER", "a worker's answer cannot be read");
        goto done;
    }
    if (!str_is(word, SERVICE_ANSWER)) {
        struct bundle errors = {.tree = {.data = host->reply.data + (json.at - host->reply.data),
                                         .len = json.len}};

        bundle_error(&errors, "registry.lua", err);
        goto done;
    }
    buf_put(&host->registry_json, json.at, json.len);
    key_of(json.at, json.len, host->registry_key);
    ok = true;
done:
    buf_free(&text);
    return ok;
}

static int compare_ids(const void *a, const void *b, void *context)
{
    const struct registry_entry *entries = ((const struct registry *)context)->entries;
    size_t one = *(const size_t *)a, other = *(const size_t *)b;
    int order = str_compare(entries[one].policy, entries[other].policy);

    return order != 0 ? order : (one > other) - (one < other);
}

static bool sort_by_id(struct host *host)
{
    const struct registry *registry = host->registry;

    host->by_id = calloc(registry->count + 1, sizeof *host->by_id);
    if (host->by_id == NULL)
        return false;
    for (size_t i = 0; i < registry->count; i++)
        host->by_id[i] = i;
    qsort_r(host->by_id, registry->count, sizeof *host->by_id, compare_ids,
            host->registry);
    return true;
}

bool host_registry(struct host *host, struct err *err)
{
    char path[4200];

    if (host->registry_read)
        return true;
    if (host->registry_err.kind != ERR_NONE) { /* it would be the same again */
        *err = host->registry_err;
        return false;
    }
    snprintf(path, sizeof path, "%s/registry.lua", host->options.policies_dir);
    buf_reset(&host->registry_json);
    if (!read_registry(host, path, err)) {
        if (err->kind == ERR_POLICY || err->kind == ERR_LIMIT)
            host->registry_err = *err;
        return false;
    }
    host->registry = registry_read(&host->registry_pool, host->registry_json.data,
                                   host->registry_json.len, err);
    if (host->registry == NULL)
        return false;
    host->bundles = calloc(host->registry->count + 1, sizeof *host->bundles);
    if (host->bundles == NULL || !sort_by_id(host))
        return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for the registry");
    for (size_t i = 0; i < host->registry->count; i++) {
        struct limits limits = limits_of(NULL, host->registry->entries[i].json);

        if (limits_deadline_ms(&limits) > host->review_ms)
            host->review_ms = limits_deadline_ms(&limits);
        if (limits_load_deadline_ms(&limits) > host->load_ms)
            host->load_ms = limits_load_deadline_ms(&limits);
    }
    host->registry_read = true;
    return true;
}

/* ---- which policy ------------------------------------------------------------ */

bool host_is_file(const char *policy)
{
    size_t len = strlen(policy);

    return strchr(policy, '/') != NULL || (len > 4 && strcmp(policy + len - 4, ".lua") == 0);
}

/* The place in by_id of the first entry with that id or a later one. */
static size_t first_named(const struct host *host, struct str id)
{
    size_t low = 0, high = host->registry->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (str_compare(host->registry->entries[host->by_id[middle]].policy, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_named(const struct host *host, size_t place, struct str id)
{
    return place < host->registry->count &&
           str_equal(host->registry->entries[host->by_id[place]].policy, id);
}

static bool known_policy(struct host *host, const char *id, struct err *err)
{
    struct nearest nearest = {id, NULL, 0};
    struct pool words;

    if (!host_registry(host, err))
        return false;
    if (is_named(host, first_named(host, str_of(id)), str_of(id)))
        return true;
    pool_init(&words);
    for (size_t i = 0; i < host->registry->count; i++) {
        struct str policy = host->registry->entries[i].policy;

        nearest_offer(&nearest, pool_copy(&words, policy.at, policy.len));
    }
    err_set(err, ERR_USAGE, "E-POLICY-ID", "no policy is called '%s'", id);
    if (nearest.best != NULL)
        err_help(err, "did you mean '%s'? 'rubric policy list' shows all", nearest.best);
    else
        err_help(err, "'rubric policy list' shows all; a file is named with its '.lua'");
    pool_free(&words);
    return false;
}

/* Makes ready what the request names: a file becomes *forced. */
static bool name_policy(struct host *host, const struct host_request *request,
                        struct bundle *forced, bool *is_forced, struct err *err)
{
    *is_forced = false;
    if (request->policy == NULL)
        return host_registry(host, err);
    if (!host_is_file(request->policy))
        return known_policy(host, request->policy, err);
    if (!bundle_of_file(host, request->policy, forced, err))
        return false;
    if (forced->rejected) {
        bundle_error(forced, request->policy, err);
        bundle_free(forced);
        return false;
    }
    *is_forced = true;
    return true;
}

bool host_named(struct host *host, const char *id, struct err *err)
{
    struct bundle *bundle;

    if (!known_policy(host, id, err))
        return false;
    for (size_t i = first_named(host, str_of(id)); is_named(host, i, str_of(id)); i++) {
        if (!host_bundle(host, host->by_id[i], &bundle, err))
            return false;
        if (bundle->rejected)
            return bundle_error(bundle, id, err);
    }
    return true;
}

bool host_named_at_hand(const struct host *host, const char *id)
{
    if (!host->registry_read)
        return false;
    for (size_t i = id == NULL ? host->registry->count : first_named(host, str_of(id));
         is_named(host, i, str_of(id)); i++)
        if (!host->bundles[host->by_id[i]].made)
            return false;
    return true;
}

/* A policy that somebody named must load; one that the registry chose may fail,
 * then the case is referred. */
static bool named_loads(struct host *host, const struct host_request *request, struct err *err)
{
    return request->policy == NULL || host_is_file(request->policy) ||
           host_named(host, request->policy, err);
}

bool host_review(struct host *host, const struct host_request *request,
                 struct host_answer *answer, struct err *err)
{
    struct asking asking = {.request = request, .afresh = true};
    struct bundle forced;
    bool is_forced, ok;

    buf_reset(&answer->json);
    answer->problems = 0;
    answer->logged = false;
    if (!host_case_fits(host, request->case_name, request->case_len, err) ||
        !name_policy(host, request, &forced, &is_forced, err) ||
        !named_loads(host, request, err))
        return false;
    asking.forced = is_forced ? &forced : NULL;
    key_of(request->case_bytes, request->case_len, asking.case_key);
    ok = host_judge(host, SERVICE_REVIEW, &asking, &answer->json, err) &&
         log_answer(host, &asking, answer, err);
    if (is_forced)
        bundle_free(&forced);
    return ok;
}

/* A question about a case whose answer is not logged. */
static bool ask_about(struct host *host, enum service_kind kind,
                      const struct host_request *request, struct buf *json, struct err *err)
{
    struct asking asking = {.request = request};
    struct bundle forced;
    bool is_forced, ok;

    buf_reset(json);
    if (!host_case_fits(host, request->case_name, request->case_len, err) ||
        !name_policy(host, request, &forced, &is_forced, err))
        return false;
    asking.forced = is_forced ? &forced : NULL;
    key_of(request->case_bytes, request->case_len, asking.case_key);
    ok = host_judge(host, kind, &asking, json, err);
    if (is_forced)
        bundle_free(&forced);
    return ok;
}

bool host_which(struct host *host, const struct host_request *request, struct buf *json,
                struct err *err)
{
    return ask_about(host, SERVICE_WHICH, request, json, err);
}

bool host_cover(struct host *host, const struct host_request *request, struct buf *json,
                struct err *err)
{
    return ask_about(host, SERVICE_COVER, request, json, err);
}

bool host_slips(struct host *host, const struct host_request *request, struct buf *json,
                struct err *err)
{
    return ask_about(host, SERVICE_SLIPS, request, json, err);
}

/* ---- policies without a case -------------------------------------------------- */

static bool in_force(const struct registry_entry *entry, bool dated, day_t on)
{
    return !dated ||
           ((!entry->has_from || on >= entry->from) && (!entry->has_to || on <= entry->to));
}

static bool take_tree(const struct bundle *bundle, const char *name, struct buf *json,
                      struct err *err)
{
    buf_reset(json);
    if (bundle->rejected)
        return bundle_error(bundle, name, err);
    buf_put(json, bundle->tree.data, bundle->tree.len);
    return true;
}

bool host_policy_tree(struct host *host, const char *id_or_file, const char *as_of,
                      struct buf *tree_json, struct err *err)
{
    struct bundle *bundle, own;
    size_t best = SIZE_MAX;
    day_t on = 0;
    bool ok, dated = as_of != NULL && civil_parse_day(as_of, strlen(as_of), &on);

    if (host_is_file(id_or_file)) {
        if (!bundle_of_file(host, id_or_file, &own, err))
            return false;
        ok = take_tree(&own, id_or_file, tree_json, err);
        bundle_free(&own);
        return ok;
    }
    if (!known_policy(host, id_or_file, err))
        return false;
    for (size_t i = 0; i < host->registry->count; i++) {
        const struct registry_entry *entry = &host->registry->entries[i];

        if (str_is(entry->policy, id_or_file) && in_force(entry, dated, on) &&
            (best == SIZE_MAX || entry->from > host->registry->entries[best].from))
            best = i;
    }
    if (best == SIZE_MAX)
        return err_set(err, ERR_USAGE, "E-POLICY-DATE", "policy '%s' was not in force on %s",
                       id_or_file, as_of);
    return host_bundle(host, best, &bundle, err) &&
           take_tree(bundle, id_or_file, tree_json, err);
}

/* Whom the entry serves and when: what tells two entries of one policy apart. */
static void put_scope(yyjson_val *entry, struct buf *json)
{
    static const char *const names[] = {"from", "lines_of_business", "payer", "places", "plans",
                                        "states", "to"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        yyjson_val *member = yyjson_obj_get(entry, names[i]);
        char *text = member == NULL ? NULL : yyjson_val_write(member, 0, NULL);

        buf_puts(json, ",");
        buf_put_json(json, names[i], strlen(names[i]));
        buf_puts(json, text == NULL ? ":null" : ":");
        buf_puts(json, text == NULL ? "" : text);
        free(text);
    }
}

/* One entry, with what only its file knows. */
static bool put_listed(struct host *host, size_t index, struct buf *json, struct err *err)
{
    static const char *const names[] = {"id", "version", "title", "source"};
    const struct registry_entry *entry = &host->registry->entries[index];
    struct bundle *bundle;
    yyjson_doc *doc;
    yyjson_val *tree;

    if (!host_bundle(host, index, &bundle, err))
        return false;
    doc = yyjson_read(bundle->tree.data, bundle->tree.len, 0);
    tree = bundle->rejected ? entry->json : yyjson_doc_get_root(doc);
    buf_puts(json, index == 0 ? "{\"file\":" : ",{\"file\":");
    buf_put_json(json, entry->file.at, entry->file.len);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct str text = i == 0 ? entry->policy : json_member(tree, names[i]);

        buf_printf(json, ",\"%s\":", names[i]);
        if (text.at == NULL)
            buf_puts(json, "null");
        else
            buf_put_json(json, text.at, text.len);
    }
    put_scope(entry->json, json);
    buf_puts(json, ",\"loads\":");
    buf_puts(json, bundle->rejected ? "false}" : "true}");
    yyjson_doc_free(doc);
    return true;
}

bool host_policy_list(struct host *host, struct buf *json, struct err *err)
{
    buf_reset(json);
    if (!host_registry(host, err))
        return false;
    buf_puts(json, "{\"policies\":[");
    for (size_t i = 0; i < host->registry->count; i++)
        if (!put_listed(host, i, json, err))
            return false;
    buf_puts(json, "]}");
    return true;
}

bool host_codes_parse(struct host *host, const char *text, struct buf *json, struct err *err)
{
    struct buf payload = BUF_INIT;
    struct str word, rest, items;
    bool ok;

    buf_puts(&payload, text);
    ok = host_ask(host, SERVICE_CODES, NULL, &payload, CODES_MS, &word, &rest, err) &&
         parts_next(&rest, &items);
    buf_free(&payload);
    buf_reset(json);
    if (ok)
        buf_put(json, items.at, items.len);
    return ok;
}
