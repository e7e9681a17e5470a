/*
 * sha256.h - SHA-256, HMAC-SHA256 and the hex text of a hash.
 *
 * The work is done by libcrypto's own SHA-256, which uses the processor's
 * instructions where it has them. The state is kept here as plain words, so
 * that no header of OpenSSL reaches the rest of the program and no provider
 * has to be loaded: a process that hashes one record starts for free.
 */
#ifndef RUBRIC_BASE_SHA256_H
#define RUBRIC_BASE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32
#define SHA256_HEX 65 /* 64 digits and a NUL */

struct sha256 {
    uint64_t state[14];
};

void sha256_start(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *bytes, size_t len);
void sha256_end(struct sha256 *hash, uint8_t digest[SHA256_BYTES]);
void sha256_of(const void *bytes, size_t len, uint8_t digest[SHA256_BYTES]);

/* A keyed hash; a key longer than 64 bytes is hashed first (RFC 2104). */
struct hmac_sha256 {
    struct sha256 inner;
    struct sha256 outer;
};

void hmac_sha256_start(struct hmac_sha256 *mac, const void *key, size_t key_len);
void hmac_sha256_add(struct hmac_sha256 *mac, const void *bytes, size_t len);
void hmac_sha256_end(struct hmac_sha256 *mac, uint8_t digest[SHA256_BYTES]);

/* Lower-case hex with a NUL behind it. */
void sha256_hex(const uint8_t digest[SHA256_BYTES], char text[SHA256_HEX]);
/* Reads exactly 64 lower-case hex digits; false if they are anything else. */
bool sha256_parse_hex(const char *text, size_t len, uint8_t digest[SHA256_BYTES]);

#endif
