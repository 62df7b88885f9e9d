/* The verbs of the probe. A verb prints its answer itself and returns 0, or WRONG_USE when its words make no sense. */
#ifndef PROBE_VERBS_H
#define PROBE_VERBS_H

enum { WRONG_USE = -1 };

typedef int verb_function(int argc, char **argv); /* argv[0] is the verb's own name */

struct verb {
    const char *name;
    verb_function *run;
    int fewest, most; /* words after the name; most < 0: any number */
    const char *words;
    const char *answers;
};

/* One list a file; each ends with a verb without a name. */
extern const struct verb process_verbs[]; /* who the process is: ids, capabilities, limits, scheduling */
extern const struct verb file_verbs[];    /* the file system as the process sees it */
extern const struct verb signal_verbs[];  /* signals, sleeping, children, load */
extern const struct verb world_verbs[];   /* host name, sysctl, network, terminal, mounts, cgroup */
extern const struct verb attack_verbs[];  /* what a hostile container tries; nothing here destroys anything */
extern const struct verb agent_verbs[];   /* what runs outside and answers for a container */

/* The probe's own argument vector, for `args` and for verbs that end it. */
extern char **probe_argv;

/* Runs words[0..count) as a sequence VERB … -- VERB …; the probe's exit status. */
int run_sequence(int count, char **words);

/* Reads a decimal, 0x or 0 number that fills the whole word; 1 when it is one. */
int number_of(const char *word, long *number);

/* Reads at most size bytes of a file; -1 with errno. */
long read_file(const char *path, char *bytes, unsigned long size);

/* The value of a "Name:" line of /proc/PID/status without its white space, or "" */
const char *status_field(const char *pid, const char *name);

#endif
