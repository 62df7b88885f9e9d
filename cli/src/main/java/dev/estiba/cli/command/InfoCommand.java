package dev.estiba.cli.command;

import dev.estiba.api.Body;
import dev.estiba.api.Info;
import dev.estiba.api.Layout;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.template.Template;
import dev.estiba.cli.template.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code info}: prints what there is of containers and images, and what this machine can do. */
public final class InfoCommand implements Command {
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
        Arguments.none(call, "info");
        Info info = call.engine().info();
        byte[] json = Body.INFO.write(info, Layout.COMPACT);
        String format = call.flags().text("format");
        if (format.equals("json")) {
            call.say(new String(json, StandardCharsets.UTF_8));
        } else if (format.isEmpty()) {
            call.write(text(info));
            for (String warning : info.warnings()) {
                call.complain(warning);
            }
        } else {
            call.say(new Template(format).fill(Optional.of("system.dockerInfo"), Tree.read(json)));
        }
        return 0;
    }

    private static String text(Info info) {
        StringBuilder text = new StringBuilder();
        line(text, "Containers", Integer.toString(info.containers()));
        line(text, " Running", Integer.toString(info.containersRunning()));
        line(text, " Paused", Integer.toString(info.containersPaused()));
        line(text, " Stopped", Integer.toString(info.containersStopped()));
        line(text, "Images", Integer.toString(info.images()));
        line(text, "Server Version", info.serverVersion());
        line(text, "Storage Driver", info.driver());
        line(text, "Logging Driver", info.loggingDriver());
        line(text, "Cgroup Driver", info.cgroupDriver());
        line(text, "Cgroup Version", info.cgroupVersion());
        text.append("Plugins:\n");
        info.plugins().forEach((kind, names) -> line(text, " " + kind, String.join(" ", names)));
        line(text, "Runtimes", String.join(" ", info.runtimes()));
        line(text, "Default Runtime", info.defaultRuntime());
        line(text, "Init Binary", info.initBinary());
        text.append("Security Options:\n");
        info.securityOptions().forEach(option -> text.append(" ").append(option).append('\n'));
        line(text, "Kernel Version", info.kernelVersion());
        line(text, "Operating System", info.operatingSystem());
        line(text, "OSType", info.osType());
        line(text, "Architecture", info.architecture());
        line(text, "CPUs", Integer.toString(info.processors()));
        line(text, "Total Memory", String.format(Locale.ROOT, "%.4gGiB", info.memTotal() / (double) (1 << 30)));
        line(text, "Name", info.name());
        line(text, "ID", info.id());
        line(text, "Estiba Root Dir", info.rootDir());
        line(text, "Live Restore Enabled", Boolean.toString(info.liveRestoreEnabled()));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append('\n');
    }
}
