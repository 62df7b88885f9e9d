package dev.estiba.runtime.command;

import java.util.List;
import java.util.Optional;

/** runc's commands and options. {@code native/src/grammar.h} is the part of it that opens files. */
public final class Grammar {
    /** An option; {@code shortName} is empty when it has none. */
    public record Option(String name, String shortName, boolean takesValue, String help) {}

    /** A command; with {@code argumentsEndOptions}, what follows its first argument is never an option. */
    public record Command(
            String name, String arguments, boolean argumentsEndOptions, String help, List<Option> options) {}

    private static final Option HELP = flag("help", "h", "show this text");

    static final List<Option> GLOBAL = List.of(
            flag("debug", "", "log more"),
            value("log", "", "file for the log, in the place of stderr"),
            value("log-format", "", "text or json"),
            value("root", "", "directory of the containers' states"),
            value("criu", "", "accepted for old callers, without effect"),
            flag("systemd-cgroup", "", "let systemd make the cgroups (not built yet)"),
            value("rootless", "", "true, false or auto"),
            flag("version", "v", "print the version"),
            HELP);

    private static final Option CONSOLE_SOCKET = value("console-socket", "", "socket that gets the terminal's master");
    private static final Option PIDFD_SOCKET = value("pidfd-socket", "", "socket that gets a pidfd of the process");
    private static final Option PID_FILE = value("pid-file", "", "file that gets the process's pid");
    private static final Option PRESERVE = value("preserve-fds", "", "how many descriptors from 3 on are passed on");
    private static final Option BUNDLE = value("bundle", "b", "the bundle's directory; the working directory without");
    private static final Option NO_PIVOT = flag("no-pivot", "", "do not use pivot_root");
    private static final Option NO_KEYRING = flag("no-new-keyring", "", "keep the caller's session keyring");
    private static final Option FORMAT = value("format", "f", "table or json");

    static final List<Command> COMMANDS = List.of(
            new Command(
                    "create",
                    "ID",
                    false,
                    "make a container, and stop at its gate",
                    List.of(BUNDLE, CONSOLE_SOCKET, PIDFD_SOCKET, PID_FILE, NO_PIVOT, NO_KEYRING, PRESERVE, HELP)),
            new Command("start", "ID", false, "open a container's gate", List.of(HELP)),
            new Command(
                    "run",
                    "ID",
                    false,
                    "make a container and run it",
                    List.of(
                            BUNDLE,
                            CONSOLE_SOCKET,
                            PIDFD_SOCKET,
                            PID_FILE,
                            flag("detach", "d", "do not wait for the container"),
                            flag("keep", "", "do not delete the container when it has ended"),
                            flag("no-subreaper", "", "do not adopt the container's orphans"),
                            NO_PIVOT,
                            NO_KEYRING,
                            PRESERVE,
                            HELP)),
            new Command(
                    "exec",
                    "ID COMMAND [ARG...]",
                    true,
                    "run another process in a container",
                    List.of(
                            CONSOLE_SOCKET,
                            PIDFD_SOCKET,
                            value("cwd", "", "its working directory"),
                            value("env", "e", "a variable, NAME=VALUE; may be given again"),
                            flag("tty", "t", "with a terminal"),
                            value("user", "u", "UID[:GID]"),
                            value("additional-gids", "g", "a supplementary group; may be given again"),
                            value("process", "p", "file with the process, as in config.json"),
                            flag("detach", "d", "do not wait for it"),
                            PID_FILE,
                            value("process-label", "", "the process's SELinux label"),
                            value("apparmor", "", "the process's AppArmor profile"),
                            flag("no-new-privs", "", "it cannot gain privileges"),
                            value("cap", "c", "a further capability; may be given again"),
                            PRESERVE,
                            value("cgroup", "", "a group beneath the container's"),
                            flag("ignore-paused", "", "also in a paused container"),
                            HELP)),
            new Command(
                    "kill",
                    "ID [SIGNAL]",
                    false,
                    "send a signal to a container's init",
                    List.of(flag("all", "a", "to all of its processes"), HELP)),
            new Command(
                    "delete",
                    "ID",
                    false,
                    "remove what is left of a container",
                    List.of(flag("force", "f", "kill it first"), HELP)),
            new Command("state", "ID", false, "print a container's state", List.of(HELP)),
            new Command(
                    "list",
                    "",
                    false,
                    "print all containers",
                    List.of(FORMAT, flag("quiet", "q", "only their names"), HELP)),
            new Command("ps", "ID [PS OPTIONS]", true, "print a container's processes", List.of(FORMAT, HELP)),
            new Command("pause", "ID", false, "freeze a container", List.of(HELP)),
            new Command("resume", "ID", false, "thaw a container", List.of(HELP)),
            new Command(
                    "update",
                    "ID",
                    false,
                    "change a container's limits",
                    List.of(
                            value("resources", "r", "file with the limits, - is stdin"),
                            value("blkio-weight", "", "10 to 1000"),
                            value("cpu-period", "", "microseconds"),
                            value("cpu-quota", "", "microseconds in a period"),
                            value("cpu-burst", "", "microseconds saved up"),
                            value("cpu-share", "", "relative weight"),
                            value("cpu-rt-period", "", "microseconds"),
                            value("cpu-rt-runtime", "", "microseconds"),
                            value("cpuset-cpus", "", "list of processors"),
                            value("cpuset-mems", "", "list of memory nodes"),
                            value("kernel-memory", "", "obsolete"),
                            value("kernel-memory-tcp", "", "bytes"),
                            value("memory", "", "bytes"),
                            value("cpu-idle", "", "0 or 1"),
                            value("memory-reservation", "", "bytes"),
                            value("memory-swap", "", "bytes of memory and swap"),
                            value("pids-limit", "", "number of processes"),
                            value("l3-cache-schema", "", "Intel RDT (not built yet)"),
                            value("mem-bw-schema", "", "Intel RDT (not built yet)"),
                            HELP)),
            new Command(
                    "events",
                    "ID",
                    false,
                    "print a container's statistics",
                    List.of(
                            value("interval", "", "how long to wait, 5s without"),
                            flag("stats", "", "once"),
                            flag(EventsCommand.AGAIN, "", "for the program itself: not the first time"),
                            value(EventsCommand.KILLED, "", "for the program itself: processes killed before"),
                            HELP)),
            new Command("features", "", false, "print what this runtime can do", List.of(HELP)),
            new Command(
                    "spec",
                    "",
                    false,
                    "write a config.json to start from",
                    List.of(BUNDLE, flag("rootless", "", "for a user without rights"), HELP)),
            new Command("checkpoint", "ID", false, "not built yet", List.of(HELP)),
            new Command("restore", "ID", false, "not built yet", List.of(HELP)),
            new Command("help", "[COMMAND]", false, "show this text, or a command's", List.of(HELP)));

    private Grammar() {}

    static Optional<Command> command(String name) {
        String whole = name.equals("h") ? "help" : name;
        return COMMANDS.stream().filter(command -> command.name().equals(whole)).findFirst();
    }

    static Optional<Option> find(List<Option> options, String name) {
        return options.stream()
                .filter(option -> option.name().equals(name)
                        || (!name.isEmpty() && option.shortName().equals(name)))
                .findFirst();
    }

    private static Option flag(String name, String shortName, String help) {
        return new Option(name, shortName, false, help);
    }

    private static Option value(String name, String shortName, String help) {
        return new Option(name, shortName, true, help);
    }
}
