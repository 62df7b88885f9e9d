package dev.estiba.oci.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a runtime can do: the document of {@code features}, features.md. It says what is compiled in, not what this
 * host allows.
 *
 * @param ociVersionMin oldest version of the specification that is understood
 * @param ociVersionMax newest version
 * @param hooks kinds of hooks
 * @param mountOptions options that mean something to the runtime
 * @param linux Linux section
 * @param annotations of the runtime itself, such as its version
 * @param potentiallyUnsafeConfigAnnotations annotations of a configuration that change what the runtime does; one that
 *     ends in a dot is a prefix
 */
public record Features(
        String ociVersionMin,
        String ociVersionMax,
        List<String> hooks,
        List<String> mountOptions,
        Optional<LinuxFeatures> linux,
        Map<String, String> annotations,
        List<String> potentiallyUnsafeConfigAnnotations) {
    public Features {
        hooks = List.copyOf(hooks);
        mountOptions = List.copyOf(mountOptions);
        annotations = Copies.inOrder(annotations);
        potentiallyUnsafeConfigAnnotations = List.copyOf(potentiallyUnsafeConfigAnnotations);
    }
}
