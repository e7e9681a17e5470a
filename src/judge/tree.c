/*
 * tree.c - reads a policy tree: its head, sets, criteria, pathways, safeguards.
 *
 * Lists and facts are read in tree_list.c, expressions in tree_expr.c. The
 * JSON comes from our own prelude, but is checked as if it did not: an index
 * that is out of range or a word that does not exist fails the load.
 */
#include "judge/tree.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "judge/tree_read.h"

bool reader_fail(struct reader *reader, const char *what, const char *name)
{
    if (!reader->failed)
        err_set(reader->err, ERR_POLICY, "E-TREE", "policy tree: %s '%s'", what, name);
    reader->failed = true;
    return false;
}

void *reader_array(struct reader *reader, size_t count, size_t size)
{
    void *memory = pool_array(reader->pool, count, size);

    if (memory == NULL && !reader->failed) {
        reader->failed = true;
        err_set(reader->err, ERR_MEMORY, "E-MEMORY", "not enough memory for a policy tree");
    }
    return memory;
}

bool reader_has(yyjson_val *object, const char *name)
{
    yyjson_val *member = yyjson_obj_get(object, name);

    return member != NULL && !yyjson_is_null(member);
}

/* A copy in the pool, so that the JSON can go. */
static struct str copy_text(struct reader *reader, yyjson_val *value)
{
    struct str text = {NULL, 0};

    if (!yyjson_is_str(value))
        return text;
    text.len = yyjson_get_len(value);
    text.at = pool_copy(reader->pool, yyjson_get_str(value), text.len);
    if (text.at == NULL)
        reader_fail(reader, "no memory for", "text");
    return text;
}

struct str reader_text(struct reader *reader, yyjson_val *object, const char *name)
{
    yyjson_val *member = yyjson_obj_get(object, name);

    if (member != NULL && !yyjson_is_str(member) && !yyjson_is_null(member))
        reader_fail(reader, "not a text:", name);
    return copy_text(reader, member);
}

size_t reader_index(struct reader *reader, yyjson_val *object, const char *name, size_t below)
{
    yyjson_val *member = yyjson_obj_get(object, name);

    if (!yyjson_is_uint(member) || yyjson_get_uint(member) >= below) {
        reader_fail(reader, "index out of range:", name);
        return 0;
    }
    return (size_t)yyjson_get_uint(member);
}

const struct str *reader_texts(struct reader *reader, yyjson_val *object, const char *name,
                               size_t *count)
{
    yyjson_val *array = yyjson_obj_get(object, name);
    struct str *texts;
    yyjson_arr_iter iter;
    yyjson_val *item;
    size_t n = 0;

    *count = yyjson_arr_size(array);
    texts = reader_array(reader, *count, sizeof *texts);
    yyjson_arr_iter_init(array, &iter);
    while (texts != NULL && (item = yyjson_arr_iter_next(&iter)) != NULL)
        texts[n++] = copy_text(reader, item);
    return texts;
}

bool reader_day(struct reader *reader, yyjson_val *value, day_t *day)
{
    if (yyjson_is_str(value) &&
        civil_parse_day(yyjson_get_str(value), yyjson_get_len(value), day))
        return true;
    return reader_fail(reader, "not a date:", "from or to");
}

struct document_kind reader_document(struct reader *reader, yyjson_val *object)
{
    struct document_kind document = {{NULL, 0}, {NULL, 0}};
    yyjson_val *member = yyjson_obj_get(object, "document");

    if (yyjson_is_obj(member)) {
        document.code = reader_text(reader, member, "code");
        document.label = reader_text(reader, member, "label");
    }
    return document;
}

int reader_word(struct reader *reader, struct str word, const char *const *words,
                const char *what)
{
    for (int i = 0; words[i] != NULL; i++)
        if (str_is(word, words[i]))
            return i;
    reader_fail(reader, "unknown word for", what);
    return 0;
}

/* The texts of a set joined by ", ", to be shown. */
static struct str join_texts(struct reader *reader, yyjson_val *set)
{
    size_t count, len = 0;
    const struct str *texts = reader_texts(reader, set, "text", &count);
    struct str joined = {NULL, 0};
    char *at;

    for (size_t i = 0; texts != NULL && i < count; i++)
        len += texts[i].len + 2;
    at = reader_array(reader, len + 1, 1);
    for (size_t i = 0; texts != NULL && at != NULL && i < count; i++) {
        if (i > 0) {
            memcpy(at + joined.len, ", ", 2);
            joined.len += 2;
        }
        if (texts[i].len > 0)
            memcpy(at + joined.len, texts[i].at, texts[i].len);
        joined.len += texts[i].len;
    }
    joined.at = at;
    return joined;
}

static const struct codeset *read_set(struct reader *reader, yyjson_val *object)
{
    static const char *const ops[] = {"code", "tree", "range", "named", NULL};
    yyjson_val *array = yyjson_obj_get(object, "items");
    size_t count = yyjson_arr_size(array);
    struct codeset_item *items = reader_array(reader, count, sizeof *items);
    const struct codeset *set;
    yyjson_arr_iter iter;
    yyjson_val *item;
    size_t n = 0;

    yyjson_arr_iter_init(array, &iter);
    while (items != NULL && (item = yyjson_arr_iter_next(&iter)) != NULL) {
        items[n].system = reader_text(reader, item, "system");
        items[n].op = (enum codeset_op)reader_word(reader, reader_text(reader, item, "op"), ops,
                                                   "set item");
        items[n].from = reader_text(reader, item, "from");
        items[n].to = reader_text(reader, item, "to");
        items[n++].minus = yyjson_is_true(yyjson_obj_get(item, "minus"));
    }
    if (reader->failed)
        return NULL;
    set = codeset_compile(reader->pool, reader->codes, items, n, reader->err);
    if (set == NULL)
        reader->failed = true;
    return set;
}

static bool read_sets(struct reader *reader, yyjson_val *array)
{
    size_t count = yyjson_arr_size(array);
    const struct codeset **sets = reader_array(reader, count, sizeof *sets);
    struct str *texts = reader_array(reader, count, sizeof *texts);
    yyjson_arr_iter iter;
    yyjson_val *item;
    size_t n = 0;

    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL) {
        texts[n] = join_texts(reader, item);
        sets[n++] = read_set(reader, item);
    }
    reader->policy->sets = sets;
    reader->policy->set_texts = texts;
    reader->policy->set_count = n;
    return !reader->failed;
}

static const struct dated_val *read_dated(struct reader *reader, yyjson_val *array,
                                          size_t *count)
{
    struct dated_val *values = reader_array(reader, yyjson_arr_size(array), sizeof *values);
    yyjson_arr_iter iter;
    yyjson_val *item;
    size_t n = 0;

    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL) {
        values[n].from_start = !reader_has(item, "from");
        if (!values[n].from_start)
            reader_day(reader, yyjson_obj_get(item, "from"), &values[n].from);
        values[n].cite = reader_text(reader, item, "cite");
        values[n++].val = reader_val(reader, yyjson_obj_get(item, "value"));
    }
    *count = n;
    return values;
}

static bool read_parameters(struct reader *reader, yyjson_val *array)
{
    struct policy *policy = reader->policy;
    struct parameter *parameters =
        reader_array(reader, yyjson_arr_size(array), sizeof *parameters);
    yyjson_arr_iter iter;
    yyjson_val *item;

    policy->parameters = parameters;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL) {
        struct parameter *parameter = &parameters[policy->parameter_count];

        parameter->name = reader_text(reader, item, "name");
        parameter->values =
            read_dated(reader, yyjson_obj_get(item, "values"), &parameter->value_count);
        policy->parameter_count++;
    }
    return !reader->failed;
}

static bool read_pathways(struct reader *reader, yyjson_val *array)
{
    struct policy *policy = reader->policy;
    struct pathway *pathways = reader_array(reader, yyjson_arr_size(array), sizeof *pathways);
    yyjson_arr_iter iter;
    yyjson_val *item;

    policy->pathways = pathways;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL) {
        struct pathway *pathway = &pathways[policy->pathway_count++];

        pathway->id = reader_text(reader, item, "id");
        pathway->says = reader_text(reader, item, "says");
        pathway->cite = reader_text(reader, item, "cite");
        pathway->when = reader_expr(reader, yyjson_obj_get(item, "when"));
        if (reader_has(item, "unless"))
            pathway->unless = reader_expr(reader, yyjson_obj_get(item, "unless"));
        pathway->per_line = !reader->failed &&
                            (expr_per_line(pathway->when) ||
                             (pathway->unless != NULL && expr_per_line(pathway->unless)));
    }
    return !reader->failed;
}

/* Splits what a function criterion reads into facts and lists. */
static void read_reads(struct reader *reader, yyjson_val *object, struct criterion *criterion)
{
    size_t count;
    const struct str *names = reader_texts(reader, object, "reads", &count);
    const struct fact **facts = reader_array(reader, count, sizeof *facts);
    const struct list **lists = reader_array(reader, count, sizeof *lists);

    for (size_t i = 0; !reader->failed && i < count; i++) {
        const struct fact *fact = policy_fact(reader->policy, names[i]);
        const struct list *list = policy_list(reader->policy, names[i]);

        if (fact != NULL)
            facts[criterion->reads_fact_count++] = fact;
        else if (list != NULL)
            lists[criterion->reads_list_count++] = list;
        else
            reader_fail(reader, "a function reads what is not there:", names[i].at);
    }
    criterion->reads_facts = facts;
    criterion->reads_lists = lists;
}

static const struct expr *optional_expr(struct reader *reader, yyjson_val *object,
                                        const char *name)
{
    return reader_has(object, name) ? reader_expr(reader, yyjson_obj_get(object, name)) : NULL;
}

/* before, the text as JSON (null where there is none), after. */
static struct str fragment(struct reader *reader, const char *before, struct str text,
                           const char *after)
{
    size_t room = strlen(before) + 6 * text.len + strlen(after) + 8;
    struct buf out = buf_fixed(reader_array(reader, room, 1), room);

    if (out.data == NULL)
        return str_of("");
    buf_puts(&out, before);
    if (text.at == NULL)
        buf_puts(&out, "null");
    else
        buf_put_json(&out, text.at, text.len);
    buf_puts(&out, after);
    return (struct str){out.data, out.len};
}

static void write_fragments(struct reader *reader, struct criterion *criterion)
{
    struct str confidence = criterion->confidence;
    struct str head = fragment(reader, ",\"cite\":", criterion->cite,
                               confidence.at == NULL ? ",\"conflict\":" : "");

    criterion->json_ask = fragment(reader, "{\"ask\":", criterion->ask, ",\"because\":");
    criterion->json_cite = head;
    if (confidence.at != NULL) {
        struct str tail =
            fragment(reader, ",\"confidence\":", confidence, ",\"conflict\":");
        char *both = reader_array(reader, head.len + tail.len, 1);

        if (both == NULL)
            return;
        memcpy(both, head.at, head.len);
        memcpy(both + head.len, tail.at, tail.len);
        criterion->json_cite = (struct str){both, head.len + tail.len};
    }
    criterion->json_id = fragment(reader, ",\"id\":", criterion->id, ",\"line\":");
    criterion->json_pathway = fragment(
        reader, ",\"pathway\":",
        criterion->pathway == NULL ? str_of(NULL) : criterion->pathway->id, "");
    criterion->json_says = fragment(reader, ",\"says\":", criterion->says, "");
}

/* What the answer says where the criterion is not met; these words only. */
static const char *read_reason(struct str word)
{
    static const char *const words[] = {"units_over_limit", "wrong_code"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_is(word, words[i]))
            return words[i];
    return "criterion_not_met";
}

static void read_criterion(struct reader *reader, yyjson_val *object,
                           struct criterion *criterion)
{
    criterion->id = reader_text(reader, object, "id");
    criterion->cite = reader_text(reader, object, "cite");
    criterion->says = reader_text(reader, object, "says");
    criterion->ask = reader_text(reader, object, "ask");
    criterion->document = reader_document(reader, object);
    if (reader_has(object, "pathway"))
        criterion->pathway = &reader->policy->pathways[reader_index(
            reader, object, "pathway", reader->policy->pathway_count)];
    criterion->met = reader_expr(reader, yyjson_obj_get(object, "met"));
    criterion->unless = optional_expr(reader, object, "unless");
    criterion->only_if = optional_expr(reader, object, "only_if");
    criterion->accepts_extracted = str_is(reader_text(reader, object, "accepts"), "extracted");
    criterion->presume_absent = yyjson_is_true(yyjson_obj_get(object, "presume_absent"));
    criterion->presume_cite = reader_text(reader, object, "presume_cite");
    criterion->confidence = reader_text(reader, object, "confidence");
    criterion->reason = read_reason(reader_text(reader, object, "reason"));
    criterion->file = reader_text(reader, object, "file");
    criterion->source_line = yyjson_get_int(yyjson_obj_get(object, "line"));
    read_reads(reader, object, criterion);
    write_fragments(reader, criterion);
    if (reader->failed)
        return;
    criterion->per_line = expr_per_line(criterion->met) ||
                          (criterion->unless != NULL && expr_per_line(criterion->unless)) ||
                          (criterion->only_if != NULL && expr_per_line(criterion->only_if)) ||
                          (criterion->pathway != NULL && criterion->pathway->per_line);
}

static bool read_criteria(struct reader *reader, yyjson_val *array)
{
    struct policy *policy = reader->policy;
    struct criterion *criteria = reader_array(reader, yyjson_arr_size(array), sizeof *criteria);
    yyjson_arr_iter iter;
    yyjson_val *item;

    policy->criteria = criteria;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL)
        read_criterion(reader, item, &criteria[policy->criterion_count++]);
    return !reader->failed;
}

static bool read_safeguards(struct reader *reader, yyjson_val *array)
{
    struct policy *policy = reader->policy;
    struct safeguard *guards = reader_array(reader, yyjson_arr_size(array), sizeof *guards);
    yyjson_arr_iter iter;
    yyjson_val *item;

    policy->safeguards = guards;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL) {
        struct safeguard *guard = &guards[policy->safeguard_count++];
        size_t count;
        const struct str *instead = reader_texts(reader, item, "instead_of", &count);

        guard->id = reader_text(reader, item, "id");
        guard->cite = reader_text(reader, item, "cite");
        guard->says = reader_text(reader, item, "says");
        guard->ask = reader_text(reader, item, "ask");
        guard->when = reader_expr(reader, yyjson_obj_get(item, "when"));
        guard->unless = optional_expr(reader, item, "unless");
        guard->expedite = yyjson_is_true(yyjson_obj_get(item, "expedite"));
        guard->bridge = yyjson_is_true(yyjson_obj_get(item, "bridge"));
        for (size_t i = 0; !reader->failed && i < count; i++) {
            guard->instead_of_pend |= str_is(instead[i], "pend");
            guard->instead_of_approve |= str_is(instead[i], "approve");
        }
        guard->per_line = !reader->failed &&
                          (expr_per_line(guard->when) ||
                           (guard->unless != NULL && expr_per_line(guard->unless)));
    }
    return !reader->failed;
}

static bool read_head(struct reader *reader, yyjson_val *root)
{
    struct policy *policy = reader->policy;
    yyjson_val *in_force = yyjson_obj_get(root, "in_force");

    if (!str_is(reader_text(reader, root, "schema"), "rubric-tree/1"))
        return reader_fail(reader, "unknown", "schema");
    policy->id = reader_text(reader, root, "id");
    policy->title = reader_text(reader, root, "title");
    policy->source = reader_text(reader, root, "source");
    policy->version = reader_text(reader, root, "version");
    policy->file = reader_text(reader, root, "file");
    policy->selects_by_request = str_is(reader_text(reader, root, "selects_by"), "request");
    policy->function_count = (size_t)yyjson_get_uint(yyjson_obj_get(root, "functions"));
    reader_day(reader, yyjson_obj_get(in_force, "from"), &policy->from);
    policy->has_to = reader_has(in_force, "to");
    if (policy->has_to)
        reader_day(reader, yyjson_obj_get(in_force, "to"), &policy->to);
    return !reader->failed;
}

/* What says whether the policy serves a request. */
static bool read_scope(struct reader *reader, yyjson_val *root)
{
    struct policy *policy = reader->policy;
    size_t covers;

    if (!read_head(reader, root) || !read_sets(reader, yyjson_obj_get(root, "sets")))
        return false;
    covers = reader_index(reader, root, "covers", policy->set_count);
    if (!reader->failed)
        policy->covers = policy->sets[covers];
    return !reader->failed;
}

static bool read_root(struct reader *reader, yyjson_val *root)
{
    struct policy *policy = reader->policy;

    if (!read_scope(reader, root) || !reader_lists(reader, yyjson_obj_get(root, "lists")) ||
        !reader_facts(reader, yyjson_obj_get(root, "facts")))
        return false;
    policy->lines = policy_list(policy, str_of("lines"));
    return read_parameters(reader, yyjson_obj_get(root, "parameters")) &&
           read_pathways(reader, yyjson_obj_get(root, "pathways")) &&
           read_criteria(reader, yyjson_obj_get(root, "criteria")) &&
           read_safeguards(reader, yyjson_obj_get(root, "safeguards"));
}

static const struct policy *read_policy(const char *json, size_t len, struct pool *pool,
                                        struct pool *scratch, const struct codes *codes,
                                        bool (*read)(struct reader *, yyjson_val *),
                                        struct err *err)
{
    struct reader reader = {.pool = pool, .codes = codes, .err = err};
    yyjson_doc *doc = json_read(scratch, json, len);

    if (doc == NULL) {
        err_set(err, ERR_POLICY, "E-TREE", "policy tree is not JSON");
        return NULL;
    }
    reader.policy = reader_array(&reader, 1, sizeof *reader.policy);
    return reader.policy != NULL && read(&reader, yyjson_doc_get_root(doc)) ? reader.policy
                                                                            : NULL;
}

const struct policy *policy_read(const char *json, size_t len, struct pool *pool,
                                 struct pool *scratch, const struct codes *codes,
                                 struct err *err)
{
    return read_policy(json, len, pool, scratch, codes, read_root, err);
}

const struct policy *policy_scope(const char *json, size_t len, struct pool *pool,
                                  struct pool *scratch, const struct codes *codes,
                                  struct err *err)
{
    return read_policy(json, len, pool, scratch, codes, read_scope, err);
}

int list_field(const struct list *list, struct str name)
{
    for (size_t i = 0; i < list->field_count; i++)
        if (str_equal(list->fields[i].name, name))
            return (int)i;
    return -1;
}

const struct list *policy_list(const struct policy *policy, struct str name)
{
    for (size_t i = 0; i < policy->list_count; i++)
        if (str_equal(policy->lists[i].name, name))
            return &policy->lists[i];
    return NULL;
}

const struct fact *policy_fact(const struct policy *policy, struct str path)
{
    for (size_t i = 0; i < policy->fact_count; i++)
        if (str_equal(policy->facts[i].path, path))
            return &policy->facts[i];
    return NULL;
}
