/*
 * layouts_test.c - the layouts of releases as they were seen published: archives,
 * trimmed records, workbooks saved as text, notices, last lines without an end.
 *
 * The rows are invented, or public ones of ICD-10-CM and HCPCS Level II.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "codes/codes_fixture.h"
#include "codes/zip_fixture.h"

#define NOTICE "\"(CPT) codes are copyright.\r\n\r\nCPT\xAE is a \"\"mark\"\".\r\n\",,,\r\n"
#define LIMITS "\"HCPCS/\r\nCPT Code\",Practitioner Services MUE Values,MUE Adjudication " \
               "Indicator,MUE Rationale\r\n"
#define LIMITS_NAME "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"
#define PAIRS_NAME "ccipra-v322r0-f1.TXT"
#define PAIRS "CPT only copyright.\t\t\t\t\t\t\r\nColumn1/Column2 Edits\t\t\t\t\t\t\r\n" \
              "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit " \
              "Rationale\r\n\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n" \
              "\t\t\t\t*=no data\t1=allowed\t\r\n\t\t\t\t\t9=not applicable\t\r\n"

static const struct import_options none;

struct read {
    struct import_file file;
    struct import import;
    struct err err;
    bool done;
};

static struct read read_text(const char *name, const char *text, size_t len)
{
    struct read read = {.err = {ERR_NONE, "", "", ""}};

    read.file = fixture_file(name, text, len);
    read.done = import_read(&read.file, &none, &read.import, &read.err);
    return read;
}

/* Refused with the text; NULL: it is read, so many records and so many odd. */
static void expect(const char *name, const char *text, const char *refusal, size_t records,
                   size_t odd)
{
    struct read read = read_text(name, text, strlen(text));

    read.import.file = &read.file;
    if (refusal == NULL && !read.done)
        fail_msg("%s: %s", name, read.err.text);
    if (refusal != NULL)
        assert_string_equal(read.err.text, refusal);
    else
        assert_int_equal(read.import.read, records);
    if (refusal == NULL)
        assert_int_equal(read.import.odd_count, odd);
    import_free(&read.import);
}

/* ---- HCPCS ---------------------------------------------------------------------- */

/* A record up to its action code, as the files of 2026 have it. */
static void put_trimmed(struct buf *out, const char *code, char kind, const char *title,
                        const char *added, const char *ended, const char *line_end)
{
    char record[294];

    memset(record, ' ', 293);
    memcpy(record, code, strlen(code));
    snprintf(record + 5, 7, "00100%c", kind);
    memcpy(record + 11, title, strlen(title));
    memcpy(record + 268, added, 8);
    memcpy(record + 284, ended, strlen(ended));
    record[292] = 'N';
    record[293] = '\0';
    buf_puts(out, record);
    buf_puts(out, line_end);
}

static void records_of_293_bytes_are_whole(void **state)
{
    struct buf text = BUF_INIT;

    (void)state;
    put_trimmed(&text, "A0080", '3', "Non-emergency transportation, per mile", "19820101", "",
                "\r\n");
    buf_puts(&text, "A0080002004(individual or organization)\r\n"); /* not padded */
    put_trimmed(&text, "   CP", '7', "Adjunctive service", "20160101", "20171231", "\r\n");
    expect("HCPC2026_JUL_ANWEB_06172026.txt", buf_cstr(&text), NULL, 2, 1); /* odd: so few */
    buf_puts(&text, "A0090001003");
    expect("HCPC2026_JUL_ANWEB_06172026.txt", buf_cstr(&text),
           "HCPC2026_JUL_ANWEB_06172026.txt:4: the last line has no line end: the file is cut off",
           0, 0);
    buf_free(&text);
}

static void a_record_shorter_than_the_others_is_odd(void **state)
{
    struct buf text = BUF_INIT;
    struct read read;
    char code[16];

    (void)state;
    for (int i = 0; i < 60; i++) {
        snprintf(code, sizeof code, "A%04d", 100 + i);
        put_trimmed(&text, code, '3', "Transportation", "20260101", "", "");
        for (int blank = i == 40 ? 4 : 0; blank < 27; blank++)
            buf_putc(&text, ' ');
        buf_puts(&text, "\r\n");
    }
    read = read_text("HCPC2026_JUL_ANWEB.txt", buf_cstr(&text), text.len);
    assert_true(read.done);
    assert_int_equal(read.import.read, 60);
    assert_int_equal(read.import.odd[0].line, 41);
    assert_string_equal(read.import.odd[0].text,
                        "the record is shorter than 320 bytes, as 1 of 60 are");
    import_free(&read.import);
    buf_free(&text);
}

static void a_last_record_of_full_width_needs_no_line_end(void **state)
{
    struct buf text = BUF_INIT;

    (void)state;
    put_trimmed(&text, "A0080", '3', "Non-emergency transportation", "19820101", "", "\r\n");
    put_trimmed(&text, "A0090", '3', "Non-emergency transportation", "19820101", "", "");
    expect("HCPC2026_JUL_ANWEB.txt", buf_cstr(&text), NULL, 2, 1);
    text.len -= 8;
    expect("HCPC2026_JUL_ANWEB.txt", buf_cstr(&text),
           "HCPC2026_JUL_ANWEB.txt:2: the last line has no line end: the file is cut off", 0, 0);
    buf_free(&text);
}

static void the_workbook_of_hcpcs_is_read_as_csv(void **state)
{
    static const char header[] =
        "HCPCS and a disclaimer\r\nHCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,COV,XREF1,"
        "ADD DT,ACT EFF DT,TERM DT,ACTION CD\r\n";
    struct buf text = BUF_INIT;
    struct read read;
    const struct import_code *codes;
    const struct import_successor *after;

    (void)state;
    buf_puts(&text, header);
    buf_puts(&text, "   A1,0010,7,Dressing for one wound,Dressing,C,,20020701,20020701,,N\r\n"
                    "J1030,0010,3,\"Injection, methylprednisolone\",Inj,D,J1010,19860101,20240401,"
                    "20240331,D\r\n,,,,,,,,,,\r\n");
    read = read_text("HCPC2026_OCT_ANWEB.csv", text.data, text.len);
    assert_true(read.done);
    assert_int_equal(read.import.read, 2);
    assert_string_equal(read.import.what, "HCPCS Level II workbook, HCPCS 2026-10");
    codes = read.import.codes.data; /* procedures before modifiers */
    after = read.import.successors.data;
    assert_int_equal(codes[0].key, code_pack("J1030", 5));
    assert_int_equal(codes[0].to, civil_day(2024, 3, 31));
    assert_int_equal(codes[1].key, code_pack("A1", 2));
    assert_int_equal(after[0].successor, code_pack("J1010", 5));
    import_free(&read.import);
    buf_puts(&text, "99213,0010,3,Something,Some,C,,20020701,20020701,,N\r\n");
    expect("HCPC2026_OCT_ANWEB.csv", buf_cstr(&text),
           "HCPC2026_OCT_ANWEB.csv:6: 99213 is a CPT number, which no HCPCS Level II file holds",
           0, 0);
    buf_free(&text);
}

static void a_table_of_another_year_is_told_by_its_newest_record(void **state)
{
    struct buf text = BUF_INIT;

    (void)state;
    put_trimmed(&text, "A0080", '3', "Non-emergency transportation", "20260701", "", "\r\n");
    expect("HCPC2019_OCT_ANWEB.txt", buf_cstr(&text),
           "HCPC2019_OCT_ANWEB.txt: the name says 2019-10-01, but the newest record in it begins "
           "on 2026-07-01",
           0, 0);
    expect("HCPC2026_APR_ANWEB.txt", buf_cstr(&text), NULL, 1, 1); /* announced ahead */
    expect("ccipra-v250r0-f1.TXT", PAIRS "0001A\t0591T\t\t20220101\t*\t1\tA reason\r\n",
           "ccipra-v250r0-f1.TXT: the name says 2019-01-01, but the newest record in it begins on "
           "2022-01-01",
           0, 0);
    buf_free(&text);
}

/* ---- NCCI and MUE ------------------------------------------------------------------- */

static void pairs_are_read_below_their_wrapped_header(void **state)
{
    (void)state;
    expect(PAIRS_NAME,
           PAIRS "0001A\t0591T\t\t20220101\t20231231\t1\tA reason\r\n"
                 "0001A\t90473\t\t20220101\t20220101\t9\tA reason\r\n" /* never in force */
                 "\t\t\t\t\t\t\r\n",
           NULL, 1, 1);
    /* the workbook, saved as comma- or tab-separated text */
    expect("ccipra-v322r0-f1.csv",
           "CPT only copyright.,,,,,,\n\"Column 1\",\"Column 2\",,,,,\n"
           "\"0001A\",\"0591T\",,20220101,*,1,\"A reason, with a comma\"\n"
           "80053,80048,*,1996-01-01,,0,A reason\n,,,,,,\n",
           NULL, 2, 1);
}

static void a_cut_is_told_from_a_last_line_without_an_end(void **state)
{
    (void)state;
    expect(PAIRS_NAME,
           PAIRS "0001A\t0591T\t\t20220101\t*\t1\tA reason\r\n0001A\t0592T\t\t20220101\t*\t1\tA rea",
           "ccipra-v322r0-f1.TXT:8: the last line has no line end: the file is cut off", 0, 0);
    expect(PAIRS_NAME,
           PAIRS "0001A\t0591T\t\t20220101\t*\t1\tA reason\r\n0001A\t0592T\t\t20220101\t*\t1\tA "
                 "reason",
           NULL, 2, 1);
    expect(LIMITS_NAME,
           NOTICE LIMITS "0001U,1,2 Date of Service Edit: Policy,A reason\r\n"
                         "0002M,12,3 Date of Service Edit: Clinical,A rea",
           LIMITS_NAME ":8: the last line has no line end: the file is cut off", 0, 0);
    expect(LIMITS_NAME,
           NOTICE LIMITS "0001U,1,2 Date of Service Edit: Policy,A reason\r\n"
                         "0002M,12,3 Date of Service Edit: Clinical,A reason",
           NULL, 2, 1);
    expect(LIMITS_NAME,
           NOTICE LIMITS "0001U,1,2 Date of Service Edit: Policy,A reason\r\n0002M,1",
           LIMITS_NAME ":8: the adjudication indicator of 0002M does not begin with 1, 2 or 3", 0,
           0);
}

static void limits_stand_below_a_notice_of_any_shape(void **state)
{
    (void)state;
    expect(LIMITS_NAME,
           "A notice with a \"quote\" and,\"another\" one\r\n\"and\" one that closes early\r\n" LIMITS
           "J2274,10,3 Date of Service Edit: Clinical,A reason\r\n,,,\r\n",
           NULL, 1, 1);
}

/* ---- places of service ----------------------------------------------------------------- */

static void the_header_of_limits_says_whose_they_are(void **state)
{
    static const char *const tables[][3] = {
        {"Practitioner Services", "mue.csv", "unit limits (mue-practitioner), MUE 2026Q3"},
        {"Outpatient Hospital Services", "mue.csv", "unit limits (mue-outpatient), MUE 2026Q3"},
        {"DME Supplier Services", "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv",
         "unit limits (mue-supplier), MUE 2026Q3"},
        {"", "MCR_MUE_DMESupplierServices_Eff_07-01-2026.csv",
         "unit limits (mue-supplier), MUE 2026Q3"},
    };
    struct import_options dated = {.dated = true, .from = civil_day(2026, 7, 1)};
    struct import import;
    struct err err;
    char text[200];

    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        int len = snprintf(text, sizeof text, "HCPCS/CPT Code,%s MUE Values,Indicator,Rationale\n"
                           "E0783,1,1 Line Edit,x\n", tables[i][0]);
        struct import_file file = fixture_file(tables[i][1], text, (size_t)len);

        assert_true(import_read(&file, &dated, &import, &err));
        assert_string_equal(import.what, tables[i][2]);
        import_free(&import);
    }
}

static void the_gaps_of_the_list_of_places_are_no_codes(void **state)
{
    (void)state;
    expect("place-of-service.csv",
           "Place of Service Code(s),Place of Service Name,Place of Service Description\r\n"
           "01,Pharmacy **,\"A facility\r\nwhere drugs are sold. (Effective October 1, 2003)\"\r\n"
           "27-30,Unassigned,N/A\r\n11,Office,\"Location, other than a hospital\"\r\n,,\r\n",
           NULL, 2, 0);
    expect("place-of-service.csv",
           "Place of Service Code(s),Place of Service Name\r\n01,Pharmacy\r\n1,Office\r\n",
           "place-of-service.csv: not a file of any kind that can be imported", 0, 0);
}

/* ---- archives ------------------------------------------------------------------------ */

static void an_archive_gives_the_files_that_are_tables(void **state)
{
    struct archive archive = {BUF_INIT, BUF_INIT, 0};
    struct fixture_order order;
    struct import_file zip;
    struct import_files files;
    const struct import_file *all;
    struct read read;
    struct err err;

    (void)state;
    fixture_order(&order, 2, 2, 2026);
    add_text(&archive, "Code Descriptions/icd10OrderFiles.pdf", "%PDF");
    add_text(&archive, "Code Descriptions/icd10cm_codes_2026.txt", "A000    Cholera due to\r\n");
    add_text(&archive, "Code Descriptions/icd10cm_order_addenda_2026.txt",
              "Codes\r\nAdd:         1 M5459   Other low back pain\r\n");
    add_text(&archive, "Code Descriptions/icd10cm_order_2026.txt", buf_cstr(&order.text));
    end_archive(&archive);
    zip = fixture_file("april-1-2026-code-descriptions-tabular-order.zip", archive.bytes.data,
                       archive.bytes.len);
    assert_true(import_files_of(&zip, &none, &files, &err));
    assert_int_equal(files.files.count, 2);
    assert_int_equal(files.passed, 2);
    all = files.files.data; /* addenda last */
    read = read_text(all[0].name, all[0].bytes, all[0].len);
    assert_true(read.done);
    assert_string_equal(read.import.what, "ICD-10-CM order file, FY2026-04");
    import_free(&read.import);
    read = read_text(all[1].name, all[1].bytes, all[1].len);
    assert_true(read.done);
    assert_string_equal(read.import.what, "ICD-10-CM addenda, FY2026-04 addenda");
    import_free(&read.import);
    import_files_free(&files);
    zip.name = "2026-code-descriptions-tabular-order.zip"; /* that of October */
    assert_true(import_files_of(&zip, &none, &files, &err));
    all = files.files.data;
    read = read_text(all[0].name, all[0].bytes, all[0].len);
    assert_string_equal(read.import.what, "ICD-10-CM order file, FY2026");
    import_free(&read.import);
    import_files_free(&files);
    buf_free(&archive.bytes);
    buf_free(&order.text);
}

static void an_archive_without_a_table_is_refused(void **state)
{
    struct archive archive = {BUF_INIT, BUF_INIT, 0};
    struct import_file zip;
    struct import_files files;
    struct err err;

    (void)state;
    add_text(&archive, "readme.txt", "nothing here\r\n");
    end_archive(&archive);
    zip = fixture_file("some.zip", archive.bytes.data, archive.bytes.len);
    assert_false(import_files_of(&zip, &none, &files, &err));
    assert_string_equal(err.text, "some.zip: no file in it of any kind that can be imported");
    assert_string_equal(err.help, "unpack it and name the file that was meant, with --as KIND");
    import_files_free(&files);
    buf_free(&archive.bytes);
}

static void the_larger_of_two_files_of_one_table_is_taken(void **state)
{
    struct archive archive = {BUF_INIT, BUF_INIT, 0};
    struct buf small = BUF_INIT, large = BUF_INIT;
    struct import_file zip;
    struct import_files files;
    struct err err;

    (void)state;
    put_trimmed(&small, "A0080", '3', "Corrected", "19820101", "", "\r\n");
    put_trimmed(&large, "A0080", '3', "Whole", "19820101", "", "\r\n");
    put_trimmed(&large, "A0090", '3', "Whole", "19820101", "", "\r\n");
    add_text(&archive, "HCPC2026_JUL_CORRECTIONS.txt", buf_cstr(&small));
    add_text(&archive, "HCPC2026_JUL_ANWEB.txt", buf_cstr(&large));
    end_archive(&archive);
    zip = fixture_file("july-2026-alpha-numeric-hcpcs-file.zip", archive.bytes.data,
                       archive.bytes.len);
    assert_true(import_files_of(&zip, &none, &files, &err));
    assert_int_equal(files.files.count, 1);
    assert_string_equal(((const struct import_file *)files.files.data)[0].name,
                        "july-2026-alpha-numeric-hcpcs-file.zip/HCPC2026_JUL_ANWEB.txt");
    import_files_free(&files);
    buf_free(&archive.bytes);
    buf_free(&small);
    buf_free(&large);
}

static void a_determination_that_lists_codes_is_read_like_an_article(void **state)
{
    struct archive inner = {BUF_INIT, BUF_INIT, 0};
    const struct import_set *sets;
    struct read read;

    (void)state;
    add_text(&inner, "lcd.csv",
              "lcd_id,lcd_version,title,status,orig_det_eff_date,ent_det_end_date\r\n"
              "39036,7,Epidural injections,A,2021-12-05 00:00:00,\r\n");
    add_text(&inner, "lcd_x_hcpc_code.csv",
              "lcd_id,lcd_version,hcpc_code_id,hcpc_code_version,hcpc_code_group,range\r\n"
              "39036,7,62321,90,1,N\r\n39036,6,62322,90,1,N\r\n39036,7,62323,90,2,N\r\n");
    add_text(&inner, "lcd_x_hcpc_code_group.csv",
              "lcd_id,lcd_version,hcpc_code_group,paragraph\r\n"
              "39036,7,1,\"<p>Cervical&nbsp;or thoracic,\r\n once</p>\"\r\n");
    end_archive(&inner);
    read = read_text("current_lcd.zip", inner.bytes.data, inner.bytes.len);
    assert_true(read.done);
    assert_string_equal(read.import.summary, "1 documents, 2 groups of codes kept apart");
    assert_int_equal(read.import.skipped, 1); /* of another version */
    sets = read.import.sets.data;
    assert_string_equal(sets[0].name, "L39036/hcpcs-1");
    assert_string_equal(sets[0].note, "from 2021-12-05; Cervical or thoracic, once");
    assert_string_equal(sets[1].name, "L39036/hcpcs-2");
    import_free(&read.import);
    buf_free(&inner.bytes);
}

/* ---- addenda --------------------------------------------------------------------------- */

#define TITLE60 "Low back pain                                                "

/* Two order files loaded, then addenda: what the report says. */
static const char *compared(const char *addenda, char summary[300], size_t *odd)
{
    struct fixture_order was, now;
    struct codes_swap *swap = NULL;
    enum swap_result result;
    struct read read;
    struct err err;
    char path[256];

    fixture_home(path);
    fixture_order(&was, 0, 0, 2021);
    fixture_order(&now, 0, 0, 2022);
    assert_true(fixture_import(path, "icd10cm_order_2021.txt", was.text.data, was.text.len, NULL,
                               &err));
    assert_true(fixture_import(path, "icd10cm_order_2022.txt", now.text.data, now.text.len, NULL,
                               &err));
    read = read_text("icd10cm_order_addenda_2022.txt", addenda, strlen(addenda));
    read.import.file = &read.file;
    assert_true(read.done);
    assert_true(codes_swap_begin(path, NULL, &swap, &err));
    assert_true(codes_swap_store(swap, &read.import, &result, &err));
    assert_true(codes_swap_compare(swap, &read.import, &err));
    snprintf(summary, 300, "%s", read.import.summary);
    *odd = read.import.odd_count;
    codes_swap_end(swap);
    import_free(&read.import);
    fixture_remove(path);
    buf_free(&was.text);
    buf_free(&now.text);
    return summary;
}

static void addenda_are_what_two_releases_differ_by(void **state)
{
    static const char whole[] = "\r\nHeaders\r\n  9 headers in icd10cm_order_2021.txt\r\n"
                                "Add:         0 M545    " TITLE60 "Low back pain\r\n\r\nCodes\r\n"
                                "Delete:      1 M545    " TITLE60 "Low back pain\r\n"
                                "Add:         1 M5450   " TITLE60 "Low back pain, unspecified\r\n"
                                "Add:         1 M5459   " TITLE60 "Other low back pain\r\n";
    static const char wrong[] = "Add:         1 M5450   " TITLE60 "Low back pain, unspecified\r\n"
                                "Delete:      1 M542    " TITLE60 "Cervicalgia\r\n"
                                "Revise from: 1 M5416   " TITLE60 "Radiculopathy\r\n"
                                "Revise to:   1 M5416   " TITLE60 "Radiculopathy, lumbar\r\n";
    char summary[300];
    size_t odd;

    (void)state;
    assert_string_equal(compared(whole, summary, &odd),
                        "3 added, 1 deleted, 0 revised: all that FY2021 and FY2022 differ by");
    assert_int_equal(odd, 0);
    assert_string_equal(compared(wrong, summary, &odd),
                        "1 added, 1 deleted, 1 revised; but FY2021 and FY2022 differ by 3 added, "
                        "1 deleted");
    assert_int_equal(odd, 1);
    expect("icd10cm_order_addenda_2022.txt", "Add:  1 M545 Low back pain\r\nAdd:         1 M5450\r\n",
           "icd10cm_order_addenda_2022.txt:2: no title stands behind the code", 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_of_293_bytes_are_whole),
        cmocka_unit_test(a_record_shorter_than_the_others_is_odd),
        cmocka_unit_test(a_last_record_of_full_width_needs_no_line_end),
        cmocka_unit_test(the_workbook_of_hcpcs_is_read_as_csv),
        cmocka_unit_test(a_table_of_another_year_is_told_by_its_newest_record),
        cmocka_unit_test(pairs_are_read_below_their_wrapped_header),
        cmocka_unit_test(a_cut_is_told_from_a_last_line_without_an_end),
        cmocka_unit_test(limits_stand_below_a_notice_of_any_shape),
        cmocka_unit_test(the_header_of_limits_says_whose_they_are),
        cmocka_unit_test(the_gaps_of_the_list_of_places_are_no_codes),
        cmocka_unit_test(an_archive_gives_the_files_that_are_tables),
        cmocka_unit_test(an_archive_without_a_table_is_refused),
        cmocka_unit_test(the_larger_of_two_files_of_one_table_is_taken),
        cmocka_unit_test(a_determination_that_lists_codes_is_read_like_an_article),
        cmocka_unit_test(addenda_are_what_two_releases_differ_by),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
