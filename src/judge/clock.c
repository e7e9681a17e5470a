/*
 * clock.c - until when a request must be decided; see clock.h.
 */
#include "judge/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/json.h"

#define MINUTE_MS ((int64_t)60000)
#define DAY_MS ((int64_t)86400000)
#define SKIPPED_MAX 64

enum counted { COUNT_HOURS, COUNT_DAYS, COUNT_BUSINESS_DAYS };

static const char *const unit_names[] = {"hours", "days", "business days"};

struct span {
    enum counted unit;
    int count; /* 0: there is none */
};

/* Days on which nobody works, and the days for which that is known. */
struct calendar {
    struct str id;
    day_t from, to;
    const day_t *days; /* ascending */
    size_t count;
};

struct clock {
    struct str id, cite, confidence;
    yyjson_val *payers, *kinds, *forums, *plans, *states, *lines_of_business;
    bool has_to;
    day_t from, to;
    struct span standard, expedited, extension, limit;
    int cutoff; /* seconds into the day; -1: none */
    bool has_zone;
    int zone; /* minutes from UTC */
    const struct calendar *calendar;
};

struct clocks {
    const struct clock *items;
    size_t count;
};

/* ---- reading -------------------------------------------------------------------- */

/* {"count":5,"unit":"business days"} */
static struct span read_span(yyjson_val *json)
{
    struct span span = {COUNT_DAYS, (int)yyjson_get_int(yyjson_obj_get(json, "count"))};

    for (int unit = COUNT_HOURS; unit <= COUNT_BUSINESS_DAYS; unit++)
        if (str_is(json_member(json, "unit"), unit_names[unit]))
            span.unit = (enum counted)unit;
    return span;
}

static bool read_day(yyjson_val *json, const char *name, day_t *day)
{
    struct str text = json_member(json, name);

    return text.at != NULL && civil_parse_day(text.at, text.len, day);
}

static const struct calendar *read_calendar(yyjson_val *json, struct pool *pool)
{
    struct calendar *calendar = POOL_NEW(pool, struct calendar);
    yyjson_val *days = yyjson_obj_get(json, "days");
    day_t *list = pool_array(pool, yyjson_arr_size(days) + 1, sizeof *list);
    yyjson_arr_iter iter;
    yyjson_val *item;

    if (calendar == NULL || list == NULL || !read_day(json, "from", &calendar->from) ||
        !read_day(json, "to", &calendar->to))
        return NULL;
    calendar->id = json_member(json, "id");
    calendar->days = list;
    yyjson_arr_iter_init(days, &iter);
    while ((item = yyjson_arr_iter_next(&iter)) != NULL)
        if (civil_parse_day(yyjson_get_str(item), yyjson_get_len(item), &list[calendar->count]))
            calendar->count++;
    return calendar;
}

static bool read_clock(yyjson_val *json, struct pool *pool, struct clock *clock)
{
    yyjson_val *calendar = yyjson_obj_get(json, "holidays");
    yyjson_val *zone = yyjson_obj_get(json, "zone"), *cutoff = yyjson_obj_get(json, "cutoff");

    clock->id = json_member(json, "id");
    clock->cite = json_member(json, "cite");
    clock->confidence = json_member(json, "confidence");
    clock->payers = yyjson_obj_get(json, "payers");
    clock->kinds = yyjson_obj_get(json, "kinds");
    clock->forums = yyjson_obj_get(json, "forums");
    clock->plans = yyjson_obj_get(json, "plans");
    clock->states = yyjson_obj_get(json, "states");
    clock->lines_of_business = yyjson_obj_get(json, "lines_of_business");
    clock->has_to = read_day(json, "to", &clock->to);
    clock->standard = read_span(yyjson_obj_get(json, "standard"));
    clock->expedited = read_span(yyjson_obj_get(json, "expedited"));
    clock->extension = read_span(yyjson_obj_get(json, "extension"));
    clock->limit = read_span(yyjson_obj_get(json, "from_created"));
    clock->cutoff = yyjson_is_int(cutoff) ? (int)yyjson_get_int(cutoff) * 60 : -1;
    clock->has_zone = yyjson_is_int(zone);
    clock->zone = (int)yyjson_get_int(zone);
    if (yyjson_is_obj(calendar)) {
        clock->calendar = read_calendar(calendar, pool);
        if (clock->calendar == NULL)
            return false;
    }
    return clock->id.len > 0 && clock->standard.count > 0 &&
           read_day(json, "from", &clock->from);
}

const struct clocks *clocks_read(yyjson_val *array, struct pool *pool, struct err *err)
{
    struct clocks *clocks = POOL_NEW(pool, struct clocks);
    struct clock *items = pool_array(pool, yyjson_arr_size(array) + 1, sizeof *items);
    yyjson_arr_iter iter;
    yyjson_val *item;

    if (clocks == NULL || items == NULL) {
        err_set(err, ERR_LIMIT, "E-LIMIT-MEMORY", "not enough memory for the clocks");
        return NULL;
    }
    clocks->items = items;
    yyjson_arr_iter_init(array, &iter);
    while ((item = yyjson_arr_iter_next(&iter)) != NULL) {
        if (!read_clock(item, pool, &items[clocks->count++])) {
            err_set(err, ERR_POLICY, "E-REGISTRY", "clock %zu of the registry is not whole",
                    clocks->count);
            return NULL;
        }
    }
    return clocks;
}

/* ---- whose clock ------------------------------------------------------------------ */

static bool same_name(struct str a, struct str b)
{
    return a.len == b.len && strncasecmp(a.at, b.at, a.len) == 0;
}

/* True if the array is empty, and so asks nothing, or holds the word. */
static bool allows(yyjson_val *array, struct str word)
{
    yyjson_arr_iter iter;
    yyjson_val *item;

    if (yyjson_arr_size(array) == 0)
        return true;
    yyjson_arr_iter_init(array, &iter);
    while (word.at != NULL && (item = yyjson_arr_iter_next(&iter)) != NULL)
        if (same_name(case_text(item), word))
            return true;
    return false;
}

/* Does it run for this kind of case, on this day? A review by an independent
 * physician has a clock that names it, or none. */
static bool runs(const struct clock *clock, const struct casefile *file, day_t on)
{
    bool reviewed = file->kind == CASE_MEDICAL_REVIEW || str_is(file->forum, "imr");
    struct str kind = reviewed ? str_of("independent-medical-review")
                               : case_text(yyjson_obj_get(file->root, "kind"));

    if (on < clock->from || (clock->has_to && on > clock->to) ||
        !allows(clock->forums, file->forum))
        return false;
    return yyjson_arr_size(clock->kinds) > 0 ? allows(clock->kinds, kind) : !reviewed;
}

static bool serves(const struct clock *clock, const struct casefile *file, bool any_business)
{
    yyjson_val *coverage = file->coverage;

    return allows(clock->payers, case_text(yyjson_obj_get(coverage, "payor"))) &&
           allows(clock->plans, case_text(yyjson_obj_get(coverage, "plan"))) &&
           allows(clock->states, case_text(yyjson_obj_get(coverage, "state"))) &&
           (any_business || allows(clock->lines_of_business,
                                   case_text(yyjson_obj_get(coverage, "lineOfBusiness"))));
}

static const struct clock *choose(const struct clocks *clocks, const struct casefile *file,
                                  day_t on, bool any_business)
{
    for (size_t i = 0; i < clocks->count; i++)
        if (runs(&clocks->items[i], file, on) && serves(&clocks->items[i], file, any_business))
            return &clocks->items[i];
    return NULL;
}

/* ---- counting --------------------------------------------------------------------- */

/* When it came: the instant, and the day and second of it where the clock stands. */
struct receipt {
    struct str text;
    int64_t ms;
    int zone; /* minutes, as written */
    day_t day;
    int second;
};

/* The distance from UTC that an RFC 3339 text ends with, in minutes. */
static int written_zone(struct str text)
{
    const char *at = text.at + text.len - 6;

    if (text.len < 6 || (at[0] != '+' && at[0] != '-'))
        return 0;
    return (at[0] == '-' ? -1 : 1) *
           ((at[1] - '0') * 600 + (at[2] - '0') * 60 + (at[4] - '0') * 10 + (at[5] - '0'));
}

static void place(struct receipt *receipt, int zone)
{
    int64_t local = receipt->ms + zone * MINUTE_MS;
    int64_t day = local / DAY_MS - (local % DAY_MS < 0);

    receipt->day = (day_t)day;
    receipt->second = (int)((local - day * DAY_MS) / 1000);
}

static bool read_receipt(const struct casefile *file, struct receipt *receipt)
{
    receipt->text = case_text(yyjson_obj_get(file->root, "received"));
    if (!file->has_received || receipt->text.at == NULL)
        return false;
    receipt->ms = file->received_ms;
    receipt->zone = written_zone(receipt->text);
    place(receipt, receipt->zone);
    return true;
}

/* What is counted, on the way to a due date. */
struct counting {
    const struct clock *clock;
    struct span span;
    day_t from, on;
    int64_t at_ms;
    bool late;    /* it came after the hour at which the day ends */
    bool unknown; /* the calendar does not reach so far */
    bool limited; /* by the day of the request itself */
    day_t skipped[SKIPPED_MAX];
    size_t skipped_count;
};

static bool holiday(const struct calendar *calendar, day_t day)
{
    for (size_t i = 0; i < calendar->count && calendar->days[i] <= day; i++)
        if (calendar->days[i] == day)
            return true;
    return false;
}

/* Weekends are no days of business, nor what the calendar names. */
static bool is_business_day(struct counting *counting, day_t day)
{
    const struct calendar *calendar = counting->clock->calendar;

    if (calendar != NULL && (day < calendar->from || day > calendar->to))
        counting->unknown = true;
    if (civil_weekday(day) >= 5)
        return false;
    if (calendar == NULL || counting->unknown || !holiday(calendar, day))
        return true;
    if (counting->skipped_count < SKIPPED_MAX)
        counting->skipped[counting->skipped_count++] = day;
    return false;
}

static day_t next_business_day(struct counting *counting, day_t day)
{
    do
        day++;
    while (day < DAY_MAX && !is_business_day(counting, day));
    return day;
}

/* The last day of a span; day one is the day after. */
static day_t last_day(struct counting *counting, day_t from, struct span span)
{
    if (span.unit == COUNT_DAYS)
        return from + span.count;
    for (int i = 0; i < span.count && !counting->unknown; i++)
        from = next_business_day(counting, from);
    return from;
}

static void count(struct counting *counting, const struct receipt *receipt)
{
    const struct clock *clock = counting->clock;

    counting->from = receipt->day;
    counting->at_ms = receipt->ms + counting->span.count * 60 * MINUTE_MS;
    counting->on = receipt->day;
    if (counting->span.unit == COUNT_HOURS) {
        struct receipt end = {.ms = counting->at_ms};

        place(&end, clock->has_zone ? clock->zone : receipt->zone);
        counting->on = end.day;
        return;
    }
    counting->late = clock->cutoff >= 0 && receipt->second > clock->cutoff;
    if (counting->late)
        counting->from = next_business_day(counting, counting->from);
    counting->on = last_day(counting, counting->from, counting->span);
}

/* The limit that runs from the day on which the care was asked for. */
static void count_limit(struct counting *counting, const struct casefile *file)
{
    struct str text = case_text(yyjson_obj_get(file->request, "created"));
    struct day_span created;
    day_t last;

    if (counting->clock->limit.count == 0 || counting->span.unit == COUNT_HOURS ||
        text.at == NULL || !civil_parse(text.at, text.len, &created))
        return;
    last = last_day(counting, created.first, counting->clock->limit);
    if (last < counting->on) {
        counting->on = last;
        counting->limited = true;
    }
}

/* ---- saying it -------------------------------------------------------------------- */

static void put_day(struct buf *out, day_t day)
{
    char text[CIVIL_TEXT];

    civil_format(day, text);
    buf_puts(out, text);
}

/* The instant in the zone in which the receipt was written. */
static void put_instant(struct buf *out, int64_t ms, int zone)
{
    struct receipt at = {.ms = ms};

    place(&at, zone);
    put_day(out, at.day);
    buf_printf(out, "T%02d:%02d:%02d", at.second / 3600, at.second / 60 % 60, at.second % 60);
    if (zone == 0)
        buf_putc(out, 'Z');
    else
        buf_printf(out, "%c%02d:%02d", zone < 0 ? '-' : '+', abs(zone) / 60, abs(zone) % 60);
}

static void say_count(struct buf *out, const struct counting *counting,
                      const struct receipt *receipt)
{
    const char *unit = unit_names[counting->span.unit];
    int len = (int)strlen(unit) - (counting->span.count == 1);

    buf_printf(out, "%d %s%.*s from ", counting->span.count,
               counting->span.unit == COUNT_DAYS ? "calendar " : "", len, unit);
    if (counting->span.unit == COUNT_HOURS)
        buf_put(out, receipt->text.at, receipt->text.len);
    else
        put_day(out, counting->from);
    if (counting->late) {
        buf_puts(out, " (it came on ");
        put_day(out, receipt->day);
        buf_printf(out, " after %02d:%02d)", counting->clock->cutoff / 3600,
                   counting->clock->cutoff / 60 % 60);
    }
    for (size_t i = 0; i < counting->skipped_count; i++) {
        buf_puts(out, i == 0 ? ", not counting " : ", ");
        put_day(out, counting->skipped[i]);
    }
}

static void say_due(struct buf *out, const struct counting *counting,
                    const struct receipt *receipt, const struct casefile *file)
{
    const struct clock *clock = counting->clock;
    bool created = yyjson_is_str(yyjson_obj_get(file->request, "created"));

    say_count(out, counting, receipt);
    if (counting->unknown) {
        buf_puts(out, ": the days on which nobody works are known from ");
        put_day(out, clock->calendar->from);
        buf_puts(out, " to ");
        put_day(out, clock->calendar->to);
        return;
    }
    if (clock->limit.count > 0 && counting->span.unit != COUNT_HOURS && !created)
        buf_printf(out, "; its limit of %d %s from the day of the request itself was not "
                        "counted: that day is not on file",
                   clock->limit.count, unit_names[clock->limit.unit]);
    if (counting->limited)
        buf_printf(out, "; at most %d %s from the day of the request itself",
                   clock->limit.count, unit_names[clock->limit.unit]);
}

static void put_text(struct buf *out, const char *name, struct str text)
{
    buf_puts(out, name);
    if (text.len == 0)
        buf_puts(out, "null");
    else
        buf_put_json(out, text.at, text.len);
}

static void put_days(struct buf *out, const struct counting *counting)
{
    buf_puts(out, ",\"not_counted\":[");
    for (size_t i = 0; i < counting->skipped_count; i++) {
        buf_puts(out, i == 0 ? "\"" : ",\"");
        put_day(out, counting->skipped[i]);
        buf_putc(out, '"');
    }
    buf_putc(out, ']');
}

/* A day in quotes, or null. */
static void put_quoted(struct buf *out, const char *name, bool known, day_t day)
{
    buf_puts(out, name);
    if (!known) {
        buf_puts(out, "null");
        return;
    }
    buf_putc(out, '"');
    put_day(out, day);
    buf_putc(out, '"');
}

/* The due member; counting NULL: no clock runs, and says tells why. */
static void put_due(struct buf *out, struct counting *counting, const struct receipt *receipt,
                    struct str says, const struct casefile *file, bool expedited)
{
    static const struct clock none;
    const struct clock *clock = counting == NULL ? &none : counting->clock;
    bool known = counting != NULL && !counting->unknown;
    bool hours = known && counting->span.unit == COUNT_HOURS;
    bool extends = known && clock->extension.count > 0 && !expedited;
    size_t skipped = extends ? counting->skipped_count : 0;
    day_t extended = extends ? last_day(counting, counting->on, clock->extension) : 0;

    if (extends)
        counting->skipped_count = skipped; /* what the extension skips is another matter */
    buf_puts(out, "{\"at\":");
    if (hours) {
        buf_putc(out, '"');
        put_instant(out, counting->at_ms, receipt->zone);
        buf_putc(out, '"');
    } else {
        buf_puts(out, "null");
    }
    put_text(out, ",\"cite\":", clock->cite);
    put_text(out, ",\"clock\":", clock->id);
    put_text(out, ",\"confidence\":", clock->confidence);
    if (counting == NULL)
        buf_puts(out, ",\"count\":null");
    else
        buf_printf(out, ",\"count\":%d", counting->span.count);
    put_quoted(out, ",\"extended\":", extends && !counting->unknown, extended);
    put_quoted(out, ",\"from\":", counting != NULL, counting == NULL ? 0 : counting->from);
    if (counting == NULL)
        buf_puts(out, ",\"not_counted\":[]");
    else
        put_days(out, counting);
    put_quoted(out, ",\"on\":", known, known ? counting->on : 0);
    put_text(out, ",\"says\":", says);
    put_text(out, ",\"stated\":", case_text(yyjson_obj_get(file->root, "dueBy")));
    put_text(out, ",\"unit\":",
             counting == NULL ? str_of(NULL) : str_of(unit_names[counting->span.unit]));
    buf_puts(out, expedited ? ",\"urgency\":\"expedited\"}" : ",\"urgency\":\"standard\"}");
}

/* Why no clock runs. */
static const char *why_none(const struct clocks *clocks, const struct casefile *file,
                            const struct receipt *receipt)
{
    bool business = yyjson_is_str(yyjson_obj_get(file->coverage, "lineOfBusiness"));

    if (clocks == NULL)
        return "the registry, which has the clocks, was not asked: the policy was named as a file";
    if (receipt == NULL)
        return "when the request was received is not on file";
    if (!business && choose(clocks, file, receipt->day, true) != NULL)
        return "which clock runs depends on the line of business, which is not on file";
    return "the registry has no clock for this payer, line of business and day";
}

void clock_put_due(struct buf *out, const struct clocks *clocks, const struct casefile *file,
                   bool expedited)
{
    struct receipt receipt;
    bool received = read_receipt(file, &receipt);
    struct counting counting = {.clock = NULL};
    char memory[1600];
    struct buf says = buf_fixed(memory, sizeof memory);

    if (clocks != NULL && received)
        counting.clock = choose(clocks, file, receipt.day, false);
    if (counting.clock == NULL) {
        put_due(out, NULL, NULL, str_of(why_none(clocks, file, received ? &receipt : NULL)), file,
                expedited);
        return;
    }
    if (counting.clock->has_zone)
        place(&receipt, counting.clock->zone);
    counting.span = expedited && counting.clock->expedited.count > 0 ? counting.clock->expedited
                                                                     : counting.clock->standard;
    count(&counting, &receipt);
    count_limit(&counting, file);
    say_due(&says, &counting, &receipt, file);
    put_due(out, &counting, &receipt, (struct str){says.data, says.len}, file, expedited);
}
