/* HTTP/1.0 (RFC 1945), because its answers end with the connection: no lengths and no chunks to understand. And of JSON
 * (RFC 8259) just what finds one member of each object of a list while it passes by, so that no answer is too long. */
#include "api.h"
#include "../src/sys.h"
#include "../src/text.h"

static const char *socket_path = "/var/run/docker.sock";

void api_at(char **envp)
{
        for (; *envp; envp++) {
                const char *path = text_after(*envp, "DOCKER_HOST=unix://");
                if (path && *path)
                        socket_path = path;
        }
}

struct scanner {
        int wanted, depth, in_string, escaped, is_value, is_wanted;
        const char *key;
        char word[API_NAME];
        size_t len;
        struct api_names *names;
};

/* A text has ended at the wanted depth: a member's name, or its value. */
static void end_word(struct scanner *s)
{
        s->word[s->len < sizeof s->word ? s->len : 0] = 0; /* too long to be a name of anything: as if it were not there */
        if (!s->is_value) {
                s->is_wanted = text_equal(s->word, s->key);
        } else if (s->is_wanted && s->word[0] && s->names->count < API_NAMES) {
                char *to = s->names->name[s->names->count++];
                memcpy(to, s->word, strlen(s->word) + 1);
        }
}

static void in_string(struct scanner *s, char c)
{
        if (s->escaped) {
                s->escaped = 0; /* no id or name has one; what it stood for is not needed */
        } else if (c == '\\') {
                s->escaped = 1;
        } else if (c == '"') {
                s->in_string = 0;
                if (s->depth == s->wanted)
                        end_word(s);
        } else if (s->depth == s->wanted && s->len < sizeof s->word) {
                s->word[s->len++] = c;
        }
}

static void scan(struct scanner *s, const char *bytes, size_t n)
{
        for (size_t i = 0; i < n; i++) {
                char c = bytes[i];
                if (s->in_string) {
                        in_string(s, c);
                        continue;
                }
                if (c == '"') {
                        s->in_string = 1;
                        s->len = 0;
                } else if (c == '{' || c == '[') {
                        s->depth++;
                        s->is_value = 0;
                } else if (c == '}' || c == ']') {
                        s->depth--;
                } else if (s->depth == s->wanted && (c == ':' || c == ',')) {
                        s->is_value = c == ':';
                }
        }
}

static long connect_to_engine(void)
{
        struct sockaddr_un_ at = {.family = AF_UNIX_};
        size_t n = strlen(socket_path);
        if (n >= sizeof at.path)
                return -E_NAMETOOLONG;
        memcpy(at.path, socket_path, n);
        long fd = sys3(SYS_socket, AF_UNIX_, SOCK_STREAM_ | SOCK_CLOEXEC_, 0);
        if (fd < 0)
                return fd;
        long r = sys3(SYS_connect, fd, &at, sizeof at);
        if (r < 0) {
                sys1(SYS_close, fd);
                return r;
        }
        return fd;
}

static long send_all(int fd, const char *bytes, size_t n)
{
        while (n > 0) {
                long r = sys3(SYS_write, fd, bytes, n);
                if (r < 0)
                        return r;
                bytes += r;
                n -= (size_t) r;
        }
        return 0;
}

/* "HTTP/1.x NNN ..." */
static long status_of(const char *head, size_t n)
{
        if (n < 12 || memcmp(head, "HTTP/1.", 7))
                return -E_PROTO;
        long status = 0;
        for (size_t i = 9; i < 12; i++) {
                if (head[i] < '0' || head[i] > '9')
                        return -E_PROTO;
                status = status * 10 + head[i] - '0';
        }
        return status;
}

/* Where the head ends: behind its empty line; 0 when that has not come yet. */
static size_t end_of_head(const char *at, size_t n)
{
        for (size_t i = 3; i < n; i++)
                if (at[i] == '\n' && at[i - 1] == '\r' && at[i - 2] == '\n' && at[i - 3] == '\r')
                        return i + 1;
        return 0;
}

static long ask(const char *method, const char *target, struct scanner *scanner)
{
        static char room[16 << 10];
        OWNED_FD fd = (int) connect_to_engine();
        if (fd < 0) {
                long why = fd;
                fd = -1;
                return why;
        }
        struct text t = text_over(room, sizeof room);
        text_add(&t, method);
        text_add_char(&t, ' ');
        text_add(&t, target);
        text_add(&t, " HTTP/1.0\r\nHost: docker\r\n\r\n");
        if (t.cut)
                return -E_2BIG;
        long r = send_all(fd, room, t.len);
        if (r < 0)
                return r;
        size_t have = 0, body;
        while ((body = end_of_head(room, have)) == 0) {
                if (have == sizeof room)
                        return -E_PROTO;
                r = sys3(SYS_read, fd, room + have, sizeof room - have);
                if (r <= 0)
                        return r < 0 ? r : -E_PROTO;
                have += (size_t) r;
        }
        long status = status_of(room, have);
        if (scanner && status == 200)
                scan(scanner, room + body, have - body);
        while ((r = sys3(SYS_read, fd, room, sizeof room)) > 0)
                if (scanner && status == 200)
                        scan(scanner, room, (size_t) r);
        return r < 0 ? r : status;
}

long api_list(const char *target, int depth, const char *key, struct api_names *names)
{
        struct scanner scanner = {.wanted = depth, .key = key, .names = names};
        names->count = 0;
        return ask("GET", target, &scanner);
}

long api_delete(const char *target)
{
        return ask("DELETE", target, 0);
}
