/*
 * records.c - lists of records: which of them match, and how surely.
 *
 * A record matches a filter, does not, or may: its field is silent. Whatever is
 * measured over records keeps that doubt (measure.c).
 */
#include <assert.h>

#include "judge/eval.h"
#include "judge/field.h"


/* What a record says of itself that makes it less than sure. A diagnosis that
 * is only considered is as doubtful as a record that calls itself possible. */
static void judge_record(struct eval *eval, struct record *record)
{
    struct str certainty = case_text(yyjson_obj_get(record->at.value, "certainty"));
    struct str status = case_text(yyjson_obj_get(record->at.value, "verificationStatus"));

    record->doubtful = str_is(certainty, "possible") || str_is(certainty, "probable") ||
                       str_is(status, "unconfirmed") || str_is(status, "provisional") ||
                       str_is(status, "differential");
    record->suggested = casefile_extracted(eval->file, record->at.src);
}

/* into has room for it. */
static bool add_record(struct eval *eval, const struct list *list, struct record_list *into,
                       const struct case_record *at)
{
    struct record *record;

    if (at->other_person || at->superseded)
        return true;
    record = &into->items[into->count];
    record->at = *at;
    record->fields = eval_take(eval, list->field_count, sizeof(struct value *));
    if (record->fields == NULL)
        return false;
    judge_record(eval, record);
    for (size_t i = 0; i < list->skip_count; i++)
        if (eval_filters(eval, list, &list->skip[i], 1, record) == FINDING_MET)
            return true; /* it says itself that it is none */
    into->count++;
    return true;
}

static void add_root(struct eval *eval, const struct list *list, struct record_list *into)
{
    struct case_record at = {.value = eval->file->root};

    into->items = eval_take(eval, 1, sizeof *into->items);
    if (into->items != NULL)
        add_record(eval, list, into, &at);
}

/* How many records the case has in the arrays that a list gathers. */
static size_t count_records(const struct eval *eval, const struct list *list)
{
    size_t count = 0;

    for (size_t i = 0; i < list->from_count; i++) {
        const struct case_note *added = casefile_added(eval->file, list->arrays[i]);

        if (list->arrays[i] != CASE_LISTS)
            count += yyjson_arr_size(eval->file->lists[list->arrays[i]]);
        for (; added != NULL; added = added->next)
            count++;
    }
    return count;
}

static void load(struct eval *eval, const struct list *list, struct record_list *into)
{
    into->items = eval_take(eval, count_records(eval, list), sizeof *into->items);
    for (size_t i = 0; into->items != NULL && i < list->from_count; i++) {
        struct case_records records = casefile_records(eval->file, list->arrays[i]);
        struct case_record at;

        while (case_records_next(&records, &at))
            if (!add_record(eval, list, into, &at))
                return;
    }
}

const struct record_list *eval_list(struct eval *eval, const struct list *list)
{
    struct record_list *records = &eval->lists[list->index];

    if (records->loaded)
        return records;
    records->loaded = true;
    if (list->root)
        add_root(eval, list, records);
    else
        load(eval, list, records);
    return records;
}

const struct value *eval_field(struct eval *eval, const struct list *list,
                               const struct record *record, size_t field)
{
    struct place place = {record, record->at.value, eval->on};
    yyjson_val *src = record->at.src;
    struct value *value;

    if (record->fields[field] != NULL)
        return record->fields[field];
    value = eval_take(eval, 1, sizeof *value);
    if (value == NULL)
        return &value_none;
    record->fields[field] = value; /* a field that is dated by itself ends here */
    *value = value_none;
    *value = field_find(eval, &place, &list->fields[field], &src);
    value->suggested = record->suggested;
    if (value->kind == KIND_NONE && list == eval->policy->lines && (int)field == list->date) {
        /* A line without a date is for the day that the request is for. */
        *value = value_date(eval->request_on);
        return value;
    }
    if (value->kind != KIND_NONE) {
        const struct value *date = list->date < 0
                                       ? NULL
                                       : eval_field(eval, list, record, (size_t)list->date);

        eval_trace_kept(eval, value, list->name, list->fields[field].name,
                        list->fields[field].unit_name, date, src);
    }
    return value;
}

enum finding eval_filters(struct eval *eval, const struct list *list, const struct filter *where,
                          size_t where_count, const struct record *record)
{
    enum finding sure = FINDING_MET;

    for (size_t i = 0; i < where_count && sure != FINDING_NOT_MET; i++)
        sure = finding_and(sure, eval_operand(eval, &where[i].operand,
                                              eval_field(eval, list, record, where[i].field)));
    return sure;
}

static bool side_covers(struct str a, struct str b)
{
    return str_is(a, "bilateral") && (str_is(b, "left") || str_is(b, "right"));
}

enum finding values_overlap(const struct value *a, const struct value *b)
{
    const struct value *as = a->all_count > 1 ? a->all : a;
    const struct value *bs = b->all_count > 1 ? b->all : b;
    size_t a_count = a->all_count > 1 ? a->all_count : 1;
    size_t b_count = b->all_count > 1 ? b->all_count : 1;

    if (a->kind == KIND_NONE || b->kind == KIND_NONE || a->conflict || b->conflict)
        return FINDING_UNDOCUMENTED;
    for (size_t i = 0; i < a_count; i++)
        for (size_t k = 0; k < b_count; k++)
            if (value_same(&as[i], &bs[k]) || side_covers(as[i].text, bs[k].text) ||
                side_covers(bs[k].text, as[i].text))
                return FINDING_MET;
    return FINDING_NOT_MET;
}

/* The field of a record against the same field of the line under review. */
static enum finding same_as_line(struct eval *eval, const struct rec *rec, size_t same,
                                 const struct record *record)
{
    int line_field = rec->same_line[same];

    if (line_field < 0 || eval->line == NULL)
        return FINDING_UNDOCUMENTED;
    return values_overlap(eval_field(eval, rec->list, record, rec->same[same]),
                          eval_field(eval, eval->policy->lines, eval->line, (size_t)line_field));
}

/* The window of `within`: after the day that much before the service, up to it. */
static enum finding in_window(struct eval *eval, const struct rec *rec,
                              const struct value *date)
{
    struct value room;
    const struct value *length = eval_value(eval, rec->within, &room);
    struct value start, end;

    if (length->kind != KIND_DURATION)
        return FINDING_UNDOCUMENTED;
    start = value_date(value_shift_day(eval->on, length, -1));
    end = value_date(eval->on);
    return finding_and(value_more_than(date, &start), value_at_least(&end, date));
}

static enum finding in_time(struct eval *eval, const struct rec *rec,
                            const struct record *record)
{
    const struct value *date;
    const struct value *bound;
    struct value room;
    enum finding sure = FINDING_MET;

    if (rec->within == NULL && rec->before == NULL && rec->after == NULL &&
        rec->on_or_after == NULL)
        return FINDING_MET;
    if (rec->list->date < 0)
        return FINDING_UNDOCUMENTED;
    date = eval_field(eval, rec->list, record, (size_t)rec->list->date);
    if (rec->within != NULL)
        sure = finding_and(sure, in_window(eval, rec, date));
    if (rec->before != NULL) {
        bound = eval_value(eval, rec->before, &room);
        sure = finding_and(sure, value_more_than(bound, date));
    }
    if (rec->after != NULL) {
        bound = eval_value(eval, rec->after, &room);
        sure = finding_and(sure, value_more_than(date, bound));
    }
    if (rec->on_or_after != NULL) {
        bound = eval_value(eval, rec->on_or_after, &room);
        sure = finding_and(sure, value_at_least(date, bound));
    }
    return sure;
}

enum finding eval_matches(struct eval *eval, const struct rec *rec, const struct record *record)
{
    enum finding sure =
        eval_filters(eval, rec->list, rec->where, rec->where_count, record);

    for (size_t i = 0; i < rec->same_count && sure != FINDING_NOT_MET; i++)
        sure = finding_and(sure, same_as_line(eval, rec, i, record));
    if (sure != FINDING_NOT_MET)
        sure = finding_and(sure, in_time(eval, rec, record));
    if (sure == FINDING_MET && record->doubtful)
        sure = FINDING_UNDOCUMENTED;
    if (sure == FINDING_MET && record->suggested && !eval->accept_extracted) {
        sure = FINDING_UNDOCUMENTED;
        if (eval->gathered != NULL)
            eval->gathered->suggested = true;
    }
    return sure;
}

/* The payer's own list is closed once the case carries it at all. */
static bool carried(struct eval *eval, const struct list *list)
{
    for (size_t i = 0; i < list->from_count; i++)
        if (list->arrays[i] != CASE_LISTS && eval->file->lists[list->arrays[i]] == NULL)
            return false;
    return true;
}

bool eval_closed(struct eval *eval, const struct rec *rec)
{
    struct day_span since;

    if (rec->list->root)
        return true;
    if (rec->list->closed && carried(eval, rec->list))
        return true;
    if (rec->list->closed_by.len == 0 ||
        !casefile_complete(eval->file, rec->list->closed_by, &since, NULL))
        return false;
    if (rec->within != NULL) {
        struct value length = eval_val(eval, rec->within);

        return length.kind == KIND_DURATION &&
               value_shift_day(eval->on, &length, -1).first >= since.last - 1;
    }
    return true;
}
