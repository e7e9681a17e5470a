/*
 * change.h - what may be done to a log besides appending: erase, hold, prune.
 *
 * Each is a record first. Leaves, nodes and checkpoints never change, so every
 * proof that was handed out goes on holding.
 */
#ifndef RUBRIC_AUDIT_CHANGE_H
#define RUBRIC_AUDIT_CHANGE_H

#include "audit/audit.h"

/* A sealed field that an erasure would take, and an entry that refers to it. */
struct audit_shared {
    char label[AUDIT_LABEL];
    uint8_t cm[32];
    uint64_t index;
};
typedef void audit_shared_visit(void *context, const struct audit_shared *shared);

/* Names every entry that refers to the commitments of these fields of an entry
 * (labels ends with NULL; an empty list means all but the case itself). */
MUST_CHECK bool audit_erase_preview(struct audit *audit, uint64_t index,
                                    const char *const *labels, audit_shared_visit *visit,
                                    void *context, struct err *err);

/* Appends the erasure record and overwrites salt and body in one transaction;
 * then empties the write-ahead log. basis is a short code such as
 * "misfiled-document"; approver the account that allowed it. */
MUST_CHECK bool audit_erase(struct audit *audit, uint64_t index, const char *const *labels,
                            const char *basis, const char *approver,
                            const struct audit_actor *actor, struct audit_receipt *receipt,
                            uint64_t *erased, struct err *err);

/* Nothing of a held case, or (case_id NULL) of the whole log, is pruned. The name
 * of a hold is a word of the operator's, such as a docket number. */
MUST_CHECK bool audit_hold_set(struct audit *audit, const char *name, const char *case_id,
                               const char *reason, const struct audit_actor *actor,
                               struct audit_receipt *receipt, struct err *err);
MUST_CHECK bool audit_hold_release(struct audit *audit, const char *name, const char *reason,
                                   const struct audit_actor *actor,
                                   struct audit_receipt *receipt, struct err *err);
typedef void audit_hold_visit(void *context, const char *name, uint64_t index);
MUST_CHECK bool audit_hold_list(struct audit *audit, audit_hold_visit *visit, void *context,
                                struct err *err);

/* Removes the entries below `before` with their sealed fields, once they are
 * older than their rule of retention says (and than keep_years, if that is more)
 * and an anchor covers them; their leaf hashes stay. */
MUST_CHECK bool audit_prune(struct audit *audit, uint64_t before, int keep_years,
                            const struct audit_actor *actor, struct audit_receipt *receipt,
                            uint64_t *removed, struct err *err);
/* Thins old checkpoints: all of 30 days, one an hour for a year, one a day after
 * that; those that an anchor names stay. */
MUST_CHECK bool audit_thin_checkpoints(struct audit *audit, uint64_t *removed,
                                       struct err *err);

#endif
