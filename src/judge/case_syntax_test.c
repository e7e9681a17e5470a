/*
 * case_syntax_test.c - bytes that are no JSON are refused in words that help.
 */
#include "judge/case_test.h"

static void an_empty_file_is_named(void **state)
{
    (void)state;
    REFUSES("",
            "case.json:1:1: the case document is empty\n"
            "  help: nothing arrived: look at what should have written it\n");
}

static void a_blank_file_is_empty(void **state)
{
    (void)state;
    REFUSES(" \n"
            "\n",
            "case.json:1:1: the case document is empty\n"
            "  help: nothing arrived: look at what should have written it\n");
}

static void a_cut_file_names_the_place_of_the_cut(void **state)
{
    (void)state;
    REFUSES("{'schema': 'rubric-case/1',\n"
            " 'caseId': 'T-",
            "case.json:2:15: the case document ends too early\n"
            "  help: the file is not whole: get it again from where it came\n");
}

static void an_unclosed_bracket_is_a_cut(void **state)
{
    (void)state;
    REFUSES("{'schema': 'rubric-case/1',\n"
            " 'request': {'lines': [",
            "case.json:2:24: the case document ends too early\n"
            "  help: the file is not whole: get it again from where it came\n");
}

static void brackets_without_end_are_too_deep_and_not_merely_cut(void **state)
{
    (void)state;
    REFUSES("{'a': ']{[',\n"
            " 'b': [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            "case.json:2:38: nested deeper than 32 levels\n");
}

static void what_follows_the_end_is_named(void **state)
{
    (void)state;
    REFUSES("{'schema': 'rubric-case/1'}\n"
            "{'schema': 'rubric-case/1'}",
            "case.json:2:1: there is more after the end of the case document\n"
            "  help: one file holds one case; for many cases in one file use one line each\n");
}

static void infinity_by_exponent_is_out_of_range(void **state)
{
    (void)state;
    REFUSES(WITH("'observations': [{'value': {'number':\n"
                 " 1e999}, 'src': ['s1']}]"),
            "case.json:7:2: this number is out of range\n"
            "  help: no fact of a case needs a number this large\n");
}

static void nan_is_no_number(void **state)
{
    (void)state;
    REFUSES(WITH("'observations': [{'value': {'number': NaN}}]"),
            "case.json:6:40: NaN and Infinity are no numbers in JSON\n"
            "  help: leave the field out when nothing is known about it\n");
}

static void minus_infinity_is_no_number(void **state)
{
    (void)state;
    REFUSES(WITH("'observations': [{'value': {'number': -Infinity}}]"),
            "case.json:6:41: NaN and Infinity are no numbers in JSON\n"
            "  help: leave the field out when nothing is known about it\n");
}

static void a_leading_zero_is_no_number(void **state)
{
    (void)state;
    REFUSES(WITH("'observations': [{'value': {'number': 007}}]"),
            "case.json:6:40: this is not a number as JSON writes them\n"
            "  help: write 7, 0.5 or -2: no leading zero or plus sign, digits around the "
            "point\n");
}

static void a_comment_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("// a comment\n"
                 " 'patient': {}"),
            "case.json:6:2: JSON has no comments\n"
            "  help: remove the comment\n");
}

static void a_comma_too_many_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'goals': [],\n"),
            "case.json:6:13: there is a comma before the closing bracket\n"
            "  help: remove the comma\n");
}

static void a_missing_comma_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'goals': []\n"
                 " 'trials': []"),
            "case.json:7:2: unexpected character\n"
            "  help: look for a missing comma, colon, quote or bracket just before it\n");
}

static void a_word_without_quotes_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'goals': nil"),
            "case.json:6:11: unknown word\n"
            "  help: without quotes JSON has only true, false and null\n");
}

static void a_line_break_inside_text_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'kind': 'prior-\n"
                 "authorization'"),
            "case.json:6:17: a line break or control character inside text\n"
            "  help: write it as \\n or \\u00XX, or close the text with a quote before it\n");
}

static void an_escape_that_json_lacks_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'kind': '\\q'"),
            "case.json:6:12: an escape that JSON does not have\n"
            "  help: write \\\\ for a backslash; after \\u four hex digits\n");
}

static void a_byte_that_is_not_utf8_is_named_by_its_offset(void **state)
{
    (void)state;
    REFUSES(WITH("'patient': {'memberId': 'M\xE9', 'src': []}"),
            "case.json:6:28: byte 192 of the case document is not UTF-8\n"
            "  help: save it as UTF-8\n");
}

static void a_byte_order_mark_is_named(void **state)
{
    (void)state;
    REFUSES("\xEF\xBB\xBF{}",
            "case.json:1:1: the case document starts with a byte order mark\n"
            "  help: save it as UTF-8 without a mark\n");
}

static void utf16_is_named(void **state)
{
    (void)state;
    REFUSES("\xFF\xFE{\x00}\x00",
            "case.json:1:1: the case document is UTF-16 or UTF-32\n"
            "  help: save it as UTF-8\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_file_is_named),
        cmocka_unit_test(a_blank_file_is_empty),
        cmocka_unit_test(a_cut_file_names_the_place_of_the_cut),
        cmocka_unit_test(an_unclosed_bracket_is_a_cut),
        cmocka_unit_test(brackets_without_end_are_too_deep_and_not_merely_cut),
        cmocka_unit_test(what_follows_the_end_is_named),
        cmocka_unit_test(infinity_by_exponent_is_out_of_range),
        cmocka_unit_test(nan_is_no_number),
        cmocka_unit_test(minus_infinity_is_no_number),
        cmocka_unit_test(a_leading_zero_is_no_number),
        cmocka_unit_test(a_comment_is_named),
        cmocka_unit_test(a_comma_too_many_is_named),
        cmocka_unit_test(a_missing_comma_is_named),
        cmocka_unit_test(a_word_without_quotes_is_named),
        cmocka_unit_test(a_line_break_inside_text_is_named),
        cmocka_unit_test(an_escape_that_json_lacks_is_named),
        cmocka_unit_test(a_byte_that_is_not_utf8_is_named_by_its_offset),
        cmocka_unit_test(a_byte_order_mark_is_named),
        cmocka_unit_test(utf16_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
