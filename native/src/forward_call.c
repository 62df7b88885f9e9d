/* What the command's JVM is told of its caller, once, in one frame: everything that a program can ask of its own
 * process, and the five descriptors by which the JVM acts in the caller's place. */
#include "forward.h"

#include "frame.h"
#include "walk.h"

enum { PATH_CAP = 4096, LABEL = 8, BODY_CAP = 8 << 20 };
enum { FORWARD_NAMESPACES = 22 }; /* beside enum buffer_tag's */

int64_t forward_send(int socket, unsigned kind, const void *body, size_t len, uint32_t count, const int *fds, size_t nfds)
{
        struct { struct cmsghdr_ head; int fd[8]; } control = {{sizeof control.head + nfds * sizeof *fds, SOL_SOCKET_, SCM_RIGHTS_}, {0}};
        struct forward_header head = {FORWARD_MAGIC, FORWARD_VERSION, (uint16_t) kind, (uint32_t) len, count};
        struct iovec_ iov[2] = {{&head, sizeof head}, {body, len}};
        struct msghdr_ h = {.iov = iov, .iovlen = 2};
        if (nfds) {
                memcpy(control.fd, fds, nfds * sizeof *fds);
                h.control = &control;
                h.controllen = (sizeof control.head + nfds * sizeof *fds + 7) & ~7ul;
        }
        while (iov[0].len + iov[1].len > 0) {
                long n = sys3(SYS_sendmsg, socket, &h, MSG_NOSIGNAL_);
                if (n == -E_INTR)
                        continue;
                if (n < 0)
                        return n;
                h.control = 0;
                h.controllen = 0;
                for (int i = 0; i < 2; i++) {
                        size_t taken = (size_t) n < iov[i].len ? (size_t) n : iov[i].len;
                        iov[i].base = (const char *) iov[i].base + taken;
                        iov[i].len -= taken;
                        n -= (long) taken;
                }
        }
        return 0;
}

struct body { char *at; size_t len, cap; uint32_t count; };

static void add(struct body *b, uint32_t tag, const void *bytes, size_t len)
{
        const uint32_t label[2] = {tag, (uint32_t) len};
        size_t padded = (len + 3) & ~(size_t) 3;
        if (b->cap - b->len < LABEL + padded)
                return; /* cannot be: the region was measured */
        memcpy(b->at + b->len, label, LABEL);
        memcpy(b->at + b->len + LABEL, bytes, len);
        b->len += LABEL + padded;
        b->count++;
}

static size_t length_of(char **words)
{
        size_t len = 0;
        for (; *words; words++)
                len += strlen(*words) + 1;
        return len;
}

/* The kernel lays the words out in a row, but nothing says so; they are copied one by one. */
static void add_words(struct body *b, uint32_t tag, char **words, size_t len)
{
        char *label = b->at + b->len, *to = label + LABEL;
        for (; *words; words++) {
                size_t n = strlen(*words) + 1;
                memcpy(to, *words, n);
                to += n;
        }
        const uint32_t head[2] = {tag, (uint32_t) len};
        memcpy(label, head, LABEL);
        b->len += LABEL + ((len + 3) & ~(size_t) 3);
        b->count++;
}

static void add_caller(struct body *b)
{
        uint32_t caller[8] = {(uint32_t) sys0(SYS_geteuid), (uint32_t) sys0(SYS_getgid), (uint32_t) sys1(SYS_umask, 077)};
        struct termios_ termios;
        struct winsize_ size = {0, 0, 0, 0};
        sys1(SYS_umask, caller[2]);
        for (unsigned fd = 0; fd < 3; fd++)
                if (sys3(SYS_ioctl, fd, TCGETS_, &termios) == 0)
                        caller[3] |= 1u << fd;
        caller[4] = (uint32_t) sys0(SYS_getpid);
        if (forward_size(&size)) {
                caller[5] = size.row;
                caller[6] = size.col;
        }
        add(b, TAG_CALLER, caller, sizeof caller);
}

/* glibc's makedev(3). */
static uint64_t device(uint32_t major, uint32_t minor)
{
        return ((uint64_t) (major & 0xfffff000u) << 32) | ((uint64_t) (major & 0xfffu) << 8) | ((uint64_t) (minor & 0xffffff00u) << 12) | (minor & 0xffu);
}

/* Which namespaces the caller is in (namespaces(7): device and inode are their identity). A resident in others would
 * mean other files, users, networks by the same words. */
static void add_namespaces(struct body *b)
{
        static const char *const names[] = {"mnt", "user", "net", "pid", "ipc", "uts", "cgroup"};
        uint64_t ids[2 * sizeof names / sizeof *names] = {0};
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                char path[32];
                struct statx_ st;
                struct text t = text_over(path, sizeof path);
                text_add(&t, "/proc/self/ns/");
                text_add(&t, names[i]);
                if (sys5(SYS_statx, AT_FDCWD_, path, 0, 0x7ff, &st) == 0) {
                        ids[2 * i] = device(st.dev_major, st.dev_minor);
                        ids[2 * i + 1] = st.ino;
                }
        }
        add(b, FORWARD_NAMESPACES, ids, sizeof ids);
}

int64_t forward_call(int socket, int argc, char **argv, char **envp)
{
        char cwd[PATH_CAP];
        char **words = argc > 0 ? argv + 1 : argv;
        size_t argv_len = length_of(words), env_len = length_of(envp);
        struct body b = {.cap = argv_len + env_len + PATH_CAP + 1024};
        b.at = b.cap > BODY_CAP ? NULL : arena(b.cap);
        if (!b.at)
                return -E_2BIG;
        add_words(&b, TAG_ARGV, words, argv_len);
        add_words(&b, TAG_ENVIRONMENT, envp, env_len);
        add_caller(&b);
        add_namespaces(&b);
        long n = sys2(SYS_getcwd, cwd, sizeof cwd); /* its length with the NUL */
        if (n > 1)
                add(&b, TAG_CWD, cwd, (size_t) n - 1);
        OWNED_FD here = (int) sys4(SYS_openat, AT_FDCWD_, ".", O_PATH_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        OWNED_FD root = (int) sys4(SYS_openat, AT_FDCWD_, "/", O_PATH_ | O_DIRECTORY_ | O_CLOEXEC_, 0);
        if (here < 0 || root < 0)
                return here < 0 ? here : root;
        const int fds[5] = {0, 1, 2, here, root};
        return forward_send(socket, FORWARD_CALL, b.at, b.len, b.count, fds, 5);
}
