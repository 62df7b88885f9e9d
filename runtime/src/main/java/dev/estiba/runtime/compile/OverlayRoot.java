package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A root file system that is an overlay which init mounts: for who may mount none himself, but in the container's user
 * namespace may (Documentation/filesystems/overlayfs.rst; since Linux 5.11, with attributes as user.*).
 *
 * @param lowers the uppermost first; never written
 * @param upper where changes go
 * @param work empty, on the file system of {@code upper}
 * @param unsynced whether changes may be lost by a crash of the machine
 */
public record OverlayRoot(List<String> lowers, String upper, String work, boolean unsynced) {
    public OverlayRoot {
        lowers = List.copyOf(lowers);
    }

    /** As a buffer of a request: NUL-ended words, so that it is part of what two equal requests have in common. */
    public byte[] encode() {
        List<String> words = new ArrayList<>(List.of(unsynced ? "volatile" : "synced", upper, work));
        words.addAll(lowers);
        return (String.join("\0", words) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws UnsupportedConfig when it is not what {@link #encode} makes */
    public static OverlayRoot decode(byte[] bytes) {
        List<String> words = List.of(new String(bytes, StandardCharsets.UTF_8).split("\0"));
        if (words.size() < 4) {
            throw new UnsupportedConfig("an overlay needs an upper, a work and a lower directory");
        }
        return new OverlayRoot(
                words.subList(3, words.size()),
                words.get(1),
                words.get(2),
                words.get(0).equals("volatile"));
    }

    /**
     * Init: mounts it, in nobody's mount table yet. Directories are named by descriptor: a string of fsconfig(2) has at most
     * 255 bytes.
     */
    void mount(Assembly in) {
        Script init = in.init.group("root file system");
        String what = "make the overlay of " + upper;
        Register context = init.get(Calls.FSOPEN, what, in.string("overlay"), imm(Flags.FSOPEN_CLOEXEC));
        set(in, context, "source", in.string("overlay"), what);
        String key = lowers.size() == 1 ? "lowerdir" : "lowerdir+"; // one by one since Linux 6.5
        for (String lower : lowers) {
            set(in, context, key, directory(in, lower), what + ": lower " + lower);
        }
        set(in, context, "upperdir", directory(in, upper), what);
        set(in, context, "workdir", directory(in, work), what + ": work " + work);
        flag(in, context, "userxattr", what);
        if (unsynced) {
            flag(in, context, "volatile", what);
        }
        init.run(Calls.FSCONFIG, what, context, imm(Flags.FSCONFIG_CMD_CREATE), Arg.ZERO, Arg.ZERO, Arg.ZERO);
        init.get(in.root, Calls.FSMOUNT, OnFailure.STOP, what, context, imm(Flags.FSMOUNT_CLOEXEC), Arg.ZERO);
        init.run(Calls.CLOSE, what, context);
    }

    private static Arg directory(Assembly in, String path) {
        Register opened = in.init.get(
                Calls.OPENAT, "open " + path, imm(Flags.AT_FDCWD), in.string(path), imm(in.openDirectory()), Arg.ZERO);
        return in.init.descriptorPath(opened);
    }

    private static void set(Assembly in, Register context, String key, Arg value, String what) {
        in.init.run(Calls.FSCONFIG, what, context, imm(Flags.FSCONFIG_SET_STRING), in.string(key), value, Arg.ZERO);
    }

    private static void flag(Assembly in, Register context, String key, String what) {
        in.init.run(Calls.FSCONFIG, what, context, imm(Flags.FSCONFIG_SET_FLAG), in.string(key), Arg.ZERO, Arg.ZERO);
    }
}
