package dev.estiba.content.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Ids within attributes, as the kernel writes them: linux/capability.h, linux/posix_acl_xattr.h. */
class OwnersTest {
    private static final Owners ON_DISK = new Owners(id -> id + 3_000_000, id -> id + 4_000_000);
    private static final Owners BACK = new Owners(id -> id - 3_000_000, id -> id - 4_000_000);
    /** cap_net_raw=ep, of the host's root. */
    private static final String OF_HOST = "0100000200200000000000000000000000000000";
    /** The same of user 3000000's namespace. */
    private static final String OF_NAMESPACE = "0100000300200000000000000000000000000000c0c62d00";

    private static String mapped(Owners owners, String name, String hex) {
        byte[] value = HexFormat.of().parseHex(hex);
        return HexFormat.of().formatHex(owners.attribute(name.getBytes(StandardCharsets.US_ASCII), value));
    }

    @Test
    void aFilesCapabilitiesAreTheNamespaces() {
        assertThat(mapped(ON_DISK, "security.capability", OF_HOST)).isEqualTo(OF_NAMESPACE);
        assertThat(mapped(BACK, "security.capability", OF_NAMESPACE)).isEqualTo(OF_HOST);
        assertThat(mapped(Owners.SAME, "security.capability", OF_HOST)).isEqualTo(OF_HOST);
        assertThat(mapped(Owners.SAME, "security.capability", OF_NAMESPACE)).isEqualTo(OF_NAMESPACE);
    }

    @Test
    void whatIsNoCapabilityIsLeftToTheKernel() {
        for (String odd : new String[] {"", "01", OF_HOST + "00", OF_NAMESPACE.replace("03002", "04002")}) {
            assertThat(mapped(ON_DISK, "security.capability", odd)).isEqualTo(odd);
        }
        assertThat(mapped(ON_DISK, "user.anything", OF_HOST)).isEqualTo(OF_HOST);
    }

    @Test
    void whoIsNamedInAListOfRights() {
        String list = "02000000" + "01000600ffffffff" + "02000600e8030000" + "04000400ffffffff" + "08000400e9030000"
                + "10000600ffffffff" + "20000400ffffffff";
        String disk = "02000000" + "01000600ffffffff" + "02000600a8ca2d00" + "04000400ffffffff" + "08000400e90c3d00"
                + "10000600ffffffff" + "20000400ffffffff";
        assertThat(mapped(ON_DISK, "system.posix_acl_access", list)).isEqualTo(disk);
        assertThat(mapped(BACK, "system.posix_acl_default", disk)).isEqualTo(list);
        assertThat(mapped(ON_DISK, "system.posix_acl_access", list + "02")).isEqualTo(disk + "02");
    }
}
