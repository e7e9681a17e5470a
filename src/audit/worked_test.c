/*
 * worked_test.c - one small log, byte for byte: commitments, cores, leaves,
 * roots, proofs, key and checkpoint as docs/audit-log.md shows them; and what
 * the readers of notes, keys and proofs refuse.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "audit/commitment.h"
#include "audit/core.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "base/sha256.h"

#define ORIGIN "example.org/rubric/test"

static const char seed_hex[] = "fd536f04bfa523677d06b7ae38b4dd2c344e82dac5bc60c27c7473fde0a2ef01";
static const char vkey[] =
    "example.org/rubric/test+c63bc5d9+Aa6n/kUhiQW7XqXoAv+e0zEpqckCDliCReddD3qnD+Tj";
static const char checkpoint[] =
    "example.org/rubric/test\n3\nsRaP26BNYRpNKmVxGOVCig5Ry/MVUFWUV/JoVq+dixc=\n\n"
    "\xe2\x80\x94 example.org/rubric/test xjvF2Uvt++EKZHZ6UUo6AQZBqJl6K6JBNlXx9AuHEMcEVlxat45WNmFe"
    "3QEDsDTlHDfHGrTot2u8RvDq1U58Erz3NQY=\n";
static const char *const cores[] = {
    "{\"kind\":\"log.init\",\"origin\":\"example.org/rubric/test\",\"seq\":0,"
    "\"ts\":\"2025-03-04T15:00:00.000Z\",\"v\":1}",
    "{\"actor\":{\"id\":\"svc-intake\",\"type\":\"service\"},"
    "\"case\":\"49fcb3c2c5ad15ad6f8a240954c2c11757d02c1627d6f8f2d9a17e2c2197b493\","
    "\"crit\":{\"met\":3,\"not_met\":0,\"undocumented\":1},"
    "\"engine\":{\"build\":\"2222222222222222222222222222222222222222222222222222222222222222\","
    "\"level\":1},\"input\":\"bd47abd34ed586ba1eefb7769fef5a7f33f075b0c036ca26c23770d0aeff9b14\","
    "\"kind\":\"determination\",\"now\":\"2025-03-04T15:00:01.000Z\","
    "\"output\":\"bbc15a1ed128b2788c00c738a5ab1292e68ffe3808708211357ebf5f9ad3a7b8\","
    "\"policy\":{\"bundle\":\"1111111111111111111111111111111111111111111111111111111111111111\","
    "\"id\":\"itp.refill\",\"ver\":\"2025.1\"},\"rec\":\"pend\",\"seq\":1,"
    "\"tables\":{\"icd10cm\":"
    "\"3333333333333333333333333333333333333333333333333333333333333333\"},"
    "\"ts\":\"2025-03-04T15:00:01.250Z\",\"v\":1}",
    "{\"actor\":{\"id\":\"privacy-7\",\"type\":\"user\"},\"basis\":\"misfiled-document\","
    "\"cms\":[\"bd47abd34ed586ba1eefb7769fef5a7f33f075b0c036ca26c23770d0aeff9b14\"],"
    "\"kind\":\"erasure\",\"seq\":2,\"ts\":\"2025-03-05T09:00:00.000Z\",\"v\":1}"};

static void assert_hash(const uint8_t hash[32], const char *wanted)
{
    char hex[SHA256_HEX];

    sha256_hex(hash, hex);
    assert_string_equal(hex, wanted);
}

static void leaves_of(struct tree_hash leaf[3])
{
    for (int i = 0; i < 3; i++)
        tree_leaf(cores[i], strlen(cores[i]), &leaf[i]);
}

static void commitments_are_as_worked(void **state)
{
    static const struct {
        uint8_t first; /* byte of the salt, which counts up */
        const char *label, *body, *cm;
    } rows[] = {
        {0x40, "case", "TEST-0001",
         "49fcb3c2c5ad15ad6f8a240954c2c11757d02c1627d6f8f2d9a17e2c2197b493"},
        {0x00, "input",
         "{\"case\":\"TEST-0001\",\"dos\":\"2025-03-01\",\"facts\":{\"trial_relief_pct\":55}}",
         "bd47abd34ed586ba1eefb7769fef5a7f33f075b0c036ca26c23770d0aeff9b14"},
        {0x20, "output", "{\"recommendation\":\"pend\",\"missing\":[\"psych_evaluation\"]}",
         "bbc15a1ed128b2788c00c738a5ab1292e68ffe3808708211357ebf5f9ad3a7b8"},
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        uint8_t salt[32], cm[32];

        for (uint8_t j = 0; j < 32; j++)
            salt[j] = (uint8_t)(rows[i].first + j);
        commitment_make(salt, rows[i].label, rows[i].body, strlen(rows[i].body), cm);
        assert_hash(cm, rows[i].cm);
    }
}

static void cores_leaves_and_roots_are_as_worked(void **state)
{
    static const size_t lengths[] = {100, 736, 208};
    struct core_view view = CORE_VIEW_INIT;
    struct tree_hash leaf[3], root;
    struct tree_edge edge;

    (void)state;
    leaves_of(leaf);
    tree_edge_start(&edge);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(strlen(cores[i]), lengths[i]);
        assert_true(core_read(&view, cores[i], strlen(cores[i]), NULL));
        assert_true(tree_edge_add(&edge, &leaf[i], NULL, NULL));
        tree_edge_root(&edge, &root);
        if (i == 1)
            assert_hash(root.bytes,
                        "1de9e009ad3c487a4c38b84ba77c5c79b202bf3d5f1ad840231916ddd4b4743f");
    }
    core_view_free(&view);
    assert_hash(leaf[0].bytes, "1fb9706765c1b5e87e46fd8e81371db0bac4145e4507a4ee1bb66dd1f1dcddec");
    assert_hash(leaf[1].bytes, "8cdb1c971dcc672c8e822a981320077fd4966f8f31398adf3e09649f555e000a");
    assert_hash(leaf[2].bytes, "37a924f581b794ce2078609315890c5ba217bddf83db4063e8035739f03aa9e6");
    assert_hash(root.bytes, "b1168fdba04d611a4d2a657118e5428a0e51cbf31550559457f26856af9d8b17");
}

static void make_signer(struct note_signer *signer)
{
    uint8_t seed[32];
    struct err err;

    assert_true(sha256_parse_hex(seed_hex, 64, seed));
    assert_true(note_signer_make(ORIGIN, seed, signer, &err));
}

static void key_and_checkpoint_are_as_worked(void **state)
{
    struct note_signer signer, again;
    struct note_key key;
    struct tree_hash root;
    struct buf text = BUF_INIT;
    struct buf note = BUF_INIT;
    char out[NOTE_VKEY];
    struct err err;

    (void)state;
    make_signer(&signer);
    note_key_text(&signer.key, out);
    assert_string_equal(out, vkey);
    assert_true(note_key_parse(vkey, strlen(vkey), &key, &err));
    note_signer_text(&signer, out);
    assert_true(note_signer_parse(out, strlen(out), &again, &err));
    assert_memory_equal(signer.secret, again.secret, sizeof signer.secret);
    assert_true(sha256_parse_hex("b1168fdba04d611a4d2a657118e5428a0e51cbf31550559457f26856af9d8b17",
                                 64, root.bytes));
    checkpoint_text(&text, ORIGIN, 3, &root);
    note_sign(&note, text.data, text.len, &signer, 1);
    assert_string_equal(buf_cstr(&note), checkpoint);
    buf_free(&text);
    buf_free(&note);
}

static void the_proof_of_record_1_is_accepted(void **state)
{
    struct tree_hash leaf[3], path[2], root2, root3;
    struct note_key key;
    struct buf file = BUF_INIT;
    struct proof proof;
    struct checkpoint at;
    struct err err;

    (void)state;
    leaves_of(leaf);
    path[0] = leaf[0];
    path[1] = leaf[2];
    proof_write(&file, 1, path, 2, checkpoint, strlen(checkpoint));
    assert_true(proof_parse(file.data, file.len, &proof, &err));
    assert_true(note_key_parse(vkey, strlen(vkey), &key, &err));
    assert_true(proof_check(&proof, &leaf[1], &key, 1, &at, &err));
    assert_int_equal(at.size, 3);
    assert_false(proof_check(&proof, &leaf[0], &key, 1, &at, &err));
    tree_node(&leaf[0], &leaf[1], &root2);
    tree_node(&root2, &leaf[2], &root3);
    assert_true(tree_check_consistency(2, 3, &root2, &root3, &leaf[2], 1));
    buf_free(&file);
}

static bool accepts(const char *bytes, size_t len)
{
    struct note_key key;
    struct note note;
    struct checkpoint at;
    struct err err;

    assert_true(note_key_parse(vkey, strlen(vkey), &key, &err));
    return note_split(bytes, len, &note, &err) && checkpoint_parse(&note, &at, &err) &&
           note_verify(&note, &key, 1, NULL, &err);
}

static void no_byte_of_a_checkpoint_can_change(void **state)
{
    char bytes[sizeof checkpoint];

    (void)state;
    assert_true(accepts(checkpoint, sizeof checkpoint - 1));
    for (size_t i = 0; i < sizeof checkpoint - 1; i++) {
        for (int bit = 0; bit < 8; bit++) {
            memcpy(bytes, checkpoint, sizeof bytes);
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
            assert_false(accepts(bytes, sizeof bytes - 1));
        }
    }
    for (size_t len = 0; len < sizeof checkpoint - 1; len++)
        assert_false(accepts(checkpoint, len));
}

/* Signs a text with the test key, and adds more signature lines. */
static bool accepts_text(const char *text, const char *more)
{
    struct note_signer signer;
    struct buf note = BUF_INIT;
    bool ok;

    make_signer(&signer);
    note_sign(&note, text, strlen(text), &signer, 1);
    buf_puts(&note, more);
    ok = accepts(note.data, note.len);
    buf_free(&note);
    return ok;
}

#define ROOT "sRaP26BNYRpNKmVxGOVCig5Ry/MVUFWUV/JoVq+dixc="
#define DASH "\xe2\x80\x94 "

static void notes_are_read_strictly(void **state)
{
    static const char *const bad_texts[] = {
        ORIGIN "\n03\n" ROOT "\n", ORIGIN "\n-3\n" ROOT "\n", ORIGIN "\n 3\n" ROOT "\n",
        ORIGIN "\n3 \n" ROOT "\n", ORIGIN "\n\n" ROOT "\n",   ORIGIN "\n99999999999999999999\n" ROOT "\n",
        ORIGIN "\n3\nsRaP26BNYRpNKmVxGOVCig5Ry/MVUFWUV/JoVq+d\n", ORIGIN "\n3\n", ORIGIN "\n3\n" ROOT "=\n",
        "\n3\n" ROOT "\n", ORIGIN "\n3\n" ROOT "\n\nx\n", ORIGIN "\r\n3\r\n" ROOT "\r\n",
        ORIGIN "\n3\n" ROOT "\nx\ty\n"};
    static const char *const bad_lines[] = {
        "x\n", DASH "name\n", DASH " AAAAAAAA\n", DASH "name AAAA\n", DASH "na+me AAAAAAAA\n",
        DASH "name A=AAAAAA\n", DASH "name AAAAAAAA", DASH "name AAAAAAAA \n", "\xe2\x80\x93 name AAAAAAAA\n",
        "- name AAAAAAAA\n", "\n"};

    (void)state;
    assert_true(accepts_text(ORIGIN "\n3\n" ROOT "\n", ""));
    assert_true(accepts_text(ORIGIN "\n3\n" ROOT "\nextension\n", ""));
    assert_true(accepts_text(ORIGIN "\n3\n" ROOT "\n", DASH "other.example AAAAAAAA\n"));
    assert_true(accepts_text(ORIGIN "\n3\n" ROOT "\n", DASH ORIGIN " AAAAAAAA\n"));
    for (size_t i = 0; i < sizeof bad_texts / sizeof bad_texts[0]; i++)
        assert_false(accepts_text(bad_texts[i], ""));
    for (size_t i = 0; i < sizeof bad_lines / sizeof bad_lines[0]; i++)
        assert_false(accepts_text(ORIGIN "\n3\n" ROOT "\n", bad_lines[i]));
}

static void two_signatures_of_which_one_is_bad_are_refused(void **state)
{
    char line[256];
    const char *signature = strstr(checkpoint, "\n\n") + 2;

    (void)state;
    snprintf(line, sizeof line, "%s", signature);
    assert_true(accepts_text(ORIGIN "\n3\n" ROOT "\n", line));
    /* The same key and id, another signature: the last letters changed. */
    line[strlen(line) - 4] ^= 1;
    assert_false(accepts_text(ORIGIN "\n3\n" ROOT "\n", line));
}

static void assert_key_refused(const uint8_t bytes[32])
{
    assert_false(note_public_key_valid(bytes));
}

static void weak_keys_and_malleable_signatures_are_refused(void **state)
{
    /* The group order L, little-endian. */
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c,
                                      0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
                                      0,    0x10};
    struct note_signer signer;
    uint8_t key[32] = {0};
    uint8_t signature[64];
    unsigned carry = 0;

    (void)state;
    make_signer(&signer);
    crypto_sign_detached(signature, NULL, (const unsigned char *)"abc", 3, signer.secret);
    assert_true(note_signature_valid(signer.key.public_key, "abc", 3, signature));
    for (size_t i = 0; i < 32; i++) { /* S + L says the same, to a careless reader */
        carry += (unsigned)signature[32 + i] + order[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_false(note_signature_valid(signer.key.public_key, "abc", 3, signature));
    assert_true(note_public_key_valid(signer.key.public_key));
    assert_key_refused(key); /* y = 0: order 4 */
    key[0] = 1;
    assert_key_refused(key); /* the identity */
    memset(key, 0xFF, 32);
    key[31] = 0x7F;
    key[0] = 0xEE; /* p + 1: the identity, not canonical */
    assert_key_refused(key);
    key[0] = 0xEC; /* -1: order 2 */
    assert_key_refused(key);
    memset(key, 0, 32);
    key[0] = 2; /* not on the curve */
    assert_key_refused(key);
}

static void proofs_are_read_strictly(void **state)
{
    static const char *const bad[] = {
        "c2sp.org/tlog-proof@v2\nindex 1\n\n", "c2sp.org/tlog-proof@v1\nindex 01\n\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n\n", "c2sp.org/tlog-proof@v1\nindex 1 \n\n",
        "c2sp.org/tlog-proof@v1\nextra ?\nindex 1\n\n", "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n",
        "c2sp.org/tlog-proof@v1\nindex 1\n" ROOT "\n", "c2sp.org/tlog-proof@v1\r\nindex 1\r\n\r\n",
        "index 1\n\n", "", "c2sp.org/tlog-proof@v1\nindex 1\nextra AAAA\n\n"};
    struct proof proof;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(proof_parse(bad[i], strlen(bad[i]), &proof, &err));
    assert_true(proof_parse("c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\nx\n", 47, &proof, &err));
}

static void cores_are_read_strictly(void **state)
{
    static const char *const bad[] = {
        "{}x", "{\"b\":1,\"a\":1}", "{\"a\":1.5}", "{\"a\":1e2}", "{\"A\":1}", "{\"a-b\":1}", "{\"a\": 1}",
        "{\"a\":9007199254740992}", "{\"\":1}", "[]", "{\"a\":\"\\u0041\"}", "{\"1a\":1}",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}"};
    struct core_view view = CORE_VIEW_INIT;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(core_read(&view, bad[i], strlen(bad[i]), &err));
    assert_true(core_read(&view, "{\"a\":-9007199254740991,\"b_1\":\"\xc3\xa9\"}", 34, &err));
    core_view_free(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commitments_are_as_worked),
        cmocka_unit_test(cores_leaves_and_roots_are_as_worked),
        cmocka_unit_test(key_and_checkpoint_are_as_worked),
        cmocka_unit_test(the_proof_of_record_1_is_accepted),
        cmocka_unit_test(no_byte_of_a_checkpoint_can_change),
        cmocka_unit_test(notes_are_read_strictly),
        cmocka_unit_test(two_signatures_of_which_one_is_bad_are_refused),
        cmocka_unit_test(weak_keys_and_malleable_signatures_are_refused),
        cmocka_unit_test(proofs_are_read_strictly),
        cmocka_unit_test(cores_are_read_strictly),
    };

    return cmocka_run_group_tests_name("worked example", tests, NULL, NULL);
}
