/*
 * answer_place.h - which value of an answer stands at a byte, in words.
 */
#ifndef RUBRIC_HOST_ANSWER_PLACE_H
#define RUBRIC_HOST_ANSWER_PLACE_H

#include "base/buf.h"

/* Appends the path to the value that holds the byte at, as criteria[3].evidence:
 * three steps at most, "" if it is the whole. json may end anywhere. */
void answer_place(const char *json, size_t at, struct buf *path);

#endif
