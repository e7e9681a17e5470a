/*
 * export.h - what an outsider gets: tiles, disclosure packages, consistency.
 */
#ifndef RUBRIC_AUDIT_EXPORT_H
#define RUBRIC_AUDIT_EXPORT_H

#include "audit/audit.h"
#include "audit/note.h"

/* A consistency proof from old_size to the newest checkpoint, as JSON with the
 * raw numbers and hashes in base64: {"size1","size2","root1","root2","proof",
 * "note"}. */
MUST_CHECK bool audit_consistency(struct audit *audit, uint64_t old_size, struct buf *out,
                                  struct err *err);

/* Writes C2SP tlog-tiles under folder: what is there already stays, files that
 * never change are never written twice, each appears whole. Appends an export
 * record first. */
MUST_CHECK bool audit_export_tiles(struct audit *audit, const char *folder,
                                   const struct audit_actor *actor, uint64_t *size,
                                   struct err *err);

/* Writes a tar with core, proof, public keys and the opened fields (labels ends
 * with NULL) of one entry, and on demand its policy. Opening writes an access record, the package
 * an export record. */
MUST_CHECK bool audit_export_package(struct audit *audit, uint64_t index,
                                     const char *const *labels, bool with_policy,
                                     const struct audit_access *why, struct buf *tar,
                                     struct err *err);

/* The public keys of the log, one visit each. to is UINT64_MAX for a key that
 * still signs. */
typedef void audit_key_visit(void *context, const char *vkey, uint64_t from, uint64_t to);
MUST_CHECK bool audit_key_list(struct audit *audit, audit_key_visit *visit, void *context,
                               struct err *err);

#endif
