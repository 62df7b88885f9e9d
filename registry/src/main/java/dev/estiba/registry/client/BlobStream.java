package dev.estiba.registry.client;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.registry.http.Answer;
import dev.estiba.registry.http.Backoff;
import dev.estiba.registry.http.Patience;
import dev.estiba.registry.http.TransferFailure;
import dev.estiba.registry.http.Transfers;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A blob's bytes from some byte on, over as many connections as it takes: when one breaks, the next goes on at the byte. No more
 * than the descriptor's size comes out of it, and no less without an exception; what the bytes are is the reader's to verify.
 */
final class BlobStream extends InputStream {
    /** So much between two failures is progress, and the failures are counted anew. */
    private static final long PROGRESS = 1 << 20;

    private static final Pattern RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

    /** Asks for the blob from a byte on. */
    @FunctionalInterface
    interface Asking {
        Answer ask(long offset) throws IOException;
    }

    private final Descriptor descriptor;
    private final Asking asking;
    private final Patience patience;
    private final Transfers transfers;
    private @Nullable Answer answer;
    private long position;
    private long countedFrom;
    private int failures;

    BlobStream(Descriptor descriptor, long offset, Asking asking, Patience patience, Transfers transfers) {
        this.descriptor = descriptor;
        this.asking = asking;
        this.patience = patience;
        this.transfers = transfers;
        this.position = offset;
        this.countedFrom = offset;
    }

    /** Asks at once, so that a refusal is told before anything is read. */
    BlobStream begin() throws IOException {
        if (position < descriptor.size()) {
            answer();
        }
        return this;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        long left = descriptor.size() - position;
        if (left <= 0) {
            return atEnd();
        }
        while (true) {
            try {
                int count = answer().body().read(to, offset, (int) Math.min(length, left));
                if (count > 0) {
                    position += count;
                    return count;
                }
                throw new TransferFailure("the answer for " + descriptor.digest() + " ended after " + position + " of "
                        + descriptor.size() + " bytes");
            } catch (TransferFailure e) {
                goOnAfter(e);
            }
        }
    }

    /** An answer without a length may still go on. */
    private int atEnd() throws IOException {
        Answer last = answer;
        if (last != null) {
            answer = null;
            try (last) {
                if (last.length().isEmpty() && last.body().read() >= 0) {
                    throw ContentMismatch.longer(descriptor.digest(), descriptor.size());
                }
                last.discard();
            } catch (TransferFailure e) {
                return -1; // everything has come before
            }
        }
        return -1;
    }

    private void goOnAfter(TransferFailure failure) throws IOException {
        close();
        if (position - countedFrom >= PROGRESS) {
            failures = 0;
        }
        countedFrom = position;
        failures++;
        if (failures >= patience.attempts() || transfers.closed().isDone()) {
            throw failure;
        }
        patience.pause().pause(Backoff.before(failures), transfers.closed());
    }

    private Answer answer() throws IOException {
        Answer now = answer;
        if (now == null) {
            now = asking.ask(position);
            try {
                adjust(now);
            } catch (IOException | RuntimeException e) {
                now.close();
                throw e;
            }
            answer = now;
        }
        return now;
    }

    /** Brings the answer to where we are, and refuses one that is of other bytes than were asked for. */
    private void adjust(Answer now) throws IOException {
        OptionalLong length = now.length();
        if (now.status() == 206) {
            checkRange(now);
            if (length.isPresent() && length.getAsLong() != descriptor.size() - position) {
                throw ContentMismatch.size(descriptor.digest(), descriptor.size(), position + length.getAsLong());
            }
            return;
        }
        if (length.isPresent() && length.getAsLong() != descriptor.size()) {
            throw ContentMismatch.size(descriptor.digest(), descriptor.size(), length.getAsLong());
        }
        now.body().skipNBytes(position); // it knows no ranges, and has begun at its beginning (RFC 9110, section 14.2)
    }

    private void checkRange(Answer now) throws IOException {
        String said = now.header("Content-Range").orElse("");
        Matcher range = RANGE.matcher(said);
        boolean right = range.matches()
                && Long.parseLong(range.group(1)) == position
                && Long.parseLong(range.group(2)) == descriptor.size() - 1
                && (range.group(3).equals("*") || Long.parseLong(range.group(3)) == descriptor.size());
        if (!right) {
            throw new IOException(descriptor.digest() + ": asked for bytes from " + position + " to "
                    + (descriptor.size() - 1) + ", and the registry has sent others (Content-Range: "
                    + dev.estiba.oci.json.Excerpt.of(said) + ")");
        }
    }

    @Override
    public void close() {
        Answer now = answer;
        answer = null;
        if (now != null) {
            now.close();
        }
    }
}
