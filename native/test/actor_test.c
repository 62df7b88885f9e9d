/* Two processes and the socket between them. */
#include "test.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct walk w;

static void start_init(struct maker *m)
{
        make_step(m, OP_ACTOR, 0, 30, "start init", ARGS(I(ACTOR_INIT), I(0), I(-1)));
}

static void meet_at_barriers(void)
{
        struct maker *m = maker();
        start_init(m);
        make_step(m, OP_POST, 0, PLAN_NO_REGISTER, "go", ARGS(I(3)));
        make_step(m, OP_AWAIT, 0, PLAN_NO_REGISTER, "wait for four", ARGS(I(4)));
        make_step(m, OP_AWAIT, 1, 33, "any token", ARGS(I(0)));
        make_step(m, OP_AWAIT, 0, PLAN_NO_REGISTER, "wait for the end", ARGS(I(0)));
        make_step(m, OP_WAIT, 0, 32, "wait for the process", ARGS(R(30), R(31)));
        make_actor(m, ACTOR_INIT, "", 1);
        make_step(m, OP_AWAIT, 0, PLAN_NO_REGISTER, "wait for three", ARGS(I(3)));
        make_step(m, OP_POST, 0, PLAN_NO_REGISTER, "four", ARGS(I(4)));
        make_step(m, OP_POST, 0, PLAN_NO_REGISTER, "any", ARGS(I(77)));
        make_step(m, OP_EXIT, 0, PLAN_NO_REGISTER, "end", ARGS(I(9)));
        make_walk(m, &w);
        EXPECT_NUMBER(0, walk_actor(&w, 0));
        EXPECT_NUMBER(77, w.reg[33]);
        EXPECT_NUMBER(9, w.reg[32]);
        EXPECT(w.reg[30] > 0 && w.reg[31] > 2);
}

/* The other actor's sentence is worded there and said here. */
static void a_failure_crosses(void)
{
        struct maker *m = maker();
        start_init(m);
        make_step(m, OP_AWAIT, 0, PLAN_NO_REGISTER, "wait", ARGS(I(4)));
        make_actor(m, ACTOR_INIT, "init says", 55);
        make_step(m, OP_CALL, __NR_close, PLAN_NO_REGISTER, "mount proc", ARGS(I(-1)));
        make_walk(m, &w);
        EXPECT_NUMBER(-1, walk_actor(&w, 0));
        EXPECT_TEXT("init says: mount proc: bad file descriptor", w.failure.text);
        EXPECT_NUMBER(ACTOR_INIT, w.failure.actor);
        EXPECT_NUMBER(55, w.failure.exit_status);
        walk_undo(&w);
        EXPECT_NUMBER(-1, waitpid(-1, NULL, 0)); /* reaped */
}

static void a_death_is_noticed(void)
{
        struct maker *m = maker();
        make_actor(m, 0, "outer", 1);
        start_init(m);
        make_step(m, OP_AWAIT, 0, PLAN_NO_REGISTER, "wait", ARGS(I(4)));
        make_actor(m, ACTOR_INIT, "", 1);
        make_step(m, OP_CALL, __NR_getpid, 40, "", NO_ARGS);
        make_step(m, OP_CALL, __NR_kill, PLAN_NO_REGISTER, "", ARGS(R(40), I(9)));
        make_walk(m, &w);
        EXPECT_NUMBER(-1, walk_actor(&w, 0));
        EXPECT_TEXT("outer: wait: it was killed by signal 9, as by the kernel when a memory limit is too low", w.failure.text);
}

static void a_wrong_token_is_refused(void)
{
        struct maker *m = maker();
        start_init(m);
        make_step(m, OP_AWAIT, 0, PLAN_NO_REGISTER, "wait", ARGS(I(4)));
        make_actor(m, ACTOR_INIT, "", 1);
        make_step(m, OP_POST, 0, PLAN_NO_REGISTER, "five", ARGS(I(5)));
        make_walk(m, &w);
        EXPECT_NUMBER(-1, walk_actor(&w, 0));
        EXPECT_TEXT("wait: protocol error", w.failure.text);
}

static void undo_kills_the_child(void)
{
        struct maker *m = maker();
        start_init(m);
        make_step(m, OP_FAIL, 0, PLAN_NO_REGISTER, "no", ARGS(I(5)));
        make_actor(m, ACTOR_INIT, "", 1);
        make_step(m, OP_AWAIT, 0, PLAN_NO_REGISTER, "for ever", ARGS(I(1)));
        make_policy(m, POLICY_TOLERATE, 0, 0, NULL, 0);
        make_step(m, OP_CALL, __NR_pause, PLAN_NO_REGISTER, "for ever", NO_ARGS);
        make_walk(m, &w);
        EXPECT_NUMBER(-1, walk_actor(&w, 0));
        walk_undo(&w);
        EXPECT_NUMBER(-1, kill((pid_t) w.reg[30], 0));
}

/* The end of the socket is the child's exec: the socket is close-on-exec. */
static void an_exec_is_noticed(void)
{
        struct maker *m = maker();
        uint32_t path = make_string(m, "/bin/sh"), flag = make_string(m, "-c"), script = make_string(m, "sleep 0.1; exit 6");
        uint32_t argv = make_data(m, NULL, 32);
        const uint64_t words[4] = {path, flag, script, 0};
        memcpy(m->data + argv, words, sizeof words);
        for (uint32_t i = 0; i < 3; i++)
                m->reloc[m->relocs++] = argv + 8 * i;
        start_init(m);
        make_step(m, OP_AWAIT, 0, PLAN_NO_REGISTER, "wait for exec", ARGS(I(0)));
        make_step(m, OP_WAIT, 0, 32, "wait", ARGS(R(30), R(31)));
        make_actor(m, ACTOR_INIT, "", 1);
        make_step(m, OP_CALL, __NR_execve, PLAN_NO_REGISTER, "exec", ARGS(D(path), D(argv), D(argv + 24)));
        make_walk(m, &w);
        EXPECT_NUMBER(0, walk_actor(&w, 0));
        EXPECT_NUMBER(6, w.reg[32]);
}

static void signals_are_reset(void)
{
        signal(SIGHUP, SIG_IGN);
        signal(SIGTERM, SIG_IGN);
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, NULL);
        struct maker *m = maker();
        uint32_t before = make_data(m, NULL, 32);
        start_init(m);
        make_step(m, OP_WAIT, 0, 32, "wait", ARGS(R(30), R(31)));
        make_actor(m, ACTOR_INIT, "", 1);
        make_step(m, OP_CALL, __NR_rt_sigprocmask, PLAN_NO_REGISTER, "mask", ARGS(I(0), I(0), D(before), I(8)));
        make_step(m, OP_LOAD, 8, 40, "", ARGS(D(before)));
        make_step(m, OP_CHECK, CMP_EQ, PLAN_NO_REGISTER, "nothing is blocked", ARGS(R(40), I(-1), I(0), I(5)));
        make_step(m, OP_CALL, __NR_rt_sigaction, PLAN_NO_REGISTER, "hup", ARGS(I(SIGTERM), I(0), D(before), I(8)));
        make_step(m, OP_LOAD, 8, 40, "", ARGS(D(before)));
        make_step(m, OP_CHECK, CMP_EQ, PLAN_NO_REGISTER, "nothing is ignored", ARGS(R(40), I(-1), I(0), I(5)));
        make_step(m, OP_EXIT, 0, PLAN_NO_REGISTER, "end", ARGS(I(3)));
        make_walk(m, &w);
        EXPECT_NUMBER(0, walk_actor(&w, 0));
        EXPECT_NUMBER(3, w.reg[32]);
}

static void foreground_passes_signals_on(void)
{
        struct maker *m = maker();
        start_init(m);
        make_step(m, OP_AWAIT, 0, PLAN_NO_REGISTER, "wait", ARGS(I(1)));
        make_step(m, OP_CALL, __NR_getpid, 34, "", NO_ARGS);
        make_step(m, OP_CALL, __NR_kill, PLAN_NO_REGISTER, "to be passed on", ARGS(R(34), I(SIGUSR1)));
        make_step(m, OP_WAIT, 0, 32, "wait", ARGS(R(30), R(31)));
        make_actor(m, ACTOR_INIT, "", 1);
        make_step(m, OP_POST, 0, PLAN_NO_REGISTER, "here", ARGS(I(1)));
        make_step(m, OP_CALL, __NR_pause, PLAN_NO_REGISTER, "wait for it", NO_ARGS);
        make_walk(m, &w);
        sigset_t usr1; /* pending until the wait takes it up */
        sigemptyset(&usr1);
        sigaddset(&usr1, SIGUSR1);
        sigprocmask(SIG_BLOCK, &usr1, NULL);
        EXPECT_NUMBER(0, walk_actor(&w, 0));
        EXPECT_NUMBER(128 + SIGUSR1, w.reg[32]);
}

const struct test actor_tests[] = {
        {"tokens go both ways, statuses come back", meet_at_barriers},
        {"a failure is said in the words of where it happened", a_failure_crosses},
        {"a death in front of a barrier is noticed", a_death_is_noticed},
        {"another token than the awaited one is refused", a_wrong_token_is_refused},
        {"undo kills and reaps the child", undo_kills_the_child},
        {"a successful exec is noticed", an_exec_is_noticed},
        {"a child starts with no signal blocked or ignored", signals_are_reset},
        {"the foreground passes signals on", foreground_passes_signals_on},
        {NULL, NULL},
};
