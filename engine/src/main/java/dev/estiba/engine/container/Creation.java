package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.CreateResponse;
import dev.estiba.engine.image.Image;
import dev.estiba.engine.spec.HostFacts;
import dev.estiba.engine.spec.Jail;
import dev.estiba.engine.spec.Merge;
import dev.estiba.engine.spec.Rootless;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.ContainerStore;
import dev.estiba.runtime.record.Timestamps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code POST /containers/create}: refuses, then writes; nothing of the container itself is made yet. */
final class Creation {
    private static final int ATTEMPTS = 20;

    private final Context context;

    Creation(Context context) {
        this.context = context;
    }

    CreateResponse create(Optional<String> name, CreateRequest request) throws IOException {
        Optional<String> wanted = Optional.empty();
        if (name.isPresent() && !name.get().isEmpty()) {
            wanted = Optional.of(Names.check(name.get()));
        }
        if (request.config().image().isEmpty()) {
            throw ApiException.badRequest("no image is named");
        }
        Image image = context.images().find(request.config().image());
        CreateRequest merged = Merge.of(request, image);
        String id = ContainerStore.newId();
        SpecBuilder.of(id, merged, context.facts()).refuseOnHost();
        LogOptions.check(merged.hostConfig().logConfig());
        if (!merged.config().stopSignal().isEmpty()) {
            Stopper.signal(merged.config().stopSignal());
        }
        for (int attempt = 0; ; attempt++) {
            ContainerRecord record = new ContainerRecord(
                    id,
                    wanted.orElse(Names.invent(attempt)),
                    Timestamps.now(),
                    image.id(),
                    image.lowers(),
                    merged.hostConfig().autoRemove(),
                    merged);
            try {
                context.store().create(record).close();
                return new CreateResponse(id, warnings(merged, context.facts()));
            } catch (ApiException e) {
                if (wanted.isPresent() || e.status() != ApiException.CONFLICT || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static List<String> warnings(CreateRequest request, HostFacts facts) {
        List<String> warnings = new ArrayList<>(Rootless.warnings(request.hostConfig(), facts));
        if (request.hostConfig().isolation().equals("chroot")) {
            warnings.add(Jail.UNPROTECTED);
        }
        String network = request.hostConfig().networkMode();
        if (network.isEmpty() || network.equals("default")) {
            warnings.add("the bridge network is not built yet: it has --network none (or say --network host)");
        }
        return warnings;
    }
}
