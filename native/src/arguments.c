/* estiba-oci's arguments, as far as they open files: runc's grammar (urfave/cli): options also after the ID, but for
 * exec, whose options end at the ID; "--name value" and "--name=value"; "--" ends options. */
#include "grammar.h"
#include "oci.h"
#include "paths.h"
#include "sys.h"

#define ROWS(a) (sizeof(a) / sizeof *(a))

/* Whether `name` (without dashes, ending at '=' or NUL) is one of "long|short". */
static int named(const char *names, const char *name, size_t len)
{
        while (*names) {
                size_t n = 0;
                while (names[n] && names[n] != '|')
                        n++;
                if (n == len && memcmp(names, name, n) == 0)
                        return 1;
                names += n + (names[n] == '|');
        }
        return 0;
}

static int role_of(const char *command, const char *name, size_t len)
{
        if (named("help|h", name, len))
                return -1;
        for (size_t i = 0; i < ROWS(option_rows); i++)
                if (text_equal(option_rows[i].command, command) && named(option_rows[i].names, name, len))
                        return option_rows[i].role;
        return ROLE_FLAG;
}

static void take(struct invocation *v, int role, const char *value)
{
        switch (role) {
        case ROLE_BUNDLE: v->bundle = value; break;
        case ROLE_PROCESS: v->process = value; break;
        case ROLE_RESOURCES: v->resources = value; break;
        case ROLE_ROOT: v->root = value; break;
        case ROLE_LOG: v->log = value; break;
        case ROLE_LOG_FORMAT: v->report.json = text_equal(value, "json"); break;
        }
}

/* Takes the option at argv[i]; answers the index of the last word that belongs to it. */
static int option(struct invocation *v, const char *command, int i, int argc, char **argv)
{
        const char *name = argv[i] + 1 + (argv[i][1] == '-');
        size_t len = 0;
        while (name[len] && name[len] != '=')
                len++;
        int role = role_of(command, name, len);
        if (role == -1)
                v->help = 1;
        if (!*command && named("debug", name, len))
                v->report.debug = !text_equal(name + len, "=false") && !text_equal(name + len, "=0");
        if (role == -1 || role == ROLE_FLAG)
                return i;
        if (name[len] == '=') {
                take(v, role, name + len + 1);
                return i;
        }
        if (i + 1 >= argc)
                return i;
        take(v, role, argv[i + 1]);
        return i + 1;
}

static const struct command_row *command_named(const char *name)
{
        for (size_t i = 0; i < ROWS(command_rows); i++)
                if (text_equal(command_rows[i].name, name))
                        return &command_rows[i];
        return NULL;
}

/* As runc has it: root of a user namespace is an ordinary user, unless it has become root there by name. */
static const char *default_root(char **envp)
{
        static char path[512];
        struct text t = text_over(path, sizeof path);
        const char *xdg = environment(envp, "XDG_RUNTIME_DIR"), *user = environment(envp, "USER");
        int own = sys0(SYS_geteuid) != 0 || (in_user_namespace() && !(user && text_equal(user, "root")));
        if (!own || !xdg || *xdg != '/')
                return "/run/estiba/oci";
        text_add(&t, xdg);
        text_add(&t, "/estiba/oci");
        return path;
}

void read_arguments(struct invocation *v, int argc, char **argv, char **envp)
{
        *v = (struct invocation){.command = "", .report = {.log = -1}};
        const struct command_row *row = NULL;
        for (int i = 1; i < argc; i++) {
                const char *a = argv[i];
                if (text_equal(a, "--"))
                        break;
                if (a[0] == '-' && a[1]) {
                        if (!row && (text_equal(a, "--version") || text_equal(a, "-v")))
                                v->static_answer = "version";
                        i = option(v, v->command, i, argc, argv);
                } else if (!row) {
                        row = command_named(a);
                        v->command = a;
                        if (!row)
                                break;
                        v->gather = row->gather;
                        v->static_answer = row->answer;
                } else if (!v->id) {
                        v->id = a;
                        if (row->gather & GATHER_STOP)
                                break;
                }
        }
        if (!v->root)
                v->root = default_root(envp);
}
