/*
 * host_batch.c - cases in slots, each somewhere between submitted and done.
 *
 *   to_ask -> (at a worker) -> logging -> done
 *     ^           |
 *     +-- lacking or parked: what the worker needs must be loaded, or is on its
 *         way to it with another case
 *
 * Loading a policy asks a worker by itself, and the crew does one thing at a
 * time: for that everything else comes home first. It happens once a policy.
 */
#include "host/host_batch.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "audit/queue.h"
#include "host/host_errand.h"
#include "host/logging.h"

#define GROUP 256                      /* answers that may be on their way to the log */
#define SPARE 16
#define BYTES_MAX ((size_t)8 << 20)    /* of cases and answers under way */
#define KEPT_BYTES ((size_t)128 << 10) /* a buffer larger than this is not kept */
#define PARKED_MAX 3

enum slot_state { SLOT_FREE, SLOT_TO_ASK, SLOT_ASKED, SLOT_LACKING, SLOT_PARKED, SLOT_LOGGING,
                  SLOT_DONE };

struct slot {
    enum slot_state state;
    uint64_t tag;
    struct slot *older, *newer; /* in the order of submission */
    struct slot *next;          /* in one of the queues */
    struct host_request request;
    struct asking asking;
    struct errand errand;
    struct buf words; /* the request's policy and as_of */
    struct host_answer answer;
    struct logging logging;
    struct audit_ticket ticket;
    struct err err;
    bool ok;
    bool carrying; /* what it once lacked travels with it */
    unsigned parked;
    size_t bytes; /* counted for it */
};

struct line_up {
    struct slot *first, *last;
};

/* A policy file that lines name, loaded once for the whole batch. */
struct forced {
    struct forced *next;
    struct bundle bundle;
    char path[];
};

struct host_batch {
    struct host *host;
    bool unordered;
    struct audit_queue *queue; /* NULL: nothing is logged */
    struct slot *slots;
    size_t slot_count, used, bytes, logging;
    struct line_up spare, to_ask, lacking, done;
    struct slot *oldest, *newest;
    struct slot *given; /* the last result */
    struct forced *forced;
};

/* ---- slots ------------------------------------------------------------------ */

static void line_put(struct line_up *line, struct slot *slot)
{
    slot->next = NULL;
    if (line->first == NULL)
        line->first = slot;
    else
        line->last->next = slot;
    line->last = slot;
}

static struct slot *line_take(struct line_up *line)
{
    struct slot *slot = line->first;

    if (slot != NULL)
        line->first = slot->next;
    return slot;
}

static void count_bytes(struct host_batch *batch, struct slot *slot, size_t bytes)
{
    batch->bytes -= slot->bytes;
    slot->bytes = bytes;
    batch->bytes += bytes;
}

static void trim(struct buf *buf)
{
    if (buf->room > KEPT_BYTES)
        buf_free(buf);
}

static struct slot *slot_begin(struct host_batch *batch, uint64_t tag)
{
    struct slot *slot = line_take(&batch->spare);

    assert(slot != NULL && slot->state == SLOT_FREE);
    slot->tag = tag;
    slot->ok = slot->carrying = false;
    slot->parked = 0;
    slot->newer = NULL;
    slot->older = batch->newest;
    if (batch->newest == NULL)
        batch->oldest = slot;
    else
        batch->newest->newer = slot;
    batch->newest = slot;
    batch->used++;
    buf_reset(&slot->answer.json);
    slot->answer.logged = false;
    slot->answer.recommendation[0] = '\0';
    return slot;
}

static void slot_end(struct host_batch *batch, struct slot *slot)
{
    if (slot->older == NULL)
        batch->oldest = slot->newer;
    else
        slot->older->newer = slot->newer;
    if (slot->newer == NULL)
        batch->newest = slot->older;
    else
        slot->newer->older = slot->older;
    count_bytes(batch, slot, 0);
    trim(&slot->answer.json);
    trim(&slot->errand.payload);
    trim(&slot->logging.facts.reads);
    logging_wipe(&slot->logging);
    for (size_t i = 0; i < sizeof slot->logging.sealed / sizeof slot->logging.sealed[0]; i++)
        trim(&slot->logging.sealed[i].packed);
    slot->state = SLOT_FREE;
    slot->next = batch->spare.first; /* the warmest is used first */
    if (batch->spare.first == NULL)
        batch->spare.last = slot;
    batch->spare.first = slot;
}

static void unpark(struct host_batch *batch, struct slot *carrier);

static void slot_done(struct host_batch *batch, struct slot *slot, bool ok)
{
    slot->ok = ok;
    slot->state = SLOT_DONE;
    unpark(batch, slot);
    if (batch->unordered)
        line_put(&batch->done, slot);
}

static void slot_ask(struct host_batch *batch, struct slot *slot)
{
    slot->state = SLOT_TO_ASK;
    line_put(&batch->to_ask, slot);
}

/* ---- logging ------------------------------------------------------------------ */

static void finish(struct host_batch *batch, struct slot *slot,
                   const struct audit_receipt *receipt)
{
    slot_done(batch, slot, logging_finish(&slot->answer, receipt, &slot->err));
}

/* Alone, a case does not wait for a group and a second thread. */
static void log_alone(struct host_batch *batch, struct slot *slot)
{
    struct audit_receipt *receipt = &slot->ticket.receipt;

    if (audit_append(batch->host->audit, &slot->logging.record, 1, receipt, &slot->err))
        finish(batch, slot, receipt);
    else
        slot_done(batch, slot, false);
}

static void log_slot(struct host_batch *batch, struct slot *slot)
{
    slot->request.case_bytes = slot->errand.payload.data + slot->errand.case_at;
    if (!logging_prepare(batch->host, &slot->asking, &slot->answer, &slot->logging,
                         &slot->err)) {
        slot_done(batch, slot, false);
    } else if (batch->queue == NULL) {
        finish(batch, slot, NULL);
    } else if (batch->used == 1) {
        log_alone(batch, slot);
    } else {
        slot->ticket.record = slot->logging.record;
        slot->ticket.context = slot;
        slot->ticket.polled = true;
        if (audit_queue_submit(batch->queue, &slot->ticket)) {
            slot->state = SLOT_LOGGING;
            batch->logging++;
        } else {
            slot->err = slot->ticket.err;
            slot_done(batch, slot, false);
        }
    }
}

static void take_logged(struct host_batch *batch)
{
    struct audit_ticket *ticket;

    while (batch->logging > 0 && (ticket = audit_queue_take(batch->queue)) != NULL) {
        struct slot *slot = ticket->context;

        batch->logging--;
        if (ticket->ok) {
            finish(batch, slot, &ticket->receipt);
        } else {
            slot->err = ticket->err;
            slot_done(batch, slot, false);
        }
    }
}

static void wait_for_log(struct host_batch *batch)
{
    struct pollfd polled = {.fd = audit_queue_fd(batch->queue), .events = POLLIN};

    (void)poll(&polled, 1, -1);
    take_logged(batch);
}

/* ---- workers -------------------------------------------------------------------- */

static bool is_carried(const struct host_batch *batch, const struct slot *wanting)
{
    for (size_t i = 0; i < batch->slot_count; i++) {
        const struct slot *slot = &batch->slots[i];

        if (slot != wanting && slot->carrying &&
            (slot->state == SLOT_ASKED || slot->state == SLOT_TO_ASK) &&
            slot->errand.need == wanting->errand.need &&
            slot->asking.forced == wanting->asking.forced)
            return true;
    }
    return false;
}

/* What the slot carried has arrived: who waited for that may try again. */
static void unpark(struct host_batch *batch, struct slot *carrier)
{
    if (!carrier->carrying)
        return;
    carrier->carrying = false;
    for (size_t i = 0; i < batch->slot_count; i++) {
        struct slot *slot = &batch->slots[i];

        if (slot->state == SLOT_PARKED && slot->errand.need == carrier->errand.need &&
            slot->asking.forced == carrier->asking.forced)
            slot_ask(batch, slot);
    }
}

static void follow(struct host_batch *batch, struct slot *slot, enum errand_next next);

static void attach(struct host_batch *batch, struct slot *slot)
{
    enum errand_next next = ERRAND_ASK;

    if (errand_attach(&slot->errand, &slot->err))
        slot->carrying = true;
    else
        next = errand_fail(&slot->errand, &slot->err);
    follow(batch, slot, next);
}

static void lack(struct host_batch *batch, struct slot *slot)
{
    if (slot->parked < PARKED_MAX && is_carried(batch, slot)) {
        slot->parked++;
        slot->state = SLOT_PARKED;
    } else if (errand_at_hand(&slot->errand)) {
        attach(batch, slot);
    } else {
        slot->state = SLOT_LACKING;
        line_put(&batch->lacking, slot);
    }
}

static void follow(struct host_batch *batch, struct slot *slot, enum errand_next next)
{
    switch (next) {
    case ERRAND_ASK:
        slot_ask(batch, slot);
        break;
    case ERRAND_ATTACH:
        lack(batch, slot);
        break;
    case ERRAND_DONE:
        count_bytes(batch, slot, slot->bytes + slot->answer.json.len);
        log_slot(batch, slot);
        break;
    case ERRAND_FAILED:
        slot_done(batch, slot, false);
        break;
    }
}

/* Gives the crew what waits, unless it is to come to rest. */
static void send(struct host_batch *batch)
{
    while (batch->to_ask.first != NULL && batch->lacking.first == NULL &&
           crew_room(batch->host->crew) > 0) {
        struct slot *slot = line_take(&batch->to_ask);
        struct crew_request request =
            errand_request(&slot->errand, (uint64_t)(slot - batch->slots));
        struct err err;

        slot->state = SLOT_ASKED;
        if (!crew_submit(batch->host->crew, &request, &err)) {
            slot->err = err;
            follow(batch, slot, errand_fail(&slot->errand, &slot->err));
        }
    }
}

/* Waits for one answer of a worker. */
static void receive(struct host_batch *batch)
{
    struct crew_answer answer;
    struct slot *slot;

    if (!crew_collect(batch->host->crew, &answer))
        return;
    slot = &batch->slots[answer.tag];
    assert(slot->state == SLOT_ASKED);
    slot->state = SLOT_TO_ASK; /* it carries nothing any more */
    unpark(batch, slot);
    if (answer.ok) {
        follow(batch, slot,
               errand_take(&slot->errand, answer.bytes, answer.len, &slot->answer.json,
                           &slot->err));
    } else {
        slot->err = answer.err;
        follow(batch, slot, errand_fail(&slot->errand, &slot->err));
    }
}

/* Lets all workers finish, so that one may be asked something else. */
static void come_to_rest(struct host_batch *batch)
{
    while (crew_outstanding(batch->host->crew) > 0)
        receive(batch);
}

static void load_lacking(struct host_batch *batch)
{
    struct line_up lacking = batch->lacking;
    struct slot *slot;

    batch->lacking.first = NULL;
    while ((slot = line_take(&lacking)) != NULL)
        attach(batch, slot);
}

/* One step; waits only if nothing else can be done. */
static void step(struct host_batch *batch)
{
    take_logged(batch);
    send(batch);
    if (crew_outstanding(batch->host->crew) > 0)
        receive(batch);
    else if (batch->lacking.first != NULL)
        load_lacking(batch);
    else if (batch->to_ask.first == NULL && batch->logging > 0)
        wait_for_log(batch);
}

/* ---- which policy ------------------------------------------------------------------ */

static struct forced *forced_find(struct host_batch *batch, const char *path, struct err *err)
{
    struct forced *forced = batch->forced;
    size_t len = strlen(path);

    while (forced != NULL && strcmp(forced->path, path) != 0)
        forced = forced->next;
    if (forced != NULL)
        return forced;
    come_to_rest(batch);
    forced = calloc(1, sizeof *forced + len + 1);
    if (forced == NULL) {
        err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a policy");
        return NULL;
    }
    memcpy(forced->path, path, len);
    if (!bundle_of_file(batch->host, path, &forced->bundle, err)) {
        free(forced);
        return NULL;
    }
    if (forced->bundle.rejected) {
        bundle_error(&forced->bundle, path, err);
        bundle_free(&forced->bundle);
        free(forced);
        return NULL;
    }
    forced->next = batch->forced;
    batch->forced = forced;
    return forced;
}

static bool name_policy(struct host_batch *batch, struct slot *slot, struct err *err)
{
    struct host *host = batch->host;
    const char *policy = slot->request.policy;
    struct forced *forced;

    slot->asking.forced = NULL;
    if (policy != NULL && host_is_file(policy)) {
        forced = forced_find(batch, policy, err);
        slot->asking.forced = forced == NULL ? NULL : &forced->bundle;
        return forced != NULL;
    }
    if (!host_named_at_hand(host, policy))
        come_to_rest(batch);
    return policy == NULL ? host_registry(host, err) : host_named(host, policy, err);
}

/* Copies the texts of the request, which the caller takes back. */
static bool copy_words(struct slot *slot, const struct host_request *request)
{
    size_t policy_len = request->policy == NULL ? 0 : strlen(request->policy) + 1;
    size_t as_of_len = request->as_of == NULL ? 0 : strlen(request->as_of) + 1;

    slot->request = *request;
    buf_reset(&slot->words);
    buf_put(&slot->words, request->policy, policy_len);
    buf_put(&slot->words, request->as_of, as_of_len);
    if (policy_len > 0)
        slot->request.policy = slot->words.data;
    if (as_of_len > 0)
        slot->request.as_of = slot->words.data + policy_len;
    return !slot->words.failed;
}

/* ---- the outside --------------------------------------------------------------------- */

bool host_batch_open(struct host *host, bool unordered, struct host_batch **batch,
                     struct err *err)
{
    struct host_batch *made = calloc(1, sizeof *made);

    if (made != NULL) {
        made->slot_count = crew_room(host->crew) + (host->audit == NULL ? SPARE : GROUP);
        made->slots = calloc(made->slot_count, sizeof *made->slots);
    }
    if (made == NULL || made->slots == NULL) {
        free(made);
        return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a batch");
    }
    made->host = host;
    made->unordered = unordered;
    (void)host_case_max(host); /* now, when no worker is at anything else */
    for (size_t i = 0; i < made->slot_count; i++)
        line_put(&made->spare, &made->slots[i]);
    if (host->audit != NULL && !audit_queue_start(host->audit, &made->queue, err)) {
        host_batch_close(made);
        return false;
    }
    *batch = made;
    return true;
}

void host_batch_close(struct host_batch *batch)
{
    struct crew_answer answer;

    if (batch == NULL)
        return;
    while (crew_collect(batch->host->crew, &answer))
        continue;
    audit_queue_stop(batch->queue);
    for (size_t i = 0; i < batch->slot_count; i++) {
        struct slot *slot = &batch->slots[i];

        errand_free(&slot->errand);
        logging_free(&slot->logging);
        buf_free(&slot->words);
        buf_free(&slot->answer.json);
    }
    while (batch->forced != NULL) {
        struct forced *next = batch->forced->next;

        bundle_free(&batch->forced->bundle);
        free(batch->forced);
        batch->forced = next;
    }
    free(batch->slots);
    free(batch);
}

bool host_batch_room(const struct host_batch *batch)
{
    /* Nothing under way: then what counts is only the last result, which one case
     * alone may fill. */
    return batch->spare.first != NULL && (batch->used == 0 || batch->bytes < BYTES_MAX);
}

size_t host_batch_outstanding(const struct host_batch *batch)
{
    return batch->used;
}

static void recycle(struct host_batch *batch)
{
    if (batch->given != NULL)
        slot_end(batch, batch->given);
    batch->given = NULL;
}

bool host_batch_submit(struct host_batch *batch, const struct host_request *request,
                       uint64_t tag, struct err *err)
{
    struct slot *slot;

    recycle(batch);
    slot = slot_begin(batch, tag);
    slot->asking.request = &slot->request;
    slot->asking.afresh = true;
    if (!copy_words(slot, request))
        return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for a request");
    if (!host_case_fits(batch->host, NULL, request->case_len, &slot->err) ||
        !name_policy(batch, slot, &slot->err)) {
        slot_done(batch, slot, false);
        return true;
    }
    key_of(request->case_bytes, request->case_len, slot->asking.case_key);
    if (!errand_start(&slot->errand, batch->host, SERVICE_REVIEW, &slot->asking, err))
        return false;
    slot->request.case_bytes = slot->errand.payload.data + slot->errand.case_at;
    count_bytes(batch, slot, request->case_len);
    slot_ask(batch, slot);
    return true;
}

bool host_batch_refuse(struct host_batch *batch, const struct err *why, uint64_t tag,
                       struct err *err)
{
    struct slot *slot;

    (void)err;
    recycle(batch);
    slot = slot_begin(batch, tag);
    slot->err = *why;
    slot_done(batch, slot, false);
    return true;
}

bool host_batch_recall(struct host_batch *batch, uint64_t index, uint64_t tag, struct err *err)
{
    struct slot *slot;

    recycle(batch);
    slot = slot_begin(batch, tag);
    if (!logging_recall(batch->host, index, &slot->answer, err))
        return false;
    slot_done(batch, slot, true);
    return true;
}

static bool is_ready(const struct host_batch *batch, const struct slot *oldest)
{
    if (batch->unordered)
        return batch->done.first != NULL;
    return oldest != NULL && oldest->state == SLOT_DONE;
}

bool host_batch_ready(const struct host_batch *batch)
{
    return is_ready(batch, batch->given != NULL && batch->given == batch->oldest
                               ? batch->oldest->newer
                               : batch->oldest);
}

bool host_batch_collect(struct host_batch *batch, struct host_batch_result *result)
{
    struct slot *slot;

    recycle(batch);
    if (batch->used == 0)
        return false;
    while (!is_ready(batch, batch->oldest))
        step(batch);
    slot = batch->unordered ? line_take(&batch->done) : batch->oldest;
    batch->given = slot;
    batch->used--;
    result->tag = slot->tag;
    result->ok = slot->ok;
    result->answer = &slot->answer;
    if (!slot->ok)
        result->err = slot->err;
    return true;
}
