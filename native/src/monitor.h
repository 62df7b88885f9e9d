/* The monitor: parent of the process that a plan leaves behind, and of its orphans; keeper of its stdio, log and status. */
#ifndef ESTIBA_MONITOR_H
#define ESTIBA_MONITOR_H

#include "engine.h"
#include "logfile.h"
#include "settings.h"

/* The attach socket's frames; one SEQPACKET message each. dev.estiba.runtime.monitor.Frame has the same numbers. */
enum { ATTACH_VERSION = 1, ATTACH_MOST = 65536, ATTACH_CHUNK = 16384 };
enum {
        FRAME_HELLO = 1, FRAME_STDIN, FRAME_STDIN_END, FRAME_RESIZE, FRAME_REOPEN_LOG,
        FRAME_WELCOME = 16, FRAME_STDOUT, FRAME_STDERR, FRAME_EXIT, FRAME_DONE
};
enum { WANTS_STDOUT = 1, WANTS_STDERR = 2, HAS_STDIN = 4, WANTS_END = 8 };
struct attach_head {
        uint16_t version, kind;
        uint32_t length; /* of what follows */
};

enum { CLIENTS = 32 }; /* more of them wait in the socket's queue */
struct client {
        int fd; /* -1: nobody */
        int given, greeted, told_end;
        uint32_t wants;
        unsigned char reply[32]; /* an answer that has not gone yet: nothing is read from this client until it has */
        size_t reply_len;
};

/* One of the container's outputs: what was read last, until every client that wants it has it. */
struct stream {
        int fd; /* -1: at its end */
        uint32_t owed; /* bit n: client n */
        int64_t left;  /* how much is still to be read, -1: to its end */
        int64_t quiet_until; /* milliseconds of CLOCK_MONOTONIC; see monitor_loop.c */
        size_t len;
        struct {
                struct attach_head head;
                char bytes[ATTACH_CHUNK];
        } frame;
};

struct monitor {
        struct settings settings;
        struct logfile log;
        int directory, epilogue, root, state;
        int signals, listener, master;
        int input; /* the container's stdin: a pipe's end, or a second descriptor of the master. -1: none */
        int input_ends; /* when what is pending has been written */
        char pending[ATTACH_MOST]; /* of a client's stdin */
        size_t pending_at, pending_len;
        struct stream stream[2];
        struct client client[CLIENTS];
        int pid, ended, status;
        int64_t start;
        char problem[512]; /* why the epilogue failed */
};

/* attach.c */
void client_add(struct monitor *m, int fd, int given);
void client_gone(struct monitor *m, unsigned n);
int client_may_be_read(const struct monitor *m, unsigned n);
int client_is_owed(const struct monitor *m, unsigned n);
void client_read(struct monitor *m, unsigned n);
/* Sends what client n is owed, as much as it takes. */
void client_push(struct monitor *m, unsigned n);
/* A new frame of stream i is there. */
void attach_deliver(struct monitor *m, unsigned i);
/* Owes everybody who asked for it the end; the others are let go. */
void attach_end(struct monitor *m);
void feed_input(struct monitor *m);

/* monitor_loop.c */
/* Until the container has ended. */
void monitor_run(struct monitor *m);
/* Until its outputs have ended, at most that long. */
void monitor_drain(struct monitor *m, int ms);
/* Until each client has what it is owed, and nothing more is read than there is now. */
void monitor_serve(struct monitor *m);
void monitor_accept(struct monitor *m);

/* monitor_end.c */
/* Walks an actor of the epilogue, where there is one. */
void monitor_epilogue(struct monitor *m, unsigned actor);
void monitor_write_exit(struct monitor *m);

#endif
