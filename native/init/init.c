/* docker-init -- PROGRAM [ARGUMENT...]: a container's first process for programs that are not made to be one (--init).
 *
 * The first process of a pid namespace inherits every orphan in it and must reap them; and the kernel gives it no signal
 * whose default is to end it (pid_namespaces(7)). So this one starts the program as its child, passes every signal on, reaps
 * whatever ends, and ends as the program did: with its status, or 128 and the signal's number, as a shell says it.
 * The program is in a process group of its own, which is the terminal's foreground one where there is a terminal: or ^C
 * would reach this process too.
 */
#include "../src/sys.h"
#include "../src/text.h"

#if defined(__x86_64__)
enum { SYS_rt_sigtimedwait = 128, SYS_setpgid = 109 };
#else
enum { SYS_rt_sigtimedwait = 137, SYS_setpgid = 154 };
#endif

enum { SIG_SETMASK_ = 2, TIOCSPGRP_ = 0x5410, WNOHANG_ = 1, WALL_ = 0x40000000, NOT_FOUND = 127, NOT_EXECUTABLE = 126 };

int estiba_main(int argc, char **argv, char **envp);

static void say(const char *what, const char *on, const char *why)
{
        char line[4096];
        struct text t = text_over(line, sizeof line);
        text_add(&t, "docker-init: ");
        text_add(&t, what);
        text_add(&t, on);
        text_add(&t, why);
        text_add_char(&t, '\n');
        sys3(SYS_write, 2, line, t.len);
}

static const char *search_path(char **envp)
{
        for (; *envp; envp++) {
                const char *path = text_after(*envp, "PATH=");
                if (path)
                        return path;
        }
        return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

/* execvp(3). Comes back with why not: EACCES when something was there, else the last answer. */
static long execute(char **argv, char **envp)
{
        long worst = -E_NOENT;
        for (const char *c = argv[0]; *c; c++)
                if (*c == '/')
                        return sys3(SYS_execve, argv[0], argv, envp);
        for (const char *from = search_path(envp); *from;) {
                char full[4096];
                struct text t = text_over(full, sizeof full);
                const char *end = from;
                while (*end && *end != ':')
                        text_add_char(&t, *end++);
                text_add(&t, end == from ? "./" : "/");
                text_add(&t, argv[0]);
                long r = sys3(SYS_execve, full, argv, envp);
                if (r != -E_NOENT && r != -E_NOTDIR)
                        worst = r;
                from = *end ? end + 1 : end;
        }
        return worst;
}

static void child(char **argv, char **envp, uint64_t mask)
{
        struct { void (*handler)(int); unsigned long flags; void *restorer; uint64_t mask; } dfl = {0};
        sys2(SYS_setpgid, 0, 0);
        int group = (int) sys0(SYS_getpid);
        sys3(SYS_ioctl, 0, TIOCSPGRP_, &group); /* ENOTTY where there is no terminal */
        for (int sig = 1; sig <= 64; sig++)
                sys4(SYS_rt_sigaction, sig, &dfl, 0, 8);
        sys4(SYS_rt_sigprocmask, SIG_SETMASK_, &mask, 0, 8);
        long r = execute(argv, envp);
        say("exec ", argv[0], r == -E_NOENT ? ": no such file or directory" : r == -E_ACCES ? ": permission denied" : ": it cannot be executed");
        sys1(SYS_exit_group, r == -E_NOENT ? NOT_FOUND : NOT_EXECUTABLE);
}

/* The program's status when it was among those that have ended, else -1. */
static int reap(long program)
{
        int status, ended = -1;
        for (;;) {
                long pid = sys4(SYS_wait4, -1, &status, WNOHANG_ | WALL_, 0);
                if (pid == -E_INTR)
                        continue;
                if (pid <= 0)
                        return ended;
                if (pid == program)
                        ended = status & 0x7f ? 128 + (status & 0x7f) : (status >> 8) & 0xff;
        }
}

int estiba_main(int argc, char **argv, char **envp)
{
        uint64_t all = ~0ull, before = 0;
        int first = argc > 1 && text_equal(argv[1], "--") ? 2 : 1;
        if (argc <= first) {
                say("there is no program to start: docker-init -- PROGRAM [ARGUMENT...]", "", "");
                return NOT_FOUND;
        }
        sys4(SYS_rt_sigprocmask, SIG_SETMASK_, &all, &before, 8);
        /* Not clone3: Docker's seccomp profile cannot look into its arguments, and answers ENOSYS. */
        long program = sys5(SYS_clone, SIGCHLD_, 0, 0, 0, 0);
        if (program == 0)
                child(argv + first, envp, before);
        if (program < 0) {
                say("start ", argv[first], ": there can be no further process");
                return NOT_EXECUTABLE;
        }
        for (;;) {
                long sig = sys4(SYS_rt_sigtimedwait, &all, 0, 0, 8);
                int status = reap(program);
                if (status >= 0)
                        return status;
                if (sig > 0 && sig != SIGCHLD_)
                        sys2(SYS_kill, program, sig);
        }
}
