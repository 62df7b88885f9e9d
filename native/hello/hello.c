/* The image `hello`: one program, that says in words what surrounds it. It asks the kernel and nobody else, so what it
 * says is so; of the host it can say nothing, which is the point. At most 40 lines of at most 80 columns. */
#include "../src/sys.h"
#include "facts.h"

int estiba_main(int argc, char **argv, char **envp);

enum { LABEL = 13, COLUMNS = 79 };

static char page[16 << 10];
static struct text out;
static size_t column;

static void begin(const char *label)
{
        text_add(&out, "  ");
        text_add(&out, label);
        for (column = 2 + strlen(label); column < LABEL; column++)
                text_add_char(&out, ' ');
}

/* One word, on the next line when this one is full. */
static void put(const char *word)
{
        size_t n = strlen(word);
        if (column > LABEL && column + n + 1 > COLUMNS) {
                text_add_char(&out, '\n');
                for (column = 0; column < LABEL; column++)
                        text_add_char(&out, ' ');
        } else if (column > LABEL) {
                text_add_char(&out, ' ');
                column++;
        }
        text_add(&out, word);
        column += n;
}

static void put_words(const char *words)
{
        char word[512];
        while (*words) {
                size_t n = 0;
                while (words[n] && words[n] != ' ')
                        n++;
                struct text t = text_over(word, sizeof word);
                text_add_n(&t, words, n);
                put(word);
                for (words += n; *words == ' '; words++)
                        ;
        }
}

static void put_number(int64_t value, const char *behind)
{
        char word[64];
        struct text t = text_over(word, sizeof word);
        text_add_number(&t, value);
        text_add(&t, behind);
        put(word);
}

static void end(void)
{
        text_add_char(&out, '\n');
}

/* With one digit behind the point, when it is not 0. */
static void put_tenths(int64_t tenths, const char *behind)
{
        char word[64];
        struct text t = text_over(word, sizeof word);
        text_add_number(&t, tenths / 10);
        if (tenths % 10) {
                text_add_char(&t, '.');
                text_add_number(&t, tenths % 10);
        }
        text_add(&t, behind);
        put(word);
}

static void put_bytes(int64_t bytes, const char *behind)
{
        static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
        char unit[16];
        int i = 0;
        int64_t tenths = bytes < INT64_MAX / 10 ? bytes * 10 : bytes;
        for (; tenths >= 10240 && i < 6; i++)
                tenths /= 1024;
        put_tenths(tenths, "");
        struct text t = text_over(unit, sizeof unit);
        text_add(&t, units[i]);
        text_add(&t, behind);
        put(unit);
}

static void who(void)
{
        int pid = (int) sys0(SYS_getpid), all = count_processes();
        char name[128];
        struct text t = text_over(name, sizeof name);
        host_name(&t);
        begin("who");
        put_words("user");
        put_number(sys0(SYS_getuid), ",");
        put_words("group");
        put_number(sys0(SYS_getgid), ",");
        put_words(pid == 1 ? "the first process here:" : "process");
        put_words(pid == 1 ? "number 1" : "number");
        if (pid != 1)
                put_number(pid, "");
        end();
        begin("processes");
        put_number(all, all == 1 ? " can be seen: this one" : " can be seen");
        end();
        begin("name");
        put_words(name);
        end();
}

static void network(void)
{
        static char names[2048];
        struct text t = text_over(names, sizeof names);
        int count = interfaces(&t);
        begin("network");
        if (count == 0)
                put_words("no interface at all");
        else if (count == 1 && text_equal(names, "lo"))
                put_words("lo alone: this container talks to nobody but itself");
        else
                put_words(names);
        end();
}

/* Each line ends with the path of this process's group, as far as its cgroup namespace lets it see. */
static void group(void)
{
        const char *s = file_text("/proc/self/cgroup"), *longest = "";
        static char path[512];
        while (*s) {
                const char *at = s;
                for (int colons = 0; *at && *at != '\n' && colons < 2; at++)
                        colons += *at == ':';
                size_t n = 0;
                while (at[n] && at[n] != '\n')
                        n++;
                if (n > strlen(longest)) {
                        const size_t most = COLUMNS - LABEL - 3;
                        struct text t = text_over(path, sizeof path);
                        text_add_n(&t, at, n > most ? most : n);
                        if (n > most)
                                text_add(&t, "...");
                        longest = path;
                }
                for (s = at + n; *s == '\n'; s++)
                        ;
        }
        begin("cgroup");
        if (text_equal(longest, "/"))
                put_words("/, the top of what can be seen: a cgroup namespace of its own");
        else if (*longest)
                put_words(longest);
        else
                put_words("cannot be told: /proc/self/cgroup cannot be read");
        end();
}

static void limits(void)
{
        struct limits l;
        read_limits(&l);
        begin("memory");
        if (l.memory == INT64_MAX) {
                put_words("no limit");
        } else if (l.memory >= 0) {
                put_words("at most");
                put_bytes(l.memory, "");
        } else {
                put_words("cannot be told: its cgroup is not mounted here");
        }
        if (l.memory >= 0 && l.memory_used >= 0) {
                put_words("(now");
                put_bytes(l.memory_used, ")");
        }
        end();
        begin("processor");
        if (l.cpu_quota > 0 && l.cpu_quota != INT64_MAX && l.cpu_period > 0) {
                put_words("at most the time of");
                put_tenths(l.cpu_quota * 10 / l.cpu_period, ",");
                put_words("on");
        } else {
                put_words("no limit of time, on");
        }
        put_number(processors(), processors() == 1 ? " processor" : " processors");
        end();
        begin("tasks");
        if (l.pids == INT64_MAX) {
                put_words("no limit of processes and threads");
        } else if (l.pids >= 0) {
                put_words("at most");
                put_number(l.pids, "");
                put_words("processes and threads");
        } else {
                put_words("cannot be told: its cgroup is not mounted here");
        }
        end();
}

/* capabilities(7), in the order of linux/capability.h. */
static const char *const capability_names[] = {
        "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
        "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner", "sys_module",
        "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time",
        "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap", "mac_override", "mac_admin", "syslog",
        "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore"};
enum { CAPABILITIES = sizeof capability_names / sizeof *capability_names };

static void capabilities(uint64_t held, int64_t last)
{
        int count = bits_in(held);
        begin("rights");
        if (count == 0) {
                put_words("no capability");
        } else if (last >= 0 && count == last + 1) {
                put_words("every capability that this kernel has: as root on the host");
        } else {
                put_number(count, "");
                put_words("of");
                put_number(last + 1, "");
                /* Whichever list is the shorter one. */
                const int few = count <= (last + 1) / 2;
                put_words(few ? "capabilities:" : "capabilities, all but:");
                for (int i = 0; i < CAPABILITIES && i <= last; i++)
                        if ((held >> i & 1) == (uint64_t) few)
                                put(capability_names[i]);
        }
        end();
}

static void confinement(void)
{
        int64_t last = file_number("/proc/sys/kernel/cap_last_cap");
        const char *status = file_text("/proc/self/status");
        const char *effective = field(status, "CapEff"), *mode = field(status, "Seccomp"), *filters = field(status, "Seccomp_filters"),
                   *nnp = field(status, "NoNewPrivs");
        if (effective)
                capabilities(hexadecimal(effective), last);
        begin("seccomp");
        if (!mode || *mode == '0') {
                put_words("off: every system call reaches the kernel");
        } else if (*mode == '1') {
                put_words("strict: read, write and exit alone");
        } else {
                int64_t n = filters ? decimal(filters) : 1;
                put_number(n, n == 1 ? " filter looks" : " filters look");
                put_words("at each system call");
        }
        end();
        begin("new rights");
        put_words(nnp && *nnp == '1' ? "cannot be had: no_new_privs is set" : "by set-user-ID programs: no_new_privs is not set");
        end();
}

struct seen { int all, read_only; char root_type[64]; int root_read_only; struct text hidden, kept; };

static int has_option(const char *options, const char *wanted)
{
        size_t n = strlen(wanted);
        for (;;) {
                const char *rest = text_after(options, wanted);
                if (rest && (!*rest || *rest == ','))
                        return 1;
                while (*options && *options != ',')
                        options++;
                if (!*options++ || n == 0)
                        return 0;
        }
}

static int beneath_kernel_files(const char *point)
{
        const char *rest = text_after(point, "/proc/");
        if (!rest)
                rest = text_after(point, "/sys/");
        return rest && !text_after(rest, "fs/cgroup");
}

static void look(const struct mount *m, void *to)
{
        struct seen *seen = to;
        int read_only = has_option(m->options, "ro");
        seen->all++;
        seen->read_only += read_only;
        if (text_equal(m->point, "/")) {
                struct text t = text_over(seen->root_type, sizeof seen->root_type);
                text_add(&t, m->type);
                seen->root_read_only = read_only;
        }
        if (!beneath_kernel_files(m->point) || text_equal(m->type, "mqueue"))
                return;
        /* Hidden by an empty directory, or by the file that is always empty; else the kernel's own, to be read only. */
        int hidden = text_equal(m->type, "tmpfs") || text_equal(m->type, "devtmpfs");
        struct text *list = hidden ? &seen->hidden : &seen->kept;
        if (hidden || (read_only && text_equal(m->type, "proc"))) {
                if (list->len)
                        text_add_char(list, ' ');
                text_add(list, m->point);
        }
}

static void files(void)
{
        static char hidden[4096], kept[4096];
        static struct seen seen;
        seen.hidden = text_over(hidden, sizeof hidden);
        seen.kept = text_over(kept, sizeof kept);
        each_mount(look, &seen);
        begin("root");
        put_words(*seen.root_type ? seen.root_type : "an unknown file system");
        put_words(seen.root_read_only ? "that cannot be written to" : "that can be written to");
        end();
        begin("mounts");
        put_number(seen.all, ",");
        put_words("of them");
        put_number(seen.read_only, " read-only");
        end();
        begin("hidden");
        put_words(*hidden ? hidden : "nothing of /proc and /sys");
        end();
        begin("read-only");
        put_words(*kept ? kept : "nothing of /proc");
        end();
}

int estiba_main(int argc, char **argv, char **envp)
{
        (void) argc;
        (void) argv;
        (void) envp;
        out = text_over(page, sizeof page);
        text_add(&out, "Hello from a container of Estiba. This is what the kernel tells a process here:\n\n");
        who();
        network();
        group();
        limits();
        confinement();
        files();
        text_add(&out, "\nWhat was done to make it so:   estiba run --explain hello\n"
                       "A shell in a tree of yours:    estiba run -it --rm rootfs:DIRECTORY sh\n");
        for (size_t at = 0; at < out.len;) {
                long n = sys3(SYS_write, 1, page + at, out.len - at);
                if (n <= 0 && n != -E_INTR)
                        return 1;
                at += n > 0 ? (size_t) n : 0;
        }
        return 0;
}
