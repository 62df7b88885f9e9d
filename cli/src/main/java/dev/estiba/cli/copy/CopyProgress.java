package dev.estiba.cli.copy;

import dev.estiba.cli.Call;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/** How many bytes have been copied: on a terminal while it goes on, and at the end. To standard error, as Docker's command has it. */
final class CopyProgress implements LongConsumer {
    private static final long PAUSE_NANOS = 75_000_000;
    private static final String ERASED = "\r\u001b[2K";

    private final Call call;
    private final String header;
    private final boolean isQuiet;
    private final boolean isShown;
    private long count;
    private long last = System.nanoTime();
    private boolean isVisible;

    /** @param header "Copying to container - " */
    CopyProgress(Call call, String header, boolean isQuiet) {
        this.call = call;
        this.header = header;
        this.isQuiet = isQuiet;
        this.isShown = !isQuiet && call.caller().isTerminal(2);
    }

    @Override
    public void accept(long bytes) {
        count = bytes;
        if (isShown && System.nanoTime() - last >= PAUSE_NANOS) {
            last = System.nanoTime();
            isVisible = true;
            show(ERASED + header + Words.size(bytes));
        }
    }

    private void show(String text) {
        try {
            call.caller().err().write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes what it has shown away again. */
    void erase() {
        if (isVisible) {
            isVisible = false;
            show(ERASED);
        }
    }

    void done(String destination) throws IOException {
        if (!isQuiet) {
            call.complain("Successfully copied " + Words.size(count) + " to " + destination);
        }
    }
}
