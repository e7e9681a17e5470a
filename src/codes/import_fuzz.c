/*
 * import_fuzz.c - any bytes under any name: read or refused, never worse.
 *
 * The first byte chooses the importer and the name that goes with it; or that the
 * bytes are an archive; or, with a NUL between them, the formats, the shared
 * strings and the sheet of a workbook.
 */
#include <stdlib.h>

#include "codes/codes_fixture.h"
#include "codes/workbook.h"
#include "codes/zip_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_archive(const char *bytes, size_t len)
{
    struct import_file file = fixture_file("HCPC2026_JAN_ANWEB.zip", bytes, len);
    const struct import_options none = {0};
    struct import_files files;
    struct import import;
    struct err err = {0};

    if (!import_files_of(&file, &none, &files, &err) && err.text[0] == '\0')
        abort();
    for (size_t i = 0; files.unpacked && i < files.files.count; i++) {
        if (!import_read((const struct import_file *)files.files.data + i, &none, &import, &err) &&
            err.text[0] == '\0')
            abort();
        import_free(&import);
    }
    import_files_free(&files);
}

static void read_workbook(const char *bytes, size_t len)
{
    static const char *const parts[] = {"xl/styles.xml", "xl/sharedStrings.xml",
                                        "xl/worksheets/sheet1.xml"};
    struct archive archive = {BUF_INIT, BUF_INIT, 0};

    add_text(&archive, "xl/workbook.xml", "<workbook><sheet r:id=\"a\"/></workbook>");
    add_text(&archive, "xl/_rels/workbook.xml.rels",
             "<a><b Id=\"a\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/></a>");
    for (size_t i = 0; i < 3; i++) {
        size_t part = i == 2 ? len : strnlen(bytes, len);

        add_entry(&archive, parts[i], bytes, part);
        part += part < len;
        bytes += part;
        len -= part;
    }
    end_archive(&archive);
    read_archive(archive.bytes.data, archive.bytes.len);
    buf_free(&archive.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const kinds[][2] = {
        {"icd-10-cm", "icd10cm_order_2026.txt"},
        {"icd-10-cm-notes", "icd10cm_tabular_2026.xml"},
        {"hcpcs", "HCPC2026_JAN_ANWEB.txt"},
        {"ncci", "ccipra-v320r0-f1.TXT"},
        {"mue", "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"},
        {"coverage", "current_article.zip"},
        {"valueset", "ValueSet.json"},
        {"cpt", "LONGULT2026.txt"},
        {"pos", "pos.csv"},
        {"own", "own.csv"},
        {NULL, "unknown_2026.txt"},
        {NULL, "an archive"},
        {NULL, "a workbook"},
    };
    const size_t count = sizeof kinds / sizeof kinds[0];
    const char *bytes = (const char *)data + 1;
    struct import_options options = {0};
    struct import_file file;
    struct import import;
    struct err err = {0};
    size_t which;

    if (size < 2)
        return 0;
    which = data[0] % count;
    if (which >= count - 2) {
        (which == count - 1 ? read_workbook : read_archive)(bytes, size - 1);
        return 0;
    }
    options.kind = kinds[which][0];
    file = fixture_file(kinds[which][1], bytes, size - 1);
    if (!import_read(&file, &options, &import, &err) && err.text[0] == '\0')
        abort();
    import_free(&import);
    return 0;
}
