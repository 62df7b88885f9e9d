package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.oci.runtime.Mount;
import java.util.List;

/**
 * The files of an image in a container of another one, read-only ({@code --mount type=image}).
 *
 * @param reference the image, as it was called
 */
public record ImageMount(String reference, String target) {
    static final String TYPE = "image";

    /** mount(2) takes a page of options. */
    private static final int LONGEST = 4000;

    private static final String OVERLAY = "overlay:";

    /**
     * What says at a start where its files are.
     *
     * @param lowers the uppermost first
     */
    public String source(List<String> lowers) throws ApiException {
        if (lowers.size() == 1) {
            return lowers.getFirst();
        }
        String quoted = String.join(
                ":",
                lowers.stream()
                        .map(each -> each.replace("\\", "\\\\").replace(":", "\\:"))
                        .toList());
        if (quoted.length() > LONGEST) {
            throw ApiException.notImplemented(
                    "not built yet: mounting the image " + reference + ", which has " + lowers.size() + " layers");
        }
        return OVERLAY + quoted;
    }

    /** @param source as {@link #source} has it; on paper the image's name */
    public static Mount mount(String target, String source) {
        return source.startsWith(OVERLAY)
                ? new Mount(
                        target, "overlay", "overlay", List.of("ro", "lowerdir=" + source.substring(OVERLAY.length())))
                : new Mount(target, "bind", source, List.of("bind", "rprivate", "ro"));
    }
}
