/*
 * answer.h - the answer document, "rubric-answer/1", as bytes.
 *
 * The bytes are canonical JSON (RFC 8785): members sorted, no blanks. They are
 * what the audit log seals; the receipt is added by the host behind them. The
 * shape may only grow.
 */
#ifndef RUBRIC_JUDGE_ANSWER_H
#define RUBRIC_JUDGE_ANSWER_H

#include "base/buf.h"
#include "judge/clock.h"
#include "judge/judge.h"

/* What the judge does not know itself. All borrowed for the call. */
struct answer_frame {
    struct str case_sha256;   /* hex */
    struct str policy_sha256; /* hex, of the whole bundle */
    struct str engine_build;  /* hex */
    int engine_level;
    struct str tables;        /* a JSON object, canonical; absent: {} */
    const struct clocks *clocks; /* NULL: nobody asked a registry */
};

/* Appends the answer. The caller checks out->failed. */
void answer_write(struct buf *out, const struct casefile *file,
                  const struct judgement *judgement, const struct answer_frame *frame);

#endif
