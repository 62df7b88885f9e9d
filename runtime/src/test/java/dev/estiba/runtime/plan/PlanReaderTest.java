package dev.estiba.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.number.Abi;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanReaderTest {
    private static final long SEED = Long.getLong("estiba.seed", 20261125L);
    private static final int PLANS = Boolean.getBoolean("estiba.long") ? 20_000 : 300;
    private static final int DAMAGES = Boolean.getBoolean("estiba.long") ? 2_000_000 : 60_000;

    /** A plan as text that holds all that its bytes hold, so without headings and reasons. */
    private static List<String> told(Plan plan) {
        List<String> told = new ArrayList<>();
        told.add(plan.registers() + " registers, pointers " + java.util.Arrays.toString(plan.pointers()) + ", data "
                + java.util.HexFormat.of().formatHex(plan.data()));
        for (Actor actor : Actor.values()) {
            Plan.Part part = plan.part(actor);
            told.add(actor + " \"" + part.failurePrefix() + "\" " + part.exitStatus());
            for (Step step : part.steps()) {
                told.add(step.op() + " " + step.call() + " " + step.number() + " " + step.args() + " " + step.result()
                        + " " + step.target().map(label -> label.step) + " " + policy(step.onFailure()) + " \""
                        + step.sentence() + "\" " + step.whole());
            }
        }
        return told;
    }

    private static String policy(OnFailure onFailure) {
        return switch (onFailure) {
            case OnFailure.Stop() -> "stop";
            case OnFailure.Tolerate(var errors, var _) -> "tolerate " + new java.util.TreeSet<>(errors);
            case OnFailure.Retry(var errors, int tries, int delay, boolean tolerated, var _) ->
                "retry " + tries + " " + delay + " " + tolerated + " " + new java.util.TreeSet<>(errors);
        };
    }

    @Test
    void readsWhatWasEncoded() throws Exception {
        for (Abi abi : List.of(Abi.X86_64, Abi.ARM64)) {
            RandomPlans random = new RandomPlans(SEED, abi);
            for (int i = 0; i < PLANS; i++) {
                Plan plan = random.next();
                assertThat(told(PlanReader.read(PlanEncoder.encode(plan, abi), abi)))
                        .as("%s, seed %d, plan %d", abi, SEED, i)
                        .isEqualTo(told(plan));
            }
        }
    }

    @Test
    void readsDockersDefaultContainer() throws Exception {
        Plan plan = SamplePlans.docker();
        assertThat(told(PlanReader.read(PlanEncoder.encode(plan, Abi.X86_64), Abi.X86_64)))
                .isEqualTo(told(plan));
        assertThat(plan.part(Actor.INIT).steps()).hasSizeGreaterThan(100);
    }

    @Test
    void leavesTheBytesAlone() throws Exception {
        byte[] bytes = PlanEncoder.encode(SamplePlans.small(), Abi.X86_64);
        byte[] before = bytes.clone();
        Plan plan = PlanReader.read(bytes, Abi.X86_64);
        plan.data()[0] ^= 1;
        assertThat(bytes).isEqualTo(before);
    }

    @Test
    void answersAnyDamageInWords() {
        RandomPlans random = new RandomPlans(SEED, Abi.X86_64);
        List<byte[]> plans = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            plans.add(PlanEncoder.encode(random.next(), Abi.X86_64));
        }
        int read = 0;
        for (int i = 0; i < DAMAGES; i++) {
            byte[] bytes = random.damaged(plans.get(i % plans.size()));
            try {
                PlanReader.read(bytes, Abi.X86_64);
                read++;
            } catch (PlanFormatException e) {
                assertThat(e.getMessage()).isNotBlank();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + SEED + ", damage " + i, e);
            }
        }
        assertThat(read).as("of %d damaged plans some are still plans", DAMAGES).isBetween(1, DAMAGES - 1);
    }

    @Test
    void refusesEachFlippedBit() {
        byte[] bytes = PlanEncoder.encode(SamplePlans.small(), Abi.X86_64);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> PlanReader.check(bytes, Abi.X86_64))
                    .as("bit %d", bit)
                    .isInstanceOf(PlanFormatException.class);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void refusesAnotherMachinesPlan() {
        byte[] bytes = PlanEncoder.encode(SamplePlans.small(), Abi.ARM64);
        assertThatThrownBy(() -> PlanReader.read(bytes, Abi.X86_64))
                .isInstanceOf(PlanFormatException.class)
                .hasMessage("the plan is for another machine");
    }

    @Test
    void refusesWhatItHasNoWordFor() {
        byte[] bytes = PlanEncoder.encode(SamplePlans.small(), Abi.X86_64);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        in.putShort(in.getInt(16) + 6, (short) 9999);
        RandomPlans.seal(bytes);
        assertThatThrownBy(() -> PlanReader.read(bytes, Abi.X86_64))
                .isInstanceOf(PlanFormatException.class)
                .hasMessage("a step calls 9999, which is no system call of X86_64");
    }

    @Test
    void refusesMoreActorsThanItKnows() {
        byte[] bytes = new byte[64 + 7 * 16 + 8];
        ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int end = bytes.length - 8;
        out.putInt(PlanEncoder.MAGIC).putShort((short) 1).putShort((short) 16).putInt(bytes.length);
        out.putInt(Abi.X86_64.auditArch())
                .putInt(end)
                .putInt(0)
                .putInt(end)
                .putInt(0)
                .putInt(end)
                .putInt(8);
        out.putInt(end).putInt(0).putShort((short) 7);
        RandomPlans.seal(bytes);
        assertThatThrownBy(() -> PlanReader.read(bytes, Abi.X86_64))
                .isInstanceOf(PlanFormatException.class)
                .hasMessage("the plan has 7 actors, of which this version knows 6");
    }
}
