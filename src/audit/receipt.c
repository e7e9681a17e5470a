/*
 * receipt.c - what an answer and a letter carry away from the log.
 */
#include <inttypes.h>
#include <string.h>

#include "audit/audit.h"
#include "base/sha256.h"

void audit_receipt_json(struct buf *out, const struct audit_receipt *receipt)
{
    char hex[SHA256_HEX];

    sha256_hex(receipt->leaf, hex);
    buf_printf(out, "{\"index\":%" PRIu64 ",\"leaf\":\"%s\",\"note\":", receipt->index, hex);
    buf_put_json(out, receipt->note, strlen(receipt->note));
    buf_puts(out, ",\"origin\":");
    buf_put_json(out, receipt->origin, strlen(receipt->origin));
    buf_printf(out, ",\"size\":%" PRIu64 "}", receipt->size);
}

/* Twice a number, in the field of 32 elements (x^5 + x^2 + 1). */
static unsigned twice(unsigned value)
{
    return (value << 1 ^ (value & 16 ? 0x25u : 0)) & 31;
}

/* Four groups of four letters and a check letter: the sum of all letters, each
 * counting twice what the one after it counts, shows any one wrong letter and
 * any two neighbours that were swapped. */
void audit_receipt_code(const uint8_t leaf[32], char text[AUDIT_SHORT_CODE])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    unsigned sum = 0;
    size_t at = 0;

    for (size_t i = 0; i < 16; i++) {
        size_t bit = i * 5;
        unsigned pair = (unsigned)leaf[bit / 8] << 8 | leaf[bit / 8 + 1];
        unsigned value = pair >> (11 - bit % 8) & 31;

        if (i > 0 && i % 4 == 0)
            text[at++] = '-';
        text[at++] = letters[value];
        sum = twice(sum) ^ value;
    }
    text[at++] = '-';
    text[at++] = letters[twice(sum)];
    text[at] = '\0';
}
