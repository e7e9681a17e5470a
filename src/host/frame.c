/*
 * frame.c - writing and checking frames; see frame.h.
 */
#include "host/frame.h"

#include <assert.h>
#include <string.h>

#define MARK 0x31425552u /* "RUB1" */

struct head {
    uint32_t mark;
    uint16_t kind;
    uint16_t zero;
    uint32_t id;
    uint32_t len;
};

_Static_assert(sizeof(struct head) == FRAME_HEAD, "a head has no padding");

static bool kind_known(uint16_t kind)
{
    return kind == FRAME_ANSWER || kind == FRAME_ERROR || kind >= FRAME_REQUEST;
}

enum frame_result frame_read(const char *bytes, size_t len, size_t payload_max,
                             struct frame *frame, size_t *used)
{
    struct head head;

    if (len < FRAME_HEAD) {
        *used = FRAME_HEAD;
        return FRAME_MORE;
    }
    memcpy(&head, bytes, sizeof head);
    if (head.mark != MARK || head.zero != 0 || !kind_known(head.kind) ||
        head.len > payload_max)
        return FRAME_WRONG;
    *used = FRAME_HEAD + (size_t)head.len;
    if (len < *used)
        return FRAME_MORE;
    *frame = (struct frame){head.kind, head.id, bytes + FRAME_HEAD, head.len};
    return FRAME_WHOLE;
}

size_t frame_begin(struct buf *out)
{
    static const char nothing[FRAME_HEAD];
    size_t start = out->len;

    buf_put(out, nothing, sizeof nothing);
    return start;
}

void frame_end(struct buf *out, size_t start, uint16_t kind, uint32_t id)
{
    struct head head = {MARK, kind, 0, id, 0};

    if (out->failed)
        return;
    assert(out->len >= start + FRAME_HEAD);
    if (out->len - start - FRAME_HEAD > UINT32_MAX) {
        out->failed = true;
        return;
    }
    head.len = (uint32_t)(out->len - start - FRAME_HEAD);
    memcpy(out->data + start, &head, sizeof head);
}

void frame_put(struct buf *out, uint16_t kind, uint32_t id, const char *payload,
               size_t len)
{
    size_t start = frame_begin(out);

    buf_put(out, payload, len);
    frame_end(out, start, kind, id);
}

/* Kind as one byte, then code, text and help, each with its NUL. */
void frame_put_err(struct buf *out, uint32_t id, const struct err *err)
{
    size_t start = frame_begin(out);

    buf_putc(out, (char)err->kind);
    buf_put(out, err->code, strlen(err->code) + 1);
    buf_put(out, err->text, strlen(err->text) + 1);
    buf_put(out, err->help, strlen(err->help) + 1);
    frame_end(out, start, FRAME_ERROR, id);
}

/* Copies one NUL-ended text of at most size - 1 bytes; NULL if it is not. */
static const char *take_text(const char *at, const char *end, char *text,
                             size_t size)
{
    const char *nul = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;

    if (nul == NULL || (size_t)(nul - at) >= size)
        return NULL;
    memcpy(text, at, (size_t)(nul - at) + 1);
    return nul + 1;
}

bool frame_get_err(const struct frame *frame, struct err *err)
{
    const char *at = frame->payload;
    const char *end = at + frame->len;
    struct err got = {0};

    if (frame->kind == FRAME_ERROR && frame->len > 4 && *at > ERR_NONE &&
        *at <= ERR_WORKER) {
        got.kind = (enum err_kind)*at++;
        at = take_text(at, end, got.code, sizeof got.code);
        if (at != NULL)
            at = take_text(at, end, got.text, sizeof got.text);
        if (at != NULL)
            at = take_text(at, end, got.help, sizeof got.help);
        if (at == end) {
            *err = got;
            return true;
        }
    }
    return err_set(err, ERR_WORKER, "E-WORKER",
                   "the evaluator sent an error that cannot be read");
}
