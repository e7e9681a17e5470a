/*
 * import_zip.c - the files inside the archives that publishers ship.
 *
 * CMS puts the file that matters beside a workbook of the same data, a PDF and a
 * record layout. What an importer recognises is taken; the rest is counted. A
 * workbook is read where there is nothing else. Two files of one table would take
 * each other's place, so the larger one is taken: the smaller is a list of
 * corrections.
 */
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "codes/import.h"
#include "codes/workbook.h"
#include "codes/zip.h"

#define FILES_MOST 400
#define UNPACKED_MOST ((size_t)3 << 30)
#define DEEPEST 2

struct unpacking {
    const struct import_file *archive;
    const struct import_options *options;
    struct import_files *out;
    struct vector importers; /* of each file taken */
    size_t seen;
    size_t unpacked; /* bytes */
    bool workbooks;  /* the second turn, for workbooks */
    struct err *err;
};

static void free_bytes(const struct import_file *file)
{
    union {
        const char *kept;
        char *freed;
    } bytes = {file->bytes};

    free(bytes.freed);
}

static const char *member_name(struct unpacking *work, struct str name)
{
    size_t from = name.len, before = strlen(work->archive->name);
    char *made;

    while (from > 0 && name.at[from - 1] != '/' && name.at[from - 1] != '\\')
        from--;
    made = pool_take(&work->out->pool, before + name.len - from + 2);
    if (made == NULL)
        return NULL;
    memcpy(made, work->archive->name, before);
    made[before] = '/';
    memcpy(made + before + 1, name.at + from, name.len - from);
    return made;
}

/* The file taken already for the same table, or NULL. Procedure pairs and unit
 * limits come in several files. */
static struct import_file *rival(struct unpacking *work, const struct importer *importer)
{
    const struct importer *const *known = work->importers.data;

    if (importer != &import_icd10_order && importer != &import_hcpcs &&
        importer != &import_icd10_tabular)
        return NULL;
    for (size_t i = 0; i < work->importers.count; i++) {
        if (known[i] == importer)
            return (struct import_file *)work->out->files.data + i;
    }
    return NULL;
}

/* Takes the file, or gives it back. */
static void consider(struct unpacking *work, struct import_file *file)
{
    const struct importer *importer = import_recognise(file, work->options);
    struct import_file *other = importer == NULL ? NULL : rival(work, importer);

    if (importer == NULL || (other != NULL && other->len >= file->len)) {
        free_bytes(file);
        work->out->passed++;
        return;
    }
    if (!file->workbook)
        sha256_of(file->bytes, file->len, file->sha256);
    if (other != NULL) {
        free_bytes(other);
        *other = *file;
        work->out->passed++;
        return;
    }
    vector_put(&work->out->files, file, sizeof *file);
    vector_put(&work->importers, &importer, sizeof importer);
}

static bool ends_in(struct str name, const char *end)
{
    size_t len = strlen(end);

    return name.len > len && strncasecmp(name.at + name.len - len, end, len) == 0;
}

static bool may_be_table(struct str name)
{
    return ends_in(name, ".txt") || ends_in(name, ".csv") || ends_in(name, ".xml") ||
           ends_in(name, ".json") || ends_in(name, ".zip");
}

/* Workbooks are read where nothing else in the archive is a table. */
static bool is_wanted(const struct unpacking *work, struct str name)
{
    return work->workbooks ? ends_in(name, ".xlsx") || ends_in(name, ".zip") : may_be_table(name);
}

/* Considers the sheets of a workbook until one is taken. file is the workbook
 * itself, borrowed, with its hash. */
static bool unpack_sheets(struct unpacking *work, const struct import_file *file)
{
    struct workbook *workbook;
    bool done = workbook_open(file->name, file->bytes, file->len, &workbook, work->err);
    bool taken = false;

    if (!done)
        return false;
    for (size_t i = 0; done && !taken && i < workbook_sheets(workbook); i++) {
        struct import_file sheet = *file;
        struct buf text = BUF_INIT;

        done = workbook_text(workbook, i, &text, work->err);
        sheet.bytes = buf_cstr(&text);
        sheet.len = text.len;
        sheet.workbook = true;
        taken = done && import_recognise(&sheet, work->options) != NULL;
        if (taken)
            consider(work, &sheet);
        else
            buf_free(&text);
    }
    work->out->passed += done && !taken;
    workbook_close(workbook);
    return done;
}

static bool unpack_all(struct unpacking *work, const char *bytes, size_t len, int depth);

static bool unpack_one(struct unpacking *work, const struct zip *zip,
                       const struct zip_entry *entry, int depth)
{
    struct import_file file = {.path = work->archive->path, .len = entry->size};
    char *unpacked = NULL;
    bool done;

    if (++work->seen > FILES_MOST)
        return err_set(work->err, ERR_INPUT, "codes-zip", "%s: more than %d files in it",
                       work->archive->name, FILES_MOST);
    if (!is_wanted(work, entry->name) || entry->size == 0) {
        work->out->passed += !work->workbooks && !ends_in(entry->name, "/");
        return true;
    }
    work->unpacked += entry->size;
    if (work->unpacked > UNPACKED_MOST)
        return err_set(work->err, ERR_INPUT, "codes-zip", "%s: it unpacks to more than 3 GB",
                       work->archive->name);
    if (!zip_unpack(zip, entry, &unpacked, work->err))
        return false;
    if (ends_in(entry->name, ".zip")) {
        done = depth >= DEEPEST || !zip_is(unpacked, entry->size) ||
               unpack_all(work, unpacked, entry->size, depth + 1);
        free(unpacked);
        return done;
    }
    file.bytes = unpacked;
    file.name = member_name(work, entry->name);
    if (file.name == NULL) {
        free(unpacked);
        return err_set(work->err, ERR_MEMORY, "codes-memory", "not enough memory for %s",
                       work->archive->name);
    }
    if (work->workbooks) {
        sha256_of(file.bytes, file.len, file.sha256);
        done = !workbook_is(file.bytes, file.len) || unpack_sheets(work, &file);
        free(unpacked);
        return done;
    }
    consider(work, &file);
    return true;
}

static bool unpack_all(struct unpacking *work, const char *bytes, size_t len, int depth)
{
    struct err slip = {ERR_NONE, "", "", ""};
    struct zip_entry entry;
    struct zip zip;

    if (!zip_start(&zip, bytes, len, work->err))
        return false;
    while (zip_next(&zip, &entry, &slip)) {
        if (!unpack_one(work, &zip, &entry, depth))
            return false;
    }
    if (slip.kind != ERR_NONE)
        *work->err = slip;
    return slip.kind == ERR_NONE;
}

/* Addenda come last: they are compared with the order file beside them. */
static void addenda_last(struct unpacking *work)
{
    struct import_file *files = work->out->files.data;
    const struct importer **importers = work->importers.data;
    size_t count = work->out->files.count;

    for (size_t turns = 0; turns < count; turns++) {
        for (size_t i = 0; i + 1 < count; i++) {
            struct import_file file = files[i];

            if (importers[i] != &import_icd10_addenda || importers[i + 1] == importers[i])
                continue;
            files[i] = files[i + 1];
            files[i + 1] = file;
            importers[i] = importers[i + 1];
            importers[i + 1] = &import_icd10_addenda;
        }
    }
}

bool import_files_of(const struct import_file *file, const struct import_options *options,
                     struct import_files *files, struct err *err)
{
    struct unpacking work = {.archive = file, .options = options, .out = files, .err = err};
    bool done;

    *files = (struct import_files){0};
    pool_init(&files->pool);
    if (file->bytes == NULL || !zip_is(file->bytes, file->len) ||
        (options->kind != NULL && strcmp(options->kind, import_mcd.name) == 0) ||
        import_mcd_zip(file->bytes, file->len)) {
        vector_put(&files->files, file, sizeof *file);
        return !files->files.failed || err_set(err, ERR_MEMORY, "codes-memory",
                                               "not enough memory for %s", file->name);
    }
    files->unpacked = true;
    if (workbook_is(file->bytes, file->len)) {
        done = unpack_sheets(&work, file);
    } else {
        done = unpack_all(&work, file->bytes, file->len, 0);
        work.workbooks = true;
        work.seen = 0;
        if (done && files->files.count == 0)
            done = unpack_all(&work, file->bytes, file->len, 0);
    }
    if (done && (files->files.failed || work.importers.failed))
        done = err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for %s", file->name);
    if (done && files->files.count == 0) {
        done = err_set(err, ERR_INPUT, "codes-kind", "%s: no file in it of any kind that can be "
                       "imported", file->name);
        if (workbook_is(file->bytes, file->len))
            err_help(err, "no sheet of it has the header of a table; `rubric codes import --help` "
                          "names the tables");
        else
            err_help(err, "unpack it and name the file that was meant, with --as KIND");
    }
    if (done)
        addenda_last(&work);
    vector_free(&work.importers);
    return done;
}

void import_files_free(struct import_files *files)
{
    const struct import_file *all = files->files.data;

    for (size_t i = 0; files->unpacked && i < files->files.count; i++)
        free_bytes(&all[i]);
    vector_free(&files->files);
    pool_free(&files->pool);
}
