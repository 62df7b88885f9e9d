package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class InterfaceAddressTest {
    /** 10.1.2.3/24 of interface 3 with a label and a lifetime, fe80::1/64, and the end, as a kernel told them. */
    private static final String DUMP = "58000000140002000100000000000000"
            + "0218800003000000"
            + "080001000a010203080002000a010203080004000a0102ff"
            + "0700030065746800" // a label of seven bytes and its padding
            + "0800080080000000"
            + "14000600ffffffffffffffff0000000000000000"
            + "00000000"
            + "34000000140002000100000000000000"
            + "0a4080fd03000000"
            + "14000100fe800000000000000000000000000001"
            + "0800080080000000"
            + "1400000003000200010000000000000000000000";

    private static byte[] dump() {
        return HexFormat.of().parseHex(DUMP);
    }

    @Test
    void addressesAreWhatTheKernelSays() {
        List<InterfaceAddress> all = InterfaceAddress.parse(dump());
        assertThat(all).hasSize(2);
        InterfaceAddress first = all.getFirst();
        assertThat(first.index()).isEqualTo(3);
        assertThat(first.family()).isEqualTo(2);
        assertThat(first.prefix()).isEqualTo(24);
        assertThat(first.isLasting()).isTrue();
        assertThat(HexFormat.of().formatHex(first.attributes()))
                .isEqualTo("080001000a010203080002000a010203080004000a0102ff");
        assertThat(all.get(1).scope()).isEqualTo(253);
        assertThat(all.get(1).isLasting()).as("an address of the link").isFalse();
    }

    @Test
    void anAdditionIsAMessageThatTellsTheSameAddress() {
        byte[] message = InterfaceAddress.parse(dump()).getFirst().addition();
        ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).putInt(InterfaceAddress.INDEX_AT, 9);
        InterfaceAddress again = InterfaceAddress.parse(message).getFirst();
        assertThat(again.index()).isEqualTo(9);
        assertThat(again.prefix()).isEqualTo(24);
        assertThat(again.attributes())
                .isEqualTo(InterfaceAddress.parse(dump()).getFirst().attributes());
        assertThat(ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).getInt(0))
                .isEqualTo(message.length);
    }

    @Test
    void anyBytesAreRead() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20261126);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = dump();
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            byte[] cut = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            InterfaceAddress.parse(cut)
                    .forEach(each -> assertThat(each.addition().length % 4).isZero());
        }
    }
}
