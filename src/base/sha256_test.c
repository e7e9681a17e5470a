/*
 * sha256_test.c - FIPS 180-4 examples and the test cases of RFC 4231.
 */
#include "base/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void assert_hash(const void *bytes, size_t len, const char *wanted)
{
    uint8_t digest[32];
    char hex[SHA256_HEX];

    sha256_of(bytes, len, digest);
    sha256_hex(digest, hex);
    assert_string_equal(hex, wanted);
}

static void hashes_the_fips_examples(void **state)
{
    static char million[1000000];

    (void)state;
    memset(million, 'a', sizeof million);
    assert_hash("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_hash(million, sizeof million,
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void hashes_the_same_in_pieces(void **state)
{
    char bytes[300];
    uint8_t whole[32], pieces[32];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7);
    sha256_of(bytes, sizeof bytes, whole);
    for (size_t cut = 0; cut <= sizeof bytes; cut++) {
        struct sha256 hash;

        sha256_start(&hash);
        sha256_add(&hash, bytes, cut);
        sha256_add(&hash, bytes + cut, sizeof bytes - cut);
        sha256_end(&hash, pieces);
        assert_memory_equal(whole, pieces, 32);
    }
}

static void assert_mac(const void *key, size_t key_len, const void *data, size_t len,
                       const char *wanted)
{
    struct hmac_sha256 mac;
    uint8_t digest[32];
    char hex[SHA256_HEX];

    hmac_sha256_start(&mac, key, key_len);
    hmac_sha256_add(&mac, data, len);
    hmac_sha256_end(&mac, digest);
    sha256_hex(digest, hex);
    hex[strlen(wanted)] = '\0'; /* case 5 is truncated */
    assert_string_equal(hex, wanted);
}

static void makes_the_macs_of_rfc_4231(void **state)
{
    uint8_t key[131], data[152];

    (void)state;
    memset(key, 0x0b, 20);
    assert_mac(key, 20, "Hi There", 8,
               "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_mac("Jefe", 4, "what do ya want for nothing?", 28,
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, 131);
    memset(data, 0xdd, 50);
    assert_mac(key, 20, data, 50,
               "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    for (uint8_t i = 0; i < 25; i++)
        key[i] = (uint8_t)(i + 1);
    memset(data, 0xcd, 50);
    assert_mac(key, 25, data, 50,
               "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    memset(key, 0x0c, 20);
    assert_mac(key, 20, "Test With Truncation", 20, "a3b6167473100ee06e0c796c2955552b");
    memset(key, 0xaa, 131);
    assert_mac(key, 131, "Test Using Larger Than Block-Size Key - Hash Key First", 54,
               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    assert_mac(key, 131,
               "This is a test using a larger than block-size key and a larger than block-size "
               "data. The key needs to be hashed before being used by the HMAC algorithm.",
               152, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

static void reads_only_lower_case_hex_of_64_digits(void **state)
{
    uint8_t digest[32];
    char hex[SHA256_HEX];

    (void)state;
    sha256_of("abc", 3, digest);
    sha256_hex(digest, hex);
    assert_true(sha256_parse_hex(hex, 64, digest));
    assert_false(sha256_parse_hex(hex, 63, digest));
    hex[5] = 'A';
    assert_false(sha256_parse_hex(hex, 64, digest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_the_fips_examples),
        cmocka_unit_test(hashes_the_same_in_pieces),
        cmocka_unit_test(makes_the_macs_of_rfc_4231),
        cmocka_unit_test(reads_only_lower_case_hex_of_64_digits),
    };

    return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}
