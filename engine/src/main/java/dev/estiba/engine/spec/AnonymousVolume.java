package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.MountPoint;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.runtime.Mount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A directory of one container's own, mounted over a path of its image ({@code VOLUME}, {@code -v PATH}). It begins with what the
 * image has there, and goes with the container.
 *
 * @param name 64 hex digits: always the same of one container and path
 * @param target where it is mounted
 */
public record AnonymousVolume(String name, String target) {
    /** Where they are in a container's directory. */
    public static final String ALL = "volumes";

    /** As many as anybody has; each is a mount. */
    private static final int MOST = 100;

    /**
     * @param paths as an image or a person has written them
     * @throws ApiException 400 for one that is no path, or that would hide what the kernel says (CVE-2019-16884)
     */
    static List<AnonymousVolume> of(String id, Set<String> paths) throws ApiException {
        if (paths.size() > MOST) {
            throw ApiException.badRequest(
                    "the image and the request have " + paths.size() + " volumes, and " + MOST + " is the most");
        }
        List<AnonymousVolume> all = new ArrayList<>();
        for (String path : paths) {
            String target = MountPlan.absolute(path);
            for (String kernels : List.of("/proc", "/sys")) {
                if (target.equals(kernels) || target.startsWith(kernels + "/")) {
                    throw ApiException.badRequest("invalid volume " + path + ": a volume cannot be in " + kernels);
                }
            }
            String name = Digest.of((id + "\0" + target).getBytes(StandardCharsets.UTF_8))
                    .encoded();
            AnonymousVolume volume = new AnonymousVolume(name, target);
            if (!all.contains(volume)) {
                all.add(volume);
            }
        }
        return all;
    }

    /** @param data the container's directory */
    public Path directory(Path data) {
        return data.resolve(relative());
    }

    private String relative() {
        return ALL + "/" + name;
    }

    /** From the container's directory, which is not known on paper. */
    Mount mount() {
        return new Mount(target, "bind", relative(), List.of("rbind", "rprivate"));
    }

    MountPoint point(Path data) {
        return new MountPoint("volume", name, directory(data).toString(), target, "local", "", true, "");
    }
}
