#include "walk.h"

#include "older.h"
#include "sys.h"

static int64_t now_ns(void)
{
        struct timespec_ t;
        sys2(SYS_clock_gettime, 1 /* CLOCK_MONOTONIC */, &t);
        return t.sec * 1000000000 + t.nsec;
}

void walk_reset(struct walk *w)
{
        memset(w->reg, 0xff, sizeof w->reg); /* -1: an unset descriptor is a bad one, never descriptor 0 */
        w->planner = w->child_fd = -1;
        w->child = w->left = 0;
        w->detached = 0;
        w->trace = NULL;
        w->detail[0] = 0;
}

static void resolve(struct op_args *o)
{
        const uint32_t *a = o->s->args;
        for (unsigned i = 0; i < o->s->argc; i++) {
                switch ((o->s->kinds >> (2 * i)) & 3) {
                case ARG_IMM32: o->a[i] = (int32_t) *a++; break;
                case ARG_IMM64: o->a[i] = (int64_t) (a[0] | (uint64_t) a[1] << 32); a += 2; break;
                case ARG_DATA: o->a[i] = (int64_t) (uintptr_t) (o->w->plan.data + *a++); break;
                case ARG_REGISTER: o->a[i] = o->w->reg[*a++]; break;
                }
        }
}

static int compares(unsigned how, int64_t a, int64_t b)
{
        switch (how) {
        case CMP_ALWAYS: return 1;
        case CMP_EQ: return a == b;
        case CMP_NE: return a != b;
        case CMP_LT: return a < b;
        case CMP_GE: return a >= b;
        case CMP_ULT: return (uint64_t) a < (uint64_t) b;
        case CMP_UGE: return (uint64_t) a >= (uint64_t) b;
        }
        return 0;
}

static int64_t load(const void *from, unsigned width)
{
        uint64_t value = 0;
        memcpy(&value, from, width); /* both machines are little-endian */
        return (int64_t) value;
}

static int64_t check(const struct op_args *o) /* value, mask, expected, errno */
{
        return compares(o->s->number, o->a[0] & o->a[1], o->a[2]) ? 0 : -(o->a[3] ? o->a[3] : E_INVAL);
}

/* Some of cgroup v1's files give up with EINTR while a signal is pending, before anything has changed
 * (mem_cgroup_resize_max). It is delivered on the way out of the call, so the next one finds none. */
static int64_t call(const struct step *s, const int64_t *a)
{
        enum { MOST_SIGNALS = 100 };
        int64_t r = sys6(s->number, a[0], a[1], a[2], a[3], a[4], a[5]);
        for (int i = 0; r == -E_INTR && s->number == SYS_write && i < MOST_SIGNALS; i++)
                r = sys6(s->number, a[0], a[1], a[2], a[3], a[4], a[5]);
        return r;
}

static int64_t perform(struct op_args *o)
{
        const int64_t *a = o->a;
        switch ((enum plan_op) o->s->op) {
        case OP_CALL:
                if (o->s->number == SYS_close_range)
                        return close_descriptors((unsigned) a[0], (unsigned) a[1], (unsigned) a[2]);
                return call(o->s, a);
        case OP_SET: return o->s->argc != 2 ? a[0] : o->s->number == 1 ? a[0] | a[1] : a[0] & a[1];
        case OP_LOAD: return load((const void *) (uintptr_t) a[0], o->s->number);
        case OP_STORE: memcpy((void *) (uintptr_t) a[0], &a[1], o->s->number); return 0;
        case OP_CHECK: return check(o);
        case OP_FAIL: return -(a[0] ? a[0] : E_INVAL);
        case OP_READ_ALL: return op_read_all(o);
        case OP_WRITE_ALL: return op_write_all(o);
        case OP_FORMAT: return op_format(o);
        case OP_MKDIRS: return op_mkdirs(o);
        case OP_COPY_TREE: return op_copy_tree(o);
        case OP_SPAWN: return op_spawn(o);
        case OP_SEND_FD: return op_send_fd(o);
        case OP_RECV_FD: return op_recv_fd(o);
        case OP_PIDS: return op_pids(o);
        case OP_POST: return op_post(o);
        case OP_AWAIT: return op_await(o);
        case OP_ACTOR: return op_actor(o);
        case OP_WAIT: return op_wait(o);
        case OP_ASK: return op_ask(o);
        case OP_GO_ON: return op_go_on(o);
        case OP_START_TIME: return op_start_time(o);
        case OP_RELAY: return op_relay(o);
        case OP_EXIT: sys1(SYS_exit_group, a[0]); return 0;
        case OP_JUMP:
        case OP_COUNT: break;
        }
        return -E_NOSYS;
}

/* OP_SET and OP_LOAD answer values, which may be "negative"; all others answer -4095..-1 for a failure. */
static int failed(const struct step *s, int64_t r)
{
        return s->op != OP_SET && s->op != OP_LOAD && r < 0 && r >= -4095;
}

static int listed(const struct step *s, int64_t error)
{
        unsigned n = s->tail[0] & 0xff;
        for (unsigned i = 0; i < n; i++)
                if ((int64_t) ((s->tail[1 + i / 2] >> (16 * (i & 1))) & 0xffff) == error)
                        return 1;
        return n == 0; /* an empty list stands for any error */
}

static void pause_ms(unsigned ms)
{
        struct timespec_ t = {ms / 1000, (ms % 1000) * 1000000L};
        sys2(SYS_nanosleep, &t, 0);
}

static int64_t perform_by_policy(struct op_args *o)
{
        const struct step *s = o->s;
        int64_t r = perform(o);
        if (s->policy == POLICY_RETRY || s->policy == POLICY_RETRY_TOLERATE) {
                unsigned tries = (s->tail[0] >> 8) & 0xff, delay = s->tail[0] >> 16;
                while (failed(s, r) && listed(s, -r) && tries-- > 0) {
                        pause_ms(delay);
                        r = perform(o);
                }
        }
        return r;
}

static void word_failure(struct walk *w, unsigned actor, const struct step *s, int64_t error)
{
        struct failure *f = &w->failure;
        struct text t = text_over(f->text, sizeof f->text);
        f->actor = actor;
        f->step = s->at;
        f->error = (int32_t) error;
        f->exit_status = (int32_t) w->plan.actor[actor].exit_status;
        const char *prefix = w->plan.text + w->plan.actor[actor].prefix;
        if (*prefix) {
                text_add(&t, prefix);
                text_add(&t, ": ");
        }
        const char *reason = w->detail[0] ? w->detail : s->flags & STEP_WHOLE_SENTENCE ? "" : errno_text((int) error);
        size_t left = *reason ? strlen(reason) + 2 : 0; /* a sentence has names of any length in it; the reason stays */
        text_add_short(&t, w->plan.text + s->sentence, left);
        if (*reason) {
                text_add(&t, ": ");
                text_add(&t, reason);
        }
}

static void note(struct walk *w, unsigned actor, const struct step *s, int64_t result, int64_t start)
{
        struct trace *t = w->trace;
        uint32_t i = __atomic_fetch_add(&t->used, 1, __ATOMIC_RELAXED);
        if (i < t->cap)
                t->record[i] = (struct trace_record){actor, s->at, result, start, now_ns()};
}

/* Results of operations with two registers are put there by the operation; here the first one. */
static int one_step(struct walk *w, unsigned actor, const struct step *s, int careless)
{
        struct op_args o = {.w = w, .s = s};
        resolve(&o);
        int64_t start = w->trace ? now_ns() : 0;
        if (w->trace && s->op == OP_CALL && (s->number == SYS_execve || s->number == SYS_execveat))
                note(w, actor, s, 0, start); /* a successful one does not come back */
        int64_t r = perform_by_policy(&o);
        if (w->trace)
                note(w, actor, s, r, start);
        if (failed(s, r) && !careless) {
                if (w->failure.text[0])
                        return -1; /* another actor's failure, already worded */
                if (s->policy == POLICY_FATAL || s->policy == POLICY_RETRY || !listed(s, -r)) {
                        if (!walk_take_failure(w))
                                word_failure(w, actor, s, -r);
                        return -1;
                }
        }
        if (s->result != PLAN_NO_REGISTER)
                w->reg[s->result] = r;
        return 0;
}

static int walk_steps(struct walk *w, unsigned actor, int careless)
{
        uint32_t at = 0;
        while (at < w->plan.actor[actor].len / 4) {
                struct step s = plan_step(&w->plan, actor, at);
                at += s.words;
                if (s.op == OP_JUMP) {
                        struct op_args o = {.w = w, .s = &s};
                        resolve(&o);
                        if (compares(s.number, o.a[1], o.a[2]))
                                at = (uint32_t) o.a[0];
                        continue;
                }
                if (one_step(w, actor, &s, careless))
                        return -1;
                if (s.op == OP_GO_ON)
                        at = 0; /* w->plan is now the answer: go on with its steps */
        }
        return 0;
}

int walk_actor(struct walk *w, unsigned actor)
{
        if (actor >= w->plan.head->actors)
                return 0;
        return walk_steps(w, actor, 0);
}

void walk_undo(struct walk *w)
{
        if (w->child > 0 && !w->detached) {
                sys4(SYS_pidfd_send_signal, w->child_fd, SIGKILL_, 0, 0);
                while (sys4(SYS_wait4, w->child, 0, 0x40000000 /* __WALL */, 0) == -E_INTR)
                        ;
                w->child = 0;
        }
        if (w->plan.head && ACTOR_UNDO < w->plan.head->actors)
                walk_steps(w, ACTOR_UNDO, 1);
}
