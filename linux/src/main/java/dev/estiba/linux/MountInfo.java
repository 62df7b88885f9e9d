package dev.estiba.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of /proc/PID/mountinfo: proc_pid_mountinfo(5). For looking at containers from outside, never for starting one:
 * the file grows with their number.
 *
 * @param id unique while it is mounted
 * @param parent the id of the mount that it is on
 * @param device {@code major:minor}
 * @param root the directory of the file system that is seen at the mount point
 * @param point where it is mounted
 * @param options of this mount
 * @param propagation {@code shared:N}, {@code master:N} and the like
 * @param type of the file system
 * @param superOptions of the file system
 */
public record MountInfo(
        long id,
        long parent,
        String device,
        String root,
        String point,
        List<String> options,
        List<String> propagation,
        String type,
        String source,
        List<String> superOptions) {
    private static final int CAP = 64 << 20;

    public MountInfo {
        options = List.copyOf(options);
        propagation = List.copyOf(propagation);
        superOptions = List.copyOf(superOptions);
    }

    /** The mounts that a process sees. */
    public static List<MountInfo> of(int pid) throws IOException {
        try (Fd file = Open.absolute("/proc/" + pid + "/mountinfo", Open.How.reading())) {
            return parse(new String(FileBytes.readAll(file, CAP), StandardCharsets.UTF_8));
        }
    }

    /** @throws IOException for a line that is none of the kernel's */
    public static List<MountInfo> parse(String text) throws IOException {
        List<MountInfo> mounts = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (!line.isEmpty()) {
                mounts.add(line(line).orElseThrow(() -> new IOException("no line of mountinfo: " + line)));
            }
        }
        return mounts;
    }

    private static Optional<MountInfo> line(String line) {
        String[] fields = line.split(" ");
        int dash = 6;
        while (dash < fields.length && !fields[dash].equals("-")) {
            dash++;
        }
        if (fields.length != dash + 4 || !number(fields[0]) || !number(fields[1])) {
            return Optional.empty();
        }
        return Optional.of(new MountInfo(
                Long.parseLong(fields[0]),
                Long.parseLong(fields[1]),
                fields[2],
                plain(fields[3]),
                plain(fields[4]),
                List.of(fields[5].split(",")),
                List.of(fields).subList(6, dash),
                fields[dash + 1],
                plain(fields[dash + 2]),
                List.of(fields[dash + 3].split(","))));
    }

    private static boolean number(String text) {
        return !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Blanks, tabs, newlines and backslashes stand as {@code \} and three octal digits. */
    private static String plain(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream plain = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\\' && i + 3 < bytes.length && octal(bytes, i + 1)) {
                plain.write((bytes[i + 1] - '0') * 64 + (bytes[i + 2] - '0') * 8 + bytes[i + 3] - '0');
                i += 3;
            } else {
                plain.write(bytes[i]);
            }
        }
        return plain.toString(StandardCharsets.UTF_8);
    }

    private static boolean octal(byte[] bytes, int at) {
        return bytes[at] >= '0'
                && bytes[at] <= '3'
                && bytes[at + 1] >= '0'
                && bytes[at + 1] <= '7'
                && bytes[at + 2] >= '0'
                && bytes[at + 2] <= '7';
    }
}
