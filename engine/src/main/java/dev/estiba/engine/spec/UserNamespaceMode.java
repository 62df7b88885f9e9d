package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import java.util.Optional;

/** {@code --userns}, {@code --uidmap} and {@code --gidmap}, as podman has them. */
public sealed interface UserNamespaceMode {
    /** As many ids as Linux distributions lend to a user; with 65534, nobody, among them. */
    long USUAL_SIZE = 65_536;

    /** The host's, or, for an ordinary user, the one that all of that user's containers have. */
    record Host() implements UserNamespaceMode {}

    /**
     * A range that no other container has.
     *
     * @param size how many ids
     */
    record Auto(long size) implements UserNamespaceMode {}

    /** These ids. */
    record Mapped(ContainerIds ids) implements UserNamespaceMode {}

    /** @throws ApiException 400 for what makes no sense, 501 for what is not built yet */
    static UserNamespaceMode of(HostConfig host, HostFacts facts) throws ApiException {
        String mode = host.usernsMode();
        Optional<ContainerIds> ids = ContainerIds.of(host);
        if (ids.isEmpty() && (mode.isEmpty() || mode.equals("host"))) {
            return new Host();
        }
        if (facts.lent().isPresent()) {
            throw ApiException.notImplemented("not built yet: --userns "
                    + (mode.isEmpty() ? "with mappings" : mode) + " for an ordinary user, whose containers have a user"
                    + " namespace with what /etc/subuid lends anyhow");
        }
        if (ids.isPresent()) {
            // A record has the range that it was given beside the word that asked for it.
            if (mode.equals("host")) {
                throw ApiException.badRequest("--userns host and --uidmap or --gidmap cannot both be said");
            }
            return new Mapped(ids.get());
        }
        int colon = mode.indexOf(':');
        String word = colon < 0 ? mode : mode.substring(0, colon);
        String options = colon < 0 ? "" : mode.substring(colon + 1);
        return switch (word) {
            case "auto" -> new Auto(size(options));
            case "keep-id" -> {
                if (!options.isEmpty()) {
                    throw ApiException.badRequest("--userns keep-id has options for ordinary users only: " + options);
                }
                // All of root's ids are kept; what is new is the namespace, and with it that no capability counts
                // outside.
                yield new Mapped(ContainerIds.range(0, (1L << 32) - 1));
            }
            case "private" ->
                throw ApiException.badRequest("--userns private needs --uidmap and --gidmap, or say --userns auto");
            case "container", "ns", "nomap" -> throw ApiException.notImplemented("not built yet: --userns " + mode);
            default ->
                throw ApiException.badRequest(
                        "invalid userns mode: " + mode + " (there are host, auto, auto:size=N, keep-id)");
        };
    }

    private static long size(String options) throws ApiException {
        if (options.isEmpty()) {
            return USUAL_SIZE;
        }
        if (!options.matches("size=[0-9]{1,10}")) {
            throw ApiException.badRequest("--userns auto has the option size=N, and this is none: " + options);
        }
        long size = Long.parseLong(options.substring("size=".length()));
        if (size == 0 || size >= 1L << 31) {
            throw ApiException.badRequest(
                    "--userns auto:size=" + size + ": it is a number from 1 to " + ((1L << 31) - 1));
        }
        return size;
    }
}
