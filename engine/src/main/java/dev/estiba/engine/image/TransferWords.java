package dev.estiba.engine.image;

import dev.estiba.api.Progress;
import dev.estiba.api.ProgressSink;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.MediaTypes;

/** What becomes of layers, in the words that Docker has for it when it pulls, and when it pushes. */
final class TransferWords {
    private TransferWords() {}

    static TransferListener pulling(ProgressSink to) {
        return (descriptor, step) -> to.tell(pulled(descriptor, step));
    }

    private static Progress pulled(Descriptor layer, TransferListener.Step step) {
        String id = layer.digest().shortened();
        return switch (step) {
            case TransferListener.Step.Waiting() -> Progress.of(id, "Pulling fs layer");
            case TransferListener.Step.Moved(long bytes) -> Progress.of(id, "Downloading", bytes, layer.size());
            case TransferListener.Step.Verifying() -> Progress.of(id, "Verifying Checksum");
            case TransferListener.Step.Unpacking(long bytes) ->
                bytes == 0 ? Progress.of(id, "Download complete") : Progress.of(id, "Extracting", bytes, layer.size());
            case TransferListener.Step.There() -> Progress.of(id, "Already exists");
            case TransferListener.Step.Mounted(String repository) -> Progress.of(id, "Mounted from " + repository);
            case TransferListener.Step.Again(int seconds, String why) -> again(id, seconds);
            case TransferListener.Step.Done() -> Progress.of(id, "Pull complete");
        };
    }

    /** Docker tells only of what is new. */
    static TransferListener loading(ProgressSink to) {
        return (descriptor, step) -> {
            if (step instanceof TransferListener.Step.Moved(long bytes)
                    && !MediaTypes.isConfig(descriptor.mediaType())) {
                to.tell(Progress.of(descriptor.digest().shortened(), "Loading layer", bytes, descriptor.size()));
            }
        };
    }

    static TransferListener pushing(ProgressSink to) {
        return (descriptor, step) -> {
            if (!MediaTypes.isConfig(descriptor.mediaType())) { // Docker tells of layers alone
                to.tell(pushed(descriptor, step));
            }
        };
    }

    private static Progress pushed(Descriptor layer, TransferListener.Step step) {
        String id = layer.digest().shortened();
        return switch (step) {
            case TransferListener.Step.Waiting() -> Progress.of(id, "Preparing");
            case TransferListener.Step.Moved(long bytes) -> Progress.of(id, "Pushing", bytes, layer.size());
            case TransferListener.Step.Verifying(), TransferListener.Step.Unpacking _ ->
                Progress.of(id, "Pushing", layer.size(), layer.size());
            case TransferListener.Step.There() -> Progress.of(id, "Layer already exists");
            case TransferListener.Step.Mounted(String repository) -> Progress.of(id, "Mounted from " + repository);
            case TransferListener.Step.Again(int seconds, String why) -> again(id, seconds);
            case TransferListener.Step.Done() -> Progress.of(id, "Pushed");
        };
    }

    private static Progress again(String id, int seconds) {
        return Progress.of(id, "Retrying in " + seconds + (seconds == 1 ? " second" : " seconds"));
    }
}
