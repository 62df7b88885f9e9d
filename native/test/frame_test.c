/* What goes to a planner, and what comes back when the planner is broken, slow or dead. */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct answer_header { uint32_t magic; uint16_t version, kind; uint32_t length, count; };

static int ours, theirs;

static void connect_planner(void)
{
        int pair[2];
        EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
        ours = pair[0], theirs = pair[1];
}

static unsigned char *answer(struct maker *m, size_t *len)
{
        size_t plan_len;
        unsigned char *plan = make_bytes(m, &plan_len), *bytes = malloc(plan_len + 16);
        struct answer_header h = {FRAME_ANSWER, FRAME_VERSION, FRAME_COMPILE, (uint32_t) plan_len, 0};
        memcpy(bytes, &h, 16);
        memcpy(bytes + 16, plan, plan_len);
        *len = plan_len + 16;
        return bytes;
}

static struct maker *says(int64_t value)
{
        struct maker *m = maker();
        make_step(m, OP_SET, 0, 20, "set", ARGS(I(value)));
        return m;
}

static const char *receive(int patience, int *error)
{
        struct plan p;
        return frame_receive_plan(ours, patience, &p, error);
}

static void sends_buffers_with_labels(void)
{
        static struct frame f;
        unsigned char got[256];
        connect_planner();
        f.kind = FRAME_COMPILE;
        frame_add(&f, TAG_ARGV, "run\0x", 6);
        frame_add(&f, TAG_CWD, "", 0);
        frame_add(&f, TAG_CONFIG, "{}", 2);
        EXPECT_NUMBER(0, frame_send(ours, &f, 2000));
        EXPECT_NUMBER(16 + 8 + 8 + 8 + 8 + 4, read(theirs, got, sizeof got));
        EXPECT(memcmp(got, "EREQ\1\0\1\0\44\0\0\0\3\0\0\0", 16) == 0);
        EXPECT(memcmp(got + 16, "\1\0\0\0\6\0\0\0run\0x\0\0\0", 16) == 0);
        EXPECT(memcmp(got + 32, "\3\0\0\0\0\0\0\0\5\0\0\0\2\0\0\0{}\0\0", 20) == 0);
}

/* More than a socket takes at once: the other side reads while it is sent. */
static void sends_megabytes(void)
{
        static struct frame f;
        enum { SIZE = 8 << 20 };
        char *big = malloc(SIZE);
        connect_planner();
        memset(big, 'x', SIZE);
        pid_t pid = fork();
        if (pid == 0) {
                size_t have = 0;
                close(ours);
                for (ssize_t n; (n = read(theirs, big, 100000)) > 0;)
                        have += (size_t) n;
                _exit(have == 16 + 2 * (8 + (size_t) SIZE) - 0 ? 0 : 1);
        }
        close(theirs);
        frame_add(&f, TAG_CONFIG, big, SIZE);
        frame_add(&f, TAG_STATE, big, SIZE - 1); /* with a byte of padding */
        EXPECT_NUMBER(0, frame_send(ours, &f, 2000));
        close(ours);
        int status;
        waitpid(pid, &status, 0);
        EXPECT_NUMBER(0, status);
}

/* A stopped planner reads nothing: what does not fit into its socket must not hold the call up for ever. */
static void gives_up_sending_to_nobody(void)
{
        static struct frame f;
        enum { SIZE = 8 << 20 };
        connect_planner();
        frame_add(&f, TAG_CONFIG, calloc(1, SIZE), SIZE);
        double before = seconds();
        EXPECT_NUMBER(-11, frame_send(ours, &f, 2000));
        EXPECT(seconds() - before > 1.5 && seconds() - before < 6);
}

static void sending_to_the_dead_is_an_error(void)
{
        static struct frame f;
        connect_planner();
        close(theirs);
        frame_add(&f, TAG_CONFIG, "{}", 2);
        EXPECT_NUMBER(-32, frame_send(ours, &f, 2000)); /* and no SIGPIPE */
}

static void refuses_frames_that_are_too_large(void)
{
        static struct frame f;
        connect_planner();
        frame_add(&f, TAG_CONFIG, "", 60u << 20);
        frame_add(&f, TAG_CONFIG, "", 60u << 20);
        EXPECT_NUMBER(-27, frame_send(ours, &f, 2000));
}

static void receives_in_pieces(void)
{
        size_t len;
        struct plan p;
        int error = 0;
        unsigned char *bytes = answer(says(7), &len);
        connect_planner();
        pid_t pid = fork();
        if (pid == 0) {
                for (size_t i = 0; i < len; i++) {
                        EXPECT(write(theirs, bytes + i, 1) == 1);
                        usleep(500);
                }
                _exit(0);
        }
        const char *wrong = frame_receive_plan(ours, 20000, &p, &error);
        if (wrong)
                fail(__FILE__, __LINE__, "%s", wrong);
        EXPECT_NUMBER(1, p.head->actors);
}

/* Larger than the first read. */
static void receives_a_large_plan(void)
{
        size_t len;
        struct plan p;
        int error = 0;
        static struct maker m;
        m = *says(7);
        unsigned char *small = answer(&m, &len), *bytes;
        (void) small;
        size_t plan_len, total;
        unsigned char *plan = make_bytes(&m, &plan_len);
        total = plan_len + 200000;
        bytes = calloc(1, 16 + total);
        struct answer_header h = {FRAME_ANSWER, FRAME_VERSION, FRAME_COMPILE, (uint32_t) total, 0};
        memcpy(bytes, &h, 16);
        memcpy(bytes + 16, plan, plan_len);
        ((struct plan_header *) (void *) (bytes + 16))->length = (uint32_t) total;
        seal(bytes + 16, total);
        connect_planner();
        pid_t pid = fork();
        if (pid == 0)
                _exit(write_whole(theirs, (char *) bytes, 16 + total) != 0);
        const char *wrong = frame_receive_plan(ours, 5000, &p, &error);
        if (wrong)
                fail(__FILE__, __LINE__, "%s", wrong);
        EXPECT_NUMBER(total, p.head->length);
}

static void a_cut_answer_is_refused(void)
{
        size_t len;
        unsigned char *bytes = answer(says(7), &len);
        for (size_t cut = 0; cut < len; cut += cut < 20 ? 1 : 13) {
                int error = 0;
                connect_planner();
                EXPECT_NUMBER(cut, write(theirs, bytes, cut));
                close(theirs);
                EXPECT_TEXT(cut < 16 ? "the planner did not answer" : "the planner's answer was cut short", receive(1000, &error));
                EXPECT_NUMBER(104, error);
                close(ours);
        }
}

static void silence_ends_with_patience(void)
{
        size_t len;
        unsigned char *bytes = answer(says(7), &len);
        int error = 0;
        connect_planner();
        double before = seconds();
        EXPECT_TEXT("the planner did not answer", receive(300, &error));
        EXPECT_NUMBER(110, error);
        EXPECT_NUMBER(40, write(theirs, bytes, 40));
        EXPECT_TEXT("the planner's answer was cut short", receive(300, &error));
        EXPECT_NUMBER(110, error);
        double took = seconds() - before;
        EXPECT(took > 0.55 && took < 5);
}

static void another_version_is_refused(void)
{
        static const struct { size_t at; unsigned width; uint32_t value; } rows[] = {
                {0, 4, FRAME_REQUEST}, {4, 2, 2}, {6, 2, 2}, {8, 4, PLAN_MAX_BYTES + 1}, {8, 4, 0xffffffff}};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                size_t len;
                int error = 5;
                unsigned char *bytes = answer(says(7), &len);
                memcpy(bytes + rows[i].at, &rows[i].value, rows[i].width);
                connect_planner();
                EXPECT(write(theirs, bytes, len) == (ssize_t) len);
                EXPECT_TEXT("the planner's answer is not of this version", receive(1000, &error));
                EXPECT_NUMBER(0, error);
        }
}

static void a_damaged_plan_is_refused(void)
{
        size_t len;
        int error = 5;
        unsigned char *bytes = answer(says(7), &len);
        bytes[len - 9] ^= 1;
        connect_planner();
        EXPECT(write(theirs, bytes, len) == (ssize_t) len);
        EXPECT_TEXT("the plan is damaged", receive(1000, &error));
}

static void goes_on_with_the_answer(void)
{
        static struct walk w;
        size_t len;
        char got[64];
        unsigned char *bytes = answer(says(7), &len);
        struct maker *m = maker();
        connect_planner();
        make_step(m, OP_ASK, 0, PLAN_NO_REGISTER, "ask", ARGS(I(TAG_PASSWD), D(make_string(m, "root")), I(4)));
        make_step(m, OP_SET, 0, 21, "kept", ARGS(I(1)));
        make_step(m, OP_GO_ON, 0, PLAN_NO_REGISTER, "go on", NO_ARGS);
        make_step(m, OP_SET, 0, 22, "never walked", ARGS(I(1)));
        EXPECT(write(theirs, bytes, len) == (ssize_t) len);
        make_walk(m, &w);
        w.planner = ours;
        EXPECT_NUMBER(0, walk_actor(&w, 0));
        EXPECT_NUMBER(7, w.reg[20]);
        EXPECT_NUMBER(1, w.reg[21]);
        EXPECT_NUMBER(-1, w.reg[22]);
        EXPECT_NUMBER(28, read(theirs, got, sizeof got));
        EXPECT(memcmp(got, "EREQ\1\0\2\0\14\0\0\0\1\0\0\0\15\0\0\0\4\0\0\0root", 28) == 0);
}

/* An answer with what is foreseen behind it: an asking plan, what it is expected to ask, the plan that follows. */
static unsigned char *foreseeing(const char *expected, size_t *len)
{
        struct maker *m = maker();
        size_t asking_len, rest_len, expected_len = strlen(expected), padded = (expected_len + 7) & ~(size_t) 7;
        make_step(m, OP_ASK, 0, PLAN_NO_REGISTER, "ask", ARGS(I(TAG_PASSWD), D(make_string(m, "root")), I(4)));
        make_step(m, OP_GO_ON, 0, PLAN_NO_REGISTER, "go on", NO_ARGS);
        unsigned char *asking = make_bytes(m, &asking_len), *rest = make_bytes(says(9), &rest_len);
        unsigned char *bytes = calloc(1, *len = 16 + asking_len + 8 + padded + rest_len);
        struct answer_header h = {FRAME_ANSWER, FRAME_VERSION, FRAME_COMPILE, (uint32_t) (*len - 16), 0};
        const uint32_t head[2] = {TAG_PASSWD, (uint32_t) expected_len};
        memcpy(bytes, &h, 16);
        memcpy(bytes + 16, asking, asking_len);
        memcpy(bytes + 16 + asking_len, head, 8);
        memcpy(bytes + 24 + asking_len, expected, expected_len);
        memcpy(bytes + 24 + asking_len + padded, rest, rest_len);
        return bytes;
}

static int walk_what_comes(struct walk *w)
{
        int error = 0;
        const char *wrong = frame_receive_plan(ours, 1000, &w->plan, &error);
        EXPECT_TEXT("", wrong ? wrong : "");
        walk_reset(w);
        w->planner = ours;
        return walk_actor(w, 0);
}

static void what_is_foreseen_is_not_asked(void)
{
        static struct walk w;
        size_t len;
        char got[64];
        connect_planner();
        unsigned char *bytes = foreseeing("root", &len);
        EXPECT(write(theirs, bytes, len) == (ssize_t) len);
        EXPECT_NUMBER(0, walk_what_comes(&w));
        EXPECT_NUMBER(9, w.reg[20]);
        EXPECT_NUMBER(0, read(theirs, got, sizeof got)); /* and the planner is let go at once */
}

static void what_is_not_foreseen_is_asked(void)
{
        static struct walk w;
        static const char *const others[] = {"rooT", "roo", "roots", ""};
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
                size_t len, more_len;
                char got[64];
                connect_planner();
                unsigned char *bytes = foreseeing(others[i], &len), *more = answer(says(7), &more_len);
                EXPECT(write(theirs, bytes, len) == (ssize_t) len);
                int error = 0;
                EXPECT(!frame_receive_plan(ours, 1000, &w.plan, &error));
                EXPECT(write(theirs, more, more_len) == (ssize_t) more_len);
                walk_reset(&w);
                w.planner = ours;
                EXPECT_NUMBER(0, walk_actor(&w, 0));
                EXPECT_NUMBER(7, w.reg[20]);
                EXPECT_NUMBER(28, read(theirs, got, sizeof got));
        }
}

static void a_foreseen_plan_that_is_cut_is_refused(void)
{
        size_t len;
        static struct walk w;
        unsigned char *bytes = foreseeing("root", &len);
        uint32_t plan_len;
        memcpy(&plan_len, bytes + 16 + offsetof(struct plan_header, length), 4);
        for (size_t cut = 16 + plan_len + 1; cut < len; cut++) {
                int error = 0;
                connect_planner();
                unsigned char *copy = malloc(cut);
                uint32_t left = (uint32_t) cut - 16;
                memcpy(copy, bytes, cut);
                memcpy(copy + 8, &left, 4);
                EXPECT(write(theirs, copy, cut) == (ssize_t) cut);
                const char *wrong = frame_receive_plan(ours, 1000, &w.plan, &error);
                if (cut <= 16 + plan_len + 8 + 8) {
                        EXPECT_TEXT("the planner's answer does not end with a plan", wrong ? wrong : "");
                        continue;
                }
                walk_reset(&w);
                w.planner = ours;
                EXPECT_NUMBER(-1, walk_actor(&w, 0));
                EXPECT(strncmp("go on: ", w.failure.text, 7) == 0);
        }
}

/* The planner dies between the first plan and the rest of it. */
static void a_dead_planner_fails_the_step(void)
{
        static struct walk w;
        struct maker *m = maker();
        connect_planner();
        make_step(m, OP_GO_ON, 0, PLAN_NO_REGISTER, "go on", NO_ARGS);
        make_walk(m, &w);
        w.planner = ours;
        close(theirs);
        EXPECT_NUMBER(-1, walk_actor(&w, 0));
        EXPECT_TEXT("go on: the planner did not answer", w.failure.text);
        EXPECT_NUMBER(104, w.failure.error);
}

const struct test frame_tests[] = {
        {"a request's bytes", sends_buffers_with_labels},
        {"a request of megabytes", sends_megabytes},
        {"a request that nobody reads is given up", gives_up_sending_to_nobody},
        {"a request to a dead planner", sending_to_the_dead_is_an_error},
        {"a request that is too large", refuses_frames_that_are_too_large},
        {"an answer in pieces", receives_in_pieces},
        {"an answer larger than one read", receives_a_large_plan},
        {"an answer cut short, at any byte", a_cut_answer_is_refused},
        {"silence ends with the caller's patience", silence_ends_with_patience},
        {"an answer of another version", another_version_is_refused},
        {"an answer with a damaged plan", a_damaged_plan_is_refused},
        {"ask and go_on", goes_on_with_the_answer},
        {"what is foreseen is not asked", what_is_foreseen_is_not_asked},
        {"what is not foreseen is asked", what_is_not_foreseen_is_asked},
        {"a foreseen plan that is cut", a_foreseen_plan_that_is_cut_is_refused},
        {"go_on without a planner", a_dead_planner_fails_the_step},
        {NULL, NULL},
};
