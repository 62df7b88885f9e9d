/* The `estiba` command's native half. native/README.md, "The forwarder". */
#ifndef ESTIBA_FORWARD_H
#define ESTIBA_FORWARD_H

#include "sys.h"
#include "terminal.h"

#define FORWARD_MAGIC 0x44574645u /* "EFWD" */
#define FORWARD_VERSION 1

enum forward_kind {
        FORWARD_CALL = 1, FORWARD_SIGNAL, FORWARD_SIZE, FORWARD_INPUT, FORWARD_SETTLED,
        FORWARD_EXIT = 16, FORWARD_RAW, FORWARD_ELSEWHERE, FORWARD_WANT, FORWARD_HELLO
};

struct forward_header { uint32_t magic; uint16_t version, kind; uint32_t length, count; };

/* Sends one frame of `count` buffers whole, with the descriptors on its first byte; 0 or -errno. */
int64_t forward_send(int socket, unsigned kind, const void *body, size_t len, uint32_t count, const int *fds, size_t nfds);
/* Sends this process's arguments, environment, directory, descriptors. */
int64_t forward_call(int socket, int argc, char **argv, char **envp);

/* The caller's terminal: descriptor 0, when it is one. */
struct forward_terminal { int is, raw, held; struct termios_ before; };
void forward_terminal_look(struct forward_terminal *t);
int forward_in_background(const struct forward_terminal *t);
void forward_raw(struct forward_terminal *t, int on);
/* Before this process stops, and when it goes on: the shell gets its terminal as it was. */
void forward_terminal_lend(struct forward_terminal *t);
void forward_terminal_take(struct forward_terminal *t);
/* The size of the first of 1, 0, 2 that is a terminal; 0 when none is. */
int forward_size(struct winsize_ *size);

int forward_main(int argc, char **argv, char **envp);

#endif
