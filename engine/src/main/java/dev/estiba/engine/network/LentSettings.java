package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.ConfigReference;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworkIpam;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Networks that are settings for others, and nothing else: {@code --config-only}, {@code --config-from}. */
final class LentSettings {
    /** The driver that such a network has, whichever is asked for. */
    static final String DRIVER = "null";

    private LentSettings() {}

    /** The network of settings. */
    static NetworkInspect lender(NetworkInspect described, NetworkCreateRequest wanted) throws ApiException {
        if (wanted.configFrom().isPresent()) {
            throw ApiException.badRequest("a configuration network cannot depend on another configuration network");
        }
        return described.toBuilder()
                .driver(DRIVER)
                .configOnly(true)
                .enableIpv4(wanted.enableIpv4().orElse(true))
                .enableIpv6(wanted.enableIpv6().orElse(true))
                .ipam(wanted.ipam().orElse(new NetworkIpam("default", Map.of(), List.of())))
                .build();
    }

    /**
     * A request with the settings that it borrows.
     *
     * @throws ApiException for a lender that is none, and for settings beside the lender's
     */
    static NetworkCreateRequest completed(NetworkCreateRequest wanted, Catalogue catalogue) throws ApiException {
        Optional<String> name =
                wanted.configFrom().map(ConfigReference::network).filter(each -> !each.isEmpty());
        if (name.isEmpty()) {
            return wanted;
        }
        NetworkInspect lender = catalogue
                .named(name.get())
                .filter(NetworkInspect::configOnly)
                .orElseThrow(
                        () -> ApiException.notFound("configuration network \"" + name.get() + "\" does not exist"));
        if (!wanted.options().isEmpty()) {
            throw ApiException.badRequest(
                    "network driver options are not supported if the network depends on a configuration network");
        }
        boolean hasOwn = !wanted.labels().isEmpty()
                || wanted.ipam().stream()
                        .anyMatch(ipam ->
                                !ipam.config().isEmpty() || !ipam.options().isEmpty());
        if (hasOwn) {
            throw ApiException.badRequest(
                    "user specified configurations are not supported if the network depends on a configuration network");
        }
        return wanted.toBuilder()
                .enableIpv4(lender.enableIpv4())
                .enableIpv6(lender.enableIpv6())
                .ipam(lender.ipam())
                .options(lender.options())
                .labels(lender.labels())
                .build();
    }

    /** @throws ApiException 403 while a network has borrowed of it */
    static void checkUnused(NetworkInspect lender, Catalogue catalogue) throws ApiException {
        boolean isUsed = catalogue.all().stream()
                .anyMatch(network -> network.configFrom().network().equals(lender.name()));
        if (isUsed) {
            throw new ApiException(
                    ApiException.FORBIDDEN,
                    "error while removing network: configuration network \"" + lender.name() + "\" is in use");
        }
    }
}
