package dev.estiba.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.faults.Place.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that is really full: a small file system, few descriptors, few pids, little memory, cgroups that cannot be written.
 * Either the container is made, or one line says what could not be done and why, and nothing is left.
 */
@Tag("kernel")
class FullHostKernelTest {
    private static final List<String> PRIVATE = List.of("unshare", "-m", "--propagation", "private", "sh", "-c");

    @TempDir
    private Path directory = Path.of("/");

    /** A create whose caller has prepared itself by a script, in which "$@" is the call. */
    private static Result create(Place place, String id, String bundle, List<String> shell, String script)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(shell);
        words.add(script);
        words.add("sh");
        words.addAll(place.command("create", "--bundle", bundle, id));
        return place.runProgram(words);
    }

    /** @return whether it was made */
    private static boolean madeOrRefused(Place place, String id, Result result, String where, String... reasons)
            throws IOException, InterruptedException {
        if (result.status() == 0) {
            place.run("delete", "--force", id).succeeds();
        } else {
            assertThat(result.status()).as(where).isEqualTo(1);
            assertThat(result.error())
                    .as(where)
                    .startsWith("estiba-oci create failed: ")
                    .containsAnyOf(reasons)
                    .hasLineCount(1);
        }
        assertThat(place.residueAfterAWhile(id))
                .as(where + ": " + result.error())
                .isEmpty();
        return result.status() == 0;
    }

    /** {@code --root} on a tmpfs of few pages, or of few inodes; a new one for each call, which tells what is left on it. */
    private void smallRoot(String option, String unit) throws Exception {
        try (Place place = Place.open(directory)) {
            String id = place.newId();
            String bundle = place.bundle(id).directory().toString();
            int refused = 0;
            for (int size = 1; ; size++) {
                String script = "mount -t tmpfs -o " + option + "=" + size + unit + " tmpfs " + place.states()
                        + " && { \"$@\"; status=$?; ls -A " + place.states() + "; \"$1\" --root " + place.states()
                        + " delete --force " + id + "; exit $status; }";
                Result result = create(place, id, bundle, PRIVATE, script);
                if (madeOrRefused(place, id, result, option + "=" + size + unit, Lack.ENOSPC.words())) {
                    break;
                }
                assertThat(result.output()).as("what is left in --root").isEmpty();
                refused++;
            }
            assertThat(refused).isGreaterThan(2);
        }
    }

    @Test
    void fewBlocks() throws Exception {
        smallRoot("size", "k");
    }

    @Test
    void fewInodes() throws Exception {
        smallRoot("nr_inodes", "");
    }

    /** The bundle's file system is full: what must be made in it cannot be. */
    @Test
    void fullRootFileSystem() throws Exception {
        try (Place place = Place.open(directory)) {
            String id = place.newId();
            Bundle bundle = place.bundle(id);
            Path rootfs = bundle.directory().resolve("rootfs");
            Path copy = Files.createDirectories(place.directory().resolve("copy"));
            String script = "mount -t tmpfs -o nr_inodes=9999 tmpfs " + copy + " && cp -a " + rootfs + "/. " + copy
                    + " && rm -rf " + copy
                    + "/dev && mount -o remount,nr_inodes=$(find " + copy + " | wc -l) " + copy + " && mount --bind "
                    + copy
                    + " " + rootfs + " && exec \"$@\"";
            Result result = create(place, id, bundle.directory().toString(), PRIVATE, script);
            assertThat(madeOrRefused(place, id, result, "a full root file system", Lack.ENOSPC.words()))
                    .isFalse();
        }
    }

    @Test
    void fewDescriptors() throws Exception {
        try (Place place = Place.open(directory)) {
            String id = place.newId();
            String bundle = place.bundle(id).directory().toString();
            int refused = 0;
            int made = 0;
            for (int files = 3; files <= 96; files += files < 40 ? 1 : 28) {
                Result result =
                        create(place, id, bundle, List.of("bash", "-c"), "ulimit -n " + files + "; exec \"$@\"");
                if (madeOrRefused(place, id, result, files + " descriptors", Lack.EMFILE.words())) {
                    made++;
                } else {
                    refused++;
                }
            }
            assertThat(refused).isGreaterThan(5);
            assertThat(made).isPositive();
        }
    }

    /** A cgroup of version 1 around the caller. */
    private static Path group(String controller, String file, String value) throws IOException {
        Path group = Files.createDirectories(Path.of(
                "/sys/fs/cgroup",
                controller,
                "estiba-full-" + ProcessHandle.current().pid()));
        Files.writeString(group.resolve(file), value);
        return group;
    }

    private static String joining(Path group) {
        return "echo $$ >" + group + "/cgroup.procs; exec \"$@\"";
    }

    @Test
    void fewPids() throws Exception {
        try (Place place = Place.open(directory)) {
            String id = place.newId();
            String bundle = place.bundle(id).directory().toString();
            int refused = 0;
            boolean made = false;
            for (int pids = 1; pids <= 13; pids++) {
                Path group = group("pids", "pids.max", Integer.toString(pids));
                try {
                    Result result = create(place, id, bundle, List.of("bash", "-c"), joining(group));
                    made = madeOrRefused(place, id, result, pids + " pids", Lack.EAGAIN.words());
                } finally {
                    Files.delete(group);
                }
                refused += made ? 0 : 1;
            }
            assertThat(refused).isPositive();
            assertThat(made).isTrue();
        }
    }

    /** The kernel kills then; what is left is removed as after any other kill. */
    @Test
    void littleMemory() throws Exception {
        try (Place place = Place.open(directory)) {
            String id = place.newId();
            String bundle = place.bundle(id).directory().toString();
            boolean killed = false;
            boolean made = false;
            for (int kib = 64; kib <= 4096; kib *= 2) {
                Path group = group("memory", "memory.limit_in_bytes", kib + "k");
                try {
                    Result result = create(place, id, bundle, List.of("bash", "-c"), joining(group));
                    killed |= result.status() != 0;
                    made = result.status() == 0;
                    if (result.status() == 1) {
                        madeOrRefused(place, id, result, kib + " KiB", Lack.ENOMEM.words(), "killed by signal 9");
                    } else {
                        assertThat(result.status()).as(result.error()).isIn(0, 128 + 9);
                    }
                    place.run("delete", "--force", id).succeeds();
                    assertThat(place.residueAfterAWhile(id)).as(kib + " KiB").isEmpty();
                } finally {
                    removeWhenEmpty(group);
                }
            }
            assertThat(killed).isTrue();
            assertThat(made).isTrue();
        }
    }

    private static void removeWhenEmpty(Path group) throws IOException, InterruptedException {
        for (int i = 0;
                i < 200 && !Files.readString(group.resolve("cgroup.procs")).isEmpty();
                i++) {
            Thread.sleep(10);
        }
        Files.delete(group);
    }

    @Test
    void cgroupsThatCannotBeWritten() throws Exception {
        try (Place place = Place.open(directory)) {
            String id = place.newId();
            String bundle = place.bundle(id).directory().toString();
            String script =
                    "mount --rbind /sys/fs/cgroup /sys/fs/cgroup && for each in /sys/fs/cgroup /sys/fs/cgroup/*/; do "
                            + "mount -o remount,bind,ro $each 2>/dev/null; done; exec \"$@\"";
            Result result = create(place, id, bundle, PRIVATE, script);
            assertThat(madeOrRefused(place, id, result, "read-only cgroups", "read-only file system"))
                    .isFalse();
            assertThat(result.error()).contains("/sys/fs/cgroup/");
        }
    }
}
