package dev.estiba.runtime.compile;

import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.runtime.seccomp.FilterProgram;
import java.util.Optional;

/** What keeps a container from its host, and how a start and an exec that do so are compiled. */
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

    /** @throws UnsupportedConfig when no process can be made of it in such a container */
    ContainerCompiler.Compiled compile(ExecRequest request, Optional<FilterProgram> filter);

    /**
     * What a container that runs was started with. Of those without a mount namespace nothing but a jail is ever made.
     *
     * @param config of its start
     */
    static Isolation of(Config config) {
        boolean ownMounts = config.linux().orElse(Linux.EMPTY).namespaces().stream()
                .anyMatch(each -> each.type() == Namespace.Type.MOUNT);
        return ownMounts ? NAMESPACES : CHROOT;
    }

    /** See {@link #NAMESPACES}. */
    record Namespaced() implements Isolation {
        @Override
        public ContainerCompiler.Compiled compile(
                StartRequest request, byte[] record, byte[] configBytes, Optional<FilterProgram> filter) {
            return ContainerCompiler.compile(request, record, configBytes, filter);
        }

        @Override
        public ContainerCompiler.Compiled compile(ExecRequest request, Optional<FilterProgram> filter) {
            return ExecCompiler.compile(request, filter);
        }
    }

    /** See {@link #CHROOT}. */
    record Jailed() implements Isolation {
        @Override
        public ContainerCompiler.Compiled compile(
                StartRequest request, byte[] record, byte[] configBytes, Optional<FilterProgram> filter) {
            return ChrootCompiler.compile(request, record, configBytes, filter);
        }

        @Override
        public ContainerCompiler.Compiled compile(ExecRequest request, Optional<FilterProgram> filter) {
            return ChrootExecCompiler.compile(request, filter);
        }
    }
}
