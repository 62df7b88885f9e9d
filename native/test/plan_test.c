#include "test.h"

#include <stdlib.h>
#include <string.h>

static struct maker *good(void)
{
        struct maker *m = maker();
        uint32_t text = make_string(m, "some data");
        uint32_t pointers = make_data(m, NULL, 16);
        memcpy(m->data + pointers, &(uint64_t){text}, 8);
        m->reloc[m->relocs++] = pointers;
        uint32_t jump = make_step(m, OP_JUMP, CMP_EQ, PLAN_NO_REGISTER, "jump", ARGS(I(0), R(20), I(5)));
        make_step(m, OP_CALL, 39, 20, "ask for the pid", ARGS(I(1), I(1ll << 40), D(text), R(3)));
        make_policy(m, POLICY_RETRY, 3, 10, (const int[]){2, 17, 4}, 3);
        make_target(m, jump);
        make_step(m, OP_LOAD, 8, 21, "load", ARGS(D(0)));
        make_actor(m, 1, "init", 7);
        make_step(m, OP_EXIT, 0, PLAN_NO_REGISTER, "end", ARGS(I(0)));
        return m;
}

static const char *check(unsigned char *bytes, size_t len)
{
        struct plan p;
        return plan_check(&p, bytes, len);
}

static void decodes_what_was_encoded(void)
{
        static struct walk w;
        make_walk(good(), &w);
        struct step s = plan_step(&w.plan, 0, 0);
        EXPECT_NUMBER(OP_JUMP, s.op);
        s = plan_step(&w.plan, 0, s.words);
        EXPECT_NUMBER(OP_CALL, s.op);
        EXPECT_NUMBER(39, s.number);
        EXPECT_NUMBER(20, s.result);
        EXPECT_NUMBER(4, s.argc);
        EXPECT_NUMBER(POLICY_RETRY, s.policy);
        EXPECT_NUMBER(3 | 3 << 8 | 10 << 16, s.tail[0]);
        EXPECT_NUMBER(2 | 17 << 16, s.tail[1]);
        EXPECT_NUMBER(4, s.tail[2]);
        EXPECT_TEXT("ask for the pid", w.plan.text + s.sentence);
        EXPECT_NUMBER(7, w.plan.actor[1].exit_status);
        EXPECT_TEXT("some data", *(const char **) (void *) (w.plan.data + 16));
}

/* Each row damages one thing; the sentence must be that thing's. */
static void refuses_each_damage_in_words(void)
{
        enum { STEPS = 64 + 32, JUMP = STEPS, CALL = JUMP + 28, LOAD = CALL + 48 };
        static const struct {
                size_t at;
                unsigned width;
                uint64_t value;
                const char *wrong;
        } rows[] = {
                {0, 4, 1, "this is no plan of this version"},
                {4, 2, 2, "this is no plan of this version"},
                {6, 2, 1025, "too many registers or actors"},
                {6, 2, 20, "a step names a register or data outside the plan"},
                {8, 4, 8, "the plan is cut short"},
                {12, 4, 1, "the plan is for another machine"},
                {16, 4, 60, "a section is outside the plan"},
                {16, 4, 98, "a section is outside the plan"},
                {20, 4, 0xfffffff0, "a section is outside the plan"},
                {24, 4, 4, "a section is outside the plan"},
                {28, 4, 0xffffffff, "a section is outside the plan"},
                {32, 4, 0xffffff00, "a section is outside the plan"},
                {36, 4, 0, "the text does not end"},
                {36, 4, 5, "the text does not end"},
                {40, 4, 0xfffffffc, "a section is outside the plan"},
                {44, 4, 0x40000001, "a section is outside the plan"},
                {48, 2, 0, "too many registers or actors"},
                {48, 2, 9, "too many registers or actors"},
                {64, 4, 2, "an actor's steps are outside the plan"},
                {68, 4, 0xfffffff8, "an actor's steps are outside the plan"},
                {72, 4, 0xffff, "an actor's prefix is outside the plan"},
                {JUMP, 1, 0, "a step's size is outside its actor"},
                {JUMP, 1, 255, "a step's size is outside its actor"},
                {JUMP, 1, 8, "a step's size does not fit its parts"},
                {JUMP, 1, 5, "a step's arguments are longer than it"},
                {JUMP + 1, 1, OP_COUNT, "an operation is unknown"},
                {JUMP + 1, 1, OP_EXIT, "a step has the wrong number of arguments"},
                {JUMP + 3, 1, 4, "a step has the wrong number of arguments"},
                {JUMP + 2, 1, POLICY_COUNT, "a failure policy is unknown"},
                {JUMP + 2, 1, POLICY_TOLERATE, "a step's failure policy is missing"},
                {JUMP + 6, 2, CMP_COUNT, "a comparison is unknown"},
                {JUMP + 8, 1, 2, "a step names a register or data outside the plan"}, /* 0 as data: is there; kinds 2,0,0 */
                {JUMP + 12, 4, 0xfffff, "a step's sentence is outside the plan"},
                {JUMP + 16, 4, 0, "a jump does not go forward to a step"},
                {JUMP + 16, 4, 8, "a jump does not go forward to a step"},
                {JUMP + 16, 4, 0x7fffffff, "a jump does not go forward to a step"},
                {JUMP + 20, 4, 64, "a step names a register or data outside the plan"},
                {CALL + 36, 1, 17, "a step's size does not fit its parts"},
                {CALL + 4, 2, 64, "a step names a register or data outside the plan"},
                {LOAD + 6, 2, 3, "a load or store is outside the data"},
                {LOAD + 8, 1, 0, "a load or store is outside the data"},
                {LOAD + 16, 4, 30, "a load or store is outside the data"},
        };
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                size_t len;
                unsigned char *bytes = make_bytes(good(), &len);
                const char *wanted = rows[i].wrong;
                memcpy(bytes + rows[i].at, &rows[i].value, rows[i].width);
                if (rows[i].at == JUMP + 8) /* a jump whose target is data */
                        bytes[JUMP + 8] = 2 | 3 << 2, wanted = "a jump's target is not a number";
                seal(bytes, len);
                const char *wrong = check(bytes, len);
                if (!wrong || strcmp(wrong, wanted) != 0)
                        fail(__FILE__, __LINE__, "row %zu: wanted \"%s\", got \"%s\"", i, wanted, wrong ? wrong : "(accepted)");
                free(bytes);
        }
}

static void refuses_wrong_lengths(void)
{
        size_t len;
        unsigned char *bytes = make_bytes(good(), &len);
        EXPECT_TEXT("the plan's length is wrong", check(bytes, 0));
        EXPECT_TEXT("the plan's length is wrong", check(bytes, 63));
        EXPECT_TEXT("the plan's length is wrong", check(bytes, len - 1));
        EXPECT_TEXT("the plan is cut short", check(bytes, len - 8));
        EXPECT_TEXT("the plan's length is wrong", check(bytes, PLAN_MAX_BYTES + 8));
}

static void refuses_any_flipped_bit(void)
{
        size_t len;
        unsigned char *bytes = make_bytes(good(), &len), *copy = malloc(len);
        for (size_t bit = 0; bit < len * 8; bit++) {
                memcpy(copy, bytes, len);
                copy[bit / 8] ^= (unsigned char) (1u << bit % 8);
                if (!check(copy, len))
                        fail(__FILE__, __LINE__, "bit %zu of %zu is flipped and nobody sees it", bit, len * 8);
        }
}

static void refuses_pointers_outside(void)
{
        size_t len;
        struct maker *m = good();
        m->reloc[0] = 12;
        unsigned char *bytes = make_bytes(m, &len);
        EXPECT_TEXT("a pointer is outside the data", check(bytes, len));
        m->reloc[0] = m->data_used;
        bytes = make_bytes(m, &len);
        EXPECT_TEXT("a pointer is outside the data", check(bytes, len));
        m->reloc[0] = 16;
        memcpy(m->data + 16, &(uint64_t){m->data_used}, 8);
        bytes = make_bytes(m, &len);
        EXPECT_TEXT("a pointer points outside the data", check(bytes, len));
        memcpy(m->data + 16, &(uint64_t){0}, 8);
        m->reloc[m->relocs++] = 16; /* the second time it holds an address */
        bytes = make_bytes(m, &len);
        EXPECT_TEXT("a pointer points outside the data", check(bytes, len));
}

/* Relocation and OP_STORE write into the data after the steps have been checked: data that is steps as well would make
 * an unchecked plan of a checked one. */
static void refuses_sections_that_overlap(void)
{
        size_t len;
        unsigned char *bytes = make_bytes(good(), &len);
        struct plan_header *h = (struct plan_header *) (void *) bytes;
        h->data_at = 96, h->data_len = 32;
        seal(bytes, len);
        EXPECT_TEXT("the sections overlap", check(bytes, len));
        bytes = make_bytes(good(), &len);
        h = (struct plan_header *) (void *) bytes;
        h->steps_at = 64; /* over the actors */
        seal(bytes, len);
        EXPECT_TEXT("the sections overlap", check(bytes, len));
}

const struct test plan_tests[] = {
        {"a good plan is decoded as it was made", decodes_what_was_encoded},
        {"each damage is refused in its own words", refuses_each_damage_in_words},
        {"a wrong length is refused", refuses_wrong_lengths},
        {"any flipped bit is found", refuses_any_flipped_bit},
        {"pointers stay in the data", refuses_pointers_outside},
        {"sections do not overlap", refuses_sections_that_overlap},
        {NULL, NULL},
};
