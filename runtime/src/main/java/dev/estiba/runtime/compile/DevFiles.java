package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Device;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is in /dev: the default devices, the configuration's, and the usual links (config-linux.md, "Default Devices"). */
final class DevFiles {
    private record Node(long type, long major, long minor, long mode, long uid, long gid) {}

    private final Assembly in;

    DevFiles(Assembly in) {
        this.in = in;
    }

    /** Nothing is made in a /dev that is bound from the host. */
    void compile() {
        if (Mounts.bindsOver(in.config.mounts(), "/dev")) {
            return;
        }
        Script init = in.init.group("/dev");
        Register dev =
                init.place(in.root, "/dev", 0755, Script.Place.DIRECTORY, OnFailure.STOP, "open the container's /dev");
        nodes().forEach((path, node) -> make(dev, path, node));
        link(dev, "/proc/self/fd", "fd");
        link(dev, "/proc/self/fd/0", "stdin");
        link(dev, "/proc/self/fd/1", "stdout");
        link(dev, "/proc/self/fd/2", "stderr");
        init.run(
                Calls.UNLINKAT,
                OnFailure.tolerate("an image may have none", Errno.ENOENT),
                "replace /dev/ptmx",
                dev,
                in.string("ptmx"),
                Arg.ZERO);
        link(dev, "pts/ptmx", "ptmx");
    }

    private Map<String, Node> nodes() {
        Map<String, Node> nodes = new LinkedHashMap<>();
        nodes.put("/dev/null", character(1, 3));
        nodes.put("/dev/zero", character(1, 5));
        nodes.put("/dev/full", character(1, 7));
        nodes.put("/dev/random", character(1, 8));
        nodes.put("/dev/urandom", character(1, 9));
        nodes.put("/dev/tty", character(5, 0));
        for (Device device : in.linux.devices()) {
            nodes.put(Paths.clean(device.path()), node(device));
        }
        return nodes;
    }

    private static Node character(long major, long minor) {
        return new Node(Flags.S_IFCHR, major, minor, 0666, 0, 0);
    }

    private static Node node(Device device) {
        long type = switch (device.type()) {
            case CHARACTER, UNBUFFERED_CHARACTER -> Flags.S_IFCHR;
            case BLOCK -> Flags.S_IFBLK;
            case FIFO -> Flags.S_IFIFO;
        };
        if (type != Flags.S_IFIFO && (device.major().isEmpty() || device.minor().isEmpty())) {
            throw new UnsupportedConfig("linux.devices: " + device.path() + " needs a major and a minor number");
        }
        return new Node(
                type,
                device.major().orElse(0),
                device.minor().orElse(0),
                device.fileMode().orElse(0666) & 07777,
                device.uid().orElse(0),
                device.gid().orElse(0));
    }

    /** The kernel's encoding of a device number (makedev(3), new_encode_dev). */
    static long deviceNumber(long major, long minor) {
        return (minor & 0xff) | (major << 8) | ((minor & ~0xffL) << 12);
    }

    private void make(Register dev, String path, Node node) {
        Script init = in.init;
        String what = "make " + path;
        Arg directory = dev;
        Data name;
        if (path.startsWith("/dev/") && path.indexOf('/', 5) < 0) {
            name = in.string(path.substring(5));
        } else {
            int slash = path.lastIndexOf('/');
            directory = init.place(
                    in.root,
                    slash == 0 ? "/" : path.substring(0, slash),
                    0755,
                    Script.Place.DIRECTORY,
                    OnFailure.STOP,
                    what);
            name = in.string(path.substring(slash + 1));
        }
        if (in.bindsDevices() && node.type() != Flags.S_IFIFO) {
            bind(path, node);
            return;
        }
        Register made = init.get(
                Calls.MKNODAT,
                OnFailure.tolerate("an image may bring it; then it is checked", Errno.EEXIST),
                what,
                directory,
                name,
                imm(node.type() | node.mode()),
                imm(deviceNumber(node.major(), node.minor())));
        Label isNew = init.label();
        init.jump(isNew, made, Compare.AT_LEAST, Arg.ZERO, path + " is new");
        check(
                directory,
                name,
                Flags.AT_SYMLINK_NOFOLLOW,
                path,
                node,
                "make " + path + ": the image has something else there");
        init.place(isNew);
        if (node.uid() != 0 || node.gid() != 0) {
            init.run(
                    Calls.FCHOWNAT,
                    "give " + path + " its owner",
                    directory,
                    name,
                    imm(node.uid()),
                    imm(node.gid()),
                    imm(Flags.AT_SYMLINK_NOFOLLOW));
        }
    }

    /** The host's own device, put over a file in its place: it must be what the configuration says. */
    private void bind(String path, Node node) {
        Script init = in.init;
        String what = "bind the host's " + path;
        MountTree tree = MountTree.copy(in, imm(Flags.AT_FDCWD), path, false, what);
        String wrong = what + ": the host has another device there";
        check(tree.descriptor(), in.string(""), Flags.AT_EMPTY_PATH, path, node, wrong);
        Register place = init.place(in.root, path, 0666, Script.Place.FILE, OnFailure.STOP, what);
        tree.moveTo(place, path, what);
    }

    /** What stands in the place of a device must be that very device, or it is a trap (CVE-2025-31133). */
    private void check(Arg directory, Data name, long flags, String path, Node node, String wrong) {
        Script init = in.init;
        Data buffer = in.plan.space(Flags.STATX_SIZE, 8);
        init.run(Calls.STATX, "look at " + path, directory, name, imm(flags), imm(Flags.STATX_BASIC), buffer);
        Register mode = init.load(new Data(buffer.offset() + Flags.STATX_MODE_AT), 2, "its type");
        init.check(mode, Flags.S_IFMT, Compare.EQUAL, imm(node.type()), Errno.EEXIST, wrong, true);
        if (node.type() != Flags.S_IFIFO) {
            Register major = init.load(new Data(buffer.offset() + Flags.STATX_RDEV_MAJOR_AT), 4, "its major number");
            init.check(major, -1, Compare.EQUAL, imm(node.major()), Errno.EEXIST, wrong, true);
            Register minor = init.load(new Data(buffer.offset() + Flags.STATX_RDEV_MINOR_AT), 4, "its minor number");
            init.check(minor, -1, Compare.EQUAL, imm(node.minor()), Errno.EEXIST, wrong, true);
        }
    }

    private void link(Register dev, String to, String name) {
        in.init.run(
                Calls.SYMLINKAT,
                OnFailure.tolerate("an image may bring its own", Errno.EEXIST),
                "link /dev/" + name,
                in.string(to),
                dev,
                in.string(name));
    }
}
