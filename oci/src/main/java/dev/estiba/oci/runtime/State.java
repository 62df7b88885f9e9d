package dev.estiba.oci.runtime;

import dev.estiba.oci.json.SpecName;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a container: the document that hooks get on stdin and {@code state} prints, runtime.md.
 *
 * @param ociVersion version of the specification that this document follows
 * @param id name of the container, unique on this host
 * @param status where in its life it is
 * @param pid of its init in the runtime's pid namespace; 0 when there is none
 * @param bundle absolute path of the bundle
 * @param annotations of the configuration
 */
public record State(
        String ociVersion, String id, Status status, int pid, String bundle, Map<String, String> annotations) {
    public State {
        annotations = Copies.inOrder(annotations);
        if (pid < 0) {
            throw new IllegalArgumentException("pid: " + pid + " is below 0");
        }
    }

    /** Steps of a container's life; {@code paused} is runc's addition to runtime.md. */
    public enum Status implements SpecName {
        CREATING("creating"),
        CREATED("created"),
        RUNNING("running"),
        STOPPED("stopped"),
        PAUSED("paused");

        private final String specName;

        Status(String specName) {
            this.specName = specName;
        }

        @Override
        public String specName() {
            return specName;
        }

        /** The status that the specification calls by this name, upper and lower case told apart. */
        public static Optional<Status> named(String name) {
            return Copies.named(values(), name);
        }
    }
}
