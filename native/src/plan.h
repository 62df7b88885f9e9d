/* The plan: what an actor does, as data. native/README.md is the specification of these bytes.
 *
 * A plan is checked whole (plan_check) before its first step is walked: magic, version, machine, checksum, every
 * section inside the bytes, every step's size, operation, registers, data offsets and sentence inside their sections,
 * every jump forward and onto the start of a step. So a walk always ends and never reads outside the plan.
 */
#ifndef ESTIBA_PLAN_H
#define ESTIBA_PLAN_H

#include <stddef.h>
#include <stdint.h>

#define PLAN_MAGIC 0x4e4c5045u /* "EPLN" */
#define PLAN_VERSION 1
#define PLAN_MAX_BYTES (4u << 20)
#define PLAN_MAX_REGISTERS 1024
#define PLAN_MAX_ACTORS 8
#define PLAN_NO_REGISTER 0xffff
#define PLAN_MAX_ERRNOS 16

struct plan_header {
        uint32_t magic;
        uint16_t version, registers;
        uint32_t length, machine;
        uint32_t steps_at, steps_len; /* both in bytes, multiples of 4 */
        uint32_t data_at, data_len;   /* data_at is a multiple of 8 */
        uint32_t text_at, text_len;   /* sentences, each NUL-terminated */
        uint32_t relocs_at, relocs;   /* u32 offsets into data of words that hold data offsets */
        uint16_t actors, flags;
        uint32_t reserved;
        uint64_t checksum; /* of all bytes, this field taken as 0 */
};

enum { PLAN_TRACED = 1 };

struct plan_actor {
        uint32_t at, len;     /* this actor's steps, relative to steps_at */
        uint32_t prefix;      /* text offset: what precedes a sentence when a step of this actor fails */
        uint32_t exit_status; /* of the process when a step fails */
};

/* Actors by number. The outer one is the invoked process; `undo` is walked by the outer actor after a failure,
 * `epilogue` after the container has ended. */
enum { ACTOR_OUTER = 0, ACTOR_INIT = 1, ACTOR_UNDO = 2, ACTOR_EPILOGUE = 3, ACTOR_JOINER = 4, ACTOR_HOLDER = 5 };

enum plan_op {
        OP_CALL = 0, OP_SET, OP_LOAD, OP_STORE, OP_CHECK, OP_JUMP, OP_READ_ALL, OP_WRITE_ALL, OP_FORMAT, OP_MKDIRS,
        OP_COPY_TREE, OP_SPAWN, OP_SEND_FD, OP_RECV_FD, OP_PIDS, OP_POST, OP_AWAIT, OP_ACTOR, OP_WAIT, OP_ASK, OP_EXIT,
        OP_START_TIME, OP_RELAY, OP_FAIL, OP_GO_ON, OP_COUNT
};

enum plan_policy { POLICY_FATAL = 0, POLICY_TOLERATE, POLICY_RETRY, POLICY_RETRY_TOLERATE, POLICY_COUNT };
enum plan_compare { CMP_ALWAYS = 0, CMP_EQ, CMP_NE, CMP_LT, CMP_GE, CMP_ULT, CMP_UGE, CMP_COUNT };
enum plan_kind { ARG_IMM32 = 0, ARG_IMM64, ARG_DATA, ARG_REGISTER };
enum { STEP_WHOLE_SENTENCE = 1, STEP_SECRET = 2, STEP_ENDS_OK = 4 };

/* One step decoded. */
struct step {
        uint32_t words, at; /* size; offset of the step in its actor's steps, in words */
        uint8_t op, policy, argc, flags;
        uint16_t result, sentence_lo, kinds, number;
        uint32_t sentence; /* text offset */
        const uint32_t *args, *tail;
};

struct plan {
        unsigned char *bytes;
        const struct plan_header *head;
        const struct plan_actor *actor;
        unsigned char *data;
        const char *text;
};

/* Checks bytes (8-aligned, len long) and fills p; relocates the pointers inside data.
 * Answers NULL, or the sentence that says what is wrong, the plan's bytes then being unusable. */
const char *plan_check(struct plan *p, unsigned char *bytes, size_t len);
/* How much of len bytes is the plan that begins them, by its own header; len when that cannot be. */
uint32_t plan_length(const unsigned char *bytes, uint32_t len);
/* Decodes the step at word `at` of an actor's steps of a checked plan. */
struct step plan_step(const struct plan *p, unsigned actor, uint32_t at);
uint64_t plan_checksum(const unsigned char *bytes, size_t len);

#endif
