/*
 * answer_check.c - an answer of a worker, against the schema of answers.
 *
 * The worker has handled hostile bytes: the host believes nothing of what comes
 * back before it has the shape of an answer. sandbox.md S-52.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "host/inside.h"

static bool one_of(yyjson_val *value, const char *const *words)
{
    for (; *words != NULL; words++)
        if (yyjson_equals_str(value, *words))
            return true;
    return false;
}

static const char *const recommendations[] = {"approve", "pend", "refer", NULL};
static const char *const findings[] = {"met", "not_met", "undocumented", "not_applicable", NULL};

static bool text_or_null(yyjson_val *value)
{
    return yyjson_is_str(value) || yyjson_is_null(value);
}

static bool evidence_ok(yyjson_val *array, struct answer_facts *facts)
{
    static const char *const names[] = {"date", "document", "fact", "quote", "source", "value"};
    yyjson_arr_iter iter;
    yyjson_val *item;

    if (!yyjson_is_arr(array))
        return false;
    yyjson_arr_iter_init(array, &iter);
    while ((item = yyjson_arr_iter_next(&iter)) != NULL) {
        struct str fact = {NULL, 0};
        yyjson_obj_iter members; /* in the order of the names: one pass */

        if (!yyjson_obj_iter_init(item, &members))
            return false;
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            yyjson_val *member = yyjson_obj_iter_get(&members, names[i]);

            if (!text_or_null(member))
                return false;
            if (i == 2)
                fact = json_text(member);
        }
        if (fact.at == NULL)
            return false;
        buf_puts(&facts->reads, facts->reads.len == 0 ? "[" : ",");
        buf_put_json(&facts->reads, fact.at, fact.len);
    }
    return true;
}

static bool criterion_ok(yyjson_val *item, struct answer_facts *facts)
{
    static const char *const names[] = {"ask", "because", "cite", "id", "pathway", "says"};
    yyjson_val *finding = yyjson_obj_get(item, "finding");
    yyjson_val *line = yyjson_obj_get(item, "line");
    yyjson_obj_iter members;

    if (!yyjson_obj_iter_init(item, &members))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (!text_or_null(yyjson_obj_iter_get(&members, names[i])))
            return false;
    facts->met += yyjson_equals_str(finding, "met");
    facts->not_met += yyjson_equals_str(finding, "not_met");
    facts->undocumented += yyjson_equals_str(finding, "undocumented");
    return one_of(finding, findings) && yyjson_is_bool(yyjson_obj_get(item, "conflict")) &&
           (yyjson_is_null(line) || yyjson_is_int(line)) &&
           evidence_ok(yyjson_obj_get(item, "evidence"), facts);
}

static bool criteria_ok(yyjson_val *array, struct answer_facts *facts)
{
    yyjson_arr_iter iter;
    yyjson_val *item;

    if (!yyjson_is_arr(array))
        return false;
    yyjson_arr_iter_init(array, &iter);
    while ((item = yyjson_arr_iter_next(&iter)) != NULL)
        if (!criterion_ok(item, facts))
            return false;
    return true;
}

/* The whole is as bad as its worst line: nobody approves what a line does not. */
static bool lines_ok(yyjson_val *array, const char *whole)
{
    yyjson_arr_iter iter;
    yyjson_val *item;
    size_t worst = 0, stated = 0;

    if (!yyjson_is_arr(array))
        return false;
    yyjson_arr_iter_init(array, &iter);
    while ((item = yyjson_arr_iter_next(&iter)) != NULL) {
        yyjson_val *recommendation = yyjson_obj_get(item, "recommendation");

        if (!one_of(recommendation, recommendations) ||
            !yyjson_is_int(yyjson_obj_get(item, "sequence")) ||
            !yyjson_is_arr(yyjson_obj_get(item, "reasons")))
            return false;
        for (size_t i = 0; recommendations[i] != NULL; i++)
            if (i > worst && yyjson_equals_str(recommendation, recommendations[i]))
                worst = i;
    }
    while (recommendations[stated] != NULL && strcmp(recommendations[stated], whole) != 0)
        stated++;
    return yyjson_arr_size(array) == 0 ? stated == 2 : worst == stated;
}

/* Copies a text that must fit; false if it is none. */
static bool copy_text(yyjson_val *value, char *text, size_t size)
{
    size_t len = yyjson_get_len(value);

    if (!yyjson_is_str(value) || len >= size)
        return false;
    memcpy(text, yyjson_get_str(value), len + 1);
    return true;
}

static bool policy_ok(yyjson_val *policy, struct answer_facts *facts)
{
    if (yyjson_is_null(policy))
        return true;
    return copy_text(yyjson_obj_get(policy, "id"), facts->policy_id, sizeof facts->policy_id) &&
           copy_text(yyjson_obj_get(policy, "version"), facts->policy_version,
                     sizeof facts->policy_version) &&
           copy_text(yyjson_obj_get(policy, "sha256"), facts->bundle, sizeof facts->bundle);
}

/* {"cpt":"starter sha256:<hex>"} */
static bool tables_ok(yyjson_val *tables, struct answer_facts *facts)
{
    size_t i, count;
    yyjson_val *key, *value;

    if (!yyjson_is_obj(tables) || yyjson_obj_size(tables) > ANSWER_TABLES)
        return false;
    yyjson_obj_foreach(tables, i, count, key, value) {
        if (!yyjson_is_str(value) ||
            !copy_text(key, facts->tables[i].name, sizeof facts->tables[i].name))
            return false;
        facts->tables[i].starter = strncmp(yyjson_get_str(value), "starter ", 8) == 0;
        facts->table_count++;
    }
    return true;
}

/* Did the host have to say that a worker ended, or was ended, over this case? No
 * policy can: these codes are never a script's. */
static void read_death(yyjson_val *error, struct answer_facts *facts)
{
    const char *id = yyjson_get_str(yyjson_obj_get(error, "id"));
    const char *message = yyjson_get_str(yyjson_obj_get(error, "message"));

    if (id != NULL && message != NULL &&
        (strcmp(id, "E-WORKER") == 0 ||
         (strcmp(id, "E-LIMIT-TIME") == 0 && strncmp(message, CREW_LATE, strlen(CREW_LATE)) == 0)))
        snprintf(facts->killed, sizeof facts->killed, "%s", message);
}

static bool root_ok(yyjson_val *root, struct answer_facts *facts)
{
    yyjson_val *error = yyjson_obj_get(root, "error");
    yyjson_val *due = yyjson_obj_get(root, "due"); /* older answers on the log have none */

    read_death(error, facts);
    return yyjson_equals_str(yyjson_obj_get(root, "schema"), "rubric-answer/1") &&
           one_of(yyjson_obj_get(root, "recommendation"), recommendations) &&
           copy_text(yyjson_obj_get(root, "recommendation"), facts->recommendation,
                     sizeof facts->recommendation) &&
           copy_text(yyjson_obj_get(yyjson_obj_get(root, "case"), "id"), facts->case_id,
                     sizeof facts->case_id) &&
           yyjson_is_bool(yyjson_obj_get(root, "expedite")) &&
           (due == NULL || text_or_null(yyjson_obj_get(due, "on"))) &&
           yyjson_is_arr(yyjson_obj_get(root, "missing")) &&
           tables_ok(yyjson_obj_get(root, "tables"), facts) &&
           yyjson_is_obj(yyjson_obj_get(root, "engine")) &&
           policy_ok(yyjson_obj_get(root, "policy"), facts) &&
           lines_ok(yyjson_obj_get(root, "lines"), facts->recommendation) &&
           criteria_ok(yyjson_obj_get(root, "criteria"), facts) &&
           (error == NULL || copy_text(yyjson_obj_get(error, "code"), facts->error,
                                       sizeof facts->error)) &&
           (error == NULL || strcmp(facts->recommendation, "refer") == 0);
}

void answer_forget(struct answer_facts *facts)
{
    struct buf reads = facts->reads;

    memset(facts, 0, sizeof *facts);
    facts->reads = reads;
    buf_reset(&facts->reads);
}

bool answer_read(const char *json, size_t len, struct answer_facts *facts)
{
    yyjson_doc *doc = yyjson_read(json, len, 0);
    bool ok;

    answer_forget(facts);
    ok = doc != NULL && len > 2 && json[len - 1] == '}' &&
         root_ok(yyjson_doc_get_root(doc), facts);
    yyjson_doc_free(doc);
    return ok;
}

bool answer_check(const struct buf *json, struct answer_facts *facts, struct err *err)
{
    bool ok = answer_scan(json->data, json->len, facts);

    if (!ok || facts->error[0] != '\0') /* what the quick way does not see: how it failed */
        ok = answer_read(json->data, json->len, facts);

    buf_puts(&facts->reads, facts->reads.len == 0 ? "[]" : "]");
    if (!ok)
        return err_set(err, ERR_WORKER, "E-RESULT",
                       "a worker gave something that is not an answer");
    return true;
}
