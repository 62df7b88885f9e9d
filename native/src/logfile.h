/* A container's log: each line of its output as a line of a file, in Docker's json-file format or the CRI's. */
#ifndef ESTIBA_LOGFILE_H
#define ESTIBA_LOGFILE_H

#include "settings.h"
#include "sys.h"
#include "text.h"

enum { LOG_LINE = 16384 }; /* a longer line is cut into parts: dockerd's and containerd's number */

struct logfile {
        const struct settings *settings;
        int fd;       /* -1: it could not be opened; tried again with the next line */
        int created;  /* the file was not there before */
        int64_t size; /* of the live file */
        uint64_t lost; /* lines that could not be written */
        struct {
                char bytes[LOG_LINE];
                size_t len;           /* of a line whose end has not come */
                int parts;            /* parts of this line have been written */
                struct timespec_ time; /* of its first part: all of them have that one (dockerd's copier.go) */
        } line[2];
        char out[6 * LOG_LINE + 512]; /* whole lines that are still to be written */
        size_t used;
};

/* 0, or -errno. With LOG_NONE nothing is opened, and the others do nothing. */
int logfile_open(struct logfile *l, const struct settings *s);
/* stream 0: stdout, 1: stderr */
void logfile_add(struct logfile *l, int stream, const char *bytes, size_t len);
/* The stream has ended: a line without an end is written as a part. */
void logfile_end(struct logfile *l, int stream);
/* Somebody has renamed the file: goes on with a new one of that name. 0, or -errno, the old one then being kept. */
int logfile_reopen(struct logfile *l);
/* RFC 3339 with nanoseconds, zeros at the end left out, UTC: Go's time.RFC3339Nano. */
void text_add_nanos(struct text *t, struct timespec_ time);

#endif
