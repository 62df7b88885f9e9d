package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rules of the {@code linux} section. */
final class LinuxRules {
    private static final Set<String> PROPAGATIONS =
            Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable");
    private static final Set<String> CLOCKS = Set.of("monotonic", "boottime");
    private static final long NANOSECONDS = 1_000_000_000L;

    /** netdevice(7): IFNAMSIZ is 16 with the NUL. */
    private static final int MAX_INTERFACE_NAME = 15;

    private LinuxRules() {}

    /** Whether the container is in a namespace of this kind that is not the runtime's. */
    static boolean has(Linux linux, Namespace.Type type) {
        for (Namespace namespace : linux.namespaces()) {
            if (namespace.type() == type) {
                return true;
            }
        }
        return false;
    }

    static void check(Findings findings, Linux linux) {
        namespaces(findings, linux.namespaces());
        userNamespace(findings, linux);
        timeOffsets(findings, linux);
        devices(findings, linux.devices());
        netDevices(findings, linux);
        if (linux.resources().isPresent()) {
            Findings within = new Findings("linux.resources.");
            ResourcesRules.check(within, linux.resources().get());
            findings.addAll(within);
        }
        intelRdt(findings, linux);
        memoryPolicy(findings, linux);
        SysctlRules.check(findings, linux);
        if (linux.rootfsPropagation().isPresent()
                && !PROPAGATIONS.contains(linux.rootfsPropagation().get())) {
            findings.add(
                    Rule.ROOTFS_PROPAGATION,
                    "linux.rootfsPropagation",
                    Excerpt.quoted(linux.rootfsPropagation().get()) + " is none of private, shared, slave, unbindable");
        }
        masks(findings, linux);
        personality(findings, linux);
    }

    private static void namespaces(Findings findings, List<Namespace> namespaces) {
        Set<Namespace.Type> seen = EnumSet.noneOf(Namespace.Type.class);
        for (int i = 0; i < namespaces.size(); i++) {
            Namespace namespace = namespaces.get(i);
            if (!seen.add(namespace.type())) {
                findings.add(
                        Rule.NAMESPACE_TWICE,
                        "linux.namespaces[" + i + "].type",
                        namespace.type().specName() + " is given twice");
            }
            if (namespace.path().isPresent() && !namespace.path().get().startsWith("/")) {
                findings.add(
                        Rule.NAMESPACE_PATH,
                        "linux.namespaces[" + i + "].path",
                        Excerpt.quoted(namespace.path().get()) + " is no absolute path");
            }
        }
    }

    private static void userNamespace(Findings findings, Linux linux) {
        boolean isNew = false;
        for (Namespace namespace : linux.namespaces()) {
            isNew |= namespace.type() == Namespace.Type.USER && namespace.path().isEmpty();
        }
        boolean hasNone = !has(linux, Namespace.Type.USER);
        userNamespaceMapping(findings, "linux.uidMappings", linux.uidMappings(), isNew, hasNone);
        userNamespaceMapping(findings, "linux.gidMappings", linux.gidMappings(), isNew, hasNone);
    }

    private static void userNamespaceMapping(
            Findings findings, String path, List<IdMapping> mappings, boolean isNew, boolean hasNone) {
        if (isNew && mappings.isEmpty()) {
            findings.add(Rule.USER_NAMESPACE_MAPPINGS, path, "missing, but a new user namespace needs it");
        }
        if (hasNone && !mappings.isEmpty()) {
            findings.add(Rule.USER_NAMESPACE_MAPPINGS, path, "cannot be set without a user namespace");
        }
    }

    private static void timeOffsets(Findings findings, Linux linux) {
        if (!linux.timeOffsets().isEmpty() && !has(linux, Namespace.Type.TIME)) {
            findings.add(Rule.TIME_OFFSETS, "linux.timeOffsets", "cannot be set without a time namespace");
        }
        for (Map.Entry<String, TimeOffset> offset : linux.timeOffsets().entrySet()) {
            if (!CLOCKS.contains(offset.getKey())) {
                findings.add(
                        Rule.TIME_OFFSETS,
                        "linux.timeOffsets",
                        Excerpt.quoted(offset.getKey()) + " is no clock with an offset: monotonic or boottime");
            }
            if (offset.getValue().nanosecs() >= NANOSECONDS) {
                findings.add(
                        Rule.TIME_OFFSETS,
                        "linux.timeOffsets." + Excerpt.of(offset.getKey()) + ".nanosecs",
                        offset.getValue().nanosecs() + " is above 999999999");
            }
        }
    }

    private static void devices(Findings findings, List<Device> devices) {
        for (int i = 0; i < devices.size(); i++) {
            Device device = devices.get(i);
            if (!device.path().startsWith("/")) {
                findings.add(
                        Rule.DEVICE,
                        "linux.devices[" + i + "].path",
                        Excerpt.quoted(device.path()) + " is no absolute path");
            }
            if (device.type() == Device.Type.FIFO) {
                continue;
            }
            if (device.major().isEmpty()) {
                findings.add(Rule.DEVICE, "linux.devices[" + i + "].major", "missing, but only a fifo has none");
            }
            if (device.minor().isEmpty()) {
                findings.add(Rule.DEVICE, "linux.devices[" + i + "].minor", "missing, but only a fifo has none");
            }
        }
    }

    private static void netDevices(Findings findings, Linux linux) {
        if (!linux.netDevices().isEmpty() && !has(linux, Namespace.Type.NETWORK)) {
            findings.add(Rule.NET_DEVICE, "linux.netDevices", "cannot be moved without a network namespace");
        }
        for (Map.Entry<String, NetDevice> device : linux.netDevices().entrySet()) {
            interfaceName(findings, device.getKey());
            if (device.getValue().name().isPresent()) {
                interfaceName(findings, device.getValue().name().get());
            }
        }
    }

    /** dev_valid_name of the kernel's net/core/dev.c. */
    private static void interfaceName(Findings findings, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        boolean isValid = bytes.length > 0 && bytes.length <= MAX_INTERFACE_NAME;
        isValid &= !name.equals(".") && !name.equals("..");
        for (byte unit : bytes) {
            boolean isSpace = unit == ' ' || unit >= '\t' && unit <= '\r' || unit == (byte) 0xa0;
            isValid &= unit != '/' && unit != ':' && !isSpace;
        }
        if (!isValid) {
            findings.add(Rule.NET_DEVICE, "linux.netDevices", Excerpt.quoted(name) + " is no interface's name");
        }
    }

    private static void intelRdt(Findings findings, Linux linux) {
        if (linux.intelRdt().isEmpty() || linux.intelRdt().get().closId().isEmpty()) {
            return;
        }
        String closId = linux.intelRdt().get().closId().get();
        if (closId.equals(".") || closId.equals("..") || closId.indexOf('/') >= 0 || closId.indexOf('\n') >= 0) {
            findings.add(Rule.INTEL_RDT, "linux.intelRdt.closID", Excerpt.quoted(closId) + " is no directory's name");
        }
    }

    private static void memoryPolicy(Findings findings, Linux linux) {
        if (linux.memoryPolicy().isEmpty()) {
            return;
        }
        MemoryPolicy policy = linux.memoryPolicy().get();
        if (policy.mode().isEmpty()) {
            findings.add(Rule.MEMORY_POLICY, "linux.memoryPolicy.mode", "missing, but required");
        }
        ProcessRules.cpuList(findings, "linux.memoryPolicy.nodes", policy.nodes());
    }

    private static void masks(Findings findings, Linux linux) {
        if (has(linux, Namespace.Type.MOUNT)) {
            return;
        }
        if (!linux.maskedPaths().isEmpty()) {
            findings.add(
                    Rule.MASKS_NEED_MOUNT_NAMESPACE, "linux.maskedPaths", "cannot be masked without a mount namespace");
        }
        if (!linux.readonlyPaths().isEmpty()) {
            findings.add(
                    Rule.MASKS_NEED_MOUNT_NAMESPACE,
                    "linux.readonlyPaths",
                    "cannot be made read-only without a mount namespace");
        }
    }

    private static void personality(Findings findings, Linux linux) {
        if (linux.personality().isEmpty()) {
            return;
        }
        Personality personality = linux.personality().get();
        if (personality.domain().isEmpty()) {
            findings.add(Rule.PERSONALITY, "linux.personality.domain", "missing, but required");
        }
        if (!personality.flags().isEmpty()) {
            findings.add(Rule.PERSONALITY, "linux.personality.flags", "no flag is defined");
        }
    }
}
