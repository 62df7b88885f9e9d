/* System calls without a libc: the raw instruction, the numbers, and the structures that this program reads or writes.
 *
 * Guarantee: nothing here allocates, keeps errno in a global, or can block for another reason than the call itself.
 * Every call answers its result, or -errno (syscall(2), "Return value" of the raw interface).
 * Numbers and layouts are declared here because Debian 12's headers end at Linux 6.1.
 */
#ifndef ESTIBA_SYS_H
#define ESTIBA_SYS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#define ARCH_AUDIT 0xc000003eu
static inline long sys6(long n, long a, long b, long c, long d, long e, long f)
{
        long r;
        register long r10 __asm__("r10") = d;
        register long r8 __asm__("r8") = e;
        register long r9 __asm__("r9") = f;
        __asm__ volatile("syscall"
                         : "=a"(r)
                         : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                         : "rcx", "r11", "memory");
        return r;
}
enum {
        SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_poll = 7, SYS_mmap = 9, SYS_munmap = 11, SYS_rt_sigaction = 13,
        SYS_rt_sigprocmask = 14, SYS_ioctl = 16, SYS_getpid = 39, SYS_sendfile = 40, SYS_socket = 41, SYS_connect = 42, SYS_accept4 = 288,
        SYS_sendmsg = 46, SYS_recvmsg = 47, SYS_shutdown = 48, SYS_bind = 49, SYS_listen = 50, SYS_socketpair = 53,
        SYS_setsockopt = 54, SYS_getsockopt = 55, SYS_exit = 60, SYS_wait4 = 61, SYS_kill = 62, SYS_fcntl = 72,
        SYS_flock = 73, SYS_ftruncate = 77, SYS_getcwd = 79, SYS_getpgid = 121, SYS_setpriority = 141, SYS_faccessat = 269, SYS_fchdir = 81, SYS_umask = 95, SYS_fchmod = 91,
        SYS_getuid = 102, SYS_getgid = 104, SYS_setsid = 112, SYS_geteuid = 107, SYS_getppid = 110,
        SYS_prctl = 157, SYS_getdents64 = 217, SYS_clock_gettime = 228, SYS_exit_group = 231, SYS_openat = 257,
        SYS_mkdirat = 258, SYS_fchownat = 260, SYS_newfstatat = 262, SYS_unlinkat = 263, SYS_renameat = 264,
        SYS_symlinkat = 266, SYS_readlinkat = 267, SYS_mknodat = 259, SYS_utimensat = 280, SYS_signalfd4 = 289,
        SYS_epoll_create1 = 291, SYS_dup3 = 292, SYS_pipe2 = 293, SYS_prlimit64 = 302, SYS_memfd_create = 319,
        SYS_execveat = 322, SYS_execve = 59, SYS_pidfd_send_signal = 424, SYS_pidfd_open = 434, SYS_pidfd_getfd = 438, SYS_clone3 = 435,
        SYS_open_tree = 428, SYS_mount_setattr = 442, SYS_fsopen = 430, SYS_fsconfig = 431, SYS_fsmount = 432, SYS_close_range = 436, SYS_openat2 = 437, SYS_fstatfs = 138, SYS_statx = 332, SYS_lgetxattr = 192,
        SYS_flistxattr = 196, SYS_fgetxattr = 193, SYS_fsetxattr = 190, SYS_fsetxattr_path = 189, SYS_nanosleep = 35,
        SYS_fstat = 5, SYS_sched_setaffinity = 203, SYS_getrandom = 318, SYS_waitid = 247, SYS_chdir = 80,
        SYS_timerfd_create = 283, SYS_timerfd_settime = 286, SYS_copy_file_range = 326, SYS_lseek = 8, SYS_linkat = 265,
        SYS_madvise = 28, SYS_clone = 56
};
#elif defined(__aarch64__)
#define ARCH_AUDIT 0xc00000b7u
static inline long sys6(long n, long a, long b, long c, long d, long e, long f)
{
        register long x8 __asm__("x8") = n;
        register long x0 __asm__("x0") = a;
        register long x1 __asm__("x1") = b;
        register long x2 __asm__("x2") = c;
        register long x3 __asm__("x3") = d;
        register long x4 __asm__("x4") = e;
        register long x5 __asm__("x5") = f;
        __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
        return x0;
}
enum {
        SYS_read = 63, SYS_write = 64, SYS_close = 57, SYS_mmap = 222, SYS_munmap = 215, SYS_rt_sigaction = 134,
        SYS_rt_sigprocmask = 135, SYS_ioctl = 29, SYS_getpid = 172, SYS_sendfile = 71, SYS_socket = 198,
        SYS_connect = 203, SYS_accept4 = 242, SYS_sendmsg = 211, SYS_recvmsg = 212, SYS_shutdown = 210, SYS_bind = 200,
        SYS_listen = 201, SYS_socketpair = 199, SYS_setsockopt = 208, SYS_getsockopt = 209, SYS_exit = 93,
        SYS_wait4 = 260, SYS_kill = 129, SYS_fcntl = 25, SYS_flock = 32, SYS_ftruncate = 46, SYS_getcwd = 17, SYS_getpgid = 155, SYS_setpriority = 140, SYS_faccessat = 48,
        SYS_fchdir = 50, SYS_umask = 166, SYS_fchmod = 52, SYS_getuid = 174, SYS_getgid = 176, SYS_setsid = 157,
        SYS_geteuid = 175, SYS_getppid = 173, SYS_prctl = 167, SYS_getdents64 = 61, SYS_clock_gettime = 113,
        SYS_exit_group = 94, SYS_openat = 56, SYS_mkdirat = 34, SYS_fchownat = 54, SYS_newfstatat = 79,
        SYS_unlinkat = 35, SYS_renameat = 38, SYS_symlinkat = 36, SYS_readlinkat = 78, SYS_mknodat = 33,
        SYS_utimensat = 88, SYS_signalfd4 = 74, SYS_epoll_create1 = 20, SYS_dup3 = 24, SYS_pipe2 = 59,
        SYS_prlimit64 = 261, SYS_memfd_create = 279, SYS_execveat = 281, SYS_execve = 221, SYS_pidfd_send_signal = 424,
        SYS_pidfd_open = 434, SYS_pidfd_getfd = 438, SYS_clone3 = 435, SYS_fsopen = 430, SYS_fsconfig = 431, SYS_fsmount = 432,
        SYS_open_tree = 428, SYS_mount_setattr = 442, SYS_close_range = 436, SYS_openat2 = 437, SYS_fstatfs = 44,
        SYS_statx = 291, SYS_flistxattr = 13, SYS_fgetxattr = 10, SYS_fsetxattr = 7, SYS_nanosleep = 101,
        SYS_fstat = 80, SYS_sched_setaffinity = 122, SYS_getrandom = 278, SYS_waitid = 95, SYS_chdir = 49,
        SYS_timerfd_create = 85, SYS_timerfd_settime = 86, SYS_copy_file_range = 285, SYS_lseek = 62, SYS_ppoll = 73,
        SYS_linkat = 37, SYS_madvise = 233, SYS_clone = 220
};
#else
#error "no system call convention for this machine"
#endif

#define SYS_SELECT(_1, _2, _3, _4, _5, _6, _7, name, ...) name
#define sys0(n) sys6(n, 0, 0, 0, 0, 0, 0)
#define sys1(n, a) sys6(n, (long) (a), 0, 0, 0, 0, 0)
#define sys2(n, a, b) sys6(n, (long) (a), (long) (b), 0, 0, 0, 0)
#define sys3(n, a, b, c) sys6(n, (long) (a), (long) (b), (long) (c), 0, 0, 0)
#define sys4(n, a, b, c, d) sys6(n, (long) (a), (long) (b), (long) (c), (long) (d), 0, 0)
#define sys5(n, a, b, c, d, e) sys6(n, (long) (a), (long) (b), (long) (c), (long) (d), (long) (e), 0)

/* errno(3): those that this program itself compares with or answers. */
enum {
        E_PERM = 1, E_NOENT = 2, E_SRCH = 3, E_INTR = 4, E_IO = 5, E_2BIG = 7, E_BADF = 9, E_CHILD = 10, E_AGAIN = 11, E_NOMEM = 12,
        E_ACCES = 13, E_BUSY = 16, E_EXIST = 17, E_NODEV = 19, E_NOTDIR = 20, E_ISDIR = 21, E_INVAL = 22, E_NFILE = 23, E_MFILE = 24, E_FBIG = 27, E_PIPE = 32, E_RANGE = 34,
        E_NAMETOOLONG = 36, E_NOSYS = 38, E_NOTTY = 25, E_NOTEMPTY = 39, E_LOOP = 40, E_PROTO = 71, E_BADMSG = 74, E_OPNOTSUPP = 95,
        E_CONNRESET = 104, E_NOBUFS = 105, E_TIMEDOUT = 110, E_CONNREFUSED = 111, E_STALE = 116, E_OWNERDEAD = 130
};

enum {
        O_RDONLY_ = 0, O_WRONLY_ = 1, O_RDWR_ = 2, O_CREAT_ = 0100, O_EXCL_ = 0200, O_NOCTTY_ = 0400, O_TRUNC_ = 01000,
        O_APPEND_ = 02000, O_NONBLOCK_ = 04000, O_CLOEXEC_ = 02000000, O_PATH_ = 010000000,
#if defined(__x86_64__)
        O_DIRECTORY_ = 0200000, O_NOFOLLOW_ = 0400000,
#else
        O_DIRECTORY_ = 040000, O_NOFOLLOW_ = 0100000,
#endif
        AT_FDCWD_ = -100, AT_EMPTY_PATH_ = 0x1000, AT_SYMLINK_NOFOLLOW_ = 0x100, AT_REMOVEDIR_ = 0x200
};

enum { S_IFMT_ = 0170000, S_IFDIR_ = 0040000, S_IFREG_ = 0100000, S_IFLNK_ = 0120000, S_IFIFO_ = 0010000, S_IFSOCK_ = 0140000 };

/* openat2(2) */
struct open_how_ {
        uint64_t flags, mode, resolve;
};
enum { RESOLVE_NO_XDEV_ = 1, RESOLVE_NO_MAGICLINKS_ = 2, RESOLVE_NO_SYMLINKS_ = 4, RESOLVE_BENEATH_ = 8, RESOLVE_IN_ROOT_ = 16 };

/* clone(2), struct clone_args */
struct clone_args_ {
        uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};
#define CLONE_PIDFD_ 0x1000ull
#define CLONE_VFORK_ 0x4000ull
#define CLONE_PARENT_SETTID_ 0x100000ull
#define CLONE_INTO_CGROUP_ 0x200000000ull

/* statx(2): the fields up to the device numbers; the structure is 256 bytes. */
struct statx_ {
        uint32_t mask, blksize;
        uint64_t attributes;
        uint32_t nlink, uid, gid;
        uint16_t mode, pad;
        uint64_t ino, size, blocks, attributes_mask;
        struct { int64_t sec; uint32_t nsec; int32_t pad; } atime, btime, ctime, mtime;
        uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
        uint64_t rest[14];
};

struct iovec_ { const void *base; size_t len; };
struct msghdr_ {
        void *name; uint32_t namelen; uint32_t pad0;
        struct iovec_ *iov; size_t iovlen;
        void *control; size_t controllen;
        int flags; int pad1;
};
struct cmsghdr_ { size_t len; int level, type; };
struct sockaddr_un_ { uint16_t family; char path[108]; };
struct pollfd_ { int fd; short events, revents; };
struct timespec_ { int64_t sec, nsec; };
struct ucred_ { int32_t pid; uint32_t uid, gid; };

enum { AF_UNIX_ = 1, SOCK_STREAM_ = 1, SOCK_SEQPACKET_ = 5, SOCK_CLOEXEC_ = 02000000, SOCK_NONBLOCK_ = 04000,
       SOL_SOCKET_ = 1, SCM_RIGHTS_ = 1, SO_PEERCRED_ = 17, SO_SNDTIMEO_ = 21, SO_PEERPIDFD_ = 77, MSG_NOSIGNAL_ = 0x4000, MSG_DONTWAIT_ = 0x40, MSG_CMSG_CLOEXEC_ = 0x40000000 };
enum { POLLIN_ = 1, POLLOUT_ = 4, POLLERR_ = 8, POLLHUP_ = 16 };
enum { PROT_READ_ = 1, PROT_WRITE_ = 2, MAP_SHARED_ = 1, MAP_PRIVATE_ = 2, MAP_ANONYMOUS_ = 32 };
enum { SIGHUP_ = 1, SIGINT_ = 2, SIGQUIT_ = 3, SIGKILL_ = 9, SIGPIPE_ = 13, SIGTERM_ = 15, SIGCHLD_ = 17, SIGCONT_ = 18, SIGSTOP_ = 19,
       SIGTSTP_ = 20, SIGTTIN_ = 21, SIGTTOU_ = 22, SIGURG_ = 23, SIGWINCH_ = 28 };
enum { PR_SET_PDEATHSIG_ = 1, PR_SET_DUMPABLE_ = 4, PR_SET_NAME_ = 15, PR_SET_CHILD_SUBREAPER_ = 36 };

static inline long sys_poll(struct pollfd_ *p, unsigned n, int ms)
{
#if defined(__x86_64__)
        return sys3(SYS_poll, p, n, ms);
#else
        struct timespec_ t = {ms / 1000, (ms % 1000) * 1000000L};
        return sys5(SYS_ppoll, p, n, ms < 0 ? 0 : (long) &t, 0, 8);
#endif
}

static inline void close_fd(int *fd)
{
        if (*fd >= 0)
                sys1(SYS_close, *fd);
        *fd = -1;
}
/* A descriptor that its scope owns: crun's habit, so that each early return is free of leaks. */
#define OWNED_FD __attribute__((cleanup(close_fd))) int

#endif
