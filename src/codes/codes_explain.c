/*
 * codes_explain.c - why a code does not stand, and what was probably meant.
 *
 * These are the errors of the catalogue in docs/code-tables.md. Each says what
 * is wrong first and then the next step: the nearest codes, the billable
 * children, the successor, or the file to import.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "codes/codes.h"
#include "codes/tables.h"

#define NEAR_MOST 3
#define CHILDREN_SHOWN 4

/* ---- near codes -------------------------------------------------------------- */

struct hunt {
    const struct codes *codes;
    int system;
    day_t day;
    struct code_entry *near;
    size_t room, count;
};

/* Keeps a guess if it is billable on the day and new; false when all is full. */
static bool try_guess(struct hunt *hunt, const char *text, size_t len)
{
    int system = hunt->system;
    struct code_entry entry;
    const struct index *index;
    code_key key = code_normal(&system, text, len);
    uint32_t row;

    if (key == 0 || system != hunt->system)
        return true;
    index = tables_choose(hunt->codes, system, key, &row);
    if (row == INDEX_NONE ||
        tables_state(hunt->codes, index, system, row, hunt->day, &entry) != CODE_BILLABLE)
        return true;
    for (size_t i = 0; i < hunt->count; i++) {
        if (hunt->near[i].key == key)
            return true;
    }
    hunt->near[hunt->count++] = entry;
    return hunt->count < hunt->room;
}

/* A letter for the digit it looks like, and the reverse, one at a time. */
static bool try_lookalikes(struct hunt *hunt, const char *text, size_t len)
{
    static const char pairs[][2] = {{'O', '0'}, {'0', 'O'}, {'I', '1'}, {'1', 'I'}, {'L', '1'}};
    char guess[CODE_TEXT];

    for (size_t at = 0; at < len; at++) {
        for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
            memcpy(guess, text, len);
            if (text[at] != pairs[i][0])
                continue;
            guess[at] = pairs[i][1];
            if (!try_guess(hunt, guess, len))
                return false;
        }
    }
    return true;
}

/* The last character moved to the seventh place, X between: T819A, T81.9XXA. */
static bool try_padding(struct hunt *hunt, const char *text, size_t len)
{
    char guess[8];

    if (hunt->system != CODE_SYSTEM_ICD10CM || len < 4 || len > 6)
        return true;
    memset(guess, 'X', sizeof guess);
    memcpy(guess, text, len - 1);
    guess[6] = text[len - 1];
    return try_guess(hunt, guess, 7);
}

/* What is left when characters at the end are taken away. */
static bool try_shorter(struct hunt *hunt, const char *text, size_t len)
{
    while (len > 3) {
        if (!try_guess(hunt, text, --len))
            return false;
    }
    return true;
}

static bool try_swaps(struct hunt *hunt, const char *text, size_t len)
{
    char guess[CODE_TEXT];

    for (size_t at = 0; at + 1 < len; at++) {
        memcpy(guess, text, len);
        guess[at] = text[at + 1];
        guess[at + 1] = text[at];
        if (!try_guess(hunt, guess, len))
            return false;
    }
    return true;
}

/* Every other character at every place, the last place first; then one more
 * character, then one less. */
static bool try_edits(struct hunt *hunt, const char *text, size_t len)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char guess[CODE_TEXT + 1];

    for (size_t at = len; at-- > 0;) {
        for (const char *letter = letters; *letter != '\0'; letter++) {
            memcpy(guess, text, len);
            guess[at] = *letter;
            if (!try_guess(hunt, guess, len))
                return false;
        }
    }
    for (size_t at = len + 1; at-- > 0 && len < 7;) {
        for (const char *letter = letters; *letter != '\0'; letter++) {
            memcpy(guess, text, at);
            guess[at] = *letter;
            memcpy(guess + at + 1, text + at, len - at);
            if (!try_guess(hunt, guess, len + 1))
                return false;
        }
    }
    for (size_t at = len; at-- > 0;) {
        memcpy(guess, text, at);
        memcpy(guess + at, text + at + 1, len - at - 1);
        if (!try_guess(hunt, guess, len - 1))
            return false;
    }
    return true;
}

size_t codes_near(const struct codes *codes, int system, struct str code, day_t day,
                  struct code_entry *near, size_t room)
{
    struct hunt hunt = {codes, system, day, near, room, 0};
    char text[CODE_TEXT];
    size_t len = 0;

    if (room == 0 || system == CODE_SYSTEM_NONE)
        return 0;
    for (size_t i = 0; i < code.len && len < 8; i++) {
        char c = code.at[i];

        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c > ' ' && c != '.' && c <= '~')
            text[len++] = c;
    }
    if (len > 0 && try_lookalikes(&hunt, text, len) && try_padding(&hunt, text, len) &&
        try_shorter(&hunt, text, len) && try_swaps(&hunt, text, len))
        (void)try_edits(&hunt, text, len);
    return hunt.count;
}

/* ---- texts ------------------------------------------------------------------- */

static void put_code(const struct codes *codes, const struct code_entry *entry, struct buf *out)
{
    char shown[CODE_SHOWN], title[80];
    size_t len = codes_title(codes, entry, title, sizeof title);

    code_show(entry->system, entry->key, shown);
    buf_puts(out, shown);
    if (len > 0)
        buf_printf(out, " (%s%s)", title, len < sizeof title ? "" : "...");
}

static bool help_near(const struct codes *codes, int system, struct str code, day_t day,
                      struct err *err)
{
    struct code_entry near[NEAR_MOST];
    size_t count = codes_near(codes, system, code, day, near, NEAR_MOST);
    char text[sizeof err->help];
    struct buf out = buf_fixed(text, sizeof text);

    if (count == 0)
        return err_help(err, "`rubric codes search WORDS` finds codes by their titles");
    buf_puts(&out, "did you mean ");
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_puts(&out, i + 1 < count ? ", " : " or ");
        put_code(codes, &near[i], &out);
    }
    return err_help(err, "%s?", buf_cstr(&out));
}

struct children {
    const struct code_entry *header;
    struct code_entry shown[CHILDREN_SHOWN];
    size_t count;
    size_t sevens;     /* how many have seven characters */
    code_key stem;     /* the first six characters of all of them; 0 if they differ */
    char letters[37];  /* the seventh characters, in order, once */
};

static void add_child(struct children *children, const struct code_entry *child)
{
    char letter = (char)(child->key >> 8 & 0xFF);
    size_t have = strlen(children->letters);

    if (children->count < CHILDREN_SHOWN)
        children->shown[children->count] = *child;
    if (code_key_len(child->key) == 7) {
        code_key stem = code_key_cut(child->key, 6);

        if (children->sevens == 0)
            children->stem = stem;
        else if (children->stem != stem)
            children->stem = 0;
        children->sevens++;
        if (have + 1 < sizeof children->letters && strchr(children->letters, letter) == NULL)
            children->letters[have] = letter;
    }
    children->count++;
}

static void find_children(const struct codes *codes, const struct code_entry *header, day_t day,
                          struct children *children)
{
    const struct index *index = header->starter ? &codes->starter : &codes->home;
    uint32_t end = index_end(index, header->row);
    struct code_entry child;

    *children = (struct children){.header = header};
    for (uint32_t row = header->row + 1; row < end; row++) {
        if (tables_state(codes, index, header->system, row, day, &child) == CODE_BILLABLE)
            add_child(children, &child);
    }
}

static bool explain_header(const struct codes *codes, const struct code_entry *entry, day_t day,
                           struct err *err)
{
    char shown[CODE_SHOWN], stem[CODE_SHOWN], on[CIVIL_TEXT], text[sizeof err->help];
    struct buf out = buf_fixed(text, sizeof text);
    struct children children;

    code_show(entry->system, entry->key, shown);
    civil_format(day, on);
    find_children(codes, entry, day, &children);
    err_set(err, ERR_INPUT, "code-not-billable", "%s is a header on %s, not a billable code",
            shown, on);
    if (children.count == 0)
        return err_help(err, "no billable code below it is in the table that is loaded");
    if (children.stem != 0 && children.sevens == children.count) {
        code_show(entry->system, children.stem, stem);
        buf_printf(&out, "add a 7th character to %s: ", stem);
        for (size_t i = 0; children.letters[i] != '\0'; i++)
            buf_printf(&out, "%s%c", i == 0 ? "" : ", ", children.letters[i]);
        return err_help(err, "%s", buf_cstr(&out));
    }
    buf_puts(&out, "use ");
    for (size_t i = 0; i < children.count && i < CHILDREN_SHOWN; i++) {
        if (i > 0)
            buf_puts(&out, i + 1 < children.count ? ", " : " or ");
        put_code(codes, &children.shown[i], &out);
    }
    if (children.count > CHILDREN_SHOWN)
        buf_printf(&out, " or one of %zu more: `rubric codes expand '%s*'`",
                   children.count - CHILDREN_SHOWN, shown);
    return err_help(err, "%s", buf_cstr(&out));
}

static bool explain_expired(const struct codes *codes, const struct code_entry *entry, day_t day,
                            struct err *err)
{
    char shown[CODE_SHOWN], after[CODE_SHOWN], on[CIVIL_TEXT], last[CIVIL_TEXT];

    code_show(entry->system, entry->key, shown);
    civil_format(day, on);
    civil_format(entry->to, last);
    err_set(err, ERR_INPUT, "code-expired", "%s is not valid on %s: its last day was %s", shown,
            on, last);
    if (entry->successor != 0) {
        code_show(entry->system, entry->successor, after);
        return err_help(err, "its successor is %s", after);
    }
    return help_near(codes, entry->system, str_of(shown), day, err);
}

static bool explain_not_yet(const struct codes *codes, const struct code_entry *entry, day_t day,
                            struct err *err)
{
    char shown[CODE_SHOWN], on[CIVIL_TEXT], first[CIVIL_TEXT], text[sizeof err->help];
    struct buf out = buf_fixed(text, sizeof text);
    struct code_entry parent;

    code_show(entry->system, entry->key, shown);
    civil_format(day, on);
    civil_format(entry->from, first);
    err_set(err, ERR_INPUT, "code-not-yet-valid", "%s is not valid on %s: its first day is %s",
            shown, on, first);
    if (codes_parent(codes, entry, day, &parent) && parent.status == CODE_BILLABLE) {
        put_code(codes, &parent, &out);
        return err_help(err, "before that day: %s", buf_cstr(&out));
    }
    return err_help(err, "check the date of service, or use the code of that time");
}

static bool explain_missing(const struct codes *codes, int system, struct str code, day_t day,
                            struct err *err)
{
    char on[CIVIL_TEXT];
    int year, month, dom;

    civil_format(day, on);
    civil_parts(day, &year, &month, &dom);
    err_set(err, ERR_INPUT, "code-release-missing", "no release of %s is loaded for %s: '%.*s' "
            "cannot be looked up", codes_system_name(codes, system), on,
            (int)(code.len > 32 ? 32 : code.len), code.at);
    if (system == CODE_SYSTEM_ICD10CM)
        return err_help(err, "import that year's order file: `rubric codes import "
                             "icd10cm_order_%d.txt`", month >= 10 ? year + 1 : year);
    if (system == CODE_SYSTEM_HCPCS)
        return err_help(err, "import the file of that quarter: `rubric codes import "
                             "HCPC%d_%s_ANWEB.txt`", year,
                        month < 4 ? "JAN" : month < 7 ? "APR" : month < 10 ? "JUL" : "OCT");
    return err_help(err, "import one with `rubric codes import FILE`");
}

static bool explain_unknown(const struct codes *codes, int system, code_key key, struct str code,
                            day_t day, struct err *err)
{
    char shown[CODE_SHOWN], on[CIVIL_TEXT];

    code_show(system, key, shown);
    civil_format(day, on);
    err_set(err, ERR_INPUT, "code-unknown", "%s is no %s code on %s", shown,
            codes_system_name(codes, system), on);
    return help_near(codes, system, code, day, err);
}

bool codes_explain(const struct codes *codes, struct str system, struct str code, day_t day,
                   struct err *err)
{
    struct code_entry entry;

    switch (codes_status(codes, system, code, day, &entry)) {
    case CODE_BILLABLE:
        return true;
    case CODE_HEADER:
        return explain_header(codes, &entry, day, err);
    case CODE_NOT_YET:
        return explain_not_yet(codes, &entry, day, err);
    case CODE_EXPIRED:
        return explain_expired(codes, &entry, day, err);
    case CODE_UNKNOWN:
        return explain_unknown(codes, entry.system, entry.key, code, day, err);
    case CODE_UNVERIFIED:
        err_set(err, ERR_INPUT, "code-unverified", "'%.*s' is well formed, but no table that "
                "is loaded could know it", (int)(code.len > 32 ? 32 : code.len), code.at);
        return err_help(err, "import the licensed table with `rubric codes import FILE`");
    case CODE_RELEASE_MISSING:
        return explain_missing(codes, entry.system, code, day, err);
    case CODE_MALFORMED:
        code_malformed(entry.system, code.at, code.len, err);
        return false;
    }
    return false;
}
