/*
 * frame_fuzz.c - any bytes from the other side: frames are taken within their
 * bounds or refused, and what is taken writes back to the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "host/frame.h"

#define PAYLOAD_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
    if (!ok)
        abort();
}

/* A whole frame, at bytes. */
static void check_frame(const struct frame *frame, const char *bytes, size_t used)
{
    struct buf again = BUF_INIT;
    struct err err;

    check(frame->len <= PAYLOAD_MAX && frame->len + FRAME_HEAD == used);
    check(frame->payload == bytes + FRAME_HEAD);
    frame_put(&again, frame->kind, frame->id, frame->payload, frame->len);
    check(again.len == used && memcmp(again.data, bytes, used) == 0);
    if (frame_get_err(frame, &err)) {
        check(err.kind > ERR_NONE && err.kind <= ERR_WORKER);
        check(memchr(err.text, 0, sizeof err.text) != NULL);
        buf_reset(&again);
        frame_put_err(&again, frame->id, &err);
        check(again.len == used && memcmp(again.data, bytes, used) == 0);
    } else {
        check(err.kind == ERR_WORKER);
    }
    buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    size_t at = 0;

    for (;;) {
        struct frame frame;
        size_t used = 0;

        switch (frame_read(bytes + at, size - at, PAYLOAD_MAX, &frame, &used)) {
        case FRAME_WHOLE:
            check(used <= size - at);
            check_frame(&frame, bytes + at, used);
            at += used;
            break;
        case FRAME_MORE:
            check(used > size - at && used <= PAYLOAD_MAX + FRAME_HEAD);
            return 0;
        case FRAME_WRONG:
            return 0;
        }
    }
}
