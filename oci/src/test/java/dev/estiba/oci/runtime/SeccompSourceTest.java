package dev.estiba.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.oci.json.DocumentException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SeccompSourceTest {
    private static final String PROFILE = """
        {"defaultAction": "SCMP_ACT_ALLOW",
         "x": "é \\" } { ]"}\
        """;

    @Test
    void theSourceIsTheBytesOfTheObject() throws DocumentException {
        SeccompSource source =
                read("{\"ociVersion\":\"1.3.0\",\n \"linux\": {\"seccomp\" : " + PROFILE + " , \"x\":1}}");

        assertThat(new String(source.raw(), StandardCharsets.UTF_8)).isEqualTo(PROFILE);
        assertThat(source.parse().defaultAction()).isEqualTo(Seccomp.Action.ALLOW);
        assertThat(source).hasToString("SeccompSource[" + PROFILE.getBytes(StandardCharsets.UTF_8).length + " bytes]");
    }

    @Test
    void equalBytesAreEqualSources() throws DocumentException {
        SeccompSource one = read("{\"ociVersion\":\"1.3.0\",\"linux\":{\"seccomp\":" + PROFILE + "}}");
        SeccompSource elsewhere = read("{\"linux\":{\"seccomp\":\n" + PROFILE + "},\"ociVersion\":\"1.0.0\"}");
        SeccompSource other =
                read("{\"ociVersion\":\"1.3.0\",\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_LOG\"}}}");

        assertThat(one).isEqualTo(elsewhere).hasSameHashCodeAs(elsewhere).isNotEqualTo(other);
    }

    @Test
    void theBytesBelongToTheCaller() throws DocumentException {
        SeccompSource source = SeccompSource.of(Everything.seccomp());
        byte[] raw = source.raw();
        raw[0] = 'x';

        assertThat(source.raw()[0]).isEqualTo((byte) '{');
        assertThat(source.parse()).isEqualTo(Everything.seccomp());
    }

    @Test
    void theReadersBytesMayChangeAfterwards() throws DocumentException {
        byte[] document =
                ("{\"ociVersion\":\"1.3.0\",\"linux\":{\"seccomp\":" + PROFILE + "}}").getBytes(StandardCharsets.UTF_8);
        SeccompSource source =
                ConfigReader.read(document).linux().orElseThrow().seccomp().orElseThrow();
        Arrays.fill(document, (byte) 0);

        assertThat(source.parse().defaultAction()).isEqualTo(Seccomp.Action.ALLOW);
    }

    @Test
    void aBadProfileIsFoundWhenItIsParsed() throws DocumentException {
        SeccompSource source = read("""
            {"ociVersion": "1.3.0",
             "linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "flags": 7,
               "syscalls": []}}}\
            """);

        assertThatThrownBy(source::parse)
                .isInstanceOf(DocumentException.class)
                .hasMessage("linux.seccomp.flags: a number where an array is expected (line 2, column 68)");
    }

    @Test
    void laterLinesOfAProfileAreCountedInItsDocument() throws DocumentException {
        SeccompSource source = read("""
            {"ociVersion": "1.3.0",
             "linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW",
               "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"},
                {"names": ["write"]}
            ]}}}\
            """);

        assertThatThrownBy(source::parse)
                .isInstanceOf(DocumentException.class)
                .hasMessage("linux.seccomp.syscalls[1].action: missing, but required (line 4, column 24)");
    }

    @Test
    void aProfileByItselfHasNoPathBeforeIt() {
        byte[] profile = "{\"defaultAction\": 5}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> ConfigReader.readSeccomp(profile))
                .isInstanceOf(DocumentException.class)
                .hasMessage("defaultAction: a number where a string is expected (line 1, column 19)");
    }

    @Test
    void aProfileIsAnObject() {
        assertThatThrownBy(() -> read("{\"ociVersion\":\"1.3.0\",\"linux\":{\"seccomp\":[]}}"))
                .isInstanceOf(DocumentException.class)
                .hasMessage("linux.seccomp: an array where an object is expected (line 1, column 42)");
    }

    private static SeccompSource read(String text) throws DocumentException {
        Config config = ConfigReader.read(text.getBytes(StandardCharsets.UTF_8));
        return config.linux().orElseThrow().seccomp().orElseThrow();
    }
}
