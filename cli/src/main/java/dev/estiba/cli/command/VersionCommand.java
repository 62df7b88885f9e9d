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
import dev.estiba.cli.template.Template;
import dev.estiba.cli.template.TemplateException;
import dev.estiba.cli.template.Tree;
import dev.estiba.cli.text.Table;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code version}: prints which Estiba this is. */
public final class VersionCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false, List.of(Flag.text("format", "json, or a template").letter('f')));

    private static final String TYPE = "system.versionInfo", SERVER = "types.Version";

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
        String format = call.flags().text("format");
        if (format.isEmpty()) {
            call.write(table(version));
            return 0;
        }
        Map<String, Object> document = document(version);
        if (format.equals("json")) {
            call.say(Tree.write(document));
            return 0;
        }
        Template template = new Template(format);
        try {
            call.say(template.fill(Optional.of(TYPE), document));
        } catch (TemplateException ofBoth) {
            // {{.Version}} and the like, which mean the engine's.
            call.say(template.fill(Optional.of(SERVER), server(version)));
        }
        return 0;
    }

    /** As Docker's command has it: the client, and the engine. Here they are one program. */
    private static Map<String, Object> document(Version version) {
        Map<String, Object> client = new LinkedHashMap<>();
        client.put("Version", version.version());
        client.put("ApiVersion", version.apiVersion());
        client.put("DefaultAPIVersion", version.apiVersion());
        client.put("GitCommit", version.gitCommit());
        client.put("Os", version.os());
        client.put("Arch", version.arch());
        client.put("Context", "default");
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Client", client);
        document.put("Server", server(version));
        return document;
    }

    private static Object server(Version version) {
        return Tree.read(Body.VERSION.write(version, Layout.COMPACT));
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
