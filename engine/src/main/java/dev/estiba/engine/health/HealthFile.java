package dev.estiba.engine.health;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.Layout;
import dev.estiba.engine.health.HealthState.Asked;
import dev.estiba.engine.store.Home;
import dev.estiba.linux.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code health} of a container's run directory: a line with the process that is being waited for ({@code PID START}, or
 * nothing), a line with its health as the API has it. It is written by who asks alone, and goes with the boot.
 */
public final class HealthFile {
    private static final String NAME = "health";

    private HealthFile() {}

    public static void write(Home home, HealthState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        String asked = state.asked()
                .map(process -> process.pid() + " " + process.start())
                .orElse("");
        bytes.writeBytes((asked + "\n").getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(Body.HEALTH.write(state.health(), Layout.COMPACT));
        bytes.write('\n');
        AtomicFile.write(home.run(), NAME, bytes.toByteArray());
    }

    /** Empty when nobody has asked it since the machine was started. */
    public static Optional<HealthState> read(Home home) throws IOException {
        Optional<byte[]> bytes = home.runFile(NAME);
        return bytes.isEmpty() ? Optional.empty() : Optional.of(parse(bytes.get()));
    }

    private static HealthState parse(byte[] bytes) throws IOException {
        int line = 0;
        while (line < bytes.length && bytes[line] != '\n') {
            line++;
        }
        String[] numbers = new String(bytes, 0, line, StandardCharsets.US_ASCII).split(" ");
        try {
            Optional<Asked> asked = numbers.length == 2
                    ? Optional.of(new Asked(Integer.parseInt(numbers[0]), Long.parseLong(numbers[1])))
                    : Optional.empty();
            return new HealthState(Body.HEALTH.read(Arrays.copyOfRange(bytes, line, bytes.length)), asked);
        } catch (ApiException | NumberFormatException e) {
            throw new IOException("its health file is damaged: " + e.getMessage(), e);
        }
    }
}
