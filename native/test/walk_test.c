/* Each operation on real descriptors, by plans of a step or two. */
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#undef SYS_SELECT
static struct walk w;

static int walk(struct maker *m)
{
        make_walk(m, &w);
        return walk_actor(&w, 0);
}

static void expect_failure(struct maker *m, int error, const char *text)
{
        EXPECT_NUMBER(-1, walk(m));
        EXPECT_TEXT(text, w.failure.text);
        EXPECT_NUMBER(error, w.failure.error);
}

static void calls(void)
{
        struct maker *m = maker();
        make_step(m, OP_CALL, __NR_getpid, 20, "ask", NO_ARGS);
        EXPECT_NUMBER(0, walk(m));
        EXPECT_NUMBER(getpid(), w.reg[20]);
        EXPECT_NUMBER(-1, w.reg[21]);
}

static void words_a_failure(void)
{
        struct maker *m = maker();
        make_actor(m, 0, "create failed", 42);
        make_step(m, OP_CALL, __NR_close, PLAN_NO_REGISTER, "close it", ARGS(I(-1)));
        expect_failure(m, 9, "create failed: close it: bad file descriptor");
        EXPECT_NUMBER(42, w.failure.exit_status);
        m = maker();
        make_step(m, OP_FAIL, 0, PLAN_NO_REGISTER, "the whole of it", ARGS(I(22)));
        make_flags(m, STEP_WHOLE_SENTENCE);
        expect_failure(m, 22, "the whole of it");
}

/* A name of PATH_MAX and more in a sentence takes its end and not the reason that follows. */
static void keeps_the_reason_of_a_long_sentence(void)
{
        static char sentence[FAILURE_TEXT + 1000];
        memset(sentence, 'x', sizeof sentence - 1);
        memcpy(sentence, "exec /", 6);
        memcpy(sentence + sizeof sentence - 5, "/end", 4);
        struct maker *m = maker();
        make_actor(m, 0, "create failed", 1);
        make_step(m, OP_CALL, __NR_close, PLAN_NO_REGISTER, sentence, ARGS(I(-1)));
        EXPECT_NUMBER(-1, walk(m));
        const char *end = "/end: bad file descriptor", *said = w.failure.text;
        EXPECT_NUMBER(FAILURE_TEXT - 1, strlen(said));
        EXPECT(strncmp(said, "create failed: exec /xxx", 24) == 0);
        EXPECT(strstr(said, "xxx ... xxx") != NULL);
        EXPECT_TEXT(end, said + strlen(said) - strlen(end));
}

static void stops_at_the_failure(void)
{
        struct maker *m = maker();
        make_step(m, OP_SET, 0, 20, "one", ARGS(I(1)));
        make_step(m, OP_FAIL, 0, 20, "no", ARGS(I(0)));
        make_step(m, OP_SET, 0, 20, "two", ARGS(I(2)));
        expect_failure(m, 22, "no: invalid argument");
        EXPECT_NUMBER(1, w.reg[20]);
}

static void sets_loads_and_stores(void)
{
        struct maker *m = maker();
        uint32_t at = make_data(m, "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8........", 16);
        make_step(m, OP_LOAD, 1, 20, "", ARGS(D(at)));
        make_step(m, OP_LOAD, 2, 21, "", ARGS(D(at)));
        make_step(m, OP_LOAD, 4, 22, "", ARGS(D(at)));
        make_step(m, OP_LOAD, 8, 23, "a value that looks like an errno is none", ARGS(D(at)));
        make_step(m, OP_SET, 0, 24, "", ARGS(R(22), I(0xff00)));
        make_step(m, OP_STORE, 2, PLAN_NO_REGISTER, "", ARGS(D(at + 8), I(0x41424344)));
        make_step(m, OP_SET, 0, 25, "", ARGS(I(-5)));
        make_step(m, OP_SET, 0, 26, "", ARGS(I(0x123456789abcdef0)));
        EXPECT_NUMBER(0, walk(m));
        EXPECT_NUMBER(0xff, w.reg[20]);
        EXPECT_NUMBER(0xfeff, w.reg[21]);
        EXPECT_NUMBER(0xfcfdfeffll, w.reg[22]);
        EXPECT_NUMBER((int64_t) 0xf8f9fafbfcfdfeffull, w.reg[23]);
        EXPECT_NUMBER(0xfe00, w.reg[24]);
        EXPECT(memcmp(w.plan.data + at + 8, "DC......", 8) == 0);
        EXPECT_NUMBER(-5, w.reg[25]);
        EXPECT_NUMBER(0x123456789abcdef0, w.reg[26]);
}

static void compares(void)
{
        static const struct {
                unsigned how;
                int64_t a, b;
                int holds;
        } rows[] = {{CMP_ALWAYS, 1, 2, 1}, {CMP_EQ, 1, 1, 1},   {CMP_EQ, 1, 2, 0},   {CMP_NE, 1, 2, 1},   {CMP_NE, 1, 1, 0},
                    {CMP_LT, -1, 0, 1},    {CMP_LT, 0, 0, 0},   {CMP_GE, 0, 0, 1},   {CMP_GE, -1, 0, 0},  {CMP_ULT, -1, 0, 0},
                    {CMP_ULT, 0, -1, 1},   {CMP_UGE, -1, 0, 1}, {CMP_UGE, 0, -1, 0}};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct maker *m = maker();
                make_step(m, OP_CHECK, rows[i].how, PLAN_NO_REGISTER, "check", ARGS(I(rows[i].a), I(-1), I(rows[i].b), I(17)));
                if (walk(m) != (rows[i].holds ? 0 : -1) || (!rows[i].holds && w.failure.error != 17))
                        fail(__FILE__, __LINE__, "check, row %zu", i);
                m = maker();
                uint32_t jump = make_step(m, OP_JUMP, rows[i].how, PLAN_NO_REGISTER, "jump", ARGS(I(0), I(rows[i].a), I(rows[i].b)));
                make_step(m, OP_SET, 0, 20, "not jumped", ARGS(I(1)));
                make_target(m, jump);
                EXPECT_NUMBER(0, walk(m));
                if ((w.reg[20] == -1) != rows[i].holds)
                        fail(__FILE__, __LINE__, "jump, row %zu", i);
        }
}

static void tolerates_what_is_listed(void)
{
        struct maker *m = maker();
        make_step(m, OP_CALL, __NR_close, 20, "listed", ARGS(I(-1)));
        make_policy(m, POLICY_TOLERATE, 0, 0, (const int[]){2, 17, 9}, 3);
        make_step(m, OP_CALL, __NR_close, 21, "any", ARGS(I(-1)));
        make_policy(m, POLICY_TOLERATE, 0, 0, NULL, 0);
        EXPECT_NUMBER(0, walk(m));
        EXPECT_NUMBER(-9, w.reg[20]);
        EXPECT_NUMBER(-9, w.reg[21]);
        make_step(m, OP_CALL, __NR_close, 20, "not listed", ARGS(I(-1)));
        make_policy(m, POLICY_TOLERATE, 0, 0, (const int[]){2, 17}, 2);
        expect_failure(m, 9, "not listed: bad file descriptor");
}

static void tries_again(void)
{
        struct maker *m = maker();
        make_step(m, OP_CALL, __NR_close, PLAN_NO_REGISTER, "three times", ARGS(I(-1)));
        make_policy(m, POLICY_RETRY, 3, 20, (const int[]){9}, 1);
        double before = seconds();
        expect_failure(m, 9, "three times: bad file descriptor");
        double took = seconds() - before;
        EXPECT(took >= 0.06 && took < 2);
        m = maker();
        make_step(m, OP_CALL, __NR_close, 20, "then go on", ARGS(I(-1)));
        make_policy(m, POLICY_RETRY_TOLERATE, 1, 1, (const int[]){9}, 1);
        EXPECT_NUMBER(0, walk(m));
        EXPECT_NUMBER(-9, w.reg[20]);
        m = maker();
        make_step(m, OP_CALL, __NR_close, 20, "another error is not waited for", ARGS(I(-1)));
        make_policy(m, POLICY_RETRY, 255, 1000, (const int[]){16}, 1);
        before = seconds();
        expect_failure(m, 9, "another error is not waited for: bad file descriptor");
        EXPECT(seconds() - before < 0.9);
}

static void reads_up_to_a_cap(void)
{
        put("file", "0123456789");
        struct maker *m = maker();
        make_step(m, OP_CALL, __NR_openat, 20, "open", ARGS(I(AT_FDCWD), D(make_string(m, "file")), I(O_RDONLY)));
        make_step(m, OP_READ_ALL, 0, 21, "read", ARGS(R(20), I(10)));
        EXPECT_NUMBER(0, walk(m));
        EXPECT_NUMBER(10, w.reg[22]);
        EXPECT_TEXT("0123456789", (const char *) w.reg[21]);
        m = maker();
        make_step(m, OP_CALL, __NR_openat, 20, "open", ARGS(I(AT_FDCWD), D(make_string(m, "file")), I(O_RDONLY)));
        make_step(m, OP_READ_ALL, 0, 21, "read", ARGS(R(20), I(9)));
        expect_failure(m, 27, "read: file too large");
        m = maker();
        make_step(m, OP_READ_ALL, 0, 21, "read more than there is memory", ARGS(I(0), I(1ll << 40)));
        expect_failure(m, 12, "read more than there is memory: cannot allocate memory");
}

static void writes_all(void)
{
        struct maker *m = maker();
        uint32_t bytes = make_string(m, "hello");
        make_step(m, OP_CALL, __NR_openat, 20, "open", ARGS(I(AT_FDCWD), D(make_string(m, "file")), I(O_WRONLY | O_CREAT), I(0600)));
        make_step(m, OP_WRITE_ALL, 0, PLAN_NO_REGISTER, "write", ARGS(R(20), D(bytes), I(5)));
        EXPECT_NUMBER(0, walk(m));
        EXPECT_TEXT("hello", contents("file"));
        m = maker();
        make_step(m, OP_WRITE_ALL, 0, PLAN_NO_REGISTER, "write", ARGS(R(20), D(make_string(m, "x")), I(1)));
        expect_failure(m, 9, "write: bad file descriptor");
}

/* A reader that is slow, behind a descriptor that somebody else has made non-blocking. */
static void writes_all_to_a_full_pipe(void)
{
        int ends[2];
        static char big[300000];
        EXPECT(pipe2(ends, O_NONBLOCK) == 0);
        pid_t pid = fork();
        if (pid == 0) {
                size_t have = 0;
                usleep(50000);
                close(ends[1]);
                fcntl(ends[0], F_SETFL, 0);
                for (ssize_t n; (n = read(ends[0], big, 4096)) > 0;)
                        have += (size_t) n;
                _exit(have == sizeof big ? 0 : 1);
        }
        close(ends[0]);
        EXPECT_NUMBER(0, write_whole(ends[1], big, sizeof big));
        close(ends[1]);
        int status;
        waitpid(pid, &status, 0);
        EXPECT_NUMBER(0, status);
}

static void formats(void)
{
        struct maker *m = maker();
        uint32_t at = make_data(m, "................................", 32);
        make_step(m, OP_FORMAT, 0, 20, "left", ARGS(D(at), I(8), I(-42)));
        make_step(m, OP_FORMAT, 1, 21, "right", ARGS(D(at + 8), I(8), I(1234567)));
        make_step(m, OP_FORMAT, 2, 22, "path", ARGS(D(at + 16), I(16), I(7)));
        EXPECT_NUMBER(0, walk(m));
        EXPECT_NUMBER(3, w.reg[20]);
        EXPECT(memcmp(w.plan.data + at, "-42\0....", 8) == 0);
        EXPECT_NUMBER(7, w.reg[21]);
        EXPECT(memcmp(w.plan.data + at + 8, " 1234567", 8) == 0);
        EXPECT_NUMBER(15, w.reg[22]);
        EXPECT_TEXT("/proc/self/fd/7", (const char *) w.plan.data + at + 16);
        static const struct {
                unsigned number, width;
        } rows[] = {{0, 3}, {1, 2}, {2, 17}};
        for (size_t i = 0; i < 3; i++) {
                m = maker();
                at = make_data(m, "................................", 32);
                make_step(m, OP_FORMAT, rows[i].number, PLAN_NO_REGISTER, "fit", ARGS(D(at), I(rows[i].width), I(123)));
                expect_failure(m, 34, "fit: numerical result out of range");
                EXPECT(memcmp(w.plan.data + at, "................", 16) == 0);
        }
}

static void passes_descriptors(void)
{
        int pair[2];
        EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
        put("file", "passed");
        struct maker *m = maker();
        make_step(m, OP_CALL, __NR_openat, 20, "open", ARGS(I(AT_FDCWD), D(make_string(m, "file")), I(O_RDONLY)));
        make_step(m, OP_SEND_FD, 0, PLAN_NO_REGISTER, "send", ARGS(I(pair[0]), R(20), D(make_string(m, "name")), I(4)));
        make_step(m, OP_RECV_FD, 0, 21, "receive", ARGS(I(pair[1])));
        EXPECT_NUMBER(0, walk(m));
        EXPECT(w.reg[21] != w.reg[20] && fcntl((int) w.reg[21], F_GETFD) == FD_CLOEXEC);
        char bytes[8] = "";
        EXPECT_NUMBER(6, read((int) w.reg[21], bytes, 8));
        EXPECT_TEXT("passed", bytes);
        EXPECT_NUMBER(1, write(pair[0], "x", 1));
        m = maker();
        make_step(m, OP_RECV_FD, 0, 21, "receive", ARGS(I(pair[1])));
        expect_failure(m, 71, "receive: protocol error");
        close(pair[0]);
        expect_failure(m, 104, "receive: connection reset by peer");
}

static void counts_and_signals_a_group(void)
{
        char pid[32];
        pid_t child = fork();
        if (child == 0) {
                pause();
                _exit(0);
        }
        make_directory("group");
        make_directory("group/below");
        put("group/cgroup.procs", "");
        snprintf(pid, sizeof pid, "%d\n", child);
        put("group/below/cgroup.procs", pid);
        struct maker *m = maker();
        make_step(m, OP_CALL, __NR_openat, 20, "open", ARGS(I(AT_FDCWD), D(make_string(m, "group")), I(O_PATH)));
        make_step(m, OP_PIDS, 0, 21, "count", ARGS(R(20), I(0), I(0)));
        make_step(m, OP_PIDS, 0, 22, "signal", ARGS(R(20), I(15), I(0)));
        EXPECT_NUMBER(0, walk(m));
        EXPECT_NUMBER(1, w.reg[21]);
        int status;
        waitpid(child, &status, 0);
        EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == 15);
        make_step(m, OP_PIDS, 0, 23, "empty", ARGS(R(20), I(0), I(1)));
        make_policy(m, POLICY_RETRY, 1, 1, (const int[]){16}, 1);
        expect_failure(m, 16, "empty: device or resource busy");
}

static void removes_a_group(void)
{
        make_directory("group");
        make_directory("group/a");
        make_directory("group/a/b");
        make_directory("outside");
        make_link("../outside", "group/link"); /* is no directory: neither followed nor removed */
        struct maker *m = maker();
        make_step(m, OP_PIDS, 1, PLAN_NO_REGISTER, "remove", ARGS(I(AT_FDCWD), D(make_string(m, "group")), I(0)));
        expect_failure(m, 39, "remove: directory not empty");
        EXPECT(!exists("group/a") && exists("outside"));
        unlink("group/link");
        EXPECT_NUMBER(0, walk(m));
        EXPECT(!exists("group"));
}

static void knows_when_a_process_started(void)
{
        struct maker *m = maker();
        make_step(m, OP_START_TIME, 0, 20, "ask", ARGS(I(getpid())));
        EXPECT_NUMBER(0, walk(m));
        const char *stat = strrchr(contents("/proc/self/stat"), ')');
        long long start = 0;
        int field = 2;
        for (char *at = strtok(strdup(stat + 2), " "); at; at = strtok(NULL, " "))
                if (++field == 22)
                        start = atoll(at);
        EXPECT(start > 0);
        EXPECT_NUMBER(start, w.reg[20]);
        m = maker();
        make_step(m, OP_START_TIME, 0, 20, "ask", ARGS(I(0x7ffffff0)));
        expect_failure(m, 2, "ask: no such file or directory");
}

static void undo_walks_every_step(void)
{
        put("left", "");
        struct maker *m = maker();
        make_step(m, OP_FAIL, 0, PLAN_NO_REGISTER, "fails", ARGS(I(5)));
        make_actor(m, ACTOR_UNDO, "", 1);
        make_step(m, OP_CALL, __NR_close, PLAN_NO_REGISTER, "fails too", ARGS(I(-1)));
        make_step(m, OP_CALL, __NR_unlinkat, PLAN_NO_REGISTER, "remove", ARGS(I(AT_FDCWD), D(make_string(m, "left")), I(0)));
        expect_failure(m, 5, "fails: input/output error");
        walk_undo(&w);
        EXPECT(!exists("left"));
        EXPECT_TEXT("fails: input/output error", w.failure.text);
}

static void traces(void)
{
        static struct {
                struct trace head;
                struct trace_record record[2];
        } shared;
        struct maker *m = maker();
        make_step(m, OP_CALL, __NR_getpid, 20, "", NO_ARGS);
        make_step(m, OP_CALL, __NR_close, 21, "", ARGS(I(-1)));
        make_policy(m, POLICY_TOLERATE, 0, 0, NULL, 0);
        make_step(m, OP_SET, 0, 22, "more than there is room for", ARGS(I(1)));
        make_walk(m, &w);
        w.trace = &shared.head;
        shared.head.cap = 2;
        EXPECT_NUMBER(0, walk_actor(&w, 0));
        EXPECT_NUMBER(3, shared.head.used);
        const struct trace_record *r = shared.head.record;
        EXPECT_NUMBER(getpid(), r[0].result);
        EXPECT_NUMBER(-9, r[1].result);
        EXPECT_NUMBER(4, r[1].step);
        EXPECT(r[0].start_ns <= r[0].end_ns && r[0].end_ns <= r[1].start_ns);
}

int estiba_main(int argc, char **argv, char **envp);

/* Else the first directory opened would be the container's stdin. */
static void stdio_is_never_free(void)
{
        char *argv[] = {(char *) (uintptr_t) "somebody else", NULL}, *none[] = {NULL}, link[32], path[32];
        close(0), close(1);
        int kept = dup2(2, 20);
        close(2);
        EXPECT_NUMBER(125, estiba_main(1, argv, none));
        dup2(2, 21);
        dup2(kept, 2);
        for (int fd = 0; fd < 22; fd = fd == 1 ? 21 : fd + 1) {
                memset(path, 0, sizeof path);
                snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
                EXPECT(readlink(link, path, sizeof path - 1) > 0);
                EXPECT_TEXT("/dev/null", path);
        }
}

const struct test walk_tests[] = {
        {"a call's answer is in its register", calls},
        {"a failure has prefix, sentence and errno", words_a_failure},
        {"the reason of a long sentence is kept", keeps_the_reason_of_a_long_sentence},
        {"nothing is walked after a failure", stops_at_the_failure},
        {"set, load and store", sets_loads_and_stores},
        {"check and jump compare in every way", compares},
        {"tolerate: what is listed, or anything", tolerates_what_is_listed},
        {"retry: so many times, so far apart, that error only", tries_again},
        {"read_all has a cap", reads_up_to_a_cap},
        {"write_all", writes_all},
        {"write_all waits for a slow reader", writes_all_to_a_full_pipe},
        {"format writes what fits or nothing", formats},
        {"send_fd and recv_fd", passes_descriptors},
        {"pids counts and signals below too", counts_and_signals_a_group},
        {"pids removes groups, follows no link", removes_a_group},
        {"start_time", knows_when_a_process_started},
        {"undo goes on whatever fails, and keeps the first failure", undo_walks_every_step},
        {"a trace has every step's answer and ends where its room ends", traces},
        {"closed stdio is held by /dev/null", stdio_is_never_free},
        {NULL, NULL},
};
