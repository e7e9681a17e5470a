/*
 * lua_box_bench.c - what a brand-new interpreter costs.
 *
 * Prints: restore per KB of image, a restored image with an empty entry, and a
 * small evaluation, at several sizes of live state.
 */
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lua/lua_box.h"

#define ROUNDS 2000

static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int order(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, order);
    return values[count / 2];
}

/* Live state: as many small tables with texts as asked for. */
static int fill(lua_State *L)
{
    int count = *(int *)lua_touserdata(L, 1);

    lua_newtable(L);
    for (int i = 1; i <= count; i++) {
        lua_createtable(L, 0, 2);
        lua_pushfstring(L, "criterion number %d", i);
        lua_setfield(L, -2, "says");
        lua_rawseti(L, -2, i);
    }
    lua_setfield(L, LUA_REGISTRYINDEX, "bench");
    return 0;
}

/* A small evaluation: look through twenty of them. */
static int work(lua_State *L)
{
    size_t total = 0;

    lua_getfield(L, LUA_REGISTRYINDEX, "bench");
    for (int i = 1; i <= 20; i++) {
        lua_rawgeti(L, -1, i);
        lua_getfield(L, -1, "says");
        if (lua_isstring(L, -1))
            total += lua_rawlen(L, -1);
        lua_pushfstring(L, "%d", i);
        lua_pop(L, 3);
    }
    return total == 0;
}

static int nothing(lua_State *L)
{
    (void)L;
    return 0;
}

static void check(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

static double measure(struct lua_box *box, const struct lua_image *image,
                      lua_box_work *what)
{
    static double took[ROUNDS];
    struct err err;

    for (int i = 0; i < ROUNDS; i++) {
        double began = now_ns();

        lua_box_restore(box, image);
        if (what != NULL)
            check(lua_box_enter(box, what, NULL, &lua_limits_default, &err), &err);
        took[i] = now_ns() - began;
        if (what == NULL) /* so that there is something to restore */
            check(lua_box_enter(box, work, NULL, &lua_limits_default, &err), &err);
    }
    return median(took, ROUNDS);
}

int main(void)
{
    static const int counts[] = {20, 300, 1500, 5000};
    struct lua_box_options options = {0};
    struct lua_image *image;
    struct lua_box *box;
    struct err err;

    check(lua_box_open(&box, &options, &err), &err);
    puts("image KB | restore us | ns/KB | + empty entry us | + work us");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        int count = counts[i];
        double kb;
        double restore;

        check(lua_box_fresh(box, &err), &err);
        check(lua_box_enter(box, fill, &count, &lua_limits_default, &err), &err);
        check(lua_box_save(box, &image, &err), &err);
        kb = (double)lua_image_size(image) / 1024;
        restore = measure(box, image, NULL);
        printf("%8.0f | %10.1f | %5.1f | %16.1f | %9.1f\n", kb, restore / 1000,
               restore / kb, measure(box, image, nothing) / 1000,
               measure(box, image, work) / 1000);
        lua_image_free(image);
    }
    lua_box_close(box);
    return 0;
}
