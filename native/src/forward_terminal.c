#include "forward.h"

void forward_terminal_look(struct forward_terminal *t)
{
        t->is = sys3(SYS_ioctl, 0, TCGETS_, &t->before) == 0;
}

/* A terminal that is not the session's own says ENOTTY, and has no background. */
int forward_in_background(const struct forward_terminal *t)
{
        int32_t group = 0;
        return t->is && sys3(SYS_ioctl, 0, TIOCGPGRP_, &group) == 0 && group != (int32_t) sys1(SYS_getpgid, 0);
}

/* From the background a change of the terminal would stop this process (SIGTTOU); it is made when the shell has put us
 * into the foreground, which it says by SIGCONT. */
void forward_terminal_take(struct forward_terminal *t)
{
        struct termios_ raw;
        if (!t->is || !t->raw || t->held || forward_in_background(t))
                return;
        if (sys3(SYS_ioctl, 0, TCGETS_, &t->before) < 0)
                return;
        raw = t->before;
        make_raw(&raw);
        t->held = sys3(SYS_ioctl, 0, TCSETS_, &raw) == 0;
}

void forward_terminal_lend(struct forward_terminal *t)
{
        if (t->held && !forward_in_background(t))
                sys3(SYS_ioctl, 0, TCSETS_, &t->before);
        t->held = 0;
}

void forward_raw(struct forward_terminal *t, int on)
{
        t->raw = on;
        if (on)
                forward_terminal_take(t);
        else
                forward_terminal_lend(t);
}

int forward_size(struct winsize_ *size)
{
        static const int order[3] = {1, 0, 2};
        for (int i = 0; i < 3; i++)
                if (sys3(SYS_ioctl, order[i], TIOCGWINSZ_, size) == 0)
                        return 1;
        return 0;
}
