package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ConsoleSize;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HealthConfig;
import dev.estiba.api.HostConfig;
import dev.estiba.api.LogConfig;
import dev.estiba.api.Mount;
import dev.estiba.api.MountPoint;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.VolumeOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.create.KeyValues;
import dev.estiba.cli.flag.BadValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The container that a {@code debug} runs in.
 *
 * @param container that is looked into; empty when an image is
 * @param image whose files are the root, where the engine does not know it by itself
 * @param other what the container, or the image, is told to do
 */
record DebugBody(Call call, Optional<ContainerInspect> container, String image, ContainerConfig other) {
    /** The engine knows them by these annotations. */
    private static final String TARGET = "dev.estiba.debug",
            WRITE = "dev.estiba.debug.write",
            PLACE = "dev.estiba.debug.place";

    /** Where a container's files are beside an image of tools. */
    private static final String BESIDE = "/target";

    static DebugBody of(Call call) throws ApiException {
        String name = call.arguments().getFirst();
        try {
            ContainerInspect found = call.engine().inspectContainer(name);
            return new DebugBody(call, Optional.of(found), found.config().image(), found.config());
        } catch (ApiException e) {
            if (e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
        }
        if (MissingImage.isOfThisProgram(name)) {
            return new DebugBody(call, Optional.empty(), name, ContainerConfig.NOTHING);
        }
        try {
            return new DebugBody(
                    call,
                    Optional.empty(),
                    name,
                    call.engine().inspectImage(name).config());
        } catch (ApiException e) {
            if (e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
            throw ApiException.notFound("there is neither a container nor an image that is called " + name
                    + ": 'estiba ps -a' and 'estiba images' list what there is");
        }
    }

    CreateRequest request() throws IOException, BadValue {
        if (call.flags().isOn("write") && !isRunning()) {
            throw new BadValue("--write: only what runs keeps what is changed in it");
        }
        if (isRunning() && call.flags().isGiven("network")) {
            throw new BadValue("--network: the network of a container that runs is its own");
        }
        if (hasTools() && call.flags().isGiven("tools")) {
            throw new BadValue("--image and --tools cannot both be said");
        }
        if (hasTools() && container.isEmpty()) {
            throw new BadValue("--image has the tools for a container; " + image + " is an image itself");
        }
        boolean tty = call.caller().isTerminal(0) && call.caller().isTerminal(1);
        ContainerConfig.Builder config = ContainerConfig.builder()
                .image(hasTools() ? call.flags().text("image") : image)
                .user(call.flags().text("user").isEmpty() ? "0:0" : call.flags().text("user"))
                .attachStdin(true)
                .attachStdout(true)
                .attachStderr(true)
                .openStdin(true)
                .stdinOnce(true)
                .tty(tty)
                .env(environment())
                .entrypoint(hasTools() ? List.of("") : DebugTools.entrypoint())
                .cmd(words())
                .workingDir(hasTools() ? call.flags().text("workdir") : "/")
                .healthcheck(new HealthConfig(List.of("NONE"), 0, 0, 0, 0, 0))
                .labels(Map.of(TARGET, container.map(ContainerInspect::id).orElse(image)));
        return new CreateRequest(config.build(), host(tty), new NetworkingConfig(Map.of()));
    }

    private boolean hasTools() {
        return !call.flags().text("image").isEmpty();
    }

    private boolean isRunning() {
        return container.filter(each -> each.state().running()).isPresent();
    }

    private List<String> words() throws BadValue {
        List<String> command = call.arguments().subList(1, call.arguments().size());
        if (!call.flags().isGiven("command")) {
            return command.isEmpty() ? List.of("sh") : command;
        }
        if (!command.isEmpty()) {
            throw new BadValue("--command and a command behind the name cannot both be said");
        }
        return List.of("sh", "-c", call.flags().text("command"));
    }

    private List<String> environment() throws BadValue {
        List<String> all = new ArrayList<>();
        if (!hasTools()) {
            String name = container
                    .map(each -> each.name().replaceFirst("^/", ""))
                    .or(() -> DebugTools.printable(image))
                    .orElse("image");
            String directory = call.flags().text("workdir");
            ContainerConfig in = directory.isEmpty()
                    ? other
                    : other.toBuilder().workingDir(directory).build();
            all.addAll(DebugTools.environment(in, name));
        }
        all.addAll(KeyValues.environment(List.of(), call.flags().all("env"), call.caller()));
        return all;
    }

    private HostConfig host(boolean tty) throws IOException, BadValue {
        HostConfig.Builder host = HostConfig.NOTHING.toBuilder()
                .autoRemove(true)
                .logConfig(new LogConfig("none", Map.of()))
                .privileged(call.flags().isOn("privileged")
                        || container
                                .filter(each -> each.hostConfig().privileged())
                                .isPresent())
                .capAdd(rights())
                .annotations(annotations());
        if (!hasTools()) {
            host.tmpfs(DebugTools.mounts())
                    .binds(List.of(DebugTools.bind(call.caller(), call.flags().text("tools"))));
        }
        if (tty) {
            call.caller()
                    .windowSize()
                    .ifPresent(size -> host.consoleSize(new ConsoleSize(size.rows(), size.columns())));
        }
        if (isRunning()) {
            return host.networkMode("none").build(); // it joins the other one's
        }
        return host.networkMode(network()).mounts(volumes()).build();
    }

    /** What the other one may, so that the kernel lets it be looked at (ptrace(2)), and the look itself. */
    private List<String> rights() {
        List<String> all = new ArrayList<>(
                container.map(each -> each.hostConfig().capAdd()).orElse(List.of()));
        all.add("SYS_PTRACE");
        return all;
    }

    private Map<String, String> annotations() {
        Map<String, String> all = new LinkedHashMap<>();
        container.ifPresent(each -> all.put(TARGET, each.id()));
        if (call.flags().isOn("write")) {
            all.put(WRITE, "true");
        }
        if (hasTools()) {
            all.put(PLACE, BESIDE);
        }
        return all;
    }

    private String network() {
        if (call.flags().isGiven("network")) {
            return call.flags().text("network");
        }
        String own = container.map(each -> each.hostConfig().networkMode()).orElse("");
        return own.startsWith("container:") ? "none" : own;
    }

    /** Those of the other one that are there: it may have ended for want of one. */
    private List<Mount> volumes() throws IOException {
        List<Mount> all = new ArrayList<>();
        boolean hasNoPlaces = container
                .filter(each -> each.state().status().equals("created"))
                .isPresent();
        if (hasTools() && hasNoPlaces) {
            return all; // where they go is made at a first start, and those files are read-only
        }
        for (MountPoint each : container.map(ContainerInspect::mounts).orElse(List.of())) {
            Mount.Builder mount = Mount.builder()
                    .type(each.type())
                    .target((hasTools() ? BESIDE : "") + each.destination())
                    .readOnly(true);
            if (each.type().equals("volume") && !each.name().isEmpty()) {
                all.add(mount.source(each.name())
                        .volumeOptions(new VolumeOptions(true, Map.of(), "", Optional.empty()))
                        .build());
            } else if (each.type().equals("bind")
                    && call.caller().files().kind(each.source(), true).isPresent()) {
                all.add(mount.source(each.source()).build());
            }
        }
        return all;
    }
}
