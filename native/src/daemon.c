/* `estiba daemon`: this process becomes the daemon's JVM, so that whoever has started it (systemd, a shell) has the daemon
 * itself as a child. `estiba daemon --born LOG`, which the command calls when nobody answers, has a listening socket as its
 * descriptor 0, and is done when the daemon that listens on it exists, with nothing of its caller left. */
#include "daemon.h"

#include "birth.h"
#include "paths.h"
#include "sys.h"
#include "text.h"
#include "walk.h"

enum { FAILED = 125, FIRST_PASSED = 3 /* SD_LISTEN_FDS_START */ };

static int refuse(const char *what, const char *why)
{
        char line[512];
        struct text t = text_over(line, sizeof line);
        text_add(&t, "estiba daemon: ");
        text_add(&t, what);
        text_add(&t, why);
        text_add_char(&t, '\n');
        write_whole(2, line, t.len);
        return FAILED;
}

static int is_number(const char *text, long number)
{
        char buffer[32];
        struct text t = text_over(buffer, sizeof buffer);
        text_add_number(&t, number);
        return text && text_equal(text, buffer);
}

/* sd_listen_fds(3), unset_environment: what this process starts is not to take the variables for its own. */
static void forget_passed(char **envp)
{
        char **to = envp;
        for (char **from = envp; *from; from++)
                if (!text_after(*from, "LISTEN_FDS=") && !text_after(*from, "LISTEN_PID=") && !text_after(*from, "LISTEN_FDNAMES="))
                        *to++ = *from;
        *to = 0;
}

/* sd_listen_fds(3): the socket goes where the JVM looks for it, at descriptor 0. */
static int take_passed_socket(char **envp)
{
        const char *count = environment(envp, "LISTEN_FDS");
        if (!count || !is_number(environment(envp, "LISTEN_PID"), sys0(SYS_getpid)))
                return 0;
        if (!is_number(count, 1))
                return -1;
        sys3(SYS_dup3, FIRST_PASSED, 0, 0);
        sys1(SYS_close, FIRST_PASSED);
        forget_passed(envp);
        return 0;
}

/* Its page is the command's to print. */
int daemon_is_asked_for(int argc, char **argv)
{
        if (argc < 2 || !text_equal(argv[1], "daemon"))
                return 0;
        for (int i = 2; i < argc; i++)
                if (text_equal(argv[i], "--help") || text_equal(argv[i], "-h"))
                        return 0;
        return 1;
}

int daemon_main(int argc, char **argv, char **envp)
{
        char home[3072];
        struct text at = text_over(home, sizeof home);
        struct newborn b = {.home = home, .role = "daemon", .log = "/dev/null", .envp = envp, .more = argv + 2};
        home_path(&at);
        if (argc > 3 && text_equal(argv[2], "--born")) {
                b.log = argv[3];
                b.more = argv + 4;
                b.stays = 1;
                int pid = birth(&b);
                return pid > 0 ? 0 : refuse("cannot start the JVM: ", errno_text(-pid));
        }
        if (take_passed_socket(envp) < 0)
                return refuse("more than one socket was passed by LISTEN_FDS; ", "leave one in the socket unit");
        return refuse("cannot start the JVM: ", errno_text(-become(&b)));
}
