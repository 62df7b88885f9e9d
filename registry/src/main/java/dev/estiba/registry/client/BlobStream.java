package dev.estiba.registry.client;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.registry.http.Answer;
import dev.estiba.registry.http.TransferFailure;
import dev.estiba.registry.http.Transfers;
import dev.estiba.registry.http.Tries;
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
        Answer ask(long offset, Tries tries) throws IOException;
    }

    private final Descriptor descriptor;
    private final Asking asking;
    private final Tries tries;
    private final Transfers transfers;
    private @Nullable Answer answer;
    private boolean isAdjusted;
    private long position;
    private long countedFrom;

    BlobStream(Descriptor descriptor, long offset, Asking asking, Tries tries, Transfers transfers) {
        this.descriptor = descriptor;
        this.asking = asking;
        this.tries = tries;
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
            Answer from = answer();
            try {
                adjust(from);
                int count = from.body().read(to, offset, (int) Math.min(length, left));
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
            tries.progress();
        }
        countedFrom = position;
        tries.failed(failure, transfers);
    }

    private Answer answer() throws IOException {
        Answer now = answer;
        if (now == null) {
            now = asking.ask(position, tries);
            answer = now;
            isAdjusted = false;
            check(now);
        }
        return now;
    }

    /** Refuses one that is of other bytes than were asked for. */
    private void check(Answer now) throws IOException {
        OptionalLong length = now.length();
        boolean part = now.status() == 206;
        if (part) {
            checkRange(now);
        }
        long before = part ? position : 0;
        if (length.isPresent() && length.getAsLong() != descriptor.size() - before) {
            throw ContentMismatch.size(descriptor.digest(), descriptor.size(), before + length.getAsLong());
        }
    }

    /** A server that knows no ranges has begun at the beginning (RFC 9110, section 14.2). */
    private void adjust(Answer now) throws IOException {
        if (!isAdjusted && now.status() != 206) {
            now.body().skipNBytes(position);
        }
        isAdjusted = true;
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
