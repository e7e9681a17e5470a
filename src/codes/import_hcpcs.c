/*
 * import_hcpcs.c - HCPCS Level II, the fixed-width file of the Centers for
 * Medicare & Medicaid Services: HCPC2026_JAN_ANWEB.txt.
 *
 * Records of 320 bytes, Latin-1, or of 293, the last that is filled. Column 11
 * tells what a line is: 3 a procedure, 4 more of its description, 7 a modifier,
 * 8 more of its. Lines before the first record are a disclaimer. The dates of a
 * code are its own, so one file answers for years before it. The workbook that
 * is published beside the file, saved as CSV, is read by import_sheet.c.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "codes/import.h"
#include "codes/import_sheet.h"

#define RECORD_FILLED 293 /* the action code; blanks behind it may be cut off */
#define RECORD_WHOLE 320
#define RECORDS_OF_A_FULL_FILE 5000

static struct str columns(struct str line, size_t from, size_t to)
{
    struct str part = {line.at + from - 1, 0};

    if (line.len >= from)
        part.len = (line.len < to ? line.len : to) - from + 1;
    else
        part.at = "";
    while (part.len > 0 && (unsigned char)part.at[part.len - 1] <= ' ')
        part.len--;
    return part;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_record(struct str line)
{
    if (line.len < 12 || strchr("3478", line.at[10]) == NULL || line.at[10] == '\0')
        return false;
    for (size_t i = 5; i < 10; i++) {
        if (!is_digit(line.at[i]))
            return false;
    }
    return line.at[0] != '\t';
}

static bool recognises(const struct import_file *file)
{
    struct lines lines;
    struct str line;
    int good = 0;

    if (file->bytes == NULL)
        return false;
    if (import_sheet_is(file))
        return true;
    lines_start(&lines, file);
    for (int i = 0; i < 60 && lines_next(&lines, &line); i++)
        good += is_record(line) && line.len >= 92;
    return good > 0;
}

struct reading {
    struct import *import;
    uint32_t release, modifiers;
    bool open; /* a record is being collected */
    struct import_code code;
    code_key last; /* of the record before */
    int sequence;  /* columns 6-10 of the line before: they count up in a record */
    struct buf title;
    size_t terminated, modifiers_read;
    size_t whole, trimmed, trimmed_line; /* records of full width, of less, the first of those */
};

static int line_sequence(struct str line)
{
    int value = 0;

    for (size_t i = 5; i < 10; i++) /* is_record() has seen five digits */
        value = value * 10 + (line.at[i] - '0');
    return value;
}

static bool finish_record(struct reading *reading)
{
    struct str title = {buf_cstr(&reading->title), reading->title.len};

    if (!reading->open)
        return true;
    title.at = pool_copy(&reading->import->pool, title.at, title.len);
    if (title.at == NULL)
        return false;
    reading->code.full = import_clean(reading->import, title);
    import_add_code(reading->import, &reading->code);
    reading->open = false;
    return true;
}

static bool read_date(struct import *import, size_t number, struct str line, size_t from,
                      const char *what, day_t *day, struct err *err)
{
    struct str text = columns(line, from, from + 7);

    if (text.len == 0)
        return true;
    return import_day8(text, day) ||
           import_wrong(import, number, err, "the %s in columns %zu-%zu is no date", what, from,
                        from + 7);
}

static bool read_key(struct reading *reading, struct str line, size_t number, struct err *err)
{
    struct str text = columns(line, 1, 5);
    bool modifier = line.at[10] == '7' || line.at[10] == '8';
    int system = modifier ? CODE_SYSTEM_MODIFIER : CODE_SYSTEM_HCPCS;

    while (text.len > 0 && text.at[0] == ' ') {
        text.at++;
        text.len--;
    }
    reading->code.key = code_normal(&system, text.at, text.len);
    if (reading->code.key != 0 && system == CODE_SYSTEM_CPT) {
        import_wrong(reading->import, number, err, "%.*s is a CPT number, which no HCPCS Level II "
                     "file holds", (int)text.len, text.at);
        return err_help(err, "a licensed CPT file is imported with --as cpt");
    }
    return reading->code.key != 0 ||
           import_wrong(reading->import, number, err, "'%.*s' in columns 1-5 is not a code",
                        (int)text.len, text.at);
}

static void read_extras(struct reading *reading, struct str line)
{
    struct str coverage = columns(line, 230, 230);
    struct str after = columns(line, 205, 209);
    struct import_successor successor = {reading->release, reading->code.key, 0, 0};
    int system = CODE_SYSTEM_HCPCS;

    if (coverage.len == 1)
        reading->code.more = str_of(import_text(reading->import, "coverage %c", coverage.at[0]));
    if (reading->code.to == DAY_MAX)
        return;
    reading->terminated++;
    successor.successor = code_normal(&system, after.at, after.len);
    successor.day = reading->code.to + 1;
    if (successor.successor != 0 && line.at[10] == '3')
        vector_put(&reading->import->successors, &successor, sizeof successor);
}

static bool start_record(struct reading *reading, struct str line, size_t number, struct err *err)
{
    struct import *import = reading->import;
    bool modifier = line.at[10] == '7';

    if (!finish_record(reading))
        return err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for the codes");
    reading->code = (struct import_code){.release = modifier ? reading->modifiers
                                                             : reading->release,
                                         .billable = true, .from = DAY_MIN, .to = DAY_MAX};
    if (!read_key(reading, line, number, err))
        return false;
    if (reading->code.key < reading->last && !modifier)
        import_odd(import, number, "%.5s stands behind a later code", line.at);
    reading->last = modifier ? 0 : reading->code.key;
    reading->sequence = line_sequence(line);
    if (!read_date(import, number, line, 269, "date added", &reading->code.from, err) ||
        !read_date(import, number, line, 285, "termination date", &reading->code.to, err))
        return false;
    if (line.len < RECORD_FILLED)
        import_odd(import, number, "the record is %zu bytes, not %d or %d", line.len,
                   RECORD_FILLED, RECORD_WHOLE);
    else if (line.len < RECORD_WHOLE && reading->trimmed++ == 0)
        reading->trimmed_line = number;
    reading->whole += line.len >= RECORD_WHOLE;
    reading->code.brief = import_clean(import, columns(line, 92, 119));
    read_extras(reading, line);
    buf_reset(&reading->title);
    buf_put(&reading->title, columns(line, 12, 91).at, columns(line, 12, 91).len);
    reading->modifiers_read += modifier;
    reading->open = true;
    return true;
}

static bool continue_record(struct reading *reading, struct str line, size_t number,
                            struct err *err)
{
    struct str text = columns(line, 12, 91);
    struct str code = columns(line, 1, 5);
    char wanted[CODE_TEXT];

    code_unpack(reading->code.key, wanted);
    while (code.len > 0 && code.at[0] == ' ') {
        code.at++;
        code.len--;
    }
    if (!reading->open || !str_is(code, wanted))
        return import_wrong(reading->import, number, err,
                            "a continuation of %.*s, which does not stand before it",
                            (int)code.len, code.at);
    if (line_sequence(line) <= reading->sequence)
        return import_wrong(reading->import, number, err, "sequence number %d follows %d: the "
                            "lines are not in their order", line_sequence(line),
                            reading->sequence);
    reading->sequence = line_sequence(line);
    buf_putc(&reading->title, ' ');
    buf_put(&reading->title, text.at, text.len);
    return true;
}

static bool read_lines(struct reading *reading, struct err *err)
{
    struct import *import = reading->import;
    struct lines lines;
    struct str line = {"", 0};

    lines_start(&lines, import->file);
    while (lines_next(&lines, &line)) {
        import->lines++;
        if (!is_record(line)) {
            import->skipped++;
            if (import->read > 0 && line.len > 0)
                import_odd(import, lines.number, "not a record: passed over");
            continue;
        }
        if (line.at[10] == '3' || line.at[10] == '7'
                ? !start_record(reading, line, lines.number, err)
                : !continue_record(reading, line, lines.number, err))
            return false;
    }
    /* A last record of full width is whole without a line end. */
    return (line.len == RECORD_FILLED || line.len == RECORD_WHOLE ||
            lines_ended(&lines, import, err)) &&
           (finish_record(reading) ||
            err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for the codes"));
}

/* All records may be trimmed; a few among whole ones are odd. */
static void report_trimmed(const struct reading *reading)
{
    if (reading->trimmed > 0 && reading->trimmed < reading->whole / 20)
        import_odd(reading->import, reading->trimmed_line,
                   "the record is shorter than %d bytes, as %zu of %zu are", RECORD_WHOLE,
                   reading->trimmed, reading->trimmed + reading->whole);
}

static int by_code(const void *left, const void *right)
{
    const struct import_code *a = left, *b = right;

    if (a->release != b->release)
        return a->release < b->release ? -1 : 1;
    return a->key < b->key ? -1 : a->key > b->key;
}

static bool check_unique(struct import *import, struct err *err)
{
    struct import_code *codes = import->codes.data;
    char text[CODE_TEXT];

    if (import->codes.count > 1)
        qsort(codes, import->codes.count, sizeof *codes, by_code);
    for (size_t i = 1; i < import->codes.count; i++) {
        if (by_code(&codes[i - 1], &codes[i]) == 0) {
            code_unpack(codes[i].key, text);
            return import_wrong(import, 0, err, "%s stands in the file twice", text);
        }
    }
    return true;
}

/* The last day on which a code was added. */
static day_t newest_added(const struct import *import)
{
    const struct import_code *codes = import->codes.data;
    day_t newest = DAY_MIN;

    for (size_t i = 0; i < import->codes.count; i++)
        newest = codes[i].from > newest ? codes[i].from : newest;
    return newest;
}

static bool reads(const struct import_options *options, struct import *import, struct err *err)
{
    struct import_release release = {"hcpcs", "hcpcs", NULL, 0, 0, true, 0};
    struct reading reading = {.import = import, .title = BUF_INIT};
    int year, month, dom;
    bool named = import_year_month(import->file->name, &year, &month), done, sheet;

    if (!import_from(import, options, named,
                     named ? civil_day(year, month > 0 ? month : 1, 1) : 0, &release.from, err))
        return false;
    civil_parts(release.from, &year, &month, &dom);
    release.label = options->label != NULL ? options->label
                                           : import_text(import, "HCPCS %d-%02d", year, month);
    reading.release = import_add_release(import, &release);
    release.table = release.system = "modifier";
    release.whole = false; /* the numeric ones are CPT's */
    reading.modifiers = import_add_release(import, &release);
    sheet = import_sheet_is(import->file);
    done = sheet ? import_sheet_read(import, reading.release, reading.modifiers,
                                     &reading.modifiers_read, &reading.terminated, err)
                 : read_lines(&reading, err);
    buf_free(&reading.title);
    if (!done || !import_whole(import, err) || !check_unique(import, err) ||
        !import_fits_day(import, options, release.from, newest_added(import),
                         import->read >= RECORDS_OF_A_FULL_FILE, err))
        return false;
    if (import->read == 0)
        return import_wrong(import, 0, err, "no record of a HCPCS file in it");
    report_trimmed(&reading);
    if (import->read < RECORDS_OF_A_FULL_FILE)
        import_odd(import, 0, "only %zu codes: a full release has more than 7,000", import->read);
    import->what = import_text(import, "HCPCS Level II %s, %s", sheet ? "workbook" : "file",
                               release.label);
    import->summary = import_text(import, "%zu procedures and %zu modifiers, %zu of them ended",
                                  import->read - reading.modifiers_read, reading.modifiers_read,
                                  reading.terminated);
    return true;
}

const struct importer import_hcpcs = {
    "hcpcs", "HCPCS Level II: fixed-width file or its workbook (HCPCYYYY_QQQ_ANWEB.txt)",
    recognises, reads};
