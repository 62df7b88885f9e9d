/* The processes of a cgroup, its descendants included. */
#include "frame.h"
#include "sys.h"
#include "walk.h"

struct dirent_ { uint64_t ino; int64_t off; uint16_t reclen; uint8_t type; char name[]; };
enum { MAX_DEPTH = 32, DT_DIR_ = 4, PIDS_CAP = 1 << 20 };

static int64_t signal_listed(int dir, int sig)
{
        char buffer[4096];
        OWNED_FD fd = (int) sys4(SYS_openat, dir, "cgroup.procs", O_RDONLY_ | O_CLOEXEC_, 0);
        if (fd == -E_NOENT || fd == -E_NODEV) /* removed since its directory was opened: nobody is in it */
                return 0;
        if (fd < 0)
                return fd;
        int64_t found = 0, pid = 0;
        for (;;) {
                long n = sys3(SYS_read, fd, buffer, sizeof buffer);
                if (n == -E_OPNOTSUPP) /* a threaded v2 group: its root lists the processes */
                        return 0;
                if (n == -E_NODEV) /* the group was removed while it was read: nobody is in it */
                        return found;
                if (n <= 0)
                        return n < 0 ? n : found;
                for (long i = 0; i < n; i++) {
                        if (buffer[i] != '\n') {
                                pid = pid * 10 + (buffer[i] - '0');
                                continue;
                        }
                        if (pid > 0 && sig > 0)
                                sys2(SYS_kill, pid, sig);
                        found += pid > 0;
                        pid = 0;
                }
        }
}

static int64_t signal_tree(int dir, int sig, int depth)
{
        char buffer[2048] __attribute__((aligned(8)));
        int64_t found = signal_listed(dir, sig);
        if (found < 0 || depth == MAX_DEPTH)
                return found;
        OWNED_FD list = (int) sys4(SYS_openat, dir, ".", O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        for (;;) {
                long n = list < 0 ? list : sys3(SYS_getdents64, list, buffer, sizeof buffer);
                if (n <= 0)
                        return n < 0 && n != -E_NOENT ? n : found; /* or it has gone meanwhile */
                for (long at = 0; at < n;) {
                        struct dirent_ *e = (struct dirent_ *) (void *) (buffer + at);
                        at += e->reclen;
                        if (e->type != DT_DIR_ || e->name[0] == '.')
                                continue;
                        OWNED_FD child = (int) sys4(SYS_openat, dir, e->name, O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_ | O_NOFOLLOW_, 0);
                        int64_t more = child < 0 ? 0 : signal_tree(child, sig, depth + 1);
                        found += more > 0 ? more : 0;
                }
        }
}

/* The text of each cgroup.procs of the tree, put aside for the planner. A group's pids may be listed twice. */
static int64_t collect_tree(int dir, uint32_t tag, int depth)
{
        char buffer[2048] __attribute__((aligned(8))), *text;
        OWNED_FD fd = (int) sys4(SYS_openat, dir, "cgroup.procs", O_RDONLY_ | O_CLOEXEC_, 0);
        int64_t r = fd < 0 ? fd : read_whole(fd, PIDS_CAP, &text);
        if (r < 0 && r != -E_OPNOTSUPP && r != -E_NODEV && r != -E_NOENT)
                return r;
        if (r > 0 && (r = frame_collect(tag, text, (uint64_t) r)) < 0)
                return r;
        OWNED_FD list = depth == MAX_DEPTH ? -1 : (int) sys4(SYS_openat, dir, ".", O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        for (;;) {
                long n = depth == MAX_DEPTH ? 0 : list < 0 ? list : sys3(SYS_getdents64, list, buffer, sizeof buffer);
                if (n <= 0)
                        return n == -E_NOENT ? 0 : n; /* it has gone meanwhile */
                for (long at = 0; at < n;) {
                        struct dirent_ *e = (struct dirent_ *) (void *) (buffer + at);
                        at += e->reclen;
                        if (e->type != DT_DIR_ || e->name[0] == '.')
                                continue;
                        OWNED_FD child = (int) sys4(SYS_openat, dir, e->name, O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_ | O_NOFOLLOW_, 0);
                        r = child < 0 ? child : collect_tree(child, tag, depth + 1);
                        if (r < 0 && r != -E_NOENT)
                                return r;
                }
        }
}

/* A group is mostly without groups of its own, and to list one costs more than to remove it: the kernel says EBUSY when
 * something is in it. */
static int64_t remove_tree(int dir, const char *name, int depth)
{
        char buffer[2048] __attribute__((aligned(8)));
        long r = sys3(SYS_unlinkat, dir, name, AT_REMOVEDIR_);
        if (r == -E_NOENT) /* a monitor's epilogue and a delete may meet here */
                return 0;
        if ((r != -E_BUSY && r != -E_NOTEMPTY) || depth == MAX_DEPTH)
                return r;
        OWNED_FD self = (int) sys4(SYS_openat, dir, name, O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_ | O_NOFOLLOW_, 0);
        for (;;) {
                long n = self < 0 ? 0 : sys3(SYS_getdents64, self, buffer, sizeof buffer);
                if (n <= 0)
                        break;
                for (long at = 0; at < n;) {
                        struct dirent_ *e = (struct dirent_ *) (void *) (buffer + at);
                        at += e->reclen;
                        if (e->type == DT_DIR_ && !(e->name[0] == '.' && (!e->name[1] || (e->name[1] == '.' && !e->name[2]))))
                                remove_tree(self, e->name, depth + 1);
                }
        }
        r = sys3(SYS_unlinkat, dir, name, AT_REMOVEDIR_);
        return r == -E_NOENT ? 0 : r;
}

/* number 0: cgroup directory, signal (0 only counts), fail -> how many there were; with fail != 0 a group that is not
 * empty answers EBUSY (so that a retrying step waits for its end).
 * number 1: parent directory, name, - -> removes the cgroup and those beneath it.
 * number 2: cgroup directory, tag, - -> puts the texts of all its cgroup.procs aside for the next OP_ASK. */
int64_t op_pids(struct op_args *o)
{
        if (o->s->number == 1)
                return remove_tree((int) o->a[0], (const char *) (uintptr_t) o->a[1], 0);
        if (o->s->number == 2)
                return collect_tree((int) o->a[0], (uint32_t) o->a[1], 0);
        int64_t found = signal_tree((int) o->a[0], (int) o->a[1], 0);
        return found > 0 && o->a[2] ? -E_BUSY : found;
}
