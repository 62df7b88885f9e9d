/* Docker's Engine API as far as the reaper needs it: one request a connection, over the socket. */
#ifndef ESTIBA_REAPER_API_H
#define ESTIBA_REAPER_API_H

#include <stddef.h>

/* The socket, as a path; DOCKER_HOST's where that is unix://PATH. */
void api_at(char **envp);

enum { API_NAMES = 256, API_NAME = 256 };

/* What a list has named. What found no room is found by the next list. */
struct api_names {
        char name[API_NAMES][API_NAME];
        size_t count;
};

/* Asks for a list and takes from each of its objects, which are `depth` brackets deep, the text of the member `key`.
 * Answers HTTP's status, or -errno. */
long api_list(const char *target, int depth, const char *key, struct api_names *names);

/* Answers HTTP's status, or -errno. */
long api_delete(const char *target);

#endif
