/*
 * import_icd10_notes.c - the notes of the ICD-10-CM tabular list, as XML:
 * icd10cm_tabular_2026.xml.
 *
 * The order file says which codes exist; this one says what stands beside them:
 * includes, excludes, code first, seventh characters. Notes of a chapter,
 * section or category hold for all below. What it does not know it passes over.
 */
#include <string.h>

#include "codes/codes_notes.h"
#include "codes/import.h"
#include "codes/xml.h"

static bool recognises(const struct import_file *file)
{
    size_t seen = file->len < 4096 ? file->len : 4096;

    return file->bytes != NULL && memmem(file->bytes, seen, "<ICD10CM.tabular", 16) != NULL;
}

struct reading {
    struct import *import;
    struct xml xml;
    const char *place[XML_DEPTH + 1]; /* what notes inside an element belong to; [0]: nothing */
    struct str attribute;             /* of the element opened last: char= */
    size_t codes;
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

static struct str plain(struct reading *reading, struct str text)
{
    struct buf out;
    char *made;

    if (memchr(text.at, '&', text.len) == NULL)
        return import_clean(reading->import, text);
    made = pool_take(&reading->import->pool, text.len + 1);
    if (made == NULL) {
        reading->import->notes.failed = true;
        return (struct str){"", 0};
    }
    out = buf_fixed(made, text.len + 1);
    xml_plain(text, &out);
    return import_clean(reading->import, (struct str){made, out.len});
}

static void add_note(struct reading *reading, const char *kind, struct str text)
{
    struct import_note note = {0, reading->place[reading->xml.depth], kind, text};

    if (note.place == NULL || text.len == 0)
        return;
    vector_put(&reading->import->notes, &note, sizeof note);
    reading->import->read++;
}

/* Keeps what stands around a section or a category. */
static void add_around(struct reading *reading, const char *place, const char *around)
{
    struct import_note note = {0, place, NOTE_WITHIN, str_of(around)};

    if (around != NULL)
        vector_put(&reading->import->notes, &note, sizeof note);
}

/* An element opened: what notes inside it belong to is what those around it do,
 * but for a section; a chapter and a code follow by their names. */
static void take_open(struct reading *reading)
{
    struct xml *xml = &reading->xml;
    struct str id = xml_attribute(xml, "id");
    const char **place = &reading->place[xml->depth];

    if (xml->empty)
        return;
    *place = reading->place[xml->depth - 1];
    if (str_is(xml->name, "section") && id.at != NULL) {
        *place = import_text(reading->import, "section %.*s", (int)id.len, id.at);
        add_around(reading, *place, reading->place[xml->depth - 1]);
    }
    reading->attribute = xml_attribute(xml, "char");
}

/* The name of a code: what follows in its element belongs to it. */
static void take_code(struct reading *reading)
{
    struct str clean = import_clean(reading->import, reading->xml.text);
    int system = CODE_SYSTEM_ICD10CM;
    code_key key = code_normal(&system, clean.at, clean.len);
    char code[CODE_TEXT] = "";

    if (key == 0)
        import_odd(reading->import, reading->xml.line, "'%.20s' is not a code",
                   import_text(reading->import, "%.*s", (int)clean.len, clean.at));
    code_unpack(key, code);
    reading->place[reading->xml.depth] = import_text(reading->import, "%s", code);
    if (code_key_len(key) == 3)
        add_around(reading, reading->place[reading->xml.depth],
                   reading->place[reading->xml.depth - 1]);
    reading->codes++;
}

/* An element closed: its text. */
static void take_close(struct reading *reading)
{
    const struct xml *xml = &reading->xml;
    struct str above = xml_above(xml);
    const char *kind = kind_of(above);

    if (str_is(xml->name, "name") && str_is(above, "diag")) {
        take_code(reading);
    } else if (str_is(xml->name, "name") && str_is(above, "chapter")) {
        struct str number = import_clean(reading->import, xml->text);

        reading->place[xml->depth] = import_text(reading->import, "chapter %.*s",
                                                 (int)number.len, number.at);
    } else if (kind != NULL && str_is(xml->name, "note")) {
        add_note(reading, kind, plain(reading, xml->text));
    } else if (kind != NULL && str_is(xml->name, "extension")) {
        struct str meaning = plain(reading, xml->text);
        const char *joined = import_text(reading->import, "%.*s: %.*s",
                                         (int)reading->attribute.len, reading->attribute.at,
                                         (int)meaning.len, meaning.at);

        add_note(reading, "seventh", str_of(joined));
    }
}

static bool read_tags(struct reading *reading, struct err *err)
{
    xml_start(&reading->xml, reading->import->file->bytes, reading->import->file->len);
    while (xml_next(&reading->xml)) {
        if (reading->xml.opens)
            take_open(reading);
        else
            take_close(reading);
    }
    return reading->xml.slip[0] == '\0' ||
           import_wrong(reading->import, reading->xml.line, err, "%s", reading->xml.slip);
}

static bool reads(const struct import_options *options, struct import *import, struct err *err)
{
    struct import_release release = {"icd-10-cm-notes", NULL, NULL, 0, 0, false, 0};
    struct reading reading = {.import = import};
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
    import->lines = reading.xml.line;
    if (import->read == 0)
        return import_wrong(import, 0, err, "no note in it");
    import->what = import_text(import, "ICD-10-CM tabular list, %s", release.label);
    import->summary = import_text(import, "%zu notes beside %zu codes", import->read,
                                  reading.codes);
    return true;
}

const struct importer import_icd10_tabular = {
    "icd-10-cm-notes", "ICD-10-CM tabular list, its notes (icd10cm_tabular_YYYY.xml)", recognises,
    reads};
