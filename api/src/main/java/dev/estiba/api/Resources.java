package dev.estiba.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The limits of a container: what {@link HostConfig} has in common with an update.
 *
 * @param memory bytes
 * @param cpuPeriod microseconds
 * @param cpuQuota microseconds
 * @param memorySwap bytes of memory and swap together; -1: without limit
 * @param memorySwappiness -1: the kernel's
 * @param pidsLimit 0 and -1: without limit
 */
public record Resources(
        long cpuShares,
        long memory,
        long nanoCpus,
        String cgroupParent,
        int blkioWeight,
        List<WeightDevice> blkioWeightDevice,
        List<ThrottleDevice> blkioDeviceReadBps,
        List<ThrottleDevice> blkioDeviceWriteBps,
        List<ThrottleDevice> blkioDeviceReadIops,
        List<ThrottleDevice> blkioDeviceWriteIops,
        long cpuPeriod,
        long cpuQuota,
        long cpuRealtimePeriod,
        long cpuRealtimeRuntime,
        String cpusetCpus,
        String cpusetMems,
        List<DeviceMapping> devices,
        List<String> deviceCgroupRules,
        List<DeviceRequest> deviceRequests,
        long kernelMemory,
        long kernelMemoryTcp,
        long memoryReservation,
        long memorySwap,
        OptionalLong memorySwappiness,
        Optional<Boolean> oomKillDisable,
        OptionalLong pidsLimit,
        List<Ulimit> ulimits,
        long cpuCount,
        long cpuPercent,
        long ioMaximumIops,
        long ioMaximumBandwidth) {
    /** Every field as Go would have it in a new value. */
    public static final Resources NOTHING = builder().build();

    public Resources {
        blkioWeightDevice = List.copyOf(blkioWeightDevice);
        blkioDeviceReadBps = List.copyOf(blkioDeviceReadBps);
        blkioDeviceWriteBps = List.copyOf(blkioDeviceWriteBps);
        blkioDeviceReadIops = List.copyOf(blkioDeviceReadIops);
        blkioDeviceWriteIops = List.copyOf(blkioDeviceWriteIops);
        devices = List.copyOf(devices);
        deviceCgroupRules = List.copyOf(deviceCgroupRules);
        deviceRequests = List.copyOf(deviceRequests);
        ulimits = List.copyOf(ulimits);
    }

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.cpuShares = cpuShares;
        copy.memory = memory;
        copy.nanoCpus = nanoCpus;
        copy.cgroupParent = cgroupParent;
        copy.blkioWeight = blkioWeight;
        copy.blkioWeightDevice = blkioWeightDevice;
        copy.blkioDeviceReadBps = blkioDeviceReadBps;
        copy.blkioDeviceWriteBps = blkioDeviceWriteBps;
        copy.blkioDeviceReadIops = blkioDeviceReadIops;
        copy.blkioDeviceWriteIops = blkioDeviceWriteIops;
        copy.cpuPeriod = cpuPeriod;
        copy.cpuQuota = cpuQuota;
        copy.cpuRealtimePeriod = cpuRealtimePeriod;
        copy.cpuRealtimeRuntime = cpuRealtimeRuntime;
        copy.cpusetCpus = cpusetCpus;
        copy.cpusetMems = cpusetMems;
        copy.devices = devices;
        copy.deviceCgroupRules = deviceCgroupRules;
        copy.deviceRequests = deviceRequests;
        copy.kernelMemory = kernelMemory;
        copy.kernelMemoryTcp = kernelMemoryTcp;
        copy.memoryReservation = memoryReservation;
        copy.memorySwap = memorySwap;
        copy.memorySwappiness = memorySwappiness;
        copy.oomKillDisable = oomKillDisable;
        copy.pidsLimit = pidsLimit;
        copy.ulimits = ulimits;
        copy.cpuCount = cpuCount;
        copy.cpuPercent = cpuPercent;
        copy.ioMaximumIops = ioMaximumIops;
        copy.ioMaximumBandwidth = ioMaximumBandwidth;
        return copy;
    }

    /** Collects the fields of a {@link Resources}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private long cpuShares = 0;
        private long memory = 0;
        private long nanoCpus = 0;
        private String cgroupParent = "";
        private int blkioWeight = 0;
        private List<WeightDevice> blkioWeightDevice = List.of();
        private List<ThrottleDevice> blkioDeviceReadBps = List.of();
        private List<ThrottleDevice> blkioDeviceWriteBps = List.of();
        private List<ThrottleDevice> blkioDeviceReadIops = List.of();
        private List<ThrottleDevice> blkioDeviceWriteIops = List.of();
        private long cpuPeriod = 0;
        private long cpuQuota = 0;
        private long cpuRealtimePeriod = 0;
        private long cpuRealtimeRuntime = 0;
        private String cpusetCpus = "";
        private String cpusetMems = "";
        private List<DeviceMapping> devices = List.of();
        private List<String> deviceCgroupRules = List.of();
        private List<DeviceRequest> deviceRequests = List.of();
        private long kernelMemory = 0;
        private long kernelMemoryTcp = 0;
        private long memoryReservation = 0;
        private long memorySwap = 0;
        private OptionalLong memorySwappiness = OptionalLong.empty();
        private Optional<Boolean> oomKillDisable = Optional.empty();
        private OptionalLong pidsLimit = OptionalLong.empty();
        private List<Ulimit> ulimits = List.of();
        private long cpuCount = 0;
        private long cpuPercent = 0;
        private long ioMaximumIops = 0;
        private long ioMaximumBandwidth = 0;

        private Builder() {}

        public Builder cpuShares(long cpuShares) {
            this.cpuShares = cpuShares;
            return this;
        }

        public Builder memory(long memory) {
            this.memory = memory;
            return this;
        }

        public Builder nanoCpus(long nanoCpus) {
            this.nanoCpus = nanoCpus;
            return this;
        }

        public Builder cgroupParent(String cgroupParent) {
            this.cgroupParent = cgroupParent;
            return this;
        }

        public Builder blkioWeight(int blkioWeight) {
            this.blkioWeight = blkioWeight;
            return this;
        }

        public Builder blkioWeightDevice(List<WeightDevice> blkioWeightDevice) {
            this.blkioWeightDevice = blkioWeightDevice;
            return this;
        }

        public Builder blkioDeviceReadBps(List<ThrottleDevice> blkioDeviceReadBps) {
            this.blkioDeviceReadBps = blkioDeviceReadBps;
            return this;
        }

        public Builder blkioDeviceWriteBps(List<ThrottleDevice> blkioDeviceWriteBps) {
            this.blkioDeviceWriteBps = blkioDeviceWriteBps;
            return this;
        }

        public Builder blkioDeviceReadIops(List<ThrottleDevice> blkioDeviceReadIops) {
            this.blkioDeviceReadIops = blkioDeviceReadIops;
            return this;
        }

        public Builder blkioDeviceWriteIops(List<ThrottleDevice> blkioDeviceWriteIops) {
            this.blkioDeviceWriteIops = blkioDeviceWriteIops;
            return this;
        }

        public Builder cpuPeriod(long cpuPeriod) {
            this.cpuPeriod = cpuPeriod;
            return this;
        }

        public Builder cpuQuota(long cpuQuota) {
            this.cpuQuota = cpuQuota;
            return this;
        }

        public Builder cpuRealtimePeriod(long cpuRealtimePeriod) {
            this.cpuRealtimePeriod = cpuRealtimePeriod;
            return this;
        }

        public Builder cpuRealtimeRuntime(long cpuRealtimeRuntime) {
            this.cpuRealtimeRuntime = cpuRealtimeRuntime;
            return this;
        }

        public Builder cpusetCpus(String cpusetCpus) {
            this.cpusetCpus = cpusetCpus;
            return this;
        }

        public Builder cpusetMems(String cpusetMems) {
            this.cpusetMems = cpusetMems;
            return this;
        }

        public Builder devices(List<DeviceMapping> devices) {
            this.devices = devices;
            return this;
        }

        public Builder deviceCgroupRules(List<String> deviceCgroupRules) {
            this.deviceCgroupRules = deviceCgroupRules;
            return this;
        }

        public Builder deviceRequests(List<DeviceRequest> deviceRequests) {
            this.deviceRequests = deviceRequests;
            return this;
        }

        public Builder kernelMemory(long kernelMemory) {
            this.kernelMemory = kernelMemory;
            return this;
        }

        public Builder kernelMemoryTcp(long kernelMemoryTcp) {
            this.kernelMemoryTcp = kernelMemoryTcp;
            return this;
        }

        public Builder memoryReservation(long memoryReservation) {
            this.memoryReservation = memoryReservation;
            return this;
        }

        public Builder memorySwap(long memorySwap) {
            this.memorySwap = memorySwap;
            return this;
        }

        public Builder memorySwappiness(OptionalLong memorySwappiness) {
            this.memorySwappiness = memorySwappiness;
            return this;
        }

        public Builder memorySwappiness(long memorySwappiness) {
            this.memorySwappiness = OptionalLong.of(memorySwappiness);
            return this;
        }

        public Builder oomKillDisable(boolean oomKillDisable) {
            this.oomKillDisable = Optional.of(oomKillDisable);
            return this;
        }

        public Builder pidsLimit(OptionalLong pidsLimit) {
            this.pidsLimit = pidsLimit;
            return this;
        }

        public Builder pidsLimit(long pidsLimit) {
            this.pidsLimit = OptionalLong.of(pidsLimit);
            return this;
        }

        public Builder ulimits(List<Ulimit> ulimits) {
            this.ulimits = ulimits;
            return this;
        }

        public Builder cpuCount(long cpuCount) {
            this.cpuCount = cpuCount;
            return this;
        }

        public Builder cpuPercent(long cpuPercent) {
            this.cpuPercent = cpuPercent;
            return this;
        }

        public Builder ioMaximumIops(long ioMaximumIops) {
            this.ioMaximumIops = ioMaximumIops;
            return this;
        }

        public Builder ioMaximumBandwidth(long ioMaximumBandwidth) {
            this.ioMaximumBandwidth = ioMaximumBandwidth;
            return this;
        }

        public Resources build() {
            return new Resources(
                    cpuShares,
                    memory,
                    nanoCpus,
                    cgroupParent,
                    blkioWeight,
                    blkioWeightDevice,
                    blkioDeviceReadBps,
                    blkioDeviceWriteBps,
                    blkioDeviceReadIops,
                    blkioDeviceWriteIops,
                    cpuPeriod,
                    cpuQuota,
                    cpuRealtimePeriod,
                    cpuRealtimeRuntime,
                    cpusetCpus,
                    cpusetMems,
                    devices,
                    deviceCgroupRules,
                    deviceRequests,
                    kernelMemory,
                    kernelMemoryTcp,
                    memoryReservation,
                    memorySwap,
                    memorySwappiness,
                    oomKillDisable,
                    pidsLimit,
                    ulimits,
                    cpuCount,
                    cpuPercent,
                    ioMaximumIops,
                    ioMaximumBandwidth);
        }
    }
}
