/* What runs in the library's test containers: static, one verb a call. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int copy(FILE *from)
{
        char bytes[4096];
        size_t n;
        if (!from)
                return errno;
        while ((n = fread(bytes, 1, sizeof bytes, from)) > 0)
                fwrite(bytes, 1, n, stdout);
        return 0;
}

static int by_number(const void *a, const void *b)
{
        return *(const int *) a - *(const int *) b;
}

static int descriptors(void)
{
        int numbers[1024], n = 0;
        DIR *dir = opendir("/proc/self/fd");
        if (!dir)
                return errno;
        for (struct dirent *e; (e = readdir(dir)) && n < 1024;)
                if (e->d_name[0] != '.' && atoi(e->d_name) != dirfd(dir))
                        numbers[n++] = atoi(e->d_name);
        qsort(numbers, (size_t) n, sizeof *numbers, by_number);
        for (int i = 0; i < n; i++)
                printf("%d ", numbers[i]);
        return 0;
}

static void end(int signal)
{
        _exit(signal + 40);
}

int main(int argc, char **argv)
{
        const char *verb = argc > 1 ? argv[1] : "", *word = argc > 2 ? argv[2] : "";
        if (!strcmp(verb, "exit"))
                return atoi(word);
        if (!strcmp(verb, "say"))
                return puts(word) < 0;
        if (!strcmp(verb, "env"))
                return puts(getenv(word) ? getenv(word) : "(none)") < 0;
        if (!strcmp(verb, "cat"))
                return copy(*word ? fopen(word, "r") : stdin);
        if (!strcmp(verb, "descriptors"))
                return descriptors();
        if (!strcmp(verb, "wait")) { /* until SIGTERM, which an init must ask for; says when it is ready for it */
                signal(SIGTERM, end);
                puts("ready");
                fflush(stdout);
                for (;;)
                        pause();
        }
        fprintf(stderr, "guest: no verb '%s'\n", verb);
        return 64;
}
