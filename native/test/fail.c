/* What tests say and ask, apart from running them. */
#include "test.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void fail(const char *file, int line, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        fprintf(stderr, "%s:%d: ", file, line);
        vfprintf(stderr, format, args);
        fprintf(stderr, "\n");
        va_end(args);
        fflush(NULL);
        _exit(1);
}

void skip(const char *reason)
{
        fprintf(stderr, "%s", reason);
        fflush(NULL);
        _exit(SKIPPED);
}

void expect_text(const char *file, int line, const char *what, const char *wanted, const char *got)
{
        if (!got || strcmp(wanted, got) != 0)
                fail(file, line, "%s: wanted \"%s\", got \"%s\"", what, wanted, got ? got : "(nothing)");
}

void put(const char *path, const char *text)
{
        FILE *f = fopen(path, "w");
        if (!f || fputs(text, f) < 0 || fclose(f) != 0)
                fail(path, 0, "cannot be written");
}

void make_directory(const char *path)
{
        if (mkdir(path, 0755) < 0)
                fail(path, 0, "cannot be made");
}

void make_link(const char *target, const char *path)
{
        if (symlink(target, path) < 0)
                fail(path, 0, "cannot be linked");
}

int open_directory(const char *path)
{
        int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                fail(path, 0, "cannot be opened");
        return fd;
}

int exists(const char *path)
{
        struct stat st;
        return lstat(path, &st) == 0;
}

const char *contents(const char *path)
{
        static char text[65536];
        FILE *f = fopen(path, "r");
        if (!f)
                return NULL;
        text[fread(text, 1, sizeof text - 1, f)] = 0;
        fclose(f);
        return text;
}

double seconds(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}
