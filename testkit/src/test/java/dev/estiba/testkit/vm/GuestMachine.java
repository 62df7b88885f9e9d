package dev.estiba.testkit.vm;

import dev.estiba.testkit.conformance.Machine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A guest as a place for the conformance table's containers. Its bundles have the paths that they have here. */
record GuestMachine(Guest guest, Path directory) implements Machine {
    @Override
    public void furnish(Path bundle) throws IOException, InterruptedException {
        Process tar = new ProcessBuilder("tar", "-C", bundle.toString(), "-czf", "-", ".").start();
        byte[] archive = tar.getInputStream().readAllBytes();
        if (tar.waitFor() != 0) {
            throw new IOException(
                    "tar failed: " + new String(tar.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        guest.run("""
                mkdir -p %1$s && base64 -d <<'END' | tar -xzf - -C %1$s && cp /bin/busybox /opt/probe/probe %1$s/rootfs/bin/
                %2$s
                END
                """.formatted(
                        Guest.quote(bundle.toString()), Base64.getMimeEncoder().encodeToString(archive)))
                .succeeds();
    }

    @Override
    public Ended run(List<String> command, Path place, Map<String, String> environment, Path files) throws IOException {
        List<String> words = new ArrayList<>(List.of("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"));
        environment.forEach((name, value) -> words.add(name + "=" + value));
        words.addAll(command);
        Guest.Result result = guest.run(
                "cd " + Guest.quote(place.toString()) + " && exec " + Guest.quote(words.toArray(String[]::new)));
        return new Ended(result.status(), result.output(), result.error());
    }

    @Override
    public String read(Path file) throws IOException {
        return guest.read(file.toString());
    }

    @Override
    public void remove(Path bundle) throws IOException {
        guest.call("rm", "-rf", bundle.toString()).succeeds();
        guest.run("rmdir /sys/fs/cgroup/estiba-test");
        try (Stream<Path> all = Files.walk(bundle)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
