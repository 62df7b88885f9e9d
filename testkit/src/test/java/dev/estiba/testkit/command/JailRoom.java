package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Bundles;
import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A room for jails: an image with the probe and with users, and the words that make one. */
final class JailRoom {
    private final ProductRoom room;

    private JailRoom(ProductRoom room) {
        this.room = room;
    }

    /** @param place an empty directory */
    static JailRoom open(Path place) throws IOException {
        ProductRoom room = ProductRoom.open(place);
        Path image = place.resolve("image");
        Path probe =
                Bundles.ofRepository(Path.of(System.getProperty("estiba.repo"))).programs();
        Programs.copy(probe.resolve("probe"), image.resolve("bin/probe"));
        Files.createDirectories(image.resolve("etc"));
        Files.writeString(
                image.resolve("etc/passwd"),
                "sailor:x:1000:1000::/berth:/bin/sh\nmate:x:1001:1002::/cabin:/bin/sh\ncaptain:x:0:0::/:/bin/sh\n");
        return new JailRoom(room);
    }

    ProductRoom room() {
        return room;
    }

    String[] words(String verb, List<String> options, String... command) {
        List<String> words =
                new ArrayList<>(List.of(verb, "--isolation", "chroot", "--network", "host", "--user", "sailor"));
        words.addAll(options);
        words.add(room.image());
        words.addAll(List.of(command));
        return words.toArray(String[]::new);
    }

    String jail(String... command) throws Exception {
        return made(words("run", List.of("-d", "--pids-limit", "40"), command));
    }

    /** Its id; what a jail does not keep in is said on stderr. */
    String made(String... words) throws Exception {
        Ended made = room.call(words);
        assertThat(made.status()).as(made.error()).isZero();
        String id = made.output().strip();
        room.know(id);
        return id;
    }

    String said(String... words) throws Exception {
        Ended call = room.call(words);
        assertThat(call.error()).isEmpty();
        assertThat(call.status()).isZero();
        return call.output();
    }

    void refused(String why, int status, String... words) throws Exception {
        Ended call = room.call(words);
        assertThat(call.error()).isEqualTo("estiba: " + why + "\n");
        assertThat(call.status()).isEqualTo(status);
        assertThat(call.output()).isEmpty();
    }

    int status(String... words) throws Exception {
        return room.call(words).status();
    }

    static List<String> processes(String id) throws IOException {
        Path group = Path.of("/sys/fs/cgroup/freezer/estiba", id, "cgroup.procs");
        return Files.exists(group) ? Files.readAllLines(group) : List.of();
    }

    String first(String id) throws Exception {
        return room.asked(id, "{{.State.Pid}}");
    }

    /** The one process of the jail that is not its first. */
    String other(String id) throws Exception {
        List<String> all = new ArrayList<>(processes(id));
        all.remove(first(id));
        assertThat(all).hasSize(1);
        return all.getFirst();
    }
}
