package dev.estiba.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigWriterTest {
    private static final long SEED = 20261124;
    private static final int CASES = 300;

    @Test
    void whatIsWrittenIsReadBackEqual() throws DocumentException {
        for (int i = 0; i < CASES; i++) {
            Layout layout = Layout.values()[i % Layout.values().length];
            Config config = new RandomConfigs(SEED + i).config();
            byte[] document = ConfigWriter.write(config, layout);

            assertThat(ConfigReader.read(document)).as("seed %d", SEED + i).isEqualTo(config);
        }
    }

    @Test
    void processesResourcesAndProfilesAreReadBackEqual() throws DocumentException {
        for (int i = 0; i < CASES; i++) {
            Layout layout = Layout.values()[i % Layout.values().length];
            RandomConfigs random = new RandomConfigs(SEED + i);
            Process process = random.process();
            Resources resources = random.resources();
            Seccomp profile = random.seccomp();

            assertThat(ConfigReader.readProcess(ConfigWriter.write(process, layout)))
                    .as("seed %d", SEED + i)
                    .isEqualTo(process);
            assertThat(ConfigReader.readResources(ConfigWriter.write(resources, layout)))
                    .as("seed %d", SEED + i)
                    .isEqualTo(resources);
            assertThat(ConfigReader.readSeccomp(ConfigWriter.write(profile, layout)))
                    .as("seed %d", SEED + i)
                    .isEqualTo(profile);
            assertThat(SeccompSource.of(profile).parse())
                    .as("seed %d", SEED + i)
                    .isEqualTo(profile);
        }
    }

    @Test
    void everythingAndDockersDefaultAreReadBackEqual() throws DocumentException {
        Config everything = ConfigReader.read(Resource.bytes("everything.json")).toBuilder()
                .otherSections(List.of())
                .build();
        Config docker = ConfigReader.read(Resource.bytes("docker-default.json"));

        for (Layout layout : Layout.values()) {
            assertThat(ConfigReader.read(ConfigWriter.write(everything, layout)))
                    .isEqualTo(everything);
            assertThat(ConfigReader.read(ConfigWriter.write(docker, layout))).isEqualTo(docker);
        }
    }

    @Test
    void onlyWhatIsThereIsWritten() {
        Config config = Config.builder("1.3.0")
                .process(Process.builder(List.of("sh"), "/").build())
                .linux(Linux.EMPTY)
                .build();

        assertThat(text(ConfigWriter.write(config, Layout.COMPACT))).isEqualTo("""
            {"ociVersion":"1.3.0","process":{"user":{"uid":0,"gid":0},"args":["sh"],"cwd":"/"},"linux":{}}\
            """);
    }

    @Test
    void layoutsIndentAsGoDoes() {
        Config config = Config.builder("1.3.0")
                .root(new Root("rootfs", true))
                .mounts(List.of(new Mount("/proc", "proc", "proc", List.of("ro", "nodev"))))
                .linux(Linux.EMPTY)
                .build();
        String spaces = """
            {
              "ociVersion": "1.3.0",
              "root": {
                "path": "rootfs",
                "readonly": true
              },
              "mounts": [
                {
                  "destination": "/proc",
                  "type": "proc",
                  "source": "proc",
                  "options": [
                    "ro",
                    "nodev"
                  ]
                }
              ],
              "linux": {}
            }\
            """;

        assertThat(text(ConfigWriter.write(config, Layout.SPACES))).isEqualTo(spaces);
        assertThat(text(ConfigWriter.write(config, Layout.TABS))).isEqualTo(spaces.replace("  ", "\t"));
    }

    @Test
    void aSeccompProfileIsWrittenByteForByte() throws DocumentException {
        String document =
                "{\"ociVersion\":\"1.3.0\",\"linux\":{\"seccomp\":{ \"defaultAction\" :\n\"nonsense\", \"é\": 1 }}}";
        Config config = ConfigReader.read(document.getBytes(StandardCharsets.UTF_8));

        assertThat(text(ConfigWriter.write(config, Layout.COMPACT))).isEqualTo(document);
    }

    @Test
    void sectionsThatWereNotUnderstoodCannotBeWritten() {
        Config config =
                Config.builder("1.3.0").otherSections(List.of("vm", "windows")).build();

        assertThatThrownBy(() -> ConfigWriter.write(config, Layout.COMPACT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cannot write sections that were not understood: vm, windows");
    }

    @Test
    void halfASurrogatePairIsWrittenAsAnEscapeThatTheReaderRefuses() {
        byte[] document =
                ConfigWriter.write(Config.builder("1.3.0").hostname("\ud83d").build(), Layout.COMPACT);

        assertThat(text(document)).isEqualTo("{\"ociVersion\":\"1.3.0\",\"hostname\":\"\\uD83D\"}");
        assertThatThrownBy(() -> ConfigReader.read(document))
                .isInstanceOf(DocumentException.class)
                .hasMessage("hostname: half a surrogate pair is no character (line 1, column 34)");
    }

    private static String text(byte[] document) {
        return new String(document, StandardCharsets.UTF_8);
    }
}
