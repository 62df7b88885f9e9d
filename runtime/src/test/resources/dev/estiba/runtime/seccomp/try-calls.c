/*
 * Tries system calls under a filter, each in a child of its own.
 *
 *   try-calls FLAGS FILTER < CALLS      FILTER is a file of struct sock_filter, or "-" for none
 *
 * CALLS has a call a line: "64" or "32" (int $0x80), the number, six arguments, all in hexadecimal but the first word.
 * For each, one line is printed: what the call returned in decimal, or "killed N" when signal N ended the child.
 *
 * The child tells its result through shared memory and then traps: after the filter is on, no system call can be relied
 * on, exit included.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
        volatile int stage; /* 1: the filter was refused, 2: the call returned */
        volatile long result;
};

static struct sock_filter filter[4096];

static long call64(const long *a)
{
        register long r10 __asm__("r10") = a[4];
        register long r8 __asm__("r8") = a[5];
        register long r9 __asm__("r9") = a[6];
        long result;

        __asm__ volatile("syscall"
                         : "=a"(result)
                         : "a"(a[0]), "D"(a[1]), "S"(a[2]), "d"(a[3]), "r"(r10), "r"(r8), "r"(r9)
                         : "rcx", "r11", "memory");
        return result;
}

/* Five arguments: the sixth goes by ebp, which the compiler wants for itself, and no rule of ours looks at it. */
static long call32(const long *a)
{
        long result;

        __asm__ volatile("int $0x80"
                         : "=a"(result)
                         : "a"(a[0]), "b"(a[1]), "c"(a[2]), "d"(a[3]), "S"(a[4]), "D"(a[5])
                         : "r8", "r9", "r10", "r11", "memory");
        return (int) result;
}

static void child(struct shared *shared, int is32, const long *call, size_t length, unsigned int flags)
{
        struct sock_fprog program = {.len = (unsigned short) length, .filter = filter};
        struct rlimit no_core = {0, 0};

        setrlimit(RLIMIT_CORE, &no_core);
        /* Without a filter too: some calls answer an ordinary user otherwise then (landlock_restrict_self(2)). */
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
            (length > 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) < 0)) {
                shared->result = -errno;
                shared->stage = 1;
                __builtin_trap();
        }
        shared->result = is32 ? call32(call) : call64(call);
        shared->stage = 2;
        __builtin_trap();
}

int main(int argc, char **argv)
{
        struct shared *shared =
                mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        size_t length = 0;
        char mode[8];
        long call[7];

        if (argc != 3 || shared == MAP_FAILED)
                return 2;
        if (strcmp(argv[2], "-") != 0) {
                FILE *file = fopen(argv[2], "rb");
                if (!file)
                        return 2;
                length = fread(filter, sizeof(filter[0]), sizeof(filter) / sizeof(filter[0]), file);
                fclose(file);
        }
        while (scanf("%7s %lx %lx %lx %lx %lx %lx %lx", mode, &call[0], &call[1], &call[2], &call[3], &call[4], &call[5],
                     &call[6]) == 8) {
                int status;
                pid_t pid;

                shared->stage = 0;
                fflush(stdout);
                pid = fork();
                if (pid < 0)
                        return 2;
                if (pid == 0)
                        child(shared, strcmp(mode, "32") == 0, call, length, (unsigned int) strtoul(argv[1], NULL, 0));
                if (waitpid(pid, &status, 0) != pid)
                        return 2;
                if (shared->stage == 1) {
                        fprintf(stderr, "the kernel refused the filter: errno %ld\n", -shared->result);
                        return 3;
                }
                if (shared->stage == 2)
                        printf("%ld\n", shared->result);
                else
                        printf("killed %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
        }
        return 0;
}
