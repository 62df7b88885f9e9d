package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.Resources;
import dev.estiba.api.ThrottleDevice;
import dev.estiba.api.WeightDevice;
import dev.estiba.oci.runtime.BlockIo;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockDevicesTest {
    @Test
    void aDeviceIsKnownByItsNumber() throws ApiException {
        List<ThrottleDevice> rate = List.of(new ThrottleDevice("/dev/zero", 7));
        Resources wanted = Resources.builder()
                .blkioWeight(300)
                .blkioWeightDevice(List.of(new WeightDevice("/dev/null", 10)))
                .blkioDeviceReadBps(rate)
                .blkioDeviceWriteBps(rate)
                .blkioDeviceReadIops(rate)
                .blkioDeviceWriteIops(rate)
                .build();
        BlockIo blockIo = BlockDevices.of(wanted);
        BlockIo.WeightDevice weight = new BlockIo.WeightDevice(1, 3, OptionalInt.of(10), OptionalInt.empty());
        List<BlockIo.ThrottleDevice> zero = List.of(new BlockIo.ThrottleDevice(1, 5, 7));
        assertThat(blockIo)
                .isEqualTo(BlockIo.builder()
                        .weight(300)
                        .weightDevice(BlockDevices.discardsWeights(wanted) ? List.of() : List.of(weight))
                        .throttleReadBpsDevice(zero)
                        .throttleWriteBpsDevice(zero)
                        .throttleReadIopsDevice(zero)
                        .throttleWriteIopsDevice(zero)
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/nosuch", "/dev/null/x", "nosuch", "/dev/\0"})
    void whatIsNotThereIsRefused(String path) {
        Resources wanted = Resources.builder()
                .blkioDeviceReadBps(List.of(new ThrottleDevice(path, 1)))
                .build();
        assertThatThrownBy(() -> BlockDevices.of(wanted))
                .isInstanceOf(ApiException.class)
                .hasMessageStartingWith("stat " + path + ": ");
    }
}
