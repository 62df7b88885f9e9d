#include "frame.h"

#include "sys.h"

/* For the rest of a plan: a planner that has made the first part is alive and warm. */
enum { REST_PATIENCE_MS = 10000 };

struct frame_header { uint32_t magic; uint16_t version, kind; uint32_t length, count; };

void frame_add(struct frame *f, uint32_t tag, const void *bytes, uint64_t len)
{
        if (f->count < FRAME_MAX_BUFFERS && len <= UINT32_MAX - 8)
                f->buffer[f->count++] = (struct buffer){tag, (uint32_t) len, bytes};
}

int64_t frame_send(int socket, const struct frame *f, int patience_ms)
{
        static const char zeros[4];
        struct frame_header head = {FRAME_REQUEST, FRAME_VERSION, (uint16_t) f->kind, 0, f->count};
        struct { uint32_t tag, len; } label[FRAME_MAX_BUFFERS];
        struct iovec_ iov[1 + 3 * FRAME_MAX_BUFFERS] = {{&head, sizeof head}};
        size_t n = 1;
        uint64_t total = 0;
        for (uint32_t i = 0; i < f->count; i++) {
                uint32_t len = f->buffer[i].len, pad = (4 - len % 4) % 4;
                label[i].tag = f->buffer[i].tag;
                label[i].len = len;
                iov[n++] = (struct iovec_){&label[i], sizeof label[i]};
                iov[n++] = (struct iovec_){f->buffer[i].bytes, len};
                iov[n++] = (struct iovec_){zeros, pad};
                total += sizeof label[i] + len + pad;
        }
        if (total > 64u << 20)
                return -E_FBIG;
        head.length = (uint32_t) total;
        /* A stopped planner reads nothing, and a large configuration is more than its socket holds. */
        const int64_t patience[2] = {patience_ms / 1000, patience_ms % 1000 * 1000};
        sys5(SYS_setsockopt, socket, SOL_SOCKET_, SO_SNDTIMEO_, patience, sizeof patience);
        for (size_t at = 0; at < n;) {
                struct msghdr_ h = {.iov = iov + at, .iovlen = n - at};
                long sent = sys3(SYS_sendmsg, socket, &h, MSG_NOSIGNAL_);
                if (sent == -E_INTR)
                        continue;
                if (sent < 0)
                        return sent;
                while (at < n && (size_t) sent >= iov[at].len)
                        sent -= (long) iov[at++].len;
                if (at < n) {
                        iov[at].base = (const char *) iov[at].base + sent;
                        iov[at].len -= (size_t) sent;
                }
        }
        return 0;
}

static int64_t receive(int socket, char *to, uint64_t want, uint64_t at_least, int64_t deadline)
{
        uint64_t have = 0;
        while (have < at_least) {
                struct timespec_ now;
                sys2(SYS_clock_gettime, 1, &now);
                int64_t left = deadline - (now.sec * 1000 + now.nsec / 1000000);
                struct pollfd_ p = {socket, POLLIN_, 0};
                long r = left <= 0 ? 0 : sys_poll(&p, 1, (int) left);
                if (r == 0)
                        return -E_TIMEDOUT;
                if (r == -E_INTR)
                        continue;
                r = r < 0 ? r : sys3(SYS_read, socket, to + have, want - have);
                if (r == -E_INTR || r == -E_AGAIN)
                        continue;
                if (r <= 0)
                        return r < 0 ? r : -E_CONNRESET;
                have += (uint64_t) r;
        }
        return (int64_t) have;
}

/* What the planner foresees that it will be asked, and the plan that it would answer: sent along with the plan before. */
static struct {
        uint32_t tag, len;
        const char *bytes;
        unsigned char *plan;
        uint32_t plan_len;
        int met; /* it was asked; so nobody is */
} foreseen;

/* Behind the plan: tag, length, bytes, padded to 8, plan. */
static const char *take_foreseen(unsigned char *at, uint32_t left)
{
        const uint32_t head = 2 * sizeof(uint32_t);
        memset(&foreseen, 0, sizeof foreseen);
        if (left == 0)
                return NULL;
        if (left >= head)
                memcpy(&foreseen, at, head);
        uint64_t behind = head + (((uint64_t) foreseen.len + 7) & ~7ull);
        if (left < head || behind >= left)
                return "the planner's answer does not end with a plan";
        foreseen.bytes = (const char *) at + head;
        foreseen.plan = at + behind;
        foreseen.plan_len = left - (uint32_t) behind;
        return NULL;
}

/* Whether what was put aside is what was foreseen; nothing stands for an empty file. */
static int is_foreseen(const struct frame *f)
{
        if (!foreseen.plan || f->count > 1 || (f->count == 1 && f->buffer[0].tag != foreseen.tag))
                return 0;
        uint32_t len = f->count == 1 ? f->buffer[0].len : 0;
        return len == foreseen.len && (len == 0 || memcmp(f->buffer[0].bytes, foreseen.bytes, len) == 0);
}

const char *frame_receive_plan(int socket, int deadline_ms, struct plan *plan, int *error)
{
        enum { FIRST = 131072 }; /* mostly all of it; pages that nothing comes into are never touched */
        struct timespec_ now;
        sys2(SYS_clock_gettime, 1, &now);
        int64_t deadline = now.sec * 1000 + now.nsec / 1000000 + deadline_ms;
        char *bytes = arena(FIRST);
        struct frame_header head;
        *error = E_NOMEM;
        if (!bytes)
                return "no memory for the answer";
        int64_t have = receive(socket, bytes, FIRST, sizeof head, deadline);
        *error = have < 0 ? (int) -have : 0;
        if (have < 0)
                return "the planner did not answer";
        memcpy(&head, bytes, sizeof head);
        if (head.magic != FRAME_ANSWER || head.version != FRAME_VERSION || head.kind != FRAME_COMPILE || head.length > PLAN_MAX_BYTES)
                return "the planner's answer is not of this version";
        uint64_t total = sizeof head + (uint64_t) head.length;
        if (total > FIRST && !arena(total - FIRST))
                return "no memory for the answer";
        if ((uint64_t) have < total) {
                int64_t more = receive(socket, bytes + have, total - (uint64_t) have, total - (uint64_t) have, deadline);
                *error = more < 0 ? (int) -more : 0;
                if (more < 0)
                        return "the planner's answer was cut short";
        }
        unsigned char *first = (unsigned char *) bytes + sizeof head;
        uint32_t len = plan_length(first, head.length);
        const char *wrong = plan_check(plan, first, len);
        return wrong ? wrong : take_foreseen(first + len, head.length - len);
}

static struct frame collected;

int64_t frame_collect(uint32_t tag, const void *bytes, uint64_t len)
{
        uint32_t before = collected.count;
        frame_add(&collected, tag, bytes, len);
        return collected.count == before ? -E_2BIG : 0;
}

/* tag, pointer, length, twice at most. number 1: puts them aside; number 0: sends them, after what was put aside, and
 * the planner goes to work on them while the walk goes on. A length below 0 is a buffer that could not be read. */
int64_t op_ask(struct op_args *o)
{
        for (unsigned i = 0; i + 2 < o->s->argc; i += 3) {
                int64_t r = o->a[i + 2] < 0
                        ? 0
                        : frame_collect((uint32_t) o->a[i], (const void *) (uintptr_t) o->a[i + 1], (uint64_t) o->a[i + 2]);
                if (r < 0)
                        return r;
        }
        if (o->s->number == 1)
                return 0;
        if (is_foreseen(&collected)) {
                foreseen.met = 1;
                collected.count = 0;
                sys2(SYS_shutdown, o->w->planner, 2 /* SHUT_RDWR: its thread need not wait for us */);
                return 0;
        }
        collected.kind = FRAME_CONTINUE;
        int64_t r = frame_send(o->w->planner, &collected, REST_PATIENCE_MS);
        collected.count = 0;
        return r;
}

/* The walk goes on with the plan that the planner answers. */
int64_t op_go_on(struct op_args *o)
{
        struct plan next;
        int error = 0;
        int met = foreseen.met;
        foreseen.met = 0;
        const char *wrong = met ? plan_check(&next, foreseen.plan, foreseen.plan_len)
                                : frame_receive_plan(o->w->planner, REST_PATIENCE_MS, &next, &error);
        if (wrong) {
                struct text t = text_over(o->w->detail, sizeof o->w->detail);
                text_add(&t, wrong);
                if (error && error != E_TIMEDOUT && error != E_CONNRESET) {
                        text_add(&t, ": ");
                        text_add(&t, errno_text(error));
                }
                return -(error ? error : E_BADMSG);
        }
        o->w->plan = next;
        return 0;
}
