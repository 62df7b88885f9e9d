#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void make_walk(struct maker *m, struct walk *w)
{
        size_t len;
        unsigned char *bytes = make_bytes(m, &len);
        memset(w, 0, sizeof *w);
        walk_reset(w);
        const char *wrong = plan_check(&w->plan, bytes, len);
        if (wrong)
                fail(__FILE__, __LINE__, "the test's own plan is refused: %s", wrong);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
        (void) st, (void) type, (void) at;
        return remove(path);
}

/* What the test's process has said, each line behind "# ". */
static void comment(const char *output)
{
        for (const char *line = output; *line;) {
                size_t n = strcspn(line, "\n");
                printf("# %.*s\n", (int) n, line);
                line += n + (line[n] == '\n');
        }
}

static int run_test(int number, const char *area, const struct test *t)
{
        char place[] = "/tmp/estiba-native-test-XXXXXX", said[8192] = "";
        int pipe_[2], status = 0;
        if (!mkdtemp(place) || pipe(pipe_) < 0) {
                printf("Bail out! cannot make a directory in /tmp\n");
                exit(1);
        }
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
                dup2(pipe_[1], 2);
                close(pipe_[0]);
                close(pipe_[1]);
                if (chdir(place) < 0)
                        _exit(1);
                alarm(30);
                t->run();
                fflush(NULL);
                _exit(0);
        }
        close(pipe_[1]);
        size_t have = 0;
        for (ssize_t n; (n = read(pipe_[0], said + have, sizeof said - 1 - have)) > 0;)
                have += (size_t) n;
        close(pipe_[0]);
        said[have] = 0;
        waitpid(pid, &status, 0);
        nftw(place, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED) {
                printf("ok %d - %s: %s # SKIP %s\n", number, area, t->name, said);
                return 0;
        }
        int good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        if (!good) {
                comment(said);
                if (WIFSIGNALED(status))
                        printf("# ended by signal %d\n", WTERMSIG(status));
        }
        printf("%s %d - %s: %s\n", good ? "ok" : "not ok", number, area, t->name);
        return !good;
}

int main(int argc, char **argv)
{
        static const struct {
                const char *area;
                const struct test *tests;
        } areas[] = {{"text", text_tests},   {"plan", plan_tests}, {"walk", walk_tests},   {"actors", actor_tests},
                     {"mkdirs", mkdirs_tests}, {"copy", copy_tests}, {"spawn", spawn_tests}, {"frame", frame_tests},
                     {"arguments", arguments_tests}, {"monitor", monitor_tests}};
        int number = 0, failed = 0;
        for (size_t i = 0; i < sizeof areas / sizeof *areas; i++)
                for (const struct test *t = areas[i].tests; t->name; t++) {
                        if (argc > 1 && strcmp(argv[1], areas[i].area) != 0)
                                continue;
                        failed += run_test(++number, areas[i].area, t);
                }
        printf("1..%d\n", number);
        return failed != 0;
}
