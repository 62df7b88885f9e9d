/* The forwarder: the native half of the `estiba` command, in the place of a JVM that would take half a second to start.
 *
 * A resident JVM of the same user and build ("command", resident.c) carries the call out. It is given arguments,
 * environment, working directory and root, and the caller's stdin, stdout and stderr themselves: what it writes goes to
 * them without passing through here. What only a process of the caller's own job can do stays here:
 *  - stdin is read here, by as much as the JVM wants: so a background job is stopped by SIGTTIN as any program is;
 *  - signals come here and are passed on; those that stop a job keep their meaning;
 *  - the terminal is put into raw mode and back here, whatever becomes of the JVM.
 *
 * Root's calls are first offered to the daemon itself, which is such a JVM for what concerns its containers: that saves
 * the way from one to the other. What is not for it, and what finds no daemon, goes to the resident.
 *
 * A command has effects, so it must never be carried out twice. The JVM speaks first (HELLO), and only who has heard it
 * sends its call; a resident that says nothing in time loses its name as a planner does, and the call goes to a JVM of
 * its own. After that nobody asks again: a JVM that dies takes its call along.
 */
#include "forward.h"

#include "daemon.h"
#include "paths.h"
#include "resident.h"
#include "text.h"
#include "walk.h"

enum { PATIENCE_MS = 2000, COLD_PATIENCE_MS = 60000, CHUNK = 16384, FAILED = 125, BY_SIGNAL = 256 };
enum { SIG_BLOCK_ = 0, SIG_UNBLOCK_ = 1, SFD_CLOEXEC_ = 02000000, SFD_NONBLOCK_ = 04000 };
enum outcome { GOES_ON, ENDED, ELSEWHERE, BROKEN };

struct call {
        int socket, signals, stdin_open;
        uint64_t credit; /* bytes of stdin that the JVM wants */
        uint32_t status;
        struct forward_terminal terminal;
        char in[256]; /* the JVM's frames are of 16 or 20 bytes */
        size_t have;
};

static void say(const char *what, const char *why)
{
        char line[1024];
        struct text t = text_over(line, sizeof line);
        text_add(&t, "estiba: ");
        text_add(&t, what);
        text_add(&t, why);
        text_add_char(&t, '\n');
        write_whole(2, line, t.len);
}

/* Those that are passed on; faults, SIGKILL, SIGSTOP and what stops a background job act as always. One that the caller
 * has set to be ignored (nohup, a script's "&") stays so: a signal that is blocked would be seen all the same. */
static uint64_t passed_on(void)
{
        static const unsigned char not_these[] = {4, 5, 7, 8, SIGKILL_, 11, SIGPIPE_, SIGCHLD_, SIGSTOP_, SIGTTIN_, SIGTTOU_, SIGURG_, 31, 32, 33};
        struct { void *handler; unsigned long flags; void *restorer; uint64_t mask; } action;
        uint64_t set = ~0ull;
        for (size_t i = 0; i < sizeof not_these; i++)
                set &= ~(1ull << (not_these[i] - 1));
        for (int sig = 1; sig <= 64; sig++)
                if (sys4(SYS_rt_sigaction, sig, 0, &action, 8) == 0 && action.handler == (void *) 1 /* SIG_IGN */)
                        set &= ~(1ull << (sig - 1));
        return set | 1ull << (SIGCONT_ - 1) | 1ull << (SIGWINCH_ - 1);
}

static void unblock(int sig)
{
        const uint64_t set = 1ull << (sig - 1);
        sys4(SYS_rt_sigprocmask, SIG_UNBLOCK_, &set, 0, 8);
}

static void send_number(struct call *c, unsigned kind, uint32_t number)
{
        forward_send(c->socket, kind, &number, sizeof number, 0, 0, 0); /* a JVM that has gone is seen by poll */
}

static void send_size(struct call *c)
{
        struct winsize_ size;
        if (forward_size(&size))
                forward_send(c->socket, FORWARD_SIZE, &size, 4 /* rows and columns */, 0, 0, 0);
}

/* Stops as the signal says, with the terminal as the shell had it; goes on from here when somebody continues us. */
static void stop(struct call *c)
{
        const uint64_t set = 1ull << (SIGTSTP_ - 1);
        forward_terminal_lend(&c->terminal);
        sys2(SYS_kill, sys0(SYS_getpid), SIGTSTP_);
        unblock(SIGTSTP_);
        sys4(SYS_rt_sigprocmask, SIG_BLOCK_, &set, 0, 8);
}

/* A background job that reads is stopped. The kernel does so when it reads, and we read only what poll(2) has seen: that
 * would be when somebody types for the job in the foreground. */
static void stop_background_reader(const struct call *c)
{
        if (c->credit && c->stdin_open && forward_in_background(&c->terminal))
                sys2(SYS_kill, 0, SIGTTIN_); /* the whole job, as the kernel has it */
}

static void take_signals(struct call *c)
{
        struct { uint32_t signo; char rest[124]; } info;
        while (sys3(SYS_read, c->signals, &info, sizeof info) == sizeof info)
                switch (info.signo) {
                case SIGTSTP_:
                        stop(c);
                        break;
                case SIGCONT_: /* the shell may have changed the terminal, and its window */
                        c->terminal.held = 0;
                        forward_terminal_take(&c->terminal);
                        send_size(c);
                        stop_background_reader(c);
                        break;
                case SIGWINCH_:
                        send_size(c);
                        break;
                default:
                        send_number(c, FORWARD_SIGNAL, info.signo);
                }
}

static void take_input(struct call *c)
{
        char bytes[CHUNK];
        long n = sys3(SYS_read, 0, bytes, c->credit < CHUNK ? c->credit : CHUNK);
        if (n == -E_INTR || n == -E_AGAIN)
                return;
        if (n <= 0) { /* a terminal that was hung up says EIO: it is at its end as well */
                c->stdin_open = 0;
                n = 0;
        }
        c->credit -= (uint64_t) n;
        forward_send(c->socket, FORWARD_INPUT, bytes, (size_t) n, 0, 0, 0);
}

static enum outcome take_frame(struct call *c, const struct forward_header *head, const char *body)
{
        uint32_t number = 0;
        if (head->length >= sizeof number)
                memcpy(&number, body, sizeof number);
        switch (head->kind) {
        case FORWARD_EXIT:
                c->status = number;
                return ENDED;
        case FORWARD_RAW:
                forward_raw(&c->terminal, number != 0);
                send_number(c, FORWARD_SETTLED, number); /* what the JVM writes next is to meet the terminal so */
                return GOES_ON;
        case FORWARD_WANT:
                c->credit += number;
                stop_background_reader(c);
                return GOES_ON;
        case FORWARD_ELSEWHERE:
                return ELSEWHERE;
        default: /* of a later version */
                return GOES_ON;
        }
}

static enum outcome take_frames(struct call *c)
{
        long n = sys3(SYS_read, c->socket, c->in + c->have, sizeof c->in - c->have);
        if (n == -E_INTR)
                return GOES_ON;
        if (n <= 0)
                return BROKEN;
        c->have += (size_t) n;
        size_t at = 0;
        enum outcome now = GOES_ON;
        for (struct forward_header head; now == GOES_ON && c->have - at >= sizeof head;) {
                memcpy(&head, c->in + at, sizeof head);
                if (head.magic != FORWARD_MAGIC || head.version != FORWARD_VERSION || head.length > sizeof c->in - sizeof head)
                        return BROKEN;
                if (c->have - at < sizeof head + head.length)
                        break;
                now = take_frame(c, &head, c->in + at + sizeof head);
                at += sizeof head + head.length;
        }
        memmove(c->in, c->in + at, c->have - at);
        c->have -= at;
        return now;
}

static enum outcome serve(struct call *c)
{
        for (;;) {
                struct pollfd_ p[3] = {{c->signals, POLLIN_, 0}, {c->socket, POLLIN_, 0},
                                       {c->stdin_open && c->credit ? 0 : -1, POLLIN_, 0}};
                sys_poll(p, 3, -1);
                if (p[0].revents)
                        take_signals(c);
                if (p[1].revents) {
                        enum outcome now = take_frames(c);
                        if (now != GOES_ON)
                                return now;
                }
                if (p[2].revents)
                        take_input(c);
        }
}

/* 0 when the JVM has said HELLO; -E_TIMEDOUT, or -E_CONNRESET when it ends instead. No signal is blocked yet, so that
 * one that comes meanwhile ends this process. */
static int greeted(int socket, int patience_ms)
{
        struct forward_header head;
        struct pollfd_ p = {socket, POLLIN_, 0};
        long r;
        while ((r = sys_poll(&p, 1, patience_ms)) == -E_INTR)
                ;
        if (r == 0 && patience_ms == PATIENCE_MS && resident_is_new(socket))
                return greeted(socket, RESIDENT_NEW_S * 1000);
        if (r == 0)
                return -E_TIMEDOUT;
        r = sys3(SYS_read, socket, &head, sizeof head);
        if (r == sizeof head && head.magic == FORWARD_MAGIC && head.version == FORWARD_VERSION && head.kind == FORWARD_HELLO)
                return 0;
        return r <= 0 ? -E_CONNRESET : -E_PROTO;
}

/* One that ends when it is called (killed, or leaving a moment late) was not asked for anything: another takes its place. */
static int connected_resident(const struct resident *r)
{
        int s = -E_CONNRESET, e = -E_CONNRESET;
        for (int tries = 0; e == -E_CONNRESET && tries < 4; tries++) {
                int born = 0;
                s = resident_connect(r, &born);
                if (s < 0)
                        return s;
                e = greeted(s, born ? COLD_PATIENCE_MS : PATIENCE_MS);
                if (e == 0)
                        return s;
                if (e != -E_CONNRESET)
                        resident_forget(r, s);
                sys1(SYS_close, s);
        }
        return e;
}

/* The daemon of this build in the place that this call means; or -errno. */
static int connected_daemon(char **envp)
{
        const char *never = environment(envp, "ESTIBA_DAEMON"), *chosen = environment(envp, "ESTIBA_EXEC_ROOT");
        struct resident r = {.role = "daemon", .envp = envp};
        struct text t = text_over(r.directory, sizeof r.directory);
        if (sys0(SYS_geteuid) != 0 || (never && text_equal(never, "never")))
                return -E_PERM;
        text_add(&t, chosen && chosen[0] ? chosen : "/run/estiba");
        if (t.cut || r.directory[0] != '/')
                return -E_NOENT;
        int s = resident_answering(&r);
        int e = s < 0 ? s : greeted(s, PATIENCE_MS);
        if (s >= 0 && e < 0)
                sys1(SYS_close, s);
        return e < 0 ? e : s;
}

/* Whose turn it is to carry the call out. */
enum turn { DAEMON, RESIDENT, ALONE };

static int connected(const struct resident *r, enum turn *turn)
{
        int s = *turn == DAEMON ? connected_daemon(r->envp) : -E_CHILD;
        if (s >= 0)
                return s;
        if (*turn == DAEMON)
                *turn = RESIDENT;
        s = *turn == RESIDENT ? connected_resident(r) : -E_CHILD;
        if (s >= 0)
                return s;
        if (s == -E_TIMEDOUT)
                say("the resident JVM did not answer; going on with one of this call's own", "");
        else if (s != -E_CHILD)
                say("no resident JVM can be used; going on with one of this call's own: ", errno_text(-s));
        *turn = ALONE;
        s = resident_private(r);
        if (s < 0 || greeted(s, COLD_PATIENCE_MS) == 0)
                return s;
        sys1(SYS_close, s);
        return -E_CONNRESET;
}

/* The JVM and where it writes what it does not tell its callers. */
static int gone(const struct resident *r, const char *what)
{
        char why[400];
        struct text t = text_over(why, sizeof why);
        text_add(&t, what);
        text_add(&t, "; its log is in ");
        text_add(&t, r->directory);
        say(why, "");
        return FAILED;
}

static int finish(uint32_t status)
{
        if (status > BY_SIGNAL && status <= BY_SIGNAL + 64) {
                const int sig = (int) (status - BY_SIGNAL);
                sys2(SYS_kill, sys0(SYS_getpid), sig);
                unblock(sig);
                return 128 + sig; /* ignored or not, the status says it */
        }
        return (int) (status & 0xff);
}

int forward_main(int argc, char **argv, char **envp)
{
        if (daemon_is_asked_for(argc, argv))
                return daemon_main(argc, argv, envp);
        static struct call c;
        char home[3072];
        struct text at = text_over(home, sizeof home);
        struct resident r = {.home = home, .role = "command"};
        enum turn turn = DAEMON;
        enum outcome how = ELSEWHERE;
        home_path(&at);
        resident_place(&r, envp);
        for (int tries = 0; how == ELSEWHERE && tries < 3; tries++) {
                c.have = 0;
                c.socket = connected(&r, &turn);
                if (c.socket < 0)
                        return c.socket == -E_CONNRESET ? gone(&r, "the JVM of this call did not start")
                                                        : (say("cannot start the JVM: ", errno_text(-c.socket)), FAILED);
                if (!c.signals) {
                        const uint64_t set = passed_on();
                        sys4(SYS_rt_sigprocmask, SIG_BLOCK_, &set, 0, 8);
                        c.signals = (int) sys4(SYS_signalfd4, -1, &set, 8, SFD_CLOEXEC_ | SFD_NONBLOCK_);
                        forward_terminal_look(&c.terminal);
                }
                int64_t e = c.signals < 0 ? c.signals : forward_call(c.socket, argc, argv, envp);
                if (e < 0) {
                        say("cannot pass the call on: ", errno_text((int) -e));
                        return FAILED;
                }
                c.stdin_open = 1;
                c.credit = 0;
                how = serve(&c);
                forward_raw(&c.terminal, 0);
                sys1(SYS_close, c.socket);
                if (how == ELSEWHERE && turn < ALONE)
                        turn++;
        }
        if (how == ENDED)
                return finish(c.status);
        return turn == DAEMON ? (say("the daemon has ended in the middle of this call", ""), FAILED)
                              : gone(&r, "the JVM has ended in the middle of this call");
}
