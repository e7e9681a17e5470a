/*
 * nearest.c - the word that somebody probably meant.
 */
#include "base/nearest.h"

#include <string.h>

#define WORD_MAX 63

static int least(int a, int b, int c)
{
    int ab = a < b ? a : b;

    return ab < c ? ab : c;
}

int nearest_distance(const char *one, const char *other)
{
    int rows[3][WORD_MAX + 1]; /* the rows i - 2, i - 1 and i, in turn */
    int m = (int)strnlen(one, WORD_MAX);
    int n = (int)strnlen(other, WORD_MAX);

    for (int j = 0; j <= n; j++)
        rows[0][j] = j;
    for (int i = 1; i <= m; i++) {
        int *now = rows[i % 3];
        const int *last = rows[(i + 2) % 3];
        const int *before = rows[(i + 1) % 3];

        now[0] = i;
        for (int j = 1; j <= n; j++) {
            int differ = one[i - 1] != other[j - 1];

            now[j] = least(last[j] + 1, now[j - 1] + 1, last[j - 1] + differ);
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] &&
                one[i - 2] == other[j - 1] && before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
    }
    return rows[m % 3][n];
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
    int distance = nearest_distance(nearest->word, candidate);
    size_t len = strlen(nearest->word);
    int most = len <= 3 ? 1 : len <= 6 ? 2 : 3;

    if (distance > most || (nearest->best != NULL && distance >= nearest->distance))
        return;
    nearest->best = candidate;
    nearest->distance = distance;
}
