/*
 * host_errand.c - what a case is sent with, and what follows from each answer.
 */
#include "host/host_errand.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/aside.h"
#include "host/parts.h"

#define ATTACHED_MAX 128 /* in one payload: then it begins anew */
#define ROUNDS_MIN 256

void errand_free(struct errand *errand)
{
    buf_free(&errand->payload);
}

/* Cuts the attachments off. */
static void detach(struct errand *errand)
{
    errand->payload.len = errand->bare_len;
    errand->attached = 0;
}

static void put_bare(const struct errand *errand, const char *failure, struct buf *out)
{
    const struct asking *asking = errand->asking;
    const struct host_request *request = asking->request;

    parts_puts(out, asking->case_key);
    parts_puts(out, request->as_of);
    parts_puts(out, asking->forced != NULL ? NULL : request->policy);
    parts_puts(out, asking->forced == NULL ? NULL : asking->forced->key);
    parts_puts(out, errand->host->registry_key);
    parts_puts(out, failure);
}

/* Writes the payload; the second time the case comes from the one before. */
static bool write_payload(struct errand *errand, const char *failure, struct err *err)
{
    const struct host_request *request = errand->asking->request;
    bool again = errand->bare_len > 0;
    const char *bytes = again ? errand->payload.data + errand->case_at : request->case_bytes;
    struct buf fresh = BUF_INIT;
    struct buf *out = again ? &fresh : &errand->payload;

    buf_reset(out);
    put_bare(errand, failure, out);
    errand->case_at = out->len + sizeof(uint32_t);
    parts_put(out, bytes, request->case_len);
    if (errand->asking->afresh && errand->host->aside.len > 0) {
        parts_puts(out, "aside");
        parts_put(out, errand->host->aside.data, errand->host->aside.len);
    }
    if (!errand->asking->afresh) {
        parts_puts(out, "patient");
        parts_puts(out, NULL);
    }
    if (out == &fresh) {
        buf_free(&errand->payload);
        errand->payload = fresh;
    }
    errand->bare_len = errand->payload.len;
    errand->attached = 0;
    return !errand->payload.failed ||
           err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a request");
}

bool errand_start(struct errand *errand, struct host *host, enum service_kind kind,
                  const struct asking *asking, struct err *err)
{
    errand->host = host;
    errand->kind = kind;
    errand->asking = asking;
    errand->rounds = 0;
    errand->failures = 0;
    errand->bare_len = 0;
    return write_payload(errand, asking->event, err);
}

struct crew_request errand_request(const struct errand *errand, uint64_t tag)
{
    return (struct crew_request){
        .kind = (uint16_t)errand->kind,
        .payload = errand->payload.data,
        .len = errand->payload.len,
        /* Policies that are attached have to be loaded first. */
        .deadline_ms = errand->host->review_ms * (errand->asking->afresh ? 1 : PATIENCE) +
                       (errand->attached > 0 ? errand->host->load_ms : 0),
        .tag = tag,
    };
}

/* ---- what is lacking ---------------------------------------------------------- */

/* Takes the number of an entry off *rest. */
static bool read_entry(const struct errand *errand, struct str *rest, size_t *entry)
{
    const struct registry *registry = errand->host->registry;
    size_t digits = 0;

    for (*entry = 0; digits < rest->len && digits < 9 && rest->at[digits] >= '0' &&
                     rest->at[digits] <= '9';
         digits++)
        *entry = *entry * 10 + (size_t)(rest->at[digits] - '0');
    rest->at += digits;
    rest->len -= digits;
    return digits > 0 && registry != NULL && *entry < registry->count;
}

/* "scope-12 scope-13" */
static bool read_scopes(struct errand *errand, struct str rest)
{
    static const size_t len = sizeof SERVICE_SCOPE - 1;
    size_t entry;

    errand->need = ERRAND_NEEDS_SCOPES;
    for (errand->scope_count = 0; errand->scope_count < ERRAND_SCOPES;) {
        if (rest.len < len || memcmp(rest.at, SERVICE_SCOPE, len) != 0)
            return false;
        rest.at += len;
        rest.len -= len;
        if (!read_entry(errand, &rest, &entry))
            return false;
        errand->scopes[errand->scope_count++] = (uint32_t)entry;
        if (rest.len == 0)
            return true;
        if (rest.at[0] != ' ')
            return false;
        rest.at++;
        rest.len--;
    }
    return true; /* the others are asked for again */
}

static bool read_need(struct errand *errand, struct str need)
{
    size_t entry;

    if (str_is(need, "registry")) {
        errand->need = ERRAND_NEEDS_REGISTRY;
        return true;
    }
    if (str_is(need, "forced")) {
        errand->need = ERRAND_NEEDS_FORCED;
        return errand->asking->forced != NULL;
    }
    if (need.len > 0 && need.at[0] == SERVICE_SCOPE[0])
        return read_scopes(errand, need);
    if (!read_entry(errand, &need, &entry) || need.len > 0)
        return false;
    errand->need = (long)entry;
    return true;
}

bool errand_at_hand(const struct errand *errand)
{
    if (errand->need >= 0)
        return errand->host->bundles[errand->need].made;
    for (size_t i = 0; errand->need == ERRAND_NEEDS_SCOPES && i < errand->scope_count; i++)
        if (!host_scope_made(errand->host, errand->scopes[i]))
            return false;
    return true;
}

/* How much of a bundle a worker needs beside its tree: all of it if functions
 * will be called, else what stands before the files. */
static size_t needed_of(const struct bundle *bundle)
{
    static const char words_only[] = "\"functions\":0,", files[] = ",\"files\":[";
    const struct buf *json = &bundle->json;
    const char *end = NULL;

    if (memmem(bundle->tree.data, bundle->tree.len, words_only, sizeof words_only - 1) != NULL)
        end = memmem(json->data, json->len, files, sizeof files - 1);
    return end == NULL ? json->len : (size_t)(end - json->data);
}

/* With its tree, so that the worker need not run it; a replay has none. */
static void put_bundle(const struct bundle *bundle, struct buf *out)
{
    bool tree = !bundle->rejected && bundle->tree.len > 0;
    size_t start = parts_begin(out);

    parts_puts(out, bundle->key);
    parts_put(out, bundle->json.data, tree ? needed_of(bundle) : bundle->json.len);
    parts_put(out, bundle->tree.data, tree ? bundle->tree.len : 0);
    parts_end(out, start);
}

static bool attach_entry(struct errand *errand, struct err *err)
{
    struct bundle *bundle;
    struct buf *out = &errand->payload;
    char word[24];

    if (!host_bundle(errand->host, (size_t)errand->need, &bundle, err))
        return false;
    snprintf(word, sizeof word, "%ld", errand->need);
    bundle->sent = true;
    parts_puts(out, word);
    put_bundle(bundle, out);
    return true;
}

static bool attach_scopes(struct errand *errand, struct err *err)
{
    struct buf *out = &errand->payload;
    const struct buf *scope;
    char word[32];

    for (size_t i = 0; i < errand->scope_count; i++) {
        if (!host_scope(errand->host, errand->scopes[i], &scope, err))
            return false;
        snprintf(word, sizeof word, SERVICE_SCOPE "%u", errand->scopes[i]);
        parts_puts(out, word);
        parts_put(out, scope->data, scope->len);
    }
    return true;
}

bool errand_attach(struct errand *errand, struct err *err)
{
    const struct buf *json = &errand->host->registry_json;

    assert(errand->bare_len > 0);
    if (errand->attached == ATTACHED_MAX)
        detach(errand); /* the worker that was asked has kept them */
    if (errand->need == ERRAND_NEEDS_FORCED) {
        parts_puts(&errand->payload, "forced");
        put_bundle(errand->asking->forced, &errand->payload);
    } else if (errand->need == ERRAND_NEEDS_REGISTRY) {
        parts_puts(&errand->payload, "registry");
        parts_put(&errand->payload, json->data, json->len);
    } else if (!(errand->need == ERRAND_NEEDS_SCOPES ? attach_scopes(errand, err)
                                                     : attach_entry(errand, err))) {
        return false;
    }
    errand->attached++;
    return !errand->payload.failed ||
           err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a request");
}

/* ---- what came back ------------------------------------------------------------ */

static bool unreadable(struct err *err)
{
    return err_set(err, ERR_WORKER, "E-WORKER", "a worker's answer cannot be read");
}

static void take_problems(struct str rest, struct buf *json, struct err *err)
{
    struct str parts[4]; /* problems, code, text, help */
    char code[24];

    if (!parts_all(rest, parts, 4)) {
        unreadable(err);
        return;
    }
    buf_put(json, parts[0].at, parts[0].len);
    snprintf(code, sizeof code, "%.*s", (int)parts[1].len, parts[1].at);
    err_set(err, ERR_INPUT, code, "%.*s", (int)parts[2].len, parts[2].at);
    err_help(err, "%.*s", (int)parts[3].len, parts[3].at);
}

enum errand_next errand_take(struct errand *errand, const char *bytes, size_t len,
                             struct buf *json, struct err *err)
{
    const struct registry *registry = errand->host->registry;
    size_t rounds_max = ROUNDS_MIN + 3 * (registry == NULL ? 0 : registry->count);
    struct str rest = {bytes, len}, word, part;

    buf_reset(json);
    if (!parts_next(&rest, &word)) {
        unreadable(err);
        return errand_fail(errand, err);
    }
    if (str_is(word, SERVICE_PROBLEMS)) {
        take_problems(rest, json, err);
        return errand_fail(errand, err);
    }
    if (parts_next(&rest, &part)) {
        if (str_is(word, SERVICE_ANSWER)) {
            buf_put(json, part.at, part.len);
            if (errand->asking->request->trace != NULL && parts_next(&rest, &part))
                buf_put(errand->asking->request->trace, part.at, part.len);
            if (!json->failed)
                return ERRAND_DONE;
            err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for an answer");
            return ERRAND_FAILED;
        }
        if (str_is(word, SERVICE_NEED) && errand->rounds++ < rounds_max) {
            if (read_need(errand, part))
                return ERRAND_ATTACH;
            err_set(err, ERR_WORKER, "E-WORKER", "a worker asks for what there is not");
            return errand_fail(errand, err);
        }
    }
    unreadable(err);
    return errand_fail(errand, err);
}

/* Did the policy fail, so that there is an answer all the same? */
static bool is_failure(const struct err *err)
{
    return err->kind == ERR_LIMIT || err->kind == ERR_WORKER || err->kind == ERR_POLICY;
}

/* The policy is set aside. Has an operator cleared one since that was read? */
static bool may_be_cleared(const struct errand *errand, const struct err *err)
{
    struct host *host = errand->host;

    return errand->failures == 0 && errand->asking->afresh &&
           strcmp(err->code, "E-QUARANTINE") == 0 &&
           aside_changed(host->options.home, &host->aside, &host->aside_read_s);
}

enum errand_next errand_fail(struct errand *errand, struct err *err)
{
    struct buf failure = BUF_INIT;
    bool ok;

    if (may_be_cleared(errand, err)) {
        errand->rounds = 0;
        return write_payload(errand, errand->asking->event, err) ? ERRAND_ASK : ERRAND_FAILED;
    }
    if (!is_failure(err) || errand->kind != SERVICE_REVIEW || errand->failures == 2)
        return ERRAND_FAILED;
    if (errand->failures++ == 0)
        errand->why = *err;
    /* First the policy is named in the answer; if not even that works, it is not. */
    buf_putc(&failure, errand->why.kind == ERR_LIMIT ? 'L' : 'P');
    buf_putc(&failure, errand->failures == 1 ? '+' : '-');
    buf_printf(&failure, "%s\n%s", errand->why.code, errand->why.text);
    errand->rounds = 0;
    ok = write_payload(errand, buf_cstr(&failure), err);
    buf_free(&failure);
    return ok ? ERRAND_ASK : ERRAND_FAILED;
}

/* ---- one case, waited for -------------------------------------------------------- */

static enum errand_next ask(struct errand *errand, struct buf *json, struct err *err)
{
    struct host *host = errand->host;
    struct crew_request request = errand_request(errand, 0);

    if (!crew_call(host->crew, &request, &host->reply, err))
        return errand_fail(errand, err);
    return errand_take(errand, host->reply.data, host->reply.len, json, err);
}

bool host_judge(struct host *host, enum service_kind kind, const struct asking *asking,
                struct buf *json, struct err *err)
{
    struct errand errand = {.payload = BUF_INIT};
    struct err why = {.kind = ERR_NONE};
    enum errand_next next = ERRAND_ASK;
    bool ok = errand_start(&errand, host, kind, asking, err);

    if (ok && asking->forced == NULL && !host->registry_sent) { /* no worker has it yet */
        errand.need = ERRAND_NEEDS_REGISTRY;
        ok = host->registry_sent = errand_attach(&errand, err);
    }
    while (ok && (next == ERRAND_ASK || next == ERRAND_ATTACH)) {
        if (next == ERRAND_ATTACH && !errand_attach(&errand, &why))
            next = errand_fail(&errand, &why);
        else
            next = ask(&errand, json, &why);
    }
    errand_free(&errand);
    if (ok && next == ERRAND_FAILED)
        *err = why;
    return ok && next == ERRAND_DONE;
}
