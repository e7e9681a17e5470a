/*
 * clock.h - until when a request must be decided.
 *
 * Which clocks there are, and on which days nobody works, the registry declares
 * (docs/integrators.md); here they are read, one is chosen by whose case it is,
 * and the days are counted. Nothing here knows what day it is: a due date comes
 * from what the case says of its receipt, so that a replay gives the same.
 *
 * There is no daylight saving in here either. Hours are counted on instants. A
 * day is that of the date as the case writes it, or, for a clock with a zone, the
 * one at that fixed distance from UTC: with a standard time as zone, never later
 * than by the clock on the wall.
 */
#ifndef RUBRIC_JUDGE_CLOCK_H
#define RUBRIC_JUDGE_CLOCK_H

#include "base/buf.h"
#include "judge/casefile.h"

struct clocks;

/* Reads the clocks of a registry, an array; they and their texts lie in the pool
 * or in what array was read into, both kept. */
MUST_CHECK const struct clocks *clocks_read(yyjson_val *array, struct pool *pool,
                                            struct err *err);

/* Writes the member `due` of an answer: {"at","cite","clock","confidence","count",
 * "extended","from","not_counted","on","says","stated","unit","urgency"}, each
 * null where there is none. clocks NULL: nobody asked a registry. */
void clock_put_due(struct buf *out, const struct clocks *clocks, const struct casefile *file,
                   bool expedited);

#endif
