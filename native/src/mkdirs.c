/* A place to mount on, made beneath a root that an image wrote: the one operation that creates paths in a container.
 *
 * Guarantee: every look-up is openat2 with RESOLVE_IN_ROOT and no magic links, every creation is mkdirat or openat
 * relative to a descriptor that such a look-up gave and with O_NOFOLLOW, so a symlink that the image brought or that
 * another container swaps in meanwhile leads nowhere but into the same root (CVE-2021-30465, 2024-45310, 2026-41579).
 * Missing components behind dangling symlinks are made where the link points inside the root (as securejoin does:
 * images link /etc/resolv.conf to a file in /run that does not exist yet).
 */
#include "sys.h"
#include "walk.h"

enum { MAX_PATH = 4096, MAX_LINKS = 40, MAX_TRIES = 1000 };

static long look_up(int root, const char *path)
{
        struct open_how_ how = {O_PATH_ | O_CLOEXEC_, 0, RESOLVE_IN_ROOT_ | RESOLVE_NO_MAGICLINKS_};
        long r = -E_AGAIN;
        /* A rename anywhere raced with ".."; openat2(2) says to try again. Who renames for ever must not hold us. */
        for (int tries = 0; r == -E_AGAIN && tries < MAX_TRIES; tries++)
                r = sys4(SYS_openat2, root, *path ? path : ".", &how, sizeof how);
        return r;
}

static long open_child(int dir, const char *name, uint64_t flags, uint64_t mode)
{
        struct open_how_ how = {flags | O_CLOEXEC_ | O_NOFOLLOW_, mode, RESOLVE_BENEATH_ | RESOLVE_NO_SYMLINKS_};
        return sys4(SYS_openat2, dir, name, &how, sizeof how);
}

/* Makes one missing component; answers an O_PATH descriptor of it. */
static long make(int dir, const char *name, uint32_t mode, int as_file)
{
        if (text_equal(name, "..") || text_equal(name, "."))
                return -E_NOENT;
        if (as_file) {
                long fd = open_child(dir, name, O_CREAT_ | O_WRONLY_ | O_NONBLOCK_ | O_NOCTTY_, mode & 07777);
                if (fd < 0)
                        return fd;
                sys1(SYS_close, fd);
                return open_child(dir, name, O_PATH_, 0);
        }
        long r = sys3(SYS_mkdirat, dir, name, mode & 07777);
        if (r < 0 && r != -E_EXIST)
                return r;
        return open_child(dir, name, O_PATH_ | O_DIRECTORY_, 0);
}

/* Writes link's target in the place of the component path[start..end) that is the link. 0 or -errno. */
static int splice_link(char *path, size_t start, size_t end, const char *link, size_t link_len)
{
        size_t rest = strlen(path + end);
        size_t before = link[0] == '/' ? 0 : start;
        if (before + link_len + rest + 1 > MAX_PATH)
                return -E_NAMETOOLONG;
        memmove(path + before + link_len, path + end, rest + 1);
        memcpy(path + before, link, link_len);
        return 0;
}

/* The first missing component begins at *start; everything before it exists and is open as the answer. */
static long open_existing(int root, char *path, size_t *start, size_t *end)
{
        long dir = look_up(root, "");
        size_t at = 0;
        for (;;) {
                while (path[at] == '/')
                        at++;
                *start = at;
                size_t stop = at;
                while (path[stop] && path[stop] != '/')
                        stop++;
                *end = stop;
                if (dir < 0 || stop == at)
                        return dir;
                char saved = path[stop];
                path[stop] = 0;
                long next = look_up(root, path);
                path[stop] = saved;
                if (next == -E_NOENT)
                        return dir;
                sys1(SYS_close, dir);
                dir = next;
                at = stop;
        }
}

static long make_all(int dir, char *path, size_t start, size_t end, uint32_t mode, int as_file)
{
        OWNED_FD at = dir;
        for (;;) {
                size_t next = end;
                while (path[next] == '/')
                        next++;
                int last = !path[next];
                path[end] = 0;
                long fd = make(at, path + start, last ? mode : 0755, last && as_file);
                if (fd < 0 || last)
                        return fd;
                sys1(SYS_close, at);
                at = (int) fd;
                start = end = next;
                while (path[end] && path[end] != '/')
                        end++;
        }
}

/* What is missing mostly, a directory in one that is there: half the calls of the way that goes through every component.
 * A negative answer says nothing but that it was not so simple. */
static long make_last(int root, char *path, uint32_t mode)
{
        char *slash = path + strlen(path);
        while (slash > path && *slash != '/')
                slash--;
        if (*slash != '/' || !slash[1])
                return -E_INVAL;
        *slash = 0;
        OWNED_FD parent = (int) look_up(root, path);
        *slash = '/';
        const char *name = slash + 1;
        if (parent < 0 || text_equal(name, ".") || text_equal(name, "..") || sys3(SYS_mkdirat, parent, name, mode & 07777) < 0)
                return -E_INVAL;
        return open_child(parent, name, O_PATH_ | O_DIRECTORY_, 0);
}

/* Whether the descriptor is of something else than a directory, or -errno. */
static int is_file(int fd)
{
        struct statx_ st;
        long r = sys5(SYS_statx, fd, "", AT_EMPTY_PATH_, 0x7ff, &st);
        return r < 0 ? (int) r : (st.mode & S_IFMT_) != S_IFDIR_;
}

/* number 0: root, path, mode, kind (0 directory, 1 file, 2: must exist) -> O_PATH descriptor
 * number 1: root, path, mode, descriptor whose kind a missing one takes; a file then gets no execute bits */
int64_t op_mkdirs(struct op_args *o)
{
        int root = (int) o->a[0];
        const char *wanted = (const char *) (uintptr_t) o->a[1];
        char path[MAX_PATH], link[MAX_PATH];
        long fd = look_up(root, wanted);
        if (fd != -E_NOENT || (o->s->number == 0 && o->a[3] == 2))
                return fd;
        int as_file = o->s->number == 1 ? is_file((int) o->a[3]) : o->a[3] == 1;
        if (as_file < 0)
                return as_file;
        uint32_t mode = (uint32_t) o->a[2] & (as_file ? 0666u : 07777u);
        if (strlen(wanted) >= sizeof path)
                return -E_NAMETOOLONG;
        memcpy(path, wanted, strlen(wanted) + 1);
        fd = as_file ? -E_INVAL : make_last(root, path, mode);
        if (fd >= 0)
                return fd;
        for (int links = 0; links < MAX_LINKS; links++) {
                size_t start, end;
                long dir = open_existing(root, path, &start, &end);
                if (dir < 0 || start == end)
                        return dir;
                char saved = path[end];
                path[end] = 0;
                long n = sys4(SYS_readlinkat, dir, path + start, link, sizeof link - 1);
                path[end] = saved;
                if (n < 0 && n != -E_INVAL && n != -E_NOENT) {
                        sys1(SYS_close, dir);
                        return n; /* it may be a link all the same */
                }
                if (n <= 0)
                        return make_all((int) dir, path, start, end, mode, as_file);
                sys1(SYS_close, dir);
                int r = splice_link(path, start, end, link, (size_t) n);
                if (r < 0)
                        return r;
        }
        return -E_LOOP;
}
