package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Excerpt;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rules of the {@code process} section. */
final class ProcessRules {
    /** getrlimit(2). */
    private static final Set<String> RLIMITS = Set.of(
            "RLIMIT_AS",
            "RLIMIT_CORE",
            "RLIMIT_CPU",
            "RLIMIT_DATA",
            "RLIMIT_FSIZE",
            "RLIMIT_LOCKS",
            "RLIMIT_MEMLOCK",
            "RLIMIT_MSGQUEUE",
            "RLIMIT_NICE",
            "RLIMIT_NOFILE",
            "RLIMIT_NPROC",
            "RLIMIT_RSS",
            "RLIMIT_RTPRIO",
            "RLIMIT_RTTIME",
            "RLIMIT_SIGPENDING",
            "RLIMIT_STACK");

    private static final int MAX_WINSIZE = 0xffff;

    private ProcessRules() {}

    static void check(Findings findings, String at, Process process) {
        consoleSize(findings, at, process.consoleSize());
        if (process.args().isEmpty()) {
            findings.add(Rule.PROCESS_ARGS, at + "args", "empty, but there is nothing to execute without them");
        }
        env(findings, at, process.env());
        if (!process.cwd().startsWith("/")) {
            findings.add(Rule.PROCESS_CWD, at + "cwd", Excerpt.quoted(process.cwd()) + " is no absolute path");
        }
        rlimits(findings, at, process.rlimits());
        if (process.oomScoreAdj().isPresent()) {
            int score = process.oomScoreAdj().getAsInt();
            if (score < -1000 || score > 1000) {
                findings.add(Rule.OOM_SCORE_ADJ, at + "oomScoreAdj", score + " is not between -1000 and 1000");
            }
        }
        if (process.scheduler().isPresent()) {
            scheduler(findings, at, process.scheduler().get());
        }
        if (process.ioPriority().isPresent()) {
            int priority = process.ioPriority().get().priority();
            if (priority < 0 || priority > 7) {
                findings.add(Rule.IO_PRIORITY, at + "ioPriority.priority", priority + " is not between 0 and 7");
            }
        }
        if (process.execCpuAffinity().isPresent()) {
            ExecCpuAffinity affinity = process.execCpuAffinity().get();
            cpuList(findings, at + "execCPUAffinity.initial", affinity.initialCpus());
            cpuList(findings, at + "execCPUAffinity.final", affinity.finalCpus());
        }
    }

    private static void consoleSize(Findings findings, String at, Optional<ConsoleSize> consoleSize) {
        if (consoleSize.isEmpty()) {
            return;
        }
        ConsoleSize size = consoleSize.get();
        if (Long.compareUnsigned(size.height(), MAX_WINSIZE) > 0) {
            findings.add(Rule.CONSOLE_SIZE, at + "consoleSize.height", above(size.height(), MAX_WINSIZE));
        }
        if (Long.compareUnsigned(size.width(), MAX_WINSIZE) > 0) {
            findings.add(Rule.CONSOLE_SIZE, at + "consoleSize.width", above(size.width(), MAX_WINSIZE));
        }
    }

    static String above(long value, long most) {
        return Long.toUnsignedString(value) + " is above " + most;
    }

    /** The value of a variable is not shown: it may be a secret. */
    private static void env(Findings findings, String at, List<String> env) {
        for (int i = 0; i < env.size(); i++) {
            int equals = env.get(i).indexOf('=');
            if (equals <= 0) {
                String problem = equals < 0 ? "has no = between name and value" : "has no name before its =";
                findings.add(Rule.PROCESS_ENV, at + "env[" + i + "]", problem);
            }
        }
    }

    private static void rlimits(Findings findings, String at, List<Rlimit> rlimits) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < rlimits.size(); i++) {
            Rlimit rlimit = rlimits.get(i);
            String path = at + "rlimits[" + i + "]";
            if (!RLIMITS.contains(rlimit.type())) {
                findings.add(Rule.RLIMIT_TYPE, path + ".type", Excerpt.quoted(rlimit.type()) + " is no resource limit");
            }
            if (!seen.add(rlimit.type())) {
                findings.add(Rule.RLIMIT_TWICE, path + ".type", Excerpt.of(rlimit.type()) + " is given twice");
            }
            if (Long.compareUnsigned(rlimit.soft(), rlimit.hard()) > 0) {
                String hard = Long.toUnsignedString(rlimit.hard());
                findings.add(
                        Rule.RLIMIT_ORDER,
                        path + ".soft",
                        Long.toUnsignedString(rlimit.soft()) + " is above the hard limit, " + hard);
            }
        }
    }

    private static void scheduler(Findings findings, String at, Scheduler scheduler) {
        Scheduler.Policy policy = scheduler.policy();
        if (scheduler.nice() < -20 || scheduler.nice() > 19) {
            findings.add(Rule.SCHEDULER, at + "scheduler.nice", scheduler.nice() + " is not between -20 and 19");
        }
        boolean isStatic = policy == Scheduler.Policy.FIFO || policy == Scheduler.Policy.RR;
        if (scheduler.priority() != 0 && !isStatic) {
            findings.add(Rule.SCHEDULER, at + "scheduler.priority", "only SCHED_FIFO and SCHED_RR have one");
        }
        boolean hasTimes = scheduler.runtime() != 0 || scheduler.deadline() != 0 || scheduler.period() != 0;
        if (hasTimes && policy != Scheduler.Policy.DEADLINE) {
            findings.add(
                    Rule.SCHEDULER, at + "scheduler", "only SCHED_DEADLINE has a runtime, a deadline and a period");
        }
    }

    static void cpuList(Findings findings, String path, Optional<String> list) {
        if (list.isPresent() && !NumberList.isWellFormed(list.get())) {
            findings.add(Rule.CPU_LIST, path, Excerpt.quoted(list.get()) + " is no list such as 0-3,7");
        }
    }
}
