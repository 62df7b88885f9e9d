package dev.estiba.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyTest {
    static final CreateRequest REQUEST = new CreateRequest(
            ContainerConfig.builder()
                    .hostname("h")
                    .exposedPorts(Set.of("80/tcp"))
                    .env(List.of("A=b"))
                    .cmd(List.of("ls", "<&>"))
                    .healthcheck(new HealthConfig(List.of("NONE"), 1, 2, 3, 4, 5))
                    .image("hello")
                    .volumes(Set.of("/v"))
                    .labels(Map.of("k", "v"))
                    .stopTimeout(3)
                    .build(),
            HostConfig.builder()
                    .binds(List.of("/a:/b:ro"))
                    .portBindings(Map.of("80/tcp", List.of(new PortBinding("127.0.0.1", "8080"))))
                    .consoleSize(new ConsoleSize(24, 80))
                    .mounts(List.of(Mount.builder()
                            .type("tmpfs")
                            .target("/t")
                            .tmpfsOptions(new TmpfsOptions(1024, 0700, List.of(List.of("noexec"))))
                            .build()))
                    .maskedPaths(List.of())
                    .init(true)
                    .resources(Resources.builder()
                            .memory(1 << 30)
                            .memorySwappiness(-1)
                            .oomKillDisable(false)
                            .pidsLimit(7)
                            .ulimits(List.of(new Ulimit("nofile", 2, 1)))
                            .deviceRequests(List.of(
                                    new DeviceRequest("", -1, List.of(), List.of(List.of("gpu")), Map.of("a", "b"))))
                            .build())
                    .build(),
            new NetworkingConfig(Map.of(
                    "net",
                    EndpointSettings.builder()
                            .ipamConfig(new IpamConfig("10.0.0.2", "", List.of()))
                            .aliases(List.of("web"))
                            .build())));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String written(CreateRequest request) {
        return new String(Body.CREATE_REQUEST.write(request, Layout.COMPACT), StandardCharsets.UTF_8);
    }

    @Test
    void whatWasWrittenIsReadBackEqual() throws ApiException {
        for (Layout layout : Layout.values()) {
            assertThat(Body.CREATE_REQUEST.read(Body.CREATE_REQUEST.write(REQUEST, layout)))
                    .isEqualTo(REQUEST);
        }
        ContainerInspect inspect = ContainerInspect.builder()
                .id("abc")
                .state(ContainerState.builder()
                        .status("exited")
                        .exitCode(137)
                        .oomKilled(true)
                        .health(new Health("healthy", 0, List.of(new HealthcheckResult("s", "e", 1, "out\0put"))))
                        .build())
                .hostConfig(REQUEST.hostConfig())
                .config(REQUEST.config())
                .mounts(List.of(new MountPoint("bind", "", "/a", "/b", "", "ro", false, "rprivate")))
                .networkSettings(NetworkSettings.builder()
                        .networks(Map.of("none", EndpointSettings.NOTHING))
                        .build())
                .sizeRw(5)
                .build();
        assertThat(Body.CONTAINER_INSPECT.read(Body.CONTAINER_INSPECT.write(inspect, Layout.SPACES)))
                .isEqualTo(inspect);
    }

    @Test
    void aListIsReadBackEqual() throws ApiException {
        List<ContainerSummary> list = List.of(
                ContainerSummary.builder()
                        .id("a")
                        .names(List.of("/a"))
                        .ports(List.of(new Port("0.0.0.0", 80, 8080, "tcp")))
                        .build(),
                ContainerSummary.NOTHING);
        assertThat(Body.CONTAINER_SUMMARY.readList(Body.CONTAINER_SUMMARY.writeList(list, Layout.COMPACT)))
                .isEqualTo(list);
    }

    @Test
    void anEmptyRequestIsWrittenAsGoWritesIt() {
        String text =
                written(new CreateRequest(ContainerConfig.NOTHING, HostConfig.NOTHING, new NetworkingConfig(Map.of())));
        assertThat(text)
                .startsWith("{\"Hostname\":\"\",\"Domainname\":\"\",\"User\":\"\",\"AttachStdin\":false,")
                .contains("\"Env\":null,\"Cmd\":null,\"Image\":\"\",\"Volumes\":{},")
                .contains("\"ConsoleSize\":[0,0],\"CapAdd\":null,")
                .contains("\"Dns\":[],")
                .doesNotContain("ExposedPorts", "Sysctls", "\"Init\"");
    }

    @Test
    void namesMayDifferInCaseAndUnknownOnesArePassedOver() throws ApiException {
        CreateRequest read = Body.CREATE_REQUEST.read(bytes("""
                {"image":"hello","X":[{"deep":{}}],"hostCONFIG":{"memory":5,"dns":null,"Y":1},"Cmd":"one"}"""));
        assertThat(read.config().image()).isEqualTo("hello");
        assertThat(read.config().cmd()).containsExactly("one");
        assertThat(read.hostConfig().resources().memory()).isEqualTo(5);
    }

    @Test
    void whatIsAbsentIsNothing() throws ApiException {
        CreateRequest read = Body.CREATE_REQUEST.read(bytes("{}"));
        assertThat(read.config()).isEqualTo(ContainerConfig.NOTHING);
        assertThat(read.hostConfig().init()).isEqualTo(Optional.empty());
        assertThat(read.config().stopTimeout()).isEqualTo(OptionalInt.empty());
        assertThat(read.hostConfig().resources().pidsLimit()).isEqualTo(OptionalLong.empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"Env\":\"A\"}|cannot unmarshal string into Go struct field CreateRequest.Env of type []",
                "{\"Tty\":1}|cannot unmarshal number 1 into Go struct field CreateRequest.Tty of type bool",
                "{\"HostConfig\":{\"Memory\":\"5\"}}|unmarshal string into Go struct field HostConfig.HostConfig.Memory of type int64",
                "{\"HostConfig\":{\"Memory\":1.5}}|unmarshal number 1.5 into Go struct field HostConfig.HostConfig.Memory",
                "{\"HostConfig\":{\"BlkioWeight\":65536}}|of type uint16",
                "{\"HostConfig\":[]}|unmarshal array into Go struct field CreateRequest.HostConfig of type HostConfig",
                "[]|cannot unmarshal array into Go value of type CreateRequest",
                "{\"Env\":[\"A=\\u0000\"]}|Env: a NUL character is not allowed here",
                "{\"Image\":\"\\ud800\"}|Image: half a surrogate pair is no character",
                "{\"Image\"|line 1",
                "{} {}|unexpected content after JSON",
                "``|got EOF while reading request body",
            })
    void whatIsWrongIsRefusedInDockersWords(String document, String words) {
        assertThatThrownBy(() -> Body.CREATE_REQUEST.read(bytes(document)))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(400))
                .hasMessageContaining(words);
    }

    @Test
    void sizeDepthAndEncodingHaveBounds() {
        assertThatThrownBy(() -> Body.CREATE_REQUEST.read(bytes("{\"x\":" + "[".repeat(200) + "]".repeat(200) + "}")))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("invalid JSON: ");
        assertThatThrownBy(() -> Body.CREATE_REQUEST.read(new byte[(10 << 20) + 1]))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("more than");
        assertThatThrownBy(() -> Body.CREATE_REQUEST.read(new byte[] {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', '}'}))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("UTF-8");
    }
}
