package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.RegistryAccess;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.files.ShortNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A name that somebody wants to pull, and what it may stand for.
 *
 * @param text as it was written
 * @param meant at least one, in the order in which registries are asked
 */
record ShortName(String text, List<Reference> meant, ShortNames configuration) {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    static ShortName of(String text, RegistryAccess access) throws IOException {
        ShortNames configuration = Reference.isQualified(text)
                ? new ShortNames(List.of(), Map.of(), Optional.empty())
                : ShortNames.read(Registries.settings(access).registriesConf());
        try {
            return new ShortName(text, configuration.meant(text), configuration);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    /** Whether registries.conf has chosen the registry. */
    boolean isByConfiguration() {
        return !configuration.search().isEmpty();
    }

    /** Where it is said which registries are searched. */
    String file() {
        return configuration.file().map(Object::toString).orElse("registries.conf");
    }

    /**
     * The first one that there is. A registry that has none, or does not let the caller in, is passed over; one that cannot be asked ends
     * the search, since the next one's image of that name may be another.
     */
    Reference found(Registry registry, boolean allTags) throws IOException {
        if (meant.size() == 1) {
            return meant.getFirst();
        }
        if (allTags) {
            throw ApiException.badRequest("several registries are searched for " + text + " (" + file()
                    + "): --all-tags/-a needs the name of one");
        }
        List<String> reasons = new ArrayList<>();
        for (Reference each : meant) {
            try {
                if (registry.resolve(each).isPresent()) {
                    return each;
                }
                reasons.add(each.domain() + " has none");
            } catch (Refusal e) {
                if (e.status() != UNAUTHORIZED && e.status() != FORBIDDEN) {
                    throw e;
                }
                reasons.add(each.domain() + ": " + e.getMessage());
            }
        }
        throw ApiException.notFound(
                "no registry of " + file() + " has an image " + text + ": " + String.join(", ", reasons));
    }
}
