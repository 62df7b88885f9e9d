/*
 * racer: exchanges two names for as long as it lives, so that whoever looks twice sees two things.
 *
 *     racer ONE OTHER
 *
 * Ends with its parent, or when it is killed. renameat2(2), RENAME_EXCHANGE.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: racer ONE OTHER\n");
        return 64;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
        if (syscall(SYS_renameat2, AT_FDCWD, argv[1], AT_FDCWD, argv[2], 1u << 1) != 0) {
            perror("racer");
            return 1;
        }
}
