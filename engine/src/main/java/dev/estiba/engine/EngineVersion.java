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
    private static final String API = "1.55";
    private static final String LEAST_API = "1.24";

    private EngineVersion() {}

    static Version read() throws IOException {
        // From the jar's manifest; a build of single classes has none.
        String version = Optional.ofNullable(EngineVersion.class.getPackage().getImplementationVersion())
                .orElse("0.1.0-SNAPSHOT");
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
                List.of(new Component("Engine", version, details)),
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
