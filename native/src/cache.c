/* Where the AOT caches of an unpacked archive are: in its lib/, or, when that is not this user's to write, in the user's
 * own cache directory. A cache is code: only one that nobody else can write is used.
 *
 * Its name carries the build and the place, because a JVM does not take one that was made for another place, and says
 * nothing that could be acted on.
 */
#include "cache.h"

#include "paths.h"
#include "sys.h"

#ifndef ESTIBA_BUILD_ID
#define ESTIBA_BUILD_ID "0000000000000000"
#endif

static void name_in(struct text *t, const char *directory, const char *home, const char *role)
{
        uint64_t sum = 0xcbf29ce484222325ull; /* FNV-1a */
        for (const char *s = home; *s; s++)
                sum = (sum ^ (unsigned char) *s) * 0x100000001b3ull;
        text_add(t, directory);
        text_add_char(t, '/');
        text_add(t, role);
        text_add(t, "-" ESTIBA_BUILD_ID "-");
        text_add_number(t, (int64_t) (sum >> 1));
        text_add(t, ".aot");
}

static int ours(const char *path, uint16_t kind)
{
        struct statx_ st;
        if (sys5(SYS_statx, AT_FDCWD_, path, AT_SYMLINK_NOFOLLOW_, 0x7ff, &st) < 0)
                return 0;
        return (st.mode & S_IFMT_) == kind && (st.uid == 0 || st.uid == (uint32_t) sys0(SYS_geteuid)) && (st.mode & 022) == 0;
}

static void user_directory(struct text *t, char **envp)
{
        const char *xdg = environment(envp, "XDG_CACHE_HOME"), *home = environment(envp, "HOME");
        if (outer_uid((uint32_t) sys0(SYS_geteuid)) == 0) {
                text_add(t, "/var/cache/estiba");
        } else if (xdg && xdg[0] == '/') {
                text_add(t, xdg);
                text_add(t, "/estiba");
        } else if (home && home[0] == '/') {
                text_add(t, home);
                text_add(t, "/.cache/estiba");
        }
}

int cache_find(struct cache *c, const char *home, const char *role, char **envp)
{
        char lib[3100], user[512];
        struct text l = text_over(lib, sizeof lib), u = text_over(user, sizeof user);
        text_add(&l, home);
        text_add(&l, "/lib");
        user_directory(&u, envp);
        const char *const places[2] = {lib, user};
        for (int i = 0; i < 2; i++) {
                struct text t = text_over(c->path, sizeof c->path);
                name_in(&t, places[i], home, role);
                if (places[i][0] == '/' && !t.cut && ours(c->path, S_IFREG_))
                        return 1;
        }
        for (int i = 0; i < 2; i++) {
                struct text t = text_over(c->path, sizeof c->path);
                name_in(&t, places[i], home, role);
                if (i == 1 && user[0] == '/')
                        sys3(SYS_mkdirat, AT_FDCWD_, user, 0700);
                if (places[i][0] == '/' && !t.cut && ours(places[i], S_IFDIR_)
                    && sys3(SYS_faccessat, AT_FDCWD_, places[i], 2 /* W_OK */) == 0)
                        return 0;
        }
        c->path[0] = 0;
        return 0;
}
