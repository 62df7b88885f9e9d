/* tmpcopyup: what the image has at a tmpfs' mount point appears in the tmpfs (config-linux.md, mount options).
 *
 * Guarantee: every step is relative to a descriptor and follows no link, so nothing outside of the two trees is read or
 * written. Regular files, directories, links, FIFOs and device nodes are copied with owner, mode and times; sockets are
 * left out, as a copy of one would have nobody behind it.
 */
#include "sys.h"
#include "walk.h"

struct dirent_ { uint64_t ino; int64_t off; uint16_t reclen; uint8_t type; char name[]; };
enum { MAX_DEPTH = 64, LINK_MAX = 4096 };

static int64_t copy_entries(int from, int to, int depth);

static int64_t copy_bytes(int from, int to)
{
        for (;;) {
                long n = sys4(SYS_sendfile, to, from, 0, 1 << 20);
                if (n == -E_INTR)
                        continue;
                if (n <= 0)
                        return n;
        }
}

static int64_t keep_owner_and_times(int to, const char *name, const struct statx_ *st)
{
        struct timespec_ times[2] = {{st->atime.sec, st->atime.nsec}, {st->mtime.sec, st->mtime.nsec}};
        long r = sys5(SYS_fchownat, to, name, st->uid, st->gid, AT_SYMLINK_NOFOLLOW_);
        if (r >= 0)
                r = sys4(SYS_utimensat, to, name, times, AT_SYMLINK_NOFOLLOW_);
        return r < 0 ? r : 0;
}

static int64_t copy_file(int from, int to, const char *name, const struct statx_ *st)
{
        OWNED_FD in = (int) sys4(SYS_openat, from, name, O_RDONLY_ | O_NOFOLLOW_ | O_NONBLOCK_ | O_CLOEXEC_, 0);
        if (in < 0)
                return in;
        OWNED_FD out = (int) sys4(SYS_openat, to, name, O_WRONLY_ | O_CREAT_ | O_EXCL_ | O_CLOEXEC_, 0600);
        if (out < 0)
                return out;
        int64_t r = copy_bytes(in, out);
        if (r >= 0)
                r = keep_owner_and_times(to, name, st);
        return r < 0 ? r : sys2(SYS_fchmod, out, st->mode & 07777); /* after chown, which clears the set-id bits */
}

static int64_t copy_directory(int from, int to, const char *name, const struct statx_ *st, int depth)
{
        OWNED_FD in = (int) sys4(SYS_openat, from, name, O_RDONLY_ | O_DIRECTORY_ | O_NOFOLLOW_ | O_CLOEXEC_, 0);
        if (in < 0)
                return in;
        long r = sys3(SYS_mkdirat, to, name, 0700);
        if (r < 0)
                return r;
        OWNED_FD out = (int) sys4(SYS_openat, to, name, O_RDONLY_ | O_DIRECTORY_ | O_NOFOLLOW_ | O_CLOEXEC_, 0);
        if (out < 0)
                return out;
        r = copy_entries(in, out, depth + 1);
        if (r >= 0)
                r = keep_owner_and_times(to, name, st);
        return r < 0 ? r : sys2(SYS_fchmod, out, st->mode & 07777);
}

static int64_t copy_link(int from, int to, const char *name, const struct statx_ *st)
{
        char target[LINK_MAX];
        long n = sys4(SYS_readlinkat, from, name, target, sizeof target - 1);
        if (n < 0)
                return n;
        target[n] = 0;
        n = sys3(SYS_symlinkat, target, to, name);
        return n < 0 ? n : keep_owner_and_times(to, name, st);
}

static int64_t copy_node(int from, int to, const char *name, const struct statx_ *st)
{
        (void) from;
        uint64_t device = (st->rdev_minor & 0xff) | (uint64_t) st->rdev_major << 8 | (uint64_t) (st->rdev_minor & ~0xffu) << 12;
        long r = sys4(SYS_mknodat, to, name, st->mode, device);
        return r < 0 ? r : keep_owner_and_times(to, name, st);
}

static int64_t copy_entry(int from, int to, const char *name, int depth)
{
        struct statx_ st;
        long r = sys5(SYS_statx, from, name, AT_SYMLINK_NOFOLLOW_, 0x7ff, &st);
        if (r < 0)
                return r;
        switch (st.mode & S_IFMT_) {
        case S_IFREG_: return copy_file(from, to, name, &st);
        case S_IFDIR_: return copy_directory(from, to, name, &st, depth);
        case S_IFLNK_: return copy_link(from, to, name, &st);
        case S_IFSOCK_: return 0;
        default: return copy_node(from, to, name, &st);
        }
}

static int64_t copy_entries(int from, int to, int depth)
{
        char buffer[4096] __attribute__((aligned(8)));
        if (depth > MAX_DEPTH)
                return -E_LOOP;
        for (;;) {
                long n = sys3(SYS_getdents64, from, buffer, sizeof buffer);
                if (n <= 0)
                        return n;
                for (long at = 0; at < n;) {
                        struct dirent_ *e = (struct dirent_ *) (void *) (buffer + at);
                        at += e->reclen;
                        if (e->name[0] == '.' && (!e->name[1] || (e->name[1] == '.' && !e->name[2])))
                                continue;
                        int64_t r = copy_entry(from, to, e->name, depth);
                        if (r < 0)
                                return r;
                }
        }
}

/* number 0: directory, directory (O_PATH descriptors will do). number 1: directory, name of one in it that is removed */
int64_t op_copy_tree(struct op_args *o)
{
        if (o->s->number == 1)
                return remove_tree_of_files((int) o->a[0], (const char *) (uintptr_t) o->a[1]);
        OWNED_FD from = (int) sys4(SYS_openat, (int) o->a[0], ".", O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        return from < 0 ? from : copy_entries(from, (int) o->a[1], 0);
}
