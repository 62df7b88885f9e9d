package dev.estiba.cli.command;

import dev.estiba.api.ImageListOptions;
import dev.estiba.api.ImageSummary;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code images}: lists images. */
public final class ImagesCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.onOff("all", "Has no effect: there are no images between")
                            .letter('a'),
                    Flag.onOff("digests", "Show digests"),
                    Filters.flag(
                                    "Only those that match: NAME=VALUE, of dangling, reference, before, since, label, until, unused")
                            .letter('f'),
                    Flag.text("format", "table, table TEMPLATE, json, or a template for each"),
                    Flag.onOff("no-trunc", "Do not shorten anything"),
                    Flag.onOff("quiet", "Only IDs").letter('q')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] [REPOSITORY[:TAG]]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atMost(call, 1, "images");
        Map<String, List<String>> filters = Filters.of(call.flags().all("filter"));
        for (String name : call.arguments()) {
            filters.computeIfAbsent("reference", key -> new ArrayList<>()).add(name);
        }
        List<ImageSummary> images =
                call.engine().listImages(new ImageListOptions(call.flags().isOn("all"), filters));
        ImageRows rows = new ImageRows(
                call.caller().environment(),
                call.flags().isOn("no-trunc"),
                call.flags().isOn("digests"));
        String format = call.flags().text("format");
        String quiet = format.isEmpty() || format.equals("table") ? "{{.ID}}" : format;
        call.write(rows.print(images, call.flags().isOn("quiet") ? quiet : format));
        return 0;
    }
}
