/*
 * logging.c - one answer onto the audit log, and its receipt onto the answer.
 *
 * The core of the record names policy, engine and tables by hash and counts the
 * findings; case, answer, what was asked and what was looked at are sealed. The
 * bundle of the policy is kept as content, so that the log alone can replay.
 */
#include "host/logging.h"

#include <stdio.h>
#include <string.h>

#include "base/build_id.h"
#include "base/embedded.h"
#include "base/json.h"

/* Puts the bundle that made this answer into the log's content, once. */
static bool keep_bundle(struct host *host, const struct asking *asking, const char *key,
                        struct err *err)
{
    struct bundle *bundle = NULL;
    uint8_t digest[SHA256_BYTES];

    if (asking->forced != NULL && strcmp(asking->forced->key, key) == 0) {
        if (!sha256_parse_hex(key, strlen(key), digest) ||
            audit_content_has(host->audit, digest))
            return true;
        return audit_content_put(host->audit, "bundle", asking->forced->json.data,
                                 asking->forced->json.len, digest, err);
    }
    for (size_t i = 0; host->registry != NULL && i < host->registry->count; i++)
        if (host->bundles[i].made && strcmp(host->bundles[i].key, key) == 0)
            bundle = &host->bundles[i];
    if (bundle == NULL)
        return err_set(err, ERR_WORKER, "E-RESULT", "a worker named a policy that it was not sent");
    if (bundle->logged)
        return true;
    sha256_of(bundle->json.data, bundle->json.len, digest);
    if (!audit_content_has(host->audit, digest) &&
        !audit_content_put(host->audit, "bundle", bundle->json.data, bundle->json.len, digest,
                           err))
        return false;
    bundle->logged = true;
    return true;
}

/* The prelude is part of what made the answer: kept once, by hash. */
static bool keep_prelude(struct host *host, struct err *err)
{
    struct buf json = BUF_INIT;
    uint8_t digest[SHA256_BYTES];
    bool ok;

    if (host->prelude_key[0] != '\0')
        return true;
    buf_puts(&json, "{\"files\":[");
    for (const struct embedded_file *file = embedded_prelude; file->name != NULL; file++) {
        buf_puts(&json, file == embedded_prelude ? "{\"name\":" : ",{\"name\":");
        buf_put_json(&json, file->name, strlen(file->name));
        buf_puts(&json, ",\"text\":");
        buf_put_json(&json, file->text, file->len);
        buf_putc(&json, '}');
    }
    buf_puts(&json, "],\"schema\":\"rubric-prelude/1\"}");
    sha256_of(json.data, json.len, digest);
    ok = !json.failed &&
         (audit_content_has(host->audit, digest) ||
          audit_content_put(host->audit, "prelude", json.data, json.len, digest, err));
    if (ok)
        sha256_hex(digest, host->prelude_key);
    buf_free(&json);
    return ok;
}

/* The packed tables that answered are kept as they are, so that the log alone
 * can answer again. */
static bool keep_table(struct host *host, bool starter, struct err *err)
{
    const void *image;
    size_t len;

    if (host->tables_kept[starter])
        return true;
    if (host->codes == NULL && !codes_open(host->codes_path, &host->codes, err))
        return false;
    image = codes_image(host->codes, starter, &len);
    if (image == NULL)
        return err_set(err, ERR_WORKER, "E-RESULT", "a worker named a table that there is not");
    sha256_of(image, len, host->tables_sha256[starter]);
    if (!audit_content_has(host->audit, host->tables_sha256[starter]) &&
        !audit_content_put(host->audit, "table", image, len, host->tables_sha256[starter], err))
        return false;
    return host->tables_kept[starter] = true;
}

static bool keep_tables(struct host *host, const struct answer_facts *facts, struct err *err)
{
    for (size_t i = 0; i < facts->table_count; i++)
        if (!keep_table(host, facts->tables[i].starter, err))
            return false;
    return true;
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

static bool append(struct host *host, const struct asking *asking,
                   const struct host_answer *answer, const struct answer_facts *facts,
                   struct audit_receipt *receipt, struct err *err)
{
    uint8_t bundle[SHA256_BYTES], build[SHA256_BYTES];
    struct buf request = BUF_INIT;
    struct audit_determination determination = {
        .policy_id = facts->policy_id[0] == '\0' ? NULL : facts->policy_id,
        .policy_version = facts->policy_version[0] == '\0' ? NULL : facts->policy_version,
        .engine_level = SERVICE_LEVEL,
        .rec = facts->recommendation,
        .met = facts->met,
        .not_met = facts->not_met,
        .undocumented = facts->undocumented,
        .error = facts->error[0] == '\0' ? NULL : facts->error,
    };
    struct audit_table tables[ANSWER_TABLES];
    char more[100];
    struct audit_record record = {.kind = facts->error[0] == '\0' ? "determination" : "error",
                                  .case_id = facts->case_id,
                                  .determination = &determination,
                                  .more = more};
    bool ok;

    snprintf(more, sizeof more, "{\"prelude\":\"%s\"}", host->prelude_key);
    for (size_t i = 0; i < facts->table_count; i++)
        tables[i] = (struct audit_table){facts->tables[i].name,
                                         host->tables_sha256[facts->tables[i].starter]};
    determination.tables = tables;
    determination.table_count = facts->table_count;

    if (sha256_parse_hex(facts->bundle, strlen(facts->bundle), bundle))
        determination.bundle = bundle;
    if (sha256_parse_hex(rubric_build_id, strlen(rubric_build_id), build))
        determination.engine_build = build;
    put_request(&request, asking->request, asking->forced != NULL);
    {
        const struct audit_seal seals[] = {
            {"input", asking->request->case_bytes, asking->request->case_len},
            {"output", answer->json.data, answer->json.len},
            {"reads", facts->reads.data, facts->reads.len},
            {"request", request.data, request.len},
        };

        record.seals = seals;
        record.seal_count = sizeof seals / sizeof seals[0];
        ok = !request.failed && audit_append(host->audit, &record, 1, receipt, err);
    }
    buf_free(&request);
    return ok;
}

/* Puts what is known of the receipt where the last brace was. */
static void put_receipt(struct host_answer *answer, const struct audit_receipt *receipt)
{
    answer->json.len--;
    if (receipt == NULL) {
        buf_puts(&answer->json, ",\"logged\":false,\"receipt\":null}");
        return;
    }
    buf_puts(&answer->json, ",\"receipt\":");
    audit_receipt_json(&answer->json, receipt);
    buf_putc(&answer->json, '}');
}

bool log_answer(struct host *host, const struct asking *asking, struct host_answer *answer,
                struct err *err)
{
    struct answer_facts facts = {.reads = BUF_INIT};
    struct audit_receipt receipt;
    bool ok = answer_check(&answer->json, &facts, err);

    if (ok && host->audit != NULL) {
        ok = keep_prelude(host, err) && keep_tables(host, &facts, err) &&
             (facts.bundle[0] == '\0' || keep_bundle(host, asking, facts.bundle, err)) &&
             append(host, asking, answer, &facts, &receipt, err);
        answer->logged = ok;
    }
    if (ok) {
        memcpy(answer->recommendation, facts.recommendation, sizeof answer->recommendation);
        put_receipt(answer, host->audit == NULL ? NULL : &receipt);
        ok = !answer->json.failed ||
             err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for an answer");
    }
    buf_free(&facts.reads);
    if (!ok)
        buf_reset(&answer->json);
    return ok;
}
