package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.Signal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Children: what they start with, how they end. */
class SpawnTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static Spawn shell(String script) {
        return Spawn.of("/bin/sh", List.of("sh", "-c", script));
    }

    /** What it prints; it must end with 0. */
    private static String output(Spawn spawn) throws Exception {
        try (Pipe pipe = Pipe.open("a child's output");
                Pidfd child = spawn.with(1, pipe.writer()).start()) {
            pipe.writer().close();
            String text = new String(FileBytes.readAll(pipe.reader(), 1 << 20), StandardCharsets.UTF_8);
            assertThat(child.reap()).isEqualTo(new ExitStatus.Exited(0));
            return text;
        }
    }

    @Test
    void aStatusIsTold() throws Exception {
        try (Pidfd child = shell("exit 7").start()) {
            assertThat(child.awaitEnd(LONG)).isTrue();
            assertThat(child.reap()).isEqualTo(new ExitStatus.Exited(7));
            assertThatThrownBy(child::reap)
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.is(Errno.ECHILD)).isTrue());
            assertThatThrownBy(() -> child.signal(Signal.TERM))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.is(Errno.ESRCH)).isTrue());
        }
    }

    @Test
    void aSignalIsTold() throws Exception {
        try (Pipe pipe = Pipe.open("input");
                Pidfd child = shell("read line").with(0, pipe.reader()).start()) {
            assertThat(child.reap(Duration.ofMillis(20))).isEmpty();
            child.signal(Signal.KILL);
            assertThat(child.reap(LONG)).contains(new ExitStatus.Killed(Signal.KILL, false));
        }
        assertThat(new ExitStatus.Killed(Signal.KILL, false).shell()).isEqualTo(137);
        assertThat(ExitStatus.ofWait(0x0700)).isEqualTo(new ExitStatus.Exited(7));
        assertThat(ExitStatus.ofWait(0x8b)).isEqualTo(new ExitStatus.Killed(new Signal(11), true));
    }

    @Test
    void aProgramThatIsNotThereIsAnError() {
        assertThatThrownBy(
                        () -> Spawn.of("/no/such/program", List.of("program")).start())
                .isInstanceOfSatisfying(ErrnoException.class, e -> {
                    assertThat(e.call()).isEqualTo("posix_spawn");
                    assertThat(e.is(Errno.ENOENT)).isTrue();
                });
    }

    @Test
    void theEnvironmentIsWhatIsGiven() throws Exception {
        assertThat(output(Spawn.of("/usr/bin/env", List.of("env")))).isEmpty();
        assertThat(output(Spawn.of("/usr/bin/env", List.of("env")).environment(List.of("A=1", "B=ü"))))
                .isEqualTo("A=1\nB=ü\n");
    }

    @Test
    void noSignalIsBlockedOrIgnored() throws Exception {
        Map<String, String> status = output(Spawn.of("/bin/cat", List.of("cat", "/proc/self/status")))
                .lines()
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')),
                        line -> line.substring(line.indexOf(':') + 1).strip()));
        assertThat(status.get("SigBlk")).isEqualTo("0000000000000000");
        // 32 and 33 belong to the C library, which leaves them ignored in a child unless it is told their default.
        long ignored = Long.parseUnsignedLong(status.get("SigIgn"), 16);
        assertThat(ignored & ~0x180000000L).isZero();
    }

    @Test
    void itStartsInTheRootDirectory() throws Exception {
        assertThat(output(Spawn.of("/bin/pwd", List.of("pwd")))).isEqualTo("/\n");
    }

    @Test
    void aSessionOfItsOwn() throws Exception {
        // Fields 1 and 6 of /proc/self/stat: pid and session.
        String script = "read -r pid name state parent group session rest < /proc/self/stat; echo $pid $session";
        String[] with = output(shell(script).inOwnSession()).strip().split(" ");
        assertThat(with[1]).isEqualTo(with[0]);
        String[] without = output(shell(script)).strip().split(" ");
        assertThat(without[1]).isNotEqualTo(without[0]);
    }

    @Test
    void descriptorsArriveWhereTheyAreToGo() throws Exception {
        try (Fd first = Memfd.data("first", "1".getBytes(StandardCharsets.US_ASCII));
                Fd second = Memfd.data("second", "2".getBytes(StandardCharsets.US_ASCII))) {
            assertThat(output(shell("cat <&7; cat <&8").with(8, first).with(7, second)))
                    .isEqualTo("21");
        }
    }

    @Test
    void descriptorsThatStandInEachOthersPlaceArriveToo() throws Exception {
        List<Fd> fds = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                fds.add(Memfd.data("memory " + i, Integer.toString(i).getBytes(StandardCharsets.US_ASCII)));
            }
            // Each goes to the number that the next one has here, the last to the first's.
            StringBuilder script = new StringBuilder("exec 2>/dev/null; ");
            Spawn spawn = null;
            for (int i = 0; i < fds.size(); i++) {
                script.append("cat < /proc/self/fd/")
                        .append(fds.get(i).number())
                        .append("; ");
            }
            spawn = shell(script.toString());
            for (int i = 0; i < fds.size(); i++) {
                spawn.with(fds.get((i + 1) % fds.size()).number(), fds.get(i));
            }
            assertThat(output(spawn)).isEqualTo("3012");
        } finally {
            fds.forEach(Fd::close);
        }
    }

    @Test
    void aMemfdIsAProgram() throws Exception {
        try (Fd program = Memfd.executable("echo", Files.readAllBytes(Path.of("/bin/echo")))) {
            assertThat(output(Spawn.of(program, List.of("echo", "hello")))).isEqualTo("hello\n");
            // Even where its own number is wanted for something else.
            try (Fd other = Memfd.data("other", new byte[1])) {
                assertThat(output(Spawn.of(program, List.of("echo", "again")).with(program.number(), other)))
                        .isEqualTo("again\n");
            }
        }
    }

    @Test
    void aMemfdOfDataIsNone() throws Exception {
        try (Fd data = Memfd.data("echo", Files.readAllBytes(Path.of("/bin/echo")))) {
            assertThatThrownBy(() -> Spawn.of(data, List.of("echo")).start())
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.is(Errno.EACCES)).isTrue());
        }
    }

    @Test
    void nobodyIsLeft() throws Exception {
        int before = descriptors();
        for (int i = 0; i < 50; i++) {
            assertThat(output(shell("echo x"))).isEqualTo("x\n");
        }
        assertThat(descriptors() - before)
                .as("descriptors that 50 children left")
                .isLessThan(50);
        assertThatThrownBy(() -> Pidfd.open(Integer.MAX_VALUE))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.error()).isPresent());
    }

    private static int descriptors() throws Exception {
        try (Fd own = Open.absolute("/proc/self/fd", Open.How.directory())) {
            return Directory.list(own, 1 << 20).size();
        }
    }
}
