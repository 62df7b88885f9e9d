package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;

/** How a container gets the files of its image: {@code --snapshotter}, which is {@code --storage-opt snapshotter=}. */
public enum Snapshotter {
    /** An overlay; where there can be none, a copy. */
    OVERLAY,
    /** A copy. */
    NATIVE;

    private static final String OPTION = "snapshotter";

    static Snapshotter of(HostConfig host, HostFacts facts) throws ApiException {
        for (String option : host.storageOpt().keySet()) {
            if (!option.equals(OPTION) && !option.equals(StorageSize.OPTION)) {
                throw ApiException.notImplemented("not built yet: --storage-opt " + option);
            }
        }
        String word = host.storageOpt().getOrDefault(OPTION, "");
        return switch (word) {
            case "", "overlay", "overlayfs" -> OVERLAY;
            case "native" -> {
                if (facts.lent().isPresent()) {
                    throw ApiException.notImplemented(
                            "not built yet: --snapshotter native for an ordinary user, who may not read all of an image's files");
                }
                if (StorageSize.of(host).isPresent()) {
                    throw ApiException.badRequest(
                            "--storage-opt size= limits what is written over an image: it makes no sense with --snapshotter native");
                }
                yield NATIVE;
            }
            default ->
                throw ApiException.badRequest("unknown snapshotter: " + word + " (there are overlay and native)");
        };
    }
}
