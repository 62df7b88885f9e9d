package dev.estiba.content.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.ProcessFacts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * EIO, EDQUOT, ENOSPC, EROFS and EMFILE at the system calls of a pull, a removal with its collection, and a repair: told in one
 * line with what failed and where, nothing has a name that is not whole, and the same works afterwards. The short form takes some of
 * the calls, {@code --long} all.
 */
@Tag("kernel")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class StoreFaultPointsTest {
    @TempDir
    Path directory;

    @Test
    void whicheverCallFailsIsToldAndLeavesNothing() throws Exception {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
        assumeTrue(
                System.getProperty("estiba.without", "").isEmpty(),
                "the calls that fail are those of the usual way; --without has others");
        boolean isLong = Boolean.getBoolean("estiba.long");
        Path spoiler = FaultTool.find("spoiler");
        Path memory = Files.createDirectory(directory.resolve("memory"));
        try (Mounted mounted = new Mounted()) {
            assumeTrue(
                    mounted.mount("mount", "-t", "tmpfs", "-o", "size=64m", "none", memory.toString()),
                    "needs a tmpfs");
            long seed = new Random().nextLong();
            Path output = directory.resolve("output");
            Process process = new ProcessBuilder(List.of(
                            spoiler.toString(),
                            memory.toString(),
                            directory.resolve("told").toString(),
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "-XX:+UseSerialGC",
                            "-Xmx256m",
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-cp",
                            System.getProperty("java.class.path"),
                            SpoiledStore.class.getName(),
                            memory.toString(),
                            directory.resolve("told").toString(),
                            isLong ? "1" : "97",
                            Long.toString(seed)))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean hasEnded = process.waitFor(29, TimeUnit.MINUTES);
            process.destroyForcibly().waitFor();
            String words = Files.readString(output, StandardCharsets.UTF_8);
            System.out.println("faults of the store's calls, seed " + seed + ":\n" + words);
            assertThat(hasEnded && process.exitValue() == 0).as(words).isTrue();
            assertThat(words).containsPattern("denied [0-9]{2,}");
        }
    }
}
