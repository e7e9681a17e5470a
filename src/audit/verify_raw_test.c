/*
 * verify_raw_test.c - raw numbers and hashes given to rubric-verify: what is
 * accepted (0), what is rejected (1), and what cannot be used at all (2).
 */
#include "audit/verify_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"

#define TEXT 4096

static char file[] = "/tmp/rubric-raw-XXXXXX";
/* Four leaves, the nodes above them, and the roots of one, two, three and four. */
static char leaf[4][64], left[64], right[64], root3[64], root4[64];

static void name(char text[64], const struct tree_hash *hash)
{
    base64_encode(hash->bytes, 32, text);
}

static int set_up(void **state)
{
    struct tree_hash hash[4], pair[2], root;
    int made = mkstemp(file);

    (void)state;
    for (int i = 0; i < 4; i++) {
        tree_leaf(&i, 1, &hash[i]);
        name(leaf[i], &hash[i]);
    }
    tree_node(&hash[0], &hash[1], &pair[0]);
    tree_node(&hash[2], &hash[3], &pair[1]);
    name(left, &pair[0]);
    name(right, &pair[1]);
    tree_node(&pair[0], &hash[2], &root);
    name(root3, &root);
    tree_node(&pair[0], &pair[1], &root);
    name(root4, &root);
    return made < 0 ? -1 : close(made);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(file);
}

static int run(int (*command)(struct check *, const char *), const char *json)
{
    struct check check = {.quiet = true};
    FILE *out = fopen(file, "w");
    int status;

    assert_non_null(out);
    fputs(json, out);
    fclose(out);
    status = command(&check, file);
    check_free(&check);
    return status;
}

static int proof(const char *index, const char *size, const char *root, const char *hash,
                 const char *list)
{
    char json[TEXT];

    snprintf(json, sizeof json,
             "{\"leafIdx\":%s,\"treeSize\":%s,\"root\":%s,\"leafHash\":%s,\"proof\":%s,"
             "\"desc\":\"a row\",\"wantErr\":true}", index, size, root, hash, list);
    return run(check_proof, json);
}

static int growth(const char *size1, const char *size2, const char *root1, const char *root2,
                  const char *list)
{
    char json[TEXT];

    snprintf(json, sizeof json,
             "{\"size1\":%s,\"size2\":%s,\"root1\":%s,\"root2\":%s,\"proof\":%s,"
             "\"desc\":\"a row\",\"wantErr\":false}", size1, size2, root1, root2, list);
    return run(check_consistency, json);
}

/* In quotes, several in turn. */
static const char *q(const char *text)
{
    static char memory[8][TEXT];
    static unsigned turn;
    char *out = memory[turn++ % 8];

    snprintf(out, TEXT, "\"%s\"", text);
    return out;
}

static const char *list(const char *a, const char *b)
{
    static char memory[4][TEXT];
    static unsigned turn;
    char *out = memory[turn++ % 4];

    snprintf(out, TEXT, b == NULL ? "[\"%s\"]" : "[\"%s\",\"%s\"]", a, b);
    return out;
}

static void good_inclusion_proofs_are_accepted(void **state)
{
    (void)state;
    assert_int_equal(proof("0", "1", q(leaf[0]), q(leaf[0]), "[]"), 0);
    assert_int_equal(proof("0", "1", q(leaf[0]), q(leaf[0]), "null"), 0);
    assert_int_equal(proof("1", "4", q(root4), q(leaf[1]), list(leaf[0], right)), 0);
    assert_int_equal(proof("3", "4", q(root4), q(leaf[3]), list(leaf[2], left)), 0);
    assert_int_equal(proof("2", "3", q(root3), q(leaf[2]), list(left, NULL)), 0);
}

static void wrong_inclusion_proofs_are_rejected(void **state)
{
    (void)state;
    assert_int_equal(proof("0", "0", q(leaf[0]), q(leaf[0]), "[]"), 1);
    assert_int_equal(proof("1", "1", q(leaf[0]), q(leaf[0]), "[]"), 1);
    assert_int_equal(proof("5", "4", q(root4), q(leaf[1]), list(leaf[0], right)), 1);
    assert_int_equal(proof("2", "4", q(root4), q(leaf[1]), list(leaf[0], right)), 1);
    assert_int_equal(proof("1", "5", q(root4), q(leaf[1]), list(leaf[0], right)), 1);
    assert_int_equal(proof("1", "4", q(root4), q(leaf[1]), list(right, leaf[0])), 1);
    assert_int_equal(proof("1", "4", q(root4), q(leaf[1]), list(leaf[0], NULL)), 1);
    assert_int_equal(proof("1", "4", q(root4), q(leaf[1]), "null"), 1);
    assert_int_equal(proof("0", "1", q(leaf[0]), q(leaf[0]), list(leaf[0], NULL)), 1);
    assert_int_equal(proof("0", "1", q(leaf[0]), q(leaf[0]), "[\"\"]"), 1);
    assert_int_equal(proof("0", "1", q(leaf[0]), q(leaf[0]), "[null]"), 1);
    assert_int_equal(proof("0", "1", q(""), q(leaf[0]), "[]"), 1);
    assert_int_equal(proof("0", "1", q(leaf[0]), q(""), "[]"), 1);
    assert_int_equal(proof("0", "1", "null", "null", "null"), 1);
    assert_int_equal(proof("0", "1", q("AAAA"), q("AAAA"), "[]"), 1);
    assert_int_equal(proof("18446744073709551615", "18446744073709551615", q(leaf[0]),
                           q(leaf[0]), "[]"), 1);
    assert_int_equal(proof("9223372036854775807", "9223372036854775808", q(leaf[0]),
                           q(leaf[0]), "[]"), 1);
}

static void a_hash_of_any_other_length_is_rejected(void **state)
{
    uint8_t bytes[1200] = {7};
    char text[TEXT / 2];

    (void)state;
    for (size_t len = 0; len < sizeof bytes; len += len < 100 ? 1 : 37) {
        base64_encode(bytes, len, text);
        assert_int_equal(proof("0", "1", q(text), q(text), "[]"), len == 32 ? 0 : 1);
        assert_int_equal(growth("1", "1", q(text), q(text), "[]"), len == 32 ? 0 : 1);
    }
}

static void a_proof_of_too_many_hashes_is_rejected(void **state)
{
    static char json[200 * 64];
    size_t at = 0;

    (void)state;
    for (int i = 0; i < 150; i++)
        at += (size_t)snprintf(json + at, sizeof json - at, "%s\"%s\"", i == 0 ? "[" : ",", leaf[0]);
    snprintf(json + at, sizeof json - at, "]");
    {
        static char whole[sizeof json + 512];

        snprintf(whole, sizeof whole,
                 "{\"leafIdx\":0,\"treeSize\":2,\"root\":\"%s\",\"leafHash\":\"%s\",\"proof\":%s}",
                 leaf[0], leaf[0], json);
        assert_int_equal(run(check_proof, whole), 1);
    }
}

static void good_growth_is_accepted_and_wrong_growth_rejected(void **state)
{
    (void)state;
    assert_int_equal(growth("1", "1", q(leaf[0]), q(leaf[0]), "[]"), 0);
    assert_int_equal(growth("1", "1", q(leaf[0]), q(leaf[0]), "null"), 0);
    assert_int_equal(growth("1", "2", q(leaf[0]), q(left), list(leaf[1], NULL)), 0);
    assert_int_equal(growth("2", "4", q(left), q(root4), list(right, NULL)), 0);
    assert_int_equal(growth("2", "3", q(left), q(root3), list(leaf[2], NULL)), 0);
    assert_int_equal(growth("1", "1", q(leaf[0]), q(leaf[1]), "[]"), 1);
    assert_int_equal(growth("1", "1", q(leaf[0]), q(leaf[0]), list(leaf[0], NULL)), 1);
    assert_int_equal(growth("2", "4", q(left), q(root4), "[]"), 1);
    assert_int_equal(growth("2", "4", q(left), q(root4), list(right, leaf[0])), 1);
    assert_int_equal(growth("4", "2", q(root4), q(left), list(right, NULL)), 1);
    assert_int_equal(growth("2", "4", q(root4), q(left), list(right, NULL)), 1);
    assert_int_equal(growth("2", "4", q(""), q(root4), list(right, NULL)), 1);
    assert_int_equal(growth("2", "4", "null", "null", list(right, NULL)), 1);
}

static void a_start_at_nothing_is_rejected(void **state)
{
    static const char empty[] = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    (void)state;
    assert_int_equal(growth("0", "0", q(empty), q(empty), "[]"), 1);
    assert_int_equal(growth("0", "0", q(leaf[0]), q(leaf[0]), "[]"), 1);
    assert_int_equal(growth("0", "1", q(empty), q(leaf[0]), "[]"), 1);
    assert_int_equal(growth("0", "1", q(empty), q(leaf[0]), list(leaf[0], NULL)), 1);
    assert_int_equal(growth("0", "18446744073709551615", q(empty), q(leaf[0]), "null"), 1);
}

static void an_index_has_two_names(void **state)
{
    char text[1024];

    (void)state;
    snprintf(text, sizeof text,
             "{\"leafIndex\":%d,\"treeSize\":1,\"root\":\"%s\",\"leafHash\":\"%s\",\"proof\":[]}", 0,
             leaf[0], leaf[0]);
    assert_int_equal(run(check_proof, text), 0);
    snprintf(text, sizeof text,
             "{\"leafIndex\":%d,\"treeSize\":1,\"root\":\"%s\",\"leafHash\":\"%s\",\"proof\":[]}", 1,
             leaf[0], leaf[0]);
    assert_int_equal(run(check_proof, text), 1);
}

static void what_is_no_proof_at_all_cannot_be_used(void **state)
{
    static const char *const rows[] = {
        "", "null", "{", "[]", "\"x\"", "{}", "{\"leafIdx\":0}",
        "{\"leafIdx\":0,\"leafIdx\":1,\"treeSize\":2}", "\xEF\xBB\xBF{}", "{\"leafIdx\":0,\"leafIndex\":0}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(run(check_consistency, rows[i]), 2);
    for (size_t i = 2; i < sizeof rows / sizeof rows[0]; i++) /* those are texts, and no proof */
        assert_int_equal(run(check_proof, rows[i]), 2);
    assert_int_equal(proof("-1", "1", q(leaf[0]), q(leaf[0]), "[]"), 2);
    assert_int_equal(proof("0.5", "1", q(leaf[0]), q(leaf[0]), "[]"), 2);
    assert_int_equal(proof("\"0\"", "1", q(leaf[0]), q(leaf[0]), "[]"), 2);
    assert_int_equal(proof("0", "18446744073709551616", q(leaf[0]), q(leaf[0]), "[]"), 2);
    assert_int_equal(proof("0", "1", q("!!!!"), q(leaf[0]), "[]"), 2);
    assert_int_equal(proof("0", "1", q("AAA"), q(leaf[0]), "[]"), 2);
    assert_int_equal(proof("0", "1", "7", q(leaf[0]), "[]"), 2);
    assert_int_equal(proof("0", "1", q(leaf[0]), q(leaf[0]), "{}"), 2);
    assert_int_equal(proof("0", "1", q(leaf[0]), q(leaf[0]), "[5]"), 2);
    assert_int_equal(proof("0", "1", q(leaf[0]), q(leaf[0]), "[],\"proof\":[]"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_inclusion_proofs_are_accepted),
        cmocka_unit_test(wrong_inclusion_proofs_are_rejected),
        cmocka_unit_test(a_hash_of_any_other_length_is_rejected),
        cmocka_unit_test(a_proof_of_too_many_hashes_is_rejected),
        cmocka_unit_test(good_growth_is_accepted_and_wrong_growth_rejected),
        cmocka_unit_test(a_start_at_nothing_is_rejected),
        cmocka_unit_test(an_index_has_two_names),
        cmocka_unit_test(what_is_no_proof_at_all_cannot_be_used),
    };

    return cmocka_run_group_tests_name("raw proofs", tests, set_up, tear_down);
}
