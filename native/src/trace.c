#include "trace.h"

#include "sys.h"

int trace_open(const char *path)
{
        if (!path || !*path)
                return -1;
        long fd = sys4(SYS_openat, AT_FDCWD_, path, O_RDWR_ | O_CREAT_ | O_TRUNC_ | O_CLOEXEC_ | O_NOFOLLOW_, 0600);
        if (fd >= 0)
                sys2(SYS_ftruncate, fd, TRACE_BYTES);
        return fd < 0 ? -1 : (int) fd;
}

struct trace *trace_map(int fd)
{
        if (fd < 0)
                return NULL;
        long at = sys6(SYS_mmap, 0, TRACE_BYTES, PROT_READ_ | PROT_WRITE_, MAP_SHARED_, fd, 0);
        if (at < 0 && at > -4096)
                return NULL;
        struct trace *t = (struct trace *) at;
        t->cap = (TRACE_BYTES - sizeof *t) / sizeof(struct trace_record);
        return t;
}
