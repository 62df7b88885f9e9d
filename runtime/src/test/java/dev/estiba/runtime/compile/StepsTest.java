package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.runtime.plan.Actor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The other passes, by their steps. */
class StepsTest {
    private static int index(List<String> steps, String part) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).contains(part)) {
                return i;
            }
        }
        throw new AssertionError("no step has " + part + " among " + String.join("\n", steps));
    }

    private static void inOrder(List<String> steps, String... parts) {
        for (int i = 1; i < parts.length; i++) {
            assertThat(index(steps, parts[i - 1]))
                    .as("%s before %s", parts[i - 1], parts[i])
                    .isLessThan(index(steps, parts[i]));
        }
    }

    @Test
    void namespacesAreMadeByCloneAndUnshareAndJoinedByPath() {
        assertThat(new Starts().outer()).anyMatch(step -> step.contains("start init with CLONE_NEWPID"));
        inOrder(
                new Starts().init(),
                "unshare(CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWNET)",
                "keep the container's mounts from the host");
        Starts joining = new Starts().namespaces("mount", "uts", "ipc", "pid=/proc/7/ns/pid", "network=/run/netns/x");
        inOrder(joining.outer(), "setns(R, CLONE_NEWPID)", "start init with 0");
        inOrder(joining.init(), "unshare(CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWIPC)", "setns(R, CLONE_NEWNET)");
        List<String> init =
                new Starts().namespaces("mount", "network=/run/netns/x").init();
        assertThat(init)
                .anyMatch(step -> step.contains("join the network namespace /run/netns/x: setns(R, CLONE_NEWNET)"));
        assertThat(init).noneMatch(step -> step.contains("bring up lo"));
        assertThat(new Starts().init()).anyMatch(step -> step.startsWith("bring up lo: ioctl("));
    }

    /** Who waits for a container adopts the orphans that it leaves where it has no pid namespace of its own. */
    @Test
    void whoWaitsInTheForegroundAdoptsOrphans() {
        String adopts = "prctl(PR_SET_CHILD_SUBREAPER, 1";
        Starts foreground = new Starts().mode(StartRequest.Mode.FOREGROUND);
        inOrder(foreground.outer(), adopts, "start init with");
        assertThat(foreground.noSubreaper().outer()).noneMatch(step -> step.contains(adopts));
        for (StartRequest.Mode mode : List.of(StartRequest.Mode.CREATE, StartRequest.Mode.DETACHED)) {
            assertThat(new Starts().mode(mode).outer()).noneMatch(step -> step.contains(adopts));
        }
    }

    @Test
    void aStartHoldsTheLockOfItsStateUntilItIsRecorded() {
        for (StartRequest.Mode mode : StartRequest.Mode.values()) {
            List<String> outer = new Starts().mode(mode).outer();
            inOrder(
                    outer,
                    "open the state directory of c1",
                    "lock the state directory: flock(R, 2)",
                    "create config.json",
                    "start init with",
                    "tell init that it is recorded",
                    "unlock the state directory: flock(R, 8)");
        }
        inOrder(
                new Starts().mode(StartRequest.Mode.FOREGROUND).outer(),
                "unlock the state directory",
                "wait for the container");
    }

    @Test
    void theRootIsEnteredOnADescriptor() {
        List<String> init = new Starts()
                .top("root", "{\"path\": \"rootfs\", \"readonly\": true}")
                .init();
        inOrder(
                init,
                "MS_SLAVE",
                "open_tree(R, \"\", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH|AT_RECURSIVE)",
                "mount the root file system on itself: move_mount(",
                "fchdir(R)",
                "pivot_root(\".\", \".\")",
                "umount2(\".\", MNT_DETACH)",
                "make the root read-only: mount_setattr(R, \"\", AT_EMPTY_PATH, {set MOUNT_ATTR_RDONLY, clear 0}, 32)");
    }

    @Test
    void aPrivateRootIsPrivateFromTheStart() {
        assertThat(new Starts().linux("rootfsPropagation", "\"private\"").init())
                .anyMatch(step ->
                        step.startsWith("keep the container's mounts from the host") && step.contains("MS_PRIVATE"));
    }

    @Test
    void procGoesOntoARealDirectory() {
        List<String> steps = new Starts()
                .mount(
                        "{\"destination\": \"/proc\", \"type\": \"proc\", \"source\": \"proc\", \"options\": [\"nosuid\"]}")
                .init("mount proc on /proc");
        assertThat(steps).anyMatch(step -> step.contains("RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH"));
        assertThat(steps)
                .last()
                .asString()
                .isEqualTo("mount proc on /proc: mount(\"proc\", \"/proc/self/fd/{R}\", \"proc\", MS_NOSUID, NULL)");
    }

    /** CVE-2019-16884, CVE-2019-19921. */
    @ParameterizedTest
    @ValueSource(strings = {"/proc", "/proc/", "/./proc", "/x/../proc", "proc"})
    void nothingElseIsMountedOnProc(String target) {
        assertThatThrownBy(() -> new Starts()
                        .mount("{\"destination\": \"" + target + "\", \"type\": \"bind\", \"source\": \"/x\"}")
                        .plan())
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessageEndingWith("only proc can be mounted on /proc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/attr", "/proc/sys", "/proc/../proc/1", "/proc/cpuinfo/x"})
    void nothingIsMountedInsideOfProc(String target) {
        assertThatThrownBy(() -> new Starts()
                        .mount("{\"destination\": \"" + target + "\", \"type\": \"bind\", \"source\": \"/x\"}")
                        .plan())
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessageEndingWith("cannot be mounted because it is inside /proc");
    }

    @Test
    void whatLxcfsPutsIntoProcIsAllowed() {
        assertThat(new Starts()
                        .mount("{\"destination\": \"/proc/cpuinfo\", \"type\": \"bind\", \"source\": \"/x\"}")
                        .init("bind /x to /proc/cpuinfo"))
                .isNotEmpty();
    }

    @Test
    void aBindIsClonedChangedAndMoved() {
        List<String> steps = new Starts()
                .mount(
                        "{\"destination\": \"/data\", \"source\": \"volume\", \"options\": [\"rbind\", \"ro\", \"rslave\"]}")
                .init("bind volume to /data");
        assertThat(steps.get(0))
                .contains("open_tree(AT_FDCWD, \"/bundle/volume\", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE)");
        assertThat(steps.get(1)).contains("place \"/data\" in R, made with 0755 as what R is");
        inOrder(steps, "{set MOUNT_ATTR_RDONLY, clear 0}", "move_mount(", "propagation MS_SLAVE");
    }

    @Test
    void masksAreTriedAsFilesAndAsDirectories() {
        List<String> steps = new Starts()
                .linux("maskedPaths", "[\"/proc/kcore\", \"/sys/firmware\"]")
                .init();
        inOrder(
                steps,
                "make the empty directory that masks: move_mount(",
                "mask /proc/kcore: open_tree(AT_FDCWD, \"/dev/null\"",
                "mask /sys/firmware: open_tree(R, \"\"",
                "pivot_root");
        assertThat(steps)
                .anyMatch(step -> step.startsWith("mask /sys/firmware: move_mount(")
                                && step.contains("goes on after EINVAL, ENOTDIR, EISDIR")
                        || step.startsWith("mask /sys/firmware: move_mount(") && step.contains("ENOTDIR"));
        assertThat(steps)
                .anyMatch(step ->
                        step.startsWith("mask /sys/firmware: place") && step.contains("goes on after ENOENT, ENOTDIR"));
    }

    @Test
    void readOnlyPathsAreClonedWithAllBelow() {
        assertThat(new Starts().linux("readonlyPaths", "[\"/proc/sys\"]").init("make /proc/sys read-only"))
                .anyMatch(step -> step.contains(
                        "mount_setattr(R, \"\", AT_EMPTY_PATH|AT_RECURSIVE, {set MOUNT_ATTR_RDONLY, clear 0}, 32)"))
                .last()
                .asString()
                .contains("move_mount(");
    }

    @Test
    void devicesAreMadeOrCheckedAndOwned() {
        List<String> steps = new Starts().linux("devices", """
                        [{"path": "/dev/fuse", "type": "c", "major": 10, "minor": 229, "fileMode": 438, "uid": 5, "gid": 6},
                         {"path": "/dev/deep/pipe", "type": "p"}]""").init();
        assertThat(steps)
                .anyMatch(step -> step.startsWith("make /dev/fuse: mknodat(R, \"fuse\", S_IFCHR|0666, 10:229)"))
                .anyMatch(step -> step.startsWith("make /dev/fuse: the image has something else there: check R = 229"))
                .anyMatch(step ->
                        step.startsWith("give /dev/fuse its owner: fchownat(R, \"fuse\", 5, 6, AT_SYMLINK_NOFOLLOW)"))
                .anyMatch(step -> step.startsWith("make /dev/deep/pipe: mknodat(R, \"pipe\", S_IFIFO|0666, 0:0)"));
        for (String device : List.of(
                "null\", S_IFCHR|0666, 1:3",
                "zero\", S_IFCHR|0666, 1:5",
                "full\", S_IFCHR|0666, 1:7",
                "random\", S_IFCHR|0666, 1:8",
                "urandom\", S_IFCHR|0666, 1:9",
                "tty\", S_IFCHR|0666, 5:0")) {
            assertThat(steps).anyMatch(step -> step.contains("\"" + device));
        }
    }

    @Test
    void aBoundDevIsLeftAlone() {
        assertThat(new Starts()
                        .mount("{\"destination\": \"/dev/\", \"source\": \"/dev\", \"options\": [\"bind\"]}")
                        .init())
                .noneMatch(step -> step.contains("mknodat"));
    }

    @Test
    void aDeviceNeedsItsNumbers() {
        assertThatThrownBy(new Starts().linux("devices", "[{\"path\": \"/dev/x\", \"type\": \"c\"}]")::plan)
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessage("linux.devices: /dev/x needs a major and a minor number");
    }

    @Test
    void identityIsTakenInTheOrderThatPermitsIt() {
        List<String> steps = new Starts()
                .process("user", "{\"uid\": 1000, \"gid\": 100, \"additionalGids\": [5, 6], \"umask\": 18}")
                .process("noNewPrivileges", "true")
                .process("capabilities", """
                        {"bounding": ["CAP_CHOWN"], "effective": ["CAP_CHOWN"], "permitted": ["CAP_CHOWN", "CAP_KILL"],
                         "inheritable": ["CAP_KILL"], "ambient": ["CAP_KILL", "CAP_CHOWN"]}""")
                .init();
        inOrder(
                steps,
                "prctl(PR_SET_NO_NEW_PRIVS, 1)",
                "drop CAP_KILL from the bounding set: prctl(PR_CAPBSET_DROP, CAP_KILL)",
                "prctl(PR_SET_KEEPCAPS, 1)",
                "setgroups(2,",
                "setresgid(100, 100, 100)",
                "setresuid(1000, 1000, 1000)",
                "{effective 0x1, permitted 0x21, inheritable 0x20}",
                "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)",
                "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL)",
                "umask(022)",
                "execve(");
        assertThat(steps)
                .noneMatch(step -> step.contains("drop CAP_CHOWN"))
                .noneMatch(step -> step.contains("PR_CAP_AMBIENT_RAISE, CAP_CHOWN")); // ambient is within inheritable
    }

    @Test
    void unknownCapabilitiesAndLimits() {
        assertThatThrownBy(new Starts().process("capabilities", "{\"bounding\": [\"CHOWN\"]}")::plan)
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessage("process.capabilities.bounding: CHOWN is no capability");
        assertThatThrownBy(
                        new Starts().process("rlimits", "[{\"type\": \"RLIMIT_FOO\", \"soft\": 1, \"hard\": 1}]")::plan)
                .isInstanceOf(UnsupportedConfig.class)
                .hasMessage("process.rlimits: RLIMIT_FOO is no resource limit");
        assertThat(new Starts()
                        .process(
                                "rlimits",
                                "[{\"type\": \"RLIMIT_NOFILE\", \"soft\": 10, \"hard\": 18446744073709551615}]")
                        .init())
                .anyMatch(step -> step.contains("prlimit64(0, 7, {10, 18446744073709551615}, NULL)"));
    }

    /** CVE-2024-21626: the working directory is proved to be inside, and nothing but stdio goes into the program. */
    @Test
    void cve202421626() {
        List<String> steps = new Starts().process("cwd", "\"/proc/self/fd/7\"").init();
        inOrder(
                steps,
                "chdir(\"/proc/self/fd/7\")",
                "getcwd(",
                "current working directory is outside",
                "close_range(3, 0xffffffff, CLOSE_RANGE_CLOEXEC)",
                "execve(");
        assertThat(steps).last().asString().contains("execve(");
        assertThat(new Starts().preserved(2).init())
                .anyMatch(step -> step.contains("fcntl(3, F_SETFD, 0)"))
                .anyMatch(step -> step.contains("fcntl(4, F_SETFD, 0)"))
                .anyMatch(step -> step.contains("close_range(5, 0xffffffff, CLOSE_RANGE_CLOEXEC)"));
    }

    @Test
    void aProgramWithoutASlashIsLookedForInPath() {
        List<String> steps = new Starts()
                .process("args", "[\"prog\", \"arg\"]")
                .process("env", "[\"PATH=/a::/b\", \"HOME=/\"]")
                .init();
        inOrder(
                steps,
                "look for /a/prog",
                "look for ./prog",
                "look for /b/prog",
                "executable file not found in $PATH",
                "execve(");
        assertThat(steps).last().asString().contains("[\"prog\", \"arg\"], [\"PATH=/a::/b\", \"HOME=/\"]");
        assertThat(new Starts().process("args", "[\"/bin/x\"]").init())
                .anyMatch(step -> step.startsWith("exec: \"/bin/x\": stat /bin/x: statx("));
    }

    @Test
    void createEndsAtTheGateAndRunDoesNot() {
        List<String> outer = new Starts().outer();
        assertThat(outer).last().asString().startsWith("leave init to its caller: exit");
        inOrder(
                new Starts().init(),
                "tell the runtime that only the gate is left",
                "wait at the gate for start",
                "execve(");
        List<String> waits = new Starts().mode(StartRequest.Mode.FOREGROUND).outer();
        inOrder(
                waits,
                "wait until the program runs",
                "wait for the container",
                "remove the state directory",
                "end as the container did");
        assertThat(new Starts().mode(StartRequest.Mode.FOREGROUND).init()).noneMatch(step -> step.contains("gate"));
    }

    @Test
    void stateIsWrittenBeforeInitAndTakenBack() {
        List<String> outer = new Starts().pidFile("run/pid").outer();
        inOrder(
                outer,
                "mkdirat(root, \"c1\", 0711)",
                "container with given ID already exists",
                "\"config.json\", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600",
                "\"state.json.new\", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600",
                "renameat(R, \"state.json.new\", R, \"state.json\")",
                "start init with",
                "renameat(R, \"init.new\", R, \"init\")",
                "renameat(AT_FDCWD, \"/cwd/run/.pid\", AT_FDCWD, \"/cwd/run/pid\")");
        assertThat(new Starts().steps(Actor.UNDO))
                .anyMatch(step -> step.contains("unlinkat(root, \"c1\", AT_REMOVEDIR)"))
                .anyMatch(step -> step.startsWith("it was not made here: go to"));
    }

    @Test
    void hooksAreAtTheirPlaces() {
        Starts start = new Starts().top("hooks", """
                {"prestart": [{"path": "/h/prestart"}], "createRuntime": [{"path": "/h/createRuntime", "timeout": 7}],
                 "createContainer": [{"path": "/h/createContainer"}], "startContainer": [{"path": "/h/startContainer"}],
                 "poststart": [{"path": "/h/poststart"}]}""");
        inOrder(start.outer(), "start init with", "await 2", "/h/prestart", "/h/createRuntime", "tell 3", "tell 1");
        inOrder(start.init(), "mount the root", "/h/createContainer", "pivot_root", "/h/startContainer", "execve(");
        assertThat(start.outer())
                .anyMatch(step -> step.contains("/h/createRuntime") && step.contains("for at most 7000 ms"));
        assertThat(start.outer()).noneMatch(step -> step.contains("/h/poststart")); // that is start's
    }
}
