package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.faults.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SIGKILL of the daemon right after each of the steps that it makes of what is asked about volumes: all of it, or nothing. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VolumeKillPointsTest {
    private static final long SEED =
            Long.getLong("estiba.seed", ProcessHandle.current().pid());
    private static final Pattern SAID = Pattern.compile("(?m)^(killed at|ended after) (\\d+)");
    private static final Pattern UNNAMED = Pattern.compile("[0-9a-f]{64}");

    private ProductRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws Exception {
        room = ProductRoom.withDaemon(place);
        made("ps");
    }

    @AfterAll
    void close() throws Exception {
        if (room != null) {
            room.close();
        }
    }

    /** What the daemon is asked for, and about how many steps it makes of it. */
    private enum Deed {
        VOLUME_CREATE(8),
        VOLUME_REMOVE(5),
        CREATE(24),
        RUN_WITH_RM(55),
        REMOVE_WITH_VOLUMES(9);

        private final int steps;

        Deed(int steps) {
            this.steps = steps;
        }
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void allOrNothing(Deed deed) throws Exception {
        if (!Boolean.getBoolean("estiba.long")) {
            killed(deed, 1 + Math.floorMod(SEED * 31 + deed.ordinal() * 7, deed.steps));
            return;
        }
        int at = 1;
        while (killed(deed, at)) {
            assertThat(at++).as("steps of %s", deed).isLessThan(1000);
        }
        System.out.println("VolumeKillPointsTest: " + deed + " was killed after each of its " + (at - 1) + " steps");
    }

    /** False when it had no such step, and so has come to its end. */
    private boolean killed(Deed deed, int at) throws Exception {
        try {
            switch (deed) {
                case VOLUME_CREATE, CREATE, RUN_WITH_RM -> made("ps");
                case VOLUME_REMOVE -> made("volume", "create", "named");
                case REMOVE_WITH_VOLUMES -> made(words(Deed.CREATE));
            }
            Ended struck = strike(at, words(deed));
            Matcher said = SAID.matcher(struck.output());
            assertThat(said.find()).as("the striker: %s", struck).isTrue();
            all(); // the next daemon has looked at what was left
            volumesAreWhole();
            goesOn(deed);
            for (String id : made("ps", "-aq").output().lines().toList()) {
                made("rm", "-fv", id);
            }
            assertThat(volumes())
                    .as("what nobody has named goes with its container")
                    .noneMatch(this::isUnnamed);
            made("volume", "rm", "-f", "named");
            assertThat(volumes()).isEmpty();
            volumesAreWhole();
            return said.group(1).startsWith("killed");
        } catch (AssertionError | IOException e) {
            throw new AssertionError(deed + ", killed after step " + at + " (seed " + SEED + "): " + e.getMessage(), e);
        }
    }

    private boolean isUnnamed(String name) {
        return UNNAMED.matcher(name).matches();
    }

    private String[] words(Deed deed) {
        return switch (deed) {
            case VOLUME_CREATE -> new String[] {"volume", "create", "named"};
            case VOLUME_REMOVE -> new String[] {"volume", "rm", "named"};
            case CREATE -> container("create", "--name", "target");
            case RUN_WITH_RM -> container("run", "--rm", "--name", "target");
            case REMOVE_WITH_VOLUMES -> new String[] {"rm", "-v", "target"};
        };
    }

    private String[] container(String verb, String... options) {
        List<String> words = new ArrayList<>(List.of(verb, "--network", "none", "-v", "named:/n", "-v", "/own"));
        words.addAll(List.of(options));
        words.addAll(List.of(room.image(), "true"));
        return words.toArray(String[]::new);
    }

    private Ended strike(int at, String... words) throws Exception {
        long daemon = Long.parseLong(Files.readString(room.room().root().resolve("var/lib/estiba/daemon.lock"))
                .strip());
        List<String> striker = List.of(Place.tool("striker").toString(), Long.toString(daemon), Integer.toString(at));
        return CommandRoom.end(room.room().begin(striker, "exec \"$@\"", words));
    }

    private Ended made(String... words) throws Exception {
        Ended ended = room.call(words);
        assertThat(ended.status()).as("%s: %s", List.of(words), ended.error()).isZero();
        return ended;
    }

    private List<String> all() throws Exception {
        List<String> ids = made("ps", "-aq", "--no-trunc").output().lines().toList();
        ids.forEach(room::know);
        return ids;
    }

    private List<String> volumes() throws Exception {
        return made("volume", "ls", "-q").output().lines().toList();
    }

    /** What is there is told, what is told is there, with its files and all that is said of it. */
    private void volumesAreWhole() throws Exception {
        Path directory = room.room().root().resolve("var/lib/estiba/volumes");
        List<String> names = volumes();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> there = Files.list(directory)) {
                assertThat(there.map(path -> path.getFileName().toString()).toList())
                        .containsExactlyInAnyOrderElementsOf(names);
            }
        }
        for (String name : names) {
            assertThat(directory.resolve(name).resolve("_data")).isDirectory();
            assertThat(made("volume", "inspect", "-f", "{{.Name}} {{.Driver}}", name)
                            .output())
                    .isEqualTo(name + " local\n");
        }
    }

    /** What was asked for, asked for again where it was not done. */
    private void goesOn(Deed deed) throws Exception {
        List<String> containers =
                made("ps", "-a", "--format", "{{.Names}}").output().lines().toList();
        switch (deed) {
            case VOLUME_CREATE -> made(words(deed));
            case VOLUME_REMOVE -> {
                if (volumes().contains("named")) {
                    made(words(deed));
                }
                assertThat(volumes()).isEmpty();
            }
            case CREATE -> {
                if (containers.isEmpty()) {
                    made(words(deed));
                }
                made("start", "-a", "target");
                assertThat(volumes()).hasSize(2).contains("named");
                assertThat(room.call("volume", "rm", "named").error()).contains("volume is in use - [");
            }
            case RUN_WITH_RM -> {
                // One that was made and never started stays, as with Docker; what is its own stays with it.
                assertThat(containers).isSubsetOf("target");
                if (containers.isEmpty()) {
                    assertThat(volumes()).noneMatch(this::isUnnamed);
                    made(words(deed));
                }
            }
            case REMOVE_WITH_VOLUMES -> {
                if (!containers.isEmpty()) {
                    made(words(deed));
                }
                assertThat(volumes()).containsExactly("named");
            }
        }
    }
}
