#ifndef ESTIBA_BIRTH_H
#define ESTIBA_BIRTH_H

/* A JVM that is to be: the one that <home>/lib/<role>.argv names, with `socket` as its descriptor 0 and `log` as its
 * output. One that stays for other calls is worth an AOT cache, when its place has none yet. */
struct newborn {
        const char *home, *role, *log;
        char **envp;
        int socket, stays;
};

/* Its pid, or -errno when it cannot even be forked; a JVM that dies is seen as the end of the connection. */
int birth(const struct newborn *b);

#endif
