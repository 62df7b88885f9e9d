package dev.estiba.runtime.compile;

import dev.estiba.runtime.seccomp.FilterProgram;
import java.util.Optional;

/** What keeps a container from its host, and how a start that does so is compiled. */
public sealed interface Isolation {
    /** Namespaces, cgroups, capabilities, seccomp: what is meant by a container. */
    Isolation NAMESPACES = new Namespaced();

    /** A jail: a root directory and no namespaces. */
    Isolation CHROOT = new Jailed();

    /**
     * @param record what state.json says
     * @param configBytes the configuration as it was read
     * @throws UnsupportedConfig when no container can be made of it so
     */
    ContainerCompiler.Compiled compile(
            StartRequest request, byte[] record, byte[] configBytes, Optional<FilterProgram> filter);

    /** See {@link #NAMESPACES}. */
    record Namespaced() implements Isolation {
        @Override
        public ContainerCompiler.Compiled compile(
                StartRequest request, byte[] record, byte[] configBytes, Optional<FilterProgram> filter) {
            return ContainerCompiler.compile(request, record, configBytes, filter);
        }
    }

    /** See {@link #CHROOT}. */
    record Jailed() implements Isolation {
        @Override
        public ContainerCompiler.Compiled compile(
                StartRequest request, byte[] record, byte[] configBytes, Optional<FilterProgram> filter) {
            return ChrootCompiler.compile(request, record, configBytes, filter);
        }
    }
}
