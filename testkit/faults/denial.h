/*
 * Which system calls can answer which of four errnos, by their man pages (section 2), and a call's words for a person.
 *
 *     ENOSPC  a file system, or the number of namespaces or of mounts, is full
 *     EMFILE  RLIMIT_NOFILE
 *     ENOMEM  the kernel has no memory, or the caller's memory cgroup
 *     EAGAIN  a pid limit: fork and its kin
 */
#ifndef DENIAL_H
#define DENIAL_H

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SPACE = 1, FILES = 2, MEMORY = 4, AGAIN = 8, ALL = 15 };
/* What an argument is: nothing to be said, a path or another string, a descriptor, bytes. */
enum { NOTHING, STRING, DESCRIPTOR };

static const struct deniable {
    long nr;
    const char *name;
    int errors, kind, argument;
} deniable[] = {
    {SYS_openat, "openat", SPACE | FILES | MEMORY, STRING, 1},
    {SYS_openat2, "openat2", SPACE | FILES | MEMORY, STRING, 1},
    {SYS_mkdirat, "mkdirat", SPACE | MEMORY, STRING, 1},
    {SYS_mknodat, "mknodat", SPACE | MEMORY, STRING, 1},
    {SYS_symlinkat, "symlinkat", SPACE | MEMORY, STRING, 2},
    {SYS_linkat, "linkat", SPACE | MEMORY, STRING, 3},
    {SYS_renameat, "renameat", SPACE | MEMORY, STRING, 3},
    {SYS_renameat2, "renameat2", SPACE | MEMORY, STRING, 3},
    {SYS_unlinkat, "unlinkat", MEMORY, STRING, 1},
    {SYS_statx, "statx", MEMORY, STRING, 1},
    {SYS_newfstatat, "newfstatat", MEMORY, STRING, 1},
    {SYS_readlinkat, "readlinkat", MEMORY, STRING, 1},
    {SYS_faccessat, "faccessat", MEMORY, STRING, 1},
    {SYS_fchownat, "fchownat", MEMORY, STRING, 1},
    {SYS_chdir, "chdir", MEMORY, STRING, 0},
    {SYS_write, "write", SPACE | MEMORY, DESCRIPTOR, 0},
    {SYS_ftruncate, "ftruncate", SPACE, DESCRIPTOR, 0},
    {SYS_sendfile, "sendfile", SPACE | MEMORY, DESCRIPTOR, 0},
    {SYS_copy_file_range, "copy_file_range", SPACE | MEMORY, DESCRIPTOR, 2},
    {SYS_fsetxattr, "fsetxattr", SPACE | MEMORY, DESCRIPTOR, 0},
    {SYS_getdents64, "getdents64", MEMORY, DESCRIPTOR, 0},
    {SYS_fstatfs, "fstatfs", MEMORY, DESCRIPTOR, 0},
    {SYS_bind, "bind", SPACE | MEMORY, NOTHING, 0},
    {SYS_connect, "connect", MEMORY, NOTHING, 0},
    {SYS_socket, "socket", FILES | MEMORY, NOTHING, 0},
    {SYS_socketpair, "socketpair", FILES | MEMORY, NOTHING, 0},
    {SYS_accept4, "accept4", FILES | MEMORY, DESCRIPTOR, 0},
    {SYS_sendmsg, "sendmsg", MEMORY, DESCRIPTOR, 0},
    {SYS_recvmsg, "recvmsg", MEMORY, DESCRIPTOR, 0},
    {SYS_pipe2, "pipe2", FILES, NOTHING, 0},
    {SYS_dup3, "dup3", FILES, DESCRIPTOR, 0},
    {SYS_fcntl, "fcntl", FILES, DESCRIPTOR, 0},
    {SYS_ioctl, "ioctl", FILES | MEMORY, DESCRIPTOR, 0},
    {SYS_epoll_create1, "epoll_create1", FILES | MEMORY, NOTHING, 0},
    {SYS_epoll_ctl, "epoll_ctl", SPACE | MEMORY, DESCRIPTOR, 0},
    {SYS_signalfd4, "signalfd4", FILES | MEMORY, NOTHING, 0},
    {SYS_timerfd_create, "timerfd_create", FILES | MEMORY, NOTHING, 0},
    {SYS_memfd_create, "memfd_create", FILES | MEMORY, STRING, 0},
    {SYS_pidfd_open, "pidfd_open", FILES | MEMORY, NOTHING, 0},
    {SYS_pidfd_getfd, "pidfd_getfd", FILES, NOTHING, 0},
    {SYS_clone, "clone", SPACE | MEMORY | AGAIN, NOTHING, 0},
    {SYS_clone3, "clone3", SPACE | FILES | MEMORY | AGAIN, NOTHING, 0},
#ifdef SYS_fork
    {SYS_fork, "fork", MEMORY | AGAIN, NOTHING, 0},
    {SYS_vfork, "vfork", MEMORY | AGAIN, NOTHING, 0},
#endif
    {SYS_unshare, "unshare", SPACE | MEMORY, NOTHING, 0},
    {SYS_setns, "setns", MEMORY, DESCRIPTOR, 0},
    {SYS_execve, "execve", MEMORY | FILES | AGAIN, STRING, 0},
    {SYS_execveat, "execveat", MEMORY | FILES | AGAIN, STRING, 1},
    {SYS_mmap, "mmap", MEMORY, NOTHING, 0},
    {SYS_setresuid, "setresuid", AGAIN, NOTHING, 0},
    {SYS_setgroups, "setgroups", MEMORY, NOTHING, 0},
    {SYS_poll, "poll", MEMORY, NOTHING, 0},
    {SYS_seccomp, "seccomp", MEMORY, NOTHING, 0},
    {SYS_bpf, "bpf", MEMORY | FILES, NOTHING, 0},
    {SYS_mount, "mount", SPACE | MEMORY, STRING, 1},
    {SYS_umount2, "umount2", MEMORY, STRING, 0},
    {SYS_pivot_root, "pivot_root", MEMORY, STRING, 0},
    {SYS_open_tree, "open_tree", SPACE | FILES | MEMORY, STRING, 1},
    {SYS_move_mount, "move_mount", SPACE | MEMORY, STRING, 3},
    {SYS_fsopen, "fsopen", FILES | MEMORY, STRING, 0},
    {SYS_fsconfig, "fsconfig", MEMORY, STRING, 2},
    {SYS_fsmount, "fsmount", SPACE | FILES | MEMORY, NOTHING, 0},
    {SYS_mount_setattr, "mount_setattr", SPACE | MEMORY, STRING, 1},
    {SYS_add_key, "add_key", MEMORY, NOTHING, 0},
    {SYS_keyctl, "keyctl", MEMORY, NOTHING, 0},
};

static int bit_of(long error)
{
    return error == ENOSPC ? SPACE : error == EMFILE ? FILES : error == ENOMEM ? MEMORY : error == EAGAIN ? AGAIN : 0;
}

static int read_word(pid_t pid, uint64_t at, uint64_t *word)
{
    struct iovec ours = {word, sizeof *word}, theirs = {(void *) (uintptr_t) at, sizeof *word};
    return process_vm_readv(pid, &ours, 1, &theirs, 1, 0) == sizeof *word;
}

/* The system call that can answer this, or NULL. Some can with certain arguments only. */
static const struct deniable *can_answer(pid_t pid, const struct __ptrace_syscall_info *info, int error)
{
    const uint64_t *a = (const uint64_t *) info->entry.args;
    const struct deniable *found = NULL;
    uint64_t flags = a[2];
    for (size_t i = 0; i < sizeof deniable / sizeof *deniable; i++)
        if (deniable[i].nr == (long) info->entry.nr)
            found = &deniable[i];
    if (found == NULL || !(found->errors & error))
        return NULL;
    if (found->nr == SYS_openat2 && !read_word(pid, a[2], &flags))
        return NULL;
    if ((found->nr == SYS_openat || found->nr == SYS_openat2) && error == SPACE && !(flags & O_CREAT))
        return NULL;
    if (found->nr == SYS_fcntl && a[1] != F_DUPFD && a[1] != F_DUPFD_CLOEXEC)
        return NULL;
    if (found->nr == SYS_ioctl && a[1] != 0x5441 /* TIOCGPTPEER */ && a[1] != 0xb701 /* NS_GET_USERNS */)
        return NULL;
    if (found->nr == SYS_clone3 && error == FILES && read_word(pid, a[0], &flags) && !(flags & CLONE_PIDFD))
        return NULL;
    if ((found->nr == SYS_open_tree || found->nr == SYS_mount_setattr) && (int) a[0] == -1)
        return NULL; /* it only asks whether the call is there */
    if (found->nr == SYS_open_tree && error == SPACE && !(a[2] & 1 /* OPEN_TREE_CLONE */))
        return NULL;
    if (found->nr == SYS_mmap && !(a[3] & MAP_ANONYMOUS) && (int) a[4] < 0)
        return NULL;
    return found;
}

static void print_string(pid_t pid, uint64_t at)
{
    char text[200];
    size_t n = 0;
    for (; n < sizeof text - 1; n++) {
        struct iovec ours = {text + n, 1}, theirs = {(void *) (uintptr_t) (at + n), 1};
        if (process_vm_readv(pid, &ours, 1, &theirs, 1, 0) != 1 || text[n] == 0)
            break;
        if (text[n] == '\n')
            text[n] = ' ';
    }
    text[n] = 0;
    printf(" %s", text);
}

static void print_descriptor(pid_t pid, int fd)
{
    char path[64], target[200];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
    ssize_t n = readlink(path, target, sizeof target - 1);
    target[n < 0 ? 0 : n] = 0;
    printf(" %s", target);
}

/* "denied NAME WHAT": to the tracer's own output. */
static void print_call(pid_t pid, const struct deniable *call, const struct __ptrace_syscall_info *info)
{
    const uint64_t *a = (const uint64_t *) info->entry.args;
    printf("\ndenied %s", call->name); /* the command's own last line may have no end */
    if (call->kind == STRING)
        print_string(pid, a[call->argument]);
    else if (call->kind == DESCRIPTOR)
        print_descriptor(pid, (int) a[call->argument]);
    else if (call->nr == SYS_bind || call->nr == SYS_connect)
        print_string(pid, a[1] + 2);
    putchar('\n');
}

#endif
