package dev.estiba.cli.command;

import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.create.KeyValues;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;

/** {@code volume create}: makes a volume. */
public final class VolumeCreateCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Flag.text("driver", "Who makes it").fallback("local").letter('d'),
                    Flag.list("label", "A label: NAME=VALUE"),
                    Flag.list("opt", "An option of the driver, as mount(8) has them: type, device, o")
                            .letter('o')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] [VOLUME]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atMost(call, 1, "volume create");
        VolumeCreateRequest request = new VolumeCreateRequest(
                call.flags().text("driver"),
                KeyValues.map(call.flags().all("opt")),
                KeyValues.map(call.flags().all("label")),
                call.arguments().isEmpty() ? "" : call.arguments().getFirst());
        call.say(call.engine().createVolume(request).name());
        return 0;
    }
}
