package dev.estiba.testkit.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A mount namespace with a /run and a /var/lib of its own, in which two builds do what they are told. */
final class UpgradeRoom implements AutoCloseable {
    private final Process holder;
    private final Path files;
    private int calls;

    record Ended(int status, String output, String error) {
        Ended succeeds() {
            assertThat(status).as(error).isZero();
            return this;
        }
    }

    private UpgradeRoom(Process holder, Path files) {
        this.holder = holder;
        this.files = files;
    }

    /** @param files an empty directory for what calls say */
    static UpgradeRoom open(Path files) throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "a /run of its own takes root");
        String script =
                "mount -t tmpfs tmpfs /var/lib && mount -t tmpfs tmpfs /run && mkdir /run/estiba && echo ready && exec cat";
        Process holder = new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-c", script).start();
        String said = new String(holder.getInputStream().readNBytes(6), StandardCharsets.US_ASCII);
        assumeTrue(said.equals("ready\n"), "no mount namespace can be made here");
        return new UpgradeRoom(holder, files);
    }

    /** A call of a build's program, with nothing but a path in its environment. */
    Ended call(Path program, String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("nsenter", "-t", Long.toString(holder.pid()), "-m", program.toString()));
        command.addAll(List.of(words));
        calls++;
        Path output = files.resolve("output" + calls);
        Path error = files.resolve("error" + calls);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile())
                .redirectError(error.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        Process process = builder.start();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " did not end");
        }
        return new Ended(process.exitValue(), Files.readString(output), Files.readString(error));
    }

    /** The names of the residents' sockets. */
    List<String> sockets() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + holder.pid() + "/root/run/estiba/jvm"))) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sock"))
                    .toList();
        }
    }

    /** Every process that lives in here but the holder: residents, and monitors. */
    List<ProcessHandle> processes() throws IOException {
        Path here = Files.readSymbolicLink(Path.of("/proc/" + holder.pid() + "/ns/mnt"));
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != holder.pid() && isIn(process, here)) {
                    ProcessHandle.of(pid).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private static boolean isIn(Path process, Path here) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/mnt")).equals(here);
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            for (ProcessHandle each : processes()) {
                each.destroyForcibly();
            }
            holder.getOutputStream().close();
            holder.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
