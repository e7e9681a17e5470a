/*
 * zip_fixture.h - for tests of this room: a zip archive, made entry by entry.
 */
#ifndef RUBRIC_CODES_ZIP_FIXTURE_H
#define RUBRIC_CODES_ZIP_FIXTURE_H

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/buf.h"

static inline void put_little(struct buf *out, unsigned long value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_putc(out, (char)(value >> (8 * i) & 0xFF));
}

struct archive {
    struct buf bytes, directory;
    unsigned count;
};

static inline size_t pack(const char *text, size_t len, unsigned char *packed, size_t room)
{
    z_stream stream = {0};
    unsigned char *copy = malloc(len + 1);

    if (copy == NULL)
        abort();
    memcpy(copy, text, len);
    if (deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, 0) != Z_OK)
        abort();
    stream.next_in = copy;
    stream.avail_in = (uInt)len;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
        abort();
    deflateEnd(&stream);
    free(copy);
    return stream.total_out;
}

static inline void add_entry(struct archive *archive, const char *name, const char *text,
                             size_t len)
{
    size_t offset = archive->bytes.len, room = len + 1024;
    unsigned char *packed = malloc(room);
    size_t packed_len;
    unsigned long sum = crc32(0, (const unsigned char *)text, (uInt)len);

    if (packed == NULL)
        abort();
    packed_len = pack(text, len, packed, room);
    for (int central = 0; central < 2; central++) {
        struct buf *out = central ? &archive->directory : &archive->bytes;

        buf_put(out, central ? "PK\1\2\24\0" : "PK\3\4", central ? 6 : 4);
        put_little(out, 20, 2);
        put_little(out, 0, 2);
        put_little(out, 8, 2); /* deflated */
        put_little(out, 0, 4);
        put_little(out, sum, 4);
        put_little(out, packed_len, 4);
        put_little(out, len, 4);
        put_little(out, strlen(name), 2);
        put_little(out, 0, 2);
        if (central) {
            put_little(out, 0, 4);
            put_little(out, 0, 6);
            put_little(out, offset, 4);
        }
        buf_puts(out, name);
    }
    buf_put(&archive->bytes, packed, packed_len);
    archive->count++;
    free(packed);
}

static inline void end_archive(struct archive *archive)
{
    size_t start = archive->bytes.len;

    buf_put(&archive->bytes, archive->directory.data, archive->directory.len);
    buf_puts(&archive->bytes, "PK\5\6");
    put_little(&archive->bytes, 0, 4);
    put_little(&archive->bytes, archive->count, 2);
    put_little(&archive->bytes, archive->count, 2);
    put_little(&archive->bytes, archive->directory.len, 4);
    put_little(&archive->bytes, start, 4);
    put_little(&archive->bytes, 0, 2);
    buf_free(&archive->directory);
}

static inline void add_text(struct archive *archive, const char *name, const char *text)
{
    add_entry(archive, name, text, strlen(text));
}

#endif
