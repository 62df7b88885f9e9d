/* The birth of a resident: its first caller may be conmon in a pod's cgroup with a pod's limits, so nothing of that
 * caller may stay with it. In the child, in this order:
 *  session of its own (no terminal's hang-up reaches it) - cgroups of its own where permitted (not charged to, killed
 *  with, or keeping alive a pod's) - soft limits back to the hard ones, oom score to 0 - signal mask and dispositions
 *  to default - umask 022 - "/" (pins no directory) - stdio to the socket and the log - everything else closed - an
 *  empty environment.
 */
#include "birth.h"

#include "sys.h"
#include "text.h"
#include "walk.h"

enum { MAX_WORDS = 256 };
struct dirent_ { uint64_t ino; int64_t off; uint16_t reclen; uint8_t type; char name[]; };

static void write_file(int dir, const char *path, const char *bytes, size_t len)
{
        OWNED_FD fd = (int) sys4(SYS_openat, dir, path, O_WRONLY_ | O_CLOEXEC_, 0);
        if (fd >= 0)
                sys3(SYS_write, fd, bytes, len); /* permitted or not: both are fine here */
}

static void copy_file(int from, int to, const char *name)
{
        char bytes[256];
        OWNED_FD fd = (int) sys4(SYS_openat, from, name, O_RDONLY_ | O_CLOEXEC_, 0);
        long n = fd < 0 ? 0 : sys3(SYS_read, fd, bytes, sizeof bytes);
        if (n > 0)
                write_file(to, name, bytes, (size_t) n);
}

/* A v1 group is joined through `tasks`: this process has one thread, and cgroup.procs takes a global lock for
 * several milliseconds. A v2 group has no such file. */
static void join_own_cgroup(int top, const char *hierarchy)
{
        OWNED_FD dir = (int) sys4(SYS_openat, top, hierarchy, O_PATH_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        if (dir < 0)
                return;
        sys3(SYS_mkdirat, dir, "estiba.jvm", 0755);
        OWNED_FD own = (int) sys4(SYS_openat, dir, "estiba.jvm", O_PATH_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        if (own < 0)
                return;
        copy_file(dir, own, "cpuset.cpus");
        copy_file(dir, own, "cpuset.mems");
        OWNED_FD tasks = (int) sys4(SYS_openat, own, "tasks", O_WRONLY_ | O_CLOEXEC_, 0);
        if (tasks < 0)
                tasks = (int) sys4(SYS_openat, own, "cgroup.procs", O_WRONLY_ | O_CLOEXEC_, 0);
        if (tasks >= 0)
                sys3(SYS_write, tasks, "0", 1);
}

static void leave_cgroups(void)
{
        char buffer[4096] __attribute__((aligned(8)));
        OWNED_FD top = (int) sys4(SYS_openat, AT_FDCWD_, "/sys/fs/cgroup", O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        if (top < 0)
                return;
        OWNED_FD unified = (int) sys4(SYS_openat, top, "cgroup.procs", O_PATH_ | O_CLOEXEC_, 0);
        if (unified >= 0) {
                join_own_cgroup(top, ".");
                return;
        }
        for (;;) {
                long n = sys3(SYS_getdents64, top, buffer, sizeof buffer);
                if (n <= 0)
                        return;
                for (long at = 0; at < n;) {
                        struct dirent_ *e = (struct dirent_ *) (void *) (buffer + at);
                        at += e->reclen;
                        if (e->type == 4 /* DT_DIR; links name the same hierarchy again */ && e->name[0] != '.')
                                join_own_cgroup(top, e->name);
                }
        }
}

static void reset_process(void)
{
        struct { void *handler; unsigned long flags; void *restorer; uint64_t mask; } dfl = {0, 0, 0, 0};
        struct { uint64_t soft, hard; } limit;
        uint64_t none = 0;
        for (int resource = 0; resource < 16; resource++)
                if (resource != 4 /* RLIMIT_CORE */ && sys4(SYS_prlimit64, 0, resource, 0, &limit) == 0) {
                        if (resource != 3 /* RLIMIT_STACK: java's threads take the soft one as their size */)
                                limit.soft = limit.hard;
                        sys4(SYS_prlimit64, 0, resource, &limit, 0);
                }
        write_file(AT_FDCWD_, "/proc/self/oom_score_adj", "0", 1);
        for (int sig = 1; sig <= 64; sig++)
                sys4(SYS_rt_sigaction, sig, &dfl, 0, 8);
        sys4(SYS_rt_sigprocmask, 2, &none, 0, 8);
        sys1(SYS_umask, 022);
        sys1(SYS_chdir, "/");
}

static int is_setting(const char *word)
{
        while (*word && *word != '/' && *word != '=')
                word++;
        return *word == '=';
}

/* NUL-separated words: first the environment's (NAME=VALUE), then the program's. What begins with "./" is
 * beneath home. */
static char **words(char *bytes, size_t len, const char *home, char **environment, size_t settings)
{
        static char *argv[MAX_WORDS + 1];
        size_t n = 0, home_len = strlen(home);
        for (size_t at = 0; at < len && n < MAX_WORDS; at += strlen(bytes + at) + 1) {
                char *word = bytes + at;
                if (n == 0 && is_setting(word)) {
                        if (settings > 1) {
                                *environment++ = word;
                                settings--;
                        }
                        continue;
                }
                const char *rest = text_after(word, "./");
                if (rest) {
                        char *full = arena(home_len + strlen(rest) + 2);
                        struct text t = text_over(full, home_len + strlen(rest) + 2);
                        text_add(&t, home);
                        text_add_char(&t, '/');
                        text_add(&t, rest);
                        word = full;
                }
                argv[n++] = word;
        }
        argv[n] = 0;
        *environment = 0;
        return argv;
}

static void child(const char *home, char *bytes, size_t len, int socket, const char *log)
{
        char *environment[16];
        sys0(SYS_setsid);
        leave_cgroups();
        reset_process();
        int out = (int) sys4(SYS_openat, AT_FDCWD_, log, O_WRONLY_ | O_CREAT_ | O_APPEND_ | O_NOFOLLOW_, 0600);
        /* out first: it may itself be one of the low numbers when the caller had closed its stdio */
        int high_out = (int) sys3(SYS_fcntl, out, 0, 10), high_socket = (int) sys3(SYS_fcntl, socket, 0, 10);
        sys3(SYS_dup3, high_socket, 0, 0);
        sys3(SYS_dup3, high_out, 1, 0);
        sys3(SYS_dup3, high_out, 2, 0);
        sys3(SYS_close_range, 3, ~0u, 0);
        char **argv = words(bytes, len, home, environment, sizeof environment / sizeof *environment);
        long r = argv[0] ? sys3(SYS_execve, argv[0], argv, environment) : -E_NOENT;
        const char *why = errno_text((int) -r);
        write_whole(2, "cannot start the JVM: ", 22);
        write_whole(2, why, strlen(why));
        write_whole(2, "\n", 1);
        sys1(SYS_exit_group, 127);
}

int birth(const char *home, const char *role, int socket, const char *log)
{
        char path[3200], *bytes;
        struct text t = text_over(path, sizeof path);
        text_add(&t, home);
        text_add(&t, "/lib/");
        text_add(&t, role);
        text_add(&t, ".argv");
        OWNED_FD fd = (int) sys4(SYS_openat, AT_FDCWD_, path, O_RDONLY_ | O_CLOEXEC_, 0);
        if (fd < 0)
                return fd;
        int64_t len = read_whole(fd, 65536, &bytes);
        if (len < 0)
                return (int) len;
        struct clone_args_ args = {.exit_signal = SIGCHLD_};
        long pid = sys2(SYS_clone3, &args, sizeof args);
        if (pid == 0)
                child(home, bytes, (size_t) len, socket, log);
        return (int) pid;
}
