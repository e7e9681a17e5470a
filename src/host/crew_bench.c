/*
 * crew_bench.c - what workers cost: to start, to ask, to replace.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/crew.h"
#include "lua/lua_box.h"
#include "lua/lua_try.h"

#define TEXT "local n = 0 for i = 1, 20 do n = n + #tostring(i) end return n"

enum { ECHO = FRAME_REQUEST, EVALUATE, CRASH, LOOP };

struct service {
    struct lua_box *box;
    struct lua_image *image;
};

static bool prepare(void *context, struct err *err)
{
    struct lua_box_options options = {0};
    struct service *service = context;

    return lua_box_open(&service->box, &options, err) &&
           lua_box_fresh(service->box, err) &&
           lua_box_save(service->box, &service->image, err);
}

static bool begin(void *context, struct err *err)
{
    struct service *service = context;

    return lua_box_after_fork(service->box, err);
}

static bool handle(void *context, uint16_t kind, const char *payload, size_t len,
                   struct buf *out, struct err *err)
{
    struct service *service = context;

    switch (kind) {
    case EVALUATE:
        lua_box_restore(service->box, service->image);
        return lua_try(service->box, "bench.lua", payload, len, false,
                       &lua_limits_default, out, err);
    case CRASH:
        abort();
    case LOOP:
        for (;;)
            ((volatile struct service *)context)->box = service->box;
    default:
        buf_put(out, payload, len);
        return true;
    }
}

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int order(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static void show(const char *what, double *values, size_t count)
{
    qsort(values, count, sizeof *values, order);
    printf("%-44s p50 %8.0f us  p99 %8.0f us\n", what, values[count / 2],
           values[count * 99 / 100]);
}

static void fail(const struct err *err)
{
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

static struct crew *start(struct service *service, unsigned spin_us)
{
    struct crew_options options = {0};
    struct crew *crew;
    struct err err;

    options.worker.handle = handle;
    options.worker.setup = begin;
    options.worker.context = service;
    options.zygote_setup = prepare;
    options.workers = 1;
    options.deaths_max = 8;
    options.spin_us = spin_us;
    if (!crew_start(&crew, &options, &err))
        fail(&err);
    return crew;
}

static bool call(struct crew *crew, uint16_t kind, const char *text,
                 unsigned deadline_ms)
{
    static struct buf answer = BUF_INIT;
    struct crew_request request = {kind, NULL, text, strlen(text), deadline_ms, 0};
    struct err err;

    return crew_call(crew, &request, &answer, &err);
}

static void first_answer(struct service *service)
{
    double took[100];

    for (size_t i = 0; i < 100; i++) {
        double began = now_us();
        struct crew *crew = start(service, 0);

        if (!call(crew, EVALUATE, TEXT, 1000))
            abort();
        took[i] = now_us() - began;
        crew_stop(crew);
    }
    show("zygote, worker, box, first answer", took, 100);
}

static void one_by_one(struct service *service, uint16_t kind, unsigned spin_us,
                       const char *what)
{
    static double took[5000];
    struct crew *crew = start(service, spin_us);

    for (size_t i = 0; i < 5000; i++) {
        double began = now_us();

        if (!call(crew, kind, TEXT, 1000))
            abort();
        took[i] = now_us() - began;
    }
    show(what, took, 5000);
    crew_stop(crew);
}

static void many(struct service *service, uint16_t kind, const char *what)
{
    struct crew *crew = start(service, 0);
    struct crew_request request = {kind, NULL, TEXT, sizeof TEXT - 1, 1000, 0};
    struct crew_answer answer;
    const int count = 50000;
    double began;
    int asked = 0;
    struct err err;

    if (!call(crew, ECHO, "", 1000))
        abort();
    began = now_us();
    while (asked < count || crew_outstanding(crew) > 0) {
        for (; asked < count && crew_room(crew) > 0; asked++)
            if (!crew_submit(crew, &request, &err))
                fail(&err);
        if (!crew_collect(crew, &answer) || !answer.ok)
            fail(&answer.err);
    }
    printf("%-44s %8.0f requests/s\n", what, count / (now_us() - began) * 1e6);
    crew_stop(crew);
}

static void replaced(struct service *service)
{
    double died[40];
    double late[40];
    struct crew *crew = start(service, 0);

    for (size_t i = 0; i < 40; i++) {
        double began = now_us();

        if (call(crew, CRASH, "", 1000) || !call(crew, ECHO, "", 1000))
            abort();
        died[i] = now_us() - began;
        began = now_us();
        if (call(crew, LOOP, "", 20) || !call(crew, ECHO, "", 1000))
            abort();
        late[i] = now_us() - began - 20000;
    }
    show("a death to the replacement's first answer", died, 40);
    show("a deadline to the replacement's first answer", late, 40);
    crew_stop(crew);
}

int main(void)
{
    struct service service = {0};

    first_answer(&service);
    one_by_one(&service, ECHO, 0, "one request at a time, echo");
    one_by_one(&service, EVALUATE, 0, "one at a time, compile and run a text");
    one_by_one(&service, ECHO, 50, "the same echo, 50 us spin");
    many(&service, ECHO, "one worker, 16 in flight, echo");
    many(&service, EVALUATE, "one worker, 16 in flight, compile and run");
    replaced(&service);
    return 0;
}
