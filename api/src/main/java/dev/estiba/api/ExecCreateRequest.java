package dev.estiba.api;

import java.util.List;
import java.util.Optional;

/** A process to be brought into a running container. */
public record ExecCreateRequest(
        String user,
        boolean privileged,
        boolean tty,
        Optional<ConsoleSize> consoleSize,
        boolean attachStdin,
        boolean attachStderr,
        boolean attachStdout,
        String detachKeys,
        List<String> env,
        String workingDir,
        List<String> cmd) {
    /** Every field as Go would have it in a new value. */
    public static final ExecCreateRequest NOTHING = builder().build();

    public ExecCreateRequest {
        env = List.copyOf(env);
        cmd = List.copyOf(cmd);
    }

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.user = user;
        copy.privileged = privileged;
        copy.tty = tty;
        copy.consoleSize = consoleSize;
        copy.attachStdin = attachStdin;
        copy.attachStderr = attachStderr;
        copy.attachStdout = attachStdout;
        copy.detachKeys = detachKeys;
        copy.env = env;
        copy.workingDir = workingDir;
        copy.cmd = cmd;
        return copy;
    }

    /** Collects the fields of a {@link ExecCreateRequest}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String user = "";
        private boolean privileged = false;
        private boolean tty = false;
        private Optional<ConsoleSize> consoleSize = Optional.empty();
        private boolean attachStdin = false;
        private boolean attachStderr = false;
        private boolean attachStdout = false;
        private String detachKeys = "";
        private List<String> env = List.of();
        private String workingDir = "";
        private List<String> cmd = List.of();

        private Builder() {}

        public Builder user(String user) {
            this.user = user;
            return this;
        }

        public Builder privileged(boolean privileged) {
            this.privileged = privileged;
            return this;
        }

        public Builder tty(boolean tty) {
            this.tty = tty;
            return this;
        }

        public Builder consoleSize(ConsoleSize consoleSize) {
            this.consoleSize = Optional.of(consoleSize);
            return this;
        }

        public Builder attachStdin(boolean attachStdin) {
            this.attachStdin = attachStdin;
            return this;
        }

        public Builder attachStderr(boolean attachStderr) {
            this.attachStderr = attachStderr;
            return this;
        }

        public Builder attachStdout(boolean attachStdout) {
            this.attachStdout = attachStdout;
            return this;
        }

        public Builder detachKeys(String detachKeys) {
            this.detachKeys = detachKeys;
            return this;
        }

        public Builder env(List<String> env) {
            this.env = env;
            return this;
        }

        public Builder workingDir(String workingDir) {
            this.workingDir = workingDir;
            return this;
        }

        public Builder cmd(List<String> cmd) {
            this.cmd = cmd;
            return this;
        }

        public ExecCreateRequest build() {
            return new ExecCreateRequest(
                    user,
                    privileged,
                    tty,
                    consoleSize,
                    attachStdin,
                    attachStderr,
                    attachStdout,
                    detachKeys,
                    env,
                    workingDir,
                    cmd);
        }
    }
}
