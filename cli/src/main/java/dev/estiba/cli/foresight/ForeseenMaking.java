package dev.estiba.cli.foresight;

import dev.estiba.api.ApiException;
import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerState;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.CreateResponse;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ExplainOptions;
import dev.estiba.api.Mount;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.cli.Caller;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What making a container would change, and how one that was not made answers those who stay with it. */
final class ForeseenMaking {
    private final EngineApi engine;
    private final Plan plan;
    private final Caller caller;
    private final Set<String> pulled = new HashSet<>();
    private Optional<ContainerInspect> made = Optional.empty();

    ForeseenMaking(EngineApi engine, Plan plan, Caller caller) {
        this.engine = engine;
        this.plan = plan;
        this.caller = caller;
    }

    void pulled(String image) {
        pulled.add(whole(image));
    }

    private boolean isPulled(CreateRequest body) {
        return pulled.contains(whole(body.config().image()));
    }

    /** A name that is written in full; what is none stays as it is. */
    private static String whole(String image) {
        try {
            return Reference.parse(image).tagged().toString();
        } catch (IllegalArgumentException noName) {
            return image;
        }
    }

    /** Whether that is the container which was not made. */
    boolean isMeant(String id) {
        return made.filter(each -> each.id().equals(id)).isPresent();
    }

    CreateResponse createContainer(Optional<String> name, CreateRequest body) throws ApiException {
        return createContainer(name, Optional.empty(), body);
    }

    CreateResponse createContainer(Optional<String> name, Optional<String> platform, CreateRequest body)
            throws ApiException {
        String wanted = name.orElse("");
        refuseName(wanted);
        if (!isPulled(body)) {
            refuse(body, platform);
        }
        for (String volume : volumes(body)) {
            plan.add(Step.add("volume", volume));
        }
        addDirectories(body);
        List<String> notes = new ArrayList<>();
        notes.add("of the image " + body.config().image());
        if (body.hostConfig().autoRemove()) {
            notes.add("removed when it ends, with its volumes that have no name");
        }
        plan.add(Step.add("container", wanted, notes.toArray(String[]::new)));
        String id = wanted.isEmpty() ? "not-made" : wanted;
        made = Optional.of(ContainerInspect.builder()
                .id(id)
                .name("/" + id)
                .state(ContainerState.builder().status("created").build())
                .config(body.config())
                .hostConfig(body.hostConfig())
                .build());
        return new CreateResponse(id, List.of());
    }

    /** A name that is none, or another container's. */
    void refuseName(String name) throws ApiException {
        if (name.isEmpty()) {
            return;
        }
        String bare = name.startsWith("/") ? name.substring(1) : name;
        if (!bare.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]+")) {
            throw ApiException.badRequest(
                    "Invalid container name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        Optional<ContainerInspect> holder = find(bare);
        if (holder.filter(each -> each.name().equals("/" + bare)).isPresent()) {
            throw ApiException.conflict("Conflict. The container name \"/" + bare
                    + "\" is already in use by container \"" + holder.get().id()
                    + "\". You have to remove (or rename) that container to be able to reuse that name.");
        }
    }

    private Optional<ContainerInspect> find(String name) throws ApiException {
        try {
            return Optional.of(engine.inspectContainer(name));
        } catch (ApiException e) {
            if (e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** As the engine refuses it; one that is elsewhere can only be asked for the image. */
    private void refuse(CreateRequest body, Optional<String> platform) throws ApiException {
        try {
            engine.explainContainer(
                    body,
                    new ExplainOptions(ExplainOptions.Format.JSON, 0, false, platform),
                    OutputStream.nullOutputStream());
        } catch (ApiException e) {
            if (e.status() != ApiException.NOT_IMPLEMENTED || !e.message().contains("--explain")) {
                throw e;
            }
            engine.inspectImage(body.config().image());
        }
    }

    /** Those that are not there yet. */
    private Set<String> volumes(CreateRequest body) throws ApiException {
        Set<String> named = new LinkedHashSet<>();
        Set<String> taken = new HashSet<>();
        for (String bind : body.hostConfig().binds()) {
            String[] parts = bind.split(":");
            if (parts.length > 1) {
                taken.add(parts[1]);
                named.add(parts[0]);
            }
        }
        for (Mount mount : body.hostConfig().mounts()) {
            taken.add(mount.target());
            if (mount.type().equals("volume")) {
                named.add(mount.source().isEmpty() ? "without a name, for " + mount.target() : mount.source());
            }
        }
        taken.addAll(body.hostConfig().tmpfs().keySet());
        named.removeIf(name -> name.startsWith("/"));
        for (String name : List.copyOf(named)) {
            if (name.indexOf(' ') < 0 && isThere(name)) {
                named.remove(name);
            }
        }
        Set<String> places = new LinkedHashSet<>(body.config().volumes());
        if (!isPulled(body)) {
            places.addAll(engine.inspectImage(body.config().image()).config().volumes());
        }
        places.removeAll(taken);
        places.forEach(place -> named.add("without a name, for " + place));
        return named;
    }

    private boolean isThere(String volume) throws ApiException {
        try {
            return !engine.inspectVolume(volume).name().isEmpty();
        } catch (ApiException e) {
            if (e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
            return false;
        }
    }

    /** Docker's rule for -v: what is not there becomes a directory. */
    private void addDirectories(CreateRequest body) throws ApiException {
        for (String bind : body.hostConfig().binds()) {
            String source = bind.split(":")[0];
            try {
                if (source.startsWith("/") && caller.files().kind(source, true).isEmpty()) {
                    plan.add(Step.add("directory of the host", source, "at the container's start"));
                }
            } catch (IOException unseen) {
                // Who may not look there learns nothing of it.
                continue;
            }
        }
    }

    Attachment attachContainer(String id, AttachOptions options) throws ApiException {
        if (!isMeant(id)) {
            engine.inspectContainer(id);
        }
        return new Nothing();
    }

    CompletableFuture<WaitResponse> waitContainer(String id, WaitCondition condition) {
        return CompletableFuture.completedFuture(new WaitResponse(0, Optional.empty()));
    }

    void resizeContainer(String id, int rows, int columns) {
        // It has no terminal.
    }

    ContainerInspect inspectContainer(String id) throws ApiException {
        return isMeant(id) ? made.orElseThrow() : engine.inspectContainer(id);
    }

    /** Of a process that does not run. */
    private record Nothing() implements Attachment {
        @Override
        public Optional<Output> next() {
            return Optional.empty();
        }

        @Override
        public void write(byte[] input) {
            // Nobody reads it.
        }

        @Override
        public void closeInput() {
            // Nobody reads it.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
