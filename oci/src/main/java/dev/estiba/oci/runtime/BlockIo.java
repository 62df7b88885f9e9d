package dev.estiba.oci.runtime;

import java.util.List;
import java.util.OptionalInt;

/**
 * Limits of block devices: {@code linux.resources.blockIO}.
 *
 * @param weight relative weight, 0 to 65535 as text, 10 to 1000 to the kernel
 * @param leafWeight weight against child groups, v1
 * @param weightDevice weights for single devices
 * @param throttleReadBpsDevice bytes read per second
 * @param throttleWriteBpsDevice bytes written per second
 * @param throttleReadIopsDevice reads per second
 * @param throttleWriteIopsDevice writes per second
 */
public record BlockIo(
        OptionalInt weight,
        OptionalInt leafWeight,
        List<WeightDevice> weightDevice,
        List<ThrottleDevice> throttleReadBpsDevice,
        List<ThrottleDevice> throttleWriteBpsDevice,
        List<ThrottleDevice> throttleReadIopsDevice,
        List<ThrottleDevice> throttleWriteIopsDevice) {
    /** A uint16 in the specification; the kernel's own range is narrower and depends on the scheduler. */
    public static final int MAX_WEIGHT = 0xffff;

    public BlockIo {
        weightDevice = List.copyOf(weightDevice);
        throttleReadBpsDevice = List.copyOf(throttleReadBpsDevice);
        throttleWriteBpsDevice = List.copyOf(throttleWriteBpsDevice);
        throttleReadIopsDevice = List.copyOf(throttleReadIopsDevice);
        throttleWriteIopsDevice = List.copyOf(throttleWriteIopsDevice);
        Ranges.between("weight", weight, 0, MAX_WEIGHT);
        Ranges.between("leafWeight", leafWeight, 0, MAX_WEIGHT);
    }

    /**
     * Weight of one device.
     *
     * @param major device number
     * @param minor device number
     * @param weight 0 to 65535
     * @param leafWeight 0 to 65535, v1
     */
    public record WeightDevice(long major, long minor, OptionalInt weight, OptionalInt leafWeight) {
        public WeightDevice {
            Ranges.between("weight", weight, 0, MAX_WEIGHT);
            Ranges.between("leafWeight", leafWeight, 0, MAX_WEIGHT);
        }
    }

    /**
     * Rate of one device.
     *
     * @param major device number
     * @param minor device number
     * @param rate bytes or operations per second, unsigned
     */
    public record ThrottleDevice(long major, long minor, long rate) {}

    /** Starts from nothing but what has to be there. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.weight = weight;
        copy.leafWeight = leafWeight;
        copy.weightDevice = weightDevice;
        copy.throttleReadBpsDevice = throttleReadBpsDevice;
        copy.throttleWriteBpsDevice = throttleWriteBpsDevice;
        copy.throttleReadIopsDevice = throttleReadIopsDevice;
        copy.throttleWriteIopsDevice = throttleWriteIopsDevice;
        return copy;
    }

    /** Collects the fields of a {@link BlockIo}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private OptionalInt weight = OptionalInt.empty();
        private OptionalInt leafWeight = OptionalInt.empty();
        private List<WeightDevice> weightDevice = List.of();
        private List<ThrottleDevice> throttleReadBpsDevice = List.of();
        private List<ThrottleDevice> throttleWriteBpsDevice = List.of();
        private List<ThrottleDevice> throttleReadIopsDevice = List.of();
        private List<ThrottleDevice> throttleWriteIopsDevice = List.of();

        private Builder() {}

        public Builder weight(int weight) {
            this.weight = OptionalInt.of(weight);
            return this;
        }

        public Builder leafWeight(int leafWeight) {
            this.leafWeight = OptionalInt.of(leafWeight);
            return this;
        }

        public Builder weightDevice(List<WeightDevice> weightDevice) {
            this.weightDevice = weightDevice;
            return this;
        }

        public Builder throttleReadBpsDevice(List<ThrottleDevice> throttleReadBpsDevice) {
            this.throttleReadBpsDevice = throttleReadBpsDevice;
            return this;
        }

        public Builder throttleWriteBpsDevice(List<ThrottleDevice> throttleWriteBpsDevice) {
            this.throttleWriteBpsDevice = throttleWriteBpsDevice;
            return this;
        }

        public Builder throttleReadIopsDevice(List<ThrottleDevice> throttleReadIopsDevice) {
            this.throttleReadIopsDevice = throttleReadIopsDevice;
            return this;
        }

        public Builder throttleWriteIopsDevice(List<ThrottleDevice> throttleWriteIopsDevice) {
            this.throttleWriteIopsDevice = throttleWriteIopsDevice;
            return this;
        }

        public BlockIo build() {
            return new BlockIo(
                    weight,
                    leafWeight,
                    weightDevice,
                    throttleReadBpsDevice,
                    throttleWriteBpsDevice,
                    throttleReadIopsDevice,
                    throttleWriteIopsDevice);
        }
    }
}
