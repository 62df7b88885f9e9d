/* Reads, with its caller's own rights and in its caller's namespaces, what the planner needs as bytes.
 * Regular files only (but for /proc), non-blocking, with a cap: a FIFO in a bundle stops nobody. */
#include "grammar.h"
#include "oci.h"
#include "older.h"
#include "paths.h"
#include "sys.h"

enum { CONFIG_CAP = 10 << 20, STATE_CAP = 1 << 20, PROC_CAP = 64 << 10, STATES_CAP = 24 << 20, DT_DIR_ = 4, DT_UNKNOWN_ = 0 };

struct dirent_ { uint64_t ino; int64_t off; uint16_t reclen; uint8_t type; char name[]; };

static int complain(struct text *why, const char *what, const char *path, long error)
{
        text_add(why, what);
        const char *reason = errno_text((int) -error);
        text_add_char(why, ' ');
        text_add_short(why, path, strlen(reason) + 2);
        text_add(why, ": ");
        text_add(why, reason);
        return -1;
}

/* This call lacks something, so it knows nothing of the file: not that it is missing, nor that it is no file of ours. */
static int lacks(long error)
{
        return error == -E_NOMEM || error == -E_MFILE || error == -E_NFILE || error == -E_IO;
}

static int64_t read_regular(int dir, const char *path, uint64_t cap, char **bytes)
{
        struct statx_ st;
        OWNED_FD fd = (int) sys4(SYS_openat, dir, path, O_RDONLY_ | O_CLOEXEC_ | O_NONBLOCK_ | O_NOCTTY_, 0);
        if (fd < 0)
                return fd;
        long e = sys5(SYS_statx, fd, "", AT_EMPTY_PATH_, 0x7ff, &st);
        if (e < 0)
                return e;
        if ((st.mode & S_IFMT_) != S_IFREG_)
                return (st.mode & S_IFMT_) == S_IFDIR_ ? -E_ISDIR : -E_INVAL;
        return read_whole(fd, cap, bytes);
}

static int add_file(struct frame *f, uint32_t tag, int dir, const char *path, uint64_t cap)
{
        char *bytes;
        int64_t n = read_regular(dir, path, cap, &bytes);
        if (n >= 0)
                frame_add(f, tag, bytes, (uint64_t) n);
        return n < 0 ? (int) n : 0;
}

/* A name that may be a directory's: the planner refuses the others in words, and here nothing is opened for them. */
static int plain_name(const char *id)
{
        if (!id || !*id || (id[0] == '.' && (!id[1] || (id[1] == '.' && !id[2]))))
                return 0;
        for (; *id; id++)
                if (*id == '/')
                        return 0;
        return 1;
}

/* Calls that the planner has an older way for, where a kernel has not got them or an outer container's filter answers in its
 * place. As asked here, with arguments that are none, the calls themselves answer something else. */
static uint32_t withheld_calls(void)
{
        long open_tree = sys3(SYS_open_tree, -1, "", 0), setattr = sys5(SYS_mount_setattr, -1, "", 0, 0, 0);
        return (is_withheld(open_tree) ? CALLER_WITHOUT_OPEN_TREE : 0) | (is_withheld(setattr) ? CALLER_WITHOUT_MOUNT_SETATTR : 0);
}

static void add_caller(struct frame *f)
{
        static uint32_t caller[8];
        struct { uint32_t x[16]; } termios;
        caller[0] = (uint32_t) sys0(SYS_geteuid);
        caller[1] = (uint32_t) sys0(SYS_getgid);
        caller[2] = (uint32_t) sys1(SYS_umask, 0);
        for (unsigned fd = 0; fd < 3; fd++)
                if (sys3(SYS_ioctl, fd, 0x5401 /* TCGETS */, &termios) == 0)
                        caller[3] |= 1u << fd;
        if (in_user_namespace())
                caller[3] |= CALLER_IN_USER_NAMESPACE;
        caller[3] |= withheld_calls();
        caller[4] = (uint32_t) sys0(SYS_getpid);
        frame_add(f, TAG_CALLER, caller, sizeof caller);
}

int is_asked_for(const char *variable)
{
        static const char *const wanted[] = {"XDG_RUNTIME_DIR=", "NOTIFY_SOCKET=", "LISTEN_FDS=", "LISTEN_PID=", "LISTEN_FDNAMES=", "PATH="};
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
                if (text_after(variable, wanted[i]))
                        return 1;
        return 0;
}

static void add_arguments(struct frame *f, int argc, char **argv, char **envp)
{
        uint64_t len = 0, env_len = 0;
        for (int i = 1; i < argc; i++)
                len += strlen(argv[i]) + 1;
        char *all = arena(len + 1), *env = arena(65536), *at = all;
        if (!all || !env)
                return;
        for (int i = 1; i < argc; i++) {
                size_t n = strlen(argv[i]) + 1;
                memcpy(at, argv[i], n);
                at += n;
        }
        frame_add(f, TAG_ARGV, all, len);
        for (char **e = envp; *e; e++) {
                size_t n = strlen(*e) + 1;
                if (is_asked_for(*e) && env_len + n <= 65536) {
                        memcpy(env + env_len, *e, n);
                        env_len += n;
                }
        }
        frame_add(f, TAG_ENVIRONMENT, env, env_len);
}

/* The layout of /sys/fs/cgroup as the planner must know it: the file system's magic number, then every entry's name
 * with its kind (d directory, l link) before it, or for version 2 its controllers' names behind a c. A few microseconds;
 * mountinfo would grow with the containers. */
static long add_cgroups(struct frame *f)
{
        char *entries = arena(16384), buffer[4096] __attribute__((aligned(8)));
        uint64_t fs[15] = {0}, used = 8;
        OWNED_FD dir = (int) sys4(SYS_openat, AT_FDCWD_, "/sys/fs/cgroup", O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        long e = dir < 0 ? dir : !entries ? -E_NOMEM : sys2(SYS_fstatfs, dir, fs);
        if (e < 0)
                return e;
        memcpy(entries, &fs[0], 8);
        if (fs[0] == 0x63677270 /* CGROUP2_SUPER_MAGIC */) {
                OWNED_FD names = (int) sys4(SYS_openat, dir, "cgroup.controllers", O_RDONLY_ | O_CLOEXEC_, 0);
                long n = names < 0 ? names : sys3(SYS_read, names, buffer, sizeof buffer);
                if (lacks(n))
                        return n;
                entries[used++] = 'c';
                for (long i = 0; i < n; i++)
                        entries[used++] = buffer[i];
                entries[used++] = 0;
        }
        for (;;) {
                long n = fs[0] == 0x63677270 ? 0 : sys3(SYS_getdents64, dir, buffer, sizeof buffer);
                if (n < 0)
                        return n;
                if (n == 0)
                        break;
                for (long at = 0; at < n;) {
                        struct dirent_ *entry = (struct dirent_ *) (void *) (buffer + at);
                        size_t len = strlen(entry->name) + 1;
                        at += entry->reclen;
                        if (entry->name[0] == '.' || (entry->type != 4 && entry->type != 10) || used + len + 1 > 16384)
                                continue;
                        entries[used++] = entry->type == 4 ? 'd' : 'l';
                        memcpy(entries + used, entry->name, len);
                        used += len;
                }
        }
        frame_add(f, TAG_CGROUPS, entries, used);
        char *own;
        OWNED_FD fd = (int) sys4(SYS_openat, AT_FDCWD_, "/proc/self/cgroup", O_RDONLY_ | O_CLOEXEC_, 0);
        int64_t n = fd < 0 ? fd : read_whole(fd, PROC_CAP, &own);
        if (n >= 0)
                frame_add(f, TAG_OWN_CGROUP, own, (uint64_t) n);
        return n;
}

static int make_root(const char *root)
{
        char path[4096];
        size_t len = strlen(root);
        if (len >= sizeof path)
                return -E_NAMETOOLONG;
        long r = sys3(SYS_mkdirat, AT_FDCWD_, root, 0700); /* usually EEXIST at once */
        if (r != -E_NOENT)
                return r == -E_EXIST ? 0 : (int) r;
        memcpy(path, root, len + 1);
        for (size_t i = 1; i <= len; i++) {
                if (path[i] != '/' && path[i] != 0)
                        continue;
                char c = path[i];
                path[i] = 0;
                r = sys3(SYS_mkdirat, AT_FDCWD_, path, 0700);
                path[i] = c;
                if (r < 0 && r != -E_EXIST)
                        return (int) r;
        }
        return 0;
}

static int open_root(const struct invocation *v, struct held *h, struct text *why)
{
        long r = v->gather & GATHER_MAKE_ROOT ? make_root(v->root) : 0;
        if (r == 0)
                r = sys4(SYS_openat, AT_FDCWD_, v->root, O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        if (r < 0 && (r != -E_NOENT || v->gather & GATHER_MAKE_ROOT))
                return complain(why, "cannot use --root", v->root, r);
        h->root = r < 0 ? -1 : (int) r;
        return 0;
}

/* One container's record and init file; the planner says what it means when they are missing. */
static int add_state(struct frame *f, struct held *h, const char *id, struct text *why)
{
        static const struct { uint32_t tag; const char *name; uint64_t cap; } files[] = {
                {TAG_STATE, "state.json", STATE_CAP}, {TAG_INIT, "init", PROC_CAP}, {TAG_CONFIG, "config.json", CONFIG_CAP},
        };
        int e = h->state = (int) sys4(SYS_openat, h->root, id, O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_ | O_NOFOLLOW_, 0);
        for (size_t i = 0; e >= 0 && i < sizeof files / sizeof *files; i++)
                if (lacks(e = add_file(f, files[i].tag, h->state, files[i].name, files[i].cap)))
                        break;
                else
                        e = 0;
        if (h->state < 0)
                h->state = -1;
        return lacks(e) ? complain(why, "cannot read the state of container", id, e) : 0;
}

/* What precedes a container in TAG_STATES: lengths without the NUL that ends each part, ABSENT for one that is missing.
 * Header and parts are padded to 16 bytes, which is how arena() and read_whole() lay them behind one another. */
#define ABSENT 0xffffffffu
struct listed { uint32_t name, state, init, zero; };

static int add_listed(int root, const char *id, size_t len)
{
        OWNED_FD dir = (int) sys4(SYS_openat, root, id, O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_ | O_NOFOLLOW_, 0);
        if (dir < 0)
                return lacks(dir) ? dir : 0; /* gone since it was listed, or not a directory */
        struct listed *head = arena(sizeof *head);
        char *name = arena(len + 1), *bytes;
        if (!head || !name)
                return -E_NOMEM;
        memcpy(name, id, len + 1);
        int64_t state = read_regular(dir, "state.json", STATE_CAP, &bytes);
        int64_t init = lacks(state) ? state : read_regular(dir, "init", PROC_CAP, &bytes);
        if (lacks(init))
                return (int) init;
        *head = (struct listed){(uint32_t) len, state < 0 ? ABSENT : (uint32_t) state, init < 0 ? ABSENT : (uint32_t) init, 0};
        return 0;
}

/* Every container beneath --root, in one buffer. */
static int add_all(struct frame *f, const struct held *h, const char *root, struct text *why)
{
        static char buffer[16384] __attribute__((aligned(8)));
        char *first = arena(16), *end;
        OWNED_FD list = (int) sys4(SYS_openat, h->root, ".", O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        for (;;) {
                long n = list < 0 ? list : sys3(SYS_getdents64, list, buffer, sizeof buffer);
                for (long at = 0; at < n;) {
                        struct dirent_ *e = (struct dirent_ *) (void *) (buffer + at);
                        at += e->reclen;
                        if ((e->type != DT_DIR_ && e->type != DT_UNKNOWN_) || e->name[0] == '.')
                                continue;
                        long r = add_listed(h->root, e->name, strlen(e->name));
                        if (r < 0)
                                return complain(why, r == -E_NOMEM ? "too many containers in --root" : "cannot read the containers in --root", root, r);
                }
                if (n < 0)
                        return complain(why, "cannot list --root", root, n);
                if (n == 0)
                        break;
        }
        end = arena(0);
        if (!first || !end || end - first > STATES_CAP)
                return complain(why, "too many containers in --root", root, -E_NOMEM);
        frame_add(f, TAG_STATES, first + 16, (uint64_t) (end - first - 16));
        int e = add_file(f, TAG_PASSWD, AT_FDCWD_, "/etc/passwd", STATE_CAP);
        return lacks(e) ? complain(why, "cannot read", "/etc/passwd", e) : 0;
}

static int add_bundle(const struct invocation *v, struct held *h, struct frame *f, struct text *why)
{
        const char *bundle = v->bundle ? v->bundle : ".";
        h->bundle = (int) sys4(SYS_openat, AT_FDCWD_, bundle, O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        if (h->bundle < 0)
                return complain(why, "cannot open the bundle", bundle, h->bundle);
        frame_add(f, TAG_BUNDLE, bundle, strlen(bundle));
        int e = add_file(f, TAG_CONFIG, h->bundle, "config.json", CONFIG_CAP);
        if (e == -E_NOENT) { /* runc's words, which its callers match on */
                text_add(why, "JSON specification file config.json not found");
                return -1;
        }
        return e < 0 ? complain(why, "cannot read config.json in the bundle", bundle, e) : 0;
}

int gather(const struct invocation *v, struct held *h, struct frame *f, int argc, char **argv, char **envp, struct text *why)
{
        static char cwd[4096];
        int e = 0;
        f->kind = FRAME_COMPILE;
        f->count = 0;
        add_arguments(f, argc, argv, envp);
        add_caller(f);
        if (v->help)
                return 0;
        if (sys2(SYS_getcwd, cwd, sizeof cwd) > 0)
                frame_add(f, TAG_CWD, cwd, strlen(cwd));
        if (v->gather & GATHER_CONFIG && add_bundle(v, h, f, why) < 0)
                return -1;
        if (v->gather & (GATHER_STATE | GATHER_ALL | GATHER_MAKE_ROOT) && open_root(v, h, why) < 0)
                return -1;
        if (v->gather & GATHER_STATE && h->root >= 0 && plain_name(v->id) && add_state(f, h, v->id, why) < 0)
                return -1;
        if (v->gather & GATHER_ALL && h->root >= 0 && add_all(f, h, v->root, why) < 0)
                return -1;
        if (v->gather & GATHER_CGROUPS && lacks(e = (int) add_cgroups(f)))
                return complain(why, "cannot read the cgroups of", "/sys/fs/cgroup", e);
        if (v->process && (e = add_file(f, TAG_PROCESS, AT_FDCWD_, v->process, CONFIG_CAP)) < 0)
                return complain(why, "cannot read --process", v->process, e);
        if (v->resources && text_equal(v->resources, "-")) {
                char *bytes;
                int64_t n = read_whole(0, STATE_CAP, &bytes);
                if (n < 0)
                        return complain(why, "cannot read --resources", "from standard input", n);
                frame_add(f, TAG_RESOURCES, bytes, (uint64_t) n);
        } else if (v->resources && (e = add_file(f, TAG_RESOURCES, AT_FDCWD_, v->resources, STATE_CAP)) < 0)
                return complain(why, "cannot read --resources", v->resources, e);
        return 0;
}
