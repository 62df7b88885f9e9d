package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.number.CHeaders;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every structure that we lay out ourselves, compared with the C compiler's sizeof and offsetof. */
class LayoutTest {
    private static final String HEADERS = """
            #define _GNU_SOURCE
            #include <dirent.h>
            #include <linux/landlock.h>
            #include <linux/openat2.h>
            #include <poll.h>
            #include <signal.h>
            #include <spawn.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <sys/statfs.h>
            #include <sys/un.h>
            #include <sys/utsname.h>
            #include <time.h>
            """;

    /** The C name of each of our layouts. */
    private static final Map<String, StructLayout> LAYOUTS = new LinkedHashMap<>(Map.of(
            "struct open_how", Open.HOW,
            "siginfo_t", Pidfd.SIGINFO,
            "struct pollfd", Poll.POLLFD,
            "struct sockaddr_un", UnixSocket.ADDRESS,
            "struct iovec", UnixSocket.IOVEC,
            "struct msghdr", UnixSocket.MSGHDR,
            "struct cmsghdr", UnixSocket.CMSGHDR));

    @TempDir
    Path directory;

    @Test
    void sizesAndOffsetsAreTheCompilers() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        StringBuilder source = new StringBuilder(HEADERS).append("int main(void)\n{\n");
        LAYOUTS.forEach((name, layout) -> {
            ours.put(name, layout.byteSize());
            line(source, name, "sizeof(" + name + ")");
            for (MemoryLayout member : layout.memberLayouts()) {
                Optional<String> field = member.name();
                if (field.isPresent()) {
                    String key = name + "." + field.get();
                    ours.put(key, layout.byteOffset(MemoryLayout.PathElement.groupElement(field.get())));
                    line(source, key, "offsetof(" + name + ", " + field.get() + ")");
                }
            }
        });
        source.append("        return 0;\n}\n");
        assertThat(parse(CHeaders.orSkip(directory).runProgram(source.toString())))
                .isEqualTo(ours);
    }

    @Test
    void whatIsGivenToTheLibraryIsLargeEnough() throws Exception {
        StringBuilder source = new StringBuilder(HEADERS).append("int main(void)\n{\n");
        line(source, "attributes", "sizeof(posix_spawnattr_t)");
        line(source, "actions", "sizeof(posix_spawn_file_actions_t)");
        line(source, "signals", "sizeof(sigset_t)");
        line(source, "statfs", "sizeof(struct statfs)");
        line(source, "f_type", "offsetof(struct statfs, f_type)");
        line(source, "utsname", "sizeof(struct utsname)");
        line(source, "machine", "offsetof(struct utsname, machine)");
        line(source, "timespec", "sizeof(struct timespec)");
        line(source, "setsigdef", "POSIX_SPAWN_SETSIGDEF * 0x100 + POSIX_SPAWN_SETSIGMASK");
        line(source, "setsid", "POSIX_SPAWN_SETSID");
        line(source, "statx", "sizeof(struct statx)");
        line(source, "statx.mode", "offsetof(struct statx, stx_mode)");
        line(source, "statx.nlink", "offsetof(struct statx, stx_nlink)");
        line(source, "statx.uid", "offsetof(struct statx, stx_uid)");
        line(source, "statx.gid", "offsetof(struct statx, stx_gid)");
        line(source, "statx.ino", "offsetof(struct statx, stx_ino)");
        line(source, "statx.size", "offsetof(struct statx, stx_size)");
        line(source, "statx.atime", "offsetof(struct statx, stx_atime)");
        line(source, "statx.mtime", "offsetof(struct statx, stx_mtime)");
        line(source, "statx.nsec", "offsetof(struct statx_timestamp, tv_nsec)");
        line(source, "statx.major", "offsetof(struct statx, stx_rdev_major)");
        line(source, "statx.minor", "offsetof(struct statx, stx_rdev_minor)");
        line(source, "landlock.fd", "offsetof(struct landlock_path_beneath_attr, parent_fd)");
        line(source, "landlock.size", "sizeof(struct landlock_path_beneath_attr)");
        source.append("        return 0;\n}\n");
        Map<String, Long> theirs = parse(CHeaders.orSkip(directory).runProgram(source.toString()));
        assertThat(theirs.get("attributes")).isLessThanOrEqualTo(Spawn.OPAQUE);
        assertThat(theirs.get("actions")).isLessThanOrEqualTo(Spawn.OPAQUE);
        assertThat(theirs.get("signals")).isEqualTo(128);
        assertThat(theirs.get("statfs")).isEqualTo(FileSystems.SIZE);
        assertThat(theirs.get("f_type")).isZero();
        assertThat(theirs.get("utsname")).isEqualTo(Host.SIZE);
        assertThat(theirs.get("machine")).isEqualTo(4 * Host.FIELD);
        assertThat(theirs.get("timespec")).isEqualTo(16);
        assertThat(theirs.get("setsigdef")).isEqualTo(0x408);
        assertThat(theirs.get("setsid")).isEqualTo(0x80);
        assertThat(theirs.get("statx")).isEqualTo(256);
        assertThat(theirs.get("statx.mode")).isEqualTo(Attributes.MODE);
        assertThat(theirs.get("statx.nlink")).isEqualTo(Attributes.NLINK);
        assertThat(theirs.get("statx.uid")).isEqualTo(Attributes.UID);
        assertThat(theirs.get("statx.gid")).isEqualTo(Attributes.GID);
        assertThat(theirs.get("statx.ino")).isEqualTo(Attributes.INODE);
        assertThat(theirs.get("statx.size")).isEqualTo(Attributes.SIZE);
        assertThat(theirs.get("statx.atime")).isEqualTo(Attributes.ACCESSED);
        assertThat(theirs.get("statx.mtime")).isEqualTo(Attributes.MODIFIED);
        assertThat(theirs.get("statx.nsec")).isEqualTo(8);
        assertThat(theirs.get("statx.major")).isEqualTo(Attributes.MAJOR);
        assertThat(theirs.get("statx.minor")).isEqualTo(Attributes.MINOR);
        assertThat(theirs.get("landlock.fd")).isEqualTo(8);
        assertThat(theirs.get("landlock.size")).isEqualTo(12);
    }

    private static void line(StringBuilder source, String key, String expression) {
        source.append("        printf(\"")
                .append(key)
                .append("=%ld\\n\", (long) (")
                .append(expression)
                .append("));\n");
    }

    private static Map<String, Long> parse(String output) {
        Map<String, Long> values = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            int equals = line.indexOf('=');
            values.put(line.substring(0, equals), Long.parseLong(line.substring(equals + 1)));
        }
        return values;
    }
}
