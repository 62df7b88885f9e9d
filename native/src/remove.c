/* Removes what is in a directory, and it: of a container's changed files, which ids own that only a process of its user
 * namespace has. No link is followed, no path is looked up twice, and a tree that is deeper than there are descriptors is
 * brought up piece by piece. */
#include "sys.h"
#include "walk.h"

struct dirent_ { uint64_t ino; int64_t off; uint16_t reclen; uint8_t type; char name[]; };
enum { DEEPEST = 32 };

struct removal { int top; int64_t brought_up; };

static int64_t empty(struct removal *r, int dir, int depth);

/* To the top, where it is met when everything else there is gone. */
static int64_t bring_up(struct removal *r, int dir, const char *name)
{
        char fresh[32];
        for (;;) {
                struct text t = text_over(fresh, sizeof fresh);
                text_add(&t, ".removed-");
                text_add_number(&t, r->brought_up++);
                long e = sys4(SYS_renameat, dir, name, r->top, fresh);
                if (e != -E_EXIST && e != -E_NOTEMPTY && e != -E_NOTDIR) /* the tree has something of that name */
                        return e;
        }
}

static int64_t remove_directory(struct removal *r, int dir, const char *name, int depth)
{
        if (depth == DEEPEST)
                return bring_up(r, dir, name);
        OWNED_FD child = (int) sys4(SYS_openat, dir, name, O_RDONLY_ | O_DIRECTORY_ | O_NOFOLLOW_ | O_CLOEXEC_, 0);
        if (child < 0)
                return child;
        int64_t e = empty(r, child, depth + 1);
        return e < 0 ? e : sys3(SYS_unlinkat, dir, name, AT_REMOVEDIR_);
}

static int64_t remove_listed(struct removal *r, int dir, const char *buffer, long n, int depth)
{
        int64_t removed = 0;
        for (long at = 0; at < n;) {
                const struct dirent_ *e = (const struct dirent_ *) (const void *) (buffer + at);
                at += e->reclen;
                if (e->name[0] == '.' && (!e->name[1] || (e->name[1] == '.' && !e->name[2])))
                        continue;
                int64_t answer = sys3(SYS_unlinkat, dir, e->name, 0);
                if (answer == -E_ISDIR)
                        answer = remove_directory(r, dir, e->name, depth);
                if (answer < 0 && answer != -E_NOENT)
                        return answer;
                removed++;
        }
        return removed;
}

/* Listed anew until nothing is found: what is removed while it is listed may hide what follows it. */
static int64_t empty(struct removal *r, int dir, int depth)
{
        char buffer[2048] __attribute__((aligned(8)));
        for (;;) {
                int64_t removed = 0;
                OWNED_FD list = (int) sys4(SYS_openat, dir, ".", O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
                long n = list;
                while (n >= 0 && (n = sys3(SYS_getdents64, list, buffer, sizeof buffer)) > 0) {
                        int64_t e = remove_listed(r, dir, buffer, n, depth);
                        if (e < 0)
                                return e;
                        removed += e;
                }
                if (n < 0 || removed == 0)
                        return n;
        }
}

int64_t remove_tree_of_files(int parent, const char *name)
{
        struct removal r = {(int) sys4(SYS_openat, parent, name, O_RDONLY_ | O_DIRECTORY_ | O_NOFOLLOW_ | O_CLOEXEC_, 0), 0};
        if (r.top < 0)
                return r.top == -E_NOENT ? 0 : r.top;
        int64_t e = empty(&r, r.top, 0);
        sys1(SYS_close, r.top);
        return e < 0 ? e : sys3(SYS_unlinkat, parent, name, AT_REMOVEDIR_);
}
