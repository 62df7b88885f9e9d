#ifndef ESTIBA_BIRTH_H
#define ESTIBA_BIRTH_H

/* Starts the JVM that <home>/lib/<role>.argv names, with `socket` as its descriptor 0 and `log` as its output.
 * Its pid, or -errno when it cannot even be forked; a JVM that dies is seen as the end of the connection. */
int birth(const char *home, const char *role, int socket, const char *log);

#endif
