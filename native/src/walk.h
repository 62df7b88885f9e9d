/* The executor: walks one actor's steps. It knows system calls, not containers. */
#ifndef ESTIBA_WALK_H
#define ESTIBA_WALK_H

#include "plan.h"
#include "text.h"

#define FAILURE_TEXT 6144

/* What went wrong, worded where it happened: a child's sentence may come from a plan that only the child has. */
struct failure {
        uint32_t actor, step; /* step: word offset in the actor's steps */
        int32_t error;        /* errno, 0 when the sentence is whole */
        int32_t exit_status;
        char text[FAILURE_TEXT];
};

/* One record of a traced walk; lives in memory that all actors share. */
struct trace_record {
        uint32_t actor, step;
        int64_t result, start_ns, end_ns;
};
struct trace {
        uint32_t used, cap;
        struct trace_record record[];
};

/* The register that holds the SEQPACKET socket to the other actor, or -1: a plan may move the socket. */
enum { REG_PEER = 6 };

struct walk {
        struct plan plan;
        int64_t reg[PLAN_MAX_REGISTERS];
        int planner;    /* stream socket to the planner, or -1 */
        int32_t child;  /* pid of the actor started last and not yet waited for, or 0 */
        int32_t left;   /* pid of the process that is left behind when outer ends here: that actor, or its successor */
        int child_fd;   /* its pidfd */
        int detached;   /* the child may live on when this process fails or ends */
        struct trace *trace;
        struct failure failure;
        char detail[FAILURE_TEXT - 1024]; /* what an operation adds to the sentence, e.g. a hook's output */
};

/* Walks `actor` to its end. 0, or -1 with w->failure filled. OP_EXIT and a successful execve do not come back. */
int walk_actor(struct walk *w, unsigned actor);
/* Walks `undo` after a failure: kills and reaps the child, then every step in turn whatever it answers. */
void walk_undo(struct walk *w);
/* In a child: sends w->failure to the other actor. */
void walk_send_failure(struct walk *w);
/* Takes the other actor's failure into w->failure when one has arrived; 1 then. */
int walk_take_failure(struct walk *w);

void walk_reset(struct walk *w);

/* Operations, one file each; each answers a result >= 0 or -errno. */
struct op_args {
        struct walk *w;
        const struct step *s;
        int64_t a[8];
};
int64_t op_read_all(struct op_args *o);
int64_t op_write_all(struct op_args *o);
int64_t op_format(struct op_args *o);
int64_t op_mkdirs(struct op_args *o);
int64_t op_copy_tree(struct op_args *o);
/* Removes the directory `name` in `parent` with all that is in it; 0 or -errno. */
int64_t remove_tree_of_files(int parent, const char *name);
int64_t op_spawn(struct op_args *o);
int64_t op_send_fd(struct op_args *o);
int64_t op_recv_fd(struct op_args *o);
int64_t op_pids(struct op_args *o);
int64_t op_post(struct op_args *o);
int64_t op_await(struct op_args *o);
int64_t op_actor(struct op_args *o);
int64_t op_wait(struct op_args *o);
int64_t op_ask(struct op_args *o);
int64_t op_go_on(struct op_args *o);
int64_t op_start_time(struct op_args *o);
int64_t op_relay(struct op_args *o);

/* Reads to the end of fd, at most cap bytes, into memory that is never freed. -errno; -E_FBIG when there is more. */
int64_t read_whole(int fd, uint64_t cap, char **bytes);
int64_t write_whole(int fd, const char *bytes, uint64_t len);
/* len bytes of memory, zeroed, 16-aligned, never freed; NULL when the arena (32 MiB) is used up. */
void *arena(uint64_t len);
/* Gives all of it back, zeroed: whoever stays after a walk keeps none of its secrets. */
void arena_forget(void);
const char *errno_text(int error);

#endif
