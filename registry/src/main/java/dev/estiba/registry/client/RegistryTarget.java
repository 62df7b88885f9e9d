package dev.estiba.registry.client;

import dev.estiba.content.transport.BlobSource;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.http.Answer;
import dev.estiba.registry.http.Call;
import dev.estiba.registry.http.Transfers;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A name in a registry that an image is pushed to. What was brought without {@link #finish} the registry collects by itself. */
final class RegistryTarget implements ImageTarget {
    private final Reference reference;
    private final Repository place;
    private final List<String> mounts;
    private final Transfers transfers = new Transfers();
    /** The latest document, which is not sent before it is known whether it gets the name itself. */
    private @Nullable Document held;

    /** @param mounts other repositories of the registry that may have the blobs */
    RegistryTarget(Reference reference, Repository place, List<String> mounts) {
        this.reference = reference.tagged();
        this.place = place;
        this.mounts = List.copyOf(mounts);
    }

    @Override
    public String name() {
        return reference.toString();
    }

    @Override
    public boolean has(Descriptor descriptor) throws IOException {
        boolean document = MediaTypes.isIndex(descriptor.mediaType()) || MediaTypes.isManifest(descriptor.mediaType());
        String path = (document ? "/manifests/" : "/blobs/") + descriptor.digest();
        Call call = Call.of("HEAD", place.address(path, transfers));
        if (document) {
            call = call.with("Accept", descriptor.mediaType());
        }
        try (Answer answer = place.send(call, transfers)) {
            if (!answer.isSuccess() && answer.status() != 404) {
                throw place.refusal(answer);
            }
            answer.error(); // to its end, so that the connection serves again
            return answer.isSuccess();
        }
    }

    @Override
    public void blob(Descriptor descriptor, BlobSource bytes, TransferListener listener) throws IOException {
        if (has(descriptor)) {
            listener.at(descriptor, new TransferListener.Step.There());
            return;
        }
        new Upload(place, descriptor, bytes, listener, transfers).run(mounts);
    }

    @Override
    public synchronized void document(Document document) throws IOException {
        Document before = held;
        if (before != null) {
            put(before, before.descriptor().digest().toString());
        }
        held = document;
    }

    @Override
    public synchronized void finish(Document root) throws IOException {
        Document last = held;
        if (last != null && !last.equals(root)) {
            put(last, last.descriptor().digest().toString());
        }
        if (reference.digest().isPresent()
                && !reference.digest().get().equals(root.descriptor().digest())) {
            throw new IOException(
                    reference + " cannot be the name of " + root.descriptor().digest());
        }
        held = null;
        put(root, reference.tag().orElse(root.descriptor().digest().toString()));
    }

    private void put(Document document, String name) throws IOException {
        new Referrers(place, transfers).put(document, name);
    }

    @Override
    public void close() {
        transfers.close();
    }
}
