package dev.estiba.cli.command;

import dev.estiba.api.ConfigReference;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkCreateResponse;
import dev.estiba.api.NetworkIpam;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.create.IpamPools;
import dev.estiba.cli.create.KeyValues;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.Parsed;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;

/** {@code network create}: makes a network. */
public final class NetworkCreateCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Flag.onOff("attachable", "Has no effect: any container may join"),
                    Flag.list("aux-address", "An address that somebody else has: NAME=ADDRESS"),
                    Flag.text("config-from", "Not built yet"),
                    Flag.onOff("config-only", "Not built yet"),
                    Flag.text("driver", "How it is made").fallback("bridge").letter('d'),
                    Flag.list("gateway", "The bridge's own address"),
                    Flag.onOff("ingress", "Of swarms alone"),
                    Flag.onOff("internal", "Nothing comes in and nothing goes out"),
                    Flag.list("ip-range", "Containers have their addresses from there"),
                    Flag.text("ipam-driver", "Where addresses come from").fallback("default"),
                    Flag.list("ipam-opt", "An option of where addresses come from: NAME=VALUE"),
                    Flag.onOff("ipv4", "Addresses of IPv4").fallback("true"),
                    Flag.onOff("ipv6", "Addresses of IPv6").fallback("true"),
                    Flag.list("label", "A label: NAME=VALUE"),
                    Flag.list("opt", "An option of the driver: NAME=VALUE").letter('o'),
                    Flag.text("scope", "Where it exists"),
                    Flag.list("subnet", "Its addresses: 10.1.0.0/16")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] NAME";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, "network create");
        NetworkCreateRequest request;
        try {
            request = request(call.arguments().getFirst(), call.flags());
        } catch (BadValue e) {
            call.complain(e.why());
            return 1;
        }
        NetworkCreateResponse made = call.engine().createNetwork(request);
        if (!made.warning().isEmpty()) {
            call.complain("WARNING: " + made.warning());
        }
        call.say(made.id());
        return 0;
    }

    private static NetworkCreateRequest request(String name, Parsed flags) throws BadValue {
        NetworkIpam ipam = new NetworkIpam(
                flags.text("ipam-driver"),
                KeyValues.map(flags.all("ipam-opt")),
                IpamPools.of(
                        flags.all("subnet"), flags.all("ip-range"), flags.all("gateway"), flags.all("aux-address")));
        NetworkCreateRequest.Builder request = NetworkCreateRequest.builder()
                .name(name)
                .driver(flags.text("driver"))
                .scope(flags.text("scope"))
                .ipam(ipam)
                .internal(flags.isOn("internal"))
                .attachable(flags.isOn("attachable"))
                .ingress(flags.isOn("ingress"))
                .configOnly(flags.isOn("config-only"))
                .options(KeyValues.map(flags.all("opt")))
                .labels(KeyValues.map(flags.all("label")));
        if (!flags.isOn("ipv4")) {
            request.enableIpv4(false);
        }
        if (!flags.isOn("ipv6")) {
            request.enableIpv6(false);
        }
        if (!flags.text("config-from").isEmpty()) {
            request.configFrom(new ConfigReference(flags.text("config-from")));
        }
        return request.build();
    }
}
