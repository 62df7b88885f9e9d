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

#endif
