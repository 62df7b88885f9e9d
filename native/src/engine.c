/* estiba-exec MODE NAME=FD…: walks a plan that its caller has made.
 *
 * Each NAME=FD names a descriptor (engine.h has the list): the socket for the records of engine.h, a sealed memfd with
 * the plan, what goes into the registers of oci.h. Every other descriptor is closed before anything else: a JVM's
 * sockets are not close-on-exec.
 * Without plan= the memfd comes as the first message on the report socket (one byte, SCM_RIGHTS), so that this program
 * starts while its caller still makes the plan; a socket that ends instead says that there will be none.
 *
 * MODE "walk": this process is the outer actor, and ends as the plan says.
 * MODE "hold": the plan is one that leaves a process behind (create, run --detach). A child walks it; what it leaves
 * comes to this process, its subreaper, which says MADE, waits, and says ENDED. The child shares this process's memory
 * and this process sleeps meanwhile (CLONE_VM|CLONE_VFORK): so it costs no copy, and its pid is at hand. That is safe
 * because the child never enters a container; what does is its own child, a full copy (actor.c).
 * Refused: CLONE_PARENT for init, so that the JVM were its parent. A JVM has threads, and a parent's death signal comes
 * when the *thread* ends; and with the JVM the status would be lost.
 *
 * The caller keeps one sealed memfd of this executable for all of its containers, so that a start copies nothing. Who
 * calls it by a path instead pays for a copy here: no process of a container ever holds the host's file.
 */
#include "engine.h"

#include "oci.h"
#include "older.h"
#include "sys.h"
#include "trace.h"
#include "wait.h"

enum { F_GET_SEALS_ = 1034, SEALED = 0x2 | 0x4 | 0x8, SIG_SETMASK_ = 2 };

static const char sealed_mark[] = "\1sealed";

static int usage(void)
{
        static const char text[] = "estiba-exec: this is how a JVM executes plans; it is not called by people\n";
        write_whole(2, text, sizeof text - 1);
        return 125;
}

static int is_sealed(void)
{
        OWNED_FD self = (int) sys4(SYS_openat, AT_FDCWD_, "/proc/self/exe", O_RDONLY_ | O_CLOEXEC_, 0);
        long seals = self < 0 ? 0 : sys2(SYS_fcntl, self, F_GET_SEALS_);
        return (seals >= 0 && (seals & SEALED) == SEALED) || (self >= 0 && is_unchangeable(self));
}

/* A caller that is gone (EPIPE) is no failure: what this process holds goes on without it. A record that a caller waits
 * for must come, so a lack of memory is waited out. */
static void send_record(const struct engine *e, const struct engine_record *r, const char *text)
{
        struct iovec_ iov[2] = {{r, sizeof *r}, {text, strlen(text)}};
        struct msghdr_ h = {.iov = iov, .iovlen = 2};
        unsigned tries = 0;
        long n;
        do
                n = sys3(SYS_sendmsg, e->fd[ENGINE_REPORT], &h, MSG_NOSIGNAL_);
        while (n == -E_INTR || (lacks_for_now(n) && wait_out(&tries)));
}

static struct engine_record record(int kind)
{
        return (struct engine_record){.magic = ENGINE_MAGIC, .version = ENGINE_VERSION, .kind = (uint16_t) kind};
}

int engine_refuse(const struct engine *e, const char *sentence, int error)
{
        struct engine_record r = record(ENGINE_FAILED);
        r.error = error;
        r.status = 1;
        send_record(e, &r, sentence);
        return 1;
}

int engine_refuse_call(const struct engine *e, const char *what, int error)
{
        char sentence[256];
        struct text t = text_over(sentence, sizeof sentence);
        text_add(&t, what);
        text_add(&t, ": ");
        text_add(&t, errno_text(error));
        return engine_refuse(e, sentence, error);
}

struct walk engine_walk;

/* The outer actor, to its end; comes back only when it fails, then undone and told. */
static int walk_outer(const struct engine *e)
{
        static struct failure first;
        if (walk_actor(&engine_walk, ACTOR_OUTER) == 0)
                return 0;
        first = engine_walk.failure;
        walk_undo(&engine_walk);
        struct engine_record r = record(ENGINE_FAILED);
        r.error = first.error;
        r.actor = first.actor;
        r.step = first.step;
        r.status = first.exit_status ? first.exit_status : 1;
        send_record(e, &r, first.text);
        return r.status;
}

void engine_tell(const struct engine *e, int kind, int pid, int status)
{
        struct engine_record r = record(kind);
        r.pid = pid;
        r.status = status;
        send_record(e, &r, "");
}

__attribute__((noinline, noreturn)) static void run_and_end(void (*body)(void *), void *with)
{
        body(with);
        sys1(SYS_exit_group, 0);
        __builtin_unreachable();
}

__attribute__((noinline)) int engine_apart(void (*body)(void *), void *with, uint64_t more)
{
        int status = 0;
        struct clone_args_ args = {.flags = 0x100 /* CLONE_VM */ | 0x4000 /* CLONE_VFORK */ | more, .exit_signal = SIGCHLD_};
        long pid = clone_process(&args);
        if (pid == 0)
                run_and_end(body, with);
        if (pid < 0)
                return (int) pid;
        while (sys4(SYS_wait4, pid, &status, 0x40000000 /* __WALL */, 0) == -E_INTR)
                ;
        return status;
}

struct making {
        const struct engine *e;
        const int *stdio;
};

static void make(void *with)
{
        const struct making *m = with;
        for (int fd = 0; m->stdio && fd < 3; fd++) {
                long r = m->stdio[fd] == fd ? 0 : sys3(SYS_dup3, m->stdio[fd], fd, 0);
                if (r < 0) /* the program would run without its output */
                        sys1(SYS_exit_group, engine_refuse_call(m->e, "give the container's process its stdio", (int) -r));
        }
        sys1(SYS_exit_group, walk_outer(m->e));
}

int engine_make(const struct engine *e, const int *stdio, int *status)
{
        struct making m = {e, stdio};
        sys5(SYS_prctl, PR_SET_CHILD_SUBREAPER_, 1, 0, 0, 0);
        int ended = engine_apart(make, &m, 0);
        *status = 1;
        if (ended < 0)
                engine_refuse_call(e, "start the process that walks the plan", -ended);
        else if (ended != 0 && shell_status(ended) < 128)
                *status = shell_status(ended); /* told already */
        else if (ended != 0 || engine_walk.left <= 0)
                engine_refuse(e, "the plan left no process behind", E_CHILD);
        else
                return engine_walk.left;
        return -1;
}

/* Nothing of the plan (its environment may hold secrets), and no descriptor but the socket, stays while it waits. */
static void forget_plan(struct engine *e)
{
        sys2(SYS_munmap, engine_walk.plan.bytes, e->plan_len);
        sys3(SYS_dup3, e->fd[ENGINE_REPORT], 0, O_CLOEXEC_);
        e->fd[ENGINE_REPORT] = 0;
        close_descriptors(1, ~0u, 0);
}

static int hold(struct engine *e)
{
        uint64_t all = ~0ull;
        int status, pid = engine_make(e, NULL, &status);
        if (pid < 0)
                return status;
        /* From here on only SIGKILL ends this process: it is what knows the container's status. */
        sys4(SYS_rt_sigprocmask, SIG_SETMASK_, &all, 0, 8);
        forget_plan(e);
        engine_tell(e, ENGINE_MADE, pid, 0);
        for (long got; (got = sys4(SYS_wait4, -1, &status, 0x40000000 /* __WALL */, 0)) != pid;)
                if (got == -E_CHILD)
                        return engine_refuse(e, "wait for the process that the plan left behind", E_CHILD);
        engine_tell(e, ENGINE_ENDED, pid, status);
        return shell_status(status);
}

/* 1 when the plan's descriptor has come, 0 when the caller has thought better of it. */
static int receive_plan(struct engine *e)
{
        char byte;
        struct { struct cmsghdr_ head; int fd, pad; } control;
        struct iovec_ iov = {&byte, 1};
        struct msghdr_ h = {.iov = &iov, .iovlen = 1, .control = &control, .controllen = sizeof control};
        long n;
        do
                n = sys3(SYS_recvmsg, e->fd[ENGINE_REPORT], &h, MSG_CMSG_CLOEXEC_);
        while (n == -E_INTR);
        if (n < 0)
                engine_refuse_call(e, "receive the plan", (int) -n);
        if (n <= 0)
                return 0;
        if (h.controllen >= sizeof control.head + sizeof control.fd && control.head.level == SOL_SOCKET_ &&
            control.head.type == SCM_RIGHTS_)
                e->fd[ENGINE_PLAN] = control.fd;
        return 1;
}

/* A mapping of its own: relocation writes into it, and it can be given back. */
const char *engine_load(int fd, uint64_t *len, int *error)
{
        struct statx_ st = {0};
        long r = fd < 0 ? 0 : sys5(SYS_statx, fd, "", AT_EMPTY_PATH_, 0x200 /* STATX_SIZE */, &st);
        *error = r < 0 ? (int) -r : 0;
        if (r < 0)
                return "the plan's file cannot be asked for its size";
        if (st.size == 0 || st.size > PLAN_MAX_BYTES)
                return "the plan's file has no size that a plan can have";
        *len = st.size;
        r = sys6(SYS_mmap, 0, (long) st.size, PROT_READ_ | PROT_WRITE_, MAP_PRIVATE_, fd, 0);
        if (r < 0 && r > -4096) {
                *error = (int) -r;
                return "the plan's file cannot be mapped";
        }
        return plan_check(&engine_walk.plan, (unsigned char *) r, st.size);
}

/* The whole of it is mapped, and writing behind a file's end would end this process by SIGBUS. */
static const char *map_trace(const struct engine *e)
{
        struct statx_ st = {0};
        if (e->fd[ENGINE_TRACE] < 0)
                return NULL;
        sys5(SYS_statx, e->fd[ENGINE_TRACE], "", AT_EMPTY_PATH_, 0x200 /* STATX_SIZE */, &st);
        engine_walk.trace = st.size < TRACE_BYTES ? NULL : trace_map(e->fd[ENGINE_TRACE]);
        return engine_walk.trace ? NULL : "the trace's file has no size that a trace can have";
}

int engine_main(int argc, char **argv)
{
        struct engine e = {0};
        int copied = argc > 1 && text_equal(argv[1], sealed_mark);
        if (copied)
                argv[1] = argv[0], argv++, argc--;
        if (!engine_words(&e, argc, argv))
                return usage();
        engine_close_others(&e, 1 /* FD_CLOEXEC */);
        if (!copied && !is_sealed()) {
                engine_close_others(&e, 0);
                char *none[] = {0};
                int error = -become_sealed(sealed_mark, -1, argc, argv, none);
                return engine_refuse_call(&e, "cannot execute from a sealed copy", error);
        }
        /* Else it would be the number of the descriptor that it is executed from. */
        sys5(SYS_prctl, PR_SET_NAME_, e.mode == ENGINE_MONITOR ? "estiba-monitor" : "estiba-exec", 0, 0, 0);
        sys1(SYS_umask, 0); /* plans say each mode in full, and the caller's umask where it counts */
        if (e.fd[ENGINE_PLAN] < 0 && !receive_plan(&e))
                return 0;
        walk_reset(&engine_walk);
        int error;
        const char *wrong = engine_load(e.fd[ENGINE_PLAN], &e.plan_len, &error);
        if (wrong && error)
                return engine_refuse_call(&e, wrong, error);
        if (!wrong)
                wrong = map_trace(&e);
        if (wrong)
                return engine_refuse(&e, wrong, E_BADMSG);
        engine_walk.planner = e.fd[ENGINE_PLANNER];
        engine_walk.reg[REG_BUNDLE] = e.fd[ENGINE_BUNDLE];
        engine_walk.reg[REG_ROOT] = e.fd[ENGINE_ROOT];
        engine_walk.reg[REG_STATE] = e.fd[ENGINE_STATE];
        engine_walk.reg[REG_PLANNER] = e.fd[ENGINE_PLANNER];
        engine_walk.reg[REG_ROOTFS] = e.fd[ENGINE_ROOTFS];
        engine_walk.reg[REG_DIRECTORY] = e.fd[ENGINE_DIRECTORY];
        switch (e.mode) {
        case ENGINE_WALK: return walk_outer(&e);
        case ENGINE_HOLD: return hold(&e);
        case ENGINE_MONITOR: break;
        }
        return monitor(&e, argc, argv);
}
