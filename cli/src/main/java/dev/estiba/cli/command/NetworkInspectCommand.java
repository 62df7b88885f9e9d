package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code network inspect}: prints all that is known of networks. */
public final class NetworkInspectCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.text("format", "json, or a template: {{.Id}}").letter('f'),
                    Flag.onOff("verbose", "Has no effect: all is told").letter('v')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] NETWORK [NETWORK...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, "network inspect");
        List<Inspected> found = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (String name : call.arguments()) {
            try {
                found.add(Inspected.of(
                        Inspected.NETWORK, Body.NETWORK_INSPECT, call.engine().inspectNetwork(name)));
            } catch (ApiException e) {
                failures.add("estiba: " + e.message());
            }
        }
        int status = Inspected.print(call, found, call.flags().text("format"));
        for (String failure : failures) {
            call.complain(failure);
        }
        return failures.isEmpty() ? status : 1;
    }
}
