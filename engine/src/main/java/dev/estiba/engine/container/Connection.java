package dev.estiba.engine.container;

import dev.estiba.engine.network.Given;
import dev.estiba.engine.network.Joined;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Namespace;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The network of a run that is about to begin. What is in the namespace ends with it when no process has come into it. */
record Connection(Optional<Joined> joined) implements AutoCloseable {
    /** The namespace to join. */
    Optional<String> path() throws IOException {
        return joined.isPresent() ? Optional.of(joined.get().path()) : Optional.empty();
    }

    /** A configuration that joins the user namespace, too, that the network belongs to. */
    Config in(Config config) throws IOException {
        Optional<String> owner = joined.isPresent() ? joined.get().ownerPath() : Optional.empty();
        if (owner.isEmpty()) {
            return config;
        }
        Linux linux = config.linux().orElseThrow();
        List<Namespace> namespaces = linux.namespaces().stream()
                .map(each ->
                        each.type() == Namespace.Type.USER ? Namespace.join(Namespace.Type.USER, owner.get()) : each)
                .toList();
        return config.toBuilder()
                .linux(linux.toBuilder()
                        .namespaces(namespaces)
                        .uidMappings(List.of())
                        .gidMappings(List.of())
                        .build())
                .build();
    }

    Given given() {
        return joined.map(Joined::given).orElse(Given.NOTHING);
    }

    @Override
    public void close() {
        joined.ifPresent(Joined::close);
    }
}
