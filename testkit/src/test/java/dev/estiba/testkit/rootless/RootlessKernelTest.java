package dev.estiba.testkit.rootless;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.rootless.Person.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** estiba-oci for a user who is nobody in particular. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RootlessKernelTest {
    private Person person;

    @BeforeAll
    void open() throws IOException {
        person = Person.open(true);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        String left = person.sh("$E list -q").output();
        for (String id : left.lines().toList()) {
            person.sh("$E delete --force " + id); // this test is told of it, and no other
        }
        assertThat(left).isEmpty();
        assertThat(person.processesButResidents()).isEmpty();
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        if (person != null) {
            person.close();
        }
    }

    /** What {@code spec --rootless} writes, with a shell for its root file system. */
    private void configure(String script, Consumer<JsonObject> change) throws IOException {
        Ended spec = person.sh("cd bundle && rm -f config.json && $E spec --rootless");
        assertThat(spec.status()).as(spec.error()).isZero();
        Path file = person.home().resolve("bundle/config.json");
        JsonObject config = JsonObject.parse(Files.readAllBytes(file))
                .put("process.terminal", false)
                .put("process.args", List.of("sh", "-c", script))
                .put("root.path", "/run/home/root")
                .put("root.readonly", false);
        change.accept(config);
        Files.write(file, config.bytes());
    }

    private Ended run(String script, Consumer<JsonObject> change) throws IOException {
        configure(script, change);
        return person.sh("$E run --bundle bundle one");
    }

    private void lend(JsonObject config) {
        config.add("linux.uidMappings", Map.of("containerID", 1, "hostID", person.lent(), "size", 1000))
                .add("linux.gidMappings", Map.of("containerID", 1, "hostID", person.lent(), "size", 1000));
    }

    @Test
    void aUserIsRootOfAContainer() throws Exception {
        Ended ended = run(
                "id -u; cat /proc/self/uid_map /proc/self/setgroups; stat -c %t:%T /dev/null; touch /tmp/made; exit 7",
                config -> {});
        assertThat(ended.error()).isEmpty();
        assertThat(ended.output().replaceAll(" +", " ")).isEqualTo("0\n 0 " + person.uid() + " 1\ndeny\n1:3\n");
        assertThat(ended.status()).isEqualTo(7);
        assertThat(Files.getAttribute(person.home().resolve("root/tmp/made"), "unix:uid"))
                .isEqualTo(person.uid());
    }

    @Test
    void lentIdsAreMapped() throws Exception {
        Ended ended = run(
                "cat /proc/self/uid_map; chown 5:6 /tmp/given; exec stat -c %u:%g /tmp/given",
                config -> {
                    lend(config);
                    for (String set : List.of("bounding", "effective", "permitted")) {
                        config.put("process.capabilities." + set, List.of("CAP_CHOWN"));
                    }
                    try {
                        person.sh("touch root/tmp/given");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        assertThat(ended.error()).isEmpty();
        assertThat(ended.output()).endsWith("5:6\n");
        assertThat(Files.getAttribute(person.home().resolve("root/tmp/given"), "unix:uid"))
                .isEqualTo(person.lent() + 4);
    }

    @Test
    void idsThatNobodyHasLentAreRefusedByName() throws Exception {
        Ended ended = run(
                "id",
                config -> config.add("linux.uidMappings", Map.of("containerID", 1, "hostID", 7, "size", 10))
                        .add("linux.gidMappings", Map.of("containerID", 1, "hostID", person.lent(), "size", 10)));
        assertThat(ended.error())
                .contains(
                        "newuidmap (package uidmap) could not map the container's ids, which /etc/subuid must lend",
                        "uid range [1-11) -> [7-17) not allowed");
        assertThat(ended.status()).isEqualTo(1);
    }

    @Test
    void aContainerHasAWholeLife() throws Exception {
        configure("sleep 1000", this::lend);
        Ended created = person.sh("$E create --bundle bundle two </dev/null >out 2>err; echo $?; cat err");
        assertThat(created.output()).isEqualTo("0\n");
        assertThat(status("two")).isEqualTo("created");
        assertThat(person.sh("$E start two").error()).isEmpty();
        assertThat(status("two")).isEqualTo("running");
        // "start" opens the gate; until init has become its program nobody but root may look into it, and the exec
        // waits.
        Ended exec = person.sh("$E exec two sh -c 'id -u; ls -d /proc/1; exit 9'");
        assertThat(exec).isEqualTo(new Ended(9, "0\n/proc/1\n", ""));
        assertThat(person.sh("$E exec --user 7:8 two id -u").output()).isEqualTo("7\n");
        assertThat(person.sh("$E list -q").output()).isEqualTo("two\n");
        assertThat(person.sh("$E kill two KILL").status()).isZero();
        for (int i = 0; i < 100 && !status("two").equals("stopped"); i++) {
            Thread.sleep(20);
        }
        assertThat(status("two")).isEqualTo("stopped");
        assertThat(person.sh("$E delete two")).isEqualTo(new Ended(0, "", ""));
    }

    private String status(String id) throws IOException {
        return JsonObject.parse(person.sh("$E state " + id).output()).text("status");
    }

    @Test
    void whatTakesGroupsIsRefused() throws Exception {
        assertThat(run("id", config -> config.put("linux.resources.memory.limit", 10_000_000))
                        .error())
                .startsWith("estiba-oci run failed: cannot set limits: container could not join or create cgroup");
        configure("sleep 1000", config -> {});
        assertThat(person.sh("$E run --detach --bundle bundle three </dev/null >out 2>&1")
                        .status())
                .isZero();
        assertThat(person.sh("$E pause three").error()).contains("has no freezer");
        assertThat(person.sh("$E delete --force three").error()).isEmpty();
    }

    @Test
    void withoutAUserNamespaceThereIsNoContainer() throws Exception {
        Ended ended = run(
                "id",
                config -> config.put("linux.namespaces", List.of(Map.of("type", "mount")))
                        .put("linux.uidMappings", List.of())
                        .put("linux.gidMappings", List.of()));
        assertThat(ended.error()).isEqualTo("estiba-oci run failed: rootless container requires user namespaces\n");
    }

    /** CVE-2023-25809: what a container sees of the host's groups it cannot write to. */
    @Test
    void cve_2023_25809_noFileOfTheHostsGroupsCanBeWritten() throws Exception {
        Ended ended = run(
                "for f in /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/*/tasks /sys/fs/cgroup/*/notify_on_release; do"
                        + " (echo 1 >$f) 2>/dev/null && echo \"wrote $f\"; done; ls /sys/fs/cgroup | sort -u",
                config -> {});
        assertThat(ended.error()).isEmpty();
        assertThat(ended.output()).contains("memory\n").doesNotContain("wrote");
    }
}
