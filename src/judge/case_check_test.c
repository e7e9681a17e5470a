/*
 * case_check_test.c - every slip in a case document is named at its place.
 */
#include "judge/case_test.h"

static void an_unknown_field_is_named_with_the_nearest_one(void **state)
{
    (void)state;
    REFUSES(WITH("'procedures': [\n"
                 "  {'id': 'pr1', 'performd': '2026-01-02', 'src': ['s1']}]"),
            "case.json:7:17: /procedures/0/performd: unknown field 'performd'\n"
            "  help: did you mean 'performed'?\n");
}

static void a_field_nothing_is_near_to_gets_the_list_of_fields(void **state)
{
    (void)state;
    REFUSES(WITH("'patient': {'shoeSize': 42, 'src': ['s1']}"),
            "case.json:6:14: /patient/shoeSize: unknown field 'shoeSize'\n"
            "  help: the patient may have memberId, birthDate, gender, src\n");
}

static void a_field_unknown_to_the_document_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'procedure': []"),
            "case.json:6:2: /procedure: unknown field 'procedure'\n"
            "  help: did you mean 'procedures'?\n");
}

static void a_wrong_type_says_what_was_wanted(void **state)
{
    (void)state;
    REFUSES(WITH("'treatments': [{'id': 'tx1', 'sessions': '12',\n"
                 "   'period': 'spring', 'bodySite': [], 'src': ['s1']}]"),
            "case.json:6:31: /treatments/0/sessions: 'sessions' must be a whole number, not "
            "text\n"
            "case.json:7:4: /treatments/0/period: 'period' must be an object, not text\n"
            "case.json:7:24: /treatments/0/bodySite: 'bodySite' must be an object, not a list\n");
}

static void a_fraction_is_no_whole_number(void **state)
{
    (void)state;
    REFUSES(WITH("'treatments': [{'id': 'tx1', 'sessions': 7.5, 'src': ['s1']}]"),
            "case.json:6:31: /treatments/0/sessions: 'sessions' must be a whole number, not a "
            "number with a fraction\n");
}

static void null_is_not_a_way_to_say_nothing(void **state)
{
    (void)state;
    REFUSES(WITH("'diagnoses': [{'id': 'dx1', 'code': null, 'src': ['s1']}]"),
            "case.json:6:30: /diagnoses/0/code: 'code' must be text, not null\n"
            "  help: leave the field out when nothing is known about it\n");
}

static void a_record_that_is_no_object_is_named_by_its_place(void **state)
{
    (void)state;
    REFUSES(WITH("'imaging': [7, 'MR',\n"
                 "  [], {}]"),
            "case.json:6:14: /imaging/0: each entry must be an object, not a number\n"
            "case.json:6:17: /imaging/1: each entry must be an object, not text\n"
            "case.json:7:3: /imaging/2: each entry must be an object, not a list\n"
            "case.json:7:7: /imaging/3: an imaging study needs 'src'\n"
            "  help: name the sources that say so: \"src\": [\"...\"]; what nobody vouches for "
            "is not used\n");
}

static void a_list_that_is_an_object_is_refused(void **state)
{
    (void)state;
    REFUSES(WITH("'documents': {}"),
            "case.json:6:2: /documents: 'documents' must be a list of objects, not an object\n");
}

static void a_bad_choice_lists_the_words_and_hides_the_given_one(void **state)
{
    (void)state;
    REFUSES(WITH("'treatments': [{'id': 'tx1', 'status': 'complete', 'src': ['s1']}]"),
            "case.json:6:31: /treatments/0/status: 'status' is none of the words allowed here\n"
            "  help: did you mean 'completed'? it may be planned, in-progress, on-hold, "
            "completed, stopped, not-done, unknown\n");
}

static void a_choice_far_from_all_words_is_not_guessed_at(void **state)
{
    (void)state;
    REFUSES(WITH("'patient': {'gender': 'purple', 'src': ['s1']}"),
            "case.json:6:14: /patient/gender: 'gender' is none of the words allowed here\n"
            "  help: it may be female, male, other, unknown\n");
}

static void a_day_that_does_not_exist_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'patient': {'birthDate': '1971-02-29', 'src': ['s1']}"),
            "case.json:6:14: /patient/birthDate: 'birthDate' is no day of the calendar\n"
            "  help: write 2026, 2026-03, 2026-03-10 or 2026-03-10T09:30:00-04:00\n");
}

static void a_date_in_another_fashion_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'patient': {'birthDate': '04/09/1971', 'src': ['s1']}"),
            "case.json:6:14: /patient/birthDate: 'birthDate' is not written as a date\n"
            "  help: write 2026, 2026-03, 2026-03-10 or 2026-03-10T09:30:00-04:00\n");
}

static void a_date_time_with_a_bad_clock_is_not_a_date(void **state)
{
    (void)state;
    REFUSES(WITH("'observations': [{'id': 'o', 'effective': '2026-03-10T25:00:00Z', 'src': "
                 "['s1']}]"),
            "case.json:6:31: /observations/0/effective: 'effective' is not written as a date\n"
            "  help: write 2026, 2026-03, 2026-03-10 or 2026-03-10T09:30:00-04:00\n");
}

static void a_month_thirteen_does_not_exist(void **state)
{
    (void)state;
    REFUSES(WITH("'history': [{'code': '64483', 'performed': '2026-13', 'src': ['s1']}]"),
            "case.json:6:32: /history/0/performed: 'performed' is no day of the calendar\n"
            "  help: write 2026, 2026-03, 2026-03-10 or 2026-03-10T09:30:00-04:00\n");
}

static void an_instant_needs_its_zone(void **state)
{
    (void)state;
    REFUSES(WITH("'received': '2026-03-10T09:30:00'"),
            "case.json:6:2: /received: 'received' is not written as a date\n"
            "  help: write a date-time with its zone, as 2026-03-10T09:30:00-04:00\n");
}

static void a_range_that_ends_before_it_starts_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'treatments': [{'period': {'start': '2026-03', 'end': '2026-02-28'}, 'src': "
                 "['s1']}]"),
            "case.json:6:18: /treatments/0/period: the range ends before it starts\n"
            "  help: check which of the two dates is right\n");
}

static void a_percentage_over_100_is_out_of_range(void **state)
{
    (void)state;
    REFUSES(WITH("'procedures': [{'outcome': {'reliefPercent': 101}, 'src': ['s1']}]"),
            "case.json:6:30: /procedures/0/outcome/reliefPercent: 'reliefPercent' must be "
            "between 0 and 100\n");
}

static void a_huge_number_is_out_of_range(void **state)
{
    (void)state;
    REFUSES(WITH("'observations': [{'value': {'number': 1e30}, 'src': ['s1']}]"),
            "case.json:6:30: /observations/0/value/number: 'number' is larger than any number "
            "a case can mean\n");
}

static void a_number_off_its_own_scale_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'observations': [{'value': {'number': 17, 'scale': [0, 10]}, 'src': ['s1']}]"),
            "case.json:6:20: /observations/0/value: the number does not lie on the scale "
            "beside it\n"
            "  help: correct the number, or say which scale it was taken on\n");
}

static void a_scale_upside_down_is_refused(void **state)
{
    (void)state;
    REFUSES(WITH("'observations': [{'value': {'number': 7, 'scale': [10, 0]}, 'src': ['s1']}]"),
            "case.json:6:43: /observations/0/value/scale: 'scale' must be a list of two "
            "numbers, the lower first\n");
}

static void a_key_twice_in_a_record_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'goals': [{'text': 'walk',\n"
                 "  'text': 'run', 'src': ['s1']}]"),
            "case.json:7:3: /goals/0/text: the field 'text' stands here twice\n"
            "  help: keep one of them; which one counts cannot be guessed\n");
}

static void a_key_twice_in_the_document_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'caseId': 'T-2'"),
            "case.json:6:2: /caseId: the field 'caseId' stands here twice\n"
            "  help: keep one of them; which one counts cannot be guessed\n");
}

static void a_key_twice_among_free_keys_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'answers': {'a.b': {'value': 1, 'src': ['s1']},\n"
                 "  'a.b': {'value': 2, 'src': ['s1']}}"),
            "case.json:7:3: /answers/a.b: the field 'a.b' stands here twice\n"
            "  help: keep one of them; which one counts cannot be guessed\n");
}

static void a_key_twice_deep_inside_a_free_field_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'unmapped': [{'ref': 'x', 'x': {'y': [{'z': 1, 'z': 2}]}}]"),
            "case.json:6:28: /unmapped/0/x: unknown field 'x'\n"
            "  help: an unmapped part may have ref, reason\n"
            "case.json:6:49: /unmapped/0/x/y/0/z: the field 'z' stands here twice\n"
            "  help: keep one of them; which one counts cannot be guessed\n");
}

static void an_id_twice_is_named_even_across_lists(void **state)
{
    (void)state;
    REFUSES(WITH("'goals': [{'id': 'r1', 'src': ['s1']}],\n"
                 " 'trials': [{'id': 'r1', 'src': ['s1']}]"),
            "case.json:7:14: /trials/0/id: another record of this case has the same id\n"
            "  help: give each record of the case an id of its own\n");
}

static void an_answer_has_the_type_it_says(void **state)
{
    (void)state;
    REFUSES(WITH("'answers': {\n"
                 "  'a.b': {'value': 'yes', 'type': 'boolean', 'src': ['s1']},\n"
                 "  'a.c': {'value': 2.5, 'type': 'integer', 'src': ['s1']},\n"
                 "  'a.d': {'value': 'soon', 'type': 'date', 'src': ['s1']},\n"
                 "  'a.e': {'value': [1, 'two'], 'type': 'decimal', 'src': ['s1']},\n"
                 "  'a.f': {'value': null, 'src': ['s1']}}"),
            "case.json:7:11: /answers/a.b/value: 'value' must be true or false, not text\n"
            "case.json:8:11: /answers/a.c/value: 'value' must be a whole number, not a number "
            "with a fraction\n"
            "case.json:9:11: /answers/a.d/value: 'value' is not written as a date\n"
            "  help: write 2026, 2026-03, 2026-03-10 or 2026-03-10T09:30:00-04:00\n"
            "case.json:10:24: /answers/a.e/value/1: each entry must be a number, not text\n"
            "case.json:11:11: /answers/a.f/value: 'value' must be true, false, a number, text, "
            "a quantity or a code, not null\n"
            "  help: leave the field out when nothing is known about it\n");
}

static void an_answer_that_is_no_object_is_refused(void **state)
{
    (void)state;
    REFUSES(WITH("'answers': {'a.b': true}"),
            "case.json:6:14: /answers/a.b: each entry must be an object, not true or false\n");
}

static void completeness_is_of_a_list_and_since_a_day(void **state)
{
    (void)state;
    REFUSES(WITH("'complete': {'procedure': {'from': '2025-01-01', 'src': ['s1']},\n"
                 "  'history': {'since': '2025-01-01', 'src': ['s1']}}"),
            "case.json:6:15: /complete/procedure: there is no list of this name\n"
            "  help: did you mean 'procedures'?\n"
            "case.json:7:3: /complete/history: a statement of completeness needs 'from'\n"
            "case.json:7:15: /complete/history/since: unknown field 'since'\n"
            "  help: a statement of completeness may have from, src\n");
}

static void lines_are_numbered_apart(void **state)
{
    (void)state;
    REFUSES("{'schema': 'rubric-case/1', 'caseId': 'T-1', 'asOf': '2026-03-10',\n"
            " 'request': {'lines': [\n"
            "  {'sequence': 70, 'code': '64483'},\n"
            "  {'sequence': 70, 'code': '64484'},\n"
            "  {'sequence': 0, 'code': ''}]}}",
            "case.json:4:4: /request/lines/1/sequence: another line has this sequence\n"
            "  help: number the lines of a request apart\n"
            "case.json:5:4: /request/lines/2/sequence: 'sequence' must be between 1 and "
            "999999\n"
            "case.json:5:19: /request/lines/2/code: 'code' is empty\n");
}

static void what_must_be_there_is_named_at_once(void **state)
{
    (void)state;
    REFUSES("{}",
            "case.json:1:1: the case document needs 'asOf' or 'received'\n"
            "  help: write \"asOf\": the day on which the case is judged, as 2026-03-10\n"
            "case.json:1:1: the case document needs 'caseId'\n"
            "case.json:1:1: the case document needs 'request'\n"
            "case.json:1:1: the case document needs 'schema'\n"
            "  help: write \"schema\": \"rubric-case/1\"\n");
}

static void a_line_needs_sequence_and_code(void **state)
{
    (void)state;
    REFUSES("{'schema': 'rubric-case/1', 'caseId': 'T-1', 'asOf': '2026-03-10',\n"
            " 'request': {'lines': [{}]}}",
            "case.json:2:24: /request/lines/0: a line needs 'code'\n"
            "case.json:2:24: /request/lines/0: a line needs 'sequence'\n");
}

static void a_request_needs_a_line(void **state)
{
    (void)state;
    REFUSES("{'schema': 'rubric-case/1', 'caseId': 'T-1', 'asOf': '2026-03-10',\n"
            " 'request': {'lines': []}}",
            "case.json:2:2: /request: 'lines' is empty\n"
            "  help: a request asks for at least one service\n");
}

static void another_schema_is_named(void **state)
{
    (void)state;
    REFUSES("{'schema': 'rubric-case/2', 'caseId': 'T-1', 'asOf': '2026-03-10',\n"
            " 'request': {'lines': [{'sequence': 1, 'code': '64483'}]}}",
            "case.json:1:2: /schema: 'schema' is none of the words allowed here\n"
            "  help: it must be rubric-case/1\n");
}

#define ID_64 "0123456789012345678901234567890123456789012345678901234567890123"
static void an_id_that_is_a_story_is_refused(void **state)
{
    (void)state;
    REFUSES("{'schema': 'rubric-case/1', 'caseId':\n"
            "'" ID_64 ID_64 ID_64 ID_64 "', 'asOf': '2026-03-10',\n"
            " 'request': {'lines': [{'sequence': 1, 'code': '64483'}]}}",
            "case.json:1:29: /caseId: 'caseId' is longer than 255 bytes\n"
            "  help: an id names a case, it does not describe it\n");
}

static void the_day_of_judging_is_a_full_date(void **state)
{
    (void)state;
    REFUSES("{'schema': 'rubric-case/1', 'caseId': '', 'asOf': '2026-03',\n"
            " 'request': {'lines': [{'sequence': 1, 'code': '64483'}]}}",
            "case.json:1:29: /caseId: 'caseId' is empty\n"
            "case.json:1:43: /asOf: 'asOf' is not written as a date\n"
            "  help: write a full date, as 2026-03-10\n");
}

static void a_list_is_no_case(void **state)
{
    (void)state;
    REFUSES("[{'schema': 'rubric-case/1'}]",
            "case.json:1:1: the case document is not an object\n"
            "  help: a case document is one JSON object: {...}\n");
}

static void nesting_past_the_limit_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'issues': [{'x': "
                 "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
                 "]]]}]"),
            "case.json:6:14: /issues/0/x: unknown field 'x'\n"
            "  help: an issue may have severity, code, ref, text\n"
            "case.json:6:48: "
            "/issues/0/x/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0: nested "
            "deeper than 32 levels\n");
}

static void a_control_character_in_a_key_is_shown_escaped(void **state)
{
    (void)state;
    REFUSES(WITH("'patient': {'a\\u001b[31m/~': 1, 'src': ['s1']}"),
            "case.json:6:14: /patient/a\\u{001B}[31m~1~0: unknown field 'a\\u{001B}[31m/~'\n"
            "  help: the patient may have memberId, birthDate, gender, src\n");
}

static void a_very_long_key_is_cut(void **state)
{
    (void)state;
    REFUSES(WITH("'answers': "
                 "{'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx': "
                 "1}"),
            "case.json:6:14: "
            "/answers/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...: each "
            "entry must be an object, not a number\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_field_is_named_with_the_nearest_one),
        cmocka_unit_test(a_field_nothing_is_near_to_gets_the_list_of_fields),
        cmocka_unit_test(a_field_unknown_to_the_document_is_named),
        cmocka_unit_test(a_wrong_type_says_what_was_wanted),
        cmocka_unit_test(a_fraction_is_no_whole_number),
        cmocka_unit_test(null_is_not_a_way_to_say_nothing),
        cmocka_unit_test(a_record_that_is_no_object_is_named_by_its_place),
        cmocka_unit_test(a_list_that_is_an_object_is_refused),
        cmocka_unit_test(a_bad_choice_lists_the_words_and_hides_the_given_one),
        cmocka_unit_test(a_choice_far_from_all_words_is_not_guessed_at),
        cmocka_unit_test(a_day_that_does_not_exist_is_named),
        cmocka_unit_test(a_date_in_another_fashion_is_named),
        cmocka_unit_test(a_date_time_with_a_bad_clock_is_not_a_date),
        cmocka_unit_test(a_month_thirteen_does_not_exist),
        cmocka_unit_test(an_instant_needs_its_zone),
        cmocka_unit_test(a_range_that_ends_before_it_starts_is_named),
        cmocka_unit_test(a_percentage_over_100_is_out_of_range),
        cmocka_unit_test(a_huge_number_is_out_of_range),
        cmocka_unit_test(a_number_off_its_own_scale_is_named),
        cmocka_unit_test(a_scale_upside_down_is_refused),
        cmocka_unit_test(a_key_twice_in_a_record_is_named),
        cmocka_unit_test(a_key_twice_in_the_document_is_named),
        cmocka_unit_test(a_key_twice_among_free_keys_is_named),
        cmocka_unit_test(a_key_twice_deep_inside_a_free_field_is_named),
        cmocka_unit_test(an_id_twice_is_named_even_across_lists),
        cmocka_unit_test(an_answer_has_the_type_it_says),
        cmocka_unit_test(an_answer_that_is_no_object_is_refused),
        cmocka_unit_test(completeness_is_of_a_list_and_since_a_day),
        cmocka_unit_test(lines_are_numbered_apart),
        cmocka_unit_test(what_must_be_there_is_named_at_once),
        cmocka_unit_test(a_line_needs_sequence_and_code),
        cmocka_unit_test(a_request_needs_a_line),
        cmocka_unit_test(another_schema_is_named),
        cmocka_unit_test(an_id_that_is_a_story_is_refused),
        cmocka_unit_test(the_day_of_judging_is_a_full_date),
        cmocka_unit_test(a_list_is_no_case),
        cmocka_unit_test(nesting_past_the_limit_is_named),
        cmocka_unit_test(a_control_character_in_a_key_is_shown_escaped),
        cmocka_unit_test(a_very_long_key_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
