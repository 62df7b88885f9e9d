/* A tracee's system call that is not executed, and its answer: what the architecture keeps in which register. */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#if defined(__x86_64__)
static int skip_call(pid_t pid)
{
    struct user_regs_struct all;
    struct iovec v = {&all, sizeof all};
    if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &v) != 0)
        return -1;
    all.orig_rax = ~0ull;
    return (int) ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &v);
}

static int answer_call(pid_t pid, long answer)
{
    struct user_regs_struct all;
    struct iovec v = {&all, sizeof all};
    if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &v) != 0)
        return -1;
    all.rax = (unsigned long long) answer;
    return (int) ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &v);
}
#elif defined(__aarch64__)
static int skip_call(pid_t pid)
{
    int none = -1;
    struct iovec v = {&none, sizeof none};
    return (int) ptrace(PTRACE_SETREGSET, pid, 0x404 /* NT_ARM_SYSTEM_CALL */, &v);
}

static int answer_call(pid_t pid, long answer)
{
    struct user_regs_struct all;
    struct iovec v = {&all, sizeof all};
    if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &v) != 0)
        return -1;
    all.regs[0] = (unsigned long long) answer;
    return (int) ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &v);
}
#endif

#endif
