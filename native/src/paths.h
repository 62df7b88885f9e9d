/* Where things of ours are. */
#ifndef ESTIBA_PATHS_H
#define ESTIBA_PATHS_H

#include "text.h"

/* The directory above the one of this executable ("<home>/bin/estiba-oci"); 0 when it cannot be told. */
int home_path(struct text *t);
/* The caller's uid outside of its user namespace: the map's line that holds `uid` (user_namespaces(7)); uid itself
 * where there is no map. */
uint32_t outer_uid(uint32_t uid);
/* Whether ids here are others outside: it is not the first user namespace. */
int in_user_namespace(void);
const char *environment(char **envp, const char *name);

#endif
