package dev.estiba.oci.runtime;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * CPU limits: {@code linux.resources.cpu}. Zero is told apart from absent.
 *
 * @param shares relative weight, v1 scale, unsigned
 * @param quota microseconds per period; -1 means without limit
 * @param burst microseconds that may be saved up, unsigned
 * @param period microseconds, unsigned
 * @param realtimeRuntime microseconds, v1
 * @param realtimePeriod microseconds, unsigned, v1
 * @param cpus list as cpuset(7) writes it
 * @param mems list as cpuset(7) writes it
 * @param idle 1 makes the group SCHED_IDLE
 */
public record Cpu(
        OptionalLong shares,
        OptionalLong quota,
        OptionalLong burst,
        OptionalLong period,
        OptionalLong realtimeRuntime,
        OptionalLong realtimePeriod,
        Optional<String> cpus,
        Optional<String> mems,
        OptionalLong idle) {
    public Cpu {
        cpus = Copies.nonEmpty(cpus);
        mems = Copies.nonEmpty(mems);
    }

    /** Starts from nothing but what has to be there. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.shares = shares;
        copy.quota = quota;
        copy.burst = burst;
        copy.period = period;
        copy.realtimeRuntime = realtimeRuntime;
        copy.realtimePeriod = realtimePeriod;
        copy.cpus = cpus;
        copy.mems = mems;
        copy.idle = idle;
        return copy;
    }

    /** Collects the fields of a {@link Cpu}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private OptionalLong shares = OptionalLong.empty();
        private OptionalLong quota = OptionalLong.empty();
        private OptionalLong burst = OptionalLong.empty();
        private OptionalLong period = OptionalLong.empty();
        private OptionalLong realtimeRuntime = OptionalLong.empty();
        private OptionalLong realtimePeriod = OptionalLong.empty();
        private Optional<String> cpus = Optional.empty();
        private Optional<String> mems = Optional.empty();
        private OptionalLong idle = OptionalLong.empty();

        private Builder() {}

        public Builder shares(long shares) {
            this.shares = OptionalLong.of(shares);
            return this;
        }

        public Builder quota(long quota) {
            this.quota = OptionalLong.of(quota);
            return this;
        }

        public Builder burst(long burst) {
            this.burst = OptionalLong.of(burst);
            return this;
        }

        public Builder period(long period) {
            this.period = OptionalLong.of(period);
            return this;
        }

        public Builder realtimeRuntime(long realtimeRuntime) {
            this.realtimeRuntime = OptionalLong.of(realtimeRuntime);
            return this;
        }

        public Builder realtimePeriod(long realtimePeriod) {
            this.realtimePeriod = OptionalLong.of(realtimePeriod);
            return this;
        }

        public Builder cpus(String cpus) {
            this.cpus = Optional.of(cpus);
            return this;
        }

        public Builder mems(String mems) {
            this.mems = Optional.of(mems);
            return this;
        }

        public Builder idle(long idle) {
            this.idle = OptionalLong.of(idle);
            return this;
        }

        public Cpu build() {
            return new Cpu(shares, quota, burst, period, realtimeRuntime, realtimePeriod, cpus, mems, idle);
        }
    }
}
