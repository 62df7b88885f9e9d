package dev.estiba.runtime.compile;

import dev.estiba.linux.number.SystemCall;

/** The system calls that plans are made of. */
final class Calls {
    static final SystemCall CAPSET = call("capset");
    static final SystemCall CHDIR = call("chdir");
    static final SystemCall CLOSE = call("close");
    static final SystemCall CLOSE_RANGE = call("close_range");
    static final SystemCall CONNECT = call("connect");
    static final SystemCall DUP3 = call("dup3");
    static final SystemCall EXECVE = call("execve");
    static final SystemCall FACCESSAT2 = call("faccessat2");
    static final SystemCall FCHDIR = call("fchdir");
    static final SystemCall FCHOWN = call("fchown");
    static final SystemCall FCHOWNAT = call("fchownat");
    static final SystemCall FCNTL = call("fcntl");
    static final SystemCall FLOCK = call("flock");
    static final SystemCall FSCONFIG = call("fsconfig");
    static final SystemCall FSMOUNT = call("fsmount");
    static final SystemCall FSOPEN = call("fsopen");
    static final SystemCall FSTATFS = call("fstatfs");
    static final SystemCall GETCWD = call("getcwd");
    static final SystemCall IOCTL = call("ioctl");
    static final SystemCall KEYCTL = call("keyctl");
    static final SystemCall MKDIRAT = call("mkdirat");
    static final SystemCall MKNODAT = call("mknodat");
    static final SystemCall MOUNT = call("mount");
    static final SystemCall MOUNT_SETATTR = call("mount_setattr");
    static final SystemCall MOVE_MOUNT = call("move_mount");
    static final SystemCall OPENAT = call("openat");
    static final SystemCall OPENAT2 = call("openat2");
    static final SystemCall OPEN_TREE = call("open_tree");
    static final SystemCall PERSONALITY = call("personality");
    static final SystemCall PIDFD_OPEN = call("pidfd_open");
    static final SystemCall PIDFD_SEND_SIGNAL = call("pidfd_send_signal");
    static final SystemCall PIVOT_ROOT = call("pivot_root");
    static final SystemCall PRCTL = call("prctl");
    static final SystemCall PRLIMIT64 = call("prlimit64");
    static final SystemCall READ = call("read");
    static final SystemCall RENAMEAT = call("renameat");
    static final SystemCall SCHED_SETAFFINITY = call("sched_setaffinity");
    static final SystemCall SECCOMP = call("seccomp");
    static final SystemCall SETDOMAINNAME = call("setdomainname");
    static final SystemCall SETGROUPS = call("setgroups");
    static final SystemCall SETHOSTNAME = call("sethostname");
    static final SystemCall SETNS = call("setns");
    static final SystemCall SETRESGID = call("setresgid");
    static final SystemCall SETRESUID = call("setresuid");
    static final SystemCall SETSID = call("setsid");
    static final SystemCall SOCKET = call("socket");
    static final SystemCall STATX = call("statx");
    static final SystemCall SYMLINKAT = call("symlinkat");
    static final SystemCall UMASK = call("umask");
    static final SystemCall UMOUNT2 = call("umount2");
    static final SystemCall UNLINKAT = call("unlinkat");
    static final SystemCall UNSHARE = call("unshare");
    static final SystemCall WRITE = call("write");

    private Calls() {}

    private static SystemCall call(String name) {
        return SystemCall.named(name).orElseThrow(() -> new IllegalStateException("no system call is named " + name));
    }
}
