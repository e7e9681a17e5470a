/*
 * case_problem.c - what is wrong with a case document; see case_problem.h.
 */
#include "judge/case_problem.h"

#include <string.h>

#include "base/escape.h"

void case_problem_add(struct case_problems *problems, const char *code, struct str pointer,
                      size_t offset, const char *help, const char *format, ...)
{
    struct case_problem *problem;
    char text[512];
    va_list args;
    int wanted;

    problems->count++;
    if (problems->items == NULL)
        problems->items = pool_array(problems->pool, CASE_PROBLEMS_KEPT, sizeof *problem);
    if (problems->items == NULL || problems->kept == CASE_PROBLEMS_KEPT)
        return;
    va_start(args, format);
    wanted = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    problem = &problems->items[problems->kept];
    problem->code = code;
    problem->pointer = pool_copy(problems->pool, pointer.at, pointer.len);
    problem->text = pool_copy(problems->pool, text, wanted < 0 ? 0 : strlen(text));
    problem->help = pool_copy(problems->pool, help, strlen(help));
    problem->offset = offset;
    if (problem->pointer != NULL && problem->text != NULL && problem->help != NULL)
        problems->kept++;
}

static bool comes_before(const struct case_problem *a, const struct case_problem *b)
{
    if (a->offset != b->offset)
        return a->offset < b->offset;
    return strcmp(a->text, b->text) < 0;
}

/* By insertion: they are few and nearly in order, and qsort() may allocate. */
static void sort(struct case_problem *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct case_problem moved = items[i];
        size_t at = i;

        for (; at > 0 && comes_before(&moved, &items[at - 1]); at--)
            items[at] = items[at - 1];
        items[at] = moved;
    }
}

void case_problems_settle(struct case_problems *problems, struct str bytes)
{
    size_t at = 0;
    size_t line = 1;
    size_t start = 0;

    if (problems->kept == 0)
        return;
    sort(problems->items, problems->kept);
    for (size_t i = 0; i < problems->kept; i++) {
        struct case_problem *problem = &problems->items[i];

        for (; at < problem->offset && at < bytes.len; at++) {
            if (bytes.at[at] == '\n') {
                line++;
                start = at + 1;
            }
        }
        problem->line = line;
        problem->column = at - start + 1;
    }
}

void casefile_problems_print(FILE *out, const char *file, const struct case_problems *problems)
{
    for (size_t i = 0; i < problems->kept; i++) {
        const struct case_problem *problem = &problems->items[i];

        escape_terminal(out, file, strlen(file));
        fprintf(out, ":%zu:%zu: ", problem->line, problem->column);
        escape_terminal(out, problem->pointer, strlen(problem->pointer));
        fputs(problem->pointer[0] == '\0' ? "" : ": ", out);
        escape_terminal(out, problem->text, strlen(problem->text));
        fputc('\n', out);
        if (problem->help[0] != '\0') {
            fputs("  help: ", out);
            escape_terminal(out, problem->help, strlen(problem->help));
            fputc('\n', out);
        }
    }
    if (problems->count > problems->kept) {
        escape_terminal(out, file, strlen(file));
        fprintf(out, ": and %zu more problems\n", problems->count - problems->kept);
    }
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Letters to add, remove, replace or swap with their neighbour. */
static int distance(struct str one, struct str other)
{
    int rows[3][CASE_NEAR_MAX + 1];
    int *before = rows[0];
    int *above = rows[1];
    int *row = rows[2];

    for (size_t j = 0; j <= other.len; j++)
        above[j] = (int)j;
    for (size_t i = 1; i <= one.len; i++) {
        int *spare = before;

        row[0] = (int)i;
        for (size_t j = 1; j <= other.len; j++) {
            int differs = one.at[i - 1] != other.at[j - 1];

            row[j] = least(least(row[j - 1], above[j]) + 1, above[j - 1] + differs);
            if (i > 1 && j > 1 && one.at[i - 1] == other.at[j - 2] &&
                one.at[i - 2] == other.at[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        before = above;
        above = row;
        row = spare;
    }
    return above[other.len];
}

void case_near_offer(struct case_near *near, const char *candidate)
{
    struct str other = str_of(candidate);
    int allowed = near->word.len < 4 ? 1 : near->word.len < 8 ? 2 : 3;
    int far;

    if (near->word.len > CASE_NEAR_MAX || other.len > CASE_NEAR_MAX || near->word.len == 0)
        return;
    far = distance(near->word, other);
    if (far > allowed || (near->best != NULL && far >= near->distance))
        return;
    near->best = candidate;
    near->distance = far;
}
