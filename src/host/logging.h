/*
 * logging.h - the log comes before the answer.
 */
#ifndef RUBRIC_HOST_LOGGING_H
#define RUBRIC_HOST_LOGGING_H

#include "host/inside.h"

/* An answer on its way to the log, with all that its record points to. */
struct logging {
    struct answer_facts facts;
    struct buf request;
    uint8_t bundle[SHA256_BYTES], build[SHA256_BYTES];
    struct audit_determination determination;
    struct audit_table tables[ANSWER_TABLES];
    struct audit_seal seals[4];
    struct audit_sealed sealed[4]; /* made here, not in the thread that writes the log */
    char more[512];
    struct audit_record record;
};

/* Opens the log of the host's home. A host for many cases says on it that it
 * starts, and anchors; a single command is told by its own records. */
MUST_CHECK bool logging_open(struct host *host, struct err *err);
/* Says that it stops, anchors, and closes; without a log it does nothing. */
void logging_close(struct host *host);

/* Checks the answer (S-52), keeps what made it, and fills entry->record, which
 * borrows the case and the answer. The entry must be zeroed before its first
 * use and may be used again. Without a log only the check is made. */
MUST_CHECK bool logging_prepare(struct host *host, const struct asking *asking,
                            struct host_answer *answer, struct logging *entry,
                            struct err *err);
/* Puts the receipt where the last brace was; NULL: it was not logged. */
MUST_CHECK bool logging_finish(struct host_answer *answer, const struct audit_receipt *receipt,
                           struct err *err);
void logging_wipe(struct logging *entry); /* the salts; the memory stays */
void logging_free(struct logging *entry);

/* The answer that the log holds, with a receipt of today. */
MUST_CHECK bool logging_recall(struct host *host, uint64_t index, struct host_answer *answer,
                               struct err *err);

/* All of it for one answer: checks the answer, makes it durable on the audit
 * log, and puts the receipt behind it. False: nothing was logged and the answer
 * must not be shown. */
MUST_CHECK bool log_answer(struct host *host, const struct asking *asking,
                           struct host_answer *answer, struct err *err);

#endif
