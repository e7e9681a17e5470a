/*
 * canon_fuzz.c - any bytes as JSON: what is taken has one canonical form, which
 * is taken again and stays as it is.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/canon.h"
#include "base/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf once = BUF_INIT, twice = BUF_INIT;
    struct err err = {0};

    if (canon_json((const char *)data, size, CANON_DEPTH, &once, &err)) {
        require(once.len > 0 && utf8_valid(once.data, once.len));
        require(canon_json(once.data, once.len, CANON_DEPTH, &twice, &err));
        require(twice.len == once.len && memcmp(once.data, twice.data, once.len) == 0);
    } else {
        require(err.kind != ERR_NONE && err.text[0] != '\0');
        require(utf8_valid(err.text, strlen(err.text)));
    }
    buf_free(&once);
    buf_free(&twice);
    return 0;
}
