/* What this program takes from estiba-oci's arguments: only what opens files. Generated from
 * dev.estiba.runtime.command.Grammar (its test compares); all meaning, and every error, is the planner's. */
#ifndef ESTIBA_GRAMMAR_H
#define ESTIBA_GRAMMAR_H

enum { ROLE_VALUE = 1, ROLE_BUNDLE, ROLE_PROCESS, ROLE_RESOURCES, ROLE_ROOT, ROLE_LOG, ROLE_LOG_FORMAT, ROLE_FLAG };
enum {
        GATHER_CONFIG = 1,
        GATHER_STATE = 2,
        GATHER_ALL = 4,
        GATHER_CGROUPS = 8,
        GATHER_SEALED = 16,
        GATHER_MAKE_ROOT = 32,
        GATHER_STOP = 64,
};

struct option_row { const char *command, *names; int role; };
struct command_row { const char *name; int gather; const char *answer; };

/* names: "long|short"; only options that take a value. command "" is before the command. */
static const struct option_row option_rows[] = {
        {"", "log", ROLE_LOG},
        {"", "log-format", ROLE_LOG_FORMAT},
        {"", "root", ROLE_ROOT},
        {"", "criu", ROLE_VALUE},
        {"", "rootless", ROLE_VALUE},
        {"create", "bundle|b", ROLE_BUNDLE},
        {"create", "console-socket", ROLE_VALUE},
        {"create", "pidfd-socket", ROLE_VALUE},
        {"create", "pid-file", ROLE_VALUE},
        {"create", "preserve-fds", ROLE_VALUE},
        {"run", "bundle|b", ROLE_BUNDLE},
        {"run", "console-socket", ROLE_VALUE},
        {"run", "pidfd-socket", ROLE_VALUE},
        {"run", "pid-file", ROLE_VALUE},
        {"run", "preserve-fds", ROLE_VALUE},
        {"exec", "console-socket", ROLE_VALUE},
        {"exec", "pidfd-socket", ROLE_VALUE},
        {"exec", "cwd", ROLE_VALUE},
        {"exec", "env|e", ROLE_VALUE},
        {"exec", "user|u", ROLE_VALUE},
        {"exec", "additional-gids|g", ROLE_VALUE},
        {"exec", "process|p", ROLE_PROCESS},
        {"exec", "pid-file", ROLE_VALUE},
        {"exec", "process-label", ROLE_VALUE},
        {"exec", "apparmor", ROLE_VALUE},
        {"exec", "cap|c", ROLE_VALUE},
        {"exec", "preserve-fds", ROLE_VALUE},
        {"exec", "cgroup", ROLE_VALUE},
        {"list", "format|f", ROLE_VALUE},
        {"ps", "format|f", ROLE_VALUE},
        {"update", "resources|r", ROLE_RESOURCES},
        {"update", "blkio-weight", ROLE_VALUE},
        {"update", "cpu-period", ROLE_VALUE},
        {"update", "cpu-quota", ROLE_VALUE},
        {"update", "cpu-burst", ROLE_VALUE},
        {"update", "cpu-share", ROLE_VALUE},
        {"update", "cpu-rt-period", ROLE_VALUE},
        {"update", "cpu-rt-runtime", ROLE_VALUE},
        {"update", "cpuset-cpus", ROLE_VALUE},
        {"update", "cpuset-mems", ROLE_VALUE},
        {"update", "kernel-memory", ROLE_VALUE},
        {"update", "kernel-memory-tcp", ROLE_VALUE},
        {"update", "memory", ROLE_VALUE},
        {"update", "cpu-idle", ROLE_VALUE},
        {"update", "memory-reservation", ROLE_VALUE},
        {"update", "memory-swap", ROLE_VALUE},
        {"update", "pids-limit", ROLE_VALUE},
        {"update", "l3-cache-schema", ROLE_VALUE},
        {"update", "mem-bw-schema", ROLE_VALUE},
        {"events", "interval", ROLE_VALUE},
        {"events", "killed", ROLE_VALUE},
        {"spec", "bundle|b", ROLE_BUNDLE},
};

static const struct command_row command_rows[] = {
        {"create", GATHER_CONFIG | GATHER_CGROUPS | GATHER_SEALED | GATHER_MAKE_ROOT, 0},
        {"start", GATHER_STATE, 0},
        {"run", GATHER_CONFIG | GATHER_CGROUPS | GATHER_SEALED | GATHER_MAKE_ROOT, 0},
        {"exec", GATHER_STATE | GATHER_SEALED | GATHER_STOP, 0},
        {"kill", GATHER_STATE, 0},
        {"delete", GATHER_STATE, 0},
        {"state", GATHER_STATE, 0},
        {"list", GATHER_ALL, 0},
        {"ps", GATHER_STATE | GATHER_STOP, 0},
        {"pause", GATHER_STATE, 0},
        {"resume", GATHER_STATE, 0},
        {"update", GATHER_STATE, 0},
        {"events", GATHER_STATE, 0},
        {"features", 0, "features.json"},
        {"spec", 0, 0},
        {"checkpoint", 0, 0},
        {"restore", 0, 0},
        {"help", 0, 0},
};

#endif
