package dev.estiba.testkit.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.faults.Place;
import dev.estiba.testkit.faults.Place.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A place for hostile containers, and a tree outside of it that nothing of a container may read or change: closing the
 * trial compares names, kinds, modes, owners, inodes, times and contents.
 */
final class Trial implements AutoCloseable {
    /** What no container may ever print. */
    static final String SECRET = "the-canary-sings";

    static final String INIT_FAILED =
            "estiba-oci run failed: unable to start container process: error during container init: ";

    final Place place;
    final Path canary;
    private Map<String, String> before;

    private Trial(Place place, Path canary) throws IOException {
        this.place = place;
        this.canary = canary;
        this.before = snapshot();
    }

    static Trial open(Path directory) throws IOException {
        Place place = Place.open(directory);
        Path canary = Files.createDirectories(place.directory().resolve("canary"));
        Files.createDirectory(canary.resolve("directory"));
        Files.writeString(canary.resolve("file"), SECRET);
        Files.writeString(canary.resolve("directory/file"), SECRET);
        return new Trial(place, canary);
    }

    private Map<String, String> snapshot() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(canary)) {
            for (Path file : files.toList()) {
                Map<String, Object> facts = new TreeMap<>(Files.readAttributes(
                        file, "unix:mode,ino,uid,gid,nlink,rdev,ctime,lastModifiedTime", LinkOption.NOFOLLOW_LINKS));
                String text = Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
                all.put(file.toString(), facts + text);
            }
        }
        return all;
    }

    /** Docker's default container, not yet run, with an id of its own. */
    Bundle bundle() throws IOException {
        return place.bundle(place.newId());
    }

    Result run(Bundle bundle) throws IOException, InterruptedException {
        return place.runProgram(command(bundle));
    }

    List<String> command(Bundle bundle) {
        return place.command("run", "--bundle", bundle.directory().toString(), bundle.id());
    }

    /** The container must run, and what the probe says in it is returned. */
    Answers answers(Bundle bundle) throws IOException, InterruptedException {
        return Answers.parse(run(bundle).succeeds().output());
    }

    /** Whether it runs or is refused is the kernel's choice; when refused, in one sentence, that begins as a failure does. */
    Result runsOrIsRefused(Bundle bundle) throws IOException, InterruptedException {
        Result result = run(bundle);
        if (result.status() != 0) {
            assertThat(result.status()).as(result.error()).isEqualTo(1);
            assertThat(result.error()).startsWith("estiba-oci run failed: ");
            assertThat(result.error().lines().count()).as(result.error()).isEqualTo(1);
        }
        assertThat(result.output()).doesNotContain(SECRET);
        return result;
    }

    /** A container that stays. */
    String running(Bundle bundle) throws IOException, InterruptedException {
        place.run("run", "--detach", "--bundle", bundle.directory().toString(), bundle.id())
                .succeeds();
        return bundle.id();
    }

    long init(String id) throws IOException, InterruptedException {
        return JsonObject.parse(place.run("state", id).succeeds().output()).number("pid");
    }

    /** The command with the canary's directory and file open as descriptors 3 to 50, as a careless caller has them. */
    List<String> withLeaks(List<String> command) {
        String script =
                "for n in {3..50}; do if ((n % 2)); then eval \"exec $n<'$0'\"; else eval \"exec $n<'$0/file'\";"
                        + " fi; done; exec \"$@\"";
        List<String> words = new ArrayList<>(List.of("bash", "-c", script, canary.toString()));
        words.addAll(command);
        return words;
    }

    interface Body {
        void run() throws Exception;
    }

    /**
     * Does something again and again for seconds, while another container, which has the directory of two names as a volume,
     * exchanges them without a pause.
     */
    void race(Path one, Path other, Body body) throws Exception {
        Bundle racing = bundle().args("/bin/racer", "/race/" + one.getFileName(), "/race/" + other.getFileName());
        racing.edit(config -> config.add(
                "mounts",
                JsonObject.parse("{}")
                        .put("type", "bind")
                        .put("source", String.valueOf(one.getParent()))
                        .put("destination", "/race")
                        .put("options", List.of("rbind", "rw"))));
        Programs.copy(Place.tool("racer"), racing.rootfs().resolve("bin/racer"));
        Place.Begun racer = place.begin(command(racing));
        CommandRoom.until("that the racer races", () -> hasChanged(one, other));
        long end =
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Boolean.getBoolean("estiba.long") ? 120_000 : 2500);
        do {
            body.run();
        } while (System.nanoTime() < end);
        assertThat(racer.process().isAlive()).as("the racer").isTrue();
        place.run("delete", "--force", racing.id()).succeeds();
        place.end(racer);
    }

    /** Seen from outside, each name is the link now and then. */
    private static boolean hasChanged(Path one, Path other) {
        for (int i = 0; i < 100_000; i++) {
            if (Files.isSymbolicLink(one)) {
                return true;
            }
        }
        return Files.isSymbolicLink(one) && !Files.isSymbolicLink(other);
    }

    /** What an attack that was to succeed has done to the canary is no failure. */
    void forgive() throws IOException {
        before = snapshot();
    }

    @Override
    public void close() throws IOException {
        try {
            assertThat(snapshot()).as("the canary").isEqualTo(before);
        } finally {
            place.close();
        }
    }
}
