#ifndef ESTIBA_WAIT_H
#define ESTIBA_WAIT_H

#include <stdint.h>

/* Blocks every signal; answers a non-blocking signalfd of all but SIGURG, or -errno. */
int block_signals(void);
/* The next pending signal, or 0. */
int next_signal(int fd);
int shell_status(int status);
int reap(int pid, int *status);
int64_t start_time(int64_t pid);
/* Whether a call lacks what others may give back in a moment: memory, descriptors of the whole machine. */
int lacks_for_now(long result);
/* Waits some milliseconds, and counts it; 0 when it has been waited for as long as it is worth (a second). */
int wait_out(unsigned *tries);

#endif
