/* A container's terminal in the foreground: bytes between its master and the caller's terminal.
 *
 * The caller's terminal is put into raw mode and back, whatever ends the wait; its size goes to the container's with
 * every SIGWINCH. Descriptors of the caller are never set to non-blocking: the flag belongs to the open file, which
 * others share (the shell that waits for us).
 */
#include "sys.h"
#include "terminal.h"
#include "wait.h"
#include "walk.h"

static void pass_size(int master)
{
        struct winsize_ size;
        if (sys3(SYS_ioctl, 0, TIOCGWINSZ_, &size) == 0)
                sys3(SYS_ioctl, master, TIOCSWINSZ_, &size);
}

/* Copies once; 0 at the end of `from`, which a terminal's master says by EIO. */
static int copy_once(int from, int to)
{
        char bytes[16384];
        long n = sys3(SYS_read, from, bytes, sizeof bytes);
        if (n == -E_INTR || n == -E_AGAIN)
                return 1;
        if (n <= 0)
                return 0;
        return write_whole(to, bytes, (uint64_t) n) == 0;
}

static void drain(int master)
{
        struct pollfd_ p = {master, POLLIN_, 0};
        while (sys_poll(&p, 1, 0) > 0 && (p.revents & POLLIN_) && copy_once(master, 1))
                ;
}

int64_t op_relay(struct op_args *o) /* pid, pidfd, master -> status as a shell says it */
{
        int pid = (int) o->a[0], pidfd = (int) o->a[1], master = (int) o->a[2], status = 0, in_open = 1, out_open = 1;
        struct termios_ before, raw;
        OWNED_FD signals = block_signals();
        if (signals < 0)
                return signals;
        int terminal = sys3(SYS_ioctl, 0, TCGETS_, &before) == 0;
        if (terminal) {
                raw = before;
                make_raw(&raw);
                /* The container's terminal leaves its line ends as they are (compile/Terminal.java, as runc's); this one
                 * goes on making them what it needs, or every line would begin where the last one ended. */
                raw.oflag |= before.oflag & 01u /* OPOST */;
                sys3(SYS_ioctl, 0, TCSETS_, &raw);
                pass_size(master);
        }
        while (!reap(pid, &status)) {
                struct pollfd_ p[3] = {{signals, POLLIN_, 0}, {in_open ? 0 : -1, POLLIN_, 0}, {out_open ? master : -1, POLLIN_, 0}};
                sys_poll(p, 3, -1);
                if (p[2].revents)
                        out_open = copy_once(master, 1);
                if (p[1].revents)
                        in_open = copy_once(0, master);
                for (int sig; (sig = next_signal(signals)) > 0;) {
                        if (sig == SIGWINCH_)
                                pass_size(master);
                        else if (sig != SIGCHLD_)
                                sys4(SYS_pidfd_send_signal, pidfd, sig, 0, 0);
                }
        }
        drain(master);
        if (terminal)
                sys3(SYS_ioctl, 0, TCSETS_, &before);
        o->w->child = 0;
        return shell_status(status);
}
