package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Debian's docker-registry, at 127.0.0.1 of some network namespace. */
record PeerRegistry(Process process, int port) implements AutoCloseable {
    /** @param beside a process whose network namespace it is to be in; empty: this one's */
    static PeerRegistry start(Path directory, Optional<Long> beside) throws Exception {
        Path peer =
                Path.of(System.getProperty("estiba.repo", "/nonexistent"), "build/peers/root/usr/bin/docker-registry");
        Path program = Files.isExecutable(peer) ? peer : Path.of("/usr/bin/docker-registry");
        assumeTrue(Files.isExecutable(program), "there is no docker-registry");
        for (int attempt = 0; attempt < 5; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 32_000);
            Path log = directory.resolve("registry-" + port + ".log");
            Process process = begin(program, directory, port, beside, log);
            if (answers(process, log)) {
                return new PeerRegistry(process, port);
            }
            process.destroyForcibly().waitFor(); // somebody else has the port
        }
        throw new AssertionError("docker-registry does not start");
    }

    private static Process begin(Path program, Path directory, int port, Optional<Long> beside, Path log)
            throws IOException {
        Path configuration = directory.resolve("registry-" + port + ".yml");
        Files.writeString(configuration, """
                version: 0.1
                log:
                  level: info
                storage:
                  filesystem:
                    rootdirectory: %s
                http:
                  addr: 127.0.0.1:%d
                """.formatted(directory.resolve("registry"), port));
        List<String> words = new ArrayList<>();
        beside.ifPresent(pid -> words.addAll(List.of("nsenter", "--net=/proc/" + pid + "/ns/net")));
        words.addAll(List.of(program.toString(), "serve", configuration.toString()));
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static boolean answers(Process process, Path log) throws Exception {
        Pattern listens = Pattern.compile("listening on 127\\.0\\.0\\.1");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end && process.isAlive()) {
            Matcher said = listens.matcher(Files.exists(log) ? Files.readString(log) : "");
            if (said.find()) {
                return !process.waitFor(100, TimeUnit.MILLISECONDS);
            }
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
        return false;
    }

    String host() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() throws Exception {
        process.destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
}
