package dev.estiba.testkit.attacks;

import static dev.estiba.testkit.attacks.Weakening.calls;
import static dev.estiba.testkit.attacks.Weakening.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Host;
import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Capability;
import dev.estiba.linux.number.SystemCall;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Op;
import dev.estiba.runtime.plan.Step;
import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.faults.Place.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each attack succeeds against a plan from which the step that holds it off was taken, and fails against the plan as it is.
 * {@code attacks.txt} says where every row of the record of attacks is tested.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WeakenedKernelTest {
    private static final String OUTSIDE =
            "current working directory is outside of container mount namespace root -- possible container breakout detected";

    @TempDir
    private Path directory = Path.of("/");

    private Weakened weakened;

    /** Whether it has succeeded. */
    private interface Attack {
        boolean on(Trial trial) throws Exception;
    }

    @BeforeAll
    void open(@TempDir Path place) throws Exception {
        weakened = Weakened.open(place);
    }

    @AfterAll
    void close() throws Exception {
        if (weakened != null) {
            weakened.close();
        }
    }

    private void isHeldOffBy(Weakening taken, Attack attack) throws Exception {
        try (Trial trial = weakened.trial(Files.createDirectory(directory.resolve("weakened")), taken)) {
            boolean succeeded = attack.on(trial);
            weakened.hasWorked();
            assertThat(succeeded).as("against the weakened plan it succeeds").isTrue();
            trial.forgive();
        }
        try (Trial trial = Trial.open(Files.createDirectory(directory.resolve("real")))) {
            assertThat(attack.on(trial)).as("against the real plan it succeeds").isFalse();
        }
    }

    private static JsonObject bind(Path source, String destination) {
        return JsonObject.parse("{}")
                .put("type", "bind")
                .put("source", source.toString())
                .put("destination", destination)
                .put("options", List.of("rbind"));
    }

    private static Answers answers(Result result) {
        return Answers.parse(result.output());
    }

    /** {@code probe VERB …} of which the first answer has no error. */
    private static boolean works(Trial trial, Bundle bundle, String... words) throws Exception {
        Result result = trial.run(bundle.probe(words));
        return result.status() == 0 && answers(result).errno(words[0]).isEmpty();
    }

    @Test
    void cve_2016_3697_withoutTheUser() throws Exception {
        Predicate<Step> users = step -> step.op() == Op.CALL
                && step.call().map(SystemCall::name).orElse("").matches("setresuid|setresgid|setuid|setgid");
        Weakening root = Weakening.none()
                .argument(users, 0, any -> Arg.ZERO)
                .argument(users, 1, any -> Arg.ZERO)
                .argument(users, 2, any -> Arg.ZERO);
        isHeldOffBy(root, trial -> {
            Bundle bundle = trial.bundle()
                    .probe("ids")
                    .edit(config -> config.put("process.user.uid", 1000).put("process.user.gid", 1000));
            Files.writeString(bundle.rootfs().resolve("etc/passwd"), "1000:x:0:0:root:/root:/bin/sh\n");
            return answers(trial.run(bundle).succeeds()).of("ids").number("uid") == 0;
        });
    }

    @Test
    void cve_2019_16884_cve_2025_52881_withoutTheProofThatATargetIsNotInProc() throws Exception {
        String sentence = "\"/data\" cannot be mounted because it leads into /proc";
        isHeldOffBy(Weakening.none().without(named(sentence)), trial -> {
            Bundle bundle = trial.bundle()
                    .probe("statfs", "/proc/sys")
                    .edit(config -> config.add("mounts", bind(trial.canary.resolve("directory"), "/data")));
            Files.createSymbolicLink(bundle.rootfs().resolve("data"), Path.of("/proc/sys"));
            Result result = trial.run(bundle);
            return result.status() == 0
                    && !answers(result).of("statfs").text("magic").equals("00009fa0"); // PROC_SUPER_MAGIC
        });
    }

    @Test
    void cve_2019_19921_cve_2023_27561_cve_2023_28642_withLinksToProc() throws Exception {
        String sentence = "mount proc on /proc (its path must be a directory without symbolic links)";
        Weakening links = Weakening.none().bytes(calls(sentence), 2, 24, how -> {
            long noFollow = 0400000;
            return how.putLong(0, how.getLong(0) & ~noFollow).putLong(16, 0x10 /* RESOLVE_IN_ROOT */);
        });
        isHeldOffBy(links, trial -> {
            Bundle bundle = trial.bundle().probe("statfs", "/fake");
            Path root = bundle.rootfs();
            Files.delete(root.resolve("proc"));
            Files.createDirectory(root.resolve("fake"));
            Files.createSymbolicLink(root.resolve("proc"), Path.of("fake"));
            Result result = trial.run(bundle);
            return result.status() == 0
                    && answers(result).of("statfs").text("magic").equals("00009fa0");
        });
    }

    /** By the text of the path, as the host would resolve it. */
    @Test
    void cve_2021_30465_cve_2024_45310_withAPathInThePlaceOfADescriptor() throws Exception {
        placeByPath("/data/made", "data");
    }

    @Test
    void cve_2026_41579_cve_2026_88264_cve_2026_88265_withAPathInTheImagesDev() throws Exception {
        placeByPath("/dev/made", "dev");
    }

    @Test
    void cve_2025_24965_cve_2024_0132_withAPathInTheImagesEtc() throws Exception {
        placeByPath("/etc/made", "etc");
    }

    private void placeByPath(String target, String link) throws Exception {
        String[] root = {""};
        Predicate<Step> place = step -> step.op() == Op.MKDIRS
                && step.sentence().startsWith("bind ")
                && step.sentence().endsWith(" to " + target);
        Weakening byPath = Weakening.none()
                .with(
                        place,
                        (step, data, spare) -> new Step(
                                Op.CALL,
                                SystemCall.named("openat"),
                                0,
                                List.of(
                                        Arg.of(-100),
                                        data.text(root[0] + target),
                                        Arg.of(0102),
                                        Arg.of(0644)), // O_RDWR | O_CREAT
                                step.result(),
                                Optional.empty(),
                                OnFailure.STOP,
                                step.sentence(),
                                false,
                                ""));
        isHeldOffBy(byPath, trial -> {
            Path source = Files.writeString(trial.place.directory().resolve("source"), "");
            Bundle bundle = trial.bundle()
                    .probe("true")
                    .edit(config -> config.list("mounts")
                            .removeIf(one -> one.toString().contains("destination=/dev")
                                    || one.toString().contains("destination=/etc")));
            bundle.edit(config -> config.add("mounts", bind(source, target)));
            Path linked = bundle.rootfs().resolve(link);
            trial.place.runProgram(List.of("rm", "-rf", linked.toString())).succeeds();
            Files.createSymbolicLink(linked, trial.canary.resolve("directory"));
            root[0] = bundle.rootfs().toString();
            trial.run(bundle);
            return Files.exists(trial.canary.resolve("directory/made"));
        });
    }

    @Test
    void cve_2022_24769_cve_2022_29162_withInheritableCapabilities() throws Exception {
        Predicate<Step> sets = calls("take the final capabilities");
        // linux/capability.h: effective, permitted, inheritable, twice.
        Weakening inherit = Weakening.none()
                .bytes(sets, 1, 24, words -> words.putInt(8, words.getInt(4)).putInt(20, words.getInt(16)));
        isHeldOffBy(inherit, trial -> {
            Bundle bundle = trial.bundle().probe("caps");
            return !answers(trial.run(bundle).succeeds())
                    .of("caps")
                    .text("inheritable")
                    .matches("0+");
        });
    }

    @Test
    void cve_2024_21626_withoutTheProofOfTheWorkingDirectory() throws Exception {
        isHeldOffBy(Weakening.none().without(named(OUTSIDE)), trial -> {
            boolean escaped = false;
            for (int n = 3; n < 40; n++) {
                String cwd = "/proc/self/fd/" + n;
                Bundle bundle = trial.bundle().probe("climb").edit(config -> config.put("process.cwd", cwd));
                Result result = trial.run(bundle);
                escaped |= result.status() == 0
                        && !answers(result).of("climb").list("escapes").isEmpty();
            }
            return escaped;
        });
    }

    @Test
    void cve_2024_21626_cve_2016_9962_withDescriptorsThatStayOpen() throws Exception {
        Predicate<Step> closing = calls("close every other descriptor when the program starts");
        Predicate<Step> opening = calls("open /proc");
        Weakening open = Weakening.none()
                .without(closing)
                .argument(opening, 2, flags -> Arg.of(((Arg.Immediate) flags).value() & ~02000000)); // O_CLOEXEC
        isHeldOffBy(open, trial -> {
            Result result = trial.run(trial.bundle().probe("fds"));
            return result.status() == 0
                    && answers(result).of("fds").objects("fds").size() > 3;
        });
    }

    @Test
    void cve_2025_31133_withTheContainersOwnFileAsAMask() throws Exception {
        assumeTrue(
                !System.getProperty("estiba.without", "").contains("open_tree"),
                "--without open_tree: the step that is changed is not there");
        String[] root = {""};
        Predicate<Step> source = step -> step.op() == Op.CALL
                && step.sentence().equals("mask /proc/interrupts")
                && step.call().map(SystemCall::name).orElse("").equals("open_tree")
                && step.args().getFirst().equals(Arg.of(-100));
        Weakening own = Weakening.none()
                .with(
                        source,
                        (step, data, spare) -> Weakening.copy(
                                step,
                                Op.CALL,
                                List.of(
                                        step.args().get(0),
                                        data.text(root[0] + "/null"),
                                        step.args().get(2)),
                                step.result()));
        isHeldOffBy(own, trial -> {
            Bundle bundle = trial.bundle().probe("read", "/proc/interrupts");
            Files.createSymbolicLink(bundle.rootfs().resolve("null"), trial.canary.resolve("file"));
            root[0] = bundle.rootfs().toString();
            Result result = trial.run(bundle);
            return result.status() == 0
                    && answers(result).of("read").text("text").contains(Trial.SECRET);
        });
    }

    @Test
    void maskedFilesCanBeReadWithoutTheirMasks() throws Exception {
        Weakening unmasked = Weakening.none().without(calls("mask /proc/interrupts"));
        isHeldOffBy(unmasked, trial -> {
            Result result = trial.run(trial.bundle().probe("read", "/proc/interrupts"));
            return answers(result.succeeds()).of("read").text("text").contains("CPU0");
        });
    }

    @Test
    void kernelSettingsCanBeWrittenWithoutReadOnlyPaths() throws Exception {
        for (String file : List.of("kernel/core_pattern", "kernel/hotplug", "kernel/modprobe", "vm/drop_caches")) {
            if (!Files.exists(Path.of("/proc/sys", file))) {
                continue; // not every kernel loads modules
            }
            Weakening writable = Weakening.none().without(calls("make /proc/sys read-only"));
            Attack attack = trial -> works(trial, trial.bundle(), "open", "/proc/sys/" + file, "w");
            isHeldOffIn(file.replace('/', '-'), writable, attack);
        }
        if (Files.exists(Path.of("/proc/sysrq-trigger"))) {
            isHeldOffIn(
                    "sysrq",
                    Weakening.none().without(calls("make /proc/sysrq-trigger read-only")),
                    trial -> works(trial, trial.bundle(), "open", "/proc/sysrq-trigger", "w"));
        }
        isHeldOffIn(
                "sys",
                Weakening.none()
                        .argument(
                                calls("mount sysfs on /sys")
                                        .and(step -> step.args().size() == 5),
                                3,
                                flags -> Arg.of(((Arg.Immediate) flags).value() & ~1L)), // MS_RDONLY
                trial -> works(trial, trial.bundle(), "open", "/sys/kernel/rcu_expedited", "w"));
    }

    private void isHeldOffIn(String name, Weakening taken, Attack attack) throws Exception {
        Path all = directory;
        directory = Files.createDirectory(all.resolve(name));
        try {
            isHeldOffBy(taken, attack);
        } finally {
            directory = all;
        }
    }

    /** Or, the older way, a remount by flags that were computed. */
    private static boolean setsAttributes(Step step) {
        return switch (step.call().map(SystemCall::name).orElse("")) {
            case "mount_setattr" -> true;
            case "mount" -> step.args().get(3) instanceof Arg.Register;
            default -> false;
        };
    }

    @Test
    void cve_2023_25809_cve_2022_0492_cgroupsCanBeWrittenWithoutReadOnly() throws Exception {
        Predicate<Step> readOnly = step -> step.op() == Op.CALL
                && step.sentence().startsWith("mount cgroup on /sys/fs/cgroup")
                && setsAttributes(step);
        isHeldOffBy(Weakening.none().without(readOnly), trial -> {
            Bundle bundle = trial.bundle();
            try (Stream<Path> found = Files.list(Path.of("/sys/fs/cgroup"))) {
                boolean unified = found.anyMatch(file -> file.endsWith("cgroup.controllers"));
                String file = unified ? "cgroup.procs" : "memory/notify_on_release";
                return works(trial, bundle, "open", "/sys/fs/cgroup/" + file, "w");
            }
        });
    }

    @Test
    void hostProcessesAreSeenWithoutAPidNamespace() throws Exception {
        long newPid = 0x20000000;
        Weakening shared = Weakening.none()
                .argument(
                        step -> step.sentence().equals("start the container's init"),
                        1,
                        flags -> Arg.of(((Arg.Immediate) flags).value() & ~newPid));
        isHeldOffBy(shared, trial -> {
            Result result = trial.run(trial.bundle()
                    .probe("proc", Long.toString(ProcessHandle.current().pid())));
            return result.output().matches("(?s).*\"PPid\":\"\\d.*");
        });
    }

    private static Bundle withAllCapabilities(Bundle bundle) throws IOException {
        long own = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapPrm:"))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring("CapPrm:".length()).strip(), 16))
                .sum();
        List<String> all = Stream.of(Capability.values())
                .filter(one -> (own & one.bit()) != 0)
                .map(Capability::fullName)
                .toList();
        return bundle.edit(config -> {
            for (String set : List.of("bounding", "effective", "permitted")) {
                config.put("process.capabilities." + set, all);
            }
        });
    }

    private static Weakening noFilter() {
        return Weakening.none().without(step -> step.sentence().startsWith("install the seccomp filter"));
    }

    /** With all of root's powers as well, so that it is the filter that answers. */
    @Test
    void cve_2022_0492_cve_2022_0185_newNamespacesAndMountsWithoutTheFilter() throws Exception {
        for (String namespace : List.of("user", "mnt", "cgroup")) {
            isHeldOffIn(
                    namespace,
                    noFilter(),
                    trial -> works(trial, withAllCapabilities(trial.bundle()), "unshare", namespace));
        }
        isHeldOffIn(
                "mount",
                noFilter(),
                trial -> works(trial, withAllCapabilities(trial.bundle()), "mount-try", "tmpfs", "tmpfs", "/tmp"));
    }

    /**
     * The kernel's answer to a call without sense is another than the filter's. What is missing here a kernel may lack, or
     * answers EPERM by itself; the filter's own tests ask for each call.
     */
    @Test
    void callsThatOnlyTheFilterHoldsOff() throws Exception {
        record Call(String name, String... arguments) {}
        for (Call call : List.of(
                new Call("io_uring_setup", "0", "0"),
                new Call("keyctl", "99"),
                new Call("add_key", "0", "0", "0", "0", "0"),
                new Call("request_key", "0", "0", "0", "0"),
                new Call("bpf", "99", "0", "0"),
                new Call("perf_event_open", "0", "0", "0", "0", "0"),
                new Call("init_module", "0", "0", "0"),
                new Call("open_by_handle_at", "-1", "0", "0"),
                new Call("setns", "-1", "0"),
                new Call("pidfd_getfd", "-1", "0", "0"),
                new Call("fsopen", "0", "0"),
                new Call("move_mount", "-1", "0", "-1", "0", "0"),
                new Call("open_tree", "-1", "0", "0"),
                new Call("userfaultfd", "-1"),
                new Call("kexec_load", "0", "0", "0", "65535"),
                new Call("swapon", "0", "0"),
                new Call("quotactl", "-1", "0", "0", "0"),
                new Call("acct", "1"),
                new Call("move_pages", "-1", "0", "0", "0", "0", "0"),
                new Call("process_madvise", "-1", "0", "0", "0", "0"))) {
            int number = SystemCall.named(call.name())
                    .orElseThrow()
                    .number(Host.abi())
                    .orElseThrow();
            String[] words = Stream.concat(Stream.of("syscall", Integer.toString(number)), Stream.of(call.arguments()))
                    .toArray(String[]::new);
            isHeldOffIn(call.name(), noFilter(), trial -> {
                Result result = trial.run(withAllCapabilities(trial.bundle()).probe(words));
                String errno = answers(result.succeeds()).errno("syscall");
                assertThat(errno).as(call.name()).isNotEmpty();
                return !errno.equals("EPERM");
            });
        }
    }

    /** It answers as a kernel without it, so that a libc takes the older way, whose arguments a filter can read. */
    @Test
    void clone3IsMissingBecauseOfTheFilter() throws Exception {
        assumeTrue(
                !System.getProperty("estiba.without", "").contains("clone3"), "--without clone3: it is missing anyway");
        isHeldOffBy(noFilter(), trial -> {
            String number = Integer.toString(
                    SystemCall.named("clone3").orElseThrow().number(Host.abi()).orElseThrow());
            Result result = trial.run(trial.bundle().probe("syscall", number, "0", "0"));
            return !answers(result.succeeds()).errno("syscall").equals("ENOSYS");
        });
    }

    /** The number of io_uring_setup is the same by the i386 way: there too the filter answers. */
    @Test
    void theI386WayIsNoWayAroundTheFilter() throws Exception {
        assumeTrue(Host.abi() == Abi.X86_64, "only x86-64 has it");
        isHeldOffBy(noFilter(), trial -> {
            Result result = trial.run(trial.bundle().probe("syscall32", "425", "0", "0"));
            assumeTrue(result.status() == 0, "this kernel has no i386 calls");
            return !answers(result).errno("syscall32").equals("EPERM");
        });
    }

    /** AF_ALG is denied by the engine's own profile, {@code DockerProfileTest}; that of these bundles is older. */
    @Test
    void cve_2026_31431_socketsOfRareFamiliesWithoutTheFilter() throws Exception {
        isHeldOffBy(noFilter(), trial -> {
            Result result = trial.run(trial.bundle().probe("socket", "vsock", "stream"));
            return !answers(result.succeeds()).errno("socket").equals("EPERM");
        });
    }
}
