package dev.estiba.oci.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Configurations of every shape that the records allow, always the same for a seed. */
final class RandomConfigs {
    private static final String[] CHARACTERS = {
        "a",
        "Z",
        "0",
        " ",
        "/",
        ".",
        "=",
        "\"",
        "\\",
        "\n",
        "\t",
        "\u0001",
        "\u007f",
        "é",
        "ß",
        "\u2028",
        "\uffff",
        "🚢",
        "\udbff\udfff",
        ":",
        "{",
        "]"
    };

    private final SplittableRandom random;

    RandomConfigs(long seed) {
        random = new SplittableRandom(seed);
    }

    Config config() {
        return new Config(
                text(),
                optional(this::process),
                optional(() -> new Root(text(), flag())),
                optional(this::text),
                optional(this::text),
                list(this::mount),
                new Hooks(
                        list(this::hook),
                        list(this::hook),
                        list(this::hook),
                        list(this::hook),
                        list(this::hook),
                        list(this::hook)),
                map(this::text),
                optional(this::linux),
                List.of());
    }

    Process process() {
        return new Process(
                flag(),
                optional(() -> new ConsoleSize(random.nextLong(), int64())),
                new User(uint32(), uint32(), optionalInt(0, 4095), list(this::uint32), optional(this::text)),
                texts(),
                optional(this::text),
                texts(),
                text(),
                optional(() -> new Capabilities(texts(), texts(), texts(), texts(), texts())),
                list(() -> new Rlimit(text(), int64(), int64())),
                flag(),
                optional(this::text),
                optionalInt(Integer.MIN_VALUE, Integer.MAX_VALUE),
                optional(() -> new Scheduler(
                        word(Scheduler.Policy.values()),
                        random.nextInt(),
                        random.nextInt(),
                        list(() -> word(Scheduler.Flag.values())),
                        int64(),
                        int64(),
                        int64())),
                optional(this::text),
                optional(() -> new IoPriority(word(IoPriority.IoClass.values()), random.nextInt())),
                optional(() -> new ExecCpuAffinity(optional(this::text), optional(this::text))));
    }

    private Mount mount() {
        return new Mount(
                text(), optional(this::text), optional(this::text), texts(), list(this::mapping), list(this::mapping));
    }

    private IdMapping mapping() {
        return new IdMapping(uint32(), uint32(), uint32());
    }

    private Hook hook() {
        return new Hook(text(), texts(), texts(), optionalInt(Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    private Linux linux() {
        return new Linux(
                list(() -> new Namespace(word(Namespace.Type.values()), optional(this::text))),
                list(this::mapping),
                list(this::mapping),
                map(() -> new TimeOffset(int64(), uint32())),
                list(() -> new Device(
                        word(Device.Type.values()),
                        text(),
                        optionalInt64(),
                        optionalInt64(),
                        optionalUint32(),
                        optionalUint32(),
                        optionalUint32())),
                map(() -> new NetDevice(optional(this::text))),
                optional(this::text),
                optional(this::resources),
                optional(() -> new IntelRdt(
                        optional(this::text), texts(), optional(this::text), optional(this::text), flag())),
                optional(() -> new MemoryPolicy(
                        optional(() -> word(MemoryPolicy.Mode.values())),
                        optional(this::text),
                        list(() -> word(MemoryPolicy.Flag.values())))),
                map(this::text),
                optional(() -> SeccompSource.of(seccomp())),
                optional(this::text),
                texts(),
                texts(),
                optional(this::text),
                optional(() -> new Personality(optional(() -> word(Personality.Domain.values())), texts())));
    }

    Resources resources() {
        return new Resources(
                list(() -> new DeviceRule(
                        flag(), optional(this::text), optionalInt64(), optionalInt64(), optional(this::text))),
                optional(() -> new Memory(
                        optionalInt64(),
                        optionalInt64(),
                        optionalInt64(),
                        optionalInt64(),
                        optionalInt64(),
                        optionalInt64(),
                        optional(this::flag),
                        optional(this::flag),
                        optional(this::flag))),
                optional(() -> new Cpu(
                        optionalInt64(),
                        optionalInt64(),
                        optionalInt64(),
                        optionalInt64(),
                        optionalInt64(),
                        optionalInt64(),
                        optional(this::text),
                        optional(this::text),
                        optionalInt64())),
                optional(() -> new Pids(optionalInt64())),
                optional(this::blockIo),
                list(() -> new HugepageLimit(text(), int64())),
                optional(() -> new NetworkClass(
                        optionalUint32(), list(() -> new NetworkClass.InterfacePriority(text(), uint32())))),
                map(() -> new Rdma(optionalUint32(), optionalUint32())),
                map(this::text));
    }

    private BlockIo blockIo() {
        return new BlockIo(
                optionalInt(0, 65535),
                optionalInt(0, 65535),
                list(() -> new BlockIo.WeightDevice(int64(), int64(), optionalInt(0, 65535), optionalInt(0, 65535))),
                list(this::throttle),
                list(this::throttle),
                list(this::throttle),
                list(this::throttle));
    }

    private BlockIo.ThrottleDevice throttle() {
        return new BlockIo.ThrottleDevice(int64(), int64(), int64());
    }

    Seccomp seccomp() {
        return new Seccomp(
                word(Seccomp.Action.values()),
                optionalInt(0, 65535),
                texts(),
                texts(),
                optional(this::text),
                optional(this::text),
                list(() -> new SeccompRule(
                        texts(),
                        word(Seccomp.Action.values()),
                        optionalInt(0, 65535),
                        list(() -> new SeccompArg(
                                random.nextInt(6), int64(), int64(), word(SeccompArg.Operator.values()))))));
    }

    // Pieces

    private boolean flag() {
        return random.nextBoolean();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
        }
        return text.toString();
    }

    private List<String> texts() {
        return list(this::text);
    }

    private long uint32() {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> Ranges.MAX_UINT32;
            default -> random.nextLong(Ranges.MAX_UINT32 + 1);
        };
    }

    private long int64() {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MAX_VALUE;
            case 3 -> Long.MIN_VALUE;
            case 4 -> random.nextInt(1000);
            default -> random.nextLong();
        };
    }

    private OptionalLong optionalInt64() {
        return flag() ? OptionalLong.of(int64()) : OptionalLong.empty();
    }

    private OptionalLong optionalUint32() {
        return flag() ? OptionalLong.of(uint32()) : OptionalLong.empty();
    }

    private OptionalInt optionalInt(int least, int most) {
        return flag() ? OptionalInt.of((int) random.nextLong(least, most + 1L)) : OptionalInt.empty();
    }

    private <T> Optional<T> optional(Supplier<T> value) {
        return flag() ? Optional.of(value.get()) : Optional.empty();
    }

    private <T> List<T> list(Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }

    private <T> Map<String, T> map(Supplier<T> value) {
        Map<String, T> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put(text(), value.get());
        }
        return map;
    }

    private <E> E word(E[] words) {
        return words[random.nextInt(words.length)];
    }
}
