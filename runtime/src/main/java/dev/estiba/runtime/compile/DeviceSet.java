package dev.estiba.runtime.compile;

import dev.estiba.oci.runtime.DeviceRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a list of device rules comes to: a verdict for all devices, and those that have the other one. As version 1 has it
 * (kernel: admin-guide/cgroup-v1/devices.rst, security/device_cgroup.c), which runc keeps to in version 2 as well: a rule
 * for all devices makes everything before it forgotten; another one is an exception, or takes one away.
 *
 * @param allows the verdict
 * @param exceptions from the device to the accesses, of {@link #READ}, {@link #WRITE} and {@link #MAKE}
 */
record DeviceSet(boolean allows, Map<Device, Integer> exceptions) {
    /** BPF_DEVCG_ACC_* of linux/bpf.h. */
    static final int MAKE = 1;

    static final int READ = 2;
    static final int WRITE = 4;
    static final int ALL = MAKE | READ | WRITE;

    /** Of all numbers. */
    static final long ANY = -1;

    /** {@code type} is b or c; a number is {@link #ANY} for all. */
    record Device(char type, long major, long minor) {
        boolean covers(Device other) {
            return type == other.type
                    && (major == ANY || major == other.major)
                    && (minor == ANY || minor == other.minor);
        }

        /** {@code TYPE MAJOR:MINOR}, as version 1 has it. */
        @Override
        public String toString() {
            return type + " " + number(major) + ":" + number(minor);
        }

        private static String number(long number) {
            return number == ANY ? "*" : Long.toString(number);
        }
    }

    /**
     * After whatever the configuration says: nodes may be made, and the default devices, pseudo-terminals and consoles be
     * used (config-linux.md, "Default Devices"; the list is runc's, which has tun for who makes its node).
     */
    static final Map<Device, Integer> ALWAYS = Collections.unmodifiableMap(always());

    DeviceSet {
        exceptions = Collections.unmodifiableMap(new LinkedHashMap<>(exceptions));
    }

    private static Map<Device, Integer> always() {
        Map<Device, Integer> always = new LinkedHashMap<>();
        always.put(new Device('c', ANY, ANY), MAKE);
        always.put(new Device('b', ANY, ANY), MAKE);
        for (long minor : new long[] {3, 8, 7}) {
            always.put(new Device('c', 1, minor), ALL);
        }
        always.put(new Device('c', 5, 0), ALL);
        always.put(new Device('c', 1, 5), ALL);
        always.put(new Device('c', 1, 9), ALL);
        always.put(new Device('c', 136, ANY), ALL);
        always.put(new Device('c', 5, 2), ALL);
        always.put(new Device('c', 10, 200), ALL);
        return always;
    }

    /** @throws UnsupportedConfig for a rule that version 1 would pass over in silence */
    static void refuseHoles(List<DeviceRule> rules) {
        DeviceSet unused = of(rules);
    }

    /** @throws UnsupportedConfig for a rule that version 1 would pass over in silence */
    static DeviceSet of(List<DeviceRule> rules) {
        Draft draft = new Draft();
        for (DeviceRule rule : rules) {
            for (Device device : devices(rule)) {
                draft.rule(device, access(rule.access().orElse("")), rule.allow());
            }
            if (isForAll(rule)) {
                draft.all(rule.allow());
            }
        }
        ALWAYS.forEach((device, access) -> draft.rule(device, access, true));
        return new DeviceSet(draft.allows, draft.exceptions);
    }

    private static boolean isForAll(DeviceRule rule) {
        return rule.type().orElse("a").equals("a");
    }

    private static List<Device> devices(DeviceRule rule) {
        String type = rule.type().orElse("a");
        return type.equals("b") || type.equals("c")
                ? List.of(new Device(
                        type.charAt(0), rule.major().orElse(ANY), rule.minor().orElse(ANY)))
                : List.of();
    }

    /** None named is all, as in runc. */
    private static int access(String letters) {
        int access = 0;
        for (int i = 0; i < letters.length(); i++) {
            access |= switch (letters.charAt(i)) {
                case 'r' -> READ;
                case 'w' -> WRITE;
                case 'm' -> MAKE;
                default ->
                    throw new UnsupportedConfig(
                            "linux.resources.devices: access " + letters + " is not made of r, w and m");
            };
        }
        return access == 0 ? ALL : access;
    }

    boolean allowsAll() {
        return allows && exceptions.isEmpty();
    }

    /** The same question that the kernel asks: all of the access must be allowed. */
    boolean allows(Device device, int access) {
        for (Map.Entry<Device, Integer> each : exceptions.entrySet()) {
            if (!each.getKey().covers(device)) {
                continue;
            }
            if (allows ? (access & each.getValue()) != 0 : (access & ~each.getValue()) == 0) {
                return !allows;
            }
        }
        return allows;
    }

    private static final class Draft {
        private boolean allows;
        private final Map<Device, Integer> exceptions = new LinkedHashMap<>();

        void all(boolean allow) {
            allows = allow;
            exceptions.clear();
        }

        void rule(Device device, int access, boolean allow) {
            if (allow != allows) {
                exceptions.merge(device, access, (a, b) -> a | b);
                return;
            }
            refuseHole(device, access);
            int left = exceptions.getOrDefault(device, 0) & ~access;
            if (left == 0) {
                exceptions.remove(device);
            } else {
                exceptions.put(device, left);
            }
        }

        /** Version 1 takes an exception away for that very device alone, and is silent when a wider one remains. */
        private void refuseHole(Device device, int access) {
            List<Device> wider = new ArrayList<>(exceptions.keySet());
            wider.removeIf(each -> each.equals(device) || !each.covers(device));
            for (Device each : wider) {
                if ((exceptions.getOrDefault(each, 0) & access) != 0) {
                    throw new UnsupportedConfig("linux.resources.devices: a rule for " + device
                            + " takes nothing back from the wider one for " + each
                            + " before it: name the devices one by one");
                }
            }
        }
    }
}
