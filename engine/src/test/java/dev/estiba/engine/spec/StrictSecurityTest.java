package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.HostConfig;
import dev.estiba.api.Mount;
import dev.estiba.linux.number.Capability;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --security strict} makes of a request. */
class StrictSecurityTest {
    private static final HostFacts ROOT =
            new HostFacts(EnumSet.allOf(Capability.class), "ship", false, Optional.empty(), Optional.empty());

    private static StrictSecurity.Applied applied(String user, UnaryOperator<HostConfig.Builder> host)
            throws Exception {
        return StrictSecurity.apply(
                Requests.of(
                        config -> config.user(user).cmd(List.of("true")),
                        each -> host.apply(each.securityOpt(List.of(StrictSecurity.OPTION)))),
                ROOT);
    }

    private static HostConfig strict(String user, UnaryOperator<HostConfig.Builder> host) throws Exception {
        return applied(user, host).request().hostConfig();
    }

    @Test
    void nothingIsChangedWithoutTheWord() throws Exception {
        var plain = Requests.of(config -> config.cmd(List.of("true")), host -> host);
        assertThat(StrictSecurity.apply(plain, ROOT).request()).isSameAs(plain);
        var standard = Requests.of(
                config -> config.cmd(List.of("true")), host -> host.securityOpt(List.of("security=standard")));
        assertThat(StrictSecurity.apply(standard, ROOT).request()).isSameAs(standard);
    }

    @Test
    void eachPartIsWritten() throws Exception {
        HostConfig made = strict("sailor", host -> host);
        assertThat(made.usernsMode()).isEqualTo("auto");
        assertThat(made.capDrop()).containsExactly("NET_RAW", "MKNOD", "AUDIT_WRITE");
        assertThat(made.securityOpt()).containsExactly("security=strict", "no-new-privileges", "network=strict");
        assertThat(made.maskedPaths().orElseThrow()).contains("/proc/kcore", "/proc/kallsyms", "/sys/kernel/debug");
        assertThat(made.resources().pidsLimit()).hasValue(4096);
        assertThat(made.oomScoreAdj()).isEqualTo(100);
        assertThat(applied("sailor", host -> host).reasons()).isEmpty();
    }

    @Test
    void whatAPersonSaysHoldsBeforeTheWord() throws Exception {
        HostConfig made = strict(
                "",
                host -> host.usernsMode("host")
                        .capAdd(List.of("cap_net_raw"))
                        .capDrop(List.of("MKNOD"))
                        .maskedPaths(List.of())
                        .securityOpt(List.of("no-new-privileges=false", "security=strict"))
                        .oomScoreAdj(-5)
                        .resources(
                                Requests.limited(limits -> limits.pidsLimit(7)).resources()));
        assertThat(made.usernsMode()).isEqualTo("host");
        assertThat(made.capDrop()).containsExactly("MKNOD", "AUDIT_WRITE");
        assertThat(made.securityOpt()).containsExactly("no-new-privileges=false", "security=strict", "network=strict");
        assertThat(made.maskedPaths()).contains(List.of());
        assertThat(made.resources().pidsLimit()).hasValue(7);
        assertThat(made.oomScoreAdj()).isEqualTo(-5);
    }

    @Test
    void allCapabilitiesAreAll() throws Exception {
        assertThat(strict("", host -> host.capAdd(List.of("ALL"))).capDrop()).isEmpty();
        assertThat(strict("", host -> host.capDrop(List.of("all"))).capDrop()).containsExactly("all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "root", "0", "0:5", "root:wheel", "00"})
    void ofRootTheReasonIsSaid(String user) throws Exception {
        StrictSecurity.Applied made = applied(user, host -> host);
        assertThat(made.request().hostConfig().securityOpt()).containsExactly("security=strict", "network=strict");
        assertThat(made.reasons())
                .containsExactly(
                        "security strict: it runs as root, so programs of its image may still change their user"
                                + " (--security-opt no-new-privileges forbids it)");
    }

    private static void fallsBack(String because, UnaryOperator<HostConfig.Builder> host) throws Exception {
        StrictSecurity.Applied made = applied("sailor", host);
        assertThat(made.request().hostConfig().usernsMode()).isEqualTo("host");
        assertThat(made.reasons()).startsWith("security strict: its users have the host's ids, because of " + because);
    }

    @Test
    void whatBelongsToTheHostsIdsTakesThemAndSaysSo() throws Exception {
        fallsBack("--network host", host -> host.networkMode("host"));
        fallsBack("--network container:", host -> host.networkMode("container:other"));
        fallsBack("--pid host", host -> host.pidMode("host"));
        fallsBack("--pid container:other", host -> host.pidMode("container:other"));
        fallsBack("--ipc host", host -> host.ipcMode("host"));
        fallsBack(
                "--mount type=image",
                host -> host.mounts(List.of(
                        Mount.builder().type("image").source("i").target("/i").build())));
    }

    @Test
    void contradictionsAreRefused() {
        Requests.refused(
                () -> strict("", host -> host.privileged(true)),
                400,
                "--privileged and --security strict contradict each other: say one of them"
                        + " (--security-opt security=standard, where strict is the daemon's own setting)");
        Requests.refused(
                () -> strict("", host -> host.isolation("chroot")),
                400,
                "--isolation chroot has no walls that --security strict could narrow");
        Requests.refused(
                () -> strict("", host -> host.securityOpt(List.of("security=lax"))),
                400,
                "invalid --security-opt 2: \"security=lax\"");
    }

    @Test
    void directoriesOfTheHostKeepTheirOwners() throws Exception {
        MountPlan plan = MountPlan.of(
                        Requests.host(host -> host.binds(List.of("/srv:/data:ro", "/opt:/opt:idmap", "hold:/hold"))),
                        "0".repeat(64),
                        Set.of(),
                        List.of())
                .withHostsIds();
        assertThat(plan.mounts().stream().filter(mount -> mount.options().contains("idmap")))
                .extracting(dev.estiba.oci.runtime.Mount::destination)
                .containsExactlyInAnyOrder("/data", "/opt");
    }

    @Test
    void theNetworkIsKeptInWhereItIsItsOwn() throws Exception {
        assertThat(StrictSecurity.confinesNetwork(strict("", host -> host))).isTrue();
        assertThat(StrictSecurity.confinesNetwork(strict("", host -> host.networkMode("none"))))
                .isFalse();
        HostConfig open = strict("", host -> host.securityOpt(List.of("security=strict", "network=standard")));
        assertThat(StrictSecurity.confinesNetwork(open)).isFalse();
        assertThat(applied("sailor", host -> host.networkMode("host")).reasons())
                .contains("security strict: it reaches all that the host does, because of --network host");
        assertThat(applied("sailor", host -> host.networkMode("container:db")).reasons())
                .contains(
                        "security strict: its network is kept in as that of the container is that it shares, because of"
                                + " --network container:");
    }
}
