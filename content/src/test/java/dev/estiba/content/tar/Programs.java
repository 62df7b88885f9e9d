package dev.estiba.content.tar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the programs that know archives and files better. Texts are Latin-1: a character for each byte. */
final class Programs {
    private Programs() {}

    /** The output of a program that must succeed and say nothing on its standard error. */
    static byte[] run(Path directory, String... words) throws IOException, InterruptedException {
        return run(directory, new byte[0], words);
    }

    static byte[] run(Path directory, byte[] input, String... words) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("estiba-errors", "");
        Path in = Files.createTempFile("estiba-input", "");
        try {
            Files.write(in, input);
            ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
            builder.redirectInput(in.toFile()).redirectError(errors.toFile());
            builder.environment().put("LC_ALL", "C");
            builder.environment().put("TZ", "UTC");
            Process process = builder.start();
            byte[] output = process.getInputStream().readAllBytes();
            int status = process.waitFor();
            assertThat(Files.readString(errors, StandardCharsets.ISO_8859_1))
                    .as("status %d of %s", status, List.of(words))
                    .isEmpty();
            assertThat(status).isZero();
            return output;
        } finally {
            Files.delete(errors);
            Files.delete(in);
        }
    }

    /** A shell makes names that Java has no Path for. */
    static void bash(Path directory, String script) throws IOException, InterruptedException {
        run(directory, "bash", "-euc", script);
    }

    /** A file as find(1) sees it. */
    record Found(char kind, int mode, long uid, long gid, Instant time, long size, long inode, String target) {}

    /** find(1) writes seconds and nanoseconds, between a point: -2.75 is a quarter and a second before 1970. */
    private static Instant time(String text) {
        String[] parts = text.split("\\.");
        return Instant.ofEpochSecond(Long.parseLong(parts[0]), Long.parseLong(parts[1].substring(0, 9)));
    }

    /** Everything beneath a directory, by its name from there, {@code ./a}. */
    static Map<String, Found> find(Path directory) throws IOException, InterruptedException {
        String format = "%y\\0%m\\0%U\\0%G\\0%T@\\0%s\\0%i\\0%p\\0%l\\0";
        String[] words =
                new String(run(directory, "find", ".", "-printf", format), StandardCharsets.ISO_8859_1).split("\0", -1);
        Map<String, Found> all = new LinkedHashMap<>();
        for (int i = 0; i + 9 <= words.length; i += 9) {
            List<String> fields = new ArrayList<>(List.of(words).subList(i, i + 9));
            all.put(
                    fields.get(7),
                    new Found(
                            fields.get(0).charAt(0),
                            Integer.parseInt(fields.get(1), 8),
                            Long.parseLong(fields.get(2)),
                            Long.parseLong(fields.get(3)),
                            time(fields.get(4)),
                            Long.parseLong(fields.get(5)),
                            Long.parseLong(fields.get(6)),
                            fields.get(8)));
        }
        return all;
    }
}
