package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import java.io.IOException;
import java.util.List;

/** {@code daemon}: its flags and its page. Who is called so becomes the daemon, before any JVM of the command is asked. */
public final class DaemonCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.list("host", "Where it listens: unix://PATH, or fd:// for a socket that systemd holds")
                            .letter('H'),
                    Flag.text(
                                    "group",
                                    "The group that may use its socket; docker, where there is one, when it is not said")
                            .letter('G'),
                    Flag.text("doors", "What it speaks: docker").fallback("docker"),
                    Flag.text("data-root", "What it keeps").fallback("/var/lib/estiba"),
                    Flag.text("exec-root", "What ends with the boot").fallback("/run/estiba/engine"),
                    Flag.text("config-file", "Its settings, in daemon.json's terms")
                            .fallback("/etc/estiba/daemon.json"),
                    Flag.onOff("validate", "Read the settings, say what is wrong with them, and end")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public List<Section> sections() {
        return List.of(
                new Section(
                        "Sockets",
                        List.of(
                                "Without --host it listens at /run/estiba/docker.sock, of mode 0660: who may write to it has the"
                                        + " machine. Docker's own command uses it by"
                                        + " DOCKER_HOST=unix:///run/estiba/docker.sock.",
                                "A command that needs the daemon starts it when it is not there, and says so; the daemon's log"
                                        + " is then /run/estiba/daemon.log.")),
                new Section(
                        "Its end",
                        List.of(
                                "Containers go on when it ends, whatever ended it. The next one finds them again, and what"
                                        + " became of them meanwhile.")));
    }

    @Override
    public int run(Call call) throws IOException {
        call.complain("estiba: say 'estiba daemon' with nothing before it");
        return FlagSet.WRONG_FLAG;
    }
}
