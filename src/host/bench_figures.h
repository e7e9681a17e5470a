/*
 * bench_figures.h - the figures of host_bench.c: shown as they come, compared
 * with those of an earlier run, and written as JSON.
 */
#ifndef RUBRIC_HOST_BENCH_FIGURES_H
#define RUBRIC_HOST_BENCH_FIGURES_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <yyjson.h>

struct figure {
    char name[56];
    double mean, p50, p99, p999; /* microseconds; or a count in mean alone */
    double host_cpu, worker_cpu; /* of a run with workers: microseconds a case */
};

struct figures {
    struct figure all[96];
    size_t count;
    yyjson_doc *base; /* of an earlier run; or NULL */
};

static inline double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Compares with the figures in a file; an absent or empty path: with none. */
static inline void figures_compare(struct figures *figures, const char *path)
{
    if (path == NULL || *path == '\0')
        return;
    figures->base = yyjson_read_file(path, 0, NULL, NULL);
    if (figures->base == NULL)
        fprintf(stderr, "bench: '%s' cannot be read: nothing is compared\n", path);
}

static inline void figures_show(struct figures *figures, const struct figure *figure)
{
    yyjson_val *old = yyjson_obj_get(yyjson_doc_get_root(figures->base), figure->name);
    double was = yyjson_get_num(yyjson_obj_get(old, "mean"));

    if (figure->worker_cpu > 0)
        printf("  %-44s %9.2f us %9.0f/s; processor: host %.1f, workers %.1f us", figure->name,
               figure->mean, 1e6 / figure->mean, figure->host_cpu, figure->worker_cpu);
    else if (figure->p50 > 0)
        printf("  %-44s %9.2f %9.2f %9.2f %9.2f us %9.0f/s", figure->name, figure->mean,
               figure->p50, figure->p99, figure->p999, 1e6 / figure->mean);
    else
        printf("  %-44s %9.*f", figure->name, figure->mean < 10 ? 2 : 0, figure->mean);
    if (was > 0)
        printf("   %+.0f %%", (figure->mean / was - 1) * 100);
    putchar('\n');
    fflush(stdout);
    if (figures->count < sizeof figures->all / sizeof figures->all[0])
        figures->all[figures->count++] = *figure;
}

static inline int figures_order(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts the times, and gives their mean. */
static inline double figures_times(struct figures *figures, const char *name, double *took,
                                 size_t count)
{
    struct figure figure = {.mean = 0};

    snprintf(figure.name, sizeof figure.name, "%s", name);
    for (size_t i = 0; i < count; i++)
        figure.mean += took[i] / (double)count;
    qsort(took, count, sizeof *took, figures_order);
    figure.p50 = took[count / 2];
    figure.p99 = took[count * 99 / 100];
    figure.p999 = took[count * 999 / 1000];
    figures_show(figures, &figure);
    return figure.mean;
}

static inline void figures_count(struct figures *figures, const char *name, double count)
{
    struct figure figure = {.mean = count};

    snprintf(figure.name, sizeof figure.name, "%s", name);
    figures_show(figures, &figure);
}

/* False if the file cannot be written; an absent or empty path is none. */
static inline bool figures_write(const struct figures *figures, const char *path)
{
    FILE *file = path == NULL || *path == '\0' ? NULL : fopen(path, "w");

    if (file == NULL)
        return path == NULL || *path == '\0';
    fputs("{", file);
    for (size_t i = 0; i < figures->count; i++) {
        const struct figure *figure = &figures->all[i];

        fprintf(file, "%s\n  \"%s\": {\"mean\": %.3f, \"p50\": %.3f, \"p99\": %.3f, "
                "\"p999\": %.3f, \"host_cpu\": %.3f, \"worker_cpu\": %.3f}",
                i == 0 ? "" : ",", figure->name, figure->mean, figure->p50, figure->p99,
                figure->p999, figure->host_cpu, figure->worker_cpu);
    }
    fputs("\n}\n", file);
    return fclose(file) == 0;
}

#endif
