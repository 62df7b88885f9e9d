/* What a process can find out about where it is, from the kernel alone. */
#ifndef HELLO_FACTS_H
#define HELLO_FACTS_H

#include "../src/text.h"

/* The file's bytes with a NUL behind them, in a buffer that the next call uses again; "" when it cannot be read. */
const char *file_text(const char *path);
/* A file with one number, or -1; "max" and what v1 has for it are INT64_MAX. */
int64_t file_number(const char *path);
/* What follows "NAME:" and its blanks on a line of its own; NULL when there is none. */
const char *field(const char *text, const char *name);
int64_t decimal(const char *s);
uint64_t hexadecimal(const char *s);
int bits_in(uint64_t set);

struct limits { int64_t memory, memory_used, cpu_quota, cpu_period, pids; }; /* -1: no file says */
/* Of this process's own group: the one at the top of what is mounted at /sys/fs/cgroup, in version 2 or 1. */
void read_limits(struct limits *l);

/* A line of /proc/self/mountinfo (proc(5)), cut into what is wanted; each text ends with a NUL. */
struct mount { const char *root, *point, *options, *type; };
/* Calls take for every mount, in order. */
void each_mount(void (*take)(const struct mount *m, void *to), void *to);

int count_processes(void);
/* Names of the network interfaces, parted by blanks; how many. */
int interfaces(struct text *names);
int processors(void);
void host_name(struct text *name);

#endif
