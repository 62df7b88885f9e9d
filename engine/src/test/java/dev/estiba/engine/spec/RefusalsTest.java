package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.estiba.api.ContainerConfig;
import dev.estiba.api.DeviceMapping;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.HealthConfig;
import dev.estiba.api.HostConfig;
import dev.estiba.api.LogConfig;
import dev.estiba.api.Mount;
import dev.estiba.api.Resources;
import dev.estiba.api.RestartPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What this engine cannot do yet, and what a jail can never have: each refused by its own name. */
class RefusalsTest {
    private static Arguments config(UnaryOperator<ContainerConfig.Builder> config, int status, String message) {
        return Arguments.of(config, UnaryOperator.<HostConfig.Builder>identity(), status, message);
    }

    private static Arguments host(UnaryOperator<HostConfig.Builder> host, int status, String message) {
        return Arguments.of(UnaryOperator.<ContainerConfig.Builder>identity(), host, status, message);
    }

    private static Arguments limit(UnaryOperator<Resources.Builder> limit, String what) {
        return host(host -> host.resources(limit.apply(Resources.builder()).build()), 501, "not built yet: " + what);
    }

    static Stream<Arguments> unsupported() {
        return Stream.of(whatIsOfModes(), whatIsOfLimits(), whatIsLeft()).flatMap(each -> each);
    }

    private static Stream<Arguments> whatIsOfModes() {
        return Stream.of(
                host(h -> h.pidMode("x"), 400, "invalid PID mode: x"),
                host(h -> h.ipcMode("x"), 400, "invalid IPC mode: x"),
                host(h -> h.utsMode("private"), 400, "invalid UTS mode: private"),
                host(h -> h.cgroupnsMode("x"), 400, "invalid cgroup namespace mode: x"));
    }

    private static Stream<Arguments> whatIsOfLimits() {
        return Stream.of(limit(r -> r.kernelMemoryTcp(1), "limits of TCP's memory (KernelMemoryTCP)"));
    }

    private static Stream<Arguments> whatIsLeft() {
        return Stream.of(host(h -> h.runtime("runc"), 400, "unknown or invalid runtime name: runc"));
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void whatIsNotBuiltYetIsRefusedByName(
            UnaryOperator<ContainerConfig.Builder> config,
            UnaryOperator<HostConfig.Builder> host,
            int status,
            String message) {
        Requests.refused(() -> Unsupported.refuse(Requests.of(config, host)), status, message);
    }

    @Test
    void whatAnImageMayHaveAPersonIsRefused() {
        HostFacts root = new HostFacts(Set.of(), "ship", false, Optional.empty(), Optional.empty());
        HealthConfig check = new HealthConfig(List.of("CMD", "true"), 0, 0, 0, 0, 0);
        HealthConfig hasty = check.toBuilder().interval(5).build();
        Requests.refused(
                () -> SpecBuilder.refuseOwn(Requests.of(c -> c.healthcheck(hasty), h -> h), root),
                400,
                "Interval in Healthcheck cannot be less than 1ms");
        Requests.refused(
                () -> SpecBuilder.refuseOwn(
                        Requests.of(c -> c.volumes(Set.of("/v")), h -> h.isolation("chroot")), root),
                400,
                "--isolation chroot: nothing can be mounted in it (-v)");
        HostFacts user = new HostFacts(
                Set.of(), "ship", false, Optional.of(new LentIds(List.of(), List.of())), Optional.empty());
        Requests.refused(
                () -> SpecBuilder.refuseOwn(Requests.of(c -> c.volumes(Set.of("/v")), h -> h), user),
                501,
                "not built yet: anonymous volumes (-v PATH) of an ordinary user");
        assertThatCode(() ->
                        Unsupported.refuse(Requests.of(c -> c.healthcheck(check).volumes(Set.of("/v")), h -> h)))
                .doesNotThrowAnyException();
    }

    @Test
    void whatIsBuiltIsNotRefused() {
        assertThatCode(() -> {
                    Unsupported.refuse(Requests.of(c -> c, h -> h));
                    Unsupported.refuse(Requests.of(
                            c -> c.healthcheck(new HealthConfig(List.of("NONE"), 0, 0, 0, 0, 0)),
                            h -> h.networkMode("host")
                                    .pidMode("host")
                                    .ipcMode("shareable")
                                    .utsMode("host")
                                    .cgroupnsMode("private")
                                    .usernsMode("host")
                                    .restartPolicy(new RestartPolicy("no", 0))
                                    .logConfig(new LogConfig("none", Map.of()))
                                    .runtime("estiba")));
                })
                .doesNotThrowAnyException();
    }

    static Stream<Arguments> jailed() {
        return Stream.of(
                jail(c -> c, h -> h.networkMode("none"), "it has no network of its own: say --network host"),
                jail(c -> c.user(""), h -> h, "its root would be the host's: say --user, another than root"),
                jail(c -> c.user("root"), h -> h, "its root would be the host's: say --user, another than root"),
                jail(c -> c.user("00:5"), h -> h, "its root would be the host's: say --user, another than root"),
                jail(c -> c, h -> h.privileged(true), "--privileged would open it"),
                jail(c -> c.tty(true), h -> h, "it has no terminals of its own (-t)"),
                jail(c -> c, h -> h.binds(List.of("/:/a")), "nothing can be mounted in it (-v, --mount, --tmpfs)"),
                jail(
                        c -> c,
                        h -> h.mounts(List.of(
                                Mount.builder().type("tmpfs").target("/t").build())),
                        "nothing can be mounted in it (-v, --mount, --tmpfs)"),
                jail(c -> c, h -> h.tmpfs(Map.of("/t", "")), "nothing can be mounted in it (-v, --mount, --tmpfs)"),
                jail(c -> c.hostname("x"), h -> h, "it has the host's name (--hostname)"),
                jail(c -> c.domainname("x"), h -> h, "it has the host's name (--hostname)"),
                jail(c -> c, h -> h.init(true), "nothing can be mounted in it (--init)"),
                jail(c -> c, h -> h.sysctls(Map.of("net.a", "1")), "sysctls would be the host's (--sysctl)"),
                jail(
                        c -> c,
                        h -> h.resources(Resources.builder()
                                .devices(List.of(new DeviceMapping("/dev/full", "", "")))
                                .build()),
                        "devices are not built yet (--device)"),
                jail(c -> c, h -> h.pidMode("private"), "it has no process numbers of its own (--pid)"),
                jail(c -> c, h -> h.ipcMode("private"), "it has no IPC of its own (--ipc)"),
                jail(c -> c, h -> h.cgroupnsMode("private"), "it has no cgroup namespace (--cgroupns)"),
                jail(c -> c, h -> h.extraHosts(List.of("a:1.2.3.4")), "its /etc/hosts and resolv.conf are the image's"),
                jail(c -> c, h -> h.dns(List.of("1.1.1.1")), "its /etc/hosts and resolv.conf are the image's"));
    }

    private static Arguments jail(
            UnaryOperator<ContainerConfig.Builder> config, UnaryOperator<HostConfig.Builder> host, String why) {
        return Arguments.of(config, host, why);
    }

    @ParameterizedTest
    @MethodSource("jailed")
    void whatAJailCannotHaveIsRefused(
            UnaryOperator<ContainerConfig.Builder> config, UnaryOperator<HostConfig.Builder> host, String why) {
        Requests.refused(
                () -> Jail.refuse(
                        Requests.of(c -> config.apply(c.user("1000")), h -> host.apply(h.networkMode("host")))),
                400,
                "--isolation chroot: " + why);
    }

    @Test
    void aJailOfAUserOnTheHostsNetworkIsNotRefused() {
        assertThatCode(() -> Jail.refuse(Requests.of(
                        c -> c.user("rooted"),
                        h -> h.networkMode("host").pidMode("host").init(false))))
                .doesNotThrowAnyException();
    }

    private static Arguments exec(UnaryOperator<ExecCreateRequest.Builder> exec, String why) {
        return Arguments.of(exec, why);
    }

    static Stream<Arguments> execs() {
        String root = "its root would be the host's: say --user, another than root";
        return Stream.of(
                exec(e -> e.user("root"), root),
                exec(e -> e.user("0"), root),
                exec(e -> e.user("00:7"), root),
                exec(e -> e.privileged(true), "--privileged would open it"),
                exec(e -> e.tty(true), "it has no terminals of its own (-t)"));
    }

    @ParameterizedTest
    @MethodSource("execs")
    void whatAnExecInAJailCannotHaveIsRefused(UnaryOperator<ExecCreateRequest.Builder> exec, String why) {
        ExecCreateRequest request = exec.apply(ExecCreateRequest.builder()).build();
        Requests.refused(
                () -> Jail.refuse(Requests.of(c -> c.user("1000"), h -> h.isolation("chroot")), request),
                400,
                "--isolation chroot: " + why);
        assertThatCode(() -> Jail.refuse(Requests.of(c -> c, h -> h), request)).doesNotThrowAnyException();
    }
}
