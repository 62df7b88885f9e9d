#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int64_t copy(const char *from, const char *to)
{
        struct step s = {.number = 0};
        struct op_args o = {.s = &s, .a = {open_directory(from), open_directory(to)}};
        return op_copy_tree(&o);
}

static void keeps_everything(void)
{
        make_directory("from");
        make_directory("to");
        make_directory("from/dir");
        put("from/dir/file", "bytes");
        chmod("from/dir/file", 04751);
        chmod("from/dir", 0710);
        make_link("../nowhere", "from/dir/link");
        EXPECT(mkfifo("from/fifo", 0640) == 0);
        int s = socket(AF_UNIX, SOCK_STREAM, 0);
        struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "from/socket"};
        EXPECT(bind(s, (struct sockaddr *) &a, sizeof a) == 0);
        struct timespec times[2] = {{1000000000, 5}, {1100000000, 7}};
        EXPECT(utimensat(AT_FDCWD_, "from/dir/file", times, 0) == 0);
        EXPECT(utimensat(AT_FDCWD_, "from/dir", times, 0) == 0);
        EXPECT_NUMBER(0, copy("from", "to"));
        EXPECT_TEXT("bytes", contents("to/dir/file"));
        struct stat st;
        EXPECT(stat("to/dir/file", &st) == 0 && st.st_mode == (S_IFREG | 04751) && st.st_mtim.tv_sec == 1100000000
               && st.st_mtim.tv_nsec == 7);
        EXPECT(stat("to/dir", &st) == 0 && st.st_mode == (S_IFDIR | 0710) && st.st_mtim.tv_sec == 1100000000);
        char link[64] = "";
        EXPECT_NUMBER(10, readlink("to/dir/link", link, sizeof link - 1));
        EXPECT_TEXT("../nowhere", link);
        EXPECT(lstat("to/fifo", &st) == 0 && st.st_mode == (S_IFIFO | 0640));
        EXPECT(!exists("to/socket"));
}

static void follows_no_link(void)
{
        make_directory("from");
        make_directory("to");
        make_directory("outside");
        put("outside/secret", "secret");
        make_link("../outside", "from/out");
        make_link("../outside/secret", "from/secret");
        EXPECT_NUMBER(0, copy("from", "to"));
        struct stat st;
        EXPECT(lstat("to/out", &st) == 0 && S_ISLNK(st.st_mode));
        EXPECT(lstat("to/secret", &st) == 0 && S_ISLNK(st.st_mode));
        EXPECT_TEXT("secret", contents("outside/secret"));
}

/* What is there already is not written through: it may be a link. */
static void overwrites_nothing(void)
{
        make_directory("from");
        make_directory("to");
        put("outside", "canary");
        put("from/name", "new");
        make_link("../outside", "to/name");
        EXPECT_NUMBER(-17, copy("from", "to"));
        EXPECT_TEXT("canary", contents("outside"));
}

static void ends_at_a_depth(void)
{
        char path[1024] = "from";
        make_directory("to");
        make_directory(path);
        for (int i = 0; i < 70; i++) {
                strcat(path, "/d");
                make_directory(path);
        }
        EXPECT_NUMBER(-40, copy("from", "to"));
}

static void copies_many(void)
{
        char path[64];
        make_directory("from");
        make_directory("to");
        for (int i = 0; i < 500; i++) {
                snprintf(path, sizeof path, "from/a-rather-long-name-of-a-file-%d", i);
                put(path, path);
        }
        EXPECT_NUMBER(0, copy("from", "to"));
        for (int i = 0; i < 500; i++) {
                snprintf(path, sizeof path, "to/a-rather-long-name-of-a-file-%d", i);
                EXPECT(exists(path));
        }
}

static int64_t remove_tree(const char *name)
{
        struct step s = {.number = 1};
        struct op_args o = {.s = &s, .a = {open_directory("."), (int64_t) (uintptr_t) name}};
        return op_copy_tree(&o);
}

static void removes_everything_and_follows_no_link(void)
{
        char path[64];
        make_directory("tree");
        make_directory("outside");
        put("outside/canary", "canary");
        make_link("../outside", "tree/link");
        EXPECT(mkfifo("tree/fifo", 0600) == 0);
        for (int i = 0; i < 500; i++) {
                snprintf(path, sizeof path, "tree/a-rather-long-name-of-a-file-%d", i);
                put(path, "x");
                snprintf(path, sizeof path, "tree/a-rather-long-name-of-a-directory-%d", i);
                make_directory(path);
        }
        EXPECT_NUMBER(0, remove_tree("tree"));
        EXPECT(!exists("tree"));
        EXPECT_TEXT("canary", contents("outside/canary"));
        EXPECT_NUMBER(0, remove_tree("tree"));
        make_link("outside", "tree");
        EXPECT(remove_tree("tree") < 0);
        EXPECT_TEXT("canary", contents("outside/canary"));
}

/* Deeper than a path can say, and with names in the way of what is brought up. */
static void removes_what_is_deep(void)
{
        int at = open_directory(".");
        EXPECT(mkdirat(at, "tree", 0700) == 0);
        put("tree/.removed-1", "a file in the way");
        make_directory("tree/.removed-2");
        make_directory("tree/.removed-2/full");
        const char *name = "tree";
        for (int i = 0; i < 3000; i++) {
                int next = openat(at, name, O_RDONLY | O_DIRECTORY);
                EXPECT(next >= 0 && mkdirat(next, "d", 0700) == 0);
                close(at);
                at = next;
                name = "d";
        }
        close(at);
        EXPECT_NUMBER(0, remove_tree("tree"));
        EXPECT(!exists("tree"));
}

const struct test copy_tests[] = {
        {"owner, mode, times, links and FIFOs are kept, sockets left out", keeps_everything},
        {"no link is followed", follows_no_link},
        {"nothing that is there is written through", overwrites_nothing},
        {"a tree that is too deep is refused", ends_at_a_depth},
        {"a directory of more than one read", copies_many},
        {"a tree is removed, and what its links lead to is not", removes_everything_and_follows_no_link},
        {"a tree that is deeper than a path can be is removed", removes_what_is_deep},
        {NULL, NULL},
};
