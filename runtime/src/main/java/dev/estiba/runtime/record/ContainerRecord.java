package dev.estiba.runtime.record;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The file {@code state.json}.
 *
 * @param version of this format; a newer one is refused
 * @param bundle absolute
 * @param created RFC 3339
 * @param owner the user that made it
 * @param cgroups its groups' directories, absolute
 */
public record ContainerRecord(int version, String id, String bundle, String created, long owner, List<String> cgroups) {
    /** What this build writes. */
    public static final int VERSION = 1;

    private static final JsonFactory JSON = new JsonFactory();

    public ContainerRecord {
        cgroups = List.copyOf(cgroups);
    }

    /** @throws DamagedRecord when the bytes are no record of this version */
    public static ContainerRecord read(byte[] bytes) {
        int version = 0;
        String id = "";
        String bundle = "";
        String created = "";
        long owner = 0;
        List<String> cgroups = new ArrayList<>();
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new DamagedRecord("state.json: no object");
            }
            while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "version" -> version = in.getIntValue();
                    case "id" -> id = in.getString();
                    case "bundle" -> bundle = in.getString();
                    case "created" -> created = in.getString();
                    case "owner" -> owner = in.getLongValue();
                    case "cgroups" -> {
                        while (in.nextToken() == JsonToken.VALUE_STRING) {
                            cgroups.add(in.getString());
                        }
                    }
                    default -> in.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw new DamagedRecord("state.json: " + e.getOriginalMessage());
        }
        if (version != VERSION) {
            throw new DamagedRecord("state.json: version " + version + " is not known to this build");
        }
        return new ContainerRecord(version, id, bundle, created, owner, cgroups);
    }
}
