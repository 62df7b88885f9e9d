package dev.estiba.api;

import java.util.List;
import java.util.Map;

/** The operations of the Engine API on volumes. As {@link EngineApi}; whoever cannot have volumes answers that he has none. */
public interface VolumesApi {
    /**
     * Makes a volume, unless it is there already.
     *
     * @throws ApiException 400 for a name or an option that is none, 404 for a driver that nobody has, 409 when a volume of that name
     *     has other options
     */
    default Volume createVolume(VolumeCreateRequest body) throws ApiException {
        throw unbuilt();
    }

    default VolumeList listVolumes(Map<String, List<String>> filters) throws ApiException {
        throw unbuilt();
    }

    /** Where there are none, none of that name is found: whoever looks for any object of a name goes on. */
    default Volume inspectVolume(String name) throws ApiException {
        throw ApiException.notFound("get " + name + ": no such volume");
    }

    /**
     * @param force do not complain of one that is not there
     * @throws ApiException 409 when a container wants it, whether it runs or not
     */
    default void removeVolume(String name, boolean force) throws ApiException {
        throw unbuilt();
    }

    /** Removes those that no container wants; only anonymous ones, unless the filter {@code all} is true. */
    default VolumesPruned pruneVolumes(Map<String, List<String>> filters) throws ApiException {
        throw unbuilt();
    }

    private static ApiException unbuilt() {
        return ApiException.notImplemented("volumes are not built here");
    }
}
