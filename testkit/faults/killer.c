/*
 * killer: kills at one system call of a command.
 *
 *     killer VICTIM COUNTED N COMMAND [WORD...]
 *
 * The processes that come of COMMAND are numbered in the order of their births: 0 is COMMAND itself, 1 its first child.
 * When process COUNTED enters its N-th system call, VICTIM gets SIGKILL and is waited for before anybody goes on: a
 * process by its number, or any other one as "pid:PID" (then only process 0 is watched). With N = 0 nobody is killed.
 *
 * Says on standard output, one a line: "killed VICTIM at CALL" (the call's number) or "ended", then "calls K COUNT" for
 * each process K. Ends as COMMAND did (128 + signal when it was killed), when process 0 has ended, and COUNTED too or,
 * before the deed, has had a moment to get to its N-th call; who lives on is let go of. 125 is the killer's own failure.
 *
 * ptrace(2) and not failure points in the product: it kills what runs in production, at every place there is. A killed
 * killer lets everybody go (no PTRACE_O_EXITKILL): a test's time limit must not look like a kill point.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 64, OWN_FAILURE = 125, MOMENT_US = 300000 };
enum { ENTRY = 1 /* PTRACE_SYSCALL_INFO_ENTRY */ };

struct traced {
    pid_t pid;
    long calls;
    int ended;
};

static struct traced all[MANY];
static int count;

static void die(const char *what)
{
    perror(what);
    exit(OWN_FAILURE);
}

static struct traced *of(pid_t pid)
{
    for (int i = 0; i < count; i++)
        if (all[i].pid == pid && !all[i].ended)
            return &all[i];
    if (count == MANY) {
        fprintf(stderr, "killer: more than %d processes\n", MANY);
        exit(OWN_FAILURE);
    }
    all[count] = (struct traced){.pid = pid};
    return &all[count++];
}

static long number(const char *word)
{
    char *end;
    long value = strtol(word, &end, 10);
    if (end == word || *end || value < 0) {
        fprintf(stderr, "killer: not a number: '%s'\n", word);
        exit(64);
    }
    return value;
}

/* A stranger's end is seen by its pidfd; a tracee's is waited for, because waitid would take away its status. */
static void kill_and_wait(pid_t pid)
{
    int pidfd = (int) syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0)
        die("killer: pidfd_open");
    if (kill(pid, SIGKILL) != 0)
        die("killer: kill");
    struct pollfd wait = {.fd = pidfd, .events = POLLIN};
    while (poll(&wait, 1, 10000) < 0 && errno == EINTR)
        ;
    if (!wait.revents)
        fprintf(stderr, "killer: %d lives on after SIGKILL\n", pid);
    close(pidfd);
}

/* PTRACE_SEIZE and not PTRACE_TRACEME: children are then attached without a SIGSTOP, which would stop them for good if
 * it were still pending when this process ends. The first stop that is told is the one of the exec. */
static pid_t begin(char **command, long options)
{
    int gate[2];
    char byte;
    if (pipe(gate) != 0)
        die("killer: pipe");
    pid_t pid = fork();
    if (pid < 0)
        die("killer: fork");
    if (pid == 0) {
        close(gate[1]);
        if (read(gate[0], &byte, 1) != 0)
            _exit(OWN_FAILURE);
        close(gate[0]);
        execv(command[0], command);
        perror(command[0]);
        _exit(OWN_FAILURE);
    }
    close(gate[0]);
    if (ptrace(PTRACE_SEIZE, pid, 0, options) != 0)
        die("killer: PTRACE_SEIZE");
    close(gate[1]);
    of(pid);
    return pid;
}

/* Whether the tracee enters a system call now, and which. */
static int enters(pid_t pid, long *call)
{
    struct __ptrace_syscall_info info = {0};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0)
        return 0;
    *call = (long) info.entry.nr;
    return info.op == ENTRY;
}

/* Interrupts the wait for somebody who will not come. */
static void on_alarm(int sig)
{
    (void) sig;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: killer VICTIM COUNTED N COMMAND [WORD...]\n");
        return 64;
    }
    int stranger = strncmp(argv[1], "pid:", 4) == 0;
    long victim = number(stranger ? argv[1] + 4 : argv[1]), counted = number(argv[2]), wanted = number(argv[3]);
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC;
    if (!stranger)
        options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
    struct sigaction alarmed = {.sa_handler = on_alarm}; /* without SA_RESTART */
    sigaction(SIGALRM, &alarmed, NULL);
    begin(argv + 4, options);
    int killed = 0, end = OWN_FAILURE;
    long call = -1, at = -1;
    while (!all[0].ended || (counted < count && !all[counted].ended)) {
        int status;
        if (all[0].ended && !killed)
            ualarm(MOMENT_US, 0);
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid < 0 && errno == EINTR)
            break;
        if (pid < 0)
            die("killer: wait");
        struct traced *t = of(pid);
        if (!WIFSTOPPED(status)) {
            t->ended = 1;
            if (t == all)
                end = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            continue;
        }
        int sig = WSTOPSIG(status), pass = 0;
        if (sig == (SIGTRAP | 0x80)) {
            if (enters(pid, &call)) {
                t->calls++;
                if (!killed && wanted > 0 && t - all == counted && t->calls == wanted) {
                    killed = 1;
                    at = call;
                    if (stranger)
                        kill_and_wait((pid_t) victim);
                    else if (victim < count && !all[victim].ended)
                        kill(all[victim].pid, SIGKILL);
                    else
                        killed = 0, at = -1;
                }
            }
        } else if (status >> 16 != 0) {
            unsigned long child = 0;
            if (status >> 16 <= PTRACE_EVENT_CLONE && ptrace(PTRACE_GETEVENTMSG, pid, 0, &child) == 0 && child != 0)
                of((pid_t) child);
        } else {
            pass = sig;
        }
        /* ESRCH: it is being killed, and its end will be told. After the deed nobody is counted any more. */
        ptrace(killed ? PTRACE_CONT : PTRACE_SYSCALL, pid, 0, pass);
    }
    if (killed)
        printf("killed %s at %ld\n", argv[1], at);
    else
        printf("ended\n");
    for (int i = 0; i < count; i++)
        printf("calls %d %ld\n", i, all[i].calls);
    return end;
}
