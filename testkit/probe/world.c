/* What surrounds the process: names, network, terminal, mounts, cgroup; and any system call by its number. */
#define _GNU_SOURCE
#include "answer.h"
#include "verbs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { MOUNTINFO_CAP = 1 << 20 };

static int v_uname(int argc, char **argv)
{
    (void) argc;
    struct utsname names;
    answer_begin(argv[0]);
    if (put_result("uname", uname(&names)) >= 0) {
        put_text("hostname", names.nodename);
        put_text("domainname", names.domainname);
        put_text("release", names.release);
        put_text("machine", names.machine);
    }
    answer_end();
    return 0;
}

static int v_sethostname(int argc, char **argv)
{
    (void) argc;
    int result = sethostname(argv[1], strlen(argv[1]));
    answer_begin(argv[0]);
    put_result("sethostname", result);
    answer_end();
    return 0;
}

static int v_sysctl(int argc, char **argv)
{
    (void) argc;
    char path[512], value[4096];
    int length = snprintf(path, sizeof path, "/proc/sys/%s", argv[1]);
    if (length < 0 || length >= (int) sizeof path)
        return WRONG_USE;
    /* A name with dots is sysctl(8)'s way to write it; one with slashes may hold dots (an interface's name). */
    if (strchr(argv[1], '/') == NULL)
        for (char *at = path; *at != 0; at++)
            *at = *at == '.' ? '/' : *at;
    long size = read_file(path, value, sizeof value);
    int number = errno;
    answer_begin(argv[0]);
    put_text("name", argv[1]);
    errno = number;
    if (put_result("read", size) >= 0) {
        while (size > 0 && value[size - 1] == '\n')
            size--;
        put_bytes("value", value, (size_t) size);
    }
    answer_end();
    return 0;
}

/* A small name table; what is not in it may be given as a number. */
struct name {
    const char *name;
    long value;
};

static int named(const struct name *table, size_t count, const char *word, long *value)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].name, word) == 0) {
            *value = table[i].value;
            return 1;
        }
    return number_of(word, value);
}

#define NAMED(table, word, value) named(table, sizeof table / sizeof *table, word, value)

static const struct name families[] = {{"unix", AF_UNIX}, {"inet", AF_INET}, {"inet6", AF_INET6},
    {"netlink", AF_NETLINK}, {"packet", AF_PACKET}, {"alg", 38}, {"vsock", 40}, {"xdp", 44}};
static const struct name types[] = {{"stream", SOCK_STREAM}, {"dgram", SOCK_DGRAM}, {"raw", SOCK_RAW},
    {"seqpacket", SOCK_SEQPACKET}};
static const struct name protocols[] = {{"icmp", IPPROTO_ICMP}, {"icmp6", IPPROTO_ICMPV6}, {"tcp", IPPROTO_TCP},
    {"udp", IPPROTO_UDP}};

static int v_socket(int argc, char **argv)
{
    long family, type = SOCK_DGRAM, protocol = 0;
    if (!NAMED(families, argv[1], &family) || (argc > 2 && !NAMED(types, argv[2], &type)) ||
        (argc > 3 && !NAMED(protocols, argv[3], &protocol)))
        return WRONG_USE;
    int made = socket((int) family, (int) type | SOCK_CLOEXEC, (int) protocol);
    answer_begin(argv[0]);
    put_result("socket", made);
    answer_end();
    if (made >= 0)
        close(made);
    return 0;
}

static int v_bind(int argc, char **argv)
{
    (void) argc;
    long port;
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, argv[1], &address.sin_addr) != 1 || !number_of(argv[2], &port) || port < 0 || port > 65535)
        return WRONG_USE;
    address.sin_port = htons((uint16_t) port);
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int result = made < 0 ? -1 : bind(made, (struct sockaddr *) &address, sizeof address);
    answer_begin(argv[0]);
    put_result(made < 0 ? "socket" : "bind", result);
    answer_end();
    if (made >= 0)
        close(made);
    return 0;
}

/* Interfaces by ioctl(SIOCGIFNAME): works without /sys and /proc. */
static int v_interfaces(int argc, char **argv)
{
    (void) argc;
    int by = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    answer_begin(argv[0]);
    if (put_result("socket", by) >= 0) {
        open_array("interfaces");
        for (int index = 1; index < 4096; index++) {
            struct ifreq request;
            memset(&request, 0, sizeof request);
            request.ifr_ifindex = index;
            if (ioctl(by, SIOCGIFNAME, &request) != 0)
                continue;
            char text[INET_ADDRSTRLEN] = "";
            open_object(NULL);
            put_number("index", index);
            put_text("name", request.ifr_name);
            if (ioctl(by, SIOCGIFFLAGS, &request) == 0) {
                put_bool("up", request.ifr_flags & IFF_UP);
                put_bool("loopback", request.ifr_flags & IFF_LOOPBACK);
            }
            if (ioctl(by, SIOCGIFADDR, &request) == 0)
                inet_ntop(AF_INET, &((struct sockaddr_in *) &request.ifr_addr)->sin_addr, text, sizeof text);
            put_text("address", text);
            close_object();
        }
        close_array();
        close(by);
    }
    answer_end();
    return 0;
}

static int descriptor_of(int argc, char **argv, long *descriptor)
{
    *descriptor = 0;
    return argc < 2 || number_of(argv[1], descriptor);
}

static int v_isatty(int argc, char **argv)
{
    (void) argc;
    answer_begin(argv[0]);
    for (int fd = 0; fd < 3; fd++)
        put_bool(fd == 0 ? "stdin" : fd == 1 ? "stdout" : "stderr", isatty(fd));
    answer_end();
    return 0;
}

static int v_winsize(int argc, char **argv)
{
    long fd;
    struct winsize size;
    if (!descriptor_of(argc, argv, &fd))
        return WRONG_USE;
    int result = ioctl((int) fd, TIOCGWINSZ, &size);
    answer_begin(argv[0]);
    if (put_result("TIOCGWINSZ", result) >= 0) {
        put_number("rows", size.ws_row);
        put_number("columns", size.ws_col);
    }
    answer_end();
    return 0;
}

static int v_termios(int argc, char **argv)
{
    long fd;
    struct termios mode;
    if (!descriptor_of(argc, argv, &fd))
        return WRONG_USE;
    int result = tcgetattr((int) fd, &mode);
    answer_begin(argv[0]);
    if (put_result("tcgetattr", result) >= 0) {
        put_bool("icrnl", (mode.c_iflag & ICRNL) != 0);
        put_bool("ixon", (mode.c_iflag & IXON) != 0);
        put_bool("opost", (mode.c_oflag & OPOST) != 0);
        put_bool("onlcr", (mode.c_oflag & ONLCR) != 0);
        put_bool("icanon", (mode.c_lflag & ICANON) != 0);
        put_bool("isig", (mode.c_lflag & ISIG) != 0);
        put_bool("echo", (mode.c_lflag & ECHO) != 0);
    }
    answer_end();
    return 0;
}

static int v_ttyname(int argc, char **argv)
{
    long fd;
    char path[64], name[4096];
    struct stat terminal, console;
    if (!descriptor_of(argc, argv, &fd))
        return WRONG_USE;
    int result = isatty((int) fd) ? fstat((int) fd, &terminal) : -1;
    answer_begin(argv[0]);
    if (put_result("isatty", result) >= 0) {
        snprintf(path, sizeof path, "/proc/self/fd/%ld", fd);
        ssize_t length = readlink(path, name, sizeof name);
        put_bytes("name", name, length < 0 ? 0 : (size_t) length);
        put_number("major", major(terminal.st_rdev));
        put_number("minor", minor(terminal.st_rdev));
        put_number("uid", terminal.st_uid);
        put_number("gid", terminal.st_gid);
        put_octal("mode", terminal.st_mode & 07777);
        /* /dev/console of a container is a bind mount of this very terminal. */
        put_bool("is_console", stat("/dev/console", &console) == 0 && console.st_rdev == terminal.st_rdev &&
                                   console.st_ino == terminal.st_ino && console.st_dev == terminal.st_dev);
        put_number("session", tcgetsid((int) fd));
        put_number("foreground", tcgetpgrp((int) fd));
    }
    answer_end();
    return 0;
}

/* proc_pid_mountinfo(5). Octal escapes stay as the kernel writes them. */
static int v_mountinfo(int argc, char **argv)
{
    static char text[MOUNTINFO_CAP];
    long length = read_file("/proc/self/mountinfo", text, sizeof text - 1);
    answer_begin(argv[0]);
    if (put_result("read", length) >= 0) {
        text[length] = 0;
        put_bool("whole", length < MOUNTINFO_CAP - 1);
        open_array("mounts");
        char *rest = NULL;
        for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
            static const char *const before[] = {"id", "parent", "device", "root", "point", "options"};
            static const char *const after[] = {"type", "source", "super"};
            char *word[32], *inner = NULL;
            int count = 0, dash = -1;
            for (char *at = strtok_r(line, " ", &inner); at != NULL && count < 32; at = strtok_r(NULL, " ", &inner)) {
                if (strcmp(at, "-") == 0 && dash < 0)
                    dash = count;
                word[count++] = at;
            }
            if (dash < 6 || count < dash + 4 || (argc > 1 && strcmp(word[4], argv[1]) != 0))
                continue;
            open_object(NULL);
            for (int i = 0; i < 6; i++)
                put_text(before[i], word[i]);
            open_array("propagation");
            for (int i = 6; i < dash; i++)
                put_text(NULL, word[i]);
            close_array();
            for (int i = 0; i < 3; i++)
                put_text(after[i], word[dash + 1 + i]);
            close_object();
        }
        close_array();
    }
    answer_end();
    return 0;
}

static const struct name mount_flags[] = {{"ro", 1}, {"nosuid", 2}, {"nodev", 4}, {"noexec", 8}, {"remount", 32},
    {"bind", 4096}, {"move", 8192}, {"rec", 16384}, {"private", 1 << 18}, {"slave", 1 << 19}, {"shared", 1 << 20}};

static int v_mount_try(int argc, char **argv)
{
    unsigned long flags = 0;
    char words[256], *rest = NULL;
    if (argc > 4) {
        if (strlen(argv[4]) >= sizeof words)
            return WRONG_USE;
        strcpy(words, argv[4]);
        for (char *word = strtok_r(words, ",", &rest); word != NULL; word = strtok_r(NULL, ",", &rest)) {
            long flag;
            if (!NAMED(mount_flags, word, &flag))
                return WRONG_USE;
            flags |= (unsigned long) flag;
        }
    }
    int result = mount(argv[2], argv[3], argv[1], flags, argc > 5 ? argv[5] : NULL);
    answer_begin(argv[0]);
    put_text("target", argv[3]);
    put_result("mount", result);
    answer_end();
    return 0;
}

static int v_umount(int argc, char **argv)
{
    (void) argc;
    int result = umount2(argv[1], MNT_DETACH);
    answer_begin(argv[0]);
    put_result("umount2", result);
    answer_end();
    return 0;
}

static int v_cgroup(int argc, char **argv)
{
    (void) argc;
    static char text[16384];
    long length = read_file("/proc/self/cgroup", text, sizeof text - 1);
    answer_begin(argv[0]);
    if (put_result("read", length) >= 0) {
        text[length] = 0;
        open_object("cgroups"); /* controllers ("" for v2) -> path */
        char *rest = NULL;
        for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
            char *controllers = strchr(line, ':');
            char *path = controllers == NULL ? NULL : strchr(controllers + 1, ':');
            if (path == NULL)
                continue;
            *path = 0;
            put_text(controllers + 1, path + 1);
        }
        close_object();
    }
    answer_end();
    return 0;
}

static const struct name namespaces[] = {{"mnt", CLONE_NEWNS}, {"uts", CLONE_NEWUTS}, {"ipc", CLONE_NEWIPC},
    {"net", CLONE_NEWNET}, {"pid", CLONE_NEWPID}, {"user", CLONE_NEWUSER}, {"cgroup", 0x02000000}, {"time", 0x80}};

static int v_unshare(int argc, char **argv)
{
    (void) argc;
    long flag;
    if (!NAMED(namespaces, argv[1], &flag))
        return WRONG_USE;
    long result = syscall(SYS_unshare, flag);
    answer_begin(argv[0]);
    put_result("unshare", result);
    answer_end();
    return 0;
}

static int v_clock(int argc, char **argv)
{
    (void) argc;
    struct timespec now;
    answer_begin(argv[0]);
    put_bool("ok", 1);
    clock_gettime(CLOCK_MONOTONIC, &now);
    put_number("monotonic", now.tv_sec);
    clock_gettime(CLOCK_BOOTTIME, &now);
    put_number("boottime", now.tv_sec);
    answer_end();
    return 0;
}

static int read_arguments(int argc, char **argv, long *number, long *argument)
{
    if (!number_of(argv[1], number))
        return 0;
    for (int i = 2; i < argc; i++) {
        if (strncmp(argv[i], "text:", 5) == 0)
            argument[i - 2] = (long) (argv[i] + 5);
        else if (!number_of(argv[i], &argument[i - 2]))
            return 0;
    }
    return 1;
}

static int v_syscall(int argc, char **argv)
{
    long number, a[6] = {0};
    if (!read_arguments(argc, argv, &number, a))
        return WRONG_USE;
    long result = syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    answer_begin(argv[0]);
    if (put_result(argv[1], result) >= 0)
        put_number("result", result);
    answer_end();
    return 0;
}

/* The same by the i386 way (int 0x80), which a filter of x86-64 alone would not see. Numbers only: 32 bits. */
static int v_syscall32(int argc, char **argv)
{
#if defined(__x86_64__)
    long number, a[6] = {0};
    if (argc > 7 || !read_arguments(argc, argv, &number, a))
        return WRONG_USE;
    int result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"((int) number), "b"((int) a[0]), "c"((int) a[1]), "d"((int) a[2]), "S"((int) a[3]),
                       "D"((int) a[4])
                     : "memory", "r8", "r9", "r10", "r11");
    errno = result < 0 ? -result : 0;
    answer_begin(argv[0]);
    if (put_result(argv[1], result < 0 ? -1 : 0) >= 0)
        put_number("result", result);
    answer_end();
    return 0;
#else
    (void) argc;
    answer_begin(argv[0]);
    errno = ENOSYS;
    put_result(argv[1], -1);
    answer_end();
    return 0;
#endif
}

const struct verb world_verbs[] = {
    {"uname", v_uname, 0, 0, "", "host name, domain name, kernel, machine"},
    {"sethostname", v_sethostname, 1, 1, "NAME", "sethostname(2)"},
    {"sysctl", v_sysctl, 1, 1, "NAME", "value; net.ipv4.x or net/ipv4/x"},
    {"socket", v_socket, 1, 3, "FAMILY [TYPE [PROTOCOL]]", "socket(2)"},
    {"bind", v_bind, 2, 2, "IPV4 PORT", "bind(2) of a TCP socket"},
    {"interfaces", v_interfaces, 0, 0, "", "network interfaces, their flags and first IPv4 address"},
    {"isatty", v_isatty, 0, 0, "", "which of the three standard descriptors is a terminal"},
    {"winsize", v_winsize, 0, 1, "[FD]", "rows and columns of a terminal"},
    {"termios", v_termios, 0, 1, "[FD]", "some modes of a terminal"},
    {"ttyname", v_ttyname, 0, 1, "[FD]", "name, owner, session of a terminal; whether /dev/console is it"},
    {"mountinfo", v_mountinfo, 0, 1, "[POINT]", "mounts, or those on one point"},
    {"mount-try", v_mount_try, 3, 5, "TYPE SOURCE TARGET [FLAG,FLAG... [DATA]]", "mount(2)"},
    {"umount", v_umount, 1, 1, "TARGET", "umount2(2), lazily"},
    {"cgroup", v_cgroup, 0, 0, "", "path in each hierarchy"},
    {"unshare", v_unshare, 1, 1, "mnt|uts|ipc|net|pid|user|cgroup|time", "unshare(2)"},
    {"clock", v_clock, 0, 0, "", "monotonic and boot time in whole seconds"},
    {"syscall", v_syscall, 1, 7, "NUMBER [ARGUMENT|text:TEXT]...", "any system call"},
    {"syscall32", v_syscall32, 1, 6, "NUMBER [ARGUMENT]...", "any i386 system call, up to five arguments"},
    {NULL, NULL, 0, 0, NULL, NULL},
};
