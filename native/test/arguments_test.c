/* runc's grammar, as far as it opens files. */
#include "../src/grammar.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

#define WORDS 12

static const struct row {
        const char *argv[WORDS];
        const char *command, *id, *bundle, *process, *resources, *root, *log;
        int json, help, debug;
} rows[] = {
        {{"create", "x"}, "create", "x", .root = "/run/estiba/oci"},
        {{"create", "--bundle", "/b", "x"}, "create", "x", "/b", .root = "/run/estiba/oci"},
        {{"create", "-b", "/b", "x"}, "create", "x", "/b", .root = "/run/estiba/oci"},
        {{"create", "-bundle", "/b", "x"}, "create", "x", "/b", .root = "/run/estiba/oci"},
        {{"create", "--bundle=/b", "x"}, "create", "x", "/b", .root = "/run/estiba/oci"},
        {{"create", "--bundle=", "x"}, "create", "x", "", .root = "/run/estiba/oci"},
        {{"create", "x", "--bundle", "/b"}, "create", "x", "/b", .root = "/run/estiba/oci"},
        {{"create", "--bundle", "/b", "--bundle", "/c", "x"}, "create", "x", "/c", .root = "/run/estiba/oci"},
        {{"create", "--bundle"}, "create", .root = "/run/estiba/oci"},
        {{"create", "--", "-x"}, "create", .root = "/run/estiba/oci"}, /* "--": the rest is the planner's */
        {{"create", "--pid-file", "x", "y"}, "create", "y", .root = "/run/estiba/oci"},
        {{"create", "--no-pivot", "x"}, "create", "x", .root = "/run/estiba/oci"},
        {{"create", "--unknown", "x"}, "create", "x", .root = "/run/estiba/oci"},
        {{"create", "--help", "x"}, "create", "x", .root = "/run/estiba/oci", .help = 1},
        {{"--help"}, "", .root = "/run/estiba/oci", .help = 1},
        {{"-h"}, "", .root = "/run/estiba/oci", .help = 1},
        {{"--root", "/r", "--log", "/l", "--log-format", "json", "start", "x"}, "start", "x", .root = "/r", .log = "/l", .json = 1},
        {{"--root=/r", "--log=/l", "--log-format=text", "start", "x"}, "start", "x", .root = "/r", .log = "/l"},
        {{"--debug", "--systemd-cgroup", "run", "x"}, "run", "x", .root = "/run/estiba/oci", .debug = 1},
        {{"--debug=false", "run", "x"}, "run", "x", .root = "/run/estiba/oci"},
        {{"run", "--debug", "x"}, "run", "x", .root = "/run/estiba/oci"},
        {{"--rootless", "true", "run", "x"}, "run", "x", .root = "/run/estiba/oci"},
        {{"run", "--root", "x"}, "run", "x", .root = "/run/estiba/oci"}, /* global options stand before the command */
        {{"--bundle", "run", "x"}, "run", "x", .root = "/run/estiba/oci"},
        {{"exec", "--process", "/p", "x"}, "exec", "x", .process = "/p", .root = "/run/estiba/oci"},
        {{"exec", "-p", "/p", "-t", "x", "ls", "-p", "/q"}, "exec", "x", .process = "/p", .root = "/run/estiba/oci"},
        {{"exec", "x", "--process", "/p"}, "exec", "x", .root = "/run/estiba/oci"},
        {{"exec", "-e", "A=B", "--cap", "CAP_CHOWN", "x", "sh"}, "exec", "x", .root = "/run/estiba/oci"},
        {{"update", "-r", "-", "x"}, "update", "x", .resources = "-", .root = "/run/estiba/oci"},
        {{"update", "--memory", "5", "--resources", "/f", "x"}, "update", "x", .resources = "/f", .root = "/run/estiba/oci"},
        {{"kill", "--all", "x", "KILL"}, "kill", "x", .root = "/run/estiba/oci"},
        {{"ps", "-f", "json", "x", "-ef"}, "ps", "x", .root = "/run/estiba/oci"},
        {{"nonsense", "x"}, "nonsense", .root = "/run/estiba/oci"},
        {{"-", "x"}, "-", .root = "/run/estiba/oci"},
        {{""}, "", .root = "/run/estiba/oci"},
        {{NULL}, "", .root = "/run/estiba/oci"},
};

static int same(const char *a, const char *b)
{
        return a == b || (a && b && strcmp(a, b) == 0);
}

static void takes_what_opens_files(void)
{
        char *none[] = {NULL};
        if (sys0(SYS_geteuid) != 0)
                none[0] = NULL;
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                const struct row *r = &rows[i];
                char *argv[WORDS + 1] = {(char *) (uintptr_t) "estiba-oci"};
                struct invocation v;
                int argc = 1;
                while (argc <= WORDS && r->argv[argc - 1])
                        argv[argc] = (char *) (uintptr_t) r->argv[argc - 1], argc++;
                read_arguments(&v, argc, argv, none);
                if (!same(v.command, r->command) || !same(v.id, r->id) || !same(v.bundle, r->bundle) || !same(v.process, r->process)
                    || !same(v.resources, r->resources) || !same(v.root, r->root) || !same(v.log, r->log) || v.report.json != r->json
                    || v.help != r->help || v.report.debug != r->debug)
                        fail(__FILE__, __LINE__, "row %zu (%s %s): command %s, id %s, bundle %s, process %s, root %s", i,
                             r->argv[0] ? r->argv[0] : "", r->argv[0] && r->argv[1] ? r->argv[1] : "", v.command, v.id, v.bundle,
                             v.process, v.root);
        }
}

static void knows_every_command(void)
{
        for (size_t i = 0; i < sizeof command_rows / sizeof *command_rows; i++) {
                char *argv[] = {(char *) (uintptr_t) "estiba-oci", (char *) (uintptr_t) command_rows[i].name, NULL};
                char *none[] = {NULL};
                struct invocation v;
                read_arguments(&v, 2, argv, none);
                EXPECT_NUMBER(command_rows[i].gather, v.gather);
        }
        for (size_t i = 0; i < sizeof option_rows / sizeof *option_rows; i++) {
                int found = !*option_rows[i].command;
                for (size_t j = 0; j < sizeof command_rows / sizeof *command_rows; j++)
                        found |= strcmp(command_rows[j].name, option_rows[i].command) == 0;
                EXPECT(found);
        }
}

static void answers_the_version_before_a_command_only(void)
{
        char *none[] = {NULL};
        struct invocation v;
        char *version[] = {(char *) (uintptr_t) "estiba-oci", (char *) (uintptr_t) "--version", NULL};
        read_arguments(&v, 2, version, none);
        EXPECT_TEXT("version", v.static_answer);
        char *later[] = {(char *) (uintptr_t) "estiba-oci", (char *) (uintptr_t) "run", (char *) (uintptr_t) "-v", NULL};
        read_arguments(&v, 3, later, none);
        EXPECT(v.static_answer == NULL);
}

const struct test arguments_tests[] = {
        {"what opens files is taken from argv", takes_what_opens_files},
        {"every command and its options are known", knows_every_command},
        {"--version stands before a command", answers_the_version_before_a_command_only},
        {NULL, NULL},
};
