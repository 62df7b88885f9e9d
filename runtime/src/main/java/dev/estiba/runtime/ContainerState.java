package dev.estiba.runtime;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A container at one moment, as the kernel says it is.
 *
 * @param id its name
 * @param status what it is doing
 * @param pid of its first process, in the pid namespace of this JVM; empty when it has ended
 * @param bundle its bundle's directory
 * @param created when it was made, RFC 3339
 */
public record ContainerState(String id, Status status, OptionalInt pid, Path bundle, String created) {
    private static final JsonFactory JSON = new JsonFactory();

    /** The specification's states, and paused. */
    public enum Status {
        CREATING,
        CREATED,
        RUNNING,
        PAUSED,
        STOPPED;

        private static Optional<Status> named(String name) {
            for (Status status : values()) {
                if (status.name().equalsIgnoreCase(name)) {
                    return Optional.of(status);
                }
            }
            return Optional.empty();
        }
    }

    /** The document that {@code state} prints. */
    static ContainerState parse(byte[] document) throws ContainerException {
        String id = "";
        String status = "";
        String bundle = "";
        String created = "";
        int pid = 0;
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), document)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "id" -> id = in.getString();
                    case "status" -> status = in.getString();
                    case "bundle" -> bundle = in.getString();
                    case "created" -> created = in.getString();
                    case "pid" -> pid = in.getIntValue();
                    default -> in.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw new ContainerException(
                    ErrorCode.EXECUTOR_LOST, "the executor's state is no document: " + e.getMessage());
        }
        String said = status;
        return new ContainerState(
                id,
                Status.named(status)
                        .orElseThrow(() -> new ContainerException(
                                ErrorCode.EXECUTOR_LOST, "the executor says a status that is none: '" + said + "'")),
                pid > 0 ? OptionalInt.of(pid) : OptionalInt.empty(),
                Path.of(bundle),
                created);
    }
}
