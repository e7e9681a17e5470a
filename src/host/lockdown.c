/*
 * lockdown.c - the walls around a worker, by plain system calls.
 *
 * No library helps here: the filter is forty instructions, and each of them
 * should be readable by whoever must trust it.
 */
#include "host/lockdown.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define CHECKED_BUILD 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define CHECKED_BUILD 1
#endif
#ifndef CHECKED_BUILD
#define CHECKED_BUILD 0
#endif

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "lockdown.c: the system call filter has no entry for this machine"
#endif

/* Rights that Debian 12's header does not name yet; the kernel's ABI says which
 * of them it knows. */
#define FS_ABI_1 0x1fffu       /* execute ... make_sym */
#define FS_REFER (1u << 13)    /* ABI 2 */
#define FS_TRUNCATE (1u << 14) /* ABI 3 */
#define FS_IOCTL_DEV (1u << 15) /* ABI 5 */
#define NET_TCP 0x3u           /* ABI 4: bind and connect */
#define SCOPE_ALL 0x3u         /* ABI 6: abstract sockets and signals */

struct landlock_rules {
    uint64_t fs;
    uint64_t net;
    uint64_t scoped;
};

bool lockdown_is_checked_build(void)
{
    return CHECKED_BUILD != 0;
}

bool lockdown_begin(const struct lockdown_options *options, struct err *err)
{
    struct rlimit none = {0, 0};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
        setrlimit(RLIMIT_CORE, &none) != 0)
        return err_errno(err, ERR_STORE, "E-LOCKDOWN", "the worker's rights");
    /* The parent may have died before its death could be noticed. */
    if (options->parent != 0 && getppid() != options->parent)
        _exit(0);
    return true;
}

void lockdown_heap(size_t reserve)
{
    char *memory;

    mallopt(M_MMAP_MAX, 0);  /* free() would have to unmap */
    mallopt(M_ARENA_MAX, 1); /* a second one would count processors, in /sys */
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    memory = malloc(reserve);
    free(memory);
}

static int order_int(const void *a, const void *b)
{
    int left = *(const int *)a;
    int right = *(const int *)b;

    return (left > right) - (left < right);
}

bool lockdown_close_others(const int *keep, size_t count, struct err *err)
{
    int sorted[16];
    unsigned from = 0;

    if (count > sizeof sorted / sizeof *sorted)
        return err_set(err, ERR_USAGE, "E-LOCKDOWN", "too many open files to keep");
    if (count > 0)
        memcpy(sorted, keep, count * sizeof *keep);
    qsort(sorted, count, sizeof *sorted, order_int);
    for (size_t i = 0; i <= count; i++) {
        unsigned to = i < count ? (unsigned)sorted[i] : ~0u;

        if (from < to &&
            syscall(SYS_close_range, from, i < count ? to - 1 : to, 0) != 0)
            return err_errno(err, ERR_STORE, "E-LOCKDOWN", "the worker's files");
        from = to + 1;
    }
    return true;
}

/* Bytes of address space in use now; 0 if that cannot be learned. */
static size_t address_space(void)
{
    char text[64] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t got;

    if (fd < 0)
        return 0;
    got = read(fd, text, sizeof text - 1);
    close(fd);
    return got <= 0 ? 0 : strtoull(text, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

bool lockdown_limits(const struct lockdown_options *options, struct err *err)
{
    size_t margin = options->memory_margin == 0 ? 16u << 20 : options->memory_margin;
    size_t mapped = CHECKED_BUILD ? 0 : address_space();
    struct rlimit none = {0, 0};
    struct rlimit files = {0, 0};
    struct rlimit memory = {mapped + margin, mapped + margin};

    for (size_t i = 0; i < options->keep_count; i++)
        if ((rlim_t)options->keep[i] + 1 > files.rlim_max)
            files.rlim_cur = files.rlim_max = (rlim_t)options->keep[i] + 1;
    if (setrlimit(RLIMIT_FSIZE, &none) != 0 || setrlimit(RLIMIT_NPROC, &none) != 0 ||
        setrlimit(RLIMIT_NOFILE, &files) != 0 ||
        (!CHECKED_BUILD && setrlimit(RLIMIT_DATA, &none) != 0) ||
        (mapped > 0 && setrlimit(RLIMIT_AS, &memory) != 0))
        return err_errno(err, ERR_STORE, "E-LOCKDOWN", "the worker's limits");
    return true;
}

int lockdown_landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
                       LANDLOCK_CREATE_RULESET_VERSION);

    return abi < 0 ? 0 : (int)abi;
}

/* A ruleset that handles everything this kernel knows and allows nothing. */
bool lockdown_landlock(struct err *err)
{
    struct landlock_rules rules = {FS_ABI_1, 0, 0};
    size_t size = sizeof rules.fs;
    int abi = lockdown_landlock_abi();
    int fd;

    if (abi < 1)
        return err_set(err, ERR_STORE, "E-LANDLOCK",
                       "this kernel has no Landlock for the worker");
    if (abi >= 2)
        rules.fs |= FS_REFER;
    if (abi >= 3)
        rules.fs |= FS_TRUNCATE;
    if (abi >= 5)
        rules.fs |= FS_IOCTL_DEV;
    if (abi >= 4) {
        rules.net = NET_TCP;
        size = 2 * sizeof rules.fs;
    }
    if (abi >= 6) {
        rules.scoped = SCOPE_ALL;
        size = sizeof rules;
    }
    fd = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    if (fd < 0 || syscall(SYS_landlock_restrict_self, fd, 0) != 0)
        return err_errno(err, ERR_STORE, "E-LANDLOCK", "Landlock for the worker");
    close(fd);
    return true;
}

#define LOAD(field) \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define KILL BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)
#define NO_MEMORY BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOMEM)
/* If the call is nr, do the next statement, else skip it. */
#define ON(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 1)

static const struct sock_filter filter[] = {
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    KILL,
    LOAD(nr),
    ON(SYS_read), ALLOW,
    ON(SYS_write), ALLOW,
    ON(SYS_pread64), ALLOW,
    ON(SYS_timer_settime), ALLOW,
    ON(SYS_rt_sigreturn), ALLOW,
    ON(SYS_madvise), ALLOW,
    ON(SYS_clock_gettime), ALLOW,
    ON(SYS_exit_group), ALLOW,
    /* malloc may ask for more and is told that there is none: of brk by
     * RLIMIT_DATA (glibc does not understand an error from it), of mmap here. */
    ON(SYS_brk), ALLOW,
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 3),
    LOAD(args[2]),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
    NO_MEMORY,
    KILL,
};

bool lockdown_seccomp(struct err *err)
{
    struct sock_fprog program;

    memset(&program, 0, sizeof program);
    program.len = (unsigned short)(sizeof filter / sizeof *filter);
    memcpy(&program.filter, &(const struct sock_filter *){filter},
           sizeof program.filter); /* the kernel only reads it */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
        return err_errno(err, ERR_STORE, "E-SECCOMP",
                         "the system call filter for the worker");
    return true;
}

bool lockdown_finish(const struct lockdown_options *options, struct err *err)
{
    if (!lockdown_close_others(options->keep, options->keep_count, err))
        return false;
    if (!(options->no_landlock && lockdown_landlock_abi() < 1) &&
        !lockdown_landlock(err))
        return err_help(err, "a kernel of 5.13 or later has it; 'rubric --no-landlock COMMAND' "
                             "goes without, see docs/security.md");
    if (!lockdown_limits(options, err))
        return false;
    return CHECKED_BUILD || lockdown_seccomp(err);
}
