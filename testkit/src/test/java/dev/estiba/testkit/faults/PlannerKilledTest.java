package dev.estiba.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.faults.Place.Deed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The resident planner killed while a create is at its system calls: before it is asked, while it thinks, between its two
 * answers, when it is no longer needed. Create then has a container made by a JVM of its own, or has said why not and
 * taken everything back; and the next one works.
 */
@Tag("kernel")
class PlannerKilledTest {
    /** Each kill costs a JVM's start. */
    private static final int SHORT = 23;

    private static final long SEED =
            Long.getLong("estiba.seed", ProcessHandle.current().pid());

    @TempDir
    private Path directory = Path.of("/");

    @Test
    void plannerKilledInCreate() throws Exception {
        Process room = room();
        try (Place place = Place.open(directory)) {
            place.startBy(List.of("nsenter", "-t", Long.toString(room.pid()), "-m"));
            String id = place.newId();
            String bundle = place.bundle(id).directory().toString();
            List<String> create = place.command("create", "--bundle", bundle, id);
            int step = Boolean.getBoolean("estiba.long") ? 1 : SHORT;
            int made = 0;
            int refused = 0;
            for (int at = 1 + Math.floorMod((int) SEED, step); ; at += step) {
                place.run("list").succeeds();
                String planner = "pid:" + planner(room).orElseThrow();
                Deed deed = place.kill(planner, 0, at, create);
                String where = "planner killed at call " + at + " (seed " + SEED + "): "
                        + deed.result().error();
                if (!deed.killed()) {
                    break;
                }
                assertThat(planner(room)).as(where).isNotEqualTo(OptionalLong.of(pid(planner)));
                if (deed.result().status() == 0) {
                    made++;
                    assertThat(status(place, id)).as(where).isEqualTo("created");
                    place.run("start", id).succeeds();
                } else {
                    refused++;
                    assertThat(deed.result().error())
                            .as(where)
                            .startsWith("estiba-oci create failed: ")
                            .contains("the planner");
                    assertThat(deed.result().error().lines().count()).as(where).isEqualTo(1);
                    assertThat(place.residueAfterAWhile(id)).as(where).isEmpty();
                    place.runProgram(create).succeeds();
                }
                place.run("delete", "--force", id).succeeds();
                assertThat(place.residueAfterAWhile(id)).as(where).isEmpty();
            }
            assertThat(made).as("containers made all the same").isPositive();
            // A planner is cold after each kill, and its second answer takes longer than all that create does
            // meanwhile.
            assertThat(refused).as("creates refused between the two plans").isPositive();
        } finally {
            endAll(room);
        }
    }

    private static long pid(String planner) {
        return Long.parseLong(planner.substring("pid:".length()));
    }

    private static String status(Place place, String id) throws IOException, InterruptedException {
        return JsonObject.parse(place.run("state", id).succeeds().output()).text("status");
    }

    /** A mount namespace with a /run of its own, so that no other test's planner is met. */
    private static Process room() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "a /run of its own takes root");
        String script = "mount -t tmpfs tmpfs /run && mkdir /run/estiba && echo ready && exec cat";
        Process holder = new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-c", script).start();
        String said = new String(holder.getInputStream().readNBytes(6), StandardCharsets.US_ASCII);
        assumeTrue(said.equals("ready\n"), "no mount namespace can be made here");
        return holder;
    }

    /** The JVM that lives in the room. */
    private static OptionalLong planner(Process room) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                if (isIn(room, process) && words(process).contains("dev.estiba.runtime.planner.Planner")) {
                    return OptionalLong.of(Long.parseLong(process.getFileName().toString()));
                }
            }
        }
        return OptionalLong.empty();
    }

    private static boolean isIn(Process room, Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/mnt"))
                    .equals(Files.readSymbolicLink(Path.of("/proc/" + room.pid() + "/ns/mnt")));
        } catch (IOException gone) {
            return false;
        }
    }

    private static String words(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    private static void endAll(Process room) throws IOException, InterruptedException {
        for (OptionalLong one = planner(room); one.isPresent(); one = planner(room)) {
            ProcessHandle.of(one.getAsLong()).ifPresent(ProcessHandle::destroyForcibly);
            Thread.sleep(10);
        }
        room.getOutputStream().close();
        room.waitFor();
    }
}
