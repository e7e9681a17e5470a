/*
 * import_valueset.c - FHIR R4 ValueSet resources, one or a Bundle of them.
 *
 * An expansion is taken as it is; else the concepts that are listed, and the
 * filters is-a, descendent-of and = on the code of a system in whose codes the
 * subtree is the prefix. Any other filter is refused by name: a set that is
 * short of codes would be worse than none.
 */
#include <string.h>
#include <yyjson.h>

#include "codes/codes.h"
#include "codes/csv.h"
#include "codes/import.h"

static bool recognises(const struct import_file *file)
{
    size_t at = 0;

    if (file->bytes == NULL)
        return false;
    while (at < file->len && (unsigned char)file->bytes[at] <= ' ')
        at++;
    if (at + 3 < file->len && memcmp(file->bytes + at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    return at < file->len && file->bytes[at] == '{' &&
           memmem(file->bytes, file->len, "\"ValueSet\"", 10) != NULL;
}

struct reading {
    struct import *import;
    uint32_t release;
    const char *set; /* its name, for messages */
    size_t foreign;  /* codes of systems that no table here can hold */
    struct err *err;
};

static const char *text_at(yyjson_val *object, const char *key)
{
    return yyjson_get_str(yyjson_obj_get(object, key));
}

/* The name under which a system is kept: ours, or none for foreign ones. */
static const char *system_name(const char *uri)
{
    return uri == NULL ? NULL : code_system_name(code_system_named(uri, strlen(uri)));
}

static void add_item(struct reading *reading, const char *system, const char *code, int op)
{
    struct import_item item = {system, op, 0, 0};
    int number = system == NULL ? CODE_SYSTEM_NONE : code_system_named(system, strlen(system));

    if (system != NULL && code != NULL)
        item.from = op == CODESET_CODE ? code_normal(&number, code, strlen(code))
                                       : code_normal_prefix(&number, code, strlen(code));
    if (item.from == 0) {
        reading->foreign++;
        if (system != NULL)
            import_odd(reading->import, 0, "set '%s': '%.20s' is not a code of %s: left out",
                       reading->set, code == NULL ? "" : code, system);
        return;
    }
    item.system = code_system_name(number);
    vector_put(&reading->import->items, &item, sizeof item);
    reading->import->read++;
}

static void read_expansion(struct reading *reading, yyjson_val *contains, int depth)
{
    yyjson_arr_iter iter;
    yyjson_val *one;

    if (depth > 16)
        return;
    yyjson_arr_iter_init(contains, &iter);
    while ((one = yyjson_arr_iter_next(&iter)) != NULL) {
        if (!yyjson_get_bool(yyjson_obj_get(one, "abstract")) && text_at(one, "code") != NULL)
            add_item(reading, system_name(text_at(one, "system")), text_at(one, "code"),
                     CODESET_CODE);
        if (yyjson_obj_get(one, "contains") != NULL)
            read_expansion(reading, yyjson_obj_get(one, "contains"), depth + 1);
    }
}

static bool refuse(struct reading *reading, const char *what, const char *name)
{
    import_wrong(reading->import, 0, reading->err, "value set '%s' has %s '%s', which cannot be "
                 "resolved here", reading->set, what, name == NULL ? "" : name);
    return err_help(reading->err, "import the set with its expansion");
}

static bool read_filter(struct reading *reading, const char *system, yyjson_val *filter)
{
    const char *op = text_at(filter, "op"), *value = text_at(filter, "value");
    const char *property = text_at(filter, "property");
    bool tree = op != NULL && (strcmp(op, "is-a") == 0 || strcmp(op, "descendent-of") == 0 ||
                               strcmp(op, "descendant-of") == 0);
    bool equal = op != NULL && strcmp(op, "=") == 0 && property != NULL &&
                 strcmp(property, "code") == 0;

    if ((!tree && !equal) || system == NULL || value == NULL)
        return refuse(reading, "the filter", op);
    add_item(reading, system, value, tree ? CODESET_TREE : CODESET_CODE);
    return true;
}

static bool read_include(struct reading *reading, yyjson_val *include)
{
    const char *system = system_name(text_at(include, "system"));
    yyjson_val *concepts = yyjson_obj_get(include, "concept");
    yyjson_val *filters = yyjson_obj_get(include, "filter"), *one;
    yyjson_arr_iter iter;

    if (yyjson_obj_get(include, "valueSet") != NULL)
        return refuse(reading, "a reference to", "valueSet");
    if (concepts == NULL && filters == NULL)
        return refuse(reading, "all codes of", text_at(include, "system"));
    if (yyjson_arr_size(filters) > 1)
        return refuse(reading, "several filters on", text_at(include, "system"));
    yyjson_arr_iter_init(concepts, &iter);
    while ((one = yyjson_arr_iter_next(&iter)) != NULL)
        add_item(reading, system, text_at(one, "code"), CODESET_CODE);
    yyjson_arr_iter_init(filters, &iter);
    while ((one = yyjson_arr_iter_next(&iter)) != NULL) {
        if (!read_filter(reading, system, one))
            return false;
    }
    return true;
}

static bool excluded(yyjson_val *exclude, const char *system, code_key key)
{
    size_t i, k, count, concepts;
    yyjson_val *one, *concept;

    yyjson_arr_foreach(exclude, i, count, one) {
        const char *name = system_name(text_at(one, "system"));

        if (name == NULL || strcmp(name, system) != 0)
            continue;
        yyjson_arr_foreach(yyjson_obj_get(one, "concept"), k, concepts, concept) {
            const char *code = text_at(concept, "code");
            int number = code_system_named(name, strlen(name));

            if (code != NULL && code_normal(&number, code, strlen(code)) == key)
                return true;
        }
    }
    return false;
}

/* Takes the excluded codes out again; only codes against codes. */
static bool read_exclude(struct reading *reading, yyjson_val *exclude, size_t first)
{
    struct import_item *items = reading->import->items.data;
    size_t kept = first;

    for (size_t i = 0; i < yyjson_arr_size(exclude); i++) {
        yyjson_val *one = yyjson_arr_get(exclude, i);

        if (yyjson_obj_get(one, "filter") != NULL || yyjson_obj_get(one, "valueSet") != NULL)
            return refuse(reading, "an exclusion by", "filter or valueSet");
    }
    for (size_t i = first; exclude != NULL && i < reading->import->items.count; i++) {
        if (items[i].op != CODESET_CODE)
            return refuse(reading, "an exclusion from", "a filter");
        if (!excluded(exclude, items[i].system, items[i].from))
            items[kept++] = items[i];
    }
    if (exclude != NULL)
        reading->import->items.count = kept;
    return true;
}

static bool read_set(struct reading *reading, yyjson_val *set)
{
    struct import *import = reading->import;
    yyjson_val *contains = yyjson_obj_get(yyjson_obj_get(set, "expansion"), "contains");
    yyjson_val *compose = yyjson_obj_get(set, "compose"), *one;
    struct import_set made = {.release = reading->release, .first = import->items.count};
    const char *name = text_at(set, "id") != NULL ? text_at(set, "id") : text_at(set, "name");
    size_t i, count;

    if (name == NULL)
        name = text_at(set, "url");
    if (name == NULL)
        return import_wrong(import, 0, reading->err, "a value set without id, name and url");
    made.name = reading->set = import_text(import, "%s", name);
    if (text_at(set, "title") != NULL)
        made.title = import_text(import, "%s", text_at(set, "title"));
    if (text_at(set, "version") != NULL)
        made.note = import_text(import, "version %s", text_at(set, "version"));
    if (contains != NULL) {
        read_expansion(reading, contains, 0);
    } else {
        yyjson_arr_foreach(yyjson_obj_get(compose, "include"), i, count, one) {
            if (!read_include(reading, one))
                return false;
        }
        if (!read_exclude(reading, yyjson_obj_get(compose, "exclude"), made.first))
            return false;
    }
    made.end = import->items.count;
    if (made.end == made.first && reading->foreign == 0)
        return import_wrong(import, 0, reading->err, "value set '%s' holds no code", made.name);
    vector_put(&import->sets, &made, sizeof made);
    return true;
}

static bool read_resource(struct reading *reading, yyjson_val *resource)
{
    const char *type = text_at(resource, "resourceType");
    size_t i, count;
    yyjson_val *entry;

    if (type != NULL && strcmp(type, "ValueSet") == 0)
        return read_set(reading, resource);
    if (type == NULL || strcmp(type, "Bundle") != 0) {
        reading->import->skipped++;
        return true;
    }
    yyjson_arr_foreach(yyjson_obj_get(resource, "entry"), i, count, entry) {
        if (!read_resource(reading, yyjson_obj_get(entry, "resource")))
            return false;
    }
    return true;
}

static bool reads(const struct import_options *options, struct import *import, struct err *err)
{
    struct import_release release = {"valueset", NULL, NULL, DAY_MIN, 0, false, 0};
    struct reading reading = {.import = import, .err = err};
    struct str text = csv_text_of(import->file);
    union {
        const char *kept;
        char *given;
    } bytes = {text.at}; /* yyjson writes only with YYJSON_READ_INSITU */
    yyjson_read_err wrong;
    yyjson_doc *doc;
    bool done;

    doc = yyjson_read_opts(bytes.given, text.len, YYJSON_READ_NOFLAG, NULL, &wrong);
    if (doc == NULL) {
        size_t line = 1;

        for (size_t i = 0; i < wrong.pos && i < text.len; i++)
            line += text.at[i] == '\n';
        return import_wrong(import, line, err, "not JSON: %s", wrong.msg);
    }
    release.from = options->dated ? options->from : DAY_MIN;
    release.label = options->label != NULL ? options->label : import->file->name;
    reading.release = import_add_release(import, &release);
    done = read_resource(&reading, yyjson_doc_get_root(doc));
    yyjson_doc_free(doc);
    if (!done)
        return false;
    if (import->sets.count == 0)
        return import_wrong(import, 0, err, "no ValueSet in it");
    import->what = import_text(import, "%zu FHIR value set%s", import->sets.count,
                               import->sets.count == 1 ? "" : "s");
    if (reading.foreign > 0)
        import->summary = import_text(import, "%zu codes; %zu of other systems left out",
                                      import->read, reading.foreign);
    else
        import->summary = import_text(import, "%zu codes", import->read);
    return true;
}

const struct importer import_valueset = {
    "valueset", "FHIR R4 ValueSet, or a Bundle of them, as JSON", recognises, reads};
