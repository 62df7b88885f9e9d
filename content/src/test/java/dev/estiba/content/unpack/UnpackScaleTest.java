package dev.estiba.content.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.ProcessFacts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * GHSA-rp3h: a layer with twice the entries takes about twice the time, and no more memory: the program has 48 MB of heap. How long it
 * takes is asked in the long form only, when it is long enough to be compared.
 */
@Tag("kernel")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class UnpackScaleTest {
    private static final Pattern RATIO = Pattern.compile("unpacking (\\S+): .* ratio ([0-9.]+)");

    @TempDir
    Path directory;

    @Test
    void twiceTheEntriesTakeTwiceTheTime() throws Exception {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
        boolean isLong = Boolean.getBoolean("estiba.long");
        Path work = Files.createDirectory(directory.resolve("work"));
        // In memory: what a disk does with so many files is its own.
        Trees.bash(directory, "mount -t tmpfs -o size=1g none work");
        try {
            compare(work, isLong);
        } finally {
            Trees.bash(directory, "umount work");
        }
    }

    private void compare(Path work, boolean isLong) throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx48m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        UnpackScale.class.getName(),
                        work.toString(),
                        isLong ? "50000" : "300",
                        isLong ? "4" : "1"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean hasEnded = process.waitFor(29, TimeUnit.MINUTES);
        process.destroyForcibly().waitFor();
        String words = Files.readString(output, StandardCharsets.UTF_8);
        System.out.println(words);
        assertThat(hasEnded && process.exitValue() == 0).as(words).isTrue();
        Matcher ratios = RATIO.matcher(words);
        int kinds = 0;
        for (; ratios.find(); kinds++) {
            if (isLong) {
                assertThat(Double.parseDouble(ratios.group(2)))
                        .as(ratios.group())
                        .isLessThan(3);
            }
        }
        assertThat(kinds).isEqualTo(7);
    }
}
