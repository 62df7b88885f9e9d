/* estiba-oci: the runc-compatible command. The invoked process is the executor: its caller is a subreaper that waits
 * for the container's init as its own child, and init inherits the caller's namespaces, descriptors, cgroup and label.
 *
 * 1. arguments, as far as they open files; answers that the build has written (--version, features) end here;
 * 2. everything that must be read is read and sent to the planner as bytes;
 * 3. while the planner thinks, this program executes itself from a sealed memfd (only where a container's process
 *    comes of it), so that the seal costs no time of its own;
 * 4. the plan is received, checked, walked.
 * No planner, none that answers in two seconds, or a broken answer: the original executes once more with a JVM of its
 * own. A planner has no effects, so asking again is always safe; after the first step of a plan nobody asks again.
 */
#include "oci.h"

#include "grammar.h"
#include "older.h"
#include "paths.h"
#include "resident.h"
#include "sys.h"
#include "trace.h"

enum { PATIENCE_MS = 2000, COLD_PATIENCE_MS = 60000 };

static int static_answer(const char *name)
{
        char path[3200], *bytes;
        struct text t = text_over(path, sizeof path);
        int ok = home_path(&t);
        text_add(&t, "/share/oci/");
        text_add(&t, name);
        OWNED_FD fd = ok ? (int) sys4(SYS_openat, AT_FDCWD_, path, O_RDONLY_ | O_CLOEXEC_, 0) : -1;
        int64_t n = fd < 0 ? fd : read_whole(fd, 1 << 20, &bytes);
        return n < 0 ? -1 : (int) write_whole(1, bytes, (uint64_t) n);
}

static int refuse(const struct invocation *v, const char *why)
{
        static char message[FAILURE_TEXT];
        struct text t = text_over(message, sizeof message);
        /* Which commands name themselves is runc's choice: dev.estiba.runtime.command.OciCommand words it alike. */
        if (text_equal(v->command, "create") || text_equal(v->command, "run"))
                text_add(&t, "estiba-oci ");
        if (t.len || text_equal(v->command, "exec")) {
                text_add(&t, v->command);
                text_add(&t, " failed: ");
        }
        text_add(&t, why);
        report_error(&v->report, message);
        return text_equal(v->command, "exec") ? 255 : 1;
}

static void fill_registers(struct walk *w, const struct held *h)
{
        walk_reset(w);
        w->planner = h->planner;
        w->reg[REG_BUNDLE] = h->bundle;
        w->reg[REG_ROOT] = h->root;
        w->reg[REG_STATE] = h->state;
        w->reg[REG_LOG] = h->log;
        w->reg[REG_PLANNER] = h->planner;
        w->trace = trace_map(h->trace);
}

/* Walks the outer actor's part; what fails is undone, then reported. */
static int walk_plan(struct walk *w, const struct report *report)
{
        if (walk_actor(w, ACTOR_OUTER) == 0)
                return 0;
        static struct failure first;
        first = w->failure;
        walk_undo(w);
        report_error(report, first.text);
        return first.exit_status ? first.exit_status : 1;
}

static int64_t now_us(void)
{
        struct timespec_ t;
        sys2(SYS_clock_gettime, 1 /* CLOCK_MONOTONIC */, &t);
        return t.sec * 1000000 + t.nsec / 1000;
}

/* What --debug tells: all that this program decides is which plan it asks for. */
static void describe_plan(const struct report *report, const struct plan *plan, const char *command, int64_t waited_us)
{
        static char line[256];
        struct text t = text_over(line, sizeof line);
        int64_t steps = 0;
        for (unsigned actor = 0; actor < plan->head->actors; actor++)
                for (uint32_t at = 0; at < plan->actor[actor].len / 4; steps++)
                        at += plan_step(plan, actor, at).words;
        text_add(&t, "a plan for ");
        text_add_short(&t, command, 100);
        text_add(&t, ": ");
        text_add_number(&t, steps);
        text_add(&t, " steps, ");
        text_add_number(&t, plan->head->length);
        text_add(&t, " bytes, after ");
        text_add_number(&t, waited_us);
        text_add(&t, " microseconds");
        report_debug(report, line);
}

static struct walk *ask(const struct held *h, int patience, const struct report *report, const char *command, const char **wrong, int *error)
{
        static struct walk w;
        int64_t start = report->debug ? now_us() : 0;
        fill_registers(&w, h);
        *wrong = frame_receive_plan(h->planner, patience, &w.plan, error);
        if (*wrong && *error == E_TIMEDOUT && resident_is_new(h->planner))
                *wrong = frame_receive_plan(h->planner, RESIDENT_NEW_S * 1000, &w.plan, error);
        if (!*wrong && report->debug)
                describe_plan(report, &w.plan, command, now_us() - start);
        return &w;
}

static const char *describe_held(const struct held *h, const char *home)
{
        static char mark[3400];
        struct text t = text_over(mark, sizeof mark);
        const int all[HELD_ALL] = {h->bundle, h->root, h->state, h->log, h->planner, h->trace, h->how};
        text_add(&t, "\1sealed");
        for (size_t i = 0; i < HELD_ALL; i++) {
                text_add_char(&t, ':');
                text_add_number(&t, all[i]);
                if (i < HELD_FDS && all[i] >= 0)
                        sys3(SYS_fcntl, all[i], 2 /* F_SETFD */, 0);
        }
        text_add_char(&t, ':');
        text_add(&t, home);
        return mark;
}

/* Once more from the start: `how` says in which way. */
static const char *const ALONE = "\1alone"; /* with a JVM of this call's own */
static const char *const AGAIN = "\1again"; /* with another resident: the first one was just ending */

static int once_more(const char *how, const char *home, int argc, char **argv, char **envp, const struct report *report)
{
        char path[3300];
        struct text t = text_over(path, sizeof path);
        char **copy = arena((uint64_t) (argc + 2) * sizeof *copy);
        if (!copy)
                return 1;
        text_add(&t, home);
        text_add(&t, "/bin/estiba-oci");
        copy[0] = argv[0];
        copy[1] = (char *) (uintptr_t) how;
        for (int i = 1; i < argc; i++)
                copy[i + 1] = argv[i];
        long e = sys3(SYS_execve, path, copy, envp);
        t = text_over(path, sizeof path);
        text_add(&t, "the planner did not answer, and starting over failed: ");
        text_add(&t, errno_text((int) -e));
        report_error(report, path);
        return 1;
}

/* It is this call that has no memory or descriptors; the resident is as good as before. */
static int is_ours_to_lack(int error)
{
        return error == E_NOMEM || error == E_MFILE || error == E_NFILE;
}

/* Why there is no plan, with the errno of what has failed here. */
static void add_wrong(struct text *t, const char *wrong, int error)
{
        text_add(t, wrong);
        if (is_ours_to_lack(error)) {
                text_add(t, ": ");
                text_add(t, errno_text(error));
        }
}

static int open_log(struct invocation *v, struct held *h)
{
        if (!v->log || !*v->log)
                return 0;
        h->log = (int) sys4(SYS_openat, AT_FDCWD_, v->log, O_WRONLY_ | O_CREAT_ | O_APPEND_ | O_CLOEXEC_, 0644);
        v->report.log = h->log;
        return h->log < 0 ? h->log : 0;
}

/* Of a sealed copy's mark: how long it waits, and what it has tried already. */
enum { WAITS_LONG = 1, IS_ALONE = 2, IS_AGAIN = 4 };

static int run(int argc, char **argv, char **envp, int alone, int again)
{
        static struct invocation v;
        static struct frame f;
        struct held h = {-1, -1, -1, -1, -1, -1, 0};
        char home[3072], reason[1024];
        struct text at = text_over(home, sizeof home), why = text_over(reason, sizeof reason);
        struct resident planner = {.home = home, .role = "planner"};
        int born = 0, error = 0;
        const char *wrong = NULL;

        read_arguments(&v, argc, argv, envp);
        h.how = (v.report.json ? HOW_JSON : 0) | (v.report.debug ? HOW_DEBUG : 0);
        if (v.static_answer && !v.help && !v.id && static_answer(v.static_answer) == 0)
                return 0;
        long e = open_log(&v, &h);
        if (e < 0) {
                text_add(&why, "cannot open --log: ");
                text_add(&why, errno_text((int) -e));
                return refuse(&v, reason);
        }
        h.trace = trace_open(environment(envp, "ESTIBA_TRACE"));
        home_path(&at);
        resident_place(&planner, envp);
        if (!alone) /* its thread wakes up while we still read files; a missing one is started after they are read */
                h.planner = resident_try(&planner);
        if (gather(&v, &h, &f, argc, argv, envp, &why) < 0)
                return refuse(&v, reason);
        if (h.planner < 0)
                h.planner = alone ? resident_private(&planner) : resident_connect(&planner, &born);
        if (h.planner < 0 && !alone) {
                if (h.planner != -E_CHILD)
                        report_note(&v.report, "warning", "no resident planner can be used; going on with a JVM of this call's own");
                alone = 1;
                h.planner = resident_private(&planner);
        }
        if (h.planner < 0) {
                text_add(&why, "cannot start the planner: ");
                text_add(&why, errno_text(-h.planner));
                return refuse(&v, reason);
        }
        e = frame_send(h.planner, &f, alone || born ? COLD_PATIENCE_MS : PATIENCE_MS);
        if (e >= 0 && v.gather & GATHER_SEALED && !v.help) {
                int patience = alone ? IS_ALONE : (born ? WAITS_LONG : 0) | (again ? IS_AGAIN : 0);
                const char *mark = describe_held(&h, home);
                char *digit = (char *) (uintptr_t) mark + 1; /* "\1sealed" -> "\1<patience>ealed" */
                *digit = (char) ('0' + patience);
                e = become_sealed(mark, alone ? -1 : resident_program(h.planner), argc, argv, envp);
                text_add(&why, "cannot execute from a sealed copy: ");
                text_add(&why, errno_text((int) -e));
                return refuse(&v, reason);
        }
        if (e >= 0) {
                struct walk *w = ask(&h, alone || born ? COLD_PATIENCE_MS : PATIENCE_MS, &v.report, v.command, &wrong, &error);
                if (!wrong)
                        return walk_plan(w, &v.report);
        }
        if (alone) {
                int gone = e == -E_PIPE || e == -E_CONNRESET; /* before it has read anything */
                add_wrong(&why, wrong ? wrong : gone ? "the planner did not start" : errno_text((int) -e), wrong ? error : 0);
                text_add(&why, "; the planner's log is in ");
                text_add(&why, planner.directory);
                return refuse(&v, reason);
        }
        if (e < 0)
                error = (int) -e;
        if (!again && (error == E_PIPE || error == E_CONNRESET))
                return once_more(AGAIN, home, argc, argv, envp, &v.report);
        report_note(&v.report, "warning", "the resident planner did not answer; going on with a JVM of this call's own");
        if (!is_ours_to_lack(error))
                resident_forget(&planner, h.planner);
        return once_more(ALONE, home, argc, argv, envp, &v.report);
}

static const char *next_number(const char *s, int *out)
{
        int negative = *s == '-';
        for (s += negative, *out = 0; *s >= '0' && *s <= '9'; s++)
                *out = *out * 10 + (*s - '0');
        *out = negative ? -*out : *out;
        return *s == ':' ? s + 1 : s;
}

/* Who starts over is called as its caller has called this: with the caller's descriptors, and with no other. */
static void let_go(const struct held *h)
{
        const int all[HELD_FDS] = {h->bundle, h->root, h->state, h->log, h->planner, h->trace};
        for (size_t i = 0; i < HELD_FDS; i++)
                if (all[i] >= 0)
                        sys3(SYS_fcntl, all[i], 2 /* F_SETFD */, 1 /* FD_CLOEXEC */);
}

/* The sealed copy: its descriptors are named in argv[1]. The caller's own stay where they are. */
int oci_sealed(int argc, char **argv, char **envp)
{
        struct held h;
        int patience = argv[1][1] - '0', error = 0;
        const char *wrong = NULL, *s = argv[1] + 8; /* behind "\1?ealed:" */
        int *const all[HELD_ALL] = {&h.bundle, &h.root, &h.state, &h.log, &h.planner, &h.trace, &h.how};
        for (size_t i = 0; i < HELD_ALL; i++)
                s = next_number(s, all[i]);
        struct report report = {.log = h.log, .json = h.how & HOW_JSON, .debug = (h.how & HOW_DEBUG) != 0};
        static struct invocation v;
        argv[1] = argv[0];
        if (report.debug)
                read_arguments(&v, argc - 1, argv + 1, envp);
        struct walk *w = ask(&h, patience & (WAITS_LONG | IS_ALONE) ? COLD_PATIENCE_MS : PATIENCE_MS, &report, v.command, &wrong, &error);
        if (!wrong) {
                close_descriptors(3, ~0u, 4 /* CLOSE_RANGE_CLOEXEC; preserved ones are cleared again by the plan */);
                keep_proc();
                return walk_plan(w, &report);
        }
        let_go(&h);
        if (patience & IS_ALONE) {
                char reason[256];
                struct text why = text_over(reason, sizeof reason);
                add_wrong(&why, wrong, error);
                report_error(&report, reason);
                return 1;
        }
        if (error == E_CONNRESET && !(patience & IS_AGAIN))
                return once_more(AGAIN, s, argc - 1, argv + 1, envp, &report);
        struct resident planner = {.home = s, .role = "planner"};
        report_note(&report, "warning", "the resident planner did not answer; going on with a JVM of this call's own");
        resident_place(&planner, envp);
        if (!is_ours_to_lack(error))
                resident_forget(&planner, h.planner);
        return once_more(ALONE, s, argc - 1, argv + 1, envp, &report);
}

int oci_main(int argc, char **argv, char **envp)
{
        if (argc > 1 && argv[1][0] == 1 && (text_equal(argv[1], ALONE) || text_equal(argv[1], AGAIN))) {
                int alone = text_equal(argv[1], ALONE);
                argv[1] = argv[0];
                return run(argc - 1, argv + 1, envp, alone, !alone);
        }
        if (argc > 1 && argv[1][0] == 1)
                return oci_sealed(argc, argv, envp);
        return run(argc, argv, envp, 0, 0);
}
