package dev.estiba.cli.command;

import dev.estiba.api.EndpointSettings;
import dev.estiba.api.IpamConfig;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.create.KeyValues;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.Parsed;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;

/** {@code network connect}: joins a container to one more network. */
public final class NetworkConnectCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Flag.list("alias", "A name of the container in this network"),
                    Flag.list("driver-opt", "An option of the network's driver: NAME=VALUE"),
                    Flag.whole("gw-priority", "0", "Of its networks the highest has the default route"),
                    Flag.text("ip", "Its IPv4 address (172.30.100.104)"),
                    Flag.text("ip6", "Its IPv6 address (2001:db8::33)"),
                    Flag.list("link", "Call another container so in there: NAME[:ALIAS]"),
                    Flag.list("link-local-ip", "A link-local address")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] NETWORK CONTAINER";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 2, "network connect");
        Parsed flags = call.flags();
        EndpointSettings.Builder settings = EndpointSettings.builder()
                .aliases(flags.all("alias"))
                .links(flags.all("link"))
                .driverOpts(KeyValues.map(flags.all("driver-opt")))
                .gwPriority((int) flags.number("gw-priority"));
        List<String> linkLocal = flags.all("link-local-ip");
        if (!flags.text("ip").isEmpty() || !flags.text("ip6").isEmpty() || !linkLocal.isEmpty()) {
            settings.ipamConfig(new IpamConfig(flags.text("ip"), flags.text("ip6"), linkLocal));
        }
        call.engine()
                .connectNetwork(
                        call.arguments().get(0),
                        new NetworkConnectRequest(call.arguments().get(1), settings.build()));
        return 0;
    }
}
