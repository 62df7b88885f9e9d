/*
 * spoiler: answers an errno to one system call of a command that works on the files beneath a directory, as often as it is told to.
 *
 *     spoiler DIRECTORY TOLD COMMAND [WORD...]
 *
 * COMMAND orders it by making the directory /spoil/ERRNO/N, which fails: of the calls from then on that can answer ERRNO and
 * concern a file beneath DIRECTORY, the N-th gets it, in whichever thread. What it was is in the file TOLD then ("fsync PATH"). N = 0
 * ends it. A file in a room's root is beneath DIRECTORY as well: it is named /layer/....
 *
 * seccomp(2)'s notifications and not ptrace(2): only the calls below stop, and one command may be spoiled a thousand times.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a call can answer, by its man page. CHANGES: EROFS. */
enum { IO = 1, QUOTA = 2, SPACE = 4, FILES = 8, CHANGES = 16, ROOM = QUOTA | SPACE | CHANGES };

/* Which arguments say what it concerns: a descriptor; a path; a directory and a path; with the flags of an open. */
enum { FD, PATH, AT, OPEN };

static const struct call {
    int nr;
    const char *name;
    int errors, kind, argument;
} calls[] = {
#ifdef SYS_open
    {SYS_open, "open", IO | ROOM | FILES, PATH, 0},
    {SYS_mkdir, "mkdir", IO | ROOM, PATH, 0},
    {SYS_rename, "rename", IO | ROOM, PATH, 0},
    {SYS_unlink, "unlink", IO | CHANGES, PATH, 0},
    {SYS_rmdir, "rmdir", IO | CHANGES, PATH, 0},
    {SYS_symlink, "symlink", IO | ROOM, PATH, 1},
    {SYS_link, "link", IO | ROOM, PATH, 1},
    {SYS_chmod, "chmod", IO | CHANGES, PATH, 0},
#endif
    {SYS_openat, "openat", IO | ROOM | FILES, OPEN, 0},
    {SYS_openat2, "openat2", IO | ROOM | FILES, OPEN, 0},
    {SYS_mkdirat, "mkdirat", IO | ROOM, AT, 0},
    {SYS_mknodat, "mknodat", IO | ROOM, AT, 0},
    {SYS_symlinkat, "symlinkat", IO | ROOM, AT, 1},
    {SYS_linkat, "linkat", IO | ROOM, AT, 2},
    {SYS_renameat, "renameat", IO | ROOM, AT, 0},
    {SYS_renameat2, "renameat2", IO | ROOM, AT, 0},
    {SYS_unlinkat, "unlinkat", IO | CHANGES, AT, 0},
    {SYS_fchmodat, "fchmodat", IO | CHANGES, AT, 0},
    {SYS_fchownat, "fchownat", IO | QUOTA | CHANGES, AT, 0},
    {SYS_utimensat, "utimensat", CHANGES, AT, 0},
    {SYS_write, "write", IO | QUOTA | SPACE, FD, 0},
    {SYS_pwrite64, "pwrite64", IO | QUOTA | SPACE, FD, 0},
    {SYS_copy_file_range, "copy_file_range", IO | QUOTA | SPACE, FD, 2},
    {SYS_read, "read", IO, FD, 0},
    {SYS_pread64, "pread64", IO, FD, 0},
    {SYS_getdents64, "getdents64", IO, FD, 0},
    {SYS_fsync, "fsync", IO | QUOTA | SPACE, FD, 0},
    {SYS_fdatasync, "fdatasync", IO | QUOTA | SPACE, FD, 0},
    {SYS_syncfs, "syncfs", IO | QUOTA | SPACE, FD, 0},
    {SYS_ftruncate, "ftruncate", IO | CHANGES, FD, 0},
    {SYS_fallocate, "fallocate", IO | QUOTA | SPACE, FD, 0},
    {SYS_fsetxattr, "fsetxattr", QUOTA | SPACE | CHANGES, FD, 0},
    {SYS_fchmod, "fchmod", IO | CHANGES, FD, 0},
    {SYS_fchown, "fchown", IO | QUOTA | CHANGES, FD, 0},
};
enum { CALLS = sizeof calls / sizeof *calls };

static const char order[] = "/spoil/";
static const char *beneath, *told;
static int error_wanted, left; /* left: how many calls until the one */

static void die(const char *what)
{
    perror(what);
    exit(125);
}

static int bit_of(int error)
{
    switch (error) {
    case EIO: return IO;
    case EDQUOT: return QUOTA;
    case ENOSPC: return SPACE;
    case EMFILE: return FILES;
    case EROFS: return CHANGES;
    default: return 0;
    }
}

static void string_of(pid_t pid, uint64_t at, char *text, size_t most)
{
    size_t n = 0;
    while (n < most - 1) {
        /* To the end of the page, since the next one need not be there. */
        size_t step = 4096 - ((at + n) & 4095);
        if (step > most - 1 - n)
            step = most - 1 - n;
        struct iovec ours = {text + n, step}, theirs = {(void *) (uintptr_t) (at + n), step};
        if (process_vm_readv(pid, &ours, 1, &theirs, 1, 0) != (ssize_t) step)
            break;
        if (memchr(text + n, 0, step) != NULL)
            return;
        n += step;
    }
    text[n] = 0;
}

static void path_of(pid_t pid, int fd, char *text, size_t most)
{
    char link[64];
    if (fd == AT_FDCWD)
        snprintf(link, sizeof link, "/proc/%d/cwd", pid);
    else
        snprintf(link, sizeof link, "/proc/%d/fd/%d", pid, fd);
    ssize_t n = readlink(link, text, most - 1);
    text[n < 0 ? 0 : n] = 0;
}

/* /proc/self/fd/N/REST is what the descriptor is of. */
static void named(pid_t pid, int fd, const char *path, char *text, size_t most)
{
    int number, end = 0;
    if (sscanf(path, "/proc/%*[^/]/fd/%d%n", &number, &end) == 1 && end > 0) {
        path_of(pid, number, text, most);
        strncat(text, path + end, most - strlen(text) - 1);
    } else if (path[0] == '/') {
        snprintf(text, most, "%s", path);
    } else {
        path_of(pid, fd, text, most);
        strncat(text, "/", most - strlen(text) - 1);
        strncat(text, path, most - strlen(text) - 1);
    }
}

static int is_beneath(const char *path)
{
    return strncmp(path, beneath, strlen(beneath)) == 0 || strncmp(path, "/layer", 6) == 0;
}

/* Whether an open can answer it: one that makes or writes nothing knows of neither room nor changes. */
static int opens(pid_t pid, const struct seccomp_data *data, int error)
{
    uint64_t flags = data->args[2];
    if (data->nr == SYS_openat2) {
        struct iovec ours = {&flags, sizeof flags}, theirs = {(void *) (uintptr_t) data->args[2], sizeof flags};
        if (process_vm_readv(pid, &ours, 1, &theirs, 1, 0) != sizeof flags)
            return 0;
    }
    if (error == ENOSPC || error == EDQUOT)
        return (flags & O_CREAT) != 0;
    if (error == EROFS)
        return (flags & (O_CREAT | O_ACCMODE)) != 0 && !(flags & O_PATH);
    return 1;
}

static void tell(const char *name, const char *path)
{
    FILE *file = fopen(told, "w");
    if (file == NULL || fprintf(file, "%s %s", name, path) < 0 || fclose(file) != 0)
        die(told);
}

/* The answer instead of the call's own; 0: it is executed. */
static int answer_to(const struct seccomp_notif *asked)
{
    const struct seccomp_data *data = &asked->data;
    const struct call *call = NULL;
    char path[4096], word[4096];
    pid_t pid = (pid_t) asked->pid;
    for (int i = 0; i < CALLS; i++)
        if (calls[i].nr == data->nr)
            call = &calls[i];
    if (call == NULL)
        return 0;
    int at = call->argument;
    if (call->kind == FD) {
        path_of(pid, (int) data->args[at], path, sizeof path);
    } else if (call->kind == PATH) {
        string_of(pid, data->args[at], word, sizeof word);
        named(pid, AT_FDCWD, word, path, sizeof path);
    } else {
        word[0] = 0;
        if (data->args[at + 1] != 0)
            string_of(pid, data->args[at + 1], word, sizeof word);
        named(pid, (int) data->args[at], word, path, sizeof path);
    }
    if (strncmp(call->name, "mkdir", 5) == 0 && strncmp(path, order, sizeof order - 1) == 0) {
        if (sscanf(path, "/spoil/%d/%d", &error_wanted, &left) != 2)
            left = 0;
        unlink(told);
        return 0;
    }
    if (left == 0 || !(call->errors & bit_of(error_wanted)) || !is_beneath(path))
        return 0;
    if (call->kind == OPEN && !opens(pid, data, error_wanted))
        return 0;
    if (--left > 0)
        return 0;
    tell(call->name, path);
    return error_wanted;
}

static int filter(void)
{
    struct sock_filter code[CALLS + 3];
    int n = 0;
    code[n++] = (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (int i = 0; i < CALLS; i++, n++)
        code[n] = (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned) calls[i].nr, CALLS - i, 0);
    code[n++] = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[n++] = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    struct sock_fprog program = {(unsigned short) n, code};
    return (int) syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static void command(char **words, volatile int *shared, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(125);
    /* From here on no call of the list, until the parent has it. */
    shared[0] = filter();
    if (shared[0] < 0)
        _exit(125);
    while (!shared[1])
        usleep(1000);
    execvp(words[0], words);
    _exit(127);
}

static int listener_of(pid_t child, volatile int *shared)
{
    int process = (int) syscall(SYS_pidfd_open, child, 0);
    if (process < 0)
        die("pidfd_open");
    while (shared[0] == 0) {
        if (kill(child, 0) < 0)
            die("the command has ended");
        usleep(1000);
    }
    int listener = (int) syscall(SYS_pidfd_getfd, process, shared[0], 0);
    if (listener < 0)
        die("pidfd_getfd");
    close(process);
    shared[1] = 1;
    return listener;
}

static void serve(int listener)
{
    struct pollfd ready = {listener, POLLIN, 0};
    while (poll(&ready, 1, -1) >= 0 || errno == EINTR) {
        struct seccomp_notif asked;
        struct seccomp_notif_resp answer;
        if (ready.revents & POLLHUP)
            return; /* nobody has the filter any more */
        memset(&asked, 0, sizeof asked);
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) < 0) {
            if (errno == ENOENT || errno == EINTR)
                continue; /* who asked has been killed */
            die("receive");
        }
        memset(&answer, 0, sizeof answer);
        answer.id = asked.id;
        answer.error = -answer_to(&asked);
        answer.flags = answer.error ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) < 0 && errno != ENOENT)
            die("answer");
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: spoiler DIRECTORY TOLD COMMAND [WORD...]\n");
        return 64;
    }
    beneath = argv[1];
    told = argv[2];
    volatile int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        die("mmap");
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0)
        command(argv + 3, shared, parent);
    serve(listener_of(child, shared));
    int status;
    if (waitpid(child, &status, 0) < 0)
        die("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
