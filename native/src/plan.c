#include "plan.h"

#include "sys.h"
#include "text.h"

#define STEP_HEAD_WORDS 4

/* It finds damage, it is no protection against forgery (the planner is trusted, the socket is guarded by its directory).
 * Four lanes, because each multiplication waits for the one before; linear, because whoever changes a few words of a
 * plan then need not look at the others (dev.estiba.runtime.plan.PlanChecksum). */
uint64_t plan_checksum(const unsigned char *bytes, size_t len)
{
        const uint64_t factor = 0xff51afd7ed558ccdull, last = 0xc4ceb9fe1a85ec53ull; /* two, so that no two words weigh the same */
        uint64_t lane[4] = {0}, sum = len;
        const size_t words = len / 8, field = offsetof(struct plan_header, checksum) / 8;
        for (size_t i = 0; i < words; i++) {
                uint64_t word;
                memcpy(&word, bytes + 8 * i, 8);
                word = i == field ? 0 : word ^ word >> 32;
                lane[i % 4] = lane[i % 4] * factor + word;
        }
        for (int i = 0; i < 4; i++)
                sum = sum * last + lane[i];
        return sum;
}

static uint32_t tail_words(const uint32_t *tail, uint32_t left)
{
        if (left == 0)
                return 0;
        uint32_t errnos = tail[0] & 0xff;
        return errnos > PLAN_MAX_ERRNOS ? UINT32_MAX : 1 + (errnos + 1) / 2;
}

static uint32_t arg_words(uint8_t argc, uint16_t kinds)
{
        uint32_t n = 0;
        for (unsigned i = 0; i < argc; i++)
                n += ((kinds >> (2 * i)) & 3) == ARG_IMM64 ? 2 : 1;
        return n;
}

static struct step decode(const uint32_t *w, uint32_t at)
{
        struct step s = {.words = w[0] & 0xff, .at = at, .op = (uint8_t) (w[0] >> 8), .policy = (uint8_t) (w[0] >> 16)};
        s.argc = (w[0] >> 24) & 0xf;
        s.flags = (uint8_t) (w[0] >> 28);
        s.result = (uint16_t) w[1];
        s.number = (uint16_t) (w[1] >> 16);
        s.kinds = (uint16_t) w[2];
        s.sentence = w[3];
        s.args = w + STEP_HEAD_WORDS;
        s.tail = s.args + arg_words(s.argc, s.kinds);
        return s;
}

struct step plan_step(const struct plan *p, unsigned actor, uint32_t at)
{
        const uint32_t *w = (const uint32_t *) (const void *) (p->bytes + p->head->steps_at + p->actor[actor].at);
        return decode(w + at, at);
}

/* How many arguments each operation takes: minimum and maximum; and how many registers its result fills. */
static const struct { uint8_t min, max, results; } shape[OP_COUNT] = {
        [OP_CALL] = {0, 6, 1},      [OP_SET] = {1, 2, 1},      [OP_LOAD] = {1, 1, 1},   [OP_STORE] = {2, 2, 0},
        [OP_CHECK] = {4, 4, 0},     [OP_JUMP] = {3, 3, 0},     [OP_READ_ALL] = {2, 2, 2}, [OP_WRITE_ALL] = {3, 3, 0},
        [OP_FORMAT] = {3, 3, 1},    [OP_MKDIRS] = {4, 4, 1},   [OP_COPY_TREE] = {2, 2, 0}, [OP_SPAWN] = {6, 6, 1},
        [OP_SEND_FD] = {4, 4, 0},   [OP_RECV_FD] = {1, 1, 1},  [OP_PIDS] = {3, 3, 1},   [OP_POST] = {1, 1, 0},
        [OP_AWAIT] = {1, 1, 1},     [OP_ACTOR] = {3, 3, 2},    [OP_WAIT] = {2, 2, 1},   [OP_ASK] = {3, 8, 0},
        [OP_EXIT] = {1, 1, 0},      [OP_START_TIME] = {1, 1, 1}, [OP_RELAY] = {3, 3, 1}, [OP_FAIL] = {1, 1, 0},
        [OP_GO_ON] = {0, 0, 0},
};

static int registers_ok(const struct plan *p, const struct step *s)
{
        unsigned results = shape[s->op].results;
        if (s->result != PLAN_NO_REGISTER && (uint32_t) s->result + results > p->head->registers)
                return 0;
        const uint32_t *a = s->args;
        for (unsigned i = 0; i < s->argc; i++) {
                unsigned kind = (s->kinds >> (2 * i)) & 3;
                if (kind == ARG_REGISTER && *a >= p->head->registers)
                        return 0;
                if (kind == ARG_DATA && *a >= p->head->data_len)
                        return 0;
                a += kind == ARG_IMM64 ? 2 : 1;
        }
        return 1;
}

static const char *check_step(const struct plan *p, const uint32_t *w, uint32_t left)
{
        uint32_t words = w[0] & 0xff;
        if (words < STEP_HEAD_WORDS || words > left)
                return "a step's size is outside its actor";
        uint8_t op = (uint8_t) (w[0] >> 8), argc = (w[0] >> 24) & 0xf;
        if (op >= OP_COUNT)
                return "an operation is unknown";
        if (argc < shape[op].min || argc > shape[op].max)
                return "a step has the wrong number of arguments";
        if (STEP_HEAD_WORDS + arg_words(argc, (uint16_t) w[2]) > words)
                return "a step's arguments are longer than it";
        struct step s = decode(w, 0);
        uint32_t used = STEP_HEAD_WORDS + arg_words(argc, s.kinds);
        if (s.policy >= POLICY_COUNT)
                return "a failure policy is unknown";
        if (used + (s.policy == POLICY_FATAL ? 0 : tail_words(s.tail, words - used)) != words)
                return "a step's size does not fit its parts";
        if (s.policy != POLICY_FATAL && used == words)
                return "a step's failure policy is missing";
        if (!registers_ok(p, &s))
                return "a step names a register or data outside the plan";
        if (s.sentence >= p->head->text_len)
                return "a step's sentence is outside the plan";
        if ((op == OP_JUMP || op == OP_CHECK) && s.number >= CMP_COUNT)
                return "a comparison is unknown";
        if ((op == OP_LOAD || op == OP_STORE)
            && ((s.kinds & 3) != ARG_DATA || (s.number != 1 && s.number != 2 && s.number != 4 && s.number != 8)
                || s.args[0] + s.number > p->head->data_len))
                return "a load or store is outside the data";
        if (op == OP_JUMP && (s.kinds & 3) != ARG_IMM32)
                return "a jump's target is not a number";
        return NULL;
}

/* Jumps must go forward, onto the start of a step or to the end. Steps start in ascending order, so the walk over
 * them meets every legal target later; pending targets are checked by a second walk from the jump on. */
static int target_ok(const uint32_t *w, uint32_t from, uint32_t target, uint32_t words)
{
        uint32_t at = from;
        while (at < target && at < words)
                at += w[at] & 0xff;
        return target > from && at == target && target <= words;
}

static const char *check_actor(const struct plan *p, const struct plan_actor *a)
{
        if (a->at % 4 || a->len % 4 || a->at > p->head->steps_len || a->len > p->head->steps_len - a->at)
                return "an actor's steps are outside the plan";
        if (a->prefix >= p->head->text_len)
                return "an actor's prefix is outside the plan";
        const uint32_t *w = (const uint32_t *) (const void *) (p->bytes + p->head->steps_at + a->at);
        uint32_t words = a->len / 4;
        for (uint32_t at = 0; at < words; at += w[at] & 0xff) {
                const char *wrong = words - at < STEP_HEAD_WORDS ? "a step is cut short" : check_step(p, w + at, words - at);
                if (wrong)
                        return wrong;
        }
        for (uint32_t at = 0; at < words; at += w[at] & 0xff)
                if (((w[at] >> 8) & 0xff) == OP_JUMP && !target_ok(w, at, w[at + STEP_HEAD_WORDS], words))
                        return "a jump does not go forward to a step";
        return NULL;
}

static int inside(uint32_t at, uint64_t len, size_t total)
{
        return at >= sizeof(struct plan_header) && at <= total && len <= total - at;
}

static const char *check_sections(const struct plan *p, size_t len)
{
        const struct plan_header *h = p->head;
        if (h->registers > PLAN_MAX_REGISTERS || h->actors == 0 || h->actors > PLAN_MAX_ACTORS)
                return "too many registers or actors";
        if (sizeof *h + h->actors * sizeof(struct plan_actor) > len)
                return "the actors are outside the plan";
        if (!inside(h->steps_at, h->steps_len, len) || h->steps_at % 4 || !inside(h->data_at, h->data_len, len) || h->data_at % 8
            || !inside(h->text_at, h->text_len, len) || !inside(h->relocs_at, (uint64_t) h->relocs * 4, len) || h->relocs_at % 4)
                return "a section is outside the plan";
        /* In this order, and apart: what relocation and OP_STORE write must not be what was checked. */
        if (h->steps_at < sizeof *h + h->actors * sizeof(struct plan_actor) || h->relocs_at < h->steps_at + h->steps_len
            || h->data_at < h->relocs_at + h->relocs * 4 || h->text_at < h->data_at + h->data_len)
                return "the sections overlap";
        if (h->text_len == 0 || p->text[h->text_len - 1] != 0)
                return "the text does not end";
        return NULL;
}

static const char *relocate(struct plan *p)
{
        const uint32_t *offsets = (const uint32_t *) (const void *) (p->bytes + p->head->relocs_at);
        for (uint32_t i = 0; i < p->head->relocs; i++) {
                uint64_t value;
                if (offsets[i] % 8 || p->head->data_len < 8 || offsets[i] > p->head->data_len - 8)
                        return "a pointer is outside the data";
                memcpy(&value, p->data + offsets[i], 8);
                if (value >= p->head->data_len)
                        return "a pointer points outside the data";
                value += (uint64_t) (uintptr_t) p->data;
                memcpy(p->data + offsets[i], &value, 8);
        }
        return NULL;
}

uint32_t plan_length(const unsigned char *bytes, uint32_t len)
{
        struct plan_header h;
        if (len < sizeof h)
                return len;
        memcpy(&h, bytes, sizeof h);
        return h.length < len && h.length % 8 == 0 ? h.length : len;
}

const char *plan_check(struct plan *p, unsigned char *bytes, size_t len)
{
        const struct plan_header *h = (const struct plan_header *) (const void *) bytes;
        if (len < sizeof *h || len > PLAN_MAX_BYTES || len % 8)
                return "the plan's length is wrong";
        if (h->magic != PLAN_MAGIC || h->version != PLAN_VERSION)
                return "this is no plan of this version";
        if (h->length != len)
                return "the plan is cut short";
        if (h->machine != ARCH_AUDIT)
                return "the plan is for another machine";
        if (plan_checksum(bytes, len) != h->checksum)
                return "the plan is damaged";
        *p = (struct plan){.bytes = bytes, .head = h, .actor = (const struct plan_actor *) (const void *) (bytes + sizeof *h)};
        p->data = bytes + h->data_at;
        p->text = (const char *) bytes + h->text_at;
        const char *wrong = check_sections(p, len);
        for (unsigned i = 0; !wrong && i < h->actors; i++)
                wrong = check_actor(p, &p->actor[i]);
        return wrong ? wrong : relocate(p);
}
