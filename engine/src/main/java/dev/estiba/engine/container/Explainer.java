package dev.estiba.engine.container;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.ExplainOptions;
import dev.estiba.api.Mount;
import dev.estiba.engine.image.Image;
import dev.estiba.engine.spec.Merge;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.store.ContainerStore;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Host;
import dev.estiba.linux.Open;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.runtime.ConfigWriter;
import dev.estiba.runtime.Bundle;
import dev.estiba.runtime.Containers.Planned;
import dev.estiba.runtime.compile.OverlayRoot;
import dev.estiba.runtime.plan.Explanation;
import dev.estiba.runtime.plan.PlanPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Says how a start would go. Nothing is made: the container that is spoken of exists on paper. */
final class Explainer {
    private final Context context;

    Explainer(Context context) {
        this.context = context;
    }

    void explain(CreateRequest request, ExplainOptions options, OutputStream to) throws IOException {
        Image image = context.images().find(request.config().image(), options.platform());
        SpecBuilder.refuseOwn(request, context.facts());
        CreateRequest merged = Merge.of(request, image);
        String id = ContainerStore.newId();
        List<Mount> inherited =
                new ContainerVolumes(context).inherited(merged.hostConfig().volumesFrom());
        SpecBuilder spec = SpecBuilder.of(id, merged, inherited, context.facts());
        Path data = context.paths().dataRoot().resolve("containers").resolve(id);
        Path run = context.paths().execRoot().resolve("containers").resolve(id);
        byte[] config;
        // Its user is looked up where it will be looked up first of all.
        try (Fd root = Open.absolute(image.lowers().getFirst(), Open.How.directory())) {
            config = ConfigWriter.write(
                    spec.config(spec.onHost(), data, data, data.resolve("init"), Optional.empty(), List.of(root)),
                    Layout.COMPACT);
        }
        Planned planned = context.runtime()
                .plan(
                        id,
                        new Bundle(run, config),
                        spec.isolation(),
                        merged.config().tty(),
                        overlay(image, data, merged));
        PlanPrinter printer = new PlanPrinter(Host.abi(), options.showEnvironment(), Explanation.planned());
        if (options.format() == ExplainOptions.Format.TEXT) {
            to.write(before(image, data, Traces.width(options)).getBytes(StandardCharsets.UTF_8));
        }
        Traces.print(printer, planned.start(), options, to);
        if (options.format() == ExplainOptions.Format.TEXT) {
            to.write("\nwhen it has ended\n".getBytes(StandardCharsets.UTF_8));
        }
        Traces.print(printer, planned.epilogue(), options, to);
    }

    private Optional<OverlayRoot> overlay(Image image, Path data, CreateRequest request) {
        OverlayRoot overlay = new OverlayRoot(
                image.lowers(),
                data.resolve("upper").toString(),
                data.resolve("work").toString(),
                request.hostConfig().autoRemove());
        return context.facts().lent().map(_ -> overlay);
    }

    /** What the engine itself does before the plan. */
    private static String before(Image image, Path data, int width) {
        return "engine, makes ready what the plan starts from\n"
                + PlanPrinter.paragraph("  ", "record – one durable write; from then on the container exists", width)
                + PlanPrinter.paragraph("    ", data + "/container.json", width)
                + PlanPrinter.paragraph(
                        "  ",
                        "root file system – an overlay that is in nobody's mount table: a descriptor is all there is of it",
                        width)
                + PlanPrinter.paragraph("    ", "lower (read only): " + String.join(", ", image.lowers()), width)
                + PlanPrinter.paragraph("    ", "upper: " + data + "/upper", width)
                + PlanPrinter.paragraph(
                        "  ",
                        "monitor – a native process that is the container's parent, keeps its output and its exit"
                                + " status, and outlives this one",
                        width)
                + "\n";
    }
}
