package dev.estiba.content.transport;

import dev.estiba.content.transport.TransferListener.Step;
import dev.estiba.oci.image.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Brings blobs side by side. The first failure ends all. */
final class BlobTransfers {
    /** As many connections as Docker and containerd open to a registry, all but twice. */
    private static final int AT_A_TIME = 6;

    private final ImageSource source;
    private final ImageTarget target;
    private final TransferListener listener;

    BlobTransfers(ImageSource source, ImageTarget target, TransferListener listener) {
        this.source = source;
        this.target = target;
        this.listener = listener;
    }

    /** @throws InterruptedIOException when the caller was interrupted: both places are closed then */
    void bring(Collection<Descriptor> blobs) throws IOException {
        blobs.forEach(blob -> listener.at(blob, new Step.Waiting()));
        ExecutorService threads = Executors.newFixedThreadPool(
                AT_A_TIME, Thread.ofPlatform().daemon().name("blob-", 0).factory());
        CompletionService<Descriptor> transfers = new ExecutorCompletionService<>(threads);
        // Closing waits for the threads: after this nobody writes to the target any more.
        try (threads) {
            try {
                for (Descriptor blob : blobs) {
                    transfers.submit(() -> {
                        bring(blob);
                        return blob;
                    });
                }
                for (int i = 0; i < blobs.size(); i++) {
                    transfers.take().get();
                }
            } catch (InterruptedException e) {
                threads.shutdownNow();
                throw interrupted(e);
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw failure(Objects.requireNonNullElse(e.getCause(), e));
            }
        }
    }

    /** Closes both, which ends what does not hear of an interrupt. */
    private InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException failure = new InterruptedIOException(
                "the copy from " + source.name() + " to " + target.name() + " was cancelled");
        failure.initCause(cause);
        try (source;
                target) {
            return failure;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return failure;
        }
    }

    private static IOException failure(Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> new IOException(cause);
        };
    }

    private void bring(Descriptor blob) throws IOException {
        if (target.has(blob)) {
            listener.at(blob, new Step.There());
            return;
        }
        target.blob(blob, bytes(blob), listener);
        listener.at(blob, new Step.Done());
    }

    private BlobSource bytes(Descriptor blob) throws ContentMismatch {
        Optional<byte[]> data = blob.data();
        if (data.isEmpty()) {
            return offset -> source.blob(blob, offset);
        }
        byte[] bytes = data.get();
        if (bytes.length != blob.size()) {
            throw ContentMismatch.size(blob.digest(), blob.size(), bytes.length);
        }
        return offset -> new ByteArrayInputStream(bytes, Math.toIntExact(offset), bytes.length);
    }
}
