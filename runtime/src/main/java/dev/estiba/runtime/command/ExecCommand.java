package dev.estiba.runtime.command;

import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.Capabilities;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.ConfigReader;
import dev.estiba.oci.runtime.Process;
import dev.estiba.oci.runtime.User;
import dev.estiba.runtime.compile.CgroupLayout;
import dev.estiba.runtime.compile.ContainerCompiler;
import dev.estiba.runtime.compile.ExecRequest;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.compile.Machine;
import dev.estiba.runtime.compile.StartRequest;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import dev.estiba.runtime.record.InitRecord;
import dev.estiba.runtime.seccomp.FilterProgram;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code exec}. */
final class ExecCommand {
    private static final long MAX_ID = 0xffffffffL;

    private ExecCommand() {}

    static Answer answer(
            Request request,
            CommandLine line,
            StartRequest.Given given,
            Filters filters,
            Configs configs,
            Machine machine,
            String bootId)
            throws UsageException {
        Container container = Container.named(line.arguments().getFirst(), request, bootId);
        InitRecord init = container.init().orElseThrow(() -> new UsageException("cannot exec in a stopped container"));
        Config config = config(request, configs);
        Process process = process(request, line, config);
        Isolation isolation = Isolation.of(config);
        StartRequest start = new StartRequest(
                container.id(),
                container.record().bundle(),
                config.toBuilder().process(process).build(),
                line.flag("detach") ? StartRequest.Mode.DETACHED : StartRequest.Mode.FOREGROUND,
                line.option("pid-file"),
                line.option("console-socket"),
                line.option("pidfd-socket"),
                false,
                true,
                StartCommand.number(line, "preserve-fds"),
                false,
                true,
                isolation,
                given,
                StartCommand.caller(request),
                CgroupLayout.NONE,
                machine);
        checkTerminal(start, process.terminal());
        Optional<FilterProgram> filter =
                config.linux().flatMap(linux -> linux.seccomp()).map(filters::of);
        ContainerCompiler.Compiled compiled = isolation.compile(
                new ExecRequest(
                        start,
                        init.pid(),
                        init.start(),
                        container.record().cgroups(),
                        container.record().unified(),
                        line.option("cgroup").orElse(""),
                        line.flag("ignore-paused")),
                filter);
        return Answer.of(compiled);
    }

    private static void checkTerminal(StartRequest start, boolean terminal) throws UsageException {
        boolean waits = start.mode() == StartRequest.Mode.FOREGROUND;
        boolean socket = start.consoleSocket().isPresent() || start.given().console();
        if (terminal && !waits && !socket) {
            throw new UsageException("cannot allocate tty if runc will detach without setting console socket");
        }
        if (socket && (!terminal || waits)) {
            throw new UsageException("cannot use console socket if runc will not detach or allocate tty");
        }
    }

    private static Config config(Request request, Configs configs) throws UsageException {
        byte[] bytes = request.bytes(Tag.CONFIG)
                .orElseThrow(() -> new UsageException("the container's config.json is gone from its state directory"));
        try {
            return configs.read(bytes);
        } catch (DocumentException e) {
            throw new UsageException("the container's config.json: " + e.getMessage());
        }
    }

    private static Process process(Request request, CommandLine line, Config config) throws UsageException {
        Optional<byte[]> document = request.bytes(Tag.PROCESS);
        if (document.isPresent()) {
            try {
                return ConfigReader.readProcess(document.get());
            } catch (DocumentException e) {
                throw new UsageException("process: " + e.getMessage());
            }
        }
        List<String> args = line.arguments().subList(1, line.arguments().size());
        if (args.isEmpty()) {
            throw new UsageException("process args cannot be empty");
        }
        Process base =
                config.process().orElseThrow(() -> new UsageException("the container has no process to take after"));
        List<String> env = new ArrayList<>(base.env());
        env.addAll(line.all("env"));
        Process.Builder process = base.toBuilder().args(args).env(env).terminal(line.flag("tty"));
        line.option("cwd").ifPresent(process::cwd);
        line.option("apparmor").filter(profile -> !profile.isEmpty()).ifPresent(process::apparmorProfile);
        line.option("process-label").filter(label -> !label.isEmpty()).ifPresent(process::selinuxLabel);
        if (line.options().containsKey("no-new-privs")) {
            process.noNewPrivileges(line.flag("no-new-privs"));
        }
        if (!line.all("cap").isEmpty()) {
            process.capabilities(widen(base.capabilities(), line.all("cap")));
        }
        return process.user(user(base.user(), line)).build();
    }

    /** Into the three sets that count; never inheritable (CVE-2022-29162). */
    private static Capabilities widen(Optional<Capabilities> base, List<String> more) {
        Capabilities from = base.orElse(new Capabilities(List.of(), List.of(), List.of(), List.of(), List.of()));
        return new Capabilities(
                join(from.bounding(), more),
                join(from.effective(), more),
                from.inheritable(),
                join(from.permitted(), more),
                from.ambient());
    }

    private static List<String> join(List<String> some, List<String> more) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(more);
        return List.copyOf(all);
    }

    /** {@code UID[:GID]}, numbers only, as runc (CVE-2026-30892: nothing else is taken for a number). */
    private static User user(User base, CommandLine line) throws UsageException {
        long uid = base.uid();
        long gid = base.gid();
        Optional<String> text = line.option("user");
        if (text.isPresent()) {
            String[] parts = text.get().split(":", -1);
            if (parts.length > 2) {
                throw new UsageException("parsing " + text.get() + " as user: UID[:GID] is expected");
            }
            uid = id(parts[0], "uid");
            gid = parts.length == 2 ? id(parts[1], "gid") : gid;
        }
        List<Long> groups = new ArrayList<>(base.additionalGids());
        for (String group : line.all("additional-gids")) {
            groups.add(id(group, "additional gid"));
        }
        return new User(uid, gid, base.umask(), groups, Optional.empty());
    }

    private static long id(String text, String what) throws UsageException {
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new UsageException("parsing " + text + " as int for " + what + " failed: invalid syntax");
        }
        long value = Long.parseLong(text);
        if (value > MAX_ID) {
            throw new UsageException("parsing " + text + " as int for " + what + " failed: value out of range");
        }
        return value;
    }
}
