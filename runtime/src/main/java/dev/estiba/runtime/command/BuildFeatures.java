package dev.estiba.runtime.command;

import dev.estiba.linux.number.Capability;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.Features;
import dev.estiba.oci.runtime.LinuxFeatures;
import dev.estiba.oci.runtime.MemoryPolicy;
import dev.estiba.oci.runtime.Seccomp;
import dev.estiba.oci.runtime.SeccompArg;
import dev.estiba.runtime.compile.Built;
import dev.estiba.runtime.seccomp.Architecture;
import dev.estiba.runtime.seccomp.Flag;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What this build can do, as {@code features} says it: never more than what a container gets. */
final class BuildFeatures {
    /** The oldest specification whose configurations are read: all of 1.x are (specs-go, versioning). */
    private static final String OLDEST = "1.0.0";

    private BuildFeatures() {}

    static Features of(String version, String commit) {
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put("dev.estiba.commit", commit);
        annotations.put("dev.estiba.version", version);
        return new Features(
                OLDEST,
                Config.SPEC_VERSION,
                List.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"),
                Built.mountOptions(),
                Optional.of(linux()),
                annotations,
                List.of());
    }

    private static LinuxFeatures linux() {
        return new LinuxFeatures(
                Built.namespaces(),
                Arrays.stream(Capability.values())
                        .map(each -> "CAP_" + each.name())
                        .toList(),
                new LinuxFeatures.Cgroups(true, true, false, false, true),
                seccomp(),
                true,
                true,
                new LinuxFeatures.IntelRdt(true, true, true),
                new LinuxFeatures.MemoryPolicies(
                        List.of(MemoryPolicy.Mode.values()), List.of(MemoryPolicy.Flag.values())),
                true,
                true);
    }

    private static LinuxFeatures.Seccomp seccomp() {
        return new LinuxFeatures.Seccomp(
                true,
                List.of(Seccomp.Action.values()),
                List.of(SeccompArg.Operator.values()),
                Stream.of(Architecture.values())
                        .filter(each -> each.abi().isPresent())
                        .map(Architecture::specName)
                        .sorted()
                        .toList(),
                flags(Stream.of(Flag.values())),
                flags(Stream.of(Flag.values())));
    }

    private static List<String> flags(Stream<Flag> flags) {
        return flags.map(Flag::specName).toList();
    }
}
