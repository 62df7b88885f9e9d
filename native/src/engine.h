/* estiba-exec: the executor for callers that have the plan already, which is a JVM with the runtime as a library. */
#ifndef ESTIBA_ENGINE_H
#define ESTIBA_ENGINE_H

#include <stdint.h>

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

int engine_main(int argc, char **argv);

#endif
