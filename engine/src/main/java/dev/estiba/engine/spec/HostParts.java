package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.DeviceRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.oci.runtime.BlockIo;
import dev.estiba.oci.runtime.Device;
import dev.estiba.oci.runtime.DeviceRule;
import dev.estiba.oci.runtime.SeccompSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container has of this host, as the host is now: asked for before a container is made, and again at each of its
 * starts. A container that runs does not lose its place in a list because a directory has gone.
 *
 * @param missing directories that are to be made before the start, as Docker does for {@code -v}
 * @param nodes in the container's /dev
 * @param rules which devices it may open
 * @param blockIo how much of block devices it has
 * @param seccomp which system calls it has, by this host's kernel
 * @param sources of volumes that are not a directory of the engine's own, by where they are mounted: known at a start alone
 */
public record HostParts(
        List<String> missing,
        List<Device> nodes,
        List<DeviceRule> rules,
        BlockIo blockIo,
        Optional<SeccompSource> seccomp,
        Map<String, String> sources) {
    /** @throws ApiException 400 or 500, in Docker's words, for a directory or a device that is not there */
    static HostParts of(MountPlan mounts, HostConfig host, Optional<SeccompSource> seccomp) throws ApiException {
        List<String> missing = mounts.missing();
        Propagation.check(mounts.points());
        DeviceNodes devices = DeviceNodes.of(host);
        BlockIo blockIo = BlockDevices.of(host.resources());
        List<DeviceRequest> requests = host.resources().deviceRequests();
        if (!requests.isEmpty()) {
            // moby, daemon/devices.go: no driver of such devices is here.
            DeviceRequest first = requests.getFirst();
            throw ApiException.serverError("could not select device driver \"" + first.driver()
                    + "\" with capabilities: ["
                    + String.join(
                            " ",
                            first.capabilities().stream()
                                    .map(each -> "[" + String.join(" ", each) + "]")
                                    .toList())
                    + "]");
        }
        return new HostParts(missing, devices.nodes(), devices.rules(), blockIo, seccomp, Map.of());
    }

    /** The same, at a start. */
    public HostParts with(Map<String, String> known) {
        return new HostParts(missing, nodes, rules, blockIo, seccomp, known);
    }
}
