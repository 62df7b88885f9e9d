/*
 * scribbler: as a container's first process, tries to write into every process that appears there, for SECONDS or until
 * SIGTERM.
 *
 *     scribbler SECONDS look|write      as process 1 of a pid namespace, or it refuses: all others would be the host's
 *     scribbler SECONDS write PID       that one process alone
 *
 * Of each process that is not of this program's file system it opens /proc/PID/mem for writing (with "write", all of its
 * writable memory is overwritten, by process_vm_writev(2) as well), and traces it. What it can open at all it must be
 * allowed to open: CAP_SYS_PTRACE. Says "scribbling", then at its end "seen N", how many times it looked at a process that
 * executes something of the host's, "opened N" and "written BYTES".
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t over;
static long seen, opened, written;
static char garbage[65536];

static void overwrite(int pid, int memory)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    FILE *maps = fopen(path, "re");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;
        char mode[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) != 3 || mode[1] != 'w')
            continue;
        for (unsigned long at = from; at < to; at += sizeof garbage) {
            size_t size = to - at < sizeof garbage ? to - at : sizeof garbage;
            ssize_t count = pwrite(memory, garbage, size, (off_t) at);
            struct iovec ours = {garbage, size}, theirs = {(void *) at, size};
            if (count <= 0)
                count = process_vm_writev(pid, &ours, 1, &theirs, 1, 0);
            written += count > 0 ? count : 0;
        }
    }
    if (maps != NULL)
        fclose(maps);
}

static void try(int pid, int writes, const struct stat *own)
{
    char path[64];
    struct stat file;
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    if (stat(path, &file) != 0 || file.st_dev == own->st_dev)
        return;
    seen++;
    snprintf(path, sizeof path, "/proc/%d/mem", pid);
    int memory = open(path, O_RDWR | O_CLOEXEC);
    if (memory < 0)
        return;
    opened++;
    if (writes) {
        overwrite(pid, memory);
    } else if (ptrace(PTRACE_SEIZE, pid, 0, 0) == 0) {
        if (ptrace(PTRACE_INTERRUPT, pid, 0, 0) == 0 && waitpid(pid, NULL, __WALL) == pid)
            ptrace(PTRACE_DETACH, pid, 0, 0);
    }
    close(memory);
}

static void stop(int number)
{
    (void) number;
    over = 1;
}

int main(int argc, char **argv)
{
    struct stat own;
    if (argc < 3 || (argc == 3 && getpid() != 1) || stat("/proc/self/exe", &own) != 0)
        return 64;
    int writes = strcmp(argv[2], "write") == 0, only = argc > 3 ? atoi(argv[3]) : 0;
    memset(garbage, 0xa5, sizeof garbage);
    time_t end = time(NULL) + atoi(argv[1]);
    signal(SIGTERM, stop);
    printf("scribbling\n");
    fflush(stdout);
    while (!over && time(NULL) < end) {
        if (only != 0) {
            try(only, writes, &own);
            continue;
        }
        DIR *all = opendir("/proc");
        for (struct dirent *process; all != NULL && (process = readdir(all)) != NULL;)
            if (isdigit((unsigned char) process->d_name[0]) && atoi(process->d_name) != 1)
                try(atoi(process->d_name), writes, &own);
        if (all != NULL)
            closedir(all);
        while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
            continue;
    }
    printf("seen %ld\nopened %ld\nwritten %ld\n", seen, opened, written);
    return 0;
}
