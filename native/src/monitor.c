/* estiba-exec monitor: what a monitor does, from its start to its end.
 *
 * Before the walk: it leaves its caller's cgroups and session, listens (so that nobody who connects can miss anything),
 * and makes the container's stdio. Then a child walks the plan, as for "hold" (engine.c). It says MADE and lets go of its
 * caller. From then on only SIGKILL ends it: the status would be lost, and so would what the container writes.
 * After the container's end, in this order: the epilogue's first actor (the kernel's counters, what else still runs), the
 * outputs to their end, the exit file, its clients, the epilogue's other actor (the cgroups), the socket. So whoever is told
 * finds the file, and nobody waits for a cgroup.
 * It is never a process of the container's: it holds no namespace, and no descriptor of it but pipes and the terminal.
 */
#include "monitor.h"

#include "leave.h"
#include "oci.h"
#include "sys.h"
#include "trace.h"
#include "wait.h"

enum { DRAIN_MS = 1000, CONSOLE_MS = 1000, BACKLOG = 64, F_SETFL_ = 4, F_DUPFD_CLOEXEC_ = 1030 };

static struct monitor monitored;

static const char *read_settings(struct monitor *m, int fd)
{
        static char text[SETTINGS_MOST + 1]; /* a page or two, once */
        struct statx_ st = {0};
        long asked = sys5(SYS_statx, fd, "", AT_EMPTY_PATH_, 0x200 /* STATX_SIZE */, &st);
        if (asked < 0)
                return errno_text((int) -asked);
        if (st.size > SETTINGS_MOST)
                return "the monitor's settings are too long";
        sys3(SYS_lseek, fd, 0, 0);
        long n = sys3(SYS_read, fd, text, SETTINGS_MOST);
        if (n < 0)
                return "the monitor's settings cannot be read";
        text[n] = 0;
        return settings_read(&m->settings, text, (size_t) n);
}

static struct sockaddr_un_ socket_address(const struct monitor *m)
{
        struct sockaddr_un_ address = {.family = AF_UNIX_};
        struct text t = text_over(address.path, sizeof address.path);
        text_add(&t, "/proc/self/fd/"); /* the directory may have a longer path than an address has room for */
        text_add_number(&t, m->directory);
        text_add_char(&t, '/');
        text_add(&t, m->settings.socket_name);
        return address;
}

static long listen_for_clients(struct monitor *m)
{
        if (!m->settings.socket_name[0])
                return 0;
        struct sockaddr_un_ address = socket_address(m);
        long fd = sys3(SYS_socket, AF_UNIX_, SOCK_SEQPACKET_ | SOCK_CLOEXEC_ | SOCK_NONBLOCK_, 0);
        if (fd < 0)
                return fd;
        sys1(SYS_umask, 0177);
        long r = sys3(SYS_bind, fd, &address, sizeof address);
        sys1(SYS_umask, 0);
        if (r == 0)
                r = sys2(SYS_listen, fd, BACKLOG);
        if (r < 0)
                sys1(SYS_close, fd);
        else
                m->listener = (int) fd;
        return r;
}

static void remove_socket(struct monitor *m)
{
        if (m->listener >= 0)
                sys3(SYS_unlinkat, m->directory, m->settings.socket_name, 0);
        close_fd(&m->listener);
}

/* The container's stdio: its ends in `theirs`. Our own are non-blocking: nobody else has those open files. */
static long make_stdio(struct monitor *m, int *theirs)
{
        int pair[2];
        long r;
        OWNED_FD null = (int) sys3(SYS_openat, AT_FDCWD_, "/dev/null", O_RDWR_ | O_CLOEXEC_);
        if (null < 0)
                return null;
        for (int fd = 0; fd < 3; fd++) { /* our own, and theirs where there is no pipe */
                if ((r = sys3(SYS_dup3, null, fd, 0)) < 0)
                        return r;
                theirs[fd] = fd;
        }
        if (m->settings.terminal) { /* the plan makes it, and sends its master */
                r = sys4(SYS_socketpair, AF_UNIX_, SOCK_SEQPACKET_ | SOCK_CLOEXEC_, 0, pair);
                m->master = r < 0 ? -1 : pair[0];
                engine_walk.reg[REG_CONSOLE] = r < 0 ? -1 : pair[1];
                return r;
        }
        for (int fd = m->settings.input ? 0 : 1; fd < 3; fd++) {
                int ours = fd == 0;
                if ((r = sys2(SYS_pipe2, pair, O_CLOEXEC_)) < 0)
                        return r;
                theirs[fd] = pair[!ours];
                sys3(SYS_fcntl, pair[ours], F_SETFL_, O_NONBLOCK_);
                if (fd == 0)
                        m->input = pair[1];
                else
                        m->stream[fd - 1].fd = pair[0];
        }
        return 0;
}

/* The plan has sent the master before it let the program run; here is the socket's end that it comes from. */
static int take_terminal(struct monitor *m)
{
        struct step none = {.result = PLAN_NO_REGISTER};
        struct op_args o = {.w = &engine_walk, .s = &none, .a = {m->master}};
        struct pollfd_ p = {m->master, POLLIN_, 0};
        int master = sys_poll(&p, 1, CONSOLE_MS) > 0 ? (int) op_recv_fd(&o) : -E_TIMEDOUT;
        close_fd(&m->master);
        if (master < 0)
                return master;
        sys3(SYS_fcntl, master, F_SETFL_, O_NONBLOCK_);
        m->master = m->stream[0].fd = master;
        if (m->settings.input)
                m->input = (int) sys3(SYS_fcntl, master, F_DUPFD_CLOEXEC_, 3);
        return m->input < 0 && m->settings.input ? m->input : 0;
}

/* ps shows the title in place of our words. */
static void show_title(const struct monitor *m, int argc, char **argv)
{
        char *end = argv[argc - 1] + strlen(argv[argc - 1]);
        size_t room = (size_t) (end - argv[0]), len = strlen(m->settings.title);
        if (!len)
                return;
        memset(argv[0], 0, room);
        memcpy(argv[0], m->settings.title, len < room ? len : room);
}

/* Nothing of the plan (its environment may hold secrets) stays, and no descriptor that is not used any more. */
static void let_go(struct monitor *m, struct engine *e, int *theirs)
{
        static const int used[] = {ENGINE_REPORT, ENGINE_PLAN, ENGINE_BUNDLE, ENGINE_PLANNER, ENGINE_ROOTFS, ENGINE_TRACE,
                                   ENGINE_SETTINGS};
        sys2(SYS_munmap, engine_walk.plan.bytes, e->plan_len);
        if (engine_walk.trace)
                sys2(SYS_munmap, engine_walk.trace, TRACE_BYTES);
        arena_forget();
        for (unsigned i = 0; i < sizeof used / sizeof *used; i++)
                close_fd(&e->fd[used[i]]);
        if (m->settings.terminal) {
                int console = (int) engine_walk.reg[REG_CONSOLE];
                close_fd(&console);
        }
        for (int fd = 0; fd < 3; fd++)
                if (theirs[fd] > 2)
                        close_fd(&theirs[fd]);
}

static int watch(struct monitor *m)
{
        monitor_run(m);
        monitor_epilogue(m, ACTOR_OUTER);
        monitor_drain(m, DRAIN_MS);
        monitor_write_exit(m);
        monitor_accept(m);
        monitor_serve(m);
        monitor_epilogue(m, ACTOR_EPILOGUE);
        remove_socket(m);
        return shell_status(m->status);
}

/* Says why, where it has not been said; nothing that was made stays. */
static int fail(struct monitor *m, const struct engine *e, const char *sentence, long error)
{
        if (sentence)
                engine_refuse(e, sentence, (int) -error);
        remove_socket(m);
        if (m->log.created)
                sys3(SYS_unlinkat, AT_FDCWD_, m->settings.log_path, 0);
        return 1;
}

static int fail_call(struct monitor *m, const struct engine *e, const char *what, long error)
{
        engine_refuse_call(e, what, (int) -error);
        return fail(m, e, NULL, error);
}

/* As fail_call, where the container's process is there already. */
static int fail_made(struct monitor *m, const struct engine *e, const char *what, long error)
{
        sys2(SYS_kill, m->pid, SIGKILL_); /* not reaped yet: the number is still its own */
        return fail_call(m, e, what, error);
}

static void begin(struct monitor *m, const struct engine *e)
{
        m->directory = e->fd[ENGINE_DIRECTORY], m->epilogue = e->fd[ENGINE_EPILOGUE];
        m->root = e->fd[ENGINE_ROOT], m->state = e->fd[ENGINE_STATE];
        m->listener = m->master = m->input = m->stream[0].fd = m->stream[1].fd = m->log.fd = -1;
        m->stream[0].left = m->stream[1].left = -1;
        for (unsigned n = 0; n < CLIENTS; n++)
                m->client[n].fd = -1;
}

/* All that is made before the walk. 0, or 1 and told. */
static int prepare(struct monitor *m, const struct engine *e, int *theirs)
{
        const char *what = read_settings(m, e->fd[ENGINE_SETTINGS]);
        long r;
        if (what)
                return fail(m, e, what, -E_INVAL);
        sys0(SYS_setsid); /* EPERM: it leads one already */
        leave_callers_cgroups();
        m->signals = block_signals();
        if ((r = m->signals) < 0)
                what = "the monitor: watch for signals";
        else if ((r = logfile_open(&m->log, &m->settings)) < 0)
                what = "the monitor: open the container's log";
        else if ((r = listen_for_clients(m)) < 0)
                what = "the monitor: listen for clients";
        else if ((r = make_stdio(m, theirs)) < 0)
                what = "the monitor: make the container's stdio";
        return what ? fail_call(m, e, what, r) : 0;
}

int monitor(struct engine *e, int argc, char **argv)
{
        struct monitor *m = &monitored;
        int theirs[3], status;
        long r;
        begin(m, e);
        if (prepare(m, e, theirs))
                return 1;
        if ((m->pid = engine_make(e, theirs, &status)) < 0) {
                fail(m, e, NULL, 0);
                return status;
        }
        if ((r = m->start = start_time(m->pid)) < 0)
                return fail_made(m, e, "the monitor: read when the container's process began", r);
        if (m->settings.terminal && (r = take_terminal(m)) < 0)
                return fail_made(m, e, "the monitor: receive the terminal's master", r);
        for (unsigned i = 0; i < e->clients; i++)
                client_add(m, e->client[i], 1);
        engine_tell(e, ENGINE_MADE, m->pid, 0);
        let_go(m, e, theirs);
        engine_walk.plan = (struct plan){0};
        show_title(m, argc, argv);
        return watch(m);
}
