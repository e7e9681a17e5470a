/*
 * judge.h - a policy over a case: findings, and what they recommend.
 *
 * The recommendation is computed here from the findings and nowhere else. The
 * worst line wins: an error, a conflict, a safeguard or anything not met goes to
 * a physician (refer); else anything undocumented waits for papers (pend); else
 * approve. There is no word for denial.
 */
#ifndef RUBRIC_JUDGE_JUDGE_H
#define RUBRIC_JUDGE_JUDGE_H

#include "judge/eval.h"

enum recommendation { RECOMMEND_APPROVE, RECOMMEND_PEND, RECOMMEND_REFER };

const char *recommendation_name(enum recommendation recommendation);

struct judged {
    const struct criterion *criterion;
    int64_t sequence; /* of the line; -1: the request as a whole */
    enum finding finding;
    bool conflict;  /* sources disagree */
    bool suggested; /* an unconfirmed extraction would have helped */
    bool presumed;  /* silence counted as absence */
    bool excepted;  /* met by its exception */
    bool candidate; /* nobody knows whether its pathway applies */
    struct str because;
    const struct trace *const *traces; /* in the order they were found */
    size_t trace_count;
};

struct reason {
    const char *code;     /* "missing_document", "criterion_not_met", ... */
    struct str criterion; /* or safeguard; may be absent */
    struct str says;
};

struct judged_line {
    int64_t sequence;
    struct str system; /* may be absent */
    struct str code;
    struct value units;
    enum recommendation recommendation;
    const struct pathway *pathway; /* the first that applies; NULL: none does */
    const struct reason *reasons;
    size_t reason_count;
};

struct paper {
    struct str criterion; /* or pathway */
    struct document_kind document;
    struct str ask;
};

struct paper_set {
    const struct paper *papers;
    size_t count;
};

struct judgement {
    const struct policy *policy; /* NULL: none serves this case */
    struct day_span on;
    enum recommendation recommendation;
    bool expedite;
    bool bridge; /* care must go on meanwhile */
    const struct judged *criteria;
    size_t criterion_count;
    const struct judged_line *lines;
    size_t line_count;
    const struct paper_set *missing; /* smallest first */
    size_t missing_count;
    bool missing_cut;
    size_t met, not_met, undocumented;
    struct err failure; /* kind ERR_NONE, or how the policy failed */
};

/* Judges a case. Everything in the judgement lies in the pool or is borrowed
 * from policy and case. A policy that fails gives refer with the failure in it,
 * never an error: false only when there is no memory for that either. */
MUST_CHECK bool judge_run(struct eval *eval, struct judgement *out);

/* The judgement of a case that no policy was run on: every line is referred for
 * that reason; says may be absent, failure NULL. */
MUST_CHECK bool judge_unserved(const struct casefile *file, struct pool *pool,
                               const char *reason, struct str says, const struct err *failure,
                               struct judgement *out);

/* Fills missing and missing_cut from the undocumented criteria (missing.c). */
void judge_missing(struct eval *eval, const enum finding *pathways, struct judgement *out);

#endif
