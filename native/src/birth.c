/* The birth of a resident: its first caller may be conmon in a pod's cgroup with a pod's limits, so nothing of that
 * caller may stay with it. In the child, in this order:
 *  session of its own (no terminal's hang-up reaches it) - cgroups of its own where permitted (not charged to, killed
 *  with, or keeping alive a pod's) - soft limits back to the hard ones, oom score to 0 - signal mask and dispositions
 *  to default - umask 022 - "/" (pins no directory) - stdio to the socket and the log - everything else closed - an
 *  empty environment.
 */
#include "birth.h"

#include "leave.h"
#include "cache.h"
#include "oci.h"
#include "older.h"
#include "sys.h"
#include "text.h"
#include "walk.h"

#define AOT_OF_THIS_PLACE "-XX:AOTCache=./"

enum { MAX_WORDS = 256, MAX_SETTINGS = 16, MAX_ENVIRONMENT = 4096 };

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

/* NUL-separated words: first the environment's (NAME=VALUE), then the program's, and `more` behind them. What begins with "./"
 * is beneath home; the word that names an AOT cache of this place is put by its path, or left out when there is none yet. */
static char **words(char *bytes, size_t len, const char *home, const char *cache, char *const *more, char **environment, size_t settings)
{
        static char *argv[MAX_WORDS + 2]; /* one more for who trains */
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
                if (text_equal(word, AOT_OF_THIS_PLACE)) {
                        if (*cache)
                                argv[n++] = (char *) (uintptr_t) cache;
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
        while (more && *more && n < MAX_WORDS)
                argv[n++] = *more++;
        argv[n] = 0;
        *environment = 0;
        return argv;
}

__attribute__((noreturn)) static void refuse(int out, long error)
{
        const char *why = errno_text((int) -error);
        write_whole(out, "cannot start the JVM: ", 22);
        write_whole(out, why, strlen(why));
        write_whole(out, "\n", 1);
        sys1(SYS_exit_group, 127);
        __builtin_unreachable();
}

/* From here on nothing of the caller is left but the socket, at descriptor 0, and the log. */
static void leave_caller(int socket, const char *log)
{
        sys0(SYS_setsid);
        leave_cgroups();
        reset_process();
        int out = (int) sys4(SYS_openat, AT_FDCWD_, log, O_WRONLY_ | O_CREAT_ | O_APPEND_ | O_NOFOLLOW_, 0600);
        /* out first: it may itself be one of the low numbers when the caller had closed its stdio */
        int high_out = (int) sys3(SYS_fcntl, out, 0, 10), high_socket = (int) sys3(SYS_fcntl, socket, 0, 10);
        if (high_out < 0 || high_socket < 0)
                refuse(out, -E_MFILE); /* fcntl(2) says EINVAL when the number is beyond the limit */
        sys3(SYS_dup3, high_socket, 0, 0);
        sys3(SYS_dup3, high_out, 1, 0);
        sys3(SYS_dup3, high_out, 2, 0);
        close_descriptors(3, ~0u, 0);
}

static void execute(char **argv, char **environment)
{
        long r = argv[0] ? sys3(SYS_execve, argv[0], argv, environment) : -E_NOENT;
        refuse(2, r);
}

/* A JVM that lacks it serves as well: who asks for it makes a copy then. */
static void keep_program(void)
{
        long copy = unchangeable_copy();
        if (copy >= 0 && copy != RESIDENT_PROGRAM)
                sys3(SYS_dup3, copy, RESIDENT_PROGRAM, 0);
        if (copy == RESIDENT_PROGRAM)
                sys3(SYS_fcntl, copy, 2 /* F_SETFD */, 0);
}

static void child(const struct newborn *b, const char *cache, char *bytes, size_t len)
{
        char *environment[MAX_SETTINGS], option[600];
        struct text t = text_over(option, sizeof option);
        if (*cache) {
                text_add(&t, "-XX:AOTCache=");
                text_add(&t, cache);
        }
        leave_caller(b->socket, b->log);
        if (b->keeps_program)
                keep_program();
        if (b->stays && sys2(SYS_listen, 0, RESIDENT_BACKLOG) < 0)
                sys1(SYS_exit_group, 127);
        execute(words(bytes, len, b->home, option, b->more, environment, sizeof environment / sizeof *environment), environment);
}

static int64_t read_words(const char *home, const char *role, char **bytes)
{
        char path[3200];
        struct text t = text_over(path, sizeof path);
        text_add(&t, home);
        text_add(&t, "/lib/");
        text_add(&t, role);
        text_add(&t, ".argv");
        OWNED_FD fd = (int) sys4(SYS_openat, AT_FDCWD_, path, O_RDONLY_ | O_CLOEXEC_, 0);
        return fd < 0 ? fd : read_whole(fd, 65536, bytes);
}

/* An unpacked archive has no AOT cache, because a cache is bound to the place of its jars: it is made here, in a process
 * that nobody waits for and that gives way to all others. It gets its name at the end: who finds that finds all of it. */
static void train(const struct newborn *b, const char *cache, char *bytes, size_t len)
{
        char *environment[MAX_SETTINGS], part[560], plan[570], option[620];
        struct text t = text_over(part, sizeof part);
        text_add(&t, cache);
        text_add_char(&t, '.');
        text_add_number(&t, sys0(SYS_getpid));
        t = text_over(plan, sizeof plan);
        text_add(&t, part);
        text_add(&t, ".config"); /* what the JVM makes on the way to it, and removes unless it is killed */
        t = text_over(option, sizeof option);
        text_add(&t, "-XX:AOTCacheOutput=");
        text_add(&t, part);
        int nothing = (int) sys4(SYS_openat, AT_FDCWD_, "/dev/null", O_RDWR_ | O_CLOEXEC_, 0);
        leave_caller(nothing, "/dev/null");
        sys3(SYS_setpriority, 0, 0, 19);
        struct clone_args_ args = {.exit_signal = SIGCHLD_};
        long pid = clone_process(&args);
        if (pid == 0) {
                char **argv = words(bytes, len, b->home, option, 0, environment, sizeof environment / sizeof *environment);
                size_t n = 0;
                while (argv[n])
                        n++;
                argv[n] = (char *) (uintptr_t) "--train";
                argv[n + 1] = 0;
                execute(argv, environment);
        }
        int status = -1;
        while (pid > 0 && sys4(SYS_wait4, pid, &status, 0, 0) == -E_INTR)
                ;
        if (status == 0)
                sys4(SYS_renameat, AT_FDCWD_, part, AT_FDCWD_, cache);
        sys3(SYS_unlinkat, AT_FDCWD_, part, 0);
        sys3(SYS_unlinkat, AT_FDCWD_, plan, 0);
        sys1(SYS_exit_group, 0);
}

/* Whether this role's words leave room for a cache: those of a tree that was built here name theirs. */
static int wants_cache(const char *bytes, size_t len)
{
        for (size_t at = 0; at < len; at += strlen(bytes + at) + 1)
                if (text_equal(bytes + at, AOT_OF_THIS_PLACE))
                        return 1;
        return 0;
}

int birth(const struct newborn *b)
{
        char *bytes;
        struct cache cache = {""};
        int64_t len = read_words(b->home, b->role, &bytes);
        if (len < 0)
                return (int) len;
        int there = wants_cache(bytes, (size_t) len) && cache_find(&cache, b->home, b->role, b->envp);
        struct clone_args_ args = {.exit_signal = SIGCHLD_}, until_exec = {.flags = CLONE_VFORK_, .exit_signal = SIGCHLD_};
        long pid = clone_process(&until_exec);
        if (pid == 0)
                child(b, there ? cache.path : "", bytes, (size_t) len);
        if (pid > 0 && !there && *cache.path && b->stays && clone_process(&args) == 0)
                train(b, cache.path, bytes, (size_t) len);
        return (int) pid;
}

int become(const struct newborn *b)
{
        static char *environment[MAX_ENVIRONMENT + 1];
        char *bytes, option[600];
        struct cache cache = {""};
        int64_t len = read_words(b->home, b->role, &bytes);
        size_t n = 0;
        if (len < 0)
                return (int) len;
        struct text t = text_over(option, sizeof option);
        if (wants_cache(bytes, (size_t) len) && cache_find(&cache, b->home, b->role, b->envp)) {
                text_add(&t, "-XX:AOTCache=");
                text_add(&t, cache.path);
        }
        char **argv = words(bytes, (size_t) len, b->home, option, b->more, environment, MAX_SETTINGS);
        while (environment[n])
                n++;
        for (char **e = b->envp; *e; e++) {
                if (n == MAX_ENVIRONMENT)
                        return -E_2BIG;
                environment[n++] = *e;
        }
        environment[n] = 0;
        return argv[0] ? (int) sys3(SYS_execve, argv[0], argv, environment) : -E_NOENT;
}
