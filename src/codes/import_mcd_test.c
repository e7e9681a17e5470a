/*
 * import_mcd_test.c - the coverage export: zips inside a zip, groups kept apart.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "codes/codes_fixture.h"
#include "codes/codes_releases.h"
#include "codes/zip.h"
#include "codes/zip_fixture.h"

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
