/*
 * casefile_test.c - a sound case document is read whole and answers every
 * question; limits and lack of memory are told apart from slips.
 */
#include "judge/case_schema.h"
#include "judge/case_test.h"

#define TEXT_MAX 65536

struct opened {
    struct casefile file;
    struct case_problems problems;
    struct pool pool;
    struct err err;
    char *bytes;
};

static bool open_bytes(struct opened *opened, const struct case_limits *limits)
{
    pool_init(&opened->pool);
    opened->err = (struct err){.kind = ERR_NONE};
    return casefile_parse(&opened->file, opened->bytes, strlen(opened->bytes), &opened->pool,
                          limits, &opened->problems, &opened->err);
}

static bool open_text(struct opened *opened, const char *document,
                      const struct case_limits *limits)
{
    opened->bytes = quoted(document, strlen(document));
    return open_bytes(opened, limits);
}

static void open_file(struct opened *opened, const char *path)
{
    FILE *in = fopen(path, "rb");

    assert_non_null(in);
    opened->bytes = calloc(1, TEXT_MAX);
    assert_non_null(opened->bytes);
    assert_true(fread(opened->bytes, 1, TEXT_MAX - 1, in) > 0);
    fclose(in);
    if (!open_bytes(opened, NULL))
        casefile_problems_print(stderr, path, &opened->problems);
    assert_int_equal(opened->problems.count, 0);
    assert_int_equal(opened->err.kind, ERR_NONE);
    assert_non_null(opened->file.root);
}

static void shut(struct opened *opened)
{
    pool_free(&opened->pool);
    free(opened->bytes);
}

static bool same(struct str text, const char *expected)
{
    return str_is(text, expected);
}

/* The value at a dotted path of at most two names below a record. */
static yyjson_val *at(const struct case_record *record, const char *one, const char *two,
                      yyjson_val **src)
{
    const struct str names[] = {str_of(one), str_of(two)};

    return case_record_get(record, names, two == NULL ? 1 : 2, src);
}

static const char *first_source(yyjson_val *src)
{
    return yyjson_get_str(yyjson_arr_get_first(src));
}

static void a_case_with_every_field_is_read(void **state)
{
    struct opened c;
    (void)state;

    open_file(&c, "tests/cases/every-field.json");
    assert_true(same(c.file.id, "EXAMPLE-0417"));
    assert_int_equal(c.file.kind, CASE_MEDICAL_REVIEW);
    assert_true(same(c.file.forum, "imr"));
    assert_int_equal(c.file.as_of.first, civil_day(2026, 11, 2));
    assert_int_equal(c.file.as_of.last, civil_day(2026, 11, 2));
    assert_true(c.file.has_received);
    assert_int_equal(c.file.received_ms,
                     ((int64_t)civil_day(2026, 11, 2) * 24 + 20) * 3600000 + 245000);
    assert_non_null(c.file.patient);
    assert_non_null(c.file.coverage);
    for (int list = 0; list < CASE_LISTS; list++)
        assert_non_null(c.file.lists[list]);
    assert_int_equal(yyjson_arr_size(c.file.lists[CASE_LINES]), 2);
    shut(&c);
}

static void the_smallest_case_is_read(void **state)
{
    struct case_record record;
    struct case_evidence evidence;
    struct case_records records;
    struct day_span from;
    enum case_list list;
    struct opened c;
    (void)state;

    open_file(&c, "tests/cases/smallest.json");
    assert_int_equal(c.file.kind, CASE_PRIOR_AUTHORIZATION);
    assert_null(c.file.forum.at);
    assert_false(c.file.has_received);
    assert_null(c.file.patient);
    assert_null(casefile_answer(&c.file, str_of("a.b")));
    assert_null(casefile_source(&c.file, str_of("s1")));
    assert_null(casefile_document(&c.file, str_of("d1")));
    assert_false(casefile_record(&c.file, str_of("x"), &record, &list));
    assert_false(casefile_complete(&c.file, str_of("history"), &from, NULL));
    assert_false(casefile_evidence(&c.file, NULL, &evidence));
    records = casefile_records(&c.file, CASE_PROCEDURES);
    assert_false(case_records_next(&records, &record));
    records = casefile_records(&c.file, CASE_LINES);
    assert_true(case_records_next(&records, &record));
    assert_null(record.src);
    assert_false(case_records_next(&records, &record));
    shut(&c);
}

static void without_as_of_the_day_of_receipt_counts_as_it_is_written(void **state)
{
    struct opened c;
    (void)state;

    assert_true(open_text(&c,
                          "{'schema': 'rubric-case/1', 'caseId': 'T',"
                          " 'received': '2026-11-02T23:30:00-08:00',"
                          " 'request': {'lines': [{'sequence': 1, 'code': '64483'}]}}",
                          NULL));
    assert_int_equal(c.file.as_of.first, civil_day(2026, 11, 2));
    assert_true(c.file.has_received);
    shut(&c);
}

static void records_come_in_order_and_say_what_sets_them_aside(void **state)
{
    struct case_records records;
    struct case_record record;
    struct opened c;
    (void)state;

    open_file(&c, "tests/cases/every-field.json");
    records = casefile_records(&c.file, CASE_TREATMENTS);
    for (int i = 0; i < 3; i++) {
        assert_true(case_records_next(&records, &record));
        assert_int_equal(record.other_person, i == 2);
        assert_false(record.superseded || record.added);
        assert_string_equal(first_source(record.src), "s2");
    }
    assert_false(case_records_next(&records, &record));
    records = casefile_records(&c.file, CASE_PROCEDURES);
    assert_true(case_records_next(&records, &record));
    assert_false(record.superseded);
    assert_true(case_records_next(&records, &record));
    assert_true(record.superseded);
    shut(&c);
}

static void an_annotation_lies_over_its_record_with_its_own_source(void **state)
{
    struct case_record record;
    enum case_list list;
    yyjson_val *src = NULL;
    struct opened c;
    (void)state;

    open_file(&c, "tests/cases/every-field.json");
    assert_true(casefile_record(&c.file, str_of("pr1"), &record, &list));
    assert_int_equal(list, CASE_PROCEDURES);
    /* an3 came after an1 and sets the whole outcome's relief */
    assert_int_equal(yyjson_get_int(at(&record, "outcome", "reliefPercent", &src)), 65);
    assert_string_equal(first_source(src), "s8");
    assert_int_equal(yyjson_get_int(at(&record, "outcome", "reliefWeeks", &src)), 10);
    assert_string_equal(first_source(src), "s6");
    assert_true(same(case_text(at(&record, "outcome", "text", &src)), "about 70% relief"));
    assert_string_equal(first_source(src), "s2");
    assert_null(at(&record, "outcome", "result", NULL));
    assert_true(same(casefile_annotations_for(&c.file, str_of("pr1"))->id, "an3"));
    assert_true(same(casefile_annotations_for(&c.file, str_of("pr1"))->older->id, "an1"));
    assert_null(casefile_annotations_for(&c.file, str_of("tx1")));
    shut(&c);
}

static void an_added_record_is_walked_like_the_others(void **state)
{
    struct case_records records;
    struct case_record record;
    enum case_list list;
    yyjson_val *src = NULL;
    struct opened c;
    (void)state;

    open_file(&c, "tests/cases/every-field.json");
    records = casefile_records(&c.file, CASE_EXAMINATION);
    assert_true(case_records_next(&records, &record));
    assert_true(record.added);
    assert_true(same(case_text(at(&record, "name", NULL, &src)), "straight-leg-raise"));
    assert_string_equal(first_source(src), "s7");
    assert_null(at(&record, "text", NULL, NULL));
    assert_false(case_records_next(&records, &record));
    assert_true(casefile_record(&c.file, str_of("an2"), &record, &list));
    assert_int_equal(list, CASE_EXAMINATION);
    assert_true(same(casefile_added(&c.file, CASE_EXAMINATION)->id, "an2"));
    assert_null(casefile_added(&c.file, CASE_GOALS));
    /* an1 adds nothing: it is no record */
    assert_false(casefile_record(&c.file, str_of("an1"), &record, &list));
    shut(&c);
}

static void added_records_keep_the_order_of_the_document(void **state)
{
    struct case_records records;
    struct case_record record;
    char expected[] = "a";
    struct opened c;
    (void)state;

    assert_true(open_text(
        &c,
        WITH("'goals': [{'text': 'a', 'src': ['s1']}], 'annotations': ["
             "{'target': '+goals', 'set': {'text': 'b'}, 'src': ['s1']},"
             "{'target': '+goals', 'set': {'text': 'c', 'about': 'other'}, 'src': ['s1']},"
             "{'target': '+goals', 'set': {'text': 'd'}, 'src': ['s1']}]"),
        NULL));
    records = casefile_records(&c.file, CASE_GOALS);
    for (; expected[0] <= 'd'; expected[0]++) {
        assert_true(case_records_next(&records, &record));
        assert_true(same(case_text(at(&record, "text", NULL, NULL)), expected));
        assert_int_equal(record.other_person, expected[0] == 'c');
    }
    assert_false(case_records_next(&records, &record));
    shut(&c);
}

static void evidence_prefers_the_source_that_quotes_a_document(void **state)
{
    struct case_evidence evidence;
    struct case_record record;
    enum case_list list;
    struct opened c;
    (void)state;

    assert_true(open_text(
        &c,
        "{'schema': 'rubric-case/1', 'caseId': 'T', 'asOf': '2026-03-10',"
        " 'request': {'lines': [{'sequence': 1, 'code': '64483'}]},"
        " 'goals': [{'id': 'g', 'src': ['a', 'b', 'c']}, {'id': 'h', 'src': ['c', 'd']}],"
        " 'documents': [{'id': 'd1', 'text': 'Pain 7/10.'}],"
        " 'sources': {'a': {'kind': 'ehr', 'ref': 'Observation/o'},"
        " 'b': {'kind': 'document', 'doc': 'd1'},"
        " 'c': {'kind': 'reviewer', 'by': 'rn', 'doc': 'd1', 'span': [0, 9],"
        " 'origin': 'extracted'},"
        " 'd': {'origin': 'extracted'}}}",
        NULL));
    assert_true(casefile_record(&c.file, str_of("g"), &record, &list));
    assert_true(casefile_evidence(&c.file, record.src, &evidence));
    assert_true(same(evidence.source, "c"));
    assert_true(same(evidence.kind, "reviewer"));
    assert_true(same(evidence.by, "rn"));
    assert_true(same(evidence.doc, "d1"));
    assert_true(same(evidence.quote, "Pain 7/10"));
    assert_true(evidence.has_span);
    assert_int_equal(evidence.to, 9);
    assert_false(evidence.extracted);
    assert_true(casefile_record(&c.file, str_of("h"), &record, &list));
    assert_true(casefile_evidence(&c.file, record.src, &evidence));
    assert_true(evidence.extracted);
    shut(&c);
}

static void answers_documents_and_completeness_are_found_by_name(void **state)
{
    struct day_span from;
    yyjson_val *src = NULL;
    struct opened c;
    (void)state;

    open_file(&c, "tests/cases/every-field.json");
    assert_int_equal(
        yyjson_get_int(yyjson_obj_get(casefile_answer(&c.file, str_of("conservative.weeks")),
                                      "value")),
        7);
    assert_null(casefile_answer(&c.file, str_of("conservative")));
    assert_non_null(casefile_document(&c.file, str_of("doc3")));
    assert_null(casefile_document(&c.file, str_of("pr1")));
    assert_true(casefile_complete(&c.file, str_of("procedures"), &from, &src));
    assert_int_equal(from.first, civil_day(2025, 11, 1));
    assert_string_equal(first_source(src), "s4");
    assert_false(casefile_complete(&c.file, str_of("history"), &from, &src));
    assert_int_equal(case_list_named(str_of("request.lines")), CASE_LINES);
    assert_int_equal(case_list_named(str_of("history")), CASE_HISTORY);
    assert_int_equal(case_list_named(str_of("histories")), CASE_LISTS);
    shut(&c);
}

static void the_worker_reads_in_its_region_and_leaves_it_clean(void **state)
{
    static const size_t size = 1 << 18;
    char *region = calloc(1, size);
    struct case_problems problems;
    struct casefile file;
    struct opened c;
    struct pool pool;
    (void)state;

    assert_non_null(region);
    open_file(&c, "tests/cases/every-field.json");
    pool_over(&pool, region, size);
    for (int i = 0; i < 3; i++) {
        assert_true(casefile_parse(&file, c.bytes, strlen(c.bytes), &pool, NULL, &problems,
                                   NULL));
        assert_true(same(file.id, "EXAMPLE-0417"));
        pool_reset(&pool);
        for (size_t at_byte = 0; at_byte < size; at_byte++)
            assert_int_equal(region[at_byte], 0);
    }
    shut(&c);
    free(region);
}

static void too_little_memory_is_said_and_nothing_breaks(void **state)
{
    struct case_problems problems;
    struct casefile file;
    struct opened c;
    struct pool pool;
    bool read = false;
    (void)state;

    open_file(&c, "tests/cases/every-field.json");
    for (size_t size = 0; !read; size += 512) {
        char *region = calloc(1, size + 16);
        struct err err = {.kind = ERR_NONE};

        assert_non_null(region);
        pool_over(&pool, region, size);
        read = casefile_parse(&file, c.bytes, strlen(c.bytes), &pool, NULL, &problems, &err);
        if (!read) {
            assert_int_equal(err.kind, ERR_MEMORY);
            assert_int_equal(problems.count, 0);
        }
        free(region);
    }
    shut(&c);
}

static void brackets_that_exhaust_the_memory_are_too_deep(void **state)
{
    static const size_t size = 1 << 16;
    char *region = calloc(1, size);
    char *bytes = malloc(size / 4);
    struct case_problems problems;
    struct casefile file;
    struct pool pool;
    struct err err = {.kind = ERR_NONE};
    (void)state;

    assert_non_null(region);
    assert_non_null(bytes);
    memset(bytes, '[', size / 4);
    pool_over(&pool, region, size);
    assert_false(casefile_parse(&file, bytes, size / 4, &pool, NULL, &problems, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_string_equal(err.text, "the case document, line 1: nested deeper than 32 levels");
    free(bytes);
    free(region);
}

static void a_document_over_its_limit_is_not_even_parsed(void **state)
{
    struct case_limits limits = case_limits_default;
    struct opened c;
    (void)state;

    limits.bytes = 20;
    assert_false(open_text(&c, "{'schema': 'rubric-ca", &limits));
    assert_string_equal(c.err.text, "the case document, line 1: the case document has 21 bytes, "
                                    "more than the limit of 20");
    assert_string_equal(c.err.help, "leave the text of documents out, or raise 'case_mib' in "
                                    "the registry");
    assert_int_equal(c.err.kind, ERR_INPUT);
    shut(&c);
}

static void lists_over_their_limits_are_named(void **state)
{
    struct case_limits limits = case_limits_default;
    struct opened c;
    (void)state;

    limits.records = 2;
    limits.documents = 1;
    assert_false(open_text(&c, WITH("'goals': [{}, {}, {}], 'documents': [{}, {}],"
                                    " 'answers': {'a': 1, 'b': 2, 'c': 3}"),
                           &limits));
    assert_int_equal(c.problems.count, 3);
    assert_string_equal(c.problems.items[0].text,
                        "'goals' has 3 entries, more than the limit of 2");
    assert_string_equal(c.problems.items[1].text,
                        "'documents' has 2 entries, more than the limit of 1");
    assert_string_equal(c.problems.items[2].text,
                        "'answers' has 3 entries, more than the limit of 2");
    shut(&c);
}

static void a_hundred_problems_are_kept_and_the_rest_counted(void **state)
{
    struct buf document = BUF_INIT;
    struct opened c;
    char *text = NULL;
    size_t size = 0;
    FILE *out;
    (void)state;

    buf_puts(&document, "{'schema': 'rubric-case/1', 'caseId': 'T', 'asOf': '2026-03-10',"
                        " 'request': {'lines': [{'sequence': 1, 'code': '64483'}]}, 'goals': [");
    for (int i = 0; i < 300; i++)
        buf_printf(&document, "%s\n%d", i == 0 ? "" : ",", i);
    buf_puts(&document, "]}");
    assert_false(open_text(&c, buf_cstr(&document), NULL));
    assert_int_equal(c.problems.count, 300);
    assert_int_equal(c.problems.kept, CASE_PROBLEMS_KEPT);
    assert_int_equal(c.problems.items[99].line, 101);
    assert_string_equal(c.err.text, "the case document, line 2: /goals/0: each entry must be an "
                                    "object, not a number (and 299 more)");
    out = open_memstream(&text, &size);
    assert_non_null(out);
    casefile_problems_print(out, "case.json", &c.problems);
    fclose(out);
    assert_non_null(strstr(text, "\ncase.json: and 200 more problems\n"));
    free(text);
    shut(&c);
    buf_free(&document);
}

static void known_documents_are_not_hashed_again(void **state)
{
    struct case_limits limits = case_limits_default;
    struct opened c;
    (void)state;

    limits.documents_known = true;
    assert_true(open_text(&c, WITH("'documents': [{'id': 'd', 'text': 'Pain.', 'sha256': '"
                                   "00000000000000000000000000000000"
                                   "00000000000000000000000000000000"
                                   "'}]"),
                          &limits));
    shut(&c);
}

/* Every shape of the table, each once. */
static size_t gather(const struct case_shape *shape, const struct case_shape *found[64],
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (found[i] == shape)
            return count;
    found[count++] = shape;
    for (unsigned i = 0; i < shape->count; i++)
        if (shape->fields[i].shape != NULL)
            count = gather(shape->fields[i].shape, found, count);
    return count;
}

static void the_table_keeps_its_own_rules(void **state)
{
    const struct case_shape *shapes[64];
    size_t count = gather(&case_shape_root, shapes, 0);
    (void)state;

    assert_int_equal(case_shape_root.count, CASE_ROOTS);
    assert_true(count > 25);
    for (size_t i = 0; i < count; i++) {
        unsigned required = 0;

        assert_true(shapes[i]->count <= 64);
        for (unsigned j = 0; j < shapes[i]->count; j++) {
            const struct case_field *field = &shapes[i]->fields[j];
            unsigned start = 0;

            required += field->flags & CASE_REQUIRED;
            assert_int_equal(field->len, strlen(field->name));
            assert_ptr_equal(case_shape_find(shapes[i], str_of(field->name), &start), field);
            if (field->type == CASE_WORD || field->type == CASE_ABOUT)
                assert_non_null(field->choices);
            if (field->type == CASE_OBJECT || field->type == CASE_LIST_OF)
                assert_non_null(field->shape);
        }
        assert_int_equal(required, shapes[i]->required);
    }
}

static char *read_reference(void)
{
    FILE *in = fopen("docs/case-document.md", "rb");
    char *text = calloc(1, TEXT_MAX);
    size_t len;

    assert_non_null(in);
    assert_non_null(text);
    len = fread(text, 1, TEXT_MAX - 1, in);
    assert_true(len > 0 && len < TEXT_MAX - 1);
    fclose(in);
    return text;
}

static void the_reference_names_every_field_and_every_word(void **state)
{
    const struct case_shape *shapes[64];
    size_t count = gather(&case_shape_root, shapes, 0);
    char *reference = read_reference();
    (void)state;

    for (size_t i = 0; i < count; i++) {
        for (unsigned j = 0; j < shapes[i]->count; j++) {
            const struct case_field *field = &shapes[i]->fields[j];
            char name[64];

            snprintf(name, sizeof name, "`%s`", field->name);
            if (strstr(reference, name) == NULL)
                snprintf(name, sizeof name, "\"%s\"", field->name);
            if (strstr(reference, name) == NULL)
                fail_msg("docs/case-document.md does not name '%s'", field->name);
            for (size_t k = 0; field->choices != NULL && field->choices[k] != NULL; k++) {
                snprintf(name, sizeof name, "`%s`", field->choices[k]);
                if (strstr(reference, name) == NULL)
                    fail_msg("docs/case-document.md does not name '%s'", field->choices[k]);
            }
        }
    }
    free(reference);
}

static void the_cases_shown_in_the_reference_are_sound(void **state)
{
    static const char opening[] = "```json\n";
    char *reference = read_reference();
    char *block = reference;
    unsigned shown = 0;
    (void)state;

    while ((block = strstr(block, opening)) != NULL) {
        char *end = strstr(block += sizeof opening - 1, "```");
        struct opened c;

        assert_non_null(end);
        *end = '\0';
        c.bytes = block;
        if (!open_bytes(&c, NULL))
            casefile_problems_print(stderr, "docs/case-document.md", &c.problems);
        assert_int_equal(c.problems.count, 0);
        pool_free(&c.pool);
        block = end + 1;
        shown++;
    }
    assert_int_equal(shown, 2);
    free(reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_with_every_field_is_read),
        cmocka_unit_test(the_smallest_case_is_read),
        cmocka_unit_test(without_as_of_the_day_of_receipt_counts_as_it_is_written),
        cmocka_unit_test(records_come_in_order_and_say_what_sets_them_aside),
        cmocka_unit_test(an_annotation_lies_over_its_record_with_its_own_source),
        cmocka_unit_test(an_added_record_is_walked_like_the_others),
        cmocka_unit_test(added_records_keep_the_order_of_the_document),
        cmocka_unit_test(evidence_prefers_the_source_that_quotes_a_document),
        cmocka_unit_test(answers_documents_and_completeness_are_found_by_name),
        cmocka_unit_test(the_worker_reads_in_its_region_and_leaves_it_clean),
        cmocka_unit_test(too_little_memory_is_said_and_nothing_breaks),
        cmocka_unit_test(brackets_that_exhaust_the_memory_are_too_deep),
        cmocka_unit_test(a_document_over_its_limit_is_not_even_parsed),
        cmocka_unit_test(lists_over_their_limits_are_named),
        cmocka_unit_test(a_hundred_problems_are_kept_and_the_rest_counted),
        cmocka_unit_test(known_documents_are_not_hashed_again),
        cmocka_unit_test(the_table_keeps_its_own_rules),
        cmocka_unit_test(the_reference_names_every_field_and_every_word),
        cmocka_unit_test(the_cases_shown_in_the_reference_are_sound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
