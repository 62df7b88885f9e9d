package dev.estiba.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written to the kernel, and what is read of whatever it may answer. */
class NetlinkFormatTest {
    @Test
    void attributesAreReadAsTheyWereWritten() throws IOException {
        byte[] body = new Payload()
                .attribute(1, "a name")
                .attributeU32(2, 70000)
                .attributeBe16(3, 80)
                .nest(4, inner -> inner.attributeU8(1, 7).nest(2, deeper -> deeper.attribute(9, "deep")))
                .attributeU16(5, 65535)
                .toBytes();
        Attributes read = Attributes.read(body, 0);
        assertThat(read.text(1)).contains("a name");
        assertThat(read.number(2)).hasValue(70000);
        assertThat(read.networkNumber(3)).hasValue(80);
        assertThat(read.nested(4).number(1)).hasValue(7);
        assertThat(read.nested(4).nested(2).text(9)).contains("deep");
        assertThat(read.number(5)).hasValue(65535);
        assertThat(read.bytes(6)).isEmpty();
        assertThat(read.number(1)).isEmpty();
    }

    /** CVE-2021-43784: a length that is cut to 16 bits makes attributes of a text. */
    @Test
    void cve2021_43784_aLengthIsNeverCut() {
        for (int size : new int[] {65_531, 65_535, 65_536, 65_540, 131_072}) {
            byte[] value = new byte[size];
            if (size <= 65_531) {
                assertThat(new Payload().attribute(1, value).toBytes()).hasSize(65_536);
            } else {
                assertThatThrownBy(() -> new Payload().attribute(1, value))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(size + " bytes");
            }
        }
        assertThatThrownBy(() -> new Payload()
                        .nest(1, it -> it.attribute(1, new byte[40_000]).attribute(2, new byte[40_000])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nested attributes of 80012 bytes");
        assertThatThrownBy(() -> new Payload().attribute(1, "a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesOfDevicesAreTheKernels() {
        for (String name : new String[] {"", ".", "..", "a/b", "a b", "a:b", "a%d", "sixteencharacters"}) {
            assertThatThrownBy(() -> Links.checkName(name)).isInstanceOf(IllegalArgumentException.class);
        }
        Links.checkName("est-0123456789a");
    }

    @Test
    void lengthsThatLeadOutAreRefused() {
        byte[] shorter = {3, 0, 1, 0};
        byte[] longer = {9, 0, 1, 0, 5, 5, 5, 5};
        assertThatThrownBy(() -> Attributes.read(shorter, 0)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Attributes.read(longer, 0)).isInstanceOf(IOException.class);
        ByteBuffer datagram =
                ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putInt(0, 17);
        assertThatThrownBy(() -> NetlinkSocket.frames(datagram))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("17 bytes where 16 are left");
    }

    /** Whatever comes is read, or refused by an IOException. */
    @Test
    void anythingMayCome() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int rounds = Boolean.getBoolean("estiba.long") ? 2_000_000 : 50_000;
        for (int round = 0; round < rounds; round++) {
            byte[] bytes = new byte[random.nextInt(120)];
            random.nextBytes(bytes);
            for (int i = 0; i + 4 <= bytes.length && random.nextInt(4) > 0; i += 4 + 4 * random.nextInt(6)) {
                bytes[i] = (byte) random.nextInt(40);
                bytes[i + 1] = 0;
                bytes[i + 3] = (byte) (random.nextBoolean() ? 0 : 0x80);
            }
            try {
                read(bytes);
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    private static void read(byte[] bytes) throws IOException {
        for (NetlinkSocket.Frame frame :
                NetlinkSocket.frames(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()))) {
            NetlinkSocket.refusal(new NetlinkSocket.Frame(2, 0x300, 1, frame.body()), "do it");
        }
        tryEach(() -> NetlinkSocket.refusal(new NetlinkSocket.Frame(2, 0x300, 1, bytes), "do it"));
        tryEach(() -> NetlinkSocket.refusal(new NetlinkSocket.Frame(2, 0x200, 1, bytes), "do it"));
        tryEach(() -> Links.link(bytes));
        tryEach(() -> Addresses.address(bytes));
        tryEach(() -> Routes.route(bytes));
        tryEach(() -> Attributes.read(bytes, 0).nested(1).nested(2));
    }

    private interface Reading {
        Object read() throws IOException;
    }

    private static void tryEach(Reading reading) {
        try {
            reading.read();
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
