package dev.estiba.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.Step;
import dev.estiba.runtime.planner.Request.Tag;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An exec in a container without namespaces: what its plan does in which order, and what no plan comes of. */
class JailExecTest {
    private static final String CONFIG = """
            {"ociVersion": "1.2.0", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["x"], "user": {"uid": 7, "gid": 7}},
             "linux": {"seccomp": {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["exit"], "action": "SCMP_ACT_ALLOW"}]}}}
            """;
    private static final String PROCESS = """
            {"cwd": "/", "args": ["/bin/sh"], "env": ["HOME=/"], "user": {"uid": 7, "gid": 8}, "noNewPrivileges": true,
             "capabilities": {"bounding": []}}
            """;

    private static Plan plan(String process, String... words) {
        return Gathered.ofContainer(words)
                .add(Tag.CONFIG, CONFIG)
                .add(Tag.PROCESS, process)
                .plan();
    }

    private static Plan plan() {
        return plan(PROCESS, "exec", "--detach", "--process", "-", "c1");
    }

    private static List<String> sentences(Plan plan, Actor actor) {
        return plan.part(actor).steps().stream().map(Step::sentence).toList();
    }

    private static void inOrder(List<String> sentences, String... some) {
        assertThat(sentences).containsSubsequence(some);
    }

    @Test
    void theRootIsTheFirstProcesssWhoseStartIsOverAndThatLives() {
        List<String> outer = sentences(plan(), Actor.OUTER);
        inOrder(
                outer,
                "/proc is not a proc file system",
                "wait until no other call is making or removing container c1",
                "hold the container's init",
                "ask when init was started",
                "ask whether init has ended",
                "read /sys/fs/cgroup/freezer/t/c1/freezer.state",
                "open the jail's root",
                "ask whether init has ended",
                "unlock the state directory",
                "start the process",
                "wait until the program runs");
        assertThat(Gathered.data(plan())).contains("4242/root");
    }

    /** Who waits for the first one's end kills who is in its groups: so it is asked for when this one is in them. */
    @Test
    void itIsKeptInBeforeItIsAnybody() {
        inOrder(
                sentences(plan(), Actor.INIT),
                "die with the runtime",
                "join cgroup /sys/fs/cgroup/freezer/t/c1",
                "join cgroup /sys/fs/cgroup/pids/t/c1",
                "ask whether init has ended",
                "make it this process's root",
                "go to the root",
                "live on without the runtime",
                "enter the Landlock domain",
                "set no_new_privs",
                "drop CAP_SYS_ADMIN from the bounding set",
                "become user 7",
                "take the capabilities",
                "ask for the working directory",
                "close every other descriptor when the program starts",
                "exec /bin/sh");
        assertThat(sentences(plan(), Actor.INIT)).anyMatch(each -> each.startsWith("install the seccomp filter"));
        assertThat(sentences(plan(), Actor.UNDO)).contains("kill the process");
        assertThat(sentences(plan(), Actor.JOINER)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"uid\": 7|\"uid\": 0|its root would be the host's: run it as another user",
                "\"noNewPrivileges\": true|\"noNewPrivileges\": false|without no_new_privs a set-user-ID program is the"
                        + " host's root",
                "\"HOME=/\"|\"A=b\"|HOME must be said",
                "\"cwd\"|\"terminal\": true, \"cwd\"|it has no terminals of its own",
                "\"bounding\": []|\"bounding\": [\"CAP_SYS_CHROOT\"]|CAP_SYS_CHROOT is a way out of it",
                "\"bounding\": []|\"ambient\": [\"CAP_KILL\"]|CAP_KILL is a way out of it",
                "\"bounding\": []|\"permitted\": [\"CAP_SYS_ADMIN\"]|CAP_SYS_ADMIN is a way out of it",
                ", \"capabilities\": {\"bounding\": []}||its capabilities must be said",
            })
    void whatNoProcessOfAJailMayBe(String part, String other, String why) {
        String process = PROCESS.replaceAll("\\s+", " ");
        assertThat(process).contains(part);
        String changed = process.replace(part, other == null ? "" : other);
        boolean terminal = changed.contains("terminal");
        Plan plan = terminal
                ? plan(changed, "exec", "--detach", "--console-socket", "/s", "--process", "-", "c1")
                : plan(changed, "exec", "--detach", "--process", "-", "c1");
        assertThat(Gathered.failure(plan)).isEqualTo("exec failed: no jail by chroot: " + why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|a process in it is left to a monitor, or --detach",
                "--detach --preserve-fds 1|descriptors from outside are ways out of it",
                "--detach --cgroup a|its groups tell which processes are its own: none has others",
            })
    void howNoneIsBroughtIn(String options, String why) {
        String words = "exec " + (options == null ? "" : options + " ") + "--process - c1";
        assertThat(Gathered.failure(plan(PROCESS, words.split(" "))))
                .isEqualTo("exec failed: no jail by chroot: " + why);
    }
}
