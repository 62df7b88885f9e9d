package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.doors.docker.DoorRoom.Ended;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The docker command, with a configuration of its own.
 *
 * @param socket of whom it asks
 * @param directory for its files
 */
record DockerClient(Path socket, Path directory) {
    private static final long PATIENCE = 60;

    Process begin(String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of(DoorRoom.docker().toString(), "-H", "unix://" + socket));
        all.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().put("DOCKER_CONFIG", directory.resolve("config").toString());
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        return builder.start();
    }

    Ended run(String... words) throws Exception {
        return runWith("", words);
    }

    /** @param input its standard input */
    Ended runWith(String input, String... words) throws Exception {
        return end(begin(words), input.getBytes(StandardCharsets.UTF_8));
    }

    static Ended end(Process process, byte[] input) throws Exception {
        CompletableFuture<String> out = text(process.getInputStream());
        CompletableFuture<String> err = text(process.getErrorStream());
        try (var to = process.getOutputStream()) {
            to.write(input);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("pipe"); // it has not wanted all of it
        }
        if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("docker does not end: " + process.info().commandLine());
        }
        return new Ended(process.exitValue(), out.get(), err.get());
    }

    static CompletableFuture<String> text(InputStream from) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofPlatform().daemon(true).start(() -> {
            try (from) {
                text.complete(new String(from.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.completeExceptionally(e);
            }
        });
        return text;
    }

    /** Makes an image of a static busybox. */
    void importBusybox(String name) throws Exception {
        importBusybox(directory, name);
    }

    /** @param place where its files go meanwhile */
    void importBusybox(Path place, String name) throws Exception {
        Path rootfs = DoorRoom.rootfs(place);
        Path archive = directory.resolve("rootfs.tar");
        assertThat(new ProcessBuilder("tar", "-C", rootfs.toString(), "-cf", archive.toString(), ".")
                        .start()
                        .waitFor())
                .isZero();
        Ended ended = run("import", archive.toString(), name);
        assertThat(ended.status()).as(ended.err()).isZero();
        Files.delete(archive);
    }
}
