package dev.estiba.oci.runtime;

import java.util.List;

/**
 * The six kinds of hooks, each list in calling order: {@code hooks} of config.md.
 *
 * @param prestart deprecated, still honoured: after the namespaces exist, in the runtime's
 * @param createRuntime after {@code prestart}, in the runtime's namespaces
 * @param createContainer in the container's namespaces, before pivot_root
 * @param startContainer in the container, right before its process
 * @param poststart after the process started, in the runtime's namespaces
 * @param poststop after the container was deleted
 */
public record Hooks(
        List<Hook> prestart,
        List<Hook> createRuntime,
        List<Hook> createContainer,
        List<Hook> startContainer,
        List<Hook> poststart,
        List<Hook> poststop) {
    /** No hook at all. */
    public static final Hooks NONE = new Hooks(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    public Hooks {
        prestart = List.copyOf(prestart);
        createRuntime = List.copyOf(createRuntime);
        createContainer = List.copyOf(createContainer);
        startContainer = List.copyOf(startContainer);
        poststart = List.copyOf(poststart);
        poststop = List.copyOf(poststop);
    }
}
