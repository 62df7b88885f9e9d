#ifndef ESTIBA_DAEMON_H
#define ESTIBA_DAEMON_H

int daemon_is_asked_for(int argc, char **argv);
/* `estiba daemon`: becomes the daemon's JVM, or gives birth to it. */
int daemon_main(int argc, char **argv, char **envp);

#endif
