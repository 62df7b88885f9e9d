package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Excerpt;
import java.util.List;
import java.util.Map;

/** Rules of the {@code linux.resources} section; paths begin within it. */
final class ResourcesRules {
    private static final int MAX_SWAPPINESS = 100;

    private ResourcesRules() {}

    static void check(Findings findings, Resources resources) {
        devices(findings, resources.devices());
        if (resources.memory().isPresent()) {
            memory(findings, resources.memory().get());
        }
        if (resources.cpu().isPresent()) {
            ProcessRules.cpuList(findings, "cpu.cpus", resources.cpu().get().cpus());
            ProcessRules.cpuList(findings, "cpu.mems", resources.cpu().get().mems());
        }
        for (int i = 0; i < resources.hugepageLimits().size(); i++) {
            String size = resources.hugepageLimits().get(i).pageSize();
            if (!isPageSize(size)) {
                findings.add(
                        Rule.HUGEPAGE_SIZE,
                        "hugepageLimits[" + i + "].pageSize",
                        Excerpt.quoted(size) + " is no size such as 2MB");
            }
        }
        for (Map.Entry<String, Rdma> device : resources.rdma().entrySet()) {
            Rdma limit = device.getValue();
            if (limit.hcaHandles().isEmpty() && limit.hcaObjects().isEmpty()) {
                findings.add(
                        Rule.RDMA,
                        "rdma[" + Excerpt.quoted(device.getKey()) + "]",
                        "neither hcaHandles nor hcaObjects is given");
            }
        }
        unified(findings, resources.unified());
    }

    private static void devices(Findings findings, List<DeviceRule> rules) {
        for (int i = 0; i < rules.size(); i++) {
            DeviceRule rule = rules.get(i);
            String type = rule.type().orElse("a");
            if (!type.equals("a") && !type.equals("b") && !type.equals("c")) {
                findings.add(Rule.DEVICE_RULE, "devices[" + i + "].type", Excerpt.quoted(type) + " is none of a, b, c");
            }
            String access = rule.access().orElse("");
            if (access.isEmpty()) {
                findings.add(Rule.DEVICE_RULE, "devices[" + i + "].access", "missing, but required");
            } else if (!isAccess(access)) {
                findings.add(
                        Rule.DEVICE_RULE,
                        "devices[" + i + "].access",
                        Excerpt.quoted(access) + " is not made of r, w and m");
            }
        }
    }

    private static boolean isAccess(String access) {
        for (int i = 0; i < access.length(); i++) {
            if ("rwm".indexOf(access.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static void memory(Findings findings, Memory memory) {
        long limit = memory.limit().orElse(0);
        long swap = memory.swap().orElse(0);
        if (limit > 0 && swap > 0 && swap < limit) {
            findings.add(Rule.MEMORY_SWAP, "memory.swap", swap + " is below the limit of memory alone, " + limit);
        }
        if (memory.swappiness().isPresent()
                && Long.compareUnsigned(memory.swappiness().getAsLong(), MAX_SWAPPINESS) > 0) {
            findings.add(
                    Rule.SWAPPINESS,
                    "memory.swappiness",
                    ProcessRules.above(memory.swappiness().getAsLong(), MAX_SWAPPINESS));
        }
    }

    /** The schema's pattern: a number, one of K, M, G, and a B. */
    private static boolean isPageSize(String size) {
        int digits = size.length() - 2;
        if (digits < 1
                || size.charAt(0) == '0'
                || size.charAt(digits + 1) != 'B'
                || "KMG".indexOf(size.charAt(digits)) < 0) {
            return false;
        }
        for (int i = 0; i < digits; i++) {
            if (size.charAt(i) < '0' || size.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static void unified(Findings findings, Map<String, String> files) {
        for (String file : files.keySet()) {
            if (file.indexOf('/') >= 0 || file.indexOf('.') <= 0) {
                findings.add(
                        Rule.UNIFIED,
                        "unified[" + Excerpt.quoted(file) + "]",
                        "is no file of a cgroup such as memory.high");
            }
        }
    }
}
