/*
 * sha256.c - SHA-256 by libcrypto's low-level functions; see sha256.h.
 *
 * OpenSSL 3 calls these functions deprecated because they go around its
 * providers. That is why they are used: no configuration file is read and no
 * provider is fetched, which costs a short process more than all its hashing.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/sha256.h"

#include <assert.h>
#include <string.h>

#include <openssl/sha.h>

static_assert(sizeof(struct sha256) >= sizeof(SHA256_CTX), "the state must fit");

static SHA256_CTX *context(struct sha256 *hash)
{
    return (SHA256_CTX *)(void *)hash->state;
}

void sha256_start(struct sha256 *hash)
{
    SHA256_Init(context(hash));
}

void sha256_add(struct sha256 *hash, const void *bytes, size_t len)
{
    if (len > 0)
        SHA256_Update(context(hash), bytes, len);
}

void sha256_end(struct sha256 *hash, uint8_t digest[SHA256_BYTES])
{
    SHA256_Final(digest, context(hash));
}

void sha256_of(const void *bytes, size_t len, uint8_t digest[SHA256_BYTES])
{
    struct sha256 hash;

    sha256_start(&hash);
    sha256_add(&hash, bytes, len);
    sha256_end(&hash, digest);
}

void hmac_sha256_start(struct hmac_sha256 *mac, const void *key, size_t key_len)
{
    uint8_t block[64] = {0};
    uint8_t pad[64];

    if (key_len > sizeof block)
        sha256_of(key, key_len, block);
    else if (key_len > 0)
        memcpy(block, key, key_len);
    for (size_t i = 0; i < sizeof pad; i++)
        pad[i] = block[i] ^ 0x36;
    sha256_start(&mac->inner);
    sha256_add(&mac->inner, pad, sizeof pad);
    for (size_t i = 0; i < sizeof pad; i++)
        pad[i] = block[i] ^ 0x5c;
    sha256_start(&mac->outer);
    sha256_add(&mac->outer, pad, sizeof pad);
}

void hmac_sha256_add(struct hmac_sha256 *mac, const void *bytes, size_t len)
{
    sha256_add(&mac->inner, bytes, len);
}

void hmac_sha256_end(struct hmac_sha256 *mac, uint8_t digest[SHA256_BYTES])
{
    uint8_t inner[SHA256_BYTES];

    sha256_end(&mac->inner, inner);
    sha256_add(&mac->outer, inner, sizeof inner);
    sha256_end(&mac->outer, digest);
}

void sha256_hex(const uint8_t digest[SHA256_BYTES], char text[SHA256_HEX])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < SHA256_BYTES; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[64] = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool sha256_parse_hex(const char *text, size_t len, uint8_t digest[SHA256_BYTES])
{
    if (len != 64)
        return false;
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        int high = hex_digit(text[2 * i]);
        int low = hex_digit(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        digest[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}
