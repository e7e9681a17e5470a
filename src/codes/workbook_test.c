/*
 * workbook_test.c - workbooks of a publisher: what their cells say, and what is
 * refused. Each workbook is made here.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "codes/codes_fixture.h"
#include "codes/workbook.h"
#include "codes/zip.h"
#include "codes/zip_fixture.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
#define RELS HEAD "<Relationships><Relationship Id=\"rId3\" Type=\"http://x/styles\" " \
             "Target=\"styles.xml\"/><Relationship Id=\"rId1\" Type=\"http://x/worksheet\" " \
             "Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" " \
             "Type=\"http://x/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>"
#define BOOK(more) HEAD "<workbook>" more "<sheets><sheet name=\"Notes\" sheetId=\"1\" " \
             "r:id=\"rId1\"/><sheet name=\"Data\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>"
/* styles: 0 general, 1 a date, 2 five digits, 3 a date of the writer's own, 4 no date */
#define STYLES HEAD "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"00000\"/>" \
             "<numFmt numFmtId=\"165\" formatCode=\"[$-409]yyyy\\-mm\\-dd;@\"/>" \
             "<numFmt numFmtId=\"166\" formatCode=\"&quot;day &quot;0\"/></numFmts>" \
             "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/>" \
             "<xf numFmtId=\"14\"><alignment/></xf><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/>" \
             "<xf numFmtId=\"166\"/></cellXfs></styleSheet>"
#define SHEET(rows) HEAD "<worksheet><dimension ref=\"A1\"/><sheetData>" rows \
                         "</sheetData></worksheet>"

static const struct import_options none;

/* A workbook whose second sheet has these rows. */
static struct buf make_book(const char *more, const char *strings, const char *sheet)
{
    struct archive archive = {BUF_INIT, BUF_INIT, 0};

    add_text(&archive, "[Content_Types].xml", HEAD "<Types/>");
    add_text(&archive, "xl/_rels/workbook.xml.rels", RELS);
    add_text(&archive, "xl/workbook.xml", more);
    add_text(&archive, "xl/styles.xml", STYLES);
    if (strings != NULL)
        add_text(&archive, "xl/sharedStrings.xml", strings);
    add_text(&archive, "xl/worksheets/sheet1.xml",
             SHEET("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Read me</t></is></c></row>"));
    add_text(&archive, "xl/worksheets/sheet2.xml", sheet);
    end_archive(&archive);
    return archive.bytes;
}

/* The text of a sheet, or the error. */
static const char *text_of(struct buf *book, size_t sheet, struct buf *out, struct err *err)
{
    struct workbook *workbook;
    bool done = workbook_open("book.xlsx", book->data, book->len, &workbook, err);

    buf_reset(out);
    if (done) {
        done = workbook_text(workbook, sheet, out, err);
        workbook_close(workbook);
    }
    return done ? buf_cstr(out) : err->text;
}

static void expect_sheet(const char *more, const char *strings, const char *sheet,
                         const char *expected)
{
    struct buf book = make_book(more, strings, sheet), out = BUF_INIT;
    struct err err;

    assert_true(workbook_is(book.data, book.len));
    assert_string_equal(text_of(&book, 1, &out, &err), expected);
    buf_free(&book);
    buf_free(&out);
}

static void cells_are_written_as_they_were_entered(void **state)
{
    (void)state;
    expect_sheet(
        BOOK(""),
        HEAD "<x:sst xmlns:x=\"y\"><x:si><x:t>CODE</x:t></x:si><x:si><x:r><x:rPr><x:b/></x:rPr>"
             "<x:t>long, </x:t></x:r><x:r><x:t>\"bold\" &amp; &#233;</x:t></x:r>"
             "<x:rPh><x:t>spoken</x:t></x:rPh></x:si><x:si><x:t/></x:si></x:sst>",
        SHEET("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c></row>"
              "<row r=\"3\" spans=\"1:3\"><c r=\"A3\"><v>00100</v></c>"
              "<c r=\"B3\" s=\"2\"><v>100</v></c>"
              "<c r=\"C3\" t=\"str\"><f>A3</f><v>00100</v></c></row>"
              "<row r=\"4\"><c r=\"A4\" s=\"1\"><v>45292</v></c><c r=\"B4\" s=\"3\"><v>59.5</v></c>"
              "<c r=\"C4\" s=\"4\"><v>45292</v></c></row>"
              "<row r=\"5\"><c r=\"A5\" s=\"1\"><v>61</v></c><c r=\"B5\"><v>2.0260101E7</v></c>"
              "<c r=\"C5\"><v>0.5</v></c></row>"
              "<row r=\"6\"><c r=\"A6\" s=\"1\"/><c r=\"B6\" t=\"s\"><v>2</v></c></row>"
              "<row><c t=\"inlineStr\"><is><t>two\nlines_x000D_here</t></is></c>"
              "<c t=\"b\"><v>1</v></c></row><row r=\"9\"/>"),
        "CODE,,\"long, \"\"bold\"\" & \303\251\"\n\n100,00100,00100\n2024-01-01,1900-02-28,45292\n"
        "1900-03-01,20260101,0.5\n,,\ntwo lines here,1,\n\n\n");
    expect_sheet(BOOK("<workbookPr date1904=\"1\"/>"), NULL,
                 SHEET("<row r=\"1\"><c r=\"A1\" s=\"1\"><v>43830</v></c></row>"), "2024-01-01\n");
}

static void a_broken_workbook_names_the_cell(void **state)
{
#define ONE(cell) SHEET("<row r=\"7\"><c r=\"AB7\" " cell "</c></row>")
    struct buf book, out = BUF_INIT;
    struct err err;
    char *at;

    (void)state;
    expect_sheet(BOOK(""), NULL, ONE("t=\"s\"><v>4</v>"),
                 "book.xlsx: AB7: it names a text that the workbook does not have");
    expect_sheet(BOOK(""), HEAD "<sst><si><t>a</t></si></sst>", ONE("t=\"s\"><v>1</v>"),
                 "book.xlsx: AB7: it names a text that the workbook does not have");
    expect_sheet(BOOK(""), NULL, ONE("s=\"1\"><v>60</v>"),
                 "book.xlsx: AB7: 29 February 1900 is a day that never was");
    expect_sheet(BOOK(""), NULL, SHEET("<row r=\"2\"/><row r=\"2\"/>"),
                 "book.xlsx: A3: the rows are not in order");
    expect_sheet(BOOK(""), NULL, SHEET("<row r=\"1048577\"/>"),
                 "book.xlsx: A1: the rows are not in order");
    expect_sheet(BOOK(""), NULL, SHEET("<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>"),
                 "book.xlsx: A1: the cells of a row are not in order");
    expect_sheet(BOOK(""), NULL, HEAD "<worksheet><sheetData><row r=\"5\"><c r=\"A5\"><v>1</v>",
                 "book.xlsx: A5: <c> is never closed: the file is cut off");
    expect_sheet(BOOK(""), HEAD "<sst><si></sst>", SHEET(""),
                 "book.xlsx: xl/sharedStrings.xml: </sst> closes what is not open");
    book = make_book(BOOK(""), NULL, SHEET(""));
    at = memmem(book.data, book.len, "sheet2.xml", 10);
    assert_non_null(at);
    at[16] ^= 1;
    assert_non_null(strstr(text_of(&book, 1, &out, &err), "checksum"));
    buf_free(&book);
    buf_free(&out);
}

static void what_unpacks_to_far_more_than_a_table_is_refused(void **state)
{
    size_t len = (size_t)32 << 20;
    struct archive archive = {BUF_INIT, BUF_INIT, 0};
    struct import_files files;
    struct import_file file;
    struct err err;
    char *blanks = malloc(len + 1);

    (void)state;
    assert_non_null(blanks);
    memset(blanks, ' ', len);
    add_text(&archive, "xl/_rels/workbook.xml.rels", RELS);
    add_text(&archive, "xl/workbook.xml", BOOK(""));
    add_entry(&archive, "xl/worksheets/sheet1.xml", blanks, len);
    end_archive(&archive);
    free(blanks);
    assert_true(archive.bytes.len < 100000);
    file = fixture_file("book.xlsx", archive.bytes.data, archive.bytes.len);
    assert_false(import_files_of(&file, &none, &files, &err));
    assert_non_null(strstr(err.text, "an entry is far larger than any table packed so small"));
    import_files_free(&files);
    buf_free(&archive.bytes);
}

/* Reads the table in a workbook; what the report says, or the error. */
static const char *read_book(const char *name, const char *sheet, struct import *import,
                             struct import_files *files, struct err *err)
{
    struct buf book = make_book(BOOK(""), NULL, sheet);
    struct import_file file = fixture_file(name, book.data, book.len);
    const struct import_file *found;
    const char *said = err->text;

    if (import_files_of(&file, &none, files, err)) {
        assert_int_equal(files->files.count, 1);
        found = files->files.data;
        assert_memory_equal(found->sha256, file.sha256, 32);
        assert_string_equal(found->name, name);
        said = import_read(found, &none, import, err) ? import->what : err->text;
    } else {
        *import = (struct import){0};
    }
    buf_free(&book);
    return said;
}

#define C(text) "<c t=\"inlineStr\"><is><t>" text "</t></is></c>"
#define N(number) "<c><v>" number "</v></c>"
#define HCPCS "<row>" C("2026 HCPCS") "</row><row>" C("HCPC") C("SEQNUM") C("RECID") \
              C("LONG DESCRIPTION") C("SHORT DESCRIPTION") C("ADD DT") C("TERM DT") \
              C("XREF1") "</row>"

static void the_tables_of_publishers_are_read_from_their_workbooks(void **state)
{
    struct import_files files;
    struct import import;
    struct err err;
    const struct import_code *codes;
    const struct import_limit *limits;

    (void)state;
    assert_string_equal(
        read_book("HCPC2026_OCT_ANWEB.xlsx",
                  SHEET(HCPCS "<row>" C("J2274") N("100") N("3") C("Morphine, per 10 mg")
                        C("Morphine") N("20150101") "</row><row>" C("Q9977") N("100") N("3")
                        C("Compounded drug") C("Compounded") "<c s=\"1\"><v>42186</v></c>"
                        N("42369") C("J7999") "</row><row>" C("LT") N("100") N("7")
                        C("Left side") C("Left")
                        N("19840101") "</row>"),
                  &import, &files, &err),
        "HCPCS Level II workbook, HCPCS 2026-10");
    codes = import.codes.data;
    assert_int_equal(import.codes.count, 3);
    assert_int_equal(codes[0].from, civil_day(2015, 1, 1));
    assert_int_equal(codes[1].from, civil_day(2015, 7, 1));
    assert_int_equal(codes[1].to, civil_day(2015, 12, 31));
    assert_string_equal(import.odd[0].text, "the date 42369 was read as 2015-12-31");
    assert_int_equal(import.odd[0].line, 4);
    import_free(&import);
    import_files_free(&files);

    assert_string_equal(
        read_book("MCR_MUE_PractitionerServices_Eff_07-01-2026.xlsx",
                  SHEET("<row>" C("A notice") "</row><row>" C("HCPCS/\r\nCPT Code")
                        C("Practitioner Services MUE Values") C("MUE Adjudication Indicator")
                        C("MUE Rationale") "</row><row>" N("100") N("1") C("2 Date of Service Edit")
                        C("Anatomic") "</row><row>" C("62323") N("1") C("2 Date") C("x") "</row>"),
                  &import, &files, &err),
        "unit limits (mue-practitioner), MUE 2026Q3");
    limits = import.limits.data;
    assert_int_equal(limits[0].key, code_pack("00100", 5));
    assert_string_equal(import.odd[0].text,
                        "the cell holds the number 100: read as the code 00100");
    import_free(&import);
    import_files_free(&files);

    assert_string_equal(
        read_book("pos.xlsx", SHEET("<row>" C("code") C("name") C("effective_from")
                                    C("effective_to") "</row><row>" N("2") C("Telehealth")
                                    "</row>"),
                  &import, &files, &err),
        "place of service codes");
    assert_int_equal(((const struct import_code *)import.codes.data)->key, code_pack("02", 2));
    import_free(&import);
    import_files_free(&files);
}

static void what_is_no_table_or_wrong_in_a_row_is_refused(void **state)
{
    struct import_files files;
    struct import import;
    struct err err;

    (void)state;
    assert_string_equal(read_book("HCPC2026_OCT_ANWEB.xlsx",
                                  SHEET(HCPCS "<row>" C("J2274") N("100") N("3") C("x") C("y")
                                        C("soon") "</row>"), &import, &files, &err),
                        "HCPC2026_OCT_ANWEB.xlsx:3: the date added is no date");
    import_free(&import);
    import_files_free(&files);
    assert_string_equal(read_book("other.xlsx", SHEET("<row>" C("a") "</row>"), &import, &files,
                                  &err),
                        "other.xlsx: no file in it of any kind that can be imported");
    assert_non_null(strstr(err.help, "no sheet of it has the header of a table"));
    import_files_free(&files);
}

static void a_workbook_in_an_archive_is_read_where_nothing_else_is_a_table(void **state)
{
    static const char record[] = "HCPC,RECID,LONG DESCRIPTION\r\nJ2274,3,Morphine\r\n";
    struct buf book = make_book(BOOK(""), NULL, SHEET(HCPCS "<row>" C("J2274") N("1") N("3") C("x")
                                                      C("y") N("20150101") "</row>"));

    (void)state;
    for (int with = 0; with < 2; with++) {
        struct archive archive = {BUF_INIT, BUF_INIT, 0};
        const struct import_file *all;
        struct import_files files;
        struct import_file zip;
        struct err err;

        add_entry(&archive, "HCPC2026_OCT_ANWEB.xlsx", book.data, book.len);
        add_text(&archive, "readme.pdf", "%PDF");
        if (with)
            add_text(&archive, "HCPC2026_OCT_ANWEB.csv", record);
        end_archive(&archive);
        zip = fixture_file("october.zip", archive.bytes.data, archive.bytes.len);
        assert_true(import_files_of(&zip, &none, &files, &err));
        all = files.files.data;
        assert_int_equal(files.files.count, 1);
        assert_string_equal(all[0].name, with ? "october.zip/HCPC2026_OCT_ANWEB.csv"
                                              : "october.zip/HCPC2026_OCT_ANWEB.xlsx");
        assert_true(all[0].workbook == !with);
        import_files_free(&files);
        buf_free(&archive.bytes);
    }
    buf_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_written_as_they_were_entered),
        cmocka_unit_test(a_broken_workbook_names_the_cell),
        cmocka_unit_test(what_unpacks_to_far_more_than_a_table_is_refused),
        cmocka_unit_test(the_tables_of_publishers_are_read_from_their_workbooks),
        cmocka_unit_test(what_is_no_table_or_wrong_in_a_row_is_refused),
        cmocka_unit_test(a_workbook_in_an_archive_is_read_where_nothing_else_is_a_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
