package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.linux.Host;
import dev.estiba.linux.number.Abi;
import dev.estiba.oci.image.Platform;

/** Which platform's programs this machine runs. */
final class HostPlatform {
    private HostPlatform() {}

    static Platform read() {
        return Platform.of("linux", Host.abi() == Abi.ARM64 ? "arm64" : "amd64");
    }

    /** What a user writes. */
    static Platform parse(String text, Platform host) throws ApiException {
        try {
            return Platform.parse(text, host);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }
}
