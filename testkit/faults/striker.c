/*
 * striker: kills a running daemon right after one of its steps.
 *
 *     striker DAEMON N COMMAND [WORD...]
 *
 * While COMMAND runs (somebody who asks DAEMON for something), and a moment longer, the steps of all of DAEMON's threads are
 * counted. A step is a system call that has succeeded and leaves something that outlives the process: a name that is made,
 * moved or removed, a file that is created, something brought to the disk, a child that is born, a signal that is sent, a
 * message to the kernel about its networks. When the N-th has returned, DAEMON gets SIGKILL before it can do anything else; with N = 0
 * nobody is killed. What DAEMON has given birth to is left alone.
 *
 * Says "killed at STEP: CALL" (the call's number) or "ended after STEPS". Ends as COMMAND did, when COMMAND has; 125 is the
 * striker's own failure.
 *
 * ptrace(2) and not failure points in the product: it kills what runs in production.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MANY = 4096, OWN_FAILURE = 125, PAUSE_US = 2000, CALM = 150 };
enum { ENTRY = 1, EXIT = 2 }; /* PTRACE_SYSCALL_INFO_ENTRY, _EXIT */

static const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE;

/* What a thread has called; of those that are in no call, what they called last. */
static struct {
    pid_t tid;
    uint64_t call, arguments[6];
} threads[MANY];
static int count;
static pid_t victim;
static int victim_fd;

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
        fprintf(stderr, "striker: not a number: '%s'\n", word);
        exit(64);
    }
    return value;
}

/* A thread that ended leaves its place to the next one of that number. */
static int of(pid_t tid)
{
    for (int i = 0; i < count; i++)
        if (threads[i].tid == tid)
            return i;
    if (count == MANY) {
        fprintf(stderr, "striker: more than %d threads\n", MANY);
        exit(OWN_FAILURE);
    }
    threads[count].tid = tid;
    return count++;
}

/* Threads come and go while this looks: again until a round finds no new one. A new thread of a seized one is seized. */
static void seize_all(void)
{
    char path[64];
    int found;
    snprintf(path, sizeof path, "/proc/%d/task", victim);
    do {
        found = 0;
        DIR *tasks = opendir(path);
        if (tasks == NULL)
            die("striker: the daemon");
        for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
            pid_t tid = (pid_t) atoi(task->d_name);
            if (tid > 0 && ptrace(PTRACE_SEIZE, tid, 0, options) == 0) {
                found = 1;
                ptrace(PTRACE_INTERRUPT, tid, 0, 0); /* from its next stop on its calls are seen */
            } else if (tid > 0 && errno != EPERM && errno != ESRCH) {
                die("striker: PTRACE_SEIZE"); /* EPERM: it is seized */
            }
        }
        closedir(tasks);
    } while (found);
}

static pid_t begin(char **command)
{
    pid_t pid = fork();
    if (pid < 0)
        die("striker: fork");
    if (pid == 0) {
        execv(command[0], command);
        perror(command[0]);
        _exit(OWN_FAILURE);
    }
    return pid;
}

/* The first word that an argument points to. */
static uint64_t word_at(uint64_t address)
{
    uint64_t word = 0;
    struct iovec to = {&word, sizeof word}, from = {(void *) (uintptr_t) address, sizeof word};
    return process_vm_readv(victim, &to, 1, &from, 1, 0) == (ssize_t) sizeof word ? word : 0;
}

static int is_netlink(uint64_t fd)
{
    struct sockaddr_storage name = {0};
    socklen_t length = sizeof name;
    int copy = (int) syscall(SYS_pidfd_getfd, victim_fd, (int) fd, 0);
    if (copy < 0)
        return 0;
    int is = getsockname(copy, (struct sockaddr *) &name, &length) == 0 && name.ss_family == AF_NETLINK;
    close(copy);
    return is;
}

static int is_step(int who)
{
    const uint64_t *a = threads[who].arguments;
    switch (threads[who].call) {
#ifdef SYS_rename
    case SYS_rename:
    case SYS_mkdir:
    case SYS_rmdir:
    case SYS_unlink:
    case SYS_symlink:
    case SYS_link:
#endif
#ifdef SYS_renameat
    case SYS_renameat:
#endif
    case SYS_renameat2:
    case SYS_mkdirat:
    case SYS_unlinkat:
    case SYS_symlinkat:
    case SYS_linkat:
    case SYS_fsync:
    case SYS_fdatasync:
    case SYS_syncfs:
    case SYS_pidfd_send_signal:
        return 1;
#ifdef SYS_open
    case SYS_open:
        return (a[1] & O_CREAT) != 0;
    case SYS_fork:
    case SYS_vfork:
        return 1;
#endif
    case SYS_openat:
        return (a[2] & O_CREAT) != 0;
    case SYS_openat2:
        return (word_at(a[2]) & O_CREAT) != 0;
    case SYS_clone:
        return (a[0] & CLONE_THREAD) == 0;
    case SYS_clone3:
        return (word_at(a[0]) & CLONE_THREAD) == 0;
    case SYS_sendto:
    case SYS_sendmsg:
        return is_netlink(a[0]);
    default:
        return 0;
    }
}

/* Whether the call that this thread is in, or comes back from, has just been a step. */
static int steps(pid_t tid)
{
    struct __ptrace_syscall_info info = {0};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof info, &info) <= 0)
        return 0;
    int who = of(tid);
    if (info.op == ENTRY) {
        threads[who].call = info.entry.nr;
        memcpy(threads[who].arguments, info.entry.args, sizeof threads[who].arguments);
        return 0;
    }
    int is = info.op == EXIT && !info.exit.is_error && is_step(who);
    if (info.op == EXIT && !is)
        threads[who].call = UINT64_MAX;
    return is;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: striker DAEMON N COMMAND [WORD...]\n");
        return 64;
    }
    victim = (pid_t) number(argv[1]);
    long wanted = number(argv[2]), done = 0;
    victim_fd = (int) syscall(SYS_pidfd_open, victim, 0);
    if (victim_fd < 0)
        die("striker: the daemon");
    seize_all();
    pid_t command = begin(argv + 3);
    int end = -1, calm = 0;
    uint64_t at = 0;
    while (end < 0 || (at == 0 && calm < CALM)) {
        int status, pass = 0;
        pid_t pid = waitpid(-1, &status, __WALL | (end < 0 ? 0 : WNOHANG));
        if (pid == 0) {
            usleep(PAUSE_US);
            calm++;
            continue;
        }
        if (pid < 0) {
            if (end < 0)
                die("striker: wait");
            break;
        }
        if (pid == command) {
            if (WIFSTOPPED(status))
                continue;
            end = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            continue;
        }
        if (!WIFSTOPPED(status))
            continue;
        int sig = WSTOPSIG(status);
        if (sig == (SIGTRAP | 0x80)) {
            if (steps(pid)) {
                calm = 0;
                done++;
                if (done == wanted) {
                    at = threads[of(pid)].call + 1;
                    kill(victim, SIGKILL);
                }
            }
        } else if (status >> 16 == 0) {
            pass = sig;
        } else if (status >> 16 == PTRACE_EVENT_STOP && sig != SIGTRAP) {
            ptrace(PTRACE_LISTEN, pid, 0, 0); /* a job's stop */
            continue;
        }
        ptrace(PTRACE_SYSCALL, pid, 0, pass);
    }
    if (at) {
        while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR) /* until nothing of it answers any more */
            ;
        printf("killed at %ld: %ld\n", wanted, (long) at - 1);
    } else {
        printf("ended after %ld\n", done);
    }
    return end;
}
