/*
 * case_refs.c - follows what points to something else in a case document:
 * facts to their sources, sources into documents, annotations to records.
 *
 * Here lies the promise that a citation cannot drift from the record: a quote
 * is compared with the bytes of its span each time the case is read.
 */
#include <assert.h>
#include <string.h>

#include "base/sha256.h"
#include "judge/case_check.h"

void case_check_src(struct checker *checker, const struct case_at *at)
{
    size_t index, count;
    yyjson_val *id;

    if (!yyjson_is_arr(at->value)) {
        case_bad(checker, at, "wrong-type", "write \"src\": [\"...\"] with ids from 'sources'",
                 "'src' must be a list of ids of sources");
        return;
    }
    if (yyjson_arr_size(at->value) == 0)
        case_bad(checker, at, "no-source", "what nobody vouches for is not used: name a source",
                 "'src' names no source");
    yyjson_arr_foreach(at->value, index, count, id) {
        struct case_at here = {at, NULL, index, id};

        if (!yyjson_is_str(id))
            case_bad(checker, &here, "wrong-type", "", "the id of a source must be text");
        else if (case_map_find(&checker->file->sources, case_text(id)) == NULL)
            case_bad(checker, &here, "unknown-source",
                     "add it under 'sources', or name one that is there",
                     "there is no source of this id");
    }
}

/* documents */

/* True if bytes and sha256 are those of the text, not of a file it came from. */
static bool text_is_original(yyjson_val *document)
{
    struct str origin = case_text(yyjson_obj_get(document, "textOrigin"));
    struct str type = case_text(yyjson_obj_get(document, "contentType"));

    if (str_is(origin, "extracted"))
        return false;
    return type.at == NULL || (type.len >= 5 && memcmp(type.at, "text/", 5) == 0);
}

static void check_hash(struct checker *checker, const struct case_at *at, struct str text)
{
    struct str hex = case_text(at->value);
    uint8_t given[SHA256_BYTES];
    uint8_t found[SHA256_BYTES];

    if (hex.at == NULL)
        return;
    if (!sha256_parse_hex(hex.at, hex.len, given)) {
        case_bad(checker, at, "bad-hash", "", "'sha256' must be 64 lower-case hex digits");
        return;
    }
    if (text.at == NULL || checker->limits->documents_known)
        return;
    sha256_of(text.at, text.len, found);
    if (memcmp(given, found, sizeof given) != 0)
        case_bad(checker, at, "wrong-hash",
                 "the text or the hash was changed since: take the document from where it came",
                 "the text of the document does not have this SHA-256");
}

void case_check_document(struct checker *checker, const struct case_at *at)
{
    yyjson_val *key;
    struct str text = case_text(yyjson_obj_get(at->value, "text"));
    size_t index, count;
    yyjson_val *value;

    if (!text_is_original(at->value))
        text = (struct str){NULL, 0};
    yyjson_obj_foreach(at->value, index, count, key, value) {
        struct case_at here = {at, key, index, value};

        if (yyjson_equals_strn(key, "sha256", 6))
            check_hash(checker, &here, text);
        else if (yyjson_equals_strn(key, "bytes", 5) && text.at != NULL && yyjson_is_uint(value) &&
                 yyjson_get_uint(value) != text.len)
            case_bad(checker, &here, "wrong-size", "",
                     "the text of the document is %zu bytes long, not what 'bytes' says",
                     text.len);
    }
}

/* sources */

static bool on_boundary(struct str text, size_t at)
{
    return at == text.len || ((unsigned char)text.at[at] & 0xC0) != 0x80;
}

/* The quote, in a text where nobody said at which bytes. */
static void check_loose_quote(struct checker *checker, const struct case_at *at, struct str text)
{
    struct str quote = case_text(at->value);

    if (quote.at != NULL && text.at != NULL &&
        memmem(text.at, text.len, quote.at, quote.len) == NULL)
        case_bad(checker, at, "wrong-quote", "quote the document letter by letter",
                 "the document does not contain these words");
}

static void check_span(struct checker *checker, const struct case_at *at,
                       const struct case_at *quote_at, struct str text)
{
    size_t from = (size_t)yyjson_get_uint(yyjson_arr_get(at->value, 0));
    size_t to = (size_t)yyjson_get_uint(yyjson_arr_get(at->value, 1));
    struct str quote = case_text(quote_at->value);

    if (text.at == NULL || from >= to)
        return; /* nothing to compare with, or noted as no span at all */
    if (to > text.len) {
        case_bad(checker, at, "bad-span", "a span counts the bytes of the text, from 0",
                 "the span ends outside its document, whose text is %zu bytes long", text.len);
    } else if (!on_boundary(text, from) || !on_boundary(text, to)) {
        case_bad(checker, at, "bad-span", "count the bytes of the UTF-8 text, not its characters",
                 "the span cuts a character in two");
    } else if (quote.at != NULL &&
               (quote.len != to - from || memcmp(quote.at, text.at + from, quote.len) != 0)) {
        case_bad(checker, quote_at, "wrong-quote",
                 "quote the document letter by letter; a span counts bytes from 0",
                 "the quote is not what the document says at its span");
    }
}

static void check_source(struct checker *checker, const struct case_at *at)
{
    struct case_at doc = {at, NULL, 0, NULL};
    struct case_at span = doc;
    struct case_at quote = doc;
    struct case_entry *found = NULL;
    struct str text = {NULL, 0};
    size_t index, count;
    yyjson_val *key, *value;

    yyjson_obj_foreach(at->value, index, count, key, value) {
        struct case_at *one = yyjson_equals_strn(key, "doc", 3) ? &doc
                              : yyjson_equals_strn(key, "span", 4) ? &span
                              : yyjson_equals_strn(key, "quote", 5) ? &quote : NULL;

        if (one != NULL && one->value == NULL) {
            one->key = key;
            one->value = value;
        }
    }
    if (yyjson_is_str(doc.value)) {
        found = case_map_find(&checker->file->records, case_text(doc.value));
        if (found == NULL || found->tag != CASE_DOCUMENTS)
            case_bad(checker, &doc, "unknown-document",
                     "add it to 'documents', or name the id of one that is there",
                     "there is no document of this id");
        else
            text = case_text(yyjson_obj_get(found->value, "text"));
    }
    if (span.value != NULL && doc.value == NULL)
        case_bad(checker, &span, "bad-span", "name it: \"doc\": \"...\"",
                 "the span is of no document");
    else if (yyjson_arr_size(span.value) == 2)
        check_span(checker, &span, &quote, text);
    else if (span.value == NULL)
        check_loose_quote(checker, &quote, text);
}

void case_check_sources(struct checker *checker, const struct case_at *at)
{
    const struct case_field *field = &case_shape_root.fields[CASE_ROOT_SOURCES];
    size_t index, count;
    yyjson_val *key, *value;

    case_check_map(checker, at, field, NULL);
    yyjson_obj_foreach(at->value, index, count, key, value) {
        struct case_at here = {at, key, index, value};

        if (yyjson_is_obj(value))
            check_source(checker, &here);
    }
}

/* annotations */

/* Cuts a path at its dots. False: no memory. */
static bool cut_path(struct checker *checker, struct str path, struct case_override *override)
{
    struct str *names;
    size_t count = 1;

    for (size_t i = 0; i < path.len; i++)
        count += path.at[i] == '.';
    names = pool_array(checker->pool, count, sizeof *names);
    if (names == NULL)
        return false;
    override->names = names;
    override->count = count;
    names->at = path.at;
    for (size_t i = 0; i < path.len; i++) {
        if (path.at[i] != '.')
            names->len++;
        else
            (++names)->at = path.at + i + 1;
    }
    return true;
}

/* The field a path leads to in a shape; a problem if there is none. */
static const struct case_field *follow(struct checker *checker, const struct case_at *at,
                                       const struct case_shape *shape,
                                       const struct case_override *override)
{
    const struct case_field *field = NULL;

    for (size_t i = 0; i < override->count; i++) {
        unsigned next = 0;

        if (i > 0)
            shape = case_field_shape(field);
        field = shape == NULL ? NULL : case_shape_find(shape, override->names[i], &next);
        if (field != NULL)
            continue;
        if (shape != NULL)
            case_bad_name(checker, at, shape, override->names[i]);
        else
            case_bad(checker, at, "unknown-field", "",
                     "there is nothing below a field that is no object");
        return NULL;
    }
    return field;
}

static void check_set(struct checker *checker, const struct case_at *at, struct case_note *note)
{
    const struct case_shape *shape = case_list_shape(note->list);
    struct case_override *override;
    size_t index, count;
    yyjson_val *key, *value;

    override = pool_array(checker->pool, yyjson_obj_size(at->value), sizeof *override);
    if (override == NULL) {
        checker->no_memory = true;
        return;
    }
    note->overrides = override;
    note->override_count = yyjson_obj_size(at->value);
    case_check_keys(checker, at);
    yyjson_obj_foreach(at->value, index, count, key, value) {
        struct case_at here = {at, key, index, value};
        const struct case_field *field;

        override[index].value = value;
        if (!cut_path(checker, case_text(key), &override[index])) {
            checker->no_memory = true;
            return;
        }
        if (yyjson_equals_strn(key, "id", 2) || yyjson_equals_strn(key, "src", 3)) {
            case_bad(checker, &here, "unknown-field",
                     "the annotation's own 'id' and 'src' stand for what it sets",
                     "an annotation cannot set this field");
            continue;
        }
        field = follow(checker, &here, shape, &override[index]);
        if (field != NULL)
            case_check_value(checker, &here, field);
    }
}

/* Finds what the annotation is about. False: a problem was noted. */
static bool find_target(struct checker *checker, const struct case_at *at, struct str target,
                        struct case_entry **record, enum case_list *list)
{
    if (target.at[0] == '+') {
        struct str name = {target.at + 1, target.len - 1};

        *list = case_list_named(name);
        if (*list != CASE_LISTS && *list != CASE_LINES)
            return true;
        case_bad(checker, at, "unknown-target",
                 "write \"+\" and the name of a list, as \"+examination\"",
                 "there is no such list to add a record to");
        return false;
    }
    *record = case_map_find(&checker->file->records, target);
    if (*record != NULL && (*record)->tag < CASE_LISTS) {
        *list = (enum case_list)(*record)->tag;
        return true;
    }
    case_bad(checker, at, "unknown-target",
             "name the id of a record, or \"+\" and a list to add one to it",
             "there is no record of this id");
    return false;
}

static void check_annotation(struct checker *checker, const struct case_at *at,
                             struct case_note **last_added)
{
    struct casefile *file = checker->file;
    struct case_at target = {at, NULL, 0, NULL};
    struct case_at set = target;
    struct case_entry *record = NULL;
    struct case_note *note;
    enum case_list list;
    size_t index, count;
    yyjson_val *key, *value;

    yyjson_obj_foreach(at->value, index, count, key, value) {
        if (yyjson_equals_strn(key, "target", 6))
            target = (struct case_at){at, key, index, value};
        else if (yyjson_equals_strn(key, "set", 3))
            set = (struct case_at){at, key, index, value};
    }
    if (!yyjson_is_str(target.value) || yyjson_get_len(target.value) == 0 ||
        !yyjson_is_obj(set.value) || yyjson_obj_size(set.value) == 0 ||
        !find_target(checker, &target, case_text(target.value), &record, &list))
        return;
    note = POOL_NEW(checker->pool, struct case_note);
    if (note == NULL) {
        checker->no_memory = true;
        return;
    }
    note->list = list;
    note->set = set.value;
    note->src = yyjson_obj_get(at->value, "src");
    note->id = case_text(yyjson_obj_get(at->value, "id"));
    check_set(checker, &set, note);
    if (record != NULL) {
        note->older = record->more;
        record->more = note;
        file->has_notes = true;
    } else if (last_added[list] == NULL) {
        file->added[list] = last_added[list] = note;
    } else {
        last_added[list]->next = note;
        last_added[list] = note;
    }
}

void case_check_annotations(struct checker *checker, const struct case_at *at)
{
    struct case_note *last_added[CASE_LISTS] = {NULL};
    size_t index, count;
    yyjson_val *value;

    yyjson_arr_foreach(at->value, index, count, value) {
        struct case_at here = {at, NULL, index, value};

        if (yyjson_is_obj(value) && !checker->no_memory)
            check_annotation(checker, &here, last_added);
    }
}

void case_check_superseded(struct checker *checker)
{
    for (const struct case_later *later = checker->later; later != NULL; later = later->next) {
        const struct case_at *at = &later->at[0];
        struct case_entry *found = case_map_find(&checker->file->records, case_text(at->value));

        if (found == NULL || found->tag >= CASE_LISTS)
            case_bad(checker, at, "unknown-record", "", "there is no record of this id");
        else if (found->value == at->up->value)
            case_bad(checker, at, "unknown-record", "", "a record cannot supersede itself");
    }
}
