package dev.estiba.oci.runtime;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Memory limits in bytes: {@code linux.resources.memory}. -1 means without limit.
 *
 * @param limit bytes
 * @param reservation bytes, a soft limit
 * @param swap bytes of memory and swap together
 * @param kernel bytes; no longer honoured by kernels
 * @param kernelTcp bytes of TCP buffers, v1
 * @param swappiness 0 to 100 is meaningful; uint64 in the specification, unsigned
 * @param disableOomKiller v1
 * @param useHierarchy v1
 * @param checkBeforeUpdate refuse a limit below the present usage
 */
public record Memory(
        OptionalLong limit,
        OptionalLong reservation,
        OptionalLong swap,
        OptionalLong kernel,
        OptionalLong kernelTcp,
        OptionalLong swappiness,
        Optional<Boolean> disableOomKiller,
        Optional<Boolean> useHierarchy,
        Optional<Boolean> checkBeforeUpdate) {

    /** Starts from nothing but what has to be there. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.limit = limit;
        copy.reservation = reservation;
        copy.swap = swap;
        copy.kernel = kernel;
        copy.kernelTcp = kernelTcp;
        copy.swappiness = swappiness;
        copy.disableOomKiller = disableOomKiller;
        copy.useHierarchy = useHierarchy;
        copy.checkBeforeUpdate = checkBeforeUpdate;
        return copy;
    }

    /** Collects the fields of a {@link Memory}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private OptionalLong limit = OptionalLong.empty();
        private OptionalLong reservation = OptionalLong.empty();
        private OptionalLong swap = OptionalLong.empty();
        private OptionalLong kernel = OptionalLong.empty();
        private OptionalLong kernelTcp = OptionalLong.empty();
        private OptionalLong swappiness = OptionalLong.empty();
        private Optional<Boolean> disableOomKiller = Optional.empty();
        private Optional<Boolean> useHierarchy = Optional.empty();
        private Optional<Boolean> checkBeforeUpdate = Optional.empty();

        private Builder() {}

        public Builder limit(long limit) {
            this.limit = OptionalLong.of(limit);
            return this;
        }

        public Builder reservation(long reservation) {
            this.reservation = OptionalLong.of(reservation);
            return this;
        }

        public Builder swap(long swap) {
            this.swap = OptionalLong.of(swap);
            return this;
        }

        public Builder kernel(long kernel) {
            this.kernel = OptionalLong.of(kernel);
            return this;
        }

        public Builder kernelTcp(long kernelTcp) {
            this.kernelTcp = OptionalLong.of(kernelTcp);
            return this;
        }

        public Builder swappiness(long swappiness) {
            this.swappiness = OptionalLong.of(swappiness);
            return this;
        }

        public Builder disableOomKiller(boolean disableOomKiller) {
            this.disableOomKiller = Optional.of(disableOomKiller);
            return this;
        }

        public Builder useHierarchy(boolean useHierarchy) {
            this.useHierarchy = Optional.of(useHierarchy);
            return this;
        }

        public Builder checkBeforeUpdate(boolean checkBeforeUpdate) {
            this.checkBeforeUpdate = Optional.of(checkBeforeUpdate);
            return this;
        }

        public Memory build() {
            return new Memory(
                    limit,
                    reservation,
                    swap,
                    kernel,
                    kernelTcp,
                    swappiness,
                    disableOomKiller,
                    useHierarchy,
                    checkBeforeUpdate);
        }
    }
}
