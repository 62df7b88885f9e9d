/* The monitor's loop: one poll over the signals, the listening socket, the container's stdio, and the clients.
 *
 * Nothing in it blocks but the poll itself. One frame of each output is in hand at a time; while a client has not taken
 * it, that output is not read, the pipe fills, and the container's program waits: so memory is bounded and a slow client
 * loses nothing. A client that stops reading altogether stops the container's output, as it does with other engines.
 *
 * A terminal whose other end nobody has open answers EIO, and hangs up every poll. An init may open it again, so while
 * the init lives the master is left alone for a tenth of a second and then tried again.
 */
#include "monitor.h"
#include "sys.h"
#include "wait.h"

enum { QUIET_MS = 100, FIONREAD_ = 0x541b };
enum { AT_SIGNALS, AT_LISTENER, AT_INPUT, AT_STREAM, AT_CLIENT = AT_STREAM + 2, PLACES = AT_CLIENT + CLIENTS };

static int64_t now_ms(void)
{
        struct timespec_ t;
        sys2(SYS_clock_gettime, 1 /* CLOCK_MONOTONIC */, &t);
        return t.sec * 1000 + t.nsec / 1000000;
}

static int free_place(const struct monitor *m)
{
        for (unsigned n = 0; n < CLIENTS; n++)
                if (m->client[n].fd < 0)
                        return 1;
        return 0;
}

/* Those that were there before the first byte of output get all of it: until they have said what they want, nothing is
 * read. */
static int given_are_greeted(const struct monitor *m)
{
        for (unsigned n = 0; n < CLIENTS; n++)
                if (m->client[n].fd >= 0 && m->client[n].given && !m->client[n].greeted)
                        return 0;
        return 1;
}

static int may_be_read(const struct monitor *m, const struct stream *s)
{
        return s->fd >= 0 && !s->owed && s->left != 0 && given_are_greeted(m);
}

static void stream_ends(struct monitor *m, unsigned i)
{
        struct stream *s = &m->stream[i];
        logfile_end(&m->log, (int) i);
        if (s->fd == m->master)
                s->fd = -1; /* the master stays: it can still be resized */
        close_fd(&s->fd);
}

static void stream_read(struct monitor *m, unsigned i)
{
        struct stream *s = &m->stream[i];
        size_t most = s->left >= 0 && s->left < ATTACH_CHUNK ? (size_t) s->left : ATTACH_CHUNK;
        long r = sys3(SYS_read, s->fd, s->frame.bytes, most);
        if (r == -E_AGAIN || r == -E_INTR)
                return;
        if (r == -E_IO && s->fd == m->master && !m->ended) {
                s->quiet_until = now_ms() + QUIET_MS;
                return;
        }
        if (r <= 0) {
                stream_ends(m, i);
                return;
        }
        s->len = (size_t) r;
        s->frame.head = (struct attach_head){ATTACH_VERSION, (uint16_t) (FRAME_STDOUT + i), (uint32_t) r};
        if (s->left > 0)
                s->left -= r;
        logfile_add(&m->log, (int) i, s->frame.bytes, s->len);
        attach_deliver(m, i);
        if (s->left == 0)
                stream_ends(m, i); /* what it has read is in its frame until all have it */
}

void monitor_accept(struct monitor *m)
{
        while (m->listener >= 0 && free_place(m)) {
                long fd = sys4(SYS_accept4, m->listener, 0, 0, SOCK_CLOEXEC_);
                if (fd == -E_INTR)
                        continue;
                if (fd < 0)
                        return;
                client_add(m, (int) fd, 0);
        }
}

static int place(struct monitor *m, struct pollfd_ *p, int timeout)
{
        int64_t now = now_ms();
        p[AT_SIGNALS] = (struct pollfd_){m->signals, POLLIN_, 0};
        p[AT_LISTENER] = (struct pollfd_){free_place(m) ? m->listener : -1, POLLIN_, 0};
        p[AT_INPUT] = (struct pollfd_){m->pending_len ? m->input : -1, POLLOUT_, 0};
        for (unsigned i = 0; i < 2; i++) {
                struct stream *s = &m->stream[i];
                int quiet = s->quiet_until > now && !m->ended;
                p[AT_STREAM + i] = (struct pollfd_){may_be_read(m, s) && !quiet ? s->fd : -1, POLLIN_, 0};
                if (quiet && (timeout < 0 || timeout > s->quiet_until - now))
                        timeout = (int) (s->quiet_until - now);
        }
        for (unsigned n = 0; n < CLIENTS; n++) {
                int events = (client_may_be_read(m, n) ? POLLIN_ : 0) | (client_is_owed(m, n) ? POLLOUT_ : 0);
                p[AT_CLIENT + n] = (struct pollfd_){events ? m->client[n].fd : -1, (short) events, 0};
        }
        return timeout;
}

static void turn(struct monitor *m, int timeout)
{
        struct pollfd_ p[PLACES];
        timeout = place(m, p, timeout);
        if (sys_poll(p, PLACES, timeout) <= 0)
                return;
        if (p[AT_SIGNALS].revents) {
                while (next_signal(m->signals) > 0)
                        ;
                if (reap(m->pid, &m->status))
                        m->ended = 1;
        }
        if (p[AT_LISTENER].revents)
                monitor_accept(m);
        if (p[AT_INPUT].revents)
                feed_input(m);
        /* Before the outputs: who has greeted gets what is read from here on. */
        for (unsigned n = 0; n < CLIENTS; n++) {
                short seen = p[AT_CLIENT + n].revents;
                if ((seen & POLLOUT_) && client_is_owed(m, n))
                        client_push(m, n);
                if ((seen & ~POLLOUT_) && client_may_be_read(m, n))
                        client_read(m, n);
                else if ((seen & (POLLHUP_ | POLLERR_)) && client_is_owed(m, n))
                        client_push(m, n); /* EPIPE: it is owed nothing more */
        }
        for (unsigned i = 0; i < 2; i++)
                if (p[AT_STREAM + i].revents && may_be_read(m, &m->stream[i]))
                        stream_read(m, i);
}

void monitor_run(struct monitor *m)
{
        while (!m->ended)
                turn(m, -1);
        close_fd(&m->input); /* who still sends is not kept waiting */
        m->pending_len = 0;
}

static int outputs_are_open(const struct monitor *m)
{
        return m->stream[0].fd >= 0 || m->stream[1].fd >= 0;
}

void monitor_drain(struct monitor *m, int ms)
{
        int64_t end = now_ms() + ms;
        while (outputs_are_open(m)) {
                int64_t left = end - now_ms();
                if (left <= 0)
                        return;
                turn(m, (int) left);
        }
}

static int somebody_is_owed(const struct monitor *m)
{
        for (unsigned n = 0; n < CLIENTS; n++)
                if (client_is_owed(m, n))
                        return 1;
        return 0;
}

void monitor_serve(struct monitor *m)
{
        for (unsigned i = 0; i < 2; i++) {
                int waiting = 0;
                struct stream *s = &m->stream[i];
                if (s->fd < 0)
                        continue;
                sys3(SYS_ioctl, s->fd, FIONREAD_, &waiting);
                s->left = waiting;
                if (waiting <= 0)
                        stream_ends(m, i);
        }
        do {
                turn(m, outputs_are_open(m) || somebody_is_owed(m) ? -1 : 0);
                if (!outputs_are_open(m))
                        attach_end(m);
        } while (outputs_are_open(m) || somebody_is_owed(m));
}
