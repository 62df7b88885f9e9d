package dev.estiba.network.cni;

import dev.estiba.linux.netlink.Links;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A container in a network of plug-ins: SPEC.md, section 3, "Attachment Parameters".
 *
 * @param device what its device is to be called in the container
 * @param namespace a path of the container's network namespace, for processes of the host; empty when that has gone
 * @param arguments CNI_ARGS
 * @param runtimeConfig JSON, by the capability that it is of
 */
public record Attachment(
        String container,
        String device,
        Optional<String> namespace,
        Map<String, String> arguments,
        Map<String, String> runtimeConfig) {
    private static final Pattern CONTAINER = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");
    private static final Pattern ARGUMENT = Pattern.compile("[^;=\0]*");

    public Attachment {
        if (!CONTAINER.matcher(container).matches()) {
            throw new IllegalArgumentException("not a container's id: " + container);
        }
        Links.checkName(device);
        arguments = Map.copyOf(arguments);
        runtimeConfig = Map.copyOf(runtimeConfig);
        arguments.forEach((name, value) -> {
            if (!ARGUMENT.matcher(name).matches() || !ARGUMENT.matcher(value).matches()) {
                throw new IllegalArgumentException("not an argument: " + name + "=" + value);
            }
        });
    }

    /** The same, where its namespace is now. */
    public Attachment in(Optional<String> path) {
        return new Attachment(container, device, path, arguments, runtimeConfig);
    }
}
