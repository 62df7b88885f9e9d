package dev.estiba.cli.context;

import dev.estiba.cli.Caller;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code --docker host=…,ca=…,cert=…,key=…,skip-tls-verify=true}, or {@code from=CONTEXT}. */
public final class EndpointFlag {
    private static final Set<String> NAMES = Set.of("host", "ca", "cert", "key", "skip-tls-verify", "from");

    private EndpointFlag() {}

    /**
     * The context with what the flag says of its endpoint.
     *
     * @param store where {@code from} looks
     */
    public static StoredContext apply(StoredContext context, String flag, ContextStore store, Caller caller)
            throws IOException {
        Map<String, String> values = new HashMap<>();
        for (String part : flag.split(",", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (equals < 0 || !NAMES.contains(name)) {
                throw new IOException("unrecognized config key: " + name
                        + "; --docker knows host, ca, cert, key, skip-tls-verify and from");
            }
            values.put(name, part.substring(equals + 1));
        }
        String from = values.getOrDefault("from", "");
        if (!from.isEmpty()) {
            StoredContext other = existing(store, from, caller);
            return new StoredContext(
                    context.name(), context.description(), other.host(), other.skipsVerification(), other.tls());
        }
        String host = values.getOrDefault("host", context.host());
        StoredContext made = new StoredContext(
                context.name(),
                context.description(),
                host,
                values.getOrDefault("skip-tls-verify", "false").equals("true"),
                new TlsFiles(file(values, "ca", caller), file(values, "cert", caller), file(values, "key", caller)));
        if (!host.isEmpty()) {
            // Looked at now, so that what cannot be used is not kept.
            new Endpoint(host, !made.tls().isEmpty(), !made.skipsVerification(), made.tls()).address(caller);
        }
        return made;
    }

    private static Optional<String> file(Map<String, String> values, String name, Caller caller) throws IOException {
        String path = values.getOrDefault(name, "");
        return path.isEmpty() ? Optional.empty() : Optional.of(Destination.named(caller, path));
    }

    /** One that is kept, or the default one. */
    public static StoredContext existing(ContextStore store, String name, Caller caller) throws IOException {
        if (name.equals(StoredContext.DEFAULT)) {
            return standard(caller);
        }
        return store.find(name).orElseThrow(() -> new IOException("context \"" + name + "\" does not exist"));
    }

    /** The one that is always there. */
    public static StoredContext standard(Caller caller) {
        Map<String, String> environment = caller.environment();
        String root = environment.getOrDefault("ESTIBA_EXEC_ROOT", "");
        String own = root.isEmpty() ? "unix:///run/estiba/docker.sock" : "unix://" + root + "/docker.sock";
        String host = environment.getOrDefault(Destination.HOST, "");
        boolean isOfHost = !host.isEmpty();
        return new StoredContext(
                StoredContext.DEFAULT,
                isOfHost ? "Current DOCKER_HOST based configuration" : "The engine of this machine",
                isOfHost ? host : own,
                false,
                TlsFiles.NONE);
    }
}
