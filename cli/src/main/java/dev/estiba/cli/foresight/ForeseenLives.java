package dev.estiba.cli.foresight;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.api.Body;
import dev.estiba.api.Change;
import dev.estiba.api.CommitOptions;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.EngineApi;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Layout;
import dev.estiba.api.MountPoint;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import dev.estiba.api.UpdateRequest;
import dev.estiba.api.UpdateResponse;
import dev.estiba.cli.template.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What would become of containers that are there. Refusals are in dockerd's words, as the engine has them. */
final class ForeseenLives {
    private static final String KIND = "container", STATE = "state", RUNNING = "running";

    private final EngineApi engine;
    private final Plan plan;
    private final ForeseenMaking making;

    ForeseenLives(EngineApi engine, Plan plan, ForeseenMaking making) {
        this.engine = engine;
        this.plan = plan;
        this.making = making;
    }

    private static String name(ContainerInspect container) {
        return container.name().startsWith("/") ? container.name().substring(1) : container.name();
    }

    private static boolean isRunning(ContainerInspect container) {
        return container.state().running();
    }

    Change startContainer(String id, StartOptions options) throws ApiException {
        ContainerInspect container = making.inspectContainer(id);
        if (container.state().paused()) {
            throw ApiException.conflict("cannot start a paused container, try unpause instead");
        }
        if (isRunning(container)) {
            return Change.NOT_MODIFIED;
        }
        String shown = id.equals("not-made") ? "" : name(container);
        plan.add(Step.change(KIND, shown, STATE, container.state().status(), RUNNING));
        return Change.DONE;
    }

    Change stopContainer(String id, StopOptions options) throws ApiException {
        ContainerInspect container = engine.inspectContainer(id);
        if (!isRunning(container)) {
            return Change.NOT_MODIFIED;
        }
        stopped(container, options);
        gone(container);
        return Change.DONE;
    }

    private void stopped(ContainerInspect container, StopOptions options) {
        String usual = container.config().stopSignal().isEmpty()
                ? "SIGTERM"
                : container.config().stopSignal();
        String signal = options.signal().isEmpty() ? usual : options.signal();
        int seconds = options.timeout().orElse(container.config().stopTimeout().orElse(10));
        String then = seconds < 0 ? "and is waited for" : "and SIGKILL after " + seconds + " s, if it has not ended";
        List<String> notes = new ArrayList<>(List.of("its first process gets " + signal + ", " + then));
        if (!container.hostConfig().portBindings().isEmpty()) {
            notes.add("its published ports are free then");
        }
        plan.add(Step.change(
                KIND, name(container), STATE, container.state().status(), "exited", notes.toArray(String[]::new)));
    }

    /** Of one that was made with {@code --rm}. */
    private void gone(ContainerInspect container) throws ApiException {
        if (container.hostConfig().autoRemove()) {
            removed(container, true, "it was made with --rm");
        }
    }

    void restartContainer(String id, StopOptions options) throws ApiException {
        ContainerInspect container = engine.inspectContainer(id);
        if (isRunning(container)) {
            stopped(container, options);
        }
        plan.add(Step.change(
                KIND,
                name(container),
                STATE,
                isRunning(container) ? "exited" : container.state().status(),
                RUNNING));
    }

    void killContainer(String id, String signal) throws ApiException {
        ContainerInspect container = engine.inspectContainer(id);
        if (!isRunning(container)) {
            throw ApiException.conflict(
                    "cannot kill container: " + id + ": container " + container.id() + " is not running");
        }
        String sent = signal.isEmpty() ? "KILL" : signal;
        String bare = sent.startsWith("SIG") ? sent.substring(3) : sent;
        if (!bare.equals("KILL") && !bare.equals("9")) {
            plan.add(Step.change(KIND, name(container), "signal", "", sent, "what comes of it is its program's"));
            return;
        }
        plan.add(Step.change(KIND, name(container), STATE, container.state().status(), "exited"));
        gone(container);
    }

    void pauseContainer(String id) throws ApiException {
        ContainerInspect container = engine.inspectContainer(id);
        if (!isRunning(container)) {
            throw ApiException.conflict("container " + container.id() + " is not running");
        }
        if (container.state().paused()) {
            throw ApiException.conflict("container " + container.id() + " is already paused");
        }
        plan.add(Step.change(KIND, name(container), STATE, RUNNING, "paused"));
    }

    void unpauseContainer(String id) throws ApiException {
        ContainerInspect container = engine.inspectContainer(id);
        if (!container.state().paused()) {
            throw ApiException.conflict("container " + container.id() + " is not paused");
        }
        plan.add(Step.change(KIND, name(container), STATE, "paused", RUNNING));
    }

    void renameContainer(String id, String name) throws ApiException {
        ContainerInspect container = engine.inspectContainer(id);
        String bare = name.startsWith("/") ? name.substring(1) : name;
        if (bare.isEmpty()) {
            throw ApiException.badRequest("Neither old nor new names may be empty");
        }
        if (bare.equals(name(container))) {
            throw ApiException.badRequest("Renaming a container with the same name as its current name");
        }
        making.refuseName(bare);
        plan.add(Step.change(KIND, name(container), "name", name(container), bare));
    }

    void removeContainer(String id, RemoveOptions options) throws ApiException {
        if (options.link()) {
            plan.add(Step.remove("link", id, OptionalLong.empty()));
            return;
        }
        ContainerInspect container = engine.inspectContainer(id, true);
        if (isRunning(container) && !options.force()) {
            throw ApiException.conflict("cannot remove container \"" + container.name() + "\": container is "
                    + (container.state().paused() ? "paused: unpause" : "running: stop")
                    + " the container before removing or force remove");
        }
        boolean withVolumes = options.volumes() || container.hostConfig().autoRemove();
        removed(container, withVolumes, isRunning(container) ? "it runs, and is killed" : "it does not run");
    }

    private void removed(ContainerInspect container, boolean withVolumes, String note) throws ApiException {
        List<String> notes = new ArrayList<>(List.of(note));
        List<String> volumes = new ArrayList<>();
        for (MountPoint mount : container.mounts()) {
            boolean isVolume = mount.type().equals("volume");
            boolean goes = isVolume && withVolumes && isAnonymous(mount.name());
            if (goes) {
                volumes.add(mount.name());
            } else if (isVolume) {
                notes.add("its volume " + mount.name() + " stays");
            }
        }
        plan.add(Step.remove(KIND, name(container), container.sizeRw(), notes.toArray(String[]::new)));
        volumes.forEach(volume -> plan.add(
                Step.remove("volume", volume, OptionalLong.empty(), "it has no name, and goes with its container")));
    }

    private boolean isAnonymous(String volume) throws ApiException {
        try {
            return engine.inspectVolume(volume).labels().containsKey(ForeseenVolumes.ANONYMOUS);
        } catch (ApiException e) {
            if (e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
            return false;
        }
    }

    /** What the request says, where the container is otherwise: as the API calls it. */
    UpdateResponse updateContainer(String id, UpdateRequest request) throws ApiException {
        ContainerInspect container = engine.inspectContainer(id);
        Map<?, ?> wanted = document(request.body());
        Map<?, ?> nothing = document(HostConfig.NOTHING);
        Map<?, ?> now = document(container.hostConfig());
        wanted.forEach((setting, value) -> {
            boolean isSaid = !value.equals(nothing.get(setting));
            if (isSaid && !value.equals(now.get(setting))) {
                String before = Tree.write(Tree.at(now, String.valueOf(setting)));
                plan.add(Step.change(KIND, name(container), String.valueOf(setting), before, Tree.write(value)));
            }
        });
        return new UpdateResponse(List.of());
    }

    private static Map<?, ?> document(HostConfig host) {
        return Tree.read(Body.HOST_CONFIG.write(host, Layout.COMPACT)) instanceof Map<?, ?> map ? map : Map.of();
    }

    String commitContainer(String id, CommitOptions options) throws ApiException {
        ContainerInspect container = engine.inspectContainer(id, true);
        List<String> notes = new ArrayList<>(List.of("of the container " + name(container)));
        if (options.pause() && isRunning(container)) {
            notes.add("the container is paused meanwhile");
        }
        plan.add(Step.add("image", options.reference().orElse("without a name"), notes.toArray(String[]::new)));
        return "";
    }

    void writeArchive(String id, String path, InputStream from, ArchiveOptions options) throws ApiException {
        ContainerInspect container = engine.inspectContainer(id);
        engine.statPath(id, path);
        try {
            from.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new ApiException(ApiException.SERVER_ERROR, "cannot read what is to be copied: " + e.getMessage(), e);
        }
        plan.add(Step.change(KIND, name(container), "files in", "", path));
    }
}
