package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.MountPoint;
import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.engine.volume.VolumeNames;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.runtime.Mount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A volume in a container.
 *
 * @param wanted what is made when it is not there
 * @param target where it is mounted
 * @param isOwn whether nobody has named it: it goes with the container, when that one is removed with its volumes
 * @param copies whether an empty one begins with what the image has there
 * @param subpath what of it is mounted; empty: all of it
 * @param options of the mount, but for {@code ro}
 * @param mode as it was said
 */
public record VolumeMount(
        VolumeCreateRequest wanted,
        String target,
        boolean isOwn,
        boolean copies,
        boolean isReadOnly,
        String subpath,
        List<String> options,
        String mode) {
    /** As many as anybody has; each is a mount. */
    private static final int MOST = 100;

    private static final List<String> OPTIONS = List.of("rbind", "rprivate");

    public VolumeMount {
        options = List.copyOf(options);
    }

    /** Where volumes are beneath the data root. */
    private static final String ALL = "volumes/";

    /**
     * The image's {@code VOLUME}s and {@code -v PATH}.
     *
     * @param id of the container
     * @param paths as an image or a person has written them
     * @throws ApiException 400 for one that is no path, or that would hide what the kernel says (CVE-2019-16884)
     */
    static List<VolumeMount> anonymous(String id, Set<String> paths) throws ApiException {
        if (paths.size() > MOST) {
            throw ApiException.badRequest(
                    "the image and the request have " + paths.size() + " volumes, and " + MOST + " is the most");
        }
        List<VolumeMount> all = new ArrayList<>();
        for (String path : paths) {
            String target = MountPlan.absolute(path);
            refuseKernels(path, target);
            VolumeMount volume = new VolumeMount(
                    unnamed(id, target, "", Map.of(), Map.of()), target, true, true, false, "", OPTIONS, "");
            if (!all.contains(volume)) {
                all.add(volume);
            }
        }
        return all;
    }

    static void refuseKernels(String path, String target) throws ApiException {
        for (String kernels : List.of("/proc", "/sys")) {
            if (target.equals(kernels) || target.startsWith(kernels + "/")) {
                throw ApiException.badRequest("invalid volume " + path + ": a volume cannot be in " + kernels);
            }
        }
    }

    /** A volume of a container's own: always the same of one container and path, so that it is made once, whoever is killed when. */
    static VolumeCreateRequest unnamed(
            String id, String target, String driver, Map<String, String> driverOptions, Map<String, String> said) {
        String name =
                Digest.of((id + "\0" + target).getBytes(StandardCharsets.UTF_8)).encoded();
        Map<String, String> labels = new HashMap<>(said);
        labels.put(VolumeNames.ANONYMOUS, "");
        return new VolumeCreateRequest(driver, driverOptions, labels, name);
    }

    public String name() {
        return wanted.name();
    }

    /** @param source what is mounted; empty: the whole volume, from the data root, which is not known on paper */
    Mount mount(String source) {
        List<String> all = new ArrayList<>(options);
        if (isReadOnly) {
            all.add("ro");
            OwnMounts.readOnlyDeep(all);
        }
        return new Mount(target, "bind", source.isEmpty() ? ALL + name() + "/_data" : source, all);
    }

    MountPoint point(Path dataRoot) {
        String source = dataRoot.resolve(ALL + name() + "/_data").toString();
        return new MountPoint("volume", name(), source, target, "local", mode, !isReadOnly, "");
    }
}
