package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An ordinary user's containers where version 2 is all there is: with a group that root has delegated, and without. */
@GuestTest
class RootlessGuestTest {
    private static final String RUN = "estiba-oci run --bundle bundle one";
    private static final String DETACHED =
            "estiba-oci run -d --bundle bundle one </dev/null >out 2>&1 || { cat out; exit 1; }\n";
    private static final String KILLED = """
            for round in $(seq 100); do estiba-oci state one | grep -q '"status": "stopped"' && break; sleep 0.1; done
            estiba-oci delete one
            """;

    private final Sailor sailor;

    RootlessGuestTest(GuestKernel kernel, Guests guests) throws IOException {
        this.sailor = Sailor.in(guests.of(kernel));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        sailor.sh("estiba-oci delete --force one");
        assertThat(sailor.left()).isEmpty();
    }

    private JsonObject limited() throws IOException {
        return sailor.config("sleep", "1000")
                .add("linux.namespaces", Map.of("type", "cgroup"))
                .put("linux.resources", JsonObject.parse("""
                        {"memory": {"limit": 67108864}, "pids": {"limit": 77}, "blockIO": {"weight": 500},
                         "cpu": {"shares": 2000, "quota": 40000, "period": 50000, "cpus": "0"},
                         "devices": [{"allow": false, "access": "rwm"}]}"""));
    }

    /** What the last mount, that of the groups, is made with. */
    private static JsonObject withGroups(JsonObject config, String... options) {
        List<Object> mounts = new ArrayList<>(config.list("mounts"));
        mounts.removeLast();
        mounts.add(Map.of(
                "destination", "/sys/fs/cgroup", "type", "cgroup", "source", "cgroup", "options", List.of(options)));
        return config.put("mounts", mounts);
    }

    /** It is beside its caller's, as in runc: that one has a process in it. */
    @Test
    void aContainerHasAGroupBeneathTheDelegatedOne() throws Exception {
        sailor.configure(limited());
        assertThat(sailor.sh(DETACHED + """
                        cd /sys/fs/cgroup/harbour/sailor/one
                        grep . memory.max pids.max cpu.max cpu.weight cpuset.cpus io.weight
                        estiba-oci exec one sh -c 'cat /proc/self/cgroup /proc/1/cgroup /sys/fs/cgroup/pids.max'
                        estiba-oci pause one
                        cat cgroup.freeze
                        estiba-oci list | sed -n 's/.* \\(paused\\) .*/\\1/p'
                        estiba-oci resume one
                        estiba-oci update --memory 80M --memory-swap 100M --pids-limit 55 one
                        grep . cgroup.freeze memory.max pids.max
                        estiba-oci events --stats one | sed 's/.*"pids":{"current":[12],"limit":\\([0-9]*\\)}.*/limit \\1/'
                        estiba-oci ps one | sed 's/.* \\(sailor .*\\)/\\1/'
                        estiba-oci kill --all one KILL
                        """ + KILLED).succeeds().output()).isEqualTo("""
                        memory.max:67108864
                        pids.max:77
                        cpu.max:40000 50000
                        cpu.weight:170
                        cpuset.cpus:0
                        io.weight:default 4950
                        0::/
                        0::/
                        77
                        1
                        paused
                        cgroup.freeze:0
                        memory.max:83886080
                        pids.max:55
                        limit 55
                        PID   USER     COMMAND
                        sailor   sleep 1000
                        """);
    }

    /** The kernel starts nobody there from a place that is not the user's ("Delegation Containment"). */
    @Test
    void aGroupThatIsNamedIsThatOneOrAnError() throws Exception {
        sailor.configure(limited().put("linux.cgroupsPath", "/harbour/sailor/named"));
        assertThat(sailor.sh(DETACHED + """
                        cat /sys/fs/cgroup/harbour/sailor/named/memory.max
                        estiba-oci kill one KILL
                        """ + KILLED).succeeds().output()).isEqualTo("67108864\n");
        assertThat(sailor.withoutDelegation(RUN).error())
                .contains("what its caller's cgroup and this one are both beneath must be the caller's")
                .contains("permission denied");
        assertThat(sailor.left()).isEmpty();
        sailor.configure(sailor.config("true").put("linux.cgroupsPath", "/harbour/quay/named"));
        assertThat(sailor.sh(RUN).error()).contains("make cgroup /sys/fs/cgroup/harbour/quay/named: permission denied");
    }

    @Test
    void withoutDelegationLimitsAreRefusedInRuncsWords() throws Exception {
        sailor.configure(limited());
        Guest.Result refused = sailor.withoutDelegation(RUN);
        assertThat(refused.error())
                .contains(
                        "run failed: unable to start container process: unable to apply cgroup configuration: rootless"
                                + " needs no limits + no cgrouppath when no permission is granted for cgroups:"
                                + " mkdir /sys/fs/cgroup/harbour/one: permission denied");
        assertThat(refused.status()).isEqualTo(1);
    }

    /** And what takes a group says that there is none. */
    @Test
    void withoutDelegationAContainerStaysInItsCallersGroup() throws Exception {
        sailor.configure(sailor.config("sleep", "1000"));
        Guest.Result life = sailor.withoutDelegation(DETACHED + """
                estiba-oci exec one cat /proc/self/cgroup /proc/1/cgroup
                estiba-oci pause one
                estiba-oci update --memory 80M one
                estiba-oci exec --cgroup below one true
                estiba-oci kill --all one KILL
                """ + KILLED);
        assertThat(life.succeeds().output()).isEqualTo("0::/harbour/quay\n0::/harbour/quay\n");
        assertThat(life.error())
                .contains("open /sys/fs/cgroup/harbour/one/cgroup.events: no such file or directory")
                .contains("open /sys/fs/cgroup/harbour/one/memory.max: no such file or directory")
                .contains("open cgroup /sys/fs/cgroup/harbour/one/below: no such file or directory");
    }

    /** As in runc: who is called from elsewhere goes in without the limits. */
    @Test
    void anExecFromElsewhereStaysThere() throws Exception {
        sailor.configure(limited());
        sailor.sh(DETACHED).succeeds();
        assertThat(sailor.withoutDelegation("estiba-oci exec one cat /proc/self/cgroup")
                        .succeeds()
                        .output())
                .isEqualTo("0::/../../quay\n");
    }

    /** A group that has handed controllers down has no place for processes: exec joins init's. */
    @Test
    void aContainerMakesGroupsOfItsOwn() throws Exception {
        sailor.configure(withGroups(
                        sailor.config(
                                "sh",
                                "-c",
                                "cd /sys/fs/cgroup && mkdir a b && echo 1 >a/cgroup.procs"
                                        + " && echo +memory >cgroup.subtree_control && exec sleep 1000"),
                        "nosuid",
                        "noexec",
                        "nodev")
                .add("linux.namespaces", Map.of("type", "cgroup")));
        Guest.Result execs = sailor.sh(DETACHED + """
                for round in $(seq 100); do
                    grep -q memory /sys/fs/cgroup/harbour/sailor/one/cgroup.subtree_control && break
                    sleep 0.1
                done
                for words in 'exec one' 'exec --cgroup b one' 'exec --cgroup / one'; do
                    estiba-oci $words cat /proc/self/cgroup
                done
                """);
        assertThat(execs.output()).isEqualTo("0::/a\n0::/b\n");
        assertThat(execs.error()).contains("start the joiner in cgroup /: device or resource busy");
    }

    private static final String WRITES = """
            at=/sys/fs/cgroup
            for group in . shell sailor sailor/shell harbour/sailor harbour/sailor/shell; do
                [ ! -e $at/$group/cgroup.procs ] || echo seen
                (echo 0 >$at/$group/cgroup.procs) 2>/dev/null && echo "wrote $group"
                mkdir $at/$group/made 2>/dev/null && echo "made $group/made"
            done
            true
            """;

    private JsonObject attack() throws IOException {
        return sailor.config("sh", "-c", WRITES);
    }

    /** {@code spec --rootless} binds all of /sys, and with it groups that are the user's outside. */
    @Test
    void cve_2023_25809_theHostsGroupsAreSeenAndNotWritten() throws Exception {
        sailor.configure(attack());
        assertThat(sailor.sh(RUN).succeeds().output()).isEqualTo("seen\n".repeat(3));
        // It is the mount's option that keeps it from them.
        sailor.configure(withGroups(attack(), "nosuid", "noexec", "nodev"));
        assertThat(sailor.sh(RUN
                                + "; rmdir /sys/fs/cgroup/harbour/sailor/made /sys/fs/cgroup/harbour/sailor/shell/made")
                        .output())
                .contains("wrote harbour/sailor/shell", "made harbour/sailor/made");
    }

    @Test
    void cve_2023_25809_norWhereTheContainerHasANamespaceAndNoGroup() throws Exception {
        sailor.configure(attack().add("linux.namespaces", Map.of("type", "cgroup")));
        assertThat(sailor.withoutDelegation(RUN).succeeds().output()).isEmpty();
    }

    /** As under rootless podman with {@code --cgroupns=host}. */
    @Test
    void cve_2023_25809_norByRootOfAUserNamespace() throws Exception {
        List<Object> root = JsonObject.array(JsonObject.parse("{\"containerID\": 0, \"hostID\": 0, \"size\": 1}"));
        sailor.configure(attack().put("linux.uidMappings", root).put("linux.gidMappings", root));
        assertThat(sailor.sh("unshare -U -r -m estiba-oci --root /run/user/1000/inner run --bundle bundle one")
                        .succeeds()
                        .output())
                .isEqualTo("seen\n".repeat(3));
    }
}
