/*
 * tree.c - the Merkle tree of RFC 6962; see tree.h.
 */
#include "audit/tree.h"

#include <assert.h>
#include <string.h>

#include "base/sha256.h"

bool tree_equal(const struct tree_hash *a, const struct tree_hash *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

void tree_leaf(const void *core, size_t len, struct tree_hash *out)
{
    static const uint8_t domain = 0x00;
    struct sha256 hash;

    sha256_start(&hash);
    sha256_add(&hash, &domain, 1);
    sha256_add(&hash, core, len);
    sha256_end(&hash, out->bytes);
}

void tree_node(const struct tree_hash *left, const struct tree_hash *right,
               struct tree_hash *out)
{
    uint8_t block[65];

    block[0] = 0x01;
    memcpy(block + 1, left->bytes, 32);
    memcpy(block + 33, right->bytes, 32);
    sha256_of(block, sizeof block, out->bytes);
}

void tree_empty(struct tree_hash *out)
{
    sha256_of("", 0, out->bytes);
}

void tree_edge_start(struct tree_edge *edge)
{
    edge->size = 0;
}

bool tree_edge_add(struct tree_edge *edge, const struct tree_hash *leaf, tree_made *made,
                   void *context)
{
    struct tree_hash hash = *leaf;
    unsigned level = 0;

    assert(edge->size < UINT64_MAX / 2);
    for (; edge->size >> level & 1; level++) {
        tree_node(&edge->node[level], &hash, &hash);
        if (made != NULL && !made(context, level + 1, edge->size >> (level + 1), &hash))
            return false;
    }
    edge->node[level] = hash;
    edge->size++;
    return true;
}

void tree_edge_root(const struct tree_edge *edge, struct tree_hash *root)
{
    bool started = false;

    tree_empty(root);
    for (unsigned level = 0; level < 64; level++) {
        if ((edge->size >> level & 1) == 0)
            continue;
        if (started)
            tree_node(&edge->node[level], root, root);
        else
            *root = edge->node[level];
        started = true;
    }
}

/* How many bits number needs: 0 for 0. */
static unsigned bit_length(uint64_t number)
{
    return number == 0 ? 0 : 64 - (unsigned)__builtin_clzll(number);
}

/* A path from a leaf up has inner steps, on which the sibling may be on either
 * side, and then border steps, where it is always on the left. */
static void path_shape(uint64_t index, uint64_t size, size_t *inner, size_t *border)
{
    *inner = bit_length(index ^ (size - 1));
    *border = *inner >= 64 ? 0 : (size_t)__builtin_popcountll(index >> *inner);
}

static void climb(uint64_t index, const struct tree_hash *proof, size_t inner,
                  size_t border, struct tree_hash *hash)
{
    for (size_t i = 0; i < inner; i++) {
        if (index >> i & 1)
            tree_node(&proof[i], hash, hash);
        else
            tree_node(hash, &proof[i], hash);
    }
    for (size_t i = inner; i < inner + border; i++)
        tree_node(&proof[i], hash, hash);
}

/* The same climb in the smaller tree: right siblings were not there yet. */
static void climb_before(uint64_t index, const struct tree_hash *proof, size_t inner,
                         size_t border, struct tree_hash *hash)
{
    for (size_t i = 0; i < inner; i++) {
        if (index >> i & 1)
            tree_node(&proof[i], hash, hash);
    }
    for (size_t i = inner; i < inner + border; i++)
        tree_node(&proof[i], hash, hash);
}

bool tree_check_inclusion(uint64_t index, uint64_t size, const struct tree_hash *leaf,
                          const struct tree_hash *proof, size_t count,
                          const struct tree_hash *root)
{
    struct tree_hash hash = *leaf;
    size_t inner, border;

    if (index >= size)
        return false;
    path_shape(index, size, &inner, &border);
    if (count != inner + border)
        return false;
    climb(index, proof, inner, border, &hash);
    return tree_equal(&hash, root);
}

bool tree_check_consistency(uint64_t size1, uint64_t size2, const struct tree_hash *root1,
                            const struct tree_hash *root2, const struct tree_hash *proof,
                            size_t count)
{
    struct tree_hash before, after;
    size_t inner, border, shift;

    if (size1 == 0 || size1 > size2)
        return false; /* nothing is a start of anything, so it proves nothing */
    if (size1 == size2)
        return count == 0 && tree_equal(root1, root2);
    if (count == 0)
        return false;
    path_shape(size1 - 1, size2, &inner, &border);
    shift = (size_t)__builtin_ctzll(size1);
    assert(shift < inner);
    inner -= shift;
    before = *root1; /* a whole old tree is itself a node of the new one */
    if ((size1 & (size1 - 1)) != 0) {
        before = proof[0];
        proof++;
        count--;
    }
    if (count != inner + border)
        return false;
    after = before;
    climb_before((size1 - 1) >> shift, proof, inner, border, &before);
    climb((size1 - 1) >> shift, proof, inner, border, &after);
    return tree_equal(&before, root1) && tree_equal(&after, root2);
}

/* The largest power of two below count; count > 1. */
static uint64_t split_at(uint64_t count)
{
    return UINT64_C(1) << (bit_length(count - 1) - 1);
}

/* The root over the leaves [from, to), where from is a multiple of the power
 * of two that holds them: what RFC 6962 calls MTH of a range. */
static bool range_root(const struct tree_source *source, uint64_t from, uint64_t to,
                       struct tree_hash *hash, struct err *err)
{
    uint64_t count = to - from;
    struct tree_hash right;
    unsigned level;

    if ((count & (count - 1)) == 0) {
        level = bit_length(count) - 1;
        return source->fetch(source->context, level, from >> level, hash, err);
    }
    count = split_at(count);
    if (!range_root(source, from, from + count, hash, err) ||
        !range_root(source, from + count, to, &right, err))
        return false;
    tree_node(hash, &right, hash);
    return true;
}

bool tree_root(const struct tree_source *source, uint64_t size, struct tree_hash *root,
               struct err *err)
{
    if (size > 0)
        return range_root(source, 0, size, root, err);
    tree_empty(root);
    return true;
}

static void reverse(struct tree_hash *proof, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct tree_hash held = proof[i];

        proof[i] = proof[count - 1 - i];
        proof[count - 1 - i] = held;
    }
}

bool tree_prove_inclusion(const struct tree_source *source, uint64_t index, uint64_t size,
                          struct tree_hash proof[TREE_PROOF_MAX], size_t *count,
                          struct err *err)
{
    uint64_t from = 0;
    uint64_t to = size;

    assert(index < size);
    *count = 0;
    while (to - from > 1) {
        uint64_t middle = from + split_at(to - from);
        bool left = index < middle;

        if (!range_root(source, left ? middle : from, left ? to : middle, &proof[*count],
                        err))
            return false;
        ++*count;
        if (left)
            to = middle;
        else
            from = middle;
    }
    reverse(proof, *count);
    return true;
}

bool tree_prove_consistency(const struct tree_source *source, uint64_t size1,
                            uint64_t size2, struct tree_hash proof[TREE_PROOF_MAX],
                            size_t *count, struct err *err)
{
    uint64_t from = 0;
    uint64_t to = size2;

    assert(0 < size1 && size1 <= size2);
    *count = 0;
    /* Down to the node that ends where the old tree ended. */
    while (to != size1) {
        uint64_t middle = from + split_at(to - from);
        bool left = size1 <= middle;

        if (!range_root(source, left ? middle : from, left ? to : middle, &proof[*count],
                        err))
            return false;
        ++*count;
        if (left)
            to = middle;
        else
            from = middle;
    }
    /* That node is the old root itself if it began at 0: then it is known. */
    if (from != 0) {
        if (!range_root(source, from, to, &proof[*count], err))
            return false;
        ++*count;
    }
    reverse(proof, *count);
    return true;
}
