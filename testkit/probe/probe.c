/*
 * probe: runs inside a container and answers single questions about what the kernel shows there.
 *
 *     probe VERB [WORD…] [-- VERB [WORD…]]…
 *
 * Each verb prints one line of JSON (answer.h). A call that the kernel refuses is an answer ("ok":false,"errno":…),
 * so the exit status is 0 whenever all verbs were understood, 64 when one was not, and what `exit N` says.
 *
 * Static, and needing no file of the container: it must work in an empty root, without /proc, and under a seccomp
 * profile that denies almost everything. A verb that does need /proc says so by the errno of its open.
 * It never asks the container runtime anything, so that it can contradict it.
 */
#include "answer.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EX_USAGE = 64 };

char **probe_argv;

static const struct verb *const lists[] = {process_verbs, file_verbs, signal_verbs, world_verbs, attack_verbs, agent_verbs};

int number_of(const char *word, long *number)
{
    char *end;
    errno = 0;
    *number = word[0] == '-' ? strtol(word, &end, 0) : (long) strtoul(word, &end, 0);
    return errno == 0 && end != word && *end == 0;
}

long read_file(const char *path, char *bytes, unsigned long size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    unsigned long done = 0;
    while (done < size) {
        ssize_t count = read(file, bytes + done, size - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            int number = errno;
            close(file);
            errno = number;
            return -1;
        }
        if (count == 0)
            break;
        done += (unsigned long) count;
    }
    close(file);
    return (long) done;
}

const char *status_field(const char *pid, const char *name)
{
    static char status[16384];
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/status", pid);
    long length = read_file(path, status, sizeof status - 1);
    status[length < 0 ? 0 : length] = 0;
    for (char *line = strtok(status, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        size_t size = strlen(name);
        if (strncmp(line, name, size) == 0 && line[size] == ':')
            return line + size + 1 + strspn(line + size + 1, " \t");
    }
    return "";
}

static const struct verb *find(const char *name)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (const struct verb *verb = lists[i]; verb->name != NULL; verb++)
            if (strcmp(verb->name, name) == 0)
                return verb;
    return NULL;
}

static void help(void)
{
    dprintf(STDERR_FILENO, "usage: probe VERB [WORD...] [-- VERB [WORD...]]...\n");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (const struct verb *verb = lists[i]; verb->name != NULL; verb++)
            dprintf(STDERR_FILENO, "  %s%s%s\n        %s\n", verb->name, *verb->words ? " " : "", verb->words,
                    verb->answers);
}

static int run_one(int count, char **words)
{
    const struct verb *verb = find(words[0]);
    if (verb == NULL) {
        dprintf(STDERR_FILENO, "probe: no verb '%s' (without a verb I list them)\n", words[0]);
        return EX_USAGE;
    }
    if (count - 1 < verb->fewest || (verb->most >= 0 && count - 1 > verb->most) ||
        verb->run(count, words) == WRONG_USE) {
        dprintf(STDERR_FILENO, "probe: usage: %s %s\n", verb->name, verb->words);
        return EX_USAGE;
    }
    return 0;
}

int run_sequence(int count, char **words)
{
    for (int begin = 0; begin < count;) {
        int end = begin;
        while (end < count && strcmp(words[end], "--") != 0)
            end++;
        int status = end == begin ? EX_USAGE : run_one(end - begin, words + begin);
        if (status != 0)
            return status;
        begin = end + 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    probe_argv = argv;
    /* As /bin/true, the same file is simply true. */
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    if (argc > 0 && strcmp(slash != NULL ? slash + 1 : argv[0], "true") == 0)
        return 0;
    if (argc < 2) {
        help();
        return EX_USAGE;
    }
    return run_sequence(argc - 1, argv + 1);
}
