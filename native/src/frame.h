/* What goes to a planner and what comes back. native/README.md, "The planner's frames". */
#ifndef ESTIBA_FRAME_H
#define ESTIBA_FRAME_H

#include "walk.h"

#define FRAME_REQUEST 0x51455245u /* "EREQ" */
#define FRAME_ANSWER 0x534e4145u  /* "EANS" */
#define FRAME_VERSION 1
enum { FRAME_COMPILE = 1, FRAME_CONTINUE = 2 };

enum buffer_tag {
        TAG_ARGV = 1, TAG_CALLER, TAG_CWD, TAG_BUNDLE, TAG_CONFIG, TAG_STATE, TAG_INIT, TAG_PROCESS, TAG_OWN_CGROUP, TAG_CGROUPS,
        TAG_RESOURCES, TAG_ENVIRONMENT, TAG_PASSWD, TAG_GROUP, TAG_GATHERED, TAG_STATES,
        TAG_PIDS, TAG_OUTPUT, TAG_PROBE, TAG_NAME, TAG_FILE, TAG_OVERLAY
};

/* Of the caller's fourth word, whose low bits are its terminals. */
enum { CALLER_IN_USER_NAMESPACE = 1 << 8, CALLER_WITHOUT_OPEN_TREE = 1 << 9, CALLER_WITHOUT_MOUNT_SETATTR = 1 << 10 };
struct buffer { uint32_t tag, len; const void *bytes; };
#define FRAME_MAX_BUFFERS 160 /* with their labels and padding below UIO_MAXIOV (1024) */

struct frame {
        uint32_t count, kind;
        struct buffer buffer[FRAME_MAX_BUFFERS];
};

void frame_add(struct frame *f, uint32_t tag, const void *bytes, uint64_t len);
/* Puts a buffer aside for the next OP_ASK; 0, or -E_2BIG when there are too many. */
int64_t frame_collect(uint32_t tag, const void *bytes, uint64_t len);
/* Sends it whole; 0 or -errno: -E_AGAIN when the other side has read nothing for patience_ms. */
int64_t frame_send(int socket, const struct frame *f, int patience_ms);
/* Receives the answer within deadline_ms and checks its plan; NULL, or what is wrong (*error: errno or 0). */
const char *frame_receive_plan(int socket, int deadline_ms, struct plan *plan, int *error);

#endif
