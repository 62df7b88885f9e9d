package dev.estiba.registry.client;

import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import dev.estiba.registry.auth.Scope;
import dev.estiba.registry.http.Call;
import dev.estiba.registry.http.HttpOrigin;
import dev.estiba.registry.http.Transfers;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A list that a registry tells page by page (distribution-spec, "Listing Tags"). */
final class Listing {
    private static final int A_PAGE = 1000;
    private static final int MOST_PAGES = 10_000;
    private static final int MOST_NAMES = 1_000_000;

    private final RegistryHost host;
    private final Transfers transfers;

    Listing(RegistryHost host, Transfers transfers) {
        this.host = host;
        this.transfers = transfers;
    }

    /** @param field where the names stand in a page */
    List<String> all(String path, String field, List<Scope> scopes) throws IOException {
        List<String> names = new ArrayList<>();
        Optional<URI> next = Optional.of(host.address(path + "?n=" + A_PAGE, transfers));
        for (int page = 0; next.isPresent(); page++) {
            if (page == MOST_PAGES || names.size() > MOST_NAMES) {
                throw new IOException(HttpOrigin.of(next.get()) + " has a list of " + field + " that does not end");
            }
            RegistryHost.Read read =
                    host.document(Call.of("GET", next.get()), scopes, ImageReader.MOST_BYTES, host.tries(), transfers);
            names.addAll(page(read.bytes(), field));
            next = host.next(read.answer(), transfers);
        }
        return List.copyOf(names);
    }

    private static List<String> page(byte[] document, String field) throws IOException {
        List<String> names = List.of();
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            in.object();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                if (name.equals(field)) {
                    names = in.texts();
                } else {
                    in.unknown(List.of(field));
                }
            }
            in.end();
            return names;
        } catch (DocumentException e) {
            throw new IOException("the registry's list of " + field + " is refused: " + e.getMessage(), e);
        }
    }
}
