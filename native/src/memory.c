#include "sys.h"
#include "walk.h"

/* One zeroed region of the program's own image: no call to get it, no page before it is touched, nothing to free
 * in a process that lives for a few milliseconds. */
static char region[32u << 20] __attribute__((aligned(65536))); /* whole pages, whatever their size */
static uint64_t used;

void *arena(uint64_t len)
{
        uint64_t need = (len + 15) & ~15ull;
        if (need < len || need > sizeof region - used)
                return NULL;
        void *at = region + used;
        used += need;
        return at;
}

void arena_forget(void)
{
        sys3(SYS_madvise, region, sizeof region, 4 /* MADV_DONTNEED: what is looked at again is zero */);
        used = 0;
}

int64_t read_whole(int fd, uint64_t cap, char **bytes)
{
        /* Reads straight into the arena's end and takes what came: files of /proc have no size to ask for. */
        uint64_t have = 0, room = sizeof region - used;
        char *at = region + used;
        if (cap >= room)
                return -E_NOMEM;
        for (;;) {
                long n = sys3(SYS_read, fd, at + have, cap + 1 - have);
                if (n == -E_INTR)
                        continue;
                if (n < 0)
                        return n;
                if (n == 0)
                        break;
                have += (uint64_t) n;
                if (have > cap)
                        return -E_FBIG;
        }
        *bytes = arena(have + 1);
        (*bytes)[have] = 0;
        return (int64_t) have;
}

int64_t write_whole(int fd, const char *bytes, uint64_t len)
{
        while (len > 0) {
                long n = sys3(SYS_write, fd, bytes, len);
                if (n == -E_INTR)
                        continue;
                if (n == -E_AGAIN) { /* somebody else's O_NONBLOCK on a shared open file: wait, never clear it */
                        struct pollfd_ p = {fd, POLLOUT_, 0};
                        sys_poll(&p, 1, -1);
                        continue;
                }
                if (n < 0)
                        return n;
                bytes += n;
                len -= (uint64_t) n;
        }
        return 0;
}

int64_t op_read_all(struct op_args *o) /* fd, cap -> pointer, length in the next register */
{
        char *bytes;
        int64_t n = read_whole((int) o->a[0], (uint64_t) o->a[1], &bytes);
        if (n < 0)
                return n;
        if (o->s->result != PLAN_NO_REGISTER)
                o->w->reg[o->s->result + 1] = n;
        return (int64_t) (uintptr_t) bytes;
}

int64_t op_write_all(struct op_args *o) /* fd, pointer, length */
{
        return write_whole((int) o->a[0], (const char *) (uintptr_t) o->a[1], (uint64_t) o->a[2]);
}

/* where, width, value -> length. number 0: left-aligned, NUL after it; 1: right-aligned among blanks, no NUL;
 * 2: the text "/proc/self/fd/" and the number, NUL after it. A value that does not fit is refused. */
int64_t op_format(struct op_args *o)
{
        char digits[48];
        struct text t = text_over(digits, sizeof digits);
        char *to = (char *) (uintptr_t) o->a[0];
        uint64_t width = (uint64_t) o->a[1];
        if (o->s->number == 2)
                text_add(&t, "/proc/self/fd/");
        text_add_number(&t, o->a[2]);
        if (t.cut || t.len + (o->s->number != 1) > width)
                return -E_RANGE;
        if (o->s->number == 1) {
                memset(to, ' ', width - t.len);
                memcpy(to + (width - t.len), digits, t.len);
        } else {
                memcpy(to, digits, t.len + 1);
        }
        return (int64_t) t.len;
}
