package dev.estiba.oci.image;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The fields that an index's entry has within {@code platform}, and a configuration among its others. */
public final class PlatformReader {
    static final List<String> NAMES = List.of("architecture", "os", "os.version", "os.features", "variant");

    private @Nullable String os;
    private @Nullable String architecture;
    private Optional<String> variant = Optional.empty();
    private Optional<String> osVersion = Optional.empty();
    private List<String> osFeatures = List.of();

    public static Platform platform(Cursor in) throws DocumentException {
        PlatformReader reader = new PlatformReader();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            if (!reader.reads(in, name)) {
                in.unknown(NAMES);
            }
        }
        return reader.value(in);
    }

    /** Whether the field is one of these; it is read then. */
    boolean reads(Cursor in, String name) throws DocumentException {
        switch (name) {
            case "os" -> os = in.text();
            case "architecture" -> architecture = in.text();
            case "variant" -> variant = Optional.of(in.text()).filter(each -> !each.isEmpty());
            case "os.version" -> osVersion = Optional.of(in.text()).filter(each -> !each.isEmpty());
            case "os.features" -> osFeatures = in.texts();
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Of an object that has been read to its end. */
    Platform value(Cursor in) throws DocumentException {
        return new Platform(
                in.required(os, "os"), in.required(architecture, "architecture"), variant, osVersion, osFeatures);
    }
}
