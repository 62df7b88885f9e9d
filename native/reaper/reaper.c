/* The reaper of Testcontainers: removes what a test run has left when the run is no more.
 *
 * It speaks the protocol of Testcontainers' own (moby-ryuk). It listens on port 8080 (RYUK_PORT). Who connects sends lines
 * like label=a%3Db&label=c, and gets ACK for each. For as long as one connection is open, nothing happens. When there is none
 * for ten seconds (RYUK_RECONNECTION_TIMEOUT), or none has come within a minute (RYUK_CONNECTION_TIMEOUT), it removes the
 * containers, networks, volumes and images that match one of the lines, and ends. SIGTERM does not wait for connections
 * that might come, only for those that are open.
 *
 * It is the first process of a container that has the engine's socket: whoever reaches its port could have any container
 * removed, so it takes no more than it must, and what it does not understand removes nothing.
 */
#include "../src/sys.h"
#include "../src/text.h"
#include "api.h"
#include "filter.h"


enum { CLIENTS = 64, LINE = 4096, FILTERS = 64, QUERY = 12 << 10, ROUNDS = 10 };
enum { AF_INET_ = 2, AF_INET6_ = 10, SO_REUSEADDR_ = 2, E_AFNOSUPPORT = 97, SIG_BLOCK_ = 0, IPPROTO_IPV6_ = 41, IPV6_V6ONLY_ = 26 };

int estiba_main(int argc, char **argv, char **envp);

struct client {
        int fd;
        size_t len;
        char line[LINE];
};

static struct client clients[CLIENTS];
static int client_count;
static char filters[FILTERS][QUERY];
static int filter_count;
static const char *own_id = "";

static void say(const char *what, const char *on)
{
        char line[1024];
        struct text t = text_over(line, sizeof line - 1);
        text_add(&t, what);
        text_add_short(&t, on, 1);
        text_add_char(&t, '\n');
        sys3(SYS_write, 1, line, t.len);
}

static int64_t now_ms(void)
{
        struct timespec_ t;
        sys2(SYS_clock_gettime, 1, &t);
        return t.sec * 1000 + t.nsec / 1000000;
}

static void pause_ms(int64_t ms)
{
        struct timespec_ t = {ms / 1000, ms % 1000 * 1000000};
        sys2(SYS_nanosleep, &t, 0);
}

/* A duration as Go writes it: 1m30s, 500ms. Answers milliseconds; what is none leaves what is usual. */
static int64_t duration(const char *s, int64_t usual)
{
        int64_t total = 0;
        if (!*s)
                return usual;
        while (*s) {
                int64_t n = 0;
                int digits = 0;
                for (; *s >= '0' && *s <= '9'; s++, digits++)
                        n = n * 10 + *s - '0';
                if (digits == 0 || digits > 9)
                        return usual;
                if (s[0] == 'm' && s[1] == 's')
                        s += 2;
                else if (*s == 's')
                        n *= 1000, s++;
                else if (*s == 'm')
                        n *= 60 * 1000, s++;
                else if (*s == 'h')
                        n *= 3600 * 1000, s++;
                else
                        return usual;
                total += n;
        }
        return total;
}

static const char *setting(char **envp, const char *name)
{
        for (; *envp; envp++) {
                const char *value = text_after(*envp, name);
                if (value && *value == '=')
                        return value + 1;
        }
        return "";
}

/* For both families where there are both. */
static long listen_on(uint16_t port)
{
        struct { uint16_t family, port; uint32_t flow; uint8_t address[16]; uint32_t scope; } six = {.family = AF_INET6_};
        struct { uint16_t family, port; uint32_t address; uint64_t zero; } four = {.family = AF_INET_};
        six.port = four.port = (uint16_t) (port >> 8 | port << 8);
        int yes = 1, no = 0;
        long fd = sys3(SYS_socket, AF_INET6_, SOCK_STREAM_ | SOCK_CLOEXEC_ | SOCK_NONBLOCK_, 0), r = fd;
        if (fd >= 0) {
                sys5(SYS_setsockopt, fd, IPPROTO_IPV6_, IPV6_V6ONLY_, &no, sizeof no);
                sys5(SYS_setsockopt, fd, SOL_SOCKET_, SO_REUSEADDR_, &yes, sizeof yes);
                r = sys3(SYS_bind, fd, &six, sizeof six);
                if (r < 0)
                        sys1(SYS_close, fd);
        }
        if (r < 0) {
                fd = sys3(SYS_socket, AF_INET_, SOCK_STREAM_ | SOCK_CLOEXEC_ | SOCK_NONBLOCK_, 0);
                if (fd < 0)
                        return fd;
                sys5(SYS_setsockopt, fd, SOL_SOCKET_, SO_REUSEADDR_, &yes, sizeof yes);
                r = sys3(SYS_bind, fd, &four, sizeof four);
                if (r < 0)
                        return r;
        }
        r = sys2(SYS_listen, fd, CLIENTS);
        return r < 0 ? r : fd;
}

/* Answers whether the client may hear that it was understood. */
static int take_line(const char *line, size_t n)
{
        if (n > 0 && line[n - 1] == '\r')
                n--;
        if (n == 0)
                return 0;
        if (filter_count == FILTERS) {
                say("this is one wish too many, it is not taken: ", line);
                return 0;
        }
        struct text query = text_over(filters[filter_count], QUERY);
        if (!filter_of(line, n, &query)) {
                say("this is no filter, nothing will be removed by it: ", line);
                return 1; /* as the original does: who waits for ACK goes on */
        }
        for (int i = 0; i < filter_count; i++)
                if (text_equal(filters[i], filters[filter_count]))
                        return 1;
        filter_count++;
        say("will remove what matches ", line);
        return 1;
}

static void drop(int i)
{
        sys1(SYS_close, clients[i].fd);
        if (i != --client_count)
                clients[i] = clients[client_count];
}

/* Answers 0 when the connection is over. */
static int hear(struct client *c)
{
        long r = sys3(SYS_read, c->fd, c->line + c->len, LINE - 1 - c->len);
        if (r == -E_AGAIN || r == -E_INTR)
                return 1;
        if (r <= 0) {
                /* What stands before an orderly end is a line; of a broken connection it may be half of one, and half of a
                 * filter matches more than the whole. */
                c->line[c->len] = 0;
                if (r == 0)
                        take_line(c->line, c->len);
                return 0;
        }
        c->len += (size_t) r;
        for (size_t from = 0, i = 0;; i++) {
                if (i == c->len) {
                        memmove(c->line, c->line + from, c->len - from);
                        c->len -= from;
                        return c->len < LINE - 1; /* a line without an end is none */
                }
                if (c->line[i] != '\n')
                        continue;
                c->line[i] = 0;
                if (take_line(c->line + from, i - from))
                        sys3(SYS_write, c->fd, "ACK\n", 4);
                from = i + 1;
        }
}

static void greet(int listener)
{
        long fd = sys4(SYS_accept4, listener, 0, 0, SOCK_CLOEXEC_ | SOCK_NONBLOCK_);
        if (fd < 0)
                return;
        if (client_count == CLIENTS) {
                sys1(SYS_close, fd);
                return;
        }
        clients[client_count++] = (struct client) {.fd = (int) fd};
}

/* Until there is nobody to wait for. */
static void serve(int listener, int signals, int64_t first, int64_t again)
{
        int64_t until = now_ms() + first;
        int ending = 0;
        while (client_count > 0 || (!ending && now_ms() < until)) {
                struct pollfd_ polled[CLIENTS + 2];
                polled[0] = (struct pollfd_) {.fd = ending ? -1 : listener, .events = POLLIN_};
                polled[1] = (struct pollfd_) {.fd = ending ? -1 : signals, .events = POLLIN_};
                for (int i = 0; i < client_count; i++)
                        polled[i + 2] = (struct pollfd_) {.fd = clients[i].fd, .events = POLLIN_};
                int64_t left = until - now_ms();
                int had = client_count;
                if (sys_poll(polled, (unsigned) had + 2, had > 0 ? -1 : left > 0 ? (int) left : 0) < 0)
                        continue;
                for (int i = had - 1; i >= 0; i--)
                        if (polled[i + 2].revents && !hear(&clients[i]))
                                drop(i);
                if (polled[1].revents)
                        ending = 1;
                if (polled[0].revents)
                        greet(listener);
                if (had > 0 && client_count == 0)
                        until = now_ms() + again;
        }
}

/* A kind of thing: its list, where in the list its names are, and what removes one. */
struct kind {
        const char *word, *list, *key, *remove, *how;
        int depth;
};
static const struct kind kinds[] = {
        {"containers", "/containers/json?all=1&filters=", "Id", "/containers/", "?force=1&v=1", 2},
        {"networks", "/networks?filters=", "Id", "/networks/", "", 2},
        {"volumes", "/volumes?filters=", "Name", "/volumes/", "?force=1", 3},
        {"images", "/images/json?filters=", "Id", "/images/", "?force=1", 2},
};

static int is_own(const char *id)
{
        return strlen(own_id) >= 12 && text_after(id, own_id);
}

/* Answers how many are left that should not be. */
static int remove_once(const struct kind *kind, const char *filter, int64_t *removed)
{
        static struct api_names names;
        static char target[QUERY + 256];
        struct text t = text_over(target, sizeof target);
        text_add(&t, kind->list);
        text_add(&t, filter);
        long status = api_list(target, kind->depth, kind->key, &names);
        if (status != 200)
                return 1;
        int left = names.count == API_NAMES;
        for (size_t i = 0; i < names.count; i++) {
                const char *name = names.name[i];
                if (is_own(name))
                        continue;
                t = text_over(target, sizeof target);
                text_add(&t, kind->remove);
                add_encoded(&t, name, strlen(name));
                text_add(&t, kind->how);
                status = api_delete(target);
                if (status >= 200 && status < 300)
                        ++*removed;
                else if (status != 404)
                        left++;
        }
        return left;
}

/* Answers whether nothing is left. Networks go after their containers; what is still busy is asked for again. */
static int remove_all(const struct kind *kind)
{
        int64_t removed = 0;
        int left = 0;
        for (int round = 0; round < ROUNDS; round++) {
                left = 0;
                for (int i = 0; i < filter_count; i++)
                        left += remove_once(kind, filters[i], &removed);
                if (left == 0)
                        break;
                pause_ms(100 << (round < 5 ? round : 5));
        }
        char line[128];
        struct text t = text_over(line, sizeof line);
        text_add_number(&t, removed);
        text_add_char(&t, ' ');
        text_add(&t, kind->word);
        say(left ? "not all could be removed, only " : "removed ", line);
        return left == 0;
}

int estiba_main(int argc, char **argv, char **envp)
{
        (void) argc;
        (void) argv;
        uint64_t ends = 1ull << (SIGTERM_ - 1) | 1ull << (SIGINT_ - 1) | 1ull << (SIGPIPE_ - 1);
        sys4(SYS_rt_sigprocmask, SIG_BLOCK_, &ends, 0, 8);
        int64_t port = 8080;
        const char *asked = setting(envp, "RYUK_PORT");
        if (*asked && !text_number(asked, 65535, &port)) {
                say("RYUK_PORT is no port: ", asked);
                return 1;
        }
        own_id = setting(envp, "HOSTNAME");
        api_at(envp);
        uint64_t heard = ends & ~(1ull << (SIGPIPE_ - 1));
        int signals = (int) sys4(SYS_signalfd4, -1, &heard, 8, O_CLOEXEC_ | O_NONBLOCK_);
        long listener = listen_on((uint16_t) port);
        if (listener < 0) {
                say("cannot listen on the port of the reaper", "");
                return 1;
        }
        say("Started!", "");
        serve((int) listener, signals, duration(setting(envp, "RYUK_CONNECTION_TIMEOUT"), 60000),
              duration(setting(envp, "RYUK_RECONNECTION_TIMEOUT"), 10000));
        sys1(SYS_close, listener);
        int all = 1;
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
                all &= remove_all(&kinds[i]);
        return all ? 0 : 1;
}
