/*
 * eval.h - one request under evaluation: facts, records and findings.
 *
 * A struct eval lives for one request. It borrows policy, casefile and code
 * tables and takes all its memory from one pool. Facts and lists are found
 * when first asked for and then kept. Evaluating never short-cuts: every
 * branch is looked at, so that every gap is reported at once.
 */
#ifndef RUBRIC_JUDGE_EVAL_H
#define RUBRIC_JUDGE_EVAL_H

#include "base/pool.h"
#include "codes/codes.h"
#include "judge/casefile.h"
#include "judge/trace.h"
#include "judge/tree.h"
#include "judge/value.h"

struct record {
    struct case_record at;
    bool suggested;              /* rests only on text that nobody confirmed */
    bool doubtful;               /* the record itself says possible or probable */
    const struct value **fields; /* found so far, by field; NULL entries: not yet */
};

struct record_list {
    bool loaded;
    struct record *items;
    size_t count;
};

/* What one test of a criterion said, for its `because`. */
struct note {
    enum finding finding;
    struct str text;
};

#define NOTES_MAX 64
#define EVIDENCE_MAX 200

/* What a criterion gathers while it is evaluated. */
struct gathered {
    struct note notes[NOTES_MAX];
    size_t note_count;
    const struct trace *traces[EVIDENCE_MAX];
    size_t trace_count;
    bool conflict;
    bool suggested; /* an unconfirmed extraction would have helped */
    bool presumed;  /* silence counted as absence */
};

struct eval;

/* What a function criterion answered. Texts lie in the request's pool. */
struct function_word {
    enum finding finding;
    struct str why;
};

/* Calls function number index of the policy. False: the policy failed, err says
 * how (ERR_LIMIT, ERR_POLICY). */
typedef bool function_call(void *context, struct eval *eval, size_t index,
                           struct function_word *word, struct err *err);

struct eval {
    const struct policy *policy;
    const struct casefile *file;
    const struct codes *codes;
    struct pool *pool;
    struct day_span on;             /* date of service of the line under review */
    struct day_span request_on;     /* that of the request: its first line's */
    const struct record *line;      /* NULL: the request as a whole */
    bool accept_extracted;          /* the criterion takes what nobody confirmed */
    bool presume_absent;            /* in an exclusion: silence counts as absence */
    struct record_list *lists;      /* by list index */
    const struct value **facts[2];  /* by fact index; [1]: extracted accepted */
    struct gathered *gathered;      /* NULL: nobody wants to know why */
    const struct criterion *criterion; /* under evaluation; for the function call */
    function_call *call;            /* NULL: no function criteria */
    void *call_context;
    struct err *err;
    bool failed;                    /* out of memory, or a function failed */
};

/* The day the first line is to be done on, else the day the request is about. */
struct day_span eval_service_day(const struct casefile *file);

MUST_CHECK bool eval_init(struct eval *eval, const struct policy *policy,
                          const struct casefile *file, const struct codes *codes,
                          struct pool *pool, struct err *err);

/* Reviews that line from now on; NULL: the request as a whole. */
void eval_line(struct eval *eval, const struct record *line);

enum finding eval_expr(struct eval *eval, const struct expr *expr);
struct value eval_val(struct eval *eval, const struct val *val);
/* The same without a copy where the value is kept somewhere; else it is in room. */
const struct value *eval_value(struct eval *eval, const struct val *val, struct value *room);

/* Of several by date, the one in force on the date of service; NULL if none. */
const struct val *eval_in_force(const struct eval *eval, const struct dated_val *values,
                                size_t count);

/* The value of a fact, of a field of a record. Never NULL. */
const struct value *eval_fact(struct eval *eval, const struct fact *fact);
const struct value *eval_field(struct eval *eval, const struct list *list,
                               const struct record *record, size_t field);
/* All records of a list, in the order of the case. */
const struct record_list *eval_list(struct eval *eval, const struct list *list);

/* How surely a record belongs to rec, filter by filter. */
enum finding eval_matches(struct eval *eval, const struct rec *rec, const struct record *record);
enum finding eval_filters(struct eval *eval, const struct list *list, const struct filter *where,
                          size_t where_count, const struct record *record);

/* One value against what a test or filter asks. */
enum finding eval_operand(struct eval *eval, const struct operand *operand,
                          const struct value *left);

/* True if nothing matching rec means zero rather than silence. */
bool eval_closed(struct eval *eval, const struct rec *rec);

/* The value over records of a measure or picked field. */
struct value eval_measure(struct eval *eval, const struct val *val);
struct value eval_picked(struct eval *eval, const struct val *val);
enum finding eval_record_test(struct eval *eval, const struct expr *expr);

/* Do two values, or any of their many, say the same? "bilateral" covers both
 * sides. Undocumented where one is silent or in conflict. */
enum finding values_overlap(const struct value *a, const struct value *b);
/* What the case answers under that link, as a value of that kind. */
struct value answer_value(struct eval *eval, struct str link, enum value_kind kind,
                          enum unit unit, struct str unit_name);

/* Notes that there is no memory left; always NULL. */
void *eval_no_memory(struct eval *eval);

/* Memory of the request; NULL and eval->failed when there is none. */
static inline void *eval_take(struct eval *eval, size_t count, size_t size)
{
    void *memory = pool_array(eval->pool, count, size);

    return memory == NULL ? eval_no_memory(eval) : memory;
}

/* Remembers where a value came from. eval_trace_kept(): the value stays where it
 * is as long as the request; the other makes a copy. */
void eval_trace_kept(struct eval *eval, struct value *value, struct str list, struct str name,
                     struct str unit, const struct value *date, yyjson_val *src);
void eval_trace(struct eval *eval, struct value *value, struct str list, struct str name,
                struct str unit, const struct value *date, yyjson_val *src);
/* Adds a value's traces to what the criterion gathers. */
void eval_gather(struct eval *eval, const struct value *value);
/* Adds one sentence of the criterion's `because`. */
void eval_note(struct eval *eval, enum finding finding, struct str text);

/* Writes what a value expression is called: "pain.score", "count of procedures". */
void eval_name(struct buf *out, const struct val *val);

#endif
