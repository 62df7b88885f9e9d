package dev.estiba.testkit.vm;

import java.nio.file.Path;

/** The kernels that guests are booted with; {@code testkit/vm/install} brings them. */
enum GuestKernel {
    /** Linux 6.1, of Debian 12: the oldest that Estiba supports. */
    OLDEST("oldest"),
    /** That of Debian unstable. */
    NEWEST("newest");

    private final String name;

    GuestKernel(String name) {
        this.name = name;
    }

    /** Its directory in {@code build/vm}. */
    Path in(Path machines) {
        return machines.resolve(name);
    }
}
