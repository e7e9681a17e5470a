/*
 * import_lists.c - small tables with a header line: codes of one's own, place of
 * service, modifiers; and the tab-separated files that a CPT licensee has.
 */
#include <string.h>
#include <strings.h>

#include "codes/csv.h"
#include "codes/import.h"

struct columns {
    int code, title, from, to, system, billable, successor;
};

static struct columns find_columns(const struct csv *header)
{
    struct columns made = {
        csv_column(header, "code|place of service code|place of service code(s)|modifier|pos"),
        csv_column(header, "title|name|place of service name|description|label|display"),
        csv_column(header, "from|effective from|valid from|effective date|start"),
        csv_column(header, "to|effective to|valid to|end date|end"),
        csv_column(header, "system|code system"),
        csv_column(header, "billable"),
        csv_column(header, "successor|replaced by"),
    };

    return made;
}

/* The published list of places names gaps too, and not only one by one: "27-30,
 * Unassigned, N/A". No gap is a code. */
static bool is_unassigned(struct csv *csv, const struct columns *columns)
{
    struct str title = csv_field(csv, columns->title);

    return csv_is_blank(csv) || (title.len >= 10 && strncasecmp(title.at, "Unassigned", 10) == 0);
}

/* Whether a file has a header with code and title, and whether all its codes
 * have length 2 with digits only, or 2 with a letter in one of them. */
enum shape { SHAPE_NONE, SHAPE_OTHER, SHAPE_DIGITS, SHAPE_PAIRS };

static enum shape shape_of(const struct import_file *file, bool *has_system)
{
    struct import import = {.file = file};
    enum shape shape = SHAPE_DIGITS;
    struct columns columns;
    struct csv csv;

    *has_system = false;
    if (file->bytes == NULL)
        return SHAPE_NONE;
    pool_init(&import.pool);
    csv_start(&csv, &import, csv_text_of(file), ',');
    if (!csv_next(&csv)) {
        pool_free(&import.pool);
        return SHAPE_NONE;
    }
    columns = find_columns(&csv);
    *has_system = columns.system >= 0;
    if (columns.code < 0 || columns.title < 0)
        shape = SHAPE_NONE;
    while (shape != SHAPE_NONE && shape != SHAPE_OTHER && csv_next(&csv)) {
        char room[8];
        struct str code = import_zeros(file, csv_field(&csv, columns.code), 2, room);

        if (is_unassigned(&csv, &columns))
            continue;
        if (code.len != 2)
            shape = SHAPE_OTHER;
        else if (code.at[0] < '0' || code.at[0] > '9' || code.at[1] < '0' || code.at[1] > '9')
            shape = SHAPE_PAIRS;
    }
    pool_free(&import.pool);
    return shape;
}

static bool recognises_own(const struct import_file *file)
{
    bool has_system;
    enum shape shape = shape_of(file, &has_system);

    return shape != SHAPE_NONE && has_system;
}

static bool recognises_place(const struct import_file *file)
{
    bool has_system;

    return shape_of(file, &has_system) == SHAPE_DIGITS && !has_system;
}

static bool recognises_modifiers(const struct import_file *file)
{
    bool has_system;

    return shape_of(file, &has_system) == SHAPE_PAIRS && !has_system;
}

/* ---- reading -------------------------------------------------------------------- */

static bool read_day(struct import *import, struct csv *csv, int column, day_t *day,
                     struct err *err)
{
    struct str text = csv_field(csv, column);

    if (text.len == 0 || str_is(text, "*"))
        return true;
    return import_day(text, day) || import_wrong(import, csv->line, err,
                                                 "'%.*s' is not a date, as 2026-01-31",
                                                 (int)(text.len > 20 ? 20 : text.len), text.at);
}

static bool system_allowed(struct import *import, size_t line, struct str name, int *system,
                           struct err *err)
{
    *system = code_system_named(name.at, name.len);
    if (*system == CODE_SYSTEM_ICD10CM || *system == CODE_SYSTEM_HCPCS) {
        import_wrong(import, line, err, "the codes of %s come from their publisher",
                     code_system_name(*system));
        return err_help(err, "give codes of your own a system of your own, such as 'local'");
    }
    if (*system != CODE_SYSTEM_NONE)
        return true;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool good = (c >= 'a' && c <= 'z') || (i > 0 && ((c >= '0' && c <= '9') || c == '-'));

        if (!good)
            name.len = 0;
    }
    if (name.len == 0 || name.len > 31)
        return import_wrong(import, line, err,
                            "a system is named by 1 to 31 small letters, digits and dashes");
    *system = CODE_SYSTEM_OWN;
    return true;
}

/* The release of a system, made at its first code. */
static uint32_t release_for(struct import *import, const struct import_release *like,
                            struct str name)
{
    const struct import_release *all = import->releases.data;
    struct import_release made = *like;

    for (uint32_t i = 0; i < import->releases.count; i++) {
        if (str_is(name, all[i].system))
            return i;
    }
    made.table = made.system = import_text(import, "%.*s", (int)name.len, name.at);
    return import_add_release(import, &made);
}

static bool read_record(struct import *import, struct csv *csv, const struct columns *columns,
                        const struct import_release *like, const char *fixed, struct err *err)
{
    struct str name = fixed != NULL ? str_of(fixed) : csv_field(csv, columns->system);
    struct str text = csv_field(csv, columns->code), flag = csv_field(csv, columns->billable);
    struct str after = csv_field(csv, columns->successor);
    struct import_code code = {.billable = true, .from = DAY_MIN, .to = DAY_MAX};
    struct import_successor successor = {0};
    size_t given = text.len;
    int system, wanted;
    char room[8];

    if (!system_allowed(import, csv->line, name, &system, err))
        return false;
    wanted = system;
    if (system == CODE_SYSTEM_POS || system == CODE_SYSTEM_CPT)
        text = import_zeros(import->file, text, system == CODE_SYSTEM_POS ? 2 : 5, room);
    if (text.len > given)
        import_odd(import, csv->line, "the cell holds a number: read as the code %.*s",
                   (int)text.len, text.at);
    code.key = code_normal(&system, text.at, text.len);
    if (code.key == 0 || system != wanted)
        return import_wrong(import, csv->line, err, "'%.*s' is not a code of %.*s",
                            (int)(text.len > 20 ? 20 : text.len), text.at, (int)name.len, name.at);
    if (system < CODE_SYSTEM_OWN)
        name = str_of(code_system_name(system));
    code.release = release_for(import, like, name);
    code.full = csv_field(csv, columns->title);
    code.billable = !(str_is(flag, "0") || str_is(flag, "no") || str_is(flag, "false"));
    if (code.full.len == 0)
        return import_wrong(import, csv->line, err, "%.*s has no title", (int)text.len, text.at);
    if (!read_day(import, csv, columns->from, &code.from, err) ||
        !read_day(import, csv, columns->to, &code.to, err))
        return false;
    if (code.to < code.from)
        return import_wrong(import, csv->line, err, "%.*s ends before it begins", (int)text.len,
                            text.at);
    if (after.len > 0) {
        successor = (struct import_successor){code.release, code.key,
                                              code_normal(&system, after.at, after.len),
                                              code.to == DAY_MAX ? DAY_MIN : code.to + 1};
        vector_put(&import->successors, &successor, sizeof successor);
    }
    import_add_code(import, &code);
    return true;
}

static bool read_table(const struct import_options *options, struct import *import,
                       const struct import_release *like, const char *fixed, struct err *err)
{
    struct columns columns;
    struct csv csv;
    size_t width;

    csv_start(&csv, import, csv_text_of(import->file), ',');
    if (!csv_next(&csv))
        return import_wrong(import, 1, err, "%s", csv.slip != NULL ? csv.slip : "no header");
    columns = find_columns(&csv);
    width = csv.count;
    if (columns.code < 0 || columns.title < 0 || (fixed == NULL && columns.system < 0)) {
        import_wrong(import, csv.line, err, "the header lacks %s",
                     columns.code < 0    ? "'code'"
                     : columns.title < 0 ? "'title'"
                                         : "'system', and --system is not given");
        return err_help(err, "a table of codes has the header code,title and, if they apply, "
                             "system,from,to,billable,successor");
    }
    while (csv_next(&csv)) {
        if (is_unassigned(&csv, &columns)) {
            import->skipped++;
            continue;
        }
        if (csv.count != width)
            return import_wrong(import, csv.line, err, "%zu fields where the header has %zu",
                                csv.count, width);
        if (!read_record(import, &csv, &columns, like, fixed, err))
            return false;
    }
    import->lines = csv.next_line - 1;
    if (csv.slip != NULL)
        return import_wrong(import, csv.line, err, "%s", csv.slip);
    if (import->read == 0)
        return import_wrong(import, 0, err, "there is no code in it");
    (void)options;
    import->summary = import_text(import, "%zu codes", import->read);
    return true;
}

/* The first day of a table whose rows carry their own: as given, as the name
 * says, else the earliest day there is. */
static day_t day_of(const struct import_options *options, const struct import *import)
{
    int year, month;

    if (options->dated)
        return options->from;
    if (import_year_month(import->file->name, &year, &month))
        return civil_day(year, month > 0 ? month : 1, 1);
    return DAY_MIN;
}

static bool reads_own(const struct import_options *options, struct import *import,
                      struct err *err)
{
    struct import_release like = {NULL, NULL, options->label, day_of(options, import), 0, false,
                                  0};

    if (like.label == NULL)
        like.label = import->file->name;
    import->what = "table of own codes";
    return read_table(options, import, &like, options->system, err);
}

const struct importer import_own = {
    "own", "CSV of own codes: code,title[,system,from,to,billable,successor]", recognises_own,
    reads_own};

static bool reads_place(const struct import_options *options, struct import *import,
                        struct err *err)
{
    struct import_release like = {NULL, NULL, options->label, day_of(options, import), 0, true, 0};

    if (like.label == NULL)
        like.label = import->file->name;
    import->what = "place of service codes";
    return read_table(options, import, &like, "pos", err);
}

const struct importer import_place = {
    "pos", "place of service CSV: code,name[,effective_from,effective_to]", recognises_place,
    reads_place};

static bool reads_modifiers(const struct import_options *options, struct import *import,
                            struct err *err)
{
    struct import_release like = {NULL, NULL, options->label, day_of(options, import), 0, false,
                                  0};

    if (like.label == NULL)
        like.label = import->file->name;
    import->what = "modifiers";
    return read_table(options, import, &like, "modifier", err);
}

const struct importer import_modifiers = {
    "modifier", "modifiers CSV: modifier,description", recognises_modifiers, reads_modifiers};

/* ---- the licensee's CPT files ------------------------------------------------------ */

/* The code of a line: its first field with the shape of one. */
static code_key cpt_of(const struct csv *csv, bool modifiers)
{
    for (size_t i = 0; i < csv->count && i < 3; i++) {
        int system = modifiers ? CODE_SYSTEM_MODIFIER : CODE_SYSTEM_CPT;
        const struct str *field = &csv->fields[i];
        code_key key = field->len == (modifiers ? 2u : 5u)
                           ? code_normal(&system, field->at, field->len)
                           : 0;

        if (key != 0 && (modifiers || system == CODE_SYSTEM_CPT))
            return key;
    }
    return 0;
}

static bool is_modifier_file(const char *name)
{
    return import_name_has(name, "MODUL");
}

static bool recognises_cpt(const struct import_file *file)
{
    static const char *const names[] = {"LONGULT", "LONGUT", "MEDU",       "SHORTU",
                                        "MODUL",   "Consumer", "Clinician", "cpt"};

    for (size_t i = 0; file->bytes != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (import_name_has(file->name, names[i]))
            return memchr(file->bytes, '\t', file->len) != NULL;
    }
    return false;
}

static bool reads_cpt(const struct import_options *options, struct import *import,
                      struct err *err)
{
    bool modifiers = is_modifier_file(import->file->name);
    const char *name = modifiers ? "modifier" : "cpt";
    struct import_release release = {name, name, options->label, 0, 0, !modifiers, 0};
    struct csv csv;
    int year, month;
    bool named = import_year_month(import->file->name, &year, &month);

    if (!import_from(import, options, named,
                     named ? civil_day(year, month > 0 ? month : 1, 1) : 0, &release.from, err))
        return false;
    civil_parts(release.from, &year, &month, &(int){0});
    if (release.label == NULL)
        release.label = import_text(import, "CPT %d", year);
    import_add_release(import, &release);
    csv_start(&csv, import, csv_text_of(import->file), '\t');
    while (csv_next(&csv)) {
        struct import_code code = {.billable = true, .from = DAY_MIN, .to = DAY_MAX};

        code.key = cpt_of(&csv, modifiers);
        code.full = csv_field(&csv, (int)csv.count - 1);
        if (code.key != 0 && csv.count >= 2 && code.full.len > 0)
            import_add_code(import, &code);
        else if (import->read == 0 || csv.count < 2)
            import->skipped++;
        else
            return import_wrong(import, csv.line, err, "no code and description, separated by a "
                                                       "tab");
    }
    import->lines = csv.next_line - 1;
    if (csv.slip != NULL)
        return import_wrong(import, csv.line, err, "%s", csv.slip);
    if (import->read == 0)
        return import_wrong(import, 0, err, "no line with a code and a description");
    import->what = import_text(import, "licensed CPT file, %s", release.label);
    import->summary = import_text(import, "%zu codes, for the use of the licensee", import->read);
    return true;
}

const struct importer import_cpt = {
    "cpt", "a licensed CPT file (LONGULT.txt, MEDU.txt, SHORTU.txt, MODUL.txt)", recognises_cpt,
    reads_cpt};
