/*
 * pipe.c - the Lua module rubric.pipe: a program at the other end of a socket,
 * asked and answered line by line.
 *
 * It is loaded by the Lua that busted runs under, never by ours, and links with
 * nothing of rubric: the specs talk to the same program that everybody runs.
 * Each function reads its arguments, works, then pushes; the descriptor and the
 * process belong to a userdata that closes them when it is collected.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>

#define PIPE_T "rubric.pipe"
#define ARGS_MAX 32

extern char **environ;

struct pipe {
    int fd;    /* -1: closed */
    pid_t pid; /* 0: already waited for */
};

int luaopen_rubric_pipe(lua_State *L);

static int push_failure(lua_State *L, const char *what, int number)
{
    lua_pushnil(L);                                       /* nil         */
    lua_pushfstring(L, "%s: %s", what, strerror(number)); /* nil message */
    return 2;
}

/* Starts the program with one end of the socket as its input and output.
 * Returns 0 or an errno; the rest of our descriptors close on exec. */
static int start(struct pipe *pipe, char **args)
{
    posix_spawn_file_actions_t actions;
    int ends[2];
    int number;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return errno;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    number = posix_spawnp(&pipe->pid, args[0], &actions, NULL, args, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (number == 0) {
        pipe->fd = ends[0];
    } else {
        pipe->pid = 0;
        close(ends[0]);
    }
    return number;
}

/* open(program, arg...) -> pipe | nil, message */
static int pipe_open(lua_State *L)
{
    int count = lua_gettop(L);
    char *args[ARGS_MAX + 1];
    struct pipe *pipe;
    int number;

    luaL_argcheck(L, count >= 1 && count <= ARGS_MAX, 1, "a program and a few arguments");
    for (int i = 0; i < count; i++)
        args[i] = (char *)(uintptr_t)luaL_checkstring(L, i + 1); /* spawn does not write to them */
    args[count] = NULL;
    pipe = lua_newuserdatauv(L, sizeof *pipe, 0); /* ... pipe */
    pipe->fd = -1;
    pipe->pid = 0;
    luaL_setmetatable(L, PIPE_T);
    number = start(pipe, args);
    return number == 0 ? 1 : push_failure(L, args[0], number);
}

static int send_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, text, len, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return errno;
        text += sent;
        len -= (size_t)sent;
    }
    return 0;
}

/* Waits for bytes. Returns how many came (0 at the end), or -1 with errno. */
static ssize_t receive(int fd, char *part, size_t size, int timeout_ms)
{
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    ssize_t got;
    int ready;

    do
        ready = poll(&waiting, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    if (ready == 0)
        errno = ETIMEDOUT;
    if (ready <= 0)
        return -1;
    do
        got = recv(fd, part, size, 0);
    while (got < 0 && errno == EINTR);
    return got;
}

/* pipe:ask(line [, seconds]) -> line | nil, message. The answer is one line, for
 * nothing more is asked before it came. */
static int pipe_ask(lua_State *L)
{
    struct pipe *pipe = luaL_checkudata(L, 1, PIPE_T);
    size_t len;
    const char *line = luaL_checklstring(L, 2, &len);
    int timeout_ms = (int)luaL_optinteger(L, 3, 60) * 1000;
    luaL_Buffer answer;
    int number;

    luaL_argcheck(L, memchr(line, '\n', len) == NULL, 2, "a line has no line end in it");
    if (pipe->fd < 0)
        return push_failure(L, "the program is closed", EPIPE);
    number = send_all(pipe->fd, line, len);
    if (number == 0)
        number = send_all(pipe->fd, "\n", 1);
    if (number != 0)
        return push_failure(L, "the program cannot be asked", number);
    luaL_buffinit(L, &answer);
    for (;;) {
        char *part = luaL_prepbuffer(&answer);
        ssize_t got = receive(pipe->fd, part, LUAL_BUFFERSIZE, timeout_ms);

        if (got <= 0)
            return push_failure(L, "the program gave no answer", got == 0 ? EPIPE : errno);
        if (part[got - 1] == '\n') {
            luaL_addsize(&answer, (size_t)got - 1);
            luaL_pushresult(&answer);
            return 1;
        }
        luaL_addsize(&answer, (size_t)got);
    }
}

/* pipe:close() -> the exit status, or nil if it was closed before */
static int pipe_close(lua_State *L)
{
    struct pipe *pipe = luaL_checkudata(L, 1, PIPE_T);
    int status = 0;

    if (pipe->fd >= 0)
        close(pipe->fd);
    pipe->fd = -1;
    if (pipe->pid == 0)
        return 0;
    while (waitpid(pipe->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    pipe->pid = 0;
    lua_pushinteger(L, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 1;
}

static const luaL_Reg pipe_methods[] = {
    {"ask", pipe_ask},
    {"close", pipe_close},
    {NULL, NULL},
};

static const luaL_Reg pipe_metamethods[] = {
    {"__gc", pipe_close},
    {"__close", pipe_close},
    {NULL, NULL},
};

static const luaL_Reg pipe_functions[] = {
    {"open", pipe_open},
    {NULL, NULL},
};

int luaopen_rubric_pipe(lua_State *L)
{
    luaL_newmetatable(L, PIPE_T);          /* meta         */
    luaL_setfuncs(L, pipe_metamethods, 0); /* meta         */
    luaL_newlib(L, pipe_methods);          /* meta methods */
    lua_setfield(L, -2, "__index");        /* meta         */
    lua_pushliteral(L, "locked");          /* meta "locked" */
    lua_setfield(L, -2, "__metatable");    /* meta         */
    luaL_newlib(L, pipe_functions);        /* meta module  */
    return 1;
}
