package dev.estiba.testkit.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a runtime that was killed, a reused pid, or another call at the same time may leave. */
@Tag("kernel")
class HalfMadeKernelTest {
    private static final int AT_A_TIME = 8;

    @TempDir
    private Path directory = Path.of("/");

    private void withOci(Body body) throws Exception {
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            body.run(oci);
        }
    }

    private interface Body {
        void run(Oci oci) throws Exception;
    }

    @Test
    void ofManyStartsOneWins() throws Exception {
        withOci(oci -> {
            String id = oci.create();
            List<Process> starts = new ArrayList<>();
            List<Path> errors = new ArrayList<>();
            for (int i = 0; i < AT_A_TIME; i++) {
                Path err = Files.createTempFile(directory, "err", "");
                errors.add(err);
                starts.add(oci.start(Path.of("/dev/null"), Path.of("/dev/null"), err, "start", id));
            }
            int won = 0;
            for (int i = 0; i < AT_A_TIME; i++) {
                assertThat(starts.get(i).waitFor(60, TimeUnit.SECONDS)).isTrue();
                if (starts.get(i).exitValue() == 0) {
                    won++;
                } else {
                    assertThat(errors.get(i)).content().contains("cannot start an already running container");
                }
            }
            assertThat(won).isEqualTo(1);
            assertThat(oci.status(id)).isEqualTo("running");
        });
    }

    @Test
    void ofManyDeletesAllSucceedByForce() throws Exception {
        withOci(oci -> {
            String id = oci.running();
            List<Process> deletes = new ArrayList<>();
            Path err = Files.createTempFile(directory, "err", "");
            for (int i = 0; i < AT_A_TIME; i++) {
                deletes.add(oci.start(Path.of("/dev/null"), Path.of("/dev/null"), err, "delete", "--force", id));
            }
            for (Process delete : deletes) {
                assertThat(delete.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(delete.exitValue()).as(Files.readString(err)).isZero();
            }
            assertThat(oci.states().resolve(id)).doesNotExist();
        });
    }

    /** A process of the test's own gets the pid that the record names; the start time tells that it is another. */
    @Test
    void aReusedPidIsNobody() throws Exception {
        withOci(oci -> {
            String id = oci.running();
            Path init = oci.states().resolve(id).resolve("init");
            oci.run("kill", id, "KILL").succeeds();
            oci.becomes(id, "stopped");
            Process innocent = new ProcessBuilder("sleep", "1000").start();
            try {
                String text = Files.readString(init).replaceFirst("\"pid\": *\\d+", "\"pid\": " + innocent.pid());
                Files.writeString(init, text);
                assertThat(oci.status(id)).isEqualTo("stopped");
                oci.run("kill", id, "KILL").fails("container not running");
                oci.run("delete", "--force", id).succeeds();
                assertThat(innocent.isAlive()).isTrue();
            } finally {
                innocent.destroyForcibly().waitFor();
            }
        });
    }

    /** Another boot's pids mean nothing, whatever runs under them now. */
    @Test
    void anotherBootsContainerHasStopped() throws Exception {
        withOci(oci -> {
            String id = oci.running();
            Path record = oci.states().resolve(id).resolve("state.json");
            String text = Files.readString(record);
            JsonObject json = JsonObject.parse(text);
            Files.writeString(record, text.replace(json.text("bootId"), "00000000-0000-0000-0000-000000000000"));
            assertThat(oci.status(id)).isEqualTo("stopped");
            Files.writeString(record, text);
            assertThat(oci.status(id)).isEqualTo("running");
        });
    }

    /** As after a create that was killed between two of its steps. */
    @ParameterizedTest
    @ValueSource(strings = {"nothing", "config", "cut record", "no init", "no config", "cut init", "empty record"})
    void halfMadeStatesAreDeleted(String what) throws Exception {
        withOci(oci -> {
            String id = oci.newId();
            Path state = oci.states().resolve(id);
            switch (what) {
                case "nothing" -> Files.createDirectory(state);
                case "config" -> Files.writeString(Files.createDirectory(state).resolve("config.json"), "{\"oci");
                case "empty record" ->
                    Files.createFile(Files.createDirectory(state).resolve("state.json"));
                case "cut record" ->
                    Files.writeString(Files.createDirectory(state).resolve("state.json"), "{\"ver");
                default -> damage(oci, id, what);
            }
            oci.run("delete", "--force", id).succeeds();
            assertThat(state).doesNotExist();
        });
    }

    private static void damage(Oci oci, String id, String what) throws IOException, InterruptedException {
        oci.create(oci.bundle(id));
        Path state = oci.states().resolve(id);
        switch (what) {
            case "no init" -> Files.delete(state.resolve("init"));
            case "no config" -> Files.delete(state.resolve("config.json"));
            default -> Files.writeString(state.resolve("init"), "{\"pid\": ");
        }
    }

    @Test
    void aLaterVersionsRecordIsRefusedInWords() throws Exception {
        withOci(oci -> {
            String id = oci.create();
            Path record = oci.states().resolve(id).resolve("state.json");
            String text = Files.readString(record);
            Files.writeString(record, text.replace("\"version\":1", "\"version\":2"));
            String sentence = "state.json of container " + id + " cannot be followed: it has the version 2, this is a"
                    + " runtime of version 1: use the one that made the container";
            oci.run("state", id).fails(sentence);
            oci.run("delete", "--force", id).fails(sentence);
            Files.writeString(record, text);
        });
    }

    /** Without a pid namespace of its own the end of init is nobody else's. */
    @Test
    void deleteEndsWhomInitHasLeft() throws Exception {
        withOci(oci -> {
            String id = oci.newId();
            Bundle bundle = oci.bundle(id).probe("orphan", "1000");
            bundle.edit(config -> config.put(
                    "linux.namespaces",
                    new ArrayList<Object>(config.list("linux.namespaces").stream()
                            .filter(each -> !each.toString().contains("pid"))
                            .toList())));
            oci.create(bundle);
            oci.run("start", id).succeeds();
            oci.becomes(id, "stopped");
            assertThat(Oci.group("freezer", id, "cgroup.procs")).isNotEmpty();
            oci.run("delete", id).succeeds();
            assertThat(oci.states().resolve(id)).doesNotExist();
        });
    }

    private Path goOn() {
        return directory.resolve("go-on");
    }

    /** A create whose hook waits until {@link #goOn} is there: it runs under the lock of the state directory. */
    private Process createInAHook(Oci oci, String id, Path err) throws Exception {
        Path began = directory.resolve("began");
        Bundle bundle = oci.bundle(id)
                .edit(config -> config.put(
                        "hooks.createRuntime",
                        List.of(hook("touch " + began + "; while [ ! -e " + goOn() + " ]; do sleep 0.02; done"))));
        Path none = Path.of("/dev/null");
        Process create = oci.start(
                none, none, err, "create", "--bundle", bundle.directory().toString(), id);
        eventually(() -> Files.exists(began));
        return create;
    }

    /** Its hook runs under the lock of the state directory; delete waits, and finds all that the create has made. */
    @Test
    void deleteWaitsForACreate() throws Exception {
        withOci(oci -> {
            String id = oci.newId();
            Path err = Files.createTempFile(directory, "err", "");
            Path none = Path.of("/dev/null");
            Process create = createInAHook(oci, id, err);
            Process delete = oci.start(none, none, err, "delete", "--force", id);
            eventually(() -> waitsForALock(delete));
            Files.createFile(goOn());
            assertThat(create.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(create.exitValue()).as(Files.readString(err)).isZero();
            assertThat(delete.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(delete.exitValue()).as(Files.readString(err)).isZero();
            assertThat(oci.states().resolve(id)).doesNotExist();
        });
    }

    /** Its init has the host's root directory until it has entered the container's: who joined it then would be there too. */
    @Test
    void execWaitsForACreate() throws Exception {
        withOci(oci -> {
            String id = oci.newId();
            Path err = Files.createTempFile(directory, "err", "");
            Path out = Files.createTempFile(directory, "out", "");
            Path none = Path.of("/dev/null");
            Process create = createInAHook(oci, id, err);
            eventually(() -> Files.exists(oci.states().resolve(id + "/init")));
            Process exec = oci.start(none, out, err, "exec", id, "/bin/probe", "ls", "/");
            assertThat(exec.waitFor(700, TimeUnit.MILLISECONDS))
                    .as(Files.readString(err))
                    .isFalse();
            Files.createFile(goOn());
            assertThat(create.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(exec.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(exec.exitValue()).as(Files.readString(err)).isZero();
            assertThat(Files.readString(out)).contains("\"bin\"").doesNotContain("\"sbin\"");
            oci.run("delete", "--force", id).succeeds();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPoststartHookMayExec(boolean created) throws Exception {
        withOci(oci -> {
            String id = oci.newId();
            Path said = directory.resolve("said");
            String exec = System.getProperty("estiba.home") + "/bin/estiba-oci --root " + oci.states() + " exec " + id;
            Bundle bundle = oci.bundle(id)
                    .probe("sleep", "60")
                    .edit(config -> config.put(
                            "hooks.poststart", List.of(hook(exec + " /bin/probe ls / > " + said + " 2>&1"))));
            if (created) {
                oci.create(bundle);
                oci.run("start", id).succeeds();
            } else {
                oci.run("run", "--detach", "--bundle", bundle.directory().toString(), id)
                        .succeeds();
            }
            assertThat(said).content().contains("\"bin\"");
            oci.run("delete", "--force", id).succeeds();
        });
    }

    /** runtime.md, "Lifecycle": each sees what the ones before it have left. */
    @Test
    void hooksRunInTheirOrder() throws Exception {
        withOci(oci -> {
            String id = oci.newId();
            Path ran = directory.resolve("ran");
            oci.create(oci.bundle(id).edit(config -> {
                for (String kind : List.of("prestart", "createRuntime", "createContainer", "poststart", "poststop")) {
                    config.put("hooks." + kind, List.of(hook("echo " + kind + " >> " + ran)));
                }
            }));
            assertThat(ran).hasContent("prestart\ncreateRuntime\ncreateContainer\n");
            oci.run("start", id).succeeds();
            oci.run("delete", "--force", id).succeeds();
            assertThat(ran).hasContent("prestart\ncreateRuntime\ncreateContainer\npoststart\npoststop\n");
        });
    }

    /** A delete that has read the state before the init was recorded would leave it alive. */
    @ParameterizedTest
    @ValueSource(strings = {"init", "state.json"})
    void whatWasMadeWhileDeleteWaitedIsNotPassedOver(String file) throws Exception {
        withOci(oci -> {
            String id = oci.running();
            Path state = oci.states().resolve(id);
            Process holder = new ProcessBuilder("flock", state.toString(), "cat").start();
            try {
                eventually(() -> Files.readString(Path.of("/proc/locks")).contains(" " + holder.pid() + " "));
                Files.move(state.resolve(file), directory.resolve("aside"));
                Path err = Files.createTempFile(directory, "err", "");
                Process delete = oci.start(Path.of("/dev/null"), Path.of("/dev/null"), err, "delete", "--force", id);
                eventually(() -> waitsForALock(delete));
                Files.move(directory.resolve("aside"), state.resolve(file));
                holder.getOutputStream().close();
                assertThat(delete.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(delete.exitValue()).isEqualTo(1);
                assertThat(err).content().contains("container " + id + " was just being made: say it again");
                assertThat(oci.status(id)).isEqualTo("running");
            } finally {
                holder.destroyForcibly().waitFor();
            }
        });
    }

    private static boolean waitsForALock(Process process) throws IOException {
        return Files.readString(Path.of("/proc/locks"))
                .lines()
                .anyMatch(line -> line.contains("-> FLOCK") && line.contains(" " + process.pid() + " "));
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void eventually(Condition condition) throws IOException, InterruptedException {
        for (int i = 0; i < 3000 && !condition.holds(); i++) {
            Thread.sleep(20);
        }
        assertThat(condition.holds()).isTrue();
    }

    @Test
    void hooksOfStartAndDelete() throws Exception {
        withOci(oci -> {
            String id = oci.newId();
            Path started = directory.resolve("started");
            Path stopped = directory.resolve("stopped");
            oci.create(oci.bundle(id)
                    .edit(config -> config.put("hooks.poststart", List.of(hook("cat > " + started)))
                            .put("hooks.poststop", List.of(hook("cat > " + stopped), hook("exit 3")))
                            .put("annotations", Map.of("a.b", "c\"d"))));
            assertThat(started).doesNotExist();
            oci.run("start", id).succeeds();
            JsonObject state = JsonObject.parse(Files.readString(started));
            assertThat(state.text("status")).isEqualTo("running");
            assertThat(state.number("pid")).isEqualTo(oci.state(id).number("pid"));
            assertThat(oci.run("state", id).output()).contains("\"a.b\": \"c\\\"d\"");
            Oci.Result deleted = oci.run("delete", "--force", id).succeeds();
            assertThat(deleted.error()).contains("level=warning msg=\"poststop hook #1 failed: /bin/sh\"");
            assertThat(deleted.error()).doesNotContain("#0");
            assertThat(JsonObject.parse(Files.readString(stopped)).text("status"))
                    .isEqualTo("stopped");
        });
    }

    @Test
    void aFailingPoststartHookEndsTheContainer() throws Exception {
        withOci(oci -> {
            String id = oci.newId();
            oci.create(
                    oci.bundle(id).edit(config -> config.put("hooks.poststart", List.of(hook("echo no >&2; exit 3")))));
            oci.run("start", id).fails("error running poststart hook #0: exit status 3, stdout: , stderr: no\\n");
            oci.becomes(id, "stopped");
        });
    }

    private static Map<String, Object> hook(String script) {
        return Map.of("path", "/bin/sh", "args", List.of("sh", "-c", script));
    }
}
