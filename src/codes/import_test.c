/*
 * import_test.c - files as publishers ship them, and as they arrive broken.
 *
 * The rows are invented or public; the layouts and their oddities are real.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "codes/codes_fixture.h"
#include "codes/codes_notes.h"
#include "codes/codes_releases.h"

#define ORDER "icd10cm_order_2026.txt"

static void must(bool done, const struct err *err)
{
    if (!done)
        fail_msg("%s / %s", err->text, err->help);
}

static struct codes *open_at(const char *path)
{
    struct err err = {ERR_NONE, "", "", ""};
    struct codes *codes = NULL;

    must(codes_open(path, &codes, &err), &err);
    return codes;
}

static day_t day_of(const char *text)
{
    day_t day = 0;

    assert_true(civil_parse_day(text, strlen(text), &day));
    return day;
}

/* A home with one file imported. */
struct loaded {
    char path[256];
    struct codes *codes;
};

static struct loaded load_text(const char *name, const char *text)
{
    struct err err = {ERR_NONE, "", "", ""};
    struct loaded made;

    fixture_home(made.path);
    must(fixture_import(made.path, name, text, strlen(text), NULL, &err), &err);
    made.codes = open_at(made.path);
    return made;
}

static void unload(struct loaded *loaded)
{
    codes_close(loaded->codes);
    fixture_remove(loaded->path);
}

/* The import fails with this text, and no codes.db appears. */
static void refused(const char *name, const char *bytes, size_t len, const char *text)
{
    struct err err = {ERR_NONE, "", "", ""};
    char path[256];

    fixture_home(path);
    assert_false(fixture_import(path, name, bytes, len, NULL, &err));
    if (text != NULL)
        assert_string_equal(err.text, text);
    assert_int_not_equal(access(path, F_OK), 0);
    fixture_remove(path);
}

static void refused_text(const char *name, const char *bytes, const char *text)
{
    refused(name, bytes, strlen(bytes), text);
}

static enum code_status status(const struct codes *codes, const char *code, const char *day,
                               struct code_entry *entry)
{
    return codes_status(codes, (struct str){NULL, 0}, str_of(code), day_of(day), entry);
}

/* ---- the order file ----------------------------------------------------------------- */

static struct buf small_order(int year)
{
    struct fixture_order order;

    fixture_order(&order, 3, 4, year);
    return order.text;
}

static void a_cut_file_is_refused_wherever_it_was_cut(void **state)
{
    struct buf text = small_order(2026);

    (void)state;
    for (size_t len = 1; len < text.len - 1; len += 13) {
        if (text.data[len - 1] != '\n') /* a small file that ends with a row is whole */
            refused(ORDER, text.data, len, NULL);
    }
    refused(ORDER, text.data, text.len - 1, NULL);
    refused(ORDER, text.data, text.len / 2 / 78 * 78 + 40, NULL);
    buf_free(&text);
}

static void shuffled_lines_are_named(void **state)
{
    struct buf text = small_order(2026);
    char *second = strchr(text.data, '\n') + 1;
    char *third = strchr(second, '\n') + 1;
    size_t second_len = (size_t)(third - second);
    char *fourth = strchr(third, '\n') + 1;
    size_t third_len = (size_t)(fourth - third);
    char *copy = malloc(text.len);

    (void)state;
    assert_non_null(copy);
    memcpy(copy, text.data, text.len);
    memcpy(copy + (second - text.data), third, third_len);
    memcpy(copy + (second - text.data) + third_len, second, second_len);
    refused(ORDER, copy, text.len,
            ORDER ":2: order number 00003 follows 00001: the file is missing rows");
    free(copy);
    buf_free(&text);
}

static void line_ends_marks_and_latin_letters_do_not_matter(void **state)
{
    struct buf text = small_order(2026), other = BUF_INIT;
    struct err err = {ERR_NONE, "", "", ""};
    struct code_entry entry;
    struct codes *codes;
    char path[256], title[200];

    (void)state;
    buf_puts(&other, "\xEF\xBB\xBF");
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != '\r')
            buf_putc(&other, text.data[i]);
    }
    /* "Cervicalgia" with a Latin-1 letter in both descriptions */
    for (size_t i = 0; i + 11 < other.len; i++) {
        if (memcmp(other.data + i, "Cervicalgia", 11) == 0)
            other.data[i + 1] = (char)0xE9;
    }
    fixture_home(path);
    must(fixture_import(path, ORDER, other.data, other.len, NULL, &err), &err);
    codes = open_at(path);
    assert_int_equal(status(codes, "M54.2", "2026-01-01", &entry), CODE_BILLABLE);
    codes_title(codes, &entry, title, sizeof title);
    assert_string_equal(title, "C\xC3\xA9rvicalgia");
    codes_close(codes);
    fixture_remove(path);
    buf_free(&text);
    buf_free(&other);
}

static void the_file_of_another_year_is_told_by_its_codes(void **state)
{
    struct buf text = small_order(2021);
    struct import_options options = {.dated = true, .from = day_of("2020-10-01")};
    struct err err = {ERR_NONE, "", "", ""};
    char path[256];

    (void)state;
    fixture_home(path);
    assert_false(fixture_import(path, ORDER, text.data, text.len, NULL, &err));
    assert_non_null(strstr(err.text, "the name says 2025-10-01, but M54.5 is billable, as it was "
                                     "before 2021-10-01"));
    must(fixture_import(path, ORDER, text.data, text.len, &options, &err), &err);
    /* and again under another day: byte for byte the same */
    options.from = day_of("2019-10-01");
    assert_false(fixture_import(path, ORDER, text.data, text.len, &options, &err));
    assert_string_equal(err.text, ORDER " is byte for byte the file that is loaded as FY2021");
    fixture_remove(path);
    buf_free(&text);
}

static void a_file_without_a_year_asks_for_one(void **state)
{
    struct buf text = small_order(2026);
    struct err err = {ERR_NONE, "", "", ""};
    char path[256];

    (void)state;
    fixture_home(path);
    assert_false(fixture_import(path, "order.txt", text.data, text.len, NULL, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_string_equal(err.help,
                        "say it: `rubric codes import --effective YYYY-MM-DD order.txt`");
    fixture_remove(path);
    buf_free(&text);
}

static void what_breaks_the_tree_is_refused_at_its_row(void **state)
{
    (void)state;
    refused_text(ORDER, "00001 A00     1 Short                                                       "
                 " Long\r\n00002 A000    1 Short                                                     "
                 "   Long\r\n",
                 ORDER ":2: A000 stands below A00, which is billable");
    refused_text(ORDER, "00001 A00     0 Short                                                       "
                 " Long\r\n00002 B00     1 Short                                                     "
                 "   Long\r\n",
                 ORDER ":1: a header (flag 0) without any code below it");
    refused_text(ORDER, "00001 A00     2 Short                                                       "
                 " Long\r\n", ORDER ": not a file of any kind that can be imported");
}

static void any_bytes_are_refused_or_read(void **state)
{
    struct buf text = small_order(2026);
    char *copy = malloc(text.len);
    unsigned seed = 99;

    (void)state;
    assert_non_null(copy);
    for (int round = 0; round < 400; round++) {
        static const struct import_options none;
        struct import_file file = fixture_file(ORDER, copy, text.len);
        struct import import;
        struct err err;

        memcpy(copy, text.data, text.len);
        for (int i = 0; i < 3; i++) {
            seed = seed * 1103515245 + 12345;
            copy[(seed / 64) % text.len] = (char)(seed >> 23);
        }
        if (!import_read(&file, &none, &import, &err))
            assert_int_equal(err.kind, ERR_INPUT);
        import_free(&import);
    }
    free(copy);
    buf_free(&text);
}

/* ---- HCPCS ---------------------------------------------------------------------------- */

/* One record of 320 bytes: code, sequence, kind, text, and dates where given. */
static void put_record(struct buf *out, const char *code, int sequence, char kind,
                       const char *text, const char *after, const char *added, const char *ended)
{
    char record[323];

    memset(record, ' ', 320);
    memcpy(record, code, strlen(code));
    snprintf(record + 5, 7, "%05d%c", sequence, kind);
    memcpy(record + 11, text, strlen(text));
    record[229] = 'I';
    if (after != NULL)
        memcpy(record + 204, after, 5);
    if (added != NULL)
        memcpy(record + 268, added, 8);
    if (ended != NULL)
        memcpy(record + 284, ended, 8);
    record[292] = 'N';
    memcpy(record + 320, "\r\n", 3);
    buf_puts(out, record);
}

static struct buf small_hcpcs(void)
{
    struct buf out = BUF_INIT;

    buf_puts(&out, "\tThis\xA0line is a disclaimer\t\r\n\t\t\r\n");
    put_record(&out, "J1030", 100, '3', "Injection, methylprednisolone", "J1010", "19860101",
               "20240331");
    put_record(&out, "J2274", 100, '3', "Injection, morphine sulfate, preservative-free for",
               NULL, "20150101", NULL);
    put_record(&out, "J2274", 200, '4', "epidural or intrathecal use, 10 mg", NULL, NULL, NULL);
    put_record(&out, "   KX", 100, '7', "Requirements met", NULL, "19960101", NULL);
    return out;
}

static void hcpcs_codes_carry_their_own_dates(void **state)
{
    struct buf text = small_hcpcs();
    struct err err = {ERR_NONE, "", "", ""};
    struct code_entry entry;
    struct codes *codes;
    char path[256], title[200];

    (void)state;
    fixture_home(path);
    must(fixture_import(path, "HCPC2026_JAN_ANWEB.txt", text.data, text.len, NULL, &err), &err);
    codes = open_at(path);
    assert_int_equal(status(codes, "J2274", "2014-12-31", &entry), CODE_NOT_YET);
    assert_int_equal(status(codes, "J2274", "2026-03-01", &entry), CODE_BILLABLE);
    codes_title(codes, &entry, title, sizeof title);
    assert_string_equal(title, "Injection, morphine sulfate, preservative-free for epidural or "
                               "intrathecal use, 10 mg");
    assert_string_equal(entry.release, "HCPCS 2026-01");
    assert_int_equal(status(codes, "J1030", "2024-03-31", &entry), CODE_BILLABLE); /* last day */
    assert_int_equal(status(codes, "J1030", "2024-04-01", &entry), CODE_EXPIRED);
    assert_int_equal(entry.successor, code_pack("J1010", 5));
    assert_int_equal(status(codes, "J9999", "2026-03-01", NULL), CODE_UNKNOWN);
    assert_int_equal(status(codes, "J2274", "2027-01-01", NULL), CODE_RELEASE_MISSING);
    assert_int_equal(codes_status(codes, str_of("modifier"), str_of("kx"), day_of("2026-01-01"),
                                  &entry), CODE_BILLABLE);
    codes_close(codes);
    fixture_remove(path);
    buf_free(&text);
}

static void hcpcs_lines_out_of_order_or_licensed_are_refused(void **state)
{
    struct buf text = small_hcpcs();
    struct buf other = BUF_INIT;

    (void)state;
    refused("HCPC2026_JAN_ANWEB.txt", text.data, text.len - 40, NULL);
    put_record(&other, "J2274", 100, '3', "Injection, morphine", NULL, "20150101", NULL);
    put_record(&other, "J2278", 200, '4', "more", NULL, NULL, NULL);
    refused("HCPC2026_JAN_ANWEB.txt", other.data, other.len,
            "HCPC2026_JAN_ANWEB.txt:2: a continuation of J2278, which does not stand before it");
    buf_reset(&other);
    put_record(&other, "64483", 100, '3', "something", NULL, "20150101", NULL);
    refused("HCPC2026_JAN_ANWEB.txt", other.data, other.len,
            "HCPC2026_JAN_ANWEB.txt:1: 64483 is a CPT number, which no HCPCS Level II file holds");
    buf_free(&other);
    buf_free(&text);
}

/* ---- edits ------------------------------------------------------------------------------ */

static void pairs_hold_between_their_days(void **state)
{
    struct loaded loaded = load_text(
        "ccipra-v320r0-f1.TXT",
        "Copyright notice over\r\nseveral lines\r\nColumn 1\tColumn 2\t*\tEffective\tDeletion\t"
        "Modifier\tRationale\r\n"
        "62323\t64483\t \t20170101\t*\t1\tMisuse of codes\r\n"
        "64483\t76942\t \t20110101\t20231231\t0\tStandards\r\n"
        "64483\t77003\t*\t19960101\t19960101\t9\tStandards\r\n");
    struct code_pair pair;

    (void)state;
    assert_int_equal(codes_pair(loaded.codes, SETTING_PRACTITIONER, str_of("64483"),
                                str_of("62323"), day_of("2026-02-01"), &pair), CODE_YES);
    assert_true(pair.other_first);
    assert_int_equal(pair.indicator, 1);
    assert_string_equal(pair.release, "NCCI v320");
    assert_int_equal(codes_pair(loaded.codes, SETTING_PRACTITIONER, str_of("64483"),
                                str_of("76942"), day_of("2023-12-31"), &pair), CODE_YES);
    assert_int_equal(codes_pair(loaded.codes, SETTING_PRACTITIONER, str_of("64483"),
                                str_of("76942"), day_of("2024-01-01"), &pair), CODE_NO);
    assert_int_equal(codes_pair(loaded.codes, SETTING_PRACTITIONER, str_of("64483"),
                                str_of("77003"), day_of("2026-02-01"), &pair), CODE_NO);
    assert_int_equal(codes_pair(loaded.codes, SETTING_OUTPATIENT, str_of("64483"),
                                str_of("62323"), day_of("2026-02-01"), &pair), CODE_NO_TABLE);
    assert_int_equal(codes_pair(loaded.codes, SETTING_PRACTITIONER, str_of("64483"),
                                str_of("62323"), day_of("2026-07-01"), &pair), CODE_NO_TABLE);
    unload(&loaded);
}

static void limits_are_those_of_their_quarter(void **state)
{
    struct loaded loaded = load_text(
        "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv",
        "\"Copyright notice, with\na line end\"\r\n"
        "HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale"
        "\r\n64483,1,2 Date of Service Edit: Policy,\"Anatomic, by level\"\r\n"
        "J2274,50,3 Date of Service Edit: Clinical,Prescribing\r\n");
    struct code_limit limit;

    (void)state;
    assert_int_equal(codes_limit(loaded.codes, SETTING_PRACTITIONER, str_of("j2274"),
                                 day_of("2026-05-01"), &limit), CODE_YES);
    assert_int_equal(limit.units, 50);
    assert_int_equal(limit.indicator, 3);
    assert_string_equal(limit.table, "mue-practitioner");
    assert_string_equal(limit.release, "MUE 2026Q2");
    assert_int_equal(codes_limit(loaded.codes, SETTING_PRACTITIONER, str_of("64484"),
                                 day_of("2026-05-01"), &limit), CODE_NO);
    assert_int_equal(codes_limit(loaded.codes, SETTING_PRACTITIONER, str_of("64483"),
                                 day_of("2026-07-01"), &limit), CODE_NO_TABLE);
    unload(&loaded);
    refused_text("MUE_Eff_04-01-2026.csv", "HCPCS/CPT Code,MUE Values,X\r\n64483,many,2\r\n",
                 "MUE_Eff_04-01-2026.csv:2: the limit of 64483 is not a number");
}

/* ---- lists, sets, notes ------------------------------------------------------------------- */

static void own_codes_and_small_lists_are_read(void **state)
{
    struct loaded loaded = load_text(
        "plan.csv", "system,code,title,from,to,billable,successor\r\n"
                    "plan,A-1,\"Day of care, \"\"full\"\"\",2024-01-01,2025-12-31,,A-2\r\n"
                    "plan,A-2,Day of care,2026-01-01,,,\r\n");
    struct loaded place = load_text("pos.csv", "code,name,effective_from,effective_to\n11,Office,,\n"
                                               "02,Telehealth,2017-01-01,\n");
    struct code_entry entry;
    char title[64];

    (void)state;
    assert_int_equal(codes_status(loaded.codes, str_of("plan"), str_of("A-1"),
                                  day_of("2026-01-01"), &entry), CODE_EXPIRED);
    assert_int_equal(entry.successor, code_pack("A-2", 3));
    codes_title(loaded.codes, &entry, title, sizeof title);
    assert_string_equal(title, "Day of care, \"full\"");
    assert_int_equal(codes_status(place.codes, str_of("pos"), str_of("02"), day_of("2016-12-31"),
                                  NULL), CODE_NOT_YET);
    assert_int_equal(codes_status(place.codes, str_of("pos"), str_of("2"), 0, NULL),
                     CODE_MALFORMED);
    assert_int_equal(codes_status(place.codes, str_of("pos"), str_of("99"), 0, NULL),
                     CODE_UNKNOWN);
    unload(&loaded);
    unload(&place);
    refused_text("own.csv", "system,code,title\nicd-10-cm,M54.16,mine\n",
                 "own.csv:2: the codes of icd-10-cm come from their publisher");
    refused_text("own.csv", "system,code,title\nplan,A1,one\nplan,A2\n",
                 "own.csv:3: 2 fields where the header has 3");
    refused_text("own.csv", "system,code,title\nplan,A1,\"one\n",
                 "own.csv:2: a quote is opened here and never closed");
}

static bool set_has(const struct codes *codes, const char *name, const char *code,
                    const char *day)
{
    struct codeset_item item = {{NULL, 0}, CODESET_NAMED, str_of(name), {NULL, 0}, false};
    struct err err = {ERR_NONE, "", "", ""};
    struct codeset *set;
    struct pool pool;
    bool has;

    pool_init(&pool);
    set = codeset_compile(&pool, codes, &item, 1, &err);
    must(set != NULL, &err);
    has = codeset_has(set, (struct str){NULL, 0}, str_of(code), day_of(day));
    pool_free(&pool);
    return has;
}

static void value_sets_come_from_fhir(void **state)
{
    struct loaded loaded = load_text(
        "ValueSet-back-pain.json",
        "{\"resourceType\":\"ValueSet\",\"id\":\"back-pain\",\"version\":\"3\",\"compose\":{"
        "\"include\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"concept\":[{\"code\":"
        "\"M54.16\"},{\"code\":\"M54.17\"}]},{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\","
        "\"filter\":[{\"property\":\"concept\",\"op\":\"is-a\",\"value\":\"G89\"}]},{\"system\":"
        "\"http://snomed.info/sct\",\"concept\":[{\"code\":\"279039007\"}]}]}}");

    (void)state;
    assert_true(set_has(loaded.codes, "back-pain", "M54.17", "2026-01-01"));
    assert_true(set_has(loaded.codes, "back-pain", "G89.4", "2026-01-01"));
    assert_false(set_has(loaded.codes, "back-pain", "M54.15", "2026-01-01"));
    unload(&loaded);
    refused_text("x.json",
                 "{\"resourceType\":\"ValueSet\",\"id\":\"x\",\"compose\":{\"include\":[{\"system\":"
                 "\"http://hl7.org/fhir/sid/icd-10-cm\",\"filter\":[{\"property\":\"chapter\","
                 "\"op\":\"regex\",\"value\":\"M.*\"}]}]}}",
                 "x.json: value set 'x' has the filter 'regex', which cannot be resolved here");
    refused_text("y.json", "{\"resourceType\":\"ValueSet\",\n\"id\": ", NULL);
}

struct noted {
    char text[512];
};

static void note_down(void *context, const char *place, const char *kind, const char *text)
{
    struct noted *noted = context;
    size_t len = strlen(noted->text);

    snprintf(noted->text + len, sizeof noted->text - len, "%s %s: %s\n", place, kind, text);
}

static void notes_of_the_tabular_list_stand_beside_their_codes(void **state)
{
    struct loaded loaded = load_text(
        "icd10cm_tabular_2026.xml",
        "<?xml version=\"1.0\"?>\n<ICD10CM.tabular><chapter><name>13</name>"
        "<excludes2><note>injury</note></excludes2>\n<section id=\"M50-M54\">"
        "<includes><note>the spine</note></includes><codeAlso><note/></codeAlso>"
        "<diag><name>M54</name><desc>Dorsalgia</desc><excludes1><note>psychogenic dorsalgia "
        "(F45.41)</note></excludes1>\n<diag><name>M54.1</name><desc>R &amp; N</desc><inclusionTerm>"
        "<note>Radiculitis &amp; neuritis</note></inclusionTerm></diag></diag>\n</section></chapter>"
        "</ICD10CM.tabular>\n");
    struct noted noted = {""};

    (void)state;
    codes_notes_each(loaded.path, code_pack("M5416", 5), day_of("2025-09-30"), note_down, &noted);
    assert_string_equal(noted.text, ""); /* before their day */
    codes_notes_each(loaded.path, code_pack("M5416", 5), day_of("2025-10-01"), note_down, &noted);
    assert_string_equal(noted.text, "M54.1 inclusionTerm: Radiculitis & neuritis\n"
                                    "M54 excludes1: psychogenic dorsalgia (F45.41)\n"
                                    "section M50-M54 includes: the spine\n"
                                    "chapter 13 excludes2: injury\n");
    unload(&loaded);
    refused_text("icd10cm_tabular_2026.xml", "<ICD10CM.tabular><chapter><name>13</na",
                 "icd10cm_tabular_2026.xml:1: the file ends inside an element: it is cut off");
    refused_text("icd10cm_tabular_2026.xml", "<ICD10CM.tabular><chapter><name>13</name></chapter>\n",
                 "icd10cm_tabular_2026.xml:2: <ICD10CM.tabular> is never closed: the file is cut "
                 "off");
}

static void a_correction_takes_the_place_of_the_first_file(void **state)
{
    struct err err = {ERR_NONE, "", "", ""};
    static const char first[] = "code,name\n11,Office\n", second[] = "code,name\n11,Office\n12,Home\n";
    struct codes *codes;
    char path[256];

    (void)state;
    fixture_home(path);
    must(fixture_import(path, "pos.csv", first, sizeof first - 1, NULL, &err), &err);
    must(fixture_import(path, "pos.csv", second, sizeof second - 1, NULL, &err), &err);
    codes = open_at(path);
    assert_int_equal(codes_status(codes, str_of("pos"), str_of("12"), 0, NULL), CODE_BILLABLE);
    codes_close(codes);
    fixture_remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_file_is_refused_wherever_it_was_cut),
        cmocka_unit_test(shuffled_lines_are_named),
        cmocka_unit_test(line_ends_marks_and_latin_letters_do_not_matter),
        cmocka_unit_test(the_file_of_another_year_is_told_by_its_codes),
        cmocka_unit_test(a_file_without_a_year_asks_for_one),
        cmocka_unit_test(what_breaks_the_tree_is_refused_at_its_row),
        cmocka_unit_test(any_bytes_are_refused_or_read),
        cmocka_unit_test(hcpcs_codes_carry_their_own_dates),
        cmocka_unit_test(hcpcs_lines_out_of_order_or_licensed_are_refused),
        cmocka_unit_test(pairs_hold_between_their_days),
        cmocka_unit_test(limits_are_those_of_their_quarter),
        cmocka_unit_test(own_codes_and_small_lists_are_read),
        cmocka_unit_test(value_sets_come_from_fhir),
        cmocka_unit_test(notes_of_the_tabular_list_stand_beside_their_codes),
        cmocka_unit_test(a_correction_takes_the_place_of_the_first_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
