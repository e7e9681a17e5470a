/*
 * number_test.c - the published number lines of RFC 8785: a list of difficult
 * doubles, 2,000 around the smallest normal one, then doubles from a chain of
 * SHA-256, each line "bits,text". The hash is that of the first 100,000 lines.
 */
#include "base/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"

static const uint64_t difficult[] = {
    0x0000000000000000, 0x8000000000000000, 0x0000000000000001, 0x8000000000000001,
    0xc46696695dbd1cc3, 0xc43211ede4974a35, 0xc3fce97ca0f21056, 0xc3c7213080c1a6ac,
    0xc39280f39a348556, 0xc35d9b1f5d20d557, 0xc327af4c4a80aaac, 0xc2f2f2a36ecd5556,
    0xc2be51057e155558, 0xc28840d131aaaaac, 0xc253670dc1555557, 0xc21f0b4935555557,
    0xc1e8d5d42aaaaaac, 0xc1b3de4355555556, 0xc17fca0555555556, 0xc1496e6aaaaaaaab,
    0xc114585555555555, 0xc0e046aaaaaaaaab, 0xc0aa0aaaaaaaaaaa, 0xc074d55555555555,
    0xc040aaaaaaaaaaab, 0xc00aaaaaaaaaaaab, 0xbfd5555555555555, 0xbfa1111111111111,
    0xbf6b4e81b4e81b4f, 0xbf35d867c3ece2a5, 0xbf0179ec9cbd821e, 0xbecbf647612f3696,
    0xbe965e9f80f29212, 0xbe61e54c672874db, 0xbe2ca213d840baf8, 0xbdf6e80fe033c8c6,
    0xbdc2533fe68fd3d2, 0xbd8d51ffd74c861c, 0xbd5774ccac3d3817, 0xbd22c3d6f030f9ac,
    0xbcee0624b3818f79, 0xbcb804ea293472c7, 0xbc833721ba905bd3, 0xbc4ebe9c5db3c61e,
    0xbc18987d17c304e5, 0xbbe3ad30dfcf371d, 0xbbaf7b816618582f, 0xbb792f9ab81379bf,
    0xbb442615600f9499, 0xbb101e77800c76e1, 0xbad9ca58cce0be35, 0xbaa4a1e0a3e6fe90,
    0xba708180831f320d, 0xba3a68cd9e985016, 0x446696695dbd1cc3, 0x443211ede4974a35,
    0x43fce97ca0f21056, 0x43c7213080c1a6ac, 0x439280f39a348556, 0x435d9b1f5d20d557,
    0x4327af4c4a80aaac, 0x42f2f2a36ecd5556, 0x42be51057e155558, 0x428840d131aaaaac,
    0x4253670dc1555557, 0x421f0b4935555557, 0x41e8d5d42aaaaaac, 0x41b3de4355555556,
    0x417fca0555555556, 0x41496e6aaaaaaaab, 0x4114585555555555, 0x40e046aaaaaaaaab,
    0x40aa0aaaaaaaaaaa, 0x4074d55555555555, 0x4040aaaaaaaaaaab, 0x400aaaaaaaaaaaab,
    0x3fd5555555555555, 0x3fa1111111111111, 0x3f6b4e81b4e81b4f, 0x3f35d867c3ece2a5,
    0x3f0179ec9cbd821e, 0x3ecbf647612f3696, 0x3e965e9f80f29212, 0x3e61e54c672874db,
    0x3e2ca213d840baf8, 0x3df6e80fe033c8c6, 0x3dc2533fe68fd3d2, 0x3d8d51ffd74c861c,
    0x3d5774ccac3d3817, 0x3d22c3d6f030f9ac, 0x3cee0624b3818f79, 0x3cb804ea293472c7,
    0x3c833721ba905bd3, 0x3c4ebe9c5db3c61e, 0x3c18987d17c304e5, 0x3be3ad30dfcf371d,
    0x3baf7b816618582f, 0x3b792f9ab81379bf, 0x3b442615600f9499, 0x3b101e77800c76e1,
    0x3ad9ca58cce0be35, 0x3aa4a1e0a3e6fe90, 0x3a708180831f320d, 0x3a3a68cd9e985016,
    0x4024000000000000, 0x4014000000000000, 0x3fe0000000000000, 0x3fa999999999999a,
    0x3f747ae147ae147b, 0x3f40624dd2f1a9fc, 0x3f0a36e2eb1c432d, 0x3ed4f8b588e368f1,
    0x3ea0c6f7a0b5ed8d, 0x3e6ad7f29abcaf48, 0x3e35798ee2308c3a, 0x3ed539223589fa95,
    0x3ed4ff26cd5a7781, 0x3ed4f95a762283ff, 0x3ed4f8c60703520c, 0x3ed4f8b72f19cd0d,
    0x3ed4f8b5b31c0c8d, 0x3ed4f8b58d1c461a, 0x3ed4f8b5894f7f0e, 0x3ed4f8b588ee37f3,
    0x3ed4f8b588e47da4, 0x3ed4f8b588e3849c, 0x3ed4f8b588e36bb5, 0x3ed4f8b588e36937,
    0x3ed4f8b588e368f8, 0x3ed4f8b588e368f1, 0x3ff0000000000000, 0xbff0000000000000,
    0xbfeffffffffffffa, 0xbfeffffffffffffb, 0x3feffffffffffffa, 0x3feffffffffffffb,
    0x3feffffffffffffc, 0x3feffffffffffffe, 0xbfefffffffffffff, 0xbfefffffffffffff,
    0x3fefffffffffffff, 0x3fefffffffffffff, 0x3fd3333333333332, 0x3fd3333333333333,
    0x3fd3333333333334, 0x0010000000000000, 0x000ffffffffffffd, 0x000fffffffffffff,
    0x7fefffffffffffff, 0xffefffffffffffff, 0x4340000000000000, 0xc340000000000000,
    0x4430000000000000, 0x44b52d02c7e14af5, 0x44b52d02c7e14af6, 0x44b52d02c7e14af7,
    0x444b1ae4d6e2ef4e, 0x444b1ae4d6e2ef4f, 0x444b1ae4d6e2ef50, 0x3eb0c6f7a0b5ed8c,
    0x3eb0c6f7a0b5ed8d, 0x41b3de4355555553, 0x41b3de4355555554, 0x41b3de4355555555,
    0x41b3de4355555556, 0x41b3de4355555557, 0xbecbf647612f3696, 0x43143ff3c1cb0959,
};

#define DIFFICULT (sizeof difficult / sizeof difficult[0])
#define SERIAL 2000

struct chain {
    uint8_t block[32];
    size_t at;
};

static double from_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t next_bits(struct chain *chain, size_t line)
{
    uint64_t bits = 0;

    if (line < DIFFICULT)
        return difficult[line];
    if (line < DIFFICULT + SERIAL)
        return 0x0010000000000000 + (line - DIFFICULT);
    do {
        if (chain->at == sizeof chain->block) {
            sha256_of(chain->block, sizeof chain->block, chain->block);
            chain->at = 0;
        }
        bits = 0;
        for (size_t i = 8; i-- > 0;)
            bits = bits << 8 | chain->block[chain->at + i];
        chain->at += 8;
    } while (from_bits(bits) == 0 || !isfinite(from_bits(bits)));
    return bits;
}

static void lines_hash(size_t lines, char hex[SHA256_HEX])
{
    struct chain chain = {{0}, 32};
    struct sha256 hash;
    uint8_t digest[32];

    sha256_start(&hash);
    for (size_t line = 0; line < lines; line++) {
        uint64_t bits = next_bits(&chain, line);
        char text[NUMBER_TEXT], whole[64];
        int len;

        assert_true(number_text(from_bits(bits), text) > 0);
        len = snprintf(whole, sizeof whole, "%llx,%s\n", (unsigned long long)bits, text);
        sha256_add(&hash, whole, (size_t)len);
    }
    sha256_end(&hash, digest);
    sha256_hex(digest, hex);
}

static void passes_the_published_lines(void **state)
{
    char hex[SHA256_HEX];

    (void)state;
    lines_hash(1000, hex);
    assert_string_equal(hex, "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687");
    lines_hash(100000, hex);
    assert_string_equal(hex, "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7");
}

/* Digits of a text without leading and trailing zeros. */
static int digits_in(const char *text)
{
    int count = 0;
    int zeros = 0;

    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text == '0')
            zeros += count > 0;
        else if (*text >= '1' && *text <= '9') {
            count += zeros + 1;
            zeros = 0;
        }
    }
    return count;
}

/* The two decimals of so many digits on either side of value. */
static void assert_neither_reads_back(double value, int digits)
{
    char text[64];
    double step;

    snprintf(text, sizeof text, "%.*e", digits - 1, value);
    assert_true(strtod(text, NULL) != value);
    step = pow(10, floor(log10(value)) - (digits - 1));
    for (int side = -1; side <= 1; side += 2) {
        snprintf(text, sizeof text, "%.*e", digits - 1, value + side * step * 0.51);
        assert_true(strtod(text, NULL) != value);
    }
}

static void every_power_of_two_reads_back_and_has_no_shorter_text(void **state)
{
    (void)state;
    for (int exponent = -1022; exponent <= 1023; exponent++) {
        double value = ldexp(1, exponent);
        char text[NUMBER_TEXT];

        assert_true(number_text(value, text) > 0);
        assert_true(strtod(text, NULL) == value);
        if (digits_in(text) > 1)
            assert_neither_reads_back(value, digits_in(text) - 1);
    }
}

static void lays_numbers_out_as_ecmascript_does(void **state)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.0, "0"}, {-0.0, "0"}, {1, "1"}, {-1.5, "-1.5"}, {4.5, "4.5"}, {0.002, "0.002"},
        {1e20, "100000000000000000000"}, {1e21, "1e+21"}, {1e-6, "0.000001"}, {1e-7, "1e-7"},
        {1.5e300, "1.5e+300"}, {123456789012345680000.0, "123456789012345680000"},
        {9007199254740993.0, "9007199254740992"}, {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"}, {333333333.33333329, "333333333.3333333"},
    };
    char text[NUMBER_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(number_text(rows[i].value, text), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
    assert_int_equal(number_text(INFINITY, text), 0);
    assert_int_equal(number_text(NAN, text), 0);
}

static void does_not_depend_on_the_locale(void **state)
{
    char text[NUMBER_TEXT];

    (void)state;
    if (setlocale(LC_ALL, "tr_TR.UTF-8") == NULL && setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
        skip();
    number_text(4.5, text);
    assert_string_equal(text, "4.5");
    number_text(1.25e-9, text);
    assert_string_equal(text, "1.25e-9");
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_the_published_lines),
        cmocka_unit_test(every_power_of_two_reads_back_and_has_no_shorter_text),
        cmocka_unit_test(lays_numbers_out_as_ecmascript_does),
        cmocka_unit_test(does_not_depend_on_the_locale),
    };

    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
