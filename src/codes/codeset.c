/*
 * codeset.c - sets of codes: compiled once, asked by date; see codes.h.
 *
 * A set is kept twice. As bits over the rows of each index, for the codes that
 * a table knows: a range there is a run of rows in tabular order. And as
 * intervals of packed codes, for those that none knows: a range there is what
 * lies between its ends by text. Both are made from the same items, left to
 * right, so that "minus" takes away what stands before it.
 */
#include <assert.h>
#include <string.h>

#include "codes/codes.h"
#include "codes/tables.h"

/* An item in normal form. */
struct term {
    int system;
    enum codeset_op op;
    bool minus;
    code_key from, to;
};

struct interval {
    int system;
    code_key low, high; /* inclusive */
};

/* Bits for the rows [first, first + 64 * words), 64 to a word. What is true on
 * every day from .. to, which nearly every question is about, stands in quick:
 * nothing else need be read for such a day, and nothing is decided by a branch
 * that no processor can foretell. */
struct bits {
    uint32_t first;
    uint32_t words;
    uint64_t *member; /* in the set */
    struct quick {
        uint64_t yes; /* in the set and billable on all these days */
        uint64_t ask; /* in the set, and its spans must be asked */
    } *quick;
    day_t from, to;
};

struct codeset {
    const struct codes *codes;
    const struct index *index; /* the home's, if there is one: nearly all codes are of it */
    const struct bits *bits;   /* of index */
    struct bits home, starter;
    struct interval *text; /* ascending, disjoint */
    size_t text_count;
    code_key low, high; /* no member lies outside */
};

/* ---- items ---------------------------------------------------------------- */

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for a set of codes");
}

static bool read_end(const struct codes *codes, const struct codeset_item *item, struct str text,
                     int *system, code_key *key, struct err *err)
{
    *system = item->system.at == NULL ? CODE_SYSTEM_NONE : codes_system(codes, item->system);
    if (item->system.at != NULL && *system == CODE_SYSTEM_NONE) {
        err_set(err, ERR_POLICY, "code-system", "'%.*s' is not a code system that is known here",
                (int)item->system.len, item->system.at);
        return err_help(err, "known are icd-10-cm, cpt, hcpcs, pos, modifier and those of "
                             "imported tables (`rubric codes releases`)");
    }
    *key = item->op == CODESET_CODE ? code_normal(system, text.at, text.len)
                                    : code_normal_prefix(system, text.at, text.len);
    if (*key != 0)
        return true;
    (void)code_malformed(*system, text.at, text.len, err);
    if (err != NULL)
        err->kind = ERR_POLICY;
    return false;
}

static bool reversed(struct err *err, int system, code_key from, code_key to, const char *order)
{
    char first[CODE_SHOWN], last[CODE_SHOWN];

    code_show(system, from, first);
    code_show(system, to, last);
    err_set(err, ERR_POLICY, "range-reversed", "the range %s-%s starts after its end%s", first,
            last, order);
    return err_help(err, "write it the other way round, or as two sets");
}

/* The rows of both ends, where the system is tabular and whole and knows both. */
static bool tabular_ends_of(const struct index *index, const struct term *term, uint32_t *from,
                            uint32_t *to)
{
    uint32_t system = (uint32_t)term->system;

    if (!tables_whole(index, term->system) ||
        (index->systems[system].flags & SYSTEM_TABULAR) == 0)
        return false;
    *from = index_row(index, system, term->from);
    *to = index_row(index, system, term->to);
    return *from != INDEX_NONE && *to != INDEX_NONE;
}

static bool check_range(const struct codes *codes, const struct term *term, struct err *err)
{
    uint32_t from, to;

    if (codes->has_home && tabular_ends_of(&codes->home, term, &from, &to))
        return from < index_end(&codes->home, to) ||
               reversed(err, term->system, term->from, term->to, " in tabular order");
    if (term->system != CODE_SYSTEM_ICD10CM &&
        code_key_len(term->from) != code_key_len(term->to)) {
        err_set(err, ERR_POLICY, "range-open", "the ends of a range differ in length");
        return err_help(err, "write both ends as whole codes, such as 62320-62323");
    }
    return term->from <= code_key_last(term->to) ||
           reversed(err, term->system, term->from, term->to, "");
}

static bool read_item(const struct codes *codes, const struct codeset_item *item,
                      struct term *term, struct err *err)
{
    int system;

    *term = (struct term){CODE_SYSTEM_NONE, item->op, item->minus, 0, 0};
    if (!read_end(codes, item, item->from, &term->system, &term->from, err))
        return false;
    if (item->op != CODESET_RANGE)
        return true;
    if (!read_end(codes, item, item->to, &system, &term->to, err))
        return false;
    if (system != term->system) {
        err_set(err, ERR_POLICY, "range-open", "the ends of the range '%.*s-%.*s' are of two "
                "systems", (int)item->from.len, item->from.at, (int)item->to.len, item->to.at);
        return err_help(err, "write a prefix, such as cpt: or icd-10-cm:, or two ranges");
    }
    return check_range(codes, term, err);
}

/* What a value set holds: items, and codes with their system in the last byte. */
struct named {
    const struct index_item *items;
    const code_key *codes;
    size_t item_count, code_count;
};

static bool find_named(const struct codes *codes, struct str name, struct named *named,
                       struct err *err)
{
    const struct index *index;
    const struct index_set *set = tables_set(codes, name, &index);
    uint32_t items, singles;

    if (set == NULL) {
        err_set(err, ERR_POLICY, "set-unknown", "there is no value set '%.*s'", (int)name.len,
                name.at);
        return err_help(err, "`rubric codes releases` lists those that are loaded");
    }
    *named = (struct named){index_section(index, SECTION_SET_ITEMS, &items),
                            index_section(index, SECTION_SET_CODES, &singles), 0, 0};
    if (set->first <= set->end && set->end <= items)
        named->item_count = set->end - set->first;
    if (set->code_first <= set->code_end && set->code_end <= singles)
        named->code_count = set->code_end - set->code_first;
    named->items += named->item_count == 0 ? 0 : set->first;
    named->codes += named->code_count == 0 ? 0 : set->code_first;
    return true;
}

/* Appends the terms of a value set. */
static void add_named(const struct named *named, bool minus, struct term *terms, size_t *made)
{
    for (size_t i = 0; i < named->item_count; i++)
        terms[(*made)++] = (struct term){(int)named->items[i].system,
                                         (enum codeset_op)named->items[i].op, minus,
                                         named->items[i].from, named->items[i].to};
    for (size_t i = 0; i < named->code_count; i++)
        terms[(*made)++] = (struct term){(int)(named->codes[i] & 0xFF), CODESET_CODE, minus,
                                         named->codes[i] & ~(code_key)0xFF, 0};
}

static struct term *read_items(struct pool *pool, const struct codes *codes,
                               const struct codeset_item *items, size_t count, size_t *made,
                               struct err *err)
{
    struct term *terms;
    struct named named;
    size_t room = count;

    for (size_t i = 0; i < count; i++) {
        if (items[i].op != CODESET_NAMED)
            continue;
        if (!find_named(codes, items[i].from, &named, err))
            return NULL;
        room += named.item_count + named.code_count;
    }
    terms = pool_array(pool, room + 1, sizeof *terms);
    *made = 0;
    if (terms == NULL)
        no_memory(err);
    for (size_t i = 0; terms != NULL && i < count; i++) {
        if (items[i].op == CODESET_NAMED) {
            if (find_named(codes, items[i].from, &named, err))
                add_named(&named, items[i].minus, terms, made);
        } else if (!read_item(codes, &items[i], &terms[(*made)++], err)) {
            return NULL;
        }
    }
    return terms;
}

/* The packed codes that a term means by text. */
static struct interval interval_of(const struct term *term)
{
    struct interval made = {term->system, term->from, term->from};

    if (term->op == CODESET_TREE)
        made.high = code_key_last(term->from);
    if (term->op == CODESET_RANGE)
        made.high = code_key_last(term->to);
    return made;
}

/* ---- intervals of text ------------------------------------------------------ */

static bool before(const struct interval *a, const struct interval *b)
{
    return a->system != b->system ? a->system < b->system : a->high < b->low;
}

static size_t first_not_before(const struct interval *text, size_t count,
                               const struct interval *piece)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (before(&text[middle], piece))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Adds or takes away one interval; text has room for one more. */
static void apply_text(struct interval *text, size_t *count, struct interval piece, bool minus)
{
    struct interval left = {piece.system, 1, 0}, right = {piece.system, 1, 0};
    struct interval put[2];
    size_t first = first_not_before(text, *count, &piece), end, puts = 0;

    for (end = first; end < *count && !before(&piece, &text[end]); end++) {
        if (text[end].low < piece.low)
            left = (struct interval){piece.system, text[end].low, piece.low - 1};
        if (text[end].high > piece.high)
            right = (struct interval){piece.system, piece.high + 1, text[end].high};
    }
    if (minus) {
        if (left.low <= left.high)
            put[puts++] = left;
        if (right.low <= right.high)
            put[puts++] = right;
    } else {
        if (left.low <= left.high)
            piece.low = left.low;
        if (right.low <= right.high)
            piece.high = right.high;
        put[puts++] = piece;
    }
    memmove(text + first + puts, text + end, (*count - end) * sizeof *text);
    memcpy(text + first, put, puts * sizeof *text);
    *count = *count - (end - first) + puts;
}

static bool text_has(const struct codeset *set, int system, code_key key)
{
    struct interval asked = {system, key, key};
    size_t at = first_not_before(set->text, set->text_count, &asked);

    return at < set->text_count && !before(&asked, &set->text[at]);
}

/* ---- bits of rows ----------------------------------------------------------- */

typedef void row_visitor(void *context, uint32_t first, uint32_t end);

/* Calls visit for each run of rows that a term means in an index. */
static void each_run(const struct index *index, const struct term *term, row_visitor *visit,
                     void *context)
{
    struct interval text = interval_of(term);
    uint32_t first, to, end;

    if (term->system < 0 || (uint32_t)term->system >= index->system_count)
        return;
    first = index_row(index, (uint32_t)term->system, term->from);
    if (term->op == CODESET_CODE) {
        if (first != INDEX_NONE)
            visit(context, first, first + 1);
        return;
    }
    if (term->op == CODESET_TREE && first != INDEX_NONE) {
        visit(context, first, index_end(index, first));
        return;
    }
    if (term->op == CODESET_RANGE && tabular_ends_of(index, term, &first, &to)) {
        visit(context, first, index_end(index, to));
        return;
    }
    end = index->systems[term->system].row_end;
    for (uint32_t row = index->systems[term->system].row_first; row < end; row++) {
        if (index->row[row].key >= text.low && index->row[row].key <= text.high)
            visit(context, row, row + 1);
    }
}

struct bounds {
    uint32_t first, end;
};

static void widen(void *context, uint32_t first, uint32_t end)
{
    struct bounds *bounds = context;

    if (first < bounds->first)
        bounds->first = first;
    if (end > bounds->end)
        bounds->end = end;
}

static uint64_t *word_of(const struct bits *bits, uint32_t row)
{
    return bits->member + ((row - bits->first) >> 6);
}

static uint64_t bit_of(const struct bits *bits, uint32_t row)
{
    return UINT64_C(1) << ((row - bits->first) & 63);
}

static void set_bits(void *context, uint32_t first, uint32_t end)
{
    struct bits *bits = context;

    for (uint32_t row = first; row < end; row++)
        *word_of(bits, row) |= bit_of(bits, row);
}

static void clear_bits(void *context, uint32_t first, uint32_t end)
{
    struct bits *bits = context;
    uint32_t last = bits->first + bits->words * 64;

    for (uint32_t row = first < bits->first ? bits->first : first; row < end && row < last; row++)
        *word_of(bits, row) &= ~bit_of(bits, row);
}

/* The days of the quick bits: the newest release of a system whose table is
 * whole; else all days. False if there is no such day. */
static bool narrow(const struct index *index, uint32_t system, struct bits *bits)
{
    uint32_t count;
    const struct index_window *windows = index_windows(index, system, &count);

    if (!tables_whole(index, (int)system))
        return true;
    if (count == 0)
        return false;
    if (windows[count - 1].from > bits->from)
        bits->from = windows[count - 1].from;
    if (windows[count - 1].to < bits->to)
        bits->to = windows[count - 1].to;
    return true;
}

/* Sets the quick bits of the rows of one system. A row of a whole table that
 * begins after its release must be asked; elsewhere it shortens the days. */
static void mark_system(const struct index *index, uint32_t system, struct codeset *set,
                        struct bits *bits)
{
    bool whole = tables_whole(index, (int)system), narrowed = false;
    uint32_t end = bits->first + bits->words * 64;

    if (end > index->systems[system].row_end)
        end = index->systems[system].row_end;
    for (uint32_t row = index->systems[system].row_first > bits->first
                            ? index->systems[system].row_first
                            : bits->first;
         row < end; row++) {
        const struct index_span *now = &index->row[row].now;
        code_key key = index->row[row].key;
        struct quick *quick;

        if ((*word_of(bits, row) & bit_of(bits, row)) == 0)
            continue;
        if (!narrowed && !narrow(index, system, bits))
            bits->to = DAY_MIN;
        narrowed = true;
        set->low = key < set->low ? key : set->low;
        set->high = key > set->high ? key : set->high;
        quick = &bits->quick[(row - bits->first) >> 6];
        if (now->to < bits->to || (whole && now->from > bits->from)) {
            quick->ask |= bit_of(bits, row);
            continue;
        }
        if ((now->flags & SPAN_BILLABLE) != 0)
            quick->yes |= bit_of(bits, row);
        if (now->from > bits->from)
            bits->from = now->from;
    }
}

static bool make_bits(struct pool *pool, const struct index *index, const struct term *terms,
                      size_t count, struct codeset *set, struct bits *bits)
{
    struct bounds bounds = {UINT32_MAX, 0};

    bits->from = DAY_MAX; /* no day yet */
    for (size_t i = 0; i < count; i++) {
        if (!terms[i].minus)
            each_run(index, &terms[i], widen, &bounds);
    }
    if (bounds.first >= bounds.end)
        return true;
    bits->first = bounds.first;
    bits->words = (bounds.end - bounds.first + 63) / 64;
    bits->member = pool_array(pool, bits->words, sizeof *bits->member);
    bits->quick = pool_array(pool, bits->words, sizeof *bits->quick);
    if (bits->member == NULL || bits->quick == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        each_run(index, &terms[i], terms[i].minus ? clear_bits : set_bits, bits);
    bits->from = DAY_MIN;
    bits->to = DAY_MAX;
    for (uint32_t i = 0; i < index->system_count; i++)
        mark_system(index, i, set, bits);
    return true;
}

static bool bit_is_set(const struct bits *bits, uint32_t row)
{
    uint32_t at = row - bits->first; /* wraps for a row before the first */

    return at >> 6 < bits->words && (*word_of(bits, row) & bit_of(bits, row)) != 0;
}

/* ---- the set ---------------------------------------------------------------- */

struct codeset *codeset_compile(struct pool *pool, const struct codes *codes,
                                const struct codeset_item *items, size_t count,
                                struct err *err)
{
    struct codeset *set = POOL_NEW(pool, struct codeset);
    struct term *terms;
    size_t made;

    if (set == NULL) {
        no_memory(err);
        return NULL;
    }
    terms = read_items(pool, codes, items, count, &made, err);
    if (terms == NULL)
        return NULL;
    set->codes = codes;
    set->index = codes->has_home ? &codes->home : &codes->starter;
    set->bits = codes->has_home ? &set->home : &set->starter;
    set->text = pool_array(pool, 2 * made + 1, sizeof *set->text);
    set->low = UINT64_MAX;
    if (set->text == NULL || !make_bits(pool, &codes->starter, terms, made, set, &set->starter) ||
        (codes->has_home && !make_bits(pool, &codes->home, terms, made, set, &set->home))) {
        no_memory(err);
        return NULL;
    }
    for (size_t i = 0; i < made; i++)
        apply_text(set->text, &set->text_count, interval_of(&terms[i]), terms[i].minus);
    for (size_t i = 0; i < set->text_count; i++) {
        set->low = set->text[i].low < set->low ? set->text[i].low : set->low;
        set->high = set->text[i].high > set->high ? set->text[i].high : set->high;
    }
    return set;
}

static bool billable_on(const struct index *index, uint32_t row, day_t day)
{
    const struct index_span *span = index_span_on(index, row, day);

    return span != NULL && (span->flags & SPAN_BILLABLE) != 0;
}

/* What is in the set by its row, and billable on a day; missing: no release
 * answers for the day, so that the row alone decides. */
static bool row_has(const struct index *index, const struct bits *bits, uint32_t row, int system,
                    day_t day)
{
    return bit_is_set(bits, row) &&
           ((tables_whole(index, system) && tables_release_missing(index, system, day)) ||
            billable_on(index, row, day));
}

/* The whole answer, for what codeset_has() leaves over. */
static __attribute__((noinline)) bool has_slowly(const struct codeset *set, struct str system,
                                                 struct str code, day_t day)
{
    const struct index *index;
    code_key key;
    uint32_t row;
    int number;

    if (!tables_key(set->codes, system, code, &number, &key) || key < set->low ||
        key > set->high)
        return false;
    index = tables_choose(set->codes, number, key, &row);
    if (row == INDEX_NONE)
        return (!tables_whole(index, number) || tables_release_missing(index, number, day)) &&
               text_has(set, number, key);
    return row_has(index, index == &set->codes->starter ? &set->starter : &set->home, row,
                   number, day);
}

bool codeset_has(const struct codeset *set, struct str system, struct str code, day_t day)
{
    const struct bits *bits = set->bits;
    int number = code_system_of(system.at, system.len);
    code_key key = code_plain(number, code.at, code.len);
    uint32_t row, at;

    if (key == 0)
        return has_slowly(set, system, code, day);
    if (key < set->low || key > set->high)
        return false;
    row = index_row(set->index, (uint32_t)code_plain_system(number, key), key);
    at = row - bits->first; /* wraps for a row before the first */
    if (row == INDEX_NONE || day < bits->from || day > bits->to)
        return has_slowly(set, system, code, day);
    if (at >> 6 >= bits->words)
        return false;
    if ((bits->quick[at >> 6].ask >> (at & 63) & 1) != 0)
        return has_slowly(set, system, code, day);
    return bits->quick[at >> 6].yes >> (at & 63) & 1;
}

static bool each_of(const struct codeset *set, const struct index *index, const struct bits *bits,
                    day_t day, bool headers, codeset_visitor *visit, void *context)
{
    uint32_t system = 0, row;
    struct code_entry entry;

    for (uint32_t at = 0; at < bits->words * 64; at++) {
        row = bits->first + at;
        if (!bit_is_set(bits, row))
            continue;
        while (system < index->system_count && row >= index->systems[system].row_end)
            system++;
        if (system >= index->system_count)
            break;
        if (index == &set->codes->starter) {
            uint32_t known;

            if (tables_choose(set->codes, (int)system, index->row[row].key, &known) != index)
                continue; /* the home's table has taken its place */
        }
        (void)tables_state(set->codes, index, (int)system, row, day, &entry);
        if ((entry.status == CODE_BILLABLE || entry.status == CODE_RELEASE_MISSING ||
             (headers && entry.status == CODE_HEADER)) &&
            !visit(context, &entry))
            return false;
    }
    return true;
}

static void each(const struct codeset *set, day_t day, bool headers, codeset_visitor *visit,
                 void *context)
{
    if (!set->codes->has_home ||
        each_of(set, &set->codes->home, &set->home, day, headers, visit, context))
        each_of(set, &set->codes->starter, &set->starter, day, headers, visit, context);
}

void codeset_each(const struct codeset *set, day_t day, codeset_visitor *visit, void *context)
{
    each(set, day, false, visit, context);
}

void codeset_each_row(const struct codeset *set, day_t day, codeset_visitor *visit, void *context)
{
    each(set, day, true, visit, context);
}

/* ---- complaints ------------------------------------------------------------- */

struct search {
    const struct index *index;
    day_t day;
    bool known, billable;
};

static void look_for_billable(void *context, uint32_t first, uint32_t end)
{
    struct search *search = context;

    for (uint32_t row = first; row < end && !search->billable; row++) {
        search->known = true;
        search->billable = billable_on(search->index, row, search->day);
    }
}

static bool any_billable(const struct codes *codes, const struct term *term, day_t day,
                         bool *known)
{
    struct search search = {&codes->home, day, false, false};

    each_run(&codes->home, term, look_for_billable, &search);
    *known = search.known;
    return search.billable;
}

static void complain_of_code(const struct codes *codes, const struct codeset_item *item,
                             const struct term *term, day_t day, struct err *err)
{
    struct code_entry entry;
    char shown[CODE_SHOWN], on[CIVIL_TEXT];

    switch (codes_status(codes, item->system, item->from, day, &entry)) {
    case CODE_HEADER:
        code_show(entry.system, term->from, shown);
        civil_format(day, on);
        err_set(err, ERR_POLICY, "header-without-star",
                "%s is a header on %s and matches no diagnosis by itself", shown, on);
        err_help(err, "write %s* for all codes below it", shown);
        return;
    case CODE_UNKNOWN:
    case CODE_EXPIRED:
    case CODE_NOT_YET:
        (void)codes_explain(codes, item->system, item->from, day, err);
        err->kind = ERR_POLICY;
        return;
    case CODE_BILLABLE:
    case CODE_UNVERIFIED:
    case CODE_RELEASE_MISSING:
    case CODE_MALFORMED: /* read_item() has said so */
        return;
    }
}

static void complain_of_many(const struct codes *codes, const struct term *term, day_t day,
                             struct err *err)
{
    char from[CODE_SHOWN], to[CODE_SHOWN], on[CIVIL_TEXT];
    uint32_t first, last;
    bool known = false;

    if (!codes->has_home || tables_release_missing(&codes->home, term->system, day))
        return;
    code_show(term->system, term->from, from);
    code_show(term->system, term->to, to);
    civil_format(day, on);
    if (term->op == CODESET_RANGE && term->system == CODE_SYSTEM_ICD10CM &&
        !tabular_ends_of(&codes->home, term, &first, &last)) {
        err_set(err, ERR_POLICY, "range-open", "an end of the range %s-%s is in no release", from,
                to);
        err_help(err, "both ends must be codes or headers of the table");
        return;
    }
    if (any_billable(codes, term, day, &known))
        return;
    err_set(err, ERR_POLICY, known ? "code-expired" : "code-unknown",
            "nothing in %s%s%s is valid on %s", from, term->op == CODESET_TREE ? "*" : "-",
            term->op == CODESET_TREE ? "" : to, on);
    err_help(err, "`rubric codes show %s` tells when it was", from);
}

void codeset_check(const struct codes *codes, const struct codeset_item *items, size_t count,
                   day_t day, codeset_complaint *complain, void *context)
{
    for (size_t i = 0; i < count; i++) {
        struct err err = {ERR_NONE, "", "", ""};
        struct named named;
        struct term term;

        if (items[i].op == CODESET_NAMED) {
            (void)find_named(codes, items[i].from, &named, &err);
        } else if (read_item(codes, &items[i], &term, &err)) {
            if (items[i].op == CODESET_CODE)
                complain_of_code(codes, &items[i], &term, day, &err);
            else
                complain_of_many(codes, &term, day, &err);
        }
        if (err.kind != ERR_NONE)
            complain(context, i, &err);
    }
}
