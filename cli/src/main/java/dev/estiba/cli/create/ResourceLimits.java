package dev.estiba.cli.create;

import dev.estiba.api.DeviceMapping;
import dev.estiba.api.DeviceRequest;
import dev.estiba.api.Resources;
import dev.estiba.api.ThrottleDevice;
import dev.estiba.api.Ulimit;
import dev.estiba.api.WeightDevice;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Parsed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The flags that limit a container, and those that give it devices. */
public final class ResourceLimits {
    /** The name of a device by the Container Device Interface: {@code vendor.com/class=name}. */
    private static final Pattern CDI = Pattern.compile("[a-zA-Z][\\w.-]*/[a-zA-Z][\\w.-]*=[\\w.:-]+");

    private ResourceLimits() {}

    static Resources of(Parsed flags) throws BadValue {
        long swappiness = flags.number("memory-swappiness");
        if (swappiness != -1 && (swappiness < 0 || swappiness > 100)) {
            throw new BadValue("invalid value: " + swappiness + ". Valid memory swappiness range is 0-100");
        }
        return Resources.builder()
                .cpuShares(flags.number("cpu-shares"))
                .memory(flags.number("memory"))
                .nanoCpus(flags.number("cpus"))
                .cgroupParent(flags.text("cgroup-parent"))
                .blkioWeight(int32(flags, "blkio-weight"))
                .blkioWeightDevice(weights(flags))
                .blkioDeviceReadBps(rates(flags, "device-read-bps"))
                .blkioDeviceWriteBps(rates(flags, "device-write-bps"))
                .blkioDeviceReadIops(rates(flags, "device-read-iops"))
                .blkioDeviceWriteIops(rates(flags, "device-write-iops"))
                .cpuPeriod(flags.number("cpu-period"))
                .cpuQuota(flags.number("cpu-quota"))
                .cpuRealtimePeriod(flags.number("cpu-rt-period"))
                .cpuRealtimeRuntime(flags.number("cpu-rt-runtime"))
                .cpusetCpus(flags.text("cpuset-cpus"))
                .cpusetMems(flags.text("cpuset-mems"))
                .devices(devices(flags))
                .deviceCgroupRules(flags.all("device-cgroup-rule"))
                .deviceRequests(requests(flags))
                .memoryReservation(flags.number("memory-reservation"))
                .memorySwap(flags.number("memory-swap"))
                .memorySwappiness(swappiness)
                .oomKillDisable(flags.isOn("oom-kill-disable"))
                .pidsLimit(flags.number("pids-limit"))
                .ulimits(ulimits(flags))
                .build();
    }

    /** Those that a container that runs can be given; what is not said stays as it is. */
    public static Resources changes(Parsed flags) throws BadValue {
        Resources.Builder changes = Resources.builder()
                .blkioWeight(int32(flags, "blkio-weight"))
                .cpuShares(flags.number("cpu-shares"))
                .memory(flags.number("memory"))
                .nanoCpus(flags.number("cpus"))
                .cpuPeriod(flags.number("cpu-period"))
                .cpuQuota(flags.number("cpu-quota"))
                .cpusetCpus(flags.text("cpuset-cpus"))
                .cpusetMems(flags.text("cpuset-mems"))
                .memoryReservation(flags.number("memory-reservation"))
                .memorySwap(flags.number("memory-swap"));
        if (flags.isGiven("pids-limit")) {
            changes.pidsLimit(flags.number("pids-limit"));
        }
        return changes.build();
    }

    static int int32(Parsed flags, String name) throws BadValue {
        long number = flags.number(name);
        if (number != (int) number) {
            throw new BadValue("invalid value for --" + name + ": " + number + " is out of range");
        }
        return (int) number;
    }

    /** Of two with one name the later one counts. */
    private static List<Ulimit> ulimits(Parsed flags) throws BadValue {
        Map<String, Ulimit> ulimits = new LinkedHashMap<>();
        for (String value : flags.all("ulimit")) {
            Ulimit ulimit = Limits.read(value);
            ulimits.put(ulimit.name(), ulimit);
        }
        return List.copyOf(ulimits.values());
    }

    private static List<WeightDevice> weights(Parsed flags) {
        return flags.all("blkio-weight-device").stream()
                .map(value -> Pair.cut(value, ':'))
                .map(pair -> new WeightDevice(pair.before(), Integer.parseInt(pair.after())))
                .toList();
    }

    private static List<ThrottleDevice> rates(Parsed flags, String name) {
        return flags.all(name).stream()
                .map(value -> Pair.cut(value, ':'))
                .map(pair -> new ThrottleDevice(pair.before(), Long.parseLong(pair.after())))
                .toList();
    }

    private static List<DeviceMapping> devices(Parsed flags) throws BadValue {
        List<DeviceMapping> devices = new ArrayList<>();
        for (String value : flags.all("device")) {
            if (!CDI.matcher(value).matches()) {
                devices.add(Devices.read(value));
            }
        }
        return devices;
    }

    private static List<DeviceRequest> requests(Parsed flags) throws BadValue {
        List<DeviceRequest> requests = new ArrayList<>();
        for (String value : flags.all("gpus")) {
            requests.add(new DeviceRequest("", gpus(value), List.of(), List.of(List.of("gpu")), Map.of()));
        }
        List<String> named = flags.all("device").stream()
                .filter(value -> CDI.matcher(value).matches())
                .toList();
        if (!named.isEmpty()) {
            requests.add(new DeviceRequest("cdi", 0, named, List.of(), Map.of()));
        }
        return requests;
    }

    private static int gpus(String value) throws BadValue {
        try {
            return value.equals("all") ? -1 : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new BadValue("--gpus takes 'all' or a number: fields are not built yet");
        }
    }
}
