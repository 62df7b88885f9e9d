/* The birth of a resident: its first caller may be conmon in a pod's cgroup with a pod's limits, so nothing of that
 * caller may stay with it. In the child, in this order:
 *  session of its own (no terminal's hang-up reaches it) - cgroups of its own where permitted (not charged to, killed
 *  with, or keeping alive a pod's) - soft limits back to the hard ones, oom score to 0 - signal mask and dispositions
 *  to default - umask 022 - "/" (pins no directory) - stdio to the socket and the log - everything else closed - an
 *  empty environment.
 */
#include "birth.h"

#include "leave.h"
#include "sys.h"
#include "text.h"
#include "walk.h"

enum { MAX_WORDS = 256 };

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
        OWNED_FD score = (int) sys4(SYS_openat, AT_FDCWD_, "/proc/self/oom_score_adj", O_WRONLY_ | O_CLOEXEC_, 0);
        if (score >= 0)
                sys3(SYS_write, score, "0", 1);
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
