/*
 * watcher: in a container, looks into every process that appears, for SECONDS.
 *
 *     watcher SECONDS
 *
 * Says "watching", then a line for each thing of the host that it got hold of: a descriptor above stdio that is a
 * directory, a file or a device ("PID FD TARGET"), but in the container's own /proc; then "looked N": how often a process that it did not begin with was
 * looked into, and "traced N": how many of those it could trace (ptrace(2), PTRACE_SEIZE).
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static dev_t own_proc;

static int look(const char *pid)
{
    char path[600], target[512];
    snprintf(path, sizeof path, "/proc/%s/fd", pid);
    DIR *fds = opendir(path);
    int looked = 0;
    for (struct dirent *fd; fds != NULL && (fd = readdir(fds)) != NULL;) {
        struct stat file;
        if (!isdigit((unsigned char) fd->d_name[0]) || atoi(fd->d_name) < 3)
            continue;
        snprintf(path, sizeof path, "/proc/%s/fd/%s", pid, fd->d_name);
        if (stat(path, &file) != 0)
            continue;
        if (S_ISSOCK(file.st_mode) || S_ISFIFO(file.st_mode) || file.st_dev == own_proc)
            continue;
        ssize_t length = readlink(path, target, sizeof target - 1);
        target[length < 0 ? 0 : length] = 0;
        printf("%s %s %s\n", pid, fd->d_name, target);
    }
    if (fds != NULL) {
        looked = 1;
        closedir(fds);
    }
    return looked;
}

int main(int argc, char **argv)
{
    long looked = 0, traced = 0;
    if (argc != 2)
        return 64;
    struct stat proc;
    if (stat("/proc", &proc) != 0)
        return 1;
    own_proc = proc.st_dev;
    time_t end = time(NULL) + atoi(argv[1]);
    printf("watching\n");
    fflush(stdout);
    while (time(NULL) <= end) {
        DIR *all = opendir("/proc");
        for (struct dirent *process; all != NULL && (process = readdir(all)) != NULL;) {
            int pid = atoi(process->d_name);
            if (!isdigit((unsigned char) process->d_name[0]) || pid == getpid())
                continue;
            looked += look(process->d_name);
            if (ptrace(PTRACE_SEIZE, pid, 0, 0) == 0) {
                traced++;
                looked += look(process->d_name);
                if (ptrace(PTRACE_INTERRUPT, pid, 0, 0) == 0 && waitpid(pid, NULL, __WALL) == pid)
                    ptrace(PTRACE_DETACH, pid, 0, 0);
            }
        }
        if (all != NULL)
            closedir(all);
    }
    printf("looked %ld\ntraced %ld\n", looked, traced);
    return 0;
}
