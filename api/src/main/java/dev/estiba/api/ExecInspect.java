package dev.estiba.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What is known of an exec. */
public record ExecInspect(
        String id,
        boolean running,
        OptionalInt exitCode,
        ExecProcess processConfig,
        boolean openStdin,
        boolean openStderr,
        boolean openStdout,
        boolean canRemove,
        String containerId,
        String detachKeys,
        int pid) {
    /** Every field as Go would have it in a new value. */
    public static final ExecInspect NOTHING = builder().build();

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.id = id;
        copy.running = running;
        copy.exitCode = exitCode;
        copy.processConfig = processConfig;
        copy.openStdin = openStdin;
        copy.openStderr = openStderr;
        copy.openStdout = openStdout;
        copy.canRemove = canRemove;
        copy.containerId = containerId;
        copy.detachKeys = detachKeys;
        copy.pid = pid;
        return copy;
    }

    /** Collects the fields of a {@link ExecInspect}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String id = "";
        private boolean running = false;
        private OptionalInt exitCode = OptionalInt.empty();
        private ExecProcess processConfig = new ExecProcess(false, "", List.of(), Optional.empty(), "");
        private boolean openStdin = false;
        private boolean openStderr = false;
        private boolean openStdout = false;
        private boolean canRemove = false;
        private String containerId = "";
        private String detachKeys = "";
        private int pid = 0;

        private Builder() {}

        public Builder id(String id) {
            this.id = id;
            return this;
        }

        public Builder running(boolean running) {
            this.running = running;
            return this;
        }

        public Builder exitCode(int exitCode) {
            this.exitCode = OptionalInt.of(exitCode);
            return this;
        }

        public Builder processConfig(ExecProcess processConfig) {
            this.processConfig = processConfig;
            return this;
        }

        public Builder openStdin(boolean openStdin) {
            this.openStdin = openStdin;
            return this;
        }

        public Builder openStderr(boolean openStderr) {
            this.openStderr = openStderr;
            return this;
        }

        public Builder openStdout(boolean openStdout) {
            this.openStdout = openStdout;
            return this;
        }

        public Builder canRemove(boolean canRemove) {
            this.canRemove = canRemove;
            return this;
        }

        public Builder containerId(String containerId) {
            this.containerId = containerId;
            return this;
        }

        public Builder detachKeys(String detachKeys) {
            this.detachKeys = detachKeys;
            return this;
        }

        public Builder pid(int pid) {
            this.pid = pid;
            return this;
        }

        public ExecInspect build() {
            return new ExecInspect(
                    id,
                    running,
                    exitCode,
                    processConfig,
                    openStdin,
                    openStderr,
                    openStdout,
                    canRemove,
                    containerId,
                    detachKeys,
                    pid);
        }
    }
}
