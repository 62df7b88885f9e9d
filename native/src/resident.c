/* The resident JVM: one per user, role and build.
 *
 * Ordering, and the race that each step closes:
 *  - connect; no socket, or nobody behind it: take the start lock (a kernel lock, it dies with its holder);
 *  - connect once more: somebody may have started one while we waited for the lock (tmux's order);
 *  - bind before, and listen in, the process that becomes the JVM, and hand it the listening descriptor: every later
 *    caller waits in the backlog, nobody polls for a socket to appear, and two first calls start one JVM;
 *  - unlock, connect like everybody else. The JVM that serves this first call is the resident.
 * A JVM that does not answer within the caller's patience loses its name (resident_forget), never its life: it may be
 * stopped by a debugger, and its other callers may still be served. Of two callers who both gave up, the second finds
 * the name with the first one's successor and leaves it alone.
 * A resident that nobody has called for long gives its name up itself, by rename (dev.estiba.runtime.resident.SocketName),
 * serves for another second whoever had found it before, and closes the socket. Rename is what decides: a caller finds
 * the name, and is served, or does not, and starts another under the lock; so the JVM needs no flock(2), which Java does
 * not have. A caller that was stopped in between for more than that second is reset, as one is whose resident is killed, and
 * asks once more: a plan has no effects yet.
 * Whoever connects while it is being born by another's call does not know that: it looks at the JVM's age before it gives
 * up (resident_is_new). One that somebody has stopped gets no such grace.
 * Refused alternatives: a pid file (lies after a crash), a lock file without a lock (stays), polling (costs 100 ms).
 */
#include "resident.h"

#include "birth.h"
#include "oci.h"
#include "paths.h"
#include "sys.h"
#include "walk.h"

#ifndef ESTIBA_BUILD_ID
#define ESTIBA_BUILD_ID "0000000000000000"
#endif

/* 0 when it is this user's alone, -E_PERM when it is not, or why that cannot be known. */
static int directory_ours(const char *path)
{
        struct statx_ st;
        long e = sys5(SYS_statx, AT_FDCWD_, path, AT_SYMLINK_NOFOLLOW_, 0x7ff, &st);
        if (e < 0)
                return (int) e;
        int ours = (st.mode & S_IFMT_) == S_IFDIR_ && st.uid == (uint32_t) sys0(SYS_geteuid) && (st.mode & 0077) == 0;
        return ours ? 0 : -E_PERM;
}

static int exists(const char *path)
{
        struct statx_ st;
        return sys5(SYS_statx, AT_FDCWD_, path, 0, 0x7ff, &st) == 0;
}

void resident_place(struct resident *r, char **envp)
{
        struct text t = text_over(r->directory, sizeof r->directory);
        r->envp = envp;
        uint32_t uid = (uint32_t) sys0(SYS_geteuid);
        uint32_t outer = outer_uid(uid);
        if (outer == 0) {
                text_add(&t, "/run/estiba/jvm");
                return;
        }
        text_add(&t, "/run/user/");
        text_add_number(&t, outer);
        const char *xdg = environment(envp, "XDG_RUNTIME_DIR");
        if (!exists(r->directory) && xdg && xdg[0] == '/' && exists(xdg)) {
                t = text_over(r->directory, sizeof r->directory);
                text_add(&t, xdg);
        }
        if (exists(r->directory) && !t.cut) {
                text_add(&t, "/estiba");
                return;
        }
        t = text_over(r->directory, sizeof r->directory);
        text_add(&t, "/tmp/estiba-");
        text_add_number(&t, outer);
}

static void name_in(const struct resident *r, const char *suffix, char *buffer, size_t cap)
{
        struct text t = text_over(buffer, cap);
        text_add(&t, r->directory);
        text_add_char(&t, '/');
        text_add(&t, r->role);
        text_add(&t, "-" ESTIBA_BUILD_ID);
        text_add(&t, suffix);
}

static int address(const struct resident *r, struct sockaddr_un_ *a)
{
        a->family = AF_UNIX_;
        name_in(r, ".sock", a->path, sizeof a->path);
        return strlen(a->path) < sizeof a->path - 1 ? 0 : -E_NAMETOOLONG;
}

/* Connected, and the one behind it is this user or root: else anybody who can write the directory could plan for us. */
static int try_connect(const struct resident *r)
{
        struct sockaddr_un_ a;
        struct ucred_ peer;
        uint32_t len = sizeof peer;
        if (address(r, &a) < 0)
                return -E_NAMETOOLONG;
        OWNED_FD s = (int) sys3(SYS_socket, AF_UNIX_, SOCK_STREAM_ | SOCK_CLOEXEC_ | SOCK_NONBLOCK_, 0);
        long e = s < 0 ? s : sys3(SYS_connect, s, &a, sizeof a); /* non-blocking: a full backlog says EAGAIN at once */
        if (e == 0)
                e = sys5(SYS_getsockopt, s, SOL_SOCKET_, SO_PEERCRED_, &peer, &len);
        if (e == 0 && peer.uid != (uint32_t) sys0(SYS_geteuid) && peer.uid != 0)
                e = -E_PERM;
        if (e < 0)
                return (int) e;
        sys3(SYS_fcntl, s, 4 /* F_SETFL */, 0);
        int fd = s;
        s = -1;
        return fd;
}

static int make_directory(const struct resident *r)
{
        if (text_equal(r->directory, "/run/estiba/jvm"))
                sys3(SYS_mkdirat, AT_FDCWD_, "/run/estiba", 0711);
        long before = sys1(SYS_umask, 0);
        long made = sys3(SYS_mkdirat, AT_FDCWD_, r->directory, 0700);
        sys1(SYS_umask, before);
        return made < 0 && made != -E_EXIST ? (int) made : directory_ours(r->directory);
}

static int lock(const struct resident *r)
{
        char path[320];
        name_in(r, ".lock", path, sizeof path);
        int fd = (int) sys4(SYS_openat, AT_FDCWD_, path, O_RDWR_ | O_CREAT_ | O_CLOEXEC_ | O_NOFOLLOW_, 0600);
        while (fd >= 0 && sys2(SYS_flock, fd, 2 /* LOCK_EX */) == -E_INTR)
                ;
        return fd;
}

/* Whether this call's parent is conmon, which on its own end waits for every child that it was left (it is a subreaper,
 * and its atexit handler waits without an end): a resident born here would become its child and keep it for as long as
 * the resident lives. Nothing that a process can do takes it out of a subreaper's reach. podman's own calls (start,
 * state) come from elsewhere and give birth to the resident soon enough. */
static int parent_waits_for_all(void)
{
        char path[64], comm[32];
        struct text t = text_over(path, sizeof path);
        text_add(&t, "/proc/");
        text_add_number(&t, sys0(SYS_getppid));
        text_add(&t, "/comm");
        OWNED_FD fd = (int) sys4(SYS_openat, AT_FDCWD_, path, O_RDONLY_ | O_CLOEXEC_, 0);
        long n = fd < 0 ? 0 : sys3(SYS_read, fd, comm, sizeof comm - 1);
        if (n <= 0)
                return 0;
        comm[n] = 0;
        return text_equal(comm, "conmon\n");
}

static int start(const struct resident *r)
{
        struct sockaddr_un_ a;
        char log[320];
        if (address(r, &a) < 0)
                return -E_NAMETOOLONG;
        name_in(r, ".log", log, sizeof log);
        sys3(SYS_unlinkat, AT_FDCWD_, a.path, 0); /* nobody is behind it: we hold the lock and were refused */
        OWNED_FD s = (int) sys3(SYS_socket, AF_UNIX_, SOCK_STREAM_ | SOCK_CLOEXEC_, 0);
        long before = sys1(SYS_umask, 0077);
        long e = s < 0 ? s : sys3(SYS_bind, s, &a, sizeof a);
        sys1(SYS_umask, before);
        if (e >= 0) {
                const struct newborn b = {.home = r->home, .role = r->role, .log = log, .envp = r->envp, .socket = s, .stays = 1,
                                          .keeps_program = text_equal(r->role, "planner")};
                e = birth(&b);
        }
        if (e < 0)
                sys3(SYS_unlinkat, AT_FDCWD_, a.path, 0);
        return (int) e;
}

int resident_try(const struct resident *r)
{
        int s = try_connect(r), e = s < 0 ? s : directory_ours(r->directory);
        if (s >= 0 && e < 0)
                sys1(SYS_close, s);
        return e < 0 ? e : s;
}

int resident_answering(const struct resident *r)
{
        return try_connect(r);
}

int resident_connect(const struct resident *r, int *born)
{
        *born = 0;
        int s = resident_try(r);
        if (s >= 0)
                return s;
        if (s != -E_NOENT && s != -E_CONNREFUSED)
                return s;
        if (parent_waits_for_all())
                return -E_CHILD;
        int e = make_directory(r);
        if (e < 0)
                return e;
        OWNED_FD held = lock(r);
        if (held < 0)
                return held;
        s = try_connect(r);
        if (s != -E_NOENT && s != -E_CONNREFUSED)
                return s;
        e = start(r);
        if (e < 0)
                return e;
        *born = 1;
        return try_connect(r);
}

int resident_private(const struct resident *r)
{
        int pair[2];
        char log[320];
        long e = sys4(SYS_socketpair, AF_UNIX_, SOCK_STREAM_ | SOCK_CLOEXEC_, 0, pair);
        if (e < 0)
                return (int) e;
        name_in(r, ".log", log, sizeof log);
        const struct newborn b = {.home = r->home, .role = r->role, .log = directory_ours(r->directory) == 0 ? log : "/dev/null",
                                  .envp = r->envp, .socket = pair[1]};
        e = birth(&b);
        sys1(SYS_close, pair[1]);
        if (e < 0) {
                sys1(SYS_close, pair[0]);
                return (int) e;
        }
        return pair[0];
}

int resident_program(int s)
{
        int handle = -1;
        uint32_t len = sizeof handle;
        if (sys5(SYS_getsockopt, s, SOL_SOCKET_, SO_PEERPIDFD_, &handle, &len) < 0) /* from Linux 6.5 on */
                return -1;
        OWNED_FD resident = handle;
        OWNED_FD program = (int) sys3(SYS_pidfd_getfd, resident, RESIDENT_PROGRAM, 0);
        if (program < 0 || !is_unchangeable(program))
                return -1;
        int fd = program;
        program = -1;
        return fd;
}

/* Who made the socket at the other end listen: that resident. */
static int32_t listener_of(int s)
{
        struct ucred_ peer = {0, 0, 0};
        uint32_t len = sizeof peer;
        sys5(SYS_getsockopt, s, SOL_SOCKET_, SO_PEERCRED_, &peer, &len);
        return peer.pid;
}

/* The fields of proc(5)'s stat from the third on; the second, a name, may have anything in it. */
static int read_stat(int32_t pid, char *buffer, size_t cap, const char **fields)
{
        char path[64];
        struct text t = text_over(path, sizeof path);
        text_add(&t, "/proc/");
        text_add_number(&t, pid);
        text_add(&t, "/stat");
        OWNED_FD fd = (int) sys4(SYS_openat, AT_FDCWD_, path, O_RDONLY_ | O_CLOEXEC_, 0);
        long n = fd < 0 ? 0 : sys3(SYS_read, fd, buffer, cap - 1);
        *fields = NULL;
        for (long i = 0; i + 2 < n; i++)
                if (buffer[i] == ')')
                        *fields = buffer + i + 2;
        buffer[n > 0 ? n : 0] = 0;
        return *fields ? 0 : -E_SRCH;
}

int resident_is_new(int s)
{
        enum { STARTTIME = 22, STATE = 3, TICKS = 100 /* USER_HZ */ };
        char buffer[1024];
        const char *at;
        struct timespec_ now;
        int64_t start = 0;
        int32_t pid = listener_of(s);
        if (pid <= 0 || read_stat(pid, buffer, sizeof buffer, &at) < 0 || *at == 'T' || *at == 't')
                return 0;
        for (int field = STATE; field < STARTTIME && *at; at++)
                field += *at == ' ';
        for (; *at >= '0' && *at <= '9'; at++)
                start = start * 10 + (*at - '0');
        sys2(SYS_clock_gettime, 7 /* CLOCK_BOOTTIME */, &now);
        return now.sec - start / TICKS < RESIDENT_NEW_S;
}

void resident_forget(const struct resident *r, int silent)
{
        char from[320], to[320];
        OWNED_FD held = lock(r);
        OWNED_FD s = try_connect(r);
        if (s >= 0 && listener_of(s) != listener_of(silent))
                return; /* another caller has been here before, and the name is already a new resident's */
        name_in(r, ".sock", from, sizeof from);
        name_in(r, ".silent", to, sizeof to);
        sys4(SYS_renameat, AT_FDCWD_, from, AT_FDCWD_, to);
}
