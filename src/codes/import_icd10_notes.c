/*
 * import_icd10_notes.c - the notes of the ICD-10-CM tabular list, as XML:
 * icd10cm_tabular_2026.xml.
 *
 * The order file says which codes exist; this one says what stands beside them:
 * includes, excludes, code first, seventh characters. Notes of a chapter,
 * section or category hold for all below. The file is a tree of few elements
 * without attributes that matter here, so that a reader of tags is enough; what
 * it does not know it passes over.
 */
#include <string.h>

#include "codes/import.h"

static bool recognises(const struct import_file *file)
{
    size_t seen = file->len < 4096 ? file->len : 4096;

    return file->bytes != NULL && memmem(file->bytes, seen, "<ICD10CM.tabular", 16) != NULL;
}

#define DEPTH 24

struct reading {
    struct import *import;
    const char *at, *end;
    size_t line;
    struct str open[DEPTH];         /* names of the open elements */
    const char *place[DEPTH];       /* what notes inside them belong to */
    size_t depth;
    struct str attribute;           /* of the element read last: char= or id= */
    size_t chapter, codes, unknown;
};

static const char *const kinds[] = {"inclusionTerm", "excludes1", "excludes2", "useAdditionalCode",
                                    "includes",      "codeFirst", "codeAlso",  "sevenChrNote",
                                    "notes",         "sevenChrDef"};

static const char *kind_of(struct str name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (str_is(name, kinds[i]))
            return kinds[i];
    }
    return NULL;
}

/* Text with the five entities of XML and numbers of ASCII replaced. */
static struct str plain(struct reading *reading, struct str text)
{
    static const struct {
        const char *name;
        char letter;
    } entities[] = {{"&amp;", '&'},
                    {"&lt;", '<'},
                    {"&gt;", '>'},
                    {"&quot;", '"'},
                    {"&apos;", '\''}};
    char *made;
    size_t len = 0;

    if (memchr(text.at, '&', text.len) == NULL)
        return import_clean(reading->import, text);
    made = pool_take(&reading->import->pool, text.len + 1);
    if (made == NULL) {
        reading->import->notes.failed = true;
        return (struct str){"", 0};
    }
    for (size_t i = 0; i < text.len; i++) {
        size_t known = sizeof entities / sizeof entities[0];

        made[len++] = text.at[i];
        for (size_t k = 0; text.at[i] == '&' && k < known; k++) {
            size_t name_len = strlen(entities[k].name);

            if (i + name_len <= text.len && memcmp(text.at + i, entities[k].name, name_len) == 0) {
                made[len - 1] = entities[k].letter;
                i += name_len - 1;
                break;
            }
        }
    }
    return import_clean(reading->import, (struct str){made, len});
}

static void add_note(struct reading *reading, const char *kind, struct str text)
{
    struct import_note note = {0, reading->place[reading->depth - 1], kind, text};

    if (note.place == NULL || text.len == 0)
        return;
    vector_put(&reading->import->notes, &note, sizeof note);
    reading->import->read++;
}

static struct str attribute_of(struct str tag, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 1; i + len + 2 < tag.len; i++) {
        if (tag.at[i - 1] != ' ' || memcmp(tag.at + i, name, len) != 0 || tag.at[i + len] != '=')
            continue;
        const char *from = tag.at + i + len + 2;
        const char *to = memchr(from, tag.at[i + len + 1], (size_t)(tag.at + tag.len - from));

        return to == NULL ? (struct str){NULL, 0} : (struct str){from, (size_t)(to - from)};
    }
    return (struct str){NULL, 0};
}

static bool open_tag(struct reading *reading, struct str tag, struct err *err)
{
    size_t name_len = 0;
    struct str name, id;

    while (name_len < tag.len && (unsigned char)tag.at[name_len] > ' ' &&
           tag.at[name_len] != '/')
        name_len++;
    name = (struct str){tag.at, name_len};
    if (tag.len > 0 && tag.at[tag.len - 1] == '/')
        return true;
    if (reading->depth == DEPTH)
        return import_wrong(reading->import, reading->line, err, "elements %d deep", DEPTH);
    reading->open[reading->depth] = name;
    reading->place[reading->depth] =
        reading->depth > 0 ? reading->place[reading->depth - 1] : NULL;
    if (str_is(name, "chapter"))
        reading->place[reading->depth] =
            import_text(reading->import, "chapter %zu", ++reading->chapter);
    id = attribute_of(tag, "id");
    if (str_is(name, "section") && id.at != NULL)
        reading->place[reading->depth] =
            import_text(reading->import, "section %.*s", (int)id.len, id.at);
    reading->attribute = attribute_of(tag, "char");
    reading->depth++;
    return true;
}

/* The text of the element that is about to close. */
static void take_text(struct reading *reading, struct str text)
{
    struct str name = reading->open[reading->depth - 1];
    struct str above = reading->depth > 1 ? reading->open[reading->depth - 2]
                                          : (struct str){"", 0};
    const char *kind = kind_of(above);

    if (str_is(name, "name") && str_is(above, "diag")) {
        int system = CODE_SYSTEM_ICD10CM;
        struct str clean = import_clean(reading->import, text);
        char code[CODE_TEXT] = "";
        code_key key = code_normal(&system, clean.at, clean.len);

        if (key == 0) {
            reading->unknown++;
            import_odd(reading->import, reading->line, "'%.20s' is not a code",
                       import_text(reading->import, "%.*s", (int)clean.len, clean.at));
        }
        code_unpack(key, code);
        reading->place[reading->depth - 2] = import_text(reading->import, "%s", code);
        reading->codes++;
    } else if (kind != NULL && str_is(name, "note")) {
        add_note(reading, kind, plain(reading, text));
    } else if (kind != NULL && str_is(name, "extension")) {
        struct str meaning = plain(reading, text);
        const char *joined = import_text(reading->import, "%.*s: %.*s",
                                         (int)reading->attribute.len, reading->attribute.at,
                                         (int)meaning.len, meaning.at);

        add_note(reading, "seventh", str_of(joined));
    }
}

static bool close_tag(struct reading *reading, struct str tag, struct str text, struct err *err)
{
    struct str name = {tag.at + 1, tag.len - 1};

    while (name.len > 0 && (unsigned char)name.at[name.len - 1] <= ' ')
        name.len--;
    if (reading->depth == 0 || !str_equal(reading->open[reading->depth - 1], name))
        return import_wrong(reading->import, reading->line, err,
                            "</%.*s> closes what is not open", (int)name.len, name.at);
    take_text(reading, text);
    reading->depth--;
    return true;
}

/* Where a piece of markup that begins at '<' ends: one past its '>'. */
static const char *markup_end(const char *at, const char *end)
{
    const char *mark;

    if (end - at >= 4 && memcmp(at, "<!--", 4) == 0) {
        mark = memmem(at, (size_t)(end - at), "-->", 3);
        return mark == NULL ? NULL : mark + 3;
    }
    mark = memchr(at, '>', (size_t)(end - at));
    return mark == NULL ? NULL : mark + 1;
}

static bool read_tags(struct reading *reading, struct err *err)
{
    const char *text = reading->at;
    bool root = false;

    while (reading->at < reading->end) {
        const char *mark = memchr(reading->at, '<', (size_t)(reading->end - reading->at));
        const char *after = mark == NULL ? NULL : markup_end(mark, reading->end);
        struct str inside;

        for (const char *c = reading->at; c < (mark == NULL ? reading->end : mark); c++)
            reading->line += *c == '\n';
        if (mark == NULL)
            break;
        if (after == NULL)
            return import_wrong(reading->import, reading->line, err,
                                "the file ends inside an element: it is cut off");
        inside = (struct str){mark + 1, (size_t)(after - mark) - 2};
        if (inside.len > 0 && inside.at[0] == '/') {
            struct str content = {text, (size_t)(mark - text)};

            if (!close_tag(reading, inside, content, err))
                return false;
        } else if (inside.len > 0 && inside.at[0] != '?' && inside.at[0] != '!') {
            root = true;
            if (!open_tag(reading, inside, err))
                return false;
        }
        for (const char *c = mark; c < after; c++)
            reading->line += *c == '\n';
        reading->at = text = after;
    }
    if (reading->depth > 0 || !root)
        return import_wrong(reading->import, reading->line, err,
                            "<%.*s> is never closed: the file is cut off",
                            root ? (int)reading->open[reading->depth - 1].len : 0,
                            root ? reading->open[reading->depth - 1].at : "");
    return true;
}

static bool reads(const struct import_options *options, struct import *import, struct err *err)
{
    struct import_release release = {"icd-10-cm-notes", NULL, NULL, 0, 0, false, 0};
    struct reading reading = {.import = import, .at = import->file->bytes,
                              .end = import->file->bytes + import->file->len, .line = 1};
    int year, month;
    bool named = import_year_month(import->file->name, &year, &month);

    if (!import_from(import, options, named,
                     !named ? 0 : month > 0 ? civil_day(year, month, 1)
                                            : civil_day(year - 1, 10, 1),
                     &release.from, err) ||
        !read_tags(&reading, err))
        return false;
    civil_parts(release.from, &year, &month, &(int){0});
    release.label = options->label != NULL
                        ? options->label
                        : import_text(import, "FY%d notes", month >= 10 ? year + 1 : year);
    import_add_release(import, &release);
    import->lines = reading.line;
    if (import->notes.count == 0)
        return import_wrong(import, 0, err, "no note in it");
    import->what = import_text(import, "ICD-10-CM tabular list, %s", release.label);
    import->summary = import_text(import, "%zu notes beside %zu codes", import->notes.count,
                                  reading.codes);
    return true;
}

const struct importer import_icd10_tabular = {
    "icd-10-cm-notes", "ICD-10-CM tabular list, its notes (icd10cm_tabular_YYYY.xml)", recognises,
    reads};
