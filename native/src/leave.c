/* Leaving the cgroups that a caller has put this process into, for groups of its own at the top of each hierarchy: so
 * it is not charged to, killed with, or keeping alive a caller's group. Where it is not permitted it stays. */
#include "leave.h"

#include "sys.h"
#include "text.h"

/* Named for those who came first: the resident JVMs. */
#define OWN_GROUP "estiba.jvm"

struct dirent_ { uint64_t ino; int64_t off; uint16_t reclen; uint8_t type; char name[]; };

static void write_file(int dir, const char *path, const char *bytes, size_t len)
{
        OWNED_FD fd = (int) sys4(SYS_openat, dir, path, O_WRONLY_ | O_CLOEXEC_, 0);
        if (fd >= 0)
                sys3(SYS_write, fd, bytes, len); /* permitted or not: both are fine here */
}

static void copy_file(int from, int to, const char *name)
{
        char bytes[256];
        OWNED_FD fd = (int) sys4(SYS_openat, from, name, O_RDONLY_ | O_CLOEXEC_, 0);
        long n = fd < 0 ? 0 : sys3(SYS_read, fd, bytes, sizeof bytes);
        if (n > 0)
                write_file(to, name, bytes, (size_t) n);
}

/* A v1 group is joined through `tasks`: this process has one thread, and cgroup.procs takes a global lock for
 * several milliseconds. A v2 group has no such file. */
static void join_own_cgroup(int top, const char *hierarchy)
{
        OWNED_FD dir = (int) sys4(SYS_openat, top, hierarchy, O_PATH_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        if (dir < 0)
                return;
        sys3(SYS_mkdirat, dir, OWN_GROUP, 0755);
        OWNED_FD own = (int) sys4(SYS_openat, dir, OWN_GROUP, O_PATH_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        if (own < 0)
                return;
        copy_file(dir, own, "cpuset.cpus");
        copy_file(dir, own, "cpuset.mems");
        OWNED_FD tasks = (int) sys4(SYS_openat, own, "tasks", O_WRONLY_ | O_CLOEXEC_, 0);
        if (tasks < 0)
                tasks = (int) sys4(SYS_openat, own, "cgroup.procs", O_WRONLY_ | O_CLOEXEC_, 0);
        if (tasks >= 0)
                sys3(SYS_write, tasks, "0", 1);
}

void leave_cgroups(void)
{
        char buffer[4096] __attribute__((aligned(8)));
        OWNED_FD top = (int) sys4(SYS_openat, AT_FDCWD_, "/sys/fs/cgroup", O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        if (top < 0)
                return;
        OWNED_FD unified = (int) sys4(SYS_openat, top, "cgroup.procs", O_PATH_ | O_CLOEXEC_, 0);
        if (unified >= 0) {
                join_own_cgroup(top, ".");
                return;
        }
        for (;;) {
                long n = sys3(SYS_getdents64, top, buffer, sizeof buffer);
                if (n <= 0)
                        return;
                for (long at = 0; at < n;) {
                        struct dirent_ *e = (struct dirent_ *) (void *) (buffer + at);
                        at += e->reclen;
                        if (e->type == 4 /* DT_DIR; links name the same hierarchy again */ && e->name[0] != '.')
                                join_own_cgroup(top, e->name);
                }
        }
}

/* A line of /proc/self/cgroup (cgroups(7)): number, controllers, path. At the top, or where a resident has put itself,
 * there is nothing to leave. */
static void leave_group_of(int top, char *line)
{
        char *controllers = line;
        while (*controllers && *controllers != ':')
                controllers++;
        char *path = *controllers ? ++controllers : controllers;
        while (*path && *path != ':')
                path++;
        if (!*path)
                return;
        *path++ = 0;
        if (text_equal(path, "/") || text_equal(path, "/" OWN_GROUP))
                return;
        const char *named = text_after(controllers, "name=");
        join_own_cgroup(top, named ? named : *controllers ? controllers : ".");
}

void leave_callers_cgroups(void)
{
        char text[4096];
        OWNED_FD list = (int) sys4(SYS_openat, AT_FDCWD_, "/proc/self/cgroup", O_RDONLY_ | O_CLOEXEC_, 0);
        long n = list < 0 ? list : sys3(SYS_read, list, text, sizeof text - 1);
        OWNED_FD top = n <= 0 ? -1 : (int) sys4(SYS_openat, AT_FDCWD_, "/sys/fs/cgroup", O_PATH_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        if (top < 0)
                return;
        text[n] = 0;
        for (char *line = text, *at = text; at < text + n; at++) {
                if (*at != '\n')
                        continue;
                *at = 0;
                leave_group_of(top, line);
                line = at + 1;
        }
}
