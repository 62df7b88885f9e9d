package dev.estiba.runtime.compile;

import dev.estiba.runtime.compile.DeviceSet.Device;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link DeviceSet} as an eBPF program of the type BPF_PROG_TYPE_CGROUP_DEVICE: 1 allows, 0 denies. It is given a
 * {@code struct bpf_cgroup_dev_ctx} (linux/bpf.h): the access shifted left by 16 and the type, major, minor, 32 bits each.
 * Instructions: kernel, Documentation/bpf/standardization/instruction-set.rst.
 */
final class DeviceProgram {
    private static final int LOAD_WORD = 0x61;
    private static final int AND = 0x54;
    private static final int SHIFT_RIGHT = 0x74;
    private static final int MOVE_REGISTER = 0xbc;
    private static final int MOVE = 0xb4;
    private static final int JUMP_UNLESS_EQUAL = 0x56;
    private static final int JUMP_IF_EQUAL = 0x16;
    private static final int EXIT = 0x95;

    private static final int VERDICT = 0;
    private static final int CONTEXT = 1;
    private static final int TYPE = 2;
    private static final int ACCESS = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;

    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;

    private record Instruction(int code, int to, int from, int offset, int value) {}

    private final DeviceSet devices;
    private final List<Instruction> program = new ArrayList<>();

    private DeviceProgram(DeviceSet devices) {
        this.devices = devices;
    }

    static byte[] of(DeviceSet devices) {
        return new DeviceProgram(devices).bytes();
    }

    private byte[] bytes() {
        program.add(new Instruction(LOAD_WORD, TYPE, CONTEXT, 0, 0));
        program.add(new Instruction(AND, TYPE, 0, 0, 0xffff));
        program.add(new Instruction(LOAD_WORD, ACCESS, CONTEXT, 0, 0));
        program.add(new Instruction(SHIFT_RIGHT, ACCESS, 0, 0, 16));
        program.add(new Instruction(LOAD_WORD, MAJOR, CONTEXT, 4, 0));
        program.add(new Instruction(LOAD_WORD, MINOR, CONTEXT, 8, 0));
        devices.exceptions().forEach(this::exception);
        verdict(devices.allows());
        ByteBuffer bytes = ByteBuffer.allocate(program.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction each : program) {
            bytes.put((byte) each.code())
                    .put((byte) (each.from() << 4 | each.to()))
                    .putShort((short) each.offset())
                    .putInt(each.value());
        }
        return bytes.array();
    }

    /** Each test that fails goes on behind this exception: its length must be known, so it is built apart. */
    private void exception(Device device, int access) {
        List<Instruction> tests = new ArrayList<>();
        tests.add(new Instruction(JUMP_UNLESS_EQUAL, TYPE, 0, 0, device.type() == 'b' ? BLOCK : CHARACTER));
        if (devices.allows()) {
            // Denied is what has any of the accesses.
            tests.add(new Instruction(MOVE_REGISTER, VERDICT, ACCESS, 0, 0));
            tests.add(new Instruction(AND, VERDICT, 0, 0, access));
            tests.add(new Instruction(JUMP_IF_EQUAL, VERDICT, 0, 0, 0));
        } else if (access != DeviceSet.ALL) {
            // Allowed is what has no other access.
            tests.add(new Instruction(MOVE_REGISTER, VERDICT, ACCESS, 0, 0));
            tests.add(new Instruction(AND, VERDICT, 0, 0, ~access));
            tests.add(new Instruction(JUMP_UNLESS_EQUAL, VERDICT, 0, 0, 0));
        }
        number(tests, MAJOR, device.major());
        number(tests, MINOR, device.minor());
        int behind = tests.size() + 2;
        for (int i = 0; i < tests.size(); i++) {
            Instruction each = tests.get(i);
            boolean jump = each.code() == JUMP_UNLESS_EQUAL || each.code() == JUMP_IF_EQUAL;
            program.add(
                    jump ? new Instruction(each.code(), each.to(), each.from(), behind - i - 1, each.value()) : each);
        }
        verdict(!devices.allows());
    }

    private static void number(List<Instruction> tests, int register, long wanted) {
        if (wanted != DeviceSet.ANY) {
            tests.add(new Instruction(JUMP_UNLESS_EQUAL, register, 0, 0, (int) wanted));
        }
    }

    private void verdict(boolean allow) {
        program.add(new Instruction(MOVE, VERDICT, 0, 0, allow ? 1 : 0));
        program.add(new Instruction(EXIT, 0, 0, 0, 0));
    }
}
