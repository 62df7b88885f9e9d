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
        sys5(SYS_statx, fd, "", AT_EMPTY_PATH_, 0x200 /* STATX_SIZE */, &st);
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
        long r = 0;
        OWNED_FD null = (int) sys3(SYS_openat, AT_FDCWD_, "/dev/null", O_RDWR_ | O_CLOEXEC_);
        if (null < 0)
                return null;
        for (int fd = 0; fd < 3; fd++) { /* our own, and theirs where there is no pipe */
                sys3(SYS_dup3, null, fd, 0);
                theirs[fd] = fd;
        }
        if (m->settings.terminal) { /* the plan makes it, and sends its master */
                r = sys4(SYS_socketpair, AF_UNIX_, SOCK_SEQPACKET_ | SOCK_CLOEXEC_, 0, pair);
                m->master = r < 0 ? -1 : pair[0];
                engine_walk.reg[REG_CONSOLE] = r < 0 ? -1 : pair[1];
                return r;
        }
        for (int fd = m->settings.input ? 0 : 1; fd < 3 && r == 0; fd++) {
                int ours = fd == 0;
                if ((r = sys2(SYS_pipe2, pair, O_CLOEXEC_)) < 0)
                        break;
                theirs[fd] = pair[!ours];
                sys3(SYS_fcntl, pair[ours], F_SETFL_, O_NONBLOCK_);
                if (fd == 0)
                        m->input = pair[1];
                else
                        m->stream[fd - 1].fd = pair[0];
        }
        return r;
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
        return 0;
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

static void walk_epilogue_actor(void *with)
{
        struct monitor *m = ((void **) with)[0];
        if (walk_actor(&engine_walk, *(unsigned *) ((void **) with)[1]) == 0)
                return;
        struct text t = text_over(m->problem, sizeof m->problem);
        text_add(&t, engine_walk.failure.text);
}

/* In a child, so that whatever is wrong with the plan the status is kept; its descriptors are this process's, so that the
 * second actor finds what the first has opened. */
static void walk_epilogue(struct monitor *m, unsigned actor)
{
        void *with[] = {m, &actor};
        uint64_t len;
        if (m->epilogue < 0)
                return;
        if (!engine_walk.plan.head) {
                const char *wrong = engine_load(m->epilogue, &len);
                walk_reset(&engine_walk);
                engine_walk.reg[REG_ROOT] = m->root;
                engine_walk.reg[REG_STATE] = m->state;
                engine_walk.reg[REG_DIRECTORY] = m->directory;
                engine_walk.reg[REG_STATUS] = m->status;
                if (wrong) {
                        struct text t = text_over(m->problem, sizeof m->problem);
                        text_add(&t, wrong);
                        close_fd(&m->epilogue);
                        return;
                }
        }
        engine_walk.failure.text[0] = 0;
        engine_apart(walk_epilogue_actor, with, 0x400 /* CLONE_FILES */);
}

/* One line of JSON under its name at once: whoever reads it finds nothing or all. */
static void write_exit(struct monitor *m)
{
        char line[2048], temporary[SETTINGS_NAME + 8];
        struct text t = text_over(line, sizeof line), name = text_over(temporary, sizeof temporary);
        struct timespec_ now;
        sys2(SYS_clock_gettime, 0 /* CLOCK_REALTIME */, &now);
        text_add(&t, "{\"pid\":");
        text_add_number(&t, m->pid);
        text_add(&t, ",\"start\":");
        text_add_number(&t, m->start);
        text_add(&t, ",\"code\":");
        text_add_number(&t, shell_status(m->status));
        text_add(&t, ",\"signal\":");
        text_add_number(&t, m->status & 0x7f);
        text_add(&t, ",\"finished\":\"");
        text_add_nanos(&t, now);
        text_add(&t, "\",\"lost\":");
        text_add_number(&t, (int64_t) m->log.lost);
        if (m->problem[0]) {
                text_add(&t, ",\"problem\":\"");
                text_add_json(&t, m->problem, strlen(m->problem));
                text_add_char(&t, '"');
        }
        text_add(&t, "}\n");
        text_add(&name, m->settings.exit_name);
        text_add(&name, ".new");
        int fd = (int) sys4(SYS_openat, m->directory, temporary, O_WRONLY_ | O_CREAT_ | O_TRUNC_ | O_CLOEXEC_ | O_NOFOLLOW_, 0600);
        int64_t r = fd < 0 ? fd : write_whole(fd, line, t.len);
        close_fd(&fd);
        if (r == 0)
                r = sys4(SYS_renameat, m->directory, temporary, m->directory, m->settings.exit_name);
        if (r < 0) /* there is nobody to tell but the clients, who get the status itself */
                sys3(SYS_unlinkat, m->directory, temporary, 0);
}

static int watch(struct monitor *m)
{
        monitor_run(m);
        walk_epilogue(m, ACTOR_OUTER);
        monitor_drain(m, DRAIN_MS);
        write_exit(m);
        monitor_accept(m);
        monitor_serve(m);
        walk_epilogue(m, ACTOR_EPILOGUE);
        remove_socket(m);
        return shell_status(m->status);
}

static int fail(struct monitor *m, const struct engine *e, const char *sentence, long error)
{
        if (sentence)
                engine_refuse(e, sentence, (int) -error);
        remove_socket(m);
        if (m->log.created)
                sys3(SYS_unlinkat, AT_FDCWD_, m->settings.log_path, 0);
        return 1;
}

int monitor(struct engine *e, int argc, char **argv)
{
        struct monitor *m = &monitored;
        int theirs[3], status;
        long r;
        m->directory = e->fd[ENGINE_DIRECTORY], m->epilogue = e->fd[ENGINE_EPILOGUE];
        m->root = e->fd[ENGINE_ROOT], m->state = e->fd[ENGINE_STATE];
        m->listener = m->master = m->input = m->stream[0].fd = m->stream[1].fd = m->log.fd = -1;
        m->stream[0].left = m->stream[1].left = -1;
        for (unsigned n = 0; n < CLIENTS; n++)
                m->client[n].fd = -1;
        const char *wrong = read_settings(m, e->fd[ENGINE_SETTINGS]);
        if (wrong)
                return fail(m, e, wrong, -E_INVAL);
        sys0(SYS_setsid);
        leave_callers_cgroups();
        if ((m->signals = block_signals()) < 0)
                return fail(m, e, "the monitor: watch for signals", m->signals);
        if ((r = logfile_open(&m->log, &m->settings)) < 0)
                return fail(m, e, "the monitor: open the container's log", r);
        if ((r = listen_for_clients(m)) < 0)
                return fail(m, e, "the monitor: listen for clients", r);
        if ((r = make_stdio(m, theirs)) < 0)
                return fail(m, e, "the monitor: make the container's stdio", r);
        if ((m->pid = engine_make(e, theirs, &status)) < 0) {
                fail(m, e, NULL, 0);
                return status;
        }
        m->start = start_time(m->pid);
        if (m->settings.terminal && (r = take_terminal(m)) < 0) {
                sys2(SYS_kill, m->pid, SIGKILL_);
                return fail(m, e, "the monitor: receive the terminal's master", r);
        }
        for (unsigned i = 0; i < e->clients; i++)
                client_add(m, e->client[i], 1);
        engine_tell(e, ENGINE_MADE, m->pid, 0);
        let_go(m, e, theirs);
        engine_walk.plan = (struct plan){0};
        show_title(m, argc, argv);
        return watch(m);
}
