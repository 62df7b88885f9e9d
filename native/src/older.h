/* clone3(2) and close_range(2), also where there are none. */
#ifndef ESTIBA_OLDER_H
#define ESTIBA_OLDER_H

#include "sys.h"

/* As close_range: 0 or -errno. */
long close_descriptors(unsigned first, unsigned last, unsigned flags);
/* Where close_range is missing: holds /proc, so that children in a container need not close a million numbers one by one. */
void keep_proc(void);
/* In a child that clone3 would have started in the cgroup: enters it. A child that cannot ends. */
void enter_group(int group);

static inline int is_withheld(long answer)
{
        return answer == -E_NOSYS || answer == -E_PERM;
}

/* As clone3: the pid, 0 in the child, -errno. Inline: a child that shares its parent's memory (CLONE_VM) would return from a
 * function and overwrite the place that its parent returns to. */
static inline __attribute__((always_inline)) long clone_process(const struct clone_args_ *args)
{
        long r = sys2(SYS_clone3, args, sizeof *args);
        if (!is_withheld(r))
                return r;
        /* clone(2): the exit signal is in the flags, the pidfd is put where parent_tid says. */
        r = sys5(SYS_clone, (args->flags & ~(uint64_t) CLONE_INTO_CGROUP_) | args->exit_signal, 0, args->pidfd, 0, 0);
        if (r == 0 && args->flags & CLONE_INTO_CGROUP_)
                enter_group((int) args->cgroup);
        return r;
}

#endif
