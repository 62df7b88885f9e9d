/* The clients of a container: who they are, what they say, what they are sent.
 *
 * No descriptor is set to non-blocking here: a given one's open file belongs to its giver too. Each call says so itself.
 * A client that says what no client says is let go, and nobody else notices.
 */
#include "monitor.h"
#include "sys.h"
#include "wait.h"

struct winsize_ { uint16_t row, col, x, y; };
enum { TIOCSWINSZ_ = 0x5414 };

void client_add(struct monitor *m, int fd, int given)
{
        for (unsigned n = 0; n < CLIENTS; n++)
                if (m->client[n].fd < 0) {
                        m->client[n] = (struct client){.fd = fd, .given = given};
                        return;
                }
        sys1(SYS_close, fd); /* not reached: nobody is accepted without a place */
}

/* A client's stdin has ended, and with it the container's, behind what is pending. A terminal has no such end. */
static void end_input(struct monitor *m, unsigned n)
{
        if (m->settings.terminal || !(m->client[n].wants & HAS_STDIN))
                return;
        m->input_ends = 1;
        feed_input(m);
}

void client_gone(struct monitor *m, unsigned n)
{
        struct client *c = &m->client[n];
        close_fd(&c->fd);
        for (unsigned i = 0; i < 2; i++)
                m->stream[i].owed &= ~(1u << n);
        if (m->settings.input_once)
                end_input(m, n);
}

int client_may_be_read(const struct monitor *m, unsigned n)
{
        const struct client *c = &m->client[n];
        return c->fd >= 0 && c->reply_len == 0 && !(m->pending_len && (c->wants & HAS_STDIN));
}

int client_is_owed(const struct monitor *m, unsigned n)
{
        const struct client *c = &m->client[n];
        return c->fd >= 0 && (c->reply_len || ((m->stream[0].owed | m->stream[1].owed) >> n & 1));
}

/* It takes nothing any more. What it has said before is still read, up to its end. */
static void client_is_deaf(struct monitor *m, unsigned n)
{
        m->client[n].reply_len = 0;
        m->client[n].wants &= HAS_STDIN;
        m->stream[0].owed &= ~(1u << n);
        m->stream[1].owed &= ~(1u << n);
}

/* 1: it has it; 0: it cannot take it now, or never. */
static int send_message(struct monitor *m, unsigned n, const void *bytes, size_t len)
{
        struct iovec_ iov = {bytes, len};
        struct msghdr_ h = {.iov = &iov, .iovlen = 1};
        unsigned tries = 0;
        long r;
        do
                r = sys3(SYS_sendmsg, m->client[n].fd, &h, MSG_NOSIGNAL_ | MSG_DONTWAIT_);
        while (r == -E_INTR || (lacks_for_now(r) && wait_out(&tries)));
        if (r < 0 && r != -E_AGAIN)
                client_is_deaf(m, n);
        return r >= 0;
}

void client_push(struct monitor *m, unsigned n)
{
        struct client *c = &m->client[n];
        if (c->reply_len) {
                if (!send_message(m, n, c->reply, c->reply_len))
                        return;
                c->reply_len = 0;
        }
        for (unsigned i = 0; i < 2; i++)
                if (m->stream[i].owed >> n & 1) {
                        if (!send_message(m, n, &m->stream[i].frame, sizeof(struct attach_head) + m->stream[i].len))
                                return;
                        m->stream[i].owed &= ~(1u << n);
                }
}

static void reply(struct monitor *m, unsigned n, int kind, const void *bytes, size_t len)
{
        struct client *c = &m->client[n];
        struct attach_head head = {ATTACH_VERSION, (uint16_t) kind, (uint32_t) len};
        memcpy(c->reply, &head, sizeof head);
        memcpy(c->reply + sizeof head, bytes, len);
        c->reply_len = sizeof head + len;
        client_push(m, n);
}

void attach_deliver(struct monitor *m, unsigned i)
{
        for (unsigned n = 0; n < CLIENTS; n++)
                if (m->client[n].fd >= 0 && (m->client[n].wants >> i & 1))
                        m->stream[i].owed |= 1u << n;
        for (unsigned n = 0; n < CLIENTS; n++)
                if (m->stream[i].owed >> n & 1)
                        client_push(m, n);
}

static void welcome(struct monitor *m, unsigned n, uint32_t wants)
{
        struct { uint32_t pid, flags; int64_t start; } body = {(uint32_t) m->pid, (uint32_t) m->settings.terminal, m->start};
        m->client[n].greeted = 1;
        m->client[n].wants = wants;
        reply(m, n, FRAME_WELCOME, &body, sizeof body);
}

static void done(struct monitor *m, unsigned n, long result)
{
        uint32_t error = result < 0 ? (uint32_t) -result : 0;
        reply(m, n, FRAME_DONE, &error, sizeof error);
}

static void resize(struct monitor *m, unsigned n, const char *body)
{
        struct winsize_ size = {0, 0, 0, 0};
        memcpy(&size.row, body, 2);
        memcpy(&size.col, body + 2, 2);
        done(m, n, m->master < 0 ? -E_NOTTY : sys3(SYS_ioctl, m->master, TIOCSWINSZ_, &size));
}

void feed_input(struct monitor *m)
{
        while (m->input >= 0 && m->pending_len) {
                long r = sys3(SYS_write, m->input, m->pending + m->pending_at, m->pending_len);
                if (r == -E_INTR)
                        continue;
                if (r == -E_AGAIN || lacks_for_now(r))
                        return;
                if (r <= 0) { /* EPIPE: nobody reads it any more. A terminal without another end (EIO) may get one. */
                        m->pending_len = 0;
                        if (!m->settings.terminal)
                                close_fd(&m->input);
                        break;
                }
                m->pending_at += (size_t) r;
                m->pending_len -= (size_t) r;
        }
        if (m->input < 0)
                m->pending_len = 0;
        if (m->input_ends)
                close_fd(&m->input);
}

/* One frame with its head taken off. 0 when it is none that a client sends. */
static int take(struct monitor *m, unsigned n, const struct attach_head *head, const char *body)
{
        struct client *c = &m->client[n];
        uint32_t wants;
        if (!c->greeted && head->kind != FRAME_HELLO)
                return head->version > ATTACH_VERSION;
        switch (head->kind) {
        case FRAME_HELLO:
                if (c->greeted || head->length < sizeof wants)
                        return 0;
                memcpy(&wants, body, sizeof wants);
                welcome(m, n, wants);
                return 1;
        case FRAME_STDIN:
                if (!(c->wants & HAS_STDIN))
                        return 0;
                if (m->input < 0 || m->input_ends)
                        return 1; /* there is nobody to read it: dropped, as by a container that has closed it */
                memcpy(m->pending, body, head->length);
                m->pending_at = 0;
                m->pending_len = head->length;
                feed_input(m);
                return 1;
        case FRAME_STDIN_END:
                end_input(m, n);
                return 1;
        case FRAME_RESIZE:
                if (head->length < 4)
                        return 0;
                resize(m, n, body);
                return 1;
        case FRAME_REOPEN_LOG:
                done(m, n, logfile_reopen(&m->log));
                return 1;
        }
        return head->version > ATTACH_VERSION;
}

void client_read(struct monitor *m, unsigned n)
{
        static struct { struct attach_head head; char body[ATTACH_MOST]; } frame;
        struct iovec_ iov = {&frame, sizeof frame};
        struct msghdr_ h = {.iov = &iov, .iovlen = 1}; /* no room for descriptors: whoever sends some has sent them away */
        long r = sys3(SYS_recvmsg, m->client[n].fd, &h, MSG_DONTWAIT_ | MSG_CMSG_CLOEXEC_);
        if (r == -E_AGAIN || r == -E_INTR || lacks_for_now(r))
                return;
        if (r == -E_CONNRESET)
                return; /* it has gone without reading everything; what it has said before is still there */
        if (r < (long) sizeof frame.head || (h.flags & 0x20 /* MSG_TRUNC */) || frame.head.version == 0
            || frame.head.length != (size_t) r - sizeof frame.head || !take(m, n, &frame.head, frame.body))
                client_gone(m, n);
}

void attach_end(struct monitor *m)
{
        struct { int32_t status; uint32_t zero; } body = {m->status, 0};
        for (unsigned n = 0; n < CLIENTS; n++) {
                struct client *c = &m->client[n];
                if (c->fd < 0 || c->told_end || client_is_owed(m, n))
                        continue;
                if (!c->greeted || !(c->wants & WANTS_END)) {
                        client_gone(m, n);
                        continue;
                }
                c->told_end = 1;
                reply(m, n, FRAME_EXIT, &body, sizeof body);
        }
}
