/*
 * import_mcd_test.c - the coverage export: zips inside a zip, groups kept apart.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>
#include <zlib.h>

#include "codes/codes_fixture.h"
#include "codes/codes_releases.h"
#include "codes/zip.h"

static void put_little(struct buf *out, unsigned long value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_putc(out, (char)(value >> (8 * i) & 0xFF));
}

struct archive {
    struct buf bytes, directory;
    unsigned count;
};

static size_t pack(const char *text, size_t len, unsigned char *packed, size_t room)
{
    z_stream stream = {0};
    unsigned char *copy = malloc(len + 1);

    assert_non_null(copy);
    memcpy(copy, text, len);
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, 0), Z_OK);
    stream.next_in = copy;
    stream.avail_in = (uInt)len;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    free(copy);
    return stream.total_out;
}

static void add_entry(struct archive *archive, const char *name, const char *text, size_t len)
{
    size_t offset = archive->bytes.len, room = len + 1024;
    unsigned char *packed = malloc(room);
    size_t packed_len;
    unsigned long sum = crc32(0, (const unsigned char *)text, (uInt)len);

    assert_non_null(packed);
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

static void end_archive(struct archive *archive)
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

static void add_text(struct archive *archive, const char *name, const char *text)
{
    add_entry(archive, name, text, strlen(text));
}

static struct buf make_export(void)
{
    struct archive inner = {BUF_INIT, BUF_INIT, 0}, outer = {BUF_INIT, BUF_INIT, 0};

    add_text(&inner, "article.csv",
             "\"article_id\",\"article_version\",\"title\",\"status\",\"article_eff_date\","
             "\"article_end_date\"\r\n"
             "\"58777\",\"9\",\"Billing: old\",\"A\",\"2021-12-05 00:00:00\",\"\"\r\n"
             "\"58777\",\"12\",\"Billing and coding: injections\",\"A\",\"2021-12-05 00:00:00\","
             "\"\"\r\n");
    add_text(&inner, "article_x_hcpc_code.csv",
             "\"article_id\",\"article_version\",\"hcpc_code_id\",\"hcpc_code_version\","
             "\"hcpc_code_group\",\"range\",\"long_description\",\"short_description\"\r\n"
             "\"58777\",\"12\",\"62323\",\"20\",\"1\",\"\",\"x\",\"x\"\r\n"
             "\"58777\",\"12\",\"J1100\",\"20\",\"2\",\"\",\"x\",\"x\"\r\n");
    add_text(&inner, "article_x_icd10_covered.csv",
             "\"article_id\",\"article_version\",\"icd10_code_id\",\"icd10_code_version\","
             "\"icd10_covered_group\",\"range\",\"sort_order\",\"description\",\"asterisk\"\r\n"
             "\"58777\",\"12\",\"M54.16\",\"1\",\"1\",\"\",\"1\",\"x\",\"\"\r\n"
             "\"58777\",\"12\",\"M96.1\",\"1\",\"2\",\"\",\"1\",\"x\",\"\"\r\n"
             "\"58777\",\"9\",\"M54.5\",\"1\",\"1\",\"\",\"1\",\"x\",\"\"\r\n");
    add_text(&inner, "article_x_icd10_covered_group.csv",
             "\"article_id\",\"article_version\",\"icd10_covered_group\",\"paragraph\"\r\n"
             "\"58777\",\"12\",\"2\",\"&amp;lt;p&amp;gt;Secondary, with group 1 "
             "&amp;amp;amp; only then&amp;lt;/p&amp;gt;\"\r\n");
    end_archive(&inner);
    add_entry(&outer, "current_article_csv.zip", inner.bytes.data, inner.bytes.len);
    add_text(&outer, "readme.txt", "read me");
    end_archive(&outer);
    buf_free(&inner.bytes);
    return outer.bytes;
}

static void see_set(void *context, const char *name, const char *title, const char *note,
                    int64_t items)
{
    struct buf *seen = context;

    buf_printf(seen, "%s | %s | %s | %d\n", name, title, note, (int)items);
}

static void groups_of_an_article_stay_apart_with_their_paragraphs(void **state)
{
    struct buf export = make_export(), seen = BUF_INIT;
    struct err err = {ERR_NONE, "", "", ""};
    char path[256];

    (void)state;
    fixture_home(path);
    if (!fixture_import(path, "current_article.zip", export.data, export.len, NULL, &err))
        fail_msg("%s", err.text);
    assert_true(codes_sets_each(path, see_set, &seen, &err));
    assert_string_equal(
        buf_cstr(&seen),
        "A58777/hcpcs-1 | Billing and coding: injections | from 2021-12-05 | 1\n"
        "A58777/hcpcs-2 | Billing and coding: injections | from 2021-12-05 | 1\n"
        "A58777/icd10-covered-1 | Billing and coding: injections | from 2021-12-05 | 1\n"
        "A58777/icd10-covered-2 | Billing and coding: injections | from 2021-12-05; Secondary, "
        "with group 1 & only then | 1\n");
    buf_free(&seen);
    buf_free(&export);
    fixture_remove(path);
}

static void a_cut_or_damaged_zip_is_refused(void **state)
{
    struct buf export = make_export();
    char *copy = malloc(export.len);
    unsigned seed = 3;

    (void)state;
    assert_non_null(copy);
    for (int round = 0; round < 300; round++) {
        static const struct import_options none;
        size_t len = export.len;
        struct import_file file;
        struct import import;
        struct err err;

        memcpy(copy, export.data, export.len);
        seed = seed * 1103515245 + 12345;
        if (round % 3 == 0)
            len = 30 + (seed >> 8) % (export.len - 30);
        else
            copy[(seed >> 8) % export.len] ^= (char)(1 + seed % 255);
        file = fixture_file("current_article.zip", copy, len);
        if (!import_read(&file, &none, &import, &err))
            assert_int_equal(err.kind, ERR_INPUT);
        else
            assert_true(round % 3 != 0); /* a cut file is never read */
        import_free(&import);
    }
    free(copy);
    buf_free(&export);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_of_an_article_stay_apart_with_their_paragraphs),
        cmocka_unit_test(a_cut_or_damaged_zip_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
