package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.BindOptions;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.DiskUsage;
import dev.estiba.api.EndpointResource;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.Event;
import dev.estiba.api.EventSink;
import dev.estiba.api.GraphDriver;
import dev.estiba.api.HealthConfig;
import dev.estiba.api.HealthSummary;
import dev.estiba.api.HostConfig;
import dev.estiba.api.ImageSummary;
import dev.estiba.api.Mount;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworkIpam;
import dev.estiba.api.NetworkIpamConfig;
import dev.estiba.api.NetworkSettings;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.SummaryHostConfig;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumeUsage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changes from one version of the API to the next; up to 1.51 as dockerd 28.5 was seen to answer. */
class VersionsTest {
    private static final String ID = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private final FakeEngine engine = new FakeEngine();

    @TempDir
    Path directory;

    private Path socket;
    private DockerDoor door;

    @BeforeEach
    void open() throws Exception {
        socket = directory.resolve("docker.sock");
        door = DoorRoom.open(engine.api(), socket, DoorSettings.USUAL.withGrace(java.time.Duration.ofSeconds(60)));
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String at(int minor, String path) throws Exception {
        String answer = RawClient.get(socket, "/v1." + minor + path);
        assertThat(RawClient.status(answer)).as(answer).isEqualTo(200);
        return RawClient.body(answer);
    }

    @Test
    void theNewestIsWhatWhoNamesNoneGets() throws Exception {
        engine.on("listContainers", _ -> List.of(summary()));
        assertThat(RawClient.body(RawClient.get(socket, "/containers/json"))).isEqualTo(at(55, "/containers/json"));
    }

    private static ContainerSummary summary() {
        return ContainerSummary.builder()
                .id(ID)
                .health(Optional.of(new HealthSummary("healthy", 0)))
                .hostConfig(new SummaryHostConfig("bridge", Map.of("key", "value")))
                .build();
    }

    @Test
    void listsOfContainers() throws Exception {
        engine.on("listContainers", _ -> List.of(summary()));
        assertThat(at(52, "/containers/json")).contains("\"Health\":{\"Status\":\"healthy\",\"FailingStreak\":0}");
        assertThat(at(51, "/containers/json")).doesNotContain("Health").contains("\"Annotations\":{\"key\"");
        assertThat(at(45, "/containers/json")).doesNotContain("Annotations");
    }

    private static ContainerInspect inspect() {
        return ContainerInspect.builder()
                .id(ID)
                .config(ContainerConfig.builder()
                        .hostname("ship")
                        .macAddress("02:42:ac:11:00:02")
                        .build())
                .graphDriver(new GraphDriver(Map.of(), "overlayfs"))
                .networkSettings(NetworkSettings.builder()
                        .ipAddress("172.17.0.2")
                        .networks(Map.of(
                                "bridge",
                                EndpointSettings.builder().endpointId("e1").build(),
                                "mine",
                                EndpointSettings.builder()
                                        .aliases(List.of("web"))
                                        .build()))
                        .build())
                .build();
    }

    @Test
    void containers() throws Exception {
        engine.on("inspectContainer", _ -> inspect());
        assertThat(at(52, "/containers/x/json"))
                .contains(
                        "\"NetworkSettings\":{\"SandboxID\":\"\",\"SandboxKey\":\"\",\"Ports\":{},\"Networks\":{",
                        "\"Storage\":{\"RootFS\":{\"Snapshot\":{\"Name\":\"overlayfs\"}}}")
                .doesNotContain("02:42:ac:11:00:02", "\"Bridge\"");
        assertThat(at(51, "/containers/x/json"))
                .contains(
                        "\"HairpinMode\":false",
                        "\"EndpointID\":\"e1\"",
                        "\"IPAddress\":\"172.17.0.2\"",
                        "02:42:ac:11:00:02",
                        "\"Aliases\":[\"web\"]")
                .doesNotContain("\"Storage\"");
        assertThat(at(44, "/containers/x/json"))
                .contains("\"Aliases\":[\"web\",\"0123456789ab\",\"ship\"]")
                .containsOnlyOnce("0123456789ab\",\"ship");
    }

    @Test
    void listsOfImages() throws Exception {
        engine.on(
                "listImages", _ -> List.of(new ImageSummary("sha256:1", List.of(), List.of(), 1, 77, 0, Map.of(), 3)));
        assertThat(at(51, "/images/json"))
                .contains("\"Containers\":3", "\"RepoTags\":[]")
                .doesNotContain("Virtual");
        assertThat(at(50, "/images/json")).contains("\"Containers\":-1");
        assertThat(at(43, "/images/json")).contains("\"VirtualSize\":77", "\"RepoTags\":[]");
        assertThat(at(42, "/images/json"))
                .contains("\"RepoTags\":[\"<none>:<none>\"]", "\"RepoDigests\":[\"<none>@<none>\"]");
    }

    private static String image(int minor, String document) {
        return new String(
                AnswerForms.image(new ApiVersion(1, minor))
                        .in(document.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void images() {
        String document = "{\"Id\":\"1\",\"Parent\":\"\",\"Descriptor\":{\"size\":1},\"Size\":9,"
                + "\"Config\":{\"Hostname\":\"\",\"User\":\"u\",\"Image\":\"\",\"Env\":[\"Size=1\"]},\"RootFS\":{\"Size\":1}}";
        assertThat(image(52, document))
                .isEqualTo("{\"Id\":\"1\",\"Descriptor\":{\"size\":1},\"Size\":9,"
                        + "\"Config\":{\"User\":\"u\",\"Env\":[\"Size=1\"]},\"RootFS\":{\"Size\":1}}");
        assertThat(image(50, document)).contains("\"Parent\":\"\"").doesNotContain("Hostname");
        assertThat(image(49, document)).isEqualTo(document);
        assertThat(image(47, document)).doesNotContain("Descriptor").contains("\"Size\":9,\"Config\"");
        assertThat(image(44, document)).contains("\"ContainerConfig\":{\"Hostname\":\"\"");
        assertThat(image(43, document))
                .contains("\"Size\":9,\"VirtualSize\":9,\"Config\"")
                .containsOnlyOnce("Virtual");
    }

    private static NetworkInspect network() {
        return NetworkInspect.builder()
                .id("n1")
                .name("mine")
                .ipam(new NetworkIpam(
                        "default",
                        Map.of(),
                        List.of(
                                new NetworkIpamConfig(
                                        "10.1.0.0/24", "10.1.0.128/25", "10.1.0.1", Map.of("router", "10.1.0.200")),
                                new NetworkIpamConfig("fd00::/32", "", "fd00::1", Map.of()))))
                .containers(Map.of("c", new EndpointResource("c", "e", "", "10.1.0.129/24", "fd00::81/32")))
                .build();
    }

    @Test
    void networks() throws Exception {
        engine.on("inspectNetwork", _ -> network())
                .on(
                        "listNetworks",
                        _ -> List.of(network().toBuilder().containers(Map.of()).build()));
        // The subnet's own address, the gateway, the router, the container, and the address of all.
        assertThat(at(52, "/networks/n1"))
                .contains(
                        "\"Status\":{\"IPAM\":{\"Subnets\":{\"10.1.0.0/24\":{\"IPsInUse\":5,\"DynamicIPsAvailable\":125},"
                                + "\"fd00::/32\":{\"IPsInUse\":3,\"DynamicIPsAvailable\":18446744073709551615}}}}");
        assertThat(at(51, "/networks/n1")).doesNotContain("Status");
        assertThat(at(28, "/networks")).doesNotContain("10.1.0.129");
        assertThat(at(27, "/networks")).contains("10.1.0.129");
    }

    @Test
    void whatTheDiskHas() throws Exception {
        Volume used = new Volume("", "local", Map.of(), "", "v", Map.of(), "local", Optional.of(new VolumeUsage(5, 1)));
        Volume free = new Volume("", "local", Map.of(), "", "f", Map.of(), "local", Optional.of(new VolumeUsage(7, 0)));
        engine.on(
                "diskUsage",
                _ -> new DiskUsage(
                        100,
                        40,
                        List.of(new ImageSummary("sha256:1", List.of(), List.of(), 1, 100, 0, Map.of(), 1)),
                        List.of(
                                summary().toBuilder().state("running").sizeRw(3).build(),
                                summary().toBuilder().state("exited").sizeRw(4).build()),
                        List.of(used, free)));
        assertThat(at(52, "/system/df")).isEqualTo("""
                        {"ImageUsage":{"ActiveCount":1,"Reclaimable":40,"TotalCount":1,"TotalSize":100},\
                        "ContainerUsage":{"ActiveCount":1,"Reclaimable":4,"TotalCount":2,"TotalSize":7},\
                        "VolumeUsage":{"ActiveCount":1,"Reclaimable":7,"TotalCount":2,"TotalSize":12},\
                        "BuildCacheUsage":{"ActiveCount":0,"Reclaimable":0,"TotalCount":0,"TotalSize":0}}
                        """);
        assertThat(at(52, "/system/df?type=volume&verbose=1"))
                .startsWith("{\"VolumeUsage\":{\"ActiveCount\":1,\"Items\":[{")
                .doesNotContain("ImageUsage", "BuildCache");
        assertThat(at(51, "/system/df"))
                .startsWith("{\"LayersSize\":100,\"Images\":[{")
                .doesNotContain("Usage\":{\"Active", "Virtual", "Health");
        assertThat(at(43, "/system/df")).contains("\"Size\":100,\"VirtualSize\":100");
        assertThat(at(42, "/system/df?type=volume")).contains("\"Images\":[]");
        assertThat(at(41, "/system/df?type=volume")).contains("\"Images\":[{");
    }

    @Test
    void events() throws Exception {
        engine.on("events", arguments -> {
            ((EventSink) arguments[1])
                    .tell(new Event("container", "start", "c1", Map.of("image", "i"), 1_000_000_000L));
            return null;
        });
        String line =
                "\"Type\":\"container\",\"Action\":\"start\",\"Actor\":{\"ID\":\"c1\",\"Attributes\":{\"image\":\"i\"}},"
                        + "\"scope\":\"local\",\"time\":1,\"timeNano\":1000000000}";
        assertThat(RawClient.get(socket, "/v1.51/events"))
                .contains("{\"status\":\"start\",\"id\":\"c1\",\"from\":\"i\"," + line)
                .containsIgnoringCase("content-type: application/json\r\n");
        assertThat(RawClient.get(socket, "/v1.52/events")).contains("{" + line).doesNotContain("\"status\"");
        String sequence = RawClient.ask(
                socket,
                RawClient.request("GET", "/v1.52/events", "Accept: text/html;q=1, application/json-seq\r\n", ""));
        assertThat(sequence)
                .contains("\u001e{" + line + "\n")
                .containsIgnoringCase("content-type: application/json-seq\r\n");
        assertThat(RawClient.ask(
                        socket, RawClient.request("GET", "/v1.51/events", "Accept: application/json-seq\r\n", "")))
                .doesNotContain("\u001e");
    }

    private static CreateRequest request(UnaryOperator<HostConfig.Builder> host) {
        ContainerConfig config = ContainerConfig.builder()
                .image("i")
                .macAddress("02:42:ac:11:00:02")
                .healthcheck(HealthConfig.builder().startInterval(5).build())
                .build();
        return new CreateRequest(config, host.apply(HostConfig.builder()).build(), new NetworkingConfig(Map.of()));
    }

    private static CreateRequest at(int minor, UnaryOperator<HostConfig.Builder> host) throws Exception {
        return RequestForms.create(new ApiVersion(1, minor), request(host));
    }

    @Test
    void fieldsThatAVersionHasNotArePassedOver() throws Exception {
        UnaryOperator<HostConfig.Builder> host = each -> each.autoRemove(true).annotations(Map.of("key", "value"));
        assertThat(at(51, host)).isEqualTo(request(host));
        assertThat(at(52, host).config().macAddress()).isEmpty();
        assertThat(at(44, host)).isEqualTo(request(host));
        assertThat(at(43, host).config().healthcheck().orElseThrow().startInterval())
                .isZero();
        assertThat(at(43, host).hostConfig().annotations()).isNotEmpty();
        assertThat(at(42, host).hostConfig().annotations()).isEmpty();
        assertThat(at(40, host).hostConfig().ipcMode()).isEmpty();
        assertThat(at(39, host).hostConfig().ipcMode()).isEqualTo("shareable");
        assertThat(at(25, host).hostConfig().autoRemove()).isTrue();
        assertThat(at(24, host).hostConfig().autoRemove()).isFalse();
    }

    @Test
    void mountsOfOlderVersions() throws Exception {
        Mount bind = Mount.builder()
                .type("bind")
                .readOnly(true)
                .bindOptions(new BindOptions("rslave", true, true, false, false))
                .build();
        assertThat(mount(44, bind).bindOptions()).isEqualTo(bind.bindOptions());
        assertThat(mount(43, bind).bindOptions()).contains(new BindOptions("rslave", true, true, true, false));
        assertThat(mount(41, bind).bindOptions()).contains(new BindOptions("rslave", true, false, true, false));
        assertThat(mount(39, bind).bindOptions()).contains(new BindOptions("rslave", false, false, true, false));
        Mount odd = bind.toBuilder().type("tmpfs").build();
        assertThat(mount(42, odd).bindOptions()).isPresent();
        assertThat(mount(41, odd).bindOptions()).isEmpty();
        Mount image = Mount.builder().type("image").build();
        assertThat(mount(48, image)).isEqualTo(image);
        assertThatThrownBy(() -> mount(47, image)).hasMessage("Mount type \"Image\" needs API v1.48 or newer");
        Mount forced = bind.toBuilder()
                .bindOptions(new BindOptions("", false, false, false, true))
                .build();
        assertThatThrownBy(() -> mount(43, forced))
                .hasMessage("BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer");
    }

    private static Mount mount(int minor, Mount mount) throws Exception {
        return at(minor, host -> host.mounts(List.of(mount)))
                .hostConfig()
                .mounts()
                .getFirst();
    }

    @Test
    void severalNetworksAtOnceAreNewerThanVersion143() throws Exception {
        CreateRequest one = request(UnaryOperator.identity());
        CreateRequest two = new CreateRequest(
                one.config(),
                one.hostConfig(),
                new NetworkingConfig(Map.of("a", EndpointSettings.NOTHING, "b", EndpointSettings.NOTHING)));
        assertThat(RequestForms.create(new ApiVersion(1, 44), two)).isEqualTo(two);
        assertThatThrownBy(() -> RequestForms.create(new ApiVersion(1, 43), two))
                .hasMessageStartingWith("Container cannot be created with multiple network endpoints: ");
    }
}
