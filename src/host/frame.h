/*
 * frame.h - what goes over the socket between host and worker.
 *
 * A frame is a head of 16 bytes (mark, kind, request id, length of payload; in
 * the machine's own byte order, since both ends are one program) and its
 * payload. Sizes are checked before a byte of payload is read. Nobody trusts
 * the other side: a wrong mark, kind, id or length ends the connection.
 */
#ifndef RUBRIC_HOST_FRAME_H
#define RUBRIC_HOST_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define FRAME_HEAD 16

/* Kinds below are the protocol's own; requests use FRAME_REQUEST and above,
 * and a request's kind comes back with nothing but one of these two. */
enum frame_kind {
    FRAME_ANSWER = 1, /* payload: the handler's bytes */
    FRAME_ERROR = 2,  /* payload: a struct err, see frame_put_err() */
    FRAME_REQUEST = 16
};

struct frame {
    uint16_t kind;
    uint32_t id;
    const char *payload; /* borrowed from the bytes it was read from */
    size_t len;
};

enum frame_result {
    FRAME_WHOLE, /* *frame is filled, *used bytes belong to it */
    FRAME_MORE,  /* the bytes end too early; *used is what is needed in all */
    FRAME_WRONG  /* this is not our protocol, or payload_max is exceeded */
};

/* Reads the frame that starts at bytes. */
enum frame_result frame_read(const char *bytes, size_t len, size_t payload_max,
                             struct frame *frame, size_t *used);

void frame_put(struct buf *out, uint16_t kind, uint32_t id, const char *payload,
               size_t len);
/* For writing a payload in place: leaves room for the head, which is filled by
 * frame_end() once the payload stands behind it. */
size_t frame_begin(struct buf *out);
void frame_end(struct buf *out, size_t start, uint16_t kind, uint32_t id);

/* An error as the payload of a FRAME_ERROR. */
void frame_put_err(struct buf *out, uint32_t id, const struct err *err);
/* False if the payload is not one; *err is then filled with that. */
bool frame_get_err(const struct frame *frame, struct err *err);

#endif
