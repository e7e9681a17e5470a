/*
 * crew.c - queues, deadlines and replacements.
 *
 * Each worker has the list of what was written to it, in order; the answers
 * must come back in that order. The clock runs for the first of the list only:
 * a worker has one request at a time.
 */
#include "host/crew.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/crew_queue.h"
#include "host/quarantine.h"
#include "host/zygote.h"

#define WORKERS_MAX 64
#define READ_BYTES ((size_t)256 << 10)
#define DYING_MAX 16

struct member {
    bool alive;
    bool leaving; /* it said that it is not sound; what follows is not begun */
    pid_t pid; /* 0: the zygote has not named it yet */
    int socket;
    struct queue flying; /* written to it, not answered */
    struct buf out;      /* frames; [out_from, len) is not sent yet */
    size_t out_from;
    struct buf in;
    size_t in_from;
    uint64_t since_ns; /* when the first of flying became the first */
};

struct crew {
    struct crew_options options;
    struct zygote zygote;
    struct member members[WORKERS_MAX];
    struct member spare; /* idle, for the next that is lost; none before the first is */
    struct queue waiting;
    struct queue done;
    struct job *handed_out; /* the last answer, borrowed by the caller */
    uint32_t next_id;
    bool zygote_dead;
    struct quarantine quarantine;
    struct crew_figures figures;
    /* Members asked for and not yet named, oldest first. */
    struct member *unnamed[WORKERS_MAX + 1];
    unsigned unnamed_count;
    /* Killed and not yet gone: nobody waits for that. */
    pid_t dying[DYING_MAX];
    unsigned dying_count;
};

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* --- members: birth ---------------------------------------------------------- */

static unsigned processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count < 1 ? 1 : (unsigned)count;
}

static bool member_start(struct crew *crew, struct member *member, struct err *err)
{
    assert(!member->alive && member->flying.first == NULL);
    if (crew->zygote_dead)
        return err_set(err, ERR_WORKER, "E-WORKER",
                       "the evaluator cannot be started again");
    if (!zygote_ask(&crew->zygote, &member->socket, err)) {
        crew->zygote_dead = true;
        return false;
    }
    member->alive = true;
    member->leaving = false;
    member->pid = 0;
    member->out_from = 0;
    member->in_from = 0;
    buf_reset(&member->out);
    buf_reset(&member->in);
    crew->unnamed[crew->unnamed_count++] = member;
    crew->figures.started++;
    return true;
}

/* Learns the process id of the oldest unnamed member. */
static bool name_oldest(struct crew *crew, int timeout_ms, struct err *err)
{
    struct member *member = crew->unnamed[0];
    pid_t pid;

    if (!zygote_named(&crew->zygote, timeout_ms, &pid, err)) {
        pid = -1;
        if (err->kind == ERR_WORKER)
            crew->zygote_dead = true;
    }
    if (pid == 0)
        return true;
    crew->unnamed_count--;
    memmove(crew->unnamed, crew->unnamed + 1,
            crew->unnamed_count * sizeof *crew->unnamed);
    member->pid = pid;
    return pid > 0;
}

/* --- members: death ---------------------------------------------------------- */

static void job_done(struct crew *crew, struct job *job, bool ok)
{
    job->ok = ok;
    crew->figures.answered++;
    queue_put(&crew->done, job);
}

/* Forgets the processes that are gone; wait: all of them will be. */
static void bury(struct crew *crew, bool wait)
{
    unsigned left = 0;

    for (unsigned i = 0; i < crew->dying_count; i++) {
        pid_t gone;

        do {
            gone = waitpid(crew->dying[i], NULL, __WALL | (wait ? 0 : WNOHANG));
        } while (gone < 0 && errno == EINTR);
        if (gone == 0)
            crew->dying[left++] = crew->dying[i];
    }
    crew->dying_count = left;
}

/* Ends the process, if it has not ended, and says how it did; of one that is late
 * that is known, so nobody waits. *err is filled if there never was one. */
static int member_reap(struct crew *crew, struct member *member, bool late, struct err *err)
{
    int status = 0;

    /* An unnamed member is named within milliseconds, or its zygote is dead. */
    while (member->pid == 0 && crew->unnamed_count > 0) {
        unsigned before = crew->unnamed_count;

        if (!name_oldest(crew, 2000, err) || crew->unnamed_count == before)
            break;
    }
    close(member->socket);
    member->alive = false;
    if (member->pid <= 0)
        return 0;
    kill(member->pid, SIGKILL);
    if (late) {
        if (crew->dying_count == DYING_MAX)
            bury(crew, true);
        crew->dying[crew->dying_count++] = member->pid;
        return 0;
    }
    while (waitpid(member->pid, &status, __WALL) < 0 && errno == EINTR)
        ;
    return status;
}

/* The spare takes the place of a member that is gone, and another spare is asked
 * for: whoever loses one worker may lose more, and to make one takes several
 * processes their turns at a processor. */
static bool member_replace(struct crew *crew, struct member *member, struct err *err)
{
    struct member *spare = &crew->spare;
    bool replaced = spare->alive;
    struct err ignored;

    if (replaced) {
        member->alive = true;
        member->leaving = false;
        member->pid = spare->pid;
        member->socket = spare->socket;
        member->out_from = member->in_from = 0;
        buf_reset(&member->out);
        buf_reset(&member->in);
        for (unsigned i = 0; i < crew->unnamed_count; i++)
            if (crew->unnamed[i] == spare)
                crew->unnamed[i] = member;
        spare->alive = false;
    } else {
        replaced = member_start(crew, member, err);
    }
    if (replaced)
        (void)member_start(crew, spare, &ignored);
    return replaced;
}

static void blame(struct crew *crew, struct job *job, int status, bool late)
{
    if (late)
        err_set(&job->err, ERR_LIMIT, "E-LIMIT-TIME",
                CREW_LATE " within %u ms; it was replaced",
                job->deadline_ms);
    else if (WIFSIGNALED(status))
        err_set(&job->err, ERR_WORKER, "E-WORKER",
                "the evaluator ended unexpectedly (signal %d); it was replaced",
                WTERMSIG(status));
    else
        err_set(&job->err, ERR_WORKER, "E-WORKER",
                "the evaluator ended unexpectedly; it was replaced");
    err_help(&job->err, "the policy is set aside after %u of these; rubric policy status shows it",
             crew->quarantine.deaths_max);
    quarantine_note(&crew->quarantine, job->policy, now_ns());
    job_done(crew, job, false);
}

/* The member has died, broken the protocol or is late: away with it. Its only
 * request is to blame; of several each is tried again alone. setup: it could
 * not even begin, and said why. */
static void member_lost(struct crew *crew, struct member *member, bool late,
                        const struct err *setup)
{
    uint64_t began = now_ns();
    struct queue flying = member->flying;
    struct err err = {0};
    int status = member_reap(crew, member, late, &err);
    struct job *jobs[256];
    size_t count = 0;

    queue_init(&member->flying);
    if (setup == NULL && err.kind != ERR_NONE)
        setup = &err;
    if (late)
        crew->figures.late++;
    else
        crew->figures.deaths++;
    if (setup != NULL) {
        for (struct job *job; (job = queue_take(&flying)) != NULL;) {
            job->err = *setup;
            job_done(crew, job, false);
        }
        return;
    }
    if (flying.count == 1 && !member->leaving) {
        blame(crew, queue_take(&flying), status, late);
    } else {
        while (flying.first != NULL && count < sizeof jobs / sizeof *jobs)
            jobs[count++] = queue_take(&flying);
        while (count > 0) {
            jobs[--count]->alone = !member->leaving;
            queue_put_first(&crew->waiting, jobs[count]);
        }
    }
    if (member_replace(crew, member, &err) &&
        now_ns() - began > crew->figures.replace_ns)
        crew->figures.replace_ns = now_ns() - began;
}

/* --- requests to members -------------------------------------------------------- */

static void member_give(struct crew *crew, struct member *member, struct job *job)
{
    job->id = ++crew->next_id;
    if (job->id == 0) /* 0 is not a request */
        job->id = ++crew->next_id;
    frame_put(&member->out, job->kind, job->id, job->bytes, job->len);
    if (member->flying.first == NULL)
        member->since_ns = now_ns();
    queue_put(&member->flying, job);
}

static bool may_take(const struct crew *crew, const struct member *member,
                     const struct job *job)
{
    if (member->flying.count == 0)
        return true;
    return !job->alone && !member->flying.first->alone &&
           member->flying.count < crew->options.in_flight;
}

/* The member with the least to do that may take the job: a dead one counts as
 * idle and is started. */
static struct member *choose(struct crew *crew, const struct job *job)
{
    struct member *best = NULL;

    for (unsigned i = 0; i < crew->options.workers; i++) {
        struct member *member = &crew->members[i];

        if (!may_take(crew, member, job))
            continue;
        if (best == NULL || member->flying.count < best->flying.count ||
            (member->flying.count == best->flying.count && member->alive &&
             !best->alive))
            best = member;
    }
    return best;
}

/* True if the other end has closed its socket. */
static bool is_gone(const struct member *member)
{
    char byte;

    return recv(member->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void hand_out_work(struct crew *crew)
{
    while (crew->waiting.first != NULL) {
        struct job *job = crew->waiting.first;
        struct member *member;

        if (quarantine_has(&crew->quarantine, job->policy)) {
            queue_take(&crew->waiting);
            err_set(&job->err, ERR_WORKER, "E-QUARANTINE",
                    "the policy '%s' is set aside: it ended the evaluator %u times",
                    job->policy, crew->quarantine.deaths_max);
            err_help(&job->err, "repair the policy, then 'rubric policy clear'");
            job_done(crew, job, false);
            continue;
        }
        member = choose(crew, job);
        if (member == NULL)
            return;
        if (member->alive && member->flying.first == NULL && is_gone(member)) {
            member_lost(crew, member, false, NULL);
            continue; /* it died idle: nobody's request is to blame */
        }
        queue_take(&crew->waiting);
        if (!member->alive && !member_start(crew, member, &job->err))
            job_done(crew, job, false);
        else
            member_give(crew, member, job);
    }
}

/* False: the other end is gone. */
static bool member_send(struct member *member)
{
    while (member->out_from < member->out.len) {
        ssize_t put = send(member->socket, member->out.data + member->out_from,
                           member->out.len - member->out_from,
                           MSG_DONTWAIT | MSG_NOSIGNAL);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        member->out_from += (size_t)put;
    }
    member->out_from = 0;
    buf_reset(&member->out);
    return true;
}

/* --- answers from members ------------------------------------------------------- */

static bool take_answer(struct crew *crew, struct member *member,
                        const struct frame *frame)
{
    struct job *job = member->flying.first;
    char *bytes;

    if (job == NULL || frame->id != job->id ||
        (frame->kind != FRAME_ANSWER && frame->kind != FRAME_ERROR))
        return false;
    if (frame->kind == FRAME_ERROR) {
        struct err err;

        if (!frame_get_err(frame, &err))
            return false;
        job->err = err;
    } else {
        bytes = malloc(frame->len + 1);
        if (bytes == NULL)
            return false;
        memcpy(bytes, frame->payload, frame->len);
        bytes[frame->len] = '\0';
        free(job->bytes);
        job->bytes = bytes;
        job->len = frame->len;
    }
    queue_take(&member->flying);
    member->since_ns = now_ns();
    job_done(crew, job, frame->kind == FRAME_ANSWER);
    if (frame->kind == FRAME_ERROR && job->err.kind == ERR_WORKER) {
        quarantine_note(&crew->quarantine, job->policy, now_ns());
        member->leaving = true;
        return false;
    }
    return true;
}

/* Takes all whole frames that have come. False: the member must go; *setup is
 * filled if it said that it could not begin. */
static bool take_frames(struct crew *crew, struct member *member,
                        struct err *setup)
{
    struct frame frame;
    size_t used;

    for (;;) {
        switch (frame_read(member->in.data + member->in_from,
                           member->in.len - member->in_from,
                           crew->options.worker.answer_max, &frame, &used)) {
        case FRAME_WRONG:
            return false;
        case FRAME_MORE:
            if (member->in_from == member->in.len) {
                buf_reset(&member->in);
                member->in_from = 0;
            }
            return true;
        case FRAME_WHOLE:
            break;
        }
        if (frame.id == 0) {
            frame_get_err(&frame, setup);
            return false;
        }
        if (!take_answer(crew, member, &frame))
            return false;
        member->in_from += used;
    }
}

static bool member_receive(struct crew *crew, struct member *member,
                           struct err *setup)
{
    for (;;) {
        ssize_t got;

        if (member->in_from > 0) {
            memmove(member->in.data, member->in.data + member->in_from,
                    member->in.len - member->in_from);
            member->in.len -= member->in_from;
            member->in_from = 0;
        }
        if (!buf_reserve(&member->in, READ_BYTES))
            return false;
        got = recv(member->socket, member->in.data + member->in.len,
                   member->in.room - member->in.len, MSG_DONTWAIT);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        if (got == 0)
            return false;
        member->in.len += (size_t)got;
        if (!take_frames(crew, member, setup))
            return false;
        if ((size_t)got < READ_BYTES)
            return true;
    }
}

/* --- waiting ------------------------------------------------------------------ */

/* Milliseconds until the first deadline, rounded up; -1: there is none. */
static int until_deadline(const struct crew *crew, uint64_t now)
{
    uint64_t least = UINT64_MAX;

    for (unsigned i = 0; i < crew->options.workers; i++) {
        const struct member *member = &crew->members[i];
        uint64_t due;

        if (!member->alive || member->flying.first == NULL)
            continue;
        due = member->since_ns +
              (uint64_t)member->flying.first->deadline_ms * 1000000u;
        if (due <= now)
            return 0;
        if (due - now < least)
            least = due - now;
    }
    if (least == UINT64_MAX)
        return -1;
    least = least / 1000000u + 1;
    return least > INT32_MAX ? INT32_MAX : (int)least;
}

static void end_the_late(struct crew *crew)
{
    uint64_t now = now_ns();

    for (unsigned i = 0; i < crew->options.workers; i++) {
        struct member *member = &crew->members[i];
        const struct job *job = member->alive ? member->flying.first : NULL;

        if (job != NULL &&
            now - member->since_ns >= (uint64_t)job->deadline_ms * 1000000u)
            member_lost(crew, member, true, NULL);
    }
}

static void serve_member(struct crew *crew, struct member *member, short events)
{
    struct err setup = {0};
    bool well = true;

    if (events & (POLLIN | POLLHUP | POLLERR))
        well = member_receive(crew, member, &setup);
    if (well && member->out_from < member->out.len && !member_send(member)) {
        /* Its last words may still lie in the socket. */
        (void)member_receive(crew, member, &setup);
        well = false;
    }
    if (!well)
        member_lost(crew, member, false,
                    setup.kind == ERR_NONE ? NULL : &setup);
}

/* The zygote has named a member, or could not make one. */
static void serve_zygote(struct crew *crew)
{
    struct member *member = crew->unnamed[0];
    struct err err = {0};

    if (!name_oldest(crew, 0, &err))
        member_lost(crew, member, false, &err);
}

static bool wait_for(struct crew *crew, int timeout_ms)
{
    struct pollfd polled[WORKERS_MAX + 1];
    struct member *members[WORKERS_MAX];
    nfds_t count = 0;
    int ready;

    for (unsigned i = 0; i < crew->options.workers; i++) {
        struct member *member = &crew->members[i];
        bool unsent = member->out_from < member->out.len;

        if (!member->alive)
            continue;
        members[count] = member;
        polled[count++] = (struct pollfd){
            member->socket, (short)(unsent ? POLLIN | POLLOUT : POLLIN), 0};
    }
    polled[count] = (struct pollfd){crew->zygote.socket, POLLIN, 0};
    ready = poll(polled, count + (crew->unnamed_count > 0), timeout_ms);
    if (ready <= 0)
        return false;
    if (crew->unnamed_count > 0 && polled[count].revents != 0)
        serve_zygote(crew);
    for (nfds_t i = 0; i < count; i++)
        if (polled[i].revents != 0 && members[i]->alive)
            serve_member(crew, members[i], polled[i].revents);
    return true;
}

/* One round: give, send, wait, take. */
static void turn(struct crew *crew)
{
    uint64_t began;

    if (crew->dying_count > 0)
        bury(crew, false);
    hand_out_work(crew);
    for (unsigned i = 0; i < crew->options.workers; i++) {
        struct member *member = &crew->members[i];

        if (member->alive && member->out_from < member->out.len)
            serve_member(crew, member, 0);
    }
    if (crew->done.first != NULL)
        return;
    began = now_ns();
    while (now_ns() - began < (uint64_t)crew->options.spin_us * 1000u)
        if (wait_for(crew, 0) && crew->done.first != NULL)
            return;
    wait_for(crew, until_deadline(crew, now_ns()));
    end_the_late(crew);
}

/* --- the outside ---------------------------------------------------------------- */

static void fill_options(struct crew_options *options)
{
    options->worker = worker_defaults(&options->worker);
    if (options->workers == 0)
        options->workers = processors();
    if (options->workers > WORKERS_MAX)
        options->workers = WORKERS_MAX;
    if (options->in_flight == 0)
        options->in_flight = 16;
    if (options->in_flight > 128)
        options->in_flight = 128;
    if (options->deaths_max == 0)
        options->deaths_max = 3;
    if (options->deaths_max > QUARANTINE_DEATHS)
        options->deaths_max = QUARANTINE_DEATHS;
    if (options->deaths_window_s == 0)
        options->deaths_window_s = 600;
}

bool crew_start(struct crew **crew, const struct crew_options *options,
                struct err *err)
{
    struct crew *made = calloc(1, sizeof *made);

    if (made == NULL)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    made->options = *options;
    fill_options(&made->options);
    made->quarantine.deaths_max = made->options.deaths_max;
    made->quarantine.window_ns =
        (uint64_t)made->options.deaths_window_s * 1000000000u;
    if (!zygote_start(&made->zygote, options->zygote_setup, &made->options.worker,
                      err)) {
        free(made);
        return false;
    }
    if (!member_start(made, &made->members[0], err)) {
        crew_stop(made);
        return false;
    }
    *crew = made;
    return true;
}

void crew_stop(struct crew *crew)
{
    if (crew == NULL)
        return;
    /* All are told to end before the first is waited for. */
    if (crew->unnamed_count == 0)
        kill(crew->zygote.pid, SIGKILL);
    for (unsigned i = 0; i < crew->options.workers; i++)
        if (crew->members[i].alive && crew->members[i].pid > 0)
            kill(crew->members[i].pid, SIGKILL);
    for (unsigned i = 0; i <= crew->options.workers; i++) {
        bool is_spare = i == crew->options.workers;
        struct member *member = is_spare ? &crew->spare : &crew->members[i];
        struct err err;

        if (member->alive)
            member_reap(crew, member, false, &err);
        queue_free(&member->flying);
        buf_free(&member->out);
        buf_free(&member->in);
    }
    bury(crew, true);
    zygote_stop(&crew->zygote);
    queue_free(&crew->waiting);
    queue_free(&crew->done);
    job_free(crew->handed_out);
    free(crew);
}

size_t crew_outstanding(const struct crew *crew)
{
    size_t count = crew->waiting.count + crew->done.count;

    for (unsigned i = 0; i < crew->options.workers; i++)
        count += crew->members[i].flying.count;
    return count;
}

size_t crew_room(const struct crew *crew)
{
    size_t most = (size_t)crew->options.workers * crew->options.in_flight * 2;
    size_t taken = crew_outstanding(crew);

    return taken < most ? most - taken : 0;
}

bool crew_submit(struct crew *crew, const struct crew_request *request,
                 struct err *err)
{
    struct job *job;

    assert(request->kind >= FRAME_REQUEST && request->deadline_ms > 0);
    if (request->len > crew->options.worker.request_max)
        return err_set(err, ERR_INPUT, "E-LIMIT-CASE",
                       "the request is larger than %zu MiB",
                       crew->options.worker.request_max >> 20);
    job = calloc(1, sizeof *job);
    if (job != NULL)
        job->bytes = malloc(request->len + 1);
    if (job == NULL || job->bytes == NULL) {
        free(job);
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    }
    if (request->len > 0)
        memcpy(job->bytes, request->payload, request->len);
    job->len = request->len;
    job->tag = request->tag;
    job->kind = request->kind;
    job->deadline_ms = request->deadline_ms;
    if (request->policy != NULL)
        snprintf(job->policy, sizeof job->policy, "%s", request->policy);
    queue_put(&crew->waiting, job);
    return true;
}

bool crew_collect(struct crew *crew, struct crew_answer *answer)
{
    struct job *job;

    while (crew->done.first == NULL) {
        if (crew_outstanding(crew) == 0)
            return false;
        turn(crew);
    }
    job_free(crew->handed_out);
    job = queue_take(&crew->done);
    crew->handed_out = job;
    *answer = (struct crew_answer){job->tag, job->ok, job->ok ? job->bytes : "",
                                   job->ok ? job->len : 0, job->err};
    return true;
}

bool crew_call(struct crew *crew, const struct crew_request *request,
               struct buf *answer, struct err *err)
{
    struct crew_answer got;

    assert(crew_outstanding(crew) == 0); /* one or many, not both at a time */
    buf_reset(answer);
    if (!crew_submit(crew, request, err) || !crew_collect(crew, &got))
        return false;
    if (!got.ok) {
        if (err != NULL)
            *err = got.err;
        return false;
    }
    buf_put(answer, got.bytes, got.len);
    if (answer->failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    return true;
}

bool crew_set_aside(const struct crew *crew, const char *policy)
{
    return quarantine_has(&crew->quarantine, policy);
}

void crew_forgive(struct crew *crew, const char *policy)
{
    quarantine_forgive(&crew->quarantine, policy);
}

struct crew_figures crew_figures(const struct crew *crew)
{
    return crew->figures;
}
