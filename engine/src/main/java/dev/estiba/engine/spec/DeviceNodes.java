package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.DeviceMapping;
import dev.estiba.api.HostConfig;
import dev.estiba.oci.runtime.Device;
import dev.estiba.oci.runtime.DeviceRule;
import dev.estiba.runtime.Defaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code --device}, {@code --device-cgroup-rule}, and all of the host's devices for {@code --privileged}.
 *
 * @param nodes in the container's /dev
 * @param rules which ones it may open
 */
record DeviceNodes(List<Device> nodes, List<DeviceRule> rules) {
    private static final Pattern RULE = Pattern.compile("([acb]) (\\d{1,10}|\\*):(\\d{1,10}|\\*) ([rwm]{1,3})");
    private static final int FILE_TYPE = 0170000;
    private static final int CHARACTER = 0020000;
    private static final int BLOCK = 0060000;
    private static final int MOST = 10_000;

    static DeviceNodes of(HostConfig host) throws ApiException {
        List<Device> nodes = new ArrayList<>();
        List<DeviceRule> rules = new ArrayList<>();
        if (host.privileged()) {
            rules.add(new DeviceRule(
                    true, Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.of("rwm")));
            nodes.addAll(hostNodes());
        } else {
            rules.addAll(Defaults.DEVICE_RULES);
        }
        for (DeviceMapping mapping : host.resources().devices()) {
            Device node = node(mapping);
            nodes.add(node);
            String access = mapping.cgroupPermissions().isEmpty() ? "rwm" : mapping.cgroupPermissions();
            if (!access.matches("[rwm]{1,3}")) {
                throw new ApiException(400, "invalid device permissions for " + mapping.pathOnHost() + ": " + access);
            }
            rules.add(new DeviceRule(
                    true,
                    Optional.of(node.type() == Device.Type.BLOCK ? "b" : "c"),
                    node.major(),
                    node.minor(),
                    Optional.of(access)));
        }
        for (String rule : host.resources().deviceCgroupRules()) {
            rules.add(rule(rule));
        }
        return new DeviceNodes(nodes, rules);
    }

    private static DeviceRule rule(String text) throws ApiException {
        Matcher matcher = RULE.matcher(text);
        if (!matcher.matches() || isTooLarge(matcher.group(2)) || isTooLarge(matcher.group(3))) {
            throw new ApiException(400, "invalid device cgroup rule format: '" + text + "'");
        }
        return new DeviceRule(
                true,
                Optional.of(matcher.group(1)),
                number(matcher.group(2)),
                number(matcher.group(3)),
                Optional.of(matcher.group(4)));
    }

    /** A number of a device is one of 32 bits in the kernel's table of rules. */
    private static boolean isTooLarge(String text) {
        return !text.equals("*") && Long.parseLong(text) > 0xffffffffL;
    }

    private static OptionalLong number(String text) {
        return text.equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    private static Device node(DeviceMapping mapping) throws ApiException {
        String where = mapping.pathInContainer().isEmpty() ? mapping.pathOnHost() : mapping.pathInContainer();
        try {
            return node(Path.of(mapping.pathOnHost()), where)
                    .orElseThrow(() -> new ApiException(
                            400,
                            "error gathering device information while adding custom device \"" + mapping.pathOnHost()
                                    + "\": not a device node"));
        } catch (ApiException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new ApiException(
                    500,
                    "error gathering device information while adding custom device \"" + mapping.pathOnHost()
                            + "\": no such file or directory");
        }
    }

    /** Empty when it is no device. Links are followed: it is the host's own /dev. */
    private static Optional<Device> node(Path path, String where) throws IOException {
        int mode = (int) attribute(path, "mode");
        int kind = mode & FILE_TYPE;
        if (kind != CHARACTER && kind != BLOCK) {
            return Optional.empty();
        }
        long rdev = attribute(path, "rdev");
        return Optional.of(new Device(
                kind == BLOCK ? Device.Type.BLOCK : Device.Type.CHARACTER,
                where,
                OptionalLong.of(major(rdev)),
                OptionalLong.of(minor(rdev)),
                OptionalLong.of(mode & 0777),
                OptionalLong.of(attribute(path, "uid")),
                OptionalLong.of(attribute(path, "gid"))));
    }

    private static long attribute(Path path, String name) throws IOException {
        return Files.getAttribute(path, "unix:" + name) instanceof Number number ? number.longValue() : 0;
    }

    /** makedev(3). */
    static long major(long rdev) {
        return (rdev >> 8) & 0xfff | (rdev >> 32) & ~0xfffL;
    }

    static long minor(long rdev) {
        return rdev & 0xff | (rdev >> 12) & 0xffffff00L;
    }

    /** Without the terminals and what every container has of its own. */
    private static List<Device> hostNodes() {
        List<Device> nodes = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(Path.of("/dev"), 3)) {
            for (Path path : (Iterable<Path>) paths.limit(MOST)::iterator) {
                String name = path.toString();
                if (ownOfContainers(name)
                        || Files.isSymbolicLink(path)
                        || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    continue;
                }
                node(path, name).ifPresent(nodes::add);
            }
        } catch (IOException | UncheckedIOException e) {
            return nodes; // a device went while the directory was read
        }
        return nodes;
    }

    private static boolean ownOfContainers(String name) {
        return name.startsWith("/dev/pts")
                || name.startsWith("/dev/shm")
                || name.startsWith("/dev/mqueue")
                || Stream.of("console", "tty", "null", "zero", "full", "random", "urandom", "ptmx")
                        .anyMatch(own -> name.equals("/dev/" + own));
    }
}
