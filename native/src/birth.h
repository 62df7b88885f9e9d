#ifndef ESTIBA_BIRTH_H
#define ESTIBA_BIRTH_H

enum { RESIDENT_BACKLOG = 1024, RESIDENT_PROGRAM = 3 };

/* A JVM that is to be: the one that <home>/lib/<role>.argv names, with `socket` as its descriptor 0 and `log` as its
 * output. One that stays for other calls listens on it, so that they are told its own pid (SO_PEERPIDFD), and is worth an
 * AOT cache, when its place has none yet. One that keeps the program has an unchangeable copy of this executable as descriptor
 * RESIDENT_PROGRAM: see resident_program. */
struct newborn {
        const char *home, *role, *log;
        char **envp;
        char *const *more; /* words behind those of the file, or 0 */
        int socket, stays, keeps_program;
};

/* Its pid, or -errno when it cannot even be forked; comes back when it listens or is no more. A JVM that dies is seen as the
 * end of the connection. */
int birth(const struct newborn *b);

/* The same JVM in this process's place, with its descriptors and its environment; comes back, with -errno, when it cannot. */
int become(const struct newborn *b);

#endif
