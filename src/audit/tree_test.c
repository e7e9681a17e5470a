/*
 * tree_test.c - every proof of every tree up to 130 leaves, and every way of
 * getting one wrong.
 */
#include "audit/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define MOST 130
#define LEVELS 8

struct forest {
    struct tree_hash node[LEVELS + 1][MOST];
    struct tree_hash root[MOST + 1];
};

static bool keep(void *context, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    struct forest *forest = context;

    forest->node[level][index] = *hash;
    return true;
}

static bool fetch(void *context, unsigned level, uint64_t index, struct tree_hash *hash,
                  struct err *err)
{
    struct forest *forest = context;

    (void)err;
    *hash = forest->node[level][index];
    return true;
}

static void grow(struct forest *forest)
{
    struct tree_edge edge;

    tree_edge_start(&edge);
    tree_edge_root(&edge, &forest->root[0]);
    for (unsigned i = 0; i < MOST; i++) {
        char core[16] = {(char)i, 'x'};

        tree_leaf(core, 2, &forest->node[0][i]);
        assert_true(tree_edge_add(&edge, &forest->node[0][i], keep, forest));
        tree_edge_root(&edge, &forest->root[i + 1]);
    }
}

/* RFC 6962 section 2.1, word for word. */
static void slow_root(const struct forest *forest, size_t from, size_t count,
                      struct tree_hash *root)
{
    struct tree_hash right;
    size_t split = 1;

    if (count == 1) {
        *root = forest->node[0][from];
        return;
    }
    while (split * 2 < count)
        split *= 2;
    slow_root(forest, from, split, root);
    slow_root(forest, from + split, count - split, &right);
    tree_node(root, &right, root);
}

static void the_right_edge_gives_the_root_of_the_rfc(void **state)
{
    static struct forest forest;
    struct tree_source source = {fetch, &forest};
    struct tree_hash root;

    (void)state;
    grow(&forest);
    for (size_t size = 1; size <= MOST; size++) {
        slow_root(&forest, 0, size, &root);
        assert_true(tree_equal(&root, &forest.root[size]));
        assert_true(tree_root(&source, size, &root, NULL));
        assert_true(tree_equal(&root, &forest.root[size]));
    }
}

/* Every single change to a good inclusion proof must be refused. */
static void refuse_changes(const struct forest *f, uint64_t index, uint64_t size,
                           struct tree_hash *proof, size_t count)
{
    const struct tree_hash *leaf = &f->node[0][index];
    const struct tree_hash *root = &f->root[size];

    for (size_t i = 0; i < count; i++) {
        proof[i].bytes[i] ^= 1;
        assert_false(tree_check_inclusion(index, size, leaf, proof, count, root));
        proof[i].bytes[i] ^= 1;
    }
    if (count > 0)
        assert_false(tree_check_inclusion(index, size, leaf, proof, count - 1, root));
    proof[count] = *root;
    assert_false(tree_check_inclusion(index, size, leaf, proof, count + 1, root));
    assert_false(tree_check_inclusion(size, size, leaf, proof, count, root));
    assert_false(tree_check_inclusion(index + size, size, leaf, proof, count, root));
    if (index + 1 < size)
        assert_false(tree_check_inclusion(index + 1, size, leaf, proof, count, root));
    for (size_t i = 1; i < count; i++) {
        struct tree_hash held = proof[i - 1];

        proof[i - 1] = proof[i];
        proof[i] = held;
        assert_false(tree_check_inclusion(index, size, leaf, proof, count, root));
        proof[i] = proof[i - 1];
        proof[i - 1] = held;
    }
}

static void inclusion_proofs_hold_and_changed_ones_do_not(void **state)
{
    static struct forest forest;
    struct tree_source source = {fetch, &forest};
    struct tree_hash proof[TREE_PROOF_MAX];
    size_t count;

    (void)state;
    grow(&forest);
    for (uint64_t size = 1; size <= MOST; size++) {
        for (uint64_t index = 0; index < size; index++) {
            assert_true(tree_prove_inclusion(&source, index, size, proof, &count, NULL));
            assert_true(tree_check_inclusion(index, size, &forest.node[0][index], proof, count,
                                             &forest.root[size]));
            refuse_changes(&forest, index, size, proof, count);
        }
    }
}

static void consistency_proofs_hold_and_changed_ones_do_not(void **state)
{
    static struct forest f;
    struct tree_source source = {fetch, &f};
    struct tree_hash proof[TREE_PROOF_MAX];
    size_t count;

    (void)state;
    grow(&f);
    for (uint64_t b = 1; b <= MOST; b++) {
        for (uint64_t a = 1; a <= b; a++) {
            assert_true(tree_prove_consistency(&source, a, b, proof, &count, NULL));
            assert_true(tree_check_consistency(a, b, &f.root[a], &f.root[b], proof, count));
            for (size_t i = 0; i < count; i++) {
                proof[i].bytes[31] ^= 0x80;
                assert_false(tree_check_consistency(a, b, &f.root[a], &f.root[b], proof, count));
                proof[i].bytes[31] ^= 0x80;
            }
            proof[count] = f.root[a];
            assert_false(tree_check_consistency(a, b, &f.root[a], &f.root[b], proof, count + 1));
            if (count > 0)
                assert_false(tree_check_consistency(a, b, &f.root[a], &f.root[b], proof, count - 1));
            if (a < b) {
                assert_false(tree_check_consistency(a, b, &f.root[b], &f.root[a], proof, count));
                assert_false(tree_check_consistency(b, a, &f.root[b], &f.root[a], proof, count));
            }
        }
    }
}

static void a_start_at_nothing_proves_nothing(void **state)
{
    static struct forest f;
    struct tree_hash empty;

    (void)state;
    grow(&f);
    tree_empty(&empty);
    assert_false(tree_check_consistency(0, 1, &empty, &f.root[1], NULL, 0));
    assert_false(tree_check_consistency(0, 2, &empty, &f.root[2], &f.root[1], 1));
    assert_false(tree_check_consistency(0, 0, &f.root[1], &f.root[1], NULL, 0));
    assert_false(tree_check_consistency(0, 0, &empty, &empty, NULL, 0));
}

static void an_inner_node_is_no_leaf(void **state)
{
    static struct forest f;
    uint8_t pair[64];
    struct tree_hash leaf;

    (void)state;
    grow(&f);
    memcpy(pair, f.node[0][0].bytes, 32);
    memcpy(pair + 32, f.node[0][1].bytes, 32);
    tree_leaf(pair, sizeof pair, &leaf);
    assert_false(tree_equal(&leaf, &f.node[1][0]));
    assert_false(tree_check_inclusion(0, 4, &f.node[1][0], &f.node[1][1], 1, &f.root[4]));
}

/* Trees of equal leaves, which may be as large as a number can say: all nodes of
 * a level are the same. */
static bool fetch_same(void *context, unsigned level, uint64_t index, struct tree_hash *hash,
                       struct err *err)
{
    (void)index;
    (void)err;
    *hash = ((const struct tree_hash *)context)[level];
    return true;
}

static void trees_of_64_bits_have_proofs_too(void **state)
{
    static struct tree_hash same[64];
    static const uint64_t sizes[] = {
        UINT64_C(1) << 31, (UINT64_C(1) << 32) + 1, (UINT64_C(1) << 53) + 7, INT64_MAX,
        UINT64_C(1) << 63, (UINT64_C(1) << 63) + 1, UINT64_MAX - 1, UINT64_MAX};
    struct tree_source source = {fetch_same, same};
    struct tree_hash proof[TREE_PROOF_MAX + 1], root, old;
    size_t count;

    (void)state;
    tree_leaf("x", 1, &same[0]);
    for (unsigned level = 1; level < 64; level++)
        tree_node(&same[level - 1], &same[level - 1], &same[level]);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint64_t size = sizes[i];
        uint64_t at[] = {0, 1, size / 3, size / 2, size - 2, size - 1};

        assert_true(tree_root(&source, size, &root, NULL));
        for (size_t j = 0; j < sizeof at / sizeof at[0]; j++) {
            assert_true(tree_prove_inclusion(&source, at[j], size, proof, &count, NULL));
            assert_true(tree_check_inclusion(at[j], size, &same[0], proof, count, &root));
            assert_false(tree_check_inclusion(size, size, &same[0], proof, count, &root));
            assert_false(tree_check_inclusion(UINT64_MAX, size, &same[0], proof, count, &root));
            proof[count] = root;
            assert_false(tree_check_inclusion(at[j], size, &same[0], proof, count + 1, &root));
            assert_true(tree_root(&source, at[j] + 1, &old, NULL));
            assert_true(tree_prove_consistency(&source, at[j] + 1, size, proof, &count, NULL));
            assert_true(tree_check_consistency(at[j] + 1, size, &old, &root, proof, count));
            assert_false(tree_check_consistency(0, size, &old, &root, proof, count));
            assert_false(tree_check_consistency(size, at[j], &root, &old, proof, count));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_edge_gives_the_root_of_the_rfc),
        cmocka_unit_test(inclusion_proofs_hold_and_changed_ones_do_not),
        cmocka_unit_test(consistency_proofs_hold_and_changed_ones_do_not),
        cmocka_unit_test(a_start_at_nothing_proves_nothing),
        cmocka_unit_test(an_inner_node_is_no_leaf),
        cmocka_unit_test(trees_of_64_bits_have_proofs_too),
    };

    return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
