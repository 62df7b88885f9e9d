package dev.estiba.runtime.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.oci.runtime.DeviceRule;
import dev.estiba.runtime.compile.DeviceSet.Device;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class DeviceProgramTest {
    private static final int MAX_STEPS = 10_000;

    private static DeviceRule rule(boolean allow, String device, String access) {
        if (device.equals("a")) {
            return new DeviceRule(
                    allow, Optional.of("a"), OptionalLong.empty(), OptionalLong.empty(), Optional.of(access));
        }
        String[] parts = device.split("[ :]");
        return new DeviceRule(allow, Optional.of(parts[0]), number(parts[1]), number(parts[2]), Optional.of(access));
    }

    private static OptionalLong number(String text) {
        return text.equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    /** Just what the kernel does with such instructions; everything else is an error. */
    private static boolean run(byte[] program, Device device, int access) {
        ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        int[] context = {access << 16 | (device.type() == 'b' ? 1 : 2), (int) device.major(), (int) device.minor()};
        long[] registers = new long[11];
        int at = 0;
        for (int steps = 0; steps < MAX_STEPS; steps++) {
            int opcode = code.get(at * 8) & 0xff;
            int to = code.get(at * 8 + 1) & 0xf;
            int from = code.get(at * 8 + 1) >> 4 & 0xf;
            int offset = code.getShort(at * 8 + 2);
            int value = code.getInt(at * 8 + 4);
            at++;
            switch (opcode) {
                case 0x61 -> registers[to] = context[offset / 4] & 0xffffffffL;
                case 0x54 -> registers[to] = ((int) registers[to] & value) & 0xffffffffL;
                case 0x74 -> registers[to] = ((int) registers[to] >>> value) & 0xffffffffL;
                case 0xbc -> registers[to] = registers[from] & 0xffffffffL;
                case 0xb4 -> registers[to] = value & 0xffffffffL;
                case 0x56 -> at += (int) registers[to] != value ? offset : 0;
                case 0x16 -> at += (int) registers[to] == value ? offset : 0;
                case 0x95 -> {
                    return registers[0] != 0;
                }
                default -> throw new AssertionError("no such instruction: " + opcode);
            }
        }
        throw new AssertionError("it does not end");
    }

    /**
     * What version 1 would say, written down a second time and as simply as can be: a list of exceptions beside a verdict
     * (kernel, security/device_cgroup.c: dev_exception_add, dev_exception_rm, match_exception, match_exception_partial).
     */
    private static boolean version1(List<DeviceRule> rules, Device device, int access) {
        record Exception(Device device, int access) {}
        boolean allowed = false;
        List<Exception> exceptions = new ArrayList<>();
        for (DeviceRule rule : rules) {
            if (rule.type().orElse("a").equals("a")) {
                allowed = rule.allow();
                exceptions.clear();
                continue;
            }
            Device named = new Device(
                    rule.type().orElseThrow().charAt(0),
                    rule.major().orElse(-1),
                    rule.minor().orElse(-1));
            int bits = bits(rule.access().orElse(""));
            if (rule.allow() != allowed) {
                exceptions.add(new Exception(named, bits));
                int all = exceptions.stream()
                        .filter(each -> each.device().equals(named))
                        .mapToInt(Exception::access)
                        .reduce(0, (a, b) -> a | b);
                exceptions.removeIf(each -> each.device().equals(named));
                exceptions.add(new Exception(named, all));
            } else {
                exceptions.replaceAll(
                        each -> each.device().equals(named) ? new Exception(named, each.access() & ~bits) : each);
                exceptions.removeIf(each -> each.access() == 0);
            }
        }
        for (Exception each : exceptions) {
            if (each.device().covers(device)
                    && (allowed ? (access & each.access()) != 0 : (access | each.access()) == each.access())) {
                return !allowed;
            }
        }
        return allowed;
    }

    private static int bits(String letters) {
        return (letters.contains("m") ? 1 : 0) | (letters.contains("r") ? 2 : 0) | (letters.contains("w") ? 4 : 0);
    }

    private static final List<DeviceRule> ALWAYS = List.of(
            rule(true, "c *:*", "m"),
            rule(true, "b *:*", "m"),
            rule(true, "c 1:3", "rwm"),
            rule(true, "c 1:8", "rwm"),
            rule(true, "c 1:7", "rwm"),
            rule(true, "c 5:0", "rwm"),
            rule(true, "c 1:5", "rwm"),
            rule(true, "c 1:9", "rwm"),
            rule(true, "c 136:*", "rwm"),
            rule(true, "c 5:2", "rwm"));

    private static DeviceRule random(RandomGenerator random) {
        String access = List.of("r", "w", "m", "rw", "rm", "wm", "rwm").get(random.nextInt(7));
        if (random.nextInt(8) == 0) {
            return rule(random.nextBoolean(), "a", "rwm");
        }
        String[] numbers = {"*", "1", "5", "136", "2000000000"};
        return rule(
                random.nextBoolean(),
                (random.nextBoolean() ? "b " : "c ") + numbers[random.nextInt(5)] + ":" + numbers[random.nextInt(5)],
                access);
    }

    /** Also what the set itself says is the same. */
    @Test
    void theProgramSaysWhatVersion1WouldSay() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20261126);
        int refused = 0;
        int allowed = 0;
        for (int round = 0; round < 1000; round++) {
            List<DeviceRule> rules = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                rules.add(random(random));
            }
            DeviceSet set;
            try {
                set = DeviceSet.of(rules);
            } catch (UnsupportedConfig hole) {
                refused++;
                continue;
            }
            byte[] program = DeviceProgram.of(set);
            List<DeviceRule> all = new ArrayList<>(rules);
            all.addAll(ALWAYS);
            long[] numbers = {0, 1, 3, 5, 136, 2_000_000_000};
            for (int i = 0; i < 60; i++) {
                Device device = new Device(
                        random.nextBoolean() ? 'b' : 'c', numbers[random.nextInt(6)], numbers[random.nextInt(6)]);
                int access = 1 + random.nextInt(7);
                boolean expected = version1(all, device, access);
                assertThat(run(program, device, access))
                        .as("%s of %s by %s", access, device, rules)
                        .isEqualTo(expected);
                assertThat(set.allows(device, access)).isEqualTo(expected);
                allowed += expected ? 1 : 0;
            }
        }
        assertThat(refused).isBetween(1, 900);
        assertThat(allowed).isPositive();
    }

    @Test
    void withoutRulesTheDefaultDevicesAreAllowedAndNoOther() {
        byte[] program = DeviceProgram.of(DeviceSet.of(List.of()));
        assertThat(run(program, new Device('c', 1, 3), 6)).isTrue();
        assertThat(run(program, new Device('c', 136, 77), 6)).isTrue();
        assertThat(run(program, new Device('b', 8, 0), 1)).isTrue();
        assertThat(run(program, new Device('b', 8, 0), 2)).isFalse();
        assertThat(run(program, new Device('c', 1, 1), 2)).isFalse();
    }

    @Test
    void allDevicesAreTwoInstructionsBehindTheLoads() {
        DeviceSet all = DeviceSet.of(List.of(rule(false, "a", "rwm"), rule(true, "a", "rwm")));
        assertThat(all.allowsAll()).isTrue();
        assertThat(DeviceProgram.of(all)).hasSize(8 * 8);
    }

    @Test
    void aHoleInAWiderRuleIsRefused() {
        assertThatThrownBy(() -> DeviceSet.of(List.of(rule(true, "c 10:*", "rw"), rule(false, "c 10:229", "r"))))
                .hasMessage("linux.resources.devices: a rule for c 10:229 takes nothing back from the wider one for"
                        + " c 10:* before it: name the devices one by one");
        assertThat(DeviceSet.of(List.of(rule(true, "c 10:*", "r"), rule(false, "c 10:229", "w")))
                        .allows(new Device('c', 10, 229), 2))
                .isTrue();
    }
}
