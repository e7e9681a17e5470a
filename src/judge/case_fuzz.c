/*
 * case_fuzz.c - any bytes at all are read or refused, and nothing else happens.
 *
 * What is refused has a problem with a place inside the bytes; what is read
 * answers every question about every record.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "judge/casefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void insist(bool truth)
{
    if (!truth)
        abort();
}

static void ask(const struct casefile *file)
{
    const struct str path[] = {str_of("outcome"), str_of("reliefPercent")};
    struct case_evidence evidence;
    struct case_record record;
    struct case_records records;
    yyjson_val *src;

    insist(file->id.len > 0);
    for (unsigned list = 0; list < CASE_LISTS; list++) {
        records = casefile_records(file, (enum case_list)list);
        while (case_records_next(&records, &record)) {
            case_record_get(&record, path, 2, &src);
            insist(casefile_evidence(file, record.src, &evidence) || list == CASE_LINES ||
                   list == CASE_DOCUMENTS);
            if (evidence.has_span && evidence.quote.at != NULL)
                insist(evidence.quote.len == evidence.to - evidence.from);
        }
    }
}

static void look(const struct case_problems *problems, size_t size)
{
    insist(problems->count > 0 && problems->kept <= problems->count);
    for (size_t i = 0; i < problems->kept; i++) {
        insist(problems->items[i].offset <= size);
        insist(problems->items[i].line > 0 && problems->items[i].column > 0);
        insist(problems->items[i].text[0] != '\0');
        insist(i == 0 || problems->items[i - 1].offset <= problems->items[i].offset);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct case_problems problems;
    struct casefile file;
    struct pool pool;
    char *bytes = malloc(size + 1);

    insist(bytes != NULL);
    memcpy(bytes, data, size);
    pool_init(&pool);
    if (casefile_parse(&file, bytes, size, &pool, NULL, &problems, NULL))
        ask(&file);
    else
        look(&problems, size);
    pool_free(&pool);
    free(bytes);
    return 0;
}
