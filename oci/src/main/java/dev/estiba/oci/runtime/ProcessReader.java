package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the {@code process} section. */
final class ProcessReader {
    static final List<String> PROCESS = List.of(
            "terminal",
            "consoleSize",
            "user",
            "args",
            "commandLine",
            "env",
            "cwd",
            "capabilities",
            "rlimits",
            "noNewPrivileges",
            "apparmorProfile",
            "oomScoreAdj",
            "scheduler",
            "selinuxLabel",
            "ioPriority",
            "execCPUAffinity");
    static final List<String> CONSOLE_SIZE = List.of("height", "width");
    static final List<String> USER = List.of("uid", "gid", "umask", "additionalGids", "username");
    static final List<String> CAPABILITIES = List.of("bounding", "effective", "inheritable", "permitted", "ambient");
    static final List<String> RLIMIT = List.of("type", "soft", "hard");
    static final List<String> SCHEDULER =
            List.of("policy", "nice", "priority", "flags", "runtime", "deadline", "period");
    static final List<String> IO_PRIORITY = List.of("class", "priority");
    static final List<String> EXEC_CPU_AFFINITY = List.of("initial", "final");

    private ProcessReader() {}

    static Process process(Cursor in) throws DocumentException {
        Process.Builder process = Process.builder(List.of(), "");
        String cwd = null;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "terminal" -> process.terminal(in.bool());
                case "consoleSize" -> process.consoleSize(consoleSize(in));
                case "user" -> process.user(user(in));
                case "args" -> process.args(in.texts());
                case "commandLine" -> process.commandLine(in.text());
                case "env" -> process.env(in.texts());
                case "cwd" -> cwd = in.text();
                case "capabilities" -> process.capabilities(capabilities(in));
                case "rlimits" -> process.rlimits(rlimits(in));
                case "noNewPrivileges" -> process.noNewPrivileges(in.bool());
                case "apparmorProfile" -> process.apparmorProfile(in.text());
                case "oomScoreAdj" -> process.oomScoreAdj(in.int32());
                case "scheduler" -> process.scheduler(scheduler(in));
                case "selinuxLabel" -> process.selinuxLabel(in.text());
                case "ioPriority" -> process.ioPriority(ioPriority(in));
                case "execCPUAffinity" -> process.execCpuAffinity(execCpuAffinity(in));
                default -> in.unknown(PROCESS);
            }
        }
        return process.cwd(in.required(cwd, "cwd")).build();
    }

    private static ConsoleSize consoleSize(Cursor in) throws DocumentException {
        Long height = null;
        Long width = null;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "height" -> height = in.uint64();
                case "width" -> width = in.uint64();
                default -> in.unknown(CONSOLE_SIZE);
            }
        }
        return new ConsoleSize(in.required(height, "height"), in.required(width, "width"));
    }

    private static User user(Cursor in) throws DocumentException {
        long uid = 0;
        long gid = 0;
        OptionalInt umask = OptionalInt.empty();
        List<Long> additionalGids = List.of();
        String username = "";
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "uid" -> uid = in.uint32();
                case "gid" -> gid = in.uint32();
                case "umask" -> umask = OptionalInt.of(in.between(0, User.MAX_UMASK));
                case "additionalGids" -> additionalGids = gids(in);
                case "username" -> username = in.text();
                default -> in.unknown(USER);
            }
        }
        return new User(uid, gid, umask, additionalGids, Optional.of(username));
    }

    private static List<Long> gids(Cursor in) throws DocumentException {
        List<Long> gids = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            gids.add(in.uint32());
        }
        return gids;
    }

    private static Capabilities capabilities(Cursor in) throws DocumentException {
        List<String> bounding = List.of();
        List<String> effective = List.of();
        List<String> inheritable = List.of();
        List<String> permitted = List.of();
        List<String> ambient = List.of();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "bounding" -> bounding = in.texts();
                case "effective" -> effective = in.texts();
                case "inheritable" -> inheritable = in.texts();
                case "permitted" -> permitted = in.texts();
                case "ambient" -> ambient = in.texts();
                default -> in.unknown(CAPABILITIES);
            }
        }
        return new Capabilities(bounding, effective, inheritable, permitted, ambient);
    }

    private static List<Rlimit> rlimits(Cursor in) throws DocumentException {
        List<Rlimit> rlimits = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            rlimits.add(rlimit(in));
        }
        return rlimits;
    }

    private static Rlimit rlimit(Cursor in) throws DocumentException {
        String type = null;
        Long soft = null;
        Long hard = null;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "type" -> type = in.text();
                case "soft" -> soft = in.uint64();
                case "hard" -> hard = in.uint64();
                default -> in.unknown(RLIMIT);
            }
        }
        return new Rlimit(in.required(type, "type"), in.required(soft, "soft"), in.required(hard, "hard"));
    }

    private static Scheduler scheduler(Cursor in) throws DocumentException {
        Scheduler.Policy policy = null;
        int nice = 0;
        int priority = 0;
        List<Scheduler.Flag> flags = List.of();
        long runtime = 0;
        long deadline = 0;
        long period = 0;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "policy" -> policy = in.word(Scheduler.Policy.values());
                case "nice" -> nice = in.int32();
                case "priority" -> priority = in.int32();
                case "flags" -> flags = in.words(Scheduler.Flag.values());
                case "runtime" -> runtime = in.uint64();
                case "deadline" -> deadline = in.uint64();
                case "period" -> period = in.uint64();
                default -> in.unknown(SCHEDULER);
            }
        }
        return new Scheduler(in.required(policy, "policy"), nice, priority, flags, runtime, deadline, period);
    }

    private static IoPriority ioPriority(Cursor in) throws DocumentException {
        IoPriority.IoClass ioClass = null;
        int priority = 0;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "class" -> ioClass = in.word(IoPriority.IoClass.values());
                case "priority" -> priority = in.int32();
                default -> in.unknown(IO_PRIORITY);
            }
        }
        return new IoPriority(in.required(ioClass, "class"), priority);
    }

    private static ExecCpuAffinity execCpuAffinity(Cursor in) throws DocumentException {
        String initialCpus = "";
        String finalCpus = "";
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "initial" -> initialCpus = in.text();
                case "final" -> finalCpus = in.text();
                default -> in.unknown(EXEC_CPU_AFFINITY);
            }
        }
        return new ExecCpuAffinity(Optional.of(initialCpus), Optional.of(finalCpus));
    }
}
