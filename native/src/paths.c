#include "paths.h"

#include "sys.h"
#include "walk.h"

int home_path(struct text *t)
{
        char exe[3072];
        long n = sys4(SYS_readlinkat, AT_FDCWD_, "/proc/self/exe", exe, sizeof exe);
        if (n <= 0 || n == sizeof exe)
                return 0;
        for (int slashes = 0; n > 0 && slashes < 2;)
                if (exe[--n] == '/')
                        slashes++;
        text_add_n(t, exe, (size_t) n);
        return t->len > 0;
}

static const char *number(const char *s, uint64_t *out)
{
        while (*s == ' ' || *s == '\n')
                s++;
        for (*out = 0; *s >= '0' && *s <= '9'; s++)
                *out = *out * 10 + (uint64_t) (*s - '0');
        return s;
}

uint32_t outer_uid(uint32_t uid)
{
        char map[4096];
        OWNED_FD fd = (int) sys4(SYS_openat, AT_FDCWD_, "/proc/self/uid_map", O_RDONLY_ | O_CLOEXEC_, 0);
        long n = fd < 0 ? 0 : sys3(SYS_read, fd, map, sizeof map - 1);
        if (n <= 0)
                return uid;
        map[n] = 0;
        for (const char *s = map; *s;) {
                uint64_t inside, outside, count;
                s = number(number(number(s, &inside), &outside), &count);
                if (uid >= inside && uid - inside < count)
                        return (uint32_t) (outside + (uid - inside));
                if (count == 0)
                        break;
        }
        return uid;
}

const char *environment(char **envp, const char *name)
{
        for (; *envp; envp++) {
                const char *rest = text_after(*envp, name);
                if (rest && *rest == '=')
                        return rest + 1;
        }
        return NULL;
}
