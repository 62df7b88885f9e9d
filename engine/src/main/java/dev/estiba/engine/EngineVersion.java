package dev.estiba.engine;

import dev.estiba.api.Component;
import dev.estiba.api.Platform;
import dev.estiba.api.Version;
import dev.estiba.linux.Host;
import dev.estiba.linux.number.Abi;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What this engine calls itself. */
final class EngineVersion {
    /**
     * Clients ask what they may expect of a Docker Engine by its version (Testcontainers wants 1.6 or newer, others look for
     * 20 or 23): the one whose behaviour the doors have been compared with. Which Estiba it is stands behind it, as Debian
     * says which build of Docker's it is.
     */
    private static final String BEHAVES_AS = "28.5.2";

    private static final String API = "1.55";
    private static final String LEAST_API = "1.24";

    private EngineVersion() {}

    static Version read() throws IOException {
        // From the jar's manifest; a build of single classes has none.
        String own = Optional.ofNullable(EngineVersion.class.getPackage().getImplementationVersion())
                .orElse("0.1.0-SNAPSHOT");
        String version = BEHAVES_AS + "+estiba" + own;
        String architecture = Host.abi() == Abi.ARM64 ? "arm64" : "amd64";
        // Docker's command shows what the component says, not what stands beside it.
        Map<String, String> details = Map.of(
                "ApiVersion",
                API,
                "MinAPIVersion",
                LEAST_API,
                "Os",
                "linux",
                "Arch",
                architecture,
                "KernelVersion",
                Host.release(),
                "Experimental",
                "false");
        return new Version(
                new Platform("Estiba"),
                List.of(new Component("Engine", version, details), new Component("Estiba", own, Map.of())),
                version,
                API,
                LEAST_API,
                "",
                "",
                "linux",
                architecture,
                Host.release(),
                false,
                "");
    }
}
