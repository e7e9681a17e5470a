/*
 * print_due.c - until when the request must be decided, and how that was counted.
 */
#include "cli/confidence.h"
#include "cli/json_view.h"
#include "cli/print_parts.h"

/* "(7 calendar days from 2026-11-02; CMS-0057-F [P])" */
static void say_how(struct page *page, yyjson_val *due)
{
    page_say(page, " (");
    page_quote(page, view_text(due, "says"));
    page_say(page, "; ");
    page_quote(page, view_text(due, "cite"));
    confidence_say(page, due);
    page_say(page, ")");
}

void print_due(struct page *page, yyjson_val *answer)
{
    yyjson_val *due = view_at(answer, "due");
    struct str at = view_text(due, "at"), on = view_text(due, "on");

    if (due == NULL)
        return;
    if (on.len > 0) {
        page_say(page, "Due by ");
        page_quote(page, at.len > 0 ? at : on);
        say_how(page, due);
        if (view_text(due, "extended").len > 0) {
            page_say(page, "; extended, by ");
            page_quote(page, view_text(due, "extended"));
        }
    } else {
        page_say(page, "No due date: ");
        page_quote(page, view_text(due, "says"));
    }
    if (view_text(due, "stated").len > 0) {
        page_say(page, ". The case itself says: by ");
        page_quote(page, view_text(due, "stated"));
    }
    page_end(page, STYLE_PLAIN, 0);
}
