/* What a monitor does when its process has ended: the epilogue's actors, and the exit file. */
#include "monitor.h"

#include "oci.h"
#include "sys.h"
#include "wait.h"

static void walk_epilogue_actor(void *with)
{
        struct monitor *m = ((void **) with)[0];
        if (walk_actor(&engine_walk, *(unsigned *) ((void **) with)[1]) == 0)
                return;
        struct text t = text_over(m->problem, sizeof m->problem);
        text_add(&t, engine_walk.failure.text);
}

/* In a child, so that whatever is wrong with the plan the status is kept; its descriptors are this process's, so that the
 * second actor finds what the first has opened. */
void monitor_epilogue(struct monitor *m, unsigned actor)
{
        void *with[] = {m, &actor};
        uint64_t len;
        int error;
        if (m->epilogue < 0)
                return;
        if (!engine_walk.plan.head) {
                const char *wrong = engine_load(m->epilogue, &len, &error);
                walk_reset(&engine_walk);
                engine_walk.reg[REG_ROOT] = m->root;
                engine_walk.reg[REG_STATE] = m->state;
                engine_walk.reg[REG_DIRECTORY] = m->directory;
                engine_walk.reg[REG_STATUS] = m->status;
                if (wrong) {
                        struct text t = text_over(m->problem, sizeof m->problem);
                        text_add(&t, wrong);
                        if (error) {
                                text_add(&t, ": ");
                                text_add(&t, errno_text(error));
                        }
                        close_fd(&m->epilogue);
                        return;
                }
        }
        engine_walk.failure.text[0] = 0;
        engine_apart(walk_epilogue_actor, with, 0x400 /* CLONE_FILES */);
}

/* Whoever reads it finds nothing or all. */
static int64_t write_at_once(const struct monitor *m, const struct text *line)
{
        char temporary[SETTINGS_NAME + 8];
        struct text name = text_over(temporary, sizeof temporary);
        text_add(&name, m->settings.exit_name);
        text_add(&name, ".new");
        int fd = (int) sys4(SYS_openat, m->directory, temporary, O_WRONLY_ | O_CREAT_ | O_TRUNC_ | O_CLOEXEC_ | O_NOFOLLOW_, 0600);
        int64_t r = fd < 0 ? fd : write_whole(fd, line->at, line->len);
        close_fd(&fd);
        if (r == 0)
                r = sys4(SYS_renameat, m->directory, temporary, m->directory, m->settings.exit_name);
        if (r < 0)
                sys3(SYS_unlinkat, m->directory, temporary, 0);
        return r;
}

/* One line of JSON. Where it cannot be written there is nobody to tell but the clients, who get the status itself. */
void monitor_write_exit(struct monitor *m)
{
        char line[2048];
        struct text t = text_over(line, sizeof line);
        unsigned tries = 0;
        struct timespec_ now;
        sys2(SYS_clock_gettime, 0 /* CLOCK_REALTIME */, &now);
        text_add(&t, "{\"pid\":");
        text_add_number(&t, m->pid);
        text_add(&t, ",\"start\":");
        text_add_number(&t, m->start);
        text_add(&t, ",\"code\":");
        text_add_number(&t, shell_status(m->status));
        text_add(&t, ",\"signal\":");
        text_add_number(&t, m->status & 0x7f);
        text_add(&t, ",\"finished\":\"");
        text_add_nanos(&t, now);
        text_add(&t, "\",\"lost\":");
        text_add_number(&t, (int64_t) m->log.lost);
        if (m->problem[0]) {
                text_add(&t, ",\"problem\":\"");
                text_add_json(&t, m->problem, strlen(m->problem));
                text_add_char(&t, '"');
        }
        text_add(&t, "}\n");
        while (write_at_once(m, &t) < 0 && wait_out(&tries))
                ; /* a full file system too may have room in a moment, and the status is to be lost last of all */
}
