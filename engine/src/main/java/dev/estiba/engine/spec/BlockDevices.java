package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.Resources;
import dev.estiba.oci.runtime.BlockIo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** How much of block devices a container has: of all, and of single ones that the host's /dev names. */
final class BlockDevices {
    private BlockDevices() {}

    private record Number(long major, long minor) {}

    /** @throws ApiException 400 for a device that is not there, in Docker's words */
    static BlockIo of(Resources wanted) throws ApiException {
        BlockIo.Builder blockIo = BlockIo.builder();
        if (wanted.blkioWeight() > 0) {
            blockIo.weight(wanted.blkioWeight());
        }
        List<BlockIo.WeightDevice> weights = new ArrayList<>();
        boolean isDiscarded = discardsWeights(wanted);
        for (dev.estiba.api.WeightDevice each : wanted.blkioWeightDevice()) {
            if (isDiscarded) {
                break;
            }
            Number number = number(each.path());
            weights.add(new BlockIo.WeightDevice(
                    number.major(), number.minor(), OptionalInt.of(each.weight()), OptionalInt.empty()));
        }
        return blockIo.weightDevice(weights)
                .throttleReadBpsDevice(rates(wanted.blkioDeviceReadBps()))
                .throttleWriteBpsDevice(rates(wanted.blkioDeviceWriteBps()))
                .throttleReadIopsDevice(rates(wanted.blkioDeviceReadIops()))
                .throttleWriteIopsDevice(rates(wanted.blkioDeviceWriteIops()))
                .build();
    }

    /** Whether weights of single devices are asked for that this kernel does not have (moby, sysinfo of version 1). */
    static boolean discardsWeights(Resources wanted) {
        return !wanted.blkioWeightDevice().isEmpty()
                && !Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))
                && !Files.exists(Path.of("/sys/fs/cgroup/blkio/blkio.weight_device"));
    }

    static boolean isAsked(Resources wanted) {
        return wanted.blkioWeight() > 0
                || !wanted.blkioWeightDevice().isEmpty()
                || !wanted.blkioDeviceReadBps().isEmpty()
                || !wanted.blkioDeviceWriteBps().isEmpty()
                || !wanted.blkioDeviceReadIops().isEmpty()
                || !wanted.blkioDeviceWriteIops().isEmpty();
    }

    private static List<BlockIo.ThrottleDevice> rates(List<dev.estiba.api.ThrottleDevice> wanted) throws ApiException {
        List<BlockIo.ThrottleDevice> rates = new ArrayList<>();
        for (dev.estiba.api.ThrottleDevice each : wanted) {
            Number number = number(each.path());
            rates.add(new BlockIo.ThrottleDevice(number.major(), number.minor(), each.rate()));
        }
        return rates;
    }

    private static Number number(String path) throws ApiException {
        try {
            if (Files.getAttribute(Path.of(path), "unix:rdev") instanceof Long rdev) {
                return new Number(DeviceNodes.major(rdev), DeviceNodes.minor(rdev));
            }
            throw ApiException.badRequest("stat " + path + ": it has no device number");
        } catch (IOException | InvalidPathException e) {
            String why = Optional.ofNullable(e instanceof FileSystemException file ? file.getReason() : null)
                    .orElse("no such file or directory");
            throw ApiException.badRequest("stat " + path + ": " + why.toLowerCase(Locale.ROOT));
        }
    }
}
