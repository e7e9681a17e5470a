/*
 * logging.c - one answer onto the audit log, and its receipt onto the answer.
 *
 * The core of the record names policy, engine and tables by hash and counts the
 * findings; case, answer, what was asked and what was looked at are sealed. The
 * bundle of the policy is kept as content, so that the log alone can replay.
 */
#include "host/logging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/anchor.h"
#include "base/build_id.h"
#include "base/json.h"
#include "host/aside.h"

/* {"policy":{"bundle":"<hex>","id":"..","ver":".."}} */
static void put_policy(struct buf *more, const struct answer_facts *facts)
{
    buf_printf(more, "{\"policy\":{\"bundle\":\"%s\",\"id\":", facts->bundle);
    buf_put_json(more, facts->policy_id, strlen(facts->policy_id));
    buf_puts(more, ",\"ver\":");
    buf_put_json(more, facts->policy_version, strlen(facts->policy_version));
    buf_puts(more, "}}");
}

/* Puts a bundle into the log's content, once, with a record that says so. One
 * that was named by its file is in force for nobody else. */
static bool install_bundle(struct host *host, const struct bundle *bundle, bool forced,
                           const struct answer_facts *facts, struct err *err)
{
    struct audit_install install = {"bundle", bundle->json.data, bundle->json.len,
                                    "policy.install", NULL, NULL};
    struct buf more = BUF_INIT, name = BUF_INIT;
    uint8_t digest[SHA256_BYTES];
    bool ok;

    put_policy(&more, facts);
    buf_printf(&name, "%s %s", facts->policy_id, facts->policy_version);
    install.more = buf_cstr(&more);
    install.active = forced ? NULL : buf_cstr(&name);
    ok = sha256_parse_hex(bundle->key, strlen(bundle->key), digest)
             ? !more.failed && !name.failed && audit_install(host->audit, &install, digest, err)
             : err_set(err, ERR_WORKER, "E-RESULT", "a policy has no hash");
    buf_free(&more);
    buf_free(&name);
    return ok;
}

/* The bundle that made this answer is on the log, and known to be. */
static bool keep_bundle(struct host *host, const struct asking *asking,
                        const struct answer_facts *facts, struct err *err)
{
    const char *key = facts->bundle;
    struct bundle *bundle = NULL;

    if (strcmp(host->kept_key, key) == 0)
        return true;
    if (asking->forced != NULL && strcmp(asking->forced->key, key) == 0) {
        if (!install_bundle(host, asking->forced, true, facts, err))
            return false;
        memcpy(host->kept_key, asking->forced->key, KEY_TEXT);
        host->kept_limits = asking->forced->limits;
        return true;
    }
    for (size_t i = 0; host->registry != NULL && i < host->registry->count; i++)
        if (host->bundles[i].made && strcmp(host->bundles[i].key, key) == 0)
            bundle = &host->bundles[i];
    if (bundle == NULL)
        return err_set(err, ERR_WORKER, "E-RESULT", "a worker named a policy that it was not sent");
    if (!bundle->logged && !install_bundle(host, bundle, false, facts, err))
        return false;
    bundle->logged = true;
    memcpy(host->kept_key, bundle->key, KEY_TEXT);
    host->kept_limits = bundle->limits;
    return true;
}

/* The prelude is part of what made the answer: kept once, by hash. */
static bool keep_prelude(struct host *host, struct err *err)
{
    struct buf json = BUF_INIT;
    uint8_t digest[SHA256_BYTES];
    bool ok;

    if (host->prelude_kept)
        return true;
    ok = sha256_parse_hex(embedded_prelude_sha256, SHA256_HEX - 1, digest);
    if (ok && !audit_content_has(host->audit, digest)) {
        embedded_json(embedded_prelude, &json);
        ok = json.failed
                 ? err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a log record")
                 : audit_content_put(host->audit, "prelude", json.data, json.len, digest, err);
        buf_free(&json);
    }
    return host->prelude_kept = ok;
}

/* The packed tables that answered are kept as they are, so that the log alone
 * can answer again. */
static bool keep_table(struct host *host, bool starter, struct err *err)
{
    struct audit_install install = {.kind = "table", .record = "table.install"};
    char more[SHA256_HEX + 64], hex[SHA256_HEX];

    if (host->tables_kept[starter])
        return true;
    if (host->codes == NULL && !codes_open(host->codes_path, &host->codes, err))
        return false;
    install.body = codes_image(host->codes, starter, &install.len);
    if (install.body == NULL)
        return err_set(err, ERR_WORKER, "E-RESULT", "a worker named a table that there is not");
    sha256_of(install.body, install.len, host->tables_sha256[starter]);
    sha256_hex(host->tables_sha256[starter], hex);
    snprintf(more, sizeof more, "{\"table\":{\"sha256\":\"%s\",\"source\":\"%s\"}}", hex,
             starter ? "starter" : "imported");
    install.more = more;
    return host->tables_kept[starter] =
               audit_install(host->audit, &install, host->tables_sha256[starter], err);
}

static bool keep_tables(struct host *host, const struct answer_facts *facts, struct err *err)
{
    for (size_t i = 0; i < facts->table_count; i++)
        if (!keep_table(host, facts->tables[i].starter, err))
            return false;
    return true;
}

/* Was anything said beside the case? What was not is not sealed either. */
static bool asked_more(const struct asking *asking)
{
    return asking->forced != NULL || asking->request->as_of != NULL ||
           asking->request->policy != NULL;
}

/* {"as_of":"2026-03-10","policy":"cms.epidural-injections"}: what was asked. */
static void put_request(struct buf *out, const struct host_request *request, bool forced)
{
    buf_puts(out, "{\"as_of\":");
    if (request->as_of == NULL)
        buf_puts(out, "null");
    else
        buf_put_json(out, request->as_of, strlen(request->as_of));
    buf_puts(out, ",\"forced\":");
    buf_puts(out, forced ? "true" : "false");
    buf_puts(out, ",\"policy\":");
    if (request->policy == NULL || forced)
        buf_puts(out, "null");
    else
        buf_put_json(out, request->policy, strlen(request->policy));
    buf_putc(out, '}');
}

/* {"batch":{"id":"<hex>","line":7},"limits":{..},"prelude":"<hex>"} */
static void put_more(struct logging *entry, const struct host *host,
                     const struct host_request *request)
{
    struct buf more = buf_fixed(entry->more, sizeof entry->more);

    buf_putc(&more, '{');
    if (request->batch != NULL)
        buf_printf(&more, "\"batch\":{\"id\":\"%.32s\",\"line\":%llu},", request->batch,
                   (unsigned long long)request->line);
    if (host_without_landlock(host))
        buf_puts(&more, "\"landlock\":false,");
    if (entry->facts.bundle[0] != '\0')
        limits_json(&host->kept_limits, &more);
    buf_printf(&more, "\"prelude\":\"%s\"}", embedded_prelude_sha256);
    buf_cstr(&more);
}

static void put_determination(struct logging *entry, const struct host *host)
{
    const struct answer_facts *facts = &entry->facts;

    entry->determination = (struct audit_determination){
        .policy_id = facts->policy_id[0] == '\0' ? NULL : facts->policy_id,
        .policy_version = facts->policy_version[0] == '\0' ? NULL : facts->policy_version,
        .engine_level = SERVICE_LEVEL,
        .rec = facts->recommendation,
        .met = facts->met,
        .not_met = facts->not_met,
        .undocumented = facts->undocumented,
        .error = facts->error[0] == '\0' ? NULL : facts->error,
        .tables = entry->tables,
        .table_count = facts->table_count,
    };
    for (size_t i = 0; i < facts->table_count; i++)
        entry->tables[i] = (struct audit_table){facts->tables[i].name,
                                                host->tables_sha256[facts->tables[i].starter]};
    if (sha256_parse_hex(facts->bundle, strlen(facts->bundle), entry->bundle))
        entry->determination.bundle = entry->bundle;
    if (sha256_parse_hex(rubric_build_id, strlen(rubric_build_id), entry->build))
        entry->determination.engine_build = entry->build;
}

static void put_record(struct logging *entry, const struct asking *asking,
                       const struct host_answer *answer)
{
    const struct host_request *request = asking->request;
    const struct buf *reads = &entry->facts.reads;

    entry->seals[0] = (struct audit_seal){"input", request->case_bytes, request->case_len};
    entry->seals[1] = (struct audit_seal){"output", answer->json.data, answer->json.len};
    entry->seals[2] = (struct audit_seal){"reads", reads->data, reads->len};
    entry->seals[3] = (struct audit_seal){"request", entry->request.data, entry->request.len};
    entry->record = (struct audit_record){
        .kind = entry->facts.error[0] == '\0' ? "determination" : "error",
        .case_id = entry->facts.case_id,
        .determination = &entry->determination,
        .seals = entry->seals,
        .seal_count = asked_more(asking) ? 4 : 3,
        .sealed = entry->sealed,
        .more = entry->more,
    };
}

/* A worker ended over this case: who was it, and is that too often? */
static void note_death(struct host *host, const struct asking *asking,
                       const struct answer_facts *facts)
{
    const char *policy = facts->policy_id[0] != '\0' ? facts->policy_id : asking->request->policy;

    if (policy == NULL)
        return;
    aside_note(host->options.home, policy, facts->killed);
    buf_reset(&host->aside);
    aside_ids(host->options.home, &host->aside);
}

bool logging_prepare(struct host *host, const struct asking *asking, struct host_answer *answer,
                 struct logging *entry, struct err *err)
{
    struct answer_facts *facts = &entry->facts;

    if (!answer_check(&answer->json, facts, err))
        return false;
    if (facts->killed[0] != '\0')
        note_death(host, asking, facts);
    memcpy(answer->recommendation, facts->recommendation, sizeof answer->recommendation);
    if (host->audit == NULL)
        return true;
    if (!keep_prelude(host, err) || !keep_tables(host, facts, err) ||
        (facts->bundle[0] != '\0' && !keep_bundle(host, asking, facts, err)))
        return false;
    buf_reset(&entry->request);
    if (asked_more(asking))
        put_request(&entry->request, asking->request, asking->forced != NULL);
    put_more(entry, host, asking->request);
    put_determination(entry, host);
    put_record(entry, asking, answer);
    if (entry->request.failed || facts->reads.failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a log record");
    return audit_seal_all(entry->seals, entry->record.seal_count, entry->sealed, err);
}

bool logging_finish(struct host_answer *answer, const struct audit_receipt *receipt,
                struct err *err)
{
    answer->logged = receipt != NULL;
    answer->json.len--; /* the last brace */
    if (receipt == NULL) {
        buf_puts(&answer->json, ",\"logged\":false,\"receipt\":null,\"signature\":\"UNSIGNED\"}");
    } else {
        buf_puts(&answer->json, ",\"receipt\":");
        audit_receipt_json(&answer->json, receipt);
        buf_putc(&answer->json, '}');
    }
    return !answer->json.failed ||
           err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for an answer");
}

void logging_wipe(struct logging *entry)
{
    for (size_t i = 0; i < sizeof entry->sealed / sizeof entry->sealed[0]; i++)
        audit_sealed_wipe(&entry->sealed[i]);
}

void logging_free(struct logging *entry)
{
    buf_free(&entry->facts.reads);
    buf_free(&entry->request);
    for (size_t i = 0; i < sizeof entry->sealed / sizeof entry->sealed[0]; i++)
        audit_sealed_free(&entry->sealed[i]);
}

/* host.start and host.stop: what ran, and from when to when. */
static bool append_life(struct host *host, const char *kind, struct err *err)
{
    struct audit_record record = {.kind = kind};
    struct audit_receipt receipt;
    char more[192];

    snprintf(more, sizeof more, "{\"engine\":{\"build\":\"%s\",\"level\":%d}}", rubric_build_id,
             SERVICE_LEVEL);
    record.more = more;
    return audit_append(host->audit, &record, 1, &receipt, err) &&
           audit_anchor_now(host->audit, err);
}

bool logging_open(struct host *host, struct err *err)
{
    struct audit_options options = {.anchor_file = getenv("RUBRIC_ANCHOR")};

    const char *reserve = getenv("RUBRIC_RESERVE_MIB");

    if (options.anchor_file != NULL && options.anchor_file[0] == '\0')
        options.anchor_file = NULL;
    if (reserve != NULL)
        options.reserve_bytes = strtoull(reserve, NULL, 10) << 20;
    return audit_open(host->options.home, &options, &host->audit, err) &&
           (!host->options.many || append_life(host, "host.start", err));
}

void logging_close(struct host *host)
{
    /* A log that failed gets no last word: its next start shows that it had none. */
    if (host->audit != NULL && host->options.audit && host->options.many &&
        !audit_dead(host->audit))
        (void)!append_life(host, "host.stop", NULL);
    audit_close(host->audit);
    host->audit = NULL;
}

bool log_answer(struct host *host, const struct asking *asking, struct host_answer *answer,
                struct err *err)
{
    struct logging entry = {.facts = {.reads = BUF_INIT}, .request = BUF_INIT};
    struct audit_receipt receipt;
    bool logged = host->audit != NULL;
    bool ok = logging_prepare(host, asking, answer, &entry, err) &&
              (!logged || audit_append(host->audit, &entry.record, 1, &receipt, err)) &&
              logging_finish(answer, logged ? &receipt : NULL, err);

    logging_free(&entry);
    if (!ok)
        buf_reset(&answer->json);
    return ok;
}
