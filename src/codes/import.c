/*
 * import.c - what all importers share; see import.h.
 */
#include "codes/import.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/sha256.h"

#define LARGEST_FILE ((size_t)1 << 30)

/* Asked in this order: what has the clearest marks comes first. */
static const struct importer *const all_importers[] = {
    &import_valueset,     &import_mcd,   &import_icd10_tabular, &import_icd10_order,
    &import_icd10_addenda, &import_hcpcs, &import_ncci,          &import_mue,
    &import_own,          &import_place, &import_modifiers,     &import_cpt,
};

/* ---- files -------------------------------------------------------------------- */

static bool read_all(int descriptor, char *bytes, size_t len)
{
    size_t got = 0;

    while (got < len) {
        ssize_t more = read(descriptor, bytes + got, len - got);

        if (more == 0 || (more < 0 && errno != EINTR))
            return false;
        got += more > 0 ? (size_t)more : 0;
    }
    return true;
}

/* True if a file is as it was. */
static bool still(int descriptor, const struct stat *was)
{
    struct stat now;

    return fstat(descriptor, &now) == 0 && now.st_size == was->st_size &&
           now.st_mtim.tv_sec == was->st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == was->st_mtim.tv_nsec;
}

bool import_file_read(const char *path, struct import_file *file, struct err *err)
{
    const char *slash = strrchr(path, '/');
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO would wait */
    struct stat about;
    char *bytes = NULL;
    bool done = false;

    *file = (struct import_file){.path = path, .name = slash == NULL ? path : slash + 1};
    if (descriptor < 0 || fstat(descriptor, &about) != 0) {
        err_errno(err, ERR_INPUT, "codes-file", path);
    } else if (S_ISDIR(about.st_mode)) {
        done = true; /* a folder: the coverage export unpacked */
    } else if (!S_ISREG(about.st_mode)) {
        err_set(err, ERR_INPUT, "codes-file", "%s: not a file but a pipe or a device", file->name);
        err_help(err, "save what it gives to a file under its published name, and import that");
    } else if (about.st_size == 0 || (size_t)about.st_size > LARGEST_FILE) {
        err_set(err, ERR_INPUT, "codes-file", "%s: the file is %s", file->name,
                about.st_size == 0 ? "empty" : "larger than 1 GB");
        err_help(err, "get the file again from its publisher");
    } else if ((bytes = malloc((size_t)about.st_size + 1)) == NULL) {
        err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for %s", file->name);
    } else if (!read_all(descriptor, bytes, (size_t)about.st_size)) {
        err_set(err, ERR_INPUT, "codes-file", "%s: cannot be read to its end", file->name);
    } else if (!still(descriptor, &about)) {
        err_set(err, ERR_INPUT, "codes-file", "%s: the file changed while it was read", file->name);
        err_help(err, "import it when it is written whole");
    } else {
        file->len = (size_t)about.st_size;
        bytes[file->len] = '\0';
        sha256_of(bytes, file->len, file->sha256);
        file->bytes = bytes;
        bytes = NULL;
        done = true;
    }
    free(bytes);
    if (descriptor >= 0)
        close(descriptor);
    return done;
}

void import_file_free(struct import_file *file)
{
    union {
        const char *kept;
        char *freed;
    } bytes = {file->bytes};

    free(bytes.freed);
    file->bytes = NULL;
}

/* ---- reading -------------------------------------------------------------------- */

const struct importer *import_recognise(const struct import_file *file,
                                        const struct import_options *options)
{
    for (size_t i = 0; i < sizeof all_importers / sizeof all_importers[0]; i++) {
        if ((options->kind == NULL || strcmp(options->kind, all_importers[i]->name) == 0) &&
            all_importers[i]->recognises(file))
            return all_importers[i];
    }
    return NULL;
}

static const struct importer *choose(const struct import_file *file,
                                     const struct import_options *options, struct err *err)
{
    size_t count = sizeof all_importers / sizeof all_importers[0];
    char names[sizeof err->help];
    size_t len = 0;

    names[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (options->kind != NULL ? strcmp(options->kind, all_importers[i]->name) == 0
                                  : all_importers[i]->recognises(file))
            return all_importers[i];
        if (len < sizeof names)
            len += (size_t)snprintf(names + len, sizeof names - len, "%s%s", i == 0 ? "" : ", ",
                                    all_importers[i]->name);
    }
    if (options->kind != NULL)
        err_set(err, ERR_USAGE, "codes-kind", "there is no importer '%s'", options->kind);
    else
        err_set(err, ERR_INPUT, "codes-kind", "%s: not a file of any kind that can be imported",
                file->name);
    if (options->kind == NULL && import_name_has(file->name, "icd10cm") &&
        import_name_has(file->name, "codes"))
        err_help(err, "the codes file has no headers: import the order file beside it, "
                      "icd10cm_order_YYYY.txt");
    else
        err_help(err, "kinds for --as: %s", names);
    return NULL;
}

/* True if a file begins with these bytes. */
static bool begins(const struct import_file *file, const char *bytes, size_t len)
{
    return file->len >= len && memcmp(file->bytes, bytes, len) == 0;
}

/* No table is published with a NUL in its text; a file that was cut by a disk or
 * a transfer often is. */
static bool has_no_nul(const struct import *import, struct err *err)
{
    const struct import_file *file = import->file;
    const char *nul = file->bytes == NULL || begins(file, "PK\3\4", 4)
                          ? NULL : memchr(file->bytes, '\0', file->len);
    size_t line = 1;

    if (nul == NULL)
        return true;
    for (const char *at = file->bytes; at < nul; at++)
        line += *at == '\n';
    return import_wrong(import, line, err, "a NUL byte: the file is damaged");
}

/* Says what a file is that holds no text, where it is of a kind that people have. */
static bool is_text(const struct import *import, struct err *err)
{
    const struct import_file *file = import->file;

    if (begins(file, "\xFF\xFE", 2) || begins(file, "\xFE\xFF", 2)) {
        err_set(err, ERR_INPUT, "codes-file", "%s:1: the file is UTF-16", file->name);
        return err_help(err, "save it as UTF-8, or take the file as it was published");
    }
    /* The container of old Excel workbooks, and of new ones with a password. */
    if (begins(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8)) {
        err_set(err, ERR_INPUT, "codes-file", "%s: an old workbook, or one with a password",
                file->name);
        return err_help(err, "save it as .xlsx without a password, or its sheet as CSV");
    }
    if (begins(file, "\x1F\x8B", 2)) {
        err_set(err, ERR_INPUT, "codes-file", "%s: packed with gzip", file->name);
        return err_help(err, "unpack it: `gunzip %s`", file->name);
    }
    return has_no_nul(import, err);
}

bool import_read(const struct import_file *file, const struct import_options *options,
                 struct import *import, struct err *err)
{
    const struct importer *importer;

    *import = (struct import){.file = file};
    pool_init(&import->pool);
    if (!is_text(import, err))
        return false;
    importer = choose(file, options, err);
    return importer != NULL && importer->reads(options, import, err) && import_whole(import, err);
}

void import_free(struct import *import)
{
    struct vector *vectors[] = {&import->releases, &import->codes,  &import->successors,
                                &import->notes,    &import->sets,   &import->items,
                                &import->limits,   &import->pairs};

    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        vector_free(vectors[i]);
    pool_free(&import->pool);
}

bool import_whole(const struct import *import, struct err *err)
{
    if (import->releases.failed || import->codes.failed || import->successors.failed ||
        import->notes.failed || import->sets.failed || import->items.failed ||
        import->limits.failed || import->pairs.failed)
        return err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for %s",
                       import->file->name);
    return true;
}

bool import_wrong(const struct import *import, size_t line, struct err *err, const char *format,
                  ...)
{
    char what[512];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (line > 0)
        err_set(err, ERR_INPUT, "codes-file", "%s:%zu: %s", import->file->name, line, what);
    else
        err_set(err, ERR_INPUT, "codes-file", "%s: %s", import->file->name, what);
    return err_help(err, "nothing was changed; get the file again from its publisher");
}

const char *import_text(struct import *import, const char *format, ...)
{
    char text[2048];
    const char *kept;
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    kept = pool_copy(&import->pool, text, strlen(text));
    if (kept == NULL)
        import->codes.failed = true;
    return kept == NULL ? "" : kept;
}

void import_odd(struct import *import, size_t line, const char *format, ...)
{
    char text[256];
    va_list args;

    if (import->odd_count++ >= IMPORT_ODD_KEPT)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    import->odd[import->odd_count - 1] =
        (struct import_odd){line, import_text(import, "%s", text)};
}

uint32_t import_add_release(struct import *import, const struct import_release *release)
{
    vector_put(&import->releases, release, sizeof *release);
    return (uint32_t)import->releases.count - 1;
}

void import_add_code(struct import *import, const struct import_code *code)
{
    vector_put(&import->codes, code, sizeof *code);
    import->read++;
}

/* Quarterly tables: the newest record of one begins with it, or a year before at
 * the most; none begins long after it. */
#define NEWEST_BEHIND 190
#define NEWEST_BEFORE 370

bool import_fits_day(const struct import *import, const struct import_options *options,
                     day_t from, day_t newest, bool full, struct err *err)
{
    char on[CIVIL_TEXT], last[CIVIL_TEXT];

    if (options->dated || newest == DAY_MIN ||
        (newest <= from + NEWEST_BEHIND && (!full || newest >= from - NEWEST_BEFORE)))
        return true;
    civil_format(from, on);
    civil_format(newest, last);
    import_wrong(import, 0, err, "the name says %s, but the newest record in it begins on %s", on,
                 last);
    return err_help(err, "is this the file of another year? Say which: "
                         "`rubric codes import --effective YYYY-MM-DD FILE`");
}

/* ---- lines and texts ------------------------------------------------------------- */

void lines_start(struct lines *lines, const struct import_file *file)
{
    *lines = (struct lines){file->bytes, file->bytes + file->len, 0, false};
    if (file->len >= 3 && memcmp(file->bytes, "\xEF\xBB\xBF", 3) == 0)
        lines->at += 3;
}

bool lines_next(struct lines *lines, struct str *line)
{
    size_t left = (size_t)(lines->end - lines->at);
    const char *feed;

    if (left == 0 || (left == 1 && lines->at[0] == 0x1A)) /* the mark of old DOS files */
        return false;
    feed = memchr(lines->at, '\n', left);
    lines->unended = feed == NULL;
    line->at = lines->at;
    line->len = feed == NULL ? left : (size_t)(feed - lines->at);
    lines->at = feed == NULL ? lines->end : feed + 1;
    if (line->len > 0 && line->at[line->len - 1] == '\r')
        line->len--;
    lines->number++;
    return true;
}

bool lines_ended(const struct lines *lines, const struct import *import, struct err *err)
{
    if (!lines->unended)
        return true;
    import_wrong(import, lines->number, err, "the last line has no line end: the file is cut off");
    return err_help(err, "get the file again; if it is whole, add a line end: "
                         "`echo >>%s`", import->file->name);
}

struct str import_clean(struct import *import, struct str text)
{
    struct str clean = text;
    bool plain = true;
    char *made;
    size_t len = 0;

    while (clean.len > 0 && (unsigned char)clean.at[clean.len - 1] <= ' ')
        clean.len--;
    while (clean.len > 0 && (unsigned char)clean.at[0] <= ' ') {
        clean.at++;
        clean.len--;
    }
    for (size_t i = 0; i < clean.len; i++) {
        unsigned char c = (unsigned char)clean.at[i];

        plain &= c >= ' ' && c < 0x7F && !(c == ' ' && clean.at[i + 1] == ' ');
    }
    if (plain)
        return clean;
    bool utf8 = utf8_valid(clean.at, clean.len);

    made = pool_take(&import->pool, clean.len * 2 + 1);
    if (made == NULL) {
        import->codes.failed = true;
        return (struct str){"", 0};
    }
    for (size_t i = 0; i < clean.len; i++) {
        unsigned char c = (unsigned char)clean.at[i];
        bool space = c <= ' ' || c == 0x7F || (!utf8 && c >= 0x80 && c <= 0xA0);

        if (space) {
            if (len > 0 && made[len - 1] != ' ')
                made[len++] = ' ';
        } else if (c < 0x80 || utf8) {
            made[len++] = (char)c;
        } else {
            made[len++] = (char)(0xC0 | c >> 6);
            made[len++] = (char)(0x80 | (c & 0x3F));
        }
    }
    while (len > 0 && made[len - 1] == ' ')
        len--;
    return (struct str){made, len};
}

struct str import_zeros(const struct import_file *file, struct str text, size_t digits,
                        char room[8])
{
    assert(digits <= 8);
    if (!file->workbook || text.len == 0 || text.len >= digits)
        return text;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return text;
    }
    memset(room, '0', digits);
    memcpy(room + digits - text.len, text.at, text.len);
    return (struct str){room, digits};
}

static int number_at(struct str text, size_t at, size_t len)
{
    int value = 0;

    if (at + len > text.len)
        return -1;
    for (size_t i = at; i < at + len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return -1;
        value = value * 10 + (text.at[i] - '0');
    }
    return value;
}

static bool make_day(int year, int month, int dom, day_t *day)
{
    char text[48];

    if (year < 1 || month < 1 || dom < 1)
        return false;
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, dom);
    return civil_parse_day(text, strlen(text), day);
}

bool import_day8(struct str text, day_t *day)
{
    return text.len == 8 && make_day(number_at(text, 0, 4), number_at(text, 4, 2),
                                     number_at(text, 6, 2), day);
}

bool import_day(struct str text, day_t *day)
{
    if (text.len == 8)
        return import_day8(text, day);
    if (text.len > 10 && (text.at[10] == ' ' || text.at[10] == 'T'))
        text.len = 10;
    if (text.len != 10)
        return false;
    if (text.at[4] == '-')
        return civil_parse_day(text.at, 10, day);
    return (text.at[2] == '/' || text.at[2] == '-') && text.at[5] == text.at[2] &&
           make_day(number_at(text, 6, 4), number_at(text, 0, 2), number_at(text, 3, 2), day);
}

bool import_name_has(const char *name, const char *word)
{
    size_t len = strlen(word);

    for (; *name != '\0'; name++) {
        if (strncasecmp(name, word, len) == 0)
            return true;
    }
    return false;
}

/* The year and month in the first len bytes of a name. */
static bool year_month_in(struct str text, int *year, int *month)
{
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
    bool found = false;

    *month = 0;
    for (size_t i = 0; i + 4 <= text.len && !found; i++) {
        bool alone = i == 0 || number_at(text, i - 1, 1) < 0;

        *year = number_at(text, i, 4);
        found = alone && *year >= 1990 && *year <= 2099 && number_at(text, i + 4, 1) < 0;
    }
    for (size_t at = 0; at + 3 <= text.len; at++) {
        bool begins = at == 0 || (text.at[at - 1] | 0x20) < 'a' || (text.at[at - 1] | 0x20) > 'z';

        for (int i = 0; i < 12 && begins; i++) {
            if (strncasecmp(text.at + at, months[i], 3) == 0)
                *month = i + 1;
        }
    }
    return found;
}

bool import_year_month(const char *name, int *year, int *month)
{
    const char *slash = strrchr(name, '/');
    struct str archive = {name, slash == NULL ? 0 : (size_t)(slash - name)};
    bool found = year_month_in(str_of(slash == NULL ? name : slash + 1), year, month);
    int archive_year, archive_month;

    /* The April update of a year has the file names of the October one. */
    if ((!found || *month == 0) && year_month_in(archive, &archive_year, &archive_month) &&
        (!found || archive_year == *year)) {
        *year = archive_year;
        *month = archive_month;
        found = true;
    }
    return found;
}

bool import_from(const struct import *import, const struct import_options *options, bool found,
                 day_t found_day, day_t *from, struct err *err)
{
    if (options->dated || found) {
        *from = options->dated ? options->from : found_day;
        return true;
    }
    err_set(err, ERR_USAGE, "codes-effective",
            "%s: neither the file nor its name says from which day it is valid",
            import->file->name);
    return err_help(err, "say it: `rubric codes import --effective YYYY-MM-DD %s`",
                    import->file->name);
}
