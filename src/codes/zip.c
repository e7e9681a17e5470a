/*
 * zip.c - the files inside a zip archive; see zip.h.
 *
 * The layout is that of PKWARE's APPNOTE: a central directory at the end lists
 * the entries, each of which has a header of its own before its bytes.
 */
#include "codes/zip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define END_SIZE 22
#define CENTRAL_SIZE 46
#define LOCAL_SIZE 30

static uint32_t little(const unsigned char *at, size_t len)
{
    uint32_t value = 0;

    while (len-- > 0)
        value = value << 8 | at[len];
    return value;
}

static bool broken(struct err *err, const char *what)
{
    err_set(err, ERR_INPUT, "codes-zip", "the zip archive is broken: %s", what);
    return err_help(err, "nothing was changed; get the file again from its publisher");
}

bool zip_is(const char *bytes, size_t len)
{
    return len >= END_SIZE && memcmp(bytes, "PK\3\4", 4) == 0;
}

bool zip_start(struct zip *zip, const char *bytes, size_t len, struct err *err)
{
    const unsigned char *at = (const unsigned char *)bytes;
    size_t most = len < END_SIZE + 65535 ? len : END_SIZE + 65535;

    for (size_t back = END_SIZE; back <= most; back++) {
        const unsigned char *end = at + len - back;

        if (memcmp(end, "PK\5\6", 4) != 0)
            continue;
        *zip = (struct zip){at, len, little(end + 16, 4), little(end + 10, 2)};
        if (zip->next > len)
            return broken(err, "its directory lies outside the file");
        return true;
    }
    return broken(err, "its directory is missing: the file is cut off");
}

bool zip_next(struct zip *zip, struct zip_entry *entry, struct err *err)
{
    const unsigned char *at = zip->bytes + zip->next;
    size_t name_len, behind;

    if (zip->left == 0)
        return false;
    if (zip->len - zip->next < CENTRAL_SIZE || memcmp(at, "PK\1\2", 4) != 0)
        return broken(err, "its directory is damaged");
    name_len = little(at + 28, 2);
    behind = little(at + 30, 2) + little(at + 32, 2);
    if (zip->len - zip->next - CENTRAL_SIZE < name_len + behind)
        return broken(err, "its directory is damaged");
    *entry = (struct zip_entry){{(const char *)at + CENTRAL_SIZE, name_len},
                                little(at + 24, 4), little(at + 42, 4), little(at + 20, 4),
                                little(at + 16, 4), little(at + 10, 2)};
    if (little(at + 8, 2) & 1)
        return broken(err, "it is encrypted");
    zip->next += CENTRAL_SIZE + name_len + behind;
    zip->left--;
    return true;
}

static bool inflate_into(const unsigned char *packed, size_t packed_len, char *bytes, size_t size)
{
    z_stream stream = {0};
    union {
        const unsigned char *kept;
        unsigned char *given;
    } input = {packed}; /* zlib does not write there */
    int result;

    stream.next_in = input.given;
    stream.avail_in = (uInt)packed_len;
    stream.next_out = (unsigned char *)bytes;
    stream.avail_out = (uInt)size;
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return false;
    result = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    return result == Z_STREAM_END && stream.total_out == size;
}

bool zip_unpack(const struct zip *zip, const struct zip_entry *entry, char **bytes,
                struct err *err)
{
    const unsigned char *at;
    size_t before;
    bool done;

    if (entry->offset > zip->len || zip->len - entry->offset < LOCAL_SIZE)
        return broken(err, "an entry lies outside the file");
    at = zip->bytes + entry->offset;
    before = LOCAL_SIZE + little(at + 26, 2) + little(at + 28, 2);
    if (memcmp(at, "PK\3\4", 4) != 0 || zip->len - entry->offset < before ||
        zip->len - entry->offset - before < entry->packed)
        return broken(err, "an entry lies outside the file");
    if (entry->size > ZIP_LARGEST)
        return broken(err, "an entry is larger than 768 MB");
    if (entry->size > ZIP_SMALL && entry->size / ZIP_RATIO > entry->packed)
        return broken(err, "an entry is far larger than any table packed so small");
    *bytes = malloc(entry->size + 1);
    if (*bytes == NULL)
        return err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for the archive");
    (*bytes)[entry->size] = '\0';
    if (entry->method == 0 && entry->packed == entry->size) {
        memcpy(*bytes, at + before, entry->size);
        done = true;
    } else {
        done = entry->method == 8 && inflate_into(at + before, entry->packed, *bytes, entry->size);
    }
    if (done && crc32(0, (const unsigned char *)*bytes, (uInt)entry->size) == entry->sum)
        return true;
    free(*bytes);
    *bytes = NULL;
    return broken(err, "an entry does not unpack to what its checksum says");
}
