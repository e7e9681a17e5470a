/*
 * walls.c - trying the walls, one child process each.
 */
#include "host/walls.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/crew.h"
#include "host/lockdown.h"
#include "lua/lua_box.h"
#include "lua/lua_try.h"

/* What a child says by its exit status. */
enum said { SAID_REFUSED = 0, SAID_SUCCEEDED = 40, SAID_UNLOCKED = 41 };

typedef int attempt(void); /* SAID_REFUSED, or SAID_SUCCEEDED */

enum lock { LOCK_ALL, LOCK_LANDLOCK, LOCK_NONE };

struct trial {
    struct wall wall;
    enum lock lock;
    attempt *what;
    int landlock_abi; /* needs at least this one */
};

static int said(bool refused)
{
    return refused ? SAID_REFUSED : SAID_SUCCEEDED;
}

static int read_a_file(void)
{
    return said(open("/etc/passwd", O_RDONLY) < 0);
}

static int write_a_file(void)
{
    return said(open("/tmp/rubric-doctor", O_CREAT | O_WRONLY | O_EXCL, 0600) < 0);
}

static int reach_the_network(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return said(fd < 0 || (connect(fd, (const struct sockaddr *)&address,
                                   sizeof address) < 0 && errno == EACCES));
}

static int run_a_program(void)
{
    execl("/bin/true", "true", (char *)NULL);
    return SAID_REFUSED;
}

static int make_a_process(void)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    return said(child < 0);
}

static int signal_another(void)
{
    return said(kill(getppid(), 0) < 0);
}

static int trace_another(void)
{
    return said(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) < 0);
}

static int run_new_code(void)
{
    return said(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
}

static int take_more_memory(void)
{
    for (int i = 0; i < 1000; i++) {
        char *memory = malloc((size_t)1 << 20);

        if (memory == NULL)
            return SAID_REFUSED;
        memory[0] = 'x';
    }
    return SAID_SUCCEEDED;
}

/* Tried before the lock is complete, since asking is not allowed afterwards. */
static int leave_a_core(void)
{
    struct lockdown_options options = {0};
    struct rlimit core;
    struct err err;

    return said(lockdown_begin(&options, &err) && prctl(PR_GET_DUMPABLE) == 0 &&
                getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0);
}

/* A text that must end with one of two codes. */
static int end_text(const char *text, const char *code, const char *other)
{
    struct lua_limits limits = lua_limits_default;
    struct lua_box_options options = {0};
    struct buf result = BUF_INIT;
    struct lua_box *box;
    struct err err = {0};

    limits.time_us = 50000;
    limits.memory = 4u << 20;
    if (!lua_box_open(&box, &options, &err) || !lua_box_fresh(box, &err))
        return SAID_UNLOCKED;
    return said(!lua_try(box, "doctor.lua", text, strlen(text), false, &limits,
                         &result, &err) &&
                (strcmp(err.code, code) == 0 || strcmp(err.code, other) == 0));
}

static int run_an_endless_loop(void)
{
    return end_text("while true do end", "E-LIMIT-TIME", "");
}

static int run_an_endless_call(void)
{
    return end_text("return (('a'):rep(40000)):find(('.-'):rep(20) .. 'b')",
                    "E-LIMIT-TIME", "");
}

static int fill_the_arena(void)
{
    return end_text("local t = {} for i = 1, 1e9 do t[i] = {} end", "E-LIMIT-MEMORY",
                    "E-LIMIT-TIME");
}

static int name_the_system(void)
{
    return end_text("return os.execute('true')", "E-NAME", "");
}

/* Marks what it can, and looks whether a restored interpreter still has it. */
static int mark_the_next(void)
{
    static const char mark[] = "local t = {} for i = 1, 999 do t[i] = {} end return 1";
    struct lua_limits limits = lua_limits_default;
    struct lua_box_options options = {0};
    struct buf result = BUF_INIT;
    struct lua_image *image;
    struct lua_box *box;
    struct err err = {0};
    uint64_t before;
    bool same;

    limits.time_us = 2000000;
    if (!lua_box_open(&box, &options, &err) || !lua_box_fresh(box, &err) ||
        !lua_box_save(box, &image, &err))
        return SAID_UNLOCKED;
    lua_box_restore(box, image);
    before = lua_box_hash(box);
    if (!lua_try(box, "doctor.lua", mark, sizeof mark - 1, false, &limits, &result,
                 &err) || lua_box_hash(box) == before)
        return SAID_UNLOCKED;
    lua_box_restore(box, image);
    same = lua_box_hash(box) == before;
    return said(same);
}

static bool loop_forever(void *context, uint16_t kind, const char *payload, size_t len,
                         struct buf *out, struct err *err)
{
    volatile bool on = kind == FRAME_REQUEST;

    (void)context;
    (void)err;
    while (on)
        ;
    buf_put(out, payload, len);
    return true;
}

static int hold_up_the_host(void)
{
    struct crew_request request = {FRAME_REQUEST, NULL, "x", 1, 50, 0};
    struct crew_options options = {.worker.handle = loop_forever, .workers = 1};
    struct buf answer = BUF_INIT;
    struct crew *crew;
    struct err err = {0};
    bool killed;
    bool replaced;

    if (!crew_start(&crew, &options, &err))
        return SAID_UNLOCKED;
    killed = !crew_call(crew, &request, &answer, &err) &&
             strcmp(err.code, "E-LIMIT-TIME") == 0;
    request.kind++;
    request.deadline_ms = 2000;
    replaced = crew_call(crew, &request, &answer, &err);
    crew_stop(crew);
    return said(killed && replaced);
}

static const struct trial trials[] = {
    {{"file-read", "read a file", true}, LOCK_ALL, read_a_file, 0},
    {{"file-write", "write a file", true}, LOCK_ALL, write_a_file, 0},
    {{"network", "reach the network", true}, LOCK_ALL, reach_the_network, 0},
    {{"program", "run a program", true}, LOCK_ALL, run_a_program, 0},
    {{"process", "make a process", true}, LOCK_ALL, make_a_process, 0},
    {{"signal", "signal another process", true}, LOCK_ALL, signal_another, 0},
    {{"trace", "read another process", true}, LOCK_ALL, trace_another, 0},
    {{"code", "run code made at run time", true}, LOCK_ALL, run_new_code, 0},
    {{"memory", "take more memory than it was given", true}, LOCK_ALL,
     take_more_memory, 0},
    {{"core", "leave a core dump", true}, LOCK_NONE, leave_a_core, 0},
    {{"landlock-file", "read a file, by Landlock alone", true}, LOCK_LANDLOCK,
     read_a_file, 1},
    {{"landlock-network", "reach the network, by Landlock alone", false},
     LOCK_LANDLOCK, reach_the_network, 4},
    {{"landlock-signal", "signal another process, by Landlock alone", false},
     LOCK_LANDLOCK, signal_another, 6},
    {{"host-clock", "hold up the host: a late worker is killed and replaced", true},
     LOCK_NONE, hold_up_the_host, 0},
    {{"soft-end", "run an endless loop in a policy", true}, LOCK_NONE,
     run_an_endless_loop, 0},
    {{"hard-end", "run an endless library call in a policy", true}, LOCK_NONE,
     run_an_endless_call, 0},
    {{"arena", "fill memory from a policy", true}, LOCK_NONE, fill_the_arena, 0},
    {{"names", "name the operating system in a policy", true}, LOCK_NONE,
     name_the_system, 0},
    {{"image", "leave a mark for the next request", true}, LOCK_NONE, mark_the_next,
     0},
};

static _Noreturn void run_child(const struct trial *trial)
{
    int keep[] = {0, 1, 2};
    struct lockdown_options options = {keep, 3, 0, true, 0};
    struct err err = {0};
    bool locked = true;

    if (trial->lock == LOCK_ALL) {
        lockdown_heap(64u << 10);
        locked = lockdown_begin(&options, &err) && lockdown_finish(&options, &err);
    } else if (trial->lock == LOCK_LANDLOCK) {
        locked = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && lockdown_landlock(&err);
    }
    _exit(locked ? trial->what() : SAID_UNLOCKED);
}

size_t wall_count(void)
{
    return sizeof trials / sizeof *trials;
}

const struct wall *wall_at(size_t index)
{
    return &trials[index].wall;
}

/* What a child's end means. */
static struct wall_result judge(int status)
{
    struct wall_result result = {WALL_FAILS, ""};
    const char *detail;

    if (WIFSIGNALED(status)) {
        result.state = WTERMSIG(status) == SIGSYS ? WALL_HOLDS : WALL_FAILS;
        snprintf(result.detail, sizeof result.detail, "%s (signal %d)",
                 result.state == WALL_HOLDS ? "ended the worker" : "it crashed",
                 WTERMSIG(status));
        return result;
    }
    switch (WEXITSTATUS(status)) {
    case SAID_REFUSED:
        result.state = WALL_HOLDS;
        detail = "refused";
        break;
    case SAID_UNLOCKED:
        detail = "the wall could not be put up";
        break;
    default:
        detail = "it succeeded";
        break;
    }
    snprintf(result.detail, sizeof result.detail, "%s", detail);
    return result;
}

struct wall_result wall_try(size_t index)
{
    const struct trial *trial = &trials[index];
    struct wall_result result = {WALL_ABSENT, ""};
    int status = 0;
    pid_t child;

    if (lockdown_landlock_abi() < trial->landlock_abi) {
        snprintf(result.detail, sizeof result.detail,
                 "this kernel has Landlock %d, it needs %d", lockdown_landlock_abi(),
                 trial->landlock_abi);
        return result;
    }
    child = fork();
    if (child == 0)
        run_child(trial);
    if (child < 0) {
        snprintf(result.detail, sizeof result.detail, "no process could be made");
        return result;
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return judge(status);
}
