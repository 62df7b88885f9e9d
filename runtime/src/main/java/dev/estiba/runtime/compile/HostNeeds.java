package dev.estiba.runtime.compile;

import dev.estiba.oci.runtime.Namespace;
import dev.estiba.oci.runtime.Process;

/** What the host must have for what few configurations ask for: asked by the outer actor before anything is made. */
final class HostNeeds {
    private HostNeeds() {}

    static void ask(Assembly in, Process process) {
        if (in.linux.namespaces().stream().anyMatch(each -> each.type() == Namespace.Type.TIME)) {
            TimeNamespace.askTheKernel(in, in.outer.group("namespaces"));
        }
        CacheControl.of(in).ifPresent(CacheControl::askTheKernel);
        askForProcess(in, process);
    }

    /** Of an exec: its container is there, with all that it needed. */
    static void askForProcess(Assembly in, Process process) {
        new SecurityLabels(in, process).askTheKernel();
    }
}
