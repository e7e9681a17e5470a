/*
 * service_review.c - a worker judges a case: reads it, finds its policy, answers.
 */
#include <stdio.h>
#include <string.h>

#include "base/build_id.h"
#include "base/json.h"
#include "host/answer_place.h"
#include "host/aside.h"
#include "host/host.h"
#include "host/limits.h"
#include "host/parts.h"
#include "host/service_inside.h"
#include "judge/answer.h"
#include "judge/case_lines.h"
#include "judge/cover.h"
#include "judge/fact_names.h"
#include "judge/judge.h"
#include "lua/lua_functions.h"

enum {
    PART_SHA,
    PART_AS_OF,
    PART_POLICY,
    PART_FORCED,
    PART_REGISTRY,
    PART_FAILURE,
    PART_CASE,
    PART_COUNT
};

struct review {
    struct service *service;
    struct str parts[PART_COUNT];
    struct str attached; /* word, content, word, content ... */
    struct casefile file;
    struct registry *registry;
    struct shelf_policy *chosen;
    int entry;        /* of the registry; -1: none */
    bool traced;      /* functions ran, so the trace is theirs */
    bool other_day;   /* a policy would serve, on another day */
    const char *need; /* the caller must attach it */
    char need_text[1024];
    struct buf *cover; /* what the case covers of the policy goes here; or NULL */
};

/* The content attached under a word, or absent. */
static struct str attachment(const struct review *review, struct str word)
{
    struct str rest = review->attached, name, content;

    while (parts_next(&rest, &name) && parts_next(&rest, &content))
        if (str_equal(name, word))
            return content;
    return str_of(NULL);
}

static void put_problem(struct buf *out, const struct case_problem *problem)
{
    buf_puts(out, "{\"code\":");
    buf_put_json(out, problem->code, strlen(problem->code));
    buf_printf(out, ",\"column\":%zu,\"help\":", problem->column);
    buf_put_json(out, problem->help, strlen(problem->help));
    buf_printf(out, ",\"line\":%zu,\"pointer\":", problem->line);
    buf_put_json(out, problem->pointer, strlen(problem->pointer));
    buf_puts(out, ",\"text\":");
    buf_put_json(out, problem->text, strlen(problem->text));
    buf_putc(out, '}');
}

static void put_problems(struct buf *out, const struct case_problems *problems,
                         const struct err *err)
{
    size_t start;

    parts_puts(out, SERVICE_PROBLEMS);
    start = parts_begin(out);
    buf_printf(out, "{\"more\":%zu,\"problems\":[", problems->count - problems->kept);
    for (size_t i = 0; i < problems->kept; i++) {
        if (i > 0)
            buf_putc(out, ',');
        put_problem(out, &problems->items[i]);
    }
    buf_puts(out, "]}");
    parts_end(out, start);
    parts_puts(out, err->code);
    parts_puts(out, err->text);
    parts_puts(out, err->help);
}

static bool read_review(struct review *review, struct str payload, struct err *err)
{
    for (size_t i = 0; i < PART_COUNT; i++)
        if (!parts_next(&payload, &review->parts[i]))
            return err_set(err, ERR_WORKER, "E-WORKER", "a request that cannot be read");
    review->attached = payload;
    review->entry = -1;
    return true;
}

static struct registry_question question_of(const struct review *review)
{
    yyjson_val *coverage = review->file.coverage;
    struct registry_question question = {
        .payor = case_text(yyjson_obj_get(coverage, "payor")),
        .plan = case_text(yyjson_obj_get(coverage, "plan")),
        .state = case_text(yyjson_obj_get(coverage, "state")),
        .line_of_business = case_text(yyjson_obj_get(coverage, "lineOfBusiness")),
        .lines = yyjson_obj_get(review->file.request, "lines"),
        .on = eval_service_day(&review->file).first,
    };

    if (review->parts[PART_POLICY].len > 0)
        question.policy = review->parts[PART_POLICY];
    return question;
}

/* True if the policy was in force on the day by which it goes, and covers a
 * line of the request. */
static bool serves(const struct review *review, const struct policy *policy, bool *other_day)
{
    size_t count = 0;
    struct case_line *lines =
        case_lines(&review->file, &review->service->request, &count);
    day_t service = eval_service_day(&review->file).first;
    day_t on = policy->selects_by_request ? review->file.as_of.first : service;
    bool covered = false;

    for (size_t i = 0; lines != NULL && i < count; i++)
        covered |= codeset_has(policy->covers, lines[i].system, lines[i].code, service);
    if (!covered)
        return false;
    if (on >= policy->from && (!policy->has_to || on <= policy->to))
        return true;
    *other_day = true;
    return false;
}

/* The policy of an entry, loaded; NULL with review->need set, or with err. */
static struct shelf_policy *entry_policy(struct review *review, size_t entry, struct err *err)
{
    struct service *service = review->service;
    struct buf result = buf_fixed(service->result, RESULT_BYTES);
    struct shelf_policy *kept = shelf_of_entry(&service->shelf, (int)entry);
    enum lua_loaded loaded;
    struct str attached;
    char word[24];

    if (kept != NULL)
        return kept;
    snprintf(word, sizeof word, "%zu", entry);
    attached = attachment(review, str_of(word));
    if (attached.at == NULL) {
        snprintf(review->need_text, sizeof review->need_text, "%zu", entry);
        review->need = review->need_text;
        return NULL;
    }
    kept = service_policy(service, attached, &result, &loaded, err);
    if (kept != NULL)
        kept->entry = (int)entry;
    else if (loaded != LUA_LOADED)
        service_load_error(service, &result, err);
    return kept;
}

/* Whom the policy of an entry serves; NULL with the entry added to what is
 * needed. A policy that does not load has no scope: then that is the error. */
static const struct policy *entry_scope(struct review *review, size_t entry, struct err *err)
{
    struct service *service = review->service;
    const struct policy **scope = &service->shelf.scopes[entry];
    struct shelf_policy *kept;
    struct str attached;
    char word[32];
    size_t len;

    if (*scope != NULL)
        return *scope;
    snprintf(word, sizeof word, SERVICE_SCOPE "%zu", entry);
    attached = attachment(review, str_of(word));
    if (attached.len > 0)
        *scope = policy_scope(attached.at, attached.len, &service->shelf.registry_pool,
                              &service->request, service->codes, err);
    if (*scope != NULL)
        return *scope;
    if (attached.at != NULL && review->need == NULL) {
        kept = entry_policy(review, entry, err);
        return kept == NULL ? NULL : kept->policy;
    }
    if (review->need != NULL && review->need_text[0] != SERVICE_SCOPE[0])
        return NULL; /* that policy first */
    len = review->need == NULL ? 0 : strlen(review->need_text);
    if (len + sizeof word < sizeof review->need_text)
        snprintf(review->need_text + len, sizeof review->need_text - len, "%s%s",
                 len == 0 ? "" : " ", word);
    review->need = review->need_text;
    return NULL;
}

static bool choose_by_registry(struct review *review, struct err *err)
{
    struct registry_question question = question_of(review);
    struct registry *registry = review->registry;
    struct registry_walk walk;
    bool unused = false;
    size_t i;

    /* Entries for other payers do not matter, unless nobody said which payer. */
    registry_begin(registry, &question, &walk);
    while ((i = registry_next(registry, &walk, &question)) != SIZE_MAX) {
        enum registry_fit fit = registry_fits(registry, &registry->entries[i], &question);
        const struct policy *scope;

        if (fit == REGISTRY_NO)
            continue;
        scope = entry_scope(review, i, err);
        if (scope == NULL && review->need == NULL)
            return false;
        if (review->need != NULL) /* only what else is not known matters now */
            continue;
        if (fit == REGISTRY_OTHER_DAY) {
            review->other_day |= serves(review, scope, &unused) || unused;
            unused = false;
        } else if (serves(review, scope, &review->other_day)) {
            review->chosen = entry_policy(review, i, err);
            review->entry = (int)i;
            return review->chosen != NULL || review->need != NULL;
        }
    }
    return true;
}

static bool choose_forced(struct review *review, struct err *err)
{
    struct service *service = review->service;
    struct buf result = buf_fixed(service->result, RESULT_BYTES);
    struct str attached = attachment(review, str_of("forced"));
    enum lua_loaded loaded = LUA_LOADED;

    review->chosen = shelf_find(&service->shelf, review->parts[PART_FORCED]);
    if (review->chosen == NULL && attached.at == NULL) {
        review->need = "forced";
        return true;
    }
    if (review->chosen == NULL)
        review->chosen = service_policy(service, attached, &result, &loaded, err);
    if (loaded != LUA_LOADED)
        return service_load_error(service, &result, err);
    return review->chosen != NULL;
}

static bool find_registry(struct review *review, struct err *err)
{
    struct service *service = review->service;
    struct str json;

    review->registry = shelf_registry(&service->shelf, review->parts[PART_REGISTRY]);
    if (review->registry != NULL)
        return true;
    json = attachment(review, str_of("registry"));
    if (json.at == NULL) {
        review->need = "registry";
        return true;
    }
    review->registry =
        shelf_set_registry(&service->shelf, review->parts[PART_REGISTRY], json, err);
    return review->registry != NULL;
}

/* Chooses the policy; review->need is set if something has to be attached. */
static bool choose(struct review *review, struct err *err)
{
    if (review->parts[PART_FORCED].len > 0) {
        if (!choose_forced(review, err))
            return false;
        if (review->need != NULL)
            return true;
        if (!serves(review, review->chosen->policy, &review->other_day) && review->other_day)
            review->chosen = NULL;
        return true;
    }
    if (!find_registry(review, err))
        return false;
    return review->need != NULL || choose_by_registry(review, err);
}

struct function_context {
    struct service *service;
    struct shelf_policy *kept;
    bool restored;
    bool patient; /* a replay */
};

static bool call_function(void *context, struct eval *eval, size_t index,
                          struct function_word *word, struct err *err)
{
    struct function_context *functions = context;
    struct lua_box *box = functions->service->box;
    struct lua_limits limits;

    if (!functions->restored) {
        lua_box_restore(box, functions->kept->image);
        limits = functions->kept->limits;
        limits.time_us *= functions->patient ? PATIENCE : 1;
        lua_box_begin(box, &limits);
        functions->restored = true;
    }
    return lua_functions_call(box, eval, index, word, err);
}

/* No policy was run: which one was asked for, and on which day. */
static bool unserved(const struct review *review, struct judgement *judgement, struct err *err)
{
    struct str asked = review->parts[PART_POLICY];
    struct pool *pool = &review->service->request;
    char memory[512], day[CIVIL_TEXT];
    struct buf says = buf_fixed(memory, sizeof memory);
    struct str kept = {NULL, 0};

    civil_format(eval_service_day(&review->file).first, day);
    if (review->other_day && asked.len > 0)
        buf_printf(&says, "No version of '%.*s' is in force on %s.", (int)asked.len, asked.at, day);
    else if (review->other_day)
        buf_printf(&says, "The policy that covers this is not in force on %s.", day);
    else if (asked.len > 0)
        buf_printf(&says, "'%.*s' covers no line of this request.", (int)asked.len, asked.at);
    if (says.len > 0 && !says.failed) {
        kept.at = pool_copy(pool, says.data, says.len);
        kept.len = says.len;
    }
    return judge_unserved(&review->file, pool,
                          review->other_day ? "policy_version_unknown" : "no_policy", kept, NULL,
                          judgement) ||
           err_set(err, ERR_LIMIT, "E-LIMIT-MEMORY", "the case needs too much memory");
}

static bool judge(struct review *review, struct judgement *judgement, struct err *err)
{
    struct service *service = review->service;
    struct function_context functions = {service, review->chosen, false,
                                         attachment(review, str_of("patient")).at != NULL};
    struct eval eval;
    bool judged;

    if (review->chosen == NULL)
        return unserved(review, judgement, err);
    if (!eval_init(&eval, review->chosen->policy, &review->file, service->codes,
                   &service->request, err))
        return false;
    eval.call = call_function;
    eval.call_context = &functions;
    judged = judge_run(&eval, judgement) &&
             (review->cover == NULL || cover_write(&eval, judgement, review->cover));
    if (functions.restored) {
        review->traced = true;
        lua_box_end(service->box);
        /* Nothing of this case stays. The prelude, which is much larger, comes
         * back when something is to be loaded. */
        lua_box_restore(service->box, review->chosen->image);
    }
    return judged || err_set(err, ERR_LIMIT, "E-LIMIT-MEMORY", "the case needs too much memory");
}

/* A policy that could not run: the host says why ("L+CODE\ntext": L for a limit,
 * P for the policy's own fault), nothing is judged. */
static bool judge_failed(struct review *review, struct judgement *judgement, struct err *err)
{
    struct str failure = review->parts[PART_FAILURE];
    const char *cut = memchr(failure.at, '\n', failure.len);
    size_t code_len = cut == NULL ? failure.len : (size_t)(cut - failure.at);
    struct err why = {.kind = failure.at[0] == 'L' ? ERR_LIMIT : ERR_POLICY};

    if (code_len > 2)
        snprintf(why.code, sizeof why.code, "%.*s", (int)(code_len - 2), failure.at + 2);
    if (cut != NULL)
        snprintf(why.text, sizeof why.text, "%.*s", (int)(failure.len - code_len - 1), cut + 1);
    if (!judge_unserved(&review->file, &review->service->request,
                        why.kind == ERR_LIMIT ? "policy_limit" : "policy_error", str_of(NULL),
                        &why, judgement))
        return err_set(err, ERR_LIMIT, "E-LIMIT-MEMORY", "the case needs too much memory");
    if (review->chosen != NULL) {
        judgement->policy = review->chosen->policy;
        judgement->on = eval_service_day(&review->file);
    }
    return true;
}

/* What functions traced for this case, behind the answer. */
static void put_trace(const struct review *review, struct buf *out)
{
    size_t len;
    const char *trace = lua_box_trace(review->service->box, &len);

    if (review->traced && len > 0)
        parts_put(out, trace, len);
}

/* Says so, and which value it was that went over the limit. */
static bool answer_too_large(const struct shelf_policy *chosen, const char *answer, size_t len,
                             struct err *err)
{
    size_t kib = chosen->result_max >> 10;
    char memory[160];
    struct buf path = buf_fixed(memory, sizeof memory);

    answer_place(answer, len < chosen->result_max ? len : chosen->result_max, &path);
    return err_set(err, ERR_LIMIT, "E-LIMIT-RESULT",
                   "%s: the answer is larger than %zu KiB at %s (limit result_kib = %zu)",
                   chosen->policy->file.at, kib, path.len == 0 ? "its end" : buf_cstr(&path),
                   kib);
}

static bool put_answer(struct review *review, const struct judgement *judgement,
                       struct buf *out, struct err *err)
{
    const struct shelf_policy *chosen = review->chosen;
    struct service *service = review->service;
    struct answer_frame frame = {.case_sha256 = review->parts[PART_SHA],
                                 .engine_build = str_of(rubric_build_id),
                                 .engine_level = SERVICE_LEVEL};
    char memory[2048];
    struct buf tables = buf_fixed(memory, sizeof memory);
    size_t start;

    codes_tables_json(service->codes, judgement->on.first,
                      1u << CODE_SYSTEM_ICD10CM | 1u << CODE_SYSTEM_CPT |
                          1u << CODE_SYSTEM_HCPCS,
                      &tables);
    frame.tables.at = tables.data;
    frame.tables.len = tables.len;
    if (review->chosen != NULL) {
        frame.policy_sha256 = review->chosen->key;
        frame.clocks = review->chosen->clocks;
    } else if (review->registry != NULL) {
        frame.clocks = clocks_read(review->registry->clocks, &service->request, err);
        if (frame.clocks == NULL)
            return false;
    }
    parts_puts(out, SERVICE_ANSWER);
    start = parts_begin(out);
    answer_write(out, &review->file, judgement, &frame);
    parts_end(out, start);
    if (chosen != NULL && judgement->failure.kind == ERR_NONE &&
        (out->failed || out->len - start > chosen->result_max))
        return answer_too_large(chosen, out->data + start, out->len - start, err);
    put_trace(review, out);
    return true;
}

static void put_which(struct review *review, struct buf *out)
{
    size_t start;
    const struct policy *policy = review->chosen == NULL ? NULL : review->chosen->policy;
    char day[CIVIL_TEXT];

    civil_format(eval_service_day(&review->file).first, day);
    parts_puts(out, SERVICE_ANSWER);
    start = parts_begin(out);
    buf_puts(out, "{\"case\":");
    buf_put_json(out, review->file.id.at, review->file.id.len);
    buf_printf(out, ",\"date_of_service\":\"%s\",\"entry\":", day);
    if (review->entry < 0)
        buf_puts(out, "null");
    else
        buf_printf(out, "%d", review->entry + 1);
    buf_puts(out, ",\"policy\":");
    if (policy == NULL)
        buf_puts(out, "null");
    else
        buf_put_json(out, policy->id.at, policy->id.len);
    buf_puts(out, ",\"selected_by\":");
    buf_puts(out, policy == NULL                ? "null"
                  : policy->selects_by_request ? "\"request date\""
                                               : "\"date of service\"");
    buf_puts(out, ",\"version\":");
    if (policy == NULL)
        buf_puts(out, "null");
    else
        buf_put_json(out, policy->version.at, policy->version.len);
    buf_puts(out, ",\"why\":");
    buf_puts(out, policy != NULL ? "\"the first entry that serves this payer, plan, state and "
                                   "day and covers a line\""
                  : review->other_day
                      ? "\"a policy covers this request, but not on this day\""
                      : "\"no entry serves this payer and covers a line\"");
    buf_putc(out, '}');
    parts_end(out, start);
}

static void put_slips(const struct review *review, struct buf *out)
{
    size_t start;

    parts_puts(out, SERVICE_ANSWER);
    start = parts_begin(out);
    fact_names_slips(out, &review->file, review->chosen == NULL ? NULL : review->chosen->policy);
    parts_end(out, start);
}

/* Judges, and answers with what that covered; null where no policy was run. */
static bool put_cover(struct review *review, struct buf *out, struct err *err)
{
    struct judgement judgement;
    size_t start;

    parts_puts(out, SERVICE_ANSWER);
    start = parts_begin(out);
    review->cover = out;
    if (review->chosen == NULL)
        buf_puts(out, "null");
    else if (!judge(review, &judgement, err))
        return false;
    parts_end(out, start);
    return true;
}

static bool set_as_of(struct review *review, struct err *err)
{
    struct str as_of = review->parts[PART_AS_OF];
    struct day_span day;

    if (as_of.len == 0)
        return true;
    if (!civil_parse(as_of.at, as_of.len, &day))
        return err_set(err, ERR_USAGE, "E-DATE", "the day of the request is not a date");
    review->file.as_of = day;
    return true;
}

/* False: the policy ended workers, and no operator has cleared it since. */
static bool may_run(const struct review *review, struct err *err)
{
    struct str aside = attachment(review, str_of("aside"));

    if (aside.at == NULL || review->chosen == NULL || review->need != NULL ||
        !aside_has(aside, review->chosen->policy->id))
        return true;
    return err_set(err, ERR_POLICY, "E-QUARANTINE",
                   "the policy '%s' is set aside: it ended the evaluator %d times within %d "
                   "minutes", review->chosen->policy->id.at, ASIDE_DEATHS, ASIDE_WINDOW_S / 60);
}

static bool finish_review(struct review *review, uint16_t kind, struct buf *out,
                          struct err *err)
{
    struct str failure = review->parts[PART_FAILURE];
    struct judgement judgement;

    if (!set_as_of(review, err))
        return false;
    if (failure.len < 2) {
        if (!choose(review, err) || !may_run(review, err))
            return false;
    } else if (failure.at[1] == '+' && !choose(review, err)) {
        review->chosen = NULL; /* it does not load either: then without its name */
        review->need = NULL;
    }
    if (review->need != NULL) {
        parts_puts(out, SERVICE_NEED);
        parts_puts(out, review->need);
        return true;
    }
    if (kind == SERVICE_WHICH) {
        put_which(review, out);
        return true;
    }
    if (kind == SERVICE_COVER)
        return put_cover(review, out, err);
    if (kind == SERVICE_SLIPS) {
        put_slips(review, out);
        return true;
    }
    if (failure.len >= 2 ? !judge_failed(review, &judgement, err)
                         : !judge(review, &judgement, err))
        return false;
    return put_answer(review, &judgement, out, err);
}

bool service_review(struct service *service, uint16_t kind, struct str payload,
                          struct buf *out, struct err *err)
{
    struct review review = {.service = service};
    struct case_problems problems = {NULL, 0, 0, NULL};
    struct case_limits limits = case_limits_default;
    bool ok;

    limits.bytes = HOST_CASE_MOST; /* the host has looked at what the registry allows */
    if (!read_review(&review, payload, err))
        return false;
    if (!casefile_parse(&review.file, review.parts[PART_CASE].at, review.parts[PART_CASE].len,
                        &service->request, &limits, &problems, err)) {
        if (err->kind != ERR_INPUT)
            return false;
        put_problems(out, &problems, err);
        return true;
    }
    ok = finish_review(&review, kind, out, err);
    lua_box_forget_trace(service->box);
    return ok;
}
