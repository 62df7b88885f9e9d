/* Actors and where they meet.
 *
 * The outer actor starts the init (or the joiner of an exec) by OP_ACTOR; the two share nothing but a SEQPACKET
 * socket pair. Over it go tokens (OP_POST/OP_AWAIT: a barrier is one of each) and failures. Its end tells that the
 * other one has died or, after a token that says so, that its exec has succeeded (the socket is close-on-exec):
 * OP_AWAIT 0 waits for exactly that. A futex in shared memory would be cheaper by some microseconds and could not
 * tell a death; a pipe has no message borders.
 */
#include "older.h"
#include "sys.h"
#include "walk.h"

enum { MESSAGE_TOKEN = 1, MESSAGE_FAILURE = 2 };

struct message {
        uint32_t kind, token;
        struct failure failure;
};
#define TOKEN_SIZE offsetof(struct message, failure)

static int peer_of(const struct walk *w)
{
        return (int) w->reg[REG_PEER];
}

/* The other side of the socket has ended without a word: of a child it is known how. It is not reaped here; walk_undo does. */
static long lost(struct walk *w, long error)
{
        enum { P_PID = 1, CODE = 2, STATUS = 6, CLD_EXITED_ = 1, TRIES = 50, WEXITED_WNOWAIT_WNOHANG = 4 | 0x01000000 | 1 };
        int32_t info[32] = {0};
        if (w->child <= 0 || w->detail[0])
                return error;
        for (int tries = 0; tries < TRIES && info[CODE] == 0; tries++) { /* its descriptors go before it is seen to have ended */
                struct timespec_ moment = {0, 1000000};
                sys2(SYS_nanosleep, &moment, 0);
                sys5(SYS_waitid, P_PID, w->child, info, WEXITED_WNOWAIT_WNOHANG, 0);
        }
        if (info[CODE] == 0)
                return error;
        struct text t = text_over(w->detail, sizeof w->detail);
        text_add(&t, info[CODE] == CLD_EXITED_ ? "it has ended with status " : "it was killed by signal ");
        text_add_number(&t, info[STATUS]);
        if (info[CODE] != CLD_EXITED_ && info[STATUS] == SIGKILL_)
                text_add(&t, ", as by the kernel when a memory limit is too low");
        return error;
}

int64_t op_post(struct op_args *o)
{
        struct message m = {.kind = MESSAGE_TOKEN, .token = (uint32_t) o->a[0]};
        struct iovec_ iov = {&m, TOKEN_SIZE};
        struct msghdr_ h = {.iov = &iov, .iovlen = 1};
        long r;
        do
                r = sys3(SYS_sendmsg, peer_of(o->w), &h, MSG_NOSIGNAL_);
        while (r == -E_INTR || r == -E_CONNRESET); /* said once, as in walk_take_failure; then it is EPIPE */
        return r == -E_PIPE ? lost(o->w, r) : r < 0 ? r : 0;
}

void walk_send_failure(struct walk *w)
{
        struct message m = {.kind = MESSAGE_FAILURE, .token = 0, .failure = w->failure};
        size_t len = offsetof(struct message, failure.text) + strlen(w->failure.text) + 1;
        struct iovec_ iov = {&m, len};
        struct msghdr_ h = {.iov = &iov, .iovlen = 1};
        sys3(SYS_sendmsg, peer_of(w), &h, MSG_NOSIGNAL_);
}

/* The other actor's failure, if it has sent one: it is the cause of most that goes wrong here after it. */
int walk_take_failure(struct walk *w)
{
        static struct message m;
        struct iovec_ iov = {&m, sizeof m};
        struct msghdr_ h = {.iov = &iov, .iovlen = 1};
        for (;;) {
                long n = peer_of(w) < 0 ? -1 : sys3(SYS_recvmsg, peer_of(w), &h, MSG_CMSG_CLOEXEC_ | MSG_DONTWAIT_);
                if (n == -E_CONNRESET)
                        continue; /* said once, before what it has sent, by who has gone without reading all: unix(7) */
                if (n <= 0)
                        return 0;
                if (m.kind != MESSAGE_FAILURE || (size_t) n <= offsetof(struct message, failure.text))
                        continue; /* a token that nobody will wait for any more */
                m.failure.text[FAILURE_TEXT - 1] = 0;
                w->failure = m.failure;
                return 1;
        }
}

/* Waits for one token. 0 stands for "the other side's end of the socket is closed". number 1: any token, which is the
 * result. */
int64_t op_await(struct op_args *o)
{
        static struct message m;
        uint32_t token = (uint32_t) o->a[0];
        struct iovec_ iov = {&m, sizeof m};
        struct msghdr_ h = {.iov = &iov, .iovlen = 1};
        long n;
        do
                n = sys3(SYS_recvmsg, peer_of(o->w), &h, MSG_CMSG_CLOEXEC_);
        while (n == -E_INTR || n == -E_CONNRESET); /* as in walk_take_failure */
        if (n < 0)
                return n;
        if (n == 0)
                return token == 0 ? 0 : lost(o->w, -E_OWNERDEAD);
        if (m.kind == MESSAGE_FAILURE && (size_t) n > offsetof(struct message, failure.text)) {
                m.failure.text[FAILURE_TEXT - 1] = 0;
                o->w->failure = m.failure;
                return -(m.failure.error ? m.failure.error : E_PROTO);
        }
        if (m.kind != MESSAGE_TOKEN || m.token == 0)
                return -E_PROTO;
        if (o->s->number == 1) { /* a joiner tells who its successor is */
                o->w->left = (int32_t) m.token;
                return m.token;
        }
        return m.token == token ? 0 : -E_PROTO;
}

/* A container's process starts with no signal blocked or ignored: signal(7), "Signal mask and pending signals".
 * What the caller ignores (nohup) stays the caller's. */
static void reset_signals(void)
{
        struct { void *handler; unsigned long flags; void *restorer; uint64_t mask; } old, dfl = {0, 0, 0, 0};
        uint64_t none = 0;
        for (int sig = 1; sig <= 64; sig++)
                if (sys4(SYS_rt_sigaction, sig, 0, &old, 8) == 0 && old.handler != 0)
                        sys4(SYS_rt_sigaction, sig, &dfl, 0, 8);
        sys4(SYS_rt_sigprocmask, 2 /* SIG_SETMASK */, &none, 0, 8);
}

static void run_child(struct walk *w, unsigned actor, int socket)
{
        w->reg[REG_PEER] = socket;
        w->child = 0;
        w->child_fd = -1;
        reset_signals();
        if (walk_actor(w, actor) < 0) {
                walk_send_failure(w);
                sys1(SYS_exit_group, w->failure.exit_status ? w->failure.exit_status : 1);
        }
        sys1(SYS_exit_group, 0);
}

/* The next process of an exec: it takes this one's place at the socket and is the outer actor's child
 * (CLONE_PARENT), so that its status is not lost. A process of the container may look into it from its first moment
 * on, so it is given nothing but stdio, the preserved descriptors and that socket, moved to the number behind them. */
static int64_t successor(struct op_args *o)
{
        struct walk *w = o->w;
        int place = (int) o->a[2];
        if (place < 0) /* nobody of a container's sees it yet: it keeps what this one has */
                place = peer_of(w);
        else if (peer_of(w) != place) {
                long r = sys3(SYS_dup3, peer_of(w), place, O_CLOEXEC_);
                if (r < 0)
                        return r;
                w->reg[REG_PEER] = place;
        }
        if (o->a[2] >= 0) {
                close_descriptors(place + 1, ~0u, 0);
                w->planner = -1;
        }
        struct clone_args_ args = {.flags = (uint64_t) o->a[1] | 0x8000 /* CLONE_PARENT */};
        long r = clone_process(&args);
        if (r == 0)
                run_child(w, (unsigned) o->a[0], place);
        return r;
}

/* number 0: actor, clone flags, cgroup descriptor or -1 -> pid, and pidfd in the next register.
 * number 1: actor, clone flags, place of the socket, or -1 to keep every descriptor -> pid */
int64_t op_actor(struct op_args *o)
{
        struct walk *w = o->w;
        if (o->s->number == 1)
                return successor(o);
        int pair[2], pidfd = -1;
        long r = sys4(SYS_socketpair, AF_UNIX_, SOCK_SEQPACKET_ | SOCK_CLOEXEC_, 0, pair);
        if (r < 0)
                return r;
        struct clone_args_ args = {.flags = (uint64_t) o->a[1] | CLONE_PIDFD_, .pidfd = (uint64_t) (uintptr_t) &pidfd,
                                   .exit_signal = SIGCHLD_};
        if (o->a[2] >= 0) {
                args.flags |= CLONE_INTO_CGROUP_;
                args.cgroup = (uint64_t) o->a[2];
        }
        r = clone_process(&args);
        if (r == 0) {
                sys1(SYS_close, pair[0]);
                run_child(w, (unsigned) o->a[0], pair[1]);
        }
        sys1(SYS_close, pair[1]);
        if (r < 0) {
                sys1(SYS_close, pair[0]);
                return r;
        }
        if (peer_of(w) >= 0)
                sys1(SYS_close, peer_of(w));
        w->reg[REG_PEER] = pair[0];
        w->child = w->left = (int32_t) r;
        w->child_fd = pidfd;
        if (o->s->result != PLAN_NO_REGISTER)
                w->reg[o->s->result + 1] = pidfd;
        return r;
}
