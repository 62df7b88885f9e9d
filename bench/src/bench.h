/*
 * Side-by-side timing of container runtimes as their callers see them: whole processes, from before the spawn to after
 * the wait. The runtimes take turns within each round, in rotating order, because the absolute times of a machine drift
 * by a factor of two between hours while the ratios within one minute do not.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum { RUNTIMES = 8, NAME = 32, PATH = 512, ID = 80, PARTS = 6 };

struct runtime {
    char name[NAME];
    char program[PATH];
    char resident[PATH]; /* where its residents listen: a socket's path or the beginning of one; "" when it has none */
    bool worker;         /* started once, and told what to run on its standard input; knows "run" alone */
    pid_t pid;           /* of the worker, 0 before it is started */
    int in, out;         /* its standard input and output */
};

struct settings {
    struct runtime runtime[RUNTIMES];
    int runtimes;
    int rounds;
    int idle_ms;  /* pause before each measured call */
    int at_once;  /* of the scenario "parallel" */
    int seconds;  /* of one block of "parallel", at most */
    char template[PATH];
    char rootfs[PATH];
    char work[PATH];     /* bundles, states, pid files; ours alone */
    char markdown[PATH]; /* results are appended here; "" for none */
    char samples[PATH];  /* every single time as CSV is appended here; "" for none */
};

/* One container's places. */
struct container {
    const struct runtime *runtime;
    char id[ID];
    char bundle[PATH];
    char root[PATH];     /* the runtime's --root, the same for all containers of a runtime */
    char pid_file[PATH];
};

/* ---- process.c ---- */

int64_t now_ns(void); /* CLOCK_MONOTONIC */
void pause_ms(int ms);

/*
 * Runs a program to its end and returns the nanoseconds from before the spawn to after the wait. *status is as a shell
 * says it (128 + n for a signal), -1 when it could not be started, -2 when it took longer than a minute and was killed.
 * Standard input and output are /dev/null; what it said on standard error is in said() until the next call.
 */
int64_t run_program(const char *const *argv, int *status);
pid_t start_program(const char *const *argv); /* the same without waiting, and nobody keeps its standard error; or -1 */
const char *said(void);
int64_t wait_for_child(pid_t pid, int *status); /* the time when it had ended, as now_ns */
void start_worker(struct runtime *runtime);
/* As run_program: from before the line that asks to after the line that answers. What the worker says goes to our error. */
int64_t ask_worker(struct runtime *runtime, const char *root, const char *bundle, const char *id, int *status);
void end_workers(struct settings *settings);
void reap_strays(void); /* a subreaper inherits what a runtime leaves running, residents above all */

/* Set by SIGINT, SIGTERM and SIGHUP: loops end, everything is cleaned up. */
bool interrupted(void);
void catch_interrupts(void);

/* A process that holds a listening Unix socket whose path begins as asked; handle is a pidfd that the caller closes. */
struct resident {
    pid_t pid;
    int handle;
};

int find_residents(const char *socket_prefix, struct resident *found, int most);
int end_residents(const char *socket_prefix); /* SIGKILL, and waits for their end; how many */

/* ---- place.c ---- */

void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn)); /* cleans up first */
void make_place(const struct settings *settings);
void remove_place(const struct settings *settings); /* also deletes every container that still is there */

/* A bundle with its own id, made from the template; `args` replaces ["/bin/true"] where it is not NULL. */
void make_container(const struct settings *settings, const struct runtime *runtime, const char *args,
                    struct container *container);
void forget_container(const struct container *container); /* its bundle */

/* What the container left behind, as words; "" when nothing. Looks at cgroups, the state directory and mounts. */
const char *left_behind(const struct settings *settings, const struct container *container, bool look_at_mounts);

/* ---- report.c ---- */

/* A table: for each runtime and each part, one time a round. */
struct series {
    const char *part[PARTS];
    int parts;
    int rounds;
    double *ms[RUNTIMES][PARTS];
    int failures[RUNTIMES];
};

void open_series(struct series *series, const struct settings *settings, int parts, const char *const *part);
void report_series(const struct settings *settings, const struct series *series, const char *scenario, int done);
void report_line(const struct settings *settings, const char *format, ...) __attribute__((format(printf, 2, 3)));
void close_series(struct series *series);

#endif
