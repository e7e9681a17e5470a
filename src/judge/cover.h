/*
 * cover.h - what one case says about the tests of a policy: `rubric test --coverage`.
 *
 * After a judgement the policy's tree is walked once more, by itself, and each
 * comparison is made again: which parameters decided it which way, which codes
 * a set was asked about. Judging knows nothing of this and pays nothing for it.
 * The indexes are those of the tree, so that what many cases show can be joined.
 */
#ifndef RUBRIC_JUDGE_COVER_H
#define RUBRIC_JUDGE_COVER_H

#include "judge/judge.h"

/* Of a criterion, a pathway, a safeguard, a value of a parameter. What a case
 * could show of the first three stands beside it, COVER_CAN places higher: that
 * nothing is on file is never "not met" of what only asks whether it is there. */
enum {
    COVER_MET = 1,
    COVER_NOT_MET = 2,
    COVER_UNDOCUMENTED = 4,
    COVER_NOT_APPLICABLE = 8,
    COVER_EXCEPTED = 16
};

#define COVER_CAN 8

/* Of a set of codes. A near miss is a code outside it that begins like one in
 * it; a retired code is one that a table knows to have ended. */
enum {
    COVER_MEMBER = 1,
    COVER_NEAR_MISS = 2,
    COVER_RETIRED = 4,
    COVER_HAS_RETIRED = 8 /* there is such a code among those that it means */
};

/* Writes {"criteria":[..],"parameters":[[..]],"pathways":[..],"policy":..,
 * "safeguards":[..],"sets":[..],"version":..}: sums of the numbers above. False
 * if the eval ran out of memory. */
MUST_CHECK bool cover_write(struct eval *eval, const struct judgement *judgement,
                            struct buf *out);

#endif
