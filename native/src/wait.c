/* Waiting for a container in the foreground, its signals passed on. */
#include "sys.h"
#include "walk.h"

#include "wait.h"

int block_signals(void)
{
        uint64_t all = ~0ull, seen = all & ~(1ull << (SIGURG_ - 1));
        sys4(SYS_rt_sigprocmask, 2, &all, 0, 8);
        return (int) sys4(SYS_signalfd4, -1, &seen, 8, 02000000 /* SFD_CLOEXEC */ | 04000 /* SFD_NONBLOCK */);
}

int next_signal(int fd)
{
        struct { uint32_t signo; char rest[124]; } info;
        return sys3(SYS_read, fd, &info, sizeof info) == sizeof info ? (int) info.signo : 0;
}

/* wait4(2)'s status as a shell says it: the code, or 128 + the signal. */
int shell_status(int status)
{
        return (status & 0x7f) ? 128 + (status & 0x7f) : (status >> 8) & 0xff;
}

/* Reaps whatever has ended (this process may be the subreaper of a container's orphans). 1 when `pid` was among it. */
int reap(int pid, int *status)
{
        int seen = 0;
        for (;;) {
                int st = 0;
                long r = sys4(SYS_wait4, -1, &st, 1 | 0x40000000 /* WNOHANG | __WALL */, 0);
                if (r == -E_INTR)
                        continue;
                if (r <= 0)
                        return seen;
                if (r == pid) {
                        *status = st;
                        seen = 1;
                }
        }
}

int lacks_for_now(long result)
{
        return result == -E_NOMEM || result == -E_NOBUFS || result == -E_NFILE;
}

int wait_out(unsigned *tries)
{
        sys_poll(NULL, 0, 10);
        return ++*tries < 100;
}

int64_t op_wait(struct op_args *o) /* pid, pidfd -> status as a shell says it */
{
        struct walk *w = o->w;
        OWNED_FD signals = block_signals();
        int status = 0;
        if (signals < 0)
                return signals;
        while (!reap((int) o->a[0], &status)) {
                struct pollfd_ p = {signals, POLLIN_, 0};
                sys_poll(&p, 1, -1);
                for (int sig; (sig = next_signal(signals)) > 0;)
                        if (sig != SIGCHLD_)
                                sys4(SYS_pidfd_send_signal, (int) o->a[1], sig, 0, 0);
        }
        w->child = 0;
        return shell_status(status);
}

/* pid -> start time in clock ticks since boot: field 22 of /proc/PID/stat (proc(5)), after the last ')'. */
int64_t start_time(int64_t pid)
{
        char path[64], stat[1024];
        struct text t = text_over(path, sizeof path);
        text_add(&t, "/proc/");
        text_add_number(&t, pid);
        text_add(&t, "/stat");
        OWNED_FD fd = (int) sys4(SYS_openat, AT_FDCWD_, path, O_RDONLY_ | O_CLOEXEC_, 0);
        long n = fd < 0 ? fd : sys3(SYS_read, fd, stat, sizeof stat - 1);
        if (n < 0)
                return n;
        long at = n;
        while (at > 0 && stat[at - 1] != ')')
                at--;
        int64_t value = 0;
        for (int field = 2; at < n && field < 23; at++) {
                if (stat[at] == ' ')
                        field++;
                else if (field == 22)
                        value = value * 10 + (stat[at] - '0');
        }
        return value > 0 ? value : -E_PROTO;
}

int64_t op_start_time(struct op_args *o)
{
        return start_time(o->a[0]);
}
