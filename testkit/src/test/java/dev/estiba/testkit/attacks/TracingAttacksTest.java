package dev.estiba.testkit.attacks;

import static dev.estiba.testkit.attacks.Weakening.named;
import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.runtime.plan.Arg;
import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.faults.Place;
import dev.estiba.testkit.faults.Place.Begun;
import dev.estiba.testkit.faults.Place.Result;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A container with CAP_SYS_PTRACE may write into every process that it sees: of those who enter it, it sees the one that becomes
 * the program, for a moment, and never the process outside that waits for it.
 */
@Tag("kernel")
class TracingAttacksTest {
    private static final boolean LONG = Boolean.getBoolean("estiba.long");

    @TempDir
    private Path directory = Path.of("/");

    private static Bundle tracing(Trial trial, String... args) throws IOException, InterruptedException {
        Bundle bundle = trial.bundle().args(args).edit(config -> {
            for (String set : List.of("bounding", "effective", "permitted")) {
                config.add("process.capabilities." + set, "CAP_SYS_PTRACE");
            }
            config.remove("linux.seccomp");
        });
        Programs.copy(Place.tool("scribbler"), bundle.rootfs().resolve("bin/scribbler"));
        return bundle;
    }

    private static void until(Begun begun, String word) throws InterruptedException {
        CommandRoom.until("that a program says " + word, () -> {
            try {
                assertThat(begun.process().isAlive()).isTrue();
                return Files.readString(begun.output()).contains(word);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** The process outside of the container that waits for a program in it. */
    private static Begun outside(Trial trial, String id) throws IOException, InterruptedException {
        Begun outer = trial.place.begin(
                trial.place.command("exec", id, "/bin/probe", "say", "1", "there", "--", "sleep", "1000"));
        until(outer, "there");
        return outer;
    }

    /** All that a process can read of its memory, but for what the kernel shows it: the time. */
    private static String memory(long pid) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Path process = Path.of("/proc/" + pid);
        try (RandomAccessFile memory =
                new RandomAccessFile(process.resolve("mem").toString(), "r")) {
            for (String line : Files.readAllLines(process.resolve("maps"))) {
                String[] fields = line.split("[ -]+", 4);
                if (fields[2].startsWith("r") && !line.contains("[v")) {
                    byte[] bytes = new byte[(int) (Long.parseLong(fields[1], 16) - Long.parseLong(fields[0], 16))];
                    memory.seek(Long.parseLong(fields[0], 16));
                    memory.readFully(bytes);
                    digest.update(line.getBytes(StandardCharsets.UTF_8));
                    digest.update(bytes);
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What a process that only waits has, when it has come to wait. */
    private static String settled(long pid) throws Exception {
        String last = memory(pid);
        for (int i = 0; i < 100; i++) {
            TimeUnit.MILLISECONDS.sleep(200);
            String now = memory(pid);
            if (now.equals(last)) {
                return now;
            }
            last = now;
        }
        throw new AssertionError("process " + pid + " does not come to rest");
    }

    /** While it only looks, each exec gives its answer; while it overwrites, some do not, and say so. */
    @ParameterizedTest
    @ValueSource(strings = {"look", "write"})
    void cve_2016_9962_whoEntersATracingContainerKeepsItsMemory(String how) throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Bundle bundle = tracing(trial, "/bin/scribbler", "1000", how);
            Begun scribbler = trial.place.begin(trial.command(bundle));
            until(scribbler, "scribbling");
            // Outside waits who has started the container; and who has entered it, which is luck while all is
            // overwritten.
            List<Begun> outside =
                    how.equals("look") ? List.of(scribbler, outside(trial, bundle.id())) : List.of(scribbler);
            List<String> before = new ArrayList<>();
            for (Begun one : outside) {
                before.add(settled(one.process().pid()));
            }
            for (int i = 0; i < (LONG ? 500 : 15); i++) {
                // Who may trace may also keep a process from going on: that is waited for, as for any program that
                // sleeps.
                List<String> command = new ArrayList<>(List.of("timeout", "--signal", "KILL", "5"));
                command.addAll(trial.place.command("exec", bundle.id(), "/bin/probe", "echo", "answer", "" + i));
                Result exec = trial.place.runProgram(how.equals("look") ? command.subList(4, command.size()) : command);
                if (exec.status() == 0) {
                    assertThat(exec.output().strip()).isEqualTo("answer " + i);
                } else {
                    assertThat(how).as(exec.error()).isEqualTo("write");
                    assertThat(exec.error().lines().count()).as(exec.error()).isLessThanOrEqualTo(1);
                }
            }
            for (int i = 0; i < outside.size(); i++) {
                assertThat(memory(outside.get(i).process().pid()))
                        .as("the memory of the process outside")
                        .isEqualTo(before.get(i));
            }
            trial.place.run("kill", bundle.id(), "TERM").succeeds();
            Result said = trial.place.end(scribbler).succeeds();
            assertThat(said.output()).contains("seen ");
            if (LONG) {
                assertThat(said.output()).containsPattern("seen [1-9]");
            }
            if (outside.size() > 1) {
                trial.place.end(outside.get(1)); // the container is over, and so is its program
            }
        }
    }

    /** Told the number of the process outside, a program in the container overwrites it, where it can be seen from there. */
    private static boolean isOverwritten(Trial trial) throws Exception {
        String id = trial.running(tracing(trial, "/bin/probe", "sleep", "1000"));
        Begun outer = outside(trial, id);
        long pid = outer.process().pid();
        String before = settled(pid);
        trial.place
                .run("exec", id, "/bin/scribbler", "1", "write", Long.toString(pid))
                .succeeds();
        boolean intact = outer.process().isAlive() && memory(pid).equals(before);
        trial.place.run("delete", "--force", id).succeeds();
        outer.process().destroyForcibly();
        trial.place.end(outer);
        return !intact;
    }

    @Test
    void cve_2016_9962_itIsThePidNamespaceThatHidesTheProcessOutside(@TempDir Path place) throws Exception {
        long newPid = 0x20000000;
        Weakening shared = Weakening.none()
                .argument(
                        named("start the container's init"),
                        1,
                        flags -> Arg.of(((Arg.Immediate) flags).value() & ~newPid));
        try (Weakened weakened = Weakened.open(place);
                Trial trial = weakened.trial(Files.createDirectory(directory.resolve("weakened")), shared)) {
            assertThat(isOverwritten(trial)).as("against the weakened plan").isTrue();
            weakened.hasWorked();
        }
        try (Trial trial = Trial.open(Files.createDirectory(directory.resolve("real")))) {
            assertThat(isOverwritten(trial)).as("against the real plan").isFalse();
        }
    }
}
