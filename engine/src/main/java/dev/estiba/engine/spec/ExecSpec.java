package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.ConsoleSize;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.linux.Fd;
import dev.estiba.linux.number.Capability;
import dev.estiba.oci.runtime.Process;
import dev.estiba.oci.runtime.User;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The process of an exec: its container's, but for what the request says. */
public final class ExecSpec {
    private ExecSpec() {}

    /**
     * @param root the container's root directory as it is now
     * @throws ApiException 400 when the container has no such user
     */
    public static Process process(
            String containerId,
            CreateRequest container,
            HostFacts facts,
            ExecCreateRequest request,
            Optional<ConsoleSize> size,
            Fd root)
            throws IOException {
        SpecBuilder spec = SpecBuilder.of(containerId, container, facts);
        String user = request.user().isEmpty() ? container.config().user() : request.user();
        UserDatabase.Identity identity = spec.identity(List.of(root), user);
        String directory = request.workingDir().isEmpty() ? container.config().workingDir() : request.workingDir();
        if (!directory.isEmpty() && !directory.startsWith("/")) {
            throw ApiException.badRequest(
                    "the working directory '" + directory + "' is invalid, it needs to be an absolute path");
        }
        Set<Capability> capabilities = request.privileged() ? facts.capabilities() : spec.capabilities();
        Map<String, String> env = new LinkedHashMap<>();
        spec.environment(identity, request.tty()).forEach(variable -> Merge.put(env, variable));
        request.env().forEach(variable -> Merge.put(env, variable));
        Process.Builder process = Process.builder(request.cmd(), directory.isEmpty() ? "/" : directory)
                .terminal(request.tty())
                .env(List.copyOf(env.values()))
                .user(new User(
                        identity.uid(),
                        identity.gid(),
                        OptionalInt.of(022),
                        Rootless.groups(identity, facts),
                        Optional.empty()))
                .capabilities(CapabilityChoice.sets(capabilities))
                .rlimits(Limits.rlimits(container.hostConfig().resources().ulimits(), facts))
                .noNewPrivileges(spec.noNewPrivileges())
                .oomScoreAdj(container.hostConfig().oomScoreAdj());
        size.filter(given -> request.tty() && given.height() > 0 && given.width() > 0)
                .ifPresent(given ->
                        process.consoleSize(new dev.estiba.oci.runtime.ConsoleSize(given.height(), given.width())));
        return process.build();
    }
}
