/* A program that is not the container's: a hook, newuidmap. It gets bytes on stdin, a deadline, and its first
 * 2 KB of output are kept for the failure's sentence (config.md, "POSIX-platform Hooks"). */
#include "older.h"
#include "sys.h"
#include "walk.h"

enum { KEEP = 2048 };

struct run {
        int in, out, err; /* our ends of the pipes */
        const char *bytes;
        uint64_t left;
        char kept[2][KEEP];
        uint64_t used[2];
};

static void child(const struct op_args *o, const int *in, const int *out, const int *err)
{
        uint64_t none = 0;
        sys4(SYS_rt_sigprocmask, 2, &none, 0, 8);
        /* Out of the way first: where the caller has closed its stdio, the pipes have these numbers. */
        int ends[3] = {in[0], out[1], err[1]};
        for (int i = 0; i < 3; i++)
                ends[i] = (int) sys3(SYS_fcntl, ends[i], 0 /* F_DUPFD */, 3);
        for (int i = 0; i < 3; i++)
                sys3(SYS_dup3, ends[i], i, 0);
        close_descriptors(3, ~0u, 4 /* CLOSE_RANGE_CLOEXEC */);
        long r = sys3(SYS_execve, o->a[0], o->a[1], o->a[2]);
        int code = (int) -r;
        write_whole(2, "\0exec", 5); /* marked, so that the text is ours and not the program's */
        sys1(SYS_exit_group, code > 0 && code < 126 ? code : 126);
}

static void keep_output(struct run *r, int which, int *fd)
{
        char bytes[4096];
        long n = sys3(SYS_read, *fd, bytes, sizeof bytes);
        if (n <= 0) {
                close_fd(fd);
                return;
        }
        uint64_t room = KEEP - r->used[which], take = (uint64_t) n < room ? (uint64_t) n : room;
        memcpy(r->kept[which] + r->used[which], bytes, take);
        r->used[which] += take;
}

static void feed(struct run *r)
{
        long n = r->left ? sys3(SYS_write, r->in, r->bytes, r->left) : 0;
        if (n > 0) {
                r->bytes += n;
                r->left -= (uint64_t) n;
        }
        if (r->left == 0 || (n < 0 && n != -E_AGAIN && n != -E_INTR))
                close_fd(&r->in); /* a hook that does not read its input is no failure */
}

static int64_t now_ms(void)
{
        struct timespec_ t;
        sys2(SYS_clock_gettime, 1, &t);
        return t.sec * 1000 + t.nsec / 1000000;
}

/* Until the process has ended; its output may stay open in its children's hands and is not waited for. */
static int serve(struct run *r, int pidfd, int64_t deadline)
{
        enum { LAST_READS = 64 }; /* somebody who floods the output that it inherited holds nobody up */
        for (int ended = 0;;) {
                struct pollfd_ p[4] = {{pidfd, POLLIN_, 0}, {r->in, POLLOUT_, 0}, {r->out, POLLIN_, 0}, {r->err, POLLIN_, 0}};
                int64_t left = deadline < 0 ? -1 : deadline - now_ms();
                if (deadline >= 0 && left <= 0)
                        return -E_TIMEDOUT;
                sys_poll(p, 4, left > 3600000 ? 3600000 : (int) left);
                if (p[2].revents)
                        keep_output(r, 0, &r->out);
                if (p[3].revents)
                        keep_output(r, 1, &r->err);
                if (p[1].revents)
                        feed(r);
                if (p[0].revents && ((!p[2].revents && !p[3].revents) || ++ended > LAST_READS))
                        return 0;
        }
}

static void describe(struct walk *w, const struct run *r, int status, int64_t timeout_ms)
{
        struct text t = text_over(w->detail, sizeof w->detail);
        if (r->used[1] >= 5 && memcmp(r->kept[1], "\0exec", 5) == 0) {
                text_add(&t, errno_text((status >> 8) & 0xff));
                return;
        }
        if (timeout_ms >= 0) {
                text_add(&t, "hook ran past specified timeout of ");
                text_add_number(&t, timeout_ms / 1000);
                text_add(&t, ".0s");
                return;
        }
        text_add(&t, (status & 0x7f) ? "signal: " : "exit status ");
        text_add_number(&t, (status & 0x7f) ? status & 0x7f : (status >> 8) & 0xff);
        text_add(&t, ", stdout: ");
        text_add_n(&t, r->kept[0], r->used[0]);
        text_add(&t, ", stderr: ");
        text_add_n(&t, r->kept[1], r->used[1]);
}

/* path, argv, envp, stdin bytes, their length, deadline in ms or -1 -> 0; another status than 0 is EIO,
 * worded in w->detail */
int64_t op_spawn(struct op_args *o)
{
        int in[2], out[2], err[2], pidfd = -1, status = 0;
        if (sys2(SYS_pipe2, in, O_CLOEXEC_) < 0 || sys2(SYS_pipe2, out, O_CLOEXEC_) < 0 || sys2(SYS_pipe2, err, O_CLOEXEC_) < 0)
                return -E_NOMEM;
        /* Not clone3: a startContainer hook is started behind the container's filter, and Docker's answers it ENOSYS. */
        long pid = sys5(SYS_clone, CLONE_PIDFD_ | SIGCHLD_, 0, &pidfd, 0, 0);
        if (pid == 0)
                child(o, in, out, err);
        sys1(SYS_close, in[0]);
        sys1(SYS_close, out[1]);
        sys1(SYS_close, err[1]);
        struct run *r = arena(sizeof *r);
        if (pid < 0 || !r)
                return pid < 0 ? pid : -E_NOMEM;
        r->in = in[1], r->out = out[0], r->err = err[0];
        r->bytes = (const char *) (uintptr_t) o->a[3];
        r->left = (uint64_t) o->a[4];
        sys3(SYS_fcntl, r->in, 4 /* F_SETFL */, O_NONBLOCK_); /* our own end: nobody else has it */
        /* Ignored, not blocked: a blocked one would be pending, and would end this process after all. */
        struct { uint64_t handler, flags, restorer, mask; } ignore = {1 /* SIG_IGN */, 0, 0, 0}, before;
        sys4(SYS_rt_sigaction, SIGPIPE_, &ignore, &before, 8);
        int late = serve(r, pidfd, o->a[5] < 0 ? -1 : now_ms() + o->a[5]);
        if (late)
                sys4(SYS_pidfd_send_signal, pidfd, SIGKILL_, 0, 0);
        while (sys4(SYS_wait4, pid, &status, 0, 0) == -E_INTR)
                ;
        sys4(SYS_rt_sigaction, SIGPIPE_, &before, 0, 8);
        close_fd(&r->in), close_fd(&r->out), close_fd(&r->err), close_fd(&pidfd);
        if (late || status != 0) {
                describe(o->w, r, status, late ? o->a[5] : -1);
                return late ? late : -E_IO;
        }
        return 0;
}
