package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.MountPoint;
import dev.estiba.linux.MountInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether what is to be told between the host and a container can be: the host's mount must be one that tells, or is told
 * (mount_namespaces(7)). Otherwise a container that asks for it would find that nothing comes.
 */
final class Propagation {
    private Propagation() {}

    /** @throws ApiException 500 in Docker's words, where it cannot be */
    static void check(List<MountPoint> points) throws ApiException {
        for (MountPoint point : points) {
            boolean isShared = point.propagation().endsWith("shared");
            if (isShared || point.propagation().endsWith("slave")) {
                MountInfo mount = mount(point.source());
                boolean tells = mount.propagation().stream().anyMatch(each -> each.startsWith("shared:"));
                boolean isTold = mount.propagation().stream().anyMatch(each -> each.startsWith("master:"));
                if (!tells && (isShared || !isTold)) {
                    throw ApiException.serverError("path " + point.source() + " is mounted on " + mount.point()
                            + " but it is not a shared" + (isShared ? "" : " or slave") + " mount");
                }
            }
        }
    }

    /** What a path of the host is on. */
    private static MountInfo mount(String source) throws ApiException {
        try {
            Path path = Path.of(source);
            while (!Files.exists(path) && path.getParent() != null) {
                path = path.getParent(); // it is made later
            }
            Path real = path.toRealPath();
            return MountInfo.of(Math.toIntExact(ProcessHandle.current().pid())).stream()
                    .filter(each -> real.startsWith(each.point()))
                    .reduce((one, other) ->
                            other.point().length() >= one.point().length() ? other : one)
                    .orElseThrow(() -> new IOException(source + " is on no mount"));
        } catch (IOException e) {
            throw new ApiException(
                    ApiException.SERVER_ERROR, "cannot find what " + source + " is mounted on: " + e.getMessage(), e);
        }
    }
}
