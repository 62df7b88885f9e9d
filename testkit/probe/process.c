/* Who the process is: identity, capabilities, limits, scheduling, what it was started with. */
#define _GNU_SOURCE
#include "answer.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

extern char **environ;

/* capabilities(7). Read by calls, not from /proc, which a container need not have. */
static int caps(int argc, char **argv)
{
    (void) argc;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
    answer_begin(argv[0]);
    if (put_result("capget", syscall(SYS_capget, &header, data)) >= 0) {
        uint64_t bounding = 0, ambient = 0;
        int last = -1;
        for (int cap = 0; cap < 64; cap++) {
            int held = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
            if (held < 0)
                break;
            last = cap;
            bounding |= (uint64_t) (held > 0) << cap;
            ambient |= (uint64_t) (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) > 0) << cap;
        }
        put_hex("inheritable", (uint64_t) data[1].inheritable << 32 | data[0].inheritable, 16);
        put_hex("permitted", (uint64_t) data[1].permitted << 32 | data[0].permitted, 16);
        put_hex("effective", (uint64_t) data[1].effective << 32 | data[0].effective, 16);
        put_hex("bounding", bounding, 16);
        put_hex("ambient", ambient, 16);
        put_number("last", last);
        put_hex("securebits", (uint64_t) (unsigned) prctl(PR_GET_SECUREBITS, 0, 0, 0, 0), 2);
    }
    answer_end();
    return 0;
}

static int ids(int argc, char **argv)
{
    (void) argc;
    uid_t real, effective, saved;
    gid_t groups[65536 / sizeof(gid_t)];
    mode_t mask = umask(0);
    umask(mask);
    answer_begin(argv[0]);
    getresuid(&real, &effective, &saved);
    put_number("uid", real);
    put_number("euid", effective);
    put_number("suid", saved);
    put_number("fsuid", (uid_t) setfsuid((uid_t) -1));
    gid_t real_gid, effective_gid, saved_gid;
    getresgid(&real_gid, &effective_gid, &saved_gid);
    put_number("gid", real_gid);
    put_number("egid", effective_gid);
    put_number("sgid", saved_gid);
    put_number("fsgid", (gid_t) setfsgid((gid_t) -1));
    open_array("groups");
    int count = getgroups((int) (sizeof groups / sizeof *groups), groups);
    for (int i = 0; i < count; i++)
        put_number(NULL, groups[i]);
    close_array();
    put_octal("umask", mask);
    answer_end();
    return 0;
}

static int pids(int argc, char **argv)
{
    (void) argc;
    answer_begin(argv[0]);
    put_number("pid", getpid());
    put_number("ppid", getppid());
    put_number("pgid", getpgid(0));
    put_number("sid", getsid(0));
    put_text("host_pids", status_field("self", "NSpid"));
    answer_end();
    return 0;
}

static int args(int argc, char **argv)
{
    (void) argc;
    const char *name = (const char *) getauxval(AT_EXECFN);
    char comm[16] = "";
    answer_begin(argv[0]);
    open_array("args");
    for (char **arg = probe_argv; *arg != NULL; arg++)
        put_text(NULL, *arg);
    close_array();
    put_text("execfn", name != NULL ? name : "");
    prctl(PR_GET_NAME, comm);
    put_text("comm", comm);
    put_number("secure", (int64_t) getauxval(AT_SECURE));
    answer_end();
    return 0;
}

static int env(int argc, char **argv)
{
    (void) argc;
    answer_begin(argv[0]);
    open_array("env");
    for (char **entry = environ; *entry != NULL; entry++)
        put_text(NULL, *entry);
    close_array();
    answer_end();
    return 0;
}

static int cwd(int argc, char **argv)
{
    (void) argc;
    static char path[8192];
    struct stat here;
    answer_begin(argv[0]);
    /* The raw call: a libc turns "(unreachable)/…" into an error, and a directory outside the root must be seen. */
    if (put_result("getcwd", syscall(SYS_getcwd, path, sizeof path)) >= 0)
        put_text("path", path);
    if (stat(".", &here) == 0) {
        put_unsigned("dev", here.st_dev);
        put_unsigned("ino", here.st_ino);
    }
    answer_end();
    return 0;
}

static int ns(int argc, char **argv)
{
    static const char *const names[] = {"cgroup", "ipc", "mnt", "net", "pid", "pid_for_children",
                                        "time", "time_for_children", "user", "uts"};
    char path[96];
    answer_begin(argv[0]);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct stat found;
        snprintf(path, sizeof path, "/proc/%s/ns/%s", argc > 1 ? argv[1] : "self", names[i]);
        if (stat(path, &found) == 0)
            put_unsigned(names[i], found.st_ino);
        else
            put_text(names[i], name_of_error(errno));
    }
    answer_end();
    return 0;
}

static const char *kind_of(mode_t mode)
{
    return S_ISREG(mode) ? "file" : S_ISDIR(mode) ? "dir" : S_ISLNK(mode) ? "link" : S_ISCHR(mode) ? "char"
         : S_ISBLK(mode) ? "block" : S_ISFIFO(mode) ? "fifo" : S_ISSOCK(mode) ? "socket" : "anon";
}

/* Open descriptors, found by asking for each number: what was inherited is seen even where /proc is not mounted. */
static int fds(int argc, char **argv)
{
    (void) argc;
    char path[64], target[4096];
    struct rlimit limit = {0, 0};
    getrlimit(RLIMIT_NOFILE, &limit);
    int last = limit.rlim_cur > 65536 ? 65536 : (int) limit.rlim_cur;
    answer_begin(argv[0]);
    open_array("fds");
    for (int fd = 0; fd < last; fd++) {
        int of_descriptor = fcntl(fd, F_GETFD);
        if (of_descriptor < 0)
            continue;
        struct stat file;
        open_object(NULL);
        put_number("fd", fd);
        put_bool("cloexec", of_descriptor & FD_CLOEXEC);
        put_octal("flags", (unsigned) fcntl(fd, F_GETFL));
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(path, target, sizeof target);
        put_bytes("target", target, length < 0 ? 0 : (size_t) length);
        if (fstat(fd, &file) == 0) {
            put_text("type", kind_of(file.st_mode));
            put_unsigned("dev", file.st_dev);
            put_unsigned("ino", file.st_ino);
            put_number("major", major(file.st_rdev));
            put_number("minor", minor(file.st_rdev));
        }
        close_object();
    }
    close_array();
    answer_end();
    return 0;
}

static void put_limit(const char *key, rlim_t limit)
{
    if (limit == RLIM_INFINITY)
        put_text(key, "unlimited");
    else
        put_unsigned(key, limit);
}

static int rlimits(int argc, char **argv)
{
    (void) argc;
    static const struct {
        const char *name;
        int resource;
    } limits[] = {
        {"RLIMIT_AS", RLIMIT_AS}, {"RLIMIT_CORE", RLIMIT_CORE}, {"RLIMIT_CPU", RLIMIT_CPU},
        {"RLIMIT_DATA", RLIMIT_DATA}, {"RLIMIT_FSIZE", RLIMIT_FSIZE}, {"RLIMIT_LOCKS", 10},
        {"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK}, {"RLIMIT_MSGQUEUE", 12}, {"RLIMIT_NICE", 13},
        {"RLIMIT_NOFILE", RLIMIT_NOFILE}, {"RLIMIT_NPROC", RLIMIT_NPROC}, {"RLIMIT_RSS", RLIMIT_RSS},
        {"RLIMIT_RTPRIO", 14}, {"RLIMIT_RTTIME", 15}, {"RLIMIT_SIGPENDING", 11}, {"RLIMIT_STACK", RLIMIT_STACK},
    };
    answer_begin(argv[0]);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit found;
        if (getrlimit(limits[i].resource, &found) != 0) {
            put_text(limits[i].name, name_of_error(errno));
            continue;
        }
        open_array(limits[i].name);
        put_limit(NULL, found.rlim_cur);
        put_limit(NULL, found.rlim_max);
        close_array();
    }
    answer_end();
    return 0;
}

static int seccomp(int argc, char **argv)
{
    (void) argc;
    answer_begin(argv[0]);
    put_text("mode", status_field("self", "Seccomp"));
    put_text("filters", status_field("self", "Seccomp_filters"));
    answer_end();
    return 0;
}

static int nnp(int argc, char **argv)
{
    (void) argc;
    answer_begin(argv[0]);
    put_number("no_new_privs", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    put_number("dumpable", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
    int subreaper = -1, death = -1;
    prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
    prctl(PR_GET_PDEATHSIG, &death);
    put_number("subreaper", subreaper);
    put_number("pdeathsig", death);
    answer_end();
    return 0;
}

static void put_proc_text(const char *key, const char *path)
{
    char text[4096];
    long length = read_file(path, text, sizeof text);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == 0))
        length--;
    if (length < 0)
        put_text(key, name_of_error(errno));
    else
        put_bytes(key, text, (size_t) length);
}

static int oom(int argc, char **argv)
{
    (void) argc;
    answer_begin(argv[0]);
    put_proc_text("oom_score_adj", "/proc/self/oom_score_adj");
    answer_end();
    return 0;
}

static int label(int argc, char **argv)
{
    (void) argc;
    answer_begin(argv[0]);
    put_proc_text("current", "/proc/self/attr/current");
    put_proc_text("keycreate", "/proc/self/attr/keycreate");
    answer_end();
    return 0;
}

static int cpuaffinity(int argc, char **argv)
{
    (void) argc;
    unsigned long mask[1024 / (8 * sizeof(unsigned long))] = {0};
    answer_begin(argv[0]);
    if (put_result("sched_getaffinity", syscall(SYS_sched_getaffinity, 0, sizeof mask, mask)) >= 0) {
        open_array("cpus");
        for (size_t cpu = 0; cpu < 8 * sizeof mask; cpu++)
            if (mask[cpu / (8 * sizeof *mask)] >> cpu % (8 * sizeof *mask) & 1)
                put_unsigned(NULL, cpu);
        close_array();
    }
    answer_end();
    return 0;
}

static int sched(int argc, char **argv)
{
    (void) argc;
    /* struct sched_attr, sched_setattr(2): no libc of Debian 12 declares it. */
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attr = {0};
    static const char *const policies[] = {"SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH",
                                           "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE"};
    answer_begin(argv[0]);
    if (put_result("sched_getattr", syscall(SYS_sched_getattr, 0, &attr, (unsigned) sizeof attr, 0)) >= 0) {
        if (attr.policy < sizeof policies / sizeof *policies)
            put_text("policy", policies[attr.policy]);
        else
            put_number("policy", attr.policy);
        put_unsigned("flags", attr.flags);
        put_number("nice", attr.nice);
        put_number("priority", attr.priority);
        put_unsigned("runtime", attr.runtime);
        put_unsigned("deadline", attr.deadline);
        put_unsigned("period", attr.period);
    }
    long io = syscall(SYS_ioprio_get, 1, 0); /* IOPRIO_WHO_PROCESS, ioprio_set(2): class in the bits from 13 */
    put_number("io_class", io < 0 ? io : io >> 13);
    put_number("io_priority", io < 0 ? io : io & 0x1fff);
    put_number("timer_slack_ns", prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0));
    answer_end();
    return 0;
}

static int persona(int argc, char **argv)
{
    (void) argc;
    long found = syscall(SYS_personality, 0xffffffffUL);
    answer_begin(argv[0]);
    if (put_result("personality", found) >= 0)
        put_hex("personality", (uint64_t) found, 8);
    answer_end();
    return 0;
}

static int keyring(int argc, char **argv)
{
    (void) argc;
    char description[512] = "";
    /* keyctl(2): GET_KEYRING_ID is 0, DESCRIBE is 6, the session keyring is -3; 0 = do not create one. */
    long id = syscall(SYS_keyctl, 0L, -3L, 0L, 0L, 0L);
    answer_begin(argv[0]);
    if (put_result("keyctl", id) >= 0) {
        put_number("id", id);
        if (syscall(SYS_keyctl, 6L, id, description, sizeof description - 1, 0L) >= 0)
            put_text("description", description);
    }
    answer_end();
    return 0;
}

static int maps(int argc, char **argv)
{
    (void) argc;
    answer_begin(argv[0]);
    put_proc_text("uid_map", "/proc/self/uid_map");
    put_proc_text("gid_map", "/proc/self/gid_map");
    put_proc_text("setgroups", "/proc/self/setgroups");
    answer_end();
    return 0;
}

static int proc(int argc, char **argv)
{
    static const char *const fields[] = {"Name", "State", "PPid", "Uid", "Gid", "NoNewPrivs", "Seccomp", "CapEff"};
    (void) argc;
    answer_begin(argv[0]);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        put_text(fields[i], status_field(argv[1], fields[i]));
    answer_end();
    return 0;
}

const struct verb process_verbs[] = {
    {"caps", caps, 0, 0, "", "the five capability sets and the securebits, in hexadecimal"},
    {"ids", ids, 0, 0, "", "user and group ids (real, effective, saved, file system), groups, umask"},
    {"pid", pids, 0, 0, "", "pid, parent, process group, session"},
    {"args", args, 0, 0, "", "argument vector, AT_EXECFN, comm, AT_SECURE"},
    {"env", env, 0, 0, "", "environment, in order"},
    {"cwd", cwd, 0, 0, "", "working directory as the kernel says it, and its inode"},
    {"ns", ns, 0, 1, "[PID]", "inode of each namespace"},
    {"fds", fds, 0, 0, "", "open descriptors: target, type, device, flags, close-on-exec"},
    {"rlimits", rlimits, 0, 0, "", "soft and hard limit of all sixteen resources"},
    {"seccomp", seccomp, 0, 0, "", "seccomp mode and number of filters"},
    {"nnp", nnp, 0, 0, "", "no_new_privs, dumpable, subreaper, parent-death signal"},
    {"oom", oom, 0, 0, "", "oom_score_adj"},
    {"label", label, 0, 0, "", "security labels of the process and of the keys that it makes"},
    {"cpuaffinity", cpuaffinity, 0, 0, "", "the processors it may run on"},
    {"sched", sched, 0, 0, "", "scheduling policy and attributes, I/O priority, timer slack"},
    {"personality", persona, 0, 0, "", "personality(2)"},
    {"keyring", keyring, 0, 0, "", "the session keyring: id and description"},
    {"maps", maps, 0, 0, "", "user and group id maps of the user namespace"},
    {"proc", proc, 1, 1, "PID", "some lines of /proc/PID/status"},
    {NULL, NULL, 0, 0, NULL, NULL},
};
