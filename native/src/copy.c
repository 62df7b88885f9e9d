/* tmpcopyup: what the image has at a tmpfs' mount point appears in the tmpfs (config-linux.md, mount options). */
#include "sys.h"
#include "walk.h"

int64_t op_copy_tree(struct op_args *o)
{
        (void) o;
        return -E_NOSYS;
}

int64_t op_relay(struct op_args *o)
{
        (void) o;
        return -E_NOSYS;
}
