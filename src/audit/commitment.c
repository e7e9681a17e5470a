/*
 * commitment.c - a hash that hides what it binds; see commitment.h.
 */
#include "audit/commitment.h"

#include <string.h>

#include "base/sha256.h"

void commitment_make(const uint8_t salt[32], const char *label, const void *body,
                     size_t body_len, uint8_t cm[32])
{
    static const char domain[] = "rubric-cm-v1"; /* its NUL is the first 00 */
    struct hmac_sha256 mac;

    hmac_sha256_start(&mac, salt, 32);
    hmac_sha256_add(&mac, domain, sizeof domain);
    hmac_sha256_add(&mac, label, strlen(label) + 1);
    hmac_sha256_add(&mac, body, body_len);
    hmac_sha256_end(&mac, cm);
}
