/*
 * policy_aside.c - the policies that the home folder remembers as dangerous.
 */
#include "cli/policy_aside.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/home.h"
#include "cli/json_view.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/page.h"
#include "host/aside.h"

bool policy_aside_words(int count, char **words)
{
    return (count == 1 && strcmp(words[0], "status") == 0) ||
           (count >= 2 && strcmp(words[0], "clear") == 0);
}

static void print_one(struct page *page, yyjson_val *policy)
{
    yyjson_val *deaths = view_at(policy, "deaths");

    page_quote(page, view_text(policy, "policy"));
    page_say(page, view_flag(policy, "set_aside") ? ": set aside; it ended the evaluator %d times"
                                                  : ": it ended the evaluator %d times",
             yyjson_get_int(deaths));
    page_end(page, STYLE_PLAIN, 0);
    page_label(page, STYLE_PLAIN, "", 2);
    page_say(page, "the last on ");
    page_quote(page, view_text(policy, "last"));
    page_end(page, STYLE_PLAIN, 2);
    page_label(page, STYLE_PLAIN, "", 2);
    page_quote(page, view_text(policy, "why"));
    page_end(page, STYLE_PLAIN, 2);
}

static void print_status(const struct buf *json)
{
    yyjson_doc *doc = yyjson_read(json->data, json->len, YYJSON_READ_NOFLAG);
    yyjson_val *list = view_at(yyjson_doc_get_root(doc), "policies");
    struct page page;
    size_t i, count;
    yyjson_val *policy;

    page_init(&page, stdout, COLOR_NEVER);
    if (yyjson_arr_size(list) == 0) {
        page_say(&page, "No policy has ended an evaluator.");
        page_end(&page, STYLE_PLAIN, 0);
    }
    yyjson_arr_foreach(list, i, count, policy)
        print_one(&page, policy);
    page_free(&page);
    yyjson_doc_free(doc);
}

int policy_aside(int count, char **words, const char *home, bool json)
{
    char folder[PATH_MAX];
    struct buf list = BUF_INIT;
    struct err err;

    if (!home_find(home, true, folder, sizeof folder, &err))
        return open_failed(&err);
    for (int i = 1; i < count; i++)
        if (!aside_clear(folder, words[i], &err))
            return open_failed(&err);
    if (count == 1) {
        aside_json(folder, &list);
        if (json)
            output_line(&list);
        else
            print_status(&list);
        buf_free(&list);
    }
    return 0;
}
