/* The older ways of what clone3(2) and close_range(2) do, for where a kernel has not got them or somebody's filter forbids
 * them: Docker's own profile answers clone3 with ENOSYS. What this answers is what the newer call would have. */
#include "older.h"

#include "sys.h"
#include "walk.h"

struct dirent_ { uint64_t ino; int64_t off; uint16_t reclen; uint8_t type; char name[]; };
enum { HIGHEST = 1 << 20, PROC_SUPER_MAGIC_ = 0x9fa0 };

void enter_group(int group)
{
        OWNED_FD procs = (int) sys4(SYS_openat, group, "cgroup.procs", O_WRONLY_ | O_CLOEXEC_, 0);
        if (procs < 0 || sys3(SYS_write, procs, "0", 1) < 0)
                sys1(SYS_exit_group, 1);
}

static void close_one(int fd, int only_on_exec)
{
        if (only_on_exec)
                sys3(SYS_fcntl, fd, 2 /* F_SETFD */, 1 /* FD_CLOEXEC */);
        else
                sys1(SYS_close, fd);
}

/* /proc as this process has met it, for its children that are in a container; -1 when nobody needs it. */
static int first_proc = -1;
static int missing; /* close_range(2) was, when it was last called */

void keep_proc(void)
{
        if (missing && first_proc < 0)
                first_proc = (int) sys4(SYS_openat, AT_FDCWD_, "/proc", O_PATH_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
}

/* Only a real procfs is believed: what is at /proc may be a container's, which need not know this process either. */
static int close_listed(unsigned first, unsigned last, int only_on_exec)
{
        char buffer[2048] __attribute__((aligned(8)));
        uint64_t fs[15] = {0};
        int from = first_proc;
        if (!only_on_exec && first_proc >= (int) first && (unsigned) first_proc <= last)
                first_proc = -1; /* it is closed with the others */
        const char *path = from < 0 ? "/proc/self/fd" : "self/fd";
        OWNED_FD list = (int) sys4(SYS_openat, from < 0 ? AT_FDCWD_ : from, path, O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        if (list < 0 || sys2(SYS_fstatfs, list, fs) < 0 || fs[0] != PROC_SUPER_MAGIC_)
                return 0;
        for (;;) {
                long n = sys3(SYS_getdents64, list, buffer, sizeof buffer);
                if (n <= 0)
                        return n == 0;
                for (long at = 0; at < n;) {
                        const struct dirent_ *e = (const struct dirent_ *) (void *) (buffer + at);
                        unsigned fd = 0;
                        at += e->reclen;
                        if (e->name[0] < '0' || e->name[0] > '9')
                                continue;
                        for (const char *digit = e->name; *digit; digit++)
                                fd = fd * 10 + (unsigned) (*digit - '0');
                        if (fd >= first && fd <= last && (int) fd != list)
                                close_one((int) fd, only_on_exec);
                }
        }
}

long close_descriptors(unsigned first, unsigned last, unsigned flags)
{
        const unsigned on_exec = 4 /* CLOSE_RANGE_CLOEXEC */;
        long r = sys3(SYS_close_range, first, last, flags);
        missing = is_withheld(r);
        if (!missing || (flags & ~on_exec) || first > last)
                return r;
        if (!close_listed(first, last, flags & on_exec ? 1 : 0))
                for (unsigned fd = first; fd <= last && fd < HIGHEST; fd++)
                        close_one((int) fd, flags & on_exec ? 1 : 0);
        return 0;
}
