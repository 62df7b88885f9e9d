/* A traced walk: every step's answer and time, in a file that all actors have mapped. */
#ifndef ESTIBA_TRACE_H
#define ESTIBA_TRACE_H

#include "walk.h"

enum { TRACE_BYTES = 1 << 20 };

/* Creates the file; its descriptor, or -1 (also for NULL: no trace is asked for). */
int trace_open(const char *path);
/* Maps it; NULL for -1. */
struct trace *trace_map(int fd);

#endif
