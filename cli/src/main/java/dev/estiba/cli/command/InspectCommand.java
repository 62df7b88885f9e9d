package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.Layout;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.text.Template;
import dev.estiba.cli.text.TemplateException;
import dev.estiba.cli.text.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code inspect}: prints all that is known of containers. */
public final class InspectCommand implements Command {
    private static final int BAD_TEMPLATE = 64;
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.text("format", "json, or a template: {{.State.Status}}")
                            .letter('f'),
                    Flag.onOff("size", "Count the sizes of its file systems").letter('s'),
                    Flag.text("type", "Only container can be looked for")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER [CONTAINER...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, "inspect");
        String type = call.flags().text("type");
        if (!type.isEmpty() && !type.equals("container")) {
            call.complain("estiba: inspect --type " + type + " is not built yet: there are only containers");
            return 1;
        }
        List<ContainerInspect> found = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (String name : call.arguments()) {
            try {
                found.add(call.engine().inspectContainer(name, call.flags().isOn("size")));
            } catch (ApiException e) {
                failures.add("estiba: " + e.message());
            }
        }
        int status = print(call, found, call.flags().text("format"));
        for (String failure : failures) {
            call.complain(failure);
        }
        return failures.isEmpty() ? status : 1;
    }

    private static int print(Call call, List<ContainerInspect> found, String format) throws IOException {
        if (format.isEmpty()) {
            call.say(text(Body.CONTAINER_INSPECT.writeList(found, Layout.SPACES)));
            return 0;
        }
        if (format.equals("json")) {
            call.say(text(Body.CONTAINER_INSPECT.writeList(found, Layout.COMPACT)));
            return 0;
        }
        try {
            Template template = new Template(format);
            for (ContainerInspect container : found) {
                call.say(template.fill(Tree.read(Body.CONTAINER_INSPECT.write(container, Layout.COMPACT))));
            }
            return 0;
        } catch (TemplateException e) {
            call.complain("estiba: template parsing error: " + e.problem());
            return BAD_TEMPLATE;
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
