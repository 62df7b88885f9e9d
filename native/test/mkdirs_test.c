/* Places beneath a root that somebody hostile has written. Every test has a canary beside the root. */
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DIRECTORY = 0, A_FILE = 1, EXISTING = 2 };

static void lay(void)
{
        make_directory("root");
        make_directory("outside");
        make_directory("root/etc");
        put("outside/canary", "sings");
}

static void canary_sings(void)
{
        EXPECT_TEXT("sings", contents("outside/canary"));
        struct stat st;
        EXPECT(stat("outside", &st) == 0 && st.st_nlink == 2);
}

static int64_t place_in(int root, const char *path, int mode, int kind)
{
        static struct walk w;
        struct step s = {.op = OP_MKDIRS, .number = 0};
        struct op_args o = {.w = &w, .s = &s, .a = {root, (int64_t) (uintptr_t) path, mode, kind}};
        return op_mkdirs(&o);
}

static int64_t place(const char *path, int mode, int kind)
{
        int root = open_directory("root");
        int64_t fd = place_in(root, path, mode, kind);
        close(root);
        return fd;
}

static const char *where(int64_t fd)
{
        static char path[4096], link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", (int) fd);
        ssize_t n = readlink(link, path, sizeof path - 1);
        path[n < 0 ? 0 : n] = 0;
        const char *root = strstr(path, "/root");
        return root ? root + 5 : path;
}

static void makes_what_is_missing(void)
{
        struct stat st;
        lay();
        umask(0);
        EXPECT_TEXT("/a/b/c", where(place("/a/b/c", 0700, DIRECTORY)));
        EXPECT(stat("root/a/b/c", &st) == 0 && st.st_mode == (S_IFDIR | 0700));
        EXPECT(stat("root/a/b", &st) == 0 && st.st_mode == (S_IFDIR | 0755));
        EXPECT_TEXT("/a/b/file", where(place("a//b/./file", 0755, A_FILE)));
        EXPECT(stat("root/a/b/file", &st) == 0 && st.st_mode == (S_IFREG | 0644));
        EXPECT_TEXT("/a", where(place("/a/", 0700, DIRECTORY)));
        EXPECT_TEXT("", where(place("/", 0700, DIRECTORY)));
        EXPECT_TEXT("", where(place("", 0700, DIRECTORY)));
        EXPECT_NUMBER(-2, place("/nowhere", 0700, EXISTING));
        EXPECT(!exists("root/nowhere"));
        canary_sings();
}

static void takes_the_kind_of_a_model(void)
{
        lay();
        struct walk *w = NULL;
        struct step s = {.op = OP_MKDIRS, .number = 1};
        int root = open_directory("root"), directory = open_directory("outside");
        int file = (int) syscall(__NR_openat, AT_FDCWD_, "outside/canary", O_PATH_, 0);
        struct op_args o = {.w = w, .s = &s, .a = {root, (int64_t) (uintptr_t) "/as/file", 0777, file}};
        EXPECT_TEXT("/as/file", where(op_mkdirs(&o)));
        struct stat st;
        EXPECT(stat("root/as/file", &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0111) == 0);
        o.a[1] = (int64_t) (uintptr_t) "/as/directory", o.a[3] = directory;
        EXPECT_TEXT("/as/directory", where(op_mkdirs(&o)));
        EXPECT(stat("root/as/directory", &st) == 0 && S_ISDIR(st.st_mode));
        canary_sings();
}

/* As images have them: /etc/resolv.conf leads into a /run that is made later. */
static void follows_dangling_links_inside(void)
{
        lay();
        make_link("/run/resolv.conf", "root/etc/absolute");
        make_link("../run/other/relative.conf", "root/etc/relative");
        make_link("/run/deep", "root/etc/deep");
        make_link("etc/deep", "root/first");
        EXPECT_TEXT("/run/resolv.conf", where(place("/etc/absolute", 0644, A_FILE)));
        EXPECT_TEXT("/run/other/relative.conf", where(place("/etc/relative", 0644, A_FILE)));
        EXPECT_TEXT("/run/deep/below", where(place("/first/below", 0755, DIRECTORY)));
        canary_sings();
}

static void leads_nothing_out(void)
{
        static const char *const links[] = {"../outside", "../../../../../../outside", "/../outside", "/../../outside/new"};
        char absolute[4200], path[64];
        lay();
        EXPECT(getcwd(absolute, 4096));
        strcat(absolute, "/outside");
        make_link(absolute, "root/absolute");
        EXPECT(strncmp(where(place("/absolute/new", 0755, DIRECTORY)), "/tmp/", 5) == 0); /* inside: beneath root */
        for (size_t i = 0; i < 4; i++) {
                snprintf(path, sizeof path, "root/link%zu", i);
                make_link(links[i], path);
                snprintf(path, sizeof path, "/link%zu/victim", i);
                int64_t fd = place(path, 0755, DIRECTORY);
                if (fd >= 0 && strstr(where(fd), "outside/victim") && !strstr(where(fd), "/root"))
                        EXPECT(exists("root/outside"));
        }
        place("/../outside/victim", 0755, DIRECTORY);
        place("/etc/../../outside/victim2", 0755, A_FILE);
        EXPECT(!exists("outside/victim") && !exists("outside/victim2") && !exists("outside/new"));
        canary_sings();
}

static void refuses_magic_links(void)
{
        char self[64];
        lay();
        int outside = open_directory("outside");
        snprintf(self, sizeof self, "/proc/self/fd/%d/made", outside);
        int top = open_directory("/");
        EXPECT_NUMBER(-40, place_in(top, self, 0755, DIRECTORY));
        EXPECT(!exists("outside/made"));
        canary_sings();
}

static void refuses_dots_in_what_is_missing(void)
{
        lay();
        EXPECT_NUMBER(-2, place("/new/../../outside/x", 0755, DIRECTORY));
        make_link("missing/..", "root/odd");
        EXPECT_NUMBER(-2, place("/odd/x", 0755, DIRECTORY));
        canary_sings();
}

static void ends_with_too_many_links(void)
{
        char from[64], to[64];
        lay();
        for (int i = 0; i < 60; i++) {
                snprintf(from, sizeof from, "root/l%d", i);
                snprintf(to, sizeof to, "l%d", i + 1);
                make_link(to, from);
        }
        EXPECT_NUMBER(-40, place("/l0", 0755, DIRECTORY));
        EXPECT(!exists("root/l60"));
        EXPECT_TEXT("/l60", where(place("/l25", 0755, DIRECTORY)));
        make_link("loop2", "root/loop1");
        make_link("loop1", "root/loop2");
        EXPECT_NUMBER(-40, place("/loop1/x", 0755, DIRECTORY));
        canary_sings();
}

static void refuses_paths_that_are_too_long(void)
{
        static char path[6000], link[4090];
        lay();
        memset(path, 'a', sizeof path - 1);
        path[0] = '/';
        EXPECT_NUMBER(-36, place(path, 0755, DIRECTORY));
        for (size_t i = 0; i < sizeof link - 1; i++)
                link[i] = i % 100 ? 'b' : '/';
        make_link(link, "root/long");
        EXPECT_NUMBER(-36, place("/long/aaaaaaaaaaaaaaaaaaaaaa", 0755, DIRECTORY));
        canary_sings();
}

static void a_file_is_no_directory(void)
{
        lay();
        put("root/file", "");
        EXPECT_NUMBER(-20, place("/file/below", 0755, DIRECTORY));
        make_directory("root/dangling");
        make_link("/file/below", "root/dangling/link");
        EXPECT(place("/dangling/link", 0755, DIRECTORY) < 0);
        canary_sings();
}

static void *swap(void *until)
{
        double end = seconds() + *(double *) until;
        while (seconds() < end) {
                syscall(__NR_renameat2, AT_FDCWD_, "root/a", AT_FDCWD_, "root/evil", 2 /* RENAME_EXCHANGE */);
                rmdir("root/a/new/leaf");
                rmdir("root/a/new");
                rmdir("root/evil/new/leaf");
                rmdir("root/evil/new");
        }
        return NULL;
}

/* While a directory and a link to the outside change places, nothing may appear outside. */
static void survives_a_race(void)
{
        double until = 0.8;
        pthread_t thread;
        int made = 0, rounds = 0;
        lay();
        make_directory("root/a");
        make_link("../outside", "root/evil");
        int root = open_directory("root");
        EXPECT(pthread_create(&thread, NULL, swap, &until) == 0);
        double end = seconds() + until;
        while (seconds() < end) {
                int64_t fd = place_in(root, "/a/new/leaf", 0755, DIRECTORY);
                rounds++;
                if (fd >= 0) {
                        made++;
                        close((int) fd);
                }
                EXPECT(!exists("outside/new"));
        }
        pthread_join(thread, NULL);
        canary_sings();
        EXPECT(rounds > 100 && made > 10);
}

/* ".." while somebody renames: the kernel says EAGAIN, as often as it likes. */
static void ends_while_somebody_renames(void)
{
        double until = 0.5;
        pthread_t thread;
        int found = 0;
        lay();
        make_directory("root/a");
        make_directory("root/evil");
        int root = open_directory("root");
        EXPECT(pthread_create(&thread, NULL, swap, &until) == 0);
        double end = seconds() + until;
        while (seconds() < end) {
                double before = seconds();
                int64_t fd = place_in(root, "/a/../evil/../a/../evil/../a", 0755, EXISTING);
                EXPECT(seconds() - before < 2);
                EXPECT(fd >= 0 || fd == -11);
                if (fd >= 0) {
                        found++;
                        close((int) fd);
                }
        }
        pthread_join(thread, NULL);
        canary_sings();
        EXPECT(found > 10);
}

const struct test mkdirs_tests[] = {
        {"what is missing is made, with its mode", makes_what_is_missing},
        {"a missing place takes the kind of its model", takes_the_kind_of_a_model},
        {"dangling links lead to where they point inside", follows_dangling_links_inside},
        {"no link and no .. leads out", leads_nothing_out},
        {"magic links are refused", refuses_magic_links},
        {".. behind what is missing is refused", refuses_dots_in_what_is_missing},
        {"too many links end in ELOOP", ends_with_too_many_links},
        {"too long paths are refused", refuses_paths_that_are_too_long},
        {"a file is no directory", a_file_is_no_directory},
        {"a directory and a link that change places lead nowhere", survives_a_race},
        {".. while somebody renames for ever", ends_while_somebody_renames},
        {NULL, NULL},
};
