package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks the person at the caller's terminal. Bytes are read one by one: what stands behind the answer is not ours. */
final class Prompt {
    private static final int LONGEST = 64 << 10;
    private static final int INTERRUPT = 3, END = 4, BACKSPACE = 8, ERASE_LINE = 21, ERASE = 127;

    private final Call call;

    Prompt(Call call) {
        this.call = call;
    }

    /** A line without its end. */
    String line(String question) throws IOException {
        call.write(question);
        ByteArrayOutputStream typed = new ByteArrayOutputStream();
        for (int unit = read(); unit >= 0 && unit != '\n'; unit = read()) {
            typed.write(unit);
            limit(typed);
        }
        return typed.toString(StandardCharsets.UTF_8).strip();
    }

    /**
     * A line that is not seen while it is typed. The terminal, which is raw for that, is put back whatever happens.
     *
     * @return empty when the person has typed what interrupts
     */
    Optional<String> secret(String question) throws IOException {
        call.write(question);
        call.caller().raw(true);
        try {
            return typed();
        } finally {
            call.caller().raw(false);
            call.write("\n");
        }
    }

    /** What a terminal itself does while it is not raw, termios(3): erasing, and the ends. */
    private Optional<String> typed() throws IOException {
        StringBuilder text = new StringBuilder();
        ByteArrayOutputStream typed = new ByteArrayOutputStream();
        while (true) {
            int unit = read();
            switch (unit) {
                case INTERRUPT -> {
                    return Optional.empty();
                }
                case -1, END, '\n', '\r' -> {
                    return Optional.of(
                            text.append(typed.toString(StandardCharsets.UTF_8)).toString());
                }
                case ERASE_LINE -> {
                    text.setLength(0);
                    typed.reset();
                }
                case BACKSPACE, ERASE -> {
                    text.append(typed.toString(StandardCharsets.UTF_8));
                    typed.reset();
                    int length = text.length();
                    text.setLength(length == 0 ? 0 : text.offsetByCodePoints(length, -1));
                }
                default -> {
                    typed.write(unit);
                    limit(typed);
                }
            }
        }
    }

    private int read() throws IOException {
        InputStream in = call.caller().in();
        byte[] unit = new byte[1];
        return in.read(unit) == 1 ? unit[0] & 0xff : -1;
    }

    /** All of standard input, without the end of its last line. */
    String all() throws IOException {
        byte[] bytes = call.caller().in().readNBytes(LONGEST + 1);
        if (bytes.length > LONGEST) {
            throw tooLong();
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        text = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static void limit(ByteArrayOutputStream typed) throws ApiException {
        if (typed.size() > LONGEST) {
            throw tooLong();
        }
    }

    private static ApiException tooLong() {
        return ApiException.badRequest("an answer has at most " + LONGEST + " bytes");
    }
}
