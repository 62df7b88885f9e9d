/*
 * stalker: kills what a running process gives birth to, at one of its system calls.
 *
 *     stalker PARENT VICTIM N COMMAND [WORD...]
 *
 * While COMMAND runs (somebody who asks PARENT for something), the processes that come of PARENT are numbered in the order
 * of their births: 0 is the first one. When process VICTIM enters its N-th system call, it gets SIGKILL; nobody is told.
 * With N = 0 nobody is killed. PARENT itself goes on all the time, a little slower.
 *
 * Says "killed VICTIM at CALL" (the call's number) or "ended", then "calls K COUNT" for each process K. Ends as COMMAND
 * did, when COMMAND has; who lives on is let go of. 125 is the stalker's own failure.
 *
 * PARENT may have any number of threads: a JVM that starts containers has.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 64, OWN_FAILURE = 125 };
enum { ENTRY = 1 /* PTRACE_SYSCALL_INFO_ENTRY */ };

static const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK
        | PTRACE_O_TRACECLONE;

static struct {
    pid_t pid;
    long calls;
} born[MANY];
static int count;
static pid_t parent;

static void die(const char *what)
{
    perror(what);
    exit(OWN_FAILURE);
}

static long number(const char *word)
{
    char *end;
    long value = strtol(word, &end, 10);
    if (end == word || *end || value < 0) {
        fprintf(stderr, "stalker: not a number: '%s'\n", word);
        exit(64);
    }
    return value;
}

/* Whether a task is one of the parent's threads; one that has ended already is nobody's. */
static int is_thread(pid_t task)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d", parent, task);
    return access(path, F_OK) == 0;
}

/* Threads come and go while this looks: again until a round finds no new one. A new thread of a seized one is seized. */
static void seize_all(void)
{
    char path[64];
    int found;
    snprintf(path, sizeof path, "/proc/%d/task", parent);
    do {
        found = 0;
        DIR *tasks = opendir(path);
        if (tasks == NULL)
            die("stalker: the parent");
        for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
            pid_t tid = (pid_t) atoi(task->d_name);
            if (tid > 0 && ptrace(PTRACE_SEIZE, tid, 0, options) == 0)
                found = 1;
            else if (tid > 0 && errno != EPERM && errno != ESRCH)
                die("stalker: PTRACE_SEIZE"); /* EPERM: it is seized */
        }
        closedir(tasks);
    } while (found);
}

static pid_t begin(char **command)
{
    pid_t pid = fork();
    if (pid < 0)
        die("stalker: fork");
    if (pid == 0) {
        execv(command[0], command);
        perror(command[0]);
        _exit(OWN_FAILURE);
    }
    return pid;
}

/* Its number among those born; -1 for a thread of the parent's. */
static int of(pid_t task)
{
    for (int i = 0; i < count; i++)
        if (born[i].pid == task)
            return i;
    if (is_thread(task))
        return -1;
    if (count == MANY) {
        fprintf(stderr, "stalker: more than %d processes\n", MANY);
        exit(OWN_FAILURE);
    }
    born[count].pid = task;
    return count++;
}

static int enters(pid_t pid, long *call)
{
    struct __ptrace_syscall_info info = {0};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0)
        return 0;
    *call = (long) info.entry.nr;
    return info.op == ENTRY;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: stalker PARENT VICTIM N COMMAND [WORD...]\n");
        return 64;
    }
    parent = (pid_t) number(argv[1]);
    long victim = number(argv[2]), wanted = number(argv[3]);
    seize_all();
    pid_t command = begin(argv + 4);
    int killed = 0, end = OWN_FAILURE;
    long call = -1, at = -1;
    for (;;) {
        int status, pass = 0;
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid < 0)
            die("stalker: wait");
        if (pid == command && !WIFSTOPPED(status)) {
            end = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            break;
        }
        if (!WIFSTOPPED(status))
            continue;
        int who = of(pid), sig = WSTOPSIG(status);
        if (sig == (SIGTRAP | 0x80)) {
            if (who >= 0 && enters(pid, &call)) {
                born[who].calls++;
                if (!killed && wanted > 0 && who == victim && born[who].calls == wanted) {
                    killed = 1;
                    at = call;
                    kill(pid, SIGKILL);
                }
            }
        } else if (status >> 16 == 0) {
            pass = sig;
        } else if (status >> 16 == PTRACE_EVENT_STOP && sig != SIGTRAP) {
            ptrace(PTRACE_LISTEN, pid, 0, 0); /* a job's stop */
            continue;
        }
        ptrace(who < 0 || killed ? PTRACE_CONT : PTRACE_SYSCALL, pid, 0, pass);
    }
    if (killed)
        printf("killed %ld at %ld\n", victim, at);
    else
        printf("ended\n");
    for (int i = 0; i < count; i++)
        printf("calls %d %ld\n", i, born[i].calls);
    return end;
}
