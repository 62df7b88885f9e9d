package dev.estiba.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.ProcessFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins that are scripts: in which order they are called, with what, and what becomes of those that fail. */
@Tag("kernel")
class CniKernelTest {
    private static final String RESULT = "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.1.0.5/24\"}]}";

    @TempDir
    Path directory;

    private Fd host;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(ProcessFacts.self().uid() == 0, "namespaces need root");
        host = NetworkNamespace.create();
        Files.createDirectories(directory.resolve("bin"));
    }

    @AfterEach
    void close() {
        host.close();
    }

    private Cni cni(Duration deadline) {
        return new Cni(List.of(directory.resolve("bin")), directory.resolve("cache"), host, "/usr/bin:/bin", deadline);
    }

    private Cni cni() {
        return cni(Duration.ofSeconds(60));
    }

    /** Writes down how it is called; then it does what the words say. Written by another process: execve(2), ETXTBSY. */
    private void plugin(String name, String words) throws Exception {
        Path text = Files.writeString(directory.resolve("text"), """
                #!/bin/sh
                echo "%s $CNI_COMMAND $CNI_CONTAINERID $CNI_IFNAME [$CNI_NETNS] $CNI_ARGS" >>%s
                cat >>%s
                echo >>%s
                %s
                """.formatted(name, log(), input(), input(), words));
        Process install = new ProcessBuilder(
                        "install",
                        "-m",
                        "755",
                        text.toString(),
                        directory.resolve("bin/" + name).toString())
                .start();
        assertThat(install.onExit().join().exitValue()).isZero();
    }

    private Path log() {
        return directory.resolve("log");
    }

    private Path input() {
        return directory.resolve("input");
    }

    private List<String> said() throws IOException {
        return Files.readAllLines(log());
    }

    private static ConfigurationList list(String... types) throws CniException {
        String plugins = String.join(
                ",",
                List.of(types).stream()
                        .map(type -> "{\"type\":\"" + type + "\"}")
                        .toList());
        return ConfigurationList.read(("{\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"plugins\":[" + plugins + "]}")
                .getBytes(StandardCharsets.UTF_8));
    }

    private static Attachment attachment() {
        return new Attachment("c1", "eth0", Optional.of("/proc/1/ns/net"), Map.of("B", "2", "A", "1"), Map.of());
    }

    @Test
    void aChainIsAddedCheckedAndDeletedInItsOrder() throws Exception {
        plugin("one", "echo '" + RESULT + "'");
        plugin("two", "echo '" + RESULT + "'");
        CniResult result = cni().add(list("one", "two"), attachment());
        assertThat(result.of("eth0").getFirst().address().getHostAddress()).isEqualTo("10.1.0.5");
        cni().check(attachment());
        // As another process does it, after the container's end.
        cni().delete(attachment().in(Optional.empty()));
        assertThat(said())
                .containsExactly(
                        "one ADD c1 eth0 [/proc/1/ns/net] A=1;B=2",
                        "two ADD c1 eth0 [/proc/1/ns/net] A=1;B=2",
                        "one CHECK c1 eth0 [/proc/1/ns/net] A=1;B=2",
                        "two CHECK c1 eth0 [/proc/1/ns/net] A=1;B=2",
                        "two DEL c1 eth0 [] A=1;B=2",
                        "one DEL c1 eth0 [] A=1;B=2");
        List<String> inputs = Files.readAllLines(input());
        assertThat(inputs.getFirst()).doesNotContain("prevResult");
        assertThat(inputs.subList(1, 6)).allMatch(input -> input.contains("\"prevResult\":" + RESULT));
        assertThat(cni().leftOver()).isEmpty();
        cni().delete(attachment());
        assertThat(said()).as("who is not in it is passed over").hasSize(6);
    }

    @Test
    void oneThatFailsIsTakenBackAndSaysWhy() throws Exception {
        plugin("one", "echo '" + RESULT + "'");
        plugin(
                "two",
                "[ $CNI_COMMAND = DEL ] || { echo '{\"cniVersion\":\"1.0.0\",\"code\":11,\"msg\":\"no berth\",\"details\":\"full\"}'; exit 1; }");
        assertThatThrownBy(() -> cni().add(list("one", "two"), attachment()))
                .isInstanceOf(CniException.class)
                .hasMessageEndingWith("two (ADD) has failed: no berth; full");
        assertThat(said())
                .extracting(line -> line.substring(0, 7))
                .containsExactly("one ADD", "two ADD", "two DEL", "one DEL");
        assertThat(cni().leftOver()).isEmpty();
    }

    @Test
    void whatCannotBeTakenBackIsKeptInMind() throws Exception {
        plugin("one", "[ $CNI_COMMAND = ADD ] && echo nonsense || exit 3");
        assertThatThrownBy(() -> cni().add(list("one"), attachment()))
                .isInstanceOf(CniException.class)
                .hasMessageStartingWith("a result that is none");
        assertThat(cni().leftOver()).containsExactly(attachment());
        plugin("one", "true");
        cni().delete(attachment());
        assertThat(cni().leftOver()).isEmpty();
    }

    @Test
    void oneThatHangsIsEnded() throws Exception {
        plugin("one", "[ $CNI_COMMAND = DEL ] || exec sleep 1000");
        assertThatThrownBy(() -> cni(Duration.ofSeconds(2)).add(list("one"), attachment()))
                .hasMessageEndingWith("one (ADD) has not ended in 2 seconds");
    }

    @Test
    void oneThatAnswersWithoutAnEndIsEnded() throws Exception {
        plugin("one", "[ $CNI_COMMAND = DEL ] || exec yes");
        assertThatThrownBy(() -> cni().add(list("one"), attachment()))
                .hasMessageEndingWith("one (ADD) answers without an end");
    }

    @Test
    void oneThatIsNotThereIsNamedBeforeAnythingIsDone() throws Exception {
        plugin("one", "echo '" + RESULT + "'");
        assertThatThrownBy(() -> cni().add(list("one", "nosuch"), attachment()))
                .hasMessage("the plug-in nosuch is not in " + directory.resolve("bin"));
        assertThat(log()).doesNotExist();
        assertThat(cni().leftOver()).isEmpty();
    }

    /** Its child is in the namespace that it is to be in, whichever this process is in. */
    @Test
    void itIsInTheHostsNetwork() throws Exception {
        plugin("one", "echo '" + RESULT + "'; readlink /proc/self/ns/net >>" + log());
        CniResult unused = cni().add(list("one"), attachment());
        assertThat(said().getLast())
                .isEqualTo("net:[" + Files.getAttribute(Path.of(host.procPath()), "unix:ino") + "]");
    }
}
