/* How a failure reaches the caller: stderr, and the log file in runc's two formats. */
#ifndef ESTIBA_REPORT_H
#define ESTIBA_REPORT_H

struct report {
        int log;  /* descriptor of --log, or -1: then stderr gets the log line */
        int json; /* --log-format json */
        int debug; /* --debug */
};
void report_error(const struct report *r, const char *message);
/* A line for the log alone (nothing when the log is stderr). */
void report_note(const struct report *r, const char *level, const char *message);
/* With --debug: a line for the log, or for stderr where that is the log. */
void report_debug(const struct report *r, const char *message);

#endif
