package dev.estiba.api;

import java.util.List;

/**
 * What has been taken away.
 *
 * @param containers their ids
 * @param spaceReclaimed bytes
 */
public record ContainersPruned(List<String> containers, long spaceReclaimed) {
    public ContainersPruned {
        containers = List.copyOf(containers);
    }
}
