package dev.estiba.api;

import java.util.Optional;

/**
 * What a container is doing. Times are written as RFC 3339 with nanoseconds.
 *
 * @param status {@code created}, {@code running}, {@code paused}, {@code restarting}, {@code removing}, {@code exited}, {@code dead}
 */
public record ContainerState(
        String status,
        boolean running,
        boolean paused,
        boolean restarting,
        boolean oomKilled,
        boolean dead,
        int pid,
        int exitCode,
        String error,
        String startedAt,
        String finishedAt,
        Optional<Health> health) {
    /** Every field as Go would have it in a new value. */
    public static final ContainerState NOTHING = builder().build();

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.status = status;
        copy.running = running;
        copy.paused = paused;
        copy.restarting = restarting;
        copy.oomKilled = oomKilled;
        copy.dead = dead;
        copy.pid = pid;
        copy.exitCode = exitCode;
        copy.error = error;
        copy.startedAt = startedAt;
        copy.finishedAt = finishedAt;
        copy.health = health;
        return copy;
    }

    /** Collects the fields of a {@link ContainerState}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String status = "";
        private boolean running = false;
        private boolean paused = false;
        private boolean restarting = false;
        private boolean oomKilled = false;
        private boolean dead = false;
        private int pid = 0;
        private int exitCode = 0;
        private String error = "";
        private String startedAt = "";
        private String finishedAt = "";
        private Optional<Health> health = Optional.empty();

        private Builder() {}

        public Builder status(String status) {
            this.status = status;
            return this;
        }

        public Builder running(boolean running) {
            this.running = running;
            return this;
        }

        public Builder paused(boolean paused) {
            this.paused = paused;
            return this;
        }

        public Builder restarting(boolean restarting) {
            this.restarting = restarting;
            return this;
        }

        public Builder oomKilled(boolean oomKilled) {
            this.oomKilled = oomKilled;
            return this;
        }

        public Builder dead(boolean dead) {
            this.dead = dead;
            return this;
        }

        public Builder pid(int pid) {
            this.pid = pid;
            return this;
        }

        public Builder exitCode(int exitCode) {
            this.exitCode = exitCode;
            return this;
        }

        public Builder error(String error) {
            this.error = error;
            return this;
        }

        public Builder startedAt(String startedAt) {
            this.startedAt = startedAt;
            return this;
        }

        public Builder finishedAt(String finishedAt) {
            this.finishedAt = finishedAt;
            return this;
        }

        public Builder health(Health health) {
            this.health = Optional.of(health);
            return this;
        }

        public ContainerState build() {
            return new ContainerState(
                    status,
                    running,
                    paused,
                    restarting,
                    oomKilled,
                    dead,
                    pid,
                    exitCode,
                    error,
                    startedAt,
                    finishedAt,
                    health);
        }
    }
}
