package dev.estiba.daemon.settings;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import java.util.ArrayList;
import java.util.List;

/** {@code registry} of daemon.json: a flag of {@code registry serve} by each name, which is looked at by who opens that. */
final class RegistryFlags {
    private RegistryFlags() {}

    static List<String> read(Cursor in) throws DocumentException {
        List<String> words = new ArrayList<>();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            String value;
            try {
                value = in.text();
            } catch (DocumentException e) {
                value = Boolean.toString(in.bool());
            }
            words.add("--" + name + "=" + value);
        }
        return words;
    }
}
