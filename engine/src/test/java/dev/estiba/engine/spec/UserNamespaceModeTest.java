package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.HostConfig;
import dev.estiba.api.IdMappings;
import dev.estiba.engine.store.IdRanges.Range;
import dev.estiba.oci.runtime.IdMapping;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Podman's words for user namespaces, and where ids come from. */
class UserNamespaceModeTest {
    private static final HostFacts ROOT = new HostFacts(Set.of(), "ship", false, Optional.empty(), Optional.empty());

    private static UserNamespaceMode of(UnaryOperator<HostConfig.Builder> host) throws Exception {
        return UserNamespaceMode.of(Requests.host(host), ROOT);
    }

    private static UserNamespaceMode of(String mode) throws Exception {
        return of(host -> host.usernsMode(mode));
    }

    @Test
    void theWordsArePodmans() throws Exception {
        assertThat(of("")).isEqualTo(new UserNamespaceMode.Host());
        assertThat(of("host")).isEqualTo(new UserNamespaceMode.Host());
        assertThat(of("auto")).isEqualTo(new UserNamespaceMode.Auto(65_536));
        assertThat(of("auto:size=1024")).isEqualTo(new UserNamespaceMode.Auto(1024));
        assertThat(of("keep-id")).isEqualTo(new UserNamespaceMode.Mapped(ContainerIds.range(0, 4_294_967_295L)));
    }

    @Test
    void whoMapsUsersAloneMapsGroupsToo() throws Exception {
        ContainerIds ids = new ContainerIds(
                List.of(new IdMapping(0, 100, 10), new IdMapping(10, 500, 1)),
                List.of(new IdMapping(0, 100, 10), new IdMapping(10, 500, 1)));
        assertThat(of(host -> host.idMappings(new IdMappings(List.of("0:100:10", "10:500"), List.of()))))
                .isEqualTo(new UserNamespaceMode.Mapped(ids));
        assertThat(ids.written())
                .isEqualTo(new IdMappings(List.of("0:100:10", "10:500:1"), List.of("0:100:10", "10:500:1")));
        assertThat(ids.hostUid(10)).hasValue(500);
        assertThat(ids.hostUid(11)).isEmpty();
        assertThat(ids.uid(109)).hasValue(9);
        assertThat(ids.gid(110)).isEmpty();
        assertThat(ids.isSame()).isFalse();
        assertThat(ids.lastGroup()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auto:size=0 | 400 | --userns auto:size=0: it is a number from 1 to 2147483647",
                "auto:size=x | 400 | --userns auto has the option size=N, and this is none: size=x",
                "auto:uidmapping=0:1:2 | 400 | --userns auto has the option size=N, and this is none: uidmapping=0:1:2",
                "keep-id:uid=5 | 400 | --userns keep-id has options for ordinary users only: uid=5",
                "private | 400 | --userns private needs --uidmap and --gidmap, or say --userns auto",
                "nomap | 501 | not built yet: --userns nomap",
                "container:x | 501 | not built yet: --userns container:x",
                "x | 400 | invalid userns mode: x (there are host, auto, auto:size=N, keep-id)",
            })
    void whatIsNoModeIsRefused(String mode, int status, String message) {
        Requests.refused(() -> of(mode), status, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0:1:2:3 | --uidmap: \"0:1:2:3\" is not CONTAINER:HOST:LENGTH",
                "0 | --uidmap: \"0\" is not CONTAINER:HOST:LENGTH",
                "0:-1:5 | --uidmap: \"0:-1:5\" is not CONTAINER:HOST:LENGTH",
                "+0:1:5 | --uidmap: \"+0:1:5\" is not CONTAINER:HOST:LENGTH",
                "0:1:0 | --uidmap: \"0:1:0\" has ids that there are not: they go from 0 to 4294967294, and a length is at least 1",
                "0:4294967290:6 | --uidmap: \"0:4294967290:6\" has ids that there are not: they go from 0 to 4294967294, and a length is at least 1",
                "1:100:5 | --uidmap: id 0 of the container is not mapped, and without it nothing can be mounted in it",
                "0:100:5,4:200:5 | --uidmap: id 4 of the container is mapped twice",
                "0:100:5,5:104:5 | --uidmap: id 104 of the host is mapped twice",
            })
    void whatTheKernelWouldRefuseIsRefusedByName(String mappings, String message) {
        Requests.refused(
                () -> of(host -> host.idMappings(new IdMappings(List.of(mappings.split(",")), List.of("0:0:1")))),
                400,
                message);
    }

    @Test
    void anOrdinaryUsersNamespaceIsAsItIs() {
        HostFacts user = new HostFacts(
                Set.of(),
                "ship",
                false,
                Optional.of(new LentIds(List.of(new IdMapping(0, 1000, 1)), List.of(new IdMapping(0, 1000, 1)))),
                Optional.empty());
        Requests.refused(
                () -> UserNamespaceMode.of(Requests.host(host -> host.usernsMode("auto")), user),
                501,
                "not built yet: --userns auto for an ordinary user, whose containers have a user namespace with what"
                        + " /etc/subuid lends anyhow");
    }

    @Test
    void idsComeFromWhatIsLent() {
        String subuid = "person:100000:65536\ncontainers:200000:1000\ncontainers:500000:2000\n# \nbad\n";
        assertThat(IdPool.of(subuid, "containers:199000:1500\ncontainers:500000:100000\n")
                        .ranges())
                .containsExactly(new Range(200_000, 500), new Range(500_000, 2000));
        assertThat(IdPool.of(subuid + "estiba:7:8", subuid + "estiba:9:10").ranges())
                .containsExactly(new Range(9, 6));
        assertThat(IdPool.of("", "").ranges()).containsExactly(new Range(0x70000000L, 0x10000000L));
        assertThat(IdPool.of("person:1879048192:65536\nother:2000000000:5\n", "x:1879113728:5\n")
                        .ranges())
                .containsExactly(
                        new Range(1_879_113_733L, 2_000_000_000L - 1_879_113_733L),
                        new Range(2_000_000_005L, 0x80000000L - 2_000_000_005L));
    }
}
