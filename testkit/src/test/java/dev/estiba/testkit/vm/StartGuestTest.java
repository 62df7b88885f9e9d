package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start makes of Docker's default container, as it is seen from inside. */
@GuestTest
class StartGuestTest {
    /** As the kernel writes Docker's fourteen. */
    private static final String DOCKERS_CAPABILITIES = "00000000a80425fb";

    private final Guest guest;

    @TempDir
    private Path directory = Path.of("/");

    private GuestOci oci;

    StartGuestTest(GuestKernel kernel, Guests guests) throws IOException {
        this.guest = guests.of(kernel);
        this.oci = new GuestOci(guest, directory);
    }

    @BeforeEach
    void open() {
        oci = new GuestOci(guest, directory);
    }

    @AfterEach
    void close() throws IOException {
        oci.close();
    }

    @Test
    void theStatusOfTheProgramIsThatOfTheCall() throws Exception {
        Guest.Result result = oci.run(oci.bundle().args("/bin/true")).succeeds();
        assertThat(result.output() + result.error()).isEmpty();
        assertThat(oci.run(oci.bundle().probe("exit", "7")).status()).isEqualTo(7);
    }

    @Test
    void aProgramThatIsNotThereIsNamed() throws Exception {
        Guest.Result result = oci.run(oci.bundle().args("/bin/nothing"));
        assertThat(result.error()).contains("exec: \\\"/bin/nothing\\\": stat /bin/nothing: no such file or directory");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void theProgramHasTheUserTheEnvironmentAndTheDirectoryThatWereAskedFor() throws Exception {
        Bundle bundle = oci.bundle()
                .edit(config -> config.put("process.user.uid", 1000)
                        .put("process.user.gid", 1000)
                        .put("process.user.additionalGids", List.of(5))
                        .put("process.user.umask", 23)
                        .put("process.cwd", "/home")
                        .put("process.env", List.of("A=1", "B=two words")));
        Answers answers = oci.ask(bundle, "ids", "--", "env", "--", "cwd", "--", "pid");
        JsonObject ids = answers.of("ids");
        assertThat(List.of(ids.number("uid"), ids.number("suid"), ids.number("gid"), ids.number("fsgid")))
                .containsOnly(1000L);
        assertThat(ids.list("groups")).isEqualTo(List.of(5L));
        assertThat(ids.text("umask")).isEqualTo("0027");
        assertThat(answers.of("env").texts("env")).startsWith("A=1", "B=two words");
        assertThat(answers.of("cwd").text("path")).isEqualTo("/home");
        assertThat(answers.of("pid").number("pid")).isEqualTo(1);
    }

    @Test
    void itHasTheCapabilitiesThatWereAskedForAndNoMore() throws Exception {
        JsonObject root = oci.ask("caps").of("caps");
        assertThat(List.of(root.text("permitted"), root.text("effective"), root.text("bounding")))
                .containsOnly(DOCKERS_CAPABILITIES);
        Bundle bundle = oci.bundle()
                .edit(config -> config.put("process.noNewPrivileges", true)
                        .put("process.capabilities", Map.of("bounding", List.of("CAP_KILL"))));
        Answers answers = oci.ask(bundle, "caps", "--", "nnp");
        assertThat(answers.of("caps").text("effective")).isEqualTo("0000000000000000");
        assertThat(answers.of("caps").text("bounding")).isEqualTo("0000000000000020");
        assertThat(answers.of("nnp").number("no_new_privs")).isEqualTo(1);
    }

    @Test
    void dockersFilterRefusesWhatItRefusesElsewhere() throws Exception {
        Answers answers = oci.ask("seccomp", "--", "unshare", "user", "--", "mount-try", "tmpfs", "none", "/tmp");
        assertThat(answers.of("seccomp").text("mode")).isEqualTo("2");
        assertThat(answers.errno("unshare")).isEqualTo("EPERM");
        assertThat(answers.errno("mount-try")).isEqualTo("EPERM");
    }

    @Test
    void theRootIsReadOnlyWhenThatWasAskedFor() throws Exception {
        assertThat(oci.ask("create", "/new").errno("create")).isEmpty();
        Bundle bundle = oci.bundle().edit(config -> config.put("root.readonly", true));
        Answers answers = oci.ask(bundle, "create", "/new", "--", "mkdir", "/dev/shm/new");
        assertThat(answers.errno("create")).isEqualTo("EROFS");
        assertThat(answers.errno("mkdir")).isEmpty();
    }

    @Test
    void itsMountsAreThoseOfTheConfiguration() throws Exception {
        Bundle bundle = oci.bundle()
                .edit(config -> config.add(
                        "mounts",
                        Map.of(
                                "destination",
                                "/data",
                                "type",
                                "bind",
                                "source",
                                "/opt",
                                "options",
                                List.of("rbind", "rro", "nosuid"))));
        Map<String, JsonObject> mounts = oci.ask(bundle, "mountinfo").of("mountinfo").objects("mounts").stream()
                .collect(Collectors.toMap(mount -> mount.text("point"), mount -> mount, (one, other) -> other));
        assertThat(mounts.get("/proc").text("type")).isEqualTo("proc");
        assertThat(mounts.get("/dev").text("super")).contains("size=65536k", "mode=755");
        assertThat(mounts.get("/dev/pts").text("super")).contains("gid=5", "ptmxmode=666");
        assertThat(mounts.get("/dev/mqueue").text("type")).isEqualTo("mqueue");
        assertThat(mounts.get("/sys").text("options")).startsWith("ro,").contains("nosuid", "nodev", "noexec");
        assertThat(mounts.get("/sys/fs/cgroup").text("options")).startsWith("ro,");
        assertThat(mounts.get("/etc/hostname").text("root")).endsWith("/hostname");
        assertThat(mounts.get("/data").text("options")).startsWith("ro,").contains("nosuid");
    }

    @Test
    void whatIsMaskedIsEmptyAndWhatIsReadOnlyRefuses() throws Exception {
        Answers answers = oci.ask(
                "stat", "/proc/kcore", "--", "ls", "/sys/firmware", "--", "write", "/proc/sys/kernel/domainname", "x");
        assertThat(answers.of("stat").number("minor")).isEqualTo(3);
        assertThat(answers.of("ls").list("names")).isEmpty();
        assertThat(answers.errno("write")).isEqualTo("EROFS");
    }

    @Test
    void itHasNamespacesOfItsOwn() throws Exception {
        Bundle bundle = oci.bundle()
                .edit(config ->
                        config.add("linux.namespaces", Map.of("type", "cgroup")).put("domainname", "estiba.dev"));
        Answers answers = oci.ask(bundle, "ns", "--", "uname", "--", "interfaces");
        for (String kind : List.of("cgroup", "ipc", "mnt", "net", "pid", "uts")) {
            String inode = "[" + answers.of("ns").number(kind) + "]";
            assertThat(guest.call("readlink", "/proc/1/ns/" + kind).output().strip())
                    .doesNotEndWith(inode);
        }
        assertThat(guest.call("readlink", "/proc/1/ns/user").output().strip())
                .endsWith("[" + answers.of("ns").number("user") + "]");
        assertThat(answers.of("uname").text("hostname")).isEqualTo(bundle.id());
        assertThat(answers.of("uname").text("domainname")).isEqualTo("estiba.dev");
        assertThat(answers.of("interfaces").objects("interfaces"))
                .singleElement()
                .satisfies(one -> assertThat(one.text("name")).isEqualTo("lo"));
    }

    @Test
    void limitsAndKernelParametersAreSet() throws Exception {
        Bundle bundle = oci.bundle()
                .edit(config -> config.put("process.oomScoreAdj", 77)
                        .put("process.rlimits", List.of(Map.of("type", "RLIMIT_NOFILE", "soft", 100, "hard", 200))));
        Answers answers =
                oci.ask(bundle, "rlimits", "--", "oom", "--", "sysctl", "net.ipv4.ip_unprivileged_port_start");
        assertThat(answers.of("rlimits").list("RLIMIT_NOFILE")).isEqualTo(List.of(100L, 200L));
        assertThat(answers.of("oom").text("oom_score_adj")).isEqualTo("77");
        assertThat(answers.of("sysctl").text("value")).isEqualTo("0");
    }

    @Test
    void itsProcessHoldsNothingOfTheHost() throws Exception {
        Answers answers = oci.ask("fds", "--", "climb", "--", "open-host-exe", "0");
        assertThat(answers.of("fds").objects("fds")).hasSize(3);
        assertThat(answers.of("climb").toString()).doesNotContain("\"leads\"");
    }

    @Test
    void hooksRunInTheirOrder() throws Exception {
        Bundle bundle = oci.bundle().args("/bin/sh", "-c", "echo program");
        String log = GuestOci.place(bundle.id()) + "/hooks";
        for (String kind : List.of("prestart", "createRuntime", "createContainer", "poststart", "poststop")) {
            hook(bundle, kind, List.of("sh", "-c", "cat >/dev/null; echo " + kind + " >>" + log));
        }
        hook(bundle, "startContainer", List.of("sh", "-c", "echo startContainer >/started"));
        assertThat(oci.run(bundle).succeeds().output()).isEqualTo("program\n");
        assertThat(guest.read(log)).isEqualTo("prestart\ncreateRuntime\ncreateContainer\npoststart\npoststop\n");
        assertThat(guest.read(GuestOci.place(bundle.id()) + "/rootfs/started")).isEqualTo("startContainer\n");
    }

    private static void hook(Bundle bundle, String kind, List<String> args) throws IOException {
        bundle.edit(config -> config.add("hooks." + kind, Map.of("path", "/bin/sh", "args", args)));
    }

    /** The guest's serial line is a terminal too. What is written there is on its console. */
    @Test
    void itHasATerminalWhenItsCallerHasOne() throws Exception {
        Bundle bundle =
                oci.bundle().probe("isatty", "--", "ttyname", "0").edit(config -> config.put("process.terminal", true));
        oci.push(bundle);
        guest.run("setsid sh -c 'estiba-oci run --bundle " + GuestOci.place(bundle.id()) + " " + bundle.id()
                        + "' </dev/ttyS0 >/dev/ttyS0 2>&1")
                .succeeds();
        Answers answers = Answers.parse(guest.console());
        assertThat(answers.of("isatty").toString()).doesNotContain("false");
        assertThat(answers.of("ttyname").toString()).contains("/dev/pts/0");
    }
}
