package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostFinding;
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
import dev.estiba.cli.template.Tree;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** {@code system check}: looks at the host, the containers and all that is stored of images, and says what is wrong. The status is 1 when something stays wrong. */
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
    public List<Section> sections() {
        return List.of(new Section(
                "WHAT IS LOOKED AT",
                List.of(
                        "The host: the kernel, the cgroup controllers, overlayfs, user namespaces, filters of system calls, limits of"
                                + " inotify, the disks of what is kept. Of what the host only lacks there is a note, with what to do.",
                        "The containers: those whose monitor has gone, records that cannot be read, cgroups of containers that there"
                                + " are no more.",
                        "The images: every blob is read and compared with its digest, every layer with its archive.",
                        "The status is 1 when something is wrong and was not mended; notes do not count.")));
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.none(call, "system check");
        String format = call.flags().text("format");
        if (!format.isEmpty() && !format.equals("json")) {
            throw ApiException.badRequest("--format may be json, and not " + format);
        }
        boolean isRepair = call.flags().isOn("repair");
        List<HostFinding> host = call.engine().checkHost();
        ImagesChecked checked = checked(call, new ImageCheckOptions(isRepair, Registries.access(call.caller())));
        if (format.isEmpty()) {
            call.write(text(host) + text(checked, isRepair));
        } else {
            call.say(json(host, checked));
        }
        return checked.isClean() && host.stream().noneMatch(HostFinding::isGrave) ? 0 : 1;
    }

    private static ImagesChecked checked(Call call, ImageCheckOptions options) throws IOException {
        if (!call.caller().isTerminal(2)) {
            return call.engine().checkImages(options, ProgressSink.NONE);
        }
        AtomicReference<ImagesChecked> checked = new AtomicReference<>(new ImagesChecked(List.of(), 0, 0, 0));
        Transfer.show(call, 2, to -> checked.set(call.engine().checkImages(options, to)));
        return checked.get();
    }

    /** The document about images, and in it what was found on the host. */
    private static String json(List<HostFinding> host, ImagesChecked checked) {
        Map<String, Object> document = new LinkedHashMap<>();
        if (Tree.read(ImagesCheckedJson.write(checked)) instanceof Map<?, ?> images) {
            images.forEach((name, value) -> document.put(String.valueOf(name), value));
        }
        List<Object> findings = new ArrayList<>();
        for (HostFinding each : host) {
            Map<String, Object> finding = new LinkedHashMap<>();
            finding.put("Kind", each.kind());
            finding.put("Grave", each.isGrave());
            finding.put("Problem", each.problem());
            finding.put("Advice", each.advice());
            findings.add(finding);
        }
        document.put("Host", findings);
        return Tree.write(document);
    }

    private static String text(List<HostFinding> host) {
        StringBuilder text = new StringBuilder();
        for (HostFinding each : host) {
            text.append(each.isGrave() ? "" : "note: ").append(Words.printable(each.problem()));
            text.append("\n  ").append(Words.printable(each.advice())).append('\n');
        }
        return text.toString();
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
