#include "report.h"

#include "sys.h"
#include "walk.h"

static void log_line(int fd, int json, const char *level, const char *message)
{
        static char line[6 * FAILURE_TEXT + 256]; /* six for the longest escape: the line always has its end */
        struct text t = text_over(line, sizeof line - 1);
        struct timespec_ now;
        sys2(SYS_clock_gettime, 0 /* CLOCK_REALTIME */, &now);
        text_add(&t, json ? "{\"level\":\"" : "time=\"");
        if (json) {
                text_add(&t, level);
                text_add(&t, "\",\"msg\":\"");
                text_add_json(&t, message, strlen(message));
                text_add(&t, "\",\"time\":\"");
                text_add_time(&t, now.sec);
                text_add(&t, "\"}");
        } else {
                text_add_time(&t, now.sec);
                text_add(&t, "\" level=");
                text_add(&t, level);
                text_add(&t, " msg=\"");
                text_add_json(&t, message, strlen(message));
                text_add(&t, "\"");
        }
        line[t.len] = '\n';
        write_whole(fd, line, t.len + 1);
}

void report_note(const struct report *r, const char *level, const char *message)
{
        if (r->log >= 0)
                log_line(r->log, r->json, level, message);
}

void report_debug(const struct report *r, const char *message)
{
        if (r->debug)
                log_line(r->log >= 0 ? r->log : 2, r->json, "debug", message);
}

/* As runc does: the log gets the line; where the log is not stderr, stderr gets the bare sentence too. */
void report_error(const struct report *r, const char *message)
{
        log_line(r->log >= 0 ? r->log : 2, r->json, "error", message);
        if (r->log >= 0) {
                write_whole(2, message, strlen(message));
                write_whole(2, "\n", 1);
        }
}
