/*
 * tables_test.c - imported tables: that every way to ask gives one answer, that
 * sets are what brute force says, and that what is broken changes nothing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <sys/stat.h>

#include "codes/codes_fixture.h"
#include "codes/tables.h"

#define NAME_2021 "icd10cm-order-Jan-2021.txt"
#define NAME_2022 "icd10cm_order_2022.txt"
#define IN_2021 18700 /* 2021-03-14 */
#define IN_2022 19000 /* 2022-01-08 */
#define IN_2025 20100 /* 2025-01-12: no release */

static const struct str icd = {"icd-10-cm", 9};

struct tables {
    char path[256];
    struct fixture_order order;
    struct codes *codes;
};

static void must(bool done, const struct err *err)
{
    if (!done)
        fail_msg("%s / %s", err->text, err->help);
}

static struct tables open_tables(int categories, int kinds)
{
    struct err err = {ERR_NONE, "", "", ""};
    struct fixture_order older;
    struct tables made;

    fixture_home(made.path);
    fixture_order(&older, categories, kinds, 2021);
    fixture_order(&made.order, categories, kinds, 2022);
    must(fixture_import(made.path, NAME_2022, made.order.text.data, made.order.text.len, NULL,
                        &err), &err);
    must(fixture_import(made.path, NAME_2021, older.text.data, older.text.len, NULL, &err), &err);
    must(codes_open(made.path, &made.codes, &err), &err);
    buf_free(&older.text);
    return made;
}

static void close_tables(struct tables *tables)
{
    codes_close(tables->codes);
    buf_free(&tables->order.text);
    fixture_remove(tables->path);
}

/* The rows of an order file, as its lines have them. */
struct line {
    char code[8];
    bool billable;
};

static struct line *read_lines(const struct buf *text, size_t *count)
{
    struct line *lines = calloc(text->len / 78 + 1, sizeof *lines);
    const char *at = text->data, *end = text->data + text->len;

    assert_non_null(lines);
    *count = 0;
    while (at < end) {
        memcpy(lines[*count].code, at + 6, 7);
        lines[*count].code[strcspn(lines[*count].code, " ")] = '\0';
        lines[(*count)++].billable = at[14] == '1';
        at = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
    }
    return lines;
}

static int billable_in_sqlite(sqlite3_stmt *row, const char *code)
{
    int billable = -1;

    sqlite3_bind_text(row, 1, code, -1, SQLITE_STATIC);
    if (sqlite3_step(row) == SQLITE_ROW)
        billable = sqlite3_column_int(row, 0);
    sqlite3_reset(row);
    return billable;
}

static void same_answer(const struct codes *codes, sqlite3_stmt *row, const char *code)
{
    enum code_status status = codes_status(codes, icd, str_of(code), IN_2022, NULL);
    int billable = billable_in_sqlite(row, code);

    if (billable < 0)
        assert_true(status == CODE_UNKNOWN || status == CODE_EXPIRED || status == CODE_MALFORMED);
    else
        assert_int_equal(status, billable ? CODE_BILLABLE : CODE_HEADER);
}

static void hash_and_sqlite_agree_on_codes_and_slips(void **state)
{
    struct tables tables = open_tables(60, 6);
    sqlite3_stmt *row;
    sqlite3 *db;
    size_t count;
    struct line *lines = read_lines(&tables.order.text, &count);

    (void)state;
    assert_int_equal(sqlite3_open(tables.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT billable FROM code WHERE code = ?1 AND release "
                                            "= (SELECT id FROM release WHERE label = 'FY2022')",
                                        -1, &row, NULL), SQLITE_OK);
    for (size_t i = 0; i < count; i++) {
        char slip[8];
        size_t at = i % strlen(lines[i].code);

        same_answer(tables.codes, row, lines[i].code);
        strcpy(slip, lines[i].code);
        slip[at] = (char)(slip[at] == '9' ? '0' : slip[at] + 1);
        if (i % 7 == 0)
            same_answer(tables.codes, row, slip);
    }
    sqlite3_finalize(row);
    sqlite3_close(db);
    free(lines);
    close_tables(&tables);
}

/* As index_row(), by binary search, where rows are in the order of their texts. */
static uint32_t row_by_search(const struct index *index, uint32_t system, code_key key)
{
    uint32_t low, high;

    if (system >= index->system_count)
        return INDEX_NONE;
    low = index->systems[system].row_first;
    high = index->systems[system].row_end;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (index->row[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < index->systems[system].row_end && index->row[low].key == key ? low : INDEX_NONE;
}

static void hash_and_binary_search_agree_where_rows_are_in_text_order(void **state)
{
    static const char csv[] = "system,code,title\nlocal,A1,one\nlocal,B22,two\nlocal,Z,three\n"
                              "local,A,four\nlocal,M-1,five\n";
    struct err err = {ERR_NONE, "", "", ""};
    struct codes *codes;
    char path[256];
    int system;

    (void)state;
    fixture_home(path);
    must(fixture_import(path, "own.csv", csv, sizeof csv - 1, NULL, &err), &err);
    must(codes_open(path, &codes, &err), &err);
    system = codes_system(codes, str_of("local"));
    assert_int_equal(system, CODE_SYSTEM_OWN);
    for (uint32_t row = codes->home.systems[system].row_first;
         row < codes->home.systems[system].row_end; row++) {
        code_key key = codes->home.row[row].key;

        assert_int_equal(index_row(&codes->home, (uint32_t)system, key), row);
        assert_int_equal(row_by_search(&codes->home, (uint32_t)system, key), row);
        assert_int_equal(row_by_search(&codes->home, (uint32_t)system, key + 1), INDEX_NONE);
    }
    assert_int_equal(codes_status(codes, str_of("local"), str_of("b22"), 0, NULL), CODE_BILLABLE);
    assert_int_equal(codes_status(codes, str_of("local"), str_of("b23"), 0, NULL),
                     CODE_UNVERIFIED);
    codes_close(codes);
    fixture_remove(path);
}

/* Both releases, merged: subtrees in one run, and each day as its file said. */
static void each_day_is_as_its_release_said(void **state)
{
    struct tables tables = open_tables(40, 4);
    const struct index *index = &tables.codes->home;

    (void)state;
    assert_int_equal(codes_status(tables.codes, icd, str_of("M54.5"), IN_2021, NULL),
                     CODE_BILLABLE);
    assert_int_equal(codes_status(tables.codes, icd, str_of("M54.5"), IN_2022, NULL), CODE_HEADER);
    assert_int_equal(codes_status(tables.codes, icd, str_of("M54.50"), IN_2021, NULL),
                     CODE_NOT_YET);
    assert_int_equal(codes_status(tables.codes, icd, str_of("M54.50"), IN_2022, NULL),
                     CODE_BILLABLE);
    assert_int_equal(codes_status(tables.codes, icd, str_of("M54.50"), IN_2025, NULL),
                     CODE_RELEASE_MISSING);
    assert_int_equal(codes_status(tables.codes, icd, str_of("Q77.7"), IN_2025, NULL),
                     CODE_RELEASE_MISSING);
    assert_int_equal(codes_status(tables.codes, icd, str_of("Q77.7"), IN_2022, NULL),
                     CODE_UNKNOWN);
    for (uint32_t row = 0; row < index->rows; row++) {
        uint32_t parent = index_parent(index, 0, row);

        if (index->systems[0].row_first > row || row >= index->systems[0].row_end)
            continue;
        assert_true(parent == INDEX_NONE || (parent < row && row < index_end(index, parent)));
        for (uint32_t below = row + 1; below < index_end(index, row); below++)
            assert_true(code_key_under(index->row[below].key, index->row[row].key));
    }
    close_tables(&tables);
}

/* ---- sets ------------------------------------------------------------------------ */

static size_t place_of(const struct line *lines, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(lines[i].code, code) == 0)
            return i;
    }
    return count;
}

static bool begins(const char *code, const char *with)
{
    return strncmp(code, with, strlen(with)) == 0;
}

/* Whether a line is meant by an item, told from the lines alone. */
static bool meant(const struct line *lines, size_t count, size_t at,
                  const struct codeset_item *item)
{
    size_t from, to;

    if (item->op == CODESET_CODE)
        return strcmp(lines[at].code, item->from.at) == 0;
    if (item->op == CODESET_TREE)
        return begins(lines[at].code, item->from.at);
    from = place_of(lines, count, item->from.at);
    to = place_of(lines, count, item->to.at);
    return at >= from && (at <= to || begins(lines[at].code, item->to.at));
}

static bool brute_force(const struct line *lines, size_t count, size_t at,
                        const struct codeset_item *items, size_t item_count)
{
    bool in = false;

    for (size_t i = 0; i < item_count; i++) {
        if (meant(lines, count, at, &items[i]))
            in = !items[i].minus;
    }
    return in && lines[at].billable;
}

struct tally {
    size_t count;
    code_key last;
};

static bool count_member(void *context, const struct code_entry *entry)
{
    struct tally *tally = context;

    assert_int_equal(entry->status, CODE_BILLABLE);
    tally->count++;
    tally->last = entry->key;
    return true;
}

static void sets_are_what_brute_force_says(void **state)
{
    struct tables tables = open_tables(50, 5);
    size_t count;
    struct line *lines = read_lines(&tables.order.text, &count);
    unsigned seed = 20260314;

    (void)state;
    for (int round = 0; round < 200; round++) {
        struct codeset_item items[5];
        size_t item_count = 1 + (size_t)round % 5, expected = 0;
        struct tally tally = {0, 0};
        struct codeset *set;
        struct err err = {ERR_NONE, "", "", ""};
        struct pool pool;

        for (size_t i = 0; i < item_count; i++) {
            size_t one, other;

            seed = seed * 1103515245 + 12345;
            one = seed / 65536 % count;
            seed = seed * 1103515245 + 12345;
            other = one + seed / 65536 % (count - one);
            items[i] = (struct codeset_item){icd, (enum codeset_op)(seed / 4096 % 3),
                                             str_of(lines[one].code), str_of(lines[other].code),
                                             i > 0 && seed / 1024 % 3 == 0};
        }
        pool_init(&pool);
        set = codeset_compile(&pool, tables.codes, items, item_count, &err);
        must(set != NULL, &err);
        for (size_t i = 0; i < count; i++) {
            bool in = brute_force(lines, count, i, items, item_count);

            expected += in;
            assert_int_equal(codeset_has(set, icd, str_of(lines[i].code), IN_2022), in);
        }
        codeset_each(set, IN_2022, count_member, &tally);
        assert_int_equal(tally.count, expected);
        pool_free(&pool);
    }
    free(lines);
    close_tables(&tables);
}

static size_t count_range(const struct codes *codes, enum codeset_op op, const char *from,
                          const char *to, day_t day, struct err *err)
{
    struct codeset_item item = {icd, op, str_of(from), str_of(to), false};
    struct tally tally = {0, 0};
    struct codeset *set;
    struct pool pool;

    pool_init(&pool);
    set = codeset_compile(&pool, codes, &item, 1, err);
    if (set == NULL)
        tally.count = SIZE_MAX;
    else
        codeset_each(set, day, count_member, &tally);
    pool_free(&pool);
    return tally.count;
}

static void ranges_run_in_tabular_order(void **state)
{
    struct tables tables = open_tables(10, 3);
    struct err err = {ERR_NONE, "", "", ""};

    (void)state;
    assert_int_equal(count_range(tables.codes, CODESET_RANGE, "C43", "C44", IN_2022, &err), 3);
    assert_int_equal(count_range(tables.codes, CODESET_RANGE, "M1A", "M10", IN_2022, &err), 2);
    assert_int_equal(count_range(tables.codes, CODESET_RANGE, "Z36", "Z37", IN_2022, &err), 3);
    assert_int_equal(count_range(tables.codes, CODESET_RANGE, "M54", "M54.5", IN_2022, &err), 6);
    assert_int_equal(count_range(tables.codes, CODESET_RANGE, "M54", "M54.5", IN_2021, &err), 5);
    assert_int_equal(count_range(tables.codes, CODESET_TREE, "M54.1", "", IN_2022, &err), 3);
    assert_int_equal(count_range(tables.codes, CODESET_RANGE, "Z37", "Z3A", IN_2022, &err),
                     SIZE_MAX);
    assert_string_equal(err.text, "the range Z37-Z3A starts after its end in tabular order");
    close_tables(&tables);
}

/* The vectors of the January 2021 file, when somebody has one. */
static void the_full_file_gives_the_known_counts(void **state)
{
    static const struct {
        enum codeset_op op;
        const char *from, *to;
        size_t count;
    } vectors[] = {
        {CODESET_TREE, "M54.1", "", 9},        {CODESET_RANGE, "M54.10", "M54.18", 9},
        {CODESET_TREE, "M51.1", "", 4},        {CODESET_RANGE, "M51.1", "M51.2", 8},
        {CODESET_TREE, "M50", "", 42},         {CODESET_TREE, "M54", "", 31},
        {CODESET_TREE, "G89", "", 10},         {CODESET_TREE, "S12", "", 420},
        {CODESET_TREE, "T81", "", 231},        {CODESET_RANGE, "M47", "M54", 293},
        {CODESET_RANGE, "C43", "C44", 149},    {CODESET_RANGE, "Z36", "Z37", 74},
        {CODESET_RANGE, "A00", "B99", 1063},   {CODESET_RANGE, "Z37", "Z3A", SIZE_MAX},
    };
    const char *path = getenv("RUBRIC_ICD10_ORDER");
    struct err err = {ERR_NONE, "", "", ""};
    struct import_options options = {.dated = true, .from = 18628}; /* 2021-01-01 */
    struct import_file file;
    struct codes *codes;
    char home[256];

    (void)state;
    if (path == NULL)
        skip();
    fixture_home(home);
    must(import_file_read(path, &file, &err), &err);
    must(fixture_import(home, file.name, file.bytes, file.len, &options, &err), &err);
    must(codes_open(home, &codes, &err), &err);
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        assert_int_equal(count_range(codes, vectors[i].op, vectors[i].from, vectors[i].to,
                                     IN_2021, &err), vectors[i].count);
    codes_close(codes);
    import_file_free(&file);
    fixture_remove(home);
}

/* ---- the index beside codes.db ------------------------------------------------------ */

static void find_index(const char *path, char index_path[300])
{
    char command[600];
    FILE *found;

    snprintf(command, sizeof command, "ls -t \"$(dirname '%s')\"/codes-*.idx", path);
    found = popen(command, "r");
    assert_non_null(found);
    assert_non_null(fgets(index_path, 300, found));
    index_path[strcspn(index_path, "\n")] = '\0';
    pclose(found);
}

static void an_index_that_is_gone_or_damaged_is_made_again(void **state)
{
    struct tables tables = open_tables(10, 3);
    struct err err = {ERR_NONE, "", "", ""};
    char index_path[300];
    struct stat about;
    struct codes *codes;

    (void)state;
    find_index(tables.path, index_path);
    assert_int_equal(unlink(index_path), 0);
    must(codes_open(tables.path, &codes, &err), &err);
    assert_int_equal(codes_status(codes, icd, str_of("M54.16"), IN_2022, NULL), CODE_BILLABLE);
    codes_close(codes);
    assert_int_equal(stat(index_path, &about), 0); /* the same hash, so the same name */
    assert_int_equal(truncate(index_path, about.st_size / 2), 0);
    must(codes_open(tables.path, &codes, &err), &err);
    assert_int_equal(codes_status(codes, icd, str_of("M54.16"), IN_2022, NULL), CODE_BILLABLE);
    must(codes_verify(codes, &err), &err);
    codes_close(codes);
    close_tables(&tables);
}

/* Whatever bytes change, a question is answered or the file refused: no crash. */
static void a_damaged_index_answers_without_a_crash(void **state)
{
    struct tables tables = open_tables(10, 3);
    const struct index *whole = &tables.codes->home;
    unsigned char *copy = aligned_alloc(8, (whole->size + 7) / 8 * 8);
    unsigned seed = 7;

    (void)state;
    assert_non_null(copy);
    for (int round = 0; round < 3000; round++) {
        struct codes damaged = *tables.codes;
        struct err err;

        memcpy(copy, whole->bytes, whole->size);
        for (int i = 0; i < 4; i++) {
            seed = seed * 1103515245 + 12345;
            copy[(seed / 16) % (round % 2 ? 512 : whole->size)] = (unsigned char)(seed >> 24);
        }
        if (!index_over(copy, whole->size, &damaged.home, &err))
            continue;
        for (uint32_t row = 0; row < 40 && row < damaged.home.rows; row++) {
            struct code_entry entry;
            char text[CODE_TEXT], title[300];

            code_unpack(whole->row[row].key, text);
            codes_status(&damaged, icd, str_of(text), IN_2022, &entry);
            codes_title(&damaged, &entry, title, sizeof title);
            codes_parent(&damaged, &entry, IN_2022, &entry);
        }
    }
    free(copy);
    close_tables(&tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_and_sqlite_agree_on_codes_and_slips),
        cmocka_unit_test(hash_and_binary_search_agree_where_rows_are_in_text_order),
        cmocka_unit_test(each_day_is_as_its_release_said),
        cmocka_unit_test(sets_are_what_brute_force_says),
        cmocka_unit_test(ranges_run_in_tabular_order),
        cmocka_unit_test(the_full_file_gives_the_known_counts),
        cmocka_unit_test(an_index_that_is_gone_or_damaged_is_made_again),
        cmocka_unit_test(a_damaged_index_answers_without_a_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
