package dev.estiba.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.oci.json.Layout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FeaturesWriterTest {
    @Test
    void everyFieldIsWritten() {
        LinuxFeatures linux = new LinuxFeatures(
                List.of(Namespace.Type.CGROUP, Namespace.Type.USER),
                List.of("CAP_CHOWN"),
                new LinuxFeatures.Cgroups(true, false, false, false, true),
                new LinuxFeatures.Seccomp(
                        true,
                        List.of(Seccomp.Action.ERRNO),
                        List.of(SeccompArg.Operator.MASKED_EQ),
                        List.of("SCMP_ARCH_X86_64"),
                        List.of("SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"),
                        List.of("SECCOMP_FILTER_FLAG_LOG")),
                true,
                false,
                new LinuxFeatures.IntelRdt(true, true, false),
                new LinuxFeatures.MemoryPolicies(
                        List.of(MemoryPolicy.Mode.BIND), List.of(MemoryPolicy.Flag.STATIC_NODES)),
                true,
                false);
        Features features = new Features(
                "1.0.0",
                "1.3.0",
                List.of("prestart", "poststop"),
                List.of("ro", "rw"),
                Optional.of(linux),
                Map.of("dev.estiba.version", "0.1.0"),
                List.of("dev.estiba."));

        assertThat(text(features)).isEqualTo("""
            {"ociVersionMin":"1.0.0","ociVersionMax":"1.3.0","hooks":["prestart","poststop"],\
            "mountOptions":["ro","rw"],\
            "linux":{"namespaces":["cgroup","user"],"capabilities":["CAP_CHOWN"],\
            "cgroup":{"v1":true,"v2":false,"systemd":false,"systemdUser":false,"rdma":true},\
            "seccomp":{"enabled":true,"actions":["SCMP_ACT_ERRNO"],"operators":["SCMP_CMP_MASKED_EQ"],\
            "archs":["SCMP_ARCH_X86_64"],\
            "knownFlags":["SECCOMP_FILTER_FLAG_LOG","SECCOMP_FILTER_FLAG_SPEC_ALLOW"],\
            "supportedFlags":["SECCOMP_FILTER_FLAG_LOG"]},\
            "apparmor":{"enabled":true},"selinux":{"enabled":false},\
            "intelRdt":{"enabled":true,"schemata":true,"monitoring":false},\
            "memoryPolicy":{"modes":["MPOL_BIND"],"flags":["MPOL_F_STATIC_NODES"]},\
            "mountExtensions":{"idmap":{"enabled":true}},"netDevices":{"enabled":false}},\
            "annotations":{"dev.estiba.version":"0.1.0"},\
            "potentiallyUnsafeConfigAnnotations":["dev.estiba."]}\
            """);
    }

    @Test
    void anEmptyListSaysNone() {
        Features features = new Features("1.0.0", "1.3.0", List.of(), List.of(), Optional.empty(), Map.of(), List.of());

        assertThat(text(features)).isEqualTo("""
            {"ociVersionMin":"1.0.0","ociVersionMax":"1.3.0","hooks":[],"mountOptions":[],\
            "potentiallyUnsafeConfigAnnotations":[]}\
            """);
    }

    private static String text(Features features) {
        return new String(FeaturesWriter.write(features, Layout.COMPACT), StandardCharsets.UTF_8);
    }
}
