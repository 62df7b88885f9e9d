#include "oci.h"
#include "sys.h"

enum { MFD_CLOEXEC_ = 1, MFD_ALLOW_SEALING_ = 2, MFD_EXEC_ = 0x10, F_ADD_SEALS_ = 1033, SEAL_ALL = 0x1 | 0x2 | 0x4 | 0x8 };

static long copy_program(int to)
{
        OWNED_FD self = (int) sys4(SYS_openat, AT_FDCWD_, "/proc/self/exe", O_RDONLY_ | O_CLOEXEC_, 0);
        long n = self;
        while (self >= 0 && (n = sys4(SYS_sendfile, to, self, 0, 1 << 20)) > 0)
                ;
        return n < 0 ? n : 0;
}

int is_unchangeable(int fd)
{
        struct { long type, rest[7], namelen, frsize, flags, spare[4]; } statfs; /* struct statfs of statfs(2) */
        return sys2(SYS_fstatfs, fd, &statfs) == 0 && statfs.type == 0x01021994 /* TMPFS_MAGIC */ && statfs.flags & 1 /* ST_RDONLY */;
}

/* fsopen(2), fsconfig(2), fsmount(2): the file system has no place in any mount namespace, and lives as long as the file. */
long unchangeable_copy(void)
{
        enum { SET_FLAG = 0, CMD_CREATE = 6, CMD_RECONFIGURE = 7, NOSUID_NODEV = 2 | 4 };
        OWNED_FD fs = (int) sys2(SYS_fsopen, "tmpfs", 1 /* FSOPEN_CLOEXEC */);
        long r = fs < 0 ? fs : sys5(SYS_fsconfig, fs, CMD_CREATE, 0, 0, 0);
        OWNED_FD mount = (int) (r < 0 ? r : sys3(SYS_fsmount, fs, 1 /* FSMOUNT_CLOEXEC */, NOSUID_NODEV));
        OWNED_FD written = (int) (mount < 0 ? mount : sys4(SYS_openat, mount, "estiba", O_WRONLY_ | O_CREAT_ | O_EXCL_ | O_CLOEXEC_, 0500));
        r = written < 0 ? written : copy_program(written);
        close_fd(&written); /* else it could not be made read-only */
        OWNED_FD file = (int) (r < 0 ? r : sys4(SYS_openat, mount, "estiba", O_RDONLY_ | O_CLOEXEC_, 0));
        r = file < 0 ? file : sys5(SYS_fsconfig, fs, SET_FLAG, "ro", 0, 0);
        r = r < 0 ? r : sys5(SYS_fsconfig, fs, CMD_RECONFIGURE, 0, 0, 0);
        if (r < 0 || !is_unchangeable(file))
                return r < 0 ? r : -E_INVAL;
        int fd = file;
        file = -1;
        return fd;
}

static long sealed_copy(void)
{
        long copy = sys2(SYS_memfd_create, "estiba", MFD_CLOEXEC_ | MFD_ALLOW_SEALING_ | MFD_EXEC_);
        if (copy == -E_INVAL) /* before Linux 6.3 there is no MFD_EXEC, and none is needed */
                copy = sys2(SYS_memfd_create, "estiba", MFD_CLOEXEC_ | MFD_ALLOW_SEALING_);
        if (copy < 0)
                return copy;
        long n = copy_program((int) copy);
        if (n == 0)
                n = sys3(SYS_fcntl, copy, F_ADD_SEALS_, SEAL_ALL);
        if (n < 0) {
                sys1(SYS_close, copy);
                return n;
        }
        return copy;
}

int become_sealed(const char *mark, long kept, int argc, char **argv, char **envp)
{
        char *environment[32];
        size_t variables = 0;
        char **copy = arena((uint64_t) (argc + 2) * sizeof *copy);
        long fd = kept >= 0 ? kept : sealed_copy();
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
