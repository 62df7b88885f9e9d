#include "facts.h"

#include "../src/sys.h"

#if defined(__x86_64__)
enum { SYS_uname = 63, SYS_sched_getaffinity = 204 };
#else
enum { SYS_uname = 160, SYS_sched_getaffinity = 123 };
#endif

enum { CAP = 256 << 10 };

int bits_in(uint64_t set)
{
        int count = 0;
        for (; set; set &= set - 1)
                count++;
        return count;
}

static void read_into(char *bytes, const char *path)
{
        size_t have = 0;
        OWNED_FD fd = (int) sys4(SYS_openat, AT_FDCWD_, path, O_RDONLY_ | O_CLOEXEC_, 0);
        while (fd >= 0 && have < CAP - 1) {
                long n = sys3(SYS_read, fd, bytes + have, CAP - 1 - have);
                if (n <= 0)
                        break;
                have += (size_t) n;
        }
        bytes[have] = 0;
}

const char *file_text(const char *path)
{
        static char bytes[CAP];
        read_into(bytes, path);
        return bytes;
}

int64_t decimal(const char *s)
{
        int64_t value = 0;
        if (*s == '-')
                return -1;
        for (; *s >= '0' && *s <= '9'; s++)
                value = value > INT64_MAX / 10 - 1 ? INT64_MAX : value * 10 + (*s - '0');
        return value;
}

uint64_t hexadecimal(const char *s)
{
        uint64_t value = 0;
        for (;; s++)
                if (*s >= '0' && *s <= '9')
                        value = value << 4 | (uint64_t) (*s - '0');
                else if (*s >= 'a' && *s <= 'f')
                        value = value << 4 | (uint64_t) (*s - 'a' + 10);
                else
                        return value;
}

int64_t file_number(const char *path)
{
        const char *text = file_text(path);
        if (text_after(text, "max"))
                return INT64_MAX;
        return *text >= '0' && *text <= '9' ? decimal(text) : -1;
}

const char *field(const char *text, const char *name)
{
        while (*text) {
                const char *rest = text_after(text, name);
                if (rest && *rest == ':') {
                        for (rest++; *rest == ' ' || *rest == '\t'; rest++)
                                ;
                        return rest;
                }
                while (*text && *text++ != '\n')
                        ;
        }
        return NULL;
}

/* Version 1 says "none" by a number near the greatest that it knows. */
static int64_t or_none(int64_t bytes)
{
        return bytes > INT64_MAX / 2 ? INT64_MAX : bytes;
}

void read_limits(struct limits *l)
{
        const char *cpu = file_text("/sys/fs/cgroup/cpu.max");
        l->cpu_quota = !*cpu ? -1 : text_after(cpu, "max") ? INT64_MAX : decimal(cpu);
        while (*cpu && *cpu++ != ' ')
                ;
        l->cpu_period = decimal(cpu);
        l->memory = file_number("/sys/fs/cgroup/memory.max");
        l->memory_used = file_number("/sys/fs/cgroup/memory.current");
        l->pids = file_number("/sys/fs/cgroup/pids.max");
        if (l->memory < 0) {
                l->memory = or_none(file_number("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
                l->memory_used = file_number("/sys/fs/cgroup/memory/memory.usage_in_bytes");
        }
        if (l->pids < 0)
                l->pids = file_number("/sys/fs/cgroup/pids/pids.max");
        if (l->cpu_quota < 0) {
                l->cpu_period = file_number("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
                l->cpu_quota = l->cpu_period <= 0 ? -1 : file_number("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
                if (l->cpu_period > 0 && l->cpu_quota < 0)
                        l->cpu_quota = INT64_MAX; /* version 1 has -1 for it */
        }
}

static char *word(char **at)
{
        char *start = *at;
        while (**at && **at != ' ' && **at != '\n')
                ++*at;
        if (**at == ' ')
                *(*at)++ = 0;
        return start;
}

/* 36 35 98:0 /root /point options [optional fields] - type source super-options */
void each_mount(void (*take)(const struct mount *m, void *to), void *to)
{
        static char bytes[CAP];
        read_into(bytes, "/proc/self/mountinfo");
        for (char *at = bytes; *at;) {
                char *end = at;
                while (*end && *end != '\n')
                        end++;
                const int last = !*end;
                *end = 0;
                struct mount m;
                for (int i = 0; i < 3; i++)
                        word(&at);
                m.root = word(&at);
                m.point = word(&at);
                m.options = word(&at);
                const char *next = word(&at);
                while (*next && !text_equal(next, "-"))
                        next = word(&at);
                m.type = word(&at);
                take(&m, to);
                at = end + !last;
        }
}

static int is_number(const char *name)
{
        for (; *name; name++)
                if (*name < '0' || *name > '9')
                        return 0;
        return 1;
}

int count_processes(void)
{
        struct entry { uint64_t ino; int64_t off; uint16_t reclen; uint8_t type; char name[]; };
        static char buffer[8192] __attribute__((aligned(8)));
        int count = 0;
        OWNED_FD dir = (int) sys4(SYS_openat, AT_FDCWD_, "/proc", O_RDONLY_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        for (long n; dir >= 0 && (n = sys3(SYS_getdents64, dir, buffer, sizeof buffer)) > 0;)
                for (long at = 0; at < n;) {
                        const struct entry *e = (const struct entry *) (void *) (buffer + at);
                        count += is_number(e->name);
                        at += e->reclen;
                }
        return count;
}

int interfaces(struct text *names)
{
        int count = 0;
        const char *s = file_text("/proc/net/dev");
        for (int line = 0; *s; line++) {
                while (*s == ' ')
                        s++;
                size_t n = 0;
                while (s[n] && s[n] != ':' && s[n] != '\n')
                        n++;
                if (line >= 2 && s[n] == ':') { /* below two lines of headings */
                        if (count++)
                                text_add(names, " ");
                        text_add_n(names, s, n);
                }
                while (*s && *s++ != '\n')
                        ;
        }
        return count;
}

int processors(void)
{
        uint64_t set[128] = {0};
        int count = 0;
        if (sys3(SYS_sched_getaffinity, 0, sizeof set, set) < 0)
                return 0;
        for (size_t i = 0; i < sizeof set / sizeof *set; i++)
                count += bits_in(set[i]);
        return count;
}

void host_name(struct text *name)
{
        char names[6][65];
        if (sys1(SYS_uname, names) == 0)
                text_add(name, names[1]);
}
