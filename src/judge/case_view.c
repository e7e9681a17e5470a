/*
 * case_view.c - what an evaluator asks of a checked case document.
 *
 * Nothing here allocates or can fail; what a case does not hold comes back as
 * NULL, false or an absent text. See casefile.h.
 */
#include <assert.h>
#include <string.h>

#include "judge/casefile.h"

/* records */

static void describe(const struct casefile *file, yyjson_val *value, struct case_record *record)
{
    *record = (struct case_record){.value = value, .src = yyjson_obj_get(value, "src")};
    if (file->has_notes)
        record->notes = casefile_annotations_for(file, case_text(yyjson_obj_get(value, "id")));
    if (file->has_set_aside) {
        record->other_person = yyjson_equals_str(yyjson_obj_get(value, "about"), "other");
        record->superseded = yyjson_obj_get(value, "supersededBy") != NULL;
    }
}

static void describe_added(const struct case_note *note, struct case_record *record)
{
    *record = (struct case_record){.value = note->set, .src = note->src, .notes = note,
                                   .added = true};
    record->other_person = yyjson_equals_str(yyjson_obj_get(note->set, "about"), "other");
    record->superseded = yyjson_obj_get(note->set, "supersededBy") != NULL;
}

struct case_records casefile_records(const struct casefile *file, enum case_list list)
{
    yyjson_val *array = list < CASE_LISTS ? file->lists[list] : NULL;
    struct case_records records = {file, NULL, yyjson_arr_size(array), NULL};

    if (records.left > 0)
        records.next = unsafe_yyjson_get_first(array);
    if (list < CASE_LISTS)
        records.added = file->added[list];
    return records;
}

bool case_records_next(struct case_records *records, struct case_record *record)
{
    if (records->left > 0) {
        describe(records->file, records->next, record);
        records->next = unsafe_yyjson_get_next(records->next);
        records->left--;
        return true;
    }
    if (records->added == NULL)
        return false;
    describe_added(records->added, record);
    records->added = records->added->next;
    return true;
}

bool casefile_record(const struct casefile *file, struct str id, struct case_record *record,
                     enum case_list *list)
{
    const struct case_entry *found = case_map_find(&file->records, id);

    if (found == NULL)
        return false;
    if (found->tag < CASE_LISTS) {
        *list = (enum case_list)found->tag;
        describe(file, found->value, record);
        return true;
    }
    for (unsigned i = 0; i < CASE_LISTS; i++) {
        for (const struct case_note *note = file->added[i]; note != NULL; note = note->next) {
            if (str_equal(note->id, id)) {
                *list = (enum case_list)i;
                describe_added(note, record);
                return true;
            }
        }
    }
    return false;
}

yyjson_val *case_value_get(yyjson_val *object, const struct str *names, size_t count)
{
    for (size_t i = 0; i < count && object != NULL; i++)
        object = yyjson_obj_getn(object, names[i].at, names[i].len);
    return object;
}

/* What a note sets at or above a path; NULL if nothing. */
static yyjson_val *noted(const struct case_note *note, const struct str *names, size_t count)
{
    for (size_t i = 0; i < note->override_count; i++) {
        const struct case_override *override = &note->overrides[i];
        size_t same = 0;

        if (override->count > count)
            continue;
        while (same < override->count && str_equal(override->names[same], names[same]))
            same++;
        if (same == override->count)
            return case_value_get(override->value, names + same, count - same);
    }
    return NULL;
}

yyjson_val *case_record_get(const struct case_record *record, const struct str *names,
                            size_t count, yyjson_val **src)
{
    for (const struct case_note *note = record->notes; note != NULL; note = note->older) {
        yyjson_val *value = noted(note, names, count);

        if (value == NULL)
            continue;
        if (src != NULL)
            *src = note->src;
        return value;
    }
    if (src != NULL)
        *src = record->src;
    return record->added ? NULL : case_value_get(record->value, names, count);
}

const struct case_note *casefile_annotations_for(const struct casefile *file, struct str id)
{
    const struct case_entry *found = case_map_find(&file->records, id);

    return found == NULL ? NULL : found->more;
}

const struct case_note *casefile_added(const struct casefile *file, enum case_list list)
{
    return list < CASE_LISTS ? file->added[list] : NULL;
}

/* what stands beside the records */

static yyjson_val *value_in(const struct case_map *map, struct str key)
{
    const struct case_entry *found = case_map_find(map, key);

    return found == NULL ? NULL : found->value;
}

yyjson_val *casefile_answer(const struct casefile *file, struct str path)
{
    return value_in(&file->answers, path);
}

yyjson_val *casefile_source(const struct casefile *file, struct str id)
{
    return value_in(&file->sources, id);
}

yyjson_val *casefile_document(const struct casefile *file, struct str id)
{
    const struct case_entry *found = case_map_find(&file->records, id);

    return found == NULL || found->tag != CASE_DOCUMENTS ? NULL : found->value;
}

bool casefile_complete(const struct casefile *file, struct str list, struct day_span *from,
                       yyjson_val **src)
{
    yyjson_val *since = yyjson_obj_getn(file->complete, list.at == NULL ? "" : list.at, list.len);
    struct str date = case_text(yyjson_obj_get(since, "from"));

    if (date.at == NULL || !civil_parse(date.at, date.len, from))
        return false;
    if (src != NULL)
        *src = yyjson_obj_get(since, "src");
    return true;
}

/* evidence */

/* How well a source can be shown: with its words, with its document, at all. */
static int rank(yyjson_val *source)
{
    if (yyjson_obj_get(source, "doc") == NULL)
        return 1;
    return yyjson_obj_get(source, "quote") != NULL || yyjson_obj_get(source, "span") != NULL ? 3
                                                                                              : 2;
}

/* Its members in one pass: a source has few, and they come in any order. */
static yyjson_val *read_source(yyjson_val *source, struct case_evidence *evidence)
{
    const struct {
        struct str name;
        struct str *text;
    } texts[] = {
        {{"doc", 3}, &evidence->doc},   {{"quote", 5}, &evidence->quote},
        {{"kind", 4}, &evidence->kind}, {{"ref", 3}, &evidence->ref},
        {{"path", 4}, &evidence->path}, {{"origin", 6}, &evidence->origin},
        {{"by", 2}, &evidence->by},     {{"author", 6}, &evidence->author},
        {{"at", 2}, &evidence->at},
    };
    yyjson_val *span = NULL, *key, *value;
    size_t index, count, i;

    yyjson_obj_foreach(source, index, count, key, value) {
        struct str name = case_text(key);

        for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
            if (texts[i].name.len == name.len && texts[i].name.at[0] == name.at[0] &&
                str_equal(name, texts[i].name))
                break;
        if (i < sizeof texts / sizeof texts[0])
            *texts[i].text = case_text(value);
        else if (str_is(name, "span"))
            span = value;
    }
    return span;
}

static void show(const struct casefile *file, yyjson_val *source, struct case_evidence *evidence)
{
    yyjson_val *span = read_source(source, evidence);
    struct str text;

    if (span == NULL)
        return;
    evidence->has_span = true;
    evidence->from = (size_t)yyjson_get_uint(yyjson_arr_get(span, 0));
    evidence->to = (size_t)yyjson_get_uint(yyjson_arr_get(span, 1));
    text = case_text(yyjson_obj_get(casefile_document(file, evidence->doc), "text"));
    if (evidence->quote.at == NULL && evidence->to <= text.len)
        evidence->quote = (struct str){text.at + evidence->from, evidence->to - evidence->from};
}

bool casefile_extracted(const struct casefile *file, yyjson_val *src)
{
    bool known = false;
    size_t index, count;
    yyjson_val *id;

    yyjson_arr_foreach(src, index, count, id) {
        yyjson_val *source = casefile_source(file, case_text(id));

        if (source != NULL && !yyjson_equals_str(yyjson_obj_get(source, "origin"), "extracted"))
            return false;
        known |= source != NULL;
    }
    return known;
}

bool casefile_evidence(const struct casefile *file, yyjson_val *src,
                       struct case_evidence *evidence)
{
    yyjson_val *best = NULL;
    size_t index, count;
    yyjson_val *id;

    memset(evidence, 0, sizeof *evidence);
    evidence->extracted = true;
    yyjson_arr_foreach(src, index, count, id) {
        yyjson_val *source = casefile_source(file, case_text(id));

        if (source == NULL)
            continue;
        if (!yyjson_equals_str(yyjson_obj_get(source, "origin"), "extracted"))
            evidence->extracted = false;
        if (best == NULL || rank(source) > rank(best)) {
            best = source;
            evidence->source = case_text(id);
        }
    }
    if (best == NULL) {
        evidence->extracted = false;
        return false;
    }
    show(file, best, evidence);
    return true;
}
