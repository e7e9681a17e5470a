/*
 * judge.c - criteria to findings, findings to a recommendation; see judge.h.
 */
#include "judge/judge.h"

#include <assert.h>

#include "judge/case_lines.h"

#define REASONS_MAX 64
#define BECAUSE_MAX 700

/* One run: what is found on the way to a judgement. */
struct run {
    struct eval *eval;
    struct judgement *out;
    struct judged *criteria;      /* request-wide ones, then line by line */
    size_t criterion_count;
    struct case_line *lines;
    size_t line_count;
    enum finding *pathways;       /* pathway_count for the request, then per line */
};

const char *recommendation_name(enum recommendation recommendation)
{
    static const char *const names[] = {"approve", "pend", "refer"};

    return names[recommendation];
}

static enum finding *pathways_of(struct run *run, size_t line)
{
    return run->pathways + line * run->eval->policy->pathway_count;
}

/* A documented exception closes a pathway; a silent one leaves it as it is. */
static enum finding pathway_applies(struct eval *eval, const struct pathway *pathway)
{
    enum finding applies = eval_expr(eval, pathway->when);

    if (applies != FINDING_NOT_MET && pathway->unless != NULL &&
        eval_expr(eval, pathway->unless) == FINDING_MET)
        return FINDING_NOT_MET;
    return applies;
}

/* Line 0 is the request as a whole; line i is the i-th line. */
static void find_pathways(struct run *run, size_t line)
{
    const struct policy *policy = run->eval->policy;
    enum finding *found = pathways_of(run, line);

    run->eval->gathered = NULL;
    run->eval->accept_extracted = false;
    run->eval->presume_absent = false;
    for (size_t i = 0; i < policy->pathway_count; i++) {
        const struct pathway *pathway = &policy->pathways[i];

        if (line > 0 && !pathway->per_line)
            found[i] = pathways_of(run, 0)[i];
        else
            found[i] = line == 0 && pathway->per_line ? FINDING_UNDOCUMENTED
                                                      : pathway_applies(run->eval, pathway);
    }
}

static bool said_before(const struct gathered *gathered, size_t note)
{
    for (size_t i = 0; i < note; i++)
        if (gathered->notes[i].finding == gathered->notes[note].finding &&
            str_equal(gathered->notes[i].text, gathered->notes[note].text))
            return true;
    return false;
}

/* Most criteria have one sentence with that finding: it needs no copy. */
static bool only_note(const struct gathered *gathered, enum finding finding, struct str *text)
{
    size_t count = 0;

    for (size_t i = 0; i < gathered->note_count; i++) {
        if (gathered->notes[i].finding == finding) {
            *text = gathered->notes[i].text;
            count++;
        }
    }
    return count == 1 && text->len + 2 <= BECAUSE_MAX;
}

/* The sentences of the tests that decided, joined. */
static struct str join_notes(struct eval *eval, const struct gathered *gathered,
                             enum finding finding)
{
    char memory[BECAUSE_MAX];
    struct buf out = buf_fixed(memory, sizeof memory);
    struct str text = {NULL, 0};

    if (only_note(gathered, finding, &text))
        return text;
    for (size_t i = 0; i < gathered->note_count; i++) {
        if (gathered->notes[i].finding != finding || said_before(gathered, i))
            continue;
        if (out.len + gathered->notes[i].text.len + 2 > sizeof memory)
            break;
        if (out.len > 0)
            buf_puts(&out, "; ");
        buf_put(&out, gathered->notes[i].text.at, gathered->notes[i].text.len);
    }
    text.at = pool_copy(eval->pool, out.data == NULL ? "" : out.data, out.len);
    text.len = text.at == NULL ? 0 : out.len;
    return text;
}

static void keep_traces(struct eval *eval, const struct gathered *gathered,
                        struct judged *judged)
{
    const struct trace **kept = eval_take(eval, gathered->trace_count, sizeof *kept);

    if (kept == NULL)
        return;
    memcpy(kept, gathered->traces, gathered->trace_count * sizeof *kept);
    judged->traces = kept;
    judged->trace_count = gathered->trace_count;
}

/* met, or failing that its documented exception. */
static enum finding met_or_excepted(struct eval *eval, const struct criterion *criterion,
                                    struct gathered *gathered, bool *excepted)
{
    enum finding finding = eval_expr(eval, criterion->met);
    size_t note_count = gathered->note_count, trace_count = gathered->trace_count;
    bool conflict = gathered->conflict;

    if (finding == FINDING_MET || criterion->unless == NULL)
        return finding;
    eval->presume_absent = false;
    if (eval_expr(eval, criterion->unless) == FINDING_MET) {
        *excepted = true;
        return FINDING_MET;
    }
    gathered->note_count = note_count; /* the exception has nothing to say */
    gathered->trace_count = trace_count;
    gathered->conflict = conflict;
    return finding;
}

static enum finding applicable(struct eval *eval, const struct criterion *criterion,
                               enum finding pathway)
{
    if (pathway == FINDING_NOT_MET)
        return FINDING_NOT_APPLICABLE;
    if (criterion->only_if == NULL)
        return FINDING_MET;
    switch (eval_expr(eval, criterion->only_if)) {
    case FINDING_NOT_MET:
        return FINDING_NOT_APPLICABLE;
    case FINDING_UNDOCUMENTED:
    case FINDING_NOT_APPLICABLE:
        return FINDING_UNDOCUMENTED;
    case FINDING_MET:
        break;
    }
    return FINDING_MET;
}

static void judge_criterion(struct eval *eval, const struct criterion *criterion,
                            enum finding pathway, struct judged *judged)
{
    struct gathered gathered;
    enum finding finding;

    gathered.note_count = gathered.trace_count = 0;
    gathered.conflict = gathered.suggested = gathered.presumed = false;
    eval->gathered = &gathered;
    eval->criterion = criterion;
    eval->accept_extracted = criterion->accepts_extracted;
    eval->presume_absent = false;
    finding = applicable(eval, criterion, pathway);
    eval->presume_absent = criterion->presume_absent;
    if (finding == FINDING_MET)
        finding = met_or_excepted(eval, criterion, &gathered, &judged->excepted);
    judged->criterion = criterion;
    judged->finding = finding;
    judged->conflict = gathered.conflict && finding == FINDING_UNDOCUMENTED;
    judged->suggested = gathered.suggested && finding == FINDING_UNDOCUMENTED;
    judged->presumed = gathered.presumed && finding == FINDING_MET;
    judged->candidate = pathway == FINDING_UNDOCUMENTED && criterion->pathway != NULL;
    if (finding != FINDING_NOT_APPLICABLE) {
        judged->because = join_notes(eval, &gathered, finding);
        keep_traces(eval, &gathered, judged);
    }
    eval->gathered = NULL;
    eval->presume_absent = false;
    eval->accept_extracted = false;
}

/* Judges the criteria of the request (line 0) or of one line. */
static void judge_level(struct run *run, size_t line)
{
    const struct policy *policy = run->eval->policy;
    const enum finding *pathways = pathways_of(run, line);

    for (size_t i = 0; i < policy->criterion_count && !run->eval->failed; i++) {
        const struct criterion *criterion = &policy->criteria[i];
        struct judged *judged = &run->criteria[run->criterion_count];
        enum finding pathway = FINDING_MET;

        if (criterion->per_line != (line > 0))
            continue;
        if (criterion->pathway != NULL)
            pathway = pathways[criterion->pathway - policy->pathways];
        judged->sequence = line == 0 ? -1 : run->lines[line - 1].sequence;
        judge_criterion(run->eval, criterion, pathway, judged);
        run->criterion_count++;
    }
}

static void add_reason(struct judged_line *line, struct reason *reasons, const char *code,
                       struct str criterion, struct str says)
{
    for (size_t i = 0; i < line->reason_count; i++)
        if (reasons[i].code == code && str_equal(reasons[i].criterion, criterion))
            return;
    if (line->reason_count == REASONS_MAX)
        return;
    reasons[line->reason_count].code = code;
    reasons[line->reason_count].criterion = criterion;
    reasons[line->reason_count++].says = says;
}

static void worsen(enum recommendation *now, enum recommendation to)
{
    *now = to > *now ? to : *now;
}

/* What one criterion means for a line it concerns. */
static void weigh(const struct judged *judged, struct judged_line *line, struct reason *reasons,
                  size_t *met)
{
    const struct criterion *criterion = judged->criterion;

    switch (judged->finding) {
    case FINDING_MET:
        (*met)++;
        return;
    case FINDING_NOT_APPLICABLE:
        return;
    case FINDING_NOT_MET:
        if (!judged->candidate) {
            add_reason(line, reasons, criterion->reason, criterion->id, criterion->says);
            worsen(&line->recommendation, RECOMMEND_REFER);
            return;
        }
        break;
    case FINDING_UNDOCUMENTED:
        if (judged->conflict) {
            add_reason(line, reasons, "evidence_conflict", criterion->id, criterion->says);
            worsen(&line->recommendation, RECOMMEND_REFER);
            return;
        }
        break;
    }
    add_reason(line, reasons, "missing_document", criterion->id, criterion->says);
    worsen(&line->recommendation, RECOMMEND_PEND);
}

/* Safeguards turn pend or approve into refer, never the reverse. */
static void guard_line(struct run *run, struct judged_line *line, struct reason *reasons)
{
    const struct policy *policy = run->eval->policy;
    struct eval *eval = run->eval;

    for (size_t i = 0; i < policy->safeguard_count && !eval->failed; i++) {
        const struct safeguard *guard = &policy->safeguards[i];
        bool turns;

        if (eval_expr(eval, guard->when) != FINDING_MET ||
            (guard->unless != NULL && eval_expr(eval, guard->unless) == FINDING_MET))
            continue;
        turns = (line->recommendation == RECOMMEND_PEND && guard->instead_of_pend) ||
                (line->recommendation == RECOMMEND_APPROVE && guard->instead_of_approve);
        if (turns)
            line->recommendation = RECOMMEND_REFER;
        if (line->recommendation == RECOMMEND_APPROVE)
            continue;
        add_reason(line, reasons, guard->bridge ? "safety_bridge" : "safeguard", guard->id,
                   guard->says);
        run->out->expedite |= guard->expedite;
        run->out->bridge |= guard->bridge;
    }
}

static const struct pathway *pathway_of(struct run *run, size_t line)
{
    const struct policy *policy = run->eval->policy;
    const enum finding *found = pathways_of(run, line);

    for (size_t i = 0; i < policy->pathway_count; i++)
        if (found[i] == FINDING_MET)
            return &policy->pathways[i];
    return NULL;
}

/* Not covered, nothing applied, or a forum that knows no pend. */
static void settle_line(struct run *run, const struct case_line *from, struct judged_line *line,
                        struct reason *reasons, size_t met)
{
    if (!from->covered) {
        line->recommendation = RECOMMEND_REFER;
        line->reason_count = 0;
        add_reason(line, reasons, "no_policy", str_of(NULL),
                   str_of("The policy does not cover this code."));
        return;
    }
    if (met == 0 && line->reason_count == 0) {
        line->recommendation = RECOMMEND_REFER;
        add_reason(line, reasons, "nothing_applied", str_of(NULL),
                   str_of("No criterion of the policy applied to this line."));
    }
    if (line->recommendation == RECOMMEND_PEND && (run->eval->file->kind == CASE_MEDICAL_REVIEW ||
                                                   str_is(run->eval->file->forum, "imr"))) {
        line->recommendation = RECOMMEND_REFER;
        add_reason(line, reasons, "record_does_not_establish", str_of(NULL),
                   str_of("The record does not establish what the policy asks for."));
    }
}

static void judge_line(struct run *run, size_t index, const struct record *record,
                       struct judged_line *line)
{
    const struct case_line *from = &run->lines[index];
    struct reason *reasons = eval_take(run->eval, REASONS_MAX, sizeof *reasons);
    size_t met = 0;

    line->sequence = from->sequence;
    line->system = from->system;
    line->code = from->code;
    line->units = from->units;
    line->recommendation = RECOMMEND_APPROVE;
    line->reasons = reasons;
    if (reasons == NULL)
        return;
    if (from->covered) {
        line->pathway = pathway_of(run, index + 1);
        for (size_t i = 0; i < run->criterion_count; i++)
            if (run->criteria[i].sequence == -1 ||
                run->criteria[i].sequence == from->sequence)
                weigh(&run->criteria[i], line, reasons, &met);
        eval_line(run->eval, record);
        guard_line(run, line, reasons);
    }
    settle_line(run, from, line, reasons, met);
}

static void sum_up(struct run *run, struct judged_line *lines)
{
    struct judgement *out = run->out;

    out->lines = lines;
    out->line_count = run->line_count;
    out->criteria = run->criteria;
    out->criterion_count = run->criterion_count;
    out->recommendation = RECOMMEND_APPROVE;
    for (size_t i = 0; i < run->line_count; i++)
        worsen(&out->recommendation, lines[i].recommendation);
    if (run->line_count == 0)
        out->recommendation = RECOMMEND_REFER;
    for (size_t i = 0; i < run->criterion_count; i++) {
        out->met += run->criteria[i].finding == FINDING_MET;
        out->not_met += run->criteria[i].finding == FINDING_NOT_MET;
        out->undocumented += run->criteria[i].finding == FINDING_UNDOCUMENTED;
    }
}

static bool prepare(struct run *run)
{
    const struct policy *policy = run->eval->policy;
    size_t levels;

    run->lines = case_lines(run->eval->file, run->eval->pool, &run->line_count);
    levels = run->line_count + 1;
    run->criteria = eval_take(run->eval, policy->criterion_count * levels, sizeof *run->criteria);
    run->pathways = eval_take(run->eval, policy->pathway_count * levels, sizeof *run->pathways);
    if (run->lines == NULL || run->criteria == NULL || run->pathways == NULL)
        return false;
    for (size_t i = 0; i < run->line_count; i++)
        run->lines[i].covered = codeset_has(policy->covers, run->lines[i].system,
                                            run->lines[i].code, run->eval->request_on.first);
    return true;
}

static const struct record *line_record(struct eval *eval, size_t index)
{
    if (eval->policy->lines == NULL)
        return NULL;
    return &eval_list(eval, eval->policy->lines)->items[index];
}

static void judge_all(struct run *run)
{
    struct eval *eval = run->eval;
    struct judged_line *lines = eval_take(eval, run->line_count, sizeof *lines);

    eval_line(eval, NULL);
    find_pathways(run, 0);
    judge_level(run, 0);
    for (size_t i = 0; i < run->line_count && !eval->failed; i++) {
        eval_line(eval, line_record(eval, i));
        find_pathways(run, i + 1);
        if (run->lines[i].covered)
            judge_level(run, i + 1);
    }
    for (size_t i = 0; lines != NULL && i < run->line_count && !eval->failed; i++)
        judge_line(run, i, line_record(eval, i), &lines[i]);
    if (eval->failed)
        return;
    sum_up(run, lines);
    judge_missing(eval, run->pathways, run->out);
}

bool judge_run(struct eval *eval, struct judgement *out)
{
    struct run run = {.eval = eval, .out = out};
    struct err failure;

    memset(out, 0, sizeof *out);
    out->policy = eval->policy;
    out->on = eval->request_on;
    failure.kind = ERR_NONE;
    eval->err = &failure;
    if (prepare(&run))
        judge_all(&run);
    if (!eval->failed)
        return true;
    if (!judge_unserved(eval->file, eval->pool,
                        failure.kind == ERR_LIMIT ? "policy_limit" : "policy_error",
                        str_of(NULL), &failure, out))
        return false;
    out->policy = eval->policy;
    out->on = eval->request_on;
    return true;
}

bool judge_unserved(const struct casefile *file, struct pool *pool, const char *reason,
                    struct str says, const struct err *failure, struct judgement *out)
{
    size_t count;
    struct case_line *from = case_lines(file, pool, &count);
    struct judged_line *lines = pool_array(pool, count, sizeof *lines);
    struct reason *one = POOL_NEW(pool, struct reason);

    memset(out, 0, sizeof *out);
    if (from == NULL || lines == NULL || one == NULL)
        return false;
    one->code = reason;
    one->says = says;
    for (size_t i = 0; i < count; i++) {
        lines[i].sequence = from[i].sequence;
        lines[i].system = from[i].system;
        lines[i].code = from[i].code;
        lines[i].units = from[i].units;
        lines[i].recommendation = RECOMMEND_REFER;
        lines[i].reasons = one;
        lines[i].reason_count = 1;
    }
    out->on = file->as_of;
    out->recommendation = RECOMMEND_REFER;
    out->lines = lines;
    out->line_count = count;
    if (failure != NULL)
        out->failure = *failure;
    return true;
}
