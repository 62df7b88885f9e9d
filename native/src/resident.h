/* Finding, and giving birth to, a resident JVM. */
#ifndef ESTIBA_RESIDENT_H
#define ESTIBA_RESIDENT_H

#include "text.h"

struct resident {
        const char *home; /* of this build: lib/<role>.argv says how its JVM is started */
        const char *role; /* "planner", "command" */
        char directory[256];
        char **envp; /* of the call */
};
/* Chooses the directory: /run/estiba/jvm for root, /run/user/ID/estiba, $XDG_RUNTIME_DIR/estiba or /tmp/estiba-ID. */
void resident_place(struct resident *r, char **envp);
/* A connected stream socket to the resident of this build, if there is one; else -errno. */
int resident_try(const struct resident *r);
/* The same in a directory that may be read by others: what answers there must be root's. */
int resident_answering(const struct resident *r);
/* A connected stream socket to the resident of this build, started when there is none; or -errno. -E_CHILD: none may
 * be born under this call's parent.
 * *born is 1 when this call started it. */
int resident_connect(const struct resident *r, int *born);
/* A connected socket to a JVM of this call's own, which ends with the connection; or -errno. */
int resident_private(const struct resident *r);
/* The unchangeable copy of this executable that the planner at the other end keeps, as the caller's own descriptor; or -1. To copy
 * it anew for each container would cost a tenth of a millisecond. No path leads to it, and its owner cannot be mistaken. */
int resident_program(int s);
/* Whether the JVM at the other end is so young that it may still be starting, on a busy machine, and is not stopped. Such
 * a one is given RESIDENT_NEW_S more. */
enum { RESIDENT_NEW_S = 10 };
int resident_is_new(int s);
/* Under the start lock, takes the name from the resident at the other end of `silent`, which does not answer, so that the
 * next call starts another. */
void resident_forget(const struct resident *r, int silent);

#endif
