/*
 * commitment.h - a hash that hides what it binds.
 *
 * cm = HMAC-SHA256(salt, "rubric-cm-v1" 00 label 00 body). Without the salt it
 * says nothing, even of a yes or a no; with salt and body anyone can check it.
 */
#ifndef RUBRIC_AUDIT_COMMITMENT_H
#define RUBRIC_AUDIT_COMMITMENT_H

#include <stddef.h>
#include <stdint.h>

void commitment_make(const uint8_t salt[32], const char *label, const void *body,
                     size_t body_len, uint8_t cm[32]);

#endif
