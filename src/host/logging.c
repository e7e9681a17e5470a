/*
 * logging.c - one answer onto the audit log, and its receipt onto the answer.
 *
 * The core of the record names policy, engine and tables by hash and counts the
 * findings; case, answer, what was asked and what was looked at are sealed. The
 * bundle of the policy is kept as content, so that the log alone can replay.
 */
#include "host/logging.h"

#include <string.h>

#include "base/build_id.h"
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
    struct audit_record record = {.kind = facts->error[0] == '\0' ? "determination" : "error",
                                  .case_id = facts->case_id,
                                  .determination = &determination};
    bool ok;

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
        ok = (facts.bundle[0] == '\0' || keep_bundle(host, asking, facts.bundle, err)) &&
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
