package dev.estiba.content.inspect;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.ExtendedAttributes;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The extended attributes of a file that belong to its image, as texts that are equal when the attributes are: {@code NAME=VALUE},
 * capabilities as getcap(8) shows them.
 */
final class FileAttributes {
    /** Longer values are shown, and kept, as their digest. */
    private static final int LONGEST = 64;

    private static final String CAPABILITY = "security.capability";
    private static final Open.How READING =
            Open.How.reading().resolving(Open.BENEATH | Open.NO_SYMLINKS).with(Open.noFollowFlag());

    private FileAttributes() {}

    /** Not overlayfs's own, and no label, which the host's policy gives. */
    static boolean isKept(String name) {
        return name.startsWith("user.") && !name.startsWith("user.overlay.")
                || name.startsWith("system.posix_acl_")
                || name.equals(CAPABILITY);
    }

    /** Of a regular file or a directory; other kinds can have none of these (xattr(7)). In the order of their names. */
    static List<String> of(CallMemory memory, Fd directory, byte[] name, int mode) throws IOException {
        int kind = mode & Nodes.KIND;
        if (kind != Nodes.FILE && kind != Nodes.DIRECTORY) {
            return List.of();
        }
        try (Fd file = Nodes.open(memory, directory, name, READING)) {
            List<String> all = new ArrayList<>();
            for (byte[] each : ExtendedAttributes.list(memory, file)) {
                // Latin-1: a letter for each byte, so that no name becomes another one's.
                String text = new String(each, StandardCharsets.ISO_8859_1);
                if (isKept(text)) {
                    Optional<byte[]> value = ExtendedAttributes.get(memory, file, each);
                    value.ifPresent(bytes -> all.add(shown(text, each, bytes)));
                }
            }
            all.sort(null);
            return List.copyOf(all);
        } catch (ErrnoException e) {
            if (e.is(Errno.EACCES)) {
                return List
                        .of(); // an ordinary user's file that its owner may not read: nor may he read its user.* then
                // (xattr(7))
            }
            throw e;
        }
    }

    private static String shown(String text, byte[] name, byte[] value) {
        if (text.equals(CAPABILITY)) {
            return "capabilities=" + FileCapabilities.text(value).orElseGet(() -> hexadecimal(value));
        }
        String quoted = TarBytes.of(name).printable();
        return quoted.substring(1, quoted.length() - 1) + "=" + shown(value);
    }

    private static String shown(byte[] value) {
        if (value.length > LONGEST) {
            return Digest.of(value).toString();
        }
        for (byte each : value) {
            if (each < ' ' || each > '~') {
                return hexadecimal(value);
            }
        }
        return TarBytes.of(value).printable();
    }

    private static String hexadecimal(byte[] value) {
        return value.length > LONGEST
                ? Digest.of(value).toString()
                : "0x" + HexFormat.of().formatHex(value);
    }
}
