package dev.estiba.engine.image;

import dev.estiba.api.ImageCheckOptions;
import dev.estiba.api.ImagesChecked;
import dev.estiba.api.Progress;
import dev.estiba.api.ProgressSink;
import dev.estiba.content.check.Check;
import dev.estiba.content.check.CheckListener;
import dev.estiba.content.check.Outcome;
import dev.estiba.content.check.Report;
import dev.estiba.content.store.Store;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.Registry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Looks for what disks and power cuts have done to images, and brings again what is damaged from where it came. */
final class Checking {
    private final Images images;

    Checking(Images images) {
        this.images = images;
    }

    ImagesChecked check(ImageCheckOptions options, ProgressSink to) throws IOException {
        Optional<Store> store = images.store().existing();
        return store.isEmpty() ? new ImagesChecked(List.of(), 0, 0, 0) : told(check(store.get(), options, to));
    }

    private Report check(Store store, ImageCheckOptions options, ProgressSink to) throws IOException {
        Check check = new Check(store, images.unpacking().unpacker(), images.host());
        CheckListener listener = (kind, _, done, all) -> to.tell(Progress.of(
                kind == CheckListener.Kind.BLOB ? "blobs" : "layers", "Checking " + (done + 1) + " of " + all));
        if (!options.repair()) {
            return check.look(listener);
        }
        try (Registry registry = Registries.open(options.access(), images.connections())) {
            return check.repair(
                    (image, repository) -> registry.source(
                            Reference.parse(repository + "@" + image.root().digest())),
                    listener);
        }
    }

    private static ImagesChecked told(Report report) {
        return new ImagesChecked(
                report.results().stream().map(Checking::told).toList(),
                report.images(),
                report.blobs(),
                report.layers());
    }

    private static ImagesChecked.Finding told(Report.Result result) {
        String kind = result.finding().getClass().getSimpleName();
        String problem = result.finding().sentence();
        return switch (result.outcome()) {
            case Outcome.Found() -> new ImagesChecked.Finding(kind, problem, ImagesChecked.State.FOUND, "");
            case Outcome.Repaired(String how) ->
                new ImagesChecked.Finding(kind, problem, ImagesChecked.State.REPAIRED, how);
            case Outcome.Left(String why) -> new ImagesChecked.Finding(kind, problem, ImagesChecked.State.LEFT, why);
        };
    }
}
