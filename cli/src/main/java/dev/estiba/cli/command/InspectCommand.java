package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
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

/** {@code inspect}: prints all that is known of containers and images; {@code image inspect}: of images. */
public final class InspectCommand implements Command {
    private static final int BAD_TEMPLATE = 64;
    private static final Flag FORMAT =
            Flag.text("format", "json, or a template: {{.Id}}").letter('f');
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    FORMAT,
                    Flag.onOff("size", "Count the sizes of a container's file systems")
                            .letter('s'),
                    Flag.text("type", "Only a container, or only an image")));
    private static final FlagSet FLAGS_OF_IMAGES = new FlagSet(false, List.of(FORMAT));

    private final boolean isForImages;

    /** @param isForImages containers are not looked for */
    public InspectCommand(boolean isForImages) {
        this.isForImages = isForImages;
    }

    /** What was found, as a document. */
    private record Found(byte[] compact, byte[] spaced) {
        /** @param <T> what the body says */
        static <T> Found of(Body<T> body, T value) {
            return new Found(body.write(value, Layout.COMPACT), body.writeList(List.of(value), Layout.SPACES));
        }
    }

    @Override
    public FlagSet flags() {
        return isForImages ? FLAGS_OF_IMAGES : FLAGS;
    }

    @Override
    public String synopsis() {
        return isForImages ? "[OPTIONS] IMAGE [IMAGE...]" : "[OPTIONS] NAME|ID [NAME|ID...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, isForImages ? "image inspect" : "inspect");
        String type = isForImages ? "image" : call.flags().text("type");
        if (!List.of("", "container", "image").contains(type)) {
            call.complain("estiba: inspect --type " + type + " is not built yet: there are only containers and images");
            return 1;
        }
        List<Found> found = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (String name : call.arguments()) {
            try {
                found.add(find(call, type, name));
            } catch (ApiException e) {
                boolean isNowhere = type.isEmpty() && e.status() == ApiException.NOT_FOUND;
                failures.add(isNowhere ? "Error: No such object: " + name : "estiba: " + e.message());
            }
        }
        int status = print(call, found, call.flags().text("format"));
        for (String failure : failures) {
            call.complain(failure);
        }
        return failures.isEmpty() ? status : 1;
    }

    private static Found find(Call call, String type, String name) throws ApiException {
        if (!type.equals("image")) {
            try {
                return Found.of(
                        Body.CONTAINER_INSPECT,
                        call.engine().inspectContainer(name, call.flags().isOn("size")));
            } catch (ApiException e) {
                if (!type.isEmpty() || e.status() != ApiException.NOT_FOUND) {
                    throw e;
                }
            }
        }
        return Found.of(Body.IMAGE_INSPECT, call.engine().inspectImage(name));
    }

    private static int print(Call call, List<Found> found, String format) throws IOException {
        if (format.isEmpty()) {
            // Each is a list of one: what is within its brackets.
            List<String> within = found.stream()
                    .map(each -> text(each.spaced()).strip())
                    .map(list -> list.substring(1, list.length() - 1).stripTrailing())
                    .toList();
            call.say(within.isEmpty() ? "[]" : "[" + String.join(",", within) + "\n]");
            return 0;
        }
        if (format.equals("json")) {
            List<String> all = found.stream().map(each -> text(each.compact())).toList();
            call.say("[" + String.join(",", all) + "]");
            return 0;
        }
        try {
            Template template = new Template(format);
            for (Found each : found) {
                call.say(template.fill(Tree.read(each.compact())));
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
