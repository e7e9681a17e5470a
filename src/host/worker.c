/*
 * worker.c - the loop of a worker process.
 */
#include "host/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "host/frame.h"
#include "host/lockdown.h"

#define BATCH_BYTES ((size_t)64 << 10) /* answers held back at most */
#define BATCH_NS 500000                /* and for how long */
#define WIPE_BYTES ((size_t)1 << 20)   /* from here on by madvise */
#define KEEP_MAX 16
#define ANSWER_LEAST ((size_t)4096) /* an error must fit */

struct loop {
    int socket;
    const struct worker_options *options;
    char *in;       /* request_max and a head */
    size_t in_from; /* what is not handled yet: [in_from, in_to) */
    size_t in_to;
    size_t in_room;
    char *out; /* BATCH_BYTES, answer_max and a head */
    size_t out_len;
    uint64_t batch_began; /* when the oldest answer held back was asked for */
};

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

struct worker_options worker_defaults(const struct worker_options *options)
{
    struct worker_options filled = *options;

    if (filled.request_max == 0)
        filled.request_max = 32u << 20;
    if (filled.answer_max == 0)
        filled.answer_max = 8u << 20;
    if (filled.answer_max < ANSWER_LEAST)
        filled.answer_max = ANSWER_LEAST;
    if (filled.heap_reserve == 0)
        filled.heap_reserve = 256u << 10;
    return filled;
}

bool worker_detach(struct err *err)
{
    int fd = open("/dev/null", O_RDWR);

    if (fd < 0)
        return err_errno(err, ERR_STORE, "E-WORKER", "/dev/null");
    for (int std = 0; std <= 2; std++)
        if (fd != std && dup2(fd, std) < 0)
            return err_errno(err, ERR_STORE, "E-WORKER", "/dev/null");
    if (fd > 2)
        close(fd);
    return true;
}

/* Nobody hears us any more, or nobody should: the end. */
static _Noreturn void leave(int status)
{
    _exit(status);
}

static void write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, bytes, len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            leave(1);
        bytes += put;
        len -= (size_t)put;
    }
}

/* Zeroes what was a request or an answer; of much, whole pages are given back. */
static void wipe(char *at, size_t len)
{
    const size_t page = 4096;
    size_t edge = (page - (uintptr_t)at % page) % page;
    size_t whole = len >= WIPE_BYTES ? (len - edge) / page * page : 0;

    if (whole > 0 && madvise(at + edge, whole, MADV_DONTNEED) == 0) {
        memset(at, 0, edge);
        memset(at + edge + whole, 0, len - edge - whole);
        return;
    }
    memset(at, 0, len);
}

/* Hands over the answers, and forgets them. */
static void flush(struct loop *loop)
{
    write_all(loop->socket, loop->out, loop->out_len);
    wipe(loop->out, loop->out_len);
    loop->out_len = 0;
}

/* Reads more, at least until the frame that starts at in_from can be whole. */
static void read_more(struct loop *loop)
{
    ssize_t got;

    if (loop->in_from > 0) {
        memmove(loop->in, loop->in + loop->in_from, loop->in_to - loop->in_from);
        memset(loop->in + loop->in_to - loop->in_from, 0, loop->in_from);
        loop->in_to -= loop->in_from;
        loop->in_from = 0;
    }
    do {
        got = read(loop->socket, loop->in + loop->in_to,
                   loop->in_room - loop->in_to);
    } while (got < 0 && errno == EINTR);
    if (got <= 0)
        leave(got == 0 ? 0 : 1);
    loop->in_to += (size_t)got;
}

static void put_error(struct loop *loop, uint32_t id, const struct err *err)
{
    struct buf out = buf_fixed(loop->out + loop->out_len,
                               FRAME_HEAD + loop->options->answer_max);

    frame_put_err(&out, id, err);
    loop->out_len += out.len;
}

static void answer(struct loop *loop, const struct frame *frame)
{
    const struct worker_options *options = loop->options;
    char *head = loop->out + loop->out_len;
    struct buf body = buf_fixed(head + FRAME_HEAD, options->answer_max);
    struct buf whole = buf_fixed(head, FRAME_HEAD + options->answer_max);
    struct err err = {0};

    if (options->handle(options->context, frame->kind, frame->payload, frame->len,
                        &body, &err)) {
        if (!body.failed) {
            whole.len = FRAME_HEAD + body.len;
            frame_end(&whole, 0, FRAME_ANSWER, frame->id);
            loop->out_len += whole.len;
            return;
        }
        err_set(&err, ERR_LIMIT, "E-LIMIT-RESULT",
                "the answer is larger than %zu KiB", options->answer_max >> 10);
    }
    wipe(body.data, body.len);
    put_error(loop, frame->id, &err);
    if (err.kind == ERR_WORKER || err.kind == ERR_NONE) {
        flush(loop);
        leave(1);
    }
}

static _Noreturn void serve(struct loop *loop)
{
    for (;;) {
        struct frame frame;
        size_t used;

        switch (frame_read(loop->in + loop->in_from, loop->in_to - loop->in_from,
                           loop->options->request_max, &frame, &used)) {
        case FRAME_WRONG:
            leave(1);
        case FRAME_MORE:
            if (loop->out_len > 0)
                flush(loop);
            read_more(loop);
            loop->batch_began = now_ns();
            continue;
        case FRAME_WHOLE:
            break;
        }
        if (frame.kind < FRAME_REQUEST)
            leave(1);
        answer(loop, &frame);
        /* This case is answered: its bytes are nobody's business any more. */
        wipe(loop->in + loop->in_from, used);
        loop->in_from += used;
        if (loop->out_len > BATCH_BYTES || now_ns() - loop->batch_began > BATCH_NS) {
            flush(loop);
            loop->batch_began = now_ns();
        }
    }
}

static bool map_buffers(struct loop *loop, struct err *err)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    size_t out_room = BATCH_BYTES + 2 * FRAME_HEAD + loop->options->answer_max;
    char *both;

    loop->in_room = loop->options->request_max + FRAME_HEAD;
    both = mmap(NULL, loop->in_room + out_room,
                PROT_READ | PROT_WRITE, flags, -1, 0);
    if (both == MAP_FAILED)
        return err_errno(err, ERR_MEMORY, "E-WORKER", "the worker's buffers");
    loop->in = both;
    loop->out = both + loop->in_room;
    return true;
}

static bool prepare(struct loop *loop, int parent, struct err *err)
{
    const struct worker_options *options = loop->options;
    int keep[KEEP_MAX] = {0, 1, 2, loop->socket};
    struct lockdown_options lock = {keep, 4, options->memory_margin,
                                    options->no_landlock, parent};

    if (!lockdown_begin(&lock, err))
        return false;
    if (options->setup != NULL && !options->setup(options->context, err))
        return false;
    if (options->keep_count > KEEP_MAX - lock.keep_count)
        return err_set(err, ERR_USAGE, "E-WORKER", "too many open files to keep");
    for (size_t i = 0; i < options->keep_count; i++)
        keep[lock.keep_count++] = options->keep[i];
    lockdown_heap(options->heap_reserve);
    return map_buffers(loop, err) && lockdown_finish(&lock, err);
}

_Noreturn void worker_run(int socket, int parent,
                          const struct worker_options *options)
{
    struct worker_options filled = worker_defaults(options);
    struct loop loop = {.socket = socket, .options = &filled};
    struct err err = {0};

    if (!prepare(&loop, parent, &err)) {
        char text[FRAME_HEAD + sizeof err + 8];
        struct buf out = buf_fixed(text, sizeof text);

        frame_put_err(&out, 0, &err); /* id 0: not the answer to a request */
        write_all(socket, out.data, out.len);
        leave(2);
    }
    serve(&loop);
}
