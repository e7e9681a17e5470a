/*
 * codes_fixture.h - for tests and measurements of this room: an invented order
 * file in the exact layout, a home folder of its own, and importing into it.
 */
#ifndef RUBRIC_CODES_CODES_FIXTURE_H
#define RUBRIC_CODES_CODES_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "codes/codes.h"
#include "codes/codes_swap.h"
#include "codes/import.h"

struct fixture_order {
    struct buf text;
    int rows;
};

static inline void fixture_row(struct fixture_order *order, const char *code, int billable,
                               const char *title)
{
    buf_printf(&order->text, "%05d %-7s %d %-60.60s %s\r\n", ++order->rows, code, billable, title,
               title);
}

/* A category with subdivisions down to seven characters. */
static inline void fixture_category(struct fixture_order *order, const char *category, int kinds)
{
    static const char sevenths[] = "ADGKPS";
    char code[40], title[128];

    snprintf(title, sizeof title, "Invented disorders of group %s", category);
    fixture_row(order, category, 0, title);
    for (int kind = 0; kind < kinds; kind++) {
        snprintf(code, sizeof code, "%s%d", category, kind);
        snprintf(title, sizeof title, "Invented disorder %d of group %s, lumbar region", kind,
                 category);
        if (kind % 3 != 2) {
            fixture_row(order, code, 1, title);
            continue;
        }
        fixture_row(order, code, 0, title);
        for (int side = 0; side < 3; side++) {
            snprintf(code, sizeof code, "%s%d0%d", category, kind, side);
            snprintf(title, sizeof title, "Invented disorder %d of group %s, %s side", kind,
                     category, side == 0 ? "unspecified" : side == 1 ? "right" : "left");
            fixture_row(order, code, 0, title);
            for (const char *seventh = sevenths; *seventh != '\0'; seventh++) {
                char leaf[48], words[192];

                snprintf(leaf, sizeof leaf, "%s%c", code, *seventh);
                snprintf(words, sizeof words, "%s, encounter of type %c", title, *seventh);
                fixture_row(order, leaf, 1, words);
            }
        }
    }
}

/* The places where tabular order is not that of the texts, and M54 as in year. */
static inline void fixture_specials(struct fixture_order *order, int year)
{
    fixture_row(order, "C43", 0, "Malignant melanoma of skin");
    fixture_row(order, "C430", 1, "Malignant melanoma of lip");
    fixture_row(order, "C4A", 0, "Merkel cell carcinoma");
    fixture_row(order, "C4A0", 1, "Merkel cell carcinoma of lip");
    fixture_row(order, "C44", 0, "Other malignant neoplasm of skin");
    fixture_row(order, "C440", 1, "Other malignant neoplasm of skin of lip");
    fixture_row(order, "M1A", 0, "Chronic gout");
    fixture_row(order, "M1A9XX0", 1, "Chronic gout, unspecified, without tophus (tophi)");
    fixture_row(order, "M10", 0, "Gout");
    fixture_row(order, "M109", 1, "Gout, unspecified");
    fixture_row(order, "M54", 0, "Dorsalgia");
    fixture_row(order, "M541", 0, "Radiculopathy");
    fixture_row(order, "M5410", 1, "Radiculopathy, site unspecified");
    fixture_row(order, "M5412", 1, "Radiculopathy, cervical region");
    fixture_row(order, "M5416", 1, "Radiculopathy, lumbar region");
    fixture_row(order, "M542", 1, "Cervicalgia");
    fixture_row(order, "M545", year < 2022, "Low back pain");
    if (year >= 2022) {
        fixture_row(order, "M5450", 1, "Low back pain, unspecified");
        fixture_row(order, "M5459", 1, "Other low back pain");
    }
    fixture_row(order, "Z36", 0, "Encounter for antenatal screening of mother");
    fixture_row(order, "Z369", 1, "Encounter for antenatal screening, unspecified");
    fixture_row(order, "Z3A", 0, "Weeks of gestation");
    fixture_row(order, "Z3A08", 1, "8 weeks gestation of pregnancy");
    fixture_row(order, "Z37", 0, "Outcome of delivery");
    fixture_row(order, "Z370", 1, "Single live birth");
}

/* categories of kinds subdivisions each, then the specials, then the last. */
static inline void fixture_order(struct fixture_order *order, int categories, int kinds, int year)
{
    char category[8];

    *order = (struct fixture_order){BUF_INIT, 0};
    for (int i = 0; i < categories; i++) {
        snprintf(category, sizeof category, "%c%02d", 'A' + i / 100 % 24, i % 100);
        if (strcmp(category, "C43") != 0 && strcmp(category, "C44") != 0 &&
            strcmp(category, "M10") != 0 && strcmp(category, "M54") != 0)
            fixture_category(order, category, kinds);
    }
    fixture_specials(order, year);
    fixture_row(order, "U07", 0, "Emergency use of U07");
    fixture_row(order, "U070", 1, "Vaping-related disorder");
}

/* A file in memory, as import_file_read() would give it. */
static inline struct import_file fixture_file(const char *name, const char *bytes, size_t len)
{
    struct import_file file = {.path = name, .name = name, .bytes = bytes, .len = len};

    for (size_t i = 0; i < len; i++)
        file.sha256[i % 32] = (uint8_t)(file.sha256[i % 32] * 31 + (unsigned char)bytes[i]);
    return file;
}

/* Imports one file into the codes.db at path; false with the error. */
static inline bool fixture_import(const char *path, const char *name, const char *bytes,
                                  size_t len, const struct import_options *options,
                                  struct err *err)
{
    static const struct import_options none;
    struct import_file file = fixture_file(name, bytes, len);
    struct codes_swap *swap = NULL;
    enum swap_result result;
    struct import import;
    size_t size;
    bool done = import_read(&file, options == NULL ? &none : options, &import, err) &&
                codes_swap_begin(path, NULL, &swap, err) &&
                codes_swap_store(swap, &import, &result, err) &&
                codes_swap_commit(swap, &size, err);

    codes_swap_end(swap);
    import_free(&import);
    return done;
}

/* A new folder; path becomes that of codes.db in it. */
static inline void fixture_home(char path[256])
{
    const char *folder = getenv("TMPDIR");

    snprintf(path, 200, "%s/codes-XXXXXX", folder == NULL ? "/tmp" : folder);
    if (mkdtemp(path) == NULL)
        abort();
    strcat(path, "/codes.db");
}

static inline void fixture_remove(const char *path)
{
    char command[512];

    snprintf(command, sizeof command, "rm -rf \"$(dirname '%s')\"", path);
    if (system(command) != 0)
        abort();
}

#endif
