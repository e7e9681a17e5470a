/*
 * tree_list.c - reads the catalogue part of a policy tree: lists, fields, facts.
 */
#include <string.h>

#include "judge/tree_read.h"

static struct path make_path(struct reader *reader, struct str text)
{
    struct path path = {text, NULL, 1};
    struct str *names;
    size_t start = 0, n = 0;

    for (size_t i = 0; i < text.len; i++)
        path.count += text.at[i] == '.';
    names = reader_array(reader, path.count, sizeof *names);
    for (size_t i = 0; names != NULL && i <= text.len; i++) {
        if (i < text.len && text.at[i] != '.')
            continue;
        names[n].at = text.at + start;
        names[n++].len = i - start;
        start = i + 1;
    }
    path.names = names;
    return path;
}

static const struct path *make_paths(struct reader *reader, yyjson_val *object,
                                     const char *name, size_t *count)
{
    const struct str *texts = reader_texts(reader, object, name, count);
    struct path *paths = reader_array(reader, *count, sizeof *paths);

    for (size_t i = 0; paths != NULL && texts != NULL && i < *count; i++)
        paths[i] = make_path(reader, texts[i]);
    return paths;
}

static struct str pool_text(struct reader *reader, yyjson_val *value)
{
    struct str text = {NULL, yyjson_get_len(value)};

    if (!yyjson_is_str(value)) {
        reader_fail(reader, "not a text in", "mapping");
        return str_of(NULL);
    }
    text.at = pool_copy(reader->pool, yyjson_get_str(value), text.len);
    return text;
}

/* {"unchanged":"failed"} */
static const struct mapping *read_map(struct reader *reader, yyjson_val *object, size_t *count)
{
    struct mapping *map = reader_array(reader, yyjson_obj_size(object), sizeof *map);
    yyjson_obj_iter iter;
    yyjson_val *key;

    *count = 0;
    yyjson_obj_iter_init(object, &iter);
    while (!reader->failed && (key = yyjson_obj_iter_next(&iter)) != NULL) {
        map[*count].from = pool_text(reader, key);
        map[(*count)++].to = pool_text(reader, yyjson_obj_iter_get_val(key));
    }
    return map;
}

/* [["C","CT"],["L","LS"]] */
static const struct mapping *read_prefix(struct reader *reader, yyjson_val *array,
                                         size_t *count)
{
    struct mapping *map = reader_array(reader, yyjson_arr_size(array), sizeof *map);
    yyjson_arr_iter iter;
    yyjson_val *pair;

    *count = 0;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (pair = yyjson_arr_iter_next(&iter)) != NULL) {
        map[*count].from = pool_text(reader, yyjson_arr_get(pair, 0));
        map[(*count)++].to = pool_text(reader, yyjson_arr_get(pair, 1));
    }
    return map;
}

/* [[3,"epidural-injection"]] */
static const struct code_mapping *read_by_code(struct reader *reader, yyjson_val *array,
                                               size_t *count)
{
    struct code_mapping *map = reader_array(reader, yyjson_arr_size(array), sizeof *map);
    yyjson_arr_iter iter;
    yyjson_val *pair;

    *count = 0;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (pair = yyjson_arr_iter_next(&iter)) != NULL) {
        yyjson_val *set = yyjson_arr_get(pair, 0);

        if (!yyjson_is_uint(set) || yyjson_get_uint(set) >= reader->policy->set_count) {
            reader_fail(reader, "index out of range:", "by_code");
            break;
        }
        map[*count].set = reader->policy->sets[yyjson_get_uint(set)];
        map[(*count)++].to = pool_text(reader, yyjson_arr_get(pair, 1));
    }
    return map;
}

static void read_path_way(struct reader *reader, yyjson_val *object, struct way *way)
{
    way->kind = WAY_PATH;
    way->paths = make_paths(reader, object, "path", &way->path_count);
    way->map = read_map(reader, yyjson_obj_get(object, "map"), &way->map_count);
    way->prefix = read_prefix(reader, yyjson_obj_get(object, "prefix"), &way->prefix_count);
    way->by_code = read_by_code(reader, yyjson_obj_get(object, "by_code"), &way->by_code_count);
    way->otherwise = reader_text(reader, object, "otherwise");
    way->unit_name = reader_text(reader, object, "unit");
    if (reader_has(object, "unit_path"))
        way->unit_path = make_path(reader, reader_text(reader, object, "unit_path"));
}

static void one_path(struct reader *reader, yyjson_val *object, const char *name,
                     struct way *way)
{
    struct path *path = reader_array(reader, 1, sizeof *path);

    if (path != NULL)
        *path = make_path(reader, reader_text(reader, object, name));
    way->paths = path;
    way->path_count = 1;
}

static void read_way(struct reader *reader, yyjson_val *object, struct way *way)
{
    if (reader_has(object, "path")) {
        read_path_way(reader, object, way);
    } else if (reader_has(object, "count")) {
        way->kind = WAY_COUNT;
        one_path(reader, object, "count", way);
    } else if (reader_has(object, "const")) {
        yyjson_val *constant = yyjson_obj_get(object, "const");

        way->kind = WAY_CONST;
        if (yyjson_is_num(constant))
            way->number = yyjson_get_num(constant);
        else
            way->constant = reader_text(reader, object, "const");
    } else if (reader_has(object, "age")) {
        way->kind = WAY_AGE;
        one_path(reader, object, "age", way);
    } else if (reader_has(object, "since")) {
        way->kind = WAY_SINCE;
        way->paths = make_paths(reader, object, "since", &way->path_count);
    } else if (reader_has(object, "table")) {
        static const char *const tables[] = {"unit_limit", "supply_limit", "excluded_pair",
                                             "laterality", NULL};
        static const enum way_kind kinds[] = {WAY_UNIT_LIMIT, WAY_SUPPLY_LIMIT, WAY_EXCLUDED,
                                              WAY_LATERALITY};

        way->kind = kinds[reader_word(reader, reader_text(reader, object, "table"), tables,
                                      "table")];
    } else if (reader_has(object, "span")) {
        way->kind = WAY_SPAN;
        way->paths = make_paths(reader, object, "span", &way->path_count);
        if (way->path_count != 1 && way->path_count != 2)
            reader_fail(reader, "one or two paths wanted in", "span");
    } else {
        reader_fail(reader, "unknown", "way");
    }
}

static const struct way *read_ways(struct reader *reader, yyjson_val *array, size_t *count)
{
    struct way *ways = reader_array(reader, yyjson_arr_size(array), sizeof *ways);
    yyjson_arr_iter iter;
    yyjson_val *item;

    *count = 0;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL)
        read_way(reader, item, &ways[(*count)++]);
    return ways;
}

static void read_field(struct reader *reader, yyjson_val *object, struct field *field)
{
    static const char *const modes[] = {"first", "all", "greatest", NULL};
    struct str mode = reader_text(reader, object, "mode");

    field->name = reader_text(reader, object, "name");
    field->kind = value_kind_named(reader_text(reader, object, "kind"));
    if (field->kind == KIND_NONE)
        reader_fail(reader, "unknown kind of field", field->name.at);
    field->unit_name = reader_text(reader, object, "unit");
    field->unit = unit_named(field->unit_name);
    field->mode = mode.at == NULL ? MODE_FIRST
                                  : (enum field_mode)reader_word(reader, mode, modes, "mode");
    field->low_is_worst = str_is(reader_text(reader, object, "worst"), "low");
    field->ways = read_ways(reader, yyjson_obj_get(object, "ways"), &field->way_count);
}

static const enum case_list *make_arrays(struct reader *reader, const struct list *list)
{
    enum case_list *arrays = reader_array(reader, list->from_count, sizeof *arrays);

    for (size_t i = 0; arrays != NULL && !reader->failed && i < list->from_count; i++)
        arrays[i] = case_list_named(list->from[i].text);
    return arrays;
}

static void read_list(struct reader *reader, yyjson_val *object, struct list *list)
{
    yyjson_val *array = yyjson_obj_get(object, "fields");
    struct field *fields = reader_array(reader, yyjson_arr_size(array), sizeof *fields);
    yyjson_arr_iter iter;
    yyjson_val *item;

    list->name = reader_text(reader, object, "name");
    list->from = make_paths(reader, object, "from", &list->from_count);
    list->arrays = make_arrays(reader, list);
    list->root = yyjson_is_true(yyjson_obj_get(object, "root"));
    list->closed = str_is(reader_text(reader, object, "world"), "closed");
    list->closed_by = reader_text(reader, object, "closed_by");
    list->document = reader_document(reader, object);
    list->fields = fields;
    list->date = -1;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL)
        read_field(reader, item, &fields[list->field_count++]);
    if (!reader->failed && reader_has(object, "date")) {
        list->date = list_field(list, reader_text(reader, object, "date"));
        if (list->date < 0)
            reader_fail(reader, "no such field: date of list", list->name.at);
    }
    list->skip =
        reader_filters(reader, list, yyjson_obj_get(object, "skip"), &list->skip_count);
}

bool reader_lists(struct reader *reader, yyjson_val *array)
{
    struct list *lists = reader_array(reader, yyjson_arr_size(array), sizeof *lists);
    yyjson_arr_iter iter;
    yyjson_val *item;
    size_t n = 0;

    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL) {
        read_list(reader, item, &lists[n]);
        lists[n].index = n;
        n++;
    }
    reader->policy->lists = lists;
    reader->policy->list_count = n;
    return !reader->failed;
}

static void read_filter(struct reader *reader, const struct list *list, yyjson_val *object,
                        struct filter *filter)
{
    struct str name = reader_text(reader, object, "field");
    int field = list_field(list, name);

    if (field < 0) {
        reader_fail(reader, "no such field in a filter:", name.at == NULL ? "" : name.at);
        return;
    }
    filter->field = (size_t)field;
    reader_operand(reader, object, &filter->operand);
}

const struct filter *reader_filters(struct reader *reader, const struct list *list,
                                    yyjson_val *array, size_t *count)
{
    struct filter *filters = reader_array(reader, yyjson_arr_size(array), sizeof *filters);
    yyjson_arr_iter iter;
    yyjson_val *item;

    *count = 0;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL)
        read_filter(reader, list, item, &filters[(*count)++]);
    return filters;
}

static void read_found(struct reader *reader, yyjson_val *object, const struct fact *fact,
                       struct found *found)
{
    if (reader_has(object, "list")) {
        struct str field;

        found->list = &reader->policy->lists[reader_index(reader, object, "list",
                                                          reader->policy->list_count)];
        field = reader_text(reader, object, "field");
        if (reader->failed)
            return;
        if (list_field(found->list, field) < 0) {
            reader_fail(reader, "no such field for fact", fact->path.at);
            return;
        }
        found->field = (size_t)list_field(found->list, field);
        found->where = reader_filters(reader, found->list, yyjson_obj_get(object, "where"),
                                      &found->where_count);
        return;
    }
    found->direct.name = fact->path;
    found->direct.kind = fact->kind;
    found->direct.unit = fact->unit;
    found->direct.unit_name = fact->unit_name;
    found->direct.ways =
        read_ways(reader, yyjson_obj_get(object, "ways"), &found->direct.way_count);
    found->dated.name = fact->path;
    found->dated.kind = KIND_DATE;
    found->dated.ways =
        read_ways(reader, yyjson_obj_get(object, "date"), &found->dated.way_count);
}

static void read_fact(struct reader *reader, yyjson_val *object, struct fact *fact)
{
    static const char *const chooses[] = {"latest", "earliest", "worst", "best", "all", NULL};
    yyjson_val *array = yyjson_obj_get(object, "found");
    struct found *found = reader_array(reader, yyjson_arr_size(array), sizeof *found);
    struct str choose = reader_text(reader, object, "choose");
    yyjson_arr_iter iter;
    yyjson_val *item;

    fact->path = reader_text(reader, object, "path");
    fact->kind = value_kind_named(reader_text(reader, object, "kind"));
    if (fact->kind == KIND_NONE)
        reader_fail(reader, "unknown kind of fact", fact->path.at);
    fact->unit_name = reader_text(reader, object, "unit");
    fact->unit = unit_named(fact->unit_name);
    fact->question = reader_text(reader, object, "question");
    fact->document = reader_document(reader, object);
    fact->choose = choose.at == NULL
                       ? CHOOSE_LATEST
                       : (enum choose)reader_word(reader, choose, chooses, "choose");
    fact->low_is_worst = str_is(reader_text(reader, object, "worst"), "low");
    fact->closed = str_is(reader_text(reader, object, "world"), "closed");
    fact->found = found;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL)
        read_found(reader, item, fact, &found[fact->found_count++]);
}

bool reader_facts(struct reader *reader, yyjson_val *array)
{
    struct fact *facts = reader_array(reader, yyjson_arr_size(array), sizeof *facts);
    yyjson_arr_iter iter;
    yyjson_val *item;

    reader->policy->facts = facts;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL)
        read_fact(reader, item, &facts[reader->policy->fact_count++]);
    return !reader->failed;
}
