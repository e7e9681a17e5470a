/*
 * host_recall.c - what a batch that was killed had logged already.
 *
 * An answer is durable before anybody sees it. So after a kill some answers are
 * in the log that nobody has: they are read from there, not given a second time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "host/host_batch.h"
#include "host/logging.h"

bool host_log_size(struct host *host, uint64_t *size, struct err *err)
{
    *size = 0;
    return host->audit == NULL || audit_size(host->audit, size, err);
}

struct looking {
    char mark[80]; /* how the core of an answer of this batch names it */
    host_batch_visit *visit;
    void *context;
};

/* A core is canonical JSON: what is looked for has one spelling. */
static bool look(void *context, const struct audit_entry *entry)
{
    struct looking *looking = context;
    const char *found = memmem(entry->core, entry->core_len, looking->mark,
                               strlen(looking->mark));

    return found == NULL ||
           looking->visit(looking->context,
                          strtoull(found + strlen(looking->mark), NULL, 10), entry->index);
}

bool host_batch_logged(struct host *host, const char *name, uint64_t from,
                       host_batch_visit *visit, void *context, struct err *err)
{
    struct looking looking = {.visit = visit, .context = context};
    struct audit_filter filter = {.from = from};

    snprintf(looking.mark, sizeof looking.mark, "\"batch\":{\"id\":\"%.32s\",\"line\":", name);
    return host->audit == NULL || audit_list(host->audit, &filter, look, &looking, err);
}

/* "origin\nSIZE\n...": the size that a checkpoint is of. */
static bool read_size(const struct buf *note, uint64_t *size)
{
    const char *line = memchr(note->data, '\n', note->len);

    if (line == NULL)
        return false;
    *size = strtoull(line + 1, NULL, 10);
    return *size > 0;
}

static bool fill_receipt(struct host *host, const struct audit_entry *entry,
                         struct audit_receipt *receipt, struct err *err)
{
    struct buf note = buf_fixed(receipt->note, sizeof receipt->note);

    if (!audit_checkpoint(host->audit, &note, err))
        return false;
    buf_cstr(&note);
    snprintf(receipt->origin, sizeof receipt->origin, "%s", audit_origin(host->audit));
    receipt->index = entry->index;
    memcpy(receipt->leaf, entry->leaf, sizeof receipt->leaf);
    return (!note.failed && read_size(&note, &receipt->size)) ||
           err_set(err, ERR_STORE, "E-LOG-NOTE", "the checkpoint does not fit");
}

bool logging_recall(struct host *host, uint64_t index, struct host_answer *answer,
                    struct err *err)
{
    static const struct audit_access why = {.purpose = "batch"};
    const struct audit_field *output;
    struct answer_facts facts = {.reads = BUF_INIT};
    struct audit_receipt receipt;
    struct audit_entry entry;
    struct pool pool;
    bool ok;

    pool_init(&pool);
    ok = audit_read(host->audit, index, &pool, &entry, err) &&
         audit_unseal(host->audit, &entry, "output", &why, &pool, err) &&
         fill_receipt(host, &entry, &receipt, err);
    output = ok ? audit_entry_field(&entry, "output") : NULL;
    if (ok && (output == NULL || output->body == NULL))
        ok = err_set(err, ERR_STORE, "E-LOG-ERASED",
                     "the answer in entry %" PRIu64 " of the log was erased", index);
    if (ok) {
        buf_reset(&answer->json);
        buf_put(&answer->json, output->body, output->len);
        ok = answer_check(&answer->json, &facts, err);
        memcpy(answer->recommendation, facts.recommendation, sizeof answer->recommendation);
    }
    ok = ok && logging_finish(answer, &receipt, err);
    buf_free(&facts.reads);
    pool_free(&pool);
    return ok;
}
