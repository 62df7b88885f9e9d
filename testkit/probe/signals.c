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
#include <sys/mman.h>
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
    {"sleep", v_sleep, 1, 1, "SECONDS", "nothing"},
    {"kill", v_kill, 2, 2, "PID SIGNAL", "kill(2)"},
    {"memhog", v_memhog, 1, 1, "MEGABYTES", "touches that much memory"},
    {"forkbomb", v_forkbomb, 1, 1, "CHILDREN", "how many children can exist at once, and the error after that"},
    {"forked", v_forked, 1, -1, "VERB [WORD]...", "runs a verb in a child: its status or the signal that ended it"},
    {"orphan", v_orphan, 1, 1, "SECONDS", "leaves a process behind in a session of its own"},
    {"exec", v_exec, 1, -1, "PATH [WORD]...", "execve(2)"},
    {"wait-for-byte", v_wait_for_byte, 1, 1, "FD", "blocks until a byte or the end can be read"},
    {NULL, NULL, 0, 0, NULL, NULL},
};
