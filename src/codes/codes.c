/*
 * codes.c - the state of one code on one day; see codes.h.
 */
#include "codes/codes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "codes/codes_file.h"
#include "codes/starter.h"
#include "codes/tables.h"

/* Systems that cannot be published here and are rarely loaded: what no table
 * knows is not verified, rather than short of a release. */
static bool licensed(int system)
{
    return system == CODE_SYSTEM_CPT || system == CODE_SYSTEM_MODIFIER ||
           system >= CODE_SYSTEM_OWN;
}

struct build *tables_build_new(void)
{
    static const uint32_t flags[CODE_SYSTEM_OWN] = {
        [CODE_SYSTEM_ICD10CM] = SYSTEM_TABULAR,
        [CODE_SYSTEM_CPT] = SYSTEM_DATED,
        [CODE_SYSTEM_HCPCS] = SYSTEM_DATED,
        [CODE_SYSTEM_POS] = SYSTEM_DATED,
        [CODE_SYSTEM_MODIFIER] = SYSTEM_DATED,
    };
    struct build *build = build_new();

    for (int i = 0; build != NULL && i < CODE_SYSTEM_OWN; i++)
        build_system(build, code_system_name(i), flags[i]);
    return build;
}

static day_t day_of(const char *text, day_t otherwise)
{
    day_t day;

    return text != NULL && civil_parse_day(text, strlen(text), &day) ? day : otherwise;
}

static void build_starter_sets(struct build *build, uint32_t release)
{
    for (const struct starter_set *set = starter_sets; set->name != NULL; set++) {
        const char *at = set->codes;

        build_set(build, release, set->name, set->title, NULL);
        while (*at != '\0') {
            size_t len = strcspn(at, " ");
            bool tree = at[len - 1] == '*';
            code_key key = code_pack(at, tree ? len - 1 : len);

            build_set_item(build, CODE_SYSTEM_ICD10CM, tree ? CODESET_TREE : CODESET_CODE, key,
                           0);
            at += len + (at[len] == ' ');
        }
    }
}

bool tables_build_starter(struct buf *out, struct err *err)
{
    struct build *build = build_new();
    uint32_t releases[CODE_SYSTEM_OWN];
    bool done;

    if (build == NULL)
        return err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for the code tables");
    for (int i = 0; i < CODE_SYSTEM_OWN; i++) {
        struct build_release release = {.table = code_system_name(i), .label = STARTER_LABEL,
                                        .source = "built in", .from = DAY_MIN, .to = DAY_MAX};

        /* The starter's rows carry their dates, so that one release is enough. */
        release.system = build_system(build, code_system_name(i), SYSTEM_DATED);
        releases[i] = build_release(build, &release);
    }
    for (const struct starter_row *row = starter_rows; row->system != CODE_SYSTEM_NONE; row++) {
        struct build_code code = {code_pack(row->code, strlen(row->code)),
                                  day_of(row->from, DAY_MIN), day_of(row->to, DAY_MAX),
                                  row->billable, row->title, strlen(row->title)};

        build_code(build, releases[row->system], &code);
        if (row->successor != NULL)
            build_successor(build, (uint32_t)row->system, code.key, code.to + 1,
                            code_pack(row->successor, strlen(row->successor)));
    }
    build_starter_sets(build, releases[CODE_SYSTEM_ICD10CM]);
    done = build_finish(build, out, err);
    build_free(build);
    return done;
}

bool codes_open(const char *path, struct codes **codes, struct err *err)
{
    struct codes *made = calloc(1, sizeof *made);

    if (made == NULL)
        return err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for the code tables");
    if (!tables_build_starter(&made->starter_bytes, err) ||
        !index_over(made->starter_bytes.data, made->starter_bytes.len, &made->starter, err) ||
        (path != NULL && !codes_file_open(path, made, err))) {
        codes_close(made);
        return false;
    }
    *codes = made;
    return true;
}

bool codes_open_images(const void *starter, size_t starter_len, const void *home,
                       size_t home_len, struct codes **codes, struct err *err)
{
    struct codes *made;

    if (!codes_open(NULL, &made, err))
        return false;
    if ((starter != NULL && !index_over(starter, starter_len, &made->starter, err)) ||
        (home != NULL && !index_over(home, home_len, &made->home, err))) {
        codes_close(made);
        return false;
    }
    made->has_home = home != NULL;
    *codes = made;
    return true;
}

void codes_close(struct codes *codes)
{
    if (codes == NULL)
        return;
    codes_file_close(codes);
    buf_free(&codes->starter_bytes);
    free(codes);
}

bool codes_verify(const struct codes *codes, struct err *err)
{
    return !codes->has_home || index_whole(&codes->home, err);
}

int codes_system(const struct codes *codes, struct str name)
{
    int system = code_system_of(name.at, name.len);

    if (system != CODE_SYSTEM_NONE || !codes->has_home)
        return system;
    for (uint32_t i = CODE_SYSTEM_OWN; i < codes->home.system_count; i++) {
        if (str_is(name, codes->home.systems[i].name))
            return (int)i;
    }
    return CODE_SYSTEM_NONE;
}

const char *codes_system_name(const struct codes *codes, int system)
{
    const char *name = code_system_name(system);

    if (name != NULL)
        return name;
    if (codes->has_home && system >= 0 && (uint32_t)system < codes->home.system_count)
        return codes->home.systems[system].name;
    return "";
}

static code_key successor_of(const struct index *index, uint32_t row)
{
    uint32_t count, low = 0, high;
    const struct index_successor *all = index_section(index, SECTION_SUCCESSORS, &count);

    high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (all[middle].row <= row)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && all[low - 1].row == row ? all[low - 1].key : 0;
}

/* The label of the release that answers for a day: of the window where there
 * are windows, else of the span itself. */
static const char *release_label(const struct index *index, const struct index_window *window,
                                 const struct index_span *span)
{
    uint32_t release = window != NULL ? window->release : span->release;

    return release < index->release_count ? index_text(index, index->releases[release].label)
                                          : "";
}

/* The span of a row that is nearest to a day on which it had none: the last
 * before it, else the first behind it. NULL if the code never was valid. */
static const struct index_span *nearest_span(const struct index *index, uint32_t row, day_t day,
                                             enum code_status *status)
{
    const struct index_span *now = &index->row[row].now;
    const struct index_span *older, *nearest;
    uint32_t count;

    *status = CODE_NOT_YET;
    older = index_older(index, row, &count);
    nearest = count > 0 ? older : now;
    for (uint32_t i = 0; i < count && older[i].to < day; i++) {
        nearest = &older[i];
        *status = CODE_EXPIRED;
    }
    if (now->to < day && now->from <= now->to) {
        nearest = now;
        *status = CODE_EXPIRED;
    }
    return nearest->from <= nearest->to ? nearest : NULL;
}

enum code_status tables_state(const struct codes *codes, const struct index *index, int system,
                              uint32_t row, day_t day, struct code_entry *entry)
{
    const struct index_span *span = index_span_on(index, row, day);
    const struct index_window *window = index_window_on(index, (uint32_t)system, day);
    enum code_status status;

    if (span != NULL) {
        status = span->flags & SPAN_BILLABLE ? CODE_BILLABLE : CODE_HEADER;
    } else if ((span = nearest_span(index, row, day, &status)) == NULL) {
        if (entry != NULL)
            *entry = (struct code_entry){.status = CODE_UNKNOWN, .system = system,
                                         .key = index->row[row].key, .row = INDEX_NONE,
                                         .release = ""};
        return CODE_UNKNOWN;
    }
    if (window == NULL && tables_whole(index, system) &&
        tables_release_missing(index, system, day))
        status = CODE_RELEASE_MISSING;
    if (entry != NULL) {
        *entry = (struct code_entry){.status = status,
                                     .system = system,
                                     .key = index->row[row].key,
                                     .from = span->from,
                                     .to = span->to,
                                     .starter = index == &codes->starter,
                                     .traits = index->traits[row],
                                     .release = release_label(index, window, span),
                                     .row = row,
                                     .title = span->title};
        if (status == CODE_EXPIRED || status == CODE_HEADER)
            entry->successor = successor_of(index, row);
    }
    return status;
}

/* What is said of a code that no table knows. */
static enum code_status unlisted(const struct codes *codes, struct str given,
                                 const struct code_entry *none, day_t day)
{
    const struct index *index;
    uint32_t row;

    if (none->key == 0) {
        bool foreign = given.at != NULL && none->system == CODE_SYSTEM_NONE;

        return foreign ? CODE_UNVERIFIED : CODE_MALFORMED;
    }
    index = tables_choose(codes, none->system, none->key, &row);
    if (tables_whole(index, none->system))
        return tables_release_missing(index, none->system, day) ? CODE_RELEASE_MISSING
                                                                : CODE_UNKNOWN;
    return licensed(none->system) ? CODE_UNVERIFIED : CODE_RELEASE_MISSING;
}

enum code_status codes_status(const struct codes *codes, struct str system, struct str code,
                              day_t day, struct code_entry *entry)
{
    int number = code_system_of(system.at, system.len);
    code_key key = codes->has_home ? code_plain(number, code.at, code.len) : 0;
    const struct index *index;
    struct code_entry none;
    uint32_t row;

    if (key != 0) { /* nearly every question: found, it needs no look at its shape */
        number = code_plain_system(number, key);
        row = index_row(&codes->home, (uint32_t)number, key);
        if (row != INDEX_NONE)
            return tables_state(codes, &codes->home, number, row, day, entry);
    }
    if (tables_key(codes, system, code, &none.system, &none.key)) {
        index = tables_choose(codes, none.system, none.key, &row);
        if (row != INDEX_NONE)
            return tables_state(codes, index, none.system, row, day, entry);
    }
    none = (struct code_entry){.system = none.system, .key = none.key, .row = INDEX_NONE,
                               .release = ""};
    none.status = unlisted(codes, system, &none, day);
    if (entry != NULL)
        *entry = none;
    return none.status;
}

static const struct index *index_of(const struct codes *codes, const struct code_entry *entry)
{
    const struct index *index = entry->starter ? &codes->starter : &codes->home;

    if (entry->row == INDEX_NONE || (!entry->starter && !codes->has_home) ||
        entry->row >= index->rows)
        return NULL;
    return index;
}

size_t codes_title(const struct codes *codes, const struct code_entry *entry, char *text,
                   size_t size)
{
    const struct index *index = index_of(codes, entry);

    if (index != NULL)
        return index_title(index, entry->title, text, size);
    if (size > 0)
        text[0] = '\0';
    return 0;
}

bool codes_parent(const struct codes *codes, const struct code_entry *entry, day_t day,
                  struct code_entry *parent)
{
    const struct index *index = index_of(codes, entry);
    uint32_t row;

    if (index == NULL)
        return false;
    row = index_parent(index, (uint32_t)entry->system, entry->row);
    if (row == INDEX_NONE)
        return false;
    (void)tables_state(codes, index, entry->system, row, day, parent);
    return true;
}

day_t codes_next_release(const struct codes *codes, day_t day)
{
    day_t next = DAY_MAX;

    for (uint32_t i = 0; codes->has_home && i < codes->home.window_count; i++) {
        day_t from = codes->home.windows[i].from;

        if (from > day && from < next)
            next = from;
    }
    return next;
}

const char *code_status_word(enum code_status status)
{
    switch (status) {
    case CODE_BILLABLE:
        return "billable";
    case CODE_HEADER:
        return "header";
    case CODE_NOT_YET:
        return "not yet valid";
    case CODE_EXPIRED:
        return "expired";
    case CODE_UNKNOWN:
        return "unknown";
    case CODE_UNVERIFIED:
        return "not verified";
    case CODE_RELEASE_MISSING:
        return "release missing";
    case CODE_MALFORMED:
        return "malformed";
    }
    return "";
}

const struct index_set *tables_set(const struct codes *codes, struct str name,
                                   const struct index **index)
{
    const struct index *places[] = {codes->has_home ? &codes->home : NULL, &codes->starter};

    for (size_t i = 0; i < 2; i++) {
        uint32_t count;
        const struct index_set *sets;

        if (places[i] == NULL)
            continue;
        sets = index_section(places[i], SECTION_SETS, &count);
        while (count-- > 0) {
            if (str_is(name, index_text(places[i], sets[count].name))) {
                *index = places[i];
                return &sets[count];
            }
        }
    }
    return NULL;
}
