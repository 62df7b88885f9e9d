/*
 * Writes the filter that libseccomp makes, to standard output.
 *
 *   libseccomp-filter names    < NAMES     prints those names that libseccomp knows
 *   libseccomp-filter filter   < PROFILE   a line each:
 *       default VALUE
 *       arch TOKEN
 *       rule VALUE NAME COUNT {INDEX OPERATOR DATUM_A DATUM_B}
 *
 * Numbers are hexadecimal; operators are those of enum scmp_compare. The library is opened at run time, so that neither
 * its headers nor its development package are needed: seccomp_init(3) and its companions.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define UNKNOWN_CALL (-1)

struct comparison {
        unsigned int arg;
        int op;
        uint64_t a;
        uint64_t b;
};

static void *library;

static void *function(const char *name)
{
        void *address = dlsym(library, name);
        if (!address)
                fprintf(stderr, "libseccomp has no %s\n", name);
        return address;
}

int main(int argc, char **argv)
{
        int (*resolve)(const char *);
        void *(*init)(uint32_t);
        int (*add_arch)(void *, uint32_t);
        int (*add_rule)(void *, uint32_t, int, unsigned int, const struct comparison *);
        int (*export)(void *, int);
        char word[64], name[128];
        unsigned int value;
        void *context = NULL;

        library = dlopen("libseccomp.so.2", RTLD_NOW);
        if (argc != 2 || !library)
                return 2;
        resolve = function("seccomp_syscall_resolve_name");
        init = function("seccomp_init");
        add_arch = function("seccomp_arch_add");
        add_rule = function("seccomp_rule_add_array");
        export = function("seccomp_export_bpf");
        if (!resolve || !init || !add_arch || !add_rule || !export)
                return 2;
        if (strcmp(argv[1], "names") == 0) {
                while (scanf("%127s", name) == 1)
                        if (resolve(name) != UNKNOWN_CALL)
                                printf("%s\n", name);
                return 0;
        }
        while (scanf("%63s %x", word, &value) == 2) {
                int result = 0;

                if (strcmp(word, "default") == 0) {
                        context = init(value);
                        result = context ? 0 : -1;
                } else if (strcmp(word, "arch") == 0) {
                        result = add_arch(context, value);
                        if (result == -17) /* EEXIST: the native one is there from the start */
                                result = 0;
                } else {
                        struct comparison comparisons[6];
                        unsigned int count;

                        if (scanf("%127s %u", name, &count) != 2 || count > 6)
                                return 2;
                        for (unsigned int i = 0; i < count; i++)
                                if (scanf("%u %d %lx %lx", &comparisons[i].arg, &comparisons[i].op, &comparisons[i].a,
                                          &comparisons[i].b) != 4)
                                        return 2;
                        result = add_rule(context, value, resolve(name), count, comparisons);
                }
                if (result != 0) {
                        fprintf(stderr, "%s %x %s: libseccomp says %d\n", word, value, name, result);
                        return 3;
                }
        }
        return context && export(context, 1) == 0 ? 0 : 4;
}
