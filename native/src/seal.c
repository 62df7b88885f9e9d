#include "oci.h"
#include "sys.h"

enum { MFD_CLOEXEC_ = 1, MFD_ALLOW_SEALING_ = 2, MFD_EXEC_ = 0x10, F_ADD_SEALS_ = 1033, F_GET_SEALS_ = 1034, SEAL_ALL = 0x1 | 0x2 | 0x4 | 0x8 };

int is_sealed_file(int fd)
{
        return sys2(SYS_fcntl, fd, F_GET_SEALS_) == SEAL_ALL;
}

long sealed_copy(void)
{
        OWNED_FD self = (int) sys4(SYS_openat, AT_FDCWD_, "/proc/self/exe", O_RDONLY_ | O_CLOEXEC_, 0);
        long copy = self < 0 ? self : sys2(SYS_memfd_create, "estiba", MFD_CLOEXEC_ | MFD_ALLOW_SEALING_ | MFD_EXEC_);
        if (copy == -E_INVAL) /* before Linux 6.3 there is no MFD_EXEC, and none is needed */
                copy = sys2(SYS_memfd_create, "estiba", MFD_CLOEXEC_ | MFD_ALLOW_SEALING_);
        if (copy < 0)
                return copy;
        long n;
        while ((n = sys4(SYS_sendfile, copy, self, 0, 1 << 20)) > 0)
                ;
        if (n == 0)
                n = sys3(SYS_fcntl, copy, F_ADD_SEALS_, SEAL_ALL);
        if (n < 0) {
                sys1(SYS_close, copy);
                return n;
        }
        return copy;
}

int become_sealed(const char *mark, long sealed, int argc, char **argv, char **envp)
{
        char *environment[32];
        size_t variables = 0;
        char **copy = arena((uint64_t) (argc + 2) * sizeof *copy);
        long fd = sealed >= 0 ? sealed : sealed_copy();
        if (fd < 0 || !copy)
                return fd < 0 ? (int) fd : -E_NOMEM;
        copy[0] = argv[0];
        copy[1] = (char *) (uintptr_t) mark;
        for (int i = 1; i < argc; i++)
                copy[i + 1] = argv[i];
        for (; *envp && variables + 1 < sizeof environment / sizeof *environment; envp++)
                if (is_asked_for(*envp))
                        environment[variables++] = *envp;
        environment[variables] = 0;
        return (int) sys5(SYS_execveat, fd, "", copy, environment, AT_EMPTY_PATH_);
}
