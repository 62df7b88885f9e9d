package dev.estiba.oci.runtime;

import java.util.List;
import java.util.OptionalInt;

/**
 * A program that the runtime calls at a point of the container's life: {@code hooks} of config.md.
 *
 * @param path absolute path of the executable
 * @param args argument vector with {@code argv[0]}; empty means the path alone
 * @param env whole environment, {@code NAME=value}
 * @param timeout seconds after which it is killed
 */
public record Hook(String path, List<String> args, List<String> env, OptionalInt timeout) {
    public Hook {
        args = List.copyOf(args);
        env = List.copyOf(env);
    }
}
