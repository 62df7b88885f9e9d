/*
 * interleave SCENARIO --runtime NAME=PROGRAM... --rootfs DIR --template FILE [OPTION...]; see usage() below.
 * The first runtime is the one that the others are compared with.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WARM_UP = 3, WORKER_WARM_UP = 1500, AT_ONCE_CAP = 64, BLOCKS = 4, SETTLE_MS = 500 };

static void must(int status, const struct container *container, const char *verb)
{
    if (status != 0)
        fail("%s %s of %s ended with %d: %s", container->runtime->name, verb, container->id, status, said());
}

static void must_leave_nothing(const struct settings *settings, const struct container *container, bool mounts)
{
    const char *left = left_behind(settings, container, mounts);
    if (*left != 0)
        fail("%s left behind after %s: %s", container->runtime->name, container->id, left);
}

/* ---- the calls, as callers make them ---- */

static int64_t call_run(const struct container *c, int *status)
{
    if (c->runtime->worker)
        return ask_worker((struct runtime *) c->runtime, c->root, c->bundle, c->id, status);
    const char *argv[] = {c->runtime->program, "--root", c->root, "run", "--bundle", c->bundle, c->id, NULL};
    return run_program(argv, status);
}

static int64_t call_create(const struct container *c, int *status)
{
    const char *argv[] = {c->runtime->program, "--root", c->root, "create", "--bundle", c->bundle, "--pid-file",
                          c->pid_file, c->id, NULL};
    return run_program(argv, status);
}

static int64_t call_simple(const struct container *c, const char *verb, int *status)
{
    const char *argv[] = {c->runtime->program, "--root", c->root, verb, c->id, NULL};
    return run_program(argv, status);
}

static int64_t call_exec(const struct container *c, int *status)
{
    const char *argv[] = {c->runtime->program, "--root", c->root, "exec", c->id, "/bin/true", NULL};
    return run_program(argv, status);
}

static void call_delete_by_force(const struct container *c)
{
    int status;
    const char *argv[] = {c->runtime->program, "--root", c->root, "delete", "--force", c->id, NULL};
    run_program(argv, &status);
    must(status, c, "delete --force");
}

static pid_t pid_of(const struct container *container)
{
    char text[32] = "";
    int file = open(container->pid_file, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0)
        close(file);
    pid_t pid = length > 0 ? atoi(text) : 0;
    if (pid <= 1)
        fail("%s wrote no pid into %s", container->runtime->name, container->pid_file);
    return pid;
}

/* ---- scenarios: one round of one runtime, times in ms into *ms[part] ---- */

typedef void round_function(const struct settings *settings, int runtime, double *ms);

static void round_run(const struct settings *settings, int runtime, double *ms)
{
    struct container container;
    int status;
    reap_strays();
    make_container(settings, &settings->runtime[runtime], NULL, &container);
    pause_ms(settings->idle_ms);
    int64_t time = call_run(&container, &status);
    must(status, &container, "run");
    must_leave_nothing(settings, &container, false);
    forget_container(&container);
    ms[0] = (double) time / 1e6;
}

static void round_cold(const struct settings *settings, int runtime, double *ms)
{
    if (settings->runtime[runtime].resident[0] != 0)
        end_residents(settings->runtime[runtime].resident);
    round_run(settings, runtime, ms);
}

static void round_lifecycle(const struct settings *settings, int runtime, double *ms)
{
    struct container container;
    int status;
    int64_t time[4];
    make_container(settings, &settings->runtime[runtime], NULL, &container);
    pause_ms(settings->idle_ms);
    time[0] = call_create(&container, &status);
    must(status, &container, "create");
    pid_t init = pid_of(&container);
    pause_ms(settings->idle_ms);
    time[1] = call_simple(&container, "start", &status);
    must(status, &container, "start");
    int64_t begin = now_ns();
    time[2] = wait_for_child(init, &status) - begin;
    if (status != 0)
        fail("%s: the container's process %d ended with %d, or is not our child", container.runtime->name, init, status);
    pause_ms(settings->idle_ms);
    time[3] = call_simple(&container, "delete", &status);
    must(status, &container, "delete");
    must_leave_nothing(settings, &container, false);
    forget_container(&container);
    ms[4] = 0;
    for (int part = 0; part < 4; part++) {
        ms[part] = (double) time[part] / 1e6;
        ms[4] += ms[part];
    }
}

static struct container sleeper[RUNTIMES]; /* of the scenario "exec" */

static void round_exec(const struct settings *settings, int runtime, double *ms)
{
    int status;
    pause_ms(settings->idle_ms);
    int64_t time = call_exec(&sleeper[runtime], &status);
    must(status, &sleeper[runtime], "exec");
    ms[0] = (double) time / 1e6;
}

static void start_sleepers(const struct settings *settings)
{
    for (int r = 0; r < settings->runtimes; r++) {
        int status;
        make_container(settings, &settings->runtime[r], "[\"/bin/probe\",\"sleep\",\"100000\"]", &sleeper[r]);
        call_create(&sleeper[r], &status);
        must(status, &sleeper[r], "create");
        call_simple(&sleeper[r], "start", &status);
        must(status, &sleeper[r], "start");
    }
}

static void end_sleepers(const struct settings *settings)
{
    for (int r = 0; r < settings->runtimes; r++) {
        int status;
        pid_t init = pid_of(&sleeper[r]);
        kill(init, SIGKILL);
        wait_for_child(init, &status);
        call_delete_by_force(&sleeper[r]);
        must_leave_nothing(settings, &sleeper[r], false);
        forget_container(&sleeper[r]);
    }
}

/* A JVM compiles what runs often: a program that has made containers for a while is what is compared. */
static void warm_workers(struct settings *settings)
{
    double ms;
    for (int r = 0; r < settings->runtimes; r++) {
        if (!settings->runtime[r].worker)
            continue;
        start_worker(&settings->runtime[r]);
        int idle_ms = settings->idle_ms;
        settings->idle_ms = 0;
        for (int i = 0; i < WORKER_WARM_UP && !interrupted(); i++)
            round_run(settings, r, &ms);
        settings->idle_ms = idle_ms;
    }
}

static void measure(const struct settings *settings, const char *name, int parts, const char *const *part,
                    round_function *round)
{
    struct series series;
    double ms[PARTS];
    int done = 0;
    open_series(&series, settings, parts, part);
    for (int i = 0; i < WARM_UP && !interrupted(); i++)
        for (int r = 0; r < settings->runtimes; r++)
            round(settings, r, ms);
    for (; done < settings->rounds && !interrupted(); done++)
        for (int turn = 0; turn < settings->runtimes; turn++) {
            int r = (turn + done) % settings->runtimes;
            round(settings, r, ms);
            for (int p = 0; p < parts; p++)
                series.ms[r][p][done] = ms[p];
        }
    report_series(settings, &series, name, done);
    close_series(&series);
}

/* ---- parallel ---- */

struct running {
    pid_t pid;
    struct container *container;
};

/* One block: `count` containers, `at_once` of them at a time; seconds taken. Failures are counted, not fatal. */
static double block(const struct settings *settings, struct container *containers, int count, int *ended, int *failed)
{
    struct running running[AT_ONCE_CAP] = {{0, NULL}};
    int next = 0, alive = 0;
    int64_t begin = now_ns(), deadline = begin + (int64_t) settings->seconds * 1000000000;
    *ended = *failed = 0;
    for (;;) {
        while (alive < settings->at_once && next < count && now_ns() < deadline && !interrupted()) {
            struct container *c = &containers[next++];
            const char *argv[] = {c->runtime->program, "--root", c->root, "run", "--bundle", c->bundle, c->id, NULL};
            int free_slot = 0;
            while (running[free_slot].pid != 0)
                free_slot++;
            pid_t pid = start_program(argv);
            if (pid < 0)
                fail("%s", said());
            running[free_slot] = (struct running){pid, c};
            alive++;
        }
        if (alive == 0)
            break;
        int status;
        pid_t pid = waitpid(-1, &status, 0);
        for (int i = 0; i < settings->at_once && pid > 0; i++)
            if (running[i].pid == pid) {
                running[i].pid = 0;
                alive--;
                *ended += 1;
                *failed += status != 0;
            }
        if (pid < 0 && errno != EINTR)
            fail("waitpid: %s", strerror(errno));
    }
    return (double) (now_ns() - begin) / 1e9;
}

static void parallel(const struct settings *settings)
{
    int per_block = settings->rounds / BLOCKS > 0 ? settings->rounds / BLOCKS : 1;
    struct container *containers = calloc((size_t) per_block, sizeof *containers);
    double seconds[RUNTIMES] = {0};
    int ended[RUNTIMES] = {0}, failed[RUNTIMES] = {0}, left[RUNTIMES] = {0};
    if (containers == NULL)
        fail("no memory for %d containers", per_block);
    for (int b = 0; b < BLOCKS && !interrupted(); b++)
        for (int turn = 0; turn < settings->runtimes && !interrupted(); turn++) {
            int r = (turn + b) % settings->runtimes, block_ended, block_failed;
            for (int i = 0; i < per_block; i++)
                make_container(settings, &settings->runtime[r], NULL, &containers[i]);
            pause_ms(SETTLE_MS); /* the kernel takes namespaces and cgroups apart later: not in another's time */
            seconds[r] += block(settings, containers, per_block, &block_ended, &block_failed);
            ended[r] += block_ended;
            failed[r] += block_failed;
            for (int i = 0; i < per_block; i++) {
                left[r] += *left_behind(settings, &containers[i], false) != 0;
                forget_container(&containers[i]);
            }
        }
    free(containers);
    report_line(settings, "\n### parallel\n\n%d at a time, %d blocks of %d containers or %d s, taking turns.\n\n", settings->at_once,
                BLOCKS, per_block, settings->seconds);
    report_line(settings, "| runtime | containers | seconds | per second | of %s's rate | failed | left behind |\n|---|--:|--:|--:|--:|--:|--:|\n",
                settings->runtime[0].name);
    for (int r = 0; r < settings->runtimes; r++)
        report_line(settings, "| %s | %d | %.2f | %.1f | %.3f | %d | %d |\n", settings->runtime[r].name, ended[r], seconds[r],
                    ended[r] / seconds[r], ended[r] / seconds[r] / (ended[0] / seconds[0]), failed[r], left[r]);
    for (int r = 0; r < settings->runtimes; r++)
        if (failed[r] + left[r] > 0)
            fail("%s: %d of %d failed, %d left something behind", settings->runtime[r].name, failed[r], ended[r], left[r]);
}

/* ---- memory ---- */

static long rollup(const char *pid, const char *field)
{
    char path[64], line[256];
    long kilobytes = -1;
    snprintf(path, sizeof path, "/proc/%s/smaps_rollup", pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, field, strlen(field)) == 0)
            sscanf(line + strlen(field), ": %ld", &kilobytes);
    if (file != NULL)
        fclose(file);
    return kilobytes;
}

static int memory(const struct settings *settings, int count, char **words)
{
    report_line(settings, "\n### memory\n\nKilobytes, from smaps_rollup.\n\n| process | pid | PSS | RSS | private |\n|---|--:|--:|--:|--:|\n");
    for (int i = 0; i < count; i++) {
        char *pid = strchr(words[i], '=');
        if (pid == NULL)
            fail("memory wants NAME=PID, not '%s'", words[i]);
        *pid++ = 0;
        long pss = rollup(pid, "Pss");
        if (pss < 0)
            fail("cannot read /proc/%s/smaps_rollup of %s", pid, words[i]);
        report_line(settings, "| %s | %s | %ld | %ld | %ld |\n", words[i], pid, pss, rollup(pid, "Rss"),
                    rollup(pid, "Private_Clean") + rollup(pid, "Private_Dirty"));
    }
    return 0;
}

static int residents(int count, char **words)
{
    struct resident found[AT_ONCE_CAP];
    for (int i = 0; i < count; i++)
        for (int many = find_residents(words[i], found, AT_ONCE_CAP); many > 0; many--) {
            printf("%d\n", found[many - 1].pid);
            close(found[many - 1].handle);
        }
    return 0;
}

/* ---- words ---- */

static void usage(void)
{
    fputs("usage: interleave run|in-process|lifecycle|exec|cold|parallel --runtime NAME=PROGRAM... --rootfs DIR --template FILE\n"
          "       interleave memory [--markdown FILE] NAME=PID...\n"
          "       interleave residents PATH...   pids of the processes that listen on a Unix socket that begins so\n"
          "  --rounds N       how often each takes its turn (40); of parallel: containers of each (400)\n"
          "  --idle MS        pause before each measured call (0)\n"
          "  --at-once N      of parallel (8), with --seconds S for one of its four blocks at most (10)\n"
          "  --worker NAME=PROGRAM  of run: a program that is started once, makes a container for each line\n"
          "                   STATES<tab>BUNDLE<tab>ID on its input, and answers each with its status as a line\n"
          "  --resident NAME=PATH  where that runtime's residents listen; cold ends them before each of its turns\n"
          "  --work DIR       a directory that I make and remove (/dev/shm/estiba-bench-PID)\n"
          "  --markdown FILE, --samples FILE   append the table, every single time (CSV)\n",
          stderr);
    exit(64);
}

static int number(const char *word, int least, int most)
{
    char *end;
    long value = strtol(word, &end, 10);
    if (end == word || *end != 0 || value < least || value > most)
        fail("'%s' is no number from %d to %d", word, least, most);
    return (int) value;
}

static void copy(char *to, size_t size, const char *from)
{
    if ((size_t) snprintf(to, size, "%s", from) >= size)
        fail("longer than %zu bytes: %.60s...", size, from);
}

static struct runtime *named(struct settings *settings, const char *word, const char **rest, bool new_one)
{
    const char *sign = strchr(word, '=');
    size_t length = sign == NULL ? 0 : (size_t) (sign - word);
    if (length == 0 || length >= NAME)
        fail("'%s' is not NAME=PATH", word);
    *rest = sign + 1;
    for (int i = 0; i < settings->runtimes; i++)
        if (strncmp(settings->runtime[i].name, word, length) == 0 && settings->runtime[i].name[length] == 0)
            return &settings->runtime[i];
    if (!new_one)
        fail("--resident %s: no runtime of that name before it", word);
    if (settings->runtimes == RUNTIMES)
        fail("more than %d runtimes", RUNTIMES);
    struct runtime *runtime = &settings->runtime[settings->runtimes++];
    memset(runtime, 0, sizeof *runtime);
    memcpy(runtime->name, word, length);
    return runtime;
}

static void read_words(struct settings *settings, int argc, char **argv)
{
    for (int i = 2; i < argc; i += 2) {
        const char *option = argv[i], *word = argv[i + 1], *rest;
        if (i + 1 >= argc)
            usage();
        if (strcmp(option, "--runtime") == 0 || strcmp(option, "--worker") == 0) {
            struct runtime *runtime = named(settings, word, &rest, true);
            runtime->worker = option[2] == 'w';
            copy(runtime->program, sizeof runtime->program, rest);
            if (rest[0] != '/' || access(rest, X_OK) != 0)
                fail("%s: '%s' is not the full path of a program", runtime->name, rest);
        } else if (strcmp(option, "--resident") == 0) {
            struct runtime *runtime = named(settings, word, &rest, false);
            copy(runtime->resident, sizeof runtime->resident, rest);
        } else if (strcmp(option, "--rounds") == 0)
            settings->rounds = number(word, 1, 1000000);
        else if (strcmp(option, "--idle") == 0)
            settings->idle_ms = number(word, 0, 60000);
        else if (strcmp(option, "--at-once") == 0)
            settings->at_once = number(word, 1, AT_ONCE_CAP);
        else if (strcmp(option, "--seconds") == 0)
            settings->seconds = number(word, 1, 3600);
        else if (strcmp(option, "--template") == 0)
            copy(settings->template, sizeof settings->template, word);
        else if (strcmp(option, "--rootfs") == 0)
            copy(settings->rootfs, sizeof settings->rootfs, word);
        else if (strcmp(option, "--work") == 0)
            copy(settings->work, sizeof settings->work, word);
        else if (strcmp(option, "--markdown") == 0)
            copy(settings->markdown, sizeof settings->markdown, word);
        else if (strcmp(option, "--samples") == 0)
            copy(settings->samples, sizeof settings->samples, word);
        else
            usage();
    }
}

int main(int argc, char **argv)
{
    static struct settings settings = {.at_once = 8, .seconds = 10};
    static const char *const one[] = {"all"};
    static const char *const four[] = {"create", "start", "exit", "delete", "sum"};
    if (argc < 2)
        usage();
    const char *scenario = argv[1];
    if (strcmp(scenario, "memory") == 0) {
        int written = argc > 3 && strcmp(argv[2], "--markdown") == 0 ? 2 : 0;
        if (written > 0)
            copy(settings.markdown, sizeof settings.markdown, argv[3]);
        return memory(&settings, argc - 2 - written, argv + 2 + written);
    }
    if (strcmp(scenario, "residents") == 0)
        return residents(argc - 2, argv + 2);
    read_words(&settings, argc, argv);
    if (settings.runtimes == 0 || settings.template[0] == 0 || settings.rootfs[0] != '/')
        usage();
    if (settings.rounds == 0)
        settings.rounds = strcmp(scenario, "parallel") == 0 ? 400 : 40;
    if (settings.work[0] == 0)
        snprintf(settings.work, sizeof settings.work, "/dev/shm/estiba-bench-%d", getpid());

    catch_interrupts();
    /* A container that was created is waited for here, as a shim does (and as podman's conmon). */
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        fail("prctl: %s", strerror(errno));
    for (int r = 0; r < settings.runtimes; r++)
        if (settings.runtime[r].worker && strcmp(scenario, "run") != 0 && strcmp(scenario, "in-process") != 0)
            fail("the worker %s knows nothing but run", settings.runtime[r].name);
    make_place(&settings);
    if (strcmp(scenario, "run") == 0 || strcmp(scenario, "in-process") == 0) {
        warm_workers(&settings);
        measure(&settings, scenario, 1, one, round_run);
        end_workers(&settings);
    } else if (strcmp(scenario, "cold") == 0) {
        measure(&settings, scenario, 1, one, round_cold);
    } else if (strcmp(scenario, "lifecycle") == 0) {
        measure(&settings, scenario, 5, four, round_lifecycle);
    } else if (strcmp(scenario, "exec") == 0) {
        start_sleepers(&settings);
        measure(&settings, scenario, 1, one, round_exec);
        end_sleepers(&settings);
    } else if (strcmp(scenario, "parallel") == 0) {
        parallel(&settings);
    } else {
        remove_place(&settings);
        usage();
    }
    struct container nobody = {.id = "none"};
    must_leave_nothing(&settings, &nobody, true);
    remove_place(&settings);
    return interrupted() ? 130 : 0;
}
