/*
 * tree.h - the Merkle tree of RFC 6962 over SHA-256: hashing, growing, proofs.
 *
 * Pure functions of sizes and hashes. Nothing here knows a database, so that
 * the stand-alone verifier is built from the same lines. Nodes are named by
 * level and index: node (0, i) is leaf i, node (l, i) covers the leaves
 * [i << l, (i + 1) << l). Only complete nodes have such a name.
 */
#ifndef RUBRIC_AUDIT_TREE_H
#define RUBRIC_AUDIT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct tree_hash {
    uint8_t bytes[32];
};

#define TREE_PROOF_MAX 128 /* hashes that any proof can have */

bool tree_equal(const struct tree_hash *a, const struct tree_hash *b);
void tree_leaf(const void *core, size_t len, struct tree_hash *out);   /* H(00 core) */
void tree_node(const struct tree_hash *left, const struct tree_hash *right,
               struct tree_hash *out);                                 /* H(01 l r) */
void tree_empty(struct tree_hash *out);                                /* H() */

/* The right edge of a growing tree: one complete node for each bit of size. */
struct tree_edge {
    uint64_t size;
    struct tree_hash node[64]; /* node[l] counts if bit l of size is set */
};

/* Told of each complete node above the leaves as it comes to be. */
typedef bool tree_made(void *context, unsigned level, uint64_t index,
                       const struct tree_hash *hash);

void tree_edge_start(struct tree_edge *edge);
/* Adds a leaf; false only if made said so. made may be NULL. */
bool tree_edge_add(struct tree_edge *edge, const struct tree_hash *leaf, tree_made *made,
                   void *context);
void tree_edge_root(const struct tree_edge *edge, struct tree_hash *root);

/* Checks for verifiers. Each refuses what A-34 names: an index or size out of
 * range, a proof that is too short or too long, a start at size 0. */
bool tree_check_inclusion(uint64_t index, uint64_t size, const struct tree_hash *leaf,
                          const struct tree_hash *proof, size_t count,
                          const struct tree_hash *root);
bool tree_check_consistency(uint64_t size1, uint64_t size2, const struct tree_hash *root1,
                            const struct tree_hash *root2, const struct tree_hash *proof,
                            size_t count);

/* Where proofs are built from: gives the hash of a complete node. */
struct tree_source {
    bool (*fetch)(void *context, unsigned level, uint64_t index, struct tree_hash *hash,
                  struct err *err);
    void *context;
};

MUST_CHECK bool tree_root(const struct tree_source *source, uint64_t size,
                          struct tree_hash *root, struct err *err);
/* Needs index < size. */
MUST_CHECK bool tree_prove_inclusion(const struct tree_source *source, uint64_t index,
                                     uint64_t size, struct tree_hash proof[TREE_PROOF_MAX],
                                     size_t *count, struct err *err);
/* Needs 0 < size1 <= size2. */
MUST_CHECK bool tree_prove_consistency(const struct tree_source *source, uint64_t size1,
                                       uint64_t size2, struct tree_hash proof[TREE_PROOF_MAX],
                                       size_t *count, struct err *err);

#endif
