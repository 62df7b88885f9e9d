/* without PROGRAM [ARGUMENT...]: runs a program as on a kernel that lacks some system calls.
 *
 * They answer ENOSYS, or with -DANSWER=EPERM that, to the program and to everything that it starts. Which calls:
 * -DCALLS=SYS_one,SYS_two at compile time, so that the C library's own headers translate the names. Only x86-64's numbers are looked at; a program for
 * another ABI meets the kernel as it is. seccomp(2), Documentation/userspace-api/seccomp_filter.rst.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef ANSWER
#define ANSWER ENOSYS
#endif

static const unsigned calls[] = {CALLS};
enum { COUNT = sizeof calls / sizeof calls[0] };

static int install(void)
{
        struct sock_filter code[5 + 2 * COUNT] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        };
        unsigned n = 4;
        for (unsigned i = 0; i < COUNT; i++) {
                code[n++] = (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
                code[n++] = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ANSWER);
        }
        code[n++] = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
        struct sock_fprog program = {.len = (unsigned short) n, .filter = code};
        /* Root may install it as it is; no_new_privs would change what the program's own children can do. */
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
                return 0;
        if (errno != EACCES || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
                return -1;
        return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
        if (argc < 2) {
                fprintf(stderr, "usage: without PROGRAM [ARGUMENT...]\n");
                return 2;
        }
        if (install() != 0) {
                fprintf(stderr, "without: cannot install the filter: %s\n", strerror(errno));
                return 125;
        }
        execvp(argv[1], argv + 1);
        fprintf(stderr, "without: cannot run %s: %s\n", argv[1], strerror(errno));
        return errno == ENOENT ? 127 : 126;
}
