package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImageCheckOptions;
import dev.estiba.api.ImagesChecked;
import dev.estiba.api.ImagesChecked.State;
import dev.estiba.api.ImagesCheckedJson;
import dev.estiba.api.ProgressSink;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** {@code system check}: reads everything that is stored of images and says what is wrong. The status is 1 when something stays wrong. */
public final class SystemCheckCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.onOff("repair", "Mend what is wrong: bring again, unpack again, remove what was left"),
                    Flag.text("format", "json")));

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
        Arguments.none(call, "system check");
        String format = call.flags().text("format");
        if (!format.isEmpty() && !format.equals("json")) {
            throw ApiException.badRequest("--format may be json, and not " + format);
        }
        boolean isRepair = call.flags().isOn("repair");
        ImagesChecked checked = checked(call, new ImageCheckOptions(isRepair, Registries.access(call.caller())));
        if (format.isEmpty()) {
            call.write(text(checked, isRepair));
        } else {
            call.say(new String(ImagesCheckedJson.write(checked), StandardCharsets.UTF_8));
        }
        return checked.isClean() ? 0 : 1;
    }

    private static ImagesChecked checked(Call call, ImageCheckOptions options) throws IOException {
        if (!call.caller().isTerminal(2)) {
            return call.engine().checkImages(options, ProgressSink.NONE);
        }
        AtomicReference<ImagesChecked> checked = new AtomicReference<>(new ImagesChecked(List.of(), 0, 0, 0));
        Transfer.show(call, 2, to -> checked.set(call.engine().checkImages(options, to)));
        return checked.get();
    }

    private static String text(ImagesChecked checked, boolean isRepair) {
        StringBuilder text = new StringBuilder();
        for (ImagesChecked.Finding finding : checked.findings()) {
            text.append(finding.problem()).append('\n');
            switch (finding.state()) {
                case FOUND -> {}
                case REPAIRED ->
                    text.append("  repaired: ").append(finding.remark()).append('\n');
                case LEFT ->
                    text.append("  not repaired: ").append(finding.remark()).append('\n');
            }
        }
        long left = checked.findings().stream()
                .filter(each -> each.state() != State.REPAIRED)
                .count();
        text.append("Checked ")
                .append(counted(checked.images(), "image"))
                .append(", ")
                .append(counted(checked.blobs(), "blob"))
                .append(", ")
                .append(counted(checked.layers(), "layer"))
                .append(": ");
        text.append(left == 0 ? "all is well" : counted(left, "finding") + (isRepair ? " left" : ""));
        text.append(left == 0 || isRepair ? "\n" : "; 'estiba system check --repair' mends what can be mended\n");
        return text.toString();
    }

    private static String counted(long count, String word) {
        return count + " " + word + (count == 1 ? "" : "s");
    }
}
