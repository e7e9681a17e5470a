/*
 * answer.c - writes the answer document straight into the output buffer.
 *
 * Members are written in sorted order by hand: each function below writes one
 * object, and the order of its lines is the order of the members.
 */
#include "judge/answer.h"

#include "base/number.h"

static void put_text(struct buf *out, struct str text)
{
    if (text.at == NULL)
        buf_puts(out, "null");
    else
        buf_put_json(out, text.at, text.len);
}

/* name comes with its quotes, colon and the comma before it. */
static void put_member(struct buf *out, const char *name, struct str text)
{
    buf_puts(out, name);
    put_text(out, text);
}

static void put_bool(struct buf *out, const char *name, bool value)
{
    buf_puts(out, name);
    buf_puts(out, value ? "true" : "false");
}

static void put_str(struct buf *out, struct str text)
{
    buf_put(out, text.at, text.len);
}

#define VALUE_MAX 1024
#define SEEN 32

static void put_day(struct buf *out, day_t day)
{
    char text[CIVIL_TEXT + 2];

    text[0] = '"';
    civil_format(day, text + 1);
    text[CIVIL_TEXT] = '"';
    buf_put(out, text, CIVIL_TEXT + 1);
}

/* A value as text, cut at what one line of an answer needs. */
static void put_value(struct buf *out, const struct value *value, struct str unit)
{
    char memory[VALUE_MAX];
    struct buf text;

    if (value->all_count <= 1 && value->kind == KIND_DATE &&
        value->from.first == value->from.last) {
        put_day(out, value->from.first);
        return;
    }
    text = buf_fixed(memory, sizeof memory);
    value_print(&text, value, unit);
    buf_put_json(out, text.data, text.len);
}

/* What the paper is called: its display name and id, or kind and reference. */
static void put_document(struct buf *out, const struct casefile *file,
                         const struct case_evidence *evidence)
{
    char memory[400];
    struct buf text = buf_fixed(memory, sizeof memory);
    yyjson_val *document =
        evidence->doc.at == NULL ? NULL : casefile_document(file, evidence->doc);
    struct str display = case_text(yyjson_obj_get(yyjson_obj_get(document, "type"), "display"));

    if (evidence->doc.at != NULL) {
        buf_put(&text, display.at, display.len);
        buf_puts(&text, display.len > 0 ? " (" : "");
        buf_put(&text, evidence->doc.at, evidence->doc.len);
        buf_puts(&text, display.len > 0 ? ")" : "");
    } else {
        buf_put(&text, evidence->kind.at, evidence->kind.len);
        buf_puts(&text, evidence->ref.len > 0 ? " " : "");
        buf_put(&text, evidence->ref.at, evidence->ref.len);
    }
    buf_put_json(out, text.data, text.len);
}

static void put_fact(struct buf *out, const struct trace *trace)
{
    char memory[200];
    struct buf text;

    if (trace->list.len == 0 && trace->name.len <= sizeof memory) {
        buf_put_json(out, trace->name.at, trace->name.len);
        return;
    }
    text = buf_fixed(memory, sizeof memory);
    if (trace->list.len > 0) {
        buf_put(&text, trace->list.at, trace->list.len);
        buf_putc(&text, '.');
    }
    buf_put(&text, trace->name.at, trace->name.len);
    buf_put_json(out, text.data, text.len);
}

/* Something that was written before: where it stands in the answer. */
struct piece {
    size_t at;
    size_t len;
};

/* One answer being written. Many facts share their sources: what vouches for
 * them is looked up and escaped once, and copied from where it stands. */
struct writing {
    struct buf *out;
    const struct casefile *file;
    struct vouched {
        const yyjson_val *by;   /* the source, or the list of several */
        struct piece document;
        struct piece quote;     /* ,"quote":...,"source":...,"value": */
    } seen[SEEN];
};

static void put_again(struct buf *out, struct piece piece)
{
    if (buf_reserve(out, piece.len))
        buf_put(out, out->data + piece.at, piece.len);
}

/* Writes one piece and notes where it stands. */
static struct piece put_paper(struct writing *writing, const struct case_evidence *evidence)
{
    struct piece piece = {writing->out->len, 0};

    if (evidence != NULL)
        put_document(writing->out, writing->file, evidence);
    else
        buf_puts(writing->out, "null");
    piece.len = writing->out->len - piece.at;
    return piece;
}

static struct piece put_quote(struct buf *out, const struct case_evidence *evidence)
{
    struct piece piece = {out->len, 0};

    put_member(out, ",\"quote\":", evidence != NULL ? evidence->quote : str_of(NULL));
    put_member(out, ",\"source\":", evidence != NULL ? evidence->source : str_of(NULL));
    buf_puts(out, ",\"value\":");
    piece.len = out->len - piece.at;
    return piece;
}

/* Everything of one piece of evidence but its value. */
static void put_vouched(struct writing *writing, const struct trace *trace)
{
    yyjson_val *src = trace->src;
    const yyjson_val *by = src;
    struct buf *out = writing->out;
    struct str table = trace->value->table;
    struct case_evidence evidence;
    struct vouched *seen;
    bool known;

    if (yyjson_arr_size(src) == 1)
        by = casefile_source(writing->file, case_text(yyjson_arr_get_first(src)));
    seen = &writing->seen[(uintptr_t)by / sizeof(yyjson_val) % SEEN];
    if (by != NULL && by == seen->by && table.at == NULL) {
        put_again(out, seen->document);
        buf_puts(out, ",\"fact\":");
        put_fact(out, trace);
        put_again(out, seen->quote);
        return;
    }
    known = by != NULL && casefile_evidence(writing->file, src, &evidence);
    seen->by = table.at == NULL ? by : NULL;
    if (table.at == NULL)
        seen->document = put_paper(writing, known ? &evidence : NULL);
    else
        put_text(out, table);
    buf_puts(out, ",\"fact\":");
    put_fact(out, trace);
    seen->quote = put_quote(out, known ? &evidence : NULL);
}

static void put_evidence(struct writing *writing, const struct trace *trace)
{
    struct value date = value_date(trace->date);
    struct buf *out = writing->out;

    buf_puts(out, "{\"date\":");
    if (trace->dated)
        put_value(out, &date, str_of(NULL));
    else
        buf_puts(out, "null");
    buf_puts(out, ",\"document\":");
    put_vouched(writing, trace);
    put_value(out, trace->value, trace->unit);
    buf_putc(out, '}');
}

static void put_criterion(struct writing *writing, const struct judged *judged)
{
    const struct criterion *criterion = judged->criterion;
    struct buf *out = writing->out;
    const char *comma = "";

    put_str(out, criterion->json_ask);
    put_text(out, judged->because);
    if (judged->candidate)
        put_bool(out, ",\"candidate\":", true);
    put_str(out, criterion->json_cite);
    buf_puts(out, judged->conflict ? "true" : "false");
    buf_puts(out, ",\"evidence\":[");
    for (size_t i = 0; i < judged->trace_count; i++) {
        buf_puts(out, comma);
        put_evidence(writing, judged->traces[i]);
        comma = ",";
    }
    buf_putc(out, ']');
    if (judged->excepted)
        put_bool(out, ",\"exception\":", true);
    put_member(out, ",\"finding\":", str_of(finding_name(judged->finding)));
    put_str(out, criterion->json_id);
    if (judged->sequence < 0)
        buf_puts(out, "null");
    else
        buf_put_int(out, judged->sequence);
    put_str(out, criterion->json_pathway);
    if (judged->presumed)
        put_member(out, ",\"presumed\":", criterion->presume_cite);
    put_str(out, criterion->json_says);
    if (judged->suggested)
        put_bool(out, ",\"suggested\":", true);
    buf_putc(out, '}');
}

static void put_line(struct buf *out, const struct judged_line *line)
{
    put_member(out, "{\"code\":", line->code);
    put_member(out, ",\"pathway\":", line->pathway == NULL ? str_of(NULL) : line->pathway->id);
    buf_puts(out, ",\"reasons\":[");
    for (size_t i = 0; i < line->reason_count; i++) {
        put_member(out, i == 0 ? "{\"code\":" : ",{\"code\":", str_of(line->reasons[i].code));
        put_member(out, ",\"criterion\":", line->reasons[i].criterion);
        put_member(out, ",\"says\":", line->reasons[i].says);
        buf_putc(out, '}');
    }
    put_member(out, "],\"recommendation\":", str_of(recommendation_name(line->recommendation)));
    buf_puts(out, ",\"sequence\":");
    buf_put_int(out, line->sequence);
    put_member(out, ",\"system\":", line->system);
    buf_puts(out, ",\"units\":");
    buf_put_number(out, line->units.lo);
    buf_putc(out, '}');
}

static void put_missing(struct buf *out, const struct judgement *judgement)
{
    buf_puts(out, ",\"missing\":[");
    for (size_t i = 0; i < judgement->missing_count; i++) {
        const struct paper_set *set = &judgement->missing[i];

        buf_puts(out, i == 0 ? "[" : ",[");
        for (size_t k = 0; k < set->count; k++) {
            const struct paper *paper = &set->papers[k];

            put_member(out, k == 0 ? "{\"ask\":" : ",{\"ask\":", paper->ask);
            if (paper->document.code.at != NULL)
                put_member(out, ",\"code\":", paper->document.code);
            put_member(out, ",\"criterion\":", paper->criterion);
            put_member(out, ",\"document\":", paper->document.label);
            buf_putc(out, '}');
        }
        buf_putc(out, ']');
    }
    buf_putc(out, ']');
    if (judgement->missing_cut)
        put_bool(out, ",\"missing_cut\":", true);
}

static void put_policy(struct buf *out, const struct policy *policy,
                       const struct answer_frame *frame)
{
    if (policy == NULL) {
        buf_puts(out, ",\"policy\":null");
        return;
    }
    put_member(out, ",\"policy\":{\"id\":", policy->id);
    put_member(out, ",\"sha256\":", frame->policy_sha256);
    put_member(out, ",\"source\":", policy->source);
    put_member(out, ",\"title\":", policy->title);
    put_member(out, ",\"version\":", policy->version);
    buf_putc(out, '}');
}

static void put_case(struct buf *out, const struct casefile *file,
                     const struct judgement *judgement, const struct answer_frame *frame)
{
    struct value on = value_date(judgement->on);
    char memory[32];
    struct buf text = buf_fixed(memory, sizeof memory);

    value_print(&text, &on, str_of(NULL));
    put_member(out, "{\"as_of\":", (struct str){text.data, text.len});
    if (judgement->bridge)
        put_bool(out, ",\"bridge_suggested\":", true);
    put_member(out, ",\"case\":{\"id\":", file->id);
    put_member(out, ",\"sha256\":", frame->case_sha256);
    buf_putc(out, '}');
}

void answer_write(struct buf *out, const struct casefile *file,
                  const struct judgement *judgement, const struct answer_frame *frame)
{
    struct writing writing = {.out = out, .file = file};
    bool urgent = str_is(case_text(yyjson_obj_get(file->request, "urgency")), "expedited");

    put_case(out, file, judgement, frame);
    buf_puts(out, ",\"criteria\":[");
    for (size_t i = 0; i < judgement->criterion_count; i++) {
        buf_puts(out, i == 0 ? "" : ",");
        put_criterion(&writing, &judgement->criteria[i]);
    }
    buf_puts(out, "],\"due\":");
    clock_put_due(out, frame->clocks, file, judgement->expedite || urgent);
    put_member(out, ",\"engine\":{\"build\":", frame->engine_build);
    buf_puts(out, ",\"level\":");
    buf_put_int(out, frame->engine_level);
    buf_putc(out, '}');
    if (judgement->failure.kind != ERR_NONE) {
        put_member(out, ",\"error\":{\"code\":",
                   str_of(judgement->failure.kind == ERR_LIMIT ? "policy_limit"
                                                               : "policy_error"));
        put_member(out, ",\"id\":", str_of(judgement->failure.code));
        put_member(out, ",\"message\":", str_of(judgement->failure.text));
        buf_putc(out, '}');
    }
    put_bool(out, ",\"expedite\":", judgement->expedite || urgent);
    buf_puts(out, ",\"lines\":[");
    for (size_t i = 0; i < judgement->line_count; i++) {
        buf_puts(out, i == 0 ? "" : ",");
        put_line(out, &judgement->lines[i]);
    }
    buf_putc(out, ']');
    put_missing(out, judgement);
    put_policy(out, judgement->policy, frame);
    put_member(out, ",\"recommendation\":",
               str_of(recommendation_name(judgement->recommendation)));
    buf_puts(out, ",\"schema\":\"rubric-answer/1\",\"tables\":");
    if (frame->tables.at == NULL)
        buf_puts(out, "{}");
    else
        buf_put(out, frame->tables.at, frame->tables.len);
    buf_putc(out, '}');
}
