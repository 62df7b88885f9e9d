/* One executable, told apart by the name it is called by. */
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

int estiba_main(int argc, char **argv, char **envp)
{
        const char *name = argc > 0 ? base_name(argv[0]) : "";
        if (text_equal(name, "estiba-oci"))
                return oci_main(argc, argv, envp);
        static const char usage[] = "estiba: this executable is called as estiba-oci\n";
        write_whole(2, usage, sizeof usage - 1);
        return 125;
}
