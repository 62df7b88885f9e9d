/* One executable, told apart by the name it is called by. */
#include "engine.h"
#include "forward.h"
#include "oci.h"
#include "sys.h"
#include "text.h"
#include "walk.h"

int estiba_main(int argc, char **argv, char **envp);

static const char *base_name(const char *path)
{
        const char *base = path;
        for (; *path; path++)
                if (*path == '/')
                        base = path + 1;
        return base;
}

/* Where the caller has closed its stdio, the next descriptors opened would take these numbers: a bundle's directory, a
 * memfd, and with them a way out of the container that inherits them (CVE-2024-21626 is such a one). */
static void hold_stdio(void)
{
        for (int fd = 0; fd < 3; fd++)
                if (sys2(SYS_fcntl, fd, 1 /* F_GETFD */) == -E_BADF)
                        sys4(SYS_openat, AT_FDCWD_, "/dev/null", O_RDWR_, 0); /* the lowest free number: this one */
}

int estiba_main(int argc, char **argv, char **envp)
{
        hold_stdio();
        const char *name = argc > 0 ? base_name(argv[0]) : "";
        if (text_equal(name, "estiba-oci"))
                return oci_main(argc, argv, envp);
        if (text_equal(name, "estiba-exec"))
                return engine_main(argc, argv);
        return forward_main(argc, argv, envp);
}
