/*
 * print_fuzz.c - any bytes as a batch line, as an answer and as a policy tree:
 * whatever they are, nothing breaks, and no escape reaches the terminal.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/batch_line.h"
#include "cli/print_answer.h"
#include "cli/print_policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* What is printed without colour has no control character but line ends. */
static void require_harmless(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        require((unsigned char)text[i] >= 0x20 || text[i] == '\n');
}

static void print(const char *text, size_t len, bool as_policy)
{
    struct page page;
    struct err err;
    char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);
    yyjson_doc *doc = as_policy ? yyjson_read(text, len, YYJSON_READ_NOFLAG) : NULL;

    require(out != NULL);
    page_init(&page, out, COLOR_NEVER);
    if (as_policy)
        print_policy_tree(&page, yyjson_doc_get_root(doc));
    else if (!print_answer(&page, text, len, TREE_ALL, &err))
        require(err.text[0] != '\0');
    page_free(&page);
    fclose(out);
    require_harmless(printed, size);
    free(printed);
    yyjson_doc_free(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct batch_line line;
    struct err err;

    if (batch_line_read(text, size, &line, &err)) {
        require(line.document.at >= text && line.document.at + line.document.len <= text + size);
        require(strlen(line.policy) < BATCH_WORD && strlen(line.as_of) < BATCH_WORD);
    }
    print(text, size, false);
    print(text, size, true);
    return 0;
}
