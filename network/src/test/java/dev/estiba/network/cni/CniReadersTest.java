package dev.estiba.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations, and what plug-ins answer. */
class CniReadersTest {
    private static ConfigurationList list(String document) throws CniException {
        return ConfigurationList.read(document.getBytes(StandardCharsets.UTF_8));
    }

    private static CniResult result(String document) throws CniException {
        return CniResult.read(document.getBytes(StandardCharsets.UTF_8), "1.0.0");
    }

    @Test
    void aListIsRead() throws Exception {
        ConfigurationList list = list("""
                {"cniVersion": "1.0.0", "name": "net", "disableCheck": true, "later": {"x": 1}, "plugins": [
                  {"type": "bridge", "bridge": "cni0", "name": "mine"},
                  {"type": "portmap", "capabilities": {"portMappings": true, "mac": false}}]}
                """);
        assertThat(list.name()).isEqualTo("net");
        assertThat(list.disableCheck()).isTrue();
        assertThat(list.plugins()).extracting(ConfigurationList.Plugin::type).containsExactly("bridge", "portmap");
        assertThat(list.has("portMappings")).isTrue();
        assertThat(list.has("mac")).isFalse();
    }

    /** SPEC.md, "Version considerations". */
    @Test
    void theHighestVersionThatIsKnownIsSpoken() throws Exception {
        String rest = "\"name\": \"net\", \"plugins\": [{\"type\": \"a\"}]}";
        assertThat(list("{\"cniVersion\": \"0.4.0\", \"cniVersions\": [\"1.1.0\", \"9.0.0\"]," + rest)
                        .version())
                .isEqualTo("1.1.0");
        assertThatThrownBy(() -> list("{\"cniVersion\": \"0.2.0\"," + rest))
                .isInstanceOf(CniException.class)
                .hasMessageStartingWith("cniVersion: \"0.2.0\" is not known here");
        assertThatThrownBy(() -> list("{" + rest)).hasMessageStartingWith("cniVersion: \"\" is not known here");
    }

    /** A type becomes a part of a path, a name a part of whatever the plug-ins make of it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name": "net", "plugins": [{"type": "../../bin/sh"}]} | plugins: type: there can be no plug-in "../../bin/sh"
            {"name": "net", "plugins": [{"type": ".."}]} | plugins: type: there can be no plug-in ".."
            {"name": "net", "plugins": [{}]} | plugins: type: there can be no plug-in ""
            {"name": "../x", "plugins": [{"type": "a"}]} | name: a network of plug-ins cannot be called "../x"
            {"name": "net", "plugins": []} | plugins: 1 to 32 are wanted, not 0
            {"name": "net", "plugins": [{"type": "a", "prevResult": {}}]} | plugins: prevResult is not the configuration's to say
            {"name": "net", "plugins": [{"type": "a", "runtimeConfig": {}}]} | plugins: runtimeConfig is not the configuration's to say
            """)
    void whatIsNoListIsRefused(String document, String sentence) {
        assertThatThrownBy(() -> list(document.replaceFirst("\\{", "{\"cniVersion\": \"1.0.0\", ")))
                .isInstanceOf(CniException.class)
                .hasMessage(sentence);
    }

    @Test
    void aPluginIsToldWhatIsItsOwnAndOurs() throws Exception {
        ConfigurationList list = list("""
                {"cniVersion": "1.0.0", "name": "net", "plugins": [
                  {"type": "portmap", "name": "other", "capabilities": {"portMappings": true}}]}
                """);
        String input = Cni.input(
                list,
                list.plugins().getFirst(),
                Map.of("portMappings", "[{\"hostPort\":8080}]", "mac", "\"x\""),
                Optional.of("{\"cniVersion\":\"1.0.0\"}"));
        assertThat(input)
                .isEqualTo("{\"type\": \"portmap\", \"name\": \"other\", \"capabilities\": {\"portMappings\": true},"
                        + "\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":8080}]},"
                        + "\"prevResult\":{\"cniVersion\":\"1.0.0\"}}");
    }

    @Test
    void aResultIsRead() throws Exception {
        CniResult result = result("""
                {"cniVersion": "1.0.0",
                 "interfaces": [{"name": "cni0", "mac": "00:11:22:33:44:55"},
                                {"name": "eth0", "mac": "99:88:77:66:55:AA", "sandbox": "/proc/1/fd/9", "mtu": 1500}],
                 "ips": [{"address": "10.1.0.5/16", "gateway": "10.1.0.1", "interface": 1},
                         {"address": "10.2.0.5/16", "interface": 0}],
                 "routes": [{"dst": "0.0.0.0/0"}], "dns": {"nameservers": ["10.1.0.1"], "search": ["ship.example"]}}
                """);
        assertThat(result.of("eth0")).hasSize(1);
        assertThat(result.of("eth0").getFirst().address().getHostAddress()).isEqualTo("10.1.0.5");
        assertThat(result.of("eth0").getFirst().prefix()).isEqualTo(16);
        assertThat(result.inside("eth0").orElseThrow().mac().orElseThrow().text())
                .isEqualTo("99:88:77:66:55:aa");
        assertThat(result.inside("cni0")).as("it is the host's").isEmpty();
        assertThat(result.dns().search()).isEqualTo(List.of("ship.example"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [] | object
            {"cniVersion": "0.4.0"} | a result of version "0.4.0", where 1.0.0 was spoken
            {} | a result of version "", where 1.0.0 was spoken
            {"cniVersion": "1.0.0", "ips": [{"address": "10.1.0.5"}]} | an address without its prefix: 10.1.0.5
            {"cniVersion": "1.0.0", "ips": [{"address": "10.1.0.5/99"}]} | a prefix of
            {"cniVersion": "1.0.0", "ips": [{"address": "host/9"}]} | invalid IP address: host
            {"cniVersion": "1.0.0", "ips": [{"address": "10.1.0.5/9", "gateway": "::1"}]} | a gateway of another family
            {"cniVersion": "1.0.0", "ips": [{"address": "10.1.0.5/9", "interface": 7}]} | is of no interface
            {"cniVersion": "1.0.0", "ips": [{"address": "10.1.0.5/9", "interface": -1}]} | is of no interface
            {"cniVersion": "1.0.0", "interfaces": [{"name": "../x"}]} | not a name of a network device
            {"cniVersion": "1.0.0", "interfaces": [{"name": "a", "mac": "x"}]} | not a MAC address
            {"cniVersion": "1.0.0", "dns": {"search": ["a b"]}} | dns: not a word
            {"cniVersion": "1.0.0"} more | none
            """)
    void whatIsNoResultIsRefused(String document, String part) {
        assertThatThrownBy(() -> result(document))
                .isInstanceOf(CniException.class)
                .hasMessageContaining(part);
    }

    @Test
    void aResultWithoutAnEndIsRefused() {
        String many = "{\"name\":\"a\"},".repeat(100);
        assertThatThrownBy(() -> result("{\"cniVersion\":\"1.0.0\",\"interfaces\":[" + many + "{\"name\":\"b\"}]}"))
                .hasMessage("a result with more than 64 of a kind");
        assertThatThrownBy(() -> CniResult.read(new byte[CniResult.MOST_BYTES + 1], "1.0.0"))
                .hasMessageContaining("is more than any");
    }
}
