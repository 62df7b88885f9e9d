/* ioctl_tty(2): what this program does with a person's terminal. */
#ifndef ESTIBA_TERMINAL_H
#define ESTIBA_TERMINAL_H

#include "sys.h"

struct termios_ { uint32_t iflag, oflag, cflag, lflag; uint8_t line, cc[19]; };
struct winsize_ { uint16_t row, col, x, y; };
enum { TCGETS_ = 0x5401, TCSETS_ = 0x5402, TIOCGPGRP_ = 0x540f, TIOCGWINSZ_ = 0x5413, TIOCSWINSZ_ = 0x5414 };

/* cfmakeraw(3). */
static inline void make_raw(struct termios_ *t)
{
        t->iflag &= ~(uint32_t) (01 | 02 | 010 | 040 | 0100 | 0200 | 0400 | 02000);
        t->oflag &= ~01u;
        t->lflag &= ~(uint32_t) (010 | 0100 | 02 | 01 | 0100000);
        t->cflag = (t->cflag & ~(uint32_t) (060 | 0400)) | 060;
        t->cc[6] = 1; /* VMIN */
        t->cc[5] = 0; /* VTIME */
}

#endif
