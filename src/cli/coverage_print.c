/*
 * coverage_print.c - what the specs have shown, and what they have not.
 */
#include "cli/coverage.h"

#include "judge/cover.h"

#define COLUMN_NAME 14
#define COLUMN_LACKS 44

/* One kind of item: what it is called, and what it is when nothing lacks. */
static const struct kind_words {
    const char *one, *many, *whole;
} kinds[COVER_KINDS] = {
    [COVER_CRITERION] = {"criterion", "criteria", "seen met, not met and undocumented"},
    [COVER_PATHWAY] = {"pathway", "pathways", "seen to apply and not to apply"},
    [COVER_SAFEGUARD] = {"safeguard", "safeguards", "seen to act and not to act"},
    [COVER_PARAMETER] = {"parameter", "parameters", "tested on both sides"},
    [COVER_CODE_SET] = {"code set", "code sets", "with a member, a near miss, a retired code"},
};

/* What a bit of an item is called, in the JSON and to people. */
static const struct bit_words {
    unsigned bit;
    const char *key, *lacks;
} criterion_bits[] = {{COVER_MET, "met", "never met"},
                      {COVER_NOT_MET, "not_met", "never not met"},
                      {COVER_UNDOCUMENTED, "undocumented", "never undocumented"},
                      {COVER_EXCEPTED, "exception", "its exception never used"},
                      {COVER_NOT_APPLICABLE, "not_applicable", ""},
                      {0, NULL, NULL}},
  applying_bits[] = {{COVER_MET, "met", "never applies"},
                     {COVER_NOT_MET, "not_met", "always applies"},
                     {COVER_UNDOCUMENTED, "undocumented", ""},
                     {0, NULL, NULL}},
  parameter_bits[] = {{COVER_MET, "met", "no test passes by it"},
                      {COVER_NOT_MET, "not_met", "no test fails by it"},
                      {COVER_UNDOCUMENTED, "undocumented", ""},
                      {0, NULL, NULL}},
  set_bits[] = {{COVER_MEMBER, "member", "no member"},
                {COVER_NEAR_MISS, "near_miss", "no near miss"},
                {COVER_RETIRED, "retired", "no retired code"},
                {0, NULL, NULL}};

static const struct bit_words *bits_of(enum cover_kind kind)
{
    static const struct bit_words *const bits[COVER_KINDS] = {
        [COVER_CRITERION] = criterion_bits, [COVER_PATHWAY] = applying_bits,
        [COVER_SAFEGUARD] = applying_bits,  [COVER_PARAMETER] = parameter_bits,
        [COVER_CODE_SET] = set_bits,
    };

    return bits[kind];
}

struct counted {
    size_t whole[COVER_KINDS], all[COVER_KINDS];
};

static void count_file(const struct cover_file *file, struct counted *counted)
{
    for (const struct cover_item *item = file->items; item != NULL; item = item->next) {
        counted->all[item->kind]++;
        counted->whole[item->kind] += coverage_lacks(item) == 0;
    }
}

static struct counted count_all(const struct coverage *coverage)
{
    struct counted counted = {{0}, {0}};

    for (const struct cover_file *file = coverage->files; file != NULL; file = file->next)
        if (file->wanted)
            count_file(file, &counted);
    return counted;
}

static void print_item(struct page *page, const struct cover_item *item)
{
    unsigned lacks = coverage_lacks(item);
    bool first = true;

    page_label(page, STYLE_FAINT, "", 2);
    page_label(page, STYLE_FAINT, kinds[item->kind].one, COLUMN_NAME);
    page_cell(page, item->name, COLUMN_LACKS);
    if (item->seen == 0 || item->seen == COVER_HAS_RETIRED) {
        page_say(page, "never asked");
        page_end(page, STYLE_OPEN, COLUMN_LACKS);
        return;
    }
    for (const struct bit_words *word = bits_of(item->kind); word->key != NULL; word++) {
        if ((lacks & word->bit) == 0)
            continue;
        page_say(page, "%s%s", first ? "" : ", ",
                 (item->unreachable & word->bit) != 0 ? "seen, though a spec says it cannot be"
                                                      : word->lacks);
        first = false;
    }
    page_end(page, STYLE_OPEN, COLUMN_LACKS);
}

static void print_file(struct page *page, const struct cover_file *file)
{
    struct counted counted = {{0}, {0}};
    bool first = true;

    count_file(file, &counted);
    page_label(page, STYLE_STRONG, file->name, 0);
    page_end(page, STYLE_PLAIN, 0);
    page_label(page, STYLE_FAINT, "", 2);
    for (enum cover_kind kind = COVER_CRITERION; kind < COVER_KINDS; kind++) {
        if (counted.all[kind] == 0)
            continue;
        page_say(page, "%s%zu of %zu %s", first ? "" : ", ", counted.whole[kind],
                 counted.all[kind], kinds[kind].many);
        first = false;
    }
    page_end(page, STYLE_PLAIN, 2);
    for (const struct cover_item *item = file->items; item != NULL; item = item->next)
        if (coverage_lacks(item) != 0)
            print_item(page, item);
}

void coverage_print(struct page *page, const struct coverage *coverage)
{
    struct counted counted = count_all(coverage);

    fputc('\n', page->out);
    for (const struct cover_file *file = coverage->files; file != NULL; file = file->next)
        if (file->wanted && file->items != NULL)
            print_file(page, file);
    fputc('\n', page->out);
    for (enum cover_kind kind = COVER_CRITERION; kind < COVER_KINDS; kind++) {
        if (counted.all[kind] == 0)
            continue;
        page_say(page, "%zu of %zu %s %s", counted.whole[kind], counted.all[kind],
                 kinds[kind].many, kinds[kind].whole);
        page_end(page, counted.whole[kind] == counted.all[kind] ? STYLE_GOOD : STYLE_OPEN, 2);
    }
}

/* ---- JSON ------------------------------------------------------------------------- */

static void put_bits(struct buf *out, const char *name, enum cover_kind kind, unsigned bits)
{
    const char *comma = "";

    buf_puts(out, name);
    for (const struct bit_words *word = bits_of(kind); word->key != NULL; word++) {
        if ((bits & word->bit) == 0)
            continue;
        buf_printf(out, "%s\"%s\"", comma, word->key);
        comma = ",";
    }
    buf_putc(out, ']');
}

static void put_items(struct buf *out, const struct cover_file *file)
{
    for (const struct cover_item *item = file->items; item != NULL; item = item->next) {
        buf_printf(out, "%s{\"kind\":\"%s\"", item == file->items ? "" : ",",
                   kinds[item->kind].one);
        put_bits(out, ",\"lacks\":[", item->kind, coverage_lacks(item));
        buf_printf(out, ",\"line\":%u,\"name\":", item->line);
        buf_put_json(out, item->name.at, item->name.len);
        put_bits(out, ",\"seen\":[", item->kind, item->seen);
        put_bits(out, ",\"unreachable\":[", item->kind, item->unreachable);
        buf_putc(out, '}');
    }
}

void coverage_json(struct buf *out, const struct coverage *coverage)
{
    struct counted counted = count_all(coverage);
    const char *comma = "";

    buf_puts(out, "{\"cases\":");
    buf_put_int(out, (int64_t)coverage->cases);
    buf_puts(out, ",\"files\":[");
    for (const struct cover_file *file = coverage->files; file != NULL; file = file->next) {
        if (!file->wanted || file->items == NULL)
            continue;
        buf_printf(out, "%s{\"file\":", comma);
        buf_put_json(out, file->name, strlen(file->name));
        buf_puts(out, ",\"items\":[");
        put_items(out, file);
        buf_puts(out, "]}");
        comma = ",";
    }
    buf_puts(out, "],\"schema\":\"rubric-coverage/1\",\"summary\":{");
    for (enum cover_kind kind = COVER_CRITERION; kind < COVER_KINDS; kind++)
        buf_printf(out, "%s\"%s\":[%zu,%zu]", kind == COVER_CRITERION ? "" : ",",
                   kinds[kind].many, counted.whole[kind], counted.all[kind]);
    buf_printf(out, "},\"whole\":%s}", coverage_whole(coverage) ? "true" : "false");
}
