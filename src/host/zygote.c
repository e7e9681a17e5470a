/*
 * zygote.c - forking workers from a clean process.
 */
#include "host/zygote.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/lockdown.h"

/* What the zygote says about each worker it was asked for. */
struct naming {
    pid_t pid; /* -1: there is none, see err */
    struct err err;
};

/* One descriptor and one byte. */
static bool send_socket(int over, int socket)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    char byte = 'w';
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    struct cmsghdr *head;

    memset(&control, 0, sizeof control);
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof socket);
    memcpy(CMSG_DATA(head), &socket, sizeof socket);
    return sendmsg(over, &message, MSG_NOSIGNAL) == 1;
}

/* -1: the host is gone. */
static int receive_socket(int over)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    char byte;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    struct cmsghdr *head;
    ssize_t got;
    int socket;

    memset(&control, 0, sizeof control);
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    do {
        got = recvmsg(over, &message, 0);
    } while (got < 0 && errno == EINTR);
    head = got == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    if (head == NULL || head->cmsg_type != SCM_RIGHTS)
        return -1;
    memcpy(&socket, CMSG_DATA(head), sizeof socket);
    return socket;
}

/* A sibling: the new process is a child of the host. Plain fork() otherwise;
 * the zygote has one thread, so no lock can be held. */
static pid_t fork_sibling(void)
{
    return (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
}

static _Noreturn void serve(int socket, pid_t host, const struct err *broken,
                            const struct worker_options *options)
{
    struct naming naming;

    for (;;) {
        int worker = receive_socket(socket);

        if (worker < 0)
            _exit(0);
        memset(&naming, 0, sizeof naming);
        naming.pid = -1;
        if (broken->kind != ERR_NONE) {
            naming.err = *broken;
        } else {
            naming.pid = fork_sibling();
            if (naming.pid == 0) {
                close(socket);
                worker_run(worker, host, options);
            }
            if (naming.pid < 0)
                err_errno(&naming.err, ERR_STORE, "E-WORKER", "a new worker");
        }
        /* Named first, closed then: the host never sees the end of a worker
         * without its name. */
        if (send(socket, &naming, sizeof naming, MSG_NOSIGNAL) < 0)
            _exit(0);
        close(worker);
    }
}

static _Noreturn void run(int socket, pid_t host, worker_setup *setup,
                          const struct worker_options *options)
{
    struct lockdown_options lock = {.parent = host};
    struct err err = {0};
    int keep[16] = {0, 1, 2, socket};
    size_t count = 4;

    for (size_t i = 0; i < options->keep_count && count < 16; i++)
        keep[count++] = options->keep[i];
    if (worker_detach(&err) && lockdown_close_others(keep, count, &err) &&
        lockdown_begin(&lock, &err) && setup != NULL &&
        !setup(options->context, &err) && err.kind == ERR_NONE)
        err_set(&err, ERR_WORKER, "E-WORKER", "the evaluator could not be prepared");
    serve(socket, host, &err, options);
}

bool zygote_start(struct zygote *zygote, worker_setup *setup,
                  const struct worker_options *options, struct err *err)
{
    pid_t host = getpid();
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return err_errno(err, ERR_STORE, "E-WORKER", "a socket for the workers");
    zygote->pid = fork();
    if (zygote->pid == 0) {
        /* The sockets may be 0, 1 or 2 if the caller had closed those. */
        int socket = ends[1];

        while (socket >= 0 && socket <= 2)
            socket = dup(socket);
        run(socket, host, setup, options);
    }
    close(ends[1]);
    if (zygote->pid < 0) {
        close(ends[0]);
        return err_errno(err, ERR_STORE, "E-WORKER", "a process for the workers");
    }
    zygote->socket = ends[0];
    return true;
}

void zygote_stop(struct zygote *zygote)
{
    close(zygote->socket);
    kill(zygote->pid, SIGKILL);
    while (waitpid(zygote->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

bool zygote_ask(struct zygote *zygote, int *socket, struct err *err)
{
    int ends[2];
    bool sent;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return err_errno(err, ERR_STORE, "E-WORKER", "a socket for a worker");
    sent = send_socket(zygote->socket, ends[1]);
    close(ends[1]);
    if (!sent) {
        close(ends[0]);
        return err_set(err, ERR_WORKER, "E-WORKER",
                       "the evaluator cannot be started again");
    }
    *socket = ends[0];
    return true;
}

bool zygote_named(struct zygote *zygote, int timeout_ms, pid_t *pid,
                  struct err *err)
{
    struct pollfd poll_for = {zygote->socket, POLLIN, 0};
    struct naming naming;
    ssize_t got;
    int ready;

    *pid = 0;
    do {
        ready = poll(&poll_for, 1, timeout_ms);
    } while (ready < 0 && errno == EINTR);
    if (ready == 0)
        return true;
    do {
        got = recv(zygote->socket, &naming, sizeof naming, 0);
    } while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof naming)
        return err_set(err, ERR_WORKER, "E-WORKER",
                       "the evaluator cannot be started");
    if (naming.pid < 0) {
        *err = naming.err;
        return false;
    }
    *pid = naming.pid;
    return true;
}
