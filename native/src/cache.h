/* The AOT cache of a JVM of ours. */
#ifndef ESTIBA_CACHE_H
#define ESTIBA_CACHE_H

struct cache { char path[512]; };
/* 1 with the path of the one that is there; 0 with the path where one can be made, or with an empty one. */
int cache_find(struct cache *c, const char *home, const char *role, char **envp);

#endif
