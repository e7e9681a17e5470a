/*
 * case_refs_test.c - nothing in a case points to what is not there.
 */
#include "judge/case_test.h"

static void a_source_that_is_not_there_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'goals': [{'text': 'walk', 'src': ['s1',\n"
                 "  's2']}]"),
            "case.json:7:3: /goals/0/src/1: there is no source of this id\n"
            "  help: add it under 'sources', or name one that is there\n");
}

static void a_fact_without_source_is_refused(void **state)
{
    (void)state;
    REFUSES(WITH("'goals': [{'text': 'walk'}], 'answers': {'a.b': {'value': true}}"),
            "case.json:6:12: /goals/0: a goal needs 'src'\n"
            "  help: name the sources that say so: \"src\": [\"...\"]; what nobody vouches for "
            "is not used\n"
            "case.json:6:43: /answers/a.b: an answer needs 'src'\n"
            "  help: name the sources that say so: \"src\": [\"...\"]; what nobody vouches for "
            "is not used\n");
}

static void a_fact_with_an_empty_source_list_is_refused(void **state)
{
    (void)state;
    REFUSES(WITH("'goals': [{'text': 'walk', 'src': []}]"),
            "case.json:6:29: /goals/0/src: 'src' names no source\n"
            "  help: what nobody vouches for is not used: name a source\n");
}

static void a_source_given_as_text_is_refused(void **state)
{
    (void)state;
    REFUSES(WITH("'goals': [{'text': 'walk', 'src': 's1'}]"),
            "case.json:6:29: /goals/0/src: 'src' must be a list of ids of sources\n"
            "  help: write \"src\": [\"...\"] with ids from 'sources'\n");
}

static void an_unknown_source_of_the_coverage_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'coverage': {'src': ['s9']}"),
            "case.json:6:23: /coverage/src/0: there is no source of this id\n"
            "  help: add it under 'sources', or name one that is there\n");
}

static void an_annotation_of_nothing_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'annotations': [{'id': 'an1', 'target': 'pr9', 'set': {'text': 'x'}, 'src': "
                 "['s1']}]"),
            "case.json:6:32: /annotations/0/target: there is no record of this id\n"
            "  help: name the id of a record, or \"+\" and a list to add one to it\n");
}

static void an_annotation_without_target_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'annotations': [{'id': 'an1', 'set': {'text': 'x'}, 'src': ['s1']}]"),
            "case.json:6:18: /annotations/0: an annotation needs 'target'\n");
}

static void an_annotation_to_no_list_is_named(void **state)
{
    (void)state;
    REFUSES(WITH("'annotations': [{'target': '+procedure', 'set': {'text': 'x'}, 'src': "
                 "['s1']}]"),
            "case.json:6:19: /annotations/0/target: there is no such list to add a record to\n"
            "  help: write \"+\" and the name of a list, as \"+examination\"\n");
}

static void an_annotation_sets_only_fields_of_its_target(void **state)
{
    (void)state;
    REFUSES(WITH("'procedures': [{'id': 'pr1', 'src': ['s1']}],\n"
                 " 'annotations': [{'target': 'pr1', 'src': ['s1'], 'set': {\n"
                 "  'outcome.reliefPercnt': 60,\n"
                 "  'outcome.reliefWeeks': 'twelve',\n"
                 "  'kind.x': 1,\n"
                 "  'src': ['s1']}}]"),
            "case.json:8:3: /annotations/0/set/outcome.reliefPercnt: unknown field "
            "'reliefPercnt'\n"
            "  help: did you mean 'reliefPercent'?\n"
            "case.json:9:3: /annotations/0/set/outcome.reliefWeeks: 'reliefWeeks' must be a "
            "number or a quantity {value, unit, comparator}, not text\n"
            "case.json:10:3: /annotations/0/set/kind.x: there is nothing below a field that is "
            "no object\n"
            "case.json:11:3: /annotations/0/set/src: an annotation cannot set this field\n"
            "  help: the annotation's own 'id' and 'src' stand for what it sets\n");
}

static void an_annotation_that_sets_nothing_is_refused(void **state)
{
    (void)state;
    REFUSES(WITH("'procedures': [{'id': 'pr1', 'src': ['s1']}],\n"
                 " 'annotations': [{'target': 'pr1', 'set': {}, 'src': ['s1']}]"),
            "case.json:7:36: /annotations/0/set: 'set' must be an object with at least one "
            "field\n"
            "  help: write {\"field\": value} for what the reviewer read\n");
}

static void an_annotation_is_no_target(void **state)
{
    (void)state;
    REFUSES(WITH("'procedures': [{'id': 'pr1', 'src': ['s1']}],\n"
                 " 'annotations': [{'id': 'an1', 'target': 'an1', 'set': {'kind': 'x'}, 'src': "
                 "['s1']}]"),
            "case.json:7:32: /annotations/0/target: there is no record of this id\n"
            "  help: name the id of a record, or \"+\" and a list to add one to it\n");
}

static void a_superseding_record_must_exist(void **state)
{
    (void)state;
    REFUSES(WITH("'goals': [{'id': 'g1', 'supersededBy': 'g2', 'src': ['s1']},\n"
                 "  {'id': 'g3', 'supersededBy': 'g3', 'src': ['s1']}]"),
            "case.json:6:25: /goals/0/supersededBy: there is no record of this id\n"
            "case.json:7:16: /goals/1/supersededBy: a record cannot supersede itself\n");
}

static void a_document_is_what_its_hash_says(void **state)
{
    (void)state;
    REFUSES(WITH("'documents': [{'id': 'd1', 'text': 'Pain 7/10.', 'bytes': 11,\n"
                 "  'sha256': "
                 "'0000000000000000000000000000000000000000000000000000000000000000'}]"),
            "case.json:6:51: /documents/0/bytes: the text of the document is 10 bytes long, "
            "not what 'bytes' says\n"
            "case.json:7:3: /documents/0/sha256: the text of the document does not have this "
            "SHA-256\n"
            "  help: the text or the hash was changed since: take the document from where it "
            "came\n");
}

static void a_hash_is_64_hex_digits(void **state)
{
    (void)state;
    REFUSES(WITH("'documents': [{'id': 'd1', 'text': 'Pain 7/10.', 'sha256': 'ABCD'}]"),
            "case.json:6:51: /documents/0/sha256: 'sha256' must be 64 lower-case hex digits\n");
}

static void a_quote_must_be_the_bytes_of_its_span(void **state)
{
    (void)state;
    REFUSES(WITH_SOURCE("{'doc': 'd1', 'span': [0, 9], 'quote': 'Pain 4/10'}"),
            "case.json:6:33: /sources/s1/quote: the quote is not what the document says at its "
            "span\n"
            "  help: quote the document letter by letter; a span counts bytes from 0\n");
}

static void a_quote_of_another_length_than_its_span_is_wrong(void **state)
{
    (void)state;
    REFUSES(WITH_SOURCE("{'doc': 'd1', 'span': [0, 8], 'quote': 'Pain 7/10'}"),
            "case.json:6:33: /sources/s1/quote: the quote is not what the document says at its "
            "span\n"
            "  help: quote the document letter by letter; a span counts bytes from 0\n");
}

static void a_quote_without_span_must_be_in_the_document(void **state)
{
    (void)state;
    REFUSES(WITH_SOURCE("{'doc': 'd1', 'quote': 'Pain 4/10'}"),
            "case.json:6:17: /sources/s1/quote: the document does not contain these words\n"
            "  help: quote the document letter by letter\n");
}

static void a_span_ends_inside_its_document(void **state)
{
    (void)state;
    REFUSES(WITH_SOURCE("{'doc': 'd1', 'span': [0, 900]}"),
            "case.json:6:17: /sources/s1/span: the span ends outside its document, whose text "
            "is 18 bytes long\n"
            "  help: a span counts the bytes of the text, from 0\n");
}

static void a_span_counts_bytes_and_cuts_no_character(void **state)
{
    (void)state;
    REFUSES(WITH_SOURCE("{'doc': 'd1', 'span': [11, 13]}"),
            "case.json:6:17: /sources/s1/span: the span cuts a character in two\n"
            "  help: count the bytes of the UTF-8 text, not its characters\n");
}

static void a_span_runs_forward(void **state)
{
    (void)state;
    REFUSES(WITH_SOURCE("{'doc': 'd1', 'span': [9, 0]}"),
            "case.json:6:17: /sources/s1/span: 'span' must be a list of two whole numbers, the "
            "lower first\n");
}

static void a_span_needs_its_document(void **state)
{
    (void)state;
    REFUSES(WITH_SOURCE("{'kind': 'ehr', 'span': [0, 9]}"),
            "case.json:6:19: /sources/s1/span: the span is of no document\n"
            "  help: name it: \"doc\": \"...\"\n");
}

static void a_source_names_a_document_and_no_other_record(void **state)
{
    (void)state;
    REFUSES(WITH_SOURCE("{'doc': 'g1', 'quote': 'x'}"),
            "case.json:6:4: /sources/s1/doc: there is no document of this id\n"
            "  help: add it to 'documents', or name the id of one that is there\n");
}

static void a_source_is_checked_like_any_object(void **state)
{
    (void)state;
    REFUSES(WITH_SOURCE("{'kind': 'hearsay', 'dock': 'd1'}"),
            "case.json:6:4: /sources/s1/kind: 'kind' is none of the words allowed here\n"
            "  help: it may be claim, order, ehr, questionnaire, document, reviewer, "
            "payer-history, cli\n"
            "case.json:6:23: /sources/s1/dock: unknown field 'dock'\n"
            "  help: did you mean 'doc'?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_that_is_not_there_is_named),
        cmocka_unit_test(a_fact_without_source_is_refused),
        cmocka_unit_test(a_fact_with_an_empty_source_list_is_refused),
        cmocka_unit_test(a_source_given_as_text_is_refused),
        cmocka_unit_test(an_unknown_source_of_the_coverage_is_named),
        cmocka_unit_test(an_annotation_of_nothing_is_named),
        cmocka_unit_test(an_annotation_without_target_is_named),
        cmocka_unit_test(an_annotation_to_no_list_is_named),
        cmocka_unit_test(an_annotation_sets_only_fields_of_its_target),
        cmocka_unit_test(an_annotation_that_sets_nothing_is_refused),
        cmocka_unit_test(an_annotation_is_no_target),
        cmocka_unit_test(a_superseding_record_must_exist),
        cmocka_unit_test(a_document_is_what_its_hash_says),
        cmocka_unit_test(a_hash_is_64_hex_digits),
        cmocka_unit_test(a_quote_must_be_the_bytes_of_its_span),
        cmocka_unit_test(a_quote_of_another_length_than_its_span_is_wrong),
        cmocka_unit_test(a_quote_without_span_must_be_in_the_document),
        cmocka_unit_test(a_span_ends_inside_its_document),
        cmocka_unit_test(a_span_counts_bytes_and_cuts_no_character),
        cmocka_unit_test(a_span_runs_forward),
        cmocka_unit_test(a_span_needs_its_document),
        cmocka_unit_test(a_source_names_a_document_and_no_other_record),
        cmocka_unit_test(a_source_is_checked_like_any_object),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
