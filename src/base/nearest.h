/*
 * nearest.h - the word that somebody probably meant.
 */
#ifndef RUBRIC_BASE_NEAREST_H
#define RUBRIC_BASE_NEAREST_H

/* How many letters must be added, removed, replaced or swapped with their
 * neighbour to turn one word into the other; words are cut at 63 bytes. */
int nearest_distance(const char *one, const char *other);

/* Keeps the best candidate seen so far for one word. Start with
 * {word, NULL, 0}; offer every candidate; then `best` is the nearest one, or
 * NULL if none is near enough to be worth a question. */
struct nearest {
    const char *word;
    const char *best; /* borrowed from the candidate */
    int distance;
};

void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
