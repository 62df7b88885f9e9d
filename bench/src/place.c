#define _GNU_SOURCE
#include "bench.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEMPLATE_CAP = 1 << 20 };

static const char cgroup_parent[] = "/estiba-test";
static const char no_args[] = "[\"/bin/true\"]";

static const struct settings *place; /* set while there is something to remove */
static char template[TEMPLATE_CAP];
static long next_id;

void fail(const char *format, ...)
{
    va_list words;
    va_start(words, format);
    fputs("interleave: ", stderr);
    vfprintf(stderr, format, words);
    fputc('\n', stderr);
    va_end(words);
    if (place != NULL)
        remove_place(place);
    exit(1);
}

static void path_of(char *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void path_of(char *to, const char *format, ...)
{
    va_list words;
    va_start(words, format);
    int length = vsnprintf(to, PATH, format, words);
    va_end(words);
    if (length < 0 || length >= PATH)
        fail("a path is longer than %d bytes: %.60s...", PATH, to);
}

static void write_file(const char *path, const char *text, size_t length)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0 || write(file, text, length) != (ssize_t) length)
        fail("cannot write %s: %s", path, strerror(errno));
    close(file);
}

static void make_directory(const char *path)
{
    if (mkdir(path, 0711) != 0 && errno != EEXIST)
        fail("cannot make %s: %s", path, strerror(errno));
}

void make_place(const struct settings *settings)
{
    char path[PATH];
    int file = open(settings->template, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, template, sizeof template - 1);
    if (length <= 0 || length == TEMPLATE_CAP - 1)
        fail("cannot read the template %s (at most 1 MiB): %s", settings->template, strerror(errno));
    template[length] = 0;
    close(file);
    if (strstr(template, no_args) == NULL)
        fail("%s: no \"args\":%s to replace", settings->template, no_args);
    make_directory(settings->work);
    place = settings;
    for (int i = 0; i < settings->runtimes; i++) {
        path_of(path, "%s/root-%s", settings->work, settings->runtime[i].name);
        make_directory(path);
    }
}

/* The template with @ID@, @ROOTFS@, @BUNDLE@ and the arguments filled in. */
static size_t fill(const struct settings *settings, const struct container *container, const char *args, char *to)
{
    const struct {
        const char *mark, *text;
    } marks[] = {{"@ID@", container->id}, {"@ROOTFS@", settings->rootfs}, {"@BUNDLE@", container->bundle},
                 {no_args, args != NULL ? args : no_args}};
    size_t length = 0;
    for (const char *at = template; *at != 0;) {
        size_t i = 0, marks_count = sizeof marks / sizeof *marks;
        while (i < marks_count && strncmp(at, marks[i].mark, strlen(marks[i].mark)) != 0)
            i++;
        size_t text = i < marks_count ? strlen(marks[i].text) : 1;
        if (length + text >= TEMPLATE_CAP)
            fail("%s: longer than 1 MiB when filled in", settings->template);
        memcpy(to + length, i < marks_count ? marks[i].text : at, text);
        length += text;
        at += i < marks_count ? strlen(marks[i].mark) : 1;
    }
    return length;
}

/* 64 letters, digits nearly all, as the ids of Docker, podman and containerd are. */
static void name_container(char *id, size_t size)
{
    /* The pid keeps two benches on one machine apart; the rest is as good as random (splitmix64). */
    long number = next_id++;
    uint64_t word[3], state = (uint64_t) getpid() << 32 | (uint64_t) number;
    for (int i = 0; i < 3; i++) {
        uint64_t z = state += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        word[i] = z ^ z >> 31;
    }
    snprintf(id, size, "bench-%010x%016" PRIx64 "%016" PRIx64 "%08" PRIx64 "%08ld", getpid(), word[0], word[1], word[2] >> 32,
             number % 100000000);
}

void make_container(const struct settings *settings, const struct runtime *runtime, const char *args,
                    struct container *container)
{
    static char config[TEMPLATE_CAP];
    static const char *const binds[] = {"resolv.conf", "hostname", "hosts"};
    char path[PATH];
    container->runtime = runtime;
    name_container(container->id, sizeof container->id);
    path_of(container->bundle, "%s/%s", settings->work, container->id);
    path_of(container->root, "%s/root-%s", settings->work, runtime->name);
    path_of(container->pid_file, "%s/pid", container->bundle);
    make_directory(container->bundle);
    for (size_t i = 0; i < sizeof binds / sizeof *binds; i++) {
        path_of(path, "%s/%s", container->bundle, binds[i]);
        write_file(path, "# made by the bench\n", 20);
    }
    path_of(path, "%s/config.json", container->bundle);
    write_file(path, config, fill(settings, container, args, config));
}

static int remove_one(const char *path, const struct stat *file, int kind, struct FTW *where)
{
    (void) file;
    (void) kind;
    (void) where;
    return remove(path) == 0 || errno == ENOENT ? 0 : errno;
}

static void remove_tree(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

void forget_container(const struct container *container)
{
    remove_tree(container->bundle);
}

/* Calls visit for the place of a cgroup in every hierarchy that is mounted: v1's controllers, and v2 however mounted. */
static void each_hierarchy(const char *cgroup, void (*visit)(const char *path, void *of), void *of)
{
    char path[PATH];
    path_of(path, "/sys/fs/cgroup%s", cgroup);
    visit(path, of);
    DIR *hierarchies = opendir("/sys/fs/cgroup");
    for (struct dirent *entry; hierarchies != NULL && (entry = readdir(hierarchies)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        path_of(path, "/sys/fs/cgroup/%s%s", entry->d_name, cgroup);
        visit(path, of);
    }
    if (hierarchies != NULL)
        closedir(hierarchies);
}

static char left[1024];

static void note(const char *what)
{
    size_t length = strlen(left);
    snprintf(left + length, sizeof left - length, "%s%s", length == 0 ? "" : ", ", what);
}

static void note_if_there(const char *path, void *of)
{
    (void) of;
    if (access(path, F_OK) == 0)
        note(path);
}

const char *left_behind(const struct settings *settings, const struct container *container, bool look_at_mounts)
{
    char path[PATH];
    left[0] = 0;
    path_of(path, "%s/%s", cgroup_parent, container->id);
    each_hierarchy(path, note_if_there, NULL);
    path_of(path, "%s/%s", container->root, container->id);
    note_if_there(path, NULL);
    if (look_at_mounts) {
        static char line[8192];
        FILE *mounts = fopen("/proc/self/mountinfo", "re");
        while (mounts != NULL && fgets(line, sizeof line, mounts) != NULL)
            if (strstr(line, settings->work) != NULL || strstr(line, settings->rootfs) != NULL) {
                note("a mount:");
                note(strtok(line, "\n"));
            }
        if (mounts != NULL)
            fclose(mounts);
    }
    return left;
}

/* Only what was made below our own parent, which no other program uses. */
static void remove_cgroups(const char *path, void *of)
{
    (void) of;
    DIR *parent = opendir(path);
    char child[PATH];
    for (struct dirent *entry; parent != NULL && (entry = readdir(parent)) != NULL;) {
        if (strncmp(entry->d_name, "bench-", 6) != 0)
            continue;
        path_of(child, "%s/%s", path, entry->d_name);
        rmdir(child);
    }
    if (parent != NULL)
        closedir(parent);
    rmdir(path);
}

void remove_place(const struct settings *settings)
{
    place = NULL; /* a failure in here must not come back here */
    for (int i = 0; i < settings->runtimes; i++) {
        char root[PATH];
        path_of(root, "%s/root-%s", settings->work, settings->runtime[i].name);
        DIR *containers = opendir(root);
        for (struct dirent *entry; containers != NULL && (entry = readdir(containers)) != NULL;) {
            if (strncmp(entry->d_name, "bench-", 6) != 0)
                continue;
            int status;
            const char *delete[] = {settings->runtime[i].program, "--root", root, "delete", "--force",
                                    entry->d_name, NULL};
            run_program(delete, &status);
        }
        if (containers != NULL)
            closedir(containers);
    }
    each_hierarchy(cgroup_parent, remove_cgroups, NULL);
    remove_tree(settings->work);
}
