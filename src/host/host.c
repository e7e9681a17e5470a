/*
 * host.c - opening the house, and the way of one case through it.
 *
 * A worker may lack the registry or a policy: it says so and is asked again
 * with that attached. A worker that dies or is late over a case is replaced,
 * and the case is answered refer with the reason.
 */
#include "host/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/nearest.h"
#include "host/inside.h"
#include "host/logging.h"
#include "host/parts.h"

#define REGISTRY_MAX ((size_t)16 << 20)
#define REVIEW_MS 600  /* 2 x 250 ms + 100 ms: sandbox.md S-42 */
#define ATTACHED_MS 5000 /* policies have to be loaded first */
#define ATTACHED_MAX 128

static void host_free(struct host *host)
{
    crew_stop(host->crew);
    audit_close(host->audit);
    codes_close(host->codes);
    for (size_t i = 0; host->registry != NULL && i < host->registry->count; i++)
        bundle_free(&host->bundles[i]);
    free(host->bundles);
    pool_free(&host->registry_pool);
    buf_free(&host->registry_json);
    buf_free(&host->payload);
    buf_free(&host->reply);
    free(host);
}

static bool start_crew(struct host *host, struct err *err)
{
    struct service_options service = {.codes_path = host->codes_path};
    struct crew_options crew = {
        .worker = {.setup = service_worker_setup,
                   .handle = service_handle,
                   .context = &host->service,
                   .no_landlock = !host->options.landlock},
        .zygote_setup = service_zygote_setup,
        .workers = host->options.workers < 0 ? 0 : (unsigned)host->options.workers,
        .spin_us = 50,
    };

    return service_open(&service, &host->service, err) && crew_start(&host->crew, &crew, err);
}

bool host_open(const struct host_options *options, struct host **host, struct err *err)
{
    struct host *made = calloc(1, sizeof *made);

    if (made == NULL)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a host");
    made->options = *options;
    pool_init(&made->registry_pool);
    snprintf(made->codes_path, sizeof made->codes_path, "%s/codes.db", options->home);
    if (!start_crew(made, err) ||
        (options->audit && !audit_open(options->home, NULL, &made->audit, err))) {
        host_free(made);
        return false;
    }
    *host = made;
    return true;
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

/* ---- the registry ----------------------------------------------------------- */

static bool read_registry(struct host *host, const char *path, struct err *err)
{
    struct buf text = BUF_INIT;
    struct str word, rest, json;
    bool ok = false;

    if (!read_file(path, REGISTRY_MAX, &text, err)) {
        err_help(err, "name the folder of policies with --policies");
        goto done;
    }
    buf_reset(&host->payload);
    parts_puts(&host->payload, "registry.lua");
    parts_put(&host->payload, text.data, text.len);
    if (!host_ask(host, SERVICE_REGISTRY, NULL, &host->payload, ATTACHED_MS, &word, &rest, err))
        goto done;
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

bool host_registry(struct host *host, struct err *err)
{
    char path[4200];

    if (host->registry_read)
        return true;
    snprintf(path, sizeof path, "%s/registry.lua", host->options.policies_dir);
    buf_reset(&host->registry_json);
    if (!read_registry(host, path, err))
        return false;
    host->registry = registry_read(&host->registry_pool, host->registry_json.data,
                                   host->registry_json.len, err);
    if (host->registry == NULL)
        return false;
    host->bundles = calloc(host->registry->count + 1, sizeof *host->bundles);
    if (host->bundles == NULL)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for the registry");
    host->registry_read = true;
    return true;
}

/* ---- one case --------------------------------------------------------------- */

/* What is sent along because a worker lacked it. */
struct attached {
    bool registry;
    bool forced;
    size_t entries[ATTACHED_MAX];
    size_t entry_count;
};

static bool put_entry(struct host *host, size_t entry, struct err *err)
{
    struct bundle *bundle;
    struct buf *out = &host->payload;
    size_t start;
    char word[24];

    if (!host_bundle(host, entry, &bundle, err))
        return false;
    snprintf(word, sizeof word, "%zu", entry);
    parts_puts(out, word);
    start = parts_begin(out);
    parts_puts(out, bundle->key);
    parts_put(out, bundle->json.data, bundle->json.len);
    parts_end(out, start);
    return true;
}

/* Loads what has to be attached before the payload is begun: loading uses it. */
static bool make_entries(struct host *host, const struct attached *attached, struct err *err)
{
    struct bundle *bundle;

    for (size_t i = 0; i < attached->entry_count; i++)
        if (!host_bundle(host, attached->entries[i], &bundle, err))
            return false;
    return true;
}

static bool put_review(struct host *host, const struct asking *asking,
                       const struct attached *attached, const char *failure, struct err *err)
{
    const struct host_request *request = asking->request;
    struct buf *out = &host->payload;

    if (!make_entries(host, attached, err))
        return false;
    buf_reset(out);
    parts_puts(out, asking->case_key);
    parts_puts(out, request->as_of);
    parts_puts(out, asking->forced != NULL ? NULL : request->policy);
    parts_puts(out, asking->forced == NULL ? NULL : asking->forced->key);
    parts_puts(out, host->registry_key);
    parts_puts(out, failure);
    parts_put(out, request->case_bytes, request->case_len);
    if (attached->registry) {
        parts_puts(out, "registry");
        parts_put(out, host->registry_json.data, host->registry_json.len);
    }
    if (attached->forced) {
        parts_puts(out, "forced");
        parts_put(out, asking->forced->json.data, asking->forced->json.len);
    }
    for (size_t i = 0; i < attached->entry_count; i++)
        if (!put_entry(host, attached->entries[i], err))
            return false;
    return true;
}

static bool attach(struct host *host, struct attached *attached, struct str need,
                   struct err *err)
{
    char digits[24];
    unsigned long entry;

    if (str_is(need, "registry") && !attached->registry)
        return attached->registry = true;
    if (str_is(need, "forced") && !attached->forced)
        return attached->forced = true;
    if (need.len < sizeof digits && need.len > 0) {
        memcpy(digits, need.at, need.len);
        digits[need.len] = '\0';
        entry = strtoul(digits, NULL, 10);
        if (host->registry != NULL && entry < host->registry->count &&
            attached->entry_count < ATTACHED_MAX) {
            attached->entries[attached->entry_count++] = entry;
            return true;
        }
    }
    return err_set(err, ERR_WORKER, "E-WORKER", "a worker asks for what there is not");
}

static bool take_problems(struct str rest, struct buf *json, struct err *err)
{
    struct str parts[4]; /* problems, code, text, help */
    char code[24];

    if (!parts_all(rest, parts, 4))
        return err_set(err, ERR_WORKER, "E-WORKER", "a worker's answer cannot be read");
    buf_put(json, parts[0].at, parts[0].len);
    snprintf(code, sizeof code, "%.*s", (int)parts[1].len, parts[1].at);
    err_set(err, ERR_INPUT, code, "%.*s", (int)parts[2].len, parts[2].at);
    return err_help(err, "%.*s", (int)parts[3].len, parts[3].at);
}

/* Asks until nothing is lacking. */
static bool ask_review(struct host *host, enum service_kind kind, const struct asking *asking,
                       const char *failure, struct buf *json, struct err *err)
{
    struct attached attached = {.entry_count = 0};
    struct str word, rest, part;

    for (int rounds = 0; rounds < ATTACHED_MAX + 4; rounds++) {
        bool carries = attached.registry || attached.forced || attached.entry_count > 0;

        if (!put_review(host, asking, &attached, failure, err) ||
            !host_ask(host, kind, asking->request->policy, &host->payload,
                      carries ? ATTACHED_MS : REVIEW_MS, &word, &rest, err))
            return false;
        buf_reset(json);
        if (str_is(word, SERVICE_PROBLEMS))
            return take_problems(rest, json, err);
        if (!parts_next(&rest, &part))
            break;
        if (str_is(word, SERVICE_ANSWER)) {
            buf_put(json, part.at, part.len);
            return !json->failed ||
                   err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for an answer");
        }
        if (!str_is(word, SERVICE_NEED) || !attach(host, &attached, part, err))
            break;
    }
    return err_set(err, ERR_WORKER, "E-WORKER", "a worker's answer cannot be read");
}

/* Did the policy fail, so that there is an answer all the same? */
static bool is_failure(const struct err *err)
{
    return err->kind == ERR_LIMIT || err->kind == ERR_WORKER || err->kind == ERR_POLICY;
}

static void put_failure(struct buf *out, const struct err *why, char mode)
{
    buf_reset(out);
    buf_putc(out, why->kind == ERR_LIMIT ? 'L' : 'P');
    buf_putc(out, mode);
    buf_printf(out, "%s\n%s", why->code, why->text);
}

bool host_judge(struct host *host, enum service_kind kind, const struct asking *asking,
                struct buf *json, struct err *err)
{
    struct buf failure = BUF_INIT;
    struct err why;
    bool ok = ask_review(host, kind, asking, NULL, json, &why);

    if (!ok && is_failure(&why) && kind == SERVICE_REVIEW) {
        put_failure(&failure, &why, '+');
        ok = ask_review(host, kind, asking, buf_cstr(&failure), json, err);
        if (!ok && is_failure(err)) {
            put_failure(&failure, &why, '-');
            ok = ask_review(host, kind, asking, buf_cstr(&failure), json, err);
        }
    } else if (!ok) {
        *err = why;
    }
    buf_free(&failure);
    return ok;
}

/* ---- which policy ------------------------------------------------------------ */

static bool is_file(const char *policy)
{
    size_t len = strlen(policy);

    return strchr(policy, '/') != NULL || (len > 4 && strcmp(policy + len - 4, ".lua") == 0);
}

static bool known_policy(struct host *host, const char *id, struct err *err)
{
    struct nearest nearest = {id, NULL, 0};

    if (!host_registry(host, err))
        return false;
    for (size_t i = 0; i < host->registry->count; i++) {
        struct str policy = host->registry->entries[i].policy;

        if (str_is(policy, id))
            return true;
        nearest_offer(&nearest, pool_copy(&host->registry_pool, policy.at, policy.len));
    }
    err_set(err, ERR_USAGE, "E-POLICY-ID", "no policy is called '%s'", id);
    if (nearest.best != NULL)
        return err_help(err, "did you mean '%s'? 'rubric policy list' shows all", nearest.best);
    return err_help(err, "'rubric policy list' shows all; a file is named with its '.lua'");
}

/* Makes ready what the request names: a file becomes *forced. */
static bool name_policy(struct host *host, const struct host_request *request,
                        struct bundle *forced, bool *is_forced, struct err *err)
{
    *is_forced = false;
    if (request->policy == NULL)
        return host_registry(host, err);
    if (!is_file(request->policy))
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

/* A policy that somebody named must load; one that the registry chose may fail,
 * then the case is referred. */
static bool named_loads(struct host *host, const struct host_request *request, struct err *err)
{
    struct bundle *bundle;

    if (request->policy == NULL || is_file(request->policy))
        return true;
    for (size_t i = 0; i < host->registry->count; i++) {
        if (!str_is(host->registry->entries[i].policy, request->policy))
            continue;
        if (!host_bundle(host, i, &bundle, err))
            return false;
        if (bundle->rejected)
            return bundle_error(bundle, request->policy, err);
    }
    return true;
}

bool host_review(struct host *host, const struct host_request *request,
                 struct host_answer *answer, struct err *err)
{
    struct asking asking = {.request = request};
    struct bundle forced;
    bool is_forced, ok;

    buf_reset(&answer->json);
    answer->problems = 0;
    answer->logged = false;
    if (!name_policy(host, request, &forced, &is_forced, err) ||
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

bool host_which(struct host *host, const struct host_request *request, struct buf *json,
                struct err *err)
{
    struct asking asking = {.request = request};
    struct bundle forced;
    bool is_forced, ok;

    buf_reset(json);
    if (!name_policy(host, request, &forced, &is_forced, err))
        return false;
    asking.forced = is_forced ? &forced : NULL;
    key_of(request->case_bytes, request->case_len, asking.case_key);
    ok = host_judge(host, SERVICE_WHICH, &asking, json, err);
    if (is_forced)
        bundle_free(&forced);
    return ok;
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

    if (is_file(id_or_file)) {
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
    ok = host_ask(host, SERVICE_CODES, NULL, &payload, REVIEW_MS, &word, &rest, err) &&
         parts_next(&rest, &items);
    buf_free(&payload);
    buf_reset(json);
    if (ok)
        buf_put(json, items.at, items.len);
    return ok;
}
