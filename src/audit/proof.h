/*
 * proof.h - proofs as files (C2SP tlog-proof) and as raw numbers and hashes.
 *
 * A proof file carries an index, the hashes from the leaf's sibling up, and the
 * signed checkpoint of the tree. Reading gives back what the file says;
 * proof_check() decides whether it is so.
 */
#ifndef RUBRIC_AUDIT_PROOF_H
#define RUBRIC_AUDIT_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/note.h"
#include "audit/tree.h"
#include "base/buf.h"
#include "base/err.h"

#define PROOF_HEADER "c2sp.org/tlog-proof@v1"

struct proof {
    uint64_t index;
    struct tree_hash hashes[TREE_PROOF_MAX];
    size_t count;
    const char *extra; /* base64 text as written, or NULL; never trusted */
    size_t extra_len;
    const char *note; /* the checkpoint, verbatim; lies inside the bytes read */
    size_t note_len;
};

void proof_write(struct buf *out, uint64_t index, const struct tree_hash *hashes,
                 size_t count, const char *note, size_t note_len);
MUST_CHECK bool proof_parse(const char *bytes, size_t len, struct proof *proof,
                            struct err *err);

/* True if one of the keys signed the proof's checkpoint (count 0: nobody is
 * asked), the origin is the keys', and the leaf is in that tree. *out is the
 * checkpoint. */
MUST_CHECK bool proof_check(const struct proof *proof, const struct tree_hash *leaf,
                            const struct note_key *keys, size_t count,
                            struct checkpoint *out, struct err *err);

#endif
