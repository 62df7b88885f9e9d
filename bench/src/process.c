#define _GNU_SOURCE
#include "bench.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, SAID = 2048, HOLDERS = 64 };

static volatile sig_atomic_t stop;

static void on_interrupt(int number)
{
    (void) number;
    stop = 1;
}

bool interrupted(void)
{
    return stop != 0;
}

void catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a worker that has ended is told in words */
}

int64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t) time.tv_sec * 1000000000 + time.tv_nsec;
}

void pause_ms(int ms)
{
    struct timespec left = {ms / 1000, (long) (ms % 1000) * 1000000};
    while (ms > 0 && nanosleep(&left, &left) != 0 && errno == EINTR && !interrupted())
        continue;
}

void reap_strays(void)
{
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
}

static char words[SAID];

const char *said(void)
{
    return words;
}

/* What a shim or conmon gives a runtime: next to nothing. */
static char *const environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL};

static int error_file = -1; /* a memfd: it never fills up, so nobody has to read while the program runs */

static pid_t spawn(const char *const *argv, int error)
{
    static posix_spawn_file_actions_t actions[2];
    static posix_spawnattr_t attributes;
    static bool ready;
    if (!ready) {
        error_file = (int) syscall(SYS_memfd_create, "stderr", 1U /* MFD_CLOEXEC */);
        posix_spawnattr_init(&attributes);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes, &none);
        sigset_t ignored; /* by us: no caller of a runtime does */
        sigemptyset(&ignored);
        sigaddset(&ignored, SIGPIPE);
        posix_spawnattr_setsigdefault(&attributes, &ignored);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        for (int i = 0; i < 2; i++) {
            posix_spawn_file_actions_init(&actions[i]);
            posix_spawn_file_actions_addopen(&actions[i], 0, "/dev/null", O_RDONLY, 0);
            posix_spawn_file_actions_addopen(&actions[i], 1, "/dev/null", O_WRONLY, 0);
            if (i == 0)
                posix_spawn_file_actions_addopen(&actions[i], 2, "/dev/null", O_WRONLY, 0);
            else
                posix_spawn_file_actions_adddup2(&actions[i], error_file, 2);
        }
        ready = true;
    }
    pid_t pid;
    int failed = posix_spawn(&pid, argv[0], &actions[error], &attributes, (char *const *) argv, environment);
    if (failed != 0) {
        snprintf(words, sizeof words, "cannot start %s: %s", argv[0], strerror(failed));
        return -1;
    }
    return pid;
}

pid_t start_program(const char *const *argv)
{
    return spawn(argv, 0);
}

int64_t wait_for_child(pid_t pid, int *status)
{
    int raw;
    /* The wait itself has no time limit, so a pidfd is polled first; the same for every runtime. */
    int handle = (int) syscall(SYS_pidfd_open, pid, 0U);
    struct pollfd ended = {.fd = handle, .events = POLLIN};
    int64_t deadline = now_ns() + (int64_t) PATIENCE_MS * 1000000;
    bool patient = true;
    while (handle >= 0 && poll(&ended, 1, PATIENCE_MS) <= 0) {
        if (now_ns() < deadline && !interrupted())
            continue;
        patient = false;
        kill(pid, SIGKILL);
        break;
    }
    while (waitpid(pid, &raw, 0) < 0) {
        if (errno != EINTR) {
            raw = 0x7f00;
            break;
        }
    }
    int64_t end = now_ns();
    if (handle >= 0)
        close(handle);
    *status = !patient ? -2 : WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return end;
}

int64_t run_program(const char *const *argv, int *status)
{
    words[0] = 0;
    if (error_file >= 0) {
        (void) !ftruncate(error_file, 0);
        lseek(error_file, 0, SEEK_SET);
    }
    int64_t begin = now_ns();
    pid_t pid = spawn(argv, 1);
    if (pid < 0) {
        *status = -1;
        return 0;
    }
    int64_t end = wait_for_child(pid, status);
    ssize_t length = pread(error_file, words, sizeof words - 1, 0);
    words[length < 0 ? 0 : length] = 0;
    return end - begin;
}

void start_worker(struct runtime *runtime)
{
    int in[2], out[2];
    const char *argv[] = {runtime->program, NULL};
    posix_spawn_file_actions_t actions;
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        fail("pipe2: %s", strerror(errno));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    int failed = posix_spawn(&runtime->pid, argv[0], &actions, NULL, (char *const *) argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    if (failed != 0)
        fail("cannot start the worker %s: %s", argv[0], strerror(failed));
    runtime->in = in[1];
    runtime->out = out[0];
}

int64_t ask_worker(struct runtime *runtime, const char *root, const char *bundle, const char *id, int *status)
{
    char line[3 * PATH];
    words[0] = 0;
    int length = snprintf(line, sizeof line, "%s\t%s\t%s\n", root, bundle, id);
    int64_t begin = now_ns();
    struct pollfd answer = {.fd = runtime->out, .events = POLLIN};
    bool asked = write(runtime->in, line, (size_t) length) == length;
    int ready = asked ? poll(&answer, 1, PATIENCE_MS) : 0;
    ssize_t got = ready > 0 ? read(runtime->out, line, sizeof line - 1) : 0;
    int64_t end = now_ns();
    line[got < 0 ? 0 : got] = 0;
    *status = got > 1 && line[got - 1] == '\n' ? atoi(line) : -1;
    if (*status == -1)
        snprintf(words, sizeof words, "the worker gave no answer");
    return end - begin;
}

/* A worker ends with its input. */
void end_workers(struct settings *settings)
{
    int status;
    for (int r = 0; r < settings->runtimes; r++) {
        struct runtime *runtime = &settings->runtime[r];
        if (runtime->pid == 0)
            continue;
        close(runtime->in);
        wait_for_child(runtime->pid, &status);
        close(runtime->out);
        runtime->pid = 0;
    }
}

/* The inode numbers of listening sockets whose path begins with prefix, from /proc/net/unix (proc(5)). */
static int listening_inodes(const char *prefix, unsigned long *inode, int most)
{
    int found = 0;
    char line[512];
    FILE *table = fopen("/proc/net/unix", "re");
    while (table != NULL && found < most && fgets(line, sizeof line, table) != NULL) {
        unsigned long flags, number;
        int at = 0;
        if (sscanf(line, "%*[^:]: %*s %*s %lx %*s %*s %lu %n", &flags, &number, &at) != 2 || at == 0)
            continue;
        if ((flags & 0x10000) != 0 && strncmp(line + at, prefix, strlen(prefix)) == 0) /* __SO_ACCEPTCON */
            inode[found++] = number;
    }
    if (table != NULL)
        fclose(table);
    return found;
}

static bool holds_one(const char *pid, const unsigned long *inode, int inodes)
{
    char path[600], target[64];
    bool found = false;
    snprintf(path, sizeof path, "/proc/%s/fd", pid);
    DIR *descriptors = opendir(path);
    for (struct dirent *entry; descriptors != NULL && !found && (entry = readdir(descriptors)) != NULL;) {
        unsigned long number;
        snprintf(path, sizeof path, "/proc/%s/fd/%s", pid, entry->d_name);
        ssize_t length = readlink(path, target, sizeof target - 1);
        if (length < 0)
            continue;
        target[length] = 0;
        if (sscanf(target, "socket:[%lu]", &number) == 1)
            for (int i = 0; i < inodes; i++)
                found |= inode[i] == number;
    }
    if (descriptors != NULL)
        closedir(descriptors);
    return found;
}

/*
 * The holders are looked for, not asked for by SO_PEERCRED: that names the process which called listen(), and a
 * resident inherits a socket on which its starter did.
 */
int find_residents(const char *socket_prefix, struct resident *found, int most)
{
    unsigned long inode[HOLDERS];
    int count = 0;
    int inodes = listening_inodes(socket_prefix, inode, HOLDERS);
    DIR *processes = inodes == 0 ? NULL : opendir("/proc");
    for (struct dirent *entry; processes != NULL && count < most && (entry = readdir(processes)) != NULL;) {
        pid_t pid = atoi(entry->d_name);
        if (pid <= 1 || pid == getpid())
            continue;
        /* The handle first: if the process had ended and its number were taken again, it would not hold the socket. */
        int handle = (int) syscall(SYS_pidfd_open, pid, 0U);
        if (handle < 0)
            continue;
        if (holds_one(entry->d_name, inode, inodes))
            found[count++] = (struct resident){.pid = pid, .handle = handle};
        else
            close(handle);
    }
    if (processes != NULL)
        closedir(processes);
    return count;
}

int end_residents(const char *socket_prefix)
{
    struct resident found[HOLDERS];
    int count = find_residents(socket_prefix, found, HOLDERS);
    for (int i = 0; i < count; i++)
        syscall(SYS_pidfd_send_signal, found[i].handle, SIGKILL, NULL, 0U);
    for (int i = 0; i < count; i++) {
        struct pollfd gone = {.fd = found[i].handle, .events = POLLIN};
        poll(&gone, 1, 5000);
        close(found[i].handle);
    }
    return count;
}
