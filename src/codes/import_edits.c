/*
 * import_edits.c - the two edit tables of CMS: procedure pairs (NCCI, tab-
 * separated, ccipra-v313r0-f1.TXT, or a sheet of its workbook) and unit limits
 * (MUE, comma-separated, MCR_MUE_PractitionerServices_Eff_04-01-2026.csv).
 *
 * Both begin with a copyright notice and a header over several lines, which are
 * passed over. Neither says how many rows it has; but a cut nearly always falls
 * into the reason at the end of a row, and the reasons are few: a last row
 * without a line end is whole only if its reason stood in the file before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codes/codes.h"
#include "codes/csv.h"
#include "codes/import.h"

static code_key procedure(const struct import_file *file, struct str text)
{
    int system = CODE_SYSTEM_HCPCS;
    char room[8];

    text = import_zeros(file, text, 5, room);
    return text.len == 5 ? code_normal(&system, text.at, text.len) : 0;
}

/* A code that stood there as a number was read with the zeros it had lost. */
static void zeros_are_odd(struct import *import, size_t line, struct str text)
{
    if (text.len < 5)
        import_odd(import, line, "the cell holds the number %.*s: read as the code %.*s%.*s",
                   (int)text.len, text.at, (int)(5 - text.len), "00000", (int)text.len, text.at);
}

/* ---- procedure pairs ------------------------------------------------------------ */

#define PAIRS_OF_A_FULL_FILE 100000
#define LIMITS_OF_A_FULL_FILE 2500

/* Blanks and a pair of quotes taken off. */
static struct str trimmed(struct str text)
{
    while (text.len > 0 && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '"'))
        text.len--;
    while (text.len > 0 && (text.at[0] == ' ' || text.at[0] == '"')) {
        text.at++;
        text.len--;
    }
    return text;
}

/* Cuts a line at its separators, which stand in no field but the last; returns
 * how many fields there are. */
static size_t cut(struct str line, char separator, struct str fields[8])
{
    size_t count = 0;

    for (;;) {
        const char *end = line.len == 0 ? NULL : memchr(line.at, separator, line.len);
        size_t len = end == NULL ? line.len : (size_t)(end - line.at);

        if (count < 8)
            fields[count++] = trimmed((struct str){line.at, len});
        if (end == NULL)
            return count;
        line.at += len + 1;
        line.len -= len + 1;
    }
}

static bool is_pair(const struct import_file *file, struct str line, struct str fields[8])
{
    char separator = line.len > 0 && memchr(line.at, '\t', line.len) != NULL ? '\t' : ',';
    day_t day;

    return cut(line, separator, fields) >= 6 && procedure(file, fields[0]) != 0 &&
           procedure(file, fields[1]) != 0 && import_day(fields[3], &day);
}

/* Separators and blanks, as spreadsheets leave them below a table. */
static bool is_blank(struct str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (strchr("\t ,\"", line.at[i]) == NULL)
            return false;
    }
    return true;
}

static bool recognises_pairs(const struct import_file *file)
{
    struct str line, fields[8];
    struct lines lines;

    if (file->bytes == NULL)
        return false;
    lines_start(&lines, file);
    for (int i = 0; i < 60 && lines_next(&lines, &line); i++) {
        if (is_pair(file, line, fields))
            return true;
    }
    return false;
}

/* The quarter of a version: v313 is the fourth of 2025, v310 the first. */
static bool version_day(const char *name, day_t *day, char label[16])
{
    for (const char *at = name; *at != '\0'; at++) {
        if ((*at != 'v' && *at != 'V') || strspn(at + 1, "0123456789") != 3 || at[3] > '3')
            continue;
        *day = civil_day(1994 + (at[1] - '0') * 10 + (at[2] - '0'), (at[3] - '0') * 3 + 1, 1);
        memcpy(label, at, 4);
        label[0] = 'v';
        label[4] = '\0';
        return true;
    }
    return false;
}

static int part_of(const char *name)
{
    for (const char *at = name; *at != '\0'; at++) {
        if ((at[0] == '-' || at[0] == '_') && (at[1] == 'f' || at[1] == 'F') && at[2] >= '1' &&
            at[2] <= '9')
            return at[2] - '0';
    }
    return 0;
}

static bool read_pair(struct import *import, struct str fields[8], size_t number,
                      size_t *never, struct err *err)
{
    struct import_pair pair = {.one = procedure(import->file, fields[0]),
                               .other = procedure(import->file, fields[1]), .to = DAY_MAX};

    zeros_are_odd(import, number, fields[0]);
    zeros_are_odd(import, number, fields[1]);
    (void)import_day(fields[3], &pair.from); /* is_pair() has read it */
    if (!str_is(fields[4], "*") && fields[4].len != 0) {
        if (!import_day(fields[4], &pair.to))
            return import_wrong(import, number, err, "the deletion date is neither a date nor *");
        if (pair.to <= pair.from) { /* deleted on the day it began: never in force */
            (*never)++;
            return true;
        }
        if (!NCCI_DELETION_IS_LAST_DAY)
            pair.to--;
    }
    if (fields[5].len != 1 || strchr("019", fields[5].at[0]) == NULL)
        return import_wrong(import, number, err, "the modifier indicator is not 0, 1 or 9");
    pair.indicator = fields[5].at[0] - '0';
    vector_put(&import->pairs, &pair, sizeof pair);
    import->read++;
    return true;
}

static int by_pair(const void *left, const void *right)
{
    const struct import_pair *a = left, *b = right;

    if (a->one != b->one)
        return a->one < b->one ? -1 : 1;
    if (a->other != b->other)
        return a->other < b->other ? -1 : 1;
    return a->from < b->from ? -1 : a->from > b->from;
}

/* Sorts the pairs and drops lines that stand in the file twice. */
static void drop_doubles(struct import *import)
{
    struct import_pair *pairs = import->pairs.data;
    size_t kept = 0, doubles;

    if (import->pairs.count > 1)
        qsort(pairs, import->pairs.count, sizeof *pairs, by_pair);
    for (size_t i = 0; i < import->pairs.count; i++) {
        if (kept == 0 || by_pair(&pairs[kept - 1], &pairs[i]) != 0)
            pairs[kept++] = pairs[i];
    }
    doubles = import->pairs.count - kept;
    import->pairs.count = kept;
    if (doubles > 0)
        import_odd(import, 0, "%zu pairs stand in the file twice with one date", doubles);
}

/* True if the reason of the last row ends a line of the file before that row. */
static bool reason_seen(const struct import *import, struct str reason, struct str row)
{
    const char *at = import->file->bytes;
    const char *found;

    while ((found = memmem(at, (size_t)(row.at - at), reason.at, reason.len)) != NULL) {
        const char *behind = found + reason.len;

        if (*behind == '\r' || *behind == '\n' || *behind == '"')
            return true;
        at = found + 1;
    }
    return false;
}

static bool read_pair_lines(struct import *import, size_t *never, struct err *err)
{
    struct str line, fields[8];
    struct lines lines;
    bool whole = true;

    lines_start(&lines, import->file);
    while (lines_next(&lines, &line)) {
        import->lines++;
        if (is_pair(import->file, line, fields)) {
            if (!read_pair(import, fields, lines.number, never, err))
                return false;
            whole = !lines.unended ||
                    (fields[6].len > 0 && reason_seen(import, fields[6], line));
        } else if (import->read > 0 && !is_blank(line)) {
            return import_wrong(import, lines.number, err,
                                "not a pair: two codes, *, two dates and an indicator, "
                                "separated by tabs");
        } else {
            import->skipped++;
            whole = true;
        }
    }
    return whole || lines_ended(&lines, import, err);
}

static day_t newest_pair(const struct import *import)
{
    const struct import_pair *pairs = import->pairs.data;
    day_t newest = DAY_MIN;

    for (size_t i = 0; i < import->pairs.count; i++)
        newest = pairs[i].from > newest ? pairs[i].from : newest;
    return newest;
}

static bool reads_pairs(const struct import_options *options, struct import *import,
                        struct err *err)
{
    bool hospital = import_name_has(import->file->name, "ccioph") ||
                    import_name_has(import->file->name, "hospital");
    struct import_release release = {hospital ? "ncci-outpatient" : "ncci-practitioner", NULL,
                                     NULL, 0, part_of(import->file->name), false, 0};
    char version[16] = "";
    size_t never = 0;
    day_t day = 0;
    bool named = version_day(import->file->name, &day, version);

    if (!import_from(import, options, named, day, &release.from, err) ||
        !read_pair_lines(import, &never, err) || !import_whole(import, err))
        return false;
    if (import->read == 0)
        return import_wrong(import, 0, err, "no procedure pair in it");
    if (!import_fits_day(import, options, release.from, newest_pair(import),
                         import->read >= PAIRS_OF_A_FULL_FILE, err))
        return false;
    if (import->read < PAIRS_OF_A_FULL_FILE)
        import_odd(import, 0, "only %zu pairs: a full file has hundreds of thousands",
                   import->read);
    drop_doubles(import);
    release.label = options->label != NULL ? options->label
                    : version[0] != '\0'   ? import_text(import, "NCCI %s", version)
                                           : "NCCI";
    import_add_release(import, &release);
    import->what = import_text(import, "NCCI procedure pairs (%s), %s%s",
                               hospital ? "hospital" : "practitioner", release.label,
                               release.part > 0 ? import_text(import, " part %d", release.part)
                                                : "");
    import->summary = import_text(import, "%zu pairs, %zu more were never in force",
                                  import->pairs.count, never);
    return true;
}

const struct importer import_ncci = {
    "ncci", "NCCI procedure-to-procedure edits (ccipra-vNNNr0-fN.TXT)", recognises_pairs,
    reads_pairs};

/* ---- unit limits ------------------------------------------------------------------ */

static const char code_names[] = "HCPCS/CPT Code|HCPCS CPT Code|HCPCS/ CPT Code|CPT/HCPCS Code";

/* Reads a record; a notice that is no CSV is passed over line by line. */
static bool next_above_header(struct csv *csv)
{
    const char *from = csv->at;
    size_t line = csv->next_line;
    const char *feed;

    if (csv_next(csv))
        return true;
    feed = csv->slip == NULL ? NULL : memchr(from, '\n', (size_t)(csv->end - from));
    if (feed == NULL)
        return false;
    csv->slip = NULL;
    csv->at = feed + 1;
    csv->next_line = line + 1;
    csv->count = 0;
    return true;
}

/* Whose services the limits are for: the header says it, else the name. */
static const char *table_of(const struct str *column, const char *name)
{
    static const struct {
        const char *word, *table;
    } settings[] = {{"supplier", "mue-supplier"},
                    {"outpatient", "mue-outpatient"},
                    {"practitioner", "mue-practitioner"}};
    char header[80];

    snprintf(header, sizeof header, "%.*s", (int)(column->len > 79 ? 79 : column->len),
             column->at);
    for (size_t i = 0; i < 3; i++) {
        if (import_name_has(header, settings[i].word))
            return settings[i].table;
    }
    for (size_t i = 0; i < 3; i++) {
        if (import_name_has(name, settings[i].word))
            return settings[i].table;
    }
    return "mue-practitioner";
}

/* The header, which stands below the notice; leaves csv behind it. */
static bool find_header(struct csv *csv, int *limit)
{
    while (next_above_header(csv)) {
        if (csv_column(csv, code_names) != 0)
            continue;
        for (size_t i = 1; i < csv->count; i++) {
            const struct str *name = &csv->fields[i];

            if (memmem(name->at, name->len, "MUE Values", 10) != NULL) {
                *limit = (int)i;
                return true;
            }
        }
    }
    return false;
}

static bool recognises_limits(const struct import_file *file)
{
    size_t seen = file->len < 8192 ? file->len : 8192;

    return file->bytes != NULL && memmem(file->bytes, seen, "MUE Values", 10) != NULL;
}

static bool effective_day(const char *name, day_t *day)
{
    for (const char *at = name; *at != '\0'; at++) {
        struct str text = {at, strnlen(at, 10)};

        if (import_day(text, day) && text.len == 10)
            return true;
    }
    return false;
}

static bool read_limit(struct import *import, struct csv *csv, int limit, struct err *err)
{
    struct str code = csv_field(csv, 0), value = csv_field(csv, limit);
    struct str indicator = csv_field(csv, limit + 1);
    struct import_limit made = {0};

    made.key = procedure(import->file, code);
    if (made.key != 0)
        zeros_are_odd(import, csv->line, code);
    if (made.key == 0)
        return import_wrong(import, csv->line, err, "'%.*s' is not a procedure code",
                            (int)(code.len > 20 ? 20 : code.len), code.at);
    if (value.len == 0 || value.len > 6)
        return import_wrong(import, csv->line, err, "the limit of %.5s is not a number", code.at);
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] < '0' || value.at[i] > '9')
            return import_wrong(import, csv->line, err, "the limit of %.5s is not a number",
                                code.at);
        made.units = made.units * 10 + (uint32_t)(value.at[i] - '0');
    }
    if (indicator.len == 0 || indicator.at[0] < '1' || indicator.at[0] > '3')
        return import_wrong(import, csv->line, err,
                            "the adjudication indicator of %.5s does not begin with 1, 2 or 3",
                            code.at);
    made.indicator = indicator.at[0] - '0';
    vector_put(&import->limits, &made, sizeof made);
    import->read++;
    return true;
}

static int by_limit(const void *left, const void *right)
{
    const struct import_limit *a = left, *b = right;

    return a->key < b->key ? -1 : a->key > b->key;
}

static bool limits_unique(struct import *import, struct err *err)
{
    struct import_limit *limits = import->limits.data;
    char text[CODE_TEXT];

    if (import->limits.count > 1)
        qsort(limits, import->limits.count, sizeof *limits, by_limit);
    for (size_t i = 1; i < import->limits.count; i++) {
        if (limits[i].key == limits[i - 1].key) {
            code_unpack(limits[i].key, text);
            return import_wrong(import, 0, err, "%s has two limits", text);
        }
    }
    return true;
}

/* Fails if the last row has no end and its reason is none that stood before. */
static bool limits_ended(const struct import *import, struct str code, struct str reason,
                         size_t line, struct err *err)
{
    return import->file->bytes[import->file->len - 1] == '\n' ||
           (reason.len > 0 && reason_seen(import, reason, code)) ||
           import_wrong(import, line, err,
                        "the last line has no line end: the file is cut off");
}

static bool reads_limits(const struct import_options *options, struct import *import,
                         struct err *err)
{
    const char *name = import->file->name;
    struct import_release release = {0};
    struct str code = {"", 0}, reason = {"", 0};
    struct csv csv;
    size_t last = 0;
    int limit = 0, year, month, dom;
    day_t day = 0;
    bool named = effective_day(name, &day);

    if (!import_from(import, options, named, day, &release.from, err))
        return false;
    csv_start(&csv, import, csv_text_of(import->file), ',');
    if (!find_header(&csv, &limit))
        return import_wrong(import, 0, err, "no header with 'HCPCS/CPT Code' and 'MUE Values'");
    release.table = table_of(&csv.fields[limit], name);
    import->skipped = csv.line;
    while (csv_next(&csv)) {
        if (csv_is_blank(&csv))
            import->skipped++;
        else if (!read_limit(import, &csv, limit, err))
            return false;
        code = csv.fields[0];
        reason = csv.count > (size_t)limit + 2 ? csv.fields[limit + 2] : (struct str){"", 0};
        last = csv.line;
    }
    import->lines = csv.next_line - 1;
    if (csv.slip != NULL)
        return import_wrong(import, csv.line, err, "%s", csv.slip);
    if (import->read == 0)
        return import_wrong(import, 0, err, "no limit in it");
    if (!limits_ended(import, code, reason, last, err))
        return false;
    if (import->read < LIMITS_OF_A_FULL_FILE)
        import_odd(import, 0, "only %zu limits: a full table has thousands", import->read);
    if (!limits_unique(import, err))
        return false;
    civil_parts(release.from, &year, &month, &dom);
    release.label = options->label != NULL
                        ? options->label
                        : import_text(import, "MUE %dQ%d", year, (month - 1) / 3 + 1);
    import_add_release(import, &release);
    import->what = import_text(import, "unit limits (%s), %s", release.table,
                               release.label);
    import->summary = import_text(import, "%zu limits", import->read);
    return true;
}

const struct importer import_mue = {
    "mue", "medically unlikely edits (MCR_MUE_..._Eff_MM-DD-YYYY.csv)", recognises_limits,
    reads_limits};
