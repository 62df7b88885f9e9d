package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every option of config.md, "Linux mount options". */
class MountOptionsTest {
    private static MountOptions parse(String... options) {
        return MountOptions.parse(List.of(options));
    }

    /** The option sets these MS_* bits (mount(2)); numbers are the kernel's, not the constants under test. */
    @ParameterizedTest
    @CsvSource({
        "ro,1",
        "nosuid,2",
        "nodev,4",
        "noexec,8",
        "sync,16",
        "remount,32",
        "mand,64",
        "dirsync,128",
        "nosymfollow,256",
        "noatime,1024",
        "nodiratime,2048",
        "bind,4096",
        "rbind,20480",
        "silent,32768",
        "relatime,2097152",
        "iversion,8388608",
        "strictatime,16777216",
        "lazytime,33554432",
        "defaults,0"
    })
    void sets(String option, long bits) {
        MountOptions options = parse(option);
        assertThat(options.flags()).isEqualTo(bits);
        assertThat(options.cleared()).isZero();
        assertThat(options.data()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "rw,1",
        "suid,2",
        "dev,4",
        "exec,8",
        "async,16",
        "nomand,64",
        "symfollow,256",
        "atime,1024",
        "diratime,2048",
        "loud,32768",
        "norelatime,2097152",
        "noiversion,8388608",
        "nostrictatime,16777216",
        "nolazytime,33554432"
    })
    void clears(String option, long bits) {
        MountOptions options = parse(option);
        assertThat(options.flags()).isZero();
        assertThat(options.cleared()).isEqualTo(bits);
        assertThat(options.data()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "unbindable,131072",
        "private,262144",
        "slave,524288",
        "shared,1048576",
        "runbindable,147456",
        "rprivate,278528",
        "rslave,540672",
        "rshared,1064960"
    })
    void propagates(String option, long bits) {
        assertThat(parse(option).propagation()).containsExactly(bits);
        assertThat(parse(option).data()).isEmpty();
    }

    /** To set and to clear, MOUNT_ATTR_* (mount_setattr(2)). Who touches the access times clears their whole field, 0x70. */
    @ParameterizedTest
    @CsvSource({
        "rro,1,0",
        "rrw,0,1",
        "rnosuid,2,0",
        "rsuid,0,2",
        "rnodev,4,0",
        "rdev,0,4",
        "rnoexec,8,0",
        "rexec,0,8",
        "rnodiratime,128,0",
        "rdiratime,0,128",
        "rnosymfollow,2097152,0",
        "rsymfollow,0,2097152",
        "rnoatime,16,112",
        "ratime,0,112",
        "rstrictatime,32,112",
        "rnostrictatime,0,112",
        "rrelatime,0,112",
        "rnorelatime,0,0"
    })
    void setsRecursively(String option, long set, long clear) {
        MountOptions options = parse(option);
        assertThat(options.recursive()).isEqualTo(set);
        assertThat(options.recursiveCleared()).isEqualTo(clear);
        assertThat(options.flags()).isZero();
        assertThat(options.data()).isEmpty();
    }

    @Test
    void knowsTmpcopyupAndIdmap() {
        assertThat(parse("tmpcopyup").copyUp()).isTrue();
        assertThat(parse("idmap").idmap()).isTrue();
        assertThat(parse("ridmap").idmap()).isTrue();
        assertThat(parse("tmpcopyup", "idmap").data()).isEmpty();
    }

    @Test
    void theLastWordCounts() {
        assertThat(parse("ro", "rw").flags()).isZero();
        assertThat(parse("rw", "ro").flags()).isEqualTo(1);
        assertThat(parse("rw", "ro").cleared()).isZero();
        assertThat(parse("rro", "rrw").recursive()).isZero();
        assertThat(parse("rro", "rrw").recursiveCleared()).isEqualTo(1);
    }

    @Test
    void leavesTheRestToTheFileSystem() {
        MountOptions options = parse("size=64k", "ro", "mode=755", "RO", "uid=5");
        assertThat(options.data()).isEqualTo("size=64k,mode=755,RO,uid=5");
        assertThat(options.flags()).isEqualTo(1);
    }

    /** A bind's flags are attributes of the mount; an access-time mode replaces the whole field. */
    @Test
    void becomesAttributes() {
        assertThat(parse("ro", "nosuid", "nodev", "noexec", "nodiratime", "nosymfollow")
                        .attributes())
                .isEqualTo(0x1 | 0x2 | 0x4 | 0x8 | 0x80 | 0x200000);
        assertThat(parse("noatime").attributes()).isEqualTo(0x10);
        assertThat(parse("noatime").clearedAttributes()).isEqualTo(0x70);
        assertThat(parse("strictatime").attributes()).isEqualTo(0x20);
        assertThat(parse("relatime").attributes()).isZero();
        assertThat(parse("relatime").clearedAttributes()).isEqualTo(0x70);
        assertThat(parse("rw", "suid", "dev", "exec").clearedAttributes()).isEqualTo(0xf);
    }
}
