package dev.estiba.cli.command;

import dev.estiba.api.Body;
import dev.estiba.api.Component;
import dev.estiba.api.Layout;
import dev.estiba.api.Version;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.text.Table;
import dev.estiba.cli.text.Template;
import dev.estiba.cli.text.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code version}: prints which Estiba this is. */
public final class VersionCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false, List.of(Flag.text("format", "json, or a template").letter('f')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.none(call, "version");
        Version version = call.engine().version();
        byte[] json = Body.VERSION.write(version, Layout.COMPACT);
        String format = call.flags().text("format");
        if (format.equals("json")) {
            call.say(new String(json, StandardCharsets.UTF_8));
        } else if (format.isEmpty()) {
            call.write(table(version));
        } else {
            call.say(new Template(format).fill(Tree.read(json)));
        }
        return 0;
    }

    private static String table(Version version) {
        String name = version.platform().name();
        Table table = new Table(0, 3);
        table.line(List.of(name.isEmpty() ? "Estiba" : name));
        table.line(List.of(" Version:", version.version()));
        table.line(List.of(" API version:", version.apiVersion()));
        table.line(List.of(" Commit:", version.gitCommit()));
        table.line(List.of(" OS/Arch:", version.os() + "/" + version.arch()));
        table.line(List.of(" Kernel:", version.kernelVersion()));
        for (Component component : version.components()) {
            table.line(List.of(" " + component.name() + ":", component.version()));
        }
        return table.toString();
    }
}
