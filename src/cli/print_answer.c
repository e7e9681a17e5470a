/*
 * print_answer.c - an answer as a person reads it.
 */
#include "cli/print_answer.h"

#include "cli/json_view.h"
#include "cli/print_parts.h"

void print_title(struct page *page, const char *title)
{
    fputc('\n', page->out);
    page_say(page, "%s", title);
    page_end(page, STYLE_STRONG, 0);
}

void print_value(struct page *page, yyjson_val *value)
{
    struct buf text = BUF_INIT;

    view_value(&text, value);
    page_quote(page, (struct str){text.data, text.failed ? 0 : text.len});
    buf_free(&text);
}

bool print_answer(struct page *page, const char *json, size_t len, enum print_tree tree,
                  struct err *err)
{
    yyjson_doc *doc = yyjson_read(json, len, YYJSON_READ_NOFLAG);
    yyjson_val *answer = yyjson_doc_get_root(doc);

    if (!yyjson_is_obj(answer) || view_text(answer, "recommendation").len == 0) {
        yyjson_doc_free(doc);
        return err_set(err, ERR_STORE, "E-ANSWER", "the answer is not an answer document");
    }
    print_headline(page, answer);
    print_due(page, answer);
    print_reasons(page, answer);
    print_lines(page, answer);
    print_criteria(page, answer, tree);
    print_missing(page, answer);
    print_footer(page, answer);
    yyjson_doc_free(doc);
    return true;
}
