/* plan_check on damaged plans, in the sanitizers' build.
 *
 *   plan-fuzz SEED ROUNDS PLAN...  mutates the plans: what is accepted is decoded step by step (never walked), the rest
 *                                  must be refused with a sentence; without a new checksum nothing may be accepted
 *   plan-fuzz --answer             reads plans from stdin, each behind its length (4 bytes), and answers each with a line:
 *                                  "accepted" or the sentence. So another reader can be compared with this one.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t state;

static uint32_t below(uint32_t bound) /* xorshift64*: seeded, the same everywhere */
{
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return (uint32_t) ((state * 0x2545f4914f6cdd1dull) >> 33) % bound;
}

struct seed {
        unsigned char *bytes;
        size_t len;
};

static struct seed load_seed(const char *path)
{
        struct seed s = {malloc(PLAN_MAX_BYTES), 0};
        FILE *f = fopen(path, "rb");
        if (!f) {
                fprintf(stderr, "cannot open the seed %s\n", path);
                exit(2);
        }
        s.len = fread(s.bytes, 1, PLAN_MAX_BYTES, f);
        fclose(f);
        return s;
}

static void mutate(unsigned char *bytes, size_t len)
{
        static const uint32_t telling[] = {0, 1, 4, 8, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff8};
        unsigned changes = 1 + below(4);
        /* Half of them in the header and the first actors, which decide the most. */
        size_t reach = below(2) ? len : (len < 200 ? len : 200);
        while (changes--) {
                size_t at = below((uint32_t) reach);
                switch (below(5)) {
                case 0: bytes[at] ^= (unsigned char) (1u << below(8)); break;
                case 1: bytes[at] = (unsigned char) below(256); break;
                case 2: at &= ~(size_t) 3; memcpy(bytes + at, &telling[below(12)], len - at < 4 ? len - at : 4); break;
                case 3: {
                        uint32_t word;
                        at &= ~(size_t) 3;
                        if (len - at < 4)
                                break;
                        memcpy(&word, bytes + at, 4);
                        word += below(17) - 8;
                        memcpy(bytes + at, &word, 4);
                        break;
                }
                case 4: {
                        size_t from = below((uint32_t) len), n = 1 + below(32);
                        if (from + n <= len && at + n <= len)
                                memmove(bytes + at, bytes + from, n);
                        break;
                }
                }
        }
}

/* Touches all that a walk would. */
static uint64_t decode_all(const struct plan *p)
{
        uint64_t sum = 0;
        for (unsigned actor = 0; actor < p->head->actors; actor++) {
                sum += strlen(p->text + p->actor[actor].prefix);
                for (uint32_t at = 0; at < p->actor[actor].len / 4;) {
                        struct step s = plan_step(p, actor, at);
                        const uint32_t *a = s.args;
                        for (unsigned i = 0; i < s.argc; i++)
                                switch ((s.kinds >> (2 * i)) & 3) {
                                case ARG_IMM64: sum += a[0] + a[1], a += 2; break;
                                case ARG_DATA: sum += p->data[*a++]; break;
                                default: sum += *a++;
                                }
                        if (s.policy != POLICY_FATAL)
                                for (unsigned i = 0; i < (s.tail[0] & 0xff); i++)
                                        sum += s.tail[1 + i / 2];
                        sum += strlen(p->text + s.sentence);
                        if (s.op == OP_LOAD || s.op == OP_STORE)
                                sum += p->data[s.args[0] + s.number - 1];
                        at += s.words;
                }
        }
        return sum;
}

static int fuzz(uint64_t seed, long rounds, const struct seed *seeds, unsigned count)
{
        long accepted = 0, refused = 0;
        volatile uint64_t sum = 0;
        state = seed;
        for (long round = 0; round < rounds; round++) {
                const struct seed *s = &seeds[below(count)];
                size_t len = below(50) ? s->len : below((uint32_t) s->len + 1);
                unsigned char *bytes = malloc(len ? len : 1); /* of exactly this size, so that a byte beyond it is noticed */
                struct plan p;
                memcpy(bytes, s->bytes, len);
                if (len)
                        mutate(bytes, len);
                int same = len == s->len && memcmp(bytes, s->bytes, len) == 0;
                if (!same && len >= 64) {
                        unsigned char *copy = malloc(len);
                        memcpy(copy, bytes, len);
                        if (!plan_check(&p, copy, len)) {
                                fprintf(stderr, "seed %llu, round %ld: accepted without a checksum of its own\n",
                                        (unsigned long long) seed, round);
                                return 1;
                        }
                        free(copy);
                }
                if (len >= 64)
                        seal(bytes, len);
                const char *wrong = plan_check(&p, bytes, len);
                if (wrong && !*wrong) {
                        fprintf(stderr, "seed %llu, round %ld: refused without a word\n", (unsigned long long) seed, round);
                        return 1;
                }
                if (!wrong)
                        sum += decode_all(&p);
                accepted += !wrong;
                refused += !!wrong;
                free(bytes);
        }
        printf("%ld accepted, %ld refused\n", accepted, refused);
        return accepted == 0 || refused == 0; /* a fuzzer that only ever meets one of them tests nothing */
}

static int answer(void)
{
        uint32_t len;
        while (fread(&len, 4, 1, stdin) == 1) {
                struct plan p;
                unsigned char *bytes = malloc(len ? len : 1);
                if (fread(bytes, 1, len, stdin) != len)
                        return 2;
                const char *wrong = plan_check(&p, bytes, len);
                puts(wrong ? wrong : "accepted");
                fflush(stdout);
                free(bytes);
        }
        return 0;
}

int main(int argc, char **argv)
{
        static struct seed seeds[64];
        unsigned count = 0;
        if (argc == 2 && strcmp(argv[1], "--answer") == 0)
                return answer();
        for (int i = 3; i < argc && count < 64; i++)
                seeds[count++] = load_seed(argv[i]);
        if (count == 0) {
                fprintf(stderr, "usage: plan-fuzz SEED ROUNDS PLAN... | plan-fuzz --answer\n");
                return 2;
        }
        return fuzz(strtoull(argv[1], NULL, 10), atol(argv[2]), seeds, count);
}
