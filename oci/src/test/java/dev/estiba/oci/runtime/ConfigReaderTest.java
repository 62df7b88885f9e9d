package dev.estiba.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConfigReaderTest {
    @Test
    void everyFieldOfTheSpecificationIsRead() throws DocumentException {
        Config read = ConfigReader.read(Resource.bytes("everything.json"));

        Linux linux = read.linux().orElseThrow();
        assertThat(linux.seccomp().orElseThrow().parse()).isEqualTo(Everything.seccomp());
        Config expected = Everything.config();
        Linux withSource = expected.linux().orElseThrow().toBuilder()
                .seccomp(linux.seccomp().orElseThrow())
                .build();
        assertThat(read).isEqualTo(expected.toBuilder().linux(withSource).build());
    }

    @Test
    void mapsKeepTheOrderOfTheDocument() throws DocumentException {
        Config read = ConfigReader.read(json("""
            {"ociVersion": "1.3.0", "annotations": {"z": "1", "a": "2", "m": "3"}}\
            """));

        assertThat(read.annotations().keySet()).containsExactly("z", "a", "m");
    }

    @Test
    void aConfigurationNeedsNothingButItsVersion() throws DocumentException {
        Config read = ConfigReader.read(json("{\"ociVersion\":\"1.0.2-dev\"}"));

        assertThat(read)
                .isEqualTo(new Config(
                        "1.0.2-dev",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Hooks.NONE,
                        Map.of(),
                        Optional.empty(),
                        List.of()));
    }

    @Test
    void whatIsSetToZeroIsToldApartFromWhatIsAbsent() throws DocumentException {
        Resources zero = ConfigReader.readResources(json("""
            {"cpu": {"shares": 0, "idle": 0}, "pids": {"limit": 0}, "memory": {"disableOOMKiller": false}}\
            """));

        assertThat(zero.cpu().orElseThrow().shares()).isEqualTo(OptionalLong.of(0));
        assertThat(zero.cpu().orElseThrow().quota()).isEmpty();
        assertThat(zero.pids().orElseThrow().limit()).isEqualTo(OptionalLong.of(0));
        assertThat(zero.memory().orElseThrow().disableOomKiller()).contains(false);
        assertThat(zero.memory().orElseThrow().useHierarchy()).isEmpty();
        assertThat(ConfigReader.readResources(json("{}"))).isEqualTo(Resources.NONE);
    }

    @Test
    void emptyCapabilitiesAreToldApartFromAbsentOnes() throws DocumentException {
        Process none = ConfigReader.readProcess(json("{\"cwd\": \"/\", \"capabilities\": {}}"));
        Process absent = ConfigReader.readProcess(json("{\"cwd\": \"/\"}"));

        assertThat(none.capabilities())
                .contains(new Capabilities(List.of(), List.of(), List.of(), List.of(), List.of()));
        assertThat(absent.capabilities()).isEmpty();
        assertThat(absent.user()).isEqualTo(User.ROOT);
        assertThat(absent.oomScoreAdj()).isEqualTo(OptionalInt.empty());
    }

    @Test
    void anEmptyStringInAnOptionalFieldIsAbsent() throws DocumentException {
        Config read = ConfigReader.read(json("""
            {"ociVersion": "1.3.0", "hostname": "",
                 "linux": {"cgroupsPath": "", "namespaces": [{"type": "pid", "path": ""}]}}\
            """));

        assertThat(read.hostname()).isEmpty();
        assertThat(read.linux().orElseThrow().cgroupsPath()).isEmpty();
        assertThat(read.linux().orElseThrow().namespaces()).containsExactly(Namespace.create(Namespace.Type.PID));
    }

    @Test
    void theDocumentOfExecIsAProcess() throws DocumentException {
        byte[] document = ConfigWriter.write(Everything.process(), Layout.COMPACT);

        assertThat(ConfigReader.readProcess(document)).isEqualTo(Everything.process());
    }

    @Test
    void theDocumentOfUpdateIsResources() throws DocumentException {
        byte[] document = ConfigWriter.write(Everything.resources(), Layout.COMPACT);

        assertThat(ConfigReader.readResources(document)).isEqualTo(Everything.resources());
    }

    @Test
    void dockersDefaultConfigurationIsReadAndBreaksNoRule() throws DocumentException {
        Config docker = ConfigReader.read(Resource.bytes("docker-default.json"));

        assertThat(docker.mounts()).hasSize(10);
        assertThat(docker.linux().orElseThrow().maskedPaths()).hasSize(12);
        assertThat(docker.process().orElseThrow().capabilities().orElseThrow().bounding())
                .hasSize(14);
        Seccomp profile = docker.linux().orElseThrow().seccomp().orElseThrow().parse();
        assertThat(profile.syscalls()).hasSize(15);
        assertThat(profile.syscalls().getFirst().names()).contains("accept", "writev");
        assertThat(ConfigRules.check(docker)).isEmpty();
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
