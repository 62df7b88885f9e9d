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

/* Read once: it is written once, before a process can do anything in its user namespace. "" when there is none. */
static const char *uid_map(void)
{
        static char map[4096];
        static int known;
        if (known)
                return map;
        known = 1;
        OWNED_FD fd = (int) sys4(SYS_openat, AT_FDCWD_, "/proc/self/uid_map", O_RDONLY_ | O_CLOEXEC_, 0);
        long n = fd < 0 ? 0 : sys3(SYS_read, fd, map, sizeof map - 1);
        map[n > 0 ? n : 0] = 0;
        return map;
}

int in_user_namespace(void)
{
        uint64_t inside, outside, count;
        if (!*uid_map())
                return 0;
        number(number(number(uid_map(), &inside), &outside), &count);
        return inside != 0 || outside != 0 || count != 0xffffffff;
}

uint32_t outer_uid(uint32_t uid)
{
        for (const char *s = uid_map(); *s;) {
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
