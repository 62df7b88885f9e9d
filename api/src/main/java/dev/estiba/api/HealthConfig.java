package dev.estiba.api;

import java.util.List;

/**
 * How a container's health is asked. Times are in nanoseconds, 0: as the image says.
 *
 * @param test NONE, or CMD and an argument list, or CMD-SHELL and one command
 */
public record HealthConfig(
        List<String> test, long interval, long timeout, long startPeriod, long startInterval, int retries) {
    /** Every field as Go would have it in a new value. */
    public static final HealthConfig NOTHING = builder().build();

    public HealthConfig {
        test = List.copyOf(test);
    }

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.test = test;
        copy.interval = interval;
        copy.timeout = timeout;
        copy.startPeriod = startPeriod;
        copy.startInterval = startInterval;
        copy.retries = retries;
        return copy;
    }

    /** Collects the fields of a {@link HealthConfig}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private List<String> test = List.of();
        private long interval = 0;
        private long timeout = 0;
        private long startPeriod = 0;
        private long startInterval = 0;
        private int retries = 0;

        private Builder() {}

        public Builder test(List<String> test) {
            this.test = test;
            return this;
        }

        public Builder interval(long interval) {
            this.interval = interval;
            return this;
        }

        public Builder timeout(long timeout) {
            this.timeout = timeout;
            return this;
        }

        public Builder startPeriod(long startPeriod) {
            this.startPeriod = startPeriod;
            return this;
        }

        public Builder startInterval(long startInterval) {
            this.startInterval = startInterval;
            return this;
        }

        public Builder retries(int retries) {
            this.retries = retries;
            return this;
        }

        public HealthConfig build() {
            return new HealthConfig(test, interval, timeout, startPeriod, startInterval, retries);
        }
    }
}
