/* estiba-exec: the executor for callers that have the plan already, which is a JVM with the runtime as a library. */
#ifndef ESTIBA_ENGINE_H
#define ESTIBA_ENGINE_H

#include <stdint.h>

#include "walk.h"

/* What goes to the caller, one message of a SEQPACKET socket each: this record, and for a failure its sentence (UTF-8,
 * no NUL). dev.estiba.runtime.local.Report has the same layout. */
#define ENGINE_MAGIC 0x54505245u /* "ERPT" */
#define ENGINE_VERSION 1
enum {
        ENGINE_FAILED = 1, /* actor, step, error, status: what this process would have ended with; what was begun is undone */
        ENGINE_MADE,       /* pid of the process that the plan has left behind; this process is its parent now */
        ENGINE_ENDED       /* status of that process, as wait4(2) tells it */
};
struct engine_record {
        uint32_t magic;
        uint16_t version, kind;
        int32_t pid, status, error;
        uint32_t actor, step, zero;
};

/* The words of the command line, in the order of `names` in words.c. */
enum engine_mode { ENGINE_WALK, ENGINE_HOLD, ENGINE_MONITOR };
enum {
        ENGINE_REPORT, /* always: the socket for the records above */
        ENGINE_PLAN, ENGINE_ROOT, ENGINE_BUNDLE, ENGINE_STATE, ENGINE_PLANNER, ENGINE_ROOTFS, ENGINE_TRACE,
        /* of a monitor alone: */
        ENGINE_SETTINGS, ENGINE_EPILOGUE, ENGINE_DIRECTORY,
        ENGINE_FDS
};
enum { ENGINE_CLIENTS = 8 };
struct engine {
        enum engine_mode mode;
        int fd[ENGINE_FDS]; /* -1 where there is none */
        int client[ENGINE_CLIENTS];
        unsigned clients;
        uint64_t plan_len;
};
/* Reads MODE NAME=FD…; 0 when they are not as they should be. */
int engine_words(struct engine *e, int argc, char **argv);
/* Closes everything from 3 on but the descriptors that were named, which become close-on-exec (or stop being so). */
void engine_close_others(const struct engine *e, int on_exec);

/* Sends FAILED; the status to end with. */
int engine_refuse(const struct engine *e, const char *sentence, int error);
/* The same of a system call, with its errno in words. */
int engine_refuse_call(const struct engine *e, const char *what, int error);
/* Sends MADE or ENDED. */
void engine_tell(const struct engine *e, int kind, int pid, int status);
/* The program's one walk. */
extern struct walk engine_walk;
/* Maps the plan in fd and checks it into engine_walk. NULL, or the sentence that refuses it; error: of a call, or 0. */
const char *engine_load(int fd, uint64_t *len, int *error);
/* Runs `body` in a child that shares this process's memory, while this one sleeps: its status as wait4(2) tells it, or
 * -errno. more: further flags of clone(2). */
int engine_apart(void (*body)(void *), void *with, uint64_t more);
/* Has a child walk the plan, with `stdio` as its 0, 1 and 2 where that is not NULL. The pid of the process that is left
 * behind; or, told already, -1 with the status to end with in *status. */
int engine_make(const struct engine *e, const int *stdio, int *status);

int engine_main(int argc, char **argv);
/* monitor.c; its words become its title. */
int monitor(struct engine *e, int argc, char **argv);

#endif
