package dev.estiba.testkit.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The probe's answers about the host's own processes, against what /proc and Java say. */
class ProbeTest {
    private static Path programs = Path.of("/");

    @TempDir
    private Path directory = Path.of("/");

    @BeforeAll
    static void compile() throws IOException {
        programs = Bundles.ofRepository(Repository.root()).programs();
    }

    private static Run run(String... words) throws IOException, InterruptedException {
        return Run.of(command(words));
    }

    private static List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(programs.resolve("probe").toString()));
        command.addAll(Arrays.asList(words));
        return command;
    }

    private static Answers ask(String... words) throws IOException, InterruptedException {
        Run run = run(words);
        assertThat(run.status()).as(run.error()).isZero();
        return run.answers();
    }

    /** A line of /proc/self/status that the probe itself read, in the same process as its other answers. */
    private static String status(Answers answers, String name) {
        return answers.of("read")
                .text("text")
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void capabilitiesAreWhatTheKernelsStatusSays() throws Exception {
        Answers answers = ask("caps", "--", "read", "/proc/self/status");
        JsonObject caps = answers.of("caps");
        assertThat(caps.text("inheritable")).isEqualTo(status(answers, "CapInh"));
        assertThat(caps.text("permitted")).isEqualTo(status(answers, "CapPrm"));
        assertThat(caps.text("effective")).isEqualTo(status(answers, "CapEff"));
        assertThat(caps.text("bounding")).isEqualTo(status(answers, "CapBnd"));
        assertThat(caps.text("ambient")).isEqualTo(status(answers, "CapAmb"));
    }

    @Test
    void idsAreWhatTheKernelsStatusSays() throws Exception {
        Answers answers = ask("ids", "--", "pid", "--", "seccomp", "--", "nnp", "--", "read", "/proc/self/status");
        JsonObject ids = answers.of("ids");
        assertThat(status(answers, "Uid").split("\t"))
                .containsExactly(
                        "" + ids.number("uid"),
                        "" + ids.number("euid"),
                        "" + ids.number("suid"),
                        "" + ids.number("fsuid"));
        assertThat(status(answers, "Gid").split("\t"))
                .containsExactly(
                        "" + ids.number("gid"),
                        "" + ids.number("egid"),
                        "" + ids.number("sgid"),
                        "" + ids.number("fsgid"));
        assertThat(ids.text("umask")).isEqualTo(status(answers, "Umask"));
        assertThat(answers.of("pid").number("pid")).isEqualTo(Long.parseLong(status(answers, "Pid")));
        assertThat(answers.of("pid").number("ppid"))
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(answers.of("seccomp").text("mode")).isEqualTo(status(answers, "Seccomp"));
        assertThat("" + answers.of("nnp").number("no_new_privs")).isEqualTo(status(answers, "NoNewPrivs"));
    }

    @Test
    void namespacesAreOurs() throws Exception {
        JsonObject ns = ask("ns").of("ns");
        for (String name : List.of("cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts")) {
            String link = Files.readSymbolicLink(Path.of("/proc/self/ns", name)).toString();
            assertThat(link).isEqualTo(name + ":[" + ns.number(name) + "]");
        }
    }

    @Test
    void argumentsEnvironmentAndDirectoryComeThroughUnchanged() throws Exception {
        String odd = "two\nlines \"quoted\" \\ ¡olé! \u20ac \ud83d\udea2 \u0001";
        Run run = Run.of(
                command("args", "--", "env", "--", "cwd", "--", "echo", odd),
                Optional.of(directory),
                Map.of("ODD", odd, "EMPTY", ""));
        Answers answers = run.answers();
        assertThat(answers.of("args").texts("args"))
                .containsExactlyElementsOf(command("args", "--", "env", "--", "cwd", "--", "echo", odd));
        assertThat(answers.of("env").texts("env")).containsExactlyInAnyOrder("ODD=" + odd, "EMPTY=");
        assertThat(answers.of("cwd").text("path"))
                .isEqualTo(directory.toRealPath().toString());
    }

    @Test
    void onlyThreeDescriptorsAreOpen() throws Exception {
        List<JsonObject> fds = ask("fds").of("fds").objects("fds");
        assertThat(fds.stream().map(fd -> fd.number("fd"))).containsExactly(0L, 1L, 2L);
        assertThat(fds.get(0).text("type")).isEqualTo("fifo");
        assertThat(fds.get(1).text("type")).isEqualTo("file");
        assertThat(fds.get(1).flag("cloexec")).isFalse();
    }

    @Test
    void limitsAreWhatTheKernelsTableSays() throws Exception {
        Answers answers = ask("rlimits", "--", "read", "/proc/self/limits");
        Map<String, String> rows = Map.of(
                "Max open files", "RLIMIT_NOFILE",
                "Max processes", "RLIMIT_NPROC",
                "Max stack size", "RLIMIT_STACK",
                "Max realtime timeout", "RLIMIT_RTTIME",
                "Max core file size", "RLIMIT_CORE");
        rows.forEach((row, name) -> {
            String[] words = answers.of("read")
                    .text("text")
                    .lines()
                    .filter(line -> line.startsWith(row))
                    .findFirst()
                    .orElseThrow()
                    .substring(row.length())
                    .strip()
                    .split(" +");
            assertThat(answers.of("rlimits").list(name).stream().map(Object::toString))
                    .as(row)
                    .containsExactly(words[0], words[1]);
        });
    }

    @Test
    void filesAnswerWithTheKernelsError() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "here");
        String path = file.toString();
        assertThat(ask("create", path).errno("create")).isEqualTo("EEXIST");
        assertThat(ask("write", path + "/no", "x").errno("write")).isEqualTo("ENOTDIR");
        assertThat(ask("write", path + "no", "x").errno("write")).isEqualTo("ENOENT");
        assertThat(ask("open", directory.toString(), "w").errno("open")).isEqualTo("EISDIR");
        assertThat(ask("rmdir", directory.toString()).errno("rmdir")).isEqualTo("ENOTEMPTY");
        assertThat(ask("symlink", path, "x").errno("symlink")).isEqualTo("EEXIST");
        assertThat(ask("create", path + "2", "0600", "--", "stat", path + "2")
                        .of("stat")
                        .text("mode"))
                .isEqualTo("0600");
        assertThat(ask("write", path, "gone").errno("write")).isEmpty();
        assertThat(file).hasContent("gone");
        JsonObject stat = ask("stat", "/dev/null").of("stat");
        assertThat(stat.text("type")).isEqualTo("char");
        assertThat(stat.number("major")).isEqualTo(1);
        assertThat(stat.number("minor")).isEqualTo(3);
        assertThat(ask("ls", directory.toString()).of("ls").texts("names")).containsExactly("file", "file2");
    }

    @Test
    void bytesThatAreNoTextAreTold() throws Exception {
        Path file = Files.write(directory.resolve("bytes"), new byte[] {'a', (byte) 0xff, '"', '\n', 0, (byte) 0xc3});
        assertThat(ask("read", file.toString()).of("read").text("text")).isEqualTo("a\udcff\"\n\0\udcc3");
    }

    @Test
    void anAnswerThatIsTooLongIsNoHalfAnswer() throws Exception {
        List<String> words = new ArrayList<>(List.of("args"));
        words.add("--");
        words.add("echo");
        words.addAll(Collections.nCopies(12, "x".repeat(100_000)));
        JsonObject answer = run(words.toArray(String[]::new)).answers().of("args");
        assertThat(answer.names()).containsExactly("verb", "cut");
    }

    @Test
    void systemCallsByBothDoors() throws Exception {
        Answers answers = ask("pid", "--", "syscall", "39", "--", "syscall", "9999", "--", "syscall32", "20");
        long pid = answers.of("pid").number("pid");
        assertThat(answers.of("syscall").number("result")).isEqualTo(pid);
        assertThat(answers.all().get(2).text("errno")).isEqualTo("ENOSYS");
        assertThat(answers.of("syscall32").number("result")).isEqualTo(pid);
    }

    @Test
    void aChildsEndIsTold() throws Exception {
        Answers answers = ask("forked", "exit", "7", "--", "forked", "syscall32", "1", "9");
        assertThat(answers.all().get(0).number("status")).isEqualTo(7);
        assertThat(answers.all().get(1).number("status")).isEqualTo(9);
    }

    @Test
    void theSignalThatCameIsNamed() throws Exception {
        Process process = new ProcessBuilder(command("sleep-until-signal", "30")).start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(JsonObject.parse(lines.readLine()).flag("waiting")).isTrue();
            process.toHandle().destroy(); // and not process.destroy(), which closes its output
            JsonObject answer = JsonObject.parse(lines.readLine());
            assertThat(answer.text("signal")).isEqualTo("SIGTERM");
            assertThat(answer.number("sender_pid"))
                    .isEqualTo(ProcessHandle.current().pid());
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void wrongWordsAreRefused() throws Exception {
        assertThat(run("fly")).isEqualTo(new Run(64, "", "probe: no verb 'fly' (without a verb I list them)\n"));
        assertThat(run("exit", "300")).isEqualTo(new Run(64, "", "probe: usage: exit STATUS\n"));
        assertThat(run("create")).isEqualTo(new Run(64, "", "probe: usage: create PATH [MODE]\n"));
        assertThat(run("exit", "42").status()).isEqualTo(42);
    }

    @Test
    void trueIsTinyAndTrue() throws Exception {
        Path program = programs.resolve("true");
        assertThat(Run.of(List.of(program.toString()))).isEqualTo(new Run(0, "", ""));
        assertThat(Files.size(program)).isLessThan(1024);
    }
}
