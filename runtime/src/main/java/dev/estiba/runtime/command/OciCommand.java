package dev.estiba.runtime.command;

import dev.estiba.runtime.compile.Machine;
import dev.estiba.runtime.compile.UnsupportedConfig;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import java.util.List;

/** One call of {@code estiba-oci}: from what was gathered to a plan. Without effects; safe for all threads. */
public final class OciCommand {
    private final Filters filters;
    private final Machine machine;

    public OciCommand(Machine machine) {
        this.machine = machine;
        this.filters = new Filters(machine.abi());
    }

    public Answer answer(Request request) {
        List<String> argv = request.strings(Tag.ARGV);
        String name = argv.stream().filter(word -> Grammar.command(word).isPresent()).findFirst().orElse("");
        try {
            CommandLine line = CommandLine.parse(argv);
            return answer(request, line);
        } catch (UsageException | UnsupportedConfig e) {
            String prefix = name.isEmpty() ? "estiba-oci: " : "estiba-oci " + name + " failed: ";
            return Messages.failure(prefix + e.getMessage(), name.equals("exec") ? 255 : 1);
        }
    }

    private Answer answer(Request request, CommandLine line) throws UsageException {
        if (line.command().isEmpty() || line.global().containsKey("help") || line.flag("help")) {
            return Messages.print(HelpText.of(line.command()));
        }
        if (line.global().containsKey("systemd-cgroup") && !line.global().get("systemd-cgroup").equals("false")) {
            throw new UsageException("--systemd-cgroup is not built yet");
        }
        return switch (line.command()) {
            case "create", "run" -> StartCommand.answer(request, line, filters, machine);
            case "exec" -> ExecCommand.answer(request, line, filters, machine);
            default -> throw new UsageException(line.command() + " is not built yet");
        };
    }
}
