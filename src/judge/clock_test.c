/*
 * clock_test.c - due dates at their edges: weekends, holidays, the hour at which
 * a day ends, hours over midnight and over a change of daylight saving, leap
 * days, ends of months, and everything that makes a date unknown.
 */
#include "judge/case_test.h"

#include "base/json.h"
#include "judge/clock.h"

/* 2026-12-24 is a Thursday; the calendar ends with the year after. */
static const char clocks_text[] =
    "[{'id':'review','cite':'R 1','confidence':'P','kinds':['independent-medical-review'],"
    "  'payers':['wc','Workers'],'from':'2013-01-01','standard':{'count':30,'unit':'days'}},"
    " {'id':'wc','cite':'W 1','confidence':'P','payers':['wc','Workers'],'from':'2013-01-01',"
    "  'standard':{'count':5,'unit':'business days'},'expedited':{'count':72,'unit':'hours'},"
    "  'from_created':{'count':14,'unit':'days'},'cutoff':1050,'zone':-480,"
    "  'holidays':{'id':'ca','from':'2013-01-01','to':'2027-12-31',"
    "  'days':['2026-01-01','2026-07-03','2026-12-25','2027-01-01']}},"
    " {'id':'ma','cite':'M 1','confidence':'A','lines_of_business':['medicare-advantage'],"
    "  'from':'2026-01-01','to':'2026-12-31','standard':{'count':7,'unit':'days'},"
    "  'expedited':{'count':72,'unit':'hours'},'extension':{'count':14,'unit':'days'}},"
    " {'id':'group','cite':'G 1','confidence':'M','lines_of_business':['commercial'],"
    "  'states':['OH'],'plans':['PPO'],'from':'2013-01-01','standard':{'count':15,'unit':'days'},"
    "  'extension':{'count':15,'unit':'days'}}]";

static yyjson_doc *due_of(const char *case_text, bool expedited, bool clocks)
{
    char *bytes = quoted(case_text, strlen(case_text));
    char *clocks_json = quoted(clocks_text, sizeof clocks_text - 1);
    const struct clocks *read = NULL;
    struct case_problems problems;
    struct casefile file;
    struct pool pool;
    struct buf out = BUF_INIT;
    struct err err = {.kind = ERR_NONE};
    yyjson_doc *doc;

    pool_init(&pool);
    assert_true(casefile_parse(&file, bytes, strlen(bytes), &pool, NULL, &problems, &err));
    if (clocks) {
        doc = json_read(&pool, clocks_json, strlen(clocks_json));
        assert_non_null(doc);
        read = clocks_read(yyjson_doc_get_root(doc), &pool, &err);
        assert_non_null(read);
    }
    clock_put_due(&out, read, &file, expedited);
    assert_false(out.failed);
    doc = yyjson_read(out.data, out.len, 0);
    assert_non_null(doc);
    assert_int_equal(yyjson_obj_size(yyjson_doc_get_root(doc)), 13);
    buf_free(&out);
    pool_free(&pool);
    free(bytes);
    free(clocks_json);
    return doc;
}

/* A case that came then; extra holds further members of it. */
static yyjson_doc *due_for(const char *received, const char *extra, bool expedited)
{
    char text[1024];

    snprintf(text, sizeof text,
             "{'schema':'rubric-case/1','caseId':'T','asOf':'2026-03-10',%s%s%s"
             "'request':{'lines':[{'sequence':1,'code':'64483'}]},"
             "'sources':{'s1':{'kind':'ehr'}},%s}",
             received == NULL ? "" : "'received':'", received == NULL ? "" : received,
             received == NULL ? "" : "',", extra);
    return due_of(text, expedited, true);
}

static void has(yyjson_doc *doc, const char *name, const char *expected)
{
    const char *found = yyjson_get_str(yyjson_obj_get(yyjson_doc_get_root(doc), name));

    if (expected == NULL)
        assert_null(found);
    else
        assert_string_equal(found == NULL ? "null" : found, expected);
}

#define WORKERS "'coverage':{'payor':'workers','src':['s1']}"
#define ADVANTAGE "'coverage':{'payor':'X','lineOfBusiness':'Medicare-Advantage','src':['s1']}"

static void calendar_days_begin_on_the_day_after(void **state)
{
    static const char *const rows[][2] = {
        {"2026-11-02T15:04:05-05:00", "2026-11-09"},
        {"2026-11-02T00:00:00-05:00", "2026-11-09"},
        {"2026-11-02T23:59:59-05:00", "2026-11-09"},
        {"2026-11-07T12:00:00Z", "2026-11-14"}, /* ends on a Saturday: it stays there */
        {"2026-01-31T12:00:00Z", "2026-02-07"}, /* over the end of a month */
        {"2026-12-28T12:00:00Z", "2027-01-04"}, /* and of a year */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        yyjson_doc *doc = due_for(rows[i][0], ADVANTAGE, false);

        has(doc, "on", rows[i][1]);
        has(doc, "clock", "ma");
        has(doc, "at", NULL);
        has(doc, "unit", "days");
        yyjson_doc_free(doc);
    }
}

static void a_leap_day_is_a_day(void **state)
{
    yyjson_doc *doc = due_for("2028-02-20T12:00:00Z",
                              "'coverage':{'payor':'X','lineOfBusiness':'commercial','state':'OH',"
                              "'plan':'PPO','src':['s1']}",
                              false);

    (void)state;
    has(doc, "on", "2028-03-06"); /* 15 days, the 29th among them */
    has(doc, "extended", "2028-03-21");
    has(doc, "says", "15 calendar days from 2028-02-20");
    yyjson_doc_free(doc);
}

static void business_days_skip_weekends_and_holidays(void **state)
{
    static const char *const rows[][3] = {
        /* a Monday; day one is Tuesday */
        {"2026-11-02T10:00:00-08:00", "2026-11-09", "5 business days from 2026-11-02"},
        /* a Saturday and a Sunday: day one is Monday either way */
        {"2026-11-07T10:00:00-08:00", "2026-11-13", "5 business days from 2026-11-07"},
        {"2026-11-08T10:00:00-08:00", "2026-11-13", "5 business days from 2026-11-08"},
        /* Christmas and New Year are named as not counted */
        {"2026-12-24T10:00:00-08:00", "2027-01-04",
         "5 business days from 2026-12-24, not counting 2026-12-25, 2027-01-01"},
        /* received on a holiday */
        {"2026-07-03T10:00:00-08:00", "2026-07-10", "5 business days from 2026-07-03"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        yyjson_doc *doc = due_for(rows[i][0], WORKERS ",'kind':'utilization-review'", false);
        char says[256];

        has(doc, "on", rows[i][1]);
        snprintf(says, sizeof says, "%s; its limit of 14 days from the day of the request itself "
                                    "was not counted: that day is not on file",
                 rows[i][2]);
        has(doc, "says", says);
        has(doc, "unit", "business days");
        yyjson_doc_free(doc);
    }
}

/* 17:30 is still today; in the summer the fixed zone never makes it later. */
static void what_comes_after_the_hour_counts_from_the_next_business_day(void **state)
{
    static const char *const rows[][3] = {
        {"2026-11-02T17:30:00-08:00", "2026-11-02", "2026-11-09"},
        {"2026-11-02T17:30:01-08:00", "2026-11-03", "2026-11-10"},
        {"2026-11-03T01:30:00Z", "2026-11-02", "2026-11-09"}, /* the same in UTC */
        {"2026-11-03T01:30:01Z", "2026-11-03", "2026-11-10"},
        {"2026-11-06T18:00:00-08:00", "2026-11-09", "2026-11-16"}, /* Friday evening: Monday */
        {"2026-07-02T18:00:00-07:00", "2026-07-02", "2026-07-10"}, /* 17:00 standard time */
        {"2026-07-02T18:31:00-07:00", "2026-07-06", "2026-07-13"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        yyjson_doc *doc = due_for(rows[i][0], WORKERS ",'kind':'utilization-review'", false);

        has(doc, "from", rows[i][1]);
        has(doc, "on", rows[i][2]);
        yyjson_doc_free(doc);
    }
}

static void hours_are_counted_on_instants(void **state)
{
    static const char *const rows[][3] = {
        {"2026-11-02T15:04:05-05:00", "2026-11-05T15:04:05-05:00", "2026-11-05"},
        {"2026-11-02T23:59:59Z", "2026-11-05T23:59:59Z", "2026-11-05"},
        {"2026-12-30T00:00:00+05:30", "2027-01-02T00:00:00+05:30", "2027-01-02"},
        {"2026-02-26T08:00:00-05:00", "2026-03-01T08:00:00-05:00", "2026-03-01"},
        /* over the day on which clocks are put forward: still seventy-two hours */
        {"2026-03-07T08:00:00-05:00", "2026-03-10T08:00:00-05:00", "2026-03-10"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        yyjson_doc *doc = due_for(rows[i][0], ADVANTAGE, true);
        char says[96];

        has(doc, "at", rows[i][1]);
        has(doc, "on", rows[i][2]);
        has(doc, "urgency", "expedited");
        has(doc, "extended", NULL);
        snprintf(says, sizeof says, "72 hours from %s", rows[i][0]);
        has(doc, "says", says);
        yyjson_doc_free(doc);
    }
}

static void the_day_of_the_request_itself_limits(void **state)
{
    static const struct {
        const char *created, *on, *says;
    } rows[] = {
        {"2026-10-26", "2026-11-09", "5 business days from 2026-11-02"},
        {"2026-10-25", "2026-11-08",
         "5 business days from 2026-11-02; at most 14 days from the day of the request itself"},
        {"2026-10", "2026-10-15",
         "5 business days from 2026-11-02; at most 14 days from the day of the request itself"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512];
        yyjson_doc *doc;

        snprintf(text, sizeof text,
                 "{'schema':'rubric-case/1','caseId':'T','asOf':'2026-03-10',"
                 "'received':'2026-11-02T10:00:00-08:00','kind':'utilization-review',"
                 "'request':{'created':'%s','lines':[{'sequence':1,'code':'64483'}]},"
                 "'sources':{'s1':{'kind':'ehr'}}," WORKERS "}",
                 rows[i].created);
        doc = due_of(text, false, true);
        has(doc, "on", rows[i].on);
        has(doc, "says", rows[i].says);
        yyjson_doc_free(doc);
    }
}

static void a_review_has_a_clock_of_its_own(void **state)
{
    yyjson_doc *doc = due_for("2026-11-02T10:00:00-08:00",
                              WORKERS ",'kind':'independent-medical-review'", false);

    (void)state;
    has(doc, "clock", "review");
    has(doc, "on", "2026-12-02");
    yyjson_doc_free(doc);
    doc = due_for("2026-11-02T10:00:00-08:00",
                  ADVANTAGE ",'kind':'independent-medical-review'", false);
    has(doc, "clock", NULL);
    has(doc, "on", NULL);
    yyjson_doc_free(doc);
}

static void what_is_not_known_is_said(void **state)
{
    static const struct {
        const char *received, *extra, *says;
    } rows[] = {
        {NULL, ADVANTAGE, "when the request was received is not on file"},
        {"2026-11-02T10:00:00Z", "'coverage':{'payor':'X','src':['s1']}",
         "which clock runs depends on the line of business, which is not on file"},
        {"2026-11-02T10:00:00Z", "'coverage':{'lineOfBusiness':'dental','src':['s1']}",
         "the registry has no clock for this payer, line of business and day"},
        /* before the first day of the clock, and after its last */
        {"2025-12-31T10:00:00Z", ADVANTAGE,
         "the registry has no clock for this payer, line of business and day"},
        {"2027-01-01T10:00:00Z", ADVANTAGE,
         "the registry has no clock for this payer, line of business and day"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        yyjson_doc *doc = due_for(rows[i].received, rows[i].extra, false);

        has(doc, "on", NULL);
        has(doc, "at", NULL);
        has(doc, "says", rows[i].says);
        yyjson_doc_free(doc);
    }
}

static void beyond_its_calendar_nothing_is_counted(void **state)
{
    yyjson_doc *doc = due_for("2027-12-27T10:00:00-08:00",
                              WORKERS ",'kind':'utilization-review'", false);

    (void)state;
    has(doc, "clock", "wc");
    has(doc, "on", NULL);
    has(doc, "says", "5 business days from 2027-12-27: the days on which nobody works are known "
                     "from 2013-01-01 to 2027-12-31");
    yyjson_doc_free(doc);
}

static void what_the_case_says_itself_stands_beside(void **state)
{
    yyjson_doc *doc = due_for("2026-11-02T10:00:00Z",
                              ADVANTAGE ",'dueBy':'2026-11-05T17:00:00-05:00'", false);

    (void)state;
    has(doc, "on", "2026-11-09");
    has(doc, "stated", "2026-11-05T17:00:00-05:00");
    has(doc, "extended", "2026-11-23");
    has(doc, "cite", "M 1");
    has(doc, "confidence", "A");
    yyjson_doc_free(doc);
}

static void without_a_registry_there_is_no_clock(void **state)
{
    yyjson_doc *doc = due_of("{'schema':'rubric-case/1','caseId':'T','asOf':'2026-03-10',"
                             "'request':{'lines':[{'sequence':1,'code':'64483'}]},"
                             "'sources':{}}",
                             false, false);

    (void)state;
    has(doc, "says",
        "the registry, which has the clocks, was not asked: the policy was named as a file");
    yyjson_doc_free(doc);
}

static void a_clock_that_is_not_whole_is_refused(void **state)
{
    static const char *const rows[] = {
        "[{'id':'a','from':'2026-01-01'}]",
        "[{'id':'a','from':'2026-02-30','standard':{'count':1,'unit':'days'}}]",
        "[{'from':'2026-01-01','standard':{'count':1,'unit':'days'}}]",
        "[{'id':'a','from':'2026-01-01','standard':{'count':1,'unit':'days'},'holidays':{}}]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = quoted(rows[i], strlen(rows[i]));
        struct err err = {.kind = ERR_NONE};
        struct pool pool;

        pool_init(&pool);
        assert_null(clocks_read(yyjson_doc_get_root(json_read(&pool, text, strlen(text))), &pool,
                                &err));
        assert_string_equal(err.text, "clock 1 of the registry is not whole");
        pool_free(&pool);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calendar_days_begin_on_the_day_after),
        cmocka_unit_test(a_leap_day_is_a_day),
        cmocka_unit_test(business_days_skip_weekends_and_holidays),
        cmocka_unit_test(what_comes_after_the_hour_counts_from_the_next_business_day),
        cmocka_unit_test(hours_are_counted_on_instants),
        cmocka_unit_test(the_day_of_the_request_itself_limits),
        cmocka_unit_test(a_review_has_a_clock_of_its_own),
        cmocka_unit_test(what_is_not_known_is_said),
        cmocka_unit_test(beyond_its_calendar_nothing_is_counted),
        cmocka_unit_test(what_the_case_says_itself_stands_beside),
        cmocka_unit_test(without_a_registry_there_is_no_clock),
        cmocka_unit_test(a_clock_that_is_not_whole_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
