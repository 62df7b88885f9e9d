package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.DeviceMapping;
import dev.estiba.oci.runtime.Device;
import dev.estiba.oci.runtime.DeviceRule;
import dev.estiba.runtime.Defaults;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceNodesTest {
    private static DeviceNodes device(String host, String inside, String access) throws ApiException {
        return DeviceNodes.of(Requests.limited(r -> r.devices(List.of(new DeviceMapping(host, inside, access)))));
    }

    private static DeviceNodes rule(String rule) throws ApiException {
        return DeviceNodes.of(Requests.limited(r -> r.deviceCgroupRules(List.of(rule))));
    }

    private static DeviceRule allow(String type, OptionalLong major, OptionalLong minor, String access) {
        return new DeviceRule(true, Optional.of(type), major, minor, Optional.of(access));
    }

    @Test
    void nothingAskedForIsWhatEveryContainerHas() throws ApiException {
        DeviceNodes plain = DeviceNodes.of(Requests.host(host -> host));
        assertThat(plain.nodes()).isEmpty();
        assertThat(plain.rules()).isEqualTo(Defaults.DEVICE_RULES);
    }

    @Test
    void aDeviceHasItsHostsNumbers() throws ApiException {
        DeviceNodes full = device("/dev/full", "/dev/brim", "r");
        assertThat(full.nodes()).hasSize(1);
        Device node = full.nodes().getFirst();
        assertThat(node.type()).isEqualTo(Device.Type.CHARACTER);
        assertThat(node.path()).isEqualTo("/dev/brim");
        assertThat(node.major()).hasValue(1);
        assertThat(node.minor()).hasValue(7);
        assertThat(full.rules()).endsWith(allow("c", OptionalLong.of(1), OptionalLong.of(7), "r"));
    }

    @Test
    void whatIsLeftOutIsTheSamePathAndAllAccess() throws ApiException {
        DeviceNodes full = device("/dev/full", "", "");
        assertThat(full.nodes().getFirst().path()).isEqualTo("/dev/full");
        assertThat(full.rules()).endsWith(allow("c", OptionalLong.of(1), OptionalLong.of(7), "rwm"));
    }

    @Test
    void whatIsNoDeviceIsRefused() {
        String gathering = "error gathering device information while adding custom device ";
        Requests.refused(() -> device("/etc", "", ""), 400, gathering + "\"/etc\": not a device node");
        Requests.refused(() -> device("/nowhere", "", ""), 500, gathering + "\"/nowhere\": no such file or directory");
        Requests.refused(() -> device("/dev/full", "", "x"), 400, "invalid device permissions for /dev/full: x");
    }

    @Test
    void rulesOfThreeKindsAreRead() throws ApiException {
        assertThat(rule("c 10:200 rwm").rules()).endsWith(allow("c", OptionalLong.of(10), OptionalLong.of(200), "rwm"));
        assertThat(rule("b *:* m").rules()).endsWith(allow("b", OptionalLong.empty(), OptionalLong.empty(), "m"));
        assertThat(rule("a 4294967295:* rw").rules())
                .endsWith(allow("a", OptionalLong.of(4294967295L), OptionalLong.empty(), "rw"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c 1:3",
                "c 1:3 rwx",
                "c 1:3 ",
                "d 1:3 r",
                "c 1 r",
                "c -1:3 r",
                " c 1:3 r",
                "c 4294967296:1 r",
                "c 1:99999999999999999999 r",
            })
    void aRuleThatIsNoneIsRefused(String rule) {
        Requests.refused(() -> rule(rule), 400, "invalid device cgroup rule format: '" + rule + "'");
    }

    @Test
    void aPrivilegedOneMayOpenEverything() throws ApiException {
        DeviceNodes all = DeviceNodes.of(Requests.host(host -> host.privileged(true)));
        assertThat(all.rules())
                .containsExactly(new DeviceRule(
                        true, Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.of("rwm")));
        assertThat(all.nodes())
                .extracting(Device::path)
                .doesNotContain("/dev/null", "/dev/ptmx", "/dev/console")
                .noneMatch(path -> path.startsWith("/dev/pts"));
    }
}
