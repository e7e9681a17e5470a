/*
 * codes_test.c - one code on one day, over the starter table.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "codes/codes.h"
#include "codes/traits.h"

static struct codes *open_starter(void)
{
    struct err err = {ERR_NONE, "", "", ""};
    struct codes *codes = NULL;

    if (!codes_open(NULL, &codes, &err))
        fail_msg("%s", err.text);
    return codes;
}

static day_t day_of(const char *text)
{
    day_t day;

    assert_true(civil_parse_day(text, strlen(text), &day));
    return day;
}

static const struct str guess = {NULL, 0};

static enum code_status status_on(const struct codes *codes, const char *code, const char *day,
                                  struct code_entry *entry)
{
    return codes_status(codes, guess, str_of(code), day_of(day), entry);
}

static void the_starter_knows_the_codes_of_the_policies(void **state)
{
    struct codes *codes = open_starter();
    struct code_entry entry;
    char title[100];

    (void)state;
    assert_int_equal(status_on(codes, "m54.16 ", "2026-03-01", &entry), CODE_BILLABLE);
    assert_int_equal(entry.system, CODE_SYSTEM_ICD10CM);
    assert_true(entry.starter);
    assert_string_equal(entry.release, "starter-2");
    assert_int_equal(codes_title(codes, &entry, title, sizeof title), 28);
    assert_string_equal(title, "Radiculopathy, lumbar region");
    assert_int_equal(status_on(codes, "64483", "2026-03-01", &entry), CODE_BILLABLE);
    assert_int_equal(entry.system, CODE_SYSTEM_CPT);
    assert_int_equal(status_on(codes, "S9328", "2026-03-01", &entry), CODE_BILLABLE);
    assert_int_equal(entry.system, CODE_SYSTEM_HCPCS);
    codes_close(codes);
}

static void a_code_has_the_state_of_the_day(void **state)
{
    struct codes *codes = open_starter();
    struct code_entry entry;

    (void)state;
    assert_int_equal(status_on(codes, "M54.5", "2021-09-30", &entry), CODE_BILLABLE);
    assert_int_equal(status_on(codes, "M54.5", "2021-10-01", &entry), CODE_HEADER);
    assert_int_equal(entry.successor, code_pack("M5450", 5));
    assert_int_equal(status_on(codes, "M54.50", "2021-09-30", &entry), CODE_NOT_YET);
    assert_int_equal(entry.from, day_of("2021-10-01"));
    assert_int_equal(status_on(codes, "M51.36", "2024-09-30", NULL), CODE_BILLABLE);
    assert_int_equal(status_on(codes, "M51.36", "2024-10-01", NULL), CODE_HEADER);
    assert_int_equal(status_on(codes, "M51.369", "2024-10-01", NULL), CODE_BILLABLE);
    assert_int_equal(status_on(codes, "J1030", "2024-03-31", NULL), CODE_BILLABLE);
    assert_int_equal(status_on(codes, "J1030", "2024-04-01", &entry), CODE_EXPIRED);
    assert_int_equal(entry.to, day_of("2024-03-31"));
    assert_int_equal(entry.successor, code_pack("J1010", 5));
    codes_close(codes);
}

static void what_the_starter_lacks_is_not_called_unknown(void **state)
{
    struct codes *codes = open_starter();

    (void)state;
    assert_int_equal(status_on(codes, "A41.9", "2026-01-01", NULL), CODE_RELEASE_MISSING);
    assert_int_equal(status_on(codes, "J9999", "2026-01-01", NULL), CODE_RELEASE_MISSING);
    assert_int_equal(status_on(codes, "12345", "2026-01-01", NULL), CODE_UNVERIFIED);
    assert_int_equal(codes_status(codes, str_of("snomed"), str_of("22298006"), 0, NULL),
                     CODE_UNVERIFIED);
    assert_int_equal(status_on(codes, "M54..1", "2026-01-01", NULL), CODE_MALFORMED);
    codes_close(codes);
}

static void explained(const struct codes *codes, const char *system, const char *code,
                      const char *day, const char *text, const char *help)
{
    struct err err = {ERR_NONE, "", "", ""};

    assert_false(codes_explain(codes, str_of(system), str_of(code), day_of(day), &err));
    assert_string_equal(err.text, text);
    assert_string_equal(err.help, help);
}

static void the_errors_say_what_to_do(void **state)
{
    struct codes *codes = open_starter();

    (void)state;
    explained(codes, NULL, "M54.5", "2026-01-01",
              "M54.5 is a header on 2026-01-01, not a billable code",
              "use M54.50 (Low back pain, unspecified), M54.51 (Vertebrogenic low back pain) or "
              "M54.59 (Other low back pain)");
    explained(codes, NULL, "M54.50", "2021-01-01",
              "M54.50 is not valid on 2021-01-01: its first day is 2021-10-01",
              "before that day: M54.5 (Low back pain)");
    explained(codes, NULL, "J1030", "2025-01-01",
              "J1030 is not valid on 2025-01-01: its last day was 2024-03-31",
              "its successor is J1010");
    explained(codes, NULL, "A41.9", "2026-11-02",
              "no release of icd-10-cm is loaded for 2026-11-02: 'A41.9' cannot be looked up",
              "import that year's order file: `rubric codes import icd10cm_order_2027.txt`");
    explained(codes, "icd-10-cm", "MO4.1", "2026-11-02",
              "'MO4.1' does not have the shape of an icd-10-cm code",
              "column 2: a digit is wanted, not the letter O; expected a letter, a digit, and one "
              "to five more, the dot after the third: M54.16");
    explained(codes, "icd-10-cm", "M5.416", "2026-11-02",
              "'M5.416' does not have the shape of an icd-10-cm code",
              "column 3: expected a letter, a digit, and one to five more, the dot after the "
              "third: M54.16");
    codes_close(codes);
}

static void side_and_region_come_from_the_title(void **state)
{
    struct codes *codes = open_starter();
    struct code_entry entry;
    const char *second;

    (void)state;
    status_on(codes, "M54.31", "2026-01-01", &entry);
    assert_string_equal(code_laterality(&entry), "right");
    status_on(codes, "M54.30", "2026-01-01", &entry);
    assert_string_equal(code_laterality(&entry), "unspecified");
    status_on(codes, "G56.43", "2026-01-01", &entry);
    assert_string_equal(code_laterality(&entry), "bilateral");
    status_on(codes, "M54.16", "2026-01-01", &entry);
    assert_null(code_laterality(&entry));
    assert_string_equal(code_region(&entry, &second), "lumbar");
    assert_null(second);
    status_on(codes, "M54.13", "2026-01-01", &entry);
    assert_string_equal(code_region(&entry, &second), "cervical");
    assert_string_equal(second, "thoracic");
    status_on(codes, "M54.17", "2026-01-01", &entry);
    assert_string_equal(code_region(&entry, &second), "lumbosacral");
    status_on(codes, "M54.50", "2026-01-01", &entry);
    assert_string_equal(code_region(&entry, &second), "lumbar");
    status_on(codes, "64483", "2026-01-01", &entry);
    assert_null(code_region(&entry, &second));
    codes_close(codes);
}

static struct codeset_item item(enum codeset_op op, const char *from, const char *to, bool minus)
{
    struct codeset_item made = {{NULL, 0}, op, str_of(from), str_of(to), minus};

    return made;
}

static bool has(const struct codeset *set, const char *code, const char *day)
{
    return codeset_has(set, guess, str_of(code), day_of(day));
}

static void sets_follow_the_day(void **state)
{
    struct codes *codes = open_starter();
    struct err err = {ERR_NONE, "", "", ""};
    struct pool pool;
    struct codeset *set;
    struct codeset_item items[] = {
        item(CODESET_TREE, "M54", NULL, false), item(CODESET_TREE, "M54.5", NULL, true),
        item(CODESET_CODE, "M54.59", NULL, false), item(CODESET_RANGE, "64479", "64480", false),
        item(CODESET_RANGE, "S12", "S13", false)};

    (void)state;
    pool_init(&pool);
    set = codeset_compile(&pool, codes, items, 5, &err);
    assert_non_null(set);
    assert_true(has(set, "M54.16", "2026-01-01"));
    assert_false(has(set, "M54.1", "2026-01-01"));
    assert_false(has(set, "M54.50", "2026-01-01"));
    assert_true(has(set, "M54.59", "2026-01-01"));
    assert_false(has(set, "M54.59", "2021-01-01"));
    assert_true(has(set, "64480", "2026-01-01"));
    assert_false(has(set, "64483", "2026-01-01"));
    assert_true(has(set, "S13.4XXA", "2026-01-01")); /* no table knows it: by text */
    assert_false(has(set, "S14.0XXA", "2026-01-01"));
    assert_false(codeset_has(set, str_of("hcpcs"), str_of("J2274"), 0));
    pool_free(&pool);
    codes_close(codes);
}

static void a_named_set_is_its_codes(void **state)
{
    struct codes *codes = open_starter();
    struct err err = {ERR_NONE, "", "", ""};
    struct pool pool;
    struct codeset_item all = item(CODESET_NAMED, "esi-supports", NULL, false);
    struct codeset_item none = item(CODESET_NAMED, "esi-suports", NULL, false);
    struct codeset *set;

    (void)state;
    pool_init(&pool);
    set = codeset_compile(&pool, codes, &all, 1, &err);
    assert_non_null(set);
    assert_true(has(set, "M48.062", "2026-01-01"));
    assert_false(has(set, "M48.061", "2026-01-01"));
    assert_null(codeset_compile(&pool, codes, &none, 1, &err));
    assert_string_equal(err.text, "there is no value set 'esi-suports'");
    pool_free(&pool);
    codes_close(codes);
}

/* One text after the other over the signs that codes and slips are made of. */
static size_t next_text(uint64_t *random, char text[12])
{
    static const char signs[] = "ABJMZabjmz0123456789..- /:@[`{~\x7f\x80\xe9";
    size_t len;

    *random = *random * 6364136223846793005u + 1442695040888963407u;
    len = *random >> 60;
    len = len > 10 ? 6 : len;
    for (size_t i = 0; i < len; i++) {
        *random = *random * 6364136223846793005u + 1442695040888963407u;
        text[i] = signs[(*random >> 33) % (i % 2 == 0 ? sizeof signs - 1 : 20)];
    }
    text[len] = '\0';
    return len;
}

static void the_quick_reading_of_a_code_is_its_normal_form(void **state)
{
    size_t normals = 0, plains = 0;
    uint64_t random = 17;
    char text[12];

    (void)state;
    for (int i = 0; i < 2000000; i++) {
        size_t len = next_text(&random, text);

        for (int asked = CODE_SYSTEM_NONE; asked <= CODE_SYSTEM_OWN; asked++) {
            int system = asked;
            code_key plain = code_plain(asked, text, len);
            code_key normal = code_normal(&system, text, len);

            normals += normal != 0;
            plains += plain != 0 && normal != 0;
            if (plain == 0 || normal == 0)
                continue;
            if (plain != normal || code_plain_system(asked, plain) != system)
                fail_msg("'%s' of system %d", text, asked);
        }
    }
    assert_true(plains > 10000 && normals > plains);
}

/* Also where both are read quickly, a code that no table has must have a shape. */
static void what_has_not_the_shape_of_a_code_is_in_no_set(void **state)
{
    static const char *const shapes[] = {"J22.74", "64[83", "6448`", "m54{1", "M54.1.6", "J2274."};
    struct codeset_item items[] = {{guess, CODESET_TREE, str_of("M54"), guess, false},
                                   {guess, CODESET_RANGE, str_of("64000"), str_of("64999"), false},
                                   {guess, CODESET_RANGE, str_of("J2270"), str_of("J2275"), false}};
    struct codes *codes = open_starter();
    struct codeset *set;
    struct pool pool;
    struct err err;

    (void)state;
    pool_init(&pool);
    set = codeset_compile(&pool, codes, items, 3, &err);
    assert_non_null(set);
    assert_true(codeset_has(set, str_of("cpt"), str_of("J2274"), day_of("2026-03-01")));
    assert_true(codeset_has(set, str_of("hcpcs"), str_of("64483"), day_of("2026-03-01")));
    assert_true(codeset_has(set, str_of("icd-10-cm"), str_of("m5416"), day_of("2026-03-01")));
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        assert_false(codeset_has(set, str_of("cpt"), str_of(shapes[i]), day_of("2026-03-01")));
        assert_false(codeset_has(set, str_of("icd-10-cm"), str_of(shapes[i]),
                                 day_of("2026-03-01")));
    }
    pool_free(&pool);
    codes_close(codes);
}

static void the_answer_names_its_tables(void **state)
{
    struct codes *codes = open_starter();
    struct buf out = BUF_INIT;

    (void)state;
    codes_tables_json(codes, 0, 1u << CODE_SYSTEM_CPT | 1u << CODE_SYSTEM_ICD10CM, &out);
    assert_non_null(strstr(buf_cstr(&out), "{\"cpt\":\"starter sha256:"));
    assert_non_null(strstr(buf_cstr(&out), ",\"icd-10-cm\":\"starter sha256:"));
    buf_free(&out);
    codes_close(codes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_starter_knows_the_codes_of_the_policies),
        cmocka_unit_test(a_code_has_the_state_of_the_day),
        cmocka_unit_test(what_the_starter_lacks_is_not_called_unknown),
        cmocka_unit_test(the_errors_say_what_to_do),
        cmocka_unit_test(side_and_region_come_from_the_title),
        cmocka_unit_test(sets_follow_the_day),
        cmocka_unit_test(a_named_set_is_its_codes),
        cmocka_unit_test(the_quick_reading_of_a_code_is_its_normal_form),
        cmocka_unit_test(what_has_not_the_shape_of_a_code_is_in_no_set),
        cmocka_unit_test(the_answer_names_its_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
