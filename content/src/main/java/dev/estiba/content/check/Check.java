package dev.estiba.content.check;

import dev.estiba.content.fetch.LayerUnpacker;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.StorageFailure;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at everything that is in a store: records, each byte of each blob, and each file of each layer, which is compared with its
 * archive. Others may work with the store meanwhile. For the largest layer there must be space once more.
 */
public final class Check {
    private static final int CHUNK = 256 << 10;

    private final Store store;
    private final LayerUnpacker unpacker;
    private final Platform host;

    /** @param host whose manifest is the first of an image whose record is made anew */
    public Check(Store store, LayerUnpacker unpacker, Platform host) {
        this.store = store;
        this.unpacker = unpacker;
        this.host = host;
    }

    /**
     * Says what is wrong.
     *
     * @throws IOException when it could not be looked at; what is wrong in the store is no exception
     */
    public Report look(CheckListener listener) throws IOException {
        return run(Optional.empty(), listener);
    }

    /** The same, and mends it: from what is here, and what is not, from where it came. */
    public Report repair(Origins origins, CheckListener listener) throws IOException {
        return run(Optional.of(origins), listener);
    }

    private Report run(Optional<Origins> origins, CheckListener listener) throws IOException {
        try (Lease lease = store.lease()) {
            RecordCheck records = new RecordCheck(store, host, lease, origins.isPresent());
            List<Report.Result> results = new ArrayList<>(records.check());
            Wanted wanted = new Wanted(store, records.images());
            Optional<Refetch> refetch = origins.map(each -> new Refetch(store, lease, each));
            Set<Digest> bad = new HashSet<>();
            List<Digest> all = store.blobs().all();
            blobs(all, wanted, records.names(), refetch, listener, results, bad);
            int layers = layers(wanted, bad, lease, origins.isPresent(), listener, results);
            results.addAll(rests(origins.isPresent()));
            return new Report(results, records.images().size(), all.size(), layers);
        } catch (IOException e) {
            throw StorageFailure.explained(e, store.root());
        }
    }

    private void blobs(
            List<Digest> all,
            Wanted wanted,
            Map<String, Digest> names,
            Optional<Refetch> refetch,
            CheckListener listener,
            List<Report.Result> results,
            Set<Digest> bad)
            throws IOException {
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            listener.at(CheckListener.Kind.BLOB, all.get(i), i, all.size());
            Digest digest = all.get(i);
            damage(digest).ifPresent(why -> findings.add(new Finding.DamagedBlob(digest, why)));
        }
        for (Map.Entry<Digest, Wanted.Blob> each : wanted.blobs().entrySet()) {
            if (!store.blobs().has(each.getKey())) {
                findings.add(new Finding.MissingBlob(
                        each.getKey(),
                        each.getValue().images().getFirst().root().digest()));
            }
        }
        for (Finding finding : findings) {
            Digest digest = switch (finding) {
                case Finding.DamagedBlob blob -> blob.digest();
                case Finding.MissingBlob blob -> blob.digest();
                default -> throw new IllegalStateException("no blob: " + finding);
            };
            Outcome outcome = refetch.isEmpty()
                    ? new Outcome.Found()
                    : mended(digest, Optional.ofNullable(wanted.blobs().get(digest)), names, refetch.get());
            if (!(outcome instanceof Outcome.Repaired)) {
                bad.add(digest);
            }
            results.add(new Report.Result(finding, outcome));
        }
    }

    private Outcome mended(Digest digest, Optional<Wanted.Blob> blob, Map<String, Digest> names, Refetch refetch)
            throws IOException {
        if (blob.isPresent()) {
            return refetch.bring(blob.get(), names);
        }
        return store.repairs().remove(digest, refetch.lease()).isEmpty()
                ? new Outcome.Repaired("no image needs it, and it was removed")
                : new Outcome.Left("it is in use by somebody at work: 'estiba system check --repair' later");
    }

    /** Why a blob is not what it should be; empty when it is, or has just been removed. */
    private Optional<String> damage(Digest digest) throws IOException {
        MessageDigest hash = digest.algorithm().hash();
        byte[] buffer = new byte[CHUNK];
        try (InputStream in = store.blobs().open(digest, 0)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
                if (Thread.interrupted()) {
                    throw new InterruptedIOException("interrupted while blobs are read");
                }
            }
        } catch (dev.estiba.content.transport.NotThere | NoSuchFileException e) {
            return Optional.empty();
        } catch (InterruptedIOException | java.nio.channels.ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            return Optional.of("it cannot be read: " + e.getMessage()); // EIO: the disk says so itself
        }
        Digest found = Digest.of(digest.algorithm(), hash);
        return found.equals(digest) ? Optional.empty() : Optional.of("its bytes have the digest " + found);
    }

    private int layers(
            Wanted wanted,
            Set<Digest> bad,
            Lease lease,
            boolean repairs,
            CheckListener listener,
            List<Report.Result> results)
            throws IOException {
        List<Layer> there = wanted.layers().stream()
                .filter(each -> store.layers().has(each.diffId()))
                .filter(each -> !bad.contains(each.blob().digest()))
                .toList();
        LayerCheck check = new LayerCheck(store, unpacker, lease);
        for (int i = 0; i < there.size(); i++) {
            Layer layer = there.get(i);
            listener.at(CheckListener.Kind.LAYER, layer.diffId(), i, there.size());
            try {
                check.check(layer, repairs).ifPresent(results::add);
            } catch (ContentMismatch e) {
                results.add(new Report.Result(
                        new Finding.DamagedLayer(
                                layer.diffId(), "what its blob unpacks to is another layer: " + e.getMessage()),
                        repairs
                                ? new Outcome.Left("its image is wrong: remove it ('estiba rmi IMAGE')")
                                : new Outcome.Found()));
            }
        }
        return there.size();
    }

    private List<Report.Result> rests(boolean repairs) throws IOException {
        List<Report.Result> results = new ArrayList<>();
        List<String> rests = store.repairs().rests();
        if (repairs && !rests.isEmpty()) {
            store.repairs().removeRests();
        }
        Set<String> stay =
                repairs && !rests.isEmpty() ? Set.copyOf(store.repairs().rests()) : Set.of();
        for (String rest : rests) {
            Outcome outcome = !repairs
                    ? new Outcome.Found()
                    : stay.contains(rest)
                            ? new Outcome.Left("somebody else is at it: look again later")
                            : new Outcome.Repaired("it was removed");
            results.add(new Report.Result(new Finding.Rest(rest), outcome));
        }
        return results;
    }
}
