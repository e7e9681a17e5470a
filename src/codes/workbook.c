/*
 * workbook.c - the sheets of an .xlsx workbook as separated text; see workbook.h.
 */
#include "codes/workbook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/pool.h"
#include "codes/vector.h"
#include "codes/xml.h"
#include "codes/zip.h"

#define PART_LARGEST ((size_t)512 << 20)
#define TEXT_LARGEST ((size_t)512 << 20)
#define SHEETS_MOST 32
#define COLUMNS_MOST 64 /* no table has more; what stands behind is passed over */
#define ROWS_MOST 1048576

/* How a number is shown. */
struct format {
    bool date;
    int zeros; /* digits at the least: "00000" */
};

struct custom {
    unsigned id;
    struct format format;
};

struct link {
    const char *id, *part;
};

struct workbook {
    const char *name;
    const char *bytes;
    size_t len;
    struct pool pool;
    size_t sheets;
    const char *sheet[SHEETS_MOST]; /* the part of each */
    struct buf text;       /* of the shared strings, one behind the other */
    struct vector starts;  /* size_t: where each begins in it, and where the last ends */
    struct vector formats; /* struct format: by style */
    struct vector customs; /* struct custom: formats of the workbook's own */
    struct vector links;   /* struct link: parts by the names that the list of sheets uses */
    bool of_cells;         /* the styles that follow are those of cells */
    bool from_1904;
};

static bool wrong(const struct workbook *workbook, struct err *err, const char *where,
                  const char *what)
{
    err_set(err, ERR_INPUT, "codes-workbook", "%s: %s%s%s", workbook->name, where,
            *where == '\0' ? "" : ": ", what);
    return err_help(err, "nothing was changed; get the workbook again from its publisher");
}

static bool no_memory(const struct workbook *workbook, struct err *err)
{
    return err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for %s", workbook->name);
}

/* ---- parts -------------------------------------------------------------------- */

/* Finds an entry by its name; false with err untouched if there is none. */
static bool find_part(const char *bytes, size_t len, const char *part, struct zip *zip,
                      struct zip_entry *entry)
{
    struct err ignored;

    if (!zip_start(zip, bytes, len, &ignored))
        return false;
    while (zip_next(zip, entry, &ignored)) {
        if (str_is(entry->name, part))
            return true;
    }
    return false;
}

bool workbook_is(const char *bytes, size_t len)
{
    struct zip_entry entry;
    struct zip zip;

    return zip_is(bytes, len) && find_part(bytes, len, "xl/workbook.xml", &zip, &entry);
}

/* Unpacks a part into memory owned by the caller; *bytes is NULL if there is none. */
static bool take_part(const struct workbook *workbook, const char *part, char **bytes,
                      size_t *len, struct err *err)
{
    struct zip_entry entry;
    struct zip zip;

    *bytes = NULL;
    *len = 0;
    if (!find_part(workbook->bytes, workbook->len, part, &zip, &entry))
        return true;
    if (entry.size > PART_LARGEST)
        return wrong(workbook, err, part, "it unpacks to more than 512 MB");
    if (!zip_unpack(&zip, &entry, bytes, err))
        return false;
    *len = entry.size;
    if (*len >= 2 && (memcmp(*bytes, "\xFF\xFE", 2) == 0 || memcmp(*bytes, "\xFE\xFF", 2) == 0)) {
        free(*bytes);
        return wrong(workbook, err, part, "it is UTF-16");
    }
    return true;
}

typedef bool part_reader(struct workbook *workbook, struct xml *xml, struct err *err);

/* Reads a part whole with a reader, which is called for each tag. */
static bool read_part(struct workbook *workbook, const char *part, bool needed,
                      part_reader *reader, struct err *err)
{
    char *bytes;
    size_t len;
    struct xml xml;
    bool done = true;

    if (!take_part(workbook, part, &bytes, &len, err))
        return false;
    if (bytes == NULL)
        return !needed || wrong(workbook, err, part, "it is not in the workbook");
    xml_start(&xml, bytes, len);
    while (done && xml_next(&xml))
        done = reader(workbook, &xml, err);
    if (done && xml.slip[0] != '\0')
        done = wrong(workbook, err, part, xml.slip);
    free(bytes);
    return done;
}

/* ---- shared strings ------------------------------------------------------------- */

static bool read_string(struct workbook *workbook, struct xml *xml, struct err *err)
{
    /* <si> holds <t>, or runs <r><t>; <rPh><t> is how it is spoken */
    if (xml->opens && str_is(xml->name, "si"))
        vector_put(&workbook->starts, &workbook->text.len, sizeof workbook->text.len);
    if (!xml->opens && str_is(xml->name, "t") && !str_is(xml_above(xml), "rPh"))
        xml_plain(xml->text, &workbook->text);
    return (!workbook->starts.failed && !workbook->text.failed) || no_memory(workbook, err);
}

/* The shared string of a number; at is NULL if there is none. */
static struct str string_at(const struct workbook *workbook, struct str number)
{
    const size_t *starts = workbook->starts.data;
    size_t at = 0;

    for (size_t i = 0; i < number.len; i++) {
        if (number.at[i] < '0' || number.at[i] > '9' || at > UINT32_MAX)
            return (struct str){NULL, 0};
        at = at * 10 + (size_t)(number.at[i] - '0');
    }
    if (number.len == 0 || workbook->starts.count == 0 || at >= workbook->starts.count - 1)
        return (struct str){NULL, 0};
    return (struct str){workbook->text.data == NULL ? "" : workbook->text.data + starts[at],
                        starts[at + 1] - starts[at]};
}

/* ---- formats of numbers ----------------------------------------------------------- */

/* How a format code shows a number: "yyyy\-mm\-dd" as a date, "00000" with zeros. */
static struct format format_of(struct str code)
{
    struct format made = {false, 0};
    bool quoted = false, zeros = code.len > 0;

    for (size_t i = 0; i < code.len; i++) {
        char c = code.at[i];

        zeros &= c == '0';
        if (c == '"')
            quoted = !quoted;
        else if (c == '[') /* a colour, a condition, a locale */
            while (i + 1 < code.len && code.at[i] != ']')
                i++;
        else if (c == '\\' || c == '_' || c == '*')
            i++;
        else if (!quoted)
            made.date |= strchr("yYdD", c) != NULL;
    }
    if (zeros && code.len <= 15)
        made.zeros = (int)code.len;
    return made;
}

static unsigned number_in(struct str text)
{
    unsigned number = 0;

    for (size_t i = 0; i < text.len && text.at[i] >= '0' && text.at[i] <= '9'; i++)
        number = number < 100000 ? number * 10 + (unsigned)(text.at[i] - '0') : number;
    return number;
}

static struct format format_numbered(const struct workbook *workbook, unsigned id)
{
    const struct custom *customs = workbook->customs.data;
    bool date = (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
                (id >= 50 && id <= 54) || id == 57 || id == 58;

    for (size_t i = 0; i < workbook->customs.count; i++) {
        if (customs[i].id == id)
            return customs[i].format;
    }
    return (struct format){date, 0};
}

static bool read_style(struct workbook *workbook, struct xml *xml, struct err *err)
{
    struct str id = xml_attribute(xml, "numFmtId");

    if (str_is(xml->name, "cellXfs")) {
        workbook->of_cells = xml->opens && !xml->empty;
    } else if (xml->opens && str_is(xml->name, "numFmt") && id.at != NULL) {
        struct custom custom = {.id = number_in(id)};
        struct buf code = BUF_INIT;

        xml_plain(xml_attribute(xml, "formatCode"), &code);
        custom.format = format_of((struct str){code.data, code.len});
        workbook->customs.failed |= code.failed;
        buf_free(&code);
        vector_put(&workbook->customs, &custom, sizeof custom);
    } else if (xml->opens && workbook->of_cells && str_is(xml->name, "xf")) {
        struct format format = format_numbered(workbook, number_in(id));

        vector_put(&workbook->formats, &format, sizeof format);
    }
    return (!workbook->customs.failed && !workbook->formats.failed) || no_memory(workbook, err);
}

/* ---- the list of sheets -------------------------------------------------------------- */

static const char *kept(struct workbook *workbook, const char *before, struct str text)
{
    size_t len = strlen(before);
    char *made = pool_take(&workbook->pool, len + text.len + 1);

    if (made == NULL)
        return NULL;
    memcpy(made, before, len);
    memcpy(made + len, text.at, text.len);
    made[len + text.len] = '\0';
    return made;
}

static bool read_link(struct workbook *workbook, struct xml *xml, struct err *err)
{
    struct str id = xml_attribute(xml, "Id"), target = xml_attribute(xml, "Target");
    struct str type = xml_attribute(xml, "Type");
    bool whole = target.len > 0 && target.at[0] == '/';
    struct link link;

    if (!xml->opens || id.at == NULL || target.at == NULL || type.len < 10 ||
        memcmp(type.at + type.len - 10, "/worksheet", 10) != 0)
        return true;
    link.id = kept(workbook, "", id);
    link.part = kept(workbook, whole ? "" : "xl/",
                     whole ? (struct str){target.at + 1, target.len - 1} : target);
    vector_put(&workbook->links, &link, sizeof link);
    return (link.id != NULL && link.part != NULL && !workbook->links.failed) ||
           no_memory(workbook, err);
}

static bool read_list(struct workbook *workbook, struct xml *xml, struct err *err)
{
    const struct link *links = workbook->links.data;
    struct str id = xml_attribute(xml, "id");

    (void)err;
    if (xml->opens && str_is(xml->name, "workbookPr")) {
        struct str from = xml_attribute(xml, "date1904");

        workbook->from_1904 = str_is(from, "1") || str_is(from, "true");
    }
    if (!xml->opens || !str_is(xml->name, "sheet") || id.at == NULL)
        return true;
    for (size_t i = 0; i < workbook->links.count && workbook->sheets < SHEETS_MOST; i++) {
        if (str_is(id, links[i].id))
            workbook->sheet[workbook->sheets++] = links[i].part;
    }
    return true;
}

bool workbook_open(const char *name, const char *bytes, size_t len, struct workbook **workbook,
                   struct err *err)
{
    struct workbook *made = calloc(1, sizeof *made);

    if (made == NULL)
        return err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for %s", name);
    made->name = name;
    made->bytes = bytes;
    made->len = len;
    pool_init(&made->pool);
    if (!read_part(made, "xl/_rels/workbook.xml.rels", true, read_link, err) ||
        !read_part(made, "xl/workbook.xml", true, read_list, err) ||
        !read_part(made, "xl/styles.xml", false, read_style, err) ||
        !read_part(made, "xl/sharedStrings.xml", false, read_string, err)) {
        workbook_close(made);
        return false;
    }
    vector_put(&made->starts, &made->text.len, sizeof made->text.len);
    if (made->starts.failed) {
        no_memory(made, err);
        workbook_close(made);
        return false;
    }
    *workbook = made;
    return true;
}

void workbook_close(struct workbook *workbook)
{
    if (workbook == NULL)
        return;
    buf_free(&workbook->text);
    vector_free(&workbook->starts);
    vector_free(&workbook->formats);
    vector_free(&workbook->customs);
    vector_free(&workbook->links);
    pool_free(&workbook->pool);
    free(workbook);
}

size_t workbook_sheets(const struct workbook *workbook)
{
    return workbook->sheets;
}

/* ---- cells ---------------------------------------------------------------------------- */

struct sheet {
    struct workbook *workbook;
    struct buf *out;
    size_t row;    /* the one that is open, from 1: so many lines were begun */
    size_t column; /* of the cell that is open, from 0 */
    size_t next;   /* the least column that the next cell may have */
    size_t commas; /* written in this row */
    size_t widest; /* commas of the widest row yet: rows leave out their last cells */
    bool filled;   /* the row has a cell that is not empty */
    char type;     /* s shared, i inline, n number, else text */
    struct format format;
    struct buf value; /* of the cell, its entities replaced */
    struct err *err;
};

static bool wrong_cell(const struct sheet *sheet, const char *what)
{
    char where[32], letters[4];
    size_t len = 0, column = sheet->column + 1;

    for (; column > 0 && len < sizeof letters; column = (column - 1) / 26)
        letters[len++] = (char)('A' + (column - 1) % 26);
    for (size_t i = 0; i < len; i++)
        where[i] = letters[len - 1 - i];
    snprintf(where + len, sizeof where - len, "%zu", sheet->row);
    return wrong(sheet->workbook, sheet->err, where, what);
}

static bool open_row(struct sheet *sheet, const struct xml *xml)
{
    struct str number = xml_attribute(xml, "r");
    size_t row = number.at == NULL ? sheet->row + 1 : 0;

    for (size_t i = 0; i < number.len && row <= ROWS_MOST; i++)
        row = number.at[i] >= '0' && number.at[i] <= '9'
                  ? row * 10 + (size_t)(number.at[i] - '0') : ROWS_MOST + 1;
    if (row <= sheet->row || row > ROWS_MOST) {
        sheet->row++;
        sheet->column = 0;
        return wrong_cell(sheet, "the rows are not in order");
    }
    for (size_t line = sheet->row == 0 ? 1 : sheet->row; line < row; line++)
        buf_putc(sheet->out, '\n');
    sheet->row = row;
    sheet->next = sheet->commas = 0;
    sheet->filled = false;
    return true;
}

static void close_row(struct sheet *sheet)
{
    if (sheet->commas > sheet->widest)
        sheet->widest = sheet->commas;
    for (; sheet->filled && sheet->commas < sheet->widest; sheet->commas++)
        buf_putc(sheet->out, ',');
}

/* The column of a reference such as C17; next where it names none. */
static size_t column_of(struct str reference, size_t next)
{
    size_t column = 0, i = 0;

    for (; i < reference.len && i < 4 && reference.at[i] >= 'A' && reference.at[i] <= 'Z'; i++)
        column = column * 26 + (size_t)(reference.at[i] - 'A') + 1;
    return i == 0 ? next : column - 1;
}

static bool open_cell(struct sheet *sheet, const struct xml *xml)
{
    const struct format *formats = sheet->workbook->formats.data;
    struct str type = xml_attribute(xml, "t"), style = xml_attribute(xml, "s");
    size_t at = number_in(style);

    sheet->column = column_of(xml_attribute(xml, "r"), sheet->next);
    if (sheet->row == 0 || sheet->column < sheet->next)
        return wrong_cell(sheet, "the cells of a row are not in order");
    sheet->next = sheet->column + 1;
    sheet->type = type.at == NULL || str_is(type, "n") ? 'n'
                  : str_is(type, "s")                  ? 's'
                  : str_is(type, "inlineStr")          ? 'i'
                                                       : 't';
    sheet->format = style.at != NULL && at < sheet->workbook->formats.count
                        ? formats[at] : (struct format){false, 0};
    buf_reset(&sheet->value);
    return true;
}

/* Line ends become blanks, so that a line is a row. */
static void put_field(struct sheet *sheet, struct str text)
{
    bool quoted = false;

    sheet->filled = true;
    for (; sheet->commas < sheet->column; sheet->commas++)
        buf_putc(sheet->out, ',');
    for (size_t i = 0; i < text.len && !quoted; i++)
        quoted = text.at[i] == ',' || text.at[i] == '"';
    if (quoted)
        buf_putc(sheet->out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];

        if (c == '"')
            buf_putc(sheet->out, c);
        if (c == '_' && text.len - i >= 7 && memcmp(text.at + i, "_x000D_", 7) == 0) {
            i += 6; /* how a workbook writes a carriage return */
            c = ' ';
        }
        buf_putc(sheet->out, (unsigned char)c < ' ' ? ' ' : c);
    }
    if (quoted)
        buf_putc(sheet->out, '"');
}

/* The day of a serial number: 1 is 1 January 1900, and 60 the 29th of a February
 * that had 28 days; in the other system 0 is 1 January 1904. */
static bool put_date(struct sheet *sheet, double serial)
{
    long days = (long)serial;
    char text[CIVIL_TEXT];

    if (!sheet->workbook->from_1904 && days == 60)
        return wrong_cell(sheet, "29 February 1900 is a day that never was");
    if (sheet->workbook->from_1904)
        days += civil_day(1904, 1, 1);
    else
        days += civil_day(1899, 12, days < 60 ? 31 : 30);
    civil_format((day_t)days, text);
    put_field(sheet, str_of(text));
    return true;
}

static bool put_number(struct sheet *sheet)
{
    const char *given = buf_cstr(&sheet->value);
    char *end, text[40];
    double number = strtod(given, &end);
    bool whole = number >= 0 && number < 1e15 && number == (double)(int64_t)number;

    if (end == given || *end != '\0') {
        put_field(sheet, str_of(given));
        return true;
    }
    if (sheet->format.date && number >= 0 && number < 2958466)
        return put_date(sheet, number);
    if (whole)
        snprintf(text, sizeof text, "%0*lld", sheet->format.zeros, (long long)number);
    put_field(sheet, str_of(whole ? text : given));
    return true;
}

static bool close_cell(struct sheet *sheet)
{
    struct str value = {sheet->value.len == 0 ? "" : sheet->value.data, sheet->value.len};

    if (sheet->value.failed)
        return no_memory(sheet->workbook, sheet->err);
    if (value.len == 0 || sheet->column >= COLUMNS_MOST)
        return true;
    if (sheet->type == 's') {
        value = string_at(sheet->workbook, value);
        if (value.at == NULL)
            return wrong_cell(sheet, "it names a text that the workbook does not have");
    }
    if (sheet->type == 'n')
        return put_number(sheet);
    put_field(sheet, value);
    return true;
}

static bool read_cell(struct sheet *sheet, const struct xml *xml)
{
    if (xml->opens && str_is(xml->name, "row"))
        return open_row(sheet, xml);
    if (xml->opens && str_is(xml->name, "c"))
        return open_cell(sheet, xml);
    if (xml->opens)
        return true;
    if (str_is(xml->name, "row"))
        close_row(sheet);
    else if (str_is(xml->name, "v") && sheet->type != 'i')
        xml_plain(xml->text, &sheet->value);
    else if (str_is(xml->name, "t") && sheet->type == 'i' && !str_is(xml_above(xml), "rPh"))
        xml_plain(xml->text, &sheet->value);
    return !str_is(xml->name, "c") || close_cell(sheet);
}

bool workbook_text(struct workbook *workbook, size_t sheet, struct buf *out, struct err *err)
{
    struct sheet reading = {.workbook = workbook, .out = out, .value = BUF_INIT, .err = err};
    const char *part = workbook->sheet[sheet];
    struct xml xml;
    char *bytes;
    size_t len;
    bool done = true;

    if (!take_part(workbook, part, &bytes, &len, err))
        return false;
    if (bytes == NULL)
        return wrong(workbook, err, part, "it is not in the workbook");
    xml_start(&xml, bytes, len);
    while (done && xml_next(&xml)) {
        done = read_cell(&reading, &xml);
        if (done && out->len > TEXT_LARGEST)
            done = wrong(workbook, err, part, "it makes more than 512 MB of text");
    }
    if (done && xml.slip[0] != '\0') {
        reading.row += reading.row == 0;
        reading.column = 0;
        done = wrong_cell(&reading, xml.slip);
    }
    buf_putc(out, '\n');
    if (done && out->failed)
        done = no_memory(workbook, err);
    buf_free(&reading.value);
    free(bytes);
    return done;
}
