/*
 * service_test.c - what a worker does, without the walls around it: a policy is
 * loaded and cases are judged in this process, so that valgrind and the checkers
 * see all of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "host/parts.h"
#include "host/service_inside.h"

#define ANSWER_ROOM ((size_t)4 << 20)

static const char head[] =
    "policy 'test.one' { title = 'T', source = 'none', in_force = { from = '2020-01-01' },\n"
    "  covers = codes { 'cpt:64483-64484' }, limits = { memory_mib = 4 } }\n"
    "criterion 'one' { cite = '1', says = 'It runs.', ask = 'Nothing.', reads = { 'pain.score' },\n"
    "  met = function(case) ";

static const char case_json[] =
    "{\"schema\":\"rubric-case/1\",\"caseId\":\"C\",\"asOf\":\"2026-11-02\",\"request\":"
    "{\"lines\":[{\"sequence\":1,\"code\":\"64483\"}]},\"answers\":{\"pain.score\":{\"value\":7,"
    "\"src\":[\"s1\"]}},\"sources\":{\"s1\":{\"kind\":\"ehr\",\"ref\":\"Note/1\"}}}";

struct hall {
    struct service *service;
    char *room;
};

static int open_hall(void **state)
{
    static struct hall hall;
    struct service_options options = {.codes_path = "/nonexistent/codes.db"};
    struct err err;

    hall.room = malloc(ANSWER_ROOM);
    *state = &hall;
    return hall.room == NULL || !service_open(&options, &hall.service, &err) ||
           !service_zygote_setup(&hall.service, &err) ||
           !service_worker_setup(&hall.service, &err);
}

static int close_hall(void **state)
{
    struct hall *hall = *state;

    /* A worker never gives these back: it ends. */
    codes_close(hall->service->codes);
    lua_box_close(hall->service->box);
    free(hall->room);
    return 0;
}

/* Asks; the answer's parts but the first, which must be the word. */
static struct str ask(struct hall *hall, uint16_t kind, const struct buf *payload,
                      const char *word)
{
    struct buf out = buf_fixed(hall->room, ANSWER_ROOM);
    struct err err = {0};
    struct str rest, said;

    if (!service_handle(&hall->service, kind, payload->data, payload->len, &out, &err))
        fail_msg("%s: %s", err.code, err.text);
    rest = (struct str){out.data, out.len};
    assert_true(parts_next(&rest, &said));
    if (!str_is(said, word))
        fail_msg("%.*s: %.*s", (int)said.len, said.at, (int)rest.len, rest.at);
    return rest;
}

static void load(struct hall *hall, const char *key, const char *body)
{
    struct buf payload = BUF_INIT, bundle = BUF_INIT, text = BUF_INIT;

    buf_printf(&text, "%s%s end }\n", head, body);
    buf_puts(&bundle, "{\"entry\":\"{\\\"limits\\\":{\\\"load_ms\\\":10000,\\\"time_ms\\\":60000}}\",");
    buf_puts(&bundle, "\"files\":[{\"name\":\"p.lua\",\"text\":");
    buf_put_json(&bundle, text.data, text.len);
    buf_puts(&bundle, "}],\"modules\":[],\"schema\":\"rubric-bundle/1\"}");
    parts_puts(&payload, key);
    parts_put(&payload, bundle.data, bundle.len);
    ask(hall, SERVICE_LOAD, &payload, SERVICE_TREE);
    buf_free(&payload);
    buf_free(&bundle);
    buf_free(&text);
}

/* The answer document to the case, by the policy of that key; owned. */
static char *review(struct hall *hall, uint16_t kind, const char *key)
{
    static const char sha[] = "0000000000000000000000000000000000000000000000000000000000000000";
    struct buf payload = BUF_INIT;
    struct str rest, json;
    char *copy;

    parts_puts(&payload, sha);
    parts_puts(&payload, ""); /* as of */
    parts_puts(&payload, ""); /* policy */
    parts_puts(&payload, key);
    parts_puts(&payload, ""); /* registry */
    parts_puts(&payload, ""); /* failure */
    parts_put(&payload, case_json, sizeof case_json - 1);
    rest = ask(hall, kind, &payload, SERVICE_ANSWER);
    assert_true(parts_next(&rest, &json));
    copy = strndup(json.at, json.len);
    assert_non_null(copy);
    buf_free(&payload);
    return copy;
}

/* The review of a case whose function ends in an error of that code. */
static void review_fails(struct hall *hall, const char *key, const char *code)
{
    char *answer = review(hall, SERVICE_REVIEW, key);
    char id[40];

    snprintf(id, sizeof id, "\"id\":\"%s\",\"message\"", code);
    assert_non_null(strstr(answer, id));
    assert_non_null(strstr(answer, "\"recommendation\":\"refer\",\"schema\""));
    assert_null(strstr(answer, "second"));
    free(answer);
}

static void a_case_is_judged_by_a_function(void **state)
{
    char *answer;

    load(*state, "good", "return case['pain.score'] > 4 and met('high') or not_met('low')");
    answer = review(*state, SERVICE_REVIEW, "good");
    assert_non_null(strstr(answer, "\"because\":\"high\""));
    assert_non_null(strstr(answer, "\"recommendation\":\"approve\",\"schema\""));
    free(answer);
    answer = review(*state, SERVICE_WHICH, "good");
    assert_non_null(strstr(answer, "\"policy\":\"test.one\""));
    free(answer);
    answer = review(*state, SERVICE_COVER, "good");
    assert_non_null(strstr(answer, "criteria"));
    free(answer);
}

static void failures_leave_the_next_answer_as_it_was(void **state)
{
    char *first, *again;

    load(*state, "fair", "return met(tostring(case['pain.score']))");
    load(*state, "memory", "local t = 'x' while true do t = t .. t end");
    load(*state, "error", "error({}, 2)");
    load(*state, "calls", "for i = 1, 1e6 do local x = case['pain.score'] end");
    first = review(*state, SERVICE_REVIEW, "fair");
    review_fails(*state, "memory", "E-LIMIT-MEMORY");
    review_fails(*state, "error", "E-LUA");
    review_fails(*state, "calls", "E-LIMIT-CALLS");
    again = review(*state, SERVICE_REVIEW, "fair");
    assert_string_equal(first, again);
    free(first);
    free(again);
}

/* Two functions of one policy: after a limit the second is not called any more. */
static void a_limit_stands_for_the_rest_of_the_case(void **state)
{
    load(*state, "two",
         "local t = 'x' while true do t = t .. t end end }\n"
         "criterion 'two' { cite = '2', says = 'Too.', ask = 'Nothing.', reads = { 'pain.score' },\n"
         "  met = function(case) return met('second')");
    review_fails(*state, "two", "E-LIMIT-MEMORY");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_is_judged_by_a_function),
        cmocka_unit_test(failures_leave_the_next_answer_as_it_was),
        cmocka_unit_test(a_limit_stands_for_the_rest_of_the_case),
    };

    return cmocka_run_group_tests(tests, open_hall, close_hall);
}
