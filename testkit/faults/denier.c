/*
 * denier: answers an errno to one system call of a command, instead of executing it.
 *
 *     denier ERRNO WHO N COMMAND [WORD...]
 *
 * ERRNO is the number of ENOSPC, EMFILE, ENOMEM or EAGAIN. WHO is one process:
 *     K         of those that come of COMMAND in the order of their births: 0 is COMMAND itself
 *     pid:PID   that one, which is there already (the init that COMMAND starts)
 *     PARENT/K  of those that come of PARENT while COMMAND runs (what a JVM gives birth to): 0 is the first one
 * Counted are its system calls that can give that answer (denial.h), while it executes the runtime; the N-th one gets it. Then
 * nobody is traced any more.
 * With N = 0 nothing is denied.
 *
 * Says "denied CALL WHAT" or "ended", and ends as COMMAND did (128 + signal when it was killed); before the deed it waits a
 * moment for WHO to get so far. 125 is the denier's own failure.
 *
 * ptrace(2) and not a seccomp filter: a filter cannot count, and would be inherited by everybody.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "denial.h"
#include "registers.h"

enum { MANY = 256, OWN_FAILURE = 125, MOMENT_US = 300000 };

static const long birth_options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK
        | PTRACE_O_TRACECLONE;

static struct {
    pid_t pid;
    int ended, ours;
} all[MANY];
static int count;
static pid_t parent; /* whose births are numbered; 0: the command's own */

static void die(const char *what)
{
    perror(what);
    exit(OWN_FAILURE);
}

static int is_thread_of_parent(pid_t task)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d", parent, task);
    return parent && access(path, F_OK) == 0;
}

/* Whether it executes our runtime: a file, or a sealed copy, that is named after it. A container's program is not. */
static int executes_ours(pid_t pid)
{
    char path[64], target[4096];
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    ssize_t n = readlink(path, target, sizeof target - 1);
    target[n < 0 ? 0 : n] = 0;
    const char *name = strrchr(target, '/');
    return name != NULL && strstr(name, "estiba") != NULL;
}

/* Its number; -1 for a thread of the parent's. */
static int of(pid_t pid)
{
    for (int i = 0; i < count; i++)
        if (all[i].pid == pid && !all[i].ended)
            return i;
    if (is_thread_of_parent(pid) || count == MANY)
        return -1;
    all[count].pid = pid;
    all[count].ours = executes_ours(pid);
    return count++;
}

/* Threads come and go while this looks: again until a round finds no new one. */
static void seize_parent(void)
{
    char path[64];
    int found;
    snprintf(path, sizeof path, "/proc/%d/task", parent);
    do {
        found = 0;
        DIR *tasks = opendir(path);
        if (tasks == NULL)
            die("denier: the parent");
        for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
            pid_t tid = (pid_t) atoi(task->d_name);
            if (tid > 0 && ptrace(PTRACE_SEIZE, tid, 0, birth_options) == 0)
                found = 1;
            else if (tid > 0 && errno != EPERM && errno != ESRCH)
                die("denier: PTRACE_SEIZE"); /* EPERM: it is seized */
        }
        closedir(tasks);
    } while (found);
}

/* PTRACE_SEIZE does not stop anybody: what it waits in is interrupted, and done again. */
static void seize_stranger(pid_t pid)
{
    int status;
    if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC) != 0 || ptrace(PTRACE_INTERRUPT, pid, 0, 0) != 0)
        die("denier: the process");
    if (waitpid(pid, &status, __WALL) != pid || ptrace(PTRACE_SYSCALL, pid, 0, 0) != 0)
        die("denier: its stop");
    of(pid);
}

/* Executes when this process has seized it, or at once when it is not to be traced. */
static pid_t begin(char **command, int traced)
{
    int gate[2];
    char byte;
    if (pipe(gate) != 0)
        die("denier: pipe");
    pid_t pid = fork();
    if (pid < 0)
        die("denier: fork");
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
    if (traced && ptrace(PTRACE_SEIZE, pid, 0, birth_options) != 0)
        die("denier: PTRACE_SEIZE");
    close(gate[1]);
    if (traced)
        of(pid);
    return pid;
}

/* Interrupts the wait for somebody who will not come. */
static void on_alarm(int sig)
{
    (void) sig;
}

static long number(const char *word, char **end)
{
    long value = strtol(word, end, 10);
    if (*end == word || value < 0) {
        fprintf(stderr, "denier: not a number: '%s'\n", word);
        exit(64);
    }
    return value;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: denier ERRNO WHO N COMMAND [WORD...]\n");
        return 64;
    }
    char *end;
    long error = number(argv[1], &end), wanted = number(argv[3], &end), who;
    int stranger = strncmp(argv[2], "pid:", 4) == 0, bit = bit_of(error);
    who = number(argv[2] + (stranger ? 4 : 0), &end);
    if (!bit)
        return 64;
    if (*end == '/') {
        parent = (pid_t) who;
        who = number(end + 1, &end);
        seize_parent();
    } else if (stranger) {
        seize_stranger((pid_t) who);
        who = 0;
    }
    struct sigaction alarmed = {.sa_handler = on_alarm}; /* without SA_RESTART */
    sigaction(SIGALRM, &alarmed, NULL);
    pid_t command = begin(argv + 4, !stranger && !parent);
    int denied = 0, command_ended = 0, result = OWN_FAILURE;
    pid_t answered = 0; /* whose call is skipped, until it comes back */
    long seen = 0;
    while (!command_ended || answered || (!denied && !parent && who < count && !all[who].ended)) {
        int status, pass = 0, deed = 0;
        if (command_ended && !denied)
            ualarm(MOMENT_US, 0);
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid < 0 && (errno == EINTR || errno == ECHILD))
            break;
        if (pid < 0)
            die("denier: wait");
        if (pid == command && !WIFSTOPPED(status)) {
            command_ended = 1;
            result = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        }
        int k = pid == command && (parent || stranger) ? -1 : of(pid), sig = WSTOPSIG(status);
        if (!WIFSTOPPED(status)) {
            if (k >= 0)
                all[k].ended = 1;
            if (pid == answered)
                answered = 0;
            continue;
        }
        if (pid == answered && sig == (SIGTRAP | 0x80)) {
            if (answer_call(pid, -error) != 0)
                die("denier: answer");
            answered = 0;
        } else if (sig == (SIGTRAP | 0x80)) {
            struct __ptrace_syscall_info info = {0};
            const struct deniable *call = NULL;
            if (!denied && k == who && all[k].ours && ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) > 0
                && info.op == PTRACE_SYSCALL_INFO_ENTRY)
                call = can_answer(pid, &info, bit);
            if (call != NULL && ++seen == wanted) {
                print_call(pid, call, &info);
                if (skip_call(pid) != 0)
                    die("denier: skip");
                denied = deed = 1;
                answered = pid;
            }
        } else if (status >> 16 == 0) {
            pass = sig;
        } else if (status >> 16 <= PTRACE_EVENT_CLONE) {
            unsigned long child = 0;
            if (ptrace(PTRACE_GETEVENTMSG, pid, 0, &child) == 0 && child != 0)
                of((pid_t) child);
        } else if (status >> 16 == PTRACE_EVENT_EXEC && k >= 0) {
            all[k].ours = executes_ours(pid);
        } else if (status >> 16 == PTRACE_EVENT_STOP && sig != SIGTRAP) {
            ptrace(PTRACE_LISTEN, pid, 0, 0); /* a job's stop */
            continue;
        }
        /* ESRCH: it is being killed, and its end will be told. */
        if (denied && !deed && k >= 0)
            ptrace(PTRACE_DETACH, pid, 0, pass);
        else
            ptrace(k < 0 ? PTRACE_CONT : PTRACE_SYSCALL, pid, 0, pass);
    }
    if (!denied)
        printf("\nended\n");
    return result;
}
