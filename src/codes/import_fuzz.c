/*
 * import_fuzz.c - any bytes under any name: read or refused, never worse.
 *
 * The first byte chooses the importer and the name that goes with it.
 */
#include <stdlib.h>

#include "codes/codes_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    };
    struct import_options options = {0};
    struct import_file file;
    struct import import;
    struct err err = {0};
    size_t which;

    if (size < 2)
        return 0;
    which = data[0] % (sizeof kinds / sizeof kinds[0]);
    options.kind = kinds[which][0];
    file = fixture_file(kinds[which][1], (const char *)data + 1, size - 1);
    if (!import_read(&file, &options, &import, &err) && err.text[0] == '\0')
        abort();
    import_free(&import);
    return 0;
}
