package dev.estiba.engine.image;

import dev.estiba.oci.image.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Whether the kernel was told of a program that runs those of another machine (Documentation/admin-guide/binfmt-misc.rst): an entry
 * whose pattern is the beginning of such a machine's programs.
 */
final class Emulation {
    /** e_machine of elf(5), by the names of the image specification. */
    private static final Map<String, Integer> MACHINES = Map.of(
            "386", 3, "ppc64le", 21, "s390x", 22, "arm", 40, "amd64", 62, "arm64", 183, "riscv64", 243, "loong64", 258);

    private static final int MACHINE_AT = 18;
    private static final int MACHINE_END = 20;

    private Emulation() {}

    /** @param entries the directory of what is registered; it need not be there */
    static boolean isThere(Path entries, Platform platform) throws IOException {
        Integer machine = MACHINES.get(platform.architecture());
        if (machine == null || !Files.isDirectory(entries)) {
            return false;
        }
        try (Stream<Path> files = Files.list(entries)) {
            for (Path file : files.toList()) {
                boolean isEntry = !file.endsWith("register") && !file.endsWith("status");
                if (isEntry
                        && machine(Files.readAllLines(file, StandardCharsets.ISO_8859_1))
                                .equals(OptionalInt.of(machine))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Which machine's programs an entry is for; empty for one that is off, or for files of another kind. */
    static OptionalInt machine(List<String> lines) {
        Optional<String> magic = lines.stream()
                .filter(line -> line.matches("magic 7f454c46([0-9a-f]{2})*"))
                .map(line -> line.substring("magic ".length()))
                .findFirst();
        if (!lines.contains("enabled") || !lines.contains("offset 0") || magic.isEmpty()) {
            return OptionalInt.empty();
        }
        byte[] bytes = HexFormat.of().parseHex(magic.get());
        if (bytes.length < MACHINE_END) {
            return OptionalInt.empty();
        }
        int first = Byte.toUnsignedInt(bytes[MACHINE_AT]);
        int second = Byte.toUnsignedInt(bytes[MACHINE_AT + 1]);
        boolean isBigEndian = bytes[5] == 2; // EI_DATA
        return OptionalInt.of(isBigEndian ? first << 8 | second : second << 8 | first);
    }
}
