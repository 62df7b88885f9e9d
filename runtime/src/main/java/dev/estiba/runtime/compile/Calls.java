package dev.estiba.runtime.compile;

import dev.estiba.linux.number.SystemCall;

/** The system calls that plans are made of. */
public final class Calls {
    public static final SystemCall BPF = call("bpf");
    public static final SystemCall CAPSET = call("capset");
    public static final SystemCall CHDIR = call("chdir");
    public static final SystemCall CHROOT = call("chroot");
    public static final SystemCall CLOSE = call("close");
    public static final SystemCall CLOSE_RANGE = call("close_range");
    public static final SystemCall CONNECT = call("connect");
    public static final SystemCall DUP3 = call("dup3");
    public static final SystemCall EVENTFD2 = call("eventfd2");
    public static final SystemCall EXECVE = call("execve");
    public static final SystemCall FACCESSAT2 = call("faccessat2");
    public static final SystemCall FCHDIR = call("fchdir");
    public static final SystemCall FCHOWN = call("fchown");
    public static final SystemCall FCHOWNAT = call("fchownat");
    public static final SystemCall FCNTL = call("fcntl");
    public static final SystemCall FLOCK = call("flock");
    public static final SystemCall FSCONFIG = call("fsconfig");
    public static final SystemCall FSMOUNT = call("fsmount");
    public static final SystemCall FSOPEN = call("fsopen");
    public static final SystemCall FSTATFS = call("fstatfs");
    public static final SystemCall GETCWD = call("getcwd");
    public static final SystemCall IOCTL = call("ioctl");
    public static final SystemCall IOPRIO_SET = call("ioprio_set");
    public static final SystemCall KEYCTL = call("keyctl");
    public static final SystemCall LANDLOCK_CREATE_RULESET = call("landlock_create_ruleset");
    public static final SystemCall LANDLOCK_RESTRICT_SELF = call("landlock_restrict_self");
    public static final SystemCall MKDIRAT = call("mkdirat");
    public static final SystemCall MKNODAT = call("mknodat");
    public static final SystemCall MMAP = call("mmap");
    public static final SystemCall MOUNT = call("mount");
    public static final SystemCall MOUNT_SETATTR = call("mount_setattr");
    public static final SystemCall MOVE_MOUNT = call("move_mount");
    public static final SystemCall NANOSLEEP = call("nanosleep");
    public static final SystemCall OPENAT = call("openat");
    public static final SystemCall OPENAT2 = call("openat2");
    public static final SystemCall OPEN_TREE = call("open_tree");
    public static final SystemCall PERSONALITY = call("personality");
    public static final SystemCall PIDFD_OPEN = call("pidfd_open");
    public static final SystemCall PIDFD_SEND_SIGNAL = call("pidfd_send_signal");
    public static final SystemCall PIPE2 = call("pipe2");
    public static final SystemCall PIVOT_ROOT = call("pivot_root");
    public static final SystemCall PPOLL = call("ppoll");
    public static final SystemCall PRCTL = call("prctl");
    public static final SystemCall PRLIMIT64 = call("prlimit64");
    public static final SystemCall READ = call("read");
    public static final SystemCall RECVFROM = call("recvfrom");
    public static final SystemCall RENAMEAT = call("renameat");
    public static final SystemCall SCHED_SETAFFINITY = call("sched_setaffinity");
    public static final SystemCall SCHED_SETATTR = call("sched_setattr");
    public static final SystemCall SECCOMP = call("seccomp");
    public static final SystemCall SENDTO = call("sendto");
    public static final SystemCall SETDOMAINNAME = call("setdomainname");
    public static final SystemCall SETGROUPS = call("setgroups");
    public static final SystemCall SETHOSTNAME = call("sethostname");
    public static final SystemCall SETNS = call("setns");
    public static final SystemCall SETRESGID = call("setresgid");
    public static final SystemCall SETRESUID = call("setresuid");
    public static final SystemCall SETSID = call("setsid");
    public static final SystemCall SETSOCKOPT = call("setsockopt");
    public static final SystemCall SETXATTR = call("setxattr");
    public static final SystemCall SET_MEMPOLICY = call("set_mempolicy");
    public static final SystemCall SOCKET = call("socket");
    public static final SystemCall SOCKETPAIR = call("socketpair");
    public static final SystemCall STATX = call("statx");
    public static final SystemCall SYMLINKAT = call("symlinkat");
    public static final SystemCall UMASK = call("umask");
    public static final SystemCall UMOUNT2 = call("umount2");
    public static final SystemCall UNLINKAT = call("unlinkat");
    public static final SystemCall UNSHARE = call("unshare");
    public static final SystemCall WAIT4 = call("wait4");
    public static final SystemCall WRITE = call("write");

    private Calls() {}

    private static SystemCall call(String name) {
        return SystemCall.named(name).orElseThrow(() -> new IllegalStateException("no system call is named " + name));
    }
}
