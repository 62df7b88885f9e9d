/* The command line of estiba-exec: MODE NAME=FD…, each descriptor by its name, so that what is missing needs no place. */
#include "engine.h"

#include "older.h"
#include "sys.h"
#include "text.h"

enum { F_SETFD_ = 2, MOST_FDS = 1 << 20 };

static const char *const names[ENGINE_FDS] = {"report", "plan", "root", "bundle", "state", "planner", "rootfs", "trace",
                                              "settings", "epilogue", "directory"};

static int number_after(const char *word, const char *name, int *fd)
{
        int64_t number;
        const char *rest = text_after(word, name);
        if (!rest || *rest != '=' || !text_number(rest + 1, MOST_FDS, &number) || number < 3)
                return 0;
        *fd = (int) number;
        return 1;
}

static int read_word(struct engine *e, const char *word)
{
        int fd;
        if (number_after(word, "client", &fd)) {
                if (e->clients == ENGINE_CLIENTS)
                        return 0;
                e->client[e->clients++] = fd;
                return 1;
        }
        for (int i = 0; i < ENGINE_FDS; i++)
                if (number_after(word, names[i], &fd)) {
                        if (e->fd[i] >= 0)
                                return 0;
                        e->fd[i] = fd;
                        return 1;
                }
        return 0;
}

static int read_mode(struct engine *e, const char *word)
{
        static const char *const modes[] = {"walk", "hold", "monitor"};
        for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++)
                if (text_equal(word, modes[i])) {
                        e->mode = (enum engine_mode) i;
                        return 1;
                }
        return 0;
}

int engine_words(struct engine *e, int argc, char **argv)
{
        for (int i = 0; i < ENGINE_FDS; i++)
                e->fd[i] = -1;
        if (argc < 3 || !read_mode(e, argv[1]))
                return 0;
        for (int i = 2; i < argc; i++)
                if (!read_word(e, argv[i]))
                        return 0;
        int monitor = e->mode == ENGINE_MONITOR, has_own = e->clients > 0;
        for (int i = ENGINE_SETTINGS; i < ENGINE_FDS; i++)
                has_own |= e->fd[i] >= 0;
        if (monitor && (e->fd[ENGINE_SETTINGS] < 0 || e->fd[ENGINE_DIRECTORY] < 0))
                return 0;
        return e->fd[ENGINE_REPORT] >= 0 && (monitor || !has_own);
}

/* The lowest of those named that is not below `from`, or -1. */
static int next_named(const struct engine *e, unsigned from)
{
        int next = -1;
        for (unsigned i = 0; i < ENGINE_FDS + e->clients; i++) {
                int fd = i < ENGINE_FDS ? e->fd[i] : e->client[i - ENGINE_FDS];
                if (fd >= (int) from && (next < 0 || fd < next))
                        next = fd;
        }
        return next;
}

void engine_close_others(const struct engine *e, int on_exec)
{
        unsigned from = 3;
        for (int next; (next = next_named(e, from)) >= 0; from = (unsigned) next + 1) {
                if (next > (int) from)
                        close_descriptors(from, next - 1, 0);
                sys3(SYS_fcntl, next, F_SETFD_, on_exec);
        }
        close_descriptors(from, ~0u, 0);
        keep_proc();
}
