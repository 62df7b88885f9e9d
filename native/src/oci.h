#ifndef ESTIBA_OCI_H
#define ESTIBA_OCI_H

#include "frame.h"
#include "report.h"

/* Registers that a plan finds filled (dev.estiba.runtime.plan.Reserved has the same list); 6 is REG_PEER. Console and
 * status are a monitor's, the root file system is estiba-exec's. */
enum { REG_BUNDLE = 0, REG_ROOT, REG_STATE, REG_LOG, REG_PLANNER, REG_CONSOLE, REG_ROOTFS = 7, REG_STATUS, REG_DIRECTORY, REG_FIRST_FREE = 16 };

/* What the arguments say about files; all else is the planner's. */
struct invocation {
        const char *command, *id, *bundle, *process, *resources, *root, *log;
        int gather, help;
        const char *static_answer;
        struct report report;
};
void read_arguments(struct invocation *v, int argc, char **argv, char **envp);

/* The descriptors that go from the invoked program into its sealed copy. */
struct held { int bundle, root, state, log, planner, trace, how; };
enum { HOW_JSON = 1, HOW_DEBUG = 2 };
#define HELD_FDS 6
#define HELD_ALL 7

int oci_main(int argc, char **argv, char **envp);
int oci_sealed(int argc, char **argv, char **envp);

/* Fills f with all that the planner needs; 0, or -1 with the sentence in `why`. */
int gather(const struct invocation *v, struct held *h, struct frame *f, int argc, char **argv, char **envp, struct text *why);

/* Whether a variable of the environment (NAME=value) is one that the planner is told of. */
int is_asked_for(const char *variable);

/* This program in a file of a read-only file system of its own, closed when another is executed; or -errno. For more than one
 * container: a sealed memfd keeps its bytes, but whoever holds it in one container can take the right to execute it, or give
 * it an owner and a set-user-ID bit, for all that come after. */
long unchangeable_copy(void);
/* Whether a descriptor is of such a file. */
int is_unchangeable(int fd);

/* Executes this program from a sealed memfd, so that no process in a container ever holds the host's file
 * (CVE-2019-5736); comes back only with -errno. `kept` is an unchangeable copy that there is already; below
 * 0: none. argv[1] of the copy is `mark`, followed by our arguments. Of the environment it gets what the planner is told of: it may have to ask once more, and no secret of the caller's can then be
 * read from a container's process before its exec. */
int become_sealed(const char *mark, long kept, int argc, char **argv, char **envp);

#endif
