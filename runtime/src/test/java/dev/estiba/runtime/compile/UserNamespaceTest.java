package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.runtime.plan.Actor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose ids a container has, who may write them, and what is then done before and after init is user 0 of its own. */
class UserNamespaceTest {
    private static final String RANGE = "0 100000 65536";

    private static Starts root() {
        return new Starts().mapped(RANGE, RANGE);
    }

    private static void refused(Starts starts, String sentence) {
        assertThatThrownBy(starts::plan).isInstanceOf(UnsupportedConfig.class).hasMessage(sentence);
    }

    private static int at(List<String> steps, String part) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).contains(part)) {
                return i;
            }
        }
        throw new AssertionError("no step with " + part + " in\n" + String.join("\n", steps));
    }

    @Test
    void rootWritesTheMapsItself() {
        List<String> outer = root().steps(Actor.OUTER);
        assertThat(outer.get(at(outer, "start the container's init"))).contains("CLONE_NEWUSER", "CLONE_NEWPID");
        assertThat(at(outer, "write 0 100000 65536 to gid_map"))
                .isLessThan(at(outer, "write 0 100000 65536 to uid_map"));
        assertThat(outer).noneMatch(step -> step.contains("setgroups") || step.contains("newuidmap"));
        assertThat(at(outer, "write 0 100000 65536 to uid_map"))
                .isLessThan(at(outer, "tell init that its ids are mapped"));
    }

    @Test
    void anOrdinaryUserMapsItself() {
        List<String> outer =
                new Starts().rootless().mapped("0 1000 1", "0 1001 1").steps(Actor.OUTER);
        assertThat(at(outer, "write deny to setgroups")).isLessThan(at(outer, "write 0 1001 1 to gid_map"));
        at(outer, "write 0 1000 1 to uid_map");
        assertThat(outer).noneMatch(step -> step.contains("newuidmap") || step.contains("newgidmap"));
    }

    @Test
    void lentIdsAreMappedByTheProgramsThatMay() {
        List<String> outer = new Starts().rootless().mapped(RANGE, RANGE).steps(Actor.OUTER);
        at(outer, "/usr/bin/newgidmap");
        at(outer, "/usr/bin/newuidmap");
        assertThat(outer).noneMatch(step -> step.contains("uid_map") || step.contains("setgroups"));
    }

    /** User 0 of the container has no rights over what is the host's: groups, its /proc, the way to the root file system. */
    @Test
    void whatTakesTheCallersRightsComesBeforeInitIsUser0() {
        List<String> init = root().process("oomScoreAdj", "100").steps(Actor.INIT);
        int become = at(init, "become user 0 of the user namespace");
        for (String part : List.of(
                "wait until the ids are mapped",
                "set oom_score_adj to 100",
                "make the namespaces",
                "mount the root file system on itself")) {
            assertThat(at(init, part)).as(part).isLessThan(become);
        }
        assertThat(init.get(become + 1)).contains("prctl(PR_SET_PDEATHSIG");
        assertThat(at(init, "open the container's /dev")).isGreaterThan(become);
        assertThat(init.get(at(init, "make the namespaces"))).doesNotContain("CLONE_NEWUSER");
    }

    @Test
    void rootOpensWhatIsBoundBeforeInitExists() {
        List<String> outer = root().mount("{\"destination\": \"/x\", \"type\": \"bind\", \"source\": \"secret\"}")
                .steps(Actor.OUTER);
        int start = at(outer, "start the container's init");
        assertThat(outer.get(at(outer, "bind secret to /x"))).contains("open_tree", "/bundle/secret");
        assertThat(at(outer, "bind secret to /x")).isLessThan(start);
        assertThat(outer.get(at(outer, "bind secret to /x (slave)"))).contains("MS_SLAVE");
        assertThat(at(outer, "copy the mounts of the root file system")).isLessThan(start);
    }

    @Test
    void anOrdinaryUserHasNothingToOpenThatInitCouldNot() {
        List<String> outer = new Starts()
                .rootless()
                .mapped("0 1000 1", "0 1001 1")
                .mount("{\"destination\": \"/x\", \"type\": \"bind\", \"source\": \"y\"}")
                .steps(Actor.OUTER);
        assertThat(outer).noneMatch(step -> step.contains("open_tree"));
    }

    @Test
    void devicesAreBoundWhereNobodyMayMakeThem() {
        for (Starts starts : List.of(root(), new Starts().inUserNamespace())) {
            List<String> init = starts.steps(Actor.INIT);
            at(init, "bind the host's /dev/null");
            assertThat(init).noneMatch(step -> step.contains("mknodat"));
        }
    }

    @Test
    void aJoinedOneIsEnteredBeforeInitIsBorn() {
        Starts starts = new Starts().namespaces("mount", "pid", "uts", "ipc", "network=/n/net", "user=/n/user");
        List<String> joiner = starts.steps(Actor.JOINER);
        assertThat(at(joiner, "join the network namespace /n/net"))
                .isLessThan(at(joiner, "join the user namespace /n/user"));
        assertThat(joiner.get(at(joiner, "start the container's init")))
                .contains("CLONE_NEWPID")
                .doesNotContain("CLONE_NEWUSER");
        assertThat(starts.steps(Actor.INIT)).noneMatch(step -> step.contains("setns"));
        List<String> outer = starts.steps(Actor.OUTER);
        assertThat(outer).noneMatch(step -> step.contains("_map"));
        at(outer, "hold init");
    }

    /** Who is root nowhere else must be so in the user namespace first. */
    @Test
    void anOrdinaryUserJoinsTheUserNamespaceFirst() {
        List<String> joiner = new Starts()
                .rootless()
                .namespaces("mount", "pid", "network=/n/net", "user=/n/user")
                .steps(Actor.JOINER);
        assertThat(at(joiner, "join the user namespace /n/user"))
                .isLessThan(at(joiner, "join the network namespace /n/net"));
    }

    @Test
    void whatDoesNotFitIsRefusedInTheWordsThatCallersKnow() {
        refused(
                new Starts().linux("uidMappings", "[" + Starts.mapping(RANGE) + "]"),
                "user namespace mappings specified, but user namespace isn't enabled in the config");
        refused(
                new Starts().namespaces("mount", "user"),
                "user namespaces enabled, but no namespace path to join nor mappings to apply specified");
        refused(
                root().namespaces("mount", "user=/n"),
                "user namespaces enabled, but both namespace path and mapping specified -- you may only provide one");
        refused(root().linux("gidMappings", "[]"), "rootless container requires GIDMappings");
        refused(new Starts().mapped("1 100000 10", RANGE), "linux.uidMappings: user 0 of the container is not mapped");
        refused(new Starts().rootless(), "rootless container requires user namespaces");
        refused(
                new Starts()
                        .rootless()
                        .mapped("0 1000 1", "0 1001 1")
                        .process("user", "{\"uid\": 0, \"gid\": 0, \"additionalGids\": [5]}"),
                "cannot set any additional groups in a rootless container");
        refused(
                new Starts()
                        .rootless()
                        .mapped("0 1000 1", "0 1001 1")
                        .mount(
                                "{\"destination\": \"/p\", \"type\": \"devpts\", \"source\": \"d\", \"options\": [\"gid=5\"]}"),
                "cannot specify gid=5 mount option for rootless container: no such id is mapped");
        refused(
                new Starts()
                        .rootless()
                        .mapped("0 1000 1", "0 1001 1")
                        .linux("resources", "{\"memory\": {\"limit\": 1000000}}"),
                "cannot set limits: container could not join or create cgroup: cgroup version 1 is root's (leave"
                        + " linux.resources out, or name a group of yours in linux.cgroupsPath)");
    }

    @Test
    void aMountsOwnIdsAreMappedThroughANamespaceThatAProcessHoldsForAMoment() {
        Starts starts = new Starts()
                .mount("{\"destination\": \"/x\", \"type\": \"bind\", \"source\": \"/s\", \"options\": [\"rbind\","
                        + " \"ridmap\"], \"uidMappings\": [" + Starts.mapping("0 7 1") + "], \"gidMappings\": ["
                        + Starts.mapping("0 8 1") + "]}");
        List<String> outer = starts.steps(Actor.OUTER);
        assertThat(outer.get(at(outer, "start a process with ids of its own"))).contains("CLONE_NEWUSER");
        at(outer, "write 0 7 1 to uid_map");
        int map = at(outer, "map the ids of /x: mount_setattr");
        assertThat(outer.get(map)).contains("AT_RECURSIVE");
        assertThat(at(outer, "see it off")).isLessThan(map);
        assertThat(map).isLessThan(at(outer, "start the container's init"));
    }

    @Test
    void idMappedMountsThatCannotBeAreRefused() {
        String bind =
                "{\"destination\": \"/x\", \"type\": \"bind\", \"source\": \"/s\", \"options\": [\"bind\", \"idmap\"]";
        refused(
                new Starts().mount(bind + "}"),
                "mount /x: id-mapped mounts without mappings of their own need a user namespace for the container");
        refused(
                new Starts().mount(bind + ", \"uidMappings\": [" + Starts.mapping("0 7 1") + "]}"),
                "mount /x: id-mapped mounts must have both UID and GID mappings specified");
        refused(
                new Starts().rootless().mapped("0 1000 1", "0 1001 1").mount(bind + "}"),
                "mount /x: id-mapped mounts are not supported for rootless containers");
    }
}
