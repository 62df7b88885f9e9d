/* A test is a function; each runs in a process of its own (so that what crashes, hangs or is found by a sanitizer
 * fails that test alone), in a directory of its own, with 30 s to live. Prints TAP. */
#ifndef ESTIBA_TEST_H
#define ESTIBA_TEST_H

#include "../src/frame.h"
#include "../src/oci.h"
#include "../src/plan.h"
#include "../src/sys.h"
#include "../src/text.h"
#include "../src/walk.h"

struct test {
        const char *name;
        void (*run)(void);
};
extern const struct test text_tests[], plan_tests[], walk_tests[], actor_tests[], mkdirs_tests[], copy_tests[], spawn_tests[],
        frame_tests[], arguments_tests[], monitor_tests[];

/* Fails the test that runs, saying where and what was meant. */
_Noreturn void fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The status of a test that cannot run. */
enum { SKIPPED = 77 };
/* Ends the test that runs as one that cannot run here. */
_Noreturn void skip(const char *reason);

#define EXPECT(condition)                                        \
        do {                                                     \
                if (!(condition))                                \
                        fail(__FILE__, __LINE__, "%s", #condition); \
        } while (0)
#define EXPECT_NUMBER(wanted, got)                                                                              \
        do {                                                                                                    \
                long long wanted_ = (long long) (wanted), got_ = (long long) (got);                             \
                if (wanted_ != got_)                                                                            \
                        fail(__FILE__, __LINE__, "%s: wanted %lld, got %lld", #got, wanted_, got_);             \
        } while (0)
#define EXPECT_TEXT(wanted, got) expect_text(__FILE__, __LINE__, #got, (wanted), (got))
void expect_text(const char *file, int line, const char *what, const char *wanted, const char *got);

/* In the test's own directory, which is also the working directory. */
void put(const char *path, const char *text);
void make_directory(const char *path);
void make_link(const char *target, const char *path);
int open_directory(const char *path);
int exists(const char *path); /* a link that leads nowhere does */
const char *contents(const char *path);
double seconds(void);

/* A plan under construction: the simplest encoder there is, so that tests can also say what the real one never would. */
struct maker {
        uint32_t words[4096], used, start;
        unsigned char data[16384];
        uint32_t data_used;
        char text[8192];
        uint32_t text_used;
        uint32_t reloc[64], relocs;
        struct plan_actor actor[PLAN_MAX_ACTORS];
        uint16_t actors, registers;
};
struct arg {
        enum plan_kind kind;
        int64_t value;
};
#define I(v) ((struct arg){(int64_t) (v) == (int32_t) (v) ? ARG_IMM32 : ARG_IMM64, (int64_t) (v)})
#define D(v) ((struct arg){ARG_DATA, (int64_t) (v)})
#define R(v) ((struct arg){ARG_REGISTER, (int64_t) (v)})
#define ARGS(...) (const struct arg[]){__VA_ARGS__}, sizeof((struct arg[]){__VA_ARGS__}) / sizeof(struct arg)
#define NO_ARGS NULL, 0

struct maker *maker(void);
uint32_t make_data(struct maker *m, const void *bytes, uint32_t len);
uint32_t make_string(struct maker *m, const char *text);
/* Steps from here on are of the actor `number`; those in between are given empty ones. */
void make_actor(struct maker *m, unsigned number, const char *prefix, uint32_t exit_status);
/* A step that stops at a failure; answers its first word's place in its actor. */
uint32_t make_step(struct maker *m, enum plan_op op, unsigned number, unsigned result, const char *sentence,
                   const struct arg *args, size_t argc);
/* Gives the step made last a policy. */
void make_policy(struct maker *m, enum plan_policy policy, unsigned tries, unsigned delay_ms, const int *errnos, unsigned count);
void make_flags(struct maker *m, uint32_t flags);
/* Makes the jump at word `at` go to what comes next. */
void make_target(struct maker *m, uint32_t at);
/* The plan's bytes, in memory of exactly their size. */
unsigned char *make_bytes(struct maker *m, size_t *len);
/* Computes the checksum anew. */
void seal(unsigned char *bytes, size_t len);
/* Checks the plan, which must be a good one, into w (reset). */
void make_walk(struct maker *m, struct walk *w);

#endif
