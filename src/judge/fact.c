/*
 * fact.c - one fact of the catalogue: every place that speaks of it, and which
 * of them counts.
 *
 * Candidates come from the case's answers and from the places that the
 * catalogue lists. The policy's rule (latest, worst, ...) picks one. Candidates
 * of the same day, or without a day, that say different things are a conflict:
 * both stay in the trace and neither is used.
 */
#include "judge/eval.h"
#include "judge/field.h"

struct candidate {
    struct value value;
    bool dated;
    bool doubtful; /* its record says itself that it is not sure */
    struct day_span date;
};

struct candidates {
    struct candidate *items;
    size_t count;
    size_t room;
};

static void add(struct eval *eval, struct candidates *all, const struct value *value,
                const struct value *date)
{
    if (value->kind == KIND_NONE)
        return;
    if (all->count == all->room) {
        size_t room = all->room == 0 ? 4 : all->room * 2;
        struct candidate *items = eval_take(eval, room, sizeof *items);

        if (items == NULL)
            return;
        for (size_t i = 0; i < all->count; i++)
            items[i] = all->items[i];
        all->items = items;
        all->room = room;
    }
    all->items[all->count].value = *value;
    all->items[all->count].doubtful = false;
    all->items[all->count].dated = date != NULL && date->kind == KIND_DATE;
    if (all->items[all->count].dated)
        all->items[all->count].date = date->from;
    all->count++;
}

static bool all_extracted(struct eval *eval, yyjson_val *src)
{
    return casefile_extracted(eval->file, src);
}

struct value answer_value(struct eval *eval, struct str link, enum value_kind kind,
                          enum unit unit, struct str unit_name)
{
    yyjson_val *answer = casefile_answer(eval->file, link);
    struct field field = {.name = link, .kind = kind, .unit = unit, .unit_name = unit_name};
    struct way way = {.kind = WAY_PATH};
    struct place place = {NULL, answer, eval->on};
    yyjson_val *src, *json;
    struct value value = value_none;
    yyjson_arr_iter iter;
    struct value *many;
    size_t n = 0;

    if (answer == NULL)
        return value_none;
    src = yyjson_obj_get(answer, "src");
    if (yyjson_is_str(yyjson_obj_get(answer, "unit")))
        way.unit_name = case_text(yyjson_obj_get(answer, "unit"));
    json = yyjson_obj_get(answer, "value");
    if (!yyjson_is_arr(json)) {
        value = field_convert(&place, &field, &way, json);
    } else if ((many = eval_take(eval, yyjson_arr_size(json), sizeof *many)) != NULL) {
        yyjson_arr_iter_init(json, &iter);
        while ((json = yyjson_arr_iter_next(&iter)) != NULL)
            many[n++] = field_convert(&place, &field, &way, json);
        if (n > 0)
            value = many[0];
        value.all = many;
        value.all_count = n;
    }
    value.suggested = all_extracted(eval, src);
    if (value.kind != KIND_NONE)
        eval_trace(eval, &value, str_of(NULL), link, unit_name, NULL, src);
    return value;
}

static void look_in_list(struct eval *eval, const struct found *found, struct candidates *all)
{
    const struct record_list *records = eval_list(eval, found->list);

    for (size_t i = 0; i < records->count; i++) {
        const struct record *record = &records->items[i];
        const struct value *date = NULL;
        size_t before = all->count;

        if (eval_filters(eval, found->list, found->where, found->where_count, record) !=
            FINDING_MET)
            continue;
        if (found->list->date >= 0)
            date = eval_field(eval, found->list, record, (size_t)found->list->date);
        add(eval, all, eval_field(eval, found->list, record, found->field), date);
        if (all->count > before)
            all->items[before].doubtful = record->doubtful;
    }
}

static void look_in_case(struct eval *eval, const struct fact *fact, const struct found *found,
                         struct candidates *all)
{
    struct place place = {NULL, eval->file->root, eval->on};
    yyjson_val *src = NULL;
    struct value value = field_find(eval, &place, &found->direct, &src);
    struct value date = value_none;

    if (value.kind == KIND_NONE)
        return;
    if (found->dated.way_count > 0)
        date = field_find(eval, &place, &found->dated, &src);
    eval_trace(eval, &value, str_of(NULL), fact->path, fact->unit_name, &date, src);
    add(eval, all, &value, &date);
}

static bool newer(const struct candidate *a, const struct candidate *b)
{
    if (!a->dated || !b->dated)
        return b->dated && !a->dated; /* what has no date speaks of today */
    return a->date.first != b->date.first ? a->date.first > b->date.first
                                          : a->date.last > b->date.last;
}

static bool goes_before(const struct fact *fact, const struct candidate *a,
                        const struct candidate *b)
{
    bool high = (fact->choose == CHOOSE_WORST) != fact->low_is_worst;

    if (fact->choose == CHOOSE_LATEST)
        return newer(a, b);
    if (fact->choose == CHOOSE_EARLIEST)
        return newer(b, a);
    return high ? value_more_than(&a->value, &b->value) == FINDING_MET
                : value_more_than(&b->value, &a->value) == FINDING_MET;
}

static bool same_day(const struct candidate *a, const struct candidate *b)
{
    return a->dated && b->dated && a->date.first == b->date.first && a->date.last == b->date.last;
}

/* Two values that overlap nowhere; of two lists, that share nothing. */
static bool contradicts(const struct value *a, const struct value *b)
{
    return values_overlap(a, b) == FINDING_NOT_MET;
}

static void add_traces(struct eval *eval, struct value *value, const struct value *from)
{
    for (const struct trace *trace = from->trace; trace != NULL; trace = trace->older) {
        struct trace *copy = eval_take(eval, 1, sizeof *copy);

        if (copy == NULL)
            return;
        *copy = *trace;
        copy->older = value->trace;
        value->trace = copy;
    }
}

/* Drops what is doubtful, and what nobody confirmed unless that is all right.
 * Where nothing else is on file the fact stays silent, but shows what was found. */
static void drop_unsure(struct eval *eval, struct candidates *all, struct value *silent)
{
    size_t kept = 0;

    for (size_t i = 0; i < all->count; i++) {
        const struct candidate *one = &all->items[i];
        bool suggested = one->value.suggested && !eval->accept_extracted;

        if (!one->doubtful && !suggested) {
            if (kept < i)
                all->items[kept] = *one;
            kept++;
            continue;
        }
        silent->suggested |= suggested;
        add_traces(eval, silent, &one->value);
    }
    all->count = kept;
}

static struct value choose_all(struct eval *eval, const struct candidates *all)
{
    struct value value = all->items[0].value;
    struct value *many;
    size_t n = 0, room = 0;

    for (size_t i = 0; i < all->count; i++)
        room += all->items[i].value.all_count > 1 ? all->items[i].value.all_count : 1;
    many = eval_take(eval, room, sizeof *many);
    for (size_t i = 0; many != NULL && i < all->count; i++) {
        const struct value *one = &all->items[i].value;
        const struct value *ones = one->all_count > 1 ? one->all : one;

        for (size_t k = 0; k < (one->all_count > 1 ? one->all_count : 1); k++)
            many[n++] = ones[k];
        if (i > 0)
            add_traces(eval, &value, one);
    }
    value.all = many;
    value.all_count = n;
    return value;
}

static struct value choose(struct eval *eval, const struct fact *fact,
                           const struct candidates *all)
{
    const struct candidate *best = &all->items[0];
    struct value value;

    if (fact->choose == CHOOSE_ALL)
        return choose_all(eval, all);
    for (size_t i = 1; i < all->count; i++)
        if (goes_before(fact, &all->items[i], best))
            best = &all->items[i];
    value = best->value;
    for (size_t i = 0; i < all->count; i++) {
        const struct candidate *other = &all->items[i];
        bool rivals = same_day(best, other) || !best->dated || !other->dated;

        if (other == best || !rivals || !contradicts(&value, &other->value))
            continue;
        if (fact->choose != CHOOSE_WORST && fact->choose != CHOOSE_BEST)
            value.conflict = true;
        add_traces(eval, &value, &other->value);
    }
    return value;
}

/* The traces speak of the fact, whatever the field was called. */
static void name_traces(struct eval *eval, struct value *value, const struct fact *fact)
{
    struct value named = value_none;

    if (value->trace == NULL ||
        (value->trace->older == NULL && value->trace->list.at == NULL &&
         value->trace->name.at == fact->path.at && value->trace->unit.at == fact->unit_name.at))
        return;
    for (const struct trace *trace = value->trace; trace != NULL; trace = trace->older) {
        struct trace *copy = eval_take(eval, 1, sizeof *copy);

        if (copy == NULL)
            return;
        *copy = *trace;
        copy->list = str_of(NULL);
        copy->name = fact->path;
        copy->unit = fact->unit_name;
        copy->older = named.trace;
        named.trace = copy;
    }
    value->trace = named.trace;
}

const struct value *eval_fact(struct eval *eval, const struct fact *fact)
{
    size_t index = (size_t)(fact - eval->policy->facts);
    const struct value **kept = &eval->facts[eval->accept_extracted][index];
    struct candidates all = {NULL, 0, 0};
    struct value *value;
    struct value answer;

    if (*kept != NULL)
        return *kept;
    value = eval_take(eval, 1, sizeof *value);
    if (value == NULL)
        return &value_none;
    *value = value_none;
    answer = answer_value(eval, fact->path, fact->kind, fact->unit, fact->unit_name);
    add(eval, &all, &answer, NULL);
    for (size_t i = 0; i < fact->found_count; i++) {
        if (fact->found[i].list != NULL)
            look_in_list(eval, &fact->found[i], &all);
        else
            look_in_case(eval, fact, &fact->found[i], &all);
    }
    drop_unsure(eval, &all, value);
    if (all.count > 0)
        *value = choose(eval, fact, &all);
    name_traces(eval, value, fact);
    *kept = value;
    return value;
}
