/*
 * import_mcd.c - the Medicare Coverage Database export: a zip that holds a zip
 * of related CSV files, or the folder they were unpacked to.
 *
 * Each group of codes of an article becomes a value set of its own, named
 * A58777/icd10-covered-1, with the paragraph that stands above the group: it
 * says what the group means, and codes without it would mislead. The few local
 * coverage determinations that list codes themselves are read alike: L39036/...
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codes/codes.h"
#include "codes/csv.h"
#include "codes/import.h"
#include "codes/zip.h"

enum table { T_ARTICLE, T_HCPC, T_COVERED, T_NONCOVERED, T_HCPC_GROUP, T_COVERED_GROUP,
             T_NONCOVERED_GROUP, T_COUNT };

enum kind { K_ARTICLE, K_LCD, K_COUNT };

static const char *const table_names[K_COUNT][T_COUNT] = {
    {"article.csv", "article_x_hcpc_code.csv", "article_x_icd10_covered.csv",
     "article_x_icd10_noncovered.csv", "article_x_hcpc_code_group.csv",
     "article_x_icd10_covered_group.csv", "article_x_icd10_noncovered_group.csv"},
    {"lcd.csv", "lcd_x_hcpc_code.csv", "lcd_x_icd10_support.csv", "lcd_x_icd10_dontsupport.csv",
     "lcd_x_hcpc_code_group.csv", "lcd_x_icd10_support_group.csv",
     "lcd_x_icd10_dontsupport_group.csv"}};

#define ID_COLUMN "article_id|lcd_id"
#define VERSION_COLUMN "article_version|lcd_version"
#define GROUP_COLUMN                                                                               \
    "hcpc_code_group|icd10_covered_group|icd10_noncovered_group|icd10_support_group|"              \
    "icd10_dontsupport_group|group"

/* The words of a set's name, by the table of its codes. */
static const char *const set_words[T_COUNT] = {
    [T_HCPC] = "hcpcs", [T_COVERED] = "icd10-covered", [T_NONCOVERED] = "icd10-noncovered"};

struct article {
    unsigned long id, version;
    const char *title, *dates;
};

struct member {
    unsigned long id, group;
    enum table table;
    size_t arrival;
    const char *system;
    code_key key;
};

struct paragraph {
    unsigned long id, group;
    enum table table;
    const char *text;
};

struct reading {
    struct import *import;
    char *texts[K_COUNT][T_COUNT]; /* owned */
    size_t lens[K_COUNT][T_COUNT];
    enum kind kind; /* which are being read */
    struct vector articles, members, paragraphs;
    size_t other_versions, documents;
    struct err *err;
};

/* ---- finding the files ------------------------------------------------------------ */

static int table_of(struct str name);

/* Looks at names only: a zip of CSV files, or one that holds such a zip. */
static bool zip_holds_tables(const char *bytes, size_t len, int depth)
{
    struct err ignored = {ERR_NONE, "", "", ""};
    struct zip_entry entry;
    struct zip zip;
    bool holds = false;

    if (!zip_start(&zip, bytes, len, &ignored))
        return false;
    while (!holds && zip_next(&zip, &entry, &ignored)) {
        char *inner = NULL;

        holds = table_of(entry.name) >= 0;
        if (holds || depth == 2 || entry.name.len < 4 ||
            strncasecmp(entry.name.at + entry.name.len - 4, ".zip", 4) != 0 ||
            !zip_unpack(&zip, &entry, &inner, &ignored))
            continue;
        holds = zip_is(inner, entry.size) && zip_holds_tables(inner, entry.size, depth + 1);
        free(inner);
    }
    return holds;
}

bool import_mcd_zip(const char *bytes, size_t len)
{
    return zip_holds_tables(bytes, len, 0);
}

static bool recognises(const struct import_file *file)
{
    return file->bytes == NULL || zip_is(file->bytes, file->len);
}

static bool name_ends(struct str name, const char *end)
{
    size_t len = strlen(end);

    return name.len >= len && strncasecmp(name.at + name.len - len, end, len) == 0 &&
           (name.len == len || name.at[name.len - len - 1] == '/');
}

static int table_of(struct str name)
{
    for (int i = 0; i < K_COUNT * T_COUNT; i++) {
        if (name_ends(name, table_names[i / T_COUNT][i % T_COUNT]))
            return i;
    }
    return -1;
}

static bool read_zip(struct reading *reading, const char *bytes, size_t len, int depth)
{
    struct err *err = reading->err;
    struct err slip = {ERR_NONE, "", "", ""};
    struct zip_entry entry;
    struct zip zip;

    if (!zip_start(&zip, bytes, len, err))
        return false;
    while (zip_next(&zip, &entry, &slip)) {
        int table = table_of(entry.name);
        bool inner = entry.name.len > 4 && depth < 2 &&
                     strncasecmp(entry.name.at + entry.name.len - 4, ".zip", 4) == 0;
        char *unpacked = NULL;
        bool done;

        if (table < 0 && !inner)
            continue;
        if (!zip_unpack(&zip, &entry, &unpacked, err))
            return false;
        if (table >= 0) {
            char **text = &reading->texts[table / T_COUNT][table % T_COUNT];

            free(*text);
            *text = unpacked;
            reading->lens[table / T_COUNT][table % T_COUNT] = entry.size;
            continue;
        }
        done = !zip_is(unpacked, entry.size) ||
               read_zip(reading, unpacked, entry.size, depth + 1);
        free(unpacked);
        if (!done)
            return false;
    }
    if (slip.kind != ERR_NONE)
        *err = slip;
    return slip.kind == ERR_NONE;
}

static bool read_folder(struct reading *reading)
{
    char path[4096];

    for (int i = 0; i < K_COUNT * T_COUNT; i++) {
        char **text = &reading->texts[i / T_COUNT][i % T_COUNT];
        struct import_file file;
        struct err slip;

        snprintf(path, sizeof path, "%s/%s", reading->import->file->path,
                 table_names[i / T_COUNT][i % T_COUNT]);
        if (!import_file_read(path, &file, &slip))
            continue; /* looked at below: only some are needed */
        if (file.bytes == NULL)
            continue;
        *text = malloc(file.len + 1);
        if (*text != NULL)
            memcpy(*text, file.bytes, file.len + 1);
        reading->lens[i / T_COUNT][i % T_COUNT] = file.len;
        import_file_free(&file);
    }
    return true;
}

/* ---- reading them ------------------------------------------------------------------ */

static bool wrong_in(struct reading *reading, enum table table, size_t line, const char *what)
{
    err_set(reading->err, ERR_INPUT, "codes-file", "%s: %s:%zu: %s",
            reading->import->file->name,
            table_names[reading->kind][table], line, what);
    return err_help(reading->err, "nothing was changed; get the export again");
}

static unsigned long number_of(struct str text)
{
    unsigned long value = 0;

    for (size_t i = 0; i < text.len && i < 9; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return 0;
        value = value * 10 + (unsigned long)(text.at[i] - '0');
    }
    return value;
}

static int by_article(const void *left, const void *right)
{
    const struct article *a = left, *b = right;

    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return a->version > b->version ? -1 : a->version < b->version;
}

static const struct article *find_article(const struct reading *reading, unsigned long id)
{
    const struct article *all = reading->articles.data;
    size_t low = 0, high = reading->articles.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (all[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < reading->articles.count && all[low].id == id ? &all[low] : NULL;
}

/* Begins to read a table: its header is read and must hold what is asked. */
static bool start_table(struct reading *reading, enum table table, struct csv *csv)
{
    struct str text = {reading->texts[reading->kind][table], reading->lens[reading->kind][table]};

    if (text.len >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0) {
        text.at += 3;
        text.len -= 3;
    }
    csv_start(csv, reading->import, text, ',');
    if (!csv_next(csv))
        return wrong_in(reading, table, 1, csv->slip != NULL ? csv->slip : "there is no header");
    return true;
}

static bool read_articles(struct reading *reading)
{
    struct csv csv;
    int id, version, title, status, from, to;

    if (!start_table(reading, T_ARTICLE, &csv))
        return false;
    id = csv_column(&csv, ID_COLUMN);
    version = csv_column(&csv, VERSION_COLUMN);
    title = csv_column(&csv, "title");
    status = csv_column(&csv, "status");
    from = csv_column(&csv, "article_eff_date|orig_det_eff_date|rev_eff_date");
    to = csv_column(&csv, "article_end_date|ent_det_end_date");
    if (id < 0 || version < 0)
        return wrong_in(reading, T_ARTICLE, 1, "no columns for id and version");
    while (csv_next(&csv)) {
        struct article made = {number_of(csv_field(&csv, id)),
                               number_of(csv_field(&csv, version)), NULL, NULL};
        struct str name = csv_field(&csv, title), first = csv_field(&csv, from);
        struct str last = csv_field(&csv, to);

        if (made.id == 0)
            return wrong_in(reading, T_ARTICLE, csv.line, "its id is no number");
        made.title = import_text(reading->import, "%.*s", (int)name.len, name.at);
        made.dates = import_text(reading->import, "%sfrom %.*s%s%.*s",
                                 str_is(csv_field(&csv, status), "R") ? "retired, " : "",
                                 (int)(first.len > 10 ? 10 : first.len), first.at,
                                 last.len > 0 ? " to " : "",
                                 (int)(last.len > 10 ? 10 : last.len), last.at);
        vector_put(&reading->articles, &made, sizeof made);
    }
    if (csv.slip != NULL)
        return wrong_in(reading, T_ARTICLE, csv.line, csv.slip);
    if (reading->articles.count > 1)
        qsort(reading->articles.data, reading->articles.count, sizeof(struct article),
              by_article);
    return true;
}

/* True if the row belongs to the newest version of its article. */
static bool is_newest(struct reading *reading, unsigned long id, unsigned long version)
{
    const struct article *article = find_article(reading, id);
    bool newest = article != NULL && article->version == version;

    reading->other_versions += !newest;
    return newest;
}

static bool read_members(struct reading *reading, enum table table)
{
    bool procedures = table == T_HCPC;
    struct csv csv;
    int id, version, code, group;

    if (reading->texts[reading->kind][table] == NULL)
        return true;
    if (!start_table(reading, table, &csv))
        return false;
    id = csv_column(&csv, ID_COLUMN);
    version = csv_column(&csv, VERSION_COLUMN);
    code = csv_column(&csv, procedures ? "hcpc_code_id" : "icd10_code_id");
    group = csv_column(&csv, GROUP_COLUMN);
    if (id < 0 || version < 0 || code < 0)
        return wrong_in(reading, table, 1, "its columns are not those of the export");
    while (csv_next(&csv)) {
        struct str text = csv_field(&csv, code);
        struct member made = {number_of(csv_field(&csv, id)), number_of(csv_field(&csv, group)),
                              table, reading->members.count, NULL, 0};
        int system = procedures ? CODE_SYSTEM_HCPCS : CODE_SYSTEM_ICD10CM;

        reading->import->lines++;
        if (!is_newest(reading, made.id, number_of(csv_field(&csv, version))))
            continue;
        made.key = code_normal(&system, text.at, text.len);
        made.system = code_system_name(system);
        if (made.key == 0)
            import_odd(reading->import, csv.line, "%s: '%.*s' is not a code",
                       table_names[reading->kind][table],
                       (int)(text.len > 20 ? 20 : text.len), text.at);
        else
            vector_put(&reading->members, &made, sizeof made);
    }
    return csv.slip == NULL || wrong_in(reading, table, csv.line, csv.slip);
}

/* Replaces the entities of a text in place; returns its new length. */
static size_t resolve_entities(char *text, size_t len)
{
    static const char *const entities[][2] = {{"&amp;", "&"},  {"&lt;", "<"},   {"&gt;", ">"},
                                              {"&quot;", "\""}, {"&#39;", "'"}, {"&nbsp;", " "},
                                              {"&#160;", " "}, {"&rsquo;", "'"}, {"&ndash;", "-"}};
    size_t out = 0;

    for (size_t i = 0; i < len; i++) {
        size_t k = 0, count = sizeof entities / sizeof entities[0];

        while (k < count && strncmp(text + i, entities[k][0], strlen(entities[k][0])) != 0)
            k++;
        text[out++] = k < count ? entities[k][1][0] : text[i];
        i += k < count ? strlen(entities[k][0]) - 1 : 0;
    }
    text[out] = '\0';
    return out;
}

/* Every tag becomes a blank. */
static size_t drop_tags(char *text, size_t len)
{
    size_t out = 0;
    bool tag = false;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '<')
            tag = true;
        if (!tag || text[i] == '>')
            text[out++] = tag ? ' ' : text[i];
        if (text[i] == '>')
            tag = false;
    }
    text[out] = '\0';
    return out;
}

/* The words of HTML that was escaped once or twice on its way into the cell. */
static const char *text_of_html(struct import *import, struct str html)
{
    char *text = pool_copy(&import->pool, html.at, html.len);
    size_t len = html.len;
    struct str clean;

    if (text == NULL) {
        import->sets.failed = true;
        return "";
    }
    len = resolve_entities(text, len);
    len = resolve_entities(text, len);
    len = resolve_entities(text, drop_tags(text, len));
    clean = import_clean(import, (struct str){text, len});
    return pool_copy(&import->pool, clean.at, clean.len);
}

static bool read_paragraphs(struct reading *reading, enum table table, enum table of)
{
    struct csv csv;
    int id, version, group, text;

    if (reading->texts[reading->kind][table] == NULL)
        return true;
    if (!start_table(reading, table, &csv))
        return false;
    id = csv_column(&csv, ID_COLUMN);
    version = csv_column(&csv, VERSION_COLUMN);
    group = csv_column(&csv, GROUP_COLUMN);
    text = csv_column(&csv, "paragraph");
    if (id < 0 || version < 0 || group < 0 || text < 0)
        return wrong_in(reading, table, 1, "its columns are not those of the export");
    while (csv_next(&csv)) {
        struct paragraph made = {number_of(csv_field(&csv, id)),
                                 number_of(csv_field(&csv, group)), of, NULL};

        if (!is_newest(reading, made.id, number_of(csv_field(&csv, version))))
            continue;
        made.text = text_of_html(reading->import, csv_field(&csv, text));
        vector_put(&reading->paragraphs, &made, sizeof made);
    }
    return csv.slip == NULL || wrong_in(reading, table, csv.line, csv.slip);
}

/* ---- sets ---------------------------------------------------------------------------- */

static int by_member(const void *left, const void *right)
{
    const struct member *a = left, *b = right;

    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    if (a->table != b->table)
        return a->table < b->table ? -1 : 1;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    return a->arrival < b->arrival ? -1 : a->arrival > b->arrival;
}

static const char *paragraph_of(const struct reading *reading, const struct member *member)
{
    const struct paragraph *all = reading->paragraphs.data;

    for (size_t i = 0; i < reading->paragraphs.count; i++) {
        if (all[i].id == member->id && all[i].group == member->group &&
            all[i].table == member->table)
            return all[i].text;
    }
    return NULL;
}

static void begin_set(struct reading *reading, const struct member *member)
{
    const struct article *article = find_article(reading, member->id);
    const char *text = paragraph_of(reading, member);
    struct import_set made = {.first = reading->import->items.count};

    made.name = import_text(reading->import, "%c%lu/%s-%lu",
                            reading->kind == K_LCD ? 'L' : 'A', member->id,
                            set_words[member->table], member->group);
    made.title = article->title;
    made.note = text == NULL ? article->dates
                             : import_text(reading->import, "%s; %s", article->dates, text);
    vector_put(&reading->import->sets, &made, sizeof made);
}

static void make_sets(struct reading *reading)
{
    struct member *member = reading->members.data;
    struct import *import = reading->import;

    if (reading->members.count > 1)
        qsort(member, reading->members.count, sizeof *member, by_member);
    for (size_t i = 0; i < reading->members.count; i++) {
        struct import_item item = {member[i].system, CODESET_CODE, member[i].key, 0};
        struct import_set *sets;

        if (i == 0 || member[i].id != member[i - 1].id ||
            member[i].table != member[i - 1].table || member[i].group != member[i - 1].group)
            begin_set(reading, &member[i]);
        vector_put(&import->items, &item, sizeof item);
        sets = import->sets.data;
        if (import->sets.count > 0)
            sets[import->sets.count - 1].end = import->items.count;
        import->read++;
    }
}

/* Reads the tables of one kind, and makes its sets. */
static bool read_kind(struct reading *reading)
{
    bool done;

    if (reading->texts[reading->kind][T_ARTICLE] == NULL)
        return true;
    reading->articles.count = reading->members.count = reading->paragraphs.count = 0;
    done = read_articles(reading) && read_members(reading, T_HCPC) &&
           read_members(reading, T_COVERED) && read_members(reading, T_NONCOVERED) &&
           read_paragraphs(reading, T_HCPC_GROUP, T_HCPC) &&
           read_paragraphs(reading, T_COVERED_GROUP, T_COVERED) &&
           read_paragraphs(reading, T_NONCOVERED_GROUP, T_NONCOVERED);
    reading->documents += reading->articles.count;
    if (done)
        make_sets(reading);
    return done;
}

static bool read_tables(struct reading *reading)
{
    if (reading->texts[K_ARTICLE][T_ARTICLE] == NULL &&
        reading->texts[K_LCD][T_ARTICLE] == NULL) {
        import_wrong(reading->import, 0, reading->err, "there is no article.csv or lcd.csv in it");
        return err_help(reading->err,
                        "give the zip as it was downloaded, or the folder of its CSV files");
    }
    for (reading->kind = K_ARTICLE; reading->kind < K_COUNT; reading->kind++) {
        if (!read_kind(reading))
            return false;
    }
    return true;
}

static bool reads(const struct import_options *options, struct import *import, struct err *err)
{
    struct import_release release = {"coverage", NULL, NULL, DAY_MIN, 0, false, 0};
    struct reading reading = {.import = import, .err = err};
    bool done;

    release.from = options->dated ? options->from : DAY_MIN;
    release.label = options->label != NULL ? options->label : import->file->name;
    import_add_release(import, &release);
    done = (import->file->bytes == NULL
                ? read_folder(&reading)
                : read_zip(&reading, import->file->bytes, import->file->len, 0)) &&
           read_tables(&reading);
    import->skipped = reading.other_versions;
    import->items.failed |= reading.members.failed || reading.articles.failed;
    import->what = "Medicare Coverage Database export";
    import->summary = import_text(import, "%zu documents, %zu groups of codes kept apart",
                                  reading.documents, import->sets.count);
    for (int i = 0; i < K_COUNT * T_COUNT; i++)
        free(reading.texts[i / T_COUNT][i % T_COUNT]);
    vector_free(&reading.articles);
    vector_free(&reading.members);
    vector_free(&reading.paragraphs);
    if (done && import->sets.count == 0)
        return import_wrong(import, 0, err, "no group of codes in it");
    return done;
}

const struct importer import_mcd = {
    "coverage", "Medicare Coverage Database export: its zip, or the folder of its CSV files",
    recognises, reads};
