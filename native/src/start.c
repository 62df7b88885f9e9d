/* The program's first instructions: no libc start-up, no constructors, no relocation (0.3 ms less than glibc's). */
#include "sys.h"

int estiba_main(int argc, char **argv, char **envp);

#ifndef ESTIBA_HOSTED
__attribute__((used, noreturn)) static void begin(long *stack)
{
        int argc = (int) stack[0];
        char **argv = (char **) (stack + 1);
        sys1(SYS_exit_group, estiba_main(argc, argv, argv + argc + 1));
        __builtin_unreachable();
}

#if defined(__x86_64__)
__asm__(".global _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");
#else
__asm__(".global _start\n_start: mov x29, xzr\n mov x0, sp\n bl begin\n");
#endif
#else
int main(int argc, char **argv, char **envp)
{
        return estiba_main(argc, argv, envp);
}
#endif
