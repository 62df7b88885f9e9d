#include "test.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct walk w;

static int64_t spawn_program(const char *path, const char *script, const char *bytes, uint64_t len, int64_t deadline)
{
        const char *argv[] = {path, "-c", script, NULL}, *env[] = {"PATH=/usr/bin:/bin", "NAME=value", NULL};
        struct op_args o = {.w = &w,
                            .a = {(int64_t) (uintptr_t) path, (int64_t) (uintptr_t) argv, (int64_t) (uintptr_t) env,
                                  (int64_t) (uintptr_t) bytes, (int64_t) len, deadline}};
        w.detail[0] = 0;
        return op_spawn(&o);
}

static int64_t run(const char *script)
{
        return spawn_program("/bin/sh", script, "input", 5, 20000);
}

static void gives_input_and_environment(void)
{
        EXPECT_NUMBER(0, run("test \"$(cat)\" = input && test $NAME = value && test $(env | grep -c ^HOME) = 0"));
        EXPECT_NUMBER(0, run("true")); /* it need not read */
}

static void says_what_went_wrong(void)
{
        EXPECT_NUMBER(-5, run("echo out; echo err >&2; exit 3"));
        EXPECT_TEXT("exit status 3, stdout: out\n, stderr: err\n", w.detail);
        EXPECT_NUMBER(-5, run("kill -9 $$"));
        EXPECT_TEXT("signal: 9, stdout: , stderr: ", w.detail);
        EXPECT_NUMBER(-5, spawn_program("/no/such/program", "", "", 0, -1));
        EXPECT_TEXT("no such file or directory", w.detail);
        put("plain", "not executable");
        EXPECT_NUMBER(-5, spawn_program("plain", "", "", 0, -1));
        EXPECT_TEXT("permission denied", w.detail);
}

static void keeps_a_deadline(void)
{
        double before = seconds();
        EXPECT_NUMBER(-110, spawn_program("/bin/sh", "sleep 20", "", 0, 300));
        EXPECT(seconds() - before < 5);
        EXPECT_TEXT("hook ran past specified timeout of 0.0s", w.detail);
        EXPECT_NUMBER(-1, waitpid(-1, NULL, WNOHANG)); /* killed and reaped */
}

/* A deadline of more milliseconds than an int has is none that has passed. */
static void takes_a_long_deadline(void)
{
        EXPECT_NUMBER(0, spawn_program("/bin/sh", "sleep 0.2", "", 0, 3000000000ll));
        EXPECT_NUMBER(0, spawn_program("/bin/sh", "sleep 0.2", "", 0, 4294967296ll * 3));
}

static void much_input_that_nobody_reads(void)
{
        static char big[1 << 20];
        double before = seconds();
        EXPECT_NUMBER(0, spawn_program("/bin/sh", "exec sleep 0.1", big, sizeof big, 10000));
        EXPECT_NUMBER(0, spawn_program("/bin/sh", "exec 0<&-; sleep 0.1", big, sizeof big, 10000));
        EXPECT_NUMBER(0, spawn_program("/bin/sh", "test $(wc -c) = 1048576", big, sizeof big, 10000));
        EXPECT(seconds() - before < 8);
}

static void much_output_is_cut(void)
{
        EXPECT_NUMBER(-5, run("yes | head -c 1000000; yes no | head -c 1000000 >&2; exit 1"));
        EXPECT(strlen(w.detail) > 4000 && strlen(w.detail) < 4200);
        EXPECT(strncmp(w.detail, "exit status 1, stdout: y\ny\n", 27) == 0);
}

/* Whoever inherits the output, and even floods it, holds nobody up. */
static void does_not_wait_for_its_children(void)
{
        double before = seconds();
        EXPECT_NUMBER(0, run("sleep 20 & exit 0"));
        EXPECT(seconds() - before < 5);
        EXPECT_NUMBER(0, run("(trap '' PIPE; while :; do echo flood; done 2>/dev/null) & echo $! >pid; exit 0"));
        EXPECT(seconds() - before < 8);
        kill(atoi(contents("pid")), SIGKILL);
}

static void inherits_nothing(void)
{
        int leaked = dup2(1, 30);
        EXPECT_NUMBER(30, leaked);
        EXPECT_NUMBER(0, run("test $(ls /proc/self/fd | wc -l) = 4")); /* stdio and ls' own */
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, NULL);
        EXPECT_NUMBER(0, run("grep -q 'SigBlk:.0000000000000000' /proc/self/status"));
}

/* The caller's own descriptors 0 to 2 may be closed: the pipes then have these numbers. */
static void works_without_stdio(void)
{
        int kept = dup(2);
        close(0), close(1), close(2);
        int64_t r = run("test \"$(cat)\" = input && echo out && echo err >&2 && exit 4");
        dup2(kept, 2);
        EXPECT_NUMBER(-5, r);
        EXPECT_TEXT("exit status 4, stdout: out\n, stderr: err\n", w.detail);
}

const struct test spawn_tests[] = {
        {"a program gets its input and its environment", gives_input_and_environment},
        {"a failure is worded", says_what_went_wrong},
        {"a deadline ends it", keeps_a_deadline},
        {"a deadline of weeks", takes_a_long_deadline},
        {"input that nobody reads", much_input_that_nobody_reads},
        {"output is kept up to a cap", much_output_is_cut},
        {"its children are not waited for", does_not_wait_for_its_children},
        {"it inherits no descriptor and no signal mask", inherits_nothing},
        {"the caller's stdio may be closed", works_without_stdio},
        {NULL, NULL},
};
