package dev.estiba.registry.client;

import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.http.Patience;
import dev.estiba.registry.http.Transfers;
import dev.estiba.registry.http.Tries;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An image in a registry: its mirrors are asked first, each in turn, and then the registry itself. */
final class RegistrySource implements ImageSource {
    private final Reference reference;
    private final List<Repository> places;
    private final Patience patience;
    private final Transfers transfers = new Transfers();
    private @Nullable Document root;

    /** @param places in the order in which they are asked, the registry itself last */
    RegistrySource(Reference reference, List<Repository> places, Patience patience) {
        this.reference = reference.tagged();
        this.places = List.copyOf(places);
        this.patience = patience;
    }

    @Override
    public String name() {
        return reference.toString();
    }

    @Override
    public synchronized Document root() throws IOException {
        Document known = root;
        if (known == null) {
            String name =
                    reference.digest().map(Object::toString).or(reference::tag).orElseThrow();
            known = inTurn(tries(), (place, tries) -> place.manifest(name, reference.digest(), tries, transfers));
            root = known;
        }
        return known;
    }

    @Override
    public Document document(Descriptor descriptor) throws IOException {
        return inTurn(tries(), (place, tries) -> place.manifest(descriptor, tries, transfers));
    }

    @Override
    public InputStream blob(Descriptor descriptor, long offset) throws IOException {
        if (offset < 0 || offset > descriptor.size()) {
            throw new IllegalArgumentException(offset + " is not within " + descriptor.size() + " bytes");
        }
        BlobStream.Asking asking =
                (from, left) -> inTurn(left, (place, tries) -> place.blob(descriptor, from, tries, transfers));
        return new BlobStream(descriptor, offset, asking, tries(), transfers).begin();
    }

    @Override
    public List<Descriptor> referrers(Digest subject) throws IOException {
        return inTurn(tries(), (place, tries) -> new Referrers(place, transfers).of(subject));
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask(Repository place, Tries tries) throws IOException;
    }

    private Tries tries() {
        return Tries.of(patience);
    }

    /** A mirror is asked once. What the last one says counts: it is the registry itself. */
    private <T> T inTurn(Tries tries, Question<T> question) throws IOException {
        IOException passed = null;
        for (Repository place : places.subList(0, places.size() - 1)) {
            try {
                return question.ask(place, Tries.once(patience));
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (transfers.closed().isDone()) {
                    throw e;
                }
                if (passed == null) {
                    passed = e;
                }
            }
        }
        try {
            return question.ask(places.getLast(), tries);
        } catch (IOException e) {
            IOException told = e instanceof Refusal refusal ? PullErrors.told(refusal, reference) : e;
            if (passed != null) {
                told.addSuppressed(passed);
            }
            throw told;
        }
    }

    @Override
    public void close() {
        transfers.close();
    }
}
