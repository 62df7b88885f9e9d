package dev.estiba.cli.command;

import dev.estiba.api.PortBinding;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code port}: prints where a container's ports are published. */
public final class PortCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(false, List.of());

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "CONTAINER [PRIVATE_PORT[/PROTO]]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.between(call, 1, 2, "port");
        String container = call.arguments().getFirst();
        Map<String, List<PortBinding>> ports =
                new TreeMap<>(Comparator.comparingInt(PortCommand::number).thenComparing(Comparator.naturalOrder()));
        ports.putAll(call.engine().inspectContainer(container).networkSettings().ports());
        if (call.arguments().size() == 1) {
            for (Map.Entry<String, List<PortBinding>> port : ports.entrySet()) {
                for (PortBinding binding : port.getValue()) {
                    call.say(port.getKey() + " -> " + address(binding));
                }
            }
            return 0;
        }
        String asked = call.arguments().get(1);
        String wanted = asked.indexOf('/') < 0 ? asked + "/tcp" : asked;
        List<PortBinding> bindings = ports.getOrDefault(wanted, List.of());
        if (bindings.isEmpty()) {
            call.complain("estiba: no public port '" + wanted + "' published for " + container);
            return 1;
        }
        for (PortBinding binding : bindings) {
            call.say(address(binding));
        }
        return 0;
    }

    private static int number(String port) {
        String digits = port.replaceFirst("[^0-9].*", "");
        return digits.isEmpty() || digits.length() > 9 ? 0 : Integer.parseInt(digits);
    }

    private static String address(PortBinding binding) {
        boolean isV6 = binding.hostIp().indexOf(':') >= 0;
        return (isV6 ? "[" + binding.hostIp() + "]" : binding.hostIp()) + ":" + binding.hostPort();
    }
}
