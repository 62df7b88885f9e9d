package dev.estiba.runtime.plan;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.SystemCall;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Plans that nobody would walk, of every operation, argument, policy and jump that the format can say. */
final class RandomPlans {
    private static final String LETTERS = "abc xyz/äß€\"\\\n";

    private final Random random;
    private final List<SystemCall> calls;

    RandomPlans(long seed, Abi abi) {
        random = new Random(seed);
        calls = SystemCall.all().stream()
                .filter(call -> call.number(abi).isPresent())
                .toList();
    }

    Plan next() {
        int registers = 2 + random.nextInt(200);
        byte[] data = new byte[random.nextInt(4) == 0 ? 0 : 8 * (1 + random.nextInt(64)) + random.nextInt(8)];
        random.nextBytes(data);
        EnumMap<Actor, Plan.Part> parts = new EnumMap<>(Actor.class);
        for (Actor actor : Actor.values()) {
            if (random.nextInt(4) > 0) {
                parts.put(actor, new Plan.Part(steps(registers, data.length), text(), random.nextInt()));
            }
        }
        return new Plan(parts, data, pointers(data), registers);
    }

    private int[] pointers(byte[] data) {
        Set<Integer> offsets = new TreeSet<>();
        for (int i = data.length < 8 ? 0 : random.nextInt(6); i > 0; i--) {
            offsets.add(random.nextInt(data.length / 8) * 8);
        }
        for (int offset : offsets) {
            long value = random.nextInt(data.length);
            for (int i = 0; i < 8; i++) {
                data[offset + i] = (byte) (value >>> (8 * i));
            }
        }
        return offsets.stream().mapToInt(Integer::intValue).toArray();
    }

    private List<Step> steps(int registers, int data) {
        List<Step> steps = new ArrayList<>();
        int count = random.nextInt(30);
        for (int i = 0; i < count; i++) {
            steps.add(step(i, count, registers, data));
        }
        return List.copyOf(steps);
    }

    private Step step(int index, int count, int registers, int data) {
        Op op = Op.values()[random.nextInt(Op.values().length)];
        if (data < 8 && (op == Op.LOAD || op == Op.STORE)) {
            op = Op.SET;
        }
        PlanCheck.Shape shape = PlanCheck.Shape.of(op);
        int number = switch (op) {
            case CALL -> 0;
            case LOAD, STORE -> 1 << random.nextInt(4);
            case CHECK, JUMP -> random.nextInt(Compare.values().length);
            default -> random.nextInt(0x10000);
        };
        List<Arg> args = new ArrayList<>();
        int size = shape.least() + random.nextInt(shape.most() - shape.least() + 1);
        for (int i = 0; i < size; i++) {
            args.add(arg(registers, data));
        }
        Optional<Label> target = Optional.empty();
        if (op == Op.JUMP) {
            Label label = new Label();
            label.step = index + 1 + random.nextInt(count - index);
            target = Optional.of(label);
            args.set(0, Arg.ZERO);
        } else if (op == Op.LOAD || op == Op.STORE) {
            args.set(0, new Arg.Data(random.nextInt(data - 7)));
        }
        boolean result = shape.results() <= registers && random.nextBoolean();
        return new Step(
                op,
                op == Op.CALL ? Optional.of(calls.get(random.nextInt(calls.size()))) : Optional.empty(),
                number,
                List.copyOf(args),
                result ? random.nextInt(registers - Math.max(1, shape.results()) + 1) : Step.NO_RESULT,
                target,
                onFailure(),
                text(),
                random.nextBoolean(),
                "");
    }

    private Arg arg(int registers, int data) {
        return switch (random.nextInt(data == 0 ? 5 : 6)) {
            case 0 -> Arg.ZERO;
            case 1 -> Arg.of(random.nextInt());
            case 2 -> Arg.of(random.nextLong());
            case 3 -> Arg.of(random.nextBoolean() ? Integer.MIN_VALUE : Integer.MAX_VALUE + 1L);
            case 4 -> new Arg.Register(random.nextInt(registers));
            default -> new Arg.Data(random.nextInt(data));
        };
    }

    private OnFailure onFailure() {
        Set<Errno> errors = new HashSet<>();
        for (int i = random.nextInt(17); i > 0; i--) {
            errors.add(Errno.values()[random.nextInt(Errno.values().length)]);
        }
        return switch (random.nextInt(3)) {
            case 0 -> OnFailure.STOP;
            case 1 -> new OnFailure.Tolerate(errors, "");
            default ->
                new OnFailure.Retry(errors, 1 + random.nextInt(255), random.nextInt(65_536), random.nextBoolean(), "");
        };
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    /** A plan's bytes with a few changes, most of them where they decide something, and a checksum that fits again. */
    byte[] damaged(byte[] plan) {
        byte[] bytes = random.nextInt(40) == 0
                ? java.util.Arrays.copyOf(plan, random.nextInt(plan.length + 16))
                : plan.clone();
        if (bytes.length < PlanEncoder.HEADER) {
            return bytes;
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            int reach = random.nextBoolean() ? bytes.length : Math.min(bytes.length, 300);
            int at = random.nextInt(reach);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes[at] = (byte) (bytes[at] + random.nextInt(17) - 8);
                default -> bytes[at] = new byte[] {0, 1, 4, 8, 16, 127, -128, -1}[random.nextInt(8)];
            }
        }
        if (random.nextInt(20) > 0) {
            seal(bytes);
        }
        return bytes;
    }

    static void seal(byte[] bytes) {
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(PlanChecksum.AT, PlanChecksum.of(buffer, bytes.length));
    }
}
