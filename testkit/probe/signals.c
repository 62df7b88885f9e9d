/* Signals, sleeping, children, and load that stays within what it was told. */
#define _GNU_SOURCE
#include "answer.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SIGNALS = 64, FORKS_CAP = 100000 };

/* The kernel's own structures: a libc hides the signals that it keeps for itself (musl: 32 to 34). */
struct kernel_sigaction {
    void *handler;
    unsigned long flags;
    void *restorer;
    uint64_t mask;
};

static const char *signal_name(int number)
{
    static const char *const names[] = {
        "0", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
        "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP",
        "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",
        "SIGPWR", "SIGSYS"};
    static char realtime[24];
    if (number >= 0 && number < (int) (sizeof names / sizeof *names))
        return names[number];
    snprintf(realtime, sizeof realtime, "SIGRT%d", number - 32); /* SIGRTMIN is 32 to the kernel, signal(7) */
    return realtime;
}

static int v_true(int argc, char **argv)
{
    (void) argc;
    answer_begin(argv[0]);
    answer_end();
    return 0;
}

static int v_exit(int argc, char **argv)
{
    (void) argc;
    long status;
    if (!number_of(argv[1], &status) || status < 0 || status > 255)
        return WRONG_USE;
    _exit((int) status);
}

static int v_signals(int argc, char **argv)
{
    (void) argc;
    uint64_t blocked = 0;
    answer_begin(argv[0]);
    if (put_result("rt_sigprocmask", syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &blocked, sizeof blocked)) >= 0) {
        open_array("blocked");
        for (int number = 1; number <= SIGNALS; number++)
            if (blocked >> (number - 1) & 1)
                put_text(NULL, signal_name(number));
        close_array();
        open_array("ignored");
        for (int number = 1; number <= SIGNALS; number++) {
            struct kernel_sigaction action = {0};
            if (syscall(SYS_rt_sigaction, number, NULL, &action, sizeof action.mask) == 0 && action.handler == SIG_IGN)
                put_text(NULL, signal_name(number));
        }
        close_array();
    }
    answer_end();
    return 0;
}

/*
 * Waits for one signal and says which. All are blocked first: a pid namespace's init never gets a signal that it
 * neither handles nor blocks (pid_namespaces(7)), and must not be killed by one where it is no init.
 */
static int v_sleep_until_signal(int argc, char **argv)
{
    long seconds = 60;
    if (argc > 1 && (!number_of(argv[1], &seconds) || seconds < 0))
        return WRONG_USE;
    uint64_t all = ~(uint64_t) 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof all);
    answer_begin(argv[0]);
    put_bool("waiting", 1);
    answer_end();

    siginfo_t info;
    struct timespec limit = {seconds, 0};
    memset(&info, 0, sizeof info);
    long number = syscall(SYS_rt_sigtimedwait, &all, &info, &limit, sizeof all);
    answer_begin(argv[0]);
    if (put_result("rt_sigtimedwait", number) >= 0) {
        put_text("signal", signal_name((int) number));
        put_number("signal_number", number);
        put_number("code", info.si_code);
        put_number("sender_pid", info.si_pid);
        put_number("sender_uid", info.si_uid);
    }
    answer_end();
    return 0;
}

/* Says of each signal that comes that it came, until LAST has: all are blocked, so none ends it but KILL, and none is lost. */
static int v_tell_signals(int argc, char **argv)
{
    (void) argc;
    long last, number;
    if (!number_of(argv[1], &last) || last < 1 || last > SIGNALS)
        return WRONG_USE;
    uint64_t all = ~(uint64_t) 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof all);
    answer_begin(argv[0]);
    put_bool("waiting", 1);
    answer_end();
    answer_begin(argv[0]);
    open_array("came");
    while ((number = syscall(SYS_rt_sigtimedwait, &all, NULL, NULL, sizeof all)) != last)
        if (number > 0)
            put_number(NULL, number);
    close_array();
    answer_end();
    return 0;
}

/*
 * Does what the processor, or a filter, answers with a signal, which the first process of a pid namespace is not spared: the
 * kernel forces these (signal(7), "synchronously generated"). Coming back means that nothing happened.
 */
static int v_fault(int argc, char **argv)
{
    (void) argc;
    if (strcmp(argv[1], "ILL") == 0) {
#if defined(__x86_64__)
        __asm__ volatile("ud2");
#else
        __asm__ volatile(".inst 0");
#endif
    } else if (strcmp(argv[1], "TRAP") == 0) {
#if defined(__x86_64__)
        __asm__ volatile("int3");
#else
        __asm__ volatile("brk #0");
#endif
    } else if (strcmp(argv[1], "FPE") == 0) {
#if defined(__x86_64__)
        __asm__ volatile("xorl %%ecx, %%ecx; xorl %%edx, %%edx; divl %%ecx" ::: "eax", "ecx", "edx");
#endif
    } else if (strcmp(argv[1], "SEGV") == 0) {
        *(volatile char *) mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) = 1;
    } else if (strcmp(argv[1], "BUS") == 0) {
        /* A page behind the end of its file. */
        int file = (int) syscall(SYS_memfd_create, "empty", 0);
        volatile char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        page[0] = 1;
    } else if (strcmp(argv[1], "SYS") == 0) {
        struct sock_filter trap = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_TRAP};
        struct sock_fprog program = {1, &trap};
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
        syscall(SYS_getpid);
    } else {
        return WRONG_USE;
    }
    return 0;
}

/* Leaves COUNT children unreaped, and says that they have ended; then it sleeps. */
static int v_zombies(int argc, char **argv)
{
    (void) argc;
    long wanted, seconds;
    if (!number_of(argv[1], &wanted) || wanted < 0 || wanted > FORKS_CAP || !number_of(argv[2], &seconds) || seconds < 0)
        return WRONG_USE;
    long made = 0;
    for (; made < wanted; made++) {
        siginfo_t info;
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        if (child < 0 || waitid(P_PID, (id_t) child, &info, WEXITED | WNOWAIT) != 0)
            break;
    }
    answer_begin(argv[0]);
    put_number("made", made);
    answer_end();
    sleep((unsigned) seconds);
    return 0;
}

static int v_sleep(int argc, char **argv)
{
    (void) argc;
    char *end;
    double seconds = strtod(argv[1], &end);
    if (end == argv[1] || *end != 0 || seconds < 0 || seconds > 1e6)
        return WRONG_USE;
    struct timespec left = {(time_t) seconds, (long) ((seconds - (double) (time_t) seconds) * 1e9)};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
    return 0;
}

static int v_kill(int argc, char **argv)
{
    (void) argc;
    long pid, number;
    if (!number_of(argv[1], &pid) || !number_of(argv[2], &number))
        return WRONG_USE;
    int result = kill((pid_t) pid, (int) number);
    answer_begin(argv[0]);
    put_result("kill", result);
    answer_end();
    return 0;
}

/* Touches memory page by page; an answer means that nobody stopped it. */
static int v_memhog(int argc, char **argv)
{
    (void) argc;
    long megabytes;
    if (!number_of(argv[1], &megabytes) || megabytes < 0 || megabytes > 1 << 20)
        return WRONG_USE;
    size_t size = (size_t) megabytes << 20;
    char *memory = mmap(NULL, size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED)
        for (size_t at = 0; at < size; at += 4096)
            ((volatile char *) memory)[at] = 1;
    answer_begin(argv[0]);
    if (put_result("mmap", memory == MAP_FAILED ? -1 : 0) >= 0)
        put_unsigned("touched", size);
    answer_end();
    if (memory != MAP_FAILED)
        munmap(memory, size + 1);
    return 0;
}

/* How many of N children can exist at once. All end when this process closes the pipe, or dies. */
static int v_forkbomb(int argc, char **argv)
{
    (void) argc;
    long wanted;
    int gate[2];
    if (!number_of(argv[1], &wanted) || wanted < 0 || wanted > FORKS_CAP)
        return WRONG_USE;
    answer_begin(argv[0]);
    if (put_result("pipe2", pipe2(gate, O_CLOEXEC)) >= 0) {
        long made = 0;
        int refused = 0;
        while (made < wanted) {
            pid_t child = fork();
            if (child == 0) {
                char byte;
                close(gate[1]);
                while (read(gate[0], &byte, 1) < 0 && errno == EINTR)
                    continue;
                _exit(0);
            }
            if (child < 0) {
                refused = errno;
                break;
            }
            made++;
        }
        close(gate[0]);
        close(gate[1]);
        while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
            continue;
        put_number("made", made);
        put_text("refused", refused == 0 ? "" : name_of_error(refused));
    }
    answer_end();
    return 0;
}

/* Every process of it makes others as fast as it can, MOST of them in all; who is refused tries again. */
static int v_bomb(int argc, char **argv)
{
    (void) argc;
    long most;
    if (!number_of(argv[1], &most) || most < 1 || most > FORKS_CAP)
        return WRONG_USE;
    long *made = mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED)
        return WRONG_USE;
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        if (__atomic_fetch_add(made, 1, __ATOMIC_SEQ_CST) < most && fork() >= 0)
            continue;
        __atomic_fetch_sub(made, 1, __ATOMIC_SEQ_CST);
        usleep(50000);
    }
}

/* Runs one verb in a child, so that what kills it can be told. */
static int v_forked(int argc, char **argv)
{
    pid_t child = fork();
    if (child == 0)
        _exit(run_sequence(argc - 1, argv + 1));
    int number = errno, status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    answer_begin(argv[0]);
    errno = number;
    if (put_result("fork", child) >= 0) {
        put_number("status", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
        put_text("signal", WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : "");
    }
    answer_end();
    return 0;
}

/* Leaves an orphan in a session of its own: what `kill` and `delete` must find all the same. */
static int v_orphan(int argc, char **argv)
{
    (void) argc;
    long seconds;
    int told[2];
    if (!number_of(argv[1], &seconds) || seconds < 0)
        return WRONG_USE;
    answer_begin(argv[0]);
    if (put_result("pipe2", pipe2(told, O_CLOEXEC)) >= 0) {
        pid_t orphan = 0, child = fork();
        if (child == 0) {
            setsid();
            if (fork() != 0)
                _exit(0);
            pid_t self = getpid();
            if (write(told[1], &self, sizeof self) != sizeof self)
                _exit(1);
            close(told[0]);
            close(told[1]);
            /* It keeps no descriptor of the container's, or its pipes would never end. */
            syscall(SYS_close_range, 0U, ~0U, 0U);
            sleep((unsigned) seconds);
            _exit(0);
        }
        close(told[1]);
        while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
            continue;
        if (read(told[0], &orphan, sizeof orphan) != sizeof orphan)
            orphan = 0;
        close(told[0]);
        put_number("orphan", orphan);
    }
    answer_end();
    return 0;
}

/* Becomes another program; an answer means that the kernel said no. */
static int v_exec(int argc, char **argv)
{
    (void) argc;
    int result = execv(argv[1], argv + 1);
    answer_begin(argv[0]);
    put_result("execve", result);
    answer_end();
    return 0;
}

/* Reads a line-free byte from a descriptor: a gate that a test opens. */
static int v_wait_for_byte(int argc, char **argv)
{
    (void) argc;
    long descriptor;
    char byte;
    if (!number_of(argv[1], &descriptor))
        return WRONG_USE;
    ssize_t count;
    while ((count = read((int) descriptor, &byte, 1)) < 0 && errno == EINTR)
        continue;
    answer_begin(argv[0]);
    if (put_result("read", count) >= 0)
        put_number("count", count);
    answer_end();
    return 0;
}

const struct verb signal_verbs[] = {
    {"true", v_true, 0, 0, "", "an empty answer"},
    {"exit", v_exit, 1, 1, "STATUS", "ends the probe"},
    {"signals", v_signals, 0, 0, "", "which signals are blocked, which ignored"},
    {"sleep-until-signal", v_sleep_until_signal, 0, 1, "[SECONDS]", "says that it waits, then which signal came"},
    {"tell-signals", v_tell_signals, 1, 1, "LAST", "says that it waits, then which signals came before LAST"},
    {"fault", v_fault, 1, 1, "ILL|TRAP|BUS|FPE|SEGV|SYS", "ends by that signal, which the kernel sends"},
    {"zombies", v_zombies, 2, 2, "COUNT SECONDS", "leaves that many children unreaped, and sleeps"},
    {"sleep", v_sleep, 1, 1, "SECONDS", "nothing"},
    {"kill", v_kill, 2, 2, "PID SIGNAL", "kill(2)"},
    {"memhog", v_memhog, 1, 1, "MEGABYTES", "touches that much memory"},
    {"forkbomb", v_forkbomb, 1, 1, "CHILDREN", "how many children can exist at once, and the error after that"},
    {"bomb", v_bomb, 1, 1, "MOST", "makes processes that make processes, until that many are there"},
    {"forked", v_forked, 1, -1, "VERB [WORD]...", "runs a verb in a child: its status or the signal that ended it"},
    {"orphan", v_orphan, 1, 1, "SECONDS", "leaves a process behind in a session of its own"},
    {"exec", v_exec, 1, -1, "PATH [WORD]...", "execve(2)"},
    {"wait-for-byte", v_wait_for_byte, 1, 1, "FD", "blocks until a byte or the end can be read"},
    {NULL, NULL, 0, 0, NULL, NULL},
};
